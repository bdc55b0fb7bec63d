// Clusters: what kinds of scenes there are, which settings come back, what is there twice, and what
// is like nothing else; lists that select and play.

import { clusterSetOf, clustersOf } from '../deck/clusters.js'
import { button, choice, el } from '../kit/dom.js'
import { roving } from '../kit/roving.js'
import { oneTabStop } from '../kit/roving_rows.js'
import { parseFilter, toggledTerm } from '../stage/filter_syntax.js'
import { panels } from '../stage/registry.js'
import { entriesOf, listsOf, whyOf } from './clusters/entries.js'
import { entryItem } from './clusters/entry.js'
import { showPictures } from './neighbours/cards.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Parts } from '../types.d.ts' */
/** @import { Condition } from '../stage/filter_syntax.js' */
/** @import { Entry, ListName } from './clusters/entries.js' */

const FEW = 30 // entries that are shown at first, and more each time
const NOTHING = 'Nothing was looked for in these scenes: embed them first.'

class ClustersPanel {
  /** @param {Stage} stage @param {Parts} parts */
  constructor(stage, { tools, body }) {
    this.stage = stage
    this.found = clustersOf(stage.deck)
    this.column = this.found?.sets[0]?.column ?? ''
    this.most = FEW
    /** of which state the list is */
    this.drawn = ''
    this.tabs = el('div', { class: 'se-clusters-tabs', role: 'tablist', 'aria-label': 'Lists' })
    this.why = el('p', { class: 'se-note' })
    this.items = el('ul', { class: 'se-clusters-list' })
    this.more = button('', 'Show more of this list', () => this.showMore())
    this.settleTabs = roving(this.tabs, tab => tab.click())
    this.settleItems = oneTabStop(this.items, 'li')
    stage.on(['list', 'colour'], () => this.draw())
    stage.on('pictures', () => showPictures(stage.deck, this.items))
    this.build(tools, body)
  }

  /** @param {HTMLElement} tools @param {HTMLElement} body */
  build(tools, body) {
    if (!this.found) {
      body.append(el('p', { class: 'se-note' }, NOTHING))
      return
    }
    tools.append(...this.methodTools())
    const list = el('div', { role: 'tabpanel', class: 'se-clusters-panel' }, this.why, this.items)
    body.append(this.tabs, list, this.more)
    this.draw()
  }

  methodTools() {
    const sets = this.found?.sets ?? []
    if (!sets.length) return []
    const options = sets.map(o => /** @type {[string, string]} */ ([o.column, o.method]))
    const method = choice('Method', options, this.column, column => {
      this.column = column
      this.most = FEW
      if (sets.some(o => o.column === this.stage.get('colour'))) this.colour()
      this.draw()
    })
    this.paint = button('Colour', 'Colour all panels by these clusters', () => this.colour())
    return [method, this.paint]
  }

  colour() {
    this.stage.set({ colour: this.column })
  }

  /** @returns {ListName} */
  get list() {
    const names = this.found ? listsOf(this.found, this.set).map(o => o[0]) : []
    const name = /** @type {ListName} */ (this.stage.get('list'))
    return names.includes(name) ? name : 'clusters'
  }

  get set() {
    return clusterSetOf(this.stage.deck, this.column)
  }

  // ---- what is seen

  draw() {
    if (!this.found) return
    this.paint?.setAttribute('aria-pressed', String(this.stage.get('colour') === this.column))
    const state = `${this.list} ${this.column} ${this.most}`
    if (state === this.drawn) return
    this.drawn = state
    this.drawTabs()
    this.fill()
  }

  drawTabs() {
    if (!this.found) return
    const had = this.tabs.contains(document.activeElement)
    const made = listsOf(this.found, this.set).map(o => this.tab(o))
    const at = made.findIndex(o => o.ariaSelected === 'true')
    this.tabs.replaceChildren(...made)
    this.settleTabs(at)
    if (had) made[at].focus()
  }

  /** @param {[ListName, string, number]} list */
  tab([name, text, n]) {
    const props = {
      type: 'button',
      role: 'tab',
      class: 'se-button',
      'aria-selected': String(name === this.list),
      data: { list: name },
      onclick: () => {
        this.most = FEW
        this.stage.set({ list: name })
      },
    }
    return el('button', props, `${text} (${n})`)
  }

  fill() {
    if (!this.found) return
    const { stage, found, list, set } = this
    const entries = entriesOf(stage.deck, found, list, set)
    const shown = entries.slice(0, this.most)
    this.why.textContent = whyOf(found, list, set)
    this.items.setAttribute('aria-label', listsOf(found, set).find(o => o[0] === list)?.[1] ?? '')
    this.items.dataset.list = list
    this.items.replaceChildren(...shown.map(o => entryItem(stage, o, this.ears)))
    this.settleItems()
    const left = entries.length - shown.length
    this.more.hidden = !left
    this.more.textContent = `Show ${Math.min(left, FEW)} more of ${entries.length}`
  }

  showMore() {
    const from = this.most
    this.most += FEW
    this.draw()
    this.items.children[from]?.querySelector('button')?.focus()
  }

  // ---- what a person does

  /** @returns {import('./clusters/entry.js').Ears} */
  get ears() {
    return {
      choose: entry => this.choose(entry),
      playAll: entry => this.playAll(entry),
      filter: condition => this.filter(condition),
    }
  }

  /** @param {Entry} entry */
  choose({ rows, plays }) {
    this.stage.select(rows)
    if (plays === 'pair' || plays === 'one') this.stage.play(...rows)
  }

  /** One after the other, without what is filtered out or hidden. @param {Entry} entry */
  playAll(entry) {
    const rows = this.stage.shown(entry.rows).filter(o => this.stage.matches(o))
    if (!rows.length) return this.stage.say('None of these scenes is left by the filter.')
    this.stage.select(rows)
    this.stage.play(rows[0])
    this.stage.set({ queue: rows })
  }

  /** @param {Condition} condition */
  filter(condition) {
    const { text, problem } = this.stage.filtered
    this.stage.set({ where: toggledTerm(problem ? null : parseFilter(text), condition) })
  }
}

panels.clusters = {
  title: 'Clusters',
  hint: 'A click on a name selects its scenes, a click on a picture plays it; arrows go through a list',
  make: (stage, parts) => {
    new ClustersPanel(stage, parts)
    return {}
  },
}
