// Dots as small pictures, each drawn once.

import { contains, isOpen, shapeOf } from './symbols.js'

const FINE = 4 // samples a pixel and axis
const RIM = 0.75 // pixels of paper around a dot, which keeps neighbours apart

/**
 * @typedef {object} Sprite
 * @property {number} size of its square, pixels, odd
 * @property {Uint8ClampedArray} rgba [size * size * 4], not premultiplied
 */

/** @param {number} x @param {number} y pixels from the middle @param {(x: number, y: number) => boolean} inside */
const coverage = (x, y, inside) => {
  let hit = 0
  for (let i = 0; i < FINE; i++)
    for (let j = 0; j < FINE; j++)
      if (inside(x + (i + 0.5) / FINE - 0.5, y + (j + 0.5) / FINE - 0.5)) hit++
  return hit / FINE ** 2
}

/** @typedef {{ size: number, whole: Float32Array, ink: Float32Array }} Mask coverage of rim and dot, and the dot's share of it */

/**
 * The shape of a dot, whatever its colour; an open one shows the paper inside.
 * @param {string} symbol
 * @param {number} radius pixels
 * @returns {Mask}
 */
const makeMask = (symbol, radius) => {
  const shape = shapeOf(symbol)
  /** @param {number} r @returns {(x: number, y: number) => boolean} */
  const within = r => (x, y) => contains(shape, x / r, y / r)
  const hole = isOpen(symbol) ? within(Math.max(radius - 1.5, 0.5)) : () => false
  const outer = within(radius + RIM)
  const inner = within(radius)
  const reach = Math.ceil(1.5 * (radius + RIM))
  const size = 2 * reach + 1
  const whole = new Float32Array(size * size)
  const ink = new Float32Array(size * size)
  for (let k = 0; k < size * size; k++) {
    const [x, y] = [(k % size) - reach, Math.floor(k / size) - reach]
    whole[k] = coverage(x, y, outer)
    if (whole[k]) ink[k] = (coverage(x, y, inner) - coverage(x, y, hole)) / whole[k]
  }
  return { size, whole, ink }
}

/** @param {Mask} mask @param {number[]} colour @param {number[]} paper 0 to 255 @returns {Sprite} */
const coloured = ({ size, whole, ink }, colour, paper) => {
  const rgba = new Uint8ClampedArray(size * size * 4)
  for (let k = 0; k < size * size; k++) {
    for (let c = 0; c < 3; c++) rgba[4 * k + c] = colour[c] * ink[k] + paper[c] * (1 - ink[k])
    rgba[4 * k + 3] = 255 * whole[k]
  }
  return { size, rgba }
}

/** Dots of one colour with a thin rim of paper, by symbol, radius and colour; made when first asked for. */
export class Sprites {
  /** @param {number[]} paper 0 to 255 */
  constructor(paper) {
    this.paper = paper
    /** @type {Map<string, Sprite>} */
    this.made = new Map()
    /** @type {Map<string, Mask>} */
    this.masks = new Map()
  }

  /** @param {string} symbol @param {number} radius pixels @param {number[]} colour @returns {Sprite} */
  get(symbol, radius, colour) {
    const key = `${symbol} ${radius} ${colour}`
    let sprite = this.made.get(key)
    if (!sprite) {
      sprite = coloured(this.mask(symbol, radius), colour, this.paper)
      this.made.set(key, sprite)
    }
    return sprite
  }

  /** @param {string} symbol @param {number} radius pixels */
  mask(symbol, radius) {
    const key = `${symbol} ${radius}`
    const mask = this.masks.get(key) ?? makeMask(symbol, radius)
    this.masks.set(key, mask)
    return mask
  }
}
