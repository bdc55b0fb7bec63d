// Which cosine has which colour.

import { ramp } from '../../kit/colours.js'
import { clamp } from '../../kit/text.js'

/** @import { Deck } from '../../deck/deck.js' */

/** @typedef {{ low: number, high: number }} ColourRange */

const SAMPLE = 5000 // values that say where a quantile lies
const LEAST = 1e-6 // a range is never empty

/** A quantile, of a sample where there are many. @param {ArrayLike<number>} values @param {number} q */
export const quantileOf = (values, q) => {
  const step = Math.max(1, Math.floor(values.length / SAMPLE))
  const sample = []
  for (let i = 0; i < values.length; i += step) sample.push(values[i])
  sample.sort((a, b) => a - b)
  return sample[Math.round(q * (sample.length - 1))]
}

/**
 * Colours for what is in view.
 * @param {ArrayLike<number>} values
 * @param {boolean} single a cell is one pair of scenes
 * @returns {ColourRange}
 */
export const colourRange = (values, single) => {
  const low = quantileOf(values, 0.02)
  const high = single ? 1 : Math.max(quantileOf(values, 0.998), low + LEAST)
  return high - low < LEAST ? { low: high - LEAST, high } : { low, high }
}

/**
 * RGBA of every value; beyond the range as its ends.
 * @param {ArrayLike<number>} values
 * @param {ColourRange} range
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
