// The shapes of dots, all of about the same area: polygons around 0, 0.

/** @typedef {[number, number]} Point */

const CORNERS = 32 // of a circle

/** @param {number} n @param {(k: number) => number} radius @param {number} [turn] radians, clockwise from above @returns {Point[]} */
const around = (n, radius, turn = 0) =>
  Array.from({ length: n }, (_, k) => {
    const angle = (2 * Math.PI * k) / n + turn
    return [radius(k) * Math.sin(angle), -radius(k) * Math.cos(angle)]
  })

/** A plus of bars. @param {number} long @param {number} wide half of each @returns {Point[]} */
const plus = (long, wide) => [
  [-wide, -long],
  [wide, -long],
  [wide, -wide],
  [long, -wide],
  [long, wide],
  [wide, wide],
  [wide, long],
  [-wide, long],
  [-wide, wide],
  [-long, wide],
  [-long, -wide],
  [-wide, -wide],
]

/** @param {Point[]} points @param {number} angle radians @returns {Point[]} */
const turned = (points, angle) => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return points.map(([x, y]) => [c * x - s * y, s * x + c * y])
}

const QUARTER = Math.PI / 4
const CIRCLE = around(CORNERS, () => 1)
/** @type {Record<string, Point[]>} of radius 1 */
const SHAPES = {
  circle: CIRCLE,
  'circle-open': CIRCLE,
  square: around(4, () => 1.25, QUARTER),
  diamond: around(4, () => 1.3),
  cross: plus(1.2, 0.42),
  x: turned(plus(1.2, 0.42), QUARTER),
  'triangle-up': around(3, () => 1.5),
  star: around(10, k => (k % 2 ? 0.62 : 1.45)),
}

/** @param {string} symbol @returns {Point[]} */
export const shapeOf = symbol => SHAPES[symbol] ?? CIRCLE

/** @param {string} symbol */
export const isOpen = symbol => symbol.endsWith('-open')

/**
 * Whether a point lies inside of a polygon, by the even-odd rule.
 * @param {Point[]} polygon
 * @param {number} x
 * @param {number} y
 */
export const contains = (polygon, x, y) => {
  let inside = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i]
    const [bx, by] = polygon[j]
    const crosses = ay > y !== by > y
    if (crosses && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** A shape as the path of an SVG. @param {string} symbol @param {number} radius */
export const symbolPath = (symbol, radius) => {
  const points = shapeOf(symbol).map(
    ([x, y]) => `${(radius * x).toFixed(2)},${(radius * y).toFixed(2)}`,
  )
  return `M${points.join('L')}Z`
}
