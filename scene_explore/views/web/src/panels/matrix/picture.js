// The picture below: cells, the colours of their scenes, names and the colour bar.

import { css } from '../../kit/theme.js'
import { tableOf } from './colour_range.js'
import { fadedSpans } from './faded.js'
import { beginnings, fitText, labelsOfColumns, labelsOfRows } from './labels.js'

/** @import { Cells, Pooled } from './cells.js' */
/** @import { ColourRange } from './colour_range.js' */
/** @import { Span } from './faded.js' */
/** @import { Geometry } from './geometry.js' */
/** @import { Run } from './orders.js' */
/** @import { Range } from './viewport.js' */

/** Colours of the theme. @typedef {{ ink: string, soft: string, line: string, paper: string }} Inks */
/** @typedef {{ g: CanvasRenderingContext2D, geometry: Geometry, range: Range }} Sheet */

const FADE = 0.75 // how much of the paper lies over what the filter leaves out
const STRIP = 9 // px, of the colours of scenes beside the cells
const FONT = '11px system-ui, "DejaVu Sans", sans-serif'
const BAR = 220
const BAR_SMALL = 120
const BAR_HEIGHT = 8
const PERCENTILES = ['2nd to 98th percentile between different scenes', '2nd to 98th percentile']
const ALIGNED = /** @type {const} */ (['left', 'center', 'right'])

/** @param {Sheet} sheet @param {Inks} inks */
const drawGround = ({ g, geometry }, inks) => {
  const { left, top, side } = geometry
  g.font = FONT
  g.textBaseline = 'middle'
  g.fillStyle = inks.line
  g.fillRect(left, top, side, side)
}

/** Cells that were computed, where they lie now. @param {Sheet} sheet @param {Pooled} pooled */
const drawCells = ({ g, geometry, range }, { image, blocks, range: of }) => {
  const { left, top, side } = geometry
  const scale = side / range.size
  const x = left + (of.column - range.column) * scale
  const y = top + (of.row - range.row) * scale
  g.save()
  g.beginPath()
  g.rect(left, top, side, side)
  g.clip()
  g.imageSmoothingEnabled = blocks > side
  g.drawImage(image, x, y, of.size * scale, of.size * scale)
  g.restore()
}

/**
 * The colour of each scene along both axes.
 * @param {Sheet} sheet
 * @param {number[]} rows
 * @param {string[]} colours
 */
const drawStrips = ({ g, geometry, range }, rows, colours) => {
  const { left, top, side } = geometry
  const steps = Math.min(side, range.size)
  for (let step = 0; step < steps; step++) {
    const at = (step * side) / steps
    const length = Math.min(side / steps + 0.5, side - at)
    const scene = Math.floor((step * range.size) / steps)
    g.fillStyle = colours[rows[range.row + scene]]
    g.fillRect(left - 9, top + at, 7, length)
    g.fillStyle = colours[rows[range.column + scene]]
    g.fillRect(left + at, top - 9, length, 7)
  }
}

/**
 * Rows and columns of scenes that the filter leaves out, under a veil; it lies once where they cross.
 * @param {Sheet} sheet
 * @param {{ rows: Span[], columns: Span[] }} faded
 * @param {Inks} inks
 */
const drawFaded = ({ g, geometry, range }, { rows, columns }, inks) => {
  const { left, top, side } = geometry
  const scale = side / range.size
  const veil = new Path2D()
  for (const [from, end] of rows)
    veil.rect(left - STRIP, top + from * scale, side + STRIP, (end - from) * scale)
  for (const [from, end] of columns)
    veil.rect(left + from * scale, top - STRIP, (end - from) * scale, side + STRIP)
  g.save()
  g.fillStyle = inks.paper
  g.globalAlpha = FADE
  g.fill(veil)
  g.restore()
}

