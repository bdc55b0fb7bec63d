import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockReading } from '../src/panels/player/film_clock.js'
import { loopBounds, loopNext, markShare, withMark } from '../src/panels/player/marks.js'
import { shuttled } from '../src/panels/player/shuttle.js'
import { rowsNear, rowsOf, stripText } from '../src/panels/player/strip_rows.js'
import {
  FIRST_APPROACH,
  farther,
  firstMoment,
  isPast,
  lastMoment,
  momentWithin,
  pictureMoment,
  pictureStart,
  placeOf,
  progressText,
  shareOf,
} from '../src/panels/player/times.js'

/** @import { Deck } from '../src/deck/deck.js' */

const SCENE = { start: 10, end: 12 }

test('a scene begins within its first picture and ends within its last', () => {
  assert.equal(firstMoment(SCENE), 10.001)
  assert.equal(lastMoment(SCENE), 11.98)
})

test('a scene of a few milliseconds still has a first moment and a last, in order', () => {
  const short = { start: 5, end: 5.002 }
  assert.ok(short.start < firstMoment(short) && firstMoment(short) <= lastMoment(short))
  assert.ok(lastMoment(short) < short.end)
  const nothing = { start: 5, end: 5 }
  assert.deepEqual([firstMoment(nothing), lastMoment(nothing)], [5, 5])
})

test('a moment outside of a scene is its first or its last', () => {
  const within = [0, 10, 11, 1e9].map(t => momentWithin(t, SCENE))
  assert.deepEqual(within, [firstMoment(SCENE), firstMoment(SCENE), 11, lastMoment(SCENE)])
})

test('the share that is played stays between 0 and 1', () => {
  const times = [9, 10, 10.5, 12, 13]
  assert.deepEqual(
    times.map(t => shareOf(t, SCENE)),
    [0, 0, 0.25, 1, 1],
  )
  assert.equal(shareOf(3, { start: 3, end: 3 }), 0)
  assert.equal(progressText(11.5, SCENE), '0:01 of 2.0 s')
})

test('the clock of the browser is ahead by what lies between the two first pictures', () => {
  assert.deepEqual(clockReading(1000.5, 0.5), { ahead: 1000, note: '', sure: true })
  const alone = clockReading(2.5, undefined)
  assert.deepEqual([alone.ahead, alone.sure], [2.5, false])
  assert.match(alone.note, /kernel/)
  const silent = clockReading(null, 0.5)
  assert.deepEqual([silent.ahead, silent.sure], [0, false])
  assert.match(silent.note, /browser/)
})

test('a run up to a moment ends on the last picture that is not past it', () => {
  assert.ok(isPast(10.04, 10.001) && !isPast(10, 10.001))
  assert.equal(placeOf(9.92, 0, 10.001, null), 'before') // how long a picture lasts is not known yet
  assert.equal(placeOf(9.96, 0.04, 10.001, null), 'before')
  assert.equal(placeOf(10, 0.04, 10.001, null), 'there')
  assert.equal(placeOf(10.04, 0.04, 10.001, null), 'past')
})

test('a picture that is known by its time is waited for', () => {
  assert.equal(placeOf(9.96, 0.04, 10.001, 10), 'before')
  assert.equal(placeOf(10.00004, 0.04, 10.001, 10), 'there')
})

test('a run that began too late begins farther back, but not for ever', () => {
  const second = farther(FIRST_APPROACH, 9.96)
  assert.deepEqual(second, { back: 0.3, target: 9.96, rate: 0.5 })
  let runs = 0
  for (let run = farther(FIRST_APPROACH, null); run; run = farther(run, null)) runs++
  assert.equal(runs, 4) // 0.3, 0.75, 1.875, 4.6875 s
})

const deck = /** @type {Deck} */ (
  /** @type {unknown} */ ({
    film: [1, 0, 1, 0],
    start: [4, 2, 0, 0],
    films: [{ name: 'first' }, { name: 'second' }],
    inFilm: (/** @type {number} */ f) =>
      [
        [3, 1],
        [2, 0],
      ][f],
  })
)

test('the strip has the selection in the order of the films, or the film of one scene', () => {
  assert.deepEqual(rowsOf(deck, [0, 1, 2, 3], 0), [3, 1, 2, 0])
  assert.deepEqual(rowsOf(deck, [1], 1), [3, 1])
  assert.deepEqual(rowsOf(deck, [], undefined), [2, 0])
})

test('of many scenes those around one are shown, and they stay while it is among them', () => {
  const all = Array.from({ length: 20 }, (_, i) => 100 + i)
  assert.deepEqual(rowsNear(all, undefined, [], 4), [100, 101, 102, 103])
  assert.deepEqual(rowsNear(all, 110, [], 4), [108, 109, 110, 111])
  assert.deepEqual(rowsNear(all, 119, [], 4), [116, 117, 118, 119])
  const shown = [108, 109, 110, 111]
  assert.equal(rowsNear(all, 108, shown, 4), shown)
  assert.deepEqual(rowsNear(all, 112, shown, 4), [110, 111, 112, 113])
  const others = [108, 109, 112, 113]
  assert.notEqual(rowsNear(all, 108, others, 4), others)
  assert.equal(rowsNear(shown, 0, [], 4), shown)
})

