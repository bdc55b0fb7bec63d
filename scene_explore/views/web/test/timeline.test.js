import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Space } from '../src/deck/space.js'
import { meanColour } from '../src/panels/timeline/barcode.js'
import { envelopeOf, linesOf } from '../src/panels/timeline/curve.js'
import { labelOf, summaryOf } from '../src/panels/timeline/describe.js'
import { lengthOf } from '../src/panels/timeline/film.js'
import { framesOf, frameWithin } from '../src/panels/timeline/filmstrip.js'
import { hatchedCss, hatchesOf, hatchLines } from '../src/panels/timeline/hatch.js'
import { planOf } from '../src/panels/timeline/plan.js'
import {
  besideSelection,
  oneAPixel,
  rowAt,
  rowsWithin,
  stretchesOf,
  visibleRange,
} from '../src/panels/timeline/rows.js'
import {
  isWhole,
  momentsOf,
  panned,
  TimeScale,
  timeTicks,
  zoomed,
} from '../src/panels/timeline/scale.js'
import {
  boundariesOf,
  consecutive,
  curveRange,
  extentOf,
  percentilesOf,
  suggestedThreshold,
} from '../src/panels/timeline/similarity.js'
import {
  cuttingRate,
  lengthsText,
  median,
  shotLengths,
  windowOf,
} from '../src/panels/timeline/statistics.js'
import { fitted, inkOn } from '../src/panels/timeline/text.js'
import { roundedThreshold, thresholdAfter } from '../src/panels/timeline/threshold.js'
import { ValueScale, valueTicks } from '../src/panels/timeline/values.js'

const NONE = Number.NaN
const MINUTE = { from: 0, to: 60 }

/** Scenes of ten seconds, one after the other; the rows lie in another order than the time. */
const TIMES = { start: [20, 0, 10, 30], end: [30, 10, 20, 40] }
const ROWS = [1, 2, 0, 3]
/** Ten pixels a second, from pixel 40 on. */
const SCALE = new TimeScale({ from: 0, to: 40 }, 40, 400)

/** @param {number[][]} vectors */
const spaceOf = vectors => {
  const x = {
    at: 0,
    dtype: /** @type {const} */ ('float32'),
    shape: [vectors.length, vectors[0].length],
  }
  const buffer = Float32Array.from(vectors.flat()).buffer
  return new Space({ name: 'v', x }, vectors.length, [buffer])
}

test('a time is a pixel and a pixel that time', () => {
  const scale = new TimeScale({ from: 10, to: 30 }, 40, 200)
  assert.equal(scale.x(10), 40)
  assert.equal(scale.x(30), scale.right)
  assert.equal(scale.x(15), 90)
  for (const t of [0, 10, 17.25, 99]) assert.ok(Math.abs(scale.time(scale.x(t)) - t) < 1e-9)
})

test('zooming keeps what lies under the pointer, and stays inside of the film', () => {
  assert.deepEqual(zoomed(MINUTE, MINUTE, 0.5, 30), { from: 15, to: 45 })
  assert.deepEqual(zoomed(MINUTE, MINUTE, 0.5, 0), { from: 0, to: 30 })
  assert.deepEqual(zoomed({ from: 40, to: 60 }, MINUTE, 2, 60), { from: 20, to: 60 })
  assert.deepEqual(zoomed({ from: 40, to: 60 }, MINUTE, 9, 41), MINUTE)
  const closest = zoomed(MINUTE, MINUTE, 1e-6, 30)
  assert.deepEqual(closest, { from: 29.75, to: 30.25 })
})

test('moving along the film ends at its ends', () => {
  const seen = { from: 10, to: 30 }
  assert.deepEqual(panned(seen, MINUTE, 5), { from: 15, to: 35 })
  assert.deepEqual(panned(seen, MINUTE, -99), { from: 0, to: 20 })
  assert.deepEqual(panned(seen, MINUTE, 99), { from: 40, to: 60 })
  assert.deepEqual(panned(MINUTE, { from: 0, to: 20 }, 5), MINUTE)
  assert.ok(isWhole(MINUTE, MINUTE) && !isWhole(seen, MINUTE))
})

