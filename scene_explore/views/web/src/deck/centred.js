// A space without its mean direction.

import { Space } from './space.js'

/** @import { Numbers } from '../types.d.ts' */

const LEAST = 1e-6 // shorter than that, what is left of a unit vector is rounding

/** @param {Numbers} x @param {number} d @param {number} row */
const isKnown = (x, d, row) => x.subarray(row * d, (row + 1) * d).every(Number.isFinite)

/**
 * The mean vector of rows; those with missing values are left out.
 * @param {{ x: Numbers, d: number }} space
 * @param {number[]} rows
 * @returns {Float64Array} [d]
 */
export const meanVector = ({ x, d }, rows) => {
  const mean = new Float64Array(d)
  const known = rows.filter(row => isKnown(x, d, row))
  for (const row of known) for (let k = 0; k < d; k++) mean[k] += x[row * d + k] / known.length
  return mean
}

/**
 * All rows minus the mean vector of some, of length one again; a row that equals the mean is zero.
 * @param {{ x: Numbers, d: number }} space
 * @param {number[]} rows
 * @returns {Float32Array} [n, d]
 */
export const centredRows = ({ x, d }, rows) => {
  const mean = meanVector({ x, d }, rows)
  const out = new Float32Array(x.length)
  const row = new Float64Array(d)
  for (let from = 0; from < x.length; from += d) {
    let squares = 0
    for (let k = 0; k < d; k++) {
      row[k] = x[from + k] - mean[k]
      squares += row[k] ** 2
    }
    const length = Math.sqrt(squares)
    for (let k = 0; k < d; k++) out[from + k] = length < LEAST ? 0 : row[k] / length
  }
  return out
}

/**
 * The space, with centred rows.
 * @param {Space} space
 * @param {number[]} rows whose mean is taken out
 * @returns {Space}
 */
export const centredSpace = (space, rows) =>
  Object.assign(Object.create(Space.prototype), space, { x: centredRows(space, rows) })
