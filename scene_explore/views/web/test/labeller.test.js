import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digitOf, pressOf } from '../src/panels/labeller/keys.js'

test('digits, letters and arrows are presses, all else is left alone', () => {
  assert.deepEqual([...'09btunp'].map(pressOf), [...'09btunp'])
  assert.deepEqual(['ArrowRight', 'ArrowLeft'].map(pressOf), ['n', 'p'])
  for (const key of ['x', 'B', '10', 'Enter', 'Tab', ' ', '']) assert.equal(pressOf(key), null)
})

test('nine places have a digit', () => {
  assert.deepEqual([0, 8, 9].map(digitOf), ['1', '9', ''])
})
