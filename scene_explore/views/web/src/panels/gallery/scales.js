// Scales of the charts: ranges of values, positions of them, and round numbers between.

/** @import { Maybe, Range } from './types.d.ts' */

/**
 * The lowest and the highest of those that are known; of none an empty range.
 * @param {Maybe[]} values
 * @returns {Range}
 */
export const extent = values => {
  /** @type {Range} */
  const range = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const v of values) {
    if (v == null || !Number.isFinite(v)) continue
    range[0] = Math.min(range[0], v)
    range[1] = Math.max(range[1], v)
  }
  return range
}

/**
 * Where a value of the first range lies in the second.
 * @param {Range} values
 * @param {Range} places
 */
export const linear = ([low, high], [from, to]) => {
  const span = high - low || 1
  /** @param {number} v */
  return v => from + ((to - from) * (v - low)) / span
}

/** @param {Maybe | undefined} x @param {number} [digits] after the point, of numbers below ten */
export const rounded = (x, digits = 3) => {
  if (x == null) return '–'
  const size = Math.abs(x)
  const shown = size >= 100 ? 0 : size >= 10 ? 1 : digits
  return x.toFixed(shown).replace('-', '−')
}
