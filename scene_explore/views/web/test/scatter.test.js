import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticks, tickText } from '../src/kit/axes.js'
import { placesInView } from '../src/scatter/dots.js'
import { boxOf, joined, joinOf, rowsInside } from '../src/scatter/lasso.js'
import { flattened, turnedBy } from '../src/scatter/orbit.js'
import { Plane } from '../src/scatter/plane.js'
import { Raster } from '../src/scatter/raster.js'
import { Sprites } from '../src/scatter/sprites.js'
import { contains, shapeOf } from '../src/scatter/symbols.js'
import { Viewport, viewOf } from '../src/scatter/viewport.js'

const RED = [255, 0, 0]
const WHITE = [255, 255, 255]
const sprites = new Sprites(WHITE)
const near = (/** @type {number} */ a, /** @type {number} */ b, eps = 1e-9) =>
  assert.ok(Math.abs(a - b) <= eps, `${a} is not ${b}`)

test('shapes have about the area of a disc, so that no category looks larger', () => {
  for (const symbol of ['circle', 'square', 'diamond', 'cross', 'x', 'triangle-up', 'star']) {
    const points = shapeOf(symbol)
    const twice = points.reduce((sum, [x, y], i) => {
      const [u, v] = points[(i + 1) % points.length]
      return sum + x * v - u * y
    }, 0)
    const area = Math.abs(twice) / 2
    assert.ok(area > 2.3 && area < 3.6, `${symbol}: ${area}`)
  }
})

test('a point lies inside of a polygon or it does not, concave ones too', () => {
  /** @type {[number, number][]} */
  const corner = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 4],
    [2, 2],
    [0, 2],
  ]
  assert.ok(contains(corner, 1, 1) && contains(corner, 3, 3))
  assert.ok(!contains(corner, 1, 3) && !contains(corner, 5, 1) && !contains([], 0, 0))
})

test('a sprite is its colour in the middle, paper at the rim and nothing beyond', () => {
  const { size, rgba } = sprites.get('circle', 4, RED)
  const middle = 4 * ((size * size - 1) / 2)
  assert.deepEqual([...rgba.slice(middle, middle + 4)], [255, 0, 0, 255])
  assert.equal(rgba[3], 0)
  const ink = rgba.reduce((sum, v, k) => sum + (k % 4 === 3 ? v / 255 : 0), 0)
  near(ink, Math.PI * 4.75 ** 2, 1)
})

test('the pixels of an open dot are paper inside', () => {
  const { size, rgba } = sprites.get('circle-open', 4, RED)
  const middle = 4 * ((size * size - 1) / 2)
  assert.deepEqual([...rgba.slice(middle, middle + 4)], [255, 255, 255, 255])
})

test('the dot drawn last is the one that is seen and found', () => {
  const raster = new Raster(40, 30)
  raster.dot(sprites.get('circle', 4, RED), 7, 12, 15)
  raster.dot(sprites.get('circle', 4, [0, 0, 255]), 9, 15, 15)
  assert.equal(raster.at(15, 15), 9)
  assert.equal(raster.at(8, 15), 7)
  assert.equal(raster.at(30, 15), -1)
  assert.equal(raster.at(24, 15, 6), 9)
  assert.deepEqual(
    [...raster.rgba.slice(4 * (15 * 40 + 15), 4 * (15 * 40 + 15) + 4)],
    [0, 0, 255, 255],
  )
})

test('the nearest dot within reach is that of brute force, dots over the edge too', () => {
  const raster = new Raster(60, 50)
  const sprite = sprites.get('square', 2, RED)
  let seed = 1
  const random = () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  for (let row = 0; row < 40; row++) raster.dot(sprite, row, random() * 64 - 2, random() * 54 - 2)
  for (let k = 0; k < 200; k++) {
    const [x, y] = [Math.floor(random() * 60), Math.floor(random() * 50)]
    let least = Infinity
    raster.rows.forEach((row, i) => {
      if (row >= 0) least = Math.min(least, ((i % 60) - x) ** 2 + (Math.floor(i / 60) - y) ** 2)
    })
    const found = raster.at(x, y, 5)
    assert.equal(found >= 0, least <= 25)
    const own = Array.from(raster.rows.keys()).filter(i => raster.rows[i] === found)
    const far = own.map(i => ((i % 60) - x) ** 2 + (Math.floor(i / 60) - y) ** 2)
    if (found >= 0) assert.equal(Math.min(...far), least)
  }
})

test('a dim dot lets what is below shine through, by the formula of over', () => {
  const raster = new Raster(9, 9)
  const sprite = sprites.get('square', 6, [0, 0, 0])
  raster.dot(sprites.get('square', 6, WHITE), 0, 4, 4)
  raster.dot(sprite, 1, 4, 4, 0.2)
  const at = 4 * (4 * 9 + 4)
  near(raster.rgba[at], 255 * 0.8, 1)
  assert.equal(raster.rgba[at + 3], 255)
})

test('pixels and coordinates are one another, whatever the view', () => {
  const port = new Viewport()
  port.resize(640, 380, { left: 44, right: 8, top: 28, bottom: 36 })
  port.view = { x: 3, y: -2, span: 0.5 }
  const [px, py] = port.toPixel(3.1, -2.05)
  const [x, y] = port.toData(px, py)
  near(x, 3.1)
  near(y, -2.05)
  const before = port.toData(200, 100)
  port.view = port.zoomed(2.5, 200, 100)
  near(port.toData(200, 100)[0], before[0])
  near(port.view.span, 0.2)
  port.view = port.panned(30, -20)
  near(port.toData(230, 80)[0], before[0])
  near(port.toData(230, 80)[1], before[1])
})

