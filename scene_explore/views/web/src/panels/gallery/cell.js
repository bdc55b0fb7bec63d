// A run that is shown: its picture, with arrows over it, and its matrix below.

import { canvas } from '../../kit/canvas.js'
import { el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { css } from '../../kit/theme.js'
import { Projection } from '../projection.js'
import { badge } from './badges.js'
import { arrowsOf, clipToFrame, paintArrows } from './drift.js'
import { matrixOf } from './views.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Layout } from '../../types.d.ts' */
/** @import { Mode } from '../../scatter/plot.js' */
/** @import { View } from '../../scatter/viewport.js' */
/** @import { Range, Slot } from './types.d.ts' */
/** @import { MatrixView } from './views.js' */

/**
 * What a picture asks of the others, and tells them.
 * @typedef {object} Mates
 * @property {(aspect: number) => View} view that all of them show
 * @property {() => boolean} isZoomed somebody zoomed
 * @property {() => Mode} drag what dragging does
 * @property {() => void} align
 * @property {() => void} drift draws the arrows again
 * @property {(view: View) => void} moved a person moved it
 * @property {() => void} whole a person asked for all dots
 */

export class Cell {
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
    this.plot.element.setAttribute(
      'aria-label',
      `Scenes as dots in the space of ${short(name, 80)}`,
    )
    this.picture.querySelector('.se-plotbox')?.append(this.over)
    this.makeMatrix(scale)
    this.mates.align()
  }

  get plot() {
    return this.projection.plot
  }

  makeProjection() {
    const { mates } = this
    const parts = { tools: el('div', { class: 'se-tools' }), body: this.picture }
    const made = new Projection(this.stage, parts, {
      fixed: this.name,
      home: aspect => mates.view(aspect),
      moved: view => mates.moved(view),
      whole: () => mates.whole(),
      drawn: () => mates.drift(),
    })
    made.plot.mode = mates.drag()
    return made
  }

  /** The matrix anew. @param {Range | null} scale of its colours; null: its own */
  makeMatrix(scale) {
    this.matrix?.drop?.()
    this.square.replaceChildren()
    const tools = el('div', { class: 'se-tools' })
    this.matrix = matrixOf(this.stage, { tools, body: this.square, fixed: this.name, scale })
  }

  /** The view that all pictures share. */
  align() {
    const { plot, mates } = this
    plot.mode = mates.drag()
    plot.element.dataset.mode = plot.mode
    if (mates.isZoomed()) plot.look(mates.view(plot.port.aspect))
    else plot.fit()
    plot.redraw()
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
    const { port } = this.plot
    this.over.dataset.arrows = '0'
    if (!moves) return
    const { from, to, far, picked } = moves
    const colour = css(this.box, '--se-ink')
    const alpha = picked.length ? 0.16 : 0.42
    clipToFrame(g, port)
    paintArrows(g, arrowsOf(far, from, to, port), { colour, alpha, width: 1 })
    paintArrows(g, arrowsOf(picked, from, to, port), { colour, alpha: 0.9, width: 1.6 })
    this.over.dataset.arrows = String(far.length + picked.length)
  }

  drop() {
    this.projection.drop()
    this.matrix?.drop?.()
    this.box.remove()
  }
}
