// The search by words or by a picture: by the encoders, which run in the kernel, else by the words of
// the table.

import { button, choice, el } from '../../kit/dom.js'
import { PictureQuery, pictureData } from './picture_query.js'
import { wordHits } from './words.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Ranked } from './ranks.js' */

/**
 * @typedef {object} Hits
 * @property {string} by what the scenes were searched by
 * @property {Ranked[]} pairs of all scenes that were found
 * @property {boolean} [counts] the scores are numbers of hits
 * @property {Map<number, string>} [notes] what is said of a scene
 */
/**
 * What words or a picture found; `beside` is the scene that played or was selected when they were
 * asked, `picture` the address of the picture.
 * @typedef {Hits & { text: string, beside: number | undefined, picture?: string }} Found
 */
/** @typedef {{ rows: number[], scores: number[], by: string, kind: string, said: string[] }} Ranking */
/**
 * @typedef {object} Hearer
 * @property {() => number | undefined} query the scene whose neighbours are shown
 * @property {(found: Found) => void} found
 * @property {() => void} changed there is something new, or no longer
 */

/** @type {Record<string, string>} */
const BY = {
  pixels: 'on pixels, by the encoder of pictures and text',
  picture: 'on pixels, by the encoder of pictures',
}
/** @type {Record<string, string>} */
const KINDS = { pixels: 'on pixels', words: 'in words', given: 'by the search that was given' }

/** What was searched by. @param {{ kind: string, by: string }} answer */
export const saidBy = ({ kind, by }) =>
  `${BY[kind] ?? 'by the text encoder'}${by ? ` (${by})` : ''}`

export class WordSearch {
  /** @param {Stage} stage @param {HTMLElement} target where pictures are dropped @param {Hearer} hearer */
  constructor(stage, target, hearer) {
    this.stage = stage
    this.hearer = hearer
    /** @type {Found | null} */
    this.found = null
    this.searches = 0
    this.words = this.makeWords()
    const title = 'Clear the words: neighbours of the scene that plays'
    this.example = button('By example', title, () => this.clear(), { hidden: true })
    this.kind = this.kinds[0] ?? ''
    this.picture = this.asksPictures
      ? new PictureQuery(stage, target, file => this.submitPicture(file))
      : null
    this.root = this.makeForm()
  }

  /** Whether a kernel with a text encoder is asked. */
  get asksEncoder() {
    const { deck, host } = this.stage
    return Boolean(deck.header.extra?.text_search && host.live)
  }

  /** Whether the kernel has an encoder that takes pictures. */
  get asksPictures() {
    const { deck, host } = this.stage
    return Boolean(deck.header.extra?.picture_search && host.live)
  }

  /** What a sentence can be searched for in; the first is the usual one. @returns {string[]} */
  get kinds() {
    return this.asksEncoder ? (this.stage.deck.header.extra.searches ?? []) : []
  }

  /** Where there is a choice. */
  kindChoice() {
    const { kinds } = this
    if (kinds.length < 2) return null
    const options = kinds.map(o => /** @type {[string, string]} */ ([o, KINDS[o] ?? o]))
    return choice('Search', options, this.kind, kind => {
      this.kind = kind
    })
  }

  makeForm() {
    const props = {
      class: 'se-near-search',
      role: 'search',
      onsubmit: (/** @type {Event} */ e) => this.submit(e),
      ...(this.asksEncoder || this.picture ? { data: { kernel: '' } } : {}),
      ...(this.asksEncoder ? {} : { title: this.whyTable() }),
    }
    const search = el('button', { type: 'submit', class: 'se-button' }, 'Search')
    return el(
      'form',
      props,
      this.words,
      this.kindChoice(),
      search,
      this.picture?.root,
      this.example,
    )
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
    if (this.found?.picture) URL.revokeObjectURL(this.found.picture)
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

  /** @param {File} file */
  async submitPicture(file) {
    const turn = ++this.searches
    const picture = URL.createObjectURL(file)
    const ask = async () => this.ranked('search_picture', { data: await pictureData(file) })
    await this.take({ text: file.name || 'a pasted picture', picture }, ask, turn)
    if (this.found?.picture !== picture) URL.revokeObjectURL(picture)
    else this.words.value = ''
    if (turn === this.searches) this.hearer.changed()
  }

  /** @param {string} text @param {number} turn */
  async searchFor(text, turn) {
    const askTable = async () => this.askTable(text)
    const askEncoder = () => this.ranked('search', { text, by: this.kind })
    await this.take({ text }, this.asksEncoder ? askEncoder : askTable, turn)
  }

  /**
   * What the latest question finds; what goes wrong is said.
   * @param {{ text: string, picture?: string }} question
   * @param {() => Promise<Hits>} ask
   * @param {number} turn
   */
  async take(question, ask, turn) {
    const { stage } = this
    const beside = stage.get('playing')[0] ?? (this.found ? this.found.beside : this.hearer.query())
    stage.say('Searching …')
    try {
      const answer = await ask()
      if (turn !== this.searches) return
      this.forget()
      this.found = { ...question, beside, ...answer }
      this.hearer.found(this.found)
    } catch (error) {
      if (turn === this.searches) stage.say(`No search: ${/** @type {Error} */ (error).message}`)
    }
  }

  /** @param {string} kind @param {Record<string, unknown>} args @returns {Promise<Hits>} */
  async ranked(kind, args) {
    const answer = await this.stage.host.ask(kind, { ...args, k: this.stage.deck.n })
    const ranking = /** @type {Ranking} */ (/** @type {unknown} */ (answer))
    const { rows, scores, said } = ranking
    return {
      by: saidBy(ranking),
      pairs: rows.map((row, i) => [row, scores[i]]),
      notes: new Map(rows.map((row, i) => [row, said?.[i] ?? ''])),
    }
  }

  /** @param {string} text @returns {Hits} */
  askTable(text) {
    return { by: 'by the words of the table', counts: true, pairs: wordHits(this.stage.deck, text) }
  }
}
