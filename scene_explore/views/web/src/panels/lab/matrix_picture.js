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

/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}
const FAR = 10 // cells, with shift

/**
 * Where a key leads; the first one is onto the first cell. Null where it leads nowhere.
 * @param {[number, number] | null} from
 * @param {{ key: string, shiftKey: boolean }} pressed
 * @param {number} n rows
 * @returns {[number, number] | null}
 */
export const cellByKey = (from, { key, shiftKey }, n) => {
  const by = ARROWS[key]
  if (!by) return null
  const [row, column] = from ?? [-Infinity, -Infinity]
  const far = shiftKey ? FAR : 1
  return [clamp(row + far * by[0], 0, n - 1), clamp(column + far * by[1], 0, n - 1)]
}

/** @param {Picture} picture @param {Uint8ClampedArray} table @returns {HTMLCanvasElement} */
const drawn = ({ values, rows, title, label }, table) => {
  const n = rows.length
  const made = el('canvas', {
    class: 'se-lab-matrix',
    width: n,
    height: n,
    tabIndex: 0,
    role: 'application',
    'aria-roledescription': 'similarity matrix',
    'aria-label': `${title}: ${label}. Arrow keys move a cell, Enter plays both scenes`,
  })
  const g = /** @type {CanvasRenderingContext2D} */ (made.getContext('2d'))
  g.putImageData(new ImageData(pixelsOf(values, table), n, n), 0, 0)
  return made
}

/** The cell that the keyboard is on, over the picture. @param {number} n rows */
const cursorOver = n => {
  const mark = el('i', { class: 'se-lab-cell', hidden: true })
  /** @param {[number, number] | null} cell */
  const show = cell => {
    mark.hidden = !cell
    if (!cell) return
    const [top, left] = cell.map(o => `${(100 * (o + 0.5)) / n}%`)
    Object.assign(mark.style, { top, left })
  }
  return { mark, show }
}

/**
 * @param {HTMLCanvasElement} made
 * @param {Picture} picture
 * @param {Stage} stage
 * @returns {HTMLElement} the mark of the keyboard
 */
const listen = (made, { values, rows, title }, stage) => {
  const n = rows.length
  const { mark, show } = cursorOver(n)
  /** @type {[number, number] | null} */
  let cursor = null
  /** @param {MouseEvent} e */
  const cell = e => cellAt(e, made.getBoundingClientRect(), n)
  /** @param {[number, number]} cell @param {string} how to play them */
  const say = ([i, j], how) => {
    const cosine = decimals(values[i * n + j] / 255)
    const [a, b] = [i, j].map(o => stage.deck.title(rows[o]))
    stage.say(`${title}: ${cosine} between ${a} and ${b}; ${how} plays both`)
  }
  const leave = () => {
    cursor = null
    show(null)
    stage.point(-1)
    stage.say('')
  }
  made.addEventListener('mousemove', e => {
    stage.point(rows[cell(e)[1]], e)
    say(cell(e), 'click')
  })
  made.addEventListener('mouseleave', leave)
  made.addEventListener('blur', leave)
  made.addEventListener('click', e => stage.play(...cell(e).map(o => rows[o])))
  made.addEventListener('keydown', e => {
    const to = cellByKey(cursor, e, n)
    if (!to && !(cursor && e.key === 'Enter')) return
    e.preventDefault()
    e.stopPropagation()
    if (!to) return stage.play(.../** @type {[number, number]} */ (cursor).map(o => rows[o]))
    cursor = to
    show(to)
    stage.set({ hover: rows[to[1]] })
    say(to, 'Enter')
  })
  return mark
}

/** @param {Stage} stage @param {Uint8ClampedArray} table of colours @param {Picture} picture */
export const matrixPicture = (stage, table, picture) => {
  const made = drawn(picture, table)
  const mark = listen(made, picture, stage)
  const { title, label } = picture
  const caption = el('figcaption', {}, el('b', {}, title), ' ', el('span', {}, label))
  const box = el('div', { class: 'se-lab-matrix-box' }, made, mark)
  return el('figure', { class: 'se-lab-figure' }, box, caption)
}
