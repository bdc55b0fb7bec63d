// A ring around a place in a picture.

import { el } from '../kit/dom.js'

/** @import { Point } from './lasso.js' */
/** @import { Viewport } from './viewport.js' */

export class Ring {
  element = el('i', { class: 'se-ring', hidden: true })

  /** @param {Viewport} port */
  constructor(port) {
    this.port = port
  }

  /** Nowhere where the place is out of the picture. @param {Point | null} place CSS pixels */
  show(place) {
    this.element.hidden = !place || !this.port.holds(place)
    if (!place || this.element.hidden) return
    this.element.style.left = `${place[0]}px`
    this.element.style.top = `${place[1]}px`
  }
}
