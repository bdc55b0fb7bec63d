// Projection: every scene a dot. Lasso selects, hover shows, click plays; what is not selected is
// dimmed and stays.

import { flatLayoutOf, layoutOf } from '../deck/layouts.js'
import { el, replaceChildren } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { onTheme } from '../kit/theme.js'
import { PLOT_KEYS } from '../scatter/keys.js'
import { joined } from '../scatter/lasso.js'
import { ScatterPlot } from '../scatter/plot.js'
import { Ring } from '../scatter/ring.js'
import { toolbar } from '../scatter/toolbar.js'
import { hideCheck } from '../stage/hide.js'
import { panels } from '../stage/registry.js'
import { projectionControls } from './projection/controls.js'
import { densityOf, radiusOf, symbolsOf } from './projection/dots.js'
import { Trajectory } from './projection/followed_film.js'
import { LayoutForm } from './projection/layout_form.js'
import { layoutText, trustText } from './projection/layout_text.js'
import { ProjectionLegend } from './projection/legend.js'

/** @import { Key, Layout, Parts } from '../types.d.ts' */
/** @import { Join } from '../scatter/lasso.js' */
/** @import { Picture } from '../scatter/plot.js' */
/** @import { View } from '../scatter/viewport.js' */
/** @import { Stage } from '../stage/stage.js' */

/**
 * @typedef {object} Options for the gallery, which shows several spaces at once
 * @property {string} [fixed] the one space that is shown, in two dimensions and without axes
 * @property {(view: View) => void} [moved] a person moved the view
 * @property {(aspect: number) => View} [home] what is shown first, if not all dots
 * @property {() => void} [whole] a person asked for the whole picture
 * @property {() => void} [drawn] after every drawing
 */

export class Projection {
  /** @type {(() => void)[]} */
  off = []
  gone = false

  /** @param {Stage} stage @param {Pick<Parts, 'tools' | 'body'>} parts @param {Options} [options] */
  constructor(stage, { tools, body }, options = {}) {
    this.stage = stage
    this.deck = stage.deck
    this.tools = tools
    this.body = body
    this.options = options
    this.fixed = options.fixed ?? ''
    this.trajectory = new Trajectory(stage)
    this.plot = new ScatterPlot(this.told())
    this.ring = new Ring(this.plot.port)
    this.note = el('p', { class: 'se-note' })
    this.legend = new ProjectionLegend(stage.deck, () => this.again())
    this.hide = this.fixed ? [] : hideCheck(stage)
    this.form = this.canCompute ? new LayoutForm(stage, () => this.space?.name ?? '') : null
    this.build()
    this.again = soon(() => this.show())
    this.listen()
    this.show()
  }

  build() {
    const box = el('div', { class: 'se-plotbox' }, this.plot.element, this.ring.element)
    if (this.fixed) this.body.append(box, this.note)
    else {
      this.stage.keys.describe('In the projection', PLOT_KEYS)
      box.append(toolbar(this.plot, this.stage))
      this.body.append(el('div', { class: 'se-plotrow' }, box, this.legend.box), this.note)
      if (this.form) this.body.append(this.form.root)
    }
  }

  listen() {
    /** @type {Key[]} */
    const path = ['path', 'pathFilm']
    /** @type {Key[]} */
    const shown = ['space', 'layout', 'dims', 'colour', ...path, 'density', 'moved', 'hide', 'lost']
    this.on(shown, () => this.again())
    this.on(['colour'], () => this.legend.hidden.clear())
    this.on(['selection', 'where'], () => this.mark())
    this.on(['hover'], () => this.halo())
    this.on(['playing', 'selection'], () => {
      if (this.trajectory.isStale) this.again()
    })
    if (this.form) this.listenToKernel(this.form)
    this.off.push(onTheme(this.again))
  }

  /** @param {Key[]} keys @param {() => void} fn */
  on(keys, fn) {
    this.off.push(this.stage.on(keys, fn))
  }

  /** @returns {import('../scatter/plot.js').Told} */
  told() {
    const { stage, options } = this
    return {
      hover: (row, e) => stage.point(row, row < 0 ? undefined : e),
      click: (row, e) => stage.click(row, e),
      select: (rows, join) => this.select(rows, join),
      seen: () => this.seen(),
      moved: view => options.moved?.(view),
      home: options.home,
      whole: options.whole,
    }
  }