test('a place is in the picture within its axes, their lines too, and one that is nowhere is not', () => {
  const port = new Viewport()
  port.resize(100, 80, { left: 10, right: 20, top: 5, bottom: 15 })
  const held = /** @param {[number, number][]} places */ (...places) =>
    places.map(o => port.holds(o))
  assert.deepEqual(held([10, 5], [80, 65], [40, 40]), [true, true, true])
  assert.deepEqual(held([9, 40], [81, 40], [40, 66], [Number.NaN, 40]), [
    false,
    false,
    false,
    false,
  ])
})

test('the first view shows every point, of a single one too', () => {
  const port = new Viewport()
  port.resize(300, 200, { left: 0, right: 0, top: 0, bottom: 0 })
  port.view = viewOf(
    [
      [0, 0],
      [9, 1],
      [3, -4],
    ],
    port.aspect,
  )
  const { x, y } = port.ranges
  assert.ok(x[0] < 0 && x[1] > 9 && y[0] < -4 && y[1] > 1)
  assert.ok(viewOf([[5, 5]], 1).span > 0)
  assert.deepEqual(viewOf([], 1), { x: 0, y: 0, span: 2 })
})

test('a turn keeps lengths, and what is in front is nearer', () => {
  const xyz = Float32Array.from([1, 2, 3, -1, 0.5, 0])
  const { xy, near: towards } = flattened(xyz, { turn: 0.4, tilt: 1.1 })
  near(Math.hypot(xy[0], xy[1], towards[0]), Math.hypot(1, 2, 3), 1e-5)
  const front = flattened(Float32Array.from([0, -1, 0, 0, 1, 0]), { turn: 0, tilt: 0 })
  assert.ok(front.near[0] > front.near[1])
  assert.equal(turnedBy({ turn: 0, tilt: 1.5 }, 0, 1000).tilt, Math.PI / 2)
})

test('ticks are round and within the range', () => {
  assert.deepEqual(ticks(-1.2, 1.3, 5), [-1, -0.5, 0, 0.5, 1])
  assert.deepEqual(ticks(0, 100, 5), [0, 20, 40, 60, 80, 100])
  assert.deepEqual(ticks(Number.NaN, 1), [])
  assert.equal(tickText(-0.5, 0.5), '−0.5')
  assert.equal(tickText(1e-17, 0.1), '0.0')
  assert.equal(tickText(40, 20), '40')
})

test('what has no coordinates hides nothing else', () => {
  const view = viewOf(
    [
      [0, 0],
      [Number.NaN, 3],
      [4, 2],
    ],
    1,
    1,
  )
  assert.deepEqual(view, { x: 2, y: 1, span: 4 })
})

test('rows within a line are those of brute force, and join what is selected', () => {
  /** @type {Record<number, [number, number]>} */
  const at = { 0: [1, 1], 1: [5, 5], 2: [2, 3], 3: [9, 1] }
  const rows = rowsInside(boxOf([0, 0], [3, 4]), [0, 1, 2, 3], row => at[row])
  assert.deepEqual(rows, [0, 2])
  assert.deepEqual(joined([2, 3], rows, 'add'), [2, 3, 0])
  assert.deepEqual(joined([2, 3], rows, 'remove'), [3])
  assert.deepEqual(joined([2, 3], rows, 'intersect'), [2])
  assert.deepEqual(joined([2, 3], rows, 'new'), [0, 2])
  assert.equal(joinOf({ shiftKey: true, altKey: true }), 'intersect')
})

/** A plane of rows at these places. @param {...number[]} places of two or three coordinates each */
const planeOf = (...places) => {
  const plane = new Plane()
  plane.show({ xy: Float32Array.from(places.flat()), dims: places[0].length })
  return plane
}

test('what is dimmed is drawn first, and what is outside of the picture not at all', () => {
  const port = new Viewport()
  port.resize(100, 100, { left: 0, right: 0, top: 0, bottom: 0 })
  const plane = planeOf([0, 0], [0.5, 0.5], [9, 0], [-0.5, 0])
  const seen = /** @param {Set<number> | null} bright */ bright =>
    placesInView([3, 2, 1, 0], plane, port, bright).map(o => o.row)
  assert.deepEqual(seen(null), [3, 1, 0])
  assert.deepEqual(seen(new Set([2, 3])), [1, 0, 3])
  assert.deepEqual(placesInView([1], plane, port, null)[0].at, [75, 25])
})

test('of three dimensions what is far away is drawn first, however it is turned', () => {
  const plane = planeOf([0, -1, 0], [0, 1, 0], [0, 0, 0])
  for (let k = 0; k < 5; k++) {
    const near = /** @type {Float32Array} */ (plane.near)
    const found = plane.farFirst([0, 1, 2]).map(row => near[row])
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
    )
    plane.turn(90, 10)
  }
  assert.equal(plane.reach, 1)
})

test('a plane in two dimensions is its layout, and is drawn in its own order', () => {
  const plane = planeOf([1, 2], [-3, 0.5])
  assert.deepEqual([plane.at(1), plane.near, plane.reach], [[-3, 0.5], null, 3])
  assert.deepEqual(plane.points([1, 0]), [[-3, 0.5], [1, 2]]) // biome-ignore format: a line
  assert.deepEqual(plane.farFirst([1, 0]), [1, 0])
})
