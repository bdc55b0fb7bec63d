import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeAfter } from '../src/kit/roving.js'
import {
  foldedWith,
  isMovable,
  isWorkspace,
  layoutOf,
  shapesOf,
  shownWith,
  sizeAfter,
  sizeAt,
  swapped,
  tracksOf,
} from '../src/stage/dock.js'

const NAMES = ['projection', 'player', 'timeline', 'table']
const FIRST = layoutOf({}, NAMES)

test('a panel that is to be seen is shown below, unfolded, or stays the large one', () => {
  assert.deepEqual(shownWith({ column: 60, folded: ['table', 'player'] }, 'table'), {
    column: 60,
    third: 'table',
    folded: ['player'],
  })
  const large = layoutOf(shownWith({ main: 'table', third: 'timeline' }, 'table'), NAMES)
  assert.deepEqual([large.main, large.third], ['table', 'timeline'])
})

test('a workspace has a projection, a player and one more', () => {
  assert.ok(isWorkspace(NAMES) && isWorkspace(['table', 'player', 'projection']))
  assert.ok(!isWorkspace(['projection', 'player']) && !isWorkspace(['projection', 'table']))
  assert.ok(!isWorkspace(['projection', 'player', 'player']))
})

test('what nobody chose is as at first', () => {
  assert.deepEqual(FIRST, {
    main: 'projection',
    third: 'timeline',
    column: 58,
    row: 57,
    folded: [],
  })
  assert.deepEqual(layoutOf(null, NAMES), FIRST)
})

test('a layout that names what is not here, or no size, is as near as it can be', () => {
  const asked = { main: 'player', third: 'matrix', column: 1e9, row: Number.NaN, folded: ['x'] }
  assert.deepEqual(layoutOf(asked, NAMES), { ...FIRST, column: 75 })
  const wrong = /** @type {any} */ ({ main: 3, third: null, column: '9', row: -4, folded: 'table' })
  assert.deepEqual(layoutOf(wrong, NAMES), { ...FIRST, row: 20 })
  assert.equal(layoutOf({ third: 'projection' }, NAMES).third, 'timeline')
})

test('twice swapped is as before, and what is large is never below', () => {
  const once = layoutOf(swapped(FIRST), NAMES)
  assert.deepEqual([once.main, once.third], ['timeline', 'projection'])
  assert.deepEqual(layoutOf(swapped(once), NAMES), FIRST)
})

test('a fold is taken back by the same button', () => {
  const folded = foldedWith(FIRST, 'table')
  assert.deepEqual(folded, ['table'])
  assert.deepEqual(foldedWith({ ...FIRST, folded }, 'table'), [])
})

/** @param {string[]} folded */
const shaped = folded => ({ ...FIRST, folded })

test('of two panels side by side a folded one is a strip, both are heads', () => {
  assert.deepEqual(shapesOf(FIRST), { main: 'open', side: 'open', third: 'open' })
  assert.deepEqual(shapesOf(shaped(['player'])), { main: 'open', side: 'strip', third: 'open' })
  const both = shapesOf(shaped(['projection', 'player', 'timeline']))
  assert.deepEqual(both, { main: 'head', side: 'head', third: 'head' })
  // one that is not shown is folded when it is
  assert.equal(shapesOf(shaped(['table'])).third, 'open')
})

test('what is left of a folded panel goes to its neighbour', () => {
  const rest = 'minmax(0, 1fr)'
  assert.deepEqual(tracksOf(FIRST), {
    columns: ['minmax(0, 58fr)', 'minmax(0, 42fr)'],
    rows: ['minmax(0, 57fr)', 'minmax(0, 43fr)'],
  })
  assert.deepEqual(tracksOf(shaped(['projection'])).columns, ['auto', rest])
  assert.deepEqual(tracksOf(shaped(['player'])).columns, [rest, 'auto'])
  assert.deepEqual(tracksOf(shaped(['timeline'])).rows, [rest, 'auto'])
  const upper = tracksOf(shaped(['projection', 'player']))
  assert.deepEqual(upper.rows, ['auto', rest])
  assert.deepEqual(upper.columns, ['minmax(0, 58fr)', 'minmax(0, 42fr)'])
  assert.deepEqual(tracksOf(shaped(NAMES)).rows, ['auto', 'auto'])
})

test('a line beside what is folded stays where it is', () => {
  assert.ok(isMovable(FIRST, 'column') && isMovable(FIRST, 'row'))
  assert.ok(!isMovable(shaped(['player']), 'column') && isMovable(shaped(['player']), 'row'))
  assert.ok(!isMovable(shaped(['timeline']), 'row') && isMovable(shaped(['timeline']), 'column'))
})

test('a line is where it is dragged to, within its bounds', () => {
  assert.equal(sizeAt('column', 500, 100, 1000), 40)
  assert.equal(sizeAt('column', 2000, 100, 1000), 75)
  assert.equal(sizeAt('row', 0, 100, 1000), 20)
  assert.equal(sizeAt('row', 300, 100, 0), 57)
})

test('keys move a line along its way', () => {
  assert.equal(sizeAfter('column', 58, 'ArrowLeft', false), 56)
  assert.equal(sizeAfter('column', 58, 'ArrowRight', true), 68)
  assert.equal(sizeAfter('column', 74, 'ArrowRight', false), 75)
  assert.equal(sizeAfter('row', 57, 'ArrowDown', false), 59)
  assert.deepEqual(
    ['Home', 'End'].map(key => sizeAfter('row', 57, key, false)),
    [20, 80],
  )
  assert.equal(sizeAfter('row', 57, 'ArrowLeft', false), undefined)
  assert.equal(sizeAfter('row', 57, 'constructor', false), undefined)
})

test('arrows go round a row of buttons', () => {
  const keys = ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'x']
  assert.deepEqual(
    keys.map(key => placeAfter(2, key, 3)),
    [0, 1, 0, 2, undefined],
  )
  assert.equal(placeAfter(0, 'ArrowRight', 0), undefined)
})
