// The curves f and g over relatedness, with points to drag.

import { svg } from '../../kit/dom.js'
import { clamp } from '../../kit/text.js'
import { drawAxes, pathOf } from './axes.js'
import { card, key } from './card.js'
import { weightSpan } from './curves.js'
import { decimals } from './text.js'

/** @import { Plane } from './axes.js' */
/** @import { LabModel } from './model.js' */
/** @import { Curve, Interval, Point, Settings } from './types.d.ts' */

const HEIGHT = 218
const RADIUS = 6 // px, of a point of f
const HALF = 5 // px, of the square that is a point of g
const HOW = 'Drag a point, or focus it and use the arrow keys.'
/** What a key adds to s and weight. @type {Record<string, Point>} */
const STEPS = {
  ArrowUp: [0, 0.02],
  ArrowDown: [0, -0.02],
  ArrowLeft: [-0.02, 0],
  ArrowRight: [0.02, 0],
  PageUp: [0, 0.1],
  PageDown: [0, -0.1],
}
/** @type {Curve[]} g is below f in the picture */
const CURVES = ['g', 'f']

/** @typedef {{ line: SVGPathElement, handles: SVGElement[] }} Drawn */
/**
 * @typedef {object} Frame
 * @property {Plane} plane
 * @property {SVGSVGElement} drawing
 * @property {string} counts how many points each curve has
 * @property {Record<Curve, Drawn>} drawn
 */

export class CurvesCard {
  /** @type {Frame | null} */
  frame = null
  dragging = false

  /**
   * @param {LabModel} model
   * @param {{ moved: (which: Curve, patch: Partial<Settings>) => void, released: () => void }} heard
   */
  constructor(model, heard) {
    this.model = model
    this.heard = heard
    this.card = card('Weights of a pair')
  }

  /** @param {boolean} [anew] the card may have another width */
  draw(anew = false) {
    const frame = anew || this.isOutdated() ? this.newFrame() : this.frame
    if (!frame) return
    for (const which of CURVES) this.drawCurve(frame, which)
    this.card.holder.classList.toggle('se-lab-noweight', !this.model.guided)
    this.writeNote()
  }

  /** @returns {Interval} */
  get span() {
    return weightSpan(this.model.seen.f, this.model.seen.g)
  }

  get counts() {
    return CURVES.map(which => this.model.pointsOf(which).length).join()
  }

  /** Axes stay as they are under a finger. */
  isOutdated() {
    if (!this.frame) return true
    const { plane, counts } = this.frame
    const isOther = counts !== this.counts || plane.x[0] !== this.model.seen.low
    return isOther || (!this.dragging && this.span.some((o, i) => o !== plane.y[i]))
  }

  newFrame() {
    const held = this.heldPoint()
    const axes = drawAxes(this.card.holder, {
      height: HEIGHT,
      x: [this.model.seen.low, 1],
      y: this.span,
      xlabel: 'relatedness s',
      ylabel: 'weight',
      label: 'f and g by s',
    })
    const drawn = { f: this.newCurve('f'), g: this.newCurve('g') }
    this.frame = { ...axes, counts: this.counts, drawn }
    axes.drawing.append(drawn.g.line, drawn.f.line, ...drawn.g.handles, ...drawn.f.handles)
    if (held) drawn[held.which].handles[held.i]?.focus()
    return this.frame
  }

  /** The point that has the focus. */
  heldPoint() {
    if (!this.frame) return null
    const { drawn } = this.frame
    const focused = /** @type {SVGElement} */ (document.activeElement)
    const which = CURVES.find(o => drawn[o].handles.includes(focused))
    return which ? { which, i: drawn[which].handles.indexOf(focused) } : null
  }

  /** @param {Curve} which @returns {Drawn} */
  newCurve(which) {
    const line = svg('path', { class: `se-lab-line se-lab-${which}` })
    return { line, handles: this.model.pointsOf(which).map((_, i) => this.newHandle(which, i)) }
  }

  /** @param {Curve} which @param {number} i */
  newHandle(which, i) {
    const props = {
      class: `se-lab-handle se-lab-${which}`,
      tabindex: 0,
      role: 'slider',
      'aria-valuemin': 0,
      'aria-valuemax': 1,
    }
    /** @type {SVGElement} */
    const handle =
      which === 'f'
        ? svg('circle', { ...props, r: RADIUS })
        : svg('rect', { ...props, width: 2 * HALF, height: 2 * HALF })
    handle.addEventListener('pointerdown', e => this.grab(handle, e))
    handle.addEventListener('pointermove', e => this.drag(handle, which, i, e))
    handle.addEventListener('lostpointercapture', () => this.release())
    handle.addEventListener('keydown', e => this.onKey(which, i, e))
    return handle
  }

  /** @param {SVGElement} handle @param {PointerEvent} e */
  grab(handle, e) {
    this.dragging = true
    handle.setPointerCapture(e.pointerId)
    e.preventDefault()
    handle.focus()
  }

  /** @param {SVGElement} handle @param {Curve} which @param {number} i @param {PointerEvent} e */
  drag(handle, which, i, e) {
    if (!this.frame || !handle.hasPointerCapture(e.pointerId)) return
    const { left, top } = this.frame.drawing.getBoundingClientRect()
    this.move(which, i, this.frame.plane.valuesAt(e.clientX - left, e.clientY - top))
  }

  release() {
    this.dragging = false
    this.heard.released()
  }

  /** @param {Curve} which @param {number} i @param {KeyboardEvent} e */
  onKey(which, i, e) {
    const step = STEPS[e.key]
    if (!step || e.ctrlKey || e.metaKey || e.altKey) return
    e.preventDefault()
    e.stopPropagation()
    const [s, weight] = this.model.pointsOf(which)[i]
    this.move(which, i, [s + step[0], weight + step[1]])
  }

  /** @param {Curve} which @param {number} i @param {Point} to */
  move(which, i, to) {
    if (!this.frame) return
    const patch = this.model.movePoint(which, i, to, this.frame.plane.y)
    this.draw()
    this.heard.moved(which, patch)
  }

  /** @param {Frame} frame @param {Curve} which */
  drawCurve({ plane, drawn }, which) {
    const { line, handles } = drawn[which]
    const { at } = this.model.seen
    const weights = Array.from(this.model.seen[which], v => clamp(v, ...plane.y))
    line.setAttribute('d', pathOf(plane, at, weights))
    const points = this.model.pointsOf(which)
    for (const [i, handle] of handles.entries()) this.place(plane, which, handle, points[i])
  }

  /** @param {Plane} plane @param {Curve} which @param {SVGElement} handle @param {Point} point */
  place(plane, which, handle, [s, weight]) {
    const x = plane.toX(clamp(s, ...plane.x))
    const y = plane.toY(clamp(weight, ...plane.y))
    const text = `${which} at s = ${decimals(s)}: ${decimals(weight)}`
    const at = which === 'f' ? { cx: x, cy: y } : { x: x - HALF, y: y - HALF }
    const said = { 'aria-label': text, 'aria-valuenow': weight, 'aria-valuetext': text }
    for (const [k, v] of Object.entries({ ...at, ...said })) handle.setAttribute(k, String(v))
  }

  writeNote() {
    this.card.note.replaceChildren(
      key('se-lab-f'),
      'f pulls together ',
      key('se-lab-g'),
      this.model.guided ? `g pushes apart. ${HOW}` : `g has no part in this loss. ${HOW}`,
    )
  }
}
