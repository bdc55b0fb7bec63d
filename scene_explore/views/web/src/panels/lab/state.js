// What Python sends to the lab: JSON whose arrays lie in buffers.

import { unpack } from '../../deck/unpack.js'

/** @import { Bytes } from '../../types.d.ts' */

/**
 * The same with its arrays in place.
 * @param {any} value
 * @param {Bytes[]} buffers
 * @param {number} [base] buffers before those of this value
 * @returns {any}
 */
export const readState = (value, buffers, base = 0) => {
  if (value === null || typeof value !== 'object') return value
  if (value.array) return unpack({ ...value, at: value.at + base }, buffers)
  if (Array.isArray(value)) return value.map(o => readState(o, buffers, base))
  const entries = Object.entries(value).filter(([k]) => k !== 'buffers')
  return Object.fromEntries(entries.map(([k, v]) => [k, readState(v, buffers, base)]))
}
