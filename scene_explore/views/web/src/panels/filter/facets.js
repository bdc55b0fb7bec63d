// How often each value of a column is among the scenes that match.

import { plain } from '../../kit/words.js'
import { partsOf } from '../../stage/filter.js'

/** @import { Condition } from '../../stage/filter_syntax.js' */
/** @import { FilterColumn, TextColumn } from '../../stage/filter.js' */

/** @typedef {Condition & { count: number, on: boolean }} FacetValue on: it is asked for */
/** @typedef {{ column: string, values: FacetValue[] }} Facet */
/** @typedef {number[] | Set<number>} Rows */

const FEWEST = 2
const MOST = 30

const byText = new Intl.Collator(undefined, { numeric: true }).compare

/** @param {TextColumn} column @param {string} text */
const valuesOf = (column, text) => (column.many ? partsOf(text) : [text])

/** @param {TextColumn} column @param {Rows} rows */
const counts = (column, rows) => {
  /** @type {Map<string, number>} */
  const found = new Map()
  for (const i of rows)
    for (const value of valuesOf(column, column.values[i]))
      found.set(value, (found.get(value) ?? 0) + 1)
  return found
}

/**
 * How a value is asked for: what contains it, unless another value does too.
 * @param {string} value
 * @param {string[]} values of the column
 */
export const operatorFor = (value, values) => {
  const word = plain(value)
  const alike = values.filter(o => plain(o).includes(word))
  return /** @type {':' | ':='} */ (alike.length > 1 ? ':=' : ':')
}

/**
 * @param {TextColumn} column
 * @param {Rows} rows that match
 * @param {(condition: Condition) => boolean} isOn
 * @returns {Facet[]} one, or none for a column of too few or too many values
 */
const facetOf = (column, rows, isOn) => {
  const { name, many, values } = column
  const texts = [...new Set(Array.from(values))]
  const all = [...new Set(texts.flatMap(o => valuesOf(column, o)))]
  const known = all.filter(o => o !== '').length
  // one tag tells scenes apart: those that have it
  if (known < (many ? 1 : FEWEST) || known > MOST) return []
  const found = counts(column, rows)
  const conditions = all.map(value => {
    const condition = { column: name, operator: operatorFor(value, all), value }
    return { ...condition, count: found.get(value) ?? 0, on: isOn(condition) }
  })
  const shown = conditions.filter(o => o.count || o.on)
  shown.sort((a, b) => b.count - a.count || byText(a.value, b.value))
  return shown.length ? [{ column: name, values: shown }] : []
}

/**
 * Text columns of 2 to 30 values; of each those that are there, the most frequent first.
 * @param {FilterColumn[]} columns
 * @param {Rows} rows that match
 * @param {(condition: Condition) => boolean} isOn whether a value is asked for
 */
export const facetsOf = (columns, rows, isOn) =>
  columns.flatMap(c => (c.kind === 'text' ? facetOf(c, rows, isOn) : []))
