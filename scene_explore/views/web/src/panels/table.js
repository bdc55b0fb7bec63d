// Table: every scene a row. Only the rows in view exist; sorted by their headers, filtered by
// words; the selection goes both ways and out as a file.

import { button, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { panels } from '../stage/registry.js'
import { tableColumns } from './table/columns.js'
import { Export } from './table/export.js'
import { onTableKey, TABLE_KEYS } from './table/keys.js'
import { Listing } from './table/listing.js'
import { nextSort, toggledAll } from './table/rows.js'
import { TableView } from './table/view.js'
import { wordsField } from './table/words_field.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Key, Parts } from '../types.d.ts' */
/** @import { TableColumn } from './table/columns.js' */

panels.table = {
  title: 'Scenes',
  hint: 'Click plays and selects, shift or ctrl click adds. Up and down move, Enter plays, x selects',
  make: (stage, parts) => new SceneTable(stage, parts),
}

/** The row of an event. @param {Event} e @returns {number | null} */
const rowAt = e => {
  const target = /** @type {Element} */ (e.target)
  /** @type {HTMLElement | null} */
  const line = target.closest('[data-row]')
  return line && Number(line.dataset.row)
}

export class SceneTable {
  /** what changes comes from here, and scrolls nowhere */
  acting = false

  /** @param {Stage} stage @param {Parts} parts */
  constructor(stage, { tools, body }) {
    this.stage = stage
    this.body = body
    this.listing = new Listing(stage, tableColumns(stage.deck))
    this.view = this.makeView()
    this.count = el('span', { class: 'se-soft se-table-count', role: 'status' })
    this.only = this.onlyButton()
    const { controls } = new Export(stage, () => this.listing.forExport)
    tools.append(this.count, wordsField(stage), this.only, ...controls)
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
    return new TableView(stage.deck, this.listing.columns, {
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
    stage.on(['filter', 'sort', 'where'], this.list)
    stage.on(['selection', 'playing'], changed => this.follow(changed))
    stage.on('hover', () => this.mark())
    stage.on('tags', () => this.showTags())
    stage.on('pictures', () => this.view.addPictures())
  }

  // ---- which rows, in which order

  get listed() {
    return this.listing.rows
  }

  listNow() {
    this.listing.refresh()
    this.view.list(this.listed, this.stage.get('sort'))
    this.drawNow()
  }

  // ---- what is seen

  drawNow() {
    this.view.draw()
    this.mark()
  }

  mark() {
    const { selected, row } = this.listing
    const hover = this.stage.get('hover')
    const playing = this.stage.get('playing')
    this.view.mark({ selected, hover, playing, cursor: row })
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
    const { listing } = this
    listing.onlySelection = !listing.onlySelection
    this.only.setAttribute('aria-pressed', String(listing.onlySelection))
    this.list()
  }

  /** All that are listed, or none of them where all are selected. */
  selectAll() {
    this.act(() => this.stage.select(toggledAll(this.stage.get('selection'), this.listed)))
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
    this.listing.moveToRow(row)
    this.act(() => this.stage.click(row, e))
    this.mark()
  }

  // ---- the place of the keys

  /** Where they are, or would begin; -1: nowhere. */
  cursor() {
    return this.listing.cursor()
  }

  /** @param {number} place in the list */
  move(place) {
    const row = this.listing.moveTo(place)
    if (row == null) return
    this.view.scrollTo(this.listing.at)
    this.stage.set({ hover: row })
    this.draw()
  }

  /** @param {Partial<MouseEvent>} [event] */
  clickCursor(event) {
    const { row } = this.listing
    if (row != null) this.act(() => this.stage.click(row, event))
  }

  leave() {
    if (this.stage.get('hover') === this.listing.row) this.stage.set({ hover: -1 })
  }

  // ---- what changes elsewhere

  /** Tags came or went, and their column with them. */
  showTags() {
    this.listing.texts = undefined
    const columns = tableColumns(this.stage.deck)
    if (columns.length !== this.listing.columns.length) this.changeColumns(columns)
    else this.list()
  }

  /** @param {TableColumn[]} columns */
  changeColumns(columns) {
    const { grid, empty } = this.view
    const { scrollTop } = grid
    this.listing.columns = columns
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
    if (this.listing.onlySelection && changed.includes('selection')) this.list()
    else this.draw()
    this.showCount()
    if (this.acting) return
    const played = changed.includes('playing')
    const place = this.listed.indexOf(this.stage.get(played ? 'playing' : 'selection')[0])
    if (place < 0) return
    this.view.scrollTo(place)
    if (played) this.listing.at = place
  }

  drop() {
    this.list.cancel()
    this.draw.cancel()
    this.resizes?.disconnect()
  }
}
