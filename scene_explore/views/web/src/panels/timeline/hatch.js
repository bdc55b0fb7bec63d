// Light lines over the colour of a stretch: colours begin again after a dozen of categories, and
// each dozen has its own directions.

/** @import { Group } from '../../types.d.ts' */
/** @import { Stretch } from './rows.js' */
/** @import { Strip } from './plan.js' */

/** Rising, falling, upright. @typedef {'/' | '\\' | '|'} Direction */

/** @type {Direction[][]} */
const HATCHES = [[], ['/'], ['\\'], ['/', '\\'], ['|'], ['|', '/'], ['|', '\\'], ['|', '/', '\\']]
/** @type {Record<Direction, number>} */
const ANGLES = { '/': 135, '\\': 45, '|': 90 }
/** @type {Record<Direction, number>} */
const LEANS = { '/': 1, '\\': -1, '|': 0 }
const INK = 'rgba(255,255,255,.5)'
const STEP = 8

/** @param {Group | undefined} group */
export const hatchesOf = group => HATCHES[(group?.hatch ?? 0) % HATCHES.length]

/**
 * Where the lines of one direction begin below and end above. They lie at whole steps from 0, so
 * that those of neighbours meet.
 * @param {Direction} direction
 * @param {Stretch} stretch
 * @param {number} tall
 * @returns {[number, number][]} pixels from the left
 */
export const hatchLines = (direction, { at, wide }, tall) => {
  const lean = LEANS[direction] * tall
  /** @type {[number, number][]} */
  const lines = []
  for (let x = Math.floor((at - tall) / STEP) * STEP; x < at + wide + tall; x += STEP)
    lines.push([x, x + lean])
  return lines
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {Direction[]} directions
 * @param {Stretch} stretch
 * @param {Strip} strip
 */
export const drawHatches = (g, directions, stretch, { top, tall }) => {
  g.save()
  g.beginPath()
  g.rect(stretch.at, top, stretch.wide, tall)
  g.clip()
  g.strokeStyle = INK
  g.lineWidth = 1.5
  g.beginPath()
  for (const [below, above] of directions.flatMap(o => hatchLines(o, stretch, tall))) {
    g.moveTo(below, top + tall)
    g.lineTo(above, top)
  }
  g.stroke()
  g.restore()
}

/** The same as a CSS background. @param {string} colour @param {Direction[]} directions */
export const hatchedCss = (colour, directions) => {
  const lines = directions.map(
    o => `repeating-linear-gradient(${ANGLES[o]}deg,${INK} 0 1.5px,transparent 0 4px)`,
  )
  return [...lines, `linear-gradient(${colour},${colour})`].join()
}
