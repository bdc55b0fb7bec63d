import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closesOnEscape, keepsOnEnter } from '../src/kit/dom.js'

test('keys of an input method neither close nor keep', () => {
  const done = /** @type {string[]} */ ([])
  const close = closesOnEscape(() => done.push('closed'))
  const keep = keepsOnEnter(() => done.push('kept'))
  const key = (/** @type {object} */ o) =>
    /** @type {KeyboardEvent} */ (Object.assign(new Event('keydown'), o))
  close(key({ key: 'Escape', isComposing: true }))
  keep(key({ key: 'Enter', isComposing: true }))
  assert.deepEqual(done, [])
  close(key({ key: 'Escape', isComposing: false }))
  assert.deepEqual(done, ['closed'])
})
