import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axisStep, heightOf, inkOn, threadPath, thresholdAt } from '../src/pages/scenes/chart.js'
import { cutsOf, divided, returning, settingOf } from '../src/pages/scenes/division.js'

/** Five shots of two seconds; the third comes after a cut that can begin no scene. */
const shots = [
  { score: null, chance: null, setting: 'A' },
  { score: 0.2, chance: 0.1, setting: 'A' },
  { score: null, chance: null, setting: '' },
  { score: 0.9, chance: 0.7, setting: 'B' },
  { score: 0.5, chance: 0.4, setting: 'A' },
].map((o, i) => ({ ...o, start: 2 * i, end: 2 * i + 2, transition: 'cut', jpeg: '' }))

/** The first shots of the scenes. @param {number} threshold */
const begins = threshold => divided(shots, threshold).map(o => o.first)

test('a scene begins where a score reaches the threshold, and at the first shot', () => {
  assert.deepEqual(begins(0), [0, 1, 3, 4])
  assert.deepEqual(begins(0.5), [0, 3, 4])
  assert.deepEqual(begins(0.51), [0, 3])
  assert.deepEqual(begins(1), [0])
  assert.equal(cutsOf(shots), 3)
})

test('scenes cover the film without a gap, each as sure as its less sure end', () => {
  const scenes = divided(shots, 0.5)
  assert.deepEqual(
    scenes.map(o => [o.start, o.end, o.shots.length, o.confidence, o.setting]),
    [
      [0, 6, 3, 0.7, 'A'],
      [6, 8, 1, 0.4, 'B'],
      [8, 10, 1, 0.4, 'A'],
    ],
  )
  assert.equal(divided(shots, 1)[0].confidence, 1)
})

test('a setting is that of most seconds, not of most shots', () => {
  const two = [
    { setting: 'A', start: 0, end: 1 },
    { setting: 'A', start: 1, end: 2 },
    { setting: 'B', start: 2, end: 5 },
    { setting: '', start: 5, end: 50 },
  ]
  assert.equal(settingOf(two), 'B')
  assert.equal(settingOf(two.slice(3)), '')
})

test('lanes are for settings of more than one scene', () => {
  assert.deepEqual(returning(divided(shots, 0.5)), ['A'])
  assert.deepEqual(returning(['B', 'A', '', 'A', '', 'B', 'C'].map(setting => ({ setting }))), [
    'A',
    'B',
  ])
})

test('a height and its threshold are the same both ways, and end at 0 and 1', () => {
  for (const score of [0, 0.25, 1]) assert.equal(thresholdAt(heightOf(score)), score)
  assert.equal(thresholdAt(-50), 1)
  assert.equal(thresholdAt(500), 0)
})

test('the axis has at most a dozen of marks, the ink stands out, a thread bends a little', () => {
  assert.deepEqual([11, 12, 3600, 90_000].map(axisStep), [1, 2, 600, 7200])
  assert.deepEqual(['#ffffff', '#000000', '#0063a5'].map(inkOn), ['#111', '#fff', '#fff'])
  const path = threadPath({ x: 10, y: 1 }, { x: 10, y: 2 })
  assert.equal(path, 'M2 1C18 1 2 2 18 2')
})
