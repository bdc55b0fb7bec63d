// The search by words. The text encoder runs in the kernel.

import { button, el } from '../../kit/dom.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Ranked } from './ranks.js' */

/**
 * What words found.
 * @typedef {object} Found
 * @property {string} text
 * @property {number | undefined} beside the scene that played or was selected when they were asked
 * @property {Ranked[]} pairs of all scenes
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
    this.root = this.makeRoot()
  }

  makeRoot() {
    const { deck, host } = this.stage
    if (deck.header.extra?.text_search && host.live) return this.makeForm()
    const [text, title] = host.live
      ? [
          'No text encoder: search by example.',
          'The encoder of this space reads no text, so words have no place in it: play or select a scene and see its neighbours',
        ]
      : [
          'Search by words needs the notebook; by example works here.',
          'The text encoder runs in the kernel, and a published page has none',
        ]
    return el('span', { class: 'se-soft', title }, text)
  }

  makeForm() {
    const props = {
      class: 'se-near-search',
      role: 'search',
      onsubmit: (/** @type {Event} */ e) => this.submit(e),
      data: { kernel: '' },
    }
    const search = el('button', { type: 'submit', class: 'se-button' }, 'Search')
    return el('form', props, this.words, search, this.example)
  }

  makeWords() {
    const words = el('input', {
      type: 'search',
      placeholder: 'a place, a thing, a mood …',
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
      const pairs = await this.ask(text)
      if (turn !== this.searches) return
      this.found = { text, beside, pairs }
      this.hearer.found(this.found)
    } catch (error) {
      if (turn === this.searches) stage.say(`No search: ${/** @type {Error} */ (error).message}`)
    }
  }

  /** @param {string} text @returns {Promise<Ranked[]>} */
  async ask(text) {
    /** @type {{ rows: number[], scores: number[] }} */
    const { rows, scores } = /** @type {any} */ (
      await this.stage.host.ask('search', { text, k: this.stage.deck.n })
    )
    return rows.map((row, i) => [row, scores[i]])
  }
}
