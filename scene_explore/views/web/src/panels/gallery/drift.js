// Drift: arrows from where scenes lie in the first picture to where they lie in another one.

/** @import { Layout } from '../../types.d.ts' */
/** @import { Viewport } from '../../scatter/viewport.js' */
/** @import { Point } from './types.d.ts' */
/** @typedef {{ from: Point, to: Point }} Arrow */

const SHORTEST = 3 // px
const HALF_ANGLE = 0.45 // of a head, radians

/** Where scenes of a layout lie in a picture. @param {Layout} layout @param {Viewport} port @returns {(row: number) => Point} */
const placeOf =
  ({ xy }, port) =>
  row =>
    port.toPixel(xy[2 * row], xy[2 * row + 1])

/**
 * The arrows of these rows from one layout to another, in one picture, without those too short to
 * be seen.
 * @param {number[]} rows
 * @param {Layout} from
 * @param {Layout} to
 * @param {Viewport} port
 * @returns {Arrow[]}
 */
export const arrowsOf = (rows, from, to, port) => {
  const [before, after] = [from, to].map(o => placeOf(o, port))
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

/** Nothing is drawn outside of the frame. @param {CanvasRenderingContext2D} g @param {Viewport} port */
export const clipToFrame = (g, { frame }) => {
  g.beginPath()
  g.rect(frame.left, frame.top, frame.width, frame.height)
  g.clip()
}
