// Projection: every scene a dot. Lasso selects, hover shows, click plays; what is not selected is
// dimmed and stays.

import { check, choice, el, replaceChildren } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { roving } from '../kit/roving.js'
import { clamp } from '../kit/text.js'
import { onTheme } from '../kit/theme.js'
import { contoursOf } from '../scatter/contours.js'
import { PLOT_KEYS } from '../scatter/keys.js'
import { joined } from '../scatter/lasso.js'
import { categories, scaleBar, withoutNumber } from '../scatter/legend.js'
import { ScatterPlot } from '../scatter/plot.js'
import { toolbar } from '../scatter/toolbar.js'
import { hideCheck } from '../stage/hide.js'
import { panels } from '../stage/registry.js'
import { followedFilm, trajectoryTools } from './projection/followed_film.js'
import { LayoutForm } from './projection/layout_form.js'
import { layoutText, pathText, trustText } from './projection/layout_text.js'

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

const IN_TRAINING = 'in training'
const COMPUTE = 'compute UMAP'
const DENSITY =
  'Lines of equal density, in two dimensions: at 10, 25, 50 and 75 percent of the highest'

/** How large a dot is. @param {number} n scenes @param {number} dims @returns {number} CSS pixels, radius */
const radiusOf = (n, dims) => (dims === 3 ? 3 : clamp(12 - Math.log10(n + 1) * 2, 3, 9) / 2)

export class Projection {
  /** @type {(() => void)[]} */
  off = []
  gone = false
  /** whose trajectory is drawn */
  drawnFilm = -1
  /** @type {Set<string>} categories that are not shown */
  hidden = new Set()

  /** @param {Stage} stage @param {Pick<Parts, 'tools' | 'body'>} parts @param {Options} [options] */
  constructor(stage, { tools, body }, options = {}) {
    this.stage = stage
    this.deck = stage.deck
    this.tools = tools
    this.body = body
    this.options = options
    this.fixed = options.fixed ?? ''
    this.plot = new ScatterPlot(this.told())
    this.ring = el('i', { class: 'se-ring', hidden: true })
    this.note = el('p', { class: 'se-note' })
    this.legend = el('div', { class: 'se-legend', role: 'group', 'aria-label': 'Legend' })
    this.settleLegend = roving(this.legend)
    this.hide = this.fixed ? [] : hideCheck(stage)
    this.form = this.canCompute ? new LayoutForm(stage, () => this.space?.name ?? '') : null
    this.build()
    this.again = soon(() => this.show())
    this.listen()
    this.show()
  }

  build() {
    const box = el('div', { class: 'se-plotbox' }, this.plot.element, this.ring)
    if (this.fixed) this.body.append(box, this.note)
    else {
      this.stage.keys.describe('In the projection', PLOT_KEYS)
      box.append(toolbar(this.plot, this.stage))
      this.body.append(el('div', { class: 'se-plotrow' }, box, this.legend), this.note)
      if (this.form) this.body.append(this.form.root)
    }
  }

