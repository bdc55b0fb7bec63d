// What is drawn around dots: a free line, or a box.

import { svg } from '../kit/dom.js'
import { contains } from './symbols.js'

/** @typedef {[number, number]} Point CSS pixels */

/** @param {Point} a @param {Point} b @returns {Point[]} */
export const boxOf = ([ax, ay], [bx, by]) => [
  [ax, ay],
  [bx, ay],
  [bx, by],
  [ax, by],
]

/**
 * The rows that lie inside.
 * @param {Point[]} polygon
 * @param {number[]} rows
 * @param {(row: number) => Point} locate
 */
export const rowsInside = (polygon, rows, locate) => {
  const xs = polygon.map(o => o[0])
  const ys = polygon.map(o => o[1])
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ]
  return rows.filter(row => {
    const [x, y] = locate(row)
    if (x < left || x > right || y < top || y > bottom) return false
    return contains(polygon, x, y)
  })
}

/** How a new selection joins the one there is, by the keys that are held. @typedef {'new' | 'add' | 'remove' | 'intersect'} Join */

/** @param {{ shiftKey?: boolean, altKey?: boolean }} keys @returns {Join} */
export const joinOf = ({ shiftKey, altKey }) => {
  if (shiftKey && altKey) return 'intersect'
  if (shiftKey) return 'add'
  return altKey ? 'remove' : 'new'
}

/** @param {number[]} now @param {number[]} rows @param {Join} join @returns {number[]} */
export const joined = (now, rows, join) => {
  const before = new Set(now)
  const drawn = new Set(rows)
  if (join === 'add') return [...new Set([...now, ...rows])]
  if (join === 'remove') return now.filter(o => !drawn.has(o))
  if (join === 'intersect') return rows.filter(o => before.has(o))
  return rows
}

/** The line while it is drawn. */
export class Outline {
  /** @type {Point[]} */
  points = []

  constructor() {
    this.path = svg('path', { fill: 'none' })
    this.element = svg('svg', { class: 'se-outline', 'aria-hidden': 'true' }, this.path)
  }

  /** A drag goes on. @param {Point} from @param {Point} at @param {boolean} isBox */
  drag(from, at, isBox) {
    if (isBox) this.points = boxOf(this.points[0] ?? from, at)
    else this.points.push(at)
    this.draw()
  }

  /** It is over. @returns {Point[]} what was drawn */
  end() {
    const { points } = this
    this.points = []
    this.draw()
    return points
  }

  draw() {
    const text = this.points.map(o => o.join()).join('L')
    this.path.setAttribute('d', text && `M${text}Z`)
  }
}
