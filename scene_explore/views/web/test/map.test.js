import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coloursOf, groupsOf } from '../src/map/colours.js'
import { factText } from '../src/map/facts.js'
import { latestAsk } from '../src/map/latest_ask.js'
import { pagesOf } from '../src/map/pages.js'
import { chosenText, viewText } from '../src/map/status.js'

const HEADER = { scale: ['#000000', '#ffffff'], grey: '#999999' }
const LEGEND = { name: 'place', rest: 0, others: 0, low: 0, high: 1, groups: [] }

test('it is said how much of what is in view is drawn, and how much matches', () => {
  assert.equal(viewText(1200, 1200, 3000, 3000), 'In view and drawn: all 1,200.')
  assert.equal(
    viewText(3000, 1000, 2999, 3000),
    'In view and drawn: 1,000 of 3,000, evenly by film. 2,999 match the filter.',
  )
})

test('what the panels would show is what is selected, else what matches', () => {
  assert.equal(chosenText({ matching: 3000, chosen: 0 }), '3,000 scenes')
  assert.equal(chosenText({ matching: 3000, chosen: 1234 }), '1,234 selected')
})

test('each code has a colour, those that mean nothing are grey', () => {
  const groups = [{ value: 'street', colour: '#123456', size: 1200 }]
  const text = coloursOf({ ...LEGEND, kind: 'text', groups }, HEADER)
  assert.deepEqual(
    [text[0], text[1], text[255], text.length],
    ['#123456', '#999999', '#999999', 256],
  )
  assert.ok(coloursOf(null, HEADER).every(o => o === '#999999'))
  const number = coloursOf({ ...LEGEND, kind: 'number' }, HEADER)
  assert.deepEqual([number[0], number[254], number[255]], ['#000000', '#fefefe', '#999999'])
})

test('a legend counts its scenes, and those without a colour of their own', () => {
  const groups = [{ value: 'street', colour: '#123456', size: 1200 }]
  const labels = (rest = 0, others = 0) =>
    groupsOf({ ...LEGEND, kind: 'text', groups, rest, others }, HEADER).map(o => o.label)
  assert.deepEqual(labels(), ['street (1,200)'])
  assert.deepEqual(labels(7), ['street (1,200)', 'unknown (7)'])
  assert.deepEqual(labels(7000, 1001), ['street (1,200)', '1,001 others (7,000)'])
})

test('a fact is as people write it', () => {
  assert.equal(factText('start', 62.34), '1:02.3')
  assert.equal(factText('hour', 1 / 3), '0.333333')
  assert.equal(factText('place', 'a <b>'), 'a <b>')
  assert.equal(factText('place', null), '')
})

test('there is a page of nothing', () => {
  assert.deepEqual([0, 1, 50, 51].map(o => pagesOf(o)), [1, 1, 1, 2]) // biome-ignore format: a line
})

test('while an answer is awaited, of all questions only the last is kept', async () => {
  /** @type {((answer: string) => void)[]} */
  const waiting = []
  /** @type {string[]} */
  const heard = []
  /** @type {string[]} */
  const asked = []
  const ask = latestAsk(
    (/** @type {string} */ question) => {
      asked.push(question)
      return new Promise((/** @type {(answer: string) => void} */ done) => waiting.push(done))
    },
    answer => heard.push(answer),
  )
  for (const o of ['a', 'b', 'c']) ask(o)
  assert.deepEqual(asked, ['a'])
  waiting[0]('A')
  await new Promise(setImmediate)
  assert.deepEqual([asked, heard], [['a', 'c'], ['A']])
})
