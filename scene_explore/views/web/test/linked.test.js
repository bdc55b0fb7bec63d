import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cuesAt, cuesWithin } from '../src/kit/cues.js'
import { latest } from '../src/kit/latest.js'
import { fadedSpans } from '../src/panels/matrix/faded.js'
import { leftOutText, withinFilter } from '../src/panels/neighbours/ranks.js'
import { Subtitles } from '../src/panels/player/subtitles.js'
import { isFaded } from '../src/panels/timeline/band.js'
import { planOf } from '../src/panels/timeline/plan.js'
import { TimeScale } from '../src/panels/timeline/scale.js'
import { cueAtPixel, linesOf } from '../src/panels/timeline/subtitles.js'
import { columnsOf } from '../src/panels/timeline/waveform.js'
import { fadedText } from '../src/stage/faded.js'
import { excerpt } from '../src/stage/moving_tip.js'
import { FIRST, Shared } from '../src/stage/shared.js'
import { tracksOf, unpackCues } from '../src/stage/tracks.js'
import { deckOf } from './decks.js'

/** @import { Ranked } from '../src/panels/neighbours/ranks.js' */
/** @import { Stage } from '../src/stage/stage.js' */

const CUES = [
  { start: 1, end: 3, text: 'a' },
  { start: 2, end: 6, text: 'b' },
  { start: 6, end: 7, text: 'c' },
]
/** @param {{ text: string }[]} cues */
const texts = cues => cues.map(o => o.text).join('')

test('a line is said from its start until just before its end', () => {
  assert.equal(texts(cuesAt(CUES, 0.9)), '')
  assert.equal(texts(cuesAt(CUES, 1)), 'a')
  assert.equal(texts(cuesAt(CUES, 2.5)), 'ab')
  assert.equal(texts(cuesAt(CUES, 3)), 'b')
  assert.equal(texts(cuesAt(CUES, 6)), 'c')
  assert.equal(texts(cuesAt([], 6)), '')
})

test('lines that have a part between two times are found', () => {
  assert.equal(texts(cuesWithin(CUES, 3, 5)), 'b')
  assert.equal(texts(cuesWithin(CUES, 0, 2)), 'a') // one that begins at the end is of what follows
  assert.equal(texts(cuesWithin(CUES, 0, 2.1)), 'ab')
  assert.equal(texts(cuesWithin(CUES, 7, 9)), '')
})

/** A stage over two scenes of a film. @param {(kind: string) => Promise<never>} ask */
const spoken = ask => {
  const scenes = [0, 4].map(start => ({ film: 'x', start, end: start + 4 }))
  const host = { live: true, page: false, tell: () => {}, on: () => () => {}, ask }
  /** @type {string[]} */
  const said = []
  const say = /** @param {string} text */ text => said.push(text)
  const shared = new Shared(FIRST)
  const deck = deckOf(scenes, { place: ['a', 'b'] })
  const stage = /** @type {Stage} */ (
    /** @type {unknown} */ ({ deck, host, shared, say, tidy: [] })
  )
  return { stage, said }
}

test('a line that begins with the next scene is not said in the one before', () => {
  const { stage } = spoken(() => new Promise(() => {}))
  tracksOf(stage).lines.set(0, [{ start: 4, end: 5, text: 'late' }])
  const subtitles = new Subtitles({ stage })
  assert.deepEqual([subtitles.has(0), subtitles.has(1)], [false, true])
  assert.equal(subtitles.at(0, 4), null)
  assert.deepEqual([subtitles.at(1, 4), subtitles.at(1, 6)], ['late', ''])
  assert.equal(subtitles.lines(1), subtitles.lines(1)) // looked for once
  tracksOf(stage).lines.set(0, [])
  assert.equal(subtitles.has(1), false)
})

test('what a kernel refuses is said, and whoever waits is told', { timeout: 5000 }, async () => {
  const { stage, said } = spoken(() => Promise.reject(new Error('the disk is gone')))
  const tracks = tracksOf(stage)
  const told = new Promise(done => stage.shared.on(['tracks'], done))
  assert.match(tracks.sound(0).why, /is being read/)
  await told
  assert.deepEqual(tracks.sound(0), { peaks: null, why: 'the disk is gone' })
  const again = new Promise(done => stage.shared.on(['tracks'], done))
  assert.deepEqual([tracks.cues(0), said], [[], []])
  await again
  assert.deepEqual([tracks.cues(0), said], [[], ['the disk is gone']])
})

test('lines are unpacked with their times', () => {
  const buffers = [Float64Array.from([1, 2]).buffer, Float64Array.from([3, 6]).buffer]
  const packed = /** @param {number} at */ at => ({
    at,
    dtype: /** @type {const} */ ('float64'),
    shape: [2],
  })
  const cues = unpackCues({ start: packed(0), end: packed(1), text: ['a', 'b'] }, buffers)
  assert.deepEqual(cues, CUES.slice(0, 2))
})

test('what was computed last is computed anew only for another argument', () => {
  let times = 0
  const sum = latest((/** @type {number[]} */ values, /** @type {number} */ more) => {
    times += 1
    return values.reduce((a, b) => a + b, more)
  })
  const values = [1, 2]
  assert.deepEqual([sum(values, 1), sum(values, 1), times], [4, 4, 1])
  assert.deepEqual([sum(values, 2), sum([1, 2], 2), times], [5, 5, 3])
})