test('the strip says how many scenes it leaves out', () => {
  assert.equal(stripText(deck, [3, 1], 2, false), '2 scenes of first')
  assert.equal(stripText(deck, [0, 1, 2], 2, true), '3 selected scenes: 2 shown, and 1 more')
  assert.equal(stripText(deck, [], 0, false), '')
})

test('the faster a scene plays, the sooner it is stopped', () => {
  assert.equal(lastMoment(SCENE, 4), 11.92)
  assert.equal(lastMoment(SCENE, 0.25), 11.98)
})

test('a step of one frame ends in the middle of the next', () => {
  const close = (/** @type {number} */ a, /** @type {number} */ b) =>
    assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)
  close(pictureMoment(1, 10.01, 0.04, 10), 10.06)
  close(pictureMoment(-1, 10.01, 0.04, 10), 9.98)
  close(pictureMoment(1, 10.039, 0.04, 10), 10.06)
  // the picture last heard of is not that of the moment, or there was none
  close(pictureMoment(1, 10.06, 0.04, 10), 10.1)
  close(pictureMoment(1, 10.06, 0.04, null), 10.1)
})

test('a picture that was heard of too long ago is not that of the moment', () => {
  assert.deepEqual(
    [10, 10.039, 9.9997, 9.99, 10.06].map(now => pictureStart(now, 0.04, 10)),
    [10, 10, 10, null, null],
  )
})

test('j, k and l: backwards, stop, forwards, and twice as fast with every press, up to four', () => {
  const pressed = (/** @type {string} */ keys, /** @type {number} */ speed) =>
    [...keys].reduce((rate, key) => shuttled(/** @type {'j'} */ (key), rate, speed), 0)
  assert.deepEqual(
    ['l', 'll', 'lll', 'llll'].map(keys => pressed(keys, 1)),
    [1, 2, 4, 4],
  )
  assert.deepEqual(
    ['j', 'jj', 'jjjj'].map(keys => pressed(keys, 1)),
    [-1, -2, -4],
  )
  assert.deepEqual(
    ['lk', 'llj', 'jjl', 'jk'].map(keys => pressed(keys, 1)),
    [0, -1, 1, 0],
  )
  assert.deepEqual(
    ['l', 'll'].map(keys => pressed(keys, 0.5)),
    [0.5, 1],
  )
})

test('a point takes away the one on its wrong side, and those of another film', () => {
  const one = withMark(null, 'in', 0, 4)
  assert.deepEqual(one, { film: 0, in: 4, out: null })
  const both = withMark(one, 'out', 0, 6)
  assert.deepEqual(both, { film: 0, in: 4, out: 6 })
  assert.deepEqual(withMark(both, 'in', 0, 6), { film: 0, in: 6, out: null })
  assert.deepEqual(withMark(both, 'out', 0, 3), { film: 0, in: null, out: 3 })
  assert.deepEqual(withMark(both, 'in', 1, 5), { film: 1, in: 5, out: null })
})

test('a loop runs between the points, as far as they lie in the scene', () => {
  const points = (/** @type {number | null} */ from, /** @type {number | null} */ to) =>
    loopBounds(SCENE, { film: 0, in: from, out: to })
  assert.deepEqual(points(10.5, 11), { start: 10.5, end: 11 })
  assert.deepEqual(points(10.5, null), { start: 10.5, end: 12 })
  assert.deepEqual(points(3, 11), { start: 10, end: 11 })
  for (const outside of [points(3, 9), points(12, null), points(null, 10), loopBounds(SCENE, null)])
    assert.deepEqual(outside, SCENE)
})

test('points in two scenes let these and all between take their turns', () => {
  const rows = [7, 5, 6, 8] // of one second each, from 0 s on
  const sceneOf = (/** @type {number} */ row) => {
    const start = rows.indexOf(row)
    return { start, end: start + 1 }
  }
  const marks = { film: 0, in: 0.5, out: 3 }
  assert.deepEqual(
    rows.map(row => loopNext(rows, sceneOf, row, marks)),
    [5, 6, 7, 8],
  )
  assert.equal(loopNext(rows, sceneOf, 5, { ...marks, out: null }), 5)
  assert.equal(loopNext(rows, sceneOf, 5, { film: 0, in: 1.2, out: 1.4 }), 5)
  assert.equal(loopNext(rows, sceneOf, 5, null), 5)
})

test('a point is drawn where it lies in the scene, and nowhere else', () => {
  assert.deepEqual(
    [10, 10.5, 12, 9.9, 12.1, null, undefined].map(t => markShare(t, SCENE)),
    [0, 0.25, 1, null, null, null, null],
  )
})
