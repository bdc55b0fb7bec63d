// Scenes as dots: drawn, pointed at, and drawn around.

import { canvas, fitted } from '../kit/canvas.js'
import { colourOf } from '../kit/colours.js'
import { el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { css } from '../kit/theme.js'
import { drawContours, drawGrid, drawOrbit, drawTitles } from './draw_axes.js'
import { Gestures } from './gestures.js'
import { onPlotKey } from './keys.js'
import { boxOf, joinOf, Outline, rowsInside } from './lasso.js'
import { FIRST_ORBIT, flattened, turnedBy } from './orbit.js'
import { Raster } from './raster.js'
import { Sprites } from './sprites.js'
import { drawTrajectory } from './trajectory.js'
import { Viewport, viewOf } from './viewport.js'

/** @import { Layout, Numbers } from '../types.d.ts' */
/** @import { Join, Point } from './lasso.js' */
/** @import { Contour } from './contours.js' */
/** @import { View } from './viewport.js' */

/** @typedef {'lasso' | 'box' | 'pan'} Mode what a drag does */
/**
 * @typedef {object} Picture
 * @property {string} key views of one key look at the same part
 * @property {Layout} layout
 * @property {number[]} rows drawn in this order
 * @property {Set<number>} drawn the same rows
 * @property {string[]} colours of every row
 * @property {(row: number) => string} symbol
 * @property {number} radius CSS pixels
 * @property {number[]} path rows in the order of time, joined by a line below the dots
 * @property {Contour[]} [contours] below them, too
 * @property {boolean} bare without axes
 * @property {(g: CanvasRenderingContext2D, port: Viewport, ink: string) => void} [under] below all else
 */
/**
 * @typedef {object} Told
 * @property {(row: number, e: MouseEvent) => void} hover -1: none
 * @property {(row: number, e: MouseEvent) => void} click
 * @property {(rows: number[], join: Join) => void} select
 * @property {() => void} seen after every drawing
 * @property {(view: View) => void} [moved] a person moved the view
 * @property {(aspect: number) => View} [home] what is shown first, if not all dots
 * @property {() => void} [whole] a person asked for the whole picture
 * @property {(line: Point[], join: Join) => void} [outline] instead of `select`, where there are more
 *   scenes than dots: a line in units of the layout; then a click beside all dots is one, too
 */

const INSETS = { left: 46, right: 10, top: 42, bottom: 36 }
const BARE = { left: 8, right: 8, top: 8, bottom: 8 }
const DIM = 0.18 // of what is not selected
const NAME = 'Scenes as dots: plus and minus zoom, 0 shows all, v selects what is in view'
const MOST_ZOOM = 20 // of a zoom to the selection
const REACH = 5 // CSS pixels beside a dot that still point at it

export class ScatterPlot {
  /** @type {Picture | null} */
  picture = null
  /** @type {Set<number> | null} rows that are not dimmed */
  bright = null
  /** nobody moved the view: it fits whatever size the picture has */
  fits = true
  aspect = 1
  /** device pixels a CSS pixel, of what is drawn */
  ratio = 1
  /** @type {Mode} */
  mode = matchMedia('(pointer: coarse), (max-width: 600px)').matches ? 'pan' : 'lasso'
  orbit = FIRST_ORBIT
  port = new Viewport()
  raster = new Raster(1, 1)
  outline = new Outline()
  sprites = new Sprites([255, 255, 255])
  /** @type {Point[]} */
  line = []
  /** @type {Numbers} two coordinates of every row, as they are seen */
  xy = new Float32Array(0)
  /** @type {Numbers | null} of three dimensions: how near each row is */
  near = null

  /** @param {Told} told */
  constructor(told) {
    this.told = told
    this.paper = canvas({ class: 'se-canvas se-plot-paper' })
    this.dots = el('canvas', { class: 'se-canvas se-plot-dots' })
    const props = { class: 'se-plot', tabIndex: 0, role: 'img', 'aria-label': NAME }
    this.element = el('div', props, this.paper, this.dots, this.outline.element)
    Object.assign(this.element, { plot: this }) // for whoever looks from outside
    this.element.addEventListener('keydown', e => onPlotKey(this, e))
    this.gestures = new Gestures(this.element, this.heard())
    this.redraw = soon(() => this.draw())
    this.sized = new ResizeObserver(this.redraw)
    this.sized.observe(this.element)
  }

  /** @returns {import('./gestures.js').Heard} */
  heard() {
    return {
      move: (at, e) => this.told.hover(this.rowAt(at), e),
      leave: () => this.told.hover(-1, new MouseEvent('leave')),
      click: (at, e) => this.clicked(at, e),
      drag: (from, at) => this.dragged(from, at),
      drop: e => this.dropped(e),
      cancel: () => this.forgetLine(),
      zoom: (factor, [x, y]) => this.move(this.port.zoomed(factor, x, y)),
      reset: () => this.whole(),
    }
  }

  // ---- what is shown

  /** @param {Picture} picture */
  show(picture) {
    const other = picture.key !== this.picture?.key
    this.picture = picture
    this.flatten()
    this.measure()
    if (other) this.fit()
    this.redraw()
  }

  /** Nothing is shown. */
  clear() {
    this.picture = null
    this.paper.fit()
    fitted(this.dots)
    this.raster.clear()
    this.told.seen()
  }

  fit() {
    this.fits = true
    this.aspect = this.port.aspect
    this.port.view = this.home()
  }

  /** The view of all that is shown. */
  home() {
    if (this.told.home) return this.told.home(this.port.aspect)
    const { rows = [], layout } = this.picture ?? {}
    const reach = layout?.reach
    if (reach) return { x: 0, y: 0, span: 2 * reach }
    return viewOf(
      rows.map(i => /** @type {Point} */ ([this.xy[2 * i], this.xy[2 * i + 1]])),
      this.port.aspect,
    )
  }

  flatten() {
    const { layout } = this.picture ?? {}
    if (!layout) return
    const flat =
      layout.dims === 3 ? flattened(layout.xy, this.orbit) : { xy: layout.xy, near: null }
    this.xy = flat.xy
    this.near = flat.near
  }

  /** @param {Set<number> | null} rows that are not dimmed; null: all */
  mark(rows) {
    this.bright = rows
    this.redraw()
  }

  /** @param {View} view */
  look(view) {
    this.fits = false
    this.port.view = view
    this.redraw()
  }

  /** A person moves the view. @param {View} view */
  move(view) {
    this.look(view)
    this.told.moved?.(view)
  }

  whole() {
    if (this.told.whole) this.told.whole()
    else this.fit()
    this.redraw()
  }

  /** Zoom until these rows fill the picture. @param {number[]} rows */
  zoomTo(rows) {
    const points = rows.map(i => /** @type {Point} */ ([this.xy[2 * i], this.xy[2 * i + 1]]))
    if (!points.length) return
    const view = viewOf(points, this.port.aspect)
    const least = this.home().span / MOST_ZOOM // one dot has no extent of its own
    this.move({ ...view, span: points.length > 1 ? Math.max(view.span, least) : least })
  }

  /** Where a row is, CSS pixels within the element. @param {number} row @returns {Point} */
  locate(row) {
    return this.port.toPixel(this.xy[2 * row], this.xy[2 * row + 1])
  }

  /** Whether a row can be seen where it is. @param {number} row */
  isInside(row) {
    const { left, top, width, height } = this.port.frame
    const [x, y] = this.locate(row)
    return x >= left && x <= left + width && y >= top && y <= top + height
  }

  // ---- drawing

  measure() {
    const { clientWidth, clientHeight } = this.element
    this.port.resize(clientWidth, clientHeight, this.picture?.bare || this.near ? BARE : INSETS)
  }

  draw() {
    if (!this.picture || !this.element.clientWidth) return
    this.measure()
    if (this.fits && this.aspect !== this.port.aspect) this.fit()
    this.drawPaper(this.picture)
    this.drawDots(this.picture)
    this.told.seen()
  }

  /** @param {Picture} picture */
  drawPaper({ layout, bare, path, contours = [], under }) {
    const { g } = this.paper.fit()
    const [ink, soft, line] = ['ink', 'soft', 'line'].map(k => css(this.element, `--se-${k}`))
    const titles = layout.axes ?? []
    under?.(g, this.port, soft)
    if (this.near) {
      const reach = Array.from(layout.xy).reduce((most, v) => Math.max(most, Math.abs(v) || 0), 0)
      drawOrbit(g, this.port, titles, this.orbit, reach, { ink, soft, line })
    } else if (!bare) {
      drawGrid(g, this.port, { ink, soft, line })
      drawTitles(g, this.port, titles, { ink, soft, line })
    }
    drawContours(g, this.port, contours, soft)
    this.drawPath(g, path)
  }

  /** @param {CanvasRenderingContext2D} g @param {number[]} rows */
  drawPath(g, rows) {
    const { left, top, width, height } = this.port.frame
    const [ink, paper] = ['ink', 'paper'].map(k => css(this.element, `--se-${k}`))
    g.save()
    g.beginPath()
    g.rect(left, top, width, height)
    g.clip()
    drawTrajectory(
      g,
      rows.map(row => this.locate(row)),
      { ink, paper },
    )
    g.restore()
  }

  /** @param {Picture} picture */
  drawDots(picture) {
    const g = fitted(this.dots, false)
    const ratio = devicePixelRatio || 1
    this.ratio = ratio
    const { width, height } = this.dots
    if (this.raster.width !== width || this.raster.height !== height)
      this.raster = new Raster(width, height)
    this.raster.clear()
    const sprites = this.spritesOn(css(this.element, '--se-paper'))
    /** @type {Map<string, number[]>} */
    const known = new Map()
    const radius = Math.round(2 * picture.radius * ratio) / 2
    for (const row of this.inOrder(picture.rows)) {
      if (!this.isInside(row)) continue
      const text = picture.colours[row]
      const colour = known.get(text) ?? colourOf(text)
      known.set(text, colour)
      const [x, y] = this.locate(row)
      const alpha = !this.bright || this.bright.has(row) ? 1 : DIM
      this.raster.dot(
        sprites.get(picture.symbol(row), radius, colour),
        row,
        x * ratio,
        y * ratio,
        alpha,
      )
    }
    g.putImageData(new ImageData(this.raster.rgba, width, height), 0, 0)
  }

  /** Dots on paper of a colour; those that are made are kept. @param {string} paper */
  spritesOn(paper) {
    const colour = colourOf(paper)
    if (String(this.sprites.paper) !== String(colour)) this.sprites = new Sprites(colour)
    return this.sprites
  }

  /** What is dimmed first, what is far away first. @param {number[]} rows */
  inOrder(rows) {
    const { near, bright } = this
    const sorted = near ? [...rows].sort((a, b) => near[a] - near[b]) : rows
    if (!bright) return sorted
    return [...sorted.filter(i => !bright.has(i)), ...sorted.filter(i => bright.has(i))]
  }

  // ---- what a person does

  /** @param {Point} at @returns {number} -1: none */
  rowAt([x, y]) {
    const { ratio } = this
    return this.raster.at(x * ratio, y * ratio, Math.round(REACH * ratio))
  }

  /** @param {Point} at @param {PointerEvent} e */
  clicked(at, e) {
    const row = this.rowAt(at)
    if (row >= 0 || this.told.outline) this.told.click(row, e)
  }

  /** @param {Point} from @param {Point} at */
  dragged(from, at) {
    if (this.mode === 'pan') return this.drift(from, at)
    if (this.mode === 'box') this.line = boxOf(this.line[0] ?? from, at)
    else this.line.push(at)
    this.outline.draw(this.line)
  }

  /** @param {Point} from @param {Point} at */
  drift(from, at) {
    this.shift(at[0] - from[0], at[1] - from[1])
  }

  /** The view moves, or turns in three dimensions. @param {number} dx @param {number} dy CSS pixels */
  shift(dx, dy) {
    if (!this.near) return this.move(this.port.panned(dx, dy))
    this.orbit = turnedBy(this.orbit, dx, dy)
    this.flatten()
    this.redraw()
  }

  /** @returns {Point[]} */
  forgetLine() {
    this.outline.draw([])
    return this.line.splice(0)
  }

  /** @param {PointerEvent} e */
  dropped(e) {
    const line = this.forgetLine()
    if (line.length > 2) this.enclose(line, joinOf(e))
  }

  /** What lies inside a line is selected. @param {Point[]} line CSS pixels @param {Join} join */
  enclose(line, join) {
    if (!this.picture) return
    if (this.told.outline) {
      const corners = line.map(([x, y]) => this.port.toData(x, y))
      return this.told.outline(corners, join)
    }
    const rows = rowsInside(line, this.picture.rows, row => this.locate(row))
    this.told.select(rows, join)
  }

  drop() {
    this.redraw.cancel()
    this.sized.disconnect()
    this.gestures.drop()
  }
}
