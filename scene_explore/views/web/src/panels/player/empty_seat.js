// What stands in the place of a scene while none plays: the first picture, and what to do.

import { el } from '../../kit/dom.js'

/** @import { Deck } from '../../deck/deck.js' */

export class EmptySeat {
  /** @param {Deck} deck */
  constructor(deck) {
    this.deck = deck
    this.still = el('img', { alt: '', class: 'se-video', hidden: true })
    const hint = deck.n ? 'Click a scene to play it, or press Play.' : 'There are no scenes.'
    const screen = el('div', { class: 'se-screen' }, this.still)
    this.box = el('div', { class: 'se-seat' }, screen, el('p', { class: 'se-note' }, hint))
    this.show()
  }

  /** The first picture, once it is there. */
  show() {
    const src = this.deck.n ? this.deck.picture(this.deck.step(-1, 1) ?? 0) : ''
    this.still.hidden = !src
    if (src) this.still.src = src
  }
}
