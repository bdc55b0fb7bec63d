// Three small pictures a run: a curve, pooled similarities in the order of time, and its layout.

import { ramp } from '../../kit/colours.js'
import { soon } from '../../kit/frames.js'
import { clamp } from '../../kit/text.js'
import { css } from '../../kit/theme.js'
import { lineOf } from './curves.js'
import { placed } from './layouts.js'
import { poolsOf } from './pools.js'
import { extent, linear } from './scales.js'

/** @import { Canvas } from '../../kit/canvas.js' */
/** @import { Layout } from '../../types.d.ts' */
/** @import { Layouts } from './layouts.js' */
/** @import { RunList } from './list.js' */
/** @import { Pool } from './pools.js' */
/** @import { Runs } from './runs.js' */
/** @import { Curve, Frame, Line, Range } from './types.d.ts' */

const MOST_DOTS = 1200
const PADDING = 3 // px around a curve

/** Ranges that all of these curves share. @param {Curve[]} curves @returns {Frame} */
export const curveFrame = curves => ({
  x: extent(curves.flatMap(o => [...o.x, ...o.vx])),
  y: extent(curves.flatMap(o => lineOf(o).y)),
})

/**
 * Rows evenly spread, the first among them.
 * @param {number} n rows there are
 * @param {number} [most]
 */
export const evenRows = (n, most = MOST_DOTS) => {
  const length = Math.min(n, most)
  return Array.from({ length }, (_, k) => Math.floor((k * n) / length))
}

/**
 * The colours of a pooled matrix, byte by byte.
 * @param {Pool} pool
 * @param {Range} range
 * @param {Uint8ClampedArray} table of 256 colours
 */
export const poolPixels = ({ values }, [low, high], table) => {
  const pixels = new Uint8ClampedArray(4 * values.length)
  values.forEach((v, k) => {
    const c = 3 * Math.round(255 * clamp((v - low) / (high - low || 1), 0, 1))
    pixels.set([table[c], table[c + 1], table[c + 2], 255], 4 * k)
  })
  return pixels
}

/** @param {Canvas} canvas @param {Line} line @param {Frame} frame @param {string} ink */
const paintCurve = (canvas, { x, y }, frame, ink) => {
  const { g, w, h } = canvas.fit()
  const toX = linear(frame.x, [PADDING, w - PADDING])
  const toY = linear(frame.y, [h - PADDING, PADDING])
  g.strokeStyle = ink
  g.lineWidth = 1.4
  g.beginPath()
  x.forEach((v, k) => {
    const value = y[k]
    if (value != null) g.lineTo(toX(v), toY(value))
  })
  g.stroke()
}

/**
 * @param {Canvas} canvas
 * @param {Pool} pool
 * @param {Range} range
 * @param {Uint8ClampedArray} table
 */
const paintMatrix = (canvas, pool, range, table) => {
  const { g, w, h } = canvas.fit()
  const small = new OffscreenCanvas(pool.blocks, pool.blocks)
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext('2d'))
  context.putImageData(new ImageData(poolPixels(pool, range, table), pool.blocks), 0, 0)
  g.imageSmoothingEnabled = false
  g.drawImage(small, 0, 0, w, h)
}

/**
 * @param {Canvas} canvas
 * @param {Layout} layout
 * @param {Frame} frame
 * @param {string[]} colours of all rows
 */
const paintPicture = (canvas, { xy, dims }, frame, colours) => {
  const { g, w, h } = canvas.fit()
  const place = placed(frame, w, h)
  for (const row of evenRows(colours.length)) {
    const [x, y] = place(xy[dims * row], xy[dims * row + 1])
    g.fillStyle = colours[row]
    g.fillRect(x - 1, y - 1, 2, 2)
  }
}

export class Thumbnails {
  draw = soon(() => this.drawNow())
  /** @type {ReturnType<typeof poolsOf> | undefined} */
  pools = undefined

  /** @param {Runs} runs @param {Layouts} layouts @param {RunList} list that they stand in */
  constructor(runs, layouts, list) {
    this.runs = runs
    this.layouts = layouts
    this.list = list
    /** the measure whose curves are drawn */
    this.measure = runs.data.measures[0]?.name ?? ''
  }

  /** Similarities of all runs, once they are asked for. */
  get pooled() {
    this.pools ??= poolsOf(this.runs.stage.deck, this.runs)
    return this.pools
  }

  drawNow() {
    this.drawCurves()
    this.drawMatrices()
    this.drawPictures()
  }

  drawCurves() {
    const curves = this.runs.data.runs.map(r => r.curves[this.measure])
    const frame = curveFrame(curves.filter(Boolean))
    const ink = css(this.list.box, '--se-ink')
    this.list.rows.forEach(({ thumbnails }, i) => {
      const none = { x: [], y: [] }
      paintCurve(thumbnails.curve, curves[i] ? lineOf(curves[i]) : none, frame, ink)
    })
  }

  drawMatrices() {
    const { pools, range } = this.pooled
    const table = ramp(this.runs.stage.deck.scale)
    this.list.rows.forEach(({ thumbnails }, i) => {
      const pool = pools.get(this.runs.names[i])
      if (pool) paintMatrix(thumbnails.matrix, pool, range, table)
    })
  }

  drawPictures() {
    const { stage, names, withSpace } = this.runs
    const frame = this.layouts.frame(withSpace.map(i => names[i]))
    const colours = stage.deck.colours(stage.get('colour'))
    for (const i of withSpace) {
      const layout = this.layouts.of(names[i])
      if (layout) paintPicture(this.list.rows[i].thumbnails.picture, layout, frame, colours)
    }
  }
}
