// A scene of the map in words.

import { el } from '../kit/dom.js'
import { precise, short } from '../kit/text.js'

/** @typedef {Record<string, string | number | null>} Facts */

const TIMES = new Set(['start', 'end'])
const MOST = 6 // lines

/** @param {string} name of a column @param {string | number | null | undefined} value */
export const factText = (name, value) => {
  if (value == null) return ''
  if (typeof value === 'string') return value
  return TIMES.has(name) ? precise(value) : String(+value.toPrecision(6))
}

/** @param {Facts} facts @param {string} picture an address; '': none @returns {HTMLElement[]} */
export const factCard = (facts, picture) => {
  const { film, start, end } = facts
  const times = [factText('start', start), factText('end', end)].filter(Boolean)
  const others = Object.entries(facts).filter(
    ([k, v]) => !['scene_id', 'film', 'start', 'end'].includes(k) && factText(k, v),
  )
  const lines = others
    .slice(0, MOST)
    .map(([k, v]) => el('span', { dir: 'auto' }, `${k}: ${short(factText(k, v), 120)}`))
  return [
    ...(picture ? [el('img', { src: picture, alt: '' })] : []),
    el('b', { dir: 'auto' }, short(factText('film', film), 60)),
    el('span', { class: 'se-time' }, times.join(' to ')),
    ...lines,
  ]
}
