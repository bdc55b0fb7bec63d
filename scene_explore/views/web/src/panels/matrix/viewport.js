// The part of the matrix that is in view: a square, cut into at most MOST_BLOCKS blocks a side.

import { clamp } from '../../kit/text.js'

/** @import { Stage } from '../../stage/stage.js' */

/**
 * First row, first column, and scenes a side.
 * @typedef {{ row: number, column: number, size: number }} Range
 */
/** A block of rows and a block of columns. @typedef {[number, number]} Cell */
/** @typedef {{ onRange: () => void, onAim: () => void }} Watcher */

export const MOST_BLOCKS = 400
export const LEAST_SCENES = 6

/** @param {number} n scenes @returns {Range} */
export const whole = n => ({ row: 0, column: 0, size: n })

/** Blocks a side. @param {Range} range */
export const blocksOf = range => Math.min(range.size, MOST_BLOCKS)

/** @param {Range} a @param {Range} b */
export const isSame = (a, b) => a.row === b.row && a.column === b.column && a.size === b.size

/** @param {number} size @param {number} n scenes */
const possibleSize = (size, n) => clamp(size, Math.min(LEAST_SCENES, n), n)

/**
 * The nearest range of whole scenes that lies within n scenes.
 * @param {Range} range
 * @param {number} n
 * @returns {Range}
 */
export const fitted = (range, n) => {
  const size = possibleSize(Math.round(range.size), n)
  const row = clamp(Math.round(range.row), 0, n - size)
  const column = clamp(Math.round(range.column), 0, n - size)
  return { row, column, size }
}

/**
 * A range made `by` times as large around a place that stays where it is.
 * @param {Range} range
 * @param {number} by
 * @param {[number, number]} place row and column
 * @param {number} n scenes
 * @returns {Range}
 */
export const scaled = (range, by, [row, column], n) => {
  const size = possibleSize(range.size * by, n)
  const factor = size / range.size
  return {
    row: row - (row - range.row) * factor,
    column: column - (column - range.column) * factor,
    size,
  }
}

/**
 * First and end of a block.
 * @param {number} from
 * @param {number} size
 * @param {number} blocks
 * @param {number} block
 */
export const stretch = (from, size, blocks, block) => [
  from + Math.floor((block * size) / blocks),
  from + Math.floor(((block + 1) * size) / blocks),
]

/** The positions that a cell holds. @param {Range} range @param {Cell} cell */
export const positionsIn = (range, [a, b]) => {
  const blocks = blocksOf(range)
  const [top, bottom] = stretch(range.row, range.size, blocks, a)
  const [left, right] = stretch(range.column, range.size, blocks, b)
  return { top, bottom, left, right }
}

/**
 * The block in which a position lies, the nearest one if it is out of view.
 * @param {number} position
 * @param {number} from
 * @param {Range} range
 */
export const blockOf = (position, from, range) => {
  const blocks = blocksOf(range)
  return clamp(Math.floor(((position - from) * blocks) / range.size), 0, blocks - 1)
}

/**
 * The middle of a cell as row and column.
 * @param {Range} range
 * @param {Cell} cell
 * @returns {[number, number]}
 */
export const middleOf = (range, [a, b]) => {
  const scenes = range.size / blocksOf(range)
  return [range.row + (a + 0.5) * scenes, range.column + (b + 0.5) * scenes]
}

/** What is in view and pointed at, for every matrix that shows it. */
export class Viewport {
  /** @param {number} n scenes */
  constructor(n) {
    this.n = n
    this.range = whole(n)
    /** @type {Range[]} what was in view before */
    this.before = []
    /** @type {Cell | null} */
    this.aim = null
    /** @type {Set<Watcher>} */
    this.watchers = new Set()
  }

  get isWhole() {
    return this.range.size === this.n
  }

  /** @param {number} n scenes */
  reset(n) {
    this.n = n
    this.range = whole(n)
    this.before = []
  }

  /**
   * Whether that changes what is in view.
   * @param {Range} to
   * @param {boolean} [keep] the way back
   */
  go(to, keep = true) {
    const range = fitted(to, this.n)
    if (isSame(range, this.range)) return false
    if (keep) this.before.push(this.range)
    this.range = range
    for (const o of this.watchers) o.onRange()
    return true
  }

  back() {
    return this.go(this.before.pop() ?? whole(this.n), false)
  }

  /**
   * @param {number} by
   * @param {[number, number]} place row and column that stay
   * @param {boolean} keep
   */
  zoom(by, place, keep) {
    return this.go(scaled(this.range, by, place, this.n), keep)
  }

  /** @param {Cell | null} cell */
  pointAt(cell) {
    this.aim = cell
    for (const o of this.watchers) o.onAim()
  }
}

/** All fixed matrices of a stage look at the same range. @type {WeakMap<Stage, Viewport>} */
const fixedViewports = new WeakMap()

/** @param {Stage} stage @param {number} n scenes */
export const fixedViewport = (stage, n) => {
  const known = fixedViewports.get(stage)
  if (known?.watchers.size) return known
  const made = new Viewport(n)
  fixedViewports.set(stage, made)
  return made
}
