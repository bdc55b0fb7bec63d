// The table as it is seen: of a list of rows only those in view are there.

import { el } from '../../kit/dom.js'
import { columnHead, gridOf, headRow, lineOf, pictureOf } from './grid.js'
import { drawnWindow, ROW, scrolledTo } from './rows.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { TableColumn } from './columns.js' */
/** @import { Line } from './grid.js' */

/**
 * @typedef {object} Marks what rows are marked by
 * @property {Set<number>} selected
 * @property {number} hover
 * @property {number[]} playing
 * @property {number | undefined} cursor the row where the keys are
 */
/**
 * @typedef {object} Hands what a person does in the table
 * @property {(column: string) => void} onsort
 * @property {() => void} onall
 * @property {(row: number) => void} ontick
 */

/** @param {() => void} onchange */
const tickOfAll = onchange =>
  el('input', {
    type: 'checkbox',
    tabIndex: -1,
    'aria-label': 'Select all that are shown',
    title: 'Select all that are shown (a)',
    onchange,
  })

export class TableView {
  /** @type {number[]} */
  rows = []
  /** @type {Map<number, Line>} by row */
  drawn = new Map()

  /** @param {Deck} deck @param {TableColumn[]} columns @param {Hands} hands */
  constructor(deck, columns, hands) {
    this.deck = deck
    this.columns = columns
    this.hands = hands
    this.id = `se-table-${Math.random().toString(36).slice(2, 8)}`
    this.every = tickOfAll(hands.onall)
    this.heads = columns.map((c, k) => columnHead(c, k, () => hands.onsort(c.name)))
    this.head = headRow(this.every, this.heads)
    this.lines = el('div', { class: 'se-table-lines', role: 'rowgroup' })
    this.grid = gridOf(columns, this.head, this.lines)
    this.empty = el('p', { class: 'se-note', hidden: true }, 'No scene matches.')
  }

  /** Another list. @param {number[]} rows @param {[string, number]} sort */
  list(rows, sort) {
    this.rows = rows
    this.showOrder(sort)
    this.grid.setAttribute('aria-rowcount', String(rows.length + 1))
    this.lines.style.height = `${rows.length * ROW}px`
    this.empty.hidden = rows.length > 0
    this.lines.replaceChildren()
    this.drawn.clear()
  }

  /** @param {[string, number]} sort */
  showOrder([name, direction]) {
    const sorted = direction > 0 ? 'ascending' : 'descending'
    this.columns.forEach((c, k) => {
      this.heads[k].setAttribute('aria-sort', c.name === name ? sorted : 'none')
    })
  }

  /** What has come into view, without what has left it. */
  draw() {
    const { grid, rows, drawn } = this
    const [first, end] = drawnWindow(grid.scrollTop, grid.clientHeight, rows.length)
    const wanted = new Set(rows.slice(first, end))
    for (const [row, { line }] of drawn)
      if (!wanted.has(row)) {
        line.remove()
        drawn.delete(row)
      }
    for (let place = first; place < end; place++) this.drawLine(rows[place], place)
  }

  /** @param {number} row @param {number} place in the list */
  drawLine(row, place) {
    if (this.drawn.has(row)) return
    const own = { id: this.lineId(row), ontick: () => this.hands.ontick(row) }
    const made = lineOf(this.deck, this.columns, row, place, own)
    this.drawn.set(row, made)
    this.lines.append(made.line)
  }

  /** @param {number} row */
  lineId(row) {
    return `${this.id}-${row}`
  }

  /** @param {Marks} marks */
  mark({ selected, hover, playing, cursor }) {
    for (const [row, { line, box }] of this.drawn) {
      box.checked = selected.has(row)
      line.setAttribute('aria-selected', String(box.checked))
      line.classList.toggle('se-table-hover', row === hover)
      line.classList.toggle('se-table-playing', playing.includes(row))
      line.classList.toggle('se-table-at', row === cursor)
    }
    const { grid } = this
    if (cursor != null && this.drawn.has(cursor))
      grid.setAttribute('aria-activedescendant', this.lineId(cursor))
    else grid.removeAttribute('aria-activedescendant')
    this.tickAll(selected)
  }

  /** @param {Set<number>} selected */
  tickAll(selected) {
    const { length } = this.rows
    const n = this.rows.filter(i => selected.has(i)).length
    this.every.checked = n > 0 && n === length
    this.every.indeterminate = n > 0 && n < length
  }

  /** Thumbnails that came meanwhile. */
  addPictures() {
    for (const [row, { line }] of this.drawn) {
      const src = this.deck.picture(row)
      if (src && !line.querySelector('img')) line.children[1].append(pictureOf(src))
    }
  }

  /** @param {number} place in the list */
  scrollTo(place) {
    const { grid } = this
    const room = grid.clientHeight - this.head.offsetHeight
    const top = scrolledTo(place, grid.scrollTop, room)
    if (top !== grid.scrollTop) grid.scrollTop = top
  }
}
