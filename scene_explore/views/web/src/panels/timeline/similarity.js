// The similarity of each scene to the one before it, and the boundaries that a threshold makes of it.

/** @import { Space } from '../../deck/space.js' */

const ROOM = 0.08 // of the range, above and below the curve
const NARROWEST = 0.02
const OUTSIDE = 0.01 // share of the values, at either end, that a robust range leaves out
const SUGGESTED = 0.2 // share of the scenes that are below the threshold that is offered

/** A scene without a vector has a row of zeros. @param {Space} space @param {number} row */
const hasVector = (space, row) => {
  const square = space.similarity(row, row)
  return square > 0.25 && Number.isFinite(square)
}

/**
 * Of the scenes of a film in the order of time: the cosine of each with the one before; NaN for the
 * first, and where a vector is missing.
 * @param {Space} space
 * @param {number[]} rows
 */
export const consecutive = (space, rows) =>
  Float32Array.from(rows, (row, k) => {
    if (!k || !hasVector(space, row) || !hasVector(space, rows[k - 1])) return Number.NaN
    return space.similarity(rows[k - 1], row)
  })

/**
 * The lowest and the highest value of all lists; null where there is none.
 * @param {...ArrayLike<number>} lists
 * @returns {[number, number] | null}
 */
export const extentOf = (...lists) => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const list of lists)
    for (const v of Array.from(list).filter(Number.isFinite)) {
      low = Math.min(low, v)
      high = Math.max(high, v)
    }
  return low <= high ? [low, high] : null
}

/**
 * The 1st and the 99th percentile; of up to a hundred values the lowest and the highest.
 * @param {ArrayLike<number>} values
 * @returns {number[]} none where there is no value
 */
export const percentilesOf = values => {
  const known = Float32Array.from(values).filter(Number.isFinite).sort()
  const outside = Math.floor((known.length - 1) * OUTSIDE)
  return known.length ? [known[outside], known[known.length - 1 - outside]] : []
}

/**
 * What the axis of the curve reaches over: its values and the threshold, with a little room.
 * @param {ArrayLike<number>[]} lists
 * @param {number | null} threshold
 * @param {boolean} [isRobust] the few values that are unlike all others set no limit
 * @returns {[number, number]}
 */
export const curveRange = (lists, threshold, isRobust = false) => {
  const extent = extentOf(...(isRobust ? lists.map(percentilesOf) : lists)) ?? [0, 1]
  const low = Math.min(extent[0], threshold ?? 1)
  const high = Math.max(extent[1], threshold ?? -1)
  const room = Math.max(high - low, NARROWEST) * ROOM
  return [Math.max(low - room, -1), Math.min(high + room, 1)]
}

/** A threshold that a fifth of the scenes is below. @param {ArrayLike<number>} values */
export const suggestedThreshold = values => {
  const known = Float32Array.from(values).filter(Number.isFinite).sort()
  if (!known.length) return 0.5
  return Math.round(known[Math.floor(known.length * SUGGESTED)] * 1000) / 1000
}

/** Scenes that begin at a boundary. @param {number[]} rows @param {ArrayLike<number>} values @param {number} threshold */
export const boundariesOf = (rows, values, threshold) =>
  rows.filter((_, k) => values[k] < threshold)
