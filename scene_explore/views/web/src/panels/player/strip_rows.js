// Which scenes the strip of pictures shows.

import { clamp, counted, short } from '../../kit/text.js'

/** @import { Deck } from '../../deck/deck.js' */

export const MOST_SHOWN = 200

/** Whether a part of the rows lies in one piece. @param {number[]} part @param {number[]} all */
const isPiece = (part, all) => {
  const at = all.indexOf(part[0])
  return at >= 0 && all[at + part.length - 1] === part[part.length - 1]
}

/**
 * The scenes around one of many; those that are shown already stay while it is among them.
 * @param {number[]} all
 * @param {number | undefined} row
 * @param {number[]} shown
 * @param {number} [most]
 */
export const rowsNear = (all, row, shown, most = MOST_SHOWN) => {
  if (all.length <= most) return all
  const stays = shown.length === most && row != null && shown.includes(row) && isPiece(shown, all)
  if (stays) return shown
  const at = row == null ? 0 : Math.max(all.indexOf(row), 0)
  const first = clamp(at - most / 2, 0, all.length - most)
  return all.slice(first, first + most)
}

/**
 * The scenes that are selected; where it is one or none, those of the film around what plays.
 * @param {Deck} deck
 * @param {number[]} selection
 * @param {number | undefined} row
 */
export const rowsOf = (deck, selection, row) => {
  if (selection.length < 2) return deck.inFilm(row == null ? (deck.film[0] ?? 0) : deck.film[row])
  return [...selection].sort((a, b) => deck.film[a] - deck.film[b] || deck.start[a] - deck.start[b])
}

/** @param {Deck} deck @param {number[]} all @param {boolean} selected */
const whichRows = (deck, all, selected) => {
  if (selected) return counted(all.length, 'selected scene')
  if (!all.length) return ''
  const name = short(String(deck.films[deck.film[all[0]]]?.name ?? ''), 60)
  return `${counted(all.length, 'scene')} of ${name}`
}

/**
 * What is said of them.
 * @param {Deck} deck
 * @param {number[]} all
 * @param {number} shown how many
 * @param {boolean} selected
 */
export const stripText = (deck, all, shown, selected) => {
  const more = all.length > shown ? `${shown} shown, and ${all.length - shown} more` : ''
  return [whichRows(deck, all, selected), more].filter(Boolean).join(': ')
}
