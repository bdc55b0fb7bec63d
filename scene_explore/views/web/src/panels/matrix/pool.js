// The numbers of the matrix. The dot product of the mean unit vectors of two blocks is the mean of
// the cosines between them, exactly, so that no N x N array is ever made.

import { blocksOf, stretch } from './viewport.js'

/** @import { Numbers } from '../../types.d.ts' */
/** @import { Range } from './viewport.js' */

/** Unit vectors, row by row. @typedef {{ x: Numbers, d: number }} Vectors */

const SLICE = 14 // ms of work between two pictures

/** @param {Vectors} space @param {number[]} rows @param {Float32Array} out [d] */
const meanInto = ({ x, d }, rows, out) => {
  for (const row of rows) for (let k = 0; k < d; k++) out[k] += x[row * d + k]
  if (rows.length > 1) for (let k = 0; k < d; k++) out[k] /= rows.length
}

/**
 * Mean unit vectors of the blocks of rows[from : from + size].
 * @param {Vectors} space
 * @param {number[]} rows
 * @param {number} from
 * @param {number} size
 * @param {number} blocks
 * @returns {Float32Array} [blocks, d]
 */
export const blockMeans = (space, rows, from, size, blocks) => {
  const { d } = space
  const out = new Float32Array(blocks * d)
  for (let b = 0; b < blocks; b++) {
    const [first, end] = stretch(from, size, blocks, b)
    meanInto(space, rows.slice(first, end), out.subarray(b * d, (b + 1) * d))
  }
  return out
}

/**
 * Of vectors that begin at i and j; two sums, which the processor adds at once.
 * @param {Float32Array} a
 * @param {number} i
 * @param {Float32Array} b
 * @param {number} j
 * @param {number} d
 */
const dot = (a, i, b, j, d) => {
  let even = 0
  let odd = 0
  let k = 0
  for (; k < d - 1; k += 2) {
    even += a[i + k] * b[j + k]
    odd += a[i + k + 1] * b[j + k + 1]
  }
  if (k < d) even += a[i + k] * b[j + k]
  return even + odd
}

/** The cells of a range, filled in row by row. */
export class Pool {
  /** @param {Vectors} space @param {number[]} rows in their order @param {Range} range @param {number} [blocks] */
  constructor(space, rows, range, blocks = blocksOf(range)) {
    this.d = space.d
    this.blocks = blocks
    /** rows and columns are the same scenes */
    this.even = range.row === range.column
    this.a = blockMeans(space, rows, range.row, range.size, this.blocks)
    this.b = this.even ? this.a : blockMeans(space, rows, range.column, range.size, this.blocks)
    this.values = new Float32Array(this.blocks * this.blocks)
    this.done = 0 // rows
  }

  addRow() {
    const { a, b, d, blocks, values, even } = this
    const row = this.done
    for (let column = even ? row : 0; column < blocks; column++) {
      const value = dot(a, row * d, b, column * d, d)
      values[row * blocks + column] = value
      if (even) values[column * blocks + row] = value
    }
    this.done += 1
  }

  /** Whether all rows are there. @param {() => boolean} goOn */
  run(goOn) {
    while (this.done < this.blocks && goOn()) this.addRow()
    return this.done === this.blocks
  }
}

/**
 * All rows of a pool, a few between two pictures, so that the page stays awake.
 * @param {Pool} pool
 * @param {() => void} done
 * @returns {() => void} what cancels it
 */
export const runSlowly = (pool, done) => {
  let asked = 0
  const slice = () => {
    const until = performance.now() + SLICE
    if (pool.run(() => performance.now() < until)) done()
    else asked = requestAnimationFrame(slice)
  }
  slice()
  return () => cancelAnimationFrame(asked)
}
