import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deck } from '../src/deck/deck.js'
import { top } from '../src/deck/space.js'
import { bytesOf, unpack } from '../src/deck/unpack.js'

/** @import { DeckHeader } from '../src/types.d.ts' */

const SIX = { dtype: /** @type {const} */ ('float64'), shape: [6] }

/** A deck of six scenes of two films; places a, b and unknown; one number missing. */
const deck = () => {
  const buffers = [
    Float64Array.from([0, 2, 4, 3, 0, 1]),
    Float64Array.from([2, 4, 6, 4, 1, 3]),
    Int32Array.from([0, 0, 0, 1, 1, 1]),
    Float64Array.from([5, 1, Number.NaN, 3, 2, 4]),
    Float32Array.from([1, 0, 0.8, 0.6, 0, 1, 1, 0, -1, 0, 0, -1]),
    Int32Array.from([5]),
  ].map(o => o.buffer)
  /** @type {DeckHeader} */
  const header = {
    ids: ['a', 'b', 'c', 'd', 'e', 'f'],
    start: { at: 0, ...SIX },
    end: { at: 1, ...SIX },
    film: { at: 2, dtype: 'int32', shape: [6] },
    films: ['x', 'y'].map(id => ({ id, name: id, src: null, end: 6, preview: null })),
    columns: [
      { name: 'place', kind: 'text', values: ['b', 'a', 'a', '', 'b', ''] },
      { name: 'hour', kind: 'number', numbers: { at: 3, ...SIX } },
    ],
    default_colour: 'nowhere',
    hidden: { at: 5, dtype: 'int32', shape: [1] },
    spaces: [{ name: 'v', x: { at: 4, dtype: 'float32', shape: [6, 2] }, layouts: {} }],
    palette: ['#111111', '#222222'],
    grey: '#999999',
    symbols: ['circle', 'square'],
    scale: ['#000000', '#ffffff'],
    extra: {},
  }
  return new Deck(header, buffers)
}

test('half precision is read as numpy writes it', () => {
  const bits = [0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0x7c00, 0x7e00]
  const buffer = Uint16Array.from(bits).buffer
  const found = [...unpack({ at: 0, dtype: 'float16', shape: [8] }, [buffer])]
  const smallest = 2 ** -24
  assert.deepEqual(found, [
    1,
    -2,
    0.333251953125,
    smallest,
    -0,
    65504,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ])
})

test('an array is read out of the middle of a message', () => {
  const whole = Float64Array.from([7, 8, 9]).buffer
  const view = new Uint8Array(whole, 8, 16)
  assert.deepEqual([...unpack({ at: 0, dtype: 'float64', shape: [2, 1] }, [view])], [8, 9])
})

test('base64 is read to the byte', () => {
  assert.deepEqual([...new Uint8Array(bytesOf('AP+A'))], [0, 255, 128])
})

test('neighbours are the nearest, ties in the order of rows, itself left out', () => {
  const [space] = deck().spaces
  assert.deepEqual(
    space.nearest(0, 3).map(([j]) => j),
    [3, 1, 2],
  )
  assert.deepEqual(
    top([1, Number.NaN, 1, 2], 5).map(([j]) => j),
    [3, 0, 2],
  )
})

test('films are gone through in the order of time, one after the other', () => {
  const d = deck()
  assert.deepEqual(d.inFilm(1), [4, 5, 3])
  assert.equal(d.step(2, 1), 4)
  assert.equal(d.step(3, 1), undefined)
  assert.equal(d.step(0, -1), undefined)
})

test('categories are sorted, begin the colours again with a hatch, and the unknown is grey', () => {
  const d = deck()
  const look = d.look('place')
  assert.ok(look.kind === 'text')
  assert.deepEqual(
    look.groups.map(o => [o.value, o.colour]),
    [
      ['a', '#111111'],
      ['b', '#222222'],
      ['', '#999999'],
    ],
  )
  assert.deepEqual(d.colours('place').slice(2, 4), ['#111111', '#999999'])
  assert.equal(d.firstColour, 'place')
})

test('a number is a colour of the scale, a missing one grey', () => {
  const d = deck()
  assert.deepEqual(d.colours('hour').slice(0, 3), ['rgb(255,255,255)', 'rgb(0,0,0)', '#999999'])
  const look = d.look('hour')
  assert.ok(look.kind === 'number' && look.missing && look.low === 1 && look.high === 5)
})
