// A run that is shown: its picture, with arrows over it, and its matrix below.

import { canvas } from '../../kit/canvas.js'
import { el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { css } from '../../kit/theme.js'
import { badge } from './badges.js'
import { arrowsOf, clipToAxes, paintArrows } from './drift.js'
import { matrixOf, projectionOf } from './views.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Layout } from '../../types.d.ts' */
/** @import { Frame, Plot, PlotLayout, Range, Slot } from './types.d.ts' */
/** @import { MatrixView } from './views.js' */

/**
 * What a picture asks of the others, and tells them.
 * @typedef {object} Mates
 * @property {() => Frame} frame that all of them show
 * @property {() => string} drag what dragging does
 * @property {() => void} align
 * @property {() => void} drift draws the arrows again
 * @property {(plot: Plot, change: Record<string, unknown>) => void} zoomed
 */

export class Cell {
  /** plotly was heard: it has drawn once */
  heard = false
  /** @type {MatrixView | null} */
  matrix = null

  /**
   * @param {Stage} stage
   * @param {string} name of the run
   * @param {Mates} mates
   * @param {Range | null} scale of its matrix
   */
  constructor(stage, name, mates, scale) {
    this.stage = stage
    this.name = name
    this.mates = mates
    this.head = el('header', { class: 'se-gal-head' })
    this.picture = el('div', { class: 'se-gal-picture' })
    this.square = el('div', { class: 'se-gal-square' })
    this.over = canvas({ class: 'se-canvas se-gal-over', 'aria-hidden': 'true' })
    const props = { class: 'se-gal-cell', data: { run: name } }
    this.box = el('article', props, this.head, this.picture, this.square)
    this.projection = this.makeProjection()
    this.plot.setAttribute('aria-label', `Scenes as dots in the space of ${short(name, 80)}`)
    this.picture.querySelector('.se-plotbox')?.append(this.over)
    this.makeMatrix(scale)
    this.size = new ResizeObserver(() => this.resize())
    this.size.observe(this.picture)
  }

  get plot() {
    return this.projection.plot
  }

  makeProjection() {
    return projectionOf(this.stage, {
      tools: el('div', { class: 'se-tools' }),
      body: this.picture,
      fixed: this.name,
      reframe: layout => this.reframe(layout),
      drawn: plot => this.drawn(plot),
    })
  }

  /** The matrix anew. @param {Range | null} scale of its colours; null: its own */
  makeMatrix(scale) {
    this.matrix?.drop?.()
    this.square.replaceChildren()
    const tools = el('div', { class: 'se-tools' })
    this.matrix = matrixOf(this.stage, { tools, body: this.square, fixed: this.name, scale })
  }

  /**
   * A picture that is drawn again stays where it is; the first one is where all are.
   * @param {PlotLayout} layout
   */
  reframe(layout) {
    const full = this.plot._fullLayout
    const drawn = this.heard && full
    const { x, y } = drawn ? { x: full.xaxis.range, y: full.yaxis.range } : this.mates.frame()
    layout.dragmode = this.mates.drag()
    Object.assign(layout.xaxis, { range: [...x], zeroline: false })
    Object.assign(layout.yaxis, { range: [...y], zeroline: false })
    return layout
  }

  /** @param {Plot} plot */
  drawn(plot) {
    if (!this.heard) {
      this.heard = true
      plot.on('plotly_relayout', change => this.mates.zoomed(plot, change))
      plot.on('plotly_relayouting', () => this.mates.drift())
      this.mates.align()
    }
    this.mates.drift()
  }

  resize() {
    if (!this.plot._fullLayout || !this.plot.clientWidth) return
    globalThis.Plotly?.Plots.resize(this.plot)?.then(this.mates.align, () => {})
  }

  /** @param {Slot} slot @param {Layout | undefined} layout */
  showSlot(slot, layout) {
    const trust = layout?.trust
    const note = this.stage.deck.space(this.name)?.note ?? ''
    const said = trust == null ? '' : `trustworthiness ${trust.toFixed(2)}`
    this.head.replaceChildren(
      badge(slot),
      el('b', { dir: 'auto', title: short(this.name, 400) }, short(this.name, 44)),
      el('span', { class: 'se-soft', title: note }, said),
    )
    this.box.setAttribute('aria-label', `${slot.letter}: ${short(this.name, 80)}`)
  }

  /**
   * No arrows, or those of the rows that went farthest and of those picked.
   * @param {{ from: Layout, to: Layout, far: number[], picked: number[] }} [moves]
   */
  showDrift(moves) {
    const { g } = this.over.fit()
    const axes = this.plot._fullLayout
    this.over.dataset.arrows = '0'
    if (!moves || !axes?.xaxis) return
    const { from, to, far, picked } = moves
    const colour = css(this.box, '--se-ink')
    const alpha = picked.length ? 0.16 : 0.42
    clipToAxes(g, axes)
    paintArrows(g, arrowsOf(far, from, to, axes), { colour, alpha, width: 1 })
    paintArrows(g, arrowsOf(picked, from, to, axes), { colour, alpha: 0.9, width: 1.6 })
    this.over.dataset.arrows = String(far.length + picked.length)
  }

  drop() {
    this.size.disconnect()
    this.projection.drop()
    this.matrix?.drop?.()
    this.box.remove()
  }
}
