// The search by words: by the text encoder, which runs in the kernel, else by those of the table.

import { button, el } from '../../kit/dom.js'
import { wordHits } from './words.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Ranked } from './ranks.js' */

/**
 * @typedef {object} Hits
 * @property {string} by what the scenes were searched by
 * @property {Ranked[]} pairs of all scenes that were found
 * @property {boolean} [counts] the scores are numbers of hits
 */
/**
 * What words found; `beside` is the scene that played or was selected when they were asked.
 * @typedef {Hits & { text: string, beside: number | undefined }} Found
 */
/**
 * @typedef {object} Hearer
 * @property {() => number | undefined} query the scene whose neighbours are shown
 * @property {(found: Found) => void} found
 * @property {() => void} changed there is something new, or no longer
 */

export class WordSearch {
  /** @param {Stage} stage @param {Hearer} hearer */
  constructor(stage, hearer) {
    this.stage = stage
    this.hearer = hearer
    /** @type {Found | null} */
    this.found = null
    this.searches = 0
    this.words = this.makeWords()
    const title = 'Clear the words: neighbours of the scene that plays'
    this.example = button('By example', title, () => this.clear(), { hidden: true })
    this.root = this.makeForm()
  }

  /** Whether a kernel with a text encoder is asked. */
  get asksEncoder() {
    const { deck, host } = this.stage
    return Boolean(deck.header.extra?.text_search && host.live)
  }

  makeForm() {
    const props = {
      class: 'se-near-search',
      role: 'search',
      onsubmit: (/** @type {Event} */ e) => this.submit(e),
      ...(this.asksEncoder ? { data: { kernel: '' } } : { title: this.whyTable() }),
    }
    const search = el('button', { type: 'submit', class: 'se-button' }, 'Search')
    return el('form', props, this.words, search, this.example)
  }

  whyTable() {
    const why = this.stage.host.live
      ? 'There is no text encoder here'
      : 'The text encoder runs in the kernel, and a published page has none'
    return `${why}: the scenes are found whose titles, places and other texts have all of the words`
  }

  makeWords() {
    const words = el('input', {
      type: 'search',
      placeholder: this.asksEncoder ? 'a place, a thing, a mood …' : 'words of the table …',
      'aria-label': 'Search by words',
      class: 'se-near-words',
    })
    words.addEventListener('keydown', e => {
      // JupyterLab lets no Enter through to a form
      if (e.key !== 'Enter' || e.isComposing) return
      e.stopPropagation()
      this.submit(e)
    })
    return words
  }

  /** Which words were asked, and when. */
  get question() {
    return this.found && `${this.searches} ${this.found.text}`
  }

  forget() {
    this.found = null
  }

  clear() {
    this.forget()
    this.words.value = ''
    this.hearer.changed()
  }

  /** @param {Event} e */
  async submit(e) {
    e.preventDefault()
    const text = this.words.value.trim()
    const turn = ++this.searches
    if (text) await this.searchFor(text, turn)
    else this.forget()
    if (turn === this.searches) this.hearer.changed()
  }

  /** @param {string} text @param {number} turn */
  async searchFor(text, turn) {
    const { stage } = this
    const beside = stage.get('playing')[0] ?? (this.found ? this.found.beside : this.hearer.query())
    stage.say('Searching …')
    try {
      const answer = this.asksEncoder ? await this.askEncoder(text) : this.askTable(text)
      if (turn !== this.searches) return
      this.found = { text, beside, ...answer }
      this.hearer.found(this.found)
    } catch (error) {
      if (turn === this.searches) stage.say(`No search: ${/** @type {Error} */ (error).message}`)
    }
  }

  /** @param {string} text @returns {Promise<Hits>} */
  async askEncoder(text) {
    const answer = await this.stage.host.ask('search', { text, k: this.stage.deck.n })
    const { rows, scores, by } = /** @type {{ rows: number[], scores: number[], by?: string }} */ (
      /** @type {unknown} */ (answer)
    )
    const name = by ? ` (${by})` : ''
    return { by: `by the text encoder${name}`, pairs: rows.map((row, i) => [row, scores[i]]) }
  }

  /** @param {string} text @returns {Hits} */
  askTable(text) {
    return { by: 'by the words of the table', counts: true, pairs: wordHits(this.stage.deck, text) }
  }
}
