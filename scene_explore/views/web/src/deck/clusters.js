// What Python found in a space: clusters, settings that come back, near-duplicates, odd ones out.

/** @import { ClusterGroup, ClusterSet, Clusters, DeckHeader, Look } from '../types.d.ts' */

/** @param {{ header: DeckHeader }} deck @returns {Clusters | null} null: nothing was looked for */
export const clustersOf = ({ header }) => header.extra.clusters ?? null

/** The clusters that a column numbers. @param {{ header: DeckHeader }} deck @param {string} column @returns {ClusterSet | undefined} */
export const clusterSetOf = (deck, column) => clustersOf(deck)?.sets.find(o => o.column === column)

const PLAIN = /^cluster \d+$/

/** A cluster for people: 3 kettle, kitchen; cluster 3 where no word sets it apart. @param {ClusterGroup} group */
export const clusterLabel = ({ value, name }) => (PLAIN.test(name) ? name : `${value} ${name}`)

/**
 * A look whose groups are called by what sets them apart.
 * @param {Look} look
 * @param {ClusterSet | undefined} set
 * @returns {Look}
 */
export const labelled = (look, set) => {
  if (look.kind !== 'text' || !set) return look
  const labels = new Map(set.groups.map(o => [o.value, clusterLabel(o)]))
  labels.set('', 'in no cluster')
  const groups = look.groups.map(o => ({ ...o, label: labels.get(o.value) }))
  return { ...look, groups }
}
