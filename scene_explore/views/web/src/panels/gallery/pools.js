// Similarities of a space in the small: means of blocks in the order of time.

import { quantile } from '../../kit/statistics.js'
import { Pool as MatrixPool } from '../matrix/pool.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Numbers } from '../../types.d.ts' */
/** @import { Runs } from './runs.js' */
/** @import { Range } from './types.d.ts' */
/** @typedef {{ blocks: number, values: Float32Array }} Pool values: [blocks, blocks] */

const MOST_BLOCKS = 40
const LOWEST = 0.02 // the quantile that the colours begin with

/**
 * The mean cosine of every block of unit rows with every other.
 * @param {{ x: Numbers, d: number }} space
 * @param {number[]} rows
 * @param {number} [most] blocks
 * @returns {Pool}
 */
export const pooledCosines = (space, rows, most = MOST_BLOCKS) => {
  const whole = { row: 0, column: 0, size: rows.length }
  const pool = new MatrixPool(space, rows, whole, Math.min(rows.length, most))
  pool.run(() => true)
  return pool
}

/** The range of colours that fits all of them. @param {Pool[]} pools @returns {Range} */
export const colourRange = pools => {
  const sorted = pools.flatMap(o => [...o.values]).sort((a, b) => a - b)
  return [quantile(sorted, LOWEST) ?? 0, sorted.at(-1) ?? 1]
}

/**
 * The pooled similarities of all runs that have a space, by name, and the range of them all.
 * @param {Deck} deck
 * @param {Runs} runs
 */
export const poolsOf = (deck, runs) => {
  const rows = deck.order.flat()
  const spaces = runs.withSpace.flatMap(i => deck.space(runs.names[i]) ?? [])
  const pools = new Map(spaces.map(o => [o.name, pooledCosines(o, rows)]))
  return { pools, range: colourRange([...pools.values()]) }
}
