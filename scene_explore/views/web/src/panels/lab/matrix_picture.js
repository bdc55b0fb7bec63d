// A matrix of similarities as a picture, a pixel a pair.

import { el } from '../../kit/dom.js'
import { clamp } from '../../kit/text.js'
import { decimals } from './text.js'

/** @import { Stage } from '../../stage/stage.js' */

/**
 * @typedef {object} Picture
 * @property {Uint8Array} values [n * n] 0 to 255
 * @property {ArrayLike<number>} rows of the scenes, in the order drawn
 * @property {string} title
 * @property {string} label
 */

/**
 * @param {Uint8Array} values
 * @param {Uint8ClampedArray} table [256 * 3] colours
 * @returns {Uint8ClampedArray<ArrayBuffer>} [4 a value] red, green, blue, opaque
 */
export const pixelsOf = (values, table) => {
  const pixels = new Uint8ClampedArray(4 * values.length)
  for (const [i, v] of values.entries()) {
    pixels.set(table.subarray(3 * v, 3 * v + 3), 4 * i)
    pixels[4 * i + 3] = 255
  }
  return pixels
}

/**
 * Row and column below the pointer.
 * @param {{ clientX: number, clientY: number }} pointer
 * @param {{ left: number, top: number, width: number, height: number }} box of the picture
 * @param {number} n rows
 * @returns {[number, number]}
 */
export const cellAt = ({ clientX, clientY }, { left, top, width, height }, n) => {
  const row = Math.floor(((clientY - top) / height) * n)
  const column = Math.floor(((clientX - left) / width) * n)
  return [clamp(row, 0, n - 1), clamp(column, 0, n - 1)]
}

/** @param {Picture} picture @param {Uint8ClampedArray} table @returns {HTMLCanvasElement} */
const drawn = ({ values, rows, title, label }, table) => {
  const n = rows.length
  const size = { width: n, height: n }
  const name = { role: 'img', 'aria-label': `${title}: ${label}` }
  const made = el('canvas', { class: 'se-lab-matrix', ...size, ...name })
  const g = /** @type {CanvasRenderingContext2D} */ (made.getContext('2d'))
  g.putImageData(new ImageData(pixelsOf(values, table), n, n), 0, 0)
  return made
}

/** @param {HTMLCanvasElement} made @param {Picture} picture @param {Stage} stage */
const listen = (made, { values, rows, title }, stage) => {
  const n = rows.length
  /** @param {MouseEvent} e */
  const cell = e => cellAt(e, made.getBoundingClientRect(), n)
  made.addEventListener('mousemove', e => {
    const [i, j] = cell(e)
    const cosine = decimals(values[i * n + j] / 255)
    const [a, b] = [i, j].map(o => stage.deck.title(rows[o]))
    stage.point(rows[j], e)
    stage.say(`${title}: ${cosine} between ${a} and ${b}; click plays both`)
  })
  made.addEventListener('mouseleave', () => {
    stage.point(-1)
    stage.say('')
  })
  made.addEventListener('click', e => stage.play(...cell(e).map(o => rows[o])))
}

/** @param {Stage} stage @param {Uint8ClampedArray} table of colours @param {Picture} picture */
export const matrixPicture = (stage, table, picture) => {
  const made = drawn(picture, table)
  listen(made, picture, stage)
  const { title, label } = picture
  const caption = el('figcaption', {}, el('b', {}, title), ' ', el('span', {}, label))
  return el('figure', { class: 'se-lab-figure' }, made, caption)
}
