// How the training went: a measure of the runs by step.

import { ticks } from '../../kit/axes.js'
import { svg } from '../../kit/dom.js'
import { seriesKey } from './badges.js'
import { extent, linear } from './scales.js'
import { differingSettings } from './settings.js'
import { across, drawing, label, letter } from './svg.js'

/** @import { ChartContext, Curve, Drawing, GalleryData, Line, Maybe, Range, Slot } from './types.d.ts' */
/** @typedef {(v: number) => number} Scale */
/** @typedef {{ slot: Slot, curve: Curve }} Trained */

const HEIGHT = 240
const PAD = { left: 46, right: 24, top: 8, bottom: 34 }
const LETTER_GAP = 13 // px between two letters at the ends of lines
const MEANT = ['task', 'loss', 'weighting', 'calibration', 'options', 'terms', 'margin']

/**
 * What is drawn of a measure: the batches, or the validation where there are none.
 * @param {Curve} curve
 * @returns {Line}
 */
export const lineOf = ({ x, y, vx, vy }) => ({
  x: x.length ? x : vx,
  y: y.length ? y : vy,
})

/**
 * A line through the points that are known, broken where one is missing.
 * @param {number[]} x
 * @param {Maybe[]} y
 * @param {Scale} toX
 * @param {Scale} toY
 */
export const linePath = (x, y, toX, toY) => {
  /** @param {number} v @param {number} k */
  const point = (v, k) => {
    const value = y[k]
    if (value == null) return ''
    const move = k && y[k - 1] != null ? 'L' : 'M'
    return `${move}${toX(v).toFixed(1)},${toY(value).toFixed(1)}`
  }
  return x.map(point).join('')
}

/**
 * Heights moved down as little as keeps them apart, and up again where the last would lie too low.
 * @param {number[]} heights ascending
 * @param {number} gap
 * @param {number} lowest
 */
export const spaced = (heights, gap, lowest) => {
  /** @type {number[]} */
  const out = []
  for (const y of heights) out.push(out.length ? Math.max(y, out[out.length - 1] + gap) : y)
  return out.map((y, k) => Math.min(y, lowest - gap * (out.length - 1 - k)))
}

/** A little more than a range. @param {Range} range @returns {Range} */
export const widened = ([low, high]) => {
  const margin = (high - low) * 0.05 || 0.5
  return [low - margin, high + margin]
}

/** @param {Range} range @param {Scale} toY @param {number} width */
const grid = (range, toY, width) =>
  ticks(...range).map(v =>
    svg(
      'g',
      {},
      across(PAD.left, width - PAD.right, toY(v), { class: 'se-gal-grid' }),
      label(PAD.left - 6, toY(v) + 4, String(v), { 'text-anchor': 'end' }),
    ),
  )

/** @param {Trained} trained @param {Scale} toX @param {Scale} toY */
const validations = ({ slot, curve: { vx, vy } }, toX, toY) =>
  vx.flatMap((v, k) => {
    const value = vy[k]
    if (value == null) return []
    return svg('circle', { cx: toX(v), cy: toY(value), r: 3, fill: slot.colour, stroke: 'none' })
  })

/** @param {Trained} trained @param {Scale} toX @param {Scale} toY */
const line = (trained, toX, toY) => {
  const { slot, curve } = trained
  const batches = linePath(curve.x, curve.y, toX, toY)
  const validation = linePath(curve.vx, curve.vy, toX, toY)
  return svg(
    'g',
    { 'data-line': slot.letter, stroke: slot.colour, fill: 'none' },
    svg('path', { d: batches, 'stroke-width': 2.2, 'stroke-dasharray': slot.dash }),
    svg('path', { d: validation, 'stroke-width': 1, opacity: 0.6 }),
    ...validations(trained, toX, toY),
  )
}

/**
 * The letter of each run where its line ends.
 * @param {Trained[]} trained
 * @param {number} x
 * @param {Scale} toY
 * @param {number} lowest
 */
const endLetters = (trained, x, toY, lowest) => {
  const ends = trained
    .map(({ slot, curve }) => {
      const last = lineOf(curve).y.findLast(v => v != null)
      return { slot, y: toY(last ?? lowest) }
    })
    .sort((a, b) => a.y - b.y)
  const heights = spaced(
    ends.map(o => o.y),
    LETTER_GAP,
    toY(lowest),
  )
  return ends.map(({ slot }, k) => letter(x, heights[k] + 4, slot))
}

/** @param {Trained[]} trained @param {string} measure @param {number} width */
const chart = (trained, measure, width) => {
  const steps = extent(trained.flatMap(({ curve }) => [...curve.x, ...curve.vx]))
  const values = widened(extent(trained.flatMap(({ curve }) => [...curve.y, ...curve.vy])))
  const toX = linear(steps, [PAD.left, width - PAD.right])
  const toY = linear(values, [HEIGHT - PAD.bottom, PAD.top])
  const middle = { 'text-anchor': 'middle' }
  return drawing(width, HEIGHT, `${measure} by step`, [
    ...grid(values, toY, width),
    ...ticks(...steps, 6).map(v => label(toX(v), HEIGHT - PAD.bottom + 16, String(v), middle)),
    ...trained.map(o => line(o, toX, toY)),
    ...endLetters(trained, width - PAD.right + 6, toY, values[0]),
    label((PAD.left + width - PAD.right) / 2, HEIGHT - 3, 'step', middle),
  ])
}

/**
 * What has to be said of a measure before its curves are compared.
 * @param {string} measure
 * @param {GalleryData} data
 * @param {Slot[]} slots
 */
export const curveNote = (measure, { settings }, slots) => {
  const first = 'Lines: running mean of the training batches; dots: validation films.'
  if (measure === 'ratio') return `${first} At 1 all vectors are one.`
  const configs = slots.map(o => o.run.config)
  const differ = differingSettings(configs, settings).map(k => settings[k])
  const meant = MEANT.filter(o => differ.includes(o))
  if (measure !== 'loss' || !meant.length) return first
  return `${first} These runs differ in ${meant.join(', ')}: the heights of their losses say nothing of each other, their courses do.`
}

/** @param {ChartContext} context @returns {Drawing} */
export const curvesChart = ({ data, slots, measure, width }) => {
  const trained = slots.flatMap(slot => {
    const curve = slot.run.curves[measure]
    return curve ? [{ slot, curve }] : []
  })
  if (!trained.length)
    return { content: [], note: 'None of these was trained, or none noted this.' }
  const shown = trained.map(o => o.slot)
  return {
    content: [seriesKey(shown, { dashed: true }), chart(trained, measure, width)],
    note: curveNote(measure, data, shown),
  }
}
