// The table of the map, page by page: what is selected, or else what matches the filter.

import { button, el, keepsOnEnter, replaceChildren } from '../kit/dom.js'
import { grouped } from '../kit/text.js'
import { factText } from './facts.js'
import { latestAsk } from './latest_ask.js'

/** @import { Answer } from '../types.d.ts' */
/** @import { MapPanel } from './panel.js' */

const MOST = 50 // rows of a page

/** How many pages so many rows fill. @param {number} total @param {number} [most] */
export const pagesOf = (total, most = MOST) => Math.max(1, Math.ceil(total / most))

export class MapPages {
  at = 0
  total = 0

  /** @param {MapPanel} map */
  constructor(map) {
    this.map = map
    this.count = el('span', { class: 'se-table-count', role: 'status' })
    this.field = el('input', {
      type: 'number',
      min: '1',
      class: 'se-atlas-page',
      'aria-label': 'Page',
      onchange: () => this.turn(Number(this.field.value) - 1),
      onkeydown: keepsOnEnter(() => this.turn(Number(this.field.value) - 1)),
    })
    this.of = el('span', { class: 'se-soft' })
    this.back = button('‹', 'Previous page', () => this.turn(this.at - 1))
    this.next = button('›', 'Next page', () => this.turn(this.at + 1))
    this.lines = el('tbody')
    this.head = el('tr')
    const table = el('table', { class: 'se-atlas-table' }, el('thead', {}, this.head), this.lines)
    const scroll = { class: 'se-atlas-rows', tabIndex: 0, role: 'region', 'aria-label': 'Scenes' }
    const tools = el('div', { class: 'se-atlas-tools' }, this.count, this.steps())
    this.box = el('div', { class: 'se-atlas-pages' }, tools, el('div', scroll, table))
    const { host } = map
    this.ask = latestAsk(
      o => host.ask('map_page', o),
      answer => this.show(answer),
      e => map.say(e.message),
    )
  }

  steps() {
    return el('span', { class: 'se-atlas-steps' }, this.back, this.field, this.of, this.next)
  }

  /** What is listed. */
  get kind() {
    return this.map.counts.chosen ? 'chosen' : 'matching'
  }

  /** Other scenes are listed. */
  begin() {
    this.turn(0)
  }

  /** @param {number} page from 0 */
  turn(page) {
    const { chosen, matching } = this.map.counts
    const last = pagesOf(this.kind === 'chosen' ? chosen : matching) - 1
    this.at = Math.min(Math.max(Math.floor(page) || 0, 0), last)
    this.field.value = String(this.at + 1)
    const { layout } = this.map
    this.ask({ of: this.kind, at: this.at * MOST, layout, most: MOST })
  }

  /** @param {Answer} answer */
  show({ rows, places, values, total }) {
    this.total = total
    const names = this.map.header.columns
    replaceChildren(
      this.head,
      names.map(o => el('th', { scope: 'col' }, o)),
    )
    const made = rows.map((/** @type {number} */ row, /** @type {number} */ i) =>
      this.line(row, places[i], Object.fromEntries(names.map(k => [k, values[k][i]]))),
    )
    replaceChildren(this.lines, made)
    this.box.dataset.shown = String(rows.length)
    this.describe(rows.length)
  }

  /** @param {number} shown rows of this page */
  describe(shown) {
    const first = this.at * MOST
    const which = this.kind === 'chosen' ? 'selected scenes' : 'scenes'
    const all = grouped(this.total)
    this.count.textContent = shown
      ? `${grouped(first + 1)} to ${grouped(first + shown)} of ${all} ${which}`
      : 'No scene'
    this.field.max = String(pagesOf(this.total))
    this.of.textContent = `of ${grouped(pagesOf(this.total))}`
    this.back.disabled = this.at === 0
    this.next.disabled = this.at >= pagesOf(this.total) - 1
  }

  /** @param {number} row @param {[number, number]} place @param {Record<string, string | number>} facts */
  line(row, place, facts) {
    const cells = this.map.header.columns.map(name =>
      el('td', { dir: 'auto' }, factText(name, facts[name])),
    )
    const open = button(cells[0].textContent || 'film', 'Open this film in the panels', () =>
      this.map.open('film', row),
    )
    cells[0].replaceChildren(open)
    return el(
      'tr',
      {
        data: { row: String(row) },
        onmouseenter: () => this.map.ringAt(place),
        onmouseleave: () => this.map.ringAt(null),
      },
      cells,
    )
  }
}