/** @param {Sheet} sheet @param {Run[]} runs @param {Inks} inks */
const drawNames = ({ g, geometry, range }, runs, inks) => {
  const { left, top, side, label: width } = geometry
  const scale = side / range.size
  /** @param {string} text @param {number} room */
  const fitting = (text, room) => fitText(o => g.measureText(o).width, text, room)
  g.fillStyle = inks.ink
  g.textAlign = 'right'
  for (const { text, middle } of labelsOfRows(runs, range.row, scale, side))
    g.fillText(fitting(text, width - 4), left - 17, top + middle)
  g.textAlign = 'center'
  for (const { text, middle, room } of labelsOfColumns(runs, range.column, scale, side))
    g.fillText(fitting(text, room - 4), left + middle, 9)
  g.fillStyle = inks.soft
  for (const at of beginnings(runs, range.row, scale, side)) g.fillRect(left - 15, top + at, 5, 1)
  for (const at of beginnings(runs, range.column, scale, side))
    g.fillRect(left + at, top - 15, 1, 5)
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {Uint8ClampedArray} table
 */
const drawScale = (g, x, y, width, table) => {
  for (let k = 0; k < width; k++) {
    const t = 3 * Math.round((255 * k) / width)
    g.fillStyle = `rgb(${table[t]},${table[t + 1]},${table[t + 2]})`
    g.fillRect(x + k, y, 1.5, BAR_HEIGHT)
  }
}

/**
 * The colour bar of a small matrix: its ends beside it.
 * @param {Sheet} sheet
 * @param {ColourRange} colours
 * @param {Uint8ClampedArray} table
 * @param {Inks} inks
 */
const drawSmallBar = ({ g, geometry }, colours, table, inks) => {
  const { left, top, side } = geometry
  const y = top + side + 6
  const low = `${colours.below ? '≤ ' : ''}${colours.low.toFixed(2)}`
  const high = `${colours.above ? '≥ ' : ''}${colours.high.toFixed(2)}`
  const text = `${low} to ${high}`
  const room = side - g.measureText(text).width - 6
  if (room > BAR_HEIGHT) drawScale(g, left, y, Math.min(room, side * 0.5, BAR_SMALL), table)
  g.fillStyle = inks.soft
  g.textAlign = 'right'
  g.fillText(text, left + side, y + 4)
}

/** What the ends and the middle of the colour bar say. @param {ColourRange} colours */
export const barTexts = ({ low, high, below, above }) => [
  `${below ? 'below ' : ''}${low.toFixed(2)}`,
  ((low + high) / 2).toFixed(2),
  `${above ? 'above ' : ''}${high.toFixed(2)}`,
]

/**
 * The colour bar, with numbers below, and beside it what they are, as far as there is room.
 * @param {Sheet} sheet
 * @param {ColourRange} colours
 * @param {Uint8ClampedArray} table
 * @param {Inks} inks
 * @param {string} words
 */
const drawBar = ({ g, geometry }, colours, table, inks, words) => {
  const { left, top, side } = geometry
  const width = Math.min(side, BAR)
  const y = top + side + 8
  drawScale(g, left, y, width, table)
  g.fillStyle = inks.soft
  const texts = barTexts(colours)
  ALIGNED.forEach((align, i) => {
    g.textAlign = align
    g.fillText(texts[i], left + (i * width) / 2, y + 17)
  })
  g.textAlign = 'left'
  const room = side - width - 10
  ;[[words], PERCENTILES].forEach((texts, line) => {
    const fitting = texts.find(text => g.measureText(text).width <= room)
    if (fitting) g.fillText(fitting, left + width + 10, y + 4 + 13 * line)
  })
}

/** @param {Sheet} sheet @param {Cells} cells @param {boolean} small @param {Inks} inks */
const drawColourBar = (sheet, { pooled, stage, cosineName }, small, inks) => {
  if (!pooled) return
  const table = tableOf(stage.deck)
  if (small) return drawSmallBar(sheet, pooled.colours, table, inks)
  const words = pooled.range.size > pooled.blocks ? `mean ${cosineName}` : cosineName
  drawBar(sheet, pooled.colours, table, inks, words)
}

/** @param {Element} e @returns {Inks} */
export const inksOf = e => {
  const [ink, soft, line, paper] = ['ink', 'soft', 'line', 'paper'].map(o => css(e, `--se-${o}`))
  return { ink, soft, line, paper }
}

/** @param {Sheet} sheet @param {Cells} cells @param {boolean} small @param {Inks} inks */
export const drawPicture = (sheet, cells, small, inks) => {
  const { order, current, stage } = cells
  drawGround(sheet, inks)
  if (current) drawCells(sheet, current)
  drawStrips(sheet, order.rows, stage.deck.colours(stage.get('colour')))
  if (stage.matching) drawFaded(sheet, fadedSpans(order.rows, sheet.range, stage.matching), inks)
  if (sheet.geometry.label) drawNames(sheet, order.runs, inks)
  drawColourBar(sheet, cells, small, inks)
}
