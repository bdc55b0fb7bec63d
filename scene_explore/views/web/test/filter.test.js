import assert from 'node:assert/strict'
import { test } from 'node:test'
import { facetsOf, operatorFor } from '../src/panels/filter/facets.js'
import { editDistance, filterColumns, filtered, nearestName } from '../src/stage/filter.js'
import { hasTerm, parseFilter, toggledTerm, written } from '../src/stage/filter_syntax.js'
import { deckOf } from './decks.js'

const SCENES = [
  { film: 'Red Dust', start: 0, end: 1.1 },
  { film: 'Red Dust', start: 1.1, end: 2.3 },
  { film: 'Red Dust', start: 62, end: 70 },
  { film: 'A Bar', start: 0, end: 4 },
  { film: 'A Bar', start: 4, end: 5 },
]
const COLUMNS = {
  place: ['kitchen', 'bar', '', 'Kitchenette', 'bar'],
  title: ['two words', 'say "no"', 'back\\slash', 'two', ''],
  hour: [12, 13, Number.NaN, -3, 0.5],
  'mood (yours)': ['calm', 'calm', 'tense', 'AND', 'calm'],
}
const deck = deckOf(SCENES, COLUMNS)
const columns = filterColumns(deck)

/** @param {string} text @returns {number[]} rows that match */
const rows = text => {
  const { rows, problem } = filtered(deck, text)
  assert.equal(problem, '', text)
  return [...(rows ?? deck.ids.keys())]
}
/** @param {string} text @returns {string} what is wrong with it */
const problem = text => filtered(deck, text).problem

test('nothing asked leaves all', () => {
  assert.deepEqual(filtered(deck, ''), { rows: null, problem: '' })
  assert.deepEqual(filtered(deck, '  '), { rows: null, problem: '' })
})

test('of text a column contains a word, or is it, whatever its case and width', () => {
  assert.deepEqual(rows('place:KITCHEN'), [0, 3])
  assert.deepEqual(rows('place:ＫＩＴＣＨＥＮ'), [0, 3])
  assert.deepEqual(rows('PLACE:=Kitchen'), [0])
  assert.deepEqual(rows('place=kitchen'), [0])
  assert.deepEqual(rows('place:=""'), [2])
  assert.deepEqual(rows('title:"two words"'), [0])
  assert.deepEqual(rows('"mood (yours)":calm'), [0, 1, 4])
})

test('quotation marks and backslashes are written with a backslash', () => {
  assert.deepEqual(rows('title:"say \\"no\\""'), [1])
  assert.deepEqual(rows('title:"back\\\\slash"'), [2])
})

test('a bare word is looked for in every text, films among them', () => {
  assert.deepEqual(rows('bar'), [1, 3, 4])
  assert.deepEqual(rows('"red dust"'), [0, 1, 2])
  assert.deepEqual(rows('12'), [])
})

test('numbers compare, and a missing one is in no comparison', () => {
  assert.deepEqual(rows('hour>12'), [1])
  assert.deepEqual(rows('hour >= 12'), [0, 1])
  assert.deepEqual(rows('hour<-2.5'), [3])
  assert.deepEqual(rows('hour<=.5'), [3, 4])
  assert.deepEqual(rows('hour=12'), [0])
  assert.deepEqual(rows('hour:12'), [0])
  assert.deepEqual(rows('-hour>12'), [0, 2, 3, 4])
})

test('duration, start, end and film are always there, times as a clock has them', () => {
  assert.deepEqual(rows('duration<2 film:red'), [0, 1])
  assert.deepEqual(rows('duration=1.2'), [1])
  assert.deepEqual(rows('start>=1:02'), [2])
  assert.deepEqual(rows('end<0:02.5 start>0:01'), [1])
})

test('AND binds closer than OR, and - closest', () => {
  assert.deepEqual(rows('place:kitchen OR place:bar'), [0, 1, 3, 4])
  assert.deepEqual(rows('place:bar AND hour>1 OR place:=kitchen'), [0, 1])
  assert.deepEqual(rows('place:bar (hour>1 OR place:=kitchen)'), [1])
  assert.deepEqual(rows('-place:bar title:two'), [0, 3])
  assert.deepEqual(rows('NOT (place:bar OR title:two)'), [2])
  assert.deepEqual(rows('--place:bar'), [1, 4])
  assert.deepEqual(rows('-NOT(place:bar)'), [1, 4])
  assert.deepEqual(rows('ORACLE OR (ANDREA) OR NOTHING'), [])
})

