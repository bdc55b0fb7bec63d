// What the cells in view hold: their scenes, and the mean cosine of each.

import { el } from '../../kit/dom.js'
import { clock, short, UNKNOWN } from '../../kit/text.js'
import { comparedSpace, cosineName } from '../../stage/centring.js'
import { colourRange, pixelsOf, rangeWithin, tableOf } from './colour_range.js'
import { matrixOrder, positionsOf } from './orders.js'
import { Pool, runSlowly } from './pool.js'
import { blocksOf, isSame, positionsIn } from './viewport.js'

/** @import { Space } from '../../deck/space.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { ColourRange } from './colour_range.js' */
/** @import { Ordered } from './orders.js' */
/** @import { Cell, Range } from './viewport.js' */

/** @typedef {Ordered & { key: string, at: Int32Array }} KeyedOrder */
/**
 * Cells that were computed.
 * @typedef {object} Pooled
 * @property {Range} range
 * @property {number} blocks
 * @property {Float32Array} values
 * @property {Space} space
 * @property {string} order
 * @property {ColourRange} colours
 * @property {HTMLCanvasElement} image
 */

const MOST_KEPT = 12 // ranges that were looked at

/** @param {HTMLCanvasElement} image @param {Uint8ClampedArray<ArrayBuffer>} pixels */
const put = (image, pixels) => {
  const g = /** @type {CanvasRenderingContext2D} */ (image.getContext('2d'))
  g.putImageData(new ImageData(pixels, image.width, image.height), 0, 0)
  return image
}

export class Cells {
  /**
   * @param {Stage} stage
   * @param {string | null} fixed name of a space; null: the one that is chosen
   * @param {[number, number] | null} scale of the colours; null: of what is in view
   */
  constructor(stage, fixed, scale) {
    this.stage = stage
    this.fixed = fixed
    this.scale = scale
    /** @type {Map<string, Pooled>} */
    this.kept = new Map()
    /** @type {Pooled | null} the last that were computed */
    this.pooled = null
    /** @type {KeyedOrder | null} */
    this.ordered = null
    this.cancel = () => {}
  }

  /** How many scenes are shown. */
  get count() {
    const { deck } = this.stage
    return this.stage.get('hide') ? deck.n - deck.blank.size : deck.n
  }

  /** Fixed matrices are plain: their colours are pooled over spaces. */
  get space() {
    return this.fixed
      ? this.stage.deck.space(this.fixed)
      : comparedSpace(this.stage, this.stage.space)
  }

  get cosineName() {
    return this.fixed ? 'cosine' : cosineName(this.stage)
  }

  get order() {
    const { stage, count } = this
    const name = stage.get('order')
    const key = `${name} ${name === 'similarity' ? stage.get('space') : ''} ${count}`
    if (this.ordered?.key !== key) {
      const made = matrixOrder(stage.deck, stage.space, name, rows => stage.shown(rows))
      this.ordered = { key, ...made, at: positionsOf(made.rows, stage.deck.n) }
    }
    return this.ordered
  }

  /** @param {Range} range */
  keyOf({ row, column, size }) {
    return `${this.space?.name}|${this.cosineName}|${this.order.key}|${row}|${column}|${size}`
  }

  /** Compute what is in view, unless it is known. @param {Range} range @param {() => void} done */
  load(range, done) {
    this.cancel()
    const { space, order } = this
    if (!space) return
    const key = this.keyOf(range)
    const known = this.kept.get(key)
    /** @param {Pooled} pooled */
    const show = pooled => {
      this.keep(key, pooled)
      done()
    }
    if (known) return show(known)
    const pool = new Pool(space, order.rows, range)
    const named = { range, space, order: order.key }
    this.cancel = runSlowly(pool, () => show({ ...named, ...this.painted(pool, range) }))
  }

  /** @param {string} key @param {Pooled} pooled */
  keep(key, pooled) {
    this.kept.delete(key)
    this.kept.set(key, pooled)
    const [oldest] = this.kept.keys()
    if (this.kept.size > MOST_KEPT) this.kept.delete(oldest)
    this.pooled = pooled
  }

  /** @param {Pool} pool @param {Range} range */
  painted({ blocks, values }, range) {
    const colours = this.scale ? rangeWithin(values, ...this.scale) : colourRange(values, range)
    const pixels = pixelsOf(values, colours, tableOf(this.stage.deck))
    const image = put(el('canvas', { width: blocks, height: blocks }), pixels)
    return { blocks, values, colours, image }
  }

  /** Those computed last, if they are of this space and order. */
  get current() {
    const { pooled } = this
    const isCurrent = pooled?.order === this.order.key && pooled.space === this.space
    return isCurrent ? pooled : null
  }

  /**
   * The mean cosine of a cell; null before it is computed.
   * @param {Range} range
   * @param {Cell} cell
   */
  mean(range, [a, b]) {
    const { current } = this
    if (!current || !isSame(current.range, range)) return null
    return current.values[a * current.blocks + b]
  }

  /** The scenes of a cell. @param {Range} range @param {Cell} cell */
  inside(range, cell) {
    const positions = positionsIn(range, cell)
    const { rows } = this.order
    const { top, bottom, left, right } = positions
    const single = bottom - top === 1 && right - left === 1
    return { ...positions, single, row: rows[top], column: rows[left] }
  }

  /** @param {Range} range @param {Cell} cell */
  words(range, cell) {
    const { single, row, column, top, bottom, left, right } = this.inside(range, cell)
    if (single) return `${this.cosineName} ${this.space?.similarity(row, column).toFixed(3)}`
    const mean = this.mean(range, cell)
    const value = mean == null ? '' : `: ${mean.toFixed(3)}`
    return `mean of ${bottom - top} × ${right - left} scenes${value}`
  }

  /**
   * The first and the last scene of positions, in words.
   * @param {number} first
   * @param {number} end
   */
  named(first, end) {
    const { rows } = this.order
    return [this.describe(rows[first]), `– ${this.describe(rows[end - 1])}`]
  }

  /** @param {number} row */
  describe(row) {
    const { deck } = this.stage
    const order = this.stage.get('order')
    const isGrouped = this.order.runs.length && order !== 'time'
    const group = isGrouped ? short(deck.said(order, row) || UNKNOWN, 40) : ''
    const film = short(deck.films[deck.film[row]]?.name ?? '', 40)
    return [group, film, clock(deck.start[row])].filter(Boolean).join(', ')
  }

  /** Both scenes of a cell, or what it is the mean of. @param {Range} range @param {Cell} cell */
  sentence(range, cell) {
    const { single, row, column } = this.inside(range, cell)
    const words = this.words(range, cell)
    if (!single) return words
    const { deck } = this.stage
    /** @param {number} i */
    const scene = i => `${short(String(deck.title(i)), 60)}, ${clock(deck.start[i])}`
    return `${scene(row)}, and ${scene(column)}: ${words}`
  }
}

/** What the cells are, below the matrix. @param {Range} range @param {number} n scenes */
export const noteOf = (range, n) => {
  const scenes = range.size / blocksOf(range)
  const side = Number.isInteger(scenes) ? scenes : scenes.toFixed(1)
  if (scenes > 1)
    return `A cell is the mean of ${side} × ${side} scenes: click one, drag a square or turn the wheel to look closer.`
  return range.size < n ? `${range.size} × ${range.size} of ${n} × ${n} scenes.` : ''
}
