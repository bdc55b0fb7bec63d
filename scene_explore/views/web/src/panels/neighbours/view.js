// Nearest scenes under one space, and under another beside it: what came in, what went. The query
// is the scene that plays, else the first selected, else the first of all; or words.

import { el, replaceChildren } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { counted, short } from '../../kit/text.js'
import { centringChoice, comparedSpace } from '../../stage/centring.js'
import { hideCheck } from '../../stage/hide.js'
import { about, filmOf, listOf, picture, showPictures } from './cards.js'
import { compared, isAllowed, leftOutText, withinFilter } from './ranks.js'
import { WordSearch } from './search.js'
import { askingTools } from './tools.js'

/** @import { Space } from '../../deck/space.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { List } from './cards.js' */
/** @import { Found } from './search.js' */
/** @import { Ranked } from './ranks.js' */
/** @import { Asked } from './tools.js' */

/** Notes, one after the other. @param {...string} notes */
const joined = (...notes) => notes.filter(Boolean).join(' · ')

const NO_HIT = 'No scene that is shown here has all of these words in its texts.'

export class Neighbours {
  /** @param {Stage} stage @param {{ tools: HTMLElement, body: HTMLElement }} parts */
  constructor(stage, { tools, body }) {
    this.stage = stage
    this.body = body
    this.tools = tools
    /** @type {Asked} */
    this.asked = { k: 10, apart: false, near: 0 }
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
    const rows = this.best(found).pairs.map(([row]) => row)
    if (rows.length) this.stage.select(rows)
    const relation = found.counts ? 'with all words of' : 'nearest to'
    this.stage.say(`${counted(rows.length, 'scene')} ${relation} “${found.text}”`)
  }

  // ---- the answer

  /** @param {number} query @returns {(row: number) => boolean} */
  allowed(query) {
    const { stage } = this
    const allowed = isAllowed(stage.deck, query, this.asked)
    return row => stage.shown([row]).length > 0 && allowed(row)
  }

  /** @param {Ranked[]} pairs nearest first */
  withinFilter(pairs) {
    return withinFilter(pairs, this.asked.k, row => this.stage.matches(row))
  }

  /**
   * Those that are shown: what is left out is said of the scene beside which the words were asked.
   * @param {Found} found
   */
  best({ pairs, beside }) {
    const allowed =
      beside == null
        ? (/** @type {number} */ row) => this.stage.shown([row]).length > 0
        : this.allowed(beside)
    return this.withinFilter(pairs.filter(([row]) => allowed(row)))
  }

  answers() {
    const { query } = this
    const { found } = this.search
    if (found) return [this.listOfWords(found)]
    return query == null ? [] : this.listsOfScene(query)
  }

  /** @param {Found} found @returns {List} */
  listOfWords(found) {
    const { apart, near } = this.asked
    const best = this.best(found)
    const beside = apart || near > 0 ? this.besideNote(found) : ''
    const note = joined(beside, leftOutText(best))
    const empty = found.counts ? NO_HIT : undefined
    const { by, counts, notes } = found
    return { title: by, note, pairs: best.pairs, counts, notes, empty }
  }

  /** @param {Found} found */
  besideNote({ beside }) {
    const { deck } = this.stage
    if (beside == null)
      return 'No scene played or was selected before: there is no film to leave out.'
    return `Beside ${short(String(deck.title(beside)), 60)}, ${short(filmOf(deck, beside), 60)}`
  }

  /** @param {number} query @returns {List[]} */
  listsOfScene(query) {
    const { stage } = this
    const first = comparedSpace(stage, stage.space)
    const second = comparedSpace(stage, stage.deck.space(stage.get('other')))
    if (!first) return []
    const a = this.nearest(first, query)
    if (!second || second === first) {
      return [{ title: first.name, note: leftOutText(a), pairs: a.pairs, query }]
    }
    const b = this.nearest(second, query)
    const { both, onlyA, onlyB } = compared(a.pairs, b.pairs)
    const noteA = `A: ${both} of ${a.pairs.length} in both, ${onlyA.size} only in A`
    const noteB = `B: ${both} of ${b.pairs.length} in both, ${onlyB.size} only in B`
    const [listA, listB] = [joined(noteA, leftOutText(a)), joined(noteB, leftOutText(b))]
    return [
      { title: first.name, note: listA, pairs: a.pairs, only: onlyA, letter: 'A', query },
      { title: second.name, note: listB, pairs: b.pairs, only: onlyB, letter: 'B', query },
    ]
  }

  /** @param {Space} space @param {number} query */
  nearest(space, query) {
    return this.withinFilter(space.nearest(query, space.n, this.allowed(query)))
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
    const lists = this.answers()
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
