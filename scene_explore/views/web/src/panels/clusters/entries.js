// What the lists of the panel hold.

import { clusterLabel } from '../../deck/clusters.js'
import { counted, precise, short } from '../../kit/text.js'
import { operatorFor } from '../filter/facets.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Clusters, ClusterSet, Group } from '../../types.d.ts' */
/** @import { Condition } from '../../stage/filter_syntax.js' */

/** @typedef {'clusters' | 'settings' | 'duplicates' | 'odd'} ListName */
/**
 * @typedef {object} Entry
 * @property {string} title
 * @property {string} note
 * @property {number[]} rows that it stands for
 * @property {number[]} pictures rows
 * @property {'none' | 'list' | 'pair' | 'one'} plays what a click on the title sets going
 * @property {Group} [group] colour and symbol
 * @property {Condition} [condition] that filters by it
 */

const PICTURES = 6 // of a setting
const EXEMPLARS = 3 // of a cluster

/** @param {Deck} deck @param {number} row */
const filmOf = (deck, row) => deck.films[deck.film[row]]?.name ?? ''

/** Film and time of a scene. @param {Deck} deck @param {number} row */
export const whereOf = (deck, row) => `${short(filmOf(deck, row), 40)} ${precise(deck.start[row])}`

/** The films of some rows. @param {Deck} deck @param {number[]} rows */
const filmsOf = (deck, rows) => {
  const names = [...new Set(rows.map(row => filmOf(deck, row)))]
  return names.length === 1 ? names[0] : counted(names.length, 'film')
}

/**
 * What HDBSCAN leaves out, the least like others first; none where all are in a cluster.
 * @param {Deck} deck
 * @param {string} column
 * @param {Group | undefined} group
 * @returns {Entry[]}
 */
const loneEntry = (deck, column, group) => {
  const rows = deck.ids.map((_, row) => row).filter(row => deck.columns[column].values[row] === '')
  if (!group || !rows.length) return []
  const unique = (/** @type {number} */ row) => Number(deck.value('uniqueness', row)) || 0
  return [
    {
      title: 'In no cluster',
      note: `(${rows.length})`,
      rows,
      pictures: rows.toSorted((a, b) => unique(b) - unique(a)).slice(0, EXEMPLARS),
      plays: 'none',
      group,
      condition: { column, operator: ':=', value: '' },
    },
  ]
}

/** @param {Deck} deck @param {ClusterSet} set @returns {Entry[]} */
const clusterEntries = (deck, set) => {
  const look = deck.look(set.column)
  const groups = look.kind === 'text' ? look.groups : []
  const values = groups.map(o => o.value)
  const column = /** @type {ArrayLike<string>} */ (deck.columns[set.column]?.values ?? [])
  const clusters = set.groups.map(o => ({
    title: clusterLabel(o),
    note: `(${o.size})`,
    rows: Array.from(deck.ids.keys()).filter(row => column[row] === o.value),
    pictures: o.exemplars,
    plays: /** @type {const} */ ('none'),
    group: groups.find(g => g.value === o.value),
    condition: { column: set.column, operator: operatorFor(o.value, values), value: o.value },
  }))
  const lone = groups.find(g => g.value === '')
  return [...clusters, ...loneEntry(deck, set.column, lone)]
}

/** @param {Deck} deck @param {number[][]} visits @param {number} k @returns {Entry} */
const settingEntry = (deck, visits, k) => {
  const rows = visits.flat()
  const place = String(deck.value('place', rows[0]))
  return {
    title: place ? short(place, 40) : `Setting ${k + 1}`,
    note: `${counted(visits.length, 'visit')}, ${counted(rows.length, 'scene')}, ${filmsOf(deck, rows)}`,
    rows,
    pictures: visits.map(visit => visit[0]).slice(0, PICTURES),
    plays: 'list',
  }
}

/** @param {Deck} deck @param {[number, number, number]} pair @returns {Entry} */
const pairEntry = (deck, [a, b, cosine]) => ({
  title: `${whereOf(deck, a)} and ${whereOf(deck, b)}`,
  note: `centred cosine ${cosine.toFixed(3)}`,
  rows: [a, b],
  pictures: [a, b],
  plays: 'pair',
})

/** @param {Deck} deck @param {number} row @returns {Entry} */
const oddEntry = (deck, row) => ({
  title: short(String(deck.title(row)), 60),
  note: whereOf(deck, row),
  rows: [row],
  pictures: [row],
  plays: 'one',
})

/** @param {Deck} deck @param {Clusters} found @param {ListName} list @param {ClusterSet} [set] @returns {Entry[]} */
export const entriesOf = (deck, found, list, set) => {
  if (list === 'settings') return found.settings.map((o, k) => settingEntry(deck, o, k))
  if (list === 'duplicates') return found.duplicates.map(o => pairEntry(deck, o))
  if (list === 'odd') return found.odd.map(row => oddEntry(deck, row))
  return set ? clusterEntries(deck, set) : []
}

/** @param {Clusters} found @param {ClusterSet} [set] @returns {[ListName, string, number][]} key, text, how many */
export const listsOf = (found, set) => [
  ['clusters', 'Clusters', set?.groups.length ?? 0],
  ['settings', 'Recurring settings', found.settings.length],
  ['duplicates', 'Near-duplicates', found.duplicates.length],
  ['odd', 'Odd ones out', found.odd.length],
]

/** How a list was found, in a sentence. @param {Clusters} found @param {ListName} list @param {ClusterSet} [set] */
export const whyOf = (found, list, set) => {
  if (list === 'clusters')
    return set
      ? `${set.method}. ${set.why}`
      : 'These scenes are too few, or too alike, for clusters.'
  return found.why[list] ?? 'There are too few scenes to look.'
}
