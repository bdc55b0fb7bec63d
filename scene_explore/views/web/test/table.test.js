import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvCell } from '../src/kit/csv.js'
import { spreadOf, tableColumns, widthOf } from '../src/panels/table/columns.js'
import { csvText } from '../src/panels/table/csv.js'
import { Listing } from '../src/panels/table/listing.js'
import {
  drawnWindow,
  nextSort,
  ROW,
  scrolledTo,
  searchTexts,
  sortedRows,
  toggledAll,
  wordFilter,
} from '../src/panels/table/rows.js'
import { FIRST, Shared } from '../src/stage/shared.js'
import { deckOf } from './decks.js'

/** @import { TableColumn } from '../src/panels/table/columns.js' */

const SCENES = [
  { film: 'one', start: 0, end: 2 },
  { film: 'one', start: 2, end: 2.5 },
  { film: 'two', start: 61, end: 64 },
  { film: 'two', start: 0, end: 61 },
]
const COLUMNS = {
  place: ['kitchen', '', 'bar', 'Kitchen'],
  film: ['one', 'one', 'two', 'two'],
  time: [0, 2, 61, 0],
  take: ['take 10', 'take 9', '', 'take 9'],
  loud: [0.5, Number.NaN, -1, 3],
  empty: ['', '', '', ''],
}
const deck = () => deckOf(SCENES, COLUMNS)

/** @param {TableColumn[]} columns @param {string} name */
const named = (columns, name) => {
  const column = columns.find(c => c.name === name)
  assert.ok(column)
  return column
}

test('columns begin with film, time and duration, and one that says nothing is left out', () => {
  const columns = tableColumns(deck())
  const names = columns.map(c => c.name)
  assert.deepEqual(names, ['film', 'time', 'duration', 'place', 'take', 'loud'])
  assert.deepEqual(
    columns.map(c => c.text(2)),
    ['two', '1:01', '3.0 s', 'bar', '', '-1'],
  )
  assert.equal(named(columns, 'loud').text(1), '')
  assert.equal(widthOf(columns), 110 + 150 + 76 + 102 + 150 + 130 + 100)
  assert.equal(spreadOf(columns.slice(0, 2)), '34px 76px minmax(150px, 150fr) 76px')
})

test('a duration of the deck takes the place of that of the table', () => {
  const columns = tableColumns(deckOf(SCENES, { ...COLUMNS, duration: [7, 8, 9, 10] }))
  assert.equal(columns.filter(c => c.name === 'duration').length, 1)
  assert.equal(named(columns, 'duration').text(0), '7')
})

test('numbers are sorted as numbers and words as people do, missing ones last both ways', () => {
  const columns = tableColumns(deck())
  const rows = [0, 1, 2, 3]
  assert.deepEqual(sortedRows(rows, named(columns, 'loud'), 1), [2, 0, 3, 1])
  assert.deepEqual(sortedRows(rows, named(columns, 'loud'), -1), [3, 0, 2, 1])
  assert.deepEqual(sortedRows(rows, named(columns, 'take'), 1), [1, 3, 0, 2])
  assert.deepEqual(sortedRows(rows, named(columns, 'take'), -1), [0, 1, 3, 2])
  assert.deepEqual(rows, [0, 1, 2, 3])
})

test('a header sorts up, then down, then not', () => {
  assert.deepEqual(nextSort(['', 1], 'place'), ['place', 1])
  assert.deepEqual(nextSort(['place', 1], 'place'), ['place', -1])
  assert.deepEqual(nextSort(['place', -1], 'place'), ['', 1])
  assert.deepEqual(nextSort(['place', -1], 'film'), ['film', 1])
})

test('words are looked for in all texts, or in the one column that is named', () => {
  const columns = tableColumns(deck())
  const texts = searchTexts(columns, deck().ids)
  const found = /** @param {string} words */ words =>
    [0, 1, 2, 3].filter(wordFilter(words, columns, () => texts))
  assert.deepEqual(found('  '), [0, 1, 2, 3])
  assert.deepEqual(found('KITCHEN'), [0, 3])
  assert.deepEqual(found('place: kitchen '), [0, 3])
  assert.deepEqual(found('film:kitchen'), [])
  assert.deepEqual(found('time:1:01'), [2])
  assert.deepEqual(found('scene-1'), [1])
  assert.deepEqual(found('nowhere:kitchen'), [])
  assert.deepEqual(found(':kitchen'), [])
})

