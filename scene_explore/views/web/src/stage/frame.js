// What stands in the root of a stage, around its panels.

import { el } from '../kit/dom.js'

const KEYS =
  'Scenes: space plays and pauses, arrows go to the previous and the next scene, Escape clears the selection, ? shows the keys'

/**
 * @param {HTMLElement} root
 * @param {boolean} isPage a page, and no notebook
 */
export const frameIn = (root, isPage) => {
  const grid = el('div', { class: 'se-grid' })
  const said = el('p', { class: 'se-said', role: 'status' })
  const tooltip = el('div', { class: 'se-tip', role: 'tooltip', hidden: true })
  root.classList.add('se-studio')
  root.dataset.lmSuppressShortcuts = 'true'
  root.tabIndex = -1
  root.setAttribute('role', 'group')
  root.setAttribute('aria-label', KEYS)
  root.replaceChildren(grid, said, tooltip)
  // a frame is as high as what it holds: nothing in it can be as high as the frame
  root.classList.toggle('se-in-page', isPage && window === window.top)
  return { grid, said, tooltip }
}

/** What needs the kernel is put to rest. @param {HTMLElement} root @param {string} why the kernel is gone */
export const restWithoutKernel = (root, why) => {
  root.prepend(el('p', { class: 'se-lost', role: 'alert' }, why))
  /** @type {NodeListOf<HTMLElement>} */
  const asking = root.querySelectorAll('[data-kernel]')
  for (const o of asking) {
    o.inert = true
    if ('disabled' in o) o.disabled = true
  }
}
