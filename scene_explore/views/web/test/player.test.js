import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockReading } from '../src/panels/player/film_clock.js'
import { progressText } from '../src/panels/player/seat_view.js'
import { rowsNear, rowsOf, stripText } from '../src/panels/player/strip_rows.js'
import {
  FIRST_APPROACH,
  farther,
  firstMoment,
  isPast,
  lastMoment,
  placeOf,
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
