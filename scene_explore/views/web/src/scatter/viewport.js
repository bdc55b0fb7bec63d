// Which part of the plane a picture shows: the same scale on both axes, y upwards.

/** @typedef {{ x: number, y: number, span: number }} View middle, and units across the shorter side */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Insets room for axes, pixels */

const MARGIN = 1.12 // of the extent of what is shown

/**
 * The view that shows all points.
 * @param {Iterable<[number, number]>} points
 * @param {number} aspect width by height of the picture
 * @param {number} [margin] how much wider than their extent
 * @returns {View}
 */
export const viewOf = (points, aspect, margin = MARGIN) => {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of points) {
    if (!Number.isFinite(x + y)) continue
    left = Math.min(left, x)
    right = Math.max(right, x)
    low = Math.min(low, y)
    high = Math.max(high, y)
  }
  if (!(right >= left)) return { x: 0, y: 0, span: 2 }
  const [wide, tall] = aspect > 1 ? [aspect, 1] : [1, 1 / aspect]
  const span = margin * Math.max((right - left) / wide, (high - low) / tall)
  return { x: (left + right) / 2, y: (low + high) / 2, span: span || 1 }
}

export class Viewport {
  /** @type {View} */
  view = { x: 0, y: 0, span: 2 }
  width = 1
  height = 1
  /** @type {Insets} */
  insets = { left: 0, right: 0, top: 0, bottom: 0 }

  /** @param {number} width @param {number} height of the whole picture, CSS pixels @param {Insets} insets */
  resize(width, height, insets) {
    this.width = Math.max(width, 1)
    this.height = Math.max(height, 1)
    this.insets = insets
  }

  /** Where the axes meet the picture, CSS pixels. */
  get frame() {
    const { left, right, top, bottom } = this.insets
    const width = Math.max(this.width - left - right, 1)
    const height = Math.max(this.height - top - bottom, 1)
    return { left, top, width, height }
  }

  get aspect() {
    const { width, height } = this.frame
    return width / height
  }

  /** CSS pixels a unit. */
  get scale() {
    const { width, height } = this.frame
    return Math.min(width, height) / this.view.span
  }

  /** @param {number} x @param {number} y @returns {[number, number]} CSS pixels */
  toPixel(x, y) {
    const { left, top, width, height } = this.frame
    const { view, scale } = this
    return [left + width / 2 + (x - view.x) * scale, top + height / 2 - (y - view.y) * scale]
  }

  /** @param {number} px @param {number} py CSS pixels @returns {[number, number]} */
  toData(px, py) {
    const { left, top, width, height } = this.frame
    const { view, scale } = this
    return [view.x + (px - left - width / 2) / scale, view.y - (py - top - height / 2) / scale]
  }

  /** Whether a place is within the frame. @param {[number, number]} place CSS pixels */
  holds([x, y]) {
    const { left, top, width, height } = this.frame
    return x >= left && x <= left + width && y >= top && y <= top + height
  }

  /** What is seen. @returns {{ x: [number, number], y: [number, number] }} */
  get ranges() {
    const { left, top, width, height } = this.frame
    const [a, d] = this.toData(left, top)
    const [b, c] = this.toData(left + width, top + height)
    return { x: [a, b], y: [c, d] }
  }

  /** The view after a zoom that leaves a pixel where it is. @param {number} factor above 1: nearer @param {number} px @param {number} py @returns {View} */
  zoomed(factor, px, py) {
    const [x, y] = this.toData(px, py)
    const { view } = this
    const keep = 1 / factor
    return { x: x + (view.x - x) * keep, y: y + (view.y - y) * keep, span: view.span * keep }
  }

  /** The view after a drag. @param {number} dx @param {number} dy CSS pixels @returns {View} */
  panned(dx, dy) {
    const { view, scale } = this
    return { ...view, x: view.x - dx / scale, y: view.y + dy / scale }
  }
}