test('a scene is faded beside a selection, or where the filter leaves it out', () => {
  /** @param {number[]} selection @param {number[] | null} matching */
  const faded = (selection, matching) =>
    [0, 1, 2].filter(row =>
      isFaded(row, { selection: new Set(selection), matching: matching && new Set(matching) }),
    )
  assert.deepEqual(faded([], null), [])
  assert.deepEqual(faded([1], null), [0, 2])
  assert.deepEqual(faded([], [0, 1]), [2])
  assert.deepEqual(faded([1], [0]), [0, 1, 2])
})

test('it is said how many match', () => {
  const of = /** @param {number[] | null} rows */ rows =>
    /** @type {Stage} */ (/** @type {unknown} */ ({ matching: rows && new Set(rows) }))
  assert.equal(fadedText(of(null), [0, 1]), '')
  assert.equal(fadedText(of([0, 1, 7]), [0, 1]), 'All scenes shown here match the filter.')
  assert.match(fadedText(of([1]), [0, 1, 2]), /^1 of 3 scenes matches /)
  assert.match(fadedText(of([1, 2]), [0, 1, 2]), /^2 of 3 scenes match /)
  assert.match(fadedText(of([]), [0, 1]), /^None of these 2 scenes /)
})

test('rows and columns that do not match are joined, within what is in view', () => {
  const rows = [4, 3, 2, 1, 0, 5]
  const whole = { row: 0, column: 0, size: 6 }
  const every = fadedSpans(rows, whole, new Set([2, 0]))
  assert.deepEqual(every.rows, [[0, 2], [3, 4], [5, 6]]) // biome-ignore format: as they lie
  assert.deepEqual(every.columns, every.rows)
  const part = fadedSpans(rows, { row: 1, column: 3, size: 2 }, new Set([2, 0]))
  assert.deepEqual(part, { rows: [[0, 1]], columns: [[0, 1]] })
})

test('a block of many scenes is faded where none of them matches', () => {
  const rows = Array.from({ length: 800 }, (_, i) => i) // two a block
  const { rows: spans } = fadedSpans(rows, { row: 0, column: 0, size: 800 }, new Set([1, 797]))
  assert.deepEqual(spans, [[2, 796], [798, 800]]) // biome-ignore format: as they lie
})

test('of neighbours the nearest that match are kept, and those left out are counted', () => {
  /** @type {Ranked[]} */
  const pairs = [4, 2, 7, 1, 9].map((row, i) => [row, 1 - i / 10])
  const odd = /** @param {number} row */ row => row % 2 === 1
  const found = withinFilter(pairs, 3, odd)
  assert.deepEqual([found.pairs.map(([row]) => row), found.leftOut, found.of], [[7, 1, 9], 2, 3])
  assert.deepEqual(withinFilter(pairs, 2, () => true).pairs, pairs.slice(0, 2))
  assert.equal(leftOutText(withinFilter(pairs, 2, () => true)), '')
  assert.match(leftOutText(found), /^2 of the 3 nearest do not match the filter and are left out/)
  assert.match(leftOutText({ leftOut: 1, of: 3 }), /^1 of the 3 nearest does not .* is left out/)
})

test('the lanes of words and sound lie between the band and the curve', () => {
  const plain = planOf({ marks: true, words: false })
  const { band, subtitles, waveform, curve, height } = planOf({
    marks: true,
    words: false,
    extras: new Set(['subtitles', 'waveform']),
  })
  assert.equal(plain.subtitles, null)
  assert.ok(subtitles && waveform)
  assert.ok(band.top + band.tall < subtitles.top)
  assert.ok(subtitles.top + subtitles.tall < waveform.top)
  assert.ok(waveform.top + waveform.tall < curve.top)
  assert.equal(height - plain.height, curve.top - plain.curve.top)
})

/** Ten pixels a second, from pixel 40 on. */
const SCALE = new TimeScale({ from: 0, to: 4 }, 40, 40)

test('a line lies where it is said, and is found there, the latest on top', () => {
  assert.deepEqual(
    linesOf(CUES, SCALE).map(({ at, wide }) => [at, wide]),
    [[50, 20], [60, 40], [100, 10]], // biome-ignore format: as they lie
  )
  assert.equal(cueAtPixel(CUES, SCALE, 55)?.text, 'a')
  assert.equal(cueAtPixel(CUES, SCALE, 65)?.text, 'b')
  assert.equal(cueAtPixel(CUES, SCALE, 45), null)
})

test('a pixel of the waveform is as high as the loudest peak below it, of the loudest of all', () => {
  const peaks = new Uint8Array(80) // twenty a second: two a pixel
  peaks.set([100, 50, 25], 1)
  const high = Array.from(columnsOf(peaks, 4, SCALE))
  assert.deepEqual(high.slice(0, 3), [1, 0.5, 0])
  const near = new TimeScale({ from: 0, to: 0.4 }, 40, 40) // five pixels a peak
  assert.deepEqual(Array.from(columnsOf(peaks, 4, near)).slice(4, 11), [0, 1, 1, 1, 1, 1, 0.5])
  assert.deepEqual(new Set(columnsOf(new Uint8Array(8), 4, SCALE)), new Set([0]))
})

test('a moving tip shows the first seconds of a scene, and no more than the scene', () => {
  assert.deepEqual(excerpt({ start: 10, end: 60 }), { start: 10, end: 14 })
  assert.deepEqual(excerpt({ start: 10, end: 11 }), { start: 10, end: 11 })
})
