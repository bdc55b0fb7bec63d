// A map of more scenes than a browser holds. For each viewport the kernel sends a density and a sample
// of bounded size; it knows what lies under the pointer, inside a lasso and behind the filter.

import { unpack } from '../deck/unpack.js'
import { button, choice, el, keepsOnEnter, replaceChildren } from '../kit/dom.js'
import { onTheme } from '../kit/theme.js'
import { categories, scaleBar, withoutNumber } from '../scatter/legend.js'
import { ScatterPlot } from '../scatter/plot.js'
import { modeButtons } from '../scatter/toolbar.js'
import { viewOf } from '../scatter/viewport.js'
import { parseFilter, toggledTerm } from '../stage/filter_syntax.js'
import { coloursOf, groupsOf } from './colours.js'
import { latestAsk } from './latest_ask.js'
import { MapTip } from './map_tip.js'
import { MapPages } from './pages.js'
import { Density } from './under.js'

/** @import { Answer, Host } from '../types.d.ts' */
/** @import { Join, Point } from '../scatter/lasso.js' */
/** @import { Picture } from '../scatter/plot.js' */
/** @import { Port } from './under.js' */
/** @import { Legend } from './colours.js' */

/**
 * @typedef {object} MapHeader
 * @property {number} n scenes
 * @property {number} films
 * @property {number} most scenes that are drawn at once
 * @property {Record<string, Port>} wholes of each layout
 * @property {Record<string, string>} notes on each layout
 * @property {string[]} layouts
 * @property {string[]} colours columns
 * @property {string} colour the one that is shown first
 * @property {string[]} columns of the table
 * @property {string[]} scale
 * @property {string} grey
 * @property {boolean} search sentences are understood
 * @property {number} matching
 * @property {number} chosen
 */

const CELL = 6 // CSS pixels of a cell of the density
const RADIUS = 2.5
const HOW = 'Words, column:word, duration>12; OR, - for not, (parentheses), "two words"'

/** @param {number} n */
const many = n => n.toLocaleString('en')

export class MapPanel {
  /** @type {Legend | null} */
  legend = null
  /** @type {Answer | null} the last view */
  seen = null
  /** @type {Int32Array} rows of the map that are drawn */
  rows = new Int32Array(0)
  asked = ''
  said = ''
  gone = false
  field = this.makeField()
  body = el('div', { class: 'se-body' })
  status = el('p', { class: 'se-note', role: 'status' })
  note = el('p', { class: 'se-note' })
  key = el('div', { class: 'se-legend', role: 'group', 'aria-label': 'Legend' })
  chosen = el('span', { class: 'se-atlas-chosen' })
  tools = el('div', { class: 'se-tools' })
  ring = el('i', { class: 'se-ring', hidden: true })

  /** @param {HTMLElement} root @param {Host} host @param {MapHeader} header */
  constructor(root, host, header) {
    this.root = root
    this.host = host
    this.header = header
    this.layout = header.layouts[0]
    this.colour = header.colour
    this.counts = { matching: header.matching, chosen: header.chosen }
    this.plot = new ScatterPlot(this.told())
    this.density = new Density()
    this.tip = new MapTip(this)
    this.askView = latestAsk(
      port => this.request(port),
      o => this.take(o),
      e => this.say(e.message),
    )
    this.askWhere = latestAsk(
      expression => host.ask('map_where', { expression }),
      o => this.counted(o),
      e => this.say(e.message),
    )
    this.pages = new MapPages(this)
    this.build()
    this.off = [onTheme(() => this.plot.redraw())]
    this.recolour()
    this.show()
    this.pages.begin()
  }

  // ---- what is there

  build() {
    const box = el('div', { class: 'se-plotbox' }, this.plot.element, this.ring)
    box.append(modeButtons(this.plot))
    const title = `All ${many(this.header.n)} scenes`
    const head = el('header', { class: 'se-head' }, el('h3', {}, title), this.tools)
    this.body.append(
      el('div', { class: 'se-atlas-ask' }, this.field, this.search() ?? '', this.chosen),
      el('div', { class: 'se-plotrow' }, box, this.key),
      this.status,
      this.note,
      this.pages.box,
    )
    const panel = { class: 'se-panel se-atlas', data: { panel: 'map' }, 'aria-label': 'Map' }
    this.root.append(el('section', panel, head, this.body), this.tip.box)
    this.controls()
  }

