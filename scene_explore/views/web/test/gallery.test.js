import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticks } from '../src/kit/axes.js'
import { rowsOf } from '../src/panels/gallery/colour_key.js'
import { curveNote, lineOf, linePath, spaced, widened } from '../src/panels/gallery/curves.js'
import { arrowsOf, headOf } from '../src/panels/gallery/drift.js'
import { commonFrame, farthestRows, filledFrame, placed } from '../src/panels/gallery/layouts.js'
import { differs, metricRange, metricText, metricTitle } from '../src/panels/gallery/metrics.js'
import { colourRange, pooledCosines } from '../src/panels/gallery/pools.js'
import { barOf, shareRange, shareTitle } from '../src/panels/gallery/probe.js'
import { afterTick, chosenOf, slotsOf } from '../src/panels/gallery/runs.js'
import { extent, linear, rounded } from '../src/panels/gallery/scales.js'
import { differingSettings } from '../src/panels/gallery/settings.js'
import { curveFrame, evenRows, poolPixels } from '../src/panels/gallery/thumbnails.js'
import { Viewport } from '../src/scatter/viewport.js'

/** @import { MetricNumbers, Run } from '../src/panels/gallery/types.d.ts' */

/** A run of this name and configuration. @param {string} name @param {string[]} config @returns {Run} */
const run = (name, config = []) => ({
  name,
  note: '',
  config,
  curves: {},
  metrics: [],
  probe: [],
})

/** @param {number[]} xy */
const flat = (...xy) => ({ xy: Float32Array.from(xy), dims: 2 })

/** @param {number} x @param {number} [digits] */
const near = (x, digits = 6) => +x.toFixed(digits)

// ---- scales

test('a range is of what is known', () => {
  assert.deepEqual(extent([3, null, -1, Number.NaN, 2]), [-1, 3])
  assert.deepEqual(extent([null]), [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
})

test('a scale maps ends to ends, also upside down, and one value to the first end', () => {
  const toY = linear([2, 4], [100, 0])
  assert.deepEqual([2, 3, 4].map(toY), [100, 50, 0])
  assert.equal(linear([5, 5], [7, 9])(5), 7)
})

test('ticks are round numbers inside of the range', () => {
  assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1])
  assert.deepEqual(ticks(-0.13, 0.31, 5), [-0.1, 0, 0.1, 0.2, 0.3])
  assert.deepEqual(ticks(3, 97, 4), [50])
  assert.deepEqual(ticks(3, 3), [3])
  assert.deepEqual(ticks(...extent([])), [])
})

test('numbers have as many digits as they need, and a true minus', () => {
  assert.deepEqual(
    [0.12345, -0.5, 12.345, -123.4, null].map(v => rounded(v)),
    ['0.123', '−0.500', '12.3', '−123', '–'],
  )
  assert.equal(rounded(0.126, 2), '0.13')
})

// ---- runs

test('runs are shown in the order of the list, four at most, and only those with a space', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const embedded = [true, false, true, true, true, true]
  assert.deepEqual(chosenOf(names, embedded, ['f', 'e', 'd', 'c', 'b', 'a']), [0, 2, 3, 4])
  assert.deepEqual(chosenOf(names, embedded, ['c', 'a', 'unheard']), [0, 2])
})

test('a fifth run is refused, and the last one stays', () => {
  assert.deepEqual(afterTick([0, 3], 2, true), { chosen: [0, 2, 3] })
  assert.deepEqual(afterTick([0, 2, 3], 2, false), { chosen: [0, 3] })
  assert.match(Object.values(afterTick([0, 1, 2, 3], 4, true))[0], /^Four runs at most/)
  assert.match(Object.values(afterTick([2], 2, false))[0], /^One run has to stay/)
})

test('letter, colour and dash tell the runs apart', () => {
  const palette = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5']
  const slots = slotsOf(
    'abcde'.split('').map(o => run(o)),
    [0, 2, 3, 4],
    palette,
  )
  assert.deepEqual(
    slots.map(o => o.letter + o.run.name + o.at),
    ['Aa0', 'Bc2', 'Cd3', 'De4'],
  )
  assert.equal(new Set(slots.map(o => o.colour)).size, 4)
  assert.equal(new Set(slots.map(o => o.dash)).size, 4)
})

