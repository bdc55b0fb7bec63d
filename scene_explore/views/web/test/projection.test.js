import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followedFilm } from '../src/panels/projection/followed_film.js'
import { labelOf, measurable } from '../src/panels/projection/layout_form.js'
import { layoutText, pathText, trustText } from '../src/panels/projection/layout_text.js'
import { arrowsOn, inkAt } from '../src/scatter/trajectory.js'
import { sixScenes } from './decks.js'

/** @import { Point } from '../src/scatter/trajectory.js' */

test('a distance that a method lacks is the cosine there, and stays where the method has it', () => {
  const choice = { neighbours: 15, min_dist: 0.1, metric: 'correlation', seed: 0, dims: 2 }
  const of = /** @param {string} method */ method =>
    measurable({ ...choice, method, vectors: 'own' }).metric
  assert.deepEqual(['UMAP', 't-SNE', 'PaCMAP'].map(of), ['correlation', 'correlation', 'cosine'])
})

test('arrowheads stand in the middle of long segments, in their direction', () => {
  /** @type {Point[]} */
  const corner = [
    [0, 0],
    [100, 0],
    [100, 60],
  ]
  assert.deepEqual(arrowsOn(corner), [
    { at: [50, 0], angle: 0 },
    { at: [100, 30], angle: Math.PI / 2 },
  ])
  assert.deepEqual(arrowsOn(corner.toReversed())[1], { at: [50, 0], angle: Math.PI })
})

test('arrowheads are at least 40 pixels of line apart, and none stands on a short segment', () => {
  const line = Array.from({ length: 21 }, (_, i) => /** @type {Point} */ ([10 * i, 0]))
  assert.deepEqual(
    arrowsOn(line).map(o => o.at[0]),
    [5, 45, 85, 125, 165],
  )
  const short = Array.from({ length: 50 }, (_, i) => /** @type {Point} */ ([8 * i, 0]))
  assert.deepEqual(arrowsOn(short), [])
  assert.deepEqual(arrowsOn([[1, 1]]), [])
})

test('the ink grows along the film', () => {
  assert.equal(inkAt(0), 0.25)
  assert.equal(inkAt(0.5), 0.625)
  assert.equal(inkAt(1), 1)
})

test('the film that is followed is the chosen one, else that of the scene, else the first', () => {
  const deck = sixScenes()
  const followed = (pathFilm = '', playing = [0].slice(1), selection = [0].slice(1)) =>
    followedFilm(deck, { pathFilm, playing, selection })
  assert.equal(followed(), 0)
  assert.equal(followed('y'), 1)
  assert.equal(followed('', [4], [0]), 1)
  assert.equal(followed('', [], [3]), 1)
  assert.equal(followed('x', [4]), 0)
  assert.equal(followed('of another deck', [], [3]), 1)
})

test('a field that a method lacks has no label, and t-SNE has a perplexity', () => {
  assert.equal(labelOf('neighbours', 'UMAP'), 'neighbours')
  assert.equal(labelOf('neighbours', 't-SNE'), 'perplexity')
  assert.equal(labelOf('min_dist', 'UMAP'), 'min_dist')
  assert.equal(labelOf('min_dist', 'PaCMAP'), '')
  assert.equal(labelOf('seed', 't-SNE'), 'seed')
})

test('a layout says how it was made and how far it can be trusted', () => {
  assert.equal(layoutText({ settings: 'perplexity 5, seed 0' }), 'Perplexity 5, seed 0.')
  assert.equal(layoutText({ settings: '' }), '')
  assert.match(trustText({ trust: 0.876, among: 0 }), /^Trustworthiness 0\.88: 1 where/)
  assert.match(
    trustText({ trust: 1, among: 3000 }),
    /^Trustworthiness 1\.00 among 3000 scenes drawn by lot:/,
  )
  assert.equal(trustText({ trust: null }), '')
  assert.equal(pathText('a.mp4', 1), 'Trajectory of a.mp4: 1 scene in the order of time.')
  assert.equal(pathText('a.mp4', 0), '')
})
