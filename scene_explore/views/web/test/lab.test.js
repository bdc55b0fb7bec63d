import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Plane, pathOf, ticksOf } from '../src/panels/lab/axes.js'
import { pointsOn, through, weightSpan, withMoved } from '../src/panels/lab/curves.js'
import { idealNumbers } from '../src/panels/lab/ideal_card.js'
import { LatestQuestion } from '../src/panels/lab/latest.js'
import { cellAt, cellByKey, pixelsOf } from '../src/panels/lab/matrix_picture.js'
import { LabModel } from '../src/panels/lab/model.js'
import { barsOf, netPull, pullOfBins, pullShares } from '../src/panels/lab/net_pull.js'
import { LabSigns } from '../src/panels/lab/signs.js'
import { readState } from '../src/panels/lab/state.js'
import {
  collapseText,
  decimals,
  parseWeighting,
  statusText,
  weightingText,
} from '../src/panels/lab/text.js'
import { lastOf, lastStep, measured, valueRange } from '../src/panels/lab/training_charts.js'

/** @import { LabState, Point, Settings } from '../src/panels/lab/types.d.ts' */

const GRID = Array.from({ length: 101 }, (_, k) => k / 100)

/** @param {number[]} found @param {number[]} wanted */
const assertNear = (found, wanted) => {
  assert.equal(found.length, wanted.length)
  for (const [i, v] of found.entries())
    assert.ok(Math.abs(v - wanted[i]) < 1e-9, `${i}: ${v} is not ${wanted[i]}`)
}

// ---- axes

test('ticks have the digits of their steps', () => {
  const texts = /** @param {[number, number]} range */ range => ticksOf(range, 4).map(o => o.text)
  assert.deepEqual(texts([-1, 1]), ['−1.0', '−0.5', '0.0', '0.5', '1.0'])
  assert.deepEqual(texts([0, 37]), ['0', '10', '20', '30'])
  assert.deepEqual(texts([0.012, 0.037]), ['0.02', '0.03'])
  assert.deepEqual(texts([0.012, 0.031]), ['0.015', '0.020', '0.025', '0.030'])
})

test('places on a plane are turned back into the values they show', () => {
  const plane = new Plane(200, { height: 100, x: [-1, 1], y: [0, 4], label: '', xlabel: 's' })
  assert.deepEqual([plane.toX(-1), plane.toX(1)], [41, 190])
  assert.deepEqual([plane.toY(0), plane.toY(4)], [62, 8])
  assertNear(plane.valuesAt(plane.toX(0.3), plane.toY(1.7)), [0.3, 1.7])
})

test('a line is interrupted where there is no value', () => {
  const plane = new Plane(151, { height: 130, x: [0, 4], y: [0, 1], label: '' })
  const path = pathOf(plane, [0, 1, 2, 3, 4], [0, 1, Number.NaN, 0, 1])
  assert.equal(path, 'M41.0,108.0L66.0,8.0M116.0,108.0L141.0,8.0')
})

// ---- curves by hand

test('a curve through points is straight between them and level outside', () => {
  /** @type {Point[]} */
  const points = [
    [0, 1],
    [0.5, 0],
    [1, 1],
  ]
  assertNear(through(points, [-1, 0, 0.25, 0.5, 0.9, 2]), [1, 1, 0.5, 0, 0.8, 1])
})

test('points lie on the curve, and one at s = 0 where pairs lie below it', () => {
  const squared = GRID.map(s => s * s)
  const points = pointsOn(GRID, squared, 0)
  assert.equal(points.length, 9)
  for (const [s, weight] of points) assert.ok(Math.abs(weight - s * s) < 1e-4)
  const from = GRID.map(s => -0.4 + 1.4 * s)
  const places = pointsOn(from, from, -0.4).map(([s]) => s)
  assert.deepEqual(places.slice(0, 4), [-0.4, -0.2, 0, 0.1667])
})

test('a curve of straight pieces is the same through its own points', () => {
  const line = GRID.map(s => 1 - s)
  assertNear(through(pointsOn(GRID, line, 0), GRID), line)
})

