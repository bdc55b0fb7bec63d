// Small decks, as Python packs them.

import { Deck } from '../src/deck/deck.js'

/** @import { DeckHeader, PackedColumn } from '../src/types.d.ts' */

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

const SIX = { dtype: /** @type {const} */ ('float64'), shape: [6] }

/**
 * Six scenes of two films, the second film's in no order; PCA turns them around.
 * @param {Partial<DeckHeader>} [changes]
 */
export const sixScenes = changes => {
  const buffers = [
    Float64Array.from([0, 2, 4, 3, 0, 1]),
    Float64Array.from([2, 4, 6, 4, 1, 3]),
    Int32Array.from([0, 0, 0, 1, 1, 1]),
    Float64Array.from([5, 1, Number.NaN, 3, 2, 1]),
    Float32Array.from([1, 0, 0.8, 0.6, 0, 1, 1, 0, -1, 0, 0, -1]),
    Float32Array.from([6, 0, 5, 0, 4, 0, 3, 0, 2, 0, 1, 0]),
  ].map(o => o.buffer)
  const dtype = /** @type {const} */ ('float32')
  const xy = { at: 5, dtype, shape: [6, 2] }
  /** @type {DeckHeader} */
  const header = {
    ids: ['a', 'b', 'c', 'd', 'e', 'f'],
    start: { at: 0, ...SIX },
    end: { at: 1, ...SIX },
    film: { at: 2, dtype: 'int32', shape: [6] },
    films: ['x', 'y'].map(id => ({ id, name: id, src: null, end: 6, preview: null })),
    columns: [
      { name: 'film', kind: 'text', values: ['x', 'x', 'x', 'y', 'y', 'y'] },
      { name: 'title', kind: 'text', colour: false, values: ['', '', '', '', '', ''] },
      { name: 'place', kind: 'text', values: ['b', 'a', 'a', '', 'b', ''] },
      { name: 'hour', kind: 'number', numbers: { at: 3, ...SIX } },
      { name: 'cluster', kind: 'text', values: ['1', '1', '2', '2', '1', '1'] },
    ],
    default_colour: 'place',
    spaces: [
      {
        name: 'v',
        x: { at: 4, dtype, shape: [6, 2] },
        layouts: { PCA: { xy, axes: [], trust: null } },
      },
    ],
    palette: ['#111111', '#222222'],
    grey: '#999999',
    symbols: ['circle', 'square'],
    scale: ['#000000', '#ffffff'],
    extra: {},
    ...changes,
  }
  return new Deck(header, buffers)
}
