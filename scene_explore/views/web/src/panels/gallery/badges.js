// The letters of the runs that are shown, and what their lines mean.

import { el, svg } from '../../kit/dom.js'
import { short } from '../../kit/text.js'

/** @import { Series } from './types.d.ts' */

/** @param {Pick<Series, 'letter' | 'colour'>} slot */
export const badge = ({ letter, colour }) => {
  const style = `background:${colour}`
  return el('b', { class: 'se-gal-badge', style, 'aria-hidden': 'true' }, letter)
}

/** @param {Series} slot */
const dash = ({ colour, dash }) => {
  const stroke = { stroke: colour, 'stroke-width': 2.4, 'stroke-dasharray': dash }
  const line = svg('line', { x1: 1, x2: 29, y1: 6, y2: 6, ...stroke })
  return svg('svg', { width: 30, height: 12, 'aria-hidden': 'true' }, line)
}

/**
 * The names of runs beside their letters.
 * @param {Series[]} series
 * @param {{ dashed: boolean }} options
 */
export const seriesKey = (series, { dashed }) =>
  el(
    'div',
    { class: 'se-gal-legend' },
    series.map(o =>
      el(
        'span',
        {},
        dashed && dash(o),
        badge(o),
        el('span', { dir: 'auto' }, short(o.run.name, 34)),
      ),
    ),
  )