test('the axis has as many times as there is room for', () => {
  /** @param {number} to @param {number} width */
  const texts = (to, width) => timeTicks(new TimeScale({ from: 0, to }, 0, width)).map(o => o.text)
  assert.deepEqual(texts(60, 260), ['0:00', '0:15', '0:30', '0:45', '1:00'])
  assert.deepEqual(texts(0.3, 260), ['0:00.0', '0:00.1', '0:00.2', '0:00.3'])
  assert.deepEqual(texts(7200, 130), ['0:00', '1:00:00', '2:00:00'])
  assert.equal(texts(720_000, 100).length, 101)
})

test('values go up while pixels go down', () => {
  const scale = new ValueScale({ top: 100, tall: 50 }, [-1, 1])
  assert.deepEqual([scale.y(-1), scale.y(0), scale.y(1)], [150, 125, 100])
  assert.equal(scale.value(137.5), -0.5)
  const ticks = valueTicks({ low: 0, high: 1 }).map(o => o.text)
  assert.deepEqual(ticks, ['0.0', '0.5', '1.0'])
  assert.deepEqual(
    valueTicks({ low: 0.981, high: 1 }).map(o => o.text),
    ['0.985', '0.990', '0.995', '1.000'],
  )
})

test('the parts lie one below the other, and those that a film lacks take no room', () => {
  const all = planOf({ marks: true, words: true })
  const few = planOf({ marks: false, words: false })
  assert.equal(all.distances?.top, all.curve.top + all.curve.tall + 24)
  assert.equal(all.bottom, 301)
  assert.equal(few.distances, null)
  assert.equal(few.bottom, 178)
  assert.equal(few.height, 198)
  const more = planOf({
    marks: true,
    words: true,
    extras: new Set(['rate', 'filmstrip', 'barcode']),
  })
  assert.deepEqual([more.filmstrip?.top, more.barcode?.top, more.band.top], [2, 44, 74])
  assert.deepEqual(
    more.charts.map(o => o.tall),
    [104, 52, 84],
  )
  assert.ok(more.rate && more.distances && more.rate.top < more.distances.top)
})

test('a film reaches to the end that is last, which another scene may overlap', () => {
  assert.deepEqual(lengthOf(TIMES, ROWS), { from: 0, to: 40 })
  assert.deepEqual(lengthOf({ start: [2, 3], end: [9, 5] }, [0, 1]), { from: 0, to: 9 })
  assert.deepEqual(lengthOf({ start: [-1], end: [0] }, [0]), { from: -1, to: 0.1 })
  assert.deepEqual(lengthOf(TIMES, []), { from: 0, to: 0.1 })
})

test('scenes that may be seen', () => {
  assert.deepEqual(visibleRange(TIMES, ROWS, { from: 12, to: 18 }), [1, 1])
  assert.deepEqual(visibleRange(TIMES, ROWS, { from: 5, to: 25 }), [0, 2])
  assert.deepEqual(visibleRange(TIMES, [], { from: 5, to: 25 }), [0, -1])
})

test('stretches are a pixel at least, and one a pixel is drawn', () => {
  assert.deepEqual(stretchesOf(TIMES, [2], SCALE), [{ row: 2, at: 140, wide: 100 }])
  const narrow = new TimeScale({ from: 0, to: 400 }, 0, 20)
  const stretches = stretchesOf(TIMES, ROWS, narrow)
  assert.deepEqual(
    stretches.map(o => [o.at, o.wide]),
    [
      [0, 1],
      [0.5, 1],
      [1, 1],
      [1.5, 1],
    ],
  )
  assert.deepEqual(
    oneAPixel(stretches).map(o => o.row),
    [1, 0],
  )
})

test('the scene at a pixel', () => {
  assert.equal(rowAt(TIMES, ROWS, SCALE, 40), 1)
  assert.equal(rowAt(TIMES, ROWS, SCALE, 139), 1)
  assert.equal(rowAt(TIMES, ROWS, SCALE, 140), 2)
  assert.equal(rowAt(TIMES, ROWS, SCALE, 39), -1)
  assert.equal(rowAt(TIMES, ROWS, SCALE, 441), -1)
  assert.equal(rowAt(TIMES, [], SCALE, 100), -1)
})

