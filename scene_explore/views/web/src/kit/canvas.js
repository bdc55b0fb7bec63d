// A canvas as sharp as the screen.

import { el } from './dom.js'

/** @typedef {HTMLCanvasElement & { fit: () => { g: CanvasRenderingContext2D, w: number, h: number } }} Canvas */

/**
 * A canvas whose `fit` gives its size in CSS pixels and a clean sheet to draw on.
 * @param {Record<string, any>} [props]
 * @returns {Canvas}
 */
export const canvas = (props = {}) => {
  const made = el('canvas', { class: 'se-canvas', ...props })
  const fit = () => {
    const g = fitted(made)
    return { g, w: Math.max(made.clientWidth, 1), h: Math.max(made.clientHeight, 1) }
  }
  return Object.assign(made, { fit })
}

/**
 * A canvas with as many pixels as the screen has below it, clean.
 * @param {HTMLCanvasElement} made
 * @param {boolean} [scaled] drawn on in CSS pixels; else in those of the screen
 */
export const fitted = (made, scaled = true) => {
  const ratio = devicePixelRatio || 1
  const width = Math.round(Math.max(made.clientWidth, 1) * ratio)
  const height = Math.round(Math.max(made.clientHeight, 1) * ratio)
  if (made.width !== width) made.width = width
  if (made.height !== height) made.height = height
  const g = /** @type {CanvasRenderingContext2D} */ (made.getContext('2d'))
  g.setTransform(1, 0, 0, 1, 0, 0)
  g.clearRect(0, 0, width, height)
  if (scaled) g.scale(ratio, ratio)
  return g
}
