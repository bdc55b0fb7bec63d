import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterLabel, clusterSetOf, labelled } from '../src/deck/clusters.js'
import { placeInRows } from '../src/kit/roving_rows.js'
import { entriesOf, listsOf, whyOf } from '../src/panels/clusters/entries.js'
import { queuedAfter } from '../src/panels/player/queue.js'
import { contoursOf, densityOf, gaussian, linesAt } from '../src/scatter/contours.js'
import { filtered } from '../src/stage/filter.js'
import { writtenTerm } from '../src/stage/filter_syntax.js'
import { sixScenes } from './decks.js'

/** @import { Condition } from '../src/stage/filter_syntax.js' */
/** @import { Clusters } from '../src/types.d.ts' */
/** @import { Point } from '../src/scatter/symbols.js' */

const group = (/** @type {string} */ value, /** @type {string} */ name, size = 2) => ({
  value,
  name,
  size,
  exemplars: [0],
})

/** @type {Clusters} */
const found = {
  space: 'v',
  sets: [
    {
      column: 'cluster',
      method: 'K-means',
      why: 'K = 2.',
      groups: [group('1', 'kettle, tea', 4), group('2', 'cluster 2')],
    },
  ],
  odd: [5],
  duplicates: [[0, 4, 0.9987]],
  settings: [[[0, 1], [4]]],
  why: { odd: 'far', duplicates: 'near', settings: 'mutually near' },
}
const deck = sixScenes({ extra: { clusters: found } })
const [set] = found.sets

test('a cluster is called by its number and its words, or by its number alone', () => {
  assert.equal(clusterLabel(group('3', 'kettle, tea')), '3 kettle, tea')
  assert.equal(clusterLabel(group('03', 'cluster 3')), 'cluster 3')
  const look = deck.look('cluster')
  assert.deepEqual(look.kind === 'text' && look.groups.map(o => o.label), [
    '1 kettle, tea',
    'cluster 2',
  ])
  assert.equal(clusterSetOf(deck, 'place'), undefined)
  const numbers = deck.look('hour')
  assert.equal(labelled(numbers, set), numbers)
})

test('an entry of a cluster has its scenes, its colour, and the term that filters by it', () => {
  const [first, second] = entriesOf(deck, found, 'clusters', set)
  assert.equal(`${first.title} ${first.note}`, '1 kettle, tea (4)')
  assert.deepEqual(first.rows, [0, 1, 4, 5])
  assert.deepEqual(second.rows, [2, 3])
  assert.equal(first.group?.colour, '#111111')
  assert.deepEqual(first.condition, { column: 'cluster', operator: ':', value: '1' })
})

test('what is in no cluster comes last and is asked for as what is empty', () => {
  const lone = { ...set, column: 'place' }
  const last = entriesOf(deck, found, 'clusters', lone).at(-1)
  assert.equal(`${last?.title} ${last?.note}`, 'In no cluster (2)')
  assert.deepEqual(last?.rows, [3, 5])
  const { rows } = filtered(deck, writtenTerm(/** @type {Condition} */ (last?.condition)))
  assert.deepEqual([...(rows ?? [])], [3, 5])
})

test('a setting shows each of its visits and plays as a list', () => {
  const [setting] = entriesOf(deck, found, 'settings')
  assert.equal(`${setting.title}: ${setting.note}`, 'b: 2 visits, 3 scenes, 2 films')
  assert.deepEqual([setting.rows, setting.pictures, setting.plays], [[0, 1, 4], [0, 4], 'list'])
})

test('a pair plays side by side, an odd one alone', () => {
  const [pair] = entriesOf(deck, found, 'duplicates')
  const { title, note, rows, plays } = pair
  assert.deepEqual([title, note], ['x 0:00.0 and y 0:00.0', 'centred cosine 0.999'])
  assert.deepEqual([rows, plays], [[0, 4], 'pair'])
  const [odd] = entriesOf(deck, found, 'odd')
  assert.deepEqual([odd.rows, odd.plays, odd.note], [[5], 'one', 'y 0:01.0'])
})

test('how many there are, and how they were found', () => {
  assert.deepEqual(
    listsOf(found, set).map(o => o[2]),
    [2, 1, 1, 1],
  )
  assert.equal(whyOf(found, 'clusters', set), 'K-means. K = 2.')
  assert.equal(whyOf(found, 'odd', set), 'far')
  assert.match(whyOf(found, 'clusters'), /too few/)
  assert.match(whyOf({ ...found, why: {} }, 'odd'), /too few/)
})

