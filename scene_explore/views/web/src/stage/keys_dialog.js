// A dialog with the keys of a stage and what they do.

import { button, el } from '../kit/dom.js'

/** @import { KeyNote, StageKeys } from './keys.js' */

/** @type {Record<string, string>} */
const NAMES = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Z: 'Shift+Z',
}

/** @param {string} key as its event names it */
export const keyName = key => {
  if (key.length > 1) return NAMES[key] ?? key.replace(/([a-z])([A-Z])/g, '$1 $2')
  return NAMES[key] ?? key.toUpperCase()
}

/** @param {string[]} keys @param {string} says */
const row = (keys, says) => [
  el(
    'dt',
    {},
    keys.map(key => el('kbd', {}, keyName(key))),
  ),
  el('dd', {}, says),
]

/** The keys of a part, below its name. @param {[string, KeyNote[]]} part */
const part = ([name, notes]) => [
  el('h4', {}, name),
  el(
    'dl',
    {},
    notes.flatMap(({ keys, says }) => row(keys, says)),
  ),
]

/**
 * @param {HTMLElement} root of the stage; what had the focus gets it back from the browser
 * @param {StageKeys} keys
 */
export const openKeys = (root, { actions, notes }) => {
  const rows = actions.flatMap(({ key, says }) => row([key], says))
  /** @type {HTMLDialogElement} */
  const dialog = el(
    'dialog',
    {
      class: 'se-keys',
      'aria-label': 'Keys',
      onclose: () => dialog.remove(),
      // Escape closes the dialog and nothing behind it
      onkeydown: (/** @type {KeyboardEvent} */ e) => e.stopPropagation(),
    },
    el('h3', {}, 'Keys'),
    el('dl', {}, rows),
    [...notes].flatMap(part),
    button('Close', 'Close (Esc)', () => dialog.close()),
  )
  root.append(dialog)
  dialog.showModal()
  dialog.scrollTop = 0 // the button that has the focus is at its end
}
