// Where the parts of the picture lie.

/** A part, in pixels from the top. @typedef {{ top: number, tall: number }} Strip */
/**
 * @typedef {object} Plan
 * @property {Strip} band of the scenes
 * @property {Strip} curve of similarity
 * @property {Strip | null} distances of words and pictures
 * @property {number} bottom where the axis of time begins
 * @property {number} height of all
 */

export const LEFT = 40 // for the values of the grids
export const RIGHT = 12
export const GAP = 24 // above each curve, for its name
export const MARKS = 15 // below the band, for transitions
const HEAD = 16 // above the band, for the markers of boundaries and of the player
const AXIS = 20

/** @param {Strip} strip */
export const bottomOf = ({ top, tall }) => top + tall

/** @param {{ marks: boolean, words: boolean }} parts those that not every film has @returns {Plan} */
export const planOf = ({ marks, words }) => {
  const band = { top: HEAD, tall: 34 }
  const curve = { top: bottomOf(band) + (marks ? MARKS : 0) + GAP, tall: 104 }
  const distances = words ? { top: bottomOf(curve) + GAP, tall: 84 } : null
  const bottom = bottomOf(distances ?? curve)
  return { band, curve, distances, bottom, height: bottom + AXIS }
}
