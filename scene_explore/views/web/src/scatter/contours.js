// Where dots lie thickly: lines of equal density, drawn below them. The density is a histogram on a
// fine grid, smoothed by a Gaussian; the lines are those of marching squares.

/** @typedef {[number, number]} Point */
/**
 * @typedef {object} Density on a grid, row by row from below
 * @property {number} size cells along each side
 * @property {number} x of the first cell's middle
 * @property {number} y
 * @property {number} step from cell to cell
 * @property {Float64Array} values
 */
/** @typedef {{ level: number, lines: [Point, Point][] }} Contour level: share of the highest density */

const SIZE = 96 // cells along each side
const LEVELS = [0.1, 0.25, 0.5, 0.75] // of the highest density
const EDGE = 4 // deviations of room around the dots: there the density is nothing
const SCOTT = -1 / 6 // n to this power, in two dimensions: the bandwidth by deviations of the dots

/** @param {Point[]} points */
const spreadOf = points => {
  const n = points.length
  const middle = [0, 1].map(k => points.reduce((sum, o) => sum + o[k], 0) / n)
  const squares = points.reduce(
    (sum, o) => sum + (o[0] - middle[0]) ** 2 + (o[1] - middle[1]) ** 2,
    0,
  )
  return Math.sqrt(squares / (2 * n))
}

/** Weights of a Gaussian at whole steps, together 1. @param {number} deviation steps @returns {number[]} */
export const gaussian = deviation => {
  const reach = Math.ceil(3 * deviation)
  const raw = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * deviation ** 2)),
  )
  const sum = raw.reduce((a, b) => a + b)
  return raw.map(o => o / sum)
}

/** Along rows, then along columns. @param {Float64Array} values @param {number} size @param {number[]} weights */
const smooth = (values, size, weights) => {
  const reach = (weights.length - 1) / 2
  /** @param {Float64Array} from @param {number} along @param {number} across */
  const pass = (from, along, across) => {
    const out = new Float64Array(from.length)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const v = from[i * along + j * across]
        if (!v) continue
        const first = Math.max(-reach, -i)
        const last = Math.min(reach, size - 1 - i)
        for (let k = first; k <= last; k++)
          out[(i + k) * along + j * across] += v * weights[k + reach]
      }
    return out
  }
  return pass(pass(values, 1, size), size, 1)
}

/**
 * The density of points, by Scott's rule; null where there are too few or all lie at one place.
 * @param {Point[]} all those that are no numbers are left out
 * @param {number} [size] cells along each side
 * @returns {Density | null}
 */
export const densityOf = (all, size = SIZE) => {
  const points = all.filter(o => Number.isFinite(o[0] + o[1]))
  if (points.length < 3) return null
  const bandwidth = spreadOf(points) * points.length ** SCOTT
  if (!bandwidth) return null
  const [left, low] = [0, 1].map(k => points.reduce((a, o) => Math.min(a, o[k]), Infinity))
  const [right, high] = [0, 1].map(k => points.reduce((a, o) => Math.max(a, o[k]), -Infinity))
  const span = Math.max(right - left, high - low) + 2 * EDGE * bandwidth
  const step = span / (size - 1)
  const x = (left + right - span) / 2
  const y = (low + high - span) / 2
  const counts = new Float64Array(size * size)
  for (const [u, v] of points)
    counts[Math.round((v - y) / step) * size + Math.round((u - x) / step)] += 1
  const weights = gaussian(Math.max(bandwidth / step, 0.5))
  return { size, x, y, step, values: smooth(counts, size, weights) }
}

// ---- marching squares

// corners of a square: 0 below left, 1 below right, 2 above right, 3 above left; side k lies between k and k + 1
/** @type {[number, number][][]} sides that a line joins, by which corners are above the level (bit k: corner k) */
const JOINED = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
]
/** @type {Point[]} */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]

/** Where a side crosses the level, in steps from the square. @param {number[]} v of the corners @param {number} side @param {number} level @returns {Point} */
const crossing = (v, side, level) => {
  const next = (side + 1) % 4
  const share = (level - v[side]) / (v[next] - v[side])
  const [[ax, ay], [bx, by]] = [CORNERS[side], CORNERS[next]]
  return [ax + share * (bx - ax), ay + share * (by - ay)]
}

/**
 * The lines on which a density has a value.
 * @param {Density} density
 * @param {number} level
 * @returns {[Point, Point][]}
 */
export const linesAt = ({ size, x, y, step, values }, level) => {
  /** @type {[Point, Point][]} */
  const lines = []
  for (let row = 0; row < size - 1; row++)
    for (let column = 0; column < size - 1; column++) {
      const at = row * size + column
      const v = [values[at], values[at + 1], values[at + size + 1], values[at + size]]
      const above = v.reduce((bits, o, k) => bits | (o > level ? 1 << k : 0), 0)
      for (const sides of JOINED[above]) {
        const [a, b] = sides.map(side => crossing(v, side, level))
        lines.push([
          [x + (column + a[0]) * step, y + (row + a[1]) * step],
          [x + (column + b[0]) * step, y + (row + b[1]) * step],
        ])
      }
    }
  return lines
}

/** Lines of equal density, the thinnest first. @param {Point[]} points @returns {Contour[]} */
export const contoursOf = points => {
  const density = densityOf(points)
  if (!density) return []
  const highest = density.values.reduce((a, b) => Math.max(a, b), 0)
  return LEVELS.map(level => ({ level, lines: linesAt(density, level * highest) }))
}
