// What changes with the pointer, on a canvas of its own.

import { cellSize, reachOf, squareOf } from './geometry.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Drag, Geometry } from './geometry.js' */
/** @import { Sheet } from './picture.js' */
/** @import { Cell } from './viewport.js' */

/** A drag that reaches less far is a click. */
export const CLICK = 4

/**
 * A filled rectangle, turned where it lies along the columns.
 * @param {Sheet} sheet
 * @param {boolean} across
 * @param {number} along
 * @param {number} before
 * @param {number} length
 * @param {number} width
 */
const fillAlong = ({ g, geometry }, across, along, before, length, width) => {
  const { left, top } = geometry
  if (across) g.fillRect(left + along, top - before, length, width)
  else g.fillRect(left - before, top + along, width, length)
}

/**
 * Whether a position is in view.
 * @param {number} position from the first one
 * @param {Sheet} sheet
 */
const isSeen = (position, { range }) => position >= 0 && position < range.size

/** @param {Sheet} sheet @param {number[]} positions @param {string} colour */
const drawTicks = (sheet, positions, colour) => {
  const { g, geometry, range } = sheet
  const scale = geometry.side / range.size
  g.fillStyle = colour
  for (const position of positions)
    for (const [across, from] of /** @type {const} */ ([
      [false, range.row],
      [true, range.column],
    ])) {
      const at = position - from
      if (isSeen(at, sheet)) fillAlong(sheet, across, at * scale, 16, Math.max(scale, 2), 6)
    }
}

/**
 * The edges of a row or a column; of a narrow one its middle.
 * @param {Sheet} sheet
 * @param {boolean} across
 * @param {number} at px
 * @param {number} width px
 * @param {string} colour
 */
const drawBand = (sheet, across, at, width, colour) => {
  const wide = Math.max(width, 1)
  const lines = wide > 3 ? [at, at + wide - 1] : [at + wide / 2 - 0.5]
  sheet.g.fillStyle = colour
  for (const line of lines) fillAlong(sheet, across, line, 18, 1, sheet.geometry.side + 18)
}

/** Row and column of a cell. @param {Sheet} sheet @param {Cell} cell @param {string} colour */
const drawAim = (sheet, [a, b], colour) => {
  const size = cellSize(sheet.geometry, sheet.range)
  if (a * size < sheet.geometry.side) drawBand(sheet, false, a * size, size, colour)
  if (b * size < sheet.geometry.side) drawBand(sheet, true, b * size, size, colour)
}

/**
 * Row and column of a scene.
 * @param {Sheet} sheet
 * @param {number} position
 * @param {string} colour
 */
const drawScene = (sheet, position, colour) => {
  const { geometry, range } = sheet
  const scale = geometry.side / range.size
  const row = position - range.row
  const column = position - range.column
  if (isSeen(row, sheet)) drawBand(sheet, false, row * scale, scale, colour)
  if (isSeen(column, sheet)) drawBand(sheet, true, column * scale, scale, colour)
}

/**
 * A ring around the pair that plays.
 * @param {Sheet} sheet
 * @param {number} row position
 * @param {number} column position
 * @param {string} colour
 */
const drawPair = (sheet, row, column, colour) => {
  const { g, geometry, range } = sheet
  const down = row - range.row
  const right = column - range.column
  if (!isSeen(down, sheet) || !isSeen(right, sheet)) return
  const scale = geometry.side / range.size
  const x = geometry.left + (right + 0.5) * scale
  const y = geometry.top + (down + 0.5) * scale
  const radius = Math.max(scale * 0.7, 5)
  drawRing(g, x, y, radius, '#fff', 2)
  drawRing(g, x, y, radius + 1.5, colour, 1)
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 * @param {number} width
 */
const drawRing = (g, x, y, radius, colour, width) => {
  g.strokeStyle = colour
  g.lineWidth = width
  g.beginPath()
  g.arc(x, y, radius, 0, 2 * Math.PI)
  g.stroke()
}

/** The cell that the keyboard is on. @param {Sheet} sheet @param {Cell} cell */
export const drawCursor = ({ g, geometry, range }, [a, b]) => {
  const size = cellSize(geometry, range)
  const x = geometry.left + b * size
  const y = geometry.top + a * size
  g.lineWidth = 2
  g.strokeStyle = '#fff'
  g.strokeRect(x - 1, y - 1, size + 2, size + 2)
  g.lineWidth = 1
  g.strokeStyle = '#000'
  g.strokeRect(x - 2.5, y - 2.5, size + 5, size + 5)
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {Geometry} geometry
 * @param {Drag} drag
 * @param {string} colour
 */
export const drawDrag = (g, geometry, drag, colour) => {
  if (reachOf(drag) <= CLICK) return
  const { x, y, side } = squareOf(geometry, drag)
  g.fillStyle = '#ffffff44'
  g.fillRect(x, y, side, side)
  g.lineWidth = 2
  g.strokeStyle = colour
  g.strokeRect(x, y, side, side)
}

/**
 * Scenes that are selected, and those pointed at: here a pair, elsewhere one.
 * @param {Sheet} sheet
 * @param {Stage} stage
 * @param {Int32Array} at positions
 * @param {Cell | null} aim
 * @param {string} colour
 */
export const drawScenes = (sheet, stage, at, aim, colour) => {
  const hover = stage.get('hover')
  drawTicks(
    sheet,
    stage.get('selection').map(row => at[row]),
    colour,
  )
  if (aim) drawAim(sheet, aim, colour)
  else if (hover >= 0) drawScene(sheet, at[hover], colour)
}

/**
 * @param {Sheet} sheet
 * @param {number[]} playing
 * @param {Int32Array} at positions
 * @param {string} colour
 */
export const drawPlaying = (sheet, playing, at, colour) => {
  const [row, column = row] = playing
  if (row != null) drawPair(sheet, at[row], at[column], colour)
}
