// What stands below the picture: the legend, the boundaries and the shot lengths in words.

import { el } from '../../kit/dom.js'
import { latest } from '../../kit/latest.js'
import { fadedText } from '../../stage/faded.js'
import { labelOf, summaryOf } from './describe.js'
import { legendOf } from './legend.js'
import { lengthsText, shotLengths } from './statistics.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { FilmView } from './film.js' */

const COUNTED = 'Each scene of the timeline counts as one shot, from its start to its end'

export class Words {
  /** what the legend was made for */
  explained = ''
  lengthsOf = latest(
    /** @param {Deck} deck @param {number[]} rows */
    (deck, rows) => lengthsText(shotLengths(deck, rows)),
  )

  /** @param {Stage} stage @param {FilmView} film */
  constructor(stage, film) {
    this.stage = stage
    this.film = film
    this.legend = el('p', { class: 'se-note se-timelegend' })
    this.said = el('p', { class: 'se-note', role: 'status' })
    this.lengths = el('p', { class: 'se-note se-shotlengths', title: COUNTED })
    this.elements = [this.legend, this.said, this.lengths]
  }

  /** What a screen reader says of the picture. */
  get label() {
    const { deck, film, rows, length } = this.film
    return labelOf(String(deck.films[film]?.name ?? ''), rows.length, length.to)
  }

  /** @param {number} boundaries */
  describe(boundaries) {
    const { deck, rows } = this.film
    const threshold = this.stage.space ? this.stage.get('threshold') : null
    const summary = summaryOf(rows.length, boundaries, threshold)
    const text = [summary, fadedText(this.stage, rows)].filter(Boolean).join(' ')
    // the same text again would be read out again
    if (this.said.textContent !== text) this.said.textContent = text
    this.lengths.textContent = this.lengthsOf(deck, rows)
  }

  /** The legend, where it is another one. */
  explain() {
    const { deck, film, rows } = this.film
    const colour = this.stage.get('colour')
    const now = `${film} ${this.stage.get('hide')} ${colour}`
    if (now === this.explained) return
    this.explained = now
    this.legend.replaceChildren(...legendOf(deck, colour, rows))
  }
}