test('a point stays between its neighbours, an end at its place, a weight in the picture', () => {
  /** @type {Point[]} */
  const points = [
    [-0.5, 0],
    [0, 0.5],
    [1, 1],
  ]
  assert.deepEqual(withMoved(points, 1, [5, 0.1234], [-1, 1])[1], [0.99, 0.123])
  assert.deepEqual(withMoved(points, 1, [-5, -3], [-1, 1])[1], [-0.49, 0])
  assert.deepEqual(withMoved(points, 0, [0.2, -3], [-1, 1])[0], [-0.5, -1])
  assert.deepEqual(withMoved(points, 2, [0.2, 3], [-1, 1.25])[2], [1, 1.25])
  assert.deepEqual(points[1], [0, 0.5])
})

test('the axis of weights shows 0 to 1 and quarters beyond', () => {
  assert.deepEqual(weightSpan([0, 1], [0.2]), [0, 1])
  assert.deepEqual(weightSpan([-0.3], [1.1, 1]), [-0.5, 1.25])
  assert.deepEqual(weightSpan([1 + 1e-9]), [0, 1])
})

// ---- net pull

test('under f = s and g = 1 − s the net pull is 2s − 1, and half of even pairs are pulled', () => {
  const seen = /** @type {any} */ ({ f: GRID, g: GRID.map(s => 1 - s) })
  const net = netPull(seen, true)
  assertNear(
    net,
    GRID.map(s => 2 * s - 1),
  )
  const pulls = pullOfBins(net, true)
  const { pulled, pushed, left } = pullShares(new Array(100).fill(0.01), pulls)
  assertNear([pulled, pushed, left], [0.5, 0.5, 0])
})

test('a mean pull lies in its bin, and bins without pairs say nothing', () => {
  const n = [Number.NaN, 0.5, -0.5, 0, Number.NaN]
  const pulls = pullOfBins(netPull(/** @type {any} */ ({ n }), false), false)
  assert.deepEqual(pullShares([0, 0.5, 0.25, 0.25], pulls), {
    pulled: 0.5,
    pushed: 0.25,
    left: 0.25,
  })
  assert.deepEqual(barsOf([0, 1, 2, 3, 4], [0, 0.5, 0.25, 0.25], pulls), [
    { from: 0, to: 2, share: 0.5, way: 'pulled' },
    { from: 2, to: 4, share: 0.5, way: 'pushed' },
  ])
})

test('the bars hold all pairs', () => {
  const histogram = GRID.slice(1).map(s => 2 * s)
  const bars = barsOf(GRID, histogram, new Array(100).fill(1))
  assert.equal(bars.length, 50)
  assertNear([bars.reduce((sum, o) => sum + o.share, 0)], [101])
  assert.deepEqual([bars[0].from, bars[49].to], [0, 1])
})

// ---- what the lab knows

/** @param {Partial<Settings>} [settings] @returns {LabState} */
const state = (settings = {}) => ({
  fixed: /** @type {any} */ ({}),
  settings: {
    f: 'linear',
    g: 'linear',
    f_points: [],
    g_points: [],
    calibration: 'cosine',
    loss: 'text_guided',
    margin: 0,
    temperature: 0.1,
    target: 0.1,
    ...settings,
  },
  seen: {
    at: GRID,
    f: GRID,
    g: GRID.map(s => 1 - s),
    n: [],
    histogram: new Array(100).fill(0.01),
    low: 0,
    pulled: 0.5,
    pushed: 0.5,
    pull: [],
    push: [],
    words: '',
    presets: { squared: { f: GRID.map(s => s * s), g: GRID.map(s => (1 - s) ** 2) } },
  },
  ideal: null,
  training: { status: 'idle' },
})

test('a dragged point changes the curve and the net pull at once', () => {
  const model = new LabModel(state(), false)
  const patch = model.movePoint('f', 4, [0.5, 0.9], [0, 1])
  assert.equal(patch.f, 'drawn')
  assert.deepEqual(patch.f_points?.[4], [0.5, 0.9])
  assertNear([model.seen.f[50], model.net[50], model.seen.g[50]], [0.9, 0.4, 0.5])
})

