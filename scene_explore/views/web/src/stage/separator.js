// A line between two parts of the workspace: dragged, or moved by arrow keys.

import { el } from '../kit/dom.js'
import { SIZES, sizeAfter, sizeAt } from './dock.js'

/** @import { Split } from './dock.js' */

/**
 * @typedef {object} Hands
 * @property {() => number} size percent
 * @property {() => DOMRect} room of the whole workspace
 * @property {(size: number) => void} drag shown while it is dragged
 * @property {(size: number | undefined) => void} set what counts; undefined: as at first
 * @property {() => void} fold the panel at its left, or those below it
 */

const WHAT = {
  column: 'Width of the left panel, percent',
  row: 'Height of the upper panels, percent',
}
const HOW = 'Drag, or arrow keys; Enter folds, 0 or a double click sets back'

/** @param {Split} split @param {Hands} hands */
export const separator = (split, hands) => {
  const { least, most } = SIZES[split]
  const bar = el('div', {
    class: `se-split se-split-${split}`,
    role: 'separator',
    tabIndex: 0,
    title: HOW,
    'aria-label': WHAT[split],
    'aria-orientation': split === 'column' ? 'vertical' : 'horizontal',
    'aria-valuemin': String(least),
    'aria-valuemax': String(most),
  })
  bar.addEventListener('keydown', e => onKey(split, hands, e))
  bar.addEventListener('dblclick', () => hands.set(undefined))
  listenToDrag(bar, split, hands)
  return bar
}

/** @param {Split} split @param {Hands} hands @param {KeyboardEvent} e */
const onKey = (split, hands, e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return
  const size = sizeAfter(split, hands.size(), e.key, e.shiftKey)
  if (size !== undefined) hands.set(size)
  else if (e.key === 'Enter') hands.fold()
  else if (e.key === '0') hands.set(undefined)
  else return
  e.preventDefault()
  e.stopPropagation()
}

/** @param {HTMLElement} bar @param {Split} split @param {Hands} hands */
const listenToDrag = (bar, split, hands) => {
  /** @param {PointerEvent} e */
  const sizeOf = e => {
    const { left, top, width, height } = hands.room()
    if (split === 'column') return sizeAt(split, e.clientX, left, width)
    return sizeAt(split, e.clientY, top, height)
  }
  let moved = false
  bar.addEventListener('pointerdown', e => {
    if (e.button) return
    bar.setPointerCapture(e.pointerId)
    moved = false
  })
  bar.addEventListener('pointermove', e => {
    if (!bar.hasPointerCapture(e.pointerId)) return
    moved = true
    hands.drag(sizeOf(e))
  })
  bar.addEventListener('pointerup', e => {
    if (moved) hands.set(sizeOf(e))
    moved = false
  })
  bar.addEventListener('pointercancel', () => {
    if (moved) hands.set(hands.size())
    moved = false
  })
}
