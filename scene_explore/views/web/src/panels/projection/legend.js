// The legend of the projection, and the categories that a person hides with it.

import { el, replaceChildren } from '../../kit/dom.js'
import { roving } from '../../kit/roving.js'
import { categories, scaleBar, withoutNumber } from '../../scatter/legend.js'

/** @import { Deck } from '../../deck/deck.js' */

export class ProjectionLegend {
  /** @type {Set<string>} categories that are not shown */
  hidden = new Set()
  box = el('div', { class: 'se-legend', role: 'group', 'aria-label': 'Legend' })
  settle = roving(this.box)

  /** @param {Deck} deck @param {() => void} changed other categories are hidden */
  constructor(deck, changed) {
    this.deck = deck
    this.changed = changed
  }

  /** Those whose category is shown. @param {number[]} rows @param {string} colour a column */
  shown(rows, colour) {
    const look = this.deck.look(colour)
    if (look.kind !== 'text' || !this.hidden.size) return rows
    return rows.filter(i => !this.hidden.has(look.groups[look.of(i)].value))
  }

  /** @param {string} value of a category */
  toggle(value) {
    if (!this.hidden.delete(value)) this.hidden.add(value)
    this.changed()
  }

  /** @param {string} colour a column */
  show(colour) {
    replaceChildren(this.box, this.entries(colour))
    this.settle()
  }

  /** @param {string} colour a column */
  entries(colour) {
    const { scale, grey } = this.deck
    const look = this.deck.look(colour)
    if (look.kind === 'text')
      return categories(look.groups, this.hidden, value => this.toggle(value))
    const bar = scaleBar(colour, scale, look.low, look.high)
    const unknown = { value: '', colour: grey, symbol: 'circle-open' }
    return look.missing ? [...bar, withoutNumber(unknown)] : bar
  }
}