test('a page knows presets and forgets what was dragged when it is reset', () => {
  const model = new LabModel(state(), false)
  model.movePoint('g', 0, [0, 0], [0, 1])
  model.usePreset('g', 'squared')
  model.usePreset('g', 'unheard of')
  model.change({ g: 'squared' })
  assertNear([model.seen.g[50], model.pointsOf('g')[4][1]], [0.25, 0.25])
  assert.ok(model.stale)
  model.reset()
  assert.equal(model.settings.g, 'linear')
  assertNear([model.seen.g[50]], [0.5])
  assert.ok(!model.stale)
})

test('a curve that was drawn has the points that were drawn', () => {
  /** @type {Point[]} */
  const points = [
    [0, 0],
    [1, 1],
  ]
  const model = new LabModel(state({ f: 'drawn', f_points: points }), true)
  assert.deepEqual(model.pointsOf('f'), points)
  assert.equal(model.pointsOf('g').length, 9)
})

test('presets that are not sent again are those that are known', () => {
  const model = new LabModel(state(), true)
  const { presets, ...seen } = state().seen
  model.see(/** @type {any} */ ({ ...seen, low: -1 }))
  assert.equal(model.seen.low, -1)
  assert.deepEqual(model.seen.presets, presets)
})

test('arrays are put in place wherever they lie', () => {
  const buffers = [new ArrayBuffer(1), Float32Array.from([1, 2]).buffer]
  const array = { array: true, at: 0, dtype: 'float32', shape: [2] }
  const found = readState({ a: [array, null], b: { c: array, d: 'x' }, buffers }, buffers, 1)
  const values = Float32Array.from([1, 2])
  assert.deepEqual(found, { a: [values, null], b: { c: values, d: 'x' } })
})

test('one question at a time, what changes meanwhile is asked together', async () => {
  /** @type {{ patch: object, answer: (value: string) => void, fail: (why: Error) => void }[]} */
  const asked = []
  /** @type {unknown[]} */
  const heard = []
  /** @type {LatestQuestion<{ a: number, b: number }, string>} */
  const question = new LatestQuestion(
    patch => new Promise((answer, fail) => asked.push({ patch, answer, fail })),
    {
      answered: (answer, more) => heard.push([answer, more]),
      failed: why => heard.push(why.message),
    },
  )
  question.send({ a: 1 })
  question.send({ a: 2, b: 1 })
  question.send({ a: 3 })
  assert.deepEqual(
    asked.map(o => o.patch),
    [{ a: 1 }],
  )
  asked[0].answer('first')
  await new Promise(setImmediate)
  assert.deepEqual(asked[1].patch, { a: 3, b: 1 })
  asked[1].fail(new Error('not possible'))
  await new Promise(setImmediate)
  assert.deepEqual(heard, [['first', true], 'not possible'])
  assert.ok(!question.busy)
  question.send({ a: 4 })
  question.close()
  asked[2].answer('too late')
  await new Promise(setImmediate)
  assert.equal(heard.length, 2)
})

// ---- words and pictures

test('weightings are read and written as Python reads and writes them', () => {
  assert.deepEqual(parseWeighting('sigmoid 0.5, 0.1'), { name: 'sigmoid', numbers: [0.5, 0.1] })
  assert.deepEqual(parseWeighting('linear'), { name: 'linear', numbers: [] })
  assert.equal(weightingText('sigmoid', [0.5, 0.1]), 'sigmoid 0.5, 0.1')
  assert.equal(weightingText('linear', []), 'linear')
  assert.deepEqual([decimals(-0.125), decimals(null), decimals(Number.NaN)], ['−0.13', '–', '–'])
})

test('a training says how far it is and how long it will take', () => {
  const training = /** @type {const} */ ({ status: 'training', steps: 200, step: 20 })
  assert.equal(
    statusText({ ...training, rate: 2.55, left: 61.2 }, true),
    'step 20 of 200, 2.5 a second, 1:01 left',
  )
  assert.equal(
    statusText({ ...training, rate: 250.4, left: -1 }, true),
    'step 20 of 200, 250 a second, 0:00 left',
  )
  assert.equal(statusText(training, true), 'step 20 of 200, – a second, 0:00 left')
  assert.equal(statusText({ status: 'done', said: 'Done.' }, true), 'Done.')
  assert.match(statusText({ status: 'idle' }, false), /no kernel/)
})