test('of a list those rows are drawn that are in view, and four at each side', () => {
  assert.deepEqual(drawnWindow(0, 10 * ROW, 1000), [0, 14])
  assert.deepEqual(drawnWindow(100 * ROW, 10 * ROW, 1000), [96, 114])
  assert.deepEqual(drawnWindow(100.5 * ROW, 10 * ROW, 1000), [96, 115])
  assert.deepEqual(drawnWindow(990 * ROW, 10 * ROW, 1000), [986, 1000])
  assert.deepEqual(drawnWindow(0, 0, 0), [0, 0])
})

test('a row is scrolled to no further than it needs', () => {
  const height = 5 * ROW
  assert.equal(scrolledTo(3, 0, height), 0)
  assert.equal(scrolledTo(5, 0, height), ROW)
  assert.equal(scrolledTo(2, 4 * ROW, height), 2 * ROW)
})

test('a cell is quoted where it has to be, and never a formula', () => {
  assert.deepEqual(['a', 'a,b', '"a"', ' a', 'a\nb', ''].map(csvCell), [
    'a',
    '"a,b"',
    '"""a"""',
    '" a"',
    '"a\nb"',
    '',
  ])
  assert.deepEqual(['=1+1', '-2', '@x', ' =1', "'=1"].map(csvCell), [
    "'=1+1",
    "'-2",
    "'@x",
    "' =1",
    "''=1",
  ])
  assert.deepEqual([-2, 0.5, Number.NaN].map(csvCell), ['-2', '0.5', ''])
})

test('a file has the film and the times of each scene once', () => {
  assert.equal(
    csvText(deck(), [3, 1]),
    'scene_id,film,start,end,place,take,loud,empty\r\n' +
      'scene-3,two,0,61,Kitchen,take 9,3,\r\n' +
      'scene-1,one,2,2.5,,take 9,,\r\n',
  )
})

/** A list over a stage on which these scenes match. @param {number[]} [matching] */
const listing = (matching = [0, 1, 2, 3]) => {
  const shared = new Shared(FIRST)
  const table = deck()
  const stage = { deck: table, shared, matches: (/** @type {number} */ i) => matching.includes(i) }
  const made = new Listing(stage, tableColumns(table))
  made.refresh()
  return { shared, list: made }
}

test('what matches the filter of all panels and holds the words is listed, sorted by a column', () => {
  const { shared, list } = listing([0, 1, 2])
  assert.deepEqual(list.rows, [0, 1, 2])
  shared.set({ filter: 'place:kitchen' })
  list.refresh()
  assert.deepEqual(list.rows, [0])
  shared.set({ filter: '', sort: ['loud', 1] })
  list.refresh()
  assert.deepEqual(list.rows, [2, 0, 1])
  shared.set({ selection: [1, 2] })
  list.onlySelection = true
  list.refresh()
  assert.deepEqual(list.rows, [2, 1])
})

test('the keys stay with their row, and are nowhere once it is not listed', () => {
  const { shared, list } = listing()
  list.moveToRow(2)
  shared.set({ sort: ['loud', 1] })
  list.refresh()
  assert.deepEqual([list.at, list.row], [0, 2])
  shared.set({ filter: 'kitchen' })
  list.refresh()
  assert.deepEqual([list.at, list.row], [-1, undefined])
})

test('the keys begin at what plays, else at what is selected, and stay within the list', () => {
  const { shared, list } = listing()
  assert.equal(list.cursor(), -1)
  shared.set({ selection: [3] })
  assert.equal(list.cursor(), list.rows.indexOf(3))
  shared.set({ playing: [1] })
  assert.equal(list.cursor(), list.rows.indexOf(1))
  assert.deepEqual([list.moveTo(99), list.at], [list.rows[3], 3])
  assert.deepEqual([list.moveTo(-1), list.at], [list.rows[0], 0])
  const empty = listing([]).list
  assert.deepEqual([empty.moveTo(0), empty.at], [undefined, -1])
})

test('what is selected is exported in the order of the films, else what is listed as it is', () => {
  const { shared, list } = listing()
  shared.set({ sort: ['loud', -1] })
  list.refresh()
  assert.deepEqual(list.forExport, [3, 0, 2, 1])
  shared.set({ selection: [0, 2, 3] })
  assert.deepEqual(list.forExport, [0, 3, 2])
})

test('all of a list are selected beside what is, or none where all of them are', () => {
  assert.deepEqual(toggledAll([7], [1, 2]), [7, 1, 2])
  assert.deepEqual(toggledAll([2, 7], [1, 2]), [2, 7, 1, 2])
  assert.deepEqual(toggledAll([1, 2, 7], [1, 2]), [7])
})