test('settings that differ are found by place', () => {
  const configs = [
    ['linear', '0.1', 'a'],
    ['squared', '0.1', 'b'],
  ]
  assert.deepEqual(differingSettings(configs, ['weighting', 'tau', 'text']), [0, 2])
  assert.deepEqual(differingSettings(configs.slice(1), ['weighting', 'tau', 'text']), [])
})

// ---- pictures

test('one frame holds all layouts, with a margin of 6%, whatever their third axis', () => {
  const solid = { xy: Float32Array.from([0, 0, 99, 10, 5, -99]), dims: 3 }
  const frame = commonFrame([flat(-10, 2, 0, 0), solid])
  assert.deepEqual(
    [...frame.x, ...frame.y].map(v => near(v)),
    [-11.2, 11.2, -0.3, 5.3],
  )
  assert.deepEqual(commonFrame([flat(1, 1)]), { x: [0, 2], y: [0, 2] })
})

test('a frame takes the shape of a picture around its own middle, and keeps what it held', () => {
  assert.deepEqual(filledFrame({ x: [0, 2], y: [0, 2] }, 200, 100), { x: [-1, 3], y: [0, 2] })
  assert.deepEqual(filledFrame({ x: [0, 2], y: [0, 8] }, 100, 100), { x: [-3, 5], y: [0, 8] })
})

test('points lie in a picture on one scale, y upwards', () => {
  const place = placed({ x: [0, 2], y: [0, 2] }, 200, 100)
  assert.deepEqual(place(0, 0), [50, 100])
  assert.deepEqual(place(2, 2), [150, 0])
  assert.deepEqual(place(1, 1), [100, 50])
})

test('the rows that went farthest come first', () => {
  const from = flat(0, 0, 0, 0, 0, 0)
  const to = flat(3, 4, 0, 1, 6, 8)
  assert.deepEqual(farthestRows(from, to), [2, 0, 1])
  assert.deepEqual(farthestRows(from, to, 1), [2])
})

test('arrows lie in the pixels of a picture, and dots are none', () => {
  const port = new Viewport()
  port.resize(116, 108, { left: 8, right: 8, top: 4, bottom: 4 })
  port.view = { x: 0, y: 0, span: 10 }
  const found = arrowsOf([0, 1], flat(0, 0, 1, 1), flat(2, 1, 1, 1.1), port)
  assert.deepEqual(found, [{ from: [58, 54], to: [78, 44] }])
})

test("an arrow's head lies behind its tip, alike on both sides", () => {
  const [[u, v], [x, y]] = headOf({ from: [0, 0], to: [10, 0] }, 5)
  assert.deepEqual(
    [u, v].map(o => near(o)),
    [x, -y].map(o => near(o)),
  )
  assert.equal(near(Math.hypot(10 - u, v)), 5)
  assert.ok(u < 10)
})

test('a value of the key selects its rows', () => {
  const values = ['a', 'b', 'a']
  /** @type {Extract<import('../src/types.d.ts').Look, { kind: 'text' }>} */
  const look = { kind: 'text', groups: [], of: row => (values[row] === 'a' ? 0 : 1) }
  assert.deepEqual(rowsOf(look, 0, 3), [0, 2])
})

// ---- thumbnails

test('pooled cosines are the means of the cosines between blocks', () => {
  const x = Float32Array.of(1, 0, 0, 1, 1, 0, -1, 0)
  const { blocks, values } = pooledCosines({ x, d: 2 }, [0, 1, 2, 3], 2)
  assert.equal(blocks, 2)
  // blocks {(1,0), (0,1)} and {(1,0), (-1,0)}
  assert.deepEqual([...values], [0.5, 0, 0, 0])
  const single = pooledCosines({ x, d: 2 }, [3, 0], 40)
  assert.deepEqual([...single.values], [1, -1, -1, 1])
})

test('colours go from the second percentile to the highest of all', () => {
  const values = Float32Array.from({ length: 100 }, (_, i) => i)
  assert.deepEqual(colourRange([{ blocks: 10, values }]), [2, 99])
  assert.deepEqual(colourRange([]), [0, 1])
})

test('a pooled matrix is painted in colours of the table, cut off at both ends', () => {
  const table = Uint8ClampedArray.from({ length: 768 }, (_, i) => Math.floor(i / 3))
  const pool = { blocks: 2, values: Float32Array.from([-5, 0, 1, 5]) }
  const reds = [...poolPixels(pool, [0, 1], table)].filter((_, k) => k % 4 === 0)
  assert.deepEqual(reds, [0, 0, 255, 255])
})

