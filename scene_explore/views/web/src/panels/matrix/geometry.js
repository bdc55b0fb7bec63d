// Where the matrix lies in its frame, in CSS pixels.

import { clamp } from '../../kit/text.js'
import { blocksOf } from './viewport.js'

/** @import { Cell, Range } from './viewport.js' */

/**
 * The square of cells; `label` is the width of names beside it.
 * @typedef {{ left: number, top: number, side: number, label: number, width: number, height: number }} Geometry
 */
/**
 * From where the button went down, to where the pointer is.
 * @typedef {{ x: number, y: number, dx: number, dy: number }} Drag
 */
/** @typedef {{ x: number, y: number, side: number }} Square */

const STRIP = 18 // of the colours of scenes, and the marks of those selected
const LARGEST = 560
const LARGEST_SMALL = 420
const LEAST = 180 // where there is less room the panel scrolls

/**
 * @param {number} width of the frame
 * @param {boolean} small without labels
 * @param {boolean} labelled
 * @param {number} [room] height that there is
 * @returns {Geometry}
 */
export const geometryOf = (width, small, labelled, room = Number.POSITIVE_INFINITY) => {
  const w = Math.max(width, 60)
  const label = !small && labelled ? clamp(w * 0.2, 56, 110) : 0
  const names = label ? 18 : 2
  const left = label + STRIP
  const top = (small ? 0 : names) + STRIP
  const below = small ? 18 : 36
  const most = Math.min(small ? LARGEST_SMALL : LARGEST, Math.max(room - top - below, LEAST))
  const side = Math.max(Math.floor(Math.min(w - left - 8, most)), 40)
  return { left, top, side, label, width: left + side + 8, height: top + side + below }
}

/** A side of a cell. @param {Geometry} geometry @param {Range} range */
export const cellSize = (geometry, range) => geometry.side / blocksOf(range)

/**
 * The cell at a point of the frame.
 * @param {Geometry} geometry
 * @param {Range} range
 * @param {number} x
 * @param {number} y
 * @returns {Cell | null}
 */
export const cellAt = (geometry, range, x, y) => {
  const right = x - geometry.left
  const down = y - geometry.top
  if (Math.min(right, down) < 0 || Math.max(right, down) >= geometry.side) return null
  const size = cellSize(geometry, range)
  return [Math.floor(down / size), Math.floor(right / size)]
}

/**
 * Row and column at a point of the frame, with fractions.
 * @param {Geometry} geometry
 * @param {Range} range
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export const placeAt = (geometry, range, x, y) => {
  const scenes = range.size / geometry.side
  return [range.row + (y - geometry.top) * scenes, range.column + (x - geometry.left) * scenes]
}

/** How far a drag reaches. @param {Drag} drag */
export const reachOf = ({ dx, dy }) => Math.max(Math.abs(dx), Math.abs(dy))

/**
 * The square of cells that a drag draws.
 * @param {Geometry} geometry
 * @param {Drag} drag
 * @returns {Square}
 */
export const squareOf = ({ left, top, side }, drag) => {
  const size = Math.min(reachOf(drag), side)
  const x = clamp(drag.dx < 0 ? drag.x - size : drag.x, left, left + side - size)
  const y = clamp(drag.dy < 0 ? drag.y - size : drag.y, top, top + side - size)
  return { x, y, side: size }
}

/**
 * What a square of the frame holds.
 * @param {Geometry} geometry
 * @param {Range} range
 * @param {Square} square
 * @returns {Range}
 */
export const rangeIn = (geometry, range, { x, y, side }) => {
  const [row, column] = placeAt(geometry, range, x, y)
  return { row, column, size: (side * range.size) / geometry.side }
}
