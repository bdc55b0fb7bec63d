import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compared, gapBetween, isAllowed } from '../src/panels/neighbours/ranks.js'

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
