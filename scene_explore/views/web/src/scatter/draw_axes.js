// The paper below the dots: a grid with its numbers, or in three dimensions the axes themselves.

import { ticks, tickText } from '../kit/axes.js'
import { seenFrom } from './orbit.js'

/** @import { Contour } from './contours.js' */
/** @import { Orbit } from './orbit.js' */
/** @import { Viewport } from './viewport.js' */
/** @typedef {{ ink: string, soft: string, line: string }} Inks */

const FONT = '11px system-ui, "DejaVu Sans", sans-serif'
const TITLE = '12px system-ui, "DejaVu Sans", sans-serif'
const EVERY = 80 // CSS pixels from tick to tick, about

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} u @param {number} v */
const stroke = (g, x, y, u, v) => {
  g.beginPath()
  g.moveTo(x, y)
  g.lineTo(u, v)
  g.stroke()
}

/** @param {CanvasRenderingContext2D} g @param {Viewport} port @param {Inks} inks */
export const drawGrid = (g, port, inks) => {
  const { left, top, width, height } = port.frame
  const { x, y } = port.ranges
  const columns = ticks(x[0], x[1], Math.max(width / EVERY, 2))
  const rows = ticks(y[0], y[1], Math.max(height / EVERY, 2))
  g.font = FONT
  g.strokeStyle = inks.line
  g.fillStyle = inks.soft
  g.textAlign = 'center'
  g.textBaseline = 'top'
  for (const v of columns) {
    const at = Math.round(port.toPixel(v, 0)[0]) + 0.5
    stroke(g, at, top, at, top + height)
    g.fillText(tickText(v, columns[1] - columns[0]), at, top + height + 5)
  }
  g.textAlign = 'right'
  g.textBaseline = 'middle'
  for (const v of rows) {
    const at = Math.round(port.toPixel(0, v)[1]) + 0.5
    stroke(g, left, at, left + width, at)
    g.fillText(tickText(v, rows[1] - rows[0]), left - 5, at)
  }
}

/** @param {CanvasRenderingContext2D} g @param {Viewport} port @param {string[]} titles @param {Inks} inks */
export const drawTitles = (g, port, [across, upwards], inks) => {
  const { left, top, width, height } = port.frame
  g.font = TITLE
  g.fillStyle = inks.ink
  g.textAlign = 'center'
  g.textBaseline = 'bottom'
  g.fillText(across ?? '', left + width / 2, port.height - 1)
  g.save()
  g.translate(1, top + height / 2)
  g.rotate(-Math.PI / 2)
  g.textBaseline = 'top'
  g.fillText(upwards ?? '', 0, 0)
  g.restore()
}

/**
 * The three axes through the origin, each to where the data reach.
 * @param {CanvasRenderingContext2D} g
 * @param {Viewport} port
 * @param {string[]} titles
 * @param {Orbit} orbit
 * @param {number} reach
 * @param {Inks} inks
 */
export const drawOrbit = (g, port, titles, orbit, reach, inks) => {
  const see = seenFrom(orbit)
  g.font = TITLE
  g.strokeStyle = inks.line
  g.fillStyle = inks.soft
  g.textAlign = 'center'
  g.textBaseline = 'middle'
  for (let k = 0; k < 3; k++) {
    const end = [0, 1, 2].map(o => (o === k ? reach : 0))
    const [right, up] = see(end[0], end[1], end[2])
    const [x, y] = port.toPixel(right, up)
    const [u, v] = port.toPixel(-right, -up)
    stroke(g, u, v, x, y)
    g.fillText(titles[k] ?? '', x, y)
  }
}

/** Lines of equal density, the thicker the denser. @param {CanvasRenderingContext2D} g @param {Viewport} port @param {Contour[]} contours @param {string} colour */
export const drawContours = (g, port, contours, colour) => {
  const { left, top, width, height } = port.frame
  g.save()
  g.beginPath()
  g.rect(left, top, width, height)
  g.clip()
  g.strokeStyle = colour
  for (const { level, lines } of contours) {
    g.lineWidth = 0.75 + level
    g.beginPath()
    for (const [a, b] of lines) {
      g.moveTo(...port.toPixel(a[0], a[1]))
      g.lineTo(...port.toPixel(b[0], b[1]))
    }
    g.stroke()
  }
  g.restore()
}
