// Keys of the whole stage: each with what it does, as the panels add them. Whoever is being typed
// into keeps them.

import { stages } from './links.js'

/** @import { Stage } from './stage.js' */

/**
 * @typedef {object} KeyAction
 * @property {string} key as its event names it
 * @property {string} says what it does
 * @property {() => void | boolean} act false: there is nothing to do, and an earlier one may act
 */

/** @typedef {{ keys: string[], says: string }} KeyNote keys that a part has for itself, while it has the focus */

export class StageKeys {
  /** @type {KeyAction[]} those added last come first */
  actions = []

  /** @type {Map<string, KeyNote[]>} by the name of the part */
  notes = new Map()

  /** @param {string} part @param {KeyNote[]} notes */
  describe(part, notes) {
    this.notes.set(part, notes)
  }

  /** @param {KeyAction[]} actions @returns {() => void} what takes them away */
  add(actions) {
    this.actions = [...actions, ...this.actions]
    return () => {
      this.actions = this.actions.filter(o => !actions.includes(o))
    }
  }

  /** Whether anything was done. @param {string} key */
  press(key) {
    return this.actions.some(o => o.key === key && o.act() !== false)
  }
}

/** What the stage itself does. @param {Stage} stage @returns {KeyAction[]} */
export const stageActions = stage => [
  { key: 'ArrowLeft', says: 'Previous scene', act: () => stage.step(-1) },
  { key: 'ArrowRight', says: 'Next scene', act: () => stage.step(1) },
  { key: 'z', says: 'Undo the selection', act: () => stage.undo() },
  { key: 'Z', says: 'Redo the selection', act: () => stage.redo() },
  { key: 'Escape', says: 'Clear the selection', act: () => stage.clear() },
  { key: '?', says: 'Show these keys', act: () => stage.showKeys() },
]

const OF_A_RANGE = /^(Arrow|Page|Home|End)/

/** Whether an element has a use of its own for a key. @param {{ tagName: string, type?: string }} target @param {string} key */
export const takesKey = ({ tagName, type }, key) => {
  if (tagName === 'INPUT' && type === 'range') return OF_A_RANGE.test(key)
  if (key === ' ' && /^(BUTTON|SUMMARY|INPUT)$/.test(tagName)) return true
  return /^(INPUT|SELECT|TEXTAREA)$/.test(tagName) && type !== 'checkbox'
}

/** Whether a key of a page is meant for another stage. @param {Stage} stage @param {HTMLElement} target */
const isOfAnother = (stage, target) =>
  stage.host.page && stages.size > 1 && target !== document.body && !stage.root.contains(target)

/** @param {Stage} stage @param {KeyboardEvent} e */
const onKey = (stage, e) => {
  const target = /** @type {HTMLElement} */ (e.target)
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return
  if (takesKey(target, e.key) || isOfAnother(stage, target)) return
  // a key that is held steps on, and toggles nothing
  const isHeld = e.repeat && !/^Arrow|^[,.]$/.test(e.key)
  if (!isHeld && !stage.keys.press(e.key)) return
  e.preventDefault()
  e.stopPropagation()
}

/** @param {HTMLElement} root */
const takeFocus = root => {
  if (!root.contains(document.activeElement)) root.focus({ preventScroll: true })
}

/** Until the stage goes. @param {Stage} stage */
export const listenToKeys = stage => {
  const { root, host } = stage
  stage.hear(host.page ? document : root, 'keydown', e =>
    onKey(stage, /** @type {KeyboardEvent} */ (e)),
  )
  // a drag takes the focus from nobody: the keys follow the pointer
  stage.hear(root, 'pointerdown', () => takeFocus(root), true)
}
