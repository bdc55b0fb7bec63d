// Names of runs beside and above the matrix.

import { clamp } from '../../kit/text.js'

/** @import { Run } from './orders.js' */

/**
 * Pixels of a run that is in view.
 * @typedef {{ text: string, middle: number, room: number }} Label
 */

const LINE = 11 // px of a line of text
const NARROWEST = 34 // px for a name above

/**
 * @param {Run[]} runs
 * @param {number} from
 * @param {number} scale px a scene
 * @param {number} side
 * @returns {Label[]}
 */
const inView = (runs, from, scale, side) => {
  const labels = runs.map(([first, end, text]) => {
    const a = clamp((first - from) * scale, 0, side)
    const b = clamp((end - from) * scale, 0, side)
    return { text, middle: (a + b) / 2, room: b - a }
  })
  return labels.filter(o => o.room > 0)
}

/**
 * Names beside the rows: none stands on another.
 * @param {Run[]} runs
 * @param {number} from
 * @param {number} scale
 * @param {number} side
 */
export const labelsOfRows = (runs, from, scale, side) => {
  /** @type {Label[]} */
  const labels = []
  for (const label of inView(runs, from, scale, side)) {
    const last = labels.at(-1)
    if (!last || label.middle - last.middle >= LINE) labels.push(label)
  }
  return labels
}

/**
 * Names above the columns: of runs that have room for one.
 * @param {Run[]} runs
 * @param {number} from
 * @param {number} scale
 * @param {number} side
 */
export const labelsOfColumns = (runs, from, scale, side) =>
  inView(runs, from, scale, side).filter(o => o.room >= NARROWEST)

/**
 * Where runs begin, within the square.
 * @param {Run[]} runs
 * @param {number} from
 * @param {number} scale
 * @param {number} side
 */
export const beginnings = (runs, from, scale, side) =>
  runs.map(([first]) => (first - from) * scale).filter(at => at > 0 && at < side)

/**
 * A text as long as there is room.
 * @param {(text: string) => number} widthOf
 * @param {string} text
 * @param {number} room
 */
export const fitText = (widthOf, text, room) => {
  if (widthOf(text) <= room) return text
  let n = text.length
  while (n > 1 && widthOf(`${text.slice(0, n)}…`) > room) n = Math.min(n - 1, Math.ceil(n * 0.9))
  return `${text.slice(0, n)}…`
}
