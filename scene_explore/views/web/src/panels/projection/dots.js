// How the scenes of the projection are drawn: the size and the symbols of dots, and lines of equal
// density around them.

import { clamp } from '../../kit/text.js'
import { contoursOf } from '../../scatter/contours.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Layout } from '../../types.d.ts' */

/** How large a dot is. @param {number} n scenes @param {number} dims @returns {number} CSS pixels, radius */
export const radiusOf = (n, dims) => (dims === 3 ? 3 : clamp(12 - Math.log10(n + 1) * 2, 3, 9) / 2)

/** @param {Deck} deck @param {string} colour a column @returns {(row: number) => string} */
export const symbolsOf = (deck, colour) => {
  const look = deck.look(colour)
  if (look.kind === 'text') return row => look.groups[look.of(row)].symbol
  const { values } = deck.columns[colour]
  return row => (Number.isFinite(values[row]) ? 'circle' : 'circle-open')
}

/** Of what is drawn, in two dimensions. @param {Layout} layout @param {number[]} rows */
export const densityOf = ({ xy, dims }, rows) =>
  dims === 2 ? contoursOf(rows.map(i => [xy[2 * i], xy[2 * i + 1]])) : []
