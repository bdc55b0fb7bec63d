// Layouts of the spaces, and frames that show several of them alike.

import { flatLayoutOf, layoutNames } from '../../deck/layouts.js'
import { extent } from './scales.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { Layout } from '../../types.d.ts' */
/** @import { Frame, Point, Range } from './types.d.ts' */

const MARGIN = 0.06 // of the range
const MOST_ARROWS = 60

/** @param {Layout} layout @param {number} axis @returns {number[]} */
const coordinates = ({ xy, dims }, axis) =>
  Array.from({ length: xy.length / dims }, (_, i) => xy[i * dims + axis])

/** @param {Layout[]} layouts @param {number} axis @returns {Range} */
const axisRange = (layouts, axis) => {
  const [low, high] = extent(layouts.flatMap(o => coordinates(o, axis)))
  const margin = (high - low) * MARGIN || 1
  return [low - margin, high + margin]
}

/** The frame that holds all dots of these layouts. @param {Layout[]} layouts @returns {Frame} */
export const commonFrame = layouts => ({ x: axisRange(layouts, 0), y: axisRange(layouts, 1) })

/**
 * @param {Range} range
 * @param {number} length
 * @returns {Range} of this length around the same middle
 */
const resized = ([low, high], length) => [(low + high - length) / 2, (low + high + length) / 2]

/**
 * A frame made as wide or as high as a picture of this size is, with one scale for both axes.
 * @param {Frame} frame
 * @param {number} width px
 * @param {number} height px
 * @returns {Frame}
 */
export const filledFrame = ({ x, y }, width, height) => {
  const unit = Math.max((x[1] - x[0]) / width, (y[1] - y[0]) / height) // of a pixel
  return { x: resized(x, unit * width), y: resized(y, unit * height) }
}

/**
 * Where points of a frame lie in a picture of this size, as large as it can be; y upwards.
 * @param {Frame} frame
 * @param {number} width px
 * @param {number} height px
 * @returns {(x: number, y: number) => Point}
 */
export const placed = (frame, width, height) => {
  const { x, y } = filledFrame(frame, width, height)
  const scale = width / (x[1] - x[0])
  return (u, v) => [(u - x[0]) * scale, (y[1] - v) * scale]
}

/**
 * The rows that lie farthest apart in two layouts of two axes, farthest first.
 * @param {Layout} a
 * @param {Layout} b
 */
export const farthestRows = (a, b, most = MOST_ARROWS) => {
  const far = Float32Array.from({ length: a.xy.length / 2 }, (_, i) =>
    Math.hypot(b.xy[2 * i] - a.xy[2 * i], b.xy[2 * i + 1] - a.xy[2 * i + 1]),
  )
  return [...far.keys()].sort((i, j) => far[j] - far[i]).slice(0, most)
}

/** Layouts as the stage's choice names them. */
export class Layouts {
  /** @type {Map<string, Frame>} */
  frames = new Map()
  /** @type {Map<string, number[]>} */
  moves = new Map()

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
  }

  /** Those to choose from; the third dimension is a choice of the projection. @param {Deck} deck */
  static names(deck) {
    return layoutNames(deck.visual[0]?.layouts ?? {})
  }

  /** @param {string} space @returns {Layout | undefined} */
  of(space) {
    return flatLayoutOf(this.stage.deck.space(space)?.layouts ?? {}, this.stage.get('layout'))
  }

  /** @param {string[]} spaces */
  frame(spaces) {
    return this.once(this.frames, spaces, () => commonFrame(spaces.flatMap(o => this.of(o) ?? [])))
  }

  /**
   * The rows that went farthest from one space to another.
   * @param {string[]} spaces
   * @param {Layout} from
   * @param {Layout} to
   */
  farthest(spaces, from, to) {
    return this.once(this.moves, spaces, () => farthestRows(from, to))
  }

  /**
   * Computed once for each layout.
   * @template T
   * @param {Map<string, T>} known
   * @param {string[]} spaces
   * @param {() => T} make
   */
  once(known, spaces, make) {
    const key = JSON.stringify([this.stage.get('layout'), spaces])
    const value = known.get(key) ?? make()
    known.set(key, value)
    return value
  }
}
