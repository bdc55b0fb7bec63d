// The runs that are shown, side by side: pictures in the same frame until somebody zooms, and then
// zoomed alike.

import { el } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { Cell } from './cell.js'
import { filledFrame } from './layouts.js'
import { zoomOf } from './views.js'

/** @import { Layouts } from './layouts.js' */
/** @import { Runs } from './runs.js' */
/** @import { Frame, Plot, Range, Slot } from './types.d.ts' */

const MOST_PICKED = 200

/**
 * Whether a change of plotly's layout is of the frame: to a range, or back to all dots.
 * @param {Record<string, unknown>} change
 */
export const frameChange = change => {
  const keys = Object.keys(change).filter(o => /^[xy]axis\.(range|autorange)/.test(o))
  if (!keys.length) return null
  return Object.keys(change).some(o => /autorange/.test(o)) ? 'all' : 'range'
}

export class Columns {
  /** @type {Map<string, Cell>} by the name of the run */
  cells = new Map()
  /** @type {Frame | null} where somebody zoomed to */
  view = null
  drag = 'lasso'
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
    Object.defineProperty(this.stage, 'mates', { configurable: true, get: () => this.plots })
  }

  /** Those that are drawn. @returns {Plot[]} */
  get plots() {
    return [...this.cells.values()].map(o => o.plot).filter(o => o._fullLayout)
  }

  /** What all pictures show, or would if they had the same shape. @returns {Frame} */
  get frame() {
    return this.view ?? this.layouts.frame(this.runs.slots.map(o => o.run.name))
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
      frame: () => this.frame,
      drag: () => this.drag,
      align: this.align,
      drift: this.drift,
      /** @param {Plot} plot @param {Record<string, unknown>} change */
      zoomed: (plot, change) => this.zoomed(plot, change),
    }
    return new Cell(this.stage, name, mates, this.scale)
  }

  /** @param {Range | null} scale */
  setScale(scale) {
    this.scale = scale
    for (const cell of this.cells.values()) cell.makeMatrix(scale)
  }

  // ---- one frame for all

  /** @param {Plot} plot @param {Record<string, unknown>} change */
  zoomed(plot, change) {
    this.drift()
    const kind = frameChange(change)
    if (!kind || zoomOf(this.stage).following) return
    if (kind === 'all') this.fit()
    else this.view = this.rangesOf(plot)
  }

  /** @param {Plot} plot @returns {Frame | null} */
  rangesOf({ _fullLayout: full }) {
    return full ? { x: [...full.xaxis.range], y: [...full.yaxis.range] } : null
  }

  /** @param {string} drag */
  setDrag(drag) {
    this.drag = drag
    this.align()
  }

  /** Zoom back out. */
  fit() {
    this.view = null
    this.align()
  }

  async alignNow() {
    const { plots } = this
    const zoom = zoomOf(this.stage)
    zoom.following = true
    try {
      await Promise.all(plots.map(o => globalThis.Plotly.relayout(o, this.aim(o))))
    } finally {
      zoom.following = false
      this.box.dataset.aligned = String(plots.length)
      this.drift()
    }
  }

  /**
   * The frame in the shape of a picture: plotly would else widen it anew at every change of size.
   * @param {Plot} plot
   */
  aim({ _fullLayout: full }) {
    if (!full) return {}
    const { x, y } = filledFrame(this.frame, full.xaxis._length, full.yaxis._length)
    return { 'xaxis.range': x, 'yaxis.range': y, dragmode: this.drag }
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
    delete zoomOf(this.stage).mates
  }
}
