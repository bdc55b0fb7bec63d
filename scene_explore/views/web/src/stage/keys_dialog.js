// A dialog with the keys of a stage and what they do.

import { button, el } from '../kit/dom.js'

/** @import { KeyAction } from './keys.js' */

/** @type {Record<string, string>} */
const NAMES = { ' ': 'Space', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Z: 'Shift+Z' }

/** @param {string} key as its event names it */
export const keyName = key => NAMES[key] ?? key.toUpperCase()

/**
 * @param {HTMLElement} root of the stage; what had the focus gets it back from the browser
 * @param {KeyAction[]} actions
 */
export const openKeys = (root, actions) => {
  const rows = actions.map(({ key, says }) => [
    el('dt', {}, el('kbd', {}, keyName(key))),
    el('dd', {}, says),
  ])
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
    el('dl', {}, rows.flat()),
    button('Close', 'Close (Esc)', () => dialog.close()),
  )
  root.append(dialog)
  dialog.showModal()
}
