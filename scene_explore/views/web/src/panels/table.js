// Table: every scene a row. Only the rows in view exist; sorted by their headers, filtered by
// words; the selection goes both ways and out as a file.

import { button, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp } from '../kit/text.js'
import { panels } from '../stage/registry.js'
import { tableColumns } from './table/columns.js'
import { Export } from './table/export.js'
import { onTableKey, TABLE_KEYS } from './table/keys.js'
import { nextSort, searchTexts, sortedRows, wordFilter } from './table/rows.js'
import { TableView } from './table/view.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Key, Parts } from '../types.d.ts' */
/** @import { TableColumn } from './table/columns.js' */

panels.table = {
  title: 'Scenes',
  hint: 'Click plays and selects, shift or ctrl click adds. Up and down move, Enter plays, x selects',
  make: (stage, parts) => new SceneTable(stage, parts),
}

/** @param {Stage} stage */
const wordsField = stage => {
  const field = el('input', {
    type: 'search',
    class: 'se-table-filter',
    placeholder: 'filter, or place:kitchen',
    'aria-label': 'Filter the scenes: words, or column:word',
    title: 'Shows scenes that hold these words anywhere; column:word looks in one column',
    value: stage.get('filter'),
    oninput: () => stage.set({ filter: field.value }),
  })
  return field
}

/** The row of an event. @param {Event} e @returns {number | null} */
const rowAt = e => {
  const target = /** @type {Element} */ (e.target)
  /** @type {HTMLElement | null} */
  const line = target.closest('[data-row]')
  return line && Number(line.dataset.row)
}

export class SceneTable {
  /** @type {number[]} rows, as they are listed */
  listed = []
  /** the place in the list where the keys are; -1: nowhere */
  at = -1
  onlySelection = false
  /** what changes comes from here, and scrolls nowhere */
  acting = false
  /** @type {string[] | undefined} */
  texts = undefined

  /** @param {Stage} stage @param {Parts} parts */
  constructor(stage, { tools, body }) {
    this.stage = stage
    this.body = body
    this.columns = tableColumns(stage.deck)
    this.view = this.makeView()
    this.count = el('span', { class: 'se-soft se-table-count', role: 'status' })
    this.words = wordsField(stage)
    this.only = this.onlyButton()
    const { controls } = new Export(stage, () => this.rowsToExport())
    tools.append(this.count, this.words, this.only, ...controls)
    body.append(this.view.grid, this.view.empty)
    this.list = soon(() => this.listNow())
    this.draw = soon(() => this.drawNow())
    stage.keys.describe('In the table', TABLE_KEYS)
    this.hearPerson()
    this.hearStage()
    this.list()
  }

  makeView() {
    const { stage } = this
    return new TableView(stage.deck, this.columns, {
      onsort: name => stage.set({ sort: nextSort(stage.get('sort'), name) }),
      onall: () => this.selectAll(),
      ontick: row => this.act(() => stage.click(row, { shiftKey: true })),
    })
  }

  onlyButton() {
    const why = 'Show only what is selected'
    return button('Selection only', why, () => this.toggleOnly(), { 'aria-pressed': 'false' })
  }

  hearPerson() {
    const { grid, lines } = this.view
    grid.addEventListener('scroll', this.draw)
    grid.addEventListener('keydown', e => onTableKey(this, e))
    grid.addEventListener('blur', () => this.leave())
    lines.addEventListener('pointermove', e => this.point(e))
    lines.addEventListener('pointerleave', () => this.stage.point(-1))
    lines.addEventListener('click', e => this.click(e))
    // no text is marked by a shift click
    lines.addEventListener('pointerdown', e => e.shiftKey && e.preventDefault())
    this.resizes = new ResizeObserver(this.draw)
    this.resizes.observe(grid)
  }

  hearStage() {
    const { stage } = this
    stage.on('filter', () => this.showWords())
    stage.on(['sort', 'where'], this.list)
    stage.on(['selection', 'playing'], changed => this.follow(changed))
    stage.on('hover', () => this.mark())
    stage.on('tags', () => this.showTags())
    stage.on('pictures', () => this.view.addPictures())
  }

  // ---- which rows, in which order

  selected() {
    return new Set(this.stage.get('selection'))
  }

  rowsToList() {
    const { stage } = this
    const hasWords = wordFilter(stage.get('filter'), this.columns, () => this.searchTexts())
    const selected = this.selected()
    const rows = stage.deck.order.flat()
    const isKept = /** @param {number} i */ i => !this.onlySelection || selected.has(i)
    return rows.filter(i => stage.matches(i) && hasWords(i) && isKept(i))
  }

