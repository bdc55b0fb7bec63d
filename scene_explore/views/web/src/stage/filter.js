// Which scenes a filter expression leaves. What is asked of a column depends on its kind: of text
// what it contains, of numbers how they compare.

import { plain } from '../kit/words.js'
import { FilterError, parseFilter } from './filter_syntax.js'

/** @import { Deck } from '../deck/deck.js' */
/** @import { Condition, Expression } from './filter_syntax.js' */

/** @typedef {{ name: string, kind: 'text', many?: boolean, values: ArrayLike<string> }} TextColumn many: several values each, parted by commas */
/** @typedef {{ name: string, kind: 'number', values: ArrayLike<number> }} NumberColumn */
/** @typedef {TextColumn | NumberColumn} FilterColumn */
/** @typedef {(row: number) => boolean} Test */

const NAMED = 12 // columns that a sentence names
const MICRO = 1e6 // a duration is one of floats: 2.3 - 1.1 is 1.2

/** @type {Record<string, (a: number, b: number) => boolean>} */
const COMPARE = {
  ':': (a, b) => a === b,
  ':=': (a, b) => a === b,
  '=': (a, b) => a === b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

// ---- columns

/** Those of the deck; film, start, end and duration always. @param {Deck} deck @returns {FilterColumn[]} */
export const filterColumns = deck => {
  const { start, end } = deck
  const film = Array.from(deck.film, f => deck.films[f]?.name ?? '')
  const duration = Array.from(start, (s, i) => Math.round((end[i] - s) * MICRO) / MICRO)
  /** @type {FilterColumn[]} */
  const always = [
    { name: 'film', kind: 'text', values: film },
    { name: 'start', kind: 'number', values: start },
    { name: 'end', kind: 'number', values: end },
    { name: 'duration', kind: 'number', values: duration },
  ]
  const own = Object.values(deck.columns)
  return [...own, ...always.filter(c => !own.some(o => o.name === c.name))]
}

/** How many letters have to change, come or go. @param {string} a @param {string} b */
export const editDistance = (a, b) => {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 0; i < a.length; i++) {
    const now = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const changed = before[j] + (a[i] === b[j] ? 0 : 1)
      now.push(Math.min(changed, before[j + 1] + 1, now[j] + 1))
    }
    before = now
  }
  return before[b.length]
}

/** The known name that may have been meant; undefined: none. @param {string} name @param {string[]} names */
export const nearestName = (name, names) => {
  const distances = names.map(o => editDistance(name.toLowerCase(), o.toLowerCase()))
  const least = Math.min(...distances)
  return least <= name.length / 2 ? names[distances.indexOf(least)] : undefined
}

/** @param {string} name @param {FilterColumn[]} columns @returns {FilterColumn} */
const columnNamed = (name, columns) => {
  const alike = columns.filter(c => c.name.toLowerCase() === name.toLowerCase())
  const tags =
    name.toLowerCase() === 'tag' ? columns.find(c => c.kind === 'text' && c.many) : undefined
  const found = alike.find(c => c.name === name) ?? alike[0] ?? tags
  if (found) return found
  const names = columns.map(c => c.name)
  const nearest = nearestName(name.slice(0, 100), names)
  const meant = nearest ? `, perhaps ${nearest}` : ''
  const listed = names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '')
  throw new FilterError(`no column "${name}"${meant}: there are ${listed}`)
}

// ---- tests of a row

/** Each text is tested once, as columns repeat theirs. @param {ArrayLike<string>} values @param {(text: string) => boolean} test @returns {Test} */
const onTexts = (values, test) => {
  /** @type {Map<string, boolean>} */
  const known = new Map()
  return row => {
    const text = values[row]
    let found = known.get(text)
    if (found === undefined) {
      found = test(plain(text))
      known.set(text, found)
    }
    return found
  }
}

/** The values of a row that may have several; [''] where it has none. @param {string} text */
export const partsOf = text => text.split(', ')

/** @param {TextColumn} column @param {Condition} condition @returns {Test} */
const textTest = ({ name, many, values }, { operator, value }) => {
  const word = plain(value)
  /** @param {(part: string) => boolean} test @returns {Test} */
  const each = test => onTexts(values, many ? text => partsOf(text).some(test) : test)
  if (operator === ':') return each(text => text.includes(word))
  if (operator === ':=' || operator === '=') return each(text => text === word)
  throw new FilterError(`${name} is text: ${name}:${value} asks what it contains`)
}

/** A number, or a time such as 1:02 in seconds; NaN where it is neither. @param {string} text */
const numberOf = text => {
  if (!/^\d+(:[0-5]?\d){1,2}(\.\d+)?$/.test(text)) return text.trim() ? Number(text) : Number.NaN
  return text.split(':').reduce((sum, part) => 60 * sum + Number(part), 0)
}

/** A missing number is in no comparison. @param {NumberColumn} column @param {Condition} condition @returns {Test} */
const numberTest = ({ name, values }, { operator, value }) => {
  const number = numberOf(value)
  if (Number.isNaN(number)) throw new FilterError(`"${value}" is no number: ${name} holds numbers`)
  const compare = COMPARE[operator]
  return row => compare(values[row], number)
}

/** @param {string} text @param {FilterColumn[]} columns @returns {Test} */
const wordsTest = (text, columns) => {
  const word = plain(text)
  const texts = columns.filter(c => c.kind === 'text')
  const tests = texts.map(c => onTexts(c.values, o => o.includes(word)))
  return row => tests.some(test => test(row))
}

/**
 * Raises FilterError.
 * @param {Expression} expression
 * @param {FilterColumn[]} columns
 * @returns {Test}
 */
const filterTest = (expression, columns) => {
  if (expression.kind === 'words') return wordsTest(expression.text, columns)
  if (expression.kind === 'term') {
    const column = columnNamed(expression.column, columns)
    return column.kind === 'text' ? textTest(column, expression) : numberTest(column, expression)
  }
  if (expression.kind === 'not') {
    const test = filterTest(expression.part, columns)
    return row => !test(row)
  }
  const tests = expression.parts.map(o => filterTest(o, columns))
  if (expression.kind === 'and') return row => tests.every(test => test(row))
  return row => tests.some(test => test(row))
}

/**
 * @typedef {object} Filtered
 * @property {Set<number> | null} rows that match; null: nothing is asked, or nothing that can be
 * @property {string} problem one sentence; '' where there is none
 */

/** @param {Deck} deck @param {string} text an expression @returns {Filtered} */
export const filtered = (deck, text) => {
  try {
    const expression = parseFilter(text)
    if (!expression) return { rows: null, problem: '' }
    const test = filterTest(expression, filterColumns(deck))
    const rows = Array.from(deck.ids.keys()).filter(test)
    return { rows: new Set(rows), problem: '' }
  } catch (e) {
    if (e instanceof FilterError) return { rows: null, problem: e.message }
    throw e
  }
}