test('a collapse is called by its name', () => {
  assert.equal(collapseText(0.95), ' Collapse: the mean cosine is 0.95.')
  assert.equal(collapseText(0.6), ' The space contracts: the mean cosine is 0.60.')
  assert.equal(collapseText(-0.1), ' No collapse: the mean cosine is −0.10.')
  assert.equal(collapseText(undefined), '')
})

test('the loss ratio is that of the collapsed loss, unknown where there is none', () => {
  const ideal = /** @type {any} */ ({ mean_cosine: 0.2, rankme: 8.25, spearman: null, loss: 1 })
  const values = /** @param {number | null} collapsed */ collapsed =>
    idealNumbers({ ...ideal, collapsed }, 0.256).map(o => o[1])
  assert.deepEqual(values(4), ['0.20', '8.3', '26%', '–', '0.25'])
  assert.equal(values(0)[4], '–')
})

test('charts leave out what was not measured', () => {
  const curves = { step: [1, 2, 3], loss: [3, null, 1], val_loss: [null, 2, null], ratio: [] }
  assert.deepEqual(measured(curves, 'loss'), { at: [1, 3], values: [3, 1] })
  assert.deepEqual(measured(curves, 'mean_cosine'), { at: [], values: [] })
  assert.equal(lastOf(curves, 'val_loss'), 2)
  assert.equal(lastOf(undefined, 'loss'), undefined)
  const chart = { title: '', why: '' }
  assertNear(
    /** @type {number[]} */ (valueRange(curves, { ...chart, series: 'loss' })),
    [0.88, 3.12],
  )
  assertNear(
    /** @type {number[]} */ (valueRange(curves, { ...chart, series: 'ratio', mark: 1 })),
    [0.95, 1.05],
  )
  assert.equal(valueRange(curves, { ...chart, series: 'rankme_centred' }), null)
  const training = /** @type {const} */ ({ status: 'done', steps: 50, curves })
  assert.deepEqual([lastStep(training, true), lastStep(training, false)], [50, 3])
})

test('a matrix is a pixel a pair, and a pixel is found below the pointer', () => {
  const table = Uint8ClampedArray.from({ length: 768 }, (_, i) => Math.floor(i / 3))
  const pixels = pixelsOf(Uint8Array.from([0, 255, 7, 128]), table)
  assert.deepEqual([...pixels.subarray(4, 12)], [255, 255, 255, 255, 7, 7, 7, 255])
  const box = { left: 10, top: 20, width: 100, height: 50 }
  assert.deepEqual(cellAt({ clientX: 95, clientY: 21 }, box, 5), [0, 4])
  assert.deepEqual(cellAt({ clientX: 110, clientY: 70 }, box, 5), [4, 4])
  assert.deepEqual(cellAt({ clientX: 9, clientY: 45 }, box, 5), [2, 0])
})

test('what the lab has come to is told outside: each answer, and each ideal that was awaited', () => {
  /** @type {Record<string, string>} */
  const dataset = {}
  const signs = new LabSigns({ dataset })
  signs.idealCame()
  assert.equal(dataset.ideals, undefined)
  signs.awaitsIdeal = true
  for (let k = 0; k < 2; k++) {
    signs.answered()
    signs.idealCame()
  }
  assert.deepEqual([dataset.answers, dataset.ideals], ['2', '1'])
  signs.showNet({ net: [0.5, -1], pulled: 0.25 })
  signs.showTraining({ status: 'idle' })
  assert.deepEqual([dataset.pulled, dataset.training, dataset.step], ['0.2500', 'idle', '0'])
  assert.equal(dataset.net.split(' ').length, 2)
})

test('keys go over the cells of a matrix and stop at its edges', () => {
  /** @param {string} key @param {[number, number] | null} from */
  const by = (key, from, shiftKey = false) => cellByKey(from, { key, shiftKey }, 5)
  assert.deepEqual(by('ArrowDown', null), [0, 0])
  assert.deepEqual(by('ArrowLeft', null), [0, 0])
  assert.deepEqual(by('ArrowDown', [0, 3]), [1, 3])
  assert.deepEqual(by('ArrowRight', [1, 3]), [1, 4])
  assert.deepEqual(by('ArrowRight', [1, 4]), [1, 4])
  assert.deepEqual(by('ArrowUp', [4, 0], true), [0, 0])
  assert.equal(by('Home', [1, 1]), null)
})
