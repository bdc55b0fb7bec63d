// Similarities of a space in the small: means of blocks in the order of time.

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Runs } from './runs.js' */
/** @import { Range } from './types.d.ts' */
/** @typedef {{ blocks: number, values: Float32Array }} Pool values: [blocks, blocks] */

const MOST_BLOCKS = 40
const LOWEST = 0.02 // the quantile that the colours begin with

/**
 * The mean vector of each block of rows, each about as long as the others.
 * @param {{ x: ArrayLike<number>, d: number }} space
 * @param {number[]} rows
 * @param {number} blocks
 */
const blockMeans = ({ x, d }, rows, blocks) => {
  const means = new Float32Array(blocks * d)
  const sizes = new Float32Array(blocks)
  rows.forEach((row, k) => {
    const block = Math.floor((k * blocks) / rows.length)
    sizes[block]++
    for (let c = 0; c < d; c++) means[block * d + c] += x[row * d + c]
  })
  return means.map((v, k) => v / (sizes[Math.floor(k / d)] || 1))
}

/** @param {Float32Array} x @param {number} d @param {number} i @param {number} j */
const product = (x, d, i, j) => {
  let sum = 0
  for (let c = 0; c < d; c++) sum += x[i * d + c] * x[j * d + c]
  return sum
}

/**
 * The mean cosine of every block of unit rows with every other, which is the product of
 * their means.
 * @param {{ x: ArrayLike<number>, d: number }} space
 * @param {number[]} rows
 * @param {number} [most] blocks
 * @returns {Pool}
 */
export const pooledCosines = (space, rows, most = MOST_BLOCKS) => {
  const blocks = Math.min(rows.length, most)
  const means = blockMeans(space, rows, blocks)
  const values = new Float32Array(blocks * blocks)
  for (let a = 0; a < blocks; a++)
    for (let b = a; b < blocks; b++) {
      const mean = product(means, space.d, a, b)
      values[a * blocks + b] = mean
      values[b * blocks + a] = mean
    }
  return { blocks, values }
}

/** The range of colours that fits all of them. @param {Pool[]} pools @returns {Range} */
export const colourRange = pools => {
  const sorted = pools.flatMap(o => [...o.values]).sort((a, b) => a - b)
  return [sorted[Math.floor(sorted.length * LOWEST)] ?? 0, sorted.at(-1) ?? 1]
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
