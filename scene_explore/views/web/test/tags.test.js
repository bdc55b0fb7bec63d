import assert from 'node:assert/strict'
import { test } from 'node:test'
import { facetsOf } from '../src/panels/filter/facets.js'
import { keeperOf, lotsOf, textHash } from '../src/selection/keepers.js'
import { namedOf, renamed, withNamed, withoutNamed } from '../src/selection/named.js'
import {
  applied,
  givenEntries,
  notesOf,
  problemOf,
  reversed,
  tagCounts,
  tagCsv,
  tagTexts,
  tagWords,
  takenEntries,
} from '../src/selection/tag_log.js'
import { Tags } from '../src/selection/tags.js'
import { filtered } from '../src/stage/filter.js'
import { deckOf, sixScenes } from './decks.js'

/** @import { Stage } from '../src/stage/stage.js' */
/** @import { Named, TagEntry, TagRow } from '../src/types.d.ts' */

const TEN = '2026-11-28T10:00:00.000Z'
const ELEVEN = '2026-11-28T11:00:00.000Z'
/** @type {TagRow[]} */
const ROWS = [
  ['a', 'warm', '', 'Ada', TEN],
  ['a', 'warm', 'the lamp', 'Ben', TEN],
  ['b', '', 'listen again', 'Ada', TEN],
  ['b', 'night', '', 'Ben', TEN],
]

test('tags are parted by commas, each once and tidy', () => {
  assert.deepEqual(tagWords('  warm   light, night,,warm light ,'), ['warm light', 'night'])
  assert.deepEqual(tagWords(' , '), [])
})

test('what cannot be kept is one sentence', () => {
  assert.equal(problemOf(['x'.repeat(100)], ''), '')
  assert.equal(problemOf([], 'a note'), '')
  assert.match(problemOf([], ''), /a tag or a note/)
  assert.match(problemOf(['x', 'y'.repeat(101)], ''), /at most 100 characters, this one 101/)
})

test('what holds is the latest of each scene, tag and author', () => {
  /** @type {TagEntry[]} */
  const entries = [
    ['a', 'warm', 'yellow', true],
    ['b', 'night', '', false],
    ['c', 'new', '', true],
  ]
  const found = applied(ROWS, entries, 'Ada', ELEVEN)
  assert.deepEqual(found, [
    ['a', 'warm', 'the lamp', 'Ben', TEN],
    ['b', '', 'listen again', 'Ada', TEN],
    ['b', 'night', '', 'Ben', TEN], // another's tag stays
    ['a', 'warm', 'yellow', 'Ada', ELEVEN],
    ['c', 'new', '', 'Ada', ELEVEN],
  ])
})

test('an older entry changes nothing, one of the same moment does', () => {
  const rows = applied(ROWS, [['a', 'warm', '', false]], 'Ada', '2026-11-28T09:59:59Z')
  assert.deepEqual(rows, ROWS)
  assert.equal(applied(ROWS, [['a', 'warm', '', false]], 'Ada', TEN).length, 3)
})

test('a tag keeps its note where none is said, and a note needs no tag', () => {
  assert.deepEqual(givenEntries(ROWS, ['a', 'b'], ['warm'], '', 'Ben'), [
    ['a', 'warm', 'the lamp', true],
    ['b', 'warm', '', true],
  ])
  assert.deepEqual(givenEntries(ROWS, ['a'], [], 'new', 'Ada'), [['a', '', 'new', true]])
})

test('only what is there is taken, and only from its author', () => {
  assert.deepEqual(takenEntries(ROWS, ['a', 'b'], 'warm', 'Ada'), [['a', 'warm', '', false]])
  assert.deepEqual(takenEntries(ROWS, ['a', 'b'], 'night', 'Ada'), [])
})

test('whatever is given and taken can be undone', () => {
  const sorted = /** @param {TagRow[]} rows */ rows => rows.map(o => o.slice(0, 4).join()).sort()
  for (const entries of [
    givenEntries(ROWS, ['a', 'b', 'c'], ['warm', 'x'], 'n', 'Ada'),
    givenEntries(ROWS, ['b'], [], 'changed', 'Ada'),
    takenEntries(ROWS, ['a'], 'warm', 'Ada'),
  ]) {
    const after = applied(ROWS, entries, 'Ada', ELEVEN)
    assert.notDeepEqual(sorted(after), sorted(ROWS))
    const back = applied(after, reversed(ROWS, entries, 'Ada'), 'Ada', ELEVEN)
    assert.deepEqual(sorted(back), sorted(ROWS))
  }
})

