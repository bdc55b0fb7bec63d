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
  return Object.assign(made, { fit: () => fitted(made) })
}

/** @param {HTMLCanvasElement} made */
const fitted = made => {
  const ratio = devicePixelRatio || 1
  const w = Math.max(made.clientWidth, 1)
  const h = Math.max(made.clientHeight, 1)
  const [width, height] = [Math.round(w * ratio), Math.round(h * ratio)]
  if (made.width !== width) made.width = width
  if (made.height !== height) made.height = height
  const g = /** @type {CanvasRenderingContext2D} */ (made.getContext('2d'))
  g.setTransform(ratio, 0, 0, ratio, 0, 0)
  g.clearRect(0, 0, w, h)
  return { g, w, h }
}
