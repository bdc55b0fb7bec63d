// A scene as a flipbook: its frames one after the other, as long as the scene lasts, again and again.

import { el } from '../../kit/dom.js'
import { lessMotion } from '../../kit/motion.js'

/** @import { Bytes } from '../../types.d.ts' */

/** @param {Bytes} bytes */
export const jpegAddress = bytes =>
  URL.createObjectURL(new Blob([/** @type {BlobPart} */ (bytes)], { type: 'image/jpeg' }))

export class Flipbook {
  /** @type {string[]} addresses of the frames */
  frames = []
  shown = 0
  seconds = 1
  timer = 0

  /** @param {() => void} onclick */
  constructor(onclick) {
    this.picture = el('img', { class: 'se-picture', title: 'space: play or pause', onclick })
    this.done = el('i')
    this.bar = el('div', { class: 'se-bar' }, this.done)
  }

  /** Another scene, which plays unless less motion is asked for. @param {Bytes[]} frames */
  open(frames) {
    this.forget()
    this.frames = frames.map(jpegAddress)
    this.show(0)
    if (lessMotion()) this.hold()
    else this.play()
  }

  /** How long the scene lasts; it may become known after the frames. @param {number} seconds */
  setSeconds(seconds) {
    if (seconds === this.seconds) return
    this.seconds = seconds
    if (this.timer) this.play()
  }

  /** @param {number} i */
  show(i) {
    this.shown = i
    if (!this.frames.length) return
    this.picture.src = this.frames[i]
    this.done.style.width = `${(100 * (i + 1)) / this.frames.length}%`
  }

  play() {
    this.hold()
    const n = this.frames.length
    if (n < 2) return
    this.timer = window.setInterval(
      () => this.show((this.shown + 1) % n),
      (1000 * this.seconds) / n,
    )
  }

  hold() {
    clearInterval(this.timer)
    this.timer = 0
  }

  toggle() {
    if (this.timer) this.hold()
    else this.play()
  }

  forget() {
    for (const url of this.frames) URL.revokeObjectURL(url)
  }

  drop() {
    this.hold()
    this.forget()
  }
}
