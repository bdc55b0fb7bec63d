// The pairs that are pulled and pushed hardest.

import { el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { card } from './card.js'
import { decimals } from './text.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { LabModel } from './model.js' */
/** @import { Pair } from './types.d.ts' */

/** A force with its sign. @param {number} force */
export const forceText = force => `${force > 0 ? '+' : ''}${decimals(force)}`

export class PairsCard {
  /** @param {Stage} stage @param {LabModel} model */
  constructor(stage, model) {
    this.stage = stage
    this.model = model
    this.card = card('Pairs that feel it most')
  }

  draw() {
    const { seen, stale } = this.model
    const { root, holder, note } = this.card
    root.classList.toggle('se-lab-stale', stale)
    holder.replaceChildren(
      el(
        'div',
        { class: 'se-lab-lists' },
        this.list('Pulled hardest', 'se-lab-f', seen.pull),
        this.list('Pushed hardest', 'se-lab-g', seen.push),
      ),
    )
    note.textContent = this.noteText()
  }

  noteText() {
    const { stale, guided } = this.model
    if (stale) return 'Of the settings before this: the lists need the notebook.'
    if (guided)
      return 'Pull in units of f and g, as the embeddings lie: below the margin nothing pushes. Click plays both.'
    return 'Pull as the embeddings lie, 1 for the strongest. Click plays both.'
  }

  /** @param {string} title @param {string} name of its class @param {Pair[]} pairs */
  list(title, name, pairs) {
    const items = pairs.map(o => el('li', {}, this.pairButton(o)))
    const list = items.length ? el('ol', {}, items) : el('p', { class: 'se-note' }, 'none')
    return el('div', {}, el('h5', { class: name }, title), list)
  }

  /** @param {Pair} pair */
  pairButton({ i, j, s, sim, force }) {
    const words = [el('b', {}, forceText(force)), el('br'), `s ${decimals(s)}`, el('br')]
    return el(
      'button',
      {
        type: 'button',
        class: 'se-lab-pair',
        title: 'Play both',
        onclick: () => this.stage.play(i, j),
      },
      this.scene(i),
      this.scene(j),
      el('span', { class: 'se-time' }, words, `sim ${decimals(sim)}`),
    )
  }

  /** @param {number} row @param {number} n characters at most */
  title(row, n) {
    return short(String(this.stage.deck.title(row)), n)
  }

  /** Its thumbnail, else its title. @param {number} row */
  scene(row) {
    const { stage } = this
    const src = stage.deck.picture(row)
    const pointed = {
      onmouseenter: /** @param {MouseEvent} e */ e => stage.point(row, e),
      onmouseleave: () => stage.point(-1),
    }
    if (src) return el('img', { src, alt: this.title(row, 60), ...pointed })
    return el('span', { class: 'se-lab-nopic', dir: 'auto', ...pointed }, this.title(row, 16))
  }
}
