import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countIn, wordsOf } from '../src/kit/words.js'
import { fittedSize, pictureIn } from '../src/panels/neighbours/picture_query.js'
import { compared, gapBetween, isAllowed } from '../src/panels/neighbours/ranks.js'
import { saidBy } from '../src/panels/neighbours/search.js'
import { typicalFirst, wordHits } from '../src/panels/neighbours/words.js'

/** @import { Deck } from '../src/deck/deck.js' */
/** @import { Ranked } from '../src/panels/neighbours/ranks.js' */

/** Scenes of ten seconds, the last one in another film. */
const times = /** @type {Deck} */ (
  /** @type {unknown} */ ({
    film: Int32Array.from([0, 0, 0, 1]),
    start: Float64Array.from([0, 10, 25, 0]),
    end: Float64Array.from([10, 20, 35, 10]),
  })
)
/** @param {number} query @param {{ apart: boolean, near: number }} limits */
const rowsAllowed = (query, limits) => [0, 1, 2, 3].filter(isAllowed(times, query, limits))

test('the time between two scenes is from end to start, whichever is first', () => {
  assert.equal(gapBetween(times, 0, 1), 0)
  assert.equal(gapBetween(times, 2, 1), 5)
  assert.equal(gapBetween(times, 0, 0), -10)
})

test('what lies near in time is left out in the same film alone', () => {
  assert.deepEqual(rowsAllowed(1, { apart: false, near: 0 }), [0, 1, 2, 3])
  assert.deepEqual(rowsAllowed(1, { apart: false, near: 5 }), [2, 3])
  assert.deepEqual(rowsAllowed(1, { apart: false, near: 5.1 }), [3])
  assert.deepEqual(rowsAllowed(1, { apart: true, near: 0 }), [3])
})

test('of two lists it is known what is in both and in one alone', () => {
  /** @type {Ranked[]} */
  const a = [
    [4, 0.9],
    [2, 0.8],
    [7, 0.7],
  ]
  /** @type {Ranked[]} */
  const b = [
    [7, 0.9],
    [1, 0.1],
  ]
  const { both, onlyA, onlyB } = compared(a, b)
  assert.equal(both, 1)
  assert.deepEqual([...onlyA], [4, 2])
  assert.deepEqual([...onlyB], [1])
})

/** A deck of texts: title, place, and clusters, which are not searched. @param {string[]} titles @param {string[]} places */
const table = (titles, places) => {
  /** @param {string} name @param {string[]} values */
  const column = (name, values) => ({ name, kind: 'text', values })
  const columns = {
    title: column('title', titles),
    place: column('place', places),
    cluster: column('cluster', ['1', '1', '1', '1']),
    hour: { name: 'hour', kind: 'number', values: [1, 1, 1, 1] },
  }
  return /** @type {Deck} */ (/** @type {unknown} */ ({ ids: titles, columns, visual: [] }))
}

test('words are found whatever their case, width and what stands between them', () => {
  assert.deepEqual(wordsOf(' Red,  KETTLE! ＴＥＡ'), ['red', 'kettle', 'tea'])
  assert.deepEqual(wordsOf('?!'), [])
  assert.equal(countIn('anana', 'ana'), 1)
  assert.equal(countIn('the kettle, the cup', 'the'), 2)
})

test('scenes have all words, most hits first, ties in the order of rows', () => {
  const deck = table(
    ['A red door', 'red kettle, red cup', 'blue kettle', 'Red kettle'],
    ['kitchen', 'kitchen', 'red room', 'kitchen'],
  )
  assert.deepEqual(wordHits(deck, 'KETTLE red'), [
    [1, 3],
    [2, 2],
    [3, 2],
  ])
  assert.deepEqual(wordHits(deck, 'kettle kitchen'), [
    [1, 2],
    [3, 2],
  ])
  assert.deepEqual(wordHits(deck, 'elephant red'), [])
  assert.deepEqual(wordHits(deck, '1'), [])
  assert.deepEqual(wordHits(deck, '…'), [])
})

test('shots of one record are ordered by their own pictures, the most typical first', () => {
  const x = Float32Array.from([1, 0, 0, 1, Math.SQRT1_2, Math.SQRT1_2, 1, 0])
  assert.deepEqual(typicalFirst([0, 1, 2], { x, d: 2 }), [2, 0, 1])
  assert.deepEqual(typicalFirst([0, 1, 3], { x, d: 2 }), [0, 3, 1])
  assert.deepEqual(typicalFirst([3, 0], { x, d: 2 }), [3, 0])
  assert.deepEqual(typicalFirst([2, 1, 0], undefined), [2, 1, 0])
  const deck = table(['red', 'red', 'red', 'red red'], ['', '', '', ''])
  const seen = /** @type {Deck} */ ({ ...deck, visual: [{ x, d: 2 }] })
  assert.deepEqual(
    wordHits(seen, 'red').map(([row]) => row),
    [3, 2, 0, 1],
  )
})

test('the panel says what was searched by', () => {
  assert.equal(saidBy({ kind: 'words', by: 'minilm' }), 'by the text encoder (minilm)')
  assert.equal(saidBy({ kind: 'given', by: '' }), 'by the text encoder')
  const pixels = 'on pixels, by the encoder of pictures and text (clip)'
  assert.equal(saidBy({ kind: 'pixels', by: 'clip' }), pixels)
  assert.equal(
    saidBy({ kind: 'picture', by: 'histogram' }),
    'on pixels, by the encoder of pictures (histogram)',
  )
})

test('the first picture of a paste is taken, and made smaller where it is large', () => {
  const files = ['text/plain', 'image/png', 'image/gif'].map(type => new File([], type, { type }))
  const data = /** @type {DataTransfer} */ (/** @type {unknown} */ ({ files }))
  assert.equal(pictureIn(data), files[1])
  assert.equal(pictureIn(null), undefined)
  assert.deepEqual(fittedSize(3200, 800), [1600, 400])
  assert.deepEqual(fittedSize(100, 50), [100, 50])
  assert.deepEqual(fittedSize(100_000, 2), [1600, 1])
})