  makeField() {
    const field = el('input', {
      type: 'search',
      class: 'se-filter-field',
      placeholder: 'kitchen, or place:kitchen -film:"film two" duration<2',
      'aria-label': 'Filter the map',
      title: HOW,
      spellcheck: false,
      autocomplete: 'off',
      oninput: () => this.filter(field.value),
    })
    return field
  }

  search() {
    if (!this.header.search) return null
    const field = el('input', {
      type: 'search',
      class: 'se-filter-field',
      placeholder: 'Search by a sentence, Enter',
      'aria-label': 'Search the map',
      onkeydown: keepsOnEnter(() => field.value.trim() && this.find(field.value)),
    })
    return field
  }

  controls() {
    const { layouts, colours } = this.header
    /** @type {[string, string][]} */
    const by = colours.map(o => [o, `by ${o}`])
    const layout = choice('Layout of the map', layouts, this.layout, o => {
      this.layout = o
      this.density.seen = null // of the other plane
      this.show()
      this.pages.begin()
    })
    const colour = choice('Colour of the map', by, this.colour, o => {
      this.colour = o
      this.recolour()
      this.ask(true)
    })
    replaceChildren(this.tools, layouts.length > 1 ? [layout, colour] : [colour])
  }

  /** @returns {import('../scatter/plot.js').Told} */
  told() {
    return {
      hover: (row, e) => this.tip.point(row, e),
      click: (dot, e) => this.click(dot, e),
      select: () => {},
      outline: (line, join) => this.outline(line, join),
      seen: () => this.drawn(),
      home: aspect => {
        const [left, right, low, high] = this.header.wholes[this.layout]
        /** @type {Point[]} */
        const corners = [
          [left, low],
          [right, high],
        ]
        return viewOf(corners, aspect, 1)
      },
    }
  }

  // ---- what the kernel is asked

  /** What is seen. @returns {Port} */
  get port() {
    const { x, y } = this.plot.port.ranges
    return [x[0], x[1], y[0], y[1]]
  }

  /** @param {Port} port */
  request(port) {
    const { width, height } = this.plot.port.frame
    const shape = [Math.ceil(height / CELL), Math.ceil(width / CELL)]
    return this.host.ask('map_view', { port, layout: this.layout, colour: this.colour, shape })
  }

  /** Asked where the view is another one, or what is in it. @param {boolean} [anew] */
  ask(anew = false) {
    const now = [this.layout, ...this.port].join()
    if (now === this.asked && !anew) return
    this.asked = now
    this.askView(this.port)
  }

  /** @param {Answer} answer */
  take(answer) {
    if (this.gone) return
    this.seen = answer
    const { density, port, buffers } = answer
    this.rows = /** @type {Int32Array} */ (unpack(answer.rows, buffers))
    this.density.take(unpack(density, buffers), density.shape, port)
    this.counts = { matching: answer.matching, chosen: answer.chosen }
    this.draw(answer)
    this.describe(answer)
  }

  /** @param {Answer} answer */
  draw(answer) {
    const { buffers } = answer
    const xy = unpack(answer.xy, buffers)
    const codes = unpack(answer.codes, buffers)
    const marked = unpack(answer.marked, buffers)
    const rows = Array.from(this.rows.keys())
    const colours = coloursOf(this.legend, this.header)
    this.plot.show({
      ...this.picture(),
      layout: { xy, dims: 2, axes: [`${this.layout} 1`, `${this.layout} 2`] },
      rows,
      drawn: new Set(rows),
      colours: rows.map(i => colours[codes[i]]),
    })
    this.plot.mark(this.counts.chosen ? new Set(rows.filter(i => marked[i])) : null)
  }

  /** @returns {Picture} before anything has come */
  picture() {
    return {
      key: this.layout,
      layout: { xy: new Float32Array(0), dims: 2, axes: [] },
      rows: [],
      drawn: new Set(),
      colours: [],
      symbol: () => 'circle',
      radius: RADIUS,
      path: [],
      bare: false,
      under: (g, port, ink) => this.density.draw(g, port, ink),
    }
  }

  show() {
    this.plot.show(this.picture())
    this.note.textContent = this.header.notes[this.layout] ?? ''
  }

  /** After every drawing. */
  drawn() {
    if (this.gone) return
    this.ask()
    this.body.dataset.drawn = this.seen ? String(this.rows.length) : ''
    this.tip.settle()
  }

