// Where the parts of the picture lie.

/** A part, in pixels from the top. @typedef {{ top: number, tall: number }} Strip */
/**
 * @typedef {object} Plan
 * @property {Strip | null} filmstrip
 * @property {Strip | null} barcode
 * @property {Strip} band of the scenes
 * @property {Strip | null} subtitles
 * @property {Strip | null} waveform
 * @property {Strip} curve of similarity
 * @property {Strip | null} rate of cuts
 * @property {Strip | null} distances of words and pictures
 * @property {Strip[]} pictures those above the band
 * @property {Strip[]} charts those below it
 * @property {number} bottom where the axis of time begins
 * @property {number} height of all
 */
/** The parts that somebody asks for. @typedef {'filmstrip' | 'barcode' | 'rate' | 'subtitles' | 'waveform'} Extra */

export const LEFT = 40 // for the values of the grids
export const RIGHT = 12
export const GAP = 24 // above each curve, for its name
export const MARKS = 15 // below the band, for transitions
const HEAD = 16 // above the band, for the markers of boundaries and of the player
const AXIS = 20
const EDGE = 2 // above pictures
const LANE = 6 // above what is said and heard

/** @param {Strip} strip */
export const bottomOf = ({ top, tall }) => top + tall

/** @param {(Strip | null)[]} strips */
const there = strips => strips.filter(o => o != null)

/**
 * @param {{ marks: boolean, words: boolean, extras?: Set<Extra> }} parts those that are not always there
 * @returns {Plan}
 */
export const planOf = ({ marks, words, extras = new Set() }) => {
  let bottom = 0
  /** @param {number} above pixels that stay free @param {number} tall @returns {Strip} */
  const below = (above, tall) => {
    const top = bottom + above
    bottom = top + tall
    return { top, tall }
  }
  const filmstrip = extras.has('filmstrip') ? below(EDGE, 40) : null
  const barcode = extras.has('barcode') ? below(EDGE, 14) : null
  const band = below(HEAD, 34)
  if (marks) bottom += MARKS
  const subtitles = extras.has('subtitles') ? below(LANE, 18) : null
  const waveform = extras.has('waveform') ? below(LANE, 40) : null
  const curve = below(GAP, 104)
  const rate = extras.has('rate') ? below(GAP, 52) : null
  const distances = words ? below(GAP, 84) : null
  const pictures = there([filmstrip, barcode])
  const charts = there([curve, rate, distances])
  const strips = { filmstrip, barcode, band, subtitles, waveform, curve, rate, distances }
  return { ...strips, pictures, charts, bottom, height: bottom + AXIS }
}
