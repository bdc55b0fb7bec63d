// The threshold of similarity: a line that is dragged, a field, and what is done with them.

import { button, el } from '../../kit/dom.js'
import { clamp, counted } from '../../kit/text.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Picture } from './picture.js' */
/** @import { ValueScale } from './values.js' */

/** @type {Record<string, number>} */
const STEPS = {
  ArrowUp: 0.01,
  ArrowRight: 0.01,
  ArrowDown: -0.01,
  ArrowLeft: -0.01,
  PageUp: 0.1,
  PageDown: -0.1,
}
const MOVED = 3 // pixels, from where on a press is a drag

/**
 * @typedef {object} Situation
 * @property {number | null} threshold
 * @property {number} suggested
 * @property {number} boundaries
 * @property {boolean} isPossible there is a space
 * @property {ValueScale} scale of the curve
 */
/** @typedef {{ situation: () => Situation, set: (threshold: number | null) => void, select: () => void, released: () => void }} Owner */

/** A threshold as it is kept. @param {number | null} value */
export const roundedThreshold = value =>
  value == null || !Number.isFinite(value) ? null : Math.round(clamp(value, -1, 1) * 1e4) / 1e4

/**
 * What a key makes of the threshold; undefined: the key is none of ours.
 * @param {string} key
 * @param {Pick<Situation, 'threshold' | 'suggested' | 'scale'>} situation
 * @returns {number | null | undefined}
 */
export const thresholdAfter = (key, { threshold, suggested, scale }) => {
  if (key in STEPS) return threshold == null ? suggested : threshold + STEPS[key]
  if (key === 'Home') return scale.low
  if (key === 'End') return scale.high
  return key === 'Delete' || key === 'Backspace' ? null : undefined
}

export class ThresholdControl {
  /** @type {{ y: number, moved: boolean } | null} */
  drag = null

  /** @param {Owner} owner */
  constructor(owner) {
    this.owner = owner
    this.knob = this.makeKnob()
    this.number = el('input', {
      type: 'number',
      step: '.01',
      min: '-1',
      max: '1',
      class: 'se-thresholdnumber',
      'aria-label': 'Threshold',
      onchange: () => owner.set(this.number.value === '' ? null : +this.number.value),
    })
    this.add = button(
      'Threshold',
      'Mark boundaries where a scene is less similar to the one before than this',
      () => owner.set(owner.situation().suggested),
    )
    this.select = button(
      'Select boundaries',
      'Select the scenes that begin at a boundary',
      owner.select,
    )
    this.remove = button('Remove', 'Remove the threshold (Delete)', () => owner.set(null))
    this.tools = [this.add, this.number, this.select, this.remove]
  }

  makeKnob() {
    return el('div', {
      class: 'se-threshold',
      role: 'slider',
      tabIndex: 0,
      'aria-orientation': 'vertical',
      'aria-label': 'Threshold of similarity: below it a boundary lies',
      title: 'Drag, or use the arrow keys; double click or Delete removes it',
      onpointerdown: this.press.bind(this),
      onpointermove: this.move.bind(this),
      onpointerup: this.release.bind(this),
      onpointercancel: this.release.bind(this),
      ondblclick: () => this.owner.set(null),
      onkeydown: this.onKey.bind(this),
    })
  }

  /** @param {PointerEvent} e */
  press(e) {
    if (e.button) return
    this.knob.focus()
    this.drag = { y: e.clientY, moved: false }
    this.knob.setPointerCapture(e.pointerId)
    e.preventDefault()
  }

  /** @param {PointerEvent} e */
  move(e) {
    if (!this.drag || (!this.drag.moved && Math.abs(e.clientY - this.drag.y) < MOVED)) return
    this.drag.moved = true
    const { scale } = this.owner.situation()
    const frame = /** @type {HTMLElement} */ (this.knob.parentElement)
    const value = scale.value(e.clientY - frame.getBoundingClientRect().top)
    this.owner.set(clamp(value, scale.low, scale.high))
  }

  release() {
    if (!this.drag) return
    this.drag = null
    this.owner.released()
  }

  /** @param {KeyboardEvent} e */
  onKey(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return
    const threshold = thresholdAfter(e.key, this.owner.situation())
    if (threshold === undefined) return
    this.owner.set(threshold)
    e.preventDefault()
    e.stopPropagation()
  }

  show() {
    const situation = this.owner.situation()
    const { threshold, isPossible } = situation
    const isSet = threshold != null
    this.showKnob(situation)
    if (document.activeElement !== this.number) this.number.value = isSet ? String(threshold) : ''
    for (const tool of [this.remove, this.number, this.select]) tool.hidden = !isSet
    this.add.hidden = isSet || !isPossible
  }

  /** @param {Situation} situation */
  showKnob({ threshold, suggested, boundaries, isPossible, scale }) {
    const { knob } = this
    const value = threshold ?? suggested
    const found = `${value.toFixed(3)}, ${counted(boundaries, 'boundary', 'boundaries')}`
    knob.hidden = !isPossible
    knob.classList.toggle('se-unset', threshold == null)
    knob.style.top = `${scale.inside(value)}px`
    knob.setAttribute('aria-valuemin', '-1')
    knob.setAttribute('aria-valuemax', '1')
    knob.setAttribute('aria-valuenow', String(value))
    knob.setAttribute('aria-valuetext', threshold == null ? 'no threshold' : found)
  }
}

/**
 * The threshold that the panels of a stage share.
 * @param {Stage} stage
 * @param {Picture} picture of the timeline
 * @param {() => void} released a drag is over
 */
export const thresholdOf = (stage, picture, released) =>
  new ThresholdControl({
    situation: () => ({
      threshold: stage.get('threshold'),
      suggested: picture.suggestion,
      boundaries: picture.boundaries.length,
      isPossible: stage.space != null,
      scale: picture.values,
    }),
    set: threshold => stage.set({ threshold: roundedThreshold(threshold) }),
    select: () => stage.select(picture.boundaries),
    released,
  })