  /** Other scenes match or are selected. @param {Answer} answer */
  counted({ matching, chosen }) {
    this.counts = { matching, chosen }
    this.say('')
    this.ask(true)
    this.pages.begin()
  }

  /** @param {string} text an expression */
  filter(text) {
    this.field.value = text
    try {
      this.askWhere(parseFilter(text))
    } catch (e) {
      this.say(/** @type {Error} */ (e).message)
    }
  }

  /** @param {Point[]} line in units of the layout @param {Join} join */
  outline(line, join) {
    this.change('map_outline', { line, layout: this.layout, join })
  }

  /** @param {string} text a sentence */
  find(text) {
    this.change('map_search', { text })
  }

  clear() {
    this.change('map_clear')
  }

  /** What is selected changes. @param {string} kind @param {Record<string, unknown>} [args] */
  async change(kind, args = {}) {
    try {
      this.counted(await this.host.ask(kind, args))
    } catch (e) {
      this.say(/** @type {Error} */ (e).message)
    }
  }

  /** @param {number} dot of the sample, -1: none @param {MouseEvent} e */
  async click(dot, e) {
    const row = await this.tip.rowUnder(dot, e)
    if (row >= 0) this.open('film', row)
  }

  /** Scenes in the panels below. @param {string} of @param {number} [row] */
  async open(of, row = -1) {
    this.say('Opening …')
    try {
      const { said } = await this.host.ask('map_open', { of, row })
      this.say(said)
    } catch (e) {
      this.say(/** @type {Error} */ (e).message)
    }
  }

  // ---- what is said

  /** @param {string} text a sentence that waits for nothing */
  say(text) {
    this.said = text
    if (this.seen) this.describe(this.seen)
    else this.status.textContent = text
  }

  /** @param {Answer} answer */
  describe({ matching_inside: here, rows }) {
    const [drawn] = rows.shape
    const { matching, chosen } = this.counts
    const all = drawn === here
    const part = all ? `all ${many(here)}` : `${many(drawn)} of ${many(here)}, evenly by film`
    const found = matching < this.header.n ? ` ${many(matching)} match the filter.` : ''
    const shown = `In view and drawn: ${part}.${found}`
    this.status.textContent = this.said ? `${shown} ${this.said}` : shown
    const what = chosen ? `${many(chosen)} selected` : `${many(matching)} scenes`
    replaceChildren(this.chosen, [
      el('b', {}, what),
      button('Open in the panels', 'Show these scenes in the panels below', () =>
        this.open(chosen ? 'chosen' : 'matching'),
      ),
      ...(chosen ? [button('Clear selection', 'Select nothing', () => this.clear())] : []),
    ])
  }

  async recolour() {
    const { colour } = this
    try {
      const legend = /** @type {any} */ (await this.host.ask('map_colour', { name: colour }))
      if (this.gone || colour !== this.colour) return
      this.legend = legend
      this.explain(legend)
      if (this.seen) this.ask(true)
    } catch (e) {
      this.say(/** @type {Error} */ (e).message)
    }
  }

  /** @param {Legend} legend */
  explain(legend) {
    const rest = { value: '', colour: this.header.grey, symbol: 'circle' }
    const parts =
      legend.kind === 'text'
        ? categories(groupsOf(legend, this.header), new Set(), value => this.toggle(value))
        : [...scaleBar(legend.name, this.header.scale, legend.low, legend.high)]
    if (legend.kind === 'number' && legend.rest) parts.push(withoutNumber(rest))
    replaceChildren(this.key, parts)
  }

  /** The filter with a category, or without it. @param {string} value */
  toggle(value) {
    if (!value) return
    try {
      const condition = { column: this.colour, operator: /** @type {':='} */ (':='), value }
      this.filter(toggledTerm(parseFilter(this.field.value), condition))
    } catch (e) {
      this.say(/** @type {Error} */ (e).message)
    }
  }

  /** @param {[number, number] | null} place in units of the layout */
  ringAt(place) {
    this.ring.hidden = !place
    if (!place) return
    const [x, y] = this.plot.port.toPixel(...place)
    const { left, top, width, height } = this.plot.port.frame
    const inside = x >= left && y >= top && x <= left + width && y <= top + height
    this.ring.hidden = !inside // no place is nowhere, too
    this.ring.style.left = `${x}px`
    this.ring.style.top = `${y}px`
  }

  drop() {
    this.gone = true
    for (const end of this.off) end()
    this.tip.drop()
    this.plot.drop()
  }
}
