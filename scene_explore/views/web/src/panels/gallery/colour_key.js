// What the colours of the scenes mean; a press on a value selects its scenes.

import { el } from '../../kit/dom.js'
import { short, UNKNOWN } from '../../kit/text.js'
import { rounded } from './scales.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Group, Look } from '../../types.d.ts' */
/** @typedef {Extract<Look, { kind: 'text' }>} TextLook */

const MOST = 24
/** @type {Record<string, string>} */
const SIGNS = {
  circle: '●',
  square: '■',
  diamond: '◆',
  cross: '✚',
  x: '✖',
  'triangle-up': '▲',
  star: '★',
  'circle-open': '○',
}

/** @param {number} low @param {number} high @param {string[]} scale */
const ramp = (low, high, scale) => {
  const style = `background:linear-gradient(90deg,${scale.join(',')})`
  return [
    el('span', { class: 'se-soft' }, `${rounded(low)} `),
    el('i', { class: 'se-gal-ramp', style }),
    el('span', { class: 'se-soft' }, ` ${rounded(high)}`),
  ]
}

/**
 * Rows of a value.
 * @param {TextLook} look
 * @param {number} k of the value
 * @param {number} n rows there are
 */
export const rowsOf = (look, k, n) => [...Array(n).keys()].filter(i => look.of(i) === k)

/** @param {Group} group @param {() => void} onclick */
const key = ({ value, colour, symbol }, onclick) => {
  const sign = SIGNS[symbol] ?? '●'
  return el(
    'button',
    { type: 'button', class: 'se-gal-key', dir: 'auto', title: 'Select these scenes', onclick },
    el('i', { style: `color:${colour}`, 'aria-hidden': 'true' }, sign),
    short(value || UNKNOWN, 26),
  )
}

/** @param {TextLook} look @param {Stage} stage */
const keys = (look, stage) => {
  const more = look.groups.length - MOST
  return [
    ...look.groups
      .slice(0, MOST)
      .map((o, k) => key(o, () => stage.select(rowsOf(look, k, stage.deck.n)))),
    ...(more > 0 ? [el('span', { class: 'se-soft' }, `and ${more} more`)] : []),
  ]
}

/** @param {Stage} stage */
export const colourKey = stage => {
  const look = stage.deck.look(stage.get('colour'))
  return look.kind === 'number' ? ramp(look.low, look.high, stage.deck.scale) : keys(look, stage)
}
