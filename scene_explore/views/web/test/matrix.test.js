import assert from 'node:assert/strict'
import { test } from 'node:test'
/** @import { Numbers } from '../src/types.d.ts' */
/** @import { Run } from '../src/panels/matrix/orders.js' */
import { quantile } from '../src/kit/statistics.js'
import { noteOf } from '../src/panels/matrix/cells.js'
import { colourRange, offDiagonal, pixelsOf } from '../src/panels/matrix/colour_range.js'
import {
  cellAt,
  cellSize,
  geometryOf,
  placeAt,
  rangeIn,
  squareOf,
} from '../src/panels/matrix/geometry.js'
import { stepped } from '../src/panels/matrix/keys.js'
import { beginnings, fitText, labelsOfColumns, labelsOfRows } from '../src/panels/matrix/labels.js'
import { matrixOrder, matrixOrders, positionsOf } from '../src/panels/matrix/orders.js'
import { barTexts } from '../src/panels/matrix/picture.js'
import { blockMeans, Pool } from '../src/panels/matrix/pool.js'
import {
  blockOf,
  blocksOf,
  fitted,
  middleOf,
  positionsIn,
  scaled,
  Viewport,
  whole,
} from '../src/panels/matrix/viewport.js'
import { sixScenes } from './decks.js'

/** Unit vectors that repeat, from a generator with a seed. @param {number} n @param {number} d */
const unitVectors = (n, d) => {
  let state = 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.3
  }
  const x = Float32Array.from({ length: n * d }, random)
  for (let i = 0; i < n; i++) {
    const length = Math.hypot(...x.subarray(i * d, (i + 1) * d))
    for (let k = 0; k < d; k++) x[i * d + k] /= length
  }
  return { x, d }
}

/** @param {{ x: Numbers, d: number }} space @param {number} i @param {number} j */
const cosine = ({ x, d }, i, j) => {
  let sum = 0
  for (let k = 0; k < d; k++) sum += x[i * d + k] * x[j * d + k]
  return sum
}

/** @param {(at: number) => number} of @param {number} from @param {number} to */
const mean = (of, from, to) => {
  let sum = 0
  for (let at = from; at < to; at++) sum += of(at)
  return sum / (to - from)
}

// ---- orders

test('orders are those of time, of clusters and groups, and of similarity', () => {
  const names = matrixOrders(sixScenes()).map(([key]) => key)
  assert.deepEqual(names, ['time', 'place', 'cluster', 'similarity'])
})

test('in order of time, films follow each other', () => {
  const { rows, runs } = matrixOrder(sixScenes(), undefined, 'time')
  assert.deepEqual(rows, [0, 1, 2, 4, 5, 3])
  assert.deepEqual(runs, [
    [0, 3, 'x'],
    [3, 6, 'y'],
  ])
})

test('groups lie together, in order of time within, the unknown last', () => {
  const { rows, runs } = matrixOrder(sixScenes(), undefined, 'place')
  assert.deepEqual(rows, [1, 2, 0, 4, 5, 3])
  assert.deepEqual(
    runs.map(o => o[2]),
    ['a', 'b', 'unknown'],
  )
})

test('numbers ascend, the missing last', () => {
  assert.deepEqual(matrixOrder(sixScenes(), undefined, 'hour').rows, [1, 5, 4, 3, 0, 2])
})

test('similarity is the order of the first axis; an unknown order is that one', () => {
  const d = sixScenes()
  assert.deepEqual(matrixOrder(d, d.spaces[0], 'similarity').rows, [5, 4, 3, 2, 1, 0])
  assert.deepEqual(matrixOrder(d, d.spaces[0], 'nowhere').rows, [5, 4, 3, 2, 1, 0])
  assert.deepEqual(matrixOrder(d, undefined, 'similarity').rows, [0, 1, 2, 4, 5, 3])
})

test('hidden rows have no position', () => {
  const { rows } = matrixOrder(sixScenes(), undefined, 'time', o => o.filter(i => i !== 1))
  assert.deepEqual([...positionsOf(rows, 6)], [0, -1, 1, 4, 2, 3])
})

// ---- numbers

test('a block has the mean of its vectors', () => {
  const space = unitVectors(7, 3)
  const rows = [6, 5, 4, 3, 2, 1, 0]
  const found = blockMeans(space, rows, 1, 5, 2) // positions 1 and 2, 3 to 5
  for (let k = 0; k < 3; k++) {
    const first = mean(p => space.x[rows[p] * 3 + k], 1, 3)
    const second = mean(p => space.x[rows[p] * 3 + k], 3, 6)
    assert.ok(Math.abs(found[k] - first) < 1e-6)
    assert.ok(Math.abs(found[3 + k] - second) < 1e-6)
  }
})

