import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clamp, clock, counted, numberText, precise, short, timecode } from '../src/kit/text.js'

test('a time code carries into seconds, minutes and hours', () => {
  assert.equal(timecode(0), '00:00:00.000')
  assert.equal(timecode(59.9996), '00:01:00.000')
  assert.equal(timecode(3661.25), '01:01:01.250')
})

test('a clock has no fractions, and hours only where there are some', () => {
  assert.equal(clock(61.99), '1:01')
  assert.equal(clock(3600), '1:00:00')
  assert.equal(precise(62.35), '1:02.3')
})

test('what a float holds a little below a whole number is that number', () => {
  assert.equal(precise(0.1 + 0.2), '0:00.3')
  assert.equal(clock(60 - 1e-9), '1:00')
})

test('numbers for people', () => {
  assert.equal(numberText(3), '3')
  assert.equal(numberText(2 / 3, 3), '0.667')
  assert.equal(numberText(1234567.8), '1234568')
  assert.equal(numberText(Number.NaN), '')
  assert.equal(counted(1, 'scene'), '1 scene')
  assert.equal(counted(2, 'matrix', 'matrices'), '2 matrices')
  assert.equal(short('abcdef', 4), 'abc…')
  assert.equal(clamp(7, 0, 5), 5)
})
