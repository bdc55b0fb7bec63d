// Both scenes of the cell under the pointer, beside the pointer.

import { el } from '../../kit/dom.js'
import { clamp } from '../../kit/text.js'
import { card } from '../../stage/tip.js'

/** @import { Cells } from './cells.js' */
/** @import { Cell, Range } from './viewport.js' */

export class PairTip {
  /** @param {Cells} cells */
  constructor(cells) {
    this.cells = cells
    this.root = el('div', { class: 'se-tip se-pair', role: 'tooltip', hidden: true })
  }

  get isHidden() {
    return this.root.hidden
  }

  hide() {
    this.root.hidden = true
    this.root.dataset.at = ''
  }

  /** @param {Range} range @param {Cell} cell @param {number} x @param {number} y of the pointer */
  show(range, cell, x, y) {
    const { top, left, bottom, right } = this.cells.inside(range, cell)
    const known = this.cells.mean(range, cell) != null
    const { space, cosineName } = this.cells
    const key = [top, left, bottom, right, space?.name, cosineName, known].join(' ')
    if (this.root.dataset.at !== key) {
      this.root.dataset.at = key
      this.fill(range, cell)
    }
    this.root.hidden = false
    this.place(x, y)
  }

  /** @param {Range} range @param {Cell} cell */
  fill(range, cell) {
    const { single, row, column, top, bottom, left, right } = this.cells.inside(range, cell)
    const same = single && row === column
    const halves = same
      ? [this.half('the scene with itself', single, row, top, bottom)]
      : [
          this.half('row', single, row, top, bottom),
          this.half('column', single, column, left, right),
        ]
    this.root.classList.toggle('se-pair-block', !single)
    this.root.classList.toggle('se-pair-self', same)
    this.root.replaceChildren(
      el('b', { class: 'se-pair-value' }, this.cells.words(range, cell)),
      ...halves,
      ...(single ? [] : [el('small', { class: 'se-soft' }, 'Click to look closer')]),
    )
  }

  /**
   * One of both axes.
   * @param {string} axis
   * @param {boolean} single
   * @param {number} row
   * @param {number} first
   * @param {number} end
   */
  half(axis, single, row, first, end) {
    const about = single
      ? card(this.cells.stage.deck, row)
      : this.cells.named(first, end).map(text => el('span', { dir: 'auto' }, text))
    return el(
      'div',
      { class: 'se-pair-half' },
      el('small', { class: 'se-soft' }, axis),
      .../** @type {(Node | string)[]} */ (about),
    )
  }

  /** @param {number} x @param {number} y of the pointer */
  place(x, y) {
    const { offsetWidth: width, offsetHeight: height, style } = this.root
    const right = x + 20
    const isOut = right + width > innerWidth
    style.left = `${isOut ? Math.max(x - width - 16, 4) : right}px`
    style.top = `${clamp(y + 16, 4, Math.max(innerHeight - height - 4, 4))}px`
  }
}
