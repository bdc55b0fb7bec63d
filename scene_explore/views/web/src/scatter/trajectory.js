// The scenes of a film as a line through the picture, from its start to its end.

/** @typedef {[number, number]} Point CSS pixels */
/** @typedef {{ at: Point, angle: number }} Arrow radians, clockwise from the right */

const APART = 40 // CSS pixels along the line from arrow to arrow
const SHORTEST = 9 // a segment that has room for an arrow
const HEAD = 6 // CSS pixels
const FAINT = 0.25 // at the start; 1 at the end

/**
 * Where arrowheads stand: in the middle of segments, far enough from each other to be seen.
 * @param {Point[]} points in the order of time
 * @returns {Arrow[]}
 */
export const arrowsOn = points => {
  /** @type {Arrow[]} */
  const arrows = []
  let since = APART
  for (let i = 1; i < points.length; i++) {
    const [[a, b], [c, d]] = [points[i - 1], points[i]]
    const long = Math.hypot(c - a, d - b)
    if (long >= SHORTEST && since + long / 2 >= APART) {
      arrows.push({ at: [(a + c) / 2, (b + d) / 2], angle: Math.atan2(d - b, c - a) })
      since = long / 2
    } else since += long
  }
  return arrows
}

/** How much of the ink a part of the line has. @param {number} share of the film, 0 to 1 */
export const inkAt = share => FAINT + (1 - FAINT) * share

/** @param {CanvasRenderingContext2D} g @param {Point[]} points */
const drawLine = (g, points) => {
  const last = Math.max(points.length - 2, 1)
  for (let i = 1; i < points.length; i++) {
    g.globalAlpha = inkAt((i - 1) / last)
    g.beginPath()
    g.moveTo(...points[i - 1])
    g.lineTo(...points[i])
    g.stroke()
  }
}

/** @param {CanvasRenderingContext2D} g @param {Arrow} arrow */
const drawArrow = (g, { at: [x, y], angle }) => {
  const corner = (/** @type {number} */ turn) => {
    const [c, s] = [Math.cos(angle + turn), Math.sin(angle + turn)]
    g.lineTo(x + HEAD * c, y + HEAD * s)
  }
  g.beginPath()
  corner(0)
  corner(2.5)
  corner(-2.5)
  g.fill()
}

/** @param {CanvasRenderingContext2D} g @param {string} text @param {Point} point @param {string} paper */
const drawWord = (g, text, [x, y], paper) => {
  g.font = '600 11px system-ui, "DejaVu Sans", sans-serif'
  g.textAlign = 'center'
  g.textBaseline = 'bottom'
  g.lineWidth = 3
  g.strokeStyle = paper
  g.strokeText(text, x, y - 7)
  g.fillText(text, x, y - 7)
}

/**
 * Fainter at the start, arrowheads along the line, words at its ends.
 * @param {CanvasRenderingContext2D} g
 * @param {Point[]} points in the order of time
 * @param {{ ink: string, paper: string }} colours
 */
export const drawTrajectory = (g, points, { ink, paper }) => {
  const known = points.filter(([x, y]) => Number.isFinite(x + y))
  if (known.length < 2) return
  g.strokeStyle = ink
  g.fillStyle = ink
  g.lineWidth = 1.4
  drawLine(g, known)
  g.globalAlpha = 1
  for (const arrow of arrowsOn(known)) drawArrow(g, arrow)
  drawWord(g, 'start', known[0], paper)
  drawWord(g, 'end', known[known.length - 1], paper)
}
