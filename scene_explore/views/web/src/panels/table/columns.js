// The columns of the table: what is shown of a scene, and what it is sorted by.

import { clock, numberText } from '../../kit/text.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Column, Numbers } from '../../types.d.ts' */

/**
 * @typedef {object} TableColumn
 * @property {string} name
 * @property {number} width px
 * @property {(row: number) => string} text what is shown; '' where it is missing
 * @property {(row: number) => number} [number] of a column of numbers, what is sorted by
 * @property {boolean} [named] whether a missing value is shown as unknown
 */

const FIRST = ['film', 'time', 'place', 'title', 'tags']
const BOXES = 110 // px, of the column to tick and of the pictures
const NUMBER = 100
const TEXT = 130
const PROSE = 260
/** @type {Record<string, number>} */
const WIDTHS = { place: 150, title: 220, tags: 170 }

/** @param {Deck} deck @returns {TableColumn} */
const filmColumn = deck => ({
  name: 'film',
  width: 150,
  text: i => deck.films[deck.film[i]]?.name ?? '',
})

/** @param {Deck} deck @returns {TableColumn} */
const timeColumn = deck => ({
  name: 'time',
  width: 76,
  text: i => clock(deck.start[i]),
  number: i => deck.start[i],
})

/** @param {Deck} deck @returns {TableColumn} */
const durationColumn = deck => ({
  name: 'duration',
  width: 102,
  text: i => `${(deck.end[i] - deck.start[i]).toFixed(1)} s`,
  number: i => deck.end[i] - deck.start[i],
})

/** @param {string} name @param {Numbers} values @returns {TableColumn} */
const numberColumn = (name, values) => ({
  name,
  width: NUMBER,
  text: i => numberText(values[i]),
  number: i => values[i],
  named: true,
})

/** @param {Column} column @returns {TableColumn} */
const columnOf = column => {
  const { name, kind, colour, values } = column
  if (kind === 'number') return numberColumn(name, values)
  const named = colour !== false && !column.many
  const width = WIDTHS[name] ?? (colour === false ? PROSE : TEXT)
  return { name, width, text: i => /** @type {string[]} */ (values)[i], named }
}

/** Whether any of its values is known. @param {Column} column */
const isTelling = column =>
  column.kind === 'number'
    ? column.values.some(o => Number.isFinite(o))
    : column.values.some(o => o !== '')

/**
 * Film, time, duration, place and title first. A duration of the deck's own takes the place of the
 * table's.
 * @param {Deck} deck
 * @returns {TableColumn[]}
 */
export const tableColumns = deck => {
  const own = Object.values(deck.columns).filter(c => !FIRST.includes(c.name) && isTelling(c))
  const tags = deck.columns.tags && isTelling(deck.columns.tags) ? [deck.columns.tags] : []
  const named = [...['place', 'title'].flatMap(name => deck.columns[name] ?? []), ...tags]
  const duration = own.some(c => c.name === 'duration') ? [] : [durationColumn(deck)]
  return [filmColumn(deck), timeColumn(deck), ...duration, ...[...named, ...own].map(columnOf)]
}

/** For grid-template-columns. @param {TableColumn[]} columns */
export const spreadOf = columns => {
  const widths = columns.map(c =>
    c.number ? `${c.width}px` : `minmax(${c.width}px, ${c.width}fr)`,
  )
  return `34px 76px ${widths.join(' ')}`
}

/** The least width, px. @param {TableColumn[]} columns */
export const widthOf = columns => columns.reduce((sum, c) => sum + c.width, BOXES)