test('of scenes that overlap the later one, between scenes the one that is near', () => {
  const times = { start: [0, 5, 30], end: [10, 8, 40] }
  const rows = [0, 1, 2]
  assert.equal(rowAt(times, rows, SCALE, SCALE.x(6)), 1)
  assert.equal(rowAt(times, rows, SCALE, SCALE.x(9)), 0)
  assert.equal(rowAt(times, rows, SCALE, SCALE.x(20)), -1)
  assert.equal(rowAt(times, rows, SCALE, SCALE.x(29.7)), 2)
})

test('a stretch selects what has a part in it, in either direction', () => {
  assert.deepEqual(rowsWithin(TIMES, ROWS, 25, 12), [2, 0])
  assert.deepEqual(rowsWithin(TIMES, ROWS, 10, 20), [2])
})

test('the selection grows by the scene beside it', () => {
  assert.equal(besideSelection(ROWS, [2, 0], 1), 3)
  assert.equal(besideSelection(ROWS, [2, 0], -1), 1)
  assert.equal(besideSelection(ROWS, [3], 1), undefined)
  assert.equal(besideSelection(ROWS, [1], -1), undefined)
  assert.equal(besideSelection(ROWS, [], 1), 1)
  assert.equal(besideSelection(ROWS, [], -1), 3)
  // 9 is hidden
  assert.equal(besideSelection(ROWS, [9, 0], -1), 2)
})

test('similarity to the scene before; none for the first and where a vector is missing', () => {
  const space = spaceOf([
    [1, 0],
    [0.6, 0.8],
    [0, 0],
    [0, 1],
    [0, -1],
  ])
  const values = Array.from(consecutive(space, [0, 1, 3, 4, 2, 0]), v => +v.toFixed(6))
  assert.deepEqual(values, [NONE, 0.6, 0.8, -1, NONE, NONE])
})

test('the range holds all values and the threshold, and no more than cosines', () => {
  assert.deepEqual(extentOf([NONE, 3], [-1]), [-1, 3])
  assert.equal(extentOf([NONE], []), null)
  const near = /** @param {number[]} range */ range => range.map(o => +o.toFixed(6))
  assert.deepEqual(near(curveRange([[0.2, 0.7]], null)), [0.16, 0.74])
  assert.deepEqual(near(curveRange([[0.2, 0.7]], 0.1)), [0.052, 0.748])
  assert.deepEqual(near(curveRange([[-1, 1]], null)), [-1, 1])
  assert.deepEqual(near(curveRange([[]], null)), [-0.08, 1])
})

test('a fifth of the scenes lies below the threshold that is offered', () => {
  const values = [NONE, 0.5, 0.1, 0.4, 0.2, 0.3]
  assert.equal(suggestedThreshold(values), 0.2)
  assert.deepEqual(boundariesOf([7, 8, 9, 6, 5, 4], values, 0.2), [9])
  assert.equal(suggestedThreshold([NONE]), 0.5)
})

test('thresholds are cosines of four digits', () => {
  assert.equal(roundedThreshold(0.123456), 0.1235)
  assert.equal(roundedThreshold(7), 1)
  assert.equal(roundedThreshold(NONE), null)
  assert.equal(roundedThreshold(null), null)
})

test('keys move the threshold', () => {
  const scale = new ValueScale({ top: 0, tall: 10 }, [-0.5, 0.75])
  const set = { threshold: 0.25, suggested: 0.5, scale }
  assert.equal(thresholdAfter('PageDown', set), 0.15)
  assert.equal(thresholdAfter('Home', set), -0.5)
  assert.equal(thresholdAfter('End', set), 0.75)
  assert.equal(thresholdAfter('Delete', set), null)
  assert.equal(thresholdAfter('a', set), undefined)
  assert.equal(thresholdAfter('ArrowUp', { ...set, threshold: null }), 0.5)
})

