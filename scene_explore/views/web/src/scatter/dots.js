// The dots of a picture, as they are seen and as they are pointed at.

import { fitted } from '../kit/canvas.js'
import { colourOf } from '../kit/colours.js'
import { el } from '../kit/dom.js'
import { css } from '../kit/theme.js'
import { Raster } from './raster.js'
import { Sprites } from './sprites.js'

/** @import { Point } from './lasso.js' */
/** @import { Plane } from './plane.js' */
/** @import { Picture } from './plot.js' */
/** @import { Viewport } from './viewport.js' */

const DIM = 0.18 // of what is not selected
const REACH = 5 // CSS pixels beside a dot that still point at it

/** What is dimmed comes first, and lies below. @param {number[]} rows @param {Set<number> | null} bright null: all */
const dimmedFirst = (rows, bright) =>
  bright ? [...rows.filter(i => !bright.has(i)), ...rows.filter(i => bright.has(i))] : rows

/**
 * Where the rows within the frame are, CSS pixels, in the order in which they are drawn.
 * @param {number[]} rows
 * @param {Plane} plane
 * @param {Viewport} port
 * @param {Set<number> | null} bright rows that are not dimmed; null: all
 */
export const placesInView = (rows, plane, port, bright) => {
  const inOrder = dimmedFirst(plane.farFirst(rows), bright)
  const places = inOrder.map(row => ({ row, at: port.toPixel(...plane.at(row)) }))
  return places.filter(o => port.holds(o.at))
}

export class Dots {
  element = el('canvas', { class: 'se-canvas se-plot-dots' })
  raster = new Raster(1, 1)
  sprites = new Sprites([255, 255, 255])
  /** device pixels a CSS pixel, of what is drawn */
  ratio = 1

  clear() {
    fitted(this.element)
    this.raster.clear()
  }

  /**
   * @param {Picture} picture
   * @param {Plane} plane
   * @param {Viewport} port
   * @param {Set<number> | null} bright rows that are not dimmed; null: all
   */
  draw({ rows, colours, symbol, radius }, plane, port, bright) {
    const g = fitted(this.element, false)
    const { ratio, raster } = this.fit()
    const sprites = this.spritesOn(css(this.element, '--se-paper'))
    /** @type {Map<string, number[]>} */
    const known = new Map()
    const size = Math.round(2 * radius * ratio) / 2
    for (const { row, at } of placesInView(rows, plane, port, bright)) {
      const text = colours[row]
      const colour = known.get(text) ?? colourOf(text)
      known.set(text, colour)
      const alpha = !bright || bright.has(row) ? 1 : DIM
      raster.dot(sprites.get(symbol(row), size, colour), row, at[0] * ratio, at[1] * ratio, alpha)
    }
    g.putImageData(new ImageData(raster.rgba, raster.width, raster.height), 0, 0)
  }

  /** A clean raster of the size of the element. */
  fit() {
    const { width, height } = this.element
    this.ratio = devicePixelRatio || 1
    if (this.raster.width !== width || this.raster.height !== height)
      this.raster = new Raster(width, height)
    this.raster.clear()
    return this
  }

  /** Dots on paper of a colour; those that are made are kept. @param {string} paper */
  spritesOn(paper) {
    const colour = colourOf(paper)
    if (String(this.sprites.paper) !== String(colour)) this.sprites = new Sprites(colour)
    return this.sprites
  }

  /** The row that is pointed at. @param {Point} at @returns {number} -1: none */
  rowAt([x, y]) {
    const { ratio } = this
    return this.raster.at(x * ratio, y * ratio, Math.round(REACH * ratio))
  }
}
