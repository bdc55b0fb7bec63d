import assert from 'node:assert/strict'
import { test } from 'node:test'
import { centredRows, centredSpace, meanVector } from '../src/deck/centred.js'
import { Space } from '../src/deck/space.js'

/** Unit vectors around one direction, the last one far from it. */
const vectors = () => {
  const n = 9
  const d = 3
  const x = new Float32Array(n * d)
  for (let i = 0; i < n; i++) {
    const row = i === n - 1 ? [-1, 0, 0] : [3, Math.sin(i * i), Math.cos(2 * i)]
    const length = Math.hypot(...row)
    row.forEach((value, k) => {
      x[i * d + k] = value / length
    })
  }
  return { x, n, d }
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
const dot = (a, b) => Array.from(a).reduce((sum, value, k) => sum + value * b[k], 0)

test('centred cosines are those of brute force', () => {
  const { x, n, d } = vectors()
  const shown = [0, 1, 2, 3, 4, 5, 6, 7]
  const space = new Space({ name: 'v', x: { at: 0, dtype: 'float32', shape: [n, d] } }, n, [
    x.buffer,
  ])
  const centred = centredSpace(space, shown)
  const rows = Array.from({ length: n }, (_, i) => Array.from(x.subarray(i * d, (i + 1) * d)))
  const mean = [0, 1, 2].map(k => shown.reduce((sum, i) => sum + rows[i][k], 0) / shown.length)
  const minus = rows.map(row => row.map((value, k) => value - mean[k]))
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const lengths = Math.hypot(...minus[i]) * Math.hypot(...minus[j])
      assert.ok(Math.abs(centred.similarity(i, j) - dot(minus[i], minus[j]) / lengths) < 1e-5)
    }
  assert.equal(centred.name, 'v')
  assert.ok(space.similarity(0, 4) > 0.8 && centred.similarity(0, 4) < 0.5)
})

test('the mean of what is centred is zero, before lengths are one', () => {
  assert.deepEqual(
    [...meanVector({ x: Float32Array.from([1, 0, 0, 1]), d: 2 }, [0, 1])],
    [0.5, 0.5],
  )
  const out = centredRows({ x: Float32Array.from([1, 0, 0, 1]), d: 2 }, [0, 1])
  assert.ok(Math.abs(out[0] - Math.SQRT1_2) < 1e-6 && Math.abs(out[0] + out[2]) < 1e-6)
})

test('scenes that are all alike have no direction left, and missing ones stay missing', () => {
  assert.deepEqual(
    [...centredRows({ x: Float32Array.from([1, 0, 1, 0]), d: 2 }, [0, 1])],
    [0, 0, 0, 0],
  )
  const missing = Float32Array.from([1, 0, Number.NaN, Number.NaN, 0, 1])
  const out = centredRows({ x: missing, d: 2 }, [0, 1, 2])
  assert.ok(Math.abs(out[0] - Math.SQRT1_2) < 1e-6 && Number.isNaN(out[2]))
})
