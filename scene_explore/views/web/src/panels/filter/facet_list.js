// Facets as lists of buttons: each adds its value to the expression, and takes it out again.

import { button, el } from '../../kit/dom.js'
import { counted, short, UNKNOWN } from '../../kit/text.js'

/** @import { Condition } from '../../stage/filter_syntax.js' */
/** @import { Facet, FacetValue } from './facets.js' */

const MOST = 12 // values of a column that are shown at first

export class FacetList {
  /** @type {Set<string>} columns of which all values are shown */
  opened = new Set()
  /** @type {Facet[]} */
  facets = []
  total = 0

  /** @param {(condition: Condition) => void} onpick */
  constructor(onpick) {
    this.onpick = onpick
    this.box = el('div', { class: 'se-facets', data: { panel: 'facets' } })
  }

  /** @param {Facet[]} facets @param {number} total scenes that match */
  show(facets, total) {
    this.facets = facets
    this.total = total
    this.draw()
  }

  /** The key that had the focus keeps it. */
  draw() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.key
    const had = this.box.contains(document.activeElement)
    this.box.replaceChildren(...this.facets.map(o => this.section(o)))
    if (!had) return
    const buttons = [...this.box.querySelectorAll('button')]
    buttons.find(o => o.dataset.key === focused)?.focus()
  }

  /** @param {Facet} facet */
  section({ column, values }) {
    const shown = this.opened.has(column) ? values : values.slice(0, MOST)
    const items = shown.map(o => el('li', {}, this.valueButton(o)))
    const list = el('ul', { 'aria-label': column }, items)
    const more = values.length > MOST ? this.moreButton(column, values.length - MOST) : null
    const props = { class: 'se-facet', data: { column } }
    return el('section', props, el('h4', { dir: 'auto' }, column), list, more)
  }

  /** @param {FacetValue} value */
  valueButton({ column, operator, value, count, on }) {
    const name = value || UNKNOWN
    const share = count / Math.max(this.total, 1)
    const made = el(
      'button',
      {
        type: 'button',
        class: 'se-facet-value',
        title: `${short(name, 400)}: ${counted(count, 'scene')}`,
        'aria-pressed': String(on),
        data: { value, key: `${column}\n${value}` },
        onclick: () => this.onpick({ column, operator, value }),
      },
      el('span', { dir: 'auto', class: value ? '' : 'se-soft' }, short(name, 60)),
      el('b', {}, String(count)),
    )
    made.style.setProperty('--se-share', `${100 * share}%`)
    return made
  }

  /** @param {string} column @param {number} n values that are left out */
  moreButton(column, n) {
    const open = this.opened.has(column)
    const text = open ? 'fewer' : `${n} more`
    const turn = () => {
      if (open) this.opened.delete(column)
      else this.opened.add(column)
      this.draw()
    }
    const data = { key: `${column}\n…more` }
    const props = { class: 'se-link', 'aria-expanded': String(open), data }
    return button(text, open ? 'Show the most frequent alone' : 'Show all values', turn, props)
  }
}
