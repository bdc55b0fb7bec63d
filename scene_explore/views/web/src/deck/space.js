// An embedding space: unit rows, and its layouts.

import { unpack } from './unpack.js'

/** @import { Bytes, Layout, PackedLayout, PackedSpace } from '../types.d.ts' */

/**
 * The k highest, ties in the order of rows.
 * @param {ArrayLike<number>} score a value a row; NaN is left out
 * @param {number} k
 * @param {(row: number) => boolean} [keep]
 * @returns {[number, number][]} [row, score]
 */
export const top = (score, k, keep = () => true) => {
  const rows = []
  for (let j = 0; j < score.length; j++) if (keep(j) && !Number.isNaN(score[j])) rows.push(j)
  return rows
    .sort((a, b) => score[b] - score[a] || a - b)
    .slice(0, k)
    .map(j => [j, score[j]])
}

/** @param {PackedLayout} o @param {Bytes[]} buffers @returns {Layout} */
const layoutOf = (o, buffers) => ({ ...o, xy: unpack(o.xy, buffers), dims: o.xy.shape[1] })

export class Space {
  /** @param {PackedSpace} o @param {number} n rows @param {Bytes[]} buffers */
  constructor(o, n, buffers) {
    this.name = o.name
    this.note = o.note || ''
    this.role = o.role || 'visual'
    this.n = n
    this.d = o.x.shape[1]
    this.x = unpack(o.x, buffers) // [n, d]
    const layouts = Object.entries(o.layouts || {}).map(([k, y]) => [k, layoutOf(y, buffers)])
    /** @type {Record<string, Layout>} */
    this.layouts = Object.fromEntries(layouts)
  }

  /** A layout that came. @param {string} name @param {PackedLayout} o @param {Bytes[]} buffers */
  add(name, o, buffers) {
    this.layouts[name] = layoutOf(o, buffers)
  }

  /** Cosine of two rows. @param {number} i @param {number} j */
  similarity(i, j) {
    const { x, d } = this
    let sum = 0
    for (let k = 0, a = i * d, b = j * d; k < d; k++) sum += x[a + k] * x[b + k]
    return sum
  }

  /** Cosines of a row with all. @param {number} i */
  to(i) {
    return Float32Array.from({ length: this.n }, (_, j) => this.similarity(i, j))
  }

  /**
   * The k rows nearest to row i, nearest first, itself left out.
   * @param {number} i
   * @param {number} k
   * @param {(row: number) => boolean} [keep]
   */
  nearest(i, k, keep = () => true) {
    return top(this.to(i), k, j => j !== i && keep(j))
  }
}
