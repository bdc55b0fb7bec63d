// Which rows are listed, in which order, and which of them are drawn.

import { clamp } from '../../kit/text.js'
import { plain } from '../../kit/words.js'

/** @import { TableColumn } from './columns.js' */

export const ROW = 46 // px, the height of a row, as the style sheet has it
const MARGIN = 4 // rows that are drawn above and below of what is in view

const byText = new Intl.Collator(undefined, { numeric: true }).compare

/**
 * The place of each row's word among all words; NaN where it is missing. Each word is compared
 * once, not each row.
 * @param {number[]} rows
 * @param {(row: number) => string} text
 * @returns {(row: number) => number}
 */
const wordRanks = (rows, text) => {
  const words = [...new Set(rows.map(text))].sort(byText)
  const ranks = new Map(words.map((o, k) => [o, o === '' ? Number.NaN : k]))
  return i => ranks.get(text(i)) ?? Number.NaN
}

/**
 * Rows by a column, ties as they came, missing values last in both directions.
 * @param {number[]} rows
 * @param {TableColumn} column
 * @param {number} direction 1: ascending, -1: descending
 */
export const sortedRows = (rows, column, direction) => {
  const key = column.number ?? wordRanks(rows, column.text)
  const known = rows.filter(i => Number.isFinite(key(i)))
  const missing = rows.filter(i => !Number.isFinite(key(i)))
  return [...known.sort((a, b) => direction * (key(a) - key(b))), ...missing]
}

/**
 * What comes after a click on a header: ascending, descending, as in the films.
 * @param {[string, number]} sort
 * @param {string} name
 * @returns {[string, number]}
 */
export const nextSort = ([sorted, direction], name) => {
  if (sorted !== name) return [name, 1]
  return direction > 0 ? [name, -1] : ['', 1]
}

/**
 * The selection with all rows of a list, or where it has them all, without them.
 * @param {number[]} selection
 * @param {number[]} listed
 */
export const toggledAll = (selection, listed) => {
  const inList = new Set(listed)
  const others = selection.filter(i => !inList.has(i))
  const hasAll = selection.length - others.length === inList.size
  return hasAll ? others : [...selection, ...listed]
}

/**
 * What words are looked for in, of each row: its texts and its id.
 * @param {TableColumn[]} columns
 * @param {string[]} ids
 */
export const searchTexts = (columns, ids) => {
  const texts = columns.filter(c => !c.number)
  return ids.map((id, i) => plain([...texts.map(c => c.text(i)), id].join('\n')))
}

/**
 * The words of the filter: anywhere, or after `column:` in that column.
 * @param {string} words
 * @param {TableColumn[]} columns
 * @param {() => string[]} texts of `searchTexts`
 * @returns {(row: number) => boolean}
 */
export const wordFilter = (words, columns, texts) => {
  const query = plain(words.trim())
  if (!query) return () => true
  const colon = query.indexOf(':')
  const name = query.slice(0, Math.max(colon, 0)).trim()
  const column = columns.find(c => plain(c.name) === name)
  if (!column) return i => texts()[i].includes(query)
  const word = query.slice(colon + 1).trim()
  return i => plain(column.text(i)).includes(word)
}

/**
 * The rows that are drawn, by their places in the list.
 * @param {number} top px that are scrolled away
 * @param {number} height px in view
 * @param {number} count rows of the list
 * @returns {[number, number]} the first, and the end
 */
export const drawnWindow = (top, height, count) => [
  clamp(Math.floor(top / ROW) - MARGIN, 0, count),
  clamp(Math.ceil((top + height) / ROW) + MARGIN, 0, count),
]

/**
 * How far to scroll so that a row is in view, and no further.
 * @param {number} place of the row in the list
 * @param {number} top px that are scrolled away
 * @param {number} height px in view below of the header
 */
export const scrolledTo = (place, top, height) => {
  const y = place * ROW
  return clamp(top, y + ROW - height, y)
}
