// The check that hides black frames and title cards.

import { check } from '../kit/dom.js'

/** @import { Stage } from './stage.js' */

const WHY =
  'Leave out black frames and title cards: they are alike everywhere, and would set axes, colours and ranks'

/** For a panel's tools; none where no such scene is known. @param {Stage} stage */
export const hideCheck = stage => {
  const n = stage.deck.blank.size
  if (!n) return []
  const label = check(
    `hide ${n} black or title`,
    stage.get('hide'),
    hide => stage.set({ hide }),
    WHY,
  )
  const box = /** @type {HTMLInputElement} */ (label.querySelector('input'))
  label.classList.add('se-hide')
  stage.on('hide', () => {
    box.checked = stage.get('hide')
  })
  return [label]
}
