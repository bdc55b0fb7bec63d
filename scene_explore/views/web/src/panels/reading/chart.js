// Confidences at the cuts of a film over its time, one row a method.

import { svg } from '../../kit/dom.js'
import { clock, short } from '../../kit/text.js'
import { chartTimes, nearestOf } from './measures.js'

/** @import { ReadFilm } from './measures.js' */

const GUTTER = 150 // px for what the rows are called
const ROW = 52
const SIGN_ROW = 24
const RIGHT = 12
const BOTTOM = 22

/**
 * @param {ReadFilm} film
 * @param {number} chosen the cut that is marked
 * @param {number} width
 * @param {(cut: number) => void} choose
 */
export const readingChart = (film, chosen, width, choose) => {
  const { methods, shots, signs } = film
  const top = signs ? SIGN_ROW : 0
  const height = top + methods.length * ROW + BOTTOM
  const end = shots[shots.length - 1].end
  /** @param {number} t seconds */
  const x = t => GUTTER + (t / end) * (width - GUTTER - RIGHT)
  const cuts = film.cuts.map((_, i) => x(shots[i].end))
  const at = cuts[chosen]
  const chart = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height },
    ...timesOf(end, x, height),
    ...(signs ? signsOf(signs, cuts) : []),
    ...methods.flatMap((_, i) => methodOf(film, i, cuts, top + i * ROW, width)),
    svg('line', { class: 'chosen', x1: at, x2: at, y1: 0, y2: height - 20 }),
  )
  chart.addEventListener('click', e =>
    choose(nearestOf(cuts, e.clientX - chart.getBoundingClientRect().left)),
  )
  return chart
}

/** @param {number} end @param {(t: number) => number} x @param {number} height */
const timesOf = (end, x, height) =>
  chartTimes(end).flatMap(t => [
    svg('line', { class: 'axis', x1: x(t), x2: x(t), y1: 0, y2: height - 18 }),
    svg('text', { class: 'label', x: x(t), y: height - 4, 'text-anchor': 'middle' }, clock(t)),
  ])

/** @param {string[]} signs @param {number[]} cuts their places */
const signsOf = (signs, cuts) => [
  svg('text', { class: 'label', x: 0, y: 15 }, 'scenes end by'),
  ...signs.flatMap((sign, i) =>
    sign ? svg('text', { class: 'sign', x: cuts[i], y: 15, 'text-anchor': 'middle' }, sign) : [],
  ),
]

/**
 * @param {ReadFilm} film
 * @param {number} i the method; the first is the model, whose answers are marked
 * @param {number[]} cuts their places
 * @param {number} top
 * @param {number} width
 */
const methodOf = ({ methods, cuts: decided }, i, cuts, top, width) => {
  const base = top + ROW - 4
  const { name, scores } = methods[i]
  return [
    svg('text', { class: 'label', x: 0, y: base - 14 }, short(name, 22)),
    svg('line', { class: 'axis', x1: GUTTER, x2: width, y1: base, y2: base }),
    ...scores.flatMap((score, k) => {
      if (score === null) return []
      return barOf(score, k, cuts[k], base, i === 0 && decided[k].answer === 'Yes')
    }),
  ]
}

/** @param {number} score @param {number} cut @param {number} x @param {number} base @param {boolean} yes */
const barOf = (score, cut, x, base, yes) =>
  svg(
    'line',
    {
      class: yes ? 'bar yes' : 'bar',
      x1: x,
      x2: x,
      y1: base,
      y2: base - Math.max(score, 0.02) * (ROW - 10),
    },
    svg('title', {}, `after shot ${cut + 1}: ${score.toFixed(3)}`),
  )
