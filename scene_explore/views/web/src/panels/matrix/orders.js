// The orders that rows and columns of the matrix can have.

import { UNKNOWN } from '../../kit/text.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Space } from '../../deck/space.js' */
/** @import { Column } from '../../types.d.ts' */

/**
 * Neighbouring positions of one value: [first, end, value].
 * @typedef {[number, number, string]} Run
 */
/** @typedef {{ rows: number[], runs: Run[] }} Ordered */

/** @param {Column} c */
const isOrder = c =>
  c.name === 'cluster' || (c.kind === 'text' && c.colour !== false && c.name !== 'film')

/** The orders that a deck has: [key, text]. @param {Deck} deck @returns {[string, string][]} */
export const matrixOrders = deck => [
  ['time', 'in order of time'],
  ...Object.values(deck.columns)
    .filter(isOrder)
    .map(c => /** @type {[string, string]} */ ([c.name, `by ${c.name}`])),
  ['similarity', 'by similarity'],
]

/**
 * Stretches of rows that share a label.
 * @param {number[]} rows
 * @param {(row: number) => string} labelOf
 * @returns {Run[]}
 */
export const runsOf = (rows, labelOf) => {
  /** @type {Run[]} */
  const runs = []
  rows.forEach((row, position) => {
    const label = labelOf(row)
    const last = runs.at(-1)
    if (last?.[2] === label) last[1] = position + 1
    else runs.push([position, position + 1, label])
  })
  return runs
}

/**
 * Along the axis on which the scenes differ most.
 * @param {number[]} rows
 * @param {Space | undefined} space
 */
const bySimilarity = (rows, space) => {
  const layouts = space?.layouts ?? {}
  const layout = layouts.PCA ?? Object.values(layouts)[0]
  if (!layout) return rows
  const { xy, dims } = layout
  return rows.toSorted((a, b) => xy[a * dims] - xy[b * dims])
}

/**
 * By groups of a column, or its numbers; within a group by time.
 * @param {Deck} deck
 * @param {Column} column
 * @param {number[]} rows
 */
const byColumn = (deck, column, rows) => {
  const look = deck.look(column.name)
  /** @param {number} row */
  const numberOf = row => {
    const value = /** @type {number} */ (column.values[row])
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY
  }
  const rankOf = look.kind === 'text' ? look.of : numberOf
  const rank = Float64Array.from({ length: deck.n }, (_, row) => rankOf(row))
  return rows.toSorted((a, b) => rank[a] - rank[b])
}

/** @param {string | number} value */
const labelOf = value => String(value === '' || Number.isNaN(value) ? UNKNOWN : value)

/**
 * Rows in an order, and the run that each position belongs to.
 * @param {Deck} deck
 * @param {Space | undefined} space for the order by similarity, which is also that of an unknown name
 * @param {string} order
 * @param {(rows: number[]) => number[]} [shown] those of these rows that are shown
 * @returns {Ordered}
 */
export const matrixOrder = (deck, space, order, shown = rows => rows) => {
  const inTime = shown(deck.films.flatMap((_, f) => deck.inFilm(f)))
  if (order === 'time')
    return { rows: inTime, runs: runsOf(inTime, row => deck.films[deck.film[row]].name) }
  const column = order === 'similarity' ? undefined : deck.columns[order]
  if (!column) return { rows: bySimilarity(inTime, space), runs: [] }
  const rows = byColumn(deck, column, inTime)
  return { rows, runs: runsOf(rows, row => labelOf(column.values[row])) }
}

/**
 * Where each row of a deck stands in an order; -1: not shown.
 * @param {number[]} rows
 * @param {number} n of the deck
 */
export const positionsOf = (rows, n) => {
  const at = new Int32Array(n).fill(-1)
  rows.forEach((row, position) => {
    at[row] = position
  })
  return at
}