  /** @param {number[]} rows @param {Join} join */
  select(rows, join) {
    this.stage.select(joined(this.stage.get('selection'), rows, join))
  }

  /** @param {LayoutForm} form */
  listenToKernel(form) {
    const { host } = this.stage
    this.off.push(
      host.on('layout', ({ running, said }) => form.say(running, said)),
      host.on('made', ({ space, name, layout }, buffers) => {
        this.deck.space(space)?.add(name, layout, buffers)
        this.again()
      }),
      () => form.drop(),
    )
  }

  // ---- what is shown

  get space() {
    return this.fixed ? this.deck.space(this.fixed) : this.stage.space
  }

  /** A space in training: its coordinates, and how far the picture reaches. */
  get moved() {
    return this.fixed ? null : this.stage.get('moved')
  }

  get layouts() {
    return this.space?.layouts ?? {}
  }

  /** @returns {Layout | undefined} */
  get layout() {
    if (this.moved) return this.moved
    const name = this.stage.get('layout')
    if (this.fixed) return flatLayoutOf(this.layouts, name)
    return layoutOf(this.layouts, name, this.stage.get('dims'))
  }

  /** The rows that are drawn. */
  get rows() {
    const all = this.stage.shown(Array.from(this.deck.ids.keys()))
    return this.legend.shown(all, this.stage.get('colour'))
  }

  show() {
    if (this.gone) return
    this.trajectory.note()
    this.controls()
    const { layout } = this
    if (!layout) {
      this.note.textContent = this.deck.n
        ? 'No layout of this space is here.'
        : 'No scenes yet: pick films and embed them.'
      this.plot.clear()
      return
    }
    this.plot.show(this.picture(layout))
    this.mark()
    if (!this.fixed) this.legend.show(this.stage.get('colour'))
    this.describe(layout)
    this.form?.show(layout.choice)
  }

  /** @param {Layout} layout @returns {Picture} */
  picture(layout) {
    const { stage, deck } = this
    const colour = stage.get('colour')
    const { rows } = this
    const which = this.fixed ? 'fixed' : (layout.reach ?? stage.get('space'))
    return {
      key: `${which} ${stage.get('layout')} ${layout.dims} ${stage.get('hide')}`,
      layout,
      rows,
      drawn: new Set(rows),
      colours: deck.colours(colour),
      symbol: symbolsOf(deck, colour),
      radius: radiusOf(deck.n, layout.dims),
      path: this.trajectory.rows,
      contours: this.hasDensity ? densityOf(layout, rows) : [],
      bare: !!this.fixed,
    }
  }

  get hasDensity() {
    return this.stage.get('density') && !this.fixed
  }

  /** What is not selected is dimmed, or where nothing is, what does not match the filter. */
  mark() {
    const selection = this.stage.get('selection')
    this.plot.mark(selection.length ? new Set(selection) : this.stage.matching)
  }

  /** After every drawing. */
  seen() {
    this.body.dataset.drawn = String(this.plot.picture?.rows.length ?? 0)
    this.halo()
    this.options.drawn?.()
  }

  /** The ring around the scene that is pointed at, here or in another panel. */
  halo() {
    const row = this.stage.get('hover')
    this.ring.show(this.plot.picture?.drawn.has(row) ? this.plot.locate(row) : null)
  }

  /** @param {Layout} layout */
  describe(layout) {
    const said = [layoutText(layout), trustText(layout), this.trajectory.text]
    this.note.textContent = this.fixed ? '' : said.filter(Boolean).join(' ')
  }

  controls() {
    if (!this.fixed) replaceChildren(this.tools, projectionControls(this))
  }

  get canCompute() {
    const { host } = this.stage
    return !this.fixed && host.live && !host.lost && Boolean(this.deck.header.extra.maps)
  }

  drop() {
    this.gone = true
    for (const end of this.off) end()
    this.again.cancel()
    this.plot.drop()
  }
}

panels.projection = {
  title: 'Projection',
  hint: 'Lasso selects, wheel zooms, click plays',
  make: (stage, parts) => new Projection(stage, parts),
}
