// How densely the plane is settled, below the dots: one small picture for each viewport, stretched
// while another one is on its way.

import { colourOf } from '../kit/colours.js'

/** @import { Viewport } from '../scatter/viewport.js' */
/** @typedef {[number, number, number, number]} Port left, right, low and high, in units of the layout */

const STRONGEST = 0.75 // of the ink, where the most scenes are

/**
 * Shades as pixels of one colour.
 * @param {ArrayLike<number>} shades of 255
 * @param {number[]} colour of 0 to 255
 * @returns {Uint8ClampedArray<ArrayBuffer>} rgba
 */
export const shaded = (shades, colour) => {
  const rgba = new Uint8ClampedArray(4 * shades.length)
  for (let i = 0; i < shades.length; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = colour[c]
    rgba[4 * i + 3] = STRONGEST * shades[i]
  }
  return rgba
}

export class Density {
  /** @type {{ shades: ArrayLike<number>, rows: number, columns: number, port: Port } | null} */
  seen = null
  picture = document.createElement('canvas')
  ink = ''

  /** @param {ArrayLike<number>} shades @param {[number, number]} shape @param {Port} port */
  take(shades, [rows, columns], port) {
    this.seen = { shades, rows, columns, port }
    this.ink = ''
  }

  /** @param {string} ink a colour */
  paint(ink) {
    if (!this.seen || ink === this.ink) return
    const { shades, rows, columns } = this.seen
    this.ink = ink
    Object.assign(this.picture, { width: columns, height: rows })
    const pixels = new ImageData(shaded(shades, colourOf(ink)), columns, rows)
    this.picture.getContext('2d')?.putImageData(pixels, 0, 0)
  }

  /** @param {CanvasRenderingContext2D} g @param {Viewport} port @param {string} ink */
  draw(g, port, ink) {
    if (!this.seen) return
    this.paint(ink)
    const [left, right, low, high] = this.seen.port
    const [x, y] = port.toPixel(left, high)
    const [u, v] = port.toPixel(right, low)
    const { frame } = port
    g.save()
    g.beginPath()
    g.rect(frame.left, frame.top, frame.width, frame.height)
    g.clip()
    g.imageSmoothingEnabled = true
    g.drawImage(this.picture, x, y, u - x, v - y)
    g.restore()
  }
}
