// Drift: arrows from where scenes lie in the first picture to where they lie in another one.

/** @import { Layout } from '../../types.d.ts' */
/** @import { Axis, Point } from './types.d.ts' */
/** @typedef {{ from: Point, to: Point }} Arrow */

const SHORTEST = 3 // px
const HALF_ANGLE = 0.45 // of a head, radians

/**
 * Where scenes of a layout lie in a picture of plotly.
 * @param {Layout} layout
 * @param {Axis} x
 * @param {Axis} y
 * @returns {(row: number) => Point}
 */
const placeOf =
  ({ xy }, x, y) =>
  row => [x._offset + x.l2p(xy[2 * row]), y._offset + y.l2p(xy[2 * row + 1])]

/**
 * The arrows of these rows from one layout to another, in one picture, without those too short to
 * be seen.
 * @param {number[]} rows
 * @param {Layout} from
 * @param {Layout} to
 * @param {{ xaxis: Axis, yaxis: Axis }} axes
 * @returns {Arrow[]}
 */
export const arrowsOf = (rows, from, to, { xaxis, yaxis }) => {
  const [before, after] = [from, to].map(o => placeOf(o, xaxis, yaxis))
  return rows
    .map(row => ({ from: before(row), to: after(row) }))
    .filter(({ from: [x, y], to: [u, v] }) => Math.hypot(u - x, v - y) >= SHORTEST)
}

/**
 * The two corners of an arrow's head beside its tip.
 * @param {Arrow} arrow
 * @param {number} size px
 * @returns {Point[]}
 */
export const headOf = ({ from: [x, y], to: [u, v] }, size) => {
  const angle = Math.atan2(v - y, u - x)
  return [-HALF_ANGLE, HALF_ANGLE].map(turn => [
    u - size * Math.cos(angle + turn),
    v - size * Math.sin(angle + turn),
  ])
}

/** @param {CanvasRenderingContext2D} g @param {Arrow} arrow @param {number} size px of its head */
const paintArrow = (g, arrow, size) => {
  g.beginPath()
  g.moveTo(...arrow.from)
  g.lineTo(...arrow.to)
  g.stroke()
  g.beginPath()
  g.moveTo(...arrow.to)
  for (const corner of headOf(arrow, size)) g.lineTo(...corner)
  g.fill()
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {Arrow[]} arrows
 * @param {{ colour: string, alpha: number, width: number }} look
 */
export const paintArrows = (g, arrows, { colour, alpha, width }) => {
  g.globalAlpha = alpha
  g.lineWidth = width
  g.strokeStyle = colour
  g.fillStyle = colour
  for (const o of arrows) paintArrow(g, o, 4 + width * 1.5)
}

/**
 * Nothing is drawn beside the axes.
 * @param {CanvasRenderingContext2D} g
 * @param {{ xaxis: Axis, yaxis: Axis }} axes
 */
export const clipToAxes = (g, { xaxis, yaxis }) => {
  g.beginPath()
  g.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length)
  g.clip()
}
