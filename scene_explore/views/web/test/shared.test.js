import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptView, Shared } from '../src/stage/shared.js'

const shared = () => new Shared(/** @type {any} */ ({ selection: [], hover: -1 }))

test('only who looks at what changed is told, once, and by whom', () => {
  const state = shared()
  /** @type {unknown[]} */
  const heard = []
  state.on(['selection'], (keys, from) => heard.push([keys, from]))
  state.set({ hover: 3 })
  state.set({ selection: [1, 2], hover: 3 }, 'host')
  state.set({ selection: [1, 2] })
  assert.deepEqual(heard, [[['selection'], 'host']])
})

test('whoever ends while all are told does not keep others from it', () => {
  const state = shared()
  let heard = 0
  const off = state.on(['hover'], () => off())
  state.on(['hover'], () => {
    heard += 1
  })
  state.set({ hover: 1 })
  state.set({ hover: 2 })
  assert.equal(heard, 2)
})

test('of a view only what is known and says something is taken', () => {
  const view = { colour: 'place', space: null, threshold: null, evil: 1, sort: ['place', -1] }
  assert.deepEqual(keptView(view), { colour: 'place', threshold: null, sort: ['place', -1] })
  assert.deepEqual(keptView(undefined), {})
})
