// Axes as an <svg> that is as wide as its box.

import { svg } from '../../kit/dom.js'
import { ticks } from '../../kit/ticks.js'
import { decimals } from './text.js'

/** @import { Interval } from './types.d.ts' */

/**
 * @typedef {object} AxesSpec
 * @property {number} height px
 * @property {Interval} x least and greatest value
 * @property {Interval} y
 * @property {string} label what the picture shows
 * @property {string} [xlabel]
 * @property {string} [ylabel]
 * @property {number} [nx] steps at most
 * @property {number} [ny]
 */

const LEAST_WIDTH = 160
const RIGHT = 10
const TOP = 8

/** Values as places in px, and back. */
export class Plane {
  /** @param {number} width px @param {AxesSpec} spec */
  constructor(width, { height, x, y, xlabel, ylabel }) {
    this.width = width
    this.height = height
    this.x = x
    this.y = y
    this.left = ylabel ? 50 : 38
    this.right = width - RIGHT
    this.top = TOP
    this.bottom = height - (xlabel ? 38 : 22)
  }

  /** @param {number} value */
  toX(value) {
    const [low, high] = this.x
    return this.left + ((value - low) / (high - low || 1)) * (this.right - this.left)
  }

  /** @param {number} value */
  toY(value) {
    const [low, high] = this.y
    return this.bottom - ((value - low) / (high - low || 1)) * (this.bottom - this.top)
  }

  /** The values at a place. @param {number} px @param {number} py @returns {[number, number]} */
  valuesAt(px, py) {
    const [[left, right], [low, high]] = [this.x, this.y]
    const across = (px - this.left) / (this.right - this.left)
    const up = (this.bottom - py) / (this.bottom - this.top)
    return [left + across * (right - left), low + up * (high - low)]
  }
}

/** Digits that tell the steps of an axis apart. @param {number} span @returns {number} */
export const tickDigits = span => {
  if (span < 0.1) return 3
  if (span < 1.01) return 2
  return span > 8 ? 0 : 1
}

/**
 * A line through values at each place of x, with a gap where there is none.
 * @param {Plane} plane
 * @param {ArrayLike<number>} at
 * @param {ArrayLike<number>} values
 * @returns {string} for the `d` of a path
 */
export const pathOf = (plane, at, values) => {
  const steps = Array.from(values, (v, k) => {
    if (!Number.isFinite(v)) return ''
    const pen = k > 0 && Number.isFinite(values[k - 1]) ? 'L' : 'M'
    return `${pen}${plane.toX(at[k]).toFixed(1)},${plane.toY(v).toFixed(1)}`
  })
  return steps.join('')
}

/** A line across the picture. @param {Plane} plane @param {number} value @param {string} name of its class */
export const levelLine = (plane, value, name = 'se-lab-zero') => {
  const y = plane.toY(value)
  return svg('line', { x1: plane.left, x2: plane.right, y1: y, y2: y, class: name })
}

/** @param {Plane} plane @param {number} steps */
const yTicks = (plane, steps) => {
  const [low, high] = plane.y
  const digits = tickDigits(Math.abs(high - low))
  return ticks(low, high, steps).flatMap(v => [
    levelLine(plane, v, v === 0 ? 'se-lab-zero' : 'se-lab-grid'),
    svg(
      'text',
      { x: plane.left - 5, y: plane.toY(v) + 4, 'text-anchor': 'end' },
      decimals(v, digits),
    ),
  ])
}

/** @param {Plane} plane @param {number} steps @param {number} y of the words */
const xTicks = (plane, steps, y) =>
  ticks(...plane.x, steps).map(v =>
    svg('text', { x: plane.toX(v), y, 'text-anchor': 'middle' }, String(v).replace('-', '−')),
  )

/** @param {Plane} plane @param {string} text */
const xName = (plane, text) => {
  const x = (plane.left + plane.right) / 2
  const props = { x, y: plane.height - 4, 'text-anchor': 'middle', class: 'se-lab-axis' }
  return svg('text', props, text)
}

/** @param {Plane} plane @param {string} text */
const yName = (plane, text) => {
  const y = (plane.bottom + plane.top) / 2
  const transform = `rotate(-90 11 ${y})`
  const props = { x: 11, y, transform, 'text-anchor': 'middle', class: 'se-lab-axis' }
  return svg('text', props, text)
}

/**
 * Axes in place of what the holder held.
 * @param {HTMLElement} holder
 * @param {AxesSpec} spec
 */
export const drawAxes = (holder, spec) => {
  const { height, xlabel, ylabel, nx = 5, ny = 4, label } = spec
  const plane = new Plane(Math.max(holder.clientWidth, LEAST_WIDTH), spec)
  const drawing = svg(
    'svg',
    {
      class: 'se-lab-svg',
      width: plane.width,
      height,
      viewBox: `0 0 ${plane.width} ${height}`,
      role: 'group',
      'aria-label': label,
    },
    ...yTicks(plane, ny),
    ...xTicks(plane, nx, plane.bottom + (xlabel ? 17 : 14)),
  )
  if (xlabel) drawing.append(xName(plane, xlabel))
  if (ylabel) drawing.append(yName(plane, ylabel))
  holder.replaceChildren(drawing)
  return { plane, drawing }
}