test('a column that is not there is named, with the one that may have been meant', () => {
  const names = 'place, title, hour, mood (yours), film, start, end, duration'
  assert.equal(problem('plcae:bar'), `no column "plcae", perhaps place: there are ${names}`)
  assert.equal(problem('bar OR x>3'), `no column "x": there are ${names}`)
  assert.equal(editDistance('plcae', 'place'), 2)
  assert.equal(editDistance('', 'abc'), 3)
  assert.equal(nearestName('Durations', ['end', 'duration']), 'duration')
  assert.equal(nearestName('zzzz', ['end', 'duration']), undefined)
})

test('a broken expression is said in one sentence, with the character where it breaks', () => {
  const said = {
    'bar (kitchen': 'an opening parenthesis is not closed (character 5)',
    '(': 'an opening parenthesis is not closed (character 1)',
    'bar)': 'a closing parenthesis closes nothing (character 4)',
    ')': 'a closing parenthesis closes nothing (character 1)',
    'a ()': 'nothing is in the parentheses (character 3)',
    'title:"two': 'a quotation mark is not closed (character 7)',
    'place:': 'a value is missing after place: (character 7)',
    'bar hour> )': 'a value is missing after hour> (character 11)',
    ':bar': 'no column is named before : (character 1)',
    'bar OR': 'nothing comes after OR (character 7)',
    'OR bar': 'nothing comes before OR (character 1)',
    'bar OR OR bar': 'nothing comes after OR (character 8)',
    'bar -': 'nothing comes after - (character 6)',
    'hour>noon': '"noon" is no number: hour holds numbers',
    'place>bar': 'place is text: place:bar asks what it contains',
  }
  for (const [text, sentence] of Object.entries(said)) assert.equal(problem(text), sentence)
  assert.match(problem('('.repeat(200) + ')'.repeat(200)), /too many parentheses/)
  assert.deepEqual(rows(`${'-'.repeat(100_001)}place:bar`), [0, 2, 3])
})

// ---- any expression

/** Random numbers of 0 to 1 that are the same each time. @param {number} seed */
const random = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** @typedef {{ text: string, holds: (row: number) => boolean }} Random an expression, and what it means */

const films = SCENES.map(o => o.film)
/** @type {Record<string, string[]>} */
const texts = { place: COLUMNS.place, title: COLUMNS.title, film: films }
const everyText = [COLUMNS.place, COLUMNS.title, COLUMNS['mood (yours)'], films]
/** @type {Record<string, (a: number, b: number) => boolean>} */
const compared = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
}

/** @param {() => number} next */
const maker = next => {
  const one = /** @template T @param {T[]} of */ of => of[Math.floor(next() * of.length)]
  const has = /** @param {string} text @param {string} word */ (text, word) =>
    text.toLowerCase().indexOf(word) >= 0
  const word = () => one(['bar', 'kitchen', 'two', 'a', 'red', 'zz'])
  /** @type {(() => Random)[]} */
  const leaves = [
    () => {
      const w = word()
      return { text: w, holds: i => everyText.filter(o => has(o[i], w)).length > 0 }
    },
    () => {
      const [c, w] = [one(Object.keys(texts)), word()]
      return { text: `${c}:"${w}"`, holds: i => has(texts[c][i], w) }
    },
    () => {
      const [c, w] = [one(Object.keys(texts)), word()]
      return { text: `${c}:=${w}`, holds: i => texts[c][i].toLowerCase() === w }
    },
    () => {
      const [op, n] = [one(Object.keys(compared)), one([-3, 0, 0.5, 12, 13])]
      return { text: `hour ${op} ${n}`, holds: i => compared[op](COLUMNS.hour[i], n) }
    },
  ]
  /** @param {number} depth @returns {Random} */
  const made = depth => {
    const kind = depth > 0 ? one(['leaf', 'and', 'word', 'or', 'not']) : 'leaf'
    if (kind === 'leaf') return one(leaves)()
    const a = made(depth - 1)
    if (kind === 'not') return { text: `${one(['-', 'NOT '])}(${a.text})`, holds: i => !a.holds(i) }
    const b = made(depth - 1)
    if (kind === 'or')
      return { text: `(${a.text} OR ${b.text})`, holds: i => a.holds(i) || b.holds(i) }
    const between = kind === 'and' ? ' AND ' : '  '
    return { text: `(${a.text})${between}(${b.text})`, holds: i => a.holds(i) && b.holds(i) }
  }
  return made
}

