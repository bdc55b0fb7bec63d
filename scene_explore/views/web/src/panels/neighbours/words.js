// The search in the words of the table, which needs no kernel.

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Ranked } from './ranks.js' */

/** @param {string} text */
const plain = text => text.normalize('NFKC').toLowerCase()

/** The words of a question. @param {string} text */
export const wordsOf = text =>
  plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** How often a word stands in a text. @param {string} text @param {string} word */
export const countIn = (text, word) => text.split(word).length - 1

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
 * The scenes that have all words in their texts, those with the most hits first, ties in the order
 * of rows.
 * @param {Deck} deck
 * @param {string} question
 * @returns {Ranked[]} [row, hits]
 */
export const wordHits = (deck, question) => {
  const words = wordsOf(question)
  if (!words.length) return []
  /** @type {Ranked[]} */
  const found = []
  textsOf(deck).forEach((text, row) => {
    const hits = words.map(word => countIn(text, word))
    if (hits.every(Boolean)) found.push([row, hits.reduce((a, b) => a + b)])
  })
  return found.sort(([a, m], [b, n]) => n - m || a - b)
}
