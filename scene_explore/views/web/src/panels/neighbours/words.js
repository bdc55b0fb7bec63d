// The search in the words of the table, which needs no kernel.

import { countIn, plain, wordsOf } from '../../kit/words.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Space } from '../../deck/space.js' */
/** @import { Ranked } from './ranks.js' */

/**
 * What people wrote about each scene; the numbers of clusters are no words.
 * @param {Deck} deck
 * @returns {string[]}
 */
const textsOf = deck => {
  const columns = Object.values(deck.columns).filter(c => c.kind === 'text' && c.name !== 'cluster')
  return deck.ids.map((_, row) => plain(columns.map(c => c.values[row]).join('\n')))
}

/**
 * Scenes of one text, the most typical picture first: nearest to their mean; ties in the order of
 * rows.
 * @param {number[]} rows
 * @param {Pick<Space, 'x' | 'd'> | undefined} space unit rows
 */
export const typicalFirst = (rows, space) => {
  if (!space || rows.length < 3) return rows // two are equally near to their mean
  const { x, d } = space
  const mean = new Float64Array(d)
  for (const row of rows) for (let k = 0; k < d; k++) mean[k] += x[row * d + k]
  const near = rows.map(row => {
    let sum = 0
    for (let k = 0; k < d; k++) sum += mean[k] * x[row * d + k]
    return Math.round(sum * 1e6) / 1e6
  })
  const order = rows.map((_, i) => i).sort((i, j) => near[j] - near[i] || rows[i] - rows[j])
  return order.map(i => rows[i])
}

/**
 * The scenes that have all words in their texts, those with the most hits first; shots that share
 * one record are told apart by their own pictures, other ties by the order of rows.
 * @param {Deck} deck
 * @param {string} question
 * @returns {Ranked[]} [row, hits]
 */
export const wordHits = (deck, question) => {
  const words = wordsOf(question)
  if (!words.length) return []
  /** @type {Map<string, { hits: number, rows: number[] }>} */
  const found = new Map()
  textsOf(deck).forEach((text, row) => {
    const counts = words.map(word => countIn(text, word))
    if (!counts.every(Boolean)) return
    const hits = counts.reduce((a, b) => a + b)
    const same = found.get(text) ?? { hits, rows: [] }
    same.rows.push(row)
    found.set(text, same)
  })
  const space = deck.visual[0]
  return [...found.values()]
    .sort((a, b) => b.hits - a.hits || a.rows[0] - b.rows[0])
    .flatMap(({ hits, rows }) =>
      typicalFirst(rows, space).map(row => /** @type {Ranked} */ ([row, hits])),
    )
}