test('a curve is interrupted where a value is missing, and leads out of the picture', () => {
  const x = /** @param {number} k */ k => 10 * k
  assert.deepEqual(linesOf([NONE, 1, 2, NONE, 3, 4], { x, range: [2, 4] }), [
    [
      [10, 1],
      [20, 2],
    ],
    [
      [40, 3],
      [50, 4],
    ],
  ])
})

test('many values of a pixel are a line from the lowest to the highest', () => {
  const x = /** @param {number} k */ k => k / 3
  assert.deepEqual(envelopeOf([5, NONE, 1, 2, 2, 2], { x, range: [0, 5] }), [
    [0, 1],
    [0, 5],
    [1, 2],
    [1, 2],
  ])
})

test('each dozen of categories has its own hatch, whose lines meet those of its neighbour', () => {
  const group = { value: '', colour: '', symbol: '' }
  assert.deepEqual(hatchesOf(group), [])
  assert.deepEqual(hatchesOf({ ...group, hatch: 3 }), ['/', '\\'])
  assert.deepEqual(hatchesOf({ ...group, hatch: 9 }), ['/'])
  const left = hatchLines('/', { row: 0, at: 3, wide: 20 }, 10)
  const right = hatchLines('/', { row: 1, at: 23, wide: 20 }, 10)
  assert.deepEqual(left[0], [-8, 2])
  assert.ok(left.every(([below, above]) => below % 8 === 0 && above - below === 10))
  assert.ok(right.some(([below]) => left.some(o => o[0] === below)))
  assert.deepEqual(hatchLines('\\', { row: 0, at: 16, wide: 1 }, 8)[0], [8, 0])
  assert.equal(hatchedCss('red', []), 'linear-gradient(red,red)')
  assert.match(hatchedCss('red', ['|']), /^repeating-linear-gradient\(90deg,.*red\)$/)
})

test('as much of a text as fits, and an ink that can be read', () => {
  const measure = /** @param {string} text */ text => text.length
  assert.equal(fitted('kitchen', 7, measure), 'kitchen')
  assert.equal(fitted('big kitchen', 5, measure), 'big…')
  assert.equal(fitted('kitchen', 2, measure), '')
  assert.equal(inkOn('#ffffff'), '#111')
  assert.equal(inkOn('rgb(0,0,255)'), '#fff')
})

test('the film in words', () => {
  assert.equal(summaryOf(0, 0, 0.5), 'There are no scenes.')
  assert.equal(summaryOf(9, 1, 0.5), '1 boundary below 0.5 in 9 scenes of this film.')
  assert.equal(summaryOf(9, 0, null), '')
  assert.match(summaryOf(1, 0, null), /single scene/)
  assert.match(labelOf('f', 2, 61), /^Timeline of f: 2 scenes, 1:01\. /)
})

// ---- shot lengths

test('the median of an even number is the mean of the two in the middle', () => {
  assert.equal(median([5]), 5)
  assert.equal(median([10, 1, 2]), 2)
  assert.equal(median([10, 1, 4, 2]), 3)
})

test('a shot lasts from its start to its own end: the last one, and those that overlap, too', () => {
  const times = { start: [0, 2, 4], end: [5, 4, 13] }
  assert.deepEqual(shotLengths(times, [0, 1, 2]), { shots: 3, median: 5, mean: 16 / 3 })
  assert.deepEqual(shotLengths(times, [2]), { shots: 1, median: 9, mean: 9 })
  assert.equal(shotLengths(times, []), null)
  const text = lengthsText(shotLengths(times, [0, 1, 2]))
  assert.equal(text, '3 shots: median length 5.0 s, mean length 5.3 s')
  assert.equal(lengthsText(null), '')
})

test('a window is a tenth of the film, between ten seconds and a minute', () => {
  assert.deepEqual(
    [30, 204, 228, 7200].map(to => windowOf({ from: 0, to })),
    [10, 20, 25, 60],
  )
})

/** @param {number[]} lengths */
const shotsOf = lengths => {
  const end = lengths.map((_, k) => lengths.slice(0, k + 1).reduce((a, b) => a + b, 0))
  return { start: end.map((o, k) => o - lengths[k]), end }
}