  listen() {
    const { stage } = this
    /** @type {Key[]} */
    const path = ['path', 'pathFilm']
    /** @type {Key[]} */
    const shown = ['space', 'layout', 'dims', 'colour', ...path, 'density', 'moved', 'hide', 'lost']
    this.on(shown, () => this.again())
    this.on(['colour'], () => this.hidden.clear())
    this.on(['selection', 'where'], () => this.mark())
    this.on(['hover'], () => this.halo())
    this.on(['playing', 'selection'], () => {
      if (stage.get('path') && this.followed !== this.drawnFilm) this.again()
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

  /** @returns {Layout | undefined} */
  get layout() {
    if (this.moved) return this.moved
    const all = this.space?.layouts ?? {}
    const name = this.stage.get('layout')
    const deep = this.stage.get('dims') === 3 && !this.fixed
    return (
      all[deep ? `${name} 3-D` : name] ??
      all[name] ??
      (this.fixed ? undefined : all[`${name} 3-D`]) ??
      Object.values(all)[0]
    )
  }

  /** Layouts by name, whatever their dimensions. */
  get names() {
    const all = Object.keys(this.space?.layouts ?? {})
    return [...new Set(all.map(k => k.replace(/ 3-D$/, '')))]
  }

  /** The rows that are drawn. */
  get rows() {
    const all = this.stage.shown(Array.from({ length: this.deck.n }, (_, i) => i))
    const look = this.deck.look(this.stage.get('colour'))
    if (look.kind !== 'text' || !this.hidden.size) return all
    return all.filter(i => !this.hidden.has(look.groups[look.of(i)].value))
  }

  show() {
    if (this.gone) return
    this.drawnFilm = this.followed
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
    this.explain()
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
      symbol: this.symbolsOf(colour),
      radius: radiusOf(deck.n, layout.dims),
      path: this.path,
      contours: this.contours(layout, rows),
      bare: !!this.fixed,
    }
  }

  /** @param {string} colour a column @returns {(row: number) => string} */
  symbolsOf(colour) {
    const look = this.deck.look(colour)
    if (look.kind === 'text') return row => look.groups[look.of(row)].symbol
    const { values } = this.deck.columns[colour]
    return row => (Number.isFinite(values[row]) ? 'circle' : 'circle-open')
  }

  /** The film whose trajectory is drawn. */
  get followed() {
    const { values } = this.stage.shared
    return followedFilm(this.deck, values)
  }

  /** Its scenes in the order of time. */
  get path() {
    return this.stage.get('path') ? this.stage.shown(this.deck.inFilm(this.followed)) : []
  }

  /** Lines of equal density of what is drawn, in two dimensions. @param {Layout} layout @param {number[]} rows */
  contours({ xy, dims }, rows) {
    if (!this.stage.get('density') || dims !== 2 || this.fixed) return []
    return contoursOf(rows.map(i => [xy[2 * i], xy[2 * i + 1]]))
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
    this.ring.hidden = !this.plot.picture?.drawn.has(row) || !this.plot.isInside(row)
    if (this.ring.hidden) return
    const [x, y] = this.plot.locate(row)
    this.ring.style.left = `${x}px`
    this.ring.style.top = `${y}px`
  }

  /** @param {Layout} layout */
  describe(layout) {
    const { path } = this
    const film = this.deck.films[this.followed]?.name ?? ''
    const said = [layoutText(layout), trustText(layout), pathText(film, path.length)]
    this.note.textContent = this.fixed ? '' : said.filter(Boolean).join(' ')
  }

  explain() {
    if (this.fixed) return
    const name = this.stage.get('colour')
    const look = this.deck.look(name)
    replaceChildren(
      this.legend,
      look.kind === 'text'
        ? categories(look.groups, this.hidden, value => this.toggle(value))
        : [
            ...scaleBar(name, this.deck.scale, look.low, look.high),
            ...(look.missing ? [withoutNumber(this.unknown)] : []),
          ],
    )
    this.settleLegend()
  }

  /** What has no number. */
  get unknown() {
    return { value: '', colour: this.deck.grey, symbol: 'circle-open' }
  }

  /** @param {string} value of a category */
  toggle(value) {
    if (!this.hidden.delete(value)) this.hidden.add(value)
    this.again()
  }

  // ---- controls

  controls() {
    if (this.fixed) return
    const made = [this.spaceChoice(), this.layoutChoice(), this.dimsChoice(), this.colourChoice()]
    const switches = [...trajectoryTools(this.stage), this.densityCheck(), ...this.hide]
    replaceChildren(this.tools, [...made.filter(o => o !== null), ...switches])
  }

  densityCheck() {
    const { stage } = this
    return check('density', stage.get('density'), density => stage.set({ density }), DENSITY)
  }

  spaceChoice() {
    const { stage, deck, moved } = this
    if (deck.visual.length < 2 && !moved) return null
    const names = [...deck.visual.map(o => o.name), ...(moved ? [IN_TRAINING] : [])]
    return choice('Space', names, moved ? IN_TRAINING : stage.get('space'), space => {
      if (space === IN_TRAINING) return
      stage.set({ space, moved: null })
      stage.repair()
    })
  }

  layoutChoice() {
    if (!this.names.length || this.moved) return null
    /** @type {(string | [string, string])[]} */
    const options = [...this.names]
    if (this.form && this.canCompute && !this.names.includes('UMAP'))
      options.push([COMPUTE, 'UMAP (compute)'])
    return choice('Layout', options, this.stage.get('layout'), layout => {
      if (layout !== COMPUTE) return this.stage.set({ layout })
      this.controls()
      this.form?.ask({})
    })
  }

  get canCompute() {
    const { host } = this.stage
    return !this.fixed && host.live && !host.lost && Boolean(this.deck.header.extra.maps)
  }

  dimsChoice() {
    const name = this.stage.get('layout')
    const all = this.space?.layouts ?? {}
    const both = name in all && `${name} 3-D` in all
    if (!both || this.moved) return null
    return choice(
      'Dimensions',
      [
        ['2', '2-D'],
        ['3', '3-D'],
      ],
      String(this.stage.get('dims')),
      o => this.stage.set({ dims: Number(o) }),
    )
  }

  colourChoice() {
    const names = Object.values(this.deck.columns).filter(c => c.colour !== false)
    const options = names.map(({ name }) => /** @type {[string, string]} */ ([name, `by ${name}`]))
    return choice('Colour', options, this.stage.get('colour'), colour => {
      this.stage.set({ colour })
    })
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
