// Small decks, as Python packs them.

import { Deck } from '../src/deck/deck.js'

/** @import { PackedColumn } from '../src/types.d.ts' */

/**
 * A deck of a scene a row.
 * @param {{ film: string, start: number, end: number }[]} scenes
 * @param {Record<string, string[] | number[]>} columns
 */
export const deckOf = (scenes, columns) => {
  /** @type {ArrayBuffer[]} */
  const buffers = []
  const packed = /** @param {number[]} values */ values => {
    const at = buffers.push(Float64Array.from(values).buffer) - 1
    return { at, dtype: /** @type {const} */ ('float64'), shape: [values.length] }
  }
  /** @param {[string, string[] | number[]]} column @returns {PackedColumn} */
  const column = ([name, values]) =>
    typeof values[0] === 'number'
      ? { name, kind: 'number', numbers: packed(/** @type {number[]} */ (values)) }
      : { name, kind: 'text', values: /** @type {string[]} */ (values) }
  const names = [...new Set(scenes.map(o => o.film))]
  const header = {
    ids: scenes.map((_, i) => `scene-${i}`),
    start: packed(scenes.map(o => o.start)),
    end: packed(scenes.map(o => o.end)),
    film: packed(scenes.map(o => names.indexOf(o.film))),
    films: names.map(name => ({ id: name, name, src: null, end: 10, preview: null })),
    columns: Object.entries(columns).map(column),
    default_colour: 'place',
    spaces: [],
    palette: ['#111111'],
    grey: '#999999',
    symbols: ['circle'],
    scale: ['#000000', '#ffffff'],
    extra: {},
  }
  return new Deck(header, buffers)
}
