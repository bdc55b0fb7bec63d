// Mouse, pen, finger and keys over the picture.

import { clamp } from '../../kit/text.js'
import { LEFT } from './plan.js'
import { isWhole, ZOOM } from './scale.js'

/** @import { KeyNote } from '../../stage/keys.js' */
/** @import { Interval } from './scale.js' */
/** @import { Timeline } from './panel.js' */

/**
 * A drag over the scenes selects, one below them moves along the film.
 * @typedef {object} Drag
 * @property {'brush' | 'pan'} kind
 * @property {number} x pixels, where it began
 * @property {Interval} brush from where it began to where it is
 * @property {Interval} seen what was seen when it began
 * @property {boolean} moved
 * @property {boolean} adds to the selection
 */

const MOVED = 4 // pixels, from where on a press is a drag
const MOST_WHEEL = 240
const WHEEL_ZOOM = 0.0022
const PAGE = 0.8 // of what is seen

/** What its keys do, for whoever asks. @type {KeyNote[]} */
export const TIMELINE_KEYS = [
  { keys: ['+', '-'], says: 'Zoom in or out' },
  { keys: ['0'], says: 'Show the whole film' },
  { keys: ['PageUp', 'PageDown'], says: 'Move along the film' },
  { keys: ['ArrowLeft', 'ArrowRight'], says: 'Shift: widen the selection by a scene' },
  { keys: ['ArrowUp', 'ArrowDown', 'Delete'], says: 'On the threshold: move or remove it' },
]

/** @param {MouseEvent} e */
const isAdding = e => e.shiftKey || e.ctrlKey || e.metaKey

export class Pointing {
  /** @type {Drag | null} */
  drag = null

  /** @param {Timeline} timeline @param {HTMLElement} target */
  constructor(timeline, target) {
    this.timeline = timeline
    this.target = target
    timeline.stage.keys.describe('In the timeline', TIMELINE_KEYS)
    target.addEventListener('pointerdown', e => this.press(e))
    target.addEventListener('pointermove', e => this.move(e))
    target.addEventListener('pointerup', e => this.release(e))
    target.addEventListener('pointercancel', () => this.cancel())
    target.addEventListener('pointerleave', () => this.drag || timeline.stage.point(-1))
    target.addEventListener('wheel', e => this.turn(e), { passive: false })
    target.addEventListener('keydown', e => this.onKey(e))
  }

  /** The stretch that is being selected. */
  get brush() {
    return this.drag?.kind === 'brush' && this.drag.moved ? this.drag.brush : null
  }

  /** Pixels from the corner of the picture. @param {MouseEvent} e */
  spot(e) {
    const { left, top } = this.target.getBoundingClientRect()
    return { x: e.clientX - left, y: e.clientY - top }
  }

  /**
   * A click plays what is under it, from there on: of what is said, from its beginning.
   * @param {number} x pixels
   * @param {number} y pixels
   * @param {MouseEvent} e
   */
  click(x, y, e) {
    const { picture, stage } = this.timeline
    const cue = picture.cueAt(x, y)
    const t = cue?.start ?? picture.scale.time(x)
    const row = cue ? this.rowOf(t) : this.timeline.rowAt(x, y)
    if (row >= 0) stage.click(row, e, t)
  }

  /** The scene of a moment; -1: none. @param {number} t */
  rowOf(t) {
    const { deck, film } = this.timeline
    return film.rows.findLast(row => deck.start[row] <= t && t < deck.end[row]) ?? -1
  }

  /** What is said there, whole, or the scene. @param {number} x @param {number} y @param {MouseEvent} e */
  pointAt(x, y, e) {
    const { picture, stage } = this.timeline
    const cue = picture.cueAt(x, y)
    picture.base.title = cue?.text ?? ''
    stage.point(cue ? -1 : this.timeline.rowAt(x, y), e)
  }

  /** @param {PointerEvent} e */
  press(e) {
    const { scale, plan } = this.timeline.picture
    const { x, y } = this.spot(e)
    if (e.button || x < LEFT - 6) return
    const t = scale.time(x)
    this.drag = {
      kind: y < plan.curve.top - 4 || e.shiftKey ? 'brush' : 'pan',
      x,
      brush: { from: t, to: t },
      seen: this.timeline.film.seen,
      moved: false,
      adds: isAdding(e),
    }
    this.target.setPointerCapture(e.pointerId)
  }

  /** @param {PointerEvent} e */
  move(e) {
    const { drag } = this
    const { x, y } = this.spot(e)
    if (!drag || (!drag.moved && Math.abs(x - drag.x) <= MOVED)) {
      this.pointAt(x, y, e)
      return
    }
    drag.moved = true
    this.timeline.stage.point(-1)
    if (drag.kind === 'brush') this.widenBrush(drag, x)
    else this.dragFilm(drag, x)
  }

  /** @param {Drag} drag @param {number} x */
  widenBrush(drag, x) {
    const { picture, film } = this.timeline
    drag.brush.to = clamp(picture.scale.time(x), film.length.from, film.length.to)
    this.timeline.remark()
  }

  /** @param {Drag} drag @param {number} x */
  dragFilm({ seen, x: began }, x) {
    const { film, picture } = this.timeline
    film.seen = seen
    this.timeline.pan(((began - x) / picture.width) * (seen.to - seen.from))
  }

  /** @param {PointerEvent} e */
  release(e) {
    const { drag, timeline } = this
    this.drag = null
    if (!drag) return
    if (!drag.moved) {
      const { x, y } = this.spot(e)
      this.click(x, y, e)
      return
    }
    if (drag.kind === 'brush') timeline.selectWithin(drag.brush, drag.adds)
    timeline.remark()
  }

  cancel() {
    this.drag = null
    this.timeline.remark()
  }

  /** @param {WheelEvent} e */
  turn(e) {
    const { timeline } = this
    const { film, picture } = timeline
    const { from, to } = film.seen
    if (Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey) {
      e.preventDefault()
      timeline.pan(((e.deltaX || e.deltaY) / picture.width) * (to - from))
      return
    }
    // nothing to zoom out of: the page scrolls
    if (e.deltaY > 0 && isWhole(film.seen, film.length)) return
    e.preventDefault()
    const by = Math.exp(clamp(e.deltaY, -MOST_WHEEL, MOST_WHEEL) * WHEEL_ZOOM)
    timeline.zoom(by, clamp(picture.scale.time(this.spot(e).x), from, to))
  }

  /** @param {KeyboardEvent} e */
  onKey(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return
    const { timeline } = this
    const { from, to } = timeline.film.seen
    /** @type {Record<string, () => void>} */
    const plain = {
      '+': () => timeline.zoom(1 / ZOOM),
      '=': () => timeline.zoom(1 / ZOOM),
      '-': () => timeline.zoom(ZOOM),
      0: () => timeline.seeAll(),
      PageUp: () => timeline.pan(-PAGE * (to - from)),
      PageDown: () => timeline.pan(PAGE * (to - from)),
    }
    /** @type {Record<string, () => void>} */
    const shifted = {
      ArrowLeft: () => timeline.widenSelection(-1),
      ArrowRight: () => timeline.widenSelection(1),
    }
    const action = plain[e.key] ?? (e.shiftKey && timeline.film.rows.length && shifted[e.key])
    if (!action) return
    action()
    e.preventDefault()
    e.stopPropagation()
  }
}
