// Axes as an <svg> that is as wide as its box.

import { ticks, tickText } from '../../kit/axes.js'
import { svg } from '../../kit/dom.js'

/** @import { Interval } from './types.d.ts' */

/**
 * @typedef {object} AxesSpec
 * @property {number} height px
 * @property {Interval} x least and greatest value
 * @property {Interval} y
 * @property {string} label what the picture shows
 * @property {string} [xlabel]
 * @property {string} [ylabel]
 * @property {number} [nx] ticks, at most but one
 * @property {number} [ny]
 */

const LEAST_WIDTH = 160
const RIGHT = 10
const TOP = 8
const GAP = 8 // px from the axis to its numbers: a point may lie on the axis

/** Values as places in px, and back. */
export class Plane {
  /** @param {number} width px @param {AxesSpec} spec */
  constructor(width, { height, x, y, xlabel, ylabel }) {
    this.width = width
    this.height = height
    this.x = x
    this.y = y
    this.left = ylabel ? 53 : 41
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

/** Ticks and their words. @param {Interval} range @param {number} most but one */
export const ticksOf = ([low, high], most) => {
  const values = ticks(low, high, most)
  const step = values.length > 1 ? values[1] - values[0] : high - low
  return values.map(value => ({ value, text: tickText(value, step) }))
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

/** @param {Plane} plane @param {number} about */
const yTicks = (plane, about) =>
  ticksOf(plane.y, about).flatMap(({ value, text }) => {
    const place = { x: plane.left - GAP, y: plane.toY(value) + 4 }
    const isZero = Math.abs(value) < 1e-9
    return [
      levelLine(plane, value, isZero ? 'se-lab-zero' : 'se-lab-grid'),
      svg('text', { ...place, 'text-anchor': 'end' }, text),
    ]
  })

/** @param {Plane} plane @param {number} about @param {number} y of the words */
const xTicks = (plane, about, y) =>
  ticksOf(plane.x, about).map(({ value, text }) =>
    svg('text', { x: plane.toX(value), y, 'text-anchor': 'middle' }, text),
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
