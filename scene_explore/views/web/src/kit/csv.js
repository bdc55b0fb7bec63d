// Text as a cell of a CSV file. What a spreadsheet would take for a formula gets an apostrophe before
// it, as texts come from anywhere; core/tables.py takes it away again.

const FORMULA = /^'*\s*[=+\-@\t\r]/
const QUOTED = /[",\n\r]/

/** @param {string | number} value @returns {string} quoted where it has to be */
export const csvCell = value => {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const text = FORMULA.test(value) ? `'${value}` : value
  const quoted = QUOTED.test(text) || text !== text.trim()
  return quoted ? `"${text.replaceAll('"', '""')}"` : text
}

/** @param {(string | number)[][]} rows the head among them */
export const csvOf = rows => rows.map(cells => `${cells.map(csvCell).join(',')}\r\n`).join('')
