// The matrix as it is seen: what is in view is loaded, drawn and opened.

import { soon } from '../../kit/frames.js'
import { css, onTheme } from '../../kit/theme.js'
import { fadedText } from '../../stage/faded.js'
import { Cells, noteOf } from './cells.js'
import { addControls } from './controls.js'
import { MatrixFrame } from './frame.js'
import { cellSize } from './geometry.js'
import { Hand } from './hand.js'
import { MATRIX_KEYS, onMatrixKey } from './keys.js'
import { drawCursor, drawDrag, drawPlaying, drawScenes } from './marks.js'
import { PairTip } from './pair_tip.js'
import { drawPicture, inksOf } from './picture.js'
import { fixedViewport, Viewport } from './viewport.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Cell } from './viewport.js' */

/**
 * Where the matrix is put, and for the gallery the one space that it shows, small and without
 * controls, with the ends of its colours.
 * @typedef {object} MatrixParts
 * @property {HTMLElement} tools
 * @property {HTMLElement} body
 * @property {string | null} [fixed]
 * @property {[number, number] | null} [scale] null: of what is in view
 */

const CLOSER = 24 // times the scenes of the block that was clicked
const LEAST_OPENED = 60 // scenes

export class MatrixView {
  /** @param {Stage} stage @param {MatrixParts} parts */
  constructor(stage, { tools, body, fixed = null, scale = null }) {
    this.stage = stage
    this.body = body
    this.small = fixed != null
    this.cells = new Cells(stage, fixed, scale)
    const n = this.cells.count
    this.viewport = fixed == null ? new Viewport(n) : fixedViewport(stage, n)
    /** @type {Cell | null} the cell that the keyboard is on */
    this.cursor = null
    /** the tip was asked for by keyboard */
    this.keyed = false
    this.frame = new MatrixFrame(body, fixed)
    this.over = this.frame.over
    this.tip = new PairTip(this.cells)
    this.base = soon(() => this.drawBase())
    this.marks = soon(() => this.drawMarks())
    stage.root.append(this.tip.root)
    this.showControls = this.small ? () => {} : addControls(tools, this)
    if (!this.small) stage.keys.describe('In the matrix', MATRIX_KEYS)
    this.hand = new Hand(this)
    this.tidy = this.listen()
    this.viewport.watchers.add(this)
    this.load()
  }

  get geometry() {
    return this.frame.geometry
  }

  /** @returns {(() => void)[]} what ends it */
  listen() {
    const { stage, over, small } = this
    over.addEventListener('keydown', e => onMatrixKey(this, e))
    over.addEventListener('blur', () => this.leaveKeyboard())
    const resized = new ResizeObserver(() => this.base())
    resized.observe(this.frame.root)
    resized.observe(this.body)
    const withOrder = () => stage.get('order') === 'similarity' && this.load()
    return [
      stage.on(small ? ['order', 'hide'] : ['space', 'order', 'hide'], () => this.restart()),
      stage.on(['colour', 'where'], () => this.base()),
      ...(small ? [] : [stage.on('centred', () => this.load())]),
      stage.on(['selection', 'hover', 'playing'], () => this.marks()),
      ...(small ? [stage.on('space', withOrder)] : []),
      onTheme(() => this.base()),
      () => resized.disconnect(),
    ]
  }

  // ---- what is in view

  restart() {
    this.viewport.reset(this.cells.count)
    this.onRange()
  }

  onRange() {
    this.cursor = null
    this.hide()
    this.load()
  }

  onAim() {
    this.marks()
  }

  goBack() {
    this.viewport.back()
    this.showControls()
  }

  load() {
    const { n, range } = this.viewport
    this.showControls()
    const { space } = this.cells
    const isEmpty = !n || !space
    this.frame.root.hidden = isEmpty
    if (isEmpty) {
      this.cells.cancel()
      this.frame.note.textContent = n ? 'No space of scenes is here.' : 'There are no scenes.'
      return
    }
    this.base()
    this.cells.load(range, () => this.base())
  }

  // ---- cells

  /** @param {Cell} cell */
  inside(cell) {
    return this.cells.inside(this.viewport.range, cell)
  }

  hide() {
    this.tip.hide()
    this.viewport.pointAt(null)
  }

  /** @param {Cell} cell @param {number} x @param {number} y of the pointer */
  point(cell, x, y) {
    const { single, row } = this.inside(cell)
    this.viewport.pointAt(cell)
    this.stage.set({ hover: single ? row : -1 })
    this.tip.show(this.viewport.range, cell, x, y)
  }

  /** Play a pair, or look closer, which it says. @param {Cell} cell */
  open(cell) {
    const { single, row, column, top, bottom, left, right } = this.inside(cell)
    if (single) {
      this.stage.play(...new Set([row, column]))
      this.stage.select([row, column])
      return false
    }
    const size = Math.max((bottom - top) * CLOSER, LEAST_OPENED)
    const to = { row: (top + bottom - size) / 2, column: (left + right - size) / 2, size }
    return this.viewport.go(to)
  }

  /** @param {Cell} cell */
  putCursor(cell) {
    const { geometry, over, viewport } = this
    if (!geometry) return
    const box = over.getBoundingClientRect()
    const size = cellSize(geometry, viewport.range)
    this.cursor = cell
    this.keyed = true
    const x = box.left + geometry.left + (cell[1] + 0.5) * size
    const y = box.top + geometry.top + (cell[0] + 0.5) * size
    this.point(cell, x, y)
    this.marks()
    this.stage.say(this.cells.sentence(viewport.range, cell))
  }

  leaveKeyboard() {
    this.cursor = null
    if (this.keyed) this.hide()
    this.keyed = false
    this.marks()
  }

  // ---- picture

  drawBase() {
    const { cells, viewport, frame } = this
    if (!viewport.n || !cells.space) return
    const { range } = viewport
    const geometry = frame.measure(range, cells.order.runs.length > 0)
    const { g, w } = frame.under.fit()
    if (w < 2) return
    drawPicture({ g, geometry, range }, cells, this.small, inksOf(this.body))
    frame.showDrawn(cells.current, range)
    if (!this.small) frame.note.textContent = this.noteText()
    this.marks.cancel()
    this.drawMarks()
  }

  noteText() {
    const { cells, viewport, stage } = this
    const cell = noteOf(viewport.range, viewport.n)
    return [cell, fadedText(stage, cells.order.rows)].filter(Boolean).join(' ')
  }

  drawMarks() {
    const { geometry, cells, cursor, viewport } = this
    if (!geometry) return
    const { g } = this.over.fit()
    const sheet = { g, geometry, range: viewport.range }
    const colours = { mark: css(this.body, '--se-mark'), accent: css(this.body, '--se-accent') }
    drawScenes(sheet, this.stage, cells.order.at, viewport.aim, colours.mark)
    if (!this.small) drawPlaying(sheet, this.stage.get('playing'), cells.order.at, colours.mark)
    if (cursor) drawCursor(sheet, cursor)
    if (this.hand.drag) drawDrag(g, geometry, this.hand.drag, colours.accent)
  }

  drop() {
    for (const end of this.tidy) end()
    this.cells.cancel()
    this.base.cancel()
    this.marks.cancel()
    this.tip.root.remove()
    this.viewport.watchers.delete(this)
  }
}