test('a cell is the mean cosine of its scenes, on and off the diagonal', () => {
  const n = 950
  const space = unitVectors(n, 5)
  const rows = Array.from({ length: n }, (_, i) => (i * 7) % n)
  for (const range of [whole(n), { row: 20, column: 130, size: 801 }]) {
    const pool = new Pool(space, rows, range)
    assert.ok(pool.run(() => true))
    for (const cell of /** @type {[number, number][]} */ ([
      [0, 0],
      [3, 399],
      [399, 3],
      [200, 201],
    ])) {
      const { top, bottom, left, right } = positionsIn(range, cell)
      const wanted = mean(p => mean(q => cosine(space, rows[p], rows[q]), left, right), top, bottom)
      assert.ok(Math.abs(pool.values[cell[0] * 400 + cell[1]] - wanted) < 1e-5)
    }
  }
})

test('a pool stops when it is told, and goes on from there', () => {
  const pool = new Pool(unitVectors(8, 2), [0, 1, 2, 3, 4, 5, 6, 7], whole(8))
  let rows = 3
  assert.ok(!pool.run(() => rows-- > 0))
  assert.equal(pool.done, 3)
  assert.ok(pool.run(() => true))
  assert.ok(Math.abs(pool.values[63] - 1) < 1e-6)
})

// ---- what is in view

test('a range has whole scenes, six at least, and lies within', () => {
  assert.deepEqual(fitted({ row: -3, column: 97.6, size: 2.2 }, 100), {
    row: 0,
    column: 94,
    size: 6,
  })
  assert.deepEqual(fitted({ row: 5, column: 5, size: 9 }, 3), { row: 0, column: 0, size: 3 })
})

test('the place under the pointer stays where it is', () => {
  const range = { row: 10, column: 20, size: 40 }
  const to = scaled(range, 0.5, [20, 50], 100)
  assert.deepEqual(to, { row: 15, column: 35, size: 20 })
  assert.equal((20 - range.row) / range.size, (20 - to.row) / to.size)
})

test('blocks cover all scenes, each once', () => {
  const range = { row: 7, column: 0, size: 1003 }
  let end = 7
  for (let block = 0; block < blocksOf(range); block++) {
    const { top, bottom } = positionsIn(range, [block, 0])
    assert.equal(top, end)
    assert.equal(blockOf(top, range.row, range) <= block, true)
    end = bottom
  }
  assert.equal(end, 1010)
})

test('the way back is by what was in view, then to the whole', () => {
  const viewport = new Viewport(100)
  let told = 0
  viewport.watchers.add({
    onRange: () => {
      told += 1
    },
    onAim: () => {},
  })
  assert.ok(viewport.zoom(0.5, [50, 50], true))
  assert.ok(viewport.go({ row: 30, column: 30, size: 10 }))
  assert.ok(!viewport.go({ row: 30.2, column: 30, size: 10 }))
  viewport.back()
  assert.deepEqual(viewport.range, { row: 25, column: 25, size: 50 })
  viewport.zoom(0.5, [50, 50], false)
  viewport.back()
  assert.ok(viewport.isWhole)
  assert.ok(!viewport.back())
  assert.equal(told, 5)
})

test('a note says what a cell is', () => {
  assert.match(noteOf(whole(1000), 1000), /mean of 2\.5 × 2\.5 scenes/)
  assert.match(noteOf(whole(800), 800), /mean of 2 × 2 scenes/)
  assert.equal(noteOf({ row: 0, column: 3, size: 20 }, 90), '20 × 20 of 90 × 90 scenes.')
  assert.equal(noteOf(whole(20), 20), '')
})

// ---- where it lies

test('names take a fifth of the width, a small matrix has none', () => {
  const large = geometryOf(400, false, true)
  assert.deepEqual(large, { left: 98, top: 36, side: 294, label: 80, width: 400, height: 366 })
  assert.equal(geometryOf(400, true, true).label, 0)
  assert.equal(geometryOf(4000, false, false).side, 560)
  const low = geometryOf(4000, false, true, 300) // 36 above, 36 below
  assert.deepEqual([low.side, low.height, low.width], [228, 300, 110 + 18 + 228 + 8])
  assert.equal(geometryOf(4000, false, true, 90).side, 180)
})