  searchTexts() {
    this.texts ??= searchTexts(this.columns, this.stage.deck.ids)
    return this.texts
  }

  listNow() {
    const cursor = this.listed[this.at]
    const sort = this.stage.get('sort')
    const column = this.columns.find(c => c.name === sort[0])
    const rows = this.rowsToList()
    this.listed = column ? sortedRows(rows, column, sort[1]) : rows
    this.at = this.listed.indexOf(cursor)
    this.view.list(this.listed, sort)
    this.drawNow()
  }

  /** What is selected, in the order of the films; what is listed where nothing is. */
  rowsToExport() {
    const selected = this.selected()
    if (!selected.size) return this.listed
    return this.stage.deck.order.flat().filter(i => selected.has(i))
  }

  // ---- what is seen

  drawNow() {
    this.view.draw()
    this.mark()
  }

  mark() {
    const selected = this.selected()
    const hover = this.stage.get('hover')
    const playing = this.stage.get('playing')
    this.view.mark({ selected, hover, playing, cursor: this.listed[this.at] })
    this.showCount()
    this.body.dataset.shown = String(this.listed.length)
  }

  showCount() {
    const { deck } = this.stage
    const { length } = this.stage.get('selection')
    const text = `${this.listed.length} of ${deck.n} shown, ${length} selected`
    // a status that is set again is read out again
    if (this.count.textContent !== text) this.count.textContent = text
  }

  // ---- what a person does

  /** @param {() => void} work */
  act(work) {
    this.acting = true
    work()
    this.acting = false
  }

  toggleOnly() {
    this.onlySelection = !this.onlySelection
    this.only.setAttribute('aria-pressed', String(this.onlySelection))
    this.list()
  }

  /** All that are listed, or none of them where all are selected. */
  selectAll() {
    const listed = new Set(this.listed)
    const now = this.stage.get('selection')
    const others = now.filter(i => !listed.has(i))
    const all = now.length - others.length === listed.size
    this.act(() => this.stage.select(all ? others : [...now, ...listed]))
  }

  /** @param {PointerEvent} e */
  point(e) {
    const row = rowAt(e)
    if (row != null) this.stage.point(row, e)
  }

  /** @param {MouseEvent} e */
  click(e) {
    const row = rowAt(e)
    if (row == null) return
    this.at = this.listed.indexOf(row)
    this.act(() => this.stage.click(row, e))
    this.mark()
  }

  // ---- the place of the keys

  /** Where the keys are; else what plays or is selected first; -1: nowhere. */
  cursor() {
    if (this.at >= 0) return this.at
    return this.listed.indexOf(this.stage.get('playing')[0] ?? this.stage.get('selection')[0])
  }

  /** @param {number} place in the list */
  move(place) {
    if (!this.listed.length) return
    this.at = clamp(place, 0, this.listed.length - 1)
    this.view.scrollTo(this.at)
    this.stage.set({ hover: this.listed[this.at] })
    this.draw()
  }

  /** @param {Partial<MouseEvent>} [event] */
  clickCursor(event) {
    const row = this.listed[this.at]
    if (row != null) this.act(() => this.stage.click(row, event))
  }

  leave() {
    if (this.stage.get('hover') === this.listed[this.at]) this.stage.set({ hover: -1 })
  }

  // ---- what changes elsewhere

  showWords() {
    const words = this.stage.get('filter')
    if (this.words.value !== words) this.words.value = words
    this.list()
  }

  /** Tags came or went, and their column with them. */
  showTags() {
    this.texts = undefined
    const columns = tableColumns(this.stage.deck)
    if (columns.length !== this.columns.length) this.changeColumns(columns)
    else this.list()
  }

  /** @param {TableColumn[]} columns */
  changeColumns(columns) {
    const { grid, empty } = this.view
    const { scrollTop } = grid
    this.columns = columns
    this.view = this.makeView()
    grid.replaceWith(this.view.grid)
    empty.replaceWith(this.view.empty)
    this.resizes?.disconnect()
    this.hearPerson()
    this.listNow()
    this.view.grid.scrollTop = scrollTop
  }

  /** @param {Key[]} changed */
  follow(changed) {
    if (this.onlySelection && changed.includes('selection')) this.list()
    else this.draw()
    this.showCount()
    if (this.acting) return
    const played = changed.includes('playing')
    const place = this.listed.indexOf(this.stage.get(played ? 'playing' : 'selection')[0])
    if (place < 0) return
    this.view.scrollTo(place)
    if (played) this.at = place
  }

  drop() {
    this.list.cancel()
    this.draw.cancel()
    this.resizes?.disconnect()
  }
}
