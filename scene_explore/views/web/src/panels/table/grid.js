// The elements of the table: its header, and one for each row in view.

import { el } from '../../kit/dom.js'
import { short, UNKNOWN } from '../../kit/text.js'
import { spreadOf, widthOf } from './columns.js'
import { ROW } from './rows.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { TableColumn } from './columns.js' */

/** @typedef {{ line: HTMLElement, box: HTMLInputElement }} Line a row in view, and its tick */

const TITLED = 24 // characters above which a cell has its text as a title, too
const FIRST = 3 // aria-colindex of the first column after the tick and the picture

/**
 * @param {TableColumn} column
 * @param {number} at its place among the columns
 * @param {() => void} onclick
 */
export const columnHead = ({ name }, at, onclick) =>
  el(
    'div',
    { role: 'columnheader', 'aria-colindex': at + FIRST, 'aria-sort': 'none' },
    el(
      'button',
      { type: 'button', title: `Sort by ${name}`, onclick },
      el('span', { dir: 'auto' }, name),
      el('i', { 'aria-hidden': 'true' }),
    ),
  )

/** @param {HTMLElement} every the tick of all @param {HTMLElement[]} heads */
export const headRow = (every, heads) =>
  el(
    'div',
    { class: 'se-table-row se-table-head', role: 'row', 'aria-rowindex': 1 },
    el('div', { role: 'columnheader', 'aria-colindex': 1 }, every),
    el('div', { role: 'columnheader', 'aria-colindex': 2, 'aria-label': 'Picture' }),
    heads,
  )

/** @param {TableColumn[]} columns @param {HTMLElement} head @param {HTMLElement} lines */
export const gridOf = (columns, head, lines) => {
  const grid = el(
    'div',
    {
      class: 'se-rows',
      role: 'grid',
      tabIndex: 0,
      'aria-label': 'Scenes',
      'aria-multiselectable': 'true',
      'aria-colcount': columns.length + FIRST - 1,
    },
    el('div', { role: 'rowgroup', class: 'se-table-top' }, head),
    lines,
  )
  grid.style.setProperty('--se-spread', spreadOf(columns))
  grid.style.setProperty('--se-wide', `${widthOf(columns)}px`)
  return grid
}

/** @param {TableColumn} column @param {number} at its place @param {number} row */
const cellOf = (column, at, row) => {
  const text = column.text(row)
  const numeric = column.number != null
  const props = {
    role: 'gridcell',
    'aria-colindex': at + FIRST,
    dir: 'auto',
    class: numeric ? 'se-time' : '',
    title: text.length > TITLED && !numeric ? short(text, 400) : '',
  }
  const missing = !text && column.named
  return el('div', props, missing ? el('span', { class: 'se-soft' }, UNKNOWN) : short(text, 160))
}

/** @param {string} src */
export const pictureOf = src => el('img', { src, alt: '' })

/**
 * @param {Deck} deck
 * @param {TableColumn[]} columns
 * @param {number} row
 * @param {number} place in the list
 * @param {{ id: string, ontick: () => void }} own
 * @returns {Line}
 */
export const lineOf = (deck, columns, row, place, { id, ontick }) => {
  const src = deck.picture(row)
  const box = el('input', {
    type: 'checkbox',
    tabIndex: -1,
    'aria-label': 'Selected',
    onclick: (/** @type {Event} */ e) => e.stopPropagation(),
    onchange: ontick,
  })
  const line = el(
    'div',
    {
      class: 'se-table-row',
      role: 'row',
      id,
      'aria-rowindex': place + 2,
      data: { row, scene: deck.ids[row] },
    },
    el('div', { role: 'gridcell', 'aria-colindex': 1 }, box),
    el('div', { role: 'gridcell', 'aria-colindex': 2 }, src ? pictureOf(src) : null),
    columns.map((c, k) => cellOf(c, k, row)),
  )
  line.style.transform = `translateY(${place * ROW}px)`
  return { line, box }
}
