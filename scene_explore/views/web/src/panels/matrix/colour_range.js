// Which cosine has which colour.

import { ramp } from '../../kit/colours.js'
import { quantile } from '../../kit/statistics.js'
import { clamp } from '../../kit/text.js'
import { blocksOf, stretch } from './viewport.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Range } from './viewport.js' */

/**
 * The cosines that have the ends of the scale, and whether there are cells beyond them.
 * @typedef {{ low: number, high: number, below: boolean, above: boolean }} ColourRange
 */

const LOW = 0.02
const HIGH = 0.98
const LEAST = 1e-6 // a range is never empty

/**
 * The cells without those that hold a scene and itself, whose cosine of 1 says nothing.
 * @param {ArrayLike<number>} values
 * @param {Range} range
 */
export const offDiagonal = (values, range) => {
  const blocks = blocksOf(range)
  const kept = []
  for (let a = 0; a < blocks; a++) {
    const [top, bottom] = stretch(range.row, range.size, blocks, a)
    for (let b = 0; b < blocks; b++) {
      const [left, right] = stretch(range.column, range.size, blocks, b)
      if (bottom <= left || right <= top) kept.push(values[a * blocks + b])
    }
  }
  return kept
}

/**
 * Whether there are values beyond a range.
 * @param {ArrayLike<number>} values
 * @param {number} low
 * @param {number} high
 * @returns {ColourRange}
 */
export const rangeWithin = (values, low, high) => {
  const all = Array.from(values)
  return { low, high, below: all.some(v => v < low), above: all.some(v => v > high) }
}

/**
 * Colours for what is in view: from the 2nd to the 98th percentile off the diagonal, so that a few
 * extremes do not set them.
 * @param {ArrayLike<number>} values
 * @param {Range} range
 */
export const colourRange = (values, range) => {
  const others = offDiagonal(values, range)
  const sorted = Float32Array.from(others.length ? others : Array.from(values)).sort()
  const low = quantile(sorted, LOW)
  const high = quantile(sorted, HIGH)
  return rangeWithin(values, high - low < LEAST ? high - LEAST : low, high)
}

/**
 * RGBA of every value; beyond the range as its ends.
 * @param {ArrayLike<number>} values
 * @param {{ low: number, high: number }} range
 * @param {ArrayLike<number>} table [256 * 3]
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export const pixelsOf = (values, { low, high }, table) => {
  const pixels = new Uint8ClampedArray(4 * values.length)
  const factor = 255 / (high - low)
  for (let i = 0; i < values.length; i++) {
    const colour = 3 * clamp(Math.round((values[i] - low) * factor), 0, 255)
    for (let k = 0; k < 3; k++) pixels[4 * i + k] = table[colour + k]
    pixels[4 * i + 3] = 255
  }
  return pixels
}

/** The colours of a deck's scale. @param {Deck} deck @returns {Uint8ClampedArray} [256 * 3] */
export const tableOf = deck => {
  deck.table ??= ramp(deck.scale)
  return deck.table
}
