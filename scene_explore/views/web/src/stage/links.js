// Stages that share selection, hover and what plays, matched by scene id; whoever is in a group
// brings all of it along.

/** @import { Key, View } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

// two copies of this module, as two widgets have them, see the same stages
globalThis.sceneExplore ??= { stages: new Set(), link: null }
export const stages = globalThis.sceneExplore.stages

/** @type {Key[]} */
const PASSED = ['selection', 'hover', 'playing']

/** A value of one stage in the rows of another. @param {Stage} from @param {Stage} to @param {Key} k */
const translated = (from, to, k) => {
  if (k === 'hover') return to.deck.row.get(from.deck.ids[from.get('hover')]) ?? -1
  return to.rows(from.ids(from.get(/** @type {'selection' | 'playing'} */ (k))))
}

/** Tell the stages of a group what changed in one of them. @param {Stage} stage @param {Key[]} changed */
export const pass = (stage, changed) => {
  const keys = changed.filter(k => PASSED.includes(k))
  for (const mate of stages) {
    if (mate === stage || mate.group !== stage.group) continue
    const view = Object.fromEntries(keys.map(k => [k, translated(stage, mate, k)]))
    mate.shared.set(/** @type {View} */ (view), 'link')
  }
}

/** Another stage of a group. @param {Stage} stage @param {string} group */
export const mateOf = (stage, group) => [...stages].find(o => o !== stage && o.group === group)

/** @param {...Stage} asked */
export const link = (...asked) => {
  const before = new Set(asked.map(o => o.group).filter(Boolean))
  const all = new Set([...asked, ...[...stages].filter(o => before.has(o.group))])
  globalThis.sceneExplore.links ??= 0
  const name = [...before][0] ?? `linked ${++globalThis.sceneExplore.links}`
  for (const o of all) if (o.group !== name) o.join(name)
}
globalThis.sceneExplore.link ??= link
