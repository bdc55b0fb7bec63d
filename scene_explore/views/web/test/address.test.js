import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, viewOfAddress } from '../src/stage/address.js'
import { Steps } from '../src/stage/history.js'
import { rowsOfText, rowsText } from '../src/stage/row_text.js'
import { FIRST as EMPTY } from '../src/stage/shared.js'

const FIRST = { ...EMPTY, colour: 'place', space: 'VideoMAE', layout: 'PCA' }

test('rows are ranges, and ranges are rows again', () => {
  assert.equal(rowsText([0, 1, 2, 5, 7, 8]), '0-2,5,7-8')
  assert.equal(rowsText([]), '')
  for (let seed = 1; seed < 60; seed++) {
    const rows = Array.from({ length: 200 }, (_, i) => i).filter(i => (i * i + seed * i) % 7 < 3)
    assert.deepEqual(rowsOfText(rowsText(rows), 200), rows)
  }
})

/** A generator of numbers below n, the same each time. @param {number} seed */
const randomly = seed => {
  let state = seed
  return (/** @type {number} */ n) => {
    state = (state * 48271) % 2147483647
    return state % n
  }
}

/** @param {number} size @param {number} n @param {number} seed */
const someOf = (size, n, seed) => {
  const next = randomly(seed)
  const rows = new Set()
  while (rows.size < size) rows.add(next(n))
  return [...rows].sort((a, b) => a - b)
}

test('many rows are packed, and are the same rows again', () => {
  for (let seed = 1; seed < 14; seed++) {
    const n = 200 * seed * seed
    const rows = someOf((seed * 37) % n, n, seed)
    assert.deepEqual(rowsOfText(rowsText(rows), n), rows)
    const long = [...rows, ...Array.from({ length: 300 }, (_, i) => n + i)]
    assert.deepEqual(rowsOfText(rowsText(long), n + 300), long)
  }
})

test('a thousand of twenty thousand scenes take less than a tenth more than a byte each', () => {
  const text = rowsText(someOf(1000, 20_000, 7))
  assert.match(text, /^\.[\w-]+$/)
  assert.equal(encodeURIComponent(text), text)
  // four characters of base64 hold three bytes
  assert.ok(text.length < ((1000 * 4) / 3) * 1.1)
})

test('packed text that was cut, or is none, names rows that are there or none', () => {
  const text = rowsText(someOf(300, 1000, 3))
  const all = new Set(rowsOfText(text, 1000))
  for (let end = 1; end < text.length; end++)
    for (const row of rowsOfText(text.slice(0, end), 1000)) assert.ok(row < 1000)
  assert.ok(rowsOfText(text.slice(0, 101), 1000).every(row => all.has(row)))
  assert.deepEqual(rowsOfText('.%%', 9), [])
  assert.deepEqual(rowsOfText('.', 9), [])
  assert.deepEqual(rowsOfText(`.${'_'.repeat(4000)}`, 9), [])
  assert.deepEqual(
    rowsOfText(`.${'Af____9_'.repeat(3)}`, 9).filter(row => row > 8),
    [],
  )
})

test('ranges as they were written before are read, however many', () => {
  const rows = someOf(1000, 20_000, 5)
  assert.deepEqual(rowsOfText(rows.join(), 20_000), rows)
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
