// What the colours, hatches and signs of a film mean.

import { el } from '../../kit/dom.js'
import { numberText, short, UNKNOWN } from '../../kit/text.js'
import { TRANSITIONS } from './band.js'
import { hatchedCss, hatchesOf } from './hatch.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Look } from '../../types.d.ts' */
/** @import { Direction } from './hatch.js' */
/** @typedef {Extract<Look, { kind: 'text' }>} Categories */
/** @typedef {Extract<Look, { kind: 'number' }>} Scale */

const MOST = 12

/** @param {...(Node | string)} parts */
const key = (...parts) => el('span', { class: 'se-key' }, ...parts)

/** @param {string} text */
const heading = text => el('span', { class: 'se-soft' }, text)

/** @param {string} colour @param {string} text @param {Direction[]} [hatches] */
const swatch = (colour, text, hatches = []) =>
  key(
    el('i', { style: `background:${hatchedCss(colour, hatches)}` }),
    el('span', { dir: 'auto' }, text),
  )

/** @param {Deck} deck @param {Scale} look */
const scaleKeys = (deck, { low, high, missing }) => {
  const style = `background:linear-gradient(90deg,${deck.scale.join()})`
  const scale = el('i', { class: 'se-scale', style })
  const unknown = missing ? [swatch(deck.grey, UNKNOWN)] : []
  return [key(numberText(low, 3), scale, numberText(high, 3)), ...unknown]
}

/** @param {Categories} look @param {number[]} rows */
const categoryKeys = (look, rows) => {
  const here = new Set(rows.map(look.of))
  const groups = look.groups.filter((_, k) => here.has(k))
  const keys = groups
    .slice(0, MOST)
    .map(o => swatch(o.colour, short(String(o.value), 34) || UNKNOWN, hatchesOf(o)))
  const more = groups.length - MOST
  return more > 0 ? [...keys, el('span', {}, `and ${more} more`)] : keys
}

/** @param {Deck} deck @param {number[]} rows */
const transitionKeys = (deck, rows) => {
  if (deck.columns.transition?.kind !== 'text') return []
  const here = new Set(rows.map(row => deck.value('transition', row)))
  const known = Object.entries(TRANSITIONS).filter(([k]) => here.has(k))
  if (!known.length) return []
  const keys = known.map(([, [glyph, name]]) => key(el('b', {}, glyph), name))
  return [heading('transition into a scene:'), ...keys]
}

/** @param {Deck} deck @param {string} colour the column @param {number[]} rows of the film */
export const legendOf = (deck, colour, rows) => {
  const look = deck.look(colour)
  const keys = look.kind === 'number' ? scaleKeys(deck, look) : categoryKeys(look, rows)
  return [heading(`${colour}:`), ...keys, ...transitionKeys(deck, rows)]
}
