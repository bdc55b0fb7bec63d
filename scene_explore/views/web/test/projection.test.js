import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flatLayoutOf, hasBoth, hasLayout, layoutNames, layoutOf } from '../src/deck/layouts.js'
import { densityOf, radiusOf, symbolsOf } from '../src/panels/projection/dots.js'
import { followedFilm, Trajectory } from '../src/panels/projection/followed_film.js'
import { labelOf, measurable } from '../src/panels/projection/layout_form.js'
import { layoutText, pathText, trustText } from '../src/panels/projection/layout_text.js'
import { arrowsOn, inkAt } from '../src/scatter/trajectory.js'
import { FIRST, Shared } from '../src/stage/shared.js'
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

test('a trajectory is drawn anew where another film is followed, and only while it is drawn', () => {
  const deck = sixScenes()
  const shared = new Shared({ ...FIRST, path: true })
  const trajectory = new Trajectory({ deck, shared, shown: rows => rows.filter(i => i !== 2) })
  assert.ok(trajectory.isStale)
  trajectory.note()
  assert.deepEqual([trajectory.film, trajectory.rows, trajectory.isStale], [0, [0, 1], false])
  shared.set({ playing: [4] })
  assert.deepEqual([trajectory.film, trajectory.rows, trajectory.isStale], [1, [4, 5, 3], true])
  assert.equal(trajectory.text, 'Trajectory of y: 3 scenes in the order of time.')
  shared.set({ path: false })
  assert.deepEqual([trajectory.rows, trajectory.text, trajectory.isStale], [[], '', false])
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

/** Layouts by names, of as many dimensions as their names say. @param {string[]} names */
const layoutsOf = (...names) =>
  Object.fromEntries(
    names.map(name => [name, { xy: new Float32Array(0), dims: name.endsWith('3-D') ? 3 : 2 }]),
  )

test('a layout is found by its name and its dimensions, else by its name, else it is the first', () => {
  const all = layoutsOf('PCA', 'PCA 3-D', 'UMAP', 't-SNE 3-D')
  const found = /** @param {string} name @param {number} dims */ (name, dims) =>
    Object.keys(all).find(o => all[o] === layoutOf(all, name, dims))
  assert.deepEqual([found('PCA', 2), found('PCA', 3)], ['PCA', 'PCA 3-D'])
  assert.deepEqual([found('UMAP', 3), found('t-SNE', 2)], ['UMAP', 't-SNE 3-D'])
  assert.deepEqual([found('PaCMAP', 2), found('toString', 3)], ['PCA', 'PCA'])
  assert.equal(layoutOf({}, 'PCA', 2), undefined)
})

test('of a picture in the plane a layout in three dimensions takes no place', () => {
  const all = layoutsOf('PCA', 'UMAP 3-D')
  assert.equal(flatLayoutOf(all, 'UMAP'), all.PCA)
  assert.equal(flatLayoutOf(all, 'PCA'), all.PCA)
  assert.equal(flatLayoutOf({}, 'PCA'), undefined)
})

test('a layout has one name in two and in three dimensions', () => {
  const all = layoutsOf('PCA', 'PCA 3-D', 'UMAP 3-D')
  assert.deepEqual(layoutNames(all), ['PCA', 'UMAP'])
  assert.deepEqual([hasLayout(all, 'UMAP'), hasLayout(all, 't-SNE')], [true, false])
  assert.deepEqual([hasBoth(all, 'PCA'), hasBoth(all, 'UMAP')], [true, false])
})

test('the more scenes, the smaller the dots, within bounds', () => {
  const radii = [1, 100, 10_000, 1e6].map(n => radiusOf(n, 2))
  assert.deepEqual(
    radii,
    radii.toSorted((a, b) => b - a),
  )
  assert.deepEqual([radii[0], radii[3], radiusOf(1e6, 3)], [4.5, 1.5, 3])
})

test('a category has its symbol, and a scene without a number an open dot', () => {
  const deck = sixScenes()
  const numbers = symbolsOf(deck, 'hour')
  assert.deepEqual([numbers(0), numbers(2)], ['circle', 'circle-open'])
  const { groups, of } = /** @type {any} */ (deck.look('place'))
  const places = symbolsOf(deck, 'place')
  for (const row of deck.ids.keys()) assert.equal(places(row), groups[of(row)].symbol)
})

test('lines of equal density are drawn in the plane alone', () => {
  const xy = Float32Array.from({ length: 60 }, (_, i) => (i * 7) % 11)
  const rows = Array.from({ length: 20 }, (_, i) => i)
  assert.ok(densityOf({ xy, dims: 2 }, rows).length > 0)
  assert.deepEqual(densityOf({ xy, dims: 3 }, rows), [])
})
