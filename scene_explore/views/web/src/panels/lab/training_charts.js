// The curves of a training: of each batch, and of the held-out scenes.

import { el, svg } from '../../kit/dom.js'
import { drawAxes, levelLine, pathOf } from './axes.js'

/** @import { Plane } from './axes.js' */
/** @import { Curves, Interval, Training } from './types.d.ts' */

/**
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} why
 * @property {string} series also with val_ before it
 * @property {number} [mark] a level to compare with
 */

const HEIGHT = 128
const RADIUS = 2.2 // px, of a validation
const MARGIN = 0.06 // of the range, above and below
const LEAST_MARGIN = 0.05 // where all values are one

/** @type {Chart[]} */
const CHARTS = [
  { title: 'loss', why: 'Loss of a batch, and of the held-out scenes', series: 'loss' },
  {
    title: 'loss / collapsed loss',
    why: 'At 1 the space is no better than a collapsed one, in which all vectors are one',
    series: 'ratio',
    mark: 1,
  },
  {
    title: 'mean cosine',
    why: 'Of different scenes; near 1 is collapse',
    series: 'mean_cosine',
  },
  { title: 'RankMe, centred', why: 'Effective number of directions', series: 'rankme_centred' },
]

/** @param {number | null} v @returns {v is number} */
const isKnown = v => v != null && Number.isFinite(v)

/**
 * Steps and values where there are values.
 * @param {Curves} curves
 * @param {string} name
 */
export const measured = (curves, name) => {
  const values = curves[name] ?? []
  const at = curves.step.filter((_, i) => isKnown(values[i] ?? null))
  return { at, values: values.filter(isKnown) }
}

/** The last value of a series, undefined where there is none. @param {Curves | undefined} curves @param {string} name */
export const lastOf = (curves, name) => curves && measured(curves, name).values.at(-1)

/**
 * @param {Curves} curves
 * @param {Chart} chart
 * @returns {Interval | null} null: nothing was measured
 */
export const valueRange = (curves, { series, mark }) => {
  const names = [series, `val_${series}`]
  const all = names.flatMap(o => measured(curves, o).values).concat(mark ?? [])
  if (!all.length) return null
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const margin = (high - low) * MARGIN || LEAST_MARGIN
  return [low - margin, high + margin]
}

/** How far the axis of steps goes: while it runs, as far as it will. @param {Training} training @param {boolean} running */
export const lastStep = ({ steps, curves }, running) =>
  Math.max(running && steps ? steps : (curves?.step.at(-1) ?? 0), 2)

/** @param {Plane} plane @param {Curves} curves @param {string} name */
const drawSeries = (plane, curves, name) => {
  const { at, values } = measured(curves, name)
  const isValidation = name.startsWith('val_')
  const line = svg('path', {
    class: `se-lab-line ${isValidation ? 'se-lab-val' : 'se-lab-trainline'}`,
    'data-series': name,
    d: pathOf(plane, at, values),
  })
  if (!isValidation) return [line]
  const dots = values.map((v, i) => {
    const place = { cx: plane.toX(at[i]), cy: plane.toY(v) }
    return svg('circle', { ...place, r: RADIUS, class: 'se-lab-dot' })
  })
  return [line, ...dots]
}

/**
 * @param {HTMLElement} holder
 * @param {Chart} chart
 * @param {Curves} curves
 * @param {number} steps
 */
const drawChart = (holder, chart, curves, steps) => {
  const y = valueRange(curves, chart)
  if (!y) return
  const spec = { height: HEIGHT, y, nx: 3, ny: 3, label: chart.title }
  const { plane, drawing } = drawAxes(holder, { ...spec, x: [0, steps] })
  if (chart.mark != null) drawing.append(levelLine(plane, chart.mark))
  for (const name of [chart.series, `val_${chart.series}`])
    if (curves[name]) drawing.append(...drawSeries(plane, curves, name))
}

/** @param {Chart} chart @param {HTMLElement} holder */
const figureOf = ({ title, why }, holder) =>
  el('figure', { class: 'se-lab-chart', title: why }, el('figcaption', {}, title), holder)

/**
 * All charts in place of those before.
 * @param {HTMLElement} plots
 * @param {Training} training
 * @param {boolean} running
 */
export const drawCharts = (plots, training, running) => {
  const { curves } = training
  plots.replaceChildren()
  plots.hidden = !curves?.step.length
  if (!curves || plots.hidden) return
  const holders = CHARTS.map(() => el('div', { class: 'se-lab-plot' }))
  plots.append(...CHARTS.map((chart, i) => figureOf(chart, holders[i])))
  const steps = lastStep(training, running)
  // a chart is as wide as the others let it be: all are there before the first is drawn
  for (const [i, chart] of CHARTS.entries()) drawChart(holders[i], chart, curves, steps)
}
