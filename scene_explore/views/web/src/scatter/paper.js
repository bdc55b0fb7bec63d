// What lies below the dots: axes, lines of equal density, a trajectory.

import { css } from '../kit/theme.js'
import { drawContours, drawGrid, drawOrbit, drawTitles } from './draw_axes.js'
import { drawTrajectory } from './trajectory.js'

/** @import { Canvas } from '../kit/canvas.js' */
/** @import { Plane } from './plane.js' */
/** @import { Picture } from './plot.js' */
/** @import { Viewport } from './viewport.js' */

/**
 * @param {Canvas} paper
 * @param {Picture} picture
 * @param {Plane} plane of its layout
 * @param {Viewport} port
 */
export const drawPaper = (paper, { layout, bare, path, contours = [], under }, plane, port) => {
  const { g } = paper.fit()
  const [ink, soft, line] = ['ink', 'soft', 'line'].map(k => css(paper, `--se-${k}`))
  const titles = layout.axes ?? []
  under?.(g, port, soft)
  if (plane.near) drawOrbit(g, port, titles, plane.orbit, plane.reach, { ink, soft, line })
  else if (!bare) {
    drawGrid(g, port, { ink, soft, line })
    drawTitles(g, port, titles, { ink, soft, line })
  }
  drawContours(g, port, contours, soft)
  const places = plane.points(path).map(at => port.toPixel(...at))
  drawPath(g, port, places, { ink, paper: css(paper, '--se-paper') })
}

/**
 * Within the frame.
 * @param {CanvasRenderingContext2D} g
 * @param {Viewport} port
 * @param {[number, number][]} places CSS pixels
 * @param {{ ink: string, paper: string }} inks
 */
const drawPath = (g, port, places, inks) => {
  const { left, top, width, height } = port.frame
  g.save()
  g.beginPath()
  g.rect(left, top, width, height)
  g.clip()
  drawTrajectory(g, places, inks)
  g.restore()
}
