// The runs that are shown, side by side: pictures in the same frame until somebody zooms, and then
// zoomed alike.

import { el } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { viewOf } from '../../scatter/viewport.js'
import { Cell } from './cell.js'

/** @import { Layouts } from './layouts.js' */
/** @import { Runs } from './runs.js' */
/** @import { Mode } from '../../scatter/plot.js' */
/** @import { View } from '../../scatter/viewport.js' */
/** @import { Range, Slot } from './types.d.ts' */

const MOST_PICKED = 200

export class Columns {
  /** @type {Map<string, Cell>} by the name of the run */
  cells = new Map()
  /** @type {View | null} where somebody zoomed to */
  view = null
  /** @type {Mode} */
  drag = matchMedia('(pointer: coarse)').matches ? 'pan' : 'lasso'
  arrows = false
  /** @type {Range | null} of the colours of all matrices; null: each has its own */
  scale = null
  align = soon(() => this.alignNow())
  drift = soon(() => this.driftNow())

  /** @param {Runs} runs @param {Layouts} layouts */
  constructor(runs, layouts) {
    this.runs = runs
    this.layouts = layouts
    this.stage = runs.stage
    this.box = el('div', { class: 'se-gal-columns' })
  }

  /** What all pictures show. @param {number} aspect of a picture @returns {View} */
  shared(aspect) {
    if (this.view) return this.view
    const { x, y } = this.layouts.frame(this.runs.slots.map(o => o.run.name))
    return viewOf(
      [
        [x[0], y[0]],
        [x[1], y[1]],
      ],
      aspect,
      1,
    )
  }

  // ---- which runs

  showRuns() {
    const { slots } = this.runs
    this.dropOthers(slots.map(o => o.run.name))
    this.box.style.setProperty('--se-gal-n', String(Math.max(slots.length, 2)))
    this.box.dataset.n = String(slots.length)
    this.box.dataset.aligned = '0'
    slots.forEach((slot, k) => {
      this.showRun(slot, k)
    })
  }

  /** @param {string[]} names */
  dropOthers(names) {
    for (const [name, cell] of this.cells) {
      if (names.includes(name)) continue
      cell.drop()
      this.cells.delete(name)
    }
  }

  /** @param {Slot} slot @param {number} k */
  showRun(slot, k) {
    const { name } = slot.run
    const cell = this.cells.get(name) ?? this.makeCell(name)
    this.cells.set(name, cell)
    cell.showSlot(slot, this.layouts.of(name))
    const there = this.box.children[k] ?? null
    if (there !== cell.box) this.box.insertBefore(cell.box, there)
  }

  /** @param {string} name */
  makeCell(name) {
    const mates = {
      view: (/** @type {number} */ aspect) => this.shared(aspect),
      isZoomed: () => this.view !== null,
      drag: () => this.drag,
      align: this.align,
      drift: this.drift,
      moved: (/** @type {View} */ view) => this.moved(view),
      whole: () => this.fit(),
    }
    return new Cell(this.stage, name, mates, this.scale)
  }

  /** @param {Range | null} scale */
  setScale(scale) {
    this.scale = scale
    for (const cell of this.cells.values()) cell.makeMatrix(scale)
  }

  // ---- one frame for all

  /** A person moved the view of one. @param {View} view */
  moved(view) {
    this.view = view
    this.align()
  }

  /** @param {string} drag */
  setDrag(drag) {
    this.drag = /** @type {Mode} */ (drag)
    this.align()
  }

  /** Zoom back out. */
  fit() {
    this.view = null
    this.align()
  }

  alignNow() {
    for (const cell of this.cells.values()) cell.align()
    this.box.dataset.aligned = String(this.cells.size)
    this.drift()
  }

  // ---- drift

  /** @param {boolean} arrows */
  setArrows(arrows) {
    this.arrows = arrows
    this.drift()
  }

  driftNow() {
    const names = this.runs.slots.map(o => o.run.name)
    for (const [k, name] of names.entries())
      this.cells.get(name)?.showDrift(k && this.arrows ? this.moves(names[0], name) : undefined)
  }

  /**
   * What went where from one space to another; undefined unless both are flat.
   * @param {string} first
   * @param {string} name
   */
  moves(first, name) {
    const [from, to] = [this.layouts.of(first), this.layouts.of(name)]
    if (from?.dims !== 2 || to?.dims !== 2) return
    const picked = this.stage.get('selection').slice(0, MOST_PICKED)
    const far = this.layouts.farthest([first, name], from, to)
    return { from, to, far: far.filter(i => !picked.includes(i)), picked }
  }

  drop() {
    this.align.cancel()
    this.drift.cancel()
    for (const cell of this.cells.values()) cell.drop()
    this.cells.clear()
  }
}
