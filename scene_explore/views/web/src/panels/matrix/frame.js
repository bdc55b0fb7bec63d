// The frame of the matrix: a picture and what is drawn over it, as large as the panel lets them be.

import { canvas } from '../../kit/canvas.js'
import { el, roomOf } from '../../kit/dom.js'
import { geometryOf } from './geometry.js'
import { isSame } from './viewport.js'

/** @import { Pooled } from './cells.js' */
/** @import { Geometry } from './geometry.js' */
/** @import { Range } from './viewport.js' */

const NOTE_MARGIN = 4 // CSS pixels

/** @param {string | null} fixed */
const overlay = fixed =>
  canvas({
    class: 'se-canvas se-matrix-over',
    tabIndex: 0,
    role: 'application',
    'aria-roledescription': 'similarity matrix',
    'aria-label': `Cosine of every scene with every other${fixed ? `, ${fixed}` : ''}. Arrow keys move a cell, Enter plays both scenes, plus and minus zoom, Backspace goes back`,
  })

export class MatrixFrame {
  /** @type {Geometry | null} null: nothing has been measured yet */
  geometry = null
  under = canvas({ 'aria-hidden': 'true' })
  note = el('p', { class: 'se-note' })

  /** @param {HTMLElement} body of the panel @param {string | null} fixed the one space of the gallery */
  constructor(body, fixed) {
    this.body = body
    this.small = fixed != null
    this.over = overlay(fixed)
    const small = this.small ? ' se-matrix-small' : ''
    this.root = el('div', { class: `se-matrix-frame${small}` }, this.under, this.over)
    body.append(this.root, this.note)
  }

  /** How large it can be now. @param {Range} range @param {boolean} labelled */
  measure(range, labelled) {
    const { root, over } = this
    const { width = root.clientWidth, height: most } = roomOf(this.body) ?? {}
    const room = most && most - this.note.offsetHeight - NOTE_MARGIN
    const geometry = geometryOf(width, this.small, labelled, room)
    root.style.width = room == null ? '' : `${geometry.width}px`
    const height = `${geometry.height}px`
    if (root.style.height !== height) root.style.height = height
    const { left, top, side } = geometry
    const { row, column, size } = range
    Object.assign(over.dataset, { left, top, side, row, column, scenes: size })
    this.geometry = geometry
    return geometry
  }

  /** What is drawn in full, for whoever waits for it. @param {Pooled | null} current @param {Range} range */
  showDrawn(current, range) {
    if (!current || !isSame(current.range, range)) return
    const { dataset } = this.over
    dataset.drawn = `${range.row} ${range.column} ${range.size}`
    dataset.low = current.colours.low.toFixed(4)
    dataset.high = current.colours.high.toFixed(4)
    this.body.dataset.drawn = String(range.size)
  }
}
