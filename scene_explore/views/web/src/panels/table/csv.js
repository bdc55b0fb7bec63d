// Scenes as a CSV file, out of a page: whoever needs the text to the letter exports from the notebook
// (scene_explore.exchange), whose files are made to be read back.

import { csvOf } from '../../kit/csv.js'

/** @import { Deck } from '../../deck/deck.js' */

/** @param {Deck} deck @param {number[]} rows */
export const csvText = (deck, rows) => {
  const columns = Object.values(deck.columns).filter(c => c.name !== 'film' && c.name !== 'time')
  const head = ['scene_id', 'film', 'start', 'end', ...columns.map(c => c.name)]
  const lines = rows.map(i => [
    deck.ids[i],
    deck.films[deck.film[i]]?.name ?? '',
    deck.start[i],
    deck.end[i],
    ...columns.map(c => c.values[i]),
  ])
  return csvOf([head, ...lines])
}
