// The pointer on the matrix: it points, drags a square, clicks and turns the wheel.

import { cellAt, placeAt, rangeIn, reachOf, squareOf } from './geometry.js'
import { CLICK } from './marks.js'
import { LEAST_SCENES } from './viewport.js'

/** @import { Drag } from './geometry.js' */
/** @import { MatrixView } from './view.js' */

const TURN = 1.3 // of one notch of the wheel
const PAUSE = 700 // ms after which the wheel is turned anew

export class Hand {
  /** @param {MatrixView} view */
  constructor(view) {
    this.view = view
    /** @type {(Drag & { clientX: number, clientY: number }) | null} */
    this.drag = null
    this.wheeled = 0
    /** the last click came closer */
    this.zoomed = false
    this.listen(view.over)
  }

  /** @param {HTMLElement} over */
  listen(over) {
    over.addEventListener('pointermove', e => this.move(e))
    over.addEventListener('pointerleave', () => this.leave())
    over.addEventListener('pointerdown', e => this.press(e))
    over.addEventListener('pointerup', () => this.release())
    over.addEventListener('pointercancel', () => this.letGo())
    over.addEventListener('click', e => this.click(e))
    over.addEventListener('dblclick', e => this.doubleClick(e))
    over.addEventListener('wheel', e => this.turn(e), { passive: false })
  }

  /** @param {MouseEvent} e */
  inFrame(e) {
    const box = this.view.over.getBoundingClientRect()
    return { x: e.clientX - box.left, y: e.clientY - box.top }
  }

  /** The cell under the pointer. @param {MouseEvent} e */
  cell(e) {
    const { geometry, viewport } = this.view
    const { x, y } = this.inFrame(e)
    return geometry && cellAt(geometry, viewport.range, x, y)
  }

  /** @param {PointerEvent} e */
  move(e) {
    const { view } = this
    if (this.isDragging(e)) {
      view.hide()
      view.marks()
      return
    }
    const cell = this.cell(e)
    view.keyed = false
    if (!cell) {
      if (!view.tip.isHidden) this.pointAtNothing()
      view.over.style.cursor = ''
      return
    }
    view.over.style.cursor = view.inside(cell).single ? 'pointer' : 'zoom-in'
    view.point(cell, e.clientX, e.clientY)
  }

  /** @param {PointerEvent} e */
  isDragging(e) {
    const { drag } = this
    if (!drag) return false
    drag.dx = e.clientX - drag.clientX
    drag.dy = e.clientY - drag.clientY
    return reachOf(drag) > CLICK
  }

  leave() {
    if (!this.drag && !this.view.keyed) this.pointAtNothing()
  }

  pointAtNothing() {
    this.view.hide()
    this.view.stage.set({ hover: -1 })
  }

  /** @param {PointerEvent} e */
  press(e) {
    if (e.button || !this.cell(e)) return
    const { view } = this
    view.over.setPointerCapture(e.pointerId)
    const { clientX, clientY } = e
    this.drag = { clientX, clientY, ...this.inFrame(e), dx: 0, dy: 0 }
    view.cursor = null
    view.marks()
  }

  release() {
    const { drag, view } = this
    const { geometry, viewport } = view
    if (!drag || !geometry) return
    this.letGo()
    if (reachOf(drag) <= CLICK) {
      delete view.over.dataset.dragged
      return
    }
    view.over.dataset.dragged = '1'
    viewport.go(rangeIn(geometry, viewport.range, squareOf(geometry, drag)))
  }

  letGo() {
    this.drag = null
    this.view.marks()
  }

  /** The end of a drag is a click, too. @param {MouseEvent} e */
  click(e) {
    const { view } = this
    if (view.over.dataset.dragged) {
      delete view.over.dataset.dragged
      return
    }
    const cell = this.cell(e)
    if (cell && e.detail < 2) this.zoomed = view.open(cell)
  }

  /** Its first click may have come closer: that does not count. @param {MouseEvent} e */
  doubleClick(e) {
    e.preventDefault()
    if (this.zoomed) this.view.viewport.before.pop()
    this.zoomed = false
    this.view.goBack()
  }

  /** Where nothing is left to zoom, the page scrolls. @param {WheelEvent} e */
  turn(e) {
    const { geometry, viewport } = this.view
    if (!geometry || !this.cell(e)) return
    const out = e.deltaY > 0
    if (out ? viewport.isWhole : viewport.range.size <= LEAST_SCENES) return
    e.preventDefault()
    const { x, y } = this.inFrame(e)
    const isNew = e.timeStamp - this.wheeled > PAUSE
    this.wheeled = e.timeStamp
    viewport.zoom(out ? TURN : 1 / TURN, placeAt(geometry, viewport.range, x, y), isNew)
  }
}
