// Curves over time: one value a scene, at its start.

import { drawValueGrid } from './grid.js'
import { clipped, NORMAL } from './sheet.js'

/** @import { Sheet } from './sheet.js' */
/** @import { ValueScale } from './values.js' */

/** Pixels from the left, and a value. @typedef {[number, number]} Point */
/**
 * @typedef {object} Series
 * @property {string} name
 * @property {ArrayLike<number>} values one a scene; NaN where there is none
 * @property {string} colour
 * @property {number[]} dash
 * @property {'round' | 'square'} dot
 * @property {number} [thick] pixels
 */
/** What of a series is seen: pixels of each value, and the first and the last place. @typedef {{ x: (place: number) => number, range: [number, number] }} Seen */

const NAME_ABOVE = 12 // pixels, of the names over their curve
const KEY_LENGTH = 22

/**
 * Lines from value to value, interrupted where one is missing.
 * @param {ArrayLike<number>} values
 * @param {Seen} seen
 * @returns {Point[][]}
 */
export const linesOf = (values, { x, range: [first, last] }) => {
  /** @type {Point[][]} */
  const lines = [[]]
  // one more at either end, for the line that leads out of the picture
  for (let k = Math.max(first - 1, 0); k <= Math.min(last + 1, values.length - 1); k++) {
    if (Number.isFinite(values[k])) lines[lines.length - 1].push([x(k), values[k]])
    else lines.push([])
  }
  return lines.filter(o => o.length)
}

/**
 * Where many values share a pixel, a line from the lowest to the highest of them.
 * @param {ArrayLike<number>} values
 * @param {Seen} seen
 * @returns {Point[]}
 */
export const envelopeOf = (values, { x, range: [first, last] }) => {
  /** @type {Map<number, [number, number]>} */
  const columns = new Map()
  for (let k = first; k <= last; k++) {
    if (!Number.isFinite(values[k])) continue
    const column = Math.floor(x(k))
    const [low, high] = columns.get(column) ?? [values[k], values[k]]
    columns.set(column, [Math.min(low, values[k]), Math.max(high, values[k])])
  }
  return [...columns].flatMap(([column, ends]) => ends.map(v => /** @type {Point} */ ([column, v])))
}

/** @param {CanvasRenderingContext2D} g @param {Point[]} line @param {ValueScale} scale */
const addLine = (g, line, scale) => {
  line.forEach(([x, v], i) => {
    if (i) g.lineTo(x, scale.inside(v))
    else g.moveTo(x, scale.inside(v))
  })
}

/** @param {CanvasRenderingContext2D} g @param {Series['dot']} dot @param {number} x @param {number} y */
const fillDot = (g, dot, x, y) => {
  g.beginPath()
  if (dot === 'square') g.rect(x - 2.5, y - 2.5, 5, 5)
  else g.arc(x, y, 2.8, 0, 7)
  g.fill()
}

/** @param {Sheet} sheet @param {Series} series @param {ValueScale} scale @param {Seen} seen */
const drawSeries = (
  { g, scale: { width } },
  { values, colour, dash, dot, thick = 1.8 },
  scale,
  seen,
) => {
  const [first, last] = seen.range
  const isDense = last - first > 2 * width
  g.strokeStyle = colour
  g.fillStyle = colour
  g.lineWidth = thick
  g.setLineDash(dash)
  g.beginPath()
  const lines = isDense ? [envelopeOf(values, seen)] : linesOf(values, seen)
  for (const line of lines) addLine(g, line, scale)
  g.stroke()
  g.setLineDash([])
  g.lineWidth = 1
  if (last - first >= width / 9) return
  for (let k = first; k <= last; k++)
    if (Number.isFinite(values[k])) fillDot(g, dot, seen.x(k), scale.inside(values[k]))
}

/** The name of a series beside a piece of its line; gives where the next may begin. @param {Sheet} sheet @param {Series} series @param {number} x @param {number} y */
const drawName = ({ g, inks }, { name, colour, dash }, x, y) => {
  g.font = NORMAL
  g.textAlign = 'left'
  g.textBaseline = 'middle'
  g.strokeStyle = colour
  g.lineWidth = 2
  g.setLineDash(dash)
  g.beginPath()
  g.moveTo(x, y)
  g.lineTo(x + KEY_LENGTH, y)
  g.stroke()
  g.setLineDash([])
  g.lineWidth = 1
  g.fillStyle = inks.ink
  g.fillText(name, x + KEY_LENGTH + 6, y)
  return x + g.measureText(name).width + KEY_LENGTH + 24
}

/**
 * Curves over one grid, the first on top, and their names above.
 * @param {Sheet} sheet
 * @param {ValueScale} scale
 * @param {Series[]} all
 * @param {Seen} seen
 */
export const drawCurves = (sheet, scale, all, seen) => {
  drawValueGrid(sheet, scale)
  clipped(sheet, { top: scale.top - 3, bottom: scale.bottom + 3 }, () => {
    for (const series of all.toReversed()) drawSeries(sheet, series, scale, seen)
  })
  let x = sheet.scale.left
  for (const series of all) x = drawName(sheet, series, x, scale.top - NAME_ABOVE)
}
