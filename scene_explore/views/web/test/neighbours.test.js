import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countIn, wordsOf } from '../src/kit/words.js'
import { Answers } from '../src/panels/neighbours/answers.js'
import { fittedSize, pictureIn } from '../src/panels/neighbours/picture_query.js'
import { compared, gapBetween, isAllowed } from '../src/panels/neighbours/ranks.js'
import { saidBy } from '../src/panels/neighbours/search.js'
import { typicalFirst, wordHits } from '../src/panels/neighbours/words.js'
import { FIRST, Shared } from '../src/stage/shared.js'
import { sixScenes } from './decks.js'

/** @import { Deck } from '../src/deck/deck.js' */
/** @import { Stage } from '../src/stage/stage.js' */
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

/**
 * Answers over six scenes in two spaces, of which some match the filter and one is hidden.
 * @param {Partial<{ k: number, apart: boolean, near: number }>} [asked]
 * @param {{ matching?: number[], other?: string }} [state]
 */
const answersOf = (asked, { matching = [0, 1, 2, 3, 4, 5], other = '' } = {}) => {
  const deck = sixScenes()
  const [space] = deck.visual
  const turned = Object.assign(Object.create(space), { name: 'w', x: space.x.toReversed() })
  const stage = {
    deck: Object.assign(deck, {
      space: (/** @type {string} */ name) => (name === 'w' ? turned : undefined),
    }),
    space,
    get: (/** @type {'other'} */ k) => new Shared({ ...FIRST, other }).get(k),
    shown: (/** @type {number[]} */ rows) => rows.filter(i => i !== 3),
    matches: (/** @type {number} */ row) => matching.includes(row),
  }
  return new Answers(/** @type {Stage} */ (/** @type {unknown} */ (stage)), {
    k: 2,
    apart: false,
    near: 0,
    ...asked,
  })
}
/** @param {{ pairs: Ranked[] }[]} lists */
const listed = lists => lists.map(o => o.pairs.map(([row]) => row))

test('the scenes nearest to one are those of brute force, without what is hidden', () => {
  const cosines = [1, 0.8, 0, 1, -1, 0] // of the first scene
  const nearest = [1, 2, 4, 5].toSorted((a, b) => cosines[b] - cosines[a])
  const [list] = answersOf({ k: 3 }).ofScene(0)
  assert.deepEqual(listed([list]), [nearest.slice(0, 3)])
  assert.deepEqual([list.title, list.note, list.query], ['v', '', 0])
})

test('what does not match the filter is left out and counted, others take its place', () => {
  const [list] = answersOf({}, { matching: [0, 2, 4, 5] }).ofScene(0)
  assert.deepEqual(listed([list]), [[2, 5]])
  assert.match(list.note ?? '', /^1 of the 2 nearest does not match the filter/)
})

test('another space has a list of its own, and both say what they share', () => {
  const lists = answersOf({}, { other: 'w' }).ofScene(0)
  assert.deepEqual(lists.map(o => [o.title, o.letter]), [['v', 'A'], ['w', 'B']]) // biome-ignore format: a line
  const [a, b] = listed(lists)
  const both = a.filter(row => b.includes(row)).length
  assert.equal(lists[0].note, `A: ${both} of 2 in both, ${2 - both} only in A`)
  assert.equal(lists[1].note, `B: ${both} of 2 in both, ${2 - both} only in B`)
})

test('what words found is left out beside the scene that they were asked at', () => {
  /** @type {Ranked[]} */
  const pairs = [5, 3, 1, 0].map((row, i) => [row, 1 - i / 10])
  const found = { by: 'by the words of the table', pairs, text: 'a', counts: true }
  const anywhere = answersOf().ofWords({ ...found, beside: undefined })
  assert.deepEqual([listed([anywhere]), anywhere.note], [[[5, 1]], ''])
  const apart = answersOf({ apart: true }).ofWords({ ...found, beside: 4 })
  assert.deepEqual(listed([apart]), [[1, 0]])
  assert.match(apart.note ?? '', /^Beside .*, y$/)
  const nowhere = answersOf({ apart: true }).ofWords({ ...found, beside: undefined })
  assert.match(nowhere.note ?? '', /^No scene played or was selected before/)
})
