// A map of more scenes than a browser holds. The kernel knows what lies under the pointer, inside a
// lasso and behind the filter.

import { choice, el, replaceChildren } from '../kit/dom.js'
import { grouped } from '../kit/text.js'
import { onTheme } from '../kit/theme.js'
import { modeButtons } from '../scatter/toolbar.js'
import { parseFilter, toggledTerm } from '../stage/filter_syntax.js'
import { filterField, searchField } from './fields.js'
import { MapKey } from './key.js'
import { latestAsk } from './latest_ask.js'
import { MapTip } from './map_tip.js'
import { MapPages } from './pages.js'
import { MapStatus } from './status.js'
import { MapView } from './view.js'

/** @import { Answer, Host } from '../types.d.ts' */
/** @import { Join, Point } from '../scatter/lasso.js' */
/** @import { Port } from './under.js' */

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

export class MapPanel {
  gone = false
  body = el('div', { class: 'se-body' })
  tools = el('div', { class: 'se-tools' })
  field = filterField(text => this.filter(text))

  /** @param {HTMLElement} root @param {Host} host @param {MapHeader} header */
  constructor(root, host, header) {
    this.root = root
    this.host = host
    this.header = header
    this.counts = { matching: header.matching, chosen: header.chosen }
    this.key = new MapKey(this)
    this.view = new MapView(this)
    this.status = new MapStatus(this)
    this.tip = new MapTip(this)
    this.askWhere = latestAsk(
      expression => host.ask('map_where', { expression }),
      o => this.counted(o),
      e => this.say(e.message),
    )
    this.pages = new MapPages(this)
    this.build()
    this.off = [onTheme(() => this.plot.redraw())]
    this.key.load()
    this.view.show()
    this.pages.begin()
  }

  // ---- what is there

  build() {
    const { view, key, status, header } = this
    const box = el('div', { class: 'se-plotbox' }, view.plot.element, view.ring.element)
    box.append(modeButtons(view.plot))
    const search = header.search ? searchField(text => this.find(text)) : ''
    this.body.append(
      el('div', { class: 'se-atlas-ask' }, this.field, search, status.chosen),
      el('div', { class: 'se-plotrow' }, box, key.box),
      status.line,
      view.note,
      this.pages.box,
    )
    const title = el('h3', {}, `All ${grouped(header.n)} scenes`)
    const head = el('header', { class: 'se-head' }, title, this.tools)
    const panel = { class: 'se-panel se-atlas', data: { panel: 'map' }, 'aria-label': 'Map' }
    this.root.append(el('section', panel, head, this.body), this.tip.box)
    this.controls()
  }

  controls() {
    const { layouts, colours } = this.header
    /** @type {[string, string][]} */
    const by = colours.map(o => [o, `by ${o}`])
    const layout = choice('Layout of the map', layouts, this.layout, o => {
      this.view.choose(o)
      this.pages.begin()
    })
    const colour = choice('Colour of the map', by, this.key.colour, o => {
      this.key.choose(o)
      this.view.ask(true)
    })
    replaceChildren(this.tools, layouts.length > 1 ? [layout, colour] : [colour])
  }

  get plot() {
    return this.view.plot
  }

  get layout() {
    return this.view.layout
  }

  get legend() {
    return this.key.legend
  }

  /** The last view that came. */
  get seen() {
    return this.view.seen
  }

  /** Rows of the map that are drawn. */
  get rows() {
    return this.view.rows
  }

  // ---- what a person does

  /** @param {string} text an expression */
  filter(text) {
    this.field.value = text
    try {
      this.askWhere(parseFilter(text))
    } catch (e) {
      this.say(/** @type {Error} */ (e).message)
    }
  }

  /** The filter with a category, or without it. @param {string} value */
  toggle(value) {
    if (!value) return
    try {
      const condition = { column: this.key.colour, operator: /** @type {':='} */ (':='), value }
      this.filter(toggledTerm(parseFilter(this.field.value), condition))
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

  // ---- what is seen and said

  /** Other scenes match or are selected. @param {Answer} answer */
  counted({ matching, chosen }) {
    this.counts = { matching, chosen }
    this.say('')
    this.view.ask(true)
    this.pages.begin()
  }

  /** Another view has come. @param {Answer} answer */
  describe(answer) {
    const { matching, chosen } = answer
    this.counts = { matching, chosen }
    this.status.describe(answer)
  }

  /** @param {string} text a sentence that waits for nothing */
  say(text) {
    this.status.say(text)
  }

  /** @param {[number, number] | null} place in units of the layout */
  ringAt(place) {
    this.view.ringAt(place)
  }

  drop() {
    this.gone = true
    for (const end of this.off) end()
    this.tip.drop()
    this.plot.drop()
  }
}
