// Scenes as a CSV file, out of a page. Text that a spreadsheet would take for a formula gets an
// apostrophe before it, as titles come from anywhere: whoever needs the text to the letter exports
// from the notebook (scene_explore.exchange), whose files are made to be read back.

/** @import { Deck } from '../../deck/deck.js' */

const FORMULA = /^'*\s*[=+\-@\t\r]/
const QUOTED = /[",\n\r]/

/** @param {string | number} value @returns {string} quoted where it has to be */
export const csvCell = value => {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = FORMULA.test(value) ? `'${value}` : value
  const quoted = QUOTED.test(text) || text !== text.trim()
  return quoted ? `"${text.replaceAll('"', '""')}"` : text
}

/** @param {Deck} deck @param {number[]} rows */
export const csvText = (deck, rows) => {
  const columns = Object.values(deck.columns).filter(c => c.name !== 'film' && c.name !== 'time')
  const head = ['scene_id', 'film', 'start', 'end', ...columns.map(c => c.name)]
  const lines = rows.map(i => [
    deck.ids[i],
    deck.films[deck.film[i]]?.name ?? '',
    deck.start[i],
    deck.end[i],
    ...columns.map(c => c.values[i]),
  ])
  return [head, ...lines].map(cells => `${cells.map(csvCell).join(',')}\r\n`).join('')
}
