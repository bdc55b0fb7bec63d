// Scenes as dots: drawn, pointed at, and drawn around.

import { canvas } from '../kit/canvas.js'
import { el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { Dots } from './dots.js'
import { Gestures } from './gestures.js'
import { onPlotKey } from './keys.js'
import { joinOf, Outline, rowsInside } from './lasso.js'
import { drawPaper } from './paper.js'
import { Plane } from './plane.js'
import { Viewport, viewOf } from './viewport.js'

/** @import { Layout } from '../types.d.ts' */
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
const NAME = 'Scenes as dots: plus and minus zoom, 0 shows all, v selects what is in view'
const MOST_ZOOM = 20 // of a zoom to the selection

export class ScatterPlot {
  /** @type {Picture | null} */
  picture = null
  /** @type {Set<number> | null} rows that are not dimmed */
  bright = null
  /** nobody moved the view: it fits whatever size the picture has */
  fits = true
  aspect = 1
  /** @type {Mode} */
  mode = matchMedia('(pointer: coarse), (max-width: 600px)').matches ? 'pan' : 'lasso'
  port = new Viewport()
  outline = new Outline()
  plane = new Plane()
  dots = new Dots()

  /** @param {Told} told */
  constructor(told) {
    this.told = told
    this.paper = canvas({ class: 'se-canvas se-plot-paper' })
    const props = { class: 'se-plot', tabIndex: 0, role: 'img', 'aria-label': NAME }
    this.element = el('div', props, this.paper, this.dots.element, this.outline.element)
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
      cancel: () => this.outline.end(),
      zoom: (factor, [x, y]) => this.move(this.port.zoomed(factor, x, y)),
      reset: () => this.whole(),
    }
  }

  // ---- what is shown

  /** @param {Picture} picture */
  show(picture) {
    const other = picture.key !== this.picture?.key
    this.picture = picture
    this.plane.show(picture.layout)
    this.measure()
    if (other) this.fit()
    this.redraw()
  }

  /** Nothing is shown. */
  clear() {
    this.picture = null
    this.paper.fit()
    this.dots.clear()
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
    return viewOf(this.plane.points(rows), this.port.aspect)
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
    const points = this.plane.points(rows)
    if (!points.length) return
    const view = viewOf(points, this.port.aspect)
    const least = this.home().span / MOST_ZOOM // one dot has no extent of its own
    this.move({ ...view, span: points.length > 1 ? Math.max(view.span, least) : least })
  }

  /** Two coordinates of every row, as they are seen. */
  get xy() {
    return this.plane.xy
  }

  /** Where a row is, CSS pixels within the element. @param {number} row @returns {Point} */
  locate(row) {
    return this.port.toPixel(...this.plane.at(row))
  }

  /** Whether a row can be seen where it is. @param {number} row */
  isInside(row) {
    return this.port.holds(this.locate(row))
  }

  // ---- drawing

  measure() {
    const { clientWidth, clientHeight } = this.element
    const insets = this.picture?.bare || this.plane.near ? BARE : INSETS
    this.port.resize(clientWidth, clientHeight, insets)
  }

  draw() {
    if (!this.picture || !this.element.clientWidth) return
    this.measure()
    if (this.fits && this.aspect !== this.port.aspect) this.fit()
    drawPaper(this.paper, this.picture, this.plane, this.port)
    this.dots.draw(this.picture, this.plane, this.port, this.bright)
    this.told.seen()
  }

  // ---- what a person does

  /** @param {Point} at @returns {number} -1: none */
  rowAt(at) {
    return this.dots.rowAt(at)
  }

  /** @param {Point} at @param {PointerEvent} e */
  clicked(at, e) {
    const row = this.rowAt(at)
    if (row >= 0 || this.told.outline) this.told.click(row, e)
  }

  /** @param {Point} from @param {Point} at */
  dragged(from, at) {
    if (this.mode === 'pan') this.shift(at[0] - from[0], at[1] - from[1])
    else this.outline.drag(from, at, this.mode === 'box')
  }

  /** The view moves, or turns in three dimensions. @param {number} dx @param {number} dy CSS pixels */
  shift(dx, dy) {
    if (!this.plane.near) return this.move(this.port.panned(dx, dy))
    this.plane.turn(dx, dy)
    this.redraw()
  }

  /** @param {PointerEvent} e */
  dropped(e) {
    const line = this.outline.end()
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
