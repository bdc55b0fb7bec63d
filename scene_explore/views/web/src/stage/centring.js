// The choice between cosines and centred cosines, and the space that it means.

import { centredSpace } from '../deck/centred.js'
import { choice } from '../kit/dom.js'

/** @import { Space } from '../deck/space.js' */
/** @import { Stage } from './stage.js' */

const WHY =
  'In most embeddings of videos one mean direction dominates, so that plain cosines are all high and differ little. Centring subtracts the mean vector of the scenes shown and scales to length one again, which takes that direction out.'

/**
 * @type {WeakMap<Space, Map<boolean, Space>>} by whether black frames and title cards are hidden
 */
const made = new WeakMap()

/** @param {Stage} stage @param {Space} space */
const centred = (stage, space) => {
  const hide = stage.get('hide')
  const known = made.get(space) ?? new Map()
  made.set(space, known)
  if (!known.has(hide)) {
    const rows = stage.shown(Array.from({ length: space.n }, (_, row) => row))
    known.set(hide, centredSpace(space, rows))
  }
  return /** @type {Space} */ (known.get(hide))
}

/** A space as its cosines are asked for. @param {Stage} stage @param {Space | undefined} space */
export const comparedSpace = (stage, space) =>
  space && stage.get('centred') ? centred(stage, space) : space

/** What the cosines are called. @param {Stage} stage */
export const cosineName = stage => (stage.get('centred') ? 'centred cosine' : 'cosine')

/** For a panel's tools. @param {Stage} stage */
export const centringChoice = stage => {
  const value = () => (stage.get('centred') ? 'centred' : '')
  const select = choice(
    'Similarity',
    [
      ['', 'cosine'],
      ['centred', 'centred cosine'],
    ],
    value(),
    chosen => stage.set({ centred: chosen === 'centred' }),
  )
  select.title = WHY
  stage.on('centred', () => {
    select.value = value()
  })
  return select
}
