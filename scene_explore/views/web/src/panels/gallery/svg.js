// Parts of drawings that the charts share.

import { ticks } from '../../kit/axes.js'
import { svg } from '../../kit/dom.js'

/** @import { Range, Series } from './types.d.ts' */

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {Record<string, any>} [attributes]
 */
export const label = (x, y, text, attributes = {}) => svg('text', { x, y, ...attributes }, text)

/**
 * The letter of a run, in its colour.
 * @param {number} x
 * @param {number} y
 * @param {Pick<Series, 'letter' | 'colour'>} slot
 * @param {{ small?: boolean, anchor?: string }} [look]
 */
export const letter = (x, y, slot, { small = false, anchor = 'start' } = {}) => {
  const style = `fill:${slot.colour};font-weight:700${small ? ';font-size:10px' : ''}`
  return label(x, y, slot.letter, { style, 'text-anchor': anchor })
}

/**
 * A whole drawing.
 * @param {number} width
 * @param {number} height
 * @param {string} said of it
 * @param {Node[]} children
 */
export const drawing = (width, height, said, children) =>
  svg('svg', { class: 'se-gal-svg', width, height, role: 'img', 'aria-label': said }, ...children)

/**
 * @param {number} x1
 * @param {number} x2
 * @param {number} y
 * @param {Record<string, any>} [attributes]
 */
export const across = (x1, x2, y, attributes = {}) =>
  svg('line', { x1, x2, y1: y, y2: y, ...attributes })

/**
 * @param {number} x
 * @param {number} y1
 * @param {number} y2
 * @param {Record<string, any>} [attributes]
 */
export const upright = (x, y1, y2, attributes = {}) =>
  svg('line', { x1: x, x2: x, y1, y2, ...attributes })

/**
 * Upright lines at round numbers, with the numbers below.
 * @param {Range} range
 * @param {(v: number) => number} toX
 * @param {{ top: number, bottom: number, height: number, text: (v: number) => string }} place
 */
export const gridAcross = (range, toX, { top, bottom, height, text }) =>
  ticks(...range).map(v =>
    svg(
      'g',
      {},
      upright(toX(v), top, bottom, { class: 'se-gal-grid' }),
      label(toX(v), height - 6, text(v), { 'text-anchor': 'middle' }),
    ),
  )