test('rows are drawn evenly where there are too many', () => {
  assert.deepEqual(evenRows(3), [0, 1, 2])
  assert.deepEqual(evenRows(10, 4), [0, 2, 5, 7])
})

test('a run without batches is drawn by its validation', () => {
  const validated = { x: [], y: [], vx: [4, 9], vy: [0.5, null] }
  assert.deepEqual(lineOf(validated), { x: [4, 9], y: [0.5, null] })
  const trained = { x: [0, 1], y: [2, 1], vx: [20], vy: [7] }
  // the thumbnails have room for what they draw: the batches of one, the validation of the other
  assert.deepEqual(curveFrame([validated, trained]), { x: [0, 20], y: [0.5, 2] })
})

// ---- charts

test('a line is broken where a value is missing', () => {
  const same = (/** @type {number} */ v) => v
  assert.equal(linePath([0, 1, 2, 3], [5, 6, null, 8], same, same), 'M0.0,5.0L1.0,6.0M3.0,8.0')
  assert.equal(linePath([], [], same, same), '')
})

test('letters at the ends of lines do not cover each other', () => {
  assert.deepEqual(spaced([10, 12, 60], 13, 99), [10, 23, 60])
  assert.deepEqual(spaced([10, 12, 24], 13, 99), [10, 23, 36])
  assert.deepEqual(spaced([10, 95, 96, 97], 13, 99), [10, 73, 86, 99])
  assert.deepEqual(widened([0, 2]), [-0.1, 2.1])
  assert.deepEqual(widened([1, 1]), [0.5, 1.5])
})

test('losses of runs that differ in their loss are not compared by height', () => {
  const data = /** @type {any} */ ({ settings: ['tau', 'options', 'loss'] })
  const configs = [
    ['1', 'x', 'a'],
    ['2', 'y', 'b'],
  ]
  const slots = slotsOf(
    configs.map((o, i) => run(String(i), o)),
    [0, 1],
    [],
  )
  assert.match(curveNote('loss', data, slots), /differ in loss, options: the heights/)
  assert.doesNotMatch(curveNote('loss', data, slots.slice(1)), /differ/)
  assert.match(curveNote('ratio', data, slots), /At 1 all vectors are one/)
})

/** @type {MetricNumbers} */
const FIRST = [0.5, 0.4, 0.6, 0, 0, 0]
/** @type {MetricNumbers} */
const BETTER = [0.7, 0.6, 0.8, 0.2, 0.1, 0.3]
/** @type {MetricNumbers} */
const ALIKE = [0.45, 0.3, 0.6, -0.05, -0.2, 0.1]
/** @type {MetricNumbers} */
const ALONE = [12.5, null, null, null, null, null]

test('shares lie on 0 to 1, other metrics on what they reach', () => {
  assert.deepEqual(metricRange([FIRST, BETTER], 0.1), [0, 1])
  assert.deepEqual(metricRange([ALONE], null), [0, 12.5])
  assert.deepEqual(metricRange([[-0.5, null, null, null, null, null]], 0.2), [-0.5, 0.2])
})

test('a run differs where its interval leaves zero out', () => {
  assert.deepEqual([BETTER, ALIKE, FIRST, ALONE].map(differs), [true, false, false, null])
})

test('a metric is told with what is known of it', () => {
  assert.equal(metricText(BETTER), '0.70 (0.60–0.80)')
  assert.equal(metricText(ALONE), '12.5')
  assert.equal(metricTitle('a', FIRST, 'a'), 'a: 0.500, 0.400 to 0.600')
  assert.equal(
    metricTitle('b', BETTER, 'a'),
    'b: 0.700, 0.600 to 0.800; +0.200 (0.100 to 0.300) against a',
  )
  assert.equal(metricTitle('c', ALONE, 'a'), 'c: 12.5')
})

test('a bar begins at zero, on either side', () => {
  const toX = linear([-0.5, 0.5], [0, 100])
  assert.deepEqual(barOf(0.25, toX), { x: 50, width: 25 })
  assert.deepEqual(barOf(-0.25, toX), { x: 25, width: 25 })
})

test('shares are on a range with zero, and never an empty one', () => {
  assert.deepEqual(shareRange([[0.2, 0.1, 0.6], null, [0.1, -0.05, 0.3]]), [-0.05, 0.6])
  assert.deepEqual(shareRange([null]), [0, 0.1])
  assert.equal(shareTitle('a', 'place', [0.1, 0.05, 0.2]), 'a, place: 10.0% (5.0 to 20.0)')
})
