import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, rangesText, rowsOfText, viewOfAddress } from '../src/stage/address.js'
import { Steps } from '../src/stage/history.js'
import { FIRST as EMPTY } from '../src/stage/shared.js'

const FIRST = { ...EMPTY, colour: 'place', space: 'VideoMAE', layout: 'PCA' }

test('rows are ranges, and ranges are rows again', () => {
  assert.equal(rangesText([0, 1, 2, 5, 7, 8]), '0-2,5,7-8')
  assert.equal(rangesText([]), '')
  for (let seed = 1; seed < 60; seed++) {
    const rows = Array.from({ length: 200 }, (_, i) => i).filter(i => (i * i + seed * i) % 7 < 3)
    assert.deepEqual(rowsOfText(rangesText(rows), 200), rows)
  }
})

test('rows that are not there and what is no range are left out', () => {
  assert.deepEqual(rowsOfText('2-999999999999,x,-1,3-', 4), [2, 3])
  assert.deepEqual(rowsOfText('5-2', 9), [])
})

test('an address holds what differs, and gives it back', () => {
  const state = {
    ...FIRST,
    selection: [3, 4, 9],
    colour: 'a & b=c',
    dims: 3,
    threshold: 0.25,
    sort: /** @type {[string, number]} */ (['film', -1]),
    hide: false,
    dock: { third: 'table', column: 62.5, folded: ['player'] },
  }
  const text = addressOf(state, FIRST)
  assert.ok(!text.includes('layout') && text.includes('rows=3-4%2C9'))
  assert.deepEqual({ ...FIRST, ...viewOfAddress(text, FIRST, 20) }, state)
  assert.equal(addressOf(FIRST, FIRST), '')
})

test('what is of another kind than it replaces is not taken', () => {
  const view = viewOfAddress(
    'dims="x"&hide=1&sort={}&threshold=[]&runs=x&dock=[1]&path=true',
    FIRST,
    5,
  )
  assert.deepEqual({ ...FIRST, ...view }, { ...FIRST, path: true })
})

test('steps go back and forth, and a new one forgets those ahead', () => {
  const steps = new Steps(0)
  for (const k of [1, 2, 3]) steps.add(k)
  assert.deepEqual(
    [steps.go(-1), steps.go(-1), steps.go(1), steps.go(1), steps.go(1)],
    [2, 1, 2, 3, undefined],
  )
  steps.go(-1)
  steps.add(7)
  assert.deepEqual([steps.go(1), steps.go(-1)], [undefined, 2])
})

test('a selection that a page begins with can be cleared for good', () => {
  const first = { ...FIRST, selection: [1, 2] }
  const text = addressOf({ ...first, selection: [] }, first)
  assert.equal(text, 'rows=')
  assert.deepEqual(viewOfAddress(text, first, 5).selection, [])
  assert.deepEqual(viewOfAddress('dims=3', first, 5).selection, [1, 2])
  assert.deepEqual(rowsOfText('4,1-2,2', 5), [1, 2, 4])
})
