import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chartTimes,
  confidenceText,
  cutFacts,
  nearestOf,
  partShares,
  percent,
  shotWeights,
} from '../src/panels/reading/measures.js'

/** @import { Look, ReadFilm } from '../src/panels/reading/measures.js' */

/** @type {Look[]} */
const ATTENTION = [
  [0, 'pictures', 0.5],
  [0, 'subtitles', 0.1],
  [1, 'pictures', 0.3],
  [null, 'the question', 0.1],
]

test('at most ten steps of time are written, the first at the beginning', () => {
  assert.deepEqual(chartTimes(24), [0, 5, 10, 15, 20])
  assert.deepEqual(chartTimes(50).slice(-2), [45, 50])
  assert.deepEqual(chartTimes(51).slice(-2), [40, 50])
  assert.deepEqual(chartTimes(3 * 3600).slice(0, 2), [0, 1800])
  assert.equal(chartTimes(20 * 3600).length, 21)
})

test('a click chooses the nearest cut, of two as near the first', () => {
  assert.equal(nearestOf([10, 20, 40], 29), 1)
  assert.equal(nearestOf([10, 20, 40], 30), 1)
  assert.equal(nearestOf([10, 20, 40], 31), 2)
  assert.equal(nearestOf([10, 20, 40], -5), 0)
})

test('attention is added up by part and by shot', () => {
  const shares = partShares(ATTENTION, ['pictures', 'subtitles', 'its answers'])
  assert.deepEqual(shares, [0.8, 0.1, 0])
  const weight = shotWeights(ATTENTION)
  assert.deepEqual([weight(0), weight(1), weight(7)], [1, 0.5, 0])
  assert.equal(shotWeights([])(0), 0)
})

test('what is unknown is said to be so', () => {
  assert.deepEqual([0.004, 0.005, 0.994].map(percent), ['0 %', '1 %', '99 %'])
  assert.deepEqual([null, 0.5].map(confidenceText), ['–', '0.50'])
})

test('of a cut its number, its time, the answer, and the truth where somebody knows it', () => {
  const undecided = { confidence: null, answer: '', window: 0, reason: '', attention: [] }
  /** @type {ReadFilm} */
  const film = {
    windows: [],
    pictures: {},
    methods: [],
    parts: [],
    palette: [],
    begin: 0,
    shots: [3, 62, 70].map(end => ({ start: 0, end, lines: [], characters: [] })),
    cuts: [undecided, { ...undecided, confidence: 0.914, answer: 'Yes' }],
    signs: null,
  }
  assert.deepEqual(cutFacts(film, 0), ['Cut 1 of 2', '0:03', 'not decided'])
  const known = { ...film, signs: ['', 'place'] }
  assert.equal(cutFacts(known, 0)[3], 'in truth the scene goes on')
  assert.deepEqual(cutFacts(known, 1).slice(1), [
    '1:02',
    'Yes, confidence 0.91',
    'in truth a scene ends here, by its place',
  ])
})
