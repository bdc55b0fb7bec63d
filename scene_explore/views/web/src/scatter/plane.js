// The places of the rows in the plane of the picture: a layout as it is, or one of three dimensions as
// it is seen from somewhere.

import { FIRST_ORBIT, flattened, turnedBy } from './orbit.js'

/** @import { Layout, Numbers } from '../types.d.ts' */
/** @import { Point } from './lasso.js' */

export class Plane {
  /** @type {Layout | null} */
  layout = null
  orbit = FIRST_ORBIT
  /** @type {Numbers} two coordinates of every row */
  xy = new Float32Array(0)
  /** @type {Numbers | null} of three dimensions: how near each row is */
  near = null

  /** @param {Layout} layout */
  show(layout) {
    this.layout = layout
    this.flatten(layout)
  }

  /** @param {Layout} layout */
  flatten({ xy, dims }) {
    const flat = dims === 3 ? flattened(xy, this.orbit) : { xy, near: null }
    this.xy = flat.xy
    this.near = flat.near
  }

  /** Of three dimensions. @param {number} dx @param {number} dy CSS pixels of a drag */
  turn(dx, dy) {
    this.orbit = turnedBy(this.orbit, dx, dy)
    if (this.layout) this.flatten(this.layout)
  }

  /** @param {number} row @returns {Point} */
  at(row) {
    return [this.xy[2 * row], this.xy[2 * row + 1]]
  }

  /** @param {number[]} rows */
  points(rows) {
    return rows.map(row => this.at(row))
  }

  /** What is far away first. @param {number[]} rows */
  farFirst(rows) {
    const { near } = this
    return near ? [...rows].sort((a, b) => near[a] - near[b]) : rows
  }

  /** The farthest coordinate of the layout from the origin. */
  get reach() {
    const all = Array.from(this.layout?.xy ?? [])
    return all.reduce((most, v) => Math.max(most, Math.abs(v) || 0), 0)
  }
}
