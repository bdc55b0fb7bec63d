// What the colours and symbols mean.

import { el, svg } from '../kit/dom.js'
import { numberText, short, UNKNOWN } from '../kit/text.js'
import { isOpen, symbolPath } from './symbols.js'

/** @import { Group } from '../types.d.ts' */

/** @param {Group} group */
export const symbolOf = ({ symbol, colour }) => {
  const open = isOpen(symbol)
  const paint = open ? { fill: 'none', stroke: colour, 'stroke-width': 1.5 } : { fill: colour }
  const props = { viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }
  return svg('svg', props, svg('path', { d: symbolPath(symbol, 4.5), ...paint }))
}

/**
 * A button a category; a click hides its scenes or shows them again.
 * @param {Group[]} groups
 * @param {Set<string>} off values that are hidden
 * @param {(value: string) => void} toggle
 */
export const categories = (groups, off, toggle) =>
  groups.map(group => {
    const name = group.label || group.value || UNKNOWN
    const props = {
      type: 'button',
      class: 'se-legend-item',
      title: `${name}: show or hide`,
      'aria-pressed': String(!off.has(group.value)),
      onclick: () => toggle(group.value),
    }
    return el('button', props, symbolOf(group), el('span', { dir: 'auto' }, short(name, 26)))
  })

/** What is drawn where a number is missing. @param {Group} group */
export const withoutNumber = group =>
  el('span', { class: 'se-legend-item' }, symbolOf(group), el('span', {}, UNKNOWN))

/**
 * The scale of a number.
 * @param {string} name
 * @param {string[]} scale hex colours, from low to high
 * @param {number} low
 * @param {number} high
 */
export const scaleBar = (name, scale, low, high) => {
  const bar = el('i', { class: 'se-legend-bar' })
  bar.style.background = `linear-gradient(to top, ${scale.join(', ')})`
  const ends = [numberText(high, 3), numberText(low, 3)].map(o => el('span', {}, o))
  return [
    el('b', { dir: 'auto' }, short(name, 30)),
    el('div', { class: 'se-legend-scale' }, bar, el('div', {}, ends)),
  ]
}
