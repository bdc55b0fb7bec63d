// Curves that are drawn by hand: straight lines through points, the first and last of which keep
// their place.

import { clamp } from '../../kit/text.js'

/** @import { Interval, Point } from './types.d.ts' */

const GAP = 0.01 // between neighbouring points, of s

/** @param {Point[]} points ascending in s @param {number} s */
const weightAt = (points, s) => {
  const k = points.findIndex(o => o[0] >= s)
  if (k < 0) return points[points.length - 1][1]
  if (k === 0) return points[0][1]
  const [[before, low], [after, high]] = [points[k - 1], points[k]]
  return low + ((s - before) / (after - before)) * (high - low)
}

/** Weights at each s of a curve through points. @param {Point[]} points @param {ArrayLike<number>} at */
export const through = (points, at) => Array.from(at, s => weightAt(points, s))

/**
 * Where the points of a curve begin: evenly spaced, with one at s = 0 where pairs lie below it.
 * @param {number} low least s
 */
const placesOf = low => {
  if (low < -0.05) return [low, low / 2, 0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1]
  return Array.from({ length: 9 }, (_, i) => low + (i / 8) * (1 - low))
}

/**
 * Points on a curve, to be dragged.
 * @param {ArrayLike<number>} at
 * @param {ArrayLike<number>} weights
 * @param {number} low
 * @returns {Point[]}
 */
export const pointsOn = (at, weights, low) => {
  /** @type {Point[]} */
  const curve = Array.from(at, (s, k) => [s, weights[k]])
  return placesOf(low).map(s => {
    const place = +s.toFixed(4)
    return [place, +weightAt(curve, s).toFixed(4)]
  })
}

/**
 * The points with one of them moved, between its neighbours and inside of the picture; a weight
 * below 0 is possible only where s is.
 * @param {Point[]} points
 * @param {number} i
 * @param {Point} to
 * @param {Interval} span weights that the picture shows
 * @returns {Point[]}
 */
export const withMoved = (points, i, [s, weight], [lowest, highest]) => {
  const here = points[i][0]
  const isEnd = i === 0 || i === points.length - 1
  const place = isEnd ? here : clamp(s, points[i - 1][0] + GAP, points[i + 1][0] - GAP)
  const height = clamp(weight, here < 0 ? lowest : 0, highest)
  /** @type {Point} */
  const moved = [isEnd ? here : +place.toFixed(3), +height.toFixed(3)]
  return points.with(i, moved)
}

/**
 * Quarters around all weights, and at least 0 to 1.
 * @param {...ArrayLike<number>} curves
 * @returns {Interval}
 */
export const weightSpan = (...curves) => {
  const all = curves.flatMap(o => Array.from(o))
  const low = Math.floor(Math.min(...all) * 4 + 0.01) / 4
  const high = Math.ceil(Math.max(...all) * 4 - 0.01) / 4
  return [Math.min(0, low), Math.max(1, high)]
}
