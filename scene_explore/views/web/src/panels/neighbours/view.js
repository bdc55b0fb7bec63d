// Nearest scenes under one space, and under another beside it: what came in, what went. The query
// is the scene that plays, else the first selected, else the first of all; or words.

import { el, replaceChildren } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { counted, short } from '../../kit/text.js'
import { centringChoice } from '../../stage/centring.js'
import { hideCheck } from '../../stage/hide.js'
import { Answers } from './answers.js'
import { about, listOf, picture, showPictures } from './cards.js'
import { WordSearch } from './search.js'
import { askingTools } from './tools.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Found } from './search.js' */
/** @import { Asked } from './tools.js' */

export class Neighbours {
  /** @param {Stage} stage @param {{ tools: HTMLElement, body: HTMLElement }} parts */
  constructor(stage, { tools, body }) {
    this.stage = stage
    this.body = body
    this.tools = tools
    /** @type {Asked} */
    this.asked = { k: 10, apart: false, near: 0 }
    this.answers = new Answers(stage, this.asked)
    this.drawn = '' // for which question
    this.queryBox = el('div', { class: 'se-near-query' })
    this.lists = el('div', { class: 'se-near-lists' })
    this.centring = centringChoice(stage)
    this.hide = hideCheck(stage)
    this.redraw = soon(() => this.draw())
    this.follow = soon(() => this.drawIfNew())
    this.search = new WordSearch(stage, body, {
      query: () => this.query,
      found: found => this.showFound(found),
      changed: () => this.redraw(),
    })
    const ask = el('div', { class: 'se-near-ask' }, this.queryBox, this.search.root)
    body.append(ask, this.lists)
    this.tidy = this.listen()
    this.showTools()
    this.draw()
  }

  listen() {
    const { stage, body } = this
    return [
      stage.on(['selection', 'playing', 'hover'], () => this.follow()),
      stage.on(['space', 'other'], () => {
        this.showTools()
        this.redraw()
      }),
      stage.on(['hide', 'centred', 'where'], () => this.redraw()),
      stage.on('pictures', () => showPictures(stage.deck, body)),
    ]
  }

  // ---- the question

  /** @returns {number | undefined} */
  get query() {
    const { stage } = this
    return (
      stage.get('playing')[0] ?? stage.get('selection')[0] ?? stage.shown(stage.deck.inFilm(0))[0]
    )
  }

  /** What the lists answer. */
  get question() {
    const { stage, search, asked } = this
    const query = search.question ?? this.query
    const shared = /** @type {const} */ (['space', 'other', 'hide', 'centred', 'where']).map(k =>
      stage.get(k),
    )
    return [query, ...shared, asked.k, asked.apart, asked.near].join('|')
  }

  showTools() {
    const tools = askingTools(this.stage, this.asked, () => this.redraw())
    replaceChildren(this.tools, [this.centring, ...tools, ...this.hide])
  }

  /** @param {Found} found */
  showFound(found) {
    const rows = this.answers.best(found).pairs.map(([row]) => row)
    if (rows.length) this.stage.select(rows)
    const relation = found.counts ? 'with all words of' : 'nearest to'
    this.stage.say(`${counted(rows.length, 'scene')} ${relation} “${found.text}”`)
  }

  // ---- the answer

  answerLists() {
    const { query, answers } = this
    const { found } = this.search
    if (found) return [answers.ofWords(found)]
    return query == null ? [] : answers.ofScene(query)
  }

  /** @param {number} row */
  turnTo(row) {
    this.search.forget()
    this.stage.point(-1)
    this.stage.select([row])
    this.stage.play(row)
  }

  // ---- what is seen

  drawIfNew() {
    if (this.drawn === this.question) this.mark()
    else this.draw()
  }

  draw() {
    const { query } = this
    const { found, example } = this.search
    const focused = this.focusedRow()
    this.drawn = this.question
    this.body.dataset.query = found || query == null ? '' : this.stage.deck.ids[query]
    example.hidden = !found
    this.queryBox.replaceChildren(...this.queryParts())
    const lists = this.answerLists()
    this.lists.classList.toggle('se-near-two', lists.length > 1)
    const turnTo = (/** @type {number} */ row) => this.turnTo(row)
    this.lists.replaceChildren(...lists.map(o => listOf(this.stage, o, turnTo)))
    this.mark()
    this.focusRow(focused)
  }

  focusedRow() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)
    return this.body.contains(focused) ? focused?.dataset.row : undefined
  }

  /** @param {string | undefined} row */
  focusRow(row) {
    if (row == null) return
    const card = /** @type {HTMLElement | null} */ (this.lists.querySelector(`[data-row="${row}"]`))
    card?.focus({ preventScroll: true })
  }

  queryParts() {
    const { query } = this
    const { found } = this.search
    const { deck } = this.stage
    if (found?.picture) {
      const words = `Nearest to the picture “${short(found.text, 60)}”`
      return [el('img', { src: found.picture, alt: '' }), el('span', { dir: 'auto' }, words)]
    }
    if (found) {
      const relation = found.counts ? 'With' : 'Nearest to'
      return [el('span', { dir: 'auto' }, `${relation} the words “${short(found.text, 80)}”`)]
    }
    if (query != null) {
      const by = el('span', { class: 'se-soft se-near-by' }, 'by an example scene')
      return [picture(deck, query), about(deck, query, by)]
    }
    const text = 'There are no scenes: the nearest neighbours of one are shown here.'
    return [el('span', { class: 'se-soft' }, text)]
  }

  mark() {
    const { stage } = this
    const hover = stage.get('hover')
    const playing = stage.get('playing')
    const selected = new Set(stage.get('selection'))
    /** @type {NodeListOf<HTMLElement>} */
    const cards = this.lists.querySelectorAll('[data-row]')
    for (const card of cards) {
      const row = Number(card.dataset.row)
      card.classList.toggle('se-near-hover', row === hover)
      card.classList.toggle('se-near-playing', playing.includes(row))
      card.classList.toggle('se-near-chosen', selected.has(row))
    }
  }

  drop() {
    for (const end of this.tidy) end()
    this.redraw.cancel()
    this.follow.cancel()
    this.search.forget()
  }
}
