import assert from 'node:assert/strict'
import { test } from 'node:test'
import { top } from '../src/deck/space.js'
import { bytesOf, unpack } from '../src/deck/unpack.js'
import { sixScenes } from './decks.js'

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
  const [space] = sixScenes({ default_colour: 'nowhere' }).spaces
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
  const d = sixScenes({ default_colour: 'nowhere' })
  assert.deepEqual(d.inFilm(1), [4, 5, 3])
  assert.equal(d.step(2, 1), 4)
  assert.equal(d.step(3, 1), undefined)
  assert.equal(d.step(0, -1), undefined)
})

test('categories are sorted, begin the colours again with a hatch, and the unknown is grey', () => {
  const d = sixScenes({ default_colour: 'nowhere' })
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
  const d = sixScenes({ default_colour: 'nowhere' })
  assert.deepEqual(d.colours('hour').slice(0, 3), ['rgb(255,255,255)', 'rgb(0,0,0)', '#999999'])
  const look = d.look('hour')
  assert.ok(look.kind === 'number' && look.missing && look.low === 1 && look.high === 5)
})
