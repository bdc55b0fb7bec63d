// The ideal geometry: three matrices in one order, and what the last one says.

import { ramp } from '../../kit/colours.js'
import { el } from '../../kit/dom.js'
import { card } from './card.js'
import { matrixPicture } from './matrix_picture.js'
import { decimals, percent } from './text.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { LabModel } from './model.js' */
/** @import { Ideal } from './types.d.ts' */

const GRAVE = 0.5 // mean cosine of a space that contracts

/**
 * Name, value and meaning of each number.
 * @param {Ideal} ideal
 * @param {number} pulled share of the pairs
 * @returns {[string, string, string][]}
 */
export const idealNumbers = (ideal, pulled) => {
  const { mean_cosine, rankme, spearman, loss, collapsed } = ideal
  const ratio = loss != null && collapsed ? loss / collapsed : null
  return [
    ['mean cosine', decimals(mean_cosine), 'of all pairs of different scenes; near 1 is collapse'],
    ['RankMe', decimals(rankme, 1), 'effective number of directions, of the centred vectors'],
    ['pulled', percent(pulled), 'share of the pairs that are pulled together'],
    ['Spearman', decimals(spearman), 'Spearman rank correlation of s and similarity'],
    [
      'loss ratio',
      decimals(ratio),
      'loss over the collapsed loss, that of a space in which all vectors are one',
    ],
  ]
}

export class IdealCard {
  /** @param {Stage} stage @param {LabModel} model */
  constructor(stage, model) {
    this.stage = stage
    this.model = model
    this.table = ramp(stage.deck.scale)
    this.card = card('Ideal geometry: where the loss leads')
  }

  /** An answer is on its way. @param {boolean} busy */
  setBusy(busy) {
    this.card.root.setAttribute('aria-busy', String(busy))
  }

  draw() {
    const { ideal, stale } = this.model
    const { root, holder, note } = this.card
    this.setBusy(!ideal)
    root.classList.toggle('se-lab-stale', stale)
    holder.replaceChildren(...(ideal ? this.parts(ideal) : []))
    note.textContent = this.noteText()
  }

  noteText() {
    const { ideal, stale } = this.model
    if (!ideal) return 'Computing the ideal geometry …'
    if (stale) return 'Of the settings before this: the ideal geometry needs the notebook.'
    return `${ideal.note}, by place and time; dark: 0 or less, bright: 1.`
  }

  /** @param {Ideal} ideal */
  parts(ideal) {
    const data = { grave: String((ideal.mean_cosine ?? 0) > GRAVE) }
    const numbers = idealNumbers(ideal, this.model.seen.pulled)
    return [
      el('p', { class: 'se-lab-verdict', role: 'status', data }, ideal.words),
      el('div', { class: 'se-lab-trio' }, this.pictures(ideal)),
      el(
        'div',
        { class: 'se-lab-numbers' },
        numbers.map(([name, value, title]) =>
          el('div', { title }, el('span', {}, name), el('b', {}, value)),
        ),
      ),
    ]
  }

  /** @param {Ideal} ideal */
  pictures({ rows, s, now, ideal }) {
    const pictures = [
      { values: s, title: 's', label: 'from the text' },
      { values: now, title: 'now', label: 'embeddings' },
      { values: ideal, title: 'ideal', label: 'wanted by the loss' },
    ]
    return pictures.map(o => matrixPicture(this.stage, this.table, { ...o, rows }))
  }
}
