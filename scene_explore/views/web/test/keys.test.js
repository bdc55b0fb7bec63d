import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StageKeys, takesKey } from '../src/stage/keys.js'
import { keyName } from '../src/stage/keys_dialog.js'

/** @param {string} key @param {string} says @param {() => void | boolean} act */
const action = (key, says, act) => ({ key, says, act })

test('of two actions of a key the later comes first, and the earlier where that has nothing to do', () => {
  const keys = new StageKeys()
  /** @type {string[]} */
  const done = []
  let busy = true
  keys.add([action('Escape', 'Clear the selection', () => void done.push('stage'))])
  const end = keys.add([
    action('Escape', 'Clear the points', () => busy && void done.push('panel')),
  ])
  assert.equal(keys.press('Escape'), true)
  busy = false
  keys.press('Escape')
  assert.deepEqual(done, ['panel', 'stage'])
  end()
  assert.deepEqual(
    keys.actions.map(o => o.says),
    ['Clear the selection'],
  )
})

test('a key that nobody has is left to others', () => {
  const keys = new StageKeys()
  keys.add([action('i', 'Mark', () => false)])
  assert.equal(keys.press('i'), false)
  assert.equal(keys.press('x'), false)
})

test('keys are called as they are written on a keyboard', () => {
  assert.deepEqual(
    [' ', 'ArrowLeft', 'Escape', 'j', 'Z', ',', '?', 'PageUp', 'Enter'].map(keyName),
    ['Space', '←', 'Esc', 'J', 'Shift+Z', ',', '?', 'Page Up', 'Enter'],
  )
})

test('a part describes its own keys once', () => {
  const keys = new StageKeys()
  for (const says of ['before', 'now']) keys.describe('In the table', [{ keys: ['a'], says }])
  assert.deepEqual([...keys.notes], [['In the table', [{ keys: ['a'], says: 'now' }]]])
  assert.equal(keys.press('a'), false)
})

test('whoever is typed into keeps the keys, a range only those that move it', () => {
  const [text, range, box] = ['text', 'range', 'checkbox'].map(type => ({ tagName: 'INPUT', type }))
  assert.ok(['j', ' ', 'ArrowLeft'].every(key => takesKey(text, key)))
  assert.ok(['ArrowLeft', 'Home', 'PageUp'].every(key => takesKey(range, key)))
  assert.ok(['j', ' ', ',', 'Escape'].every(key => !takesKey(range, key)))
  assert.deepEqual(
    [' ', 'j'].map(key => takesKey(box, key)),
    [true, false],
  )
  assert.deepEqual(
    [' ', 'j'].map(key => takesKey({ tagName: 'BUTTON' }, key)),
    [true, false],
  )
  assert.equal(takesKey({ tagName: 'DIV' }, ' '), false)
})
