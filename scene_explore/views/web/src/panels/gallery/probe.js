// Which factors explain the variance of a designed set of films, run by run.

import { svg } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { seriesKey } from './badges.js'
import { extent, linear, rounded } from './scales.js'
import { across, drawing, gridAcross, label, letter } from './svg.js'

/** @import { ChartContext, Drawing, Range, Share, Slot } from './types.d.ts' */
/** @typedef {(v: number) => number} Scale */

const LEFT = 116 // px for the names of the factors
const RIGHT = 14
const BAR = 10
const GAP = 9 // between two factors
const FOOT = 24

const NOTE =
  'Share of the variance of a designed probe set that each factor explains (variance components), with 95% intervals over rooms; rest: other interactions and noise.'

/**
 * From zero, or below, to what the longest bar needs.
 * @param {(Share | null)[]} shares
 * @returns {Range}
 */
export const shareRange = shares => {
  const [low, high] = extent(shares.flatMap(o => o ?? []))
  return [Math.min(low, 0), Math.max(high, 0.1)]
}

/** A bar between zero and a share. @param {number} share @param {Scale} toX */
export const barOf = (share, toX) => {
  const [zero, end] = [toX(0), toX(share)]
  return { x: Math.min(zero, end), width: Math.abs(end - zero) }
}

/** @param {number} share */
const percent = share => `${Math.round(100 * share)}%`

/** @param {string} name @param {string} factor @param {Share} share */
export const shareTitle = (name, factor, share) => {
  const [value, low, high] = share.map(v => rounded(v == null ? v : 100 * v, 1))
  return `${short(name, 60)}, ${factor}: ${value}% (${low} to ${high})`
}

/** @param {Share} share @param {Scale} toX @param {number} y */
const whisker = ([, low, high], toX, y) =>
  low == null || high == null ? [] : [across(toX(low), toX(high), y, { class: 'se-gal-whisker' })]

/**
 * @param {Slot} slot
 * @param {string} factor
 * @param {number} k its place
 * @param {number} y
 * @param {Scale} toX
 */
const bar = (slot, factor, k, y, toX) => {
  const share = slot.run.probe[k]
  if (share?.[0] == null) return []
  const look = { fill: slot.colour, opacity: 0.75 }
  const group = svg(
    'g',
    {},
    svg('title', {}, shareTitle(slot.run.name, factor, share)),
    letter(LEFT - 5, y + BAR - 1.5, slot, { small: true, anchor: 'end' }),
    svg('rect', { ...barOf(share[0], toX), y, height: BAR - 2, ...look }),
    ...whisker(share, toX, y + BAR / 2 - 1),
  )
  return [group]
}

/**
 * What a factor explains in every run, in words.
 * @param {string} factor
 * @param {number} k
 * @param {Slot[]} slots
 */
const factorText = (factor, k, slots) => {
  const shares = slots.map(({ run }) => `${short(run.name, 30)} ${percent(run.probe[k]?.[0] ?? 0)}`)
  return `${factor}: ${shares.join(', ')}`
}

/** @param {Slot[]} slots @param {string[]} factors @param {number} width */
const chart = (slots, factors, width) => {
  const range = shareRange(slots.flatMap(o => o.run.probe))
  const toX = linear(range, [LEFT, width - RIGHT])
  const step = BAR * slots.length + GAP
  const height = step * factors.length + FOOT
  const said = factors.map((o, k) => factorText(o, k, slots)).join('; ')
  const rows = factors.map((factor, k) => {
    const name = label(LEFT - 22, step * k + step / 2 - GAP / 2 + 4, short(factor, 16), {
      'text-anchor': 'end',
    })
    const bars = slots.flatMap((slot, j) => bar(slot, factor, k, step * k + BAR * j + 1, toX))
    return svg('g', {}, name, ...bars)
  })
  const grid = gridAcross(range, toX, { top: 0, bottom: height - 20, height, text: percent })
  return drawing(width, height, said, [...grid, ...rows])
}

/** @param {ChartContext} context @returns {Drawing} */
export const probeChart = ({ data, slots, width }) => {
  const probed = slots.filter(o => o.run.probe.some(Boolean))
  if (!probed.length)
    return { content: [], note: 'The probe films were not shown to any of these.' }
  const key = seriesKey(probed, { dashed: false })
  return { content: [key, chart(probed, data.factors, width)], note: NOTE }
}
