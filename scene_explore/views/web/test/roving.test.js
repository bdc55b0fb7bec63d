import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roved } from '../src/kit/roving.js'

test('keys move among buttons and stop at both ends', () => {
  assert.deepEqual(
    ['ArrowUp', 'ArrowDown', 'Home', 'End'].map(key => roved(key, 1, 4)),
    [0, 2, 0, 3],
  )
  assert.equal(roved('ArrowUp', 0, 4), 0)
  assert.equal(roved('ArrowDown', 3, 4), 3)
})

test('other keys keep their use, and among none there is no place', () => {
  for (const key of ['ArrowLeft', 'ArrowRight', 'Enter', ' ']) assert.equal(roved(key, 1, 4), null)
  assert.equal(roved('Home', -1, 0), null)
})
