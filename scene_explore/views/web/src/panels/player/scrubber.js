// The bar below a picture: where the scene is, and a way to go elsewhere in it.

import { el } from '../../kit/dom.js'
import { markShare } from './marks.js'
import { progressText } from './times.js'

/** @import { Marks } from './marks.js' */
/** @import { Stretch } from './times.js' */

/**
 * What a person does with it.
 * @typedef {object} ScrubberEars
 * @property {() => void} grab
 * @property {(t: number) => void} seek to seconds of the film
 * @property {() => void} release
 */

export class Scrubber {
  /** @type {Stretch} */
  scene = { start: 0, end: 0 }
  isGrabbed = false

  /** @param {ScrubberEars} ears */
  constructor(ears) {
    this.ears = ears
    const release = () => this.release()
    this.range = el('input', {
      type: 'range',
      class: 'se-scrub',
      min: 0,
      step: 'any',
      'aria-label': 'Time in the scene',
      oninput: () => this.input(),
      // a browser says nothing of a change where it is let go at the time it had before
      onchange: release,
      onpointerup: release,
      onpointercancel: release,
    })
    this.points = { in: el('i', { class: 'se-in-point' }), out: el('i', { class: 'se-out-point' }) }
    this.box = el('div', { class: 'se-scrubber' }, this.range, this.points.in, this.points.out)
  }

  input() {
    if (!this.isGrabbed) this.ears.grab()
    this.isGrabbed = true
    this.ears.seek(this.scene.start + this.range.valueAsNumber)
  }

  release() {
    if (!this.isGrabbed) return
    this.isGrabbed = false
    this.ears.release()
  }

  /** @param {Stretch} scene @param {Marks | null} marks of its film */
  setScene(scene, marks) {
    this.scene = scene
    this.range.max = String(scene.end - scene.start)
    this.setMarks(marks)
  }

  /** @param {Marks | null} marks of the film */
  setMarks(marks) {
    this.setPoint(this.points.in, markShare(marks?.in, this.scene))
    this.setPoint(this.points.out, markShare(marks?.out, this.scene))
  }

  /** @param {HTMLElement} point @param {number | null} share */
  setPoint(point, share) {
    point.hidden = share === null
    point.style.setProperty('--se-at', String(share ?? 0))
  }

  /** @param {number} t seconds of the film */
  show(t) {
    if (!this.isGrabbed) this.range.value = String(t - this.scene.start)
    this.range.setAttribute('aria-valuetext', progressText(t, this.scene))
  }
}