/** @param {number} n @param {number} seed @returns {Random[]} */
const expressions = (n, seed) => {
  const made = maker(random(seed))
  return Array.from({ length: n }, () => made(4))
}

test('random expressions mean what their parts mean', () => {
  for (const { text, holds } of expressions(1000, 1))
    assert.deepEqual(rows(text), [...deck.ids.keys()].filter(holds), text)
})

test('an expression that is written again means the same', () => {
  for (const { text } of expressions(500, 2)) {
    const expression = parseFilter(text)
    assert.ok(expression)
    const again = written(expression)
    assert.deepEqual(rows(again), rows(text), text)
    assert.equal(written(parseFilter(again) ?? assert.fail()), again)
  }
})

test('De Morgan', () => {
  const some = expressions(300, 3).map(o => o.text)
  for (const [k, a] of some.entries()) {
    const b = some[(k + 1) % some.length]
    assert.deepEqual(rows(`-((${a}) OR (${b}))`), rows(`-(${a}) -(${b})`))
    assert.deepEqual(rows(`-((${a}) (${b}))`), rows(`-(${a}) OR -(${b})`))
  }
})

test('a term is put to an expression and taken out of it again', () => {
  const term = { column: 'place', operator: /** @type {const} */ (':'), value: 'bar' }
  const toggled = /** @param {string} text */ text => toggledTerm(parseFilter(text), term)
  assert.equal(toggled(''), 'place:"bar"')
  assert.equal(toggled('place:"bar"'), '')
  assert.equal(toggled('hour > 3 AND red'), 'hour > 3 red place:"bar"')
  assert.equal(toggled('a OR b'), '(a OR b) place:"bar"')
  assert.equal(toggled('(a OR b) place:"bar"'), 'a OR b')
  assert.equal(toggled('Place:bar -place:bar'), '-place:bar')
  assert.equal(hasTerm(parseFilter('a OR place:bar'), term), false)
  assert.equal(hasTerm(parseFilter('a (b place:bar)'), term), true)
  for (const { text } of expressions(300, 4)) {
    if (hasTerm(parseFilter(text), term)) continue
    const more = toggled(text)
    assert.deepEqual(rows(more), rows(`(${text}) place:bar`))
    assert.deepEqual(rows(toggled(more)), rows(text))
  }
})

test('a column and a value of any letters are asked for', () => {
  const columns = Object.keys(COLUMNS).concat('AND', '-x', 'a"b\\c')
  const values = ['say "no"', 'back\\slash', '', ' a ', '(OR']
  for (const column of columns)
    for (const value of values) {
      const text = toggledTerm(null, { column, operator: ':=', value })
      const read = parseFilter(text)
      assert.ok(read?.kind === 'term', text)
      assert.deepEqual([read.column, read.operator, read.value], [column, ':=', value])
    }
})

// ---- facets

test('facets are text columns of two to thirty values, the most frequent first', () => {
  const facets = facetsOf(columns, [0, 1, 3, 4], o => o.value === 'tense')
  const said = facets.map(
    o => `${o.column}: ${o.values.map(v => `${v.value} ${v.count}`).join(', ')}`,
  )
  assert.deepEqual(said, [
    'place: bar 2, kitchen 1, Kitchenette 1',
    'title:  1, say "no" 1, two 1, two words 1',
    'mood (yours): calm 3, AND 1, tense 0',
    'film: A Bar 2, Red Dust 2',
  ])
  assert.deepEqual(
    facetsOf(columns, [], () => false),
    [],
  )
})

test('a column of one value or of more than thirty is no facet', () => {
  const many = SCENES.concat(...Array.from({ length: 8 }, () => SCENES))
  const numbered = many.map((_, i) => `n ${i}`)
  const same = many.map((_, i) => (i ? 'same' : ''))
  const thirty = many.map((_, i) => `n ${i % 30}`)
  const names = facetsOf(
    filterColumns(deckOf(many, { numbered, same, thirty })),
    [...many.keys()],
    () => false,
  ).map(o => o.column)
  assert.deepEqual(names, ['thirty', 'film'])
})

test('a facet asks for its value alone', () => {
  assert.equal(operatorFor('group 1', ['group 1', 'group 12']), ':=')
  assert.equal(operatorFor('group 12', ['group 1', 'group 12']), ':')
  assert.equal(operatorFor('', ['', 'a']), ':=')
  for (const { column, values } of facetsOf(columns, [...deck.ids.keys()], () => false))
    for (const { operator, value, count } of values)
      assert.equal(rows(toggledTerm(null, { column, operator, value })).length, count)
})
