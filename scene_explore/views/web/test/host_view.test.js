import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstState, possible } from '../src/stage/chosen.js'
import { HostView } from '../src/stage/host_view.js'
import { Shared } from '../src/stage/shared.js'
import { sixScenes } from './decks.js'

/** What a host sees of six scenes. @param {object} [view] */
const seen = view => {
  const deck = sixScenes()
  const shared = new Shared({ ...firstState(deck), ...view })
  return { shared, host: new HostView({ deck, shared }) }
}

test('before anybody chose, the first space is shown in its first layout', () => {
  const { space, layout, colour, other } = firstState(sixScenes())
  assert.deepEqual([space, layout, colour, other], ['v', 'PCA', 'place', ''])
})

test('a choice that the deck has stays, any other becomes the first', () => {
  const deck = sixScenes()
  const good = { space: 'v', other: 'v', colour: 'hour', layout: 'PCA' }
  assert.deepEqual(possible(deck, good), good)
  const lacking = { space: 'w', other: 'w', colour: 'toString', layout: 'UMAP' }
  assert.deepEqual(possible(deck, lacking), {
    space: 'v',
    other: '',
    colour: 'place',
    layout: 'PCA',
  })
})

test('a layout in three dimensions alone is there by its name', () => {
  const deck = sixScenes()
  const [space] = deck.visual
  space.layouts['UMAP 3-D'] = { ...space.layouts.PCA, dims: 3 }
  const chosen = { space: 'v', other: '', colour: 'place', layout: 'UMAP' }
  assert.equal(possible(deck, chosen).layout, 'UMAP')
})

test('what a host named and is not here is shown as another, and kept as it was named', () => {
  const { shared, host } = seen()
  host.see({ space: 'of another encoder', colour: 'hour' })
  assert.deepEqual([shared.get('space'), host.kept.space], ['v', 'of another encoder'])
  assert.equal(host.kept.colour, 'hour')
})

test('a person who chooses ends what the host named', () => {
  const { shared, host } = seen({ layout: 'UMAP' })
  host.repair('host')
  assert.deepEqual([shared.get('layout'), host.kept.layout], ['PCA', 'UMAP'])
  host.repair()
  assert.equal(host.kept.layout, 'PCA')
})

test('the first colour of a deck is no choice, and none is the first colour', () => {
  const { shared, host } = seen()
  assert.equal(host.kept.colour, null)
  shared.set({ colour: 'hour' })
  assert.equal(host.kept.colour, 'hour')
  host.see(/** @type {any} */ ({ colour: null }))
  assert.deepEqual([shared.get('colour'), host.kept.colour], ['place', null])
})

test('what comes of a view of the host is said to come from there', () => {
  const { shared, host } = seen()
  /** @type {unknown[]} */
  const heard = []
  shared.on(['space', 'density'], (keys, from) => heard.push([keys, from]))
  host.see({ density: true, space: 'w' })
  assert.deepEqual(heard, [
    [['density', 'space'], 'host'],
    [['space'], 'host'],
  ])
})
