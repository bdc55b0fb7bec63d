// Which scenes lie where: rows of one film in the order of time, as stretches of pixels.

/** @import { Interval, TimeScale } from './scale.js' */

/** Seconds of every row, as a deck has them. @typedef {{ start: ArrayLike<number>, end: ArrayLike<number> }} Times */
/** A scene in the picture: `at` pixels from the left. @typedef {{ row: number, at: number, wide: number }} Stretch */

const NEAR = 5 // pixels beside a scene that still point at it
const OVERLAPPING = 50 // scenes that may reach beyond the start of a later one

/**
 * The first and the last place in `rows` that may be seen.
 * @param {Times} times
 * @param {number[]} rows
 * @param {Interval} seen
 * @returns {[number, number]}
 */
export const visibleRange = (times, rows, { from, to }) => {
  let first = 0
  while (first < rows.length - 1 && times.end[rows[first]] < from) first++
  let last = rows.length - 1
  while (last > 0 && times.start[rows[last]] > to) last--
  return [first, last]
}

/** @param {Times} times @param {number[]} rows @param {TimeScale} scale @returns {Stretch[]} */
export const stretchesOf = (times, rows, scale) =>
  rows.map(row => {
    const at = scale.x(times.start[row])
    return { row, at, wide: Math.max(scale.x(times.end[row]) - at, 1) }
  })

/** Where many scenes share a pixel, the first of them. @param {Stretch[]} stretches */
export const oneAPixel = stretches => {
  let pixel = -1
  return stretches.filter(({ at, wide }) => {
    const isFirst = wide > 1 || Math.floor(at) !== pixel
    if (isFirst) pixel = Math.floor(at)
    return isFirst
  })
}

/** The place of the last scene that has begun by `t`; 0 where none has. @param {Times} times @param {number[]} rows @param {number} t */
const lastBegun = (times, rows, t) => {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (times.start[rows[middle]] <= t) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * The scene at a pixel, the latest where some overlap, else one that is next to it; -1: none.
 * @param {Times} times
 * @param {number[]} rows
 * @param {TimeScale} scale
 * @param {number} x pixels
 */
export const rowAt = (times, rows, scale, x) => {
  if (x < scale.left || x > scale.right || !rows.length) return -1
  const t = scale.time(x)
  const last = lastBegun(times, rows, t)
  const begun = rows.slice(Math.max(0, last - OVERLAPPING), last + 1)
  const under = begun.findLast(row => times.start[row] <= t && t < times.end[row])
  const isNear = /** @param {number} time */ time => Math.abs(scale.x(time) - x) < NEAR
  const near = rows
    .slice(last, last + 2)
    .find(row => isNear(times.start[row]) || isNear(times.end[row]))
  return under ?? near ?? -1
}

/** Scenes that have a part between two times, given in any order. @param {Times} times @param {number[]} rows @param {number} a @param {number} b */
export const rowsWithin = (times, rows, a, b) => {
  const low = Math.min(a, b)
  const high = Math.max(a, b)
  return rows.filter(row => times.start[row] < high && times.end[row] > low)
}

/**
 * The scene beside those selected, by which the selection grows; undefined at either end.
 * @param {number[]} rows
 * @param {number[]} selection
 * @param {1 | -1} by forward, or back
 * @returns {number | undefined}
 */
export const besideSelection = (rows, selection, by) => {
  const chosen = new Set(selection)
  const first = rows.findIndex(row => chosen.has(row))
  if (first < 0) return by > 0 ? rows[0] : rows.at(-1)
  return by > 0 ? rows[rows.findLastIndex(row => chosen.has(row)) + 1] : rows[first - 1]
}