test('a list goes on after each of its scenes and ends', () => {
  assert.equal(queuedAfter([4, 2, 7], 4), 2)
  assert.equal(queuedAfter([4, 2, 7], 7), undefined)
  assert.equal(queuedAfter([4, 2, 7], 5), undefined)
})

test('arrows go through rows of buttons of different lengths', () => {
  const sizes = [3, 1, 2]
  const at = (/** @type {string} */ key, row = 0, column = 0) =>
    Object.values(placeInRows(key, { row, column }, sizes) ?? {})
  assert.deepEqual(at('ArrowDown', 0, 2), [1, 0])
  assert.deepEqual(at('ArrowDown', 2, 1), [2, 1])
  assert.deepEqual(at('ArrowUp', 0, 1), [0, 1])
  assert.deepEqual(at('ArrowRight', 0, 2), [0, 2])
  assert.deepEqual(at('ArrowLeft', 0, 0), [0, 0])
  assert.deepEqual(at('End', 0, 2), [2, 0])
  assert.deepEqual(at('Home', 2, 1), [0, 0])
  assert.deepEqual(at('x'), [])
})

// ---- density

/** @param {number} x @param {number} y @param {number} n @returns {Point[]} on a circle of radius 0.1 */
const clump = (x, y, n) =>
  Array.from({ length: n }, (_, k) => [
    x + 0.1 * Math.cos((2 * Math.PI * k) / n),
    y + 0.1 * Math.sin((2 * Math.PI * k) / n),
  ])

test('weights of a Gaussian are symmetric and together one', () => {
  const weights = gaussian(1.5)
  assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-12)
  assert.deepEqual(weights, weights.toReversed())
  const middle = (weights.length - 1) / 2
  const ratio = weights[middle + 1] / weights[middle]
  assert.ok(Math.abs(ratio - Math.exp(-1 / (2 * 1.5 ** 2))) < 1e-12)
})

test('smoothing loses no point and is highest where they are', () => {
  const density = densityOf([...clump(0, 0, 40), ...clump(5, 0, 10)])
  assert.ok(density)
  const sum = density.values.reduce((a, b) => a + b)
  assert.ok(Math.abs(sum - 50) < 1e-2) // the room around is four deviations
  const at = density.values.indexOf(Math.max(...density.values))
  const x = density.x + (at % density.size) * density.step
  const y = density.y + Math.floor(at / density.size) * density.step
  assert.ok(Math.hypot(x, y) < 0.5)
})

test('lines of a cone are circles', () => {
  const size = 41
  const values = Float64Array.from({ length: size ** 2 }, (_, k) => {
    const [u, v] = [(k % size) - 20, Math.floor(k / size) - 20]
    return 20 - Math.hypot(u, v)
  })
  const lines = linesAt({ size, x: -20, y: -20, step: 1, values }, 20 - Math.PI ** 2)
  const ends = lines.flat()
  assert.ok(ends.every(([x, y]) => Math.abs(Math.hypot(x, y) - Math.PI ** 2) < 0.05))
  const long = lines.reduce((sum, [a, b]) => sum + Math.hypot(a[0] - b[0], a[1] - b[1]), 0)
  assert.ok(Math.abs(long - 2 * Math.PI ** 3) < 0.3)
  const times = new Map()
  for (const o of ends) {
    const key = o.map(v => v.toFixed(6)).join()
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  assert.ok([...times.values()].every(n => n === 2)) // each line goes on in another: they close
})

test('two clumps have two islands, and the denser a level the shorter its lines', () => {
  const lengths = contoursOf([...clump(0, 0, 60), ...clump(9, 0, 60)]).map(({ lines }) =>
    lines.reduce((sum, [a, b]) => sum + Math.hypot(a[0] - b[0], a[1] - b[1]), 0),
  )
  assert.deepEqual(
    lengths,
    lengths.toSorted((a, b) => b - a),
  )
  const [top] = contoursOf([...clump(0, 0, 60), ...clump(9, 0, 60)]).slice(-1)
  const sides = new Set(top.lines.flat().map(([x]) => x > 4.5))
  assert.equal(sides.size, 2)
})

test('too few points, points at one place, and what is no number have no lines', () => {
  assert.deepEqual(contoursOf([]), [])
  assert.deepEqual(
    contoursOf([
      [1, 1],
      [1, 1],
      [1, 1],
    ]),
    [],
  )
  assert.equal(densityOf([...clump(0, 0, 2), [Number.NaN, 0]]), null)
})