test('a scene says each of its tags once, and counts are of scenes', () => {
  assert.deepEqual(tagTexts([...ROWS, ['a', 'cold', '', 'Ada', TEN]], ['a', 'b', 'c']), [
    'cold, warm',
    'night',
    '',
  ])
  assert.deepEqual(tagCounts(ROWS, new Set(['a', 'b'])), [
    { tag: 'night', count: 1, authors: ['Ben'] },
    { tag: 'warm', count: 1, authors: ['Ada', 'Ben'] },
  ])
  assert.deepEqual(
    notesOf(ROWS, new Set(['b'])).map(o => o[2]),
    ['listen again'],
  )
})

test('a file of tags runs in no spreadsheet', () => {
  assert.equal(
    tagCsv([['a', '=cmd', 'he said "no", twice', '@Ben', TEN]]),
    `scene_id,tag,note,author,time\r\na,'=cmd,"he said ""no"", twice",'@Ben,${TEN}\r\n`,
  )
})

test('what a browser kept is read as far as it is a log', () => {
  const lot = [[['a', 'warm', '', true]], 'Ada', TEN]
  const kept = JSON.stringify([
    lot,
    [[['a', 1, '', true]], 'Ada', TEN],
    [[], 'Ada', 'once'],
    null,
    3,
  ])
  assert.deepEqual(lotsOf(kept), [lot])
  for (const text of [null, '', '{}', 'null', '[[']) assert.deepEqual(lotsOf(text), [])
  assert.equal(textHash(''), '811c9dc5') // FNV-1a, 32 bits: its offset, and the value of "a"
  assert.equal(textHash('a'), 'e40c292c')
})

/** A browser that has room or none. @param {{ full: boolean }} room */
const storageOf = room => {
  const kept = new Map()
  return {
    getItem: (/** @type {string} */ k) => kept.get(k) ?? null,
    setItem: (/** @type {string} */ k, /** @type {string} */ v) => {
      if (room.full) throw new Error('there is no room')
      kept.set(k, v)
    },
  }
}

test('a tag for which the browser had no room lasts, and is kept once there is room', async t => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
  const room = { full: true }
  const own = { value: storageOf(room), configurable: true }
  Object.defineProperty(globalThis, 'localStorage', own)
  t.after(() => {
    if (before) Object.defineProperty(globalThis, 'localStorage', before)
    else Reflect.deleteProperty(globalThis, 'localStorage')
  })
  const keeper = () => keeperOf(/** @type {any} */ ({ page: true }), tagged())
  const first = /** @type {NonNullable<ReturnType<typeof keeper>>} */ (keeper())
  const id = tagged().ids[0]
  const tags = /** @param {TagRow[]} rows */ rows => rows.map(o => o[1])
  assert.deepEqual(tags(await first.write([[id, 'one', '', true]], '')), ['one'])
  assert.match(first.where, /^until this page is closed/)
  assert.deepEqual(tags(await first.write([[id, 'two', '', true]], '')), ['one', 'two'])
  assert.deepEqual(keeper()?.rows(), [])
  room.full = false
  const three = await first.write([[id, 'three', '', true]], '')
  assert.deepEqual(tags(three), ['one', 'two', 'three'])
  assert.equal(first.where, 'in this browser')
  assert.deepEqual(keeper()?.rows(), three)
})

// ---- what is undone

/** Tags of a kernel that answers when it is let. */
const tagsOfKernel = () => {
  const deck = tagged()
  deck.header = { ...deck.header, author: 'Ada' }
  /** @type {{ entries: TagEntry[], done: (o: object) => void, failed: (e: Error) => void }[]} */
  const asked = []
  const host = {
    page: false,
    on: () => () => {},
    ask: (/** @type {string} */ _, /** @type {{ entries: TagEntry[] }} */ { entries }) =>
      new Promise((done, failed) => asked.push({ entries, done, failed })),
  }
  let shown = 0
  const stage = {
    deck,
    host,
    tidy: [],
    get: () => '',
    set: () => {
      shown += 1
    },
    say: () => {},
    refilter: () => {},
    shared: { touch: () => {} },
  }
  const tags = new Tags(/** @type {Stage} */ (/** @type {unknown} */ (stage)))
  return { tags, asked, id: deck.ids[0], shown: () => shown }
}

