// What came of it: metrics of the runs with their intervals.

import { el, svg } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { extent, linear, rounded } from './scales.js'
import { across, drawing, gridAcross, label, letter, upright } from './svg.js'

/** @import { ChartContext, Drawing, GalleryData, Maybe, Metric, MetricNumbers, Range, Slot } from './types.d.ts' */
/** @typedef {(v: number) => number} Scale */

const LEFT = 22
const RIGHT = 118 // px for the numbers
const ROW = 19
const FIRST = 14 // y of the first row
const FOOT = 20

/**
 * Where the values of a metric lie: 0 to 1 for a share, else from 0 or below.
 * @param {MetricNumbers[]} numbers of all runs
 * @param {Maybe} chance
 * @returns {Range}
 */
export const metricRange = (numbers, chance) => {
  const [low, high] = extent([...numbers.flatMap(o => o.slice(0, 3)), chance])
  return low >= 0 && high <= 1 ? [0, 1] : [Math.min(low, 0), high]
}

/**
 * Whether these are the numbers of what the others are compared with.
 * @param {MetricNumbers} numbers
 */
const isBaseline = ([, , , ...difference]) => difference.every(v => v === 0)

/**
 * Whether a run differs from the first: its interval of the difference lies on one side of zero;
 * null where there is no such interval.
 * @param {MetricNumbers} numbers
 */
export const differs = ([, , , , low, high]) => {
  if (low == null || high == null) return null
  return low > 0 || high < 0
}

/**
 * What a dot says.
 * @param {string} name
 * @param {MetricNumbers} numbers
 * @param {string} first the first run
 */
export const metricTitle = (name, numbers, first) => {
  const [value, low, high, difference, differenceLow, differenceHigh] = numbers
  const interval = low == null ? '' : `, ${rounded(low)} to ${rounded(high)}`
  const said = `${short(name, 60)}: ${rounded(value)}${interval}`
  if (difference == null || isBaseline(numbers)) return said
  const sign = difference > 0 ? '+' : ''
  const around = `${rounded(differenceLow)} to ${rounded(differenceHigh)}`
  return `${said}; ${sign}${rounded(difference)} (${around}) against ${short(first, 30)}`
}

/** @param {MetricNumbers} numbers */
export const metricText = ([value, low, high]) =>
  low == null ? rounded(value) : `${rounded(value, 2)} (${rounded(low, 2)}–${rounded(high, 2)})`

/**
 * A diamond for the first run; a full dot differs from it, an open one can't be told from it.
 * @param {number} x
 * @param {number} y
 * @param {Slot} slot
 * @param {MetricNumbers} numbers
 * @param {boolean} isFirst
 */
const dot = (x, y, { colour }, numbers, isFirst) => {
  if (isFirst && isBaseline(numbers))
    return svg('path', { d: `M${x},${y - 6}l6,6l-6,6l-6,-6z`, fill: colour })
  const fill = differs(numbers) === false ? 'var(--se-paper)' : colour
  return svg('circle', { cx: x, cy: y, r: 5, fill, stroke: colour, 'stroke-width': 2 })
}

/** @param {MetricNumbers} numbers @param {Scale} toX @param {number} y @param {string} colour */
const interval = ([, low, high], toX, y, colour) =>
  low == null || high == null
    ? []
    : [across(toX(low), toX(high), y, { stroke: colour, 'stroke-width': 2 })]

/**
 * @param {Slot} slot
 * @param {number} k of the metric
 * @param {number} y
 * @param {Scale} toX
 * @param {{ width: number, low: number, first: string }} chart
 */
const row = (slot, k, y, toX, { width, low, first }) => {
  const { run, colour } = slot
  const numbers = run.metrics[k]
  const [value] = numbers
  if (value == null) return label(toX(low) + 4, y + 4, 'no number')
  return svg(
    'g',
    {},
    svg('title', {}, metricTitle(run.name, numbers, first)),
    letter(6, y + 4, slot),
    ...interval(numbers, toX, y, colour),
    dot(toX(value), y, slot, numbers, run.name === first),
    label(width - RIGHT + 10, y + 4, metricText(numbers)),
  )
}

/** @param {Maybe} chance @param {Scale} toX @param {number} bottom */
const chanceLine = (chance, toX, bottom) => {
  if (chance == null) return []
  const x = toX(chance)
  const said = label(x + 4, bottom - 3, `chance ${rounded(chance, 2)}`)
  return [svg('g', { class: 'se-gal-chance' }, upright(x, 2, bottom), said)]
}

/** @param {Metric} metric @param {number} k its place @param {ChartContext} context */
const metricFigure = ({ title, chance }, k, { data, slots, width }) => {
  const all = data.runs.map(r => r.metrics[k])
  const range = metricRange(all, chance)
  const toX = linear(range, [LEFT, width - RIGHT])
  const height = 20 + ROW * slots.length + FOOT
  const bottom = height - FOOT
  const said = slots.map(({ run }) => `${short(run.name, 40)} ${rounded(run.metrics[k][0])}`)
  const chart = { width, low: range[0], first: data.runs[0].name }
  const drawn = drawing(width, height, `${title}: ${said.join(', ')}`, [
    ...gridAcross(range, toX, { top: 2, bottom, height, text: String }),
    ...chanceLine(chance, toX, bottom),
    ...slots.map((slot, j) => row(slot, k, FIRST + ROW * j, toX, chart)),
  ])
  return el('div', { class: 'se-gal-metric' }, el('h5', {}, title), drawn)
}

/** What the dots mean, where any interval is known. @param {GalleryData} data */
const noteOf = ({ runs }) => {
  const known = runs.some(r => r.metrics.some(o => o[4] != null))
  if (!known) return ''
  return `Lines: 95% intervals over films. A full dot differs from ${short(runs[0].name, 40)} query by query, an open one can't be told from it; where there is no line, no interval is known.`
}

/** @param {ChartContext} context @returns {Drawing} */
export const metricsChart = context => ({
  content: context.data.metrics.map((o, k) => metricFigure(o, k, context)),
  note: noteOf(context.data),
})
