// Keys of the whole stage; whoever is being typed into keeps them.

import { stages } from './links.js'

/** @import { Stage } from './stage.js' */

/** @param {HTMLElement} target */
const isTyped = target =>
  /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) &&
  /** @type {HTMLInputElement} */ (target).type !== 'checkbox'

/** Whether a key of a page is meant for another stage. @param {Stage} stage @param {HTMLElement} target */
const isOfAnother = (stage, target) =>
  stage.host.page && stages.size > 1 && target !== document.body && !stage.root.contains(target)

/** @param {Stage} stage @returns {Record<string, () => void>} */
const actions = stage => ({
  ' ': () => stage.toggle(),
  j: () => stage.step(1),
  ArrowRight: () => stage.step(1),
  k: () => stage.step(-1),
  ArrowLeft: () => stage.step(-1),
  l: () => stage.set({ loop: !stage.get('loop') }),
  z: () => stage.undo(),
  Z: () => stage.redo(),
  Escape: () => stage.clear(),
})

/** @param {Stage} stage @param {KeyboardEvent} e */
export const onKey = (stage, e) => {
  const target = /** @type {HTMLElement} */ (e.target)
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || isTyped(target)) return
  if (isOfAnother(stage, target)) return
  const action = actions(stage)[e.key]
  if (!action || (e.key === ' ' && /^(BUTTON|SUMMARY|INPUT)$/.test(target.tagName))) return
  action()
  e.preventDefault()
  e.stopPropagation()
}
