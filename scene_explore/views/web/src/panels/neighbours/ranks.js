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
 * The first k that a filter leaves, and how many of the first k it leaves out.
 * @param {Ranked[]} pairs nearest first
 * @param {number} k
 * @param {(row: number) => boolean} matches
 * @returns {{ pairs: Ranked[], leftOut: number, of: number }}
 */
export const withinFilter = (pairs, k, matches) => {
  const nearest = pairs.slice(0, k)
  const leftOut = nearest.filter(([row]) => !matches(row)).length
  const kept = leftOut ? pairs.filter(([row]) => matches(row)).slice(0, k) : nearest
  return { pairs: kept, leftOut, of: nearest.length }
}

/** What is said of those left out; '' where none is. @param {{ leftOut: number, of: number }} counts */
export const leftOutText = ({ leftOut, of }) => {
  if (!leftOut) return ''
  const verbs = leftOut === 1 ? ['does', 'is'] : ['do', 'are']
  return `${leftOut} of the ${of} nearest ${verbs[0]} not match the filter and ${verbs[1]} left out.`
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
