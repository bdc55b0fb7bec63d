// Pointer and wheel on a picture, as what they mean: a move, a click, a drag, a zoom.

/** @typedef {[number, number]} Point CSS pixels within the picture */
/**
 * @typedef {object} Heard
 * @property {(at: Point, e: PointerEvent) => void} move no button is held
 * @property {() => void} leave
 * @property {(at: Point, e: PointerEvent) => void} click
 * @property {(from: Point, at: Point, e: PointerEvent) => void} drag
 * @property {(e: PointerEvent) => void} drop the end of a drag
 * @property {() => void} cancel a drag that came to nothing
 * @property {(factor: number, at: Point) => void} zoom
 * @property {() => void} reset a double click
 */

const STILL = 4 // CSS pixels that a click may move

/** @param {Point} a @param {Point} b */
const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1])

export class Gestures {
  /** @param {HTMLElement} element @param {Heard} heard */
  constructor(element, heard) {
    this.element = element
    this.heard = heard
    /** @type {Map<number, Point>} fingers and mice that are down */
    this.down = new Map()
    /** @type {Point | null} */
    this.from = null
    this.dragged = false
    /** two fingers were down: what they leave is no drag */
    this.pinched = false
    this.end = new AbortController()
    this.listen()
  }

  listen() {
    const options = { signal: this.end.signal }
    const { element } = this
    element.addEventListener('pointerdown', e => this.press(e), options)
    element.addEventListener('pointermove', e => this.move(e), options)
    element.addEventListener('pointerup', e => this.release(e), options)
    element.addEventListener('pointercancel', e => this.lose(e), options)
    element.addEventListener('lostpointercapture', e => this.lose(e), options)
    element.addEventListener('pointerleave', () => this.heard.leave(), options)
    element.addEventListener('dblclick', () => this.heard.reset(), options)
    element.addEventListener('wheel', e => this.wheel(e), { ...options, passive: false })
  }

  /** @param {MouseEvent} e @returns {Point} */
  at(e) {
    const box = this.element.getBoundingClientRect()
    return [e.clientX - box.x, e.clientY - box.y]
  }

  /** @param {PointerEvent} e */
  press(e) {
    if (e.button) return
    this.element.setPointerCapture(e.pointerId)
    this.down.set(e.pointerId, this.at(e))
    this.from = this.at(e)
    this.dragged = false
    this.pinched = this.down.size > 1
    if (this.pinched) this.heard.cancel()
  }

  /** @param {PointerEvent} e */
  move(e) {
    const at = this.at(e)
    if (!this.down.has(e.pointerId)) return this.heard.move(at, e)
    if (this.down.size > 1) return this.pinch(e.pointerId, at)
    if (!this.from || this.pinched) return
    this.dragged ||= apart(this.from, at) > STILL
    if (this.dragged) this.heard.drag(this.down.get(e.pointerId) ?? at, at, e)
    this.down.set(e.pointerId, at)
  }

  /** Two fingers: their distance zooms about their middle. @param {number} id @param {Point} at */
  pinch(id, at) {
    const other = [...this.down].find(([k]) => k !== id)?.[1]
    const before = this.down.get(id)
    if (other && before) {
      const factor = Math.max(apart(at, other), 1) / Math.max(apart(before, other), 1)
      this.heard.zoom(factor, [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2])
    }
    this.down.set(id, at)
  }

  /** @param {PointerEvent} e */
  release(e) {
    if (!this.down.delete(e.pointerId)) return
    if (this.down.size) return
    if (this.dragged) this.heard.drop(e)
    else if (!this.pinched) this.heard.click(this.at(e), e)
    this.from = null
    this.pinched = false
  }

  /** The browser took the pointer away. @param {PointerEvent} e */
  lose(e) {
    if (!this.down.delete(e.pointerId)) return
    this.heard.cancel()
    this.from = null
    this.pinched = this.down.size > 0
  }

  /** @param {WheelEvent} e */
  wheel(e) {
    e.preventDefault()
    const lines = e.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
    this.heard.zoom(Math.exp((-e.deltaY * lines) / 400), this.at(e))
  }

  drop() {
    this.end.abort()
  }
}