test('undo that is pressed twice takes back two tags, and one that fails can be tried again', async () => {
  const { tags, asked, id, shown } = tagsOfKernel()
  for (const [k, tag] of ['one', 'two'].entries()) {
    const act = tags.act([[id, tag, '', true]])
    asked[k].done({ tags: [] })
    await act
    assert.equal(shown(), k + 1)
  }
  const [first, second] = [tags.undo(), tags.undo()]
  assert.deepEqual(
    asked.slice(2).map(o => o.entries[0][1]),
    ['two', 'one'],
  )
  asked[2].done({ tags: [] })
  asked[3].failed(new Error('busy'))
  await first
  await assert.rejects(second, /busy/)
  assert.equal(tags.steps.length, 1)
})

test('a name stands for the scenes that were given last', () => {
  /** @type {Named[]} */
  const named = withNamed(withNamed([], 'one', ['a']), 'two', ['b'])
  assert.deepEqual(withNamed(named, 'one', ['c']), [
    ['one', ['c']],
    ['two', ['b']],
  ])
  assert.deepEqual(renamed(named, 'one', 'three')[0], ['three', ['a']])
  assert.deepEqual(renamed(named, 'one', 'one'), named)
  assert.throws(() => renamed(named, 'one', 'two'), /named two already/)
  assert.deepEqual(withoutNamed(named, 'one'), [['two', ['b']]])
})

test('what is no named selection is left out', () => {
  const good = ['one', ['a', 'b']]
  assert.deepEqual(namedOf([good, ['x', [1]], [2, []], ['x'], null, 'x']), [good])
  for (const o of [undefined, null, 'x', { one: ['a'] }]) assert.deepEqual(namedOf(o), [])
})

// ---- tags in the filter

const tagged = () => {
  const deck = deckOf(
    ['a', 'b', 'c', 'd'].map((film, i) => ({ film, start: i, end: i + 1 })),
    {},
  )
  const values = ['night, warm', 'warm', 'warm up', '']
  deck.columns.tags = { name: 'tags', kind: 'text', many: true, values }
  return deck
}
const rowsOf = /** @param {string} text */ text => [...(filtered(tagged(), text).rows ?? [])]

test('each tag of a scene is asked by itself', () => {
  assert.deepEqual(rowsOf('tag:warm'), [0, 1, 2])
  assert.deepEqual(rowsOf('tag:=warm'), [0, 1])
  assert.deepEqual(rowsOf('tags="warm up"'), [2])
  assert.deepEqual(rowsOf('-tag:warm'), [3])
  assert.deepEqual(rowsOf('tag:"night, w"'), []) // no tag holds a comma
  assert.deepEqual(rowsOf('tag:=""'), [3])
})

test('a column that is named tag comes before', () => {
  const deck = tagged()
  deck.columns.tag = { name: 'tag', kind: 'text', values: ['x', '', '', 'x'] }
  assert.deepEqual([...(filtered(deck, 'tag:x').rows ?? [])], [0, 3])
})

test('tags are counted each', () => {
  const { tags } = tagged().columns
  const [facet] = facetsOf([/** @type {any} */ (tags)], [0, 1, 2, 3], () => false)
  assert.deepEqual(
    facet.values.map(o => [o.value, o.operator, o.count]),
    [
      ['warm', ':=', 2],
      ['', ':=', 1],
      ['night', ':', 1],
      ['warm up', ':', 1],
    ],
  )
})

test('a tag that is given colours its scene, also where the tags were shown before', () => {
  const deck = sixScenes({ author: 'Ada', tags: [] })
  const host = {
    live: true,
    page: false,
    tell: () => {},
    on: () => () => {},
    ask: async () => ({}),
  }
  const stage = /** @type {Stage} */ (/** @type {unknown} */ ({ deck, host, tidy: [] }))
  const tags = new Tags(stage)
  const { name } = tags.column
  assert.equal(new Set(deck.colours(name)).size, 1)
  tags.fill([['b', 'warm', '', 'Ada', TEN]])
  const [a, b, ...others] = deck.colours(name)
  assert.notEqual(b, a)
  assert.deepEqual(new Set(others), new Set([a]))
})