test('the cell under the pointer, none beside the square', () => {
  const geometry = geometryOf(226, false, false) // 18 px left, 20 above, a square of 200
  const range = whole(100)
  assert.equal(cellSize(geometry, range), 2)
  assert.deepEqual(cellAt(geometry, range, 18, 20), [0, 0])
  assert.deepEqual(cellAt(geometry, range, 217.9, 25), [2, 99])
  assert.equal(cellAt(geometry, range, 218, 25), null)
  assert.equal(cellAt(geometry, range, 30, 19), null)
})

test('a square that is dragged is the range below it', () => {
  const geometry = geometryOf(226, false, false)
  const range = { row: 100, column: 300, size: 50 }
  const square = squareOf(geometry, { x: 118, y: 120, dx: -40, dy: -10 })
  assert.deepEqual(square, { x: 78, y: 80, side: 40 })
  assert.deepEqual(rangeIn(geometry, range, square), { row: 115, column: 315, size: 10 })
  assert.deepEqual(placeAt(geometry, range, 18, 20), [100, 300])
  const beyond = squareOf(geometry, { x: 200, y: 200, dx: 500, dy: 0 })
  assert.deepEqual(beyond, { x: 18, y: 20, side: 200 })
})

test('arrows begin at the scene that plays and stay within', () => {
  const range = { row: 10, column: 20, size: 30 }
  assert.deepEqual(stepped(null, [0, 1], range, undefined), [0, 0])
  assert.deepEqual(stepped(null, [0, 1], range, 25), [15, 5])
  assert.deepEqual(stepped([0, 29], [-1, 1], range, 25), [0, 29])
  assert.deepEqual(stepped([4, 4], [10, 0], range, 25), [14, 4])
  assert.deepEqual(middleOf(range, [0, 2]), [10.5, 22.5])
})

// ---- names

test('names do not stand on each other', () => {
  /** @type {Run[]} */
  const runs = [
    [0, 1, 'a'],
    [1, 2, 'b'],
    [2, 30, 'c'],
    [90, 99, 'out of view'],
  ]
  const texts = labelsOfRows(runs, 0, 5, 200).map(o => o.text)
  assert.deepEqual(texts, ['a', 'c'])
  assert.deepEqual(
    labelsOfColumns(runs, 0, 5, 200).map(o => [o.text, o.middle]),
    [['c', 80]],
  )
  assert.deepEqual(beginnings(runs, 0, 5, 200), [5, 10])
})

test('a name is cut to its room', () => {
  /** @param {string} text */
  const width = text => text.length
  assert.equal(fitText(width, 'kitchen', 7), 'kitchen')
  assert.equal(fitText(width, 'kitchen', 5), 'kitc…')
  assert.equal(fitText(width, 'kitchen', 0), 'k…')
})

// ---- colours

test('cells that hold a scene and itself are left out, in every range', () => {
  const values = Array.from({ length: 49 }, (_, i) => i)
  const square = offDiagonal(values, whole(7))
  assert.equal(square.length, 42)
  assert.ok(!square.includes(24))
  const beside = offDiagonal(values, { row: 0, column: 5, size: 7 }) // scenes 5 and 6 are in both
  assert.equal(beside.length, 47)
  assert.ok(!beside.includes(5 * 7) && !beside.includes(6 * 7 + 1))
})

test('a few extremes do not set the colours, and it is known that they are beyond', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, i) => {
    if (i % 101 === 0) return 1 // the diagonal of 100 scenes
    return i === 1 ? -5 : i / 10_000
  })
  const { low, high, below, above } = colourRange(values, whole(100))
  assert.ok(Math.abs(low - 0.02) < 1e-3 && Math.abs(high - 0.98) < 1e-3)
  assert.ok(below && above)
  assert.deepEqual(barTexts({ low, high, below, above: false }), ['below 0.02', '0.50', '0.98'])
})

test('a range of colours is never empty', () => {
  for (const n of [1, 2]) {
    const { low, high } = colourRange([1, 1, 1, 1], whole(n))
    assert.ok(high > low)
  }
  assert.equal(quantile([1, 2, 3], 0.5), 2)
})

test('values beyond the range have the colours of its ends', () => {
  const table = Uint8ClampedArray.from({ length: 768 }, (_, i) => Math.floor(i / 3))
  const pixels = pixelsOf([-1, 0, 0.5, 1, 2], { low: 0, high: 1 }, table)
  const red = [0, 1, 2, 3, 4].map(i => pixels[4 * i])
  assert.deepEqual(red, [0, 0, 128, 255, 255])
  assert.equal(pixels[3], 255)
})
