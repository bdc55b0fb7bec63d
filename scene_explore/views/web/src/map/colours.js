// What the codes of a colour mean.

import { ramp } from '../kit/colours.js'
import { grouped } from '../kit/text.js'

/** @import { Group } from '../types.d.ts' */
/** @typedef {{ value: string, colour: string, size: number }} Sized */
/**
 * @typedef {object} Legend
 * @property {'text' | 'number'} kind
 * @property {string} name of a column
 * @property {Sized[]} groups of text, in the order of their codes
 * @property {number} rest scenes without a colour of their own
 * @property {number} others further texts that share the grey
 * @property {number} low
 * @property {number} high
 */

const CODES = 256 // the last stands for all else

/**
 * @param {Legend | null} legend null: not there yet
 * @param {{ scale: string[], grey: string }} header
 * @returns {string[]} a colour for each code
 */
export const coloursOf = (legend, { scale, grey }) => {
  const out = new Array(CODES).fill(grey)
  if (legend?.kind === 'text')
    for (const [k, { colour }] of legend.groups.entries()) out[k] = colour
  if (legend?.kind !== 'number') return out
  const table = ramp(scale)
  for (let k = 0; k < CODES - 1; k++)
    out[k] = `#${[0, 1, 2].map(c => table[3 * k + c].toString(16).padStart(2, '0')).join('')}`
  return out
}

/** @param {Legend} legend @param {{ grey: string }} header @returns {Group[]} */
export const groupsOf = ({ groups, rest, others }, { grey }) => {
  const made = groups.map(o => ({
    value: o.value,
    colour: o.colour,
    symbol: 'circle',
    label: `${o.value} (${grouped(o.size)})`,
  }))
  if (!rest) return made
  const more = others ? `${grouped(others)} others` : 'unknown'
  const label = `${more} (${grouped(rest)})`
  return [...made, { value: '', colour: grey, symbol: 'circle', label }]
}
