// Which scenes are in a list of neighbours, and what two lists have in common.

/** @import { Deck } from '../../deck/deck.js' */

/** A scene and how near it is. @typedef {[row: number, score: number]} Ranked */
/**
 * @typedef {object} Limits
 * @property {boolean} apart the film of the query is left out
 * @property {number} near seconds around the query, in its film, that are left out
 */

/**
 * Seconds between two scenes of a film; negative where they overlap.
 * @param {Deck} deck
 * @param {number} i
 * @param {number} j
 */
export const gapBetween = ({ start, end }, i, j) => Math.max(start[j] - end[i], start[i] - end[j])

/**
 * Whether a row may stand among the neighbours of another.
 * @param {Deck} deck
 * @param {number} query
 * @param {Limits} limits
 * @returns {(row: number) => boolean}
 */
export const isAllowed =
  (deck, query, { apart, near }) =>
  row => {
    if (deck.film[row] !== deck.film[query]) return true
    if (apart) return false
    return !(near > 0 && gapBetween(deck, query, row) < near)
  }

/**
 * What two lists share, and the rows that are in one of them alone.
 * @param {Ranked[]} a
 * @param {Ranked[]} b
 */
export const compared = (a, b) => {
  const inA = new Set(a.map(([row]) => row))
  const inB = new Set(b.map(([row]) => row))
  const onlyA = new Set([...inA].filter(row => !inB.has(row)))
  const onlyB = new Set([...inB].filter(row => !inA.has(row)))
  return { both: inA.size - onlyA.size, onlyA, onlyB }
}
