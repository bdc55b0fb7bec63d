// The workspace: panels in a grid as high as the window. The lower panels lie side by side, and
// one is scrolled to: what the browser itself brings into view, by Tab or a search in the page, is
// shown as if it had been chosen.

import { button, el, firstStop } from '../kit/dom.js'
import { roving } from '../kit/roving.js'
import { foldedWith, isMovable, layoutOf, SIDE, shapesOf, swapped, tracksOf } from './dock.js'
import { separator } from './separator.js'

/** @import { Dock } from '../types.d.ts' */
/** @import { Layout, Split } from './dock.js' */
/** @import { Stage } from './stage.js' */

/** @typedef {{ name: string, title: string, box: HTMLElement, fold: HTMLButtonElement }} Docked */

let made = 0

export class Workspace {
  /** @type {Map<string, Docked>} */
  panels = new Map()
  /** pixels, of the lower panels when one was last scrolled to */
  width = -1

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    this.id = `se-dock-${++made}`
    this.main = el('div', { class: 'se-dock-main' })
    this.side = el('div', { class: 'se-dock-side' })
    this.splits = { column: this.split('column'), row: this.split('row') }
    this.tabs = el('div', { class: 'se-tabs', role: 'tablist', 'aria-label': 'Panels' })
    this.settle = roving(this.tabs, tab => tab.click())
    this.swap = button('⇅', '', () => this.change(swapped(this.layout)), {
      class: 'se-button se-icon',
    })
    this.fold = this.foldButton(() => this.layout.third)
    const bar = el('div', { class: 'se-dock-bar' }, this.tabs, this.swap, this.fold)
    this.fold.addEventListener('keydown', e => this.enter(e))
    this.deck = el('div', { class: 'se-dock-deck' })
    this.third = el('div', { class: 'se-dock-third' }, bar, this.deck)
    const { column, row } = this.splits
    this.box = el('div', { class: 'se-dock' }, this.main, column, this.side, row, this.third)
  }

  /** @param {Split} split @returns {HTMLElement} */
  split(split) {
    return separator(split, {
      size: () => this.layout[split],
      room: () => this.box.getBoundingClientRect(),
      drag: size => this.showSizes({ ...this.layout, [split]: size }),
      set: size => this.change({ [split]: size }),
      fold: () => this.toggleFold(split === 'column' ? this.layout.main : this.layout.third),
    })
  }

  /** @param {() => string} name */
  foldButton(name) {
    return button('', '', () => this.toggleFold(name()), { class: 'se-button se-icon se-fold' })
  }

  /** @param {string} name @param {string} title @param {HTMLElement} box */
  add(name, title, box) {
    const fold = this.foldButton(() => name)
    box.id = `${this.id}-${name}`
    box.querySelector('.se-head')?.append(fold)
    this.panels.set(name, { name, title, box, fold })
  }

  /** All panels are there. */
  open() {
    const { stage, deck } = this
    this.show()
    stage.on('dock', () => this.show())
    stage.on('playing', () => this.showPlaying())
    this.showPlaying()
    const sized = new ResizeObserver(() => this.scroll())
    sized.observe(deck)
    stage.hear(deck, 'scroll', () => this.follow())
    stage.tidy.push(() => sized.disconnect())
    stage.keys.describe('Lines between panels', [
      {
        keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
        says: 'Move the line; Shift: further',
      },
      { keys: ['Enter'], says: 'Fold or unfold the panel' },
      { keys: ['0'], says: 'Set the line back' },
    ])
  }

  // ---- what is where

  /** @returns {Layout} */
  get layout() {
    return layoutOf(this.stage.get('dock'), [...this.panels.keys()])
  }

  /** @param {Dock} changes undefined: as at first */
  change(changes) {
    const now = Object.entries({ ...this.stage.get('dock'), ...changes })
    this.stage.set({ dock: Object.fromEntries(now.filter(([, v]) => v !== undefined)) })
  }

  /** @param {string} name */
  toggleFold(name) {
    this.change({ folded: foldedWith(this.layout, name) })
  }

  /** A tab shows its panel; that of a folded one unfolds it. @param {string} name */
  choose(name) {
    const { folded } = this.layout
    this.change({ third: name, folded: folded.filter(o => o !== name) })
  }

  /** The browser scrolled another of the lower panels into view. */
  follow() {
    const { deck } = this
    if (!deck.clientWidth || deck.clientWidth !== this.width) return
    if (getComputedStyle(deck).overflowX === 'visible') return
    const at = Math.round(deck.scrollLeft / deck.clientWidth)
    const name = this.below[at]?.name
    if (name && name !== this.layout.third) this.change({ third: name })
  }

  /** From the last button above it the Tab key goes on to the panel that is shown. @param {KeyboardEvent} e */
  enter(e) {
    if (e.key !== 'Tab' || e.shiftKey) return
    const box = this.panels.get(this.layout.third)?.box
    const to = box && firstStop(box)
    if (!to) return
    e.preventDefault()
    to.focus({ preventScroll: true })
  }

  // ---- what is seen

  /** The lower panels. */
  get below() {
    const { main } = this.layout
    return [...this.panels.values()].filter(o => o.name !== SIDE && o.name !== main)
  }

  show() {
    const { layout } = this
    this.place(layout)
    this.showSizes(layout)
    this.showFolds(layout)
    this.showTabs(layout)
    this.scroll()
  }

  /** A panel that goes elsewhere keeps the focus that it has. @param {Layout} layout */
  place({ main }) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)
    const large = this.panels.get(main)?.box
    const side = this.panels.get(SIDE)?.box
    if (large && large.parentElement !== this.main) this.main.replaceChildren(large)
    if (side && side.parentElement !== this.side) this.side.replaceChildren(side)
    const below = this.below.map(o => o.box)
    const there = [...this.deck.children]
    if (below.some((o, k) => o !== there[k])) this.deck.replaceChildren(...below)
    if (focused !== document.activeElement && this.box.contains(focused))
      focused?.focus({ preventScroll: true })
  }

  /** @param {Layout} layout */
  showSizes(layout) {
    const { columns, rows } = tracksOf(layout)
    this.box.style.gridTemplateColumns = columns.join(' var(--se-gap) ')
    this.box.style.gridTemplateRows = rows.join(' var(--se-gap) ')
    for (const split of /** @type {Split[]} */ (['column', 'row'])) {
      const bar = this.splits[split]
      bar.setAttribute('aria-valuenow', String(Math.round(layout[split])))
      bar.toggleAttribute('data-still', !isMovable(layout, split))
    }
  }

  /** @param {Layout} layout */
  showFolds(layout) {
    const shapes = shapesOf(layout)
    for (const place of /** @type {const} */ (['main', 'side', 'third']))
      this[place].dataset.shape = shapes[place]
    for (const { name, title, box, fold } of this.panels.values()) {
      const isFolded = layout.folded.includes(name)
      box.toggleAttribute('data-folded', isFolded)
      showFold(fold, title, isFolded)
    }
    const third = this.panels.get(layout.third)
    if (third) showFold(this.fold, third.title, layout.folded.includes(third.name))
  }

  /** @param {Layout} layout */
  showTabs({ third, main }) {
    const { below, tabs } = this
    const names = below.map(o => o.name).join()
    if (tabs.dataset.names !== names) tabs.replaceChildren(...below.map(o => this.tab(o)))
    tabs.dataset.names = names
    const at = below.findIndex(o => o.name === third)
    for (const [k, tab] of [...tabs.children].entries())
      tab.setAttribute('aria-selected', String(k === at))
    this.settle(at)
    const [large, small] = [main, third].map(o => this.panels.get(o)?.title)
    this.swap.title = `Swap: ${small} above, ${large} here`
    this.swap.setAttribute('aria-label', this.swap.title)
  }

  /** @param {Docked} docked */
  tab({ name, title, box }) {
    const onclick = () => this.choose(name)
    const props = { type: 'button', class: 'se-tab', role: 'tab', 'aria-controls': box.id, onclick }
    return el('button', props, title)
  }

  /** To the one that is chosen. */
  scroll() {
    const { deck, panels } = this
    const box = panels.get(this.layout.third)?.box
    this.width = deck.clientWidth
    if (box && this.width) deck.scrollLeft = box.offsetLeft - deck.offsetLeft
  }

  showPlaying() {
    this.box.toggleAttribute('data-playing', this.stage.get('playing').length > 0)
  }
}

/** @param {HTMLButtonElement} button @param {string} title of the panel @param {boolean} isFolded */
const showFold = (button, title, isFolded) => {
  const says = `${isFolded ? 'Unfold' : 'Fold'} ${title}`
  button.textContent = isFolded ? '+' : '–'
  button.title = says
  button.setAttribute('aria-label', says)
  button.setAttribute('aria-expanded', String(!isFolded))
}
