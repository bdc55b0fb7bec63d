// Dots drawn into an array of pixels, and beside it, pixel by pixel, which dot is seen there. Tens of
// thousands are drawn within a frame, anywhere: no graphics card, no context that a browser limits,
// no code that is written while it runs, which a published page forbids.

/** @import { Sprite } from './sprites.js' */

const CORE = 250 // of 255: as good as opaque
const SOLID = 128 // of 255: what can be pointed at

export class Raster {
  /** @param {number} width @param {number} height device pixels */
  constructor(width, height) {
    this.width = width
    this.height = height
    this.rgba = new Uint8ClampedArray(width * height * 4)
    this.rows = new Int32Array(width * height)
    this.clear()
  }

  clear() {
    this.rgba.fill(0)
    this.rows.fill(-1)
  }

  /**
   * A dot over what is there; outside of the picture nothing is drawn.
   * @param {Sprite} sprite
   * @param {number} row
   * @param {number} x device pixels
   * @param {number} y device pixels
   * @param {number} [alpha] 0 to 1
   */
  dot({ size, rgba }, row, x, y, alpha = 1) {
    const half = (size - 1) / 2
    const left = Math.round(x) - half
    const top = Math.round(y) - half
    const first = Math.max(0, -left)
    const end = Math.min(size, this.width - left)
    for (let v = Math.max(0, -top); v < Math.min(size, this.height - top); v++)
      for (let u = first; u < end; u++) {
        const cover = rgba[4 * (v * size + u) + 3]
        if (!cover) continue
        const at = (top + v) * this.width + left + u
        this.blend(4 * at, rgba, 4 * (v * size + u), cover * alpha)
        if (cover >= SOLID) this.rows[at] = row
      }
  }

  /** A pixel over another. @param {number} at @param {Uint8ClampedArray} from @param {number} k @param {number} cover 0 to 255 */
  blend(at, from, k, cover) {
    const { rgba } = this
    const below = rgba[at + 3]
    const opaque = cover >= CORE || !below
    const all = opaque ? cover : cover + below * (1 - cover / 255)
    const share = opaque ? 1 : cover / all
    for (let c = 0; c < 3; c++) rgba[at + c] = from[k + c] * share + rgba[at + c] * (1 - share)
    rgba[at + 3] = all
  }

  /**
   * The row whose dot is seen at a pixel, or the nearest one within reach.
   * @param {number} x device pixels
   * @param {number} y device pixels
   * @param {number} [reach] device pixels
   * @returns {number} -1: none
   */
  at(x, y, reach = 0) {
    const [cx, cy] = [Math.round(x), Math.round(y)]
    let [found, least] = [-1, reach * reach + 1e-9]
    for (let v = Math.max(0, cy - reach); v <= Math.min(this.height - 1, cy + reach); v++)
      for (let u = Math.max(0, cx - reach); u <= Math.min(this.width - 1, cx + reach); u++) {
        const far = (u - cx) ** 2 + (v - cy) ** 2
        if (this.rows[v * this.width + u] < 0 || far >= least) continue
        ;[found, least] = [this.rows[v * this.width + u], far]
        if (!far) return found
      }
    return found
  }
}
