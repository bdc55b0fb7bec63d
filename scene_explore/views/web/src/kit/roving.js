// Many buttons as one stop of the Tab key: within, up, down, Home and End move from one to the next.

import { clamp } from './text.js'

/**
 * Where a key leads among so many; null: it has another use.
 * @param {string} key
 * @param {number} at
 * @param {number} n
 */
export const roved = (key, at, n) => {
  /** @type {Record<string, number>} */
  const places = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: n - 1 }
  return key in places && n > 0 ? clamp(places[key], 0, n - 1) : null
}

/** @param {HTMLElement} box */
const buttonsOf = box => [...box.querySelectorAll('button')]

/** @param {HTMLElement} box @param {Element | undefined} current the one that Tab reaches */
const mark = (box, current) => {
  for (const o of buttonsOf(box)) o.tabIndex = o === current ? 0 : -1
}

/** The buttons are others now. @param {HTMLElement} box */
export const markFirst = box => {
  const all = buttonsOf(box)
  mark(box, all.find(o => o === document.activeElement) ?? all[0])
}

/** @param {HTMLElement} box its buttons may change: `markFirst` */
export const rove = box => {
  box.addEventListener('focusin', e => mark(box, /** @type {Element} */ (e.target)))
  box.addEventListener('keydown', e => {
    const all = buttonsOf(box)
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement))
    const to = roved(e.key, at, all.length)
    if (to === null) return
    e.preventDefault()
    e.stopPropagation()
    all[to].focus()
  })
}