/** @param {{ start: number[], end: number[] }} shots @param {number} to @param {number[]} moments */
const rates = (shots, to, moments) => {
  const rows = [...shots.start.keys()]
  return Array.from(cuttingRate(shots, rows, { from: 0, to }, moments), v => +v.toFixed(4))
}

test('shots of one length give one rate, at the ends of the film, too', () => {
  const shots = shotsOf(Array(24).fill(5))
  assert.deepEqual(rates(shots, 120, [0, 3, 60, 118.5, 120]), [12, 12, 12, 12, 12])
  assert.deepEqual(rates(shotsOf([100]), 100, [0, 50, 100]), [0.6, 0.6, 0.6])
})

test('the rate follows the cutting, over the length of its window', () => {
  const shots = shotsOf([...Array(5).fill(10), ...Array(25).fill(2)])
  assert.deepEqual(rates(shots, 100, [0, 45, 50, 55, 100]), [6, 6, 18, 30, 30])
})

test('of shots that overlap each counts, in a gap none does', () => {
  const shots = { start: [0, 0, 60], end: [20, 20, 80] }
  assert.deepEqual(rates(shots, 80, [10, 40, 70]), [6, 0, 3])
  assert.deepEqual(rates({ start: [10], end: [10] }, 40, [10, 30]), [6, 0])
})

test('moments lie so many pixels apart', () => {
  assert.deepEqual(momentsOf(new TimeScale({ from: 10, to: 20 }, 40, 100), 50), [10, 15, 20])
})

// ---- pictures

test('of the scenes that begin in a slot the longest has a thumbnail', () => {
  const stretches = [
    { row: 0, at: 40, wide: 10 },
    { row: 1, at: 50, wide: 30 },
    { row: 2, at: 80, wide: 24 },
    { row: 3, at: 104, wide: 200 },
    { row: 4, at: 304, wide: 9 },
  ]
  /** @param {number} by */
  const rowsAfter = by =>
    framesOf(
      stretches.map(o => ({ ...o, at: o.at + by })),
      40 + by,
    ).map(o => o.row)
  assert.deepEqual(rowsAfter(0), [1, 3, 4])
  assert.deepEqual(rowsAfter(-37), [1, 3, 4])
})

test('a thumbnail ends with its scene, and begins where the scene is seen', () => {
  const seen = { left: 40, right: 440 }
  assert.deepEqual(frameWithin({ row: 0, at: 100, wide: 30 }, seen, 71), { left: 100, wide: 30 })
  assert.deepEqual(frameWithin({ row: 0, at: 100, wide: 90 }, seen, 71), { left: 100, wide: 71 })
  assert.deepEqual(frameWithin({ row: 0, at: 0, wide: 60 }, seen, 71), { left: 40, wide: 20 })
  assert.equal(frameWithin({ row: 0, at: 0, wide: 30 }, seen, 71).wide, 0)
})

test('a picture as one colour', () => {
  const pixels = Uint8ClampedArray.from([255, 0, 10, 255, 0, 0, 20, 255])
  assert.equal(meanColour(pixels), 'rgb(128,0,15)')
})

// ---- the range

test('a value in a hundred that is unlike all others sets no limit where this is asked for', () => {
  const values = [-1, ...Array(99).fill(0.6), 0.8, 0.9]
  assert.deepEqual(
    percentilesOf(values).map(o => +o.toFixed(6)),
    [0.6, 0.8],
  )
  assert.deepEqual(percentilesOf([NONE]), [])
  assert.deepEqual(percentilesOf([3, NONE, 1, 2]), [1, 3])
  const near = /** @param {number[]} range */ range => range.map(o => +o.toFixed(6))
  assert.deepEqual(near(curveRange([values, [NONE]], null, true)), [0.584, 0.816])
  assert.deepEqual(near(curveRange([values], null)), [-1, 1])
  assert.deepEqual(near(curveRange([values], 0.2, true)), [0.152, 0.848])
})

test('what lies outside of the range is drawn at its edge', () => {
  const scale = new ValueScale({ top: 100, tall: 50 }, [0, 1])
  assert.deepEqual([scale.inside(-3), scale.inside(0.5), scale.inside(7)], [150, 125, 100])
})
