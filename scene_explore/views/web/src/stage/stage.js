// The stage: panels around one selection and one hover. It carries them between the panels itself;
// the host (a kernel or a page) is only told.

import { el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { counted } from '../kit/text.js'
import { SelectionBar } from '../selection/bar.js'
import { Tags } from '../selection/tags.js'
import { isWorkspace } from './dock.js'
import { filtered } from './filter.js'
import { keepHistory } from './history.js'
import { onKey, StageKeys, stageActions } from './keys.js'
import { openKeys } from './keys_dialog.js'
import { mateOf, pass, stages } from './links.js'
import { MovingTip } from './moving_tip.js'
import { panels } from './registry.js'
import { FIRST, KEPT, keptView, Shared } from './shared.js'
import { showTip } from './tip.js'
import { Workspace } from './workspace.js'

/** @import { Deck } from '../deck/deck.js' */
/** @import { Ear, From, Host, Key, SharedState, StageOptions, View } from '../types.d.ts' */

const KEYS =
  'Scenes: space plays and pauses, arrows go to the previous and the next scene, Escape clears the selection, ? shows the keys'

/** What a deck shows before anybody chose. @param {Deck} deck @returns {SharedState} */
const firstState = deck => {
  const first = deck.visual[0]
  const layout = Object.keys(first?.layouts || {})[0] ?? ''
  return { ...FIRST, colour: deck.firstColour, space: first?.name ?? '', layout }
}

/** In two dimensions or in three. @param {object} layouts @param {string} name */
const hasLayout = (layouts, name) =>
  Object.hasOwn(layouts, name) || Object.hasOwn(layouts, `${name} 3-D`)

export class Stage {
  /** @param {HTMLElement} root @param {Deck} deck @param {Host} host @param {StageOptions} [options] */
  constructor(root, deck, host, options = {}) {
    this.root = root
    this.deck = deck
    this.host = host
    this.group = options.group || ''
    /** @type {(() => void)[]} what ends the panels and their listeners */
    this.tidy = []
    this.gone = false
    this.keys = new StageKeys()
    this.keys.add(stageActions(this))
    /** @type {Partial<Record<Key, [unknown, unknown]>>} what a view of the host named and is not here: [wanted, shown] */
    this.unmet = {}
    this.tags = new Tags(this)
    this.where = { text: '', ...filtered(deck, '') }
    this.shared = new Shared({ ...firstState(deck), ...keptView(options.view) })
    this.repair()
    this.tooltip = el('div', { class: 'se-tip', role: 'tooltip', hidden: true })
    this.moving = new MovingTip(this)
    this.said = el('p', { class: 'se-said', role: 'status' })
    this.grid = el('div', { class: 'se-grid' })
    const bar = new SelectionBar(this)
    this.build(options.panels || [])
    this.grid.after(bar.box)
    this.listen()
    if (options.selection) this.select(this.rows(options.selection))
    stages.add(this)
    this.join(this.group)
    this.goBack = keepHistory(this)
  }

  // ---- what is shared

  /**
   * A view of another deck may name what is not here. Of a host's view this is remembered, as the
   * deck that has it may be on its way: Python keeps what it said.
   * @param {From} [from]
   */
  repair(from) {
    const good = this.possible()
    const keys = /** @type {(keyof typeof good)[]} */ (Object.keys(good))
    const lacking = keys.filter(k => this.get(k) !== good[k])
    const unmet = lacking.map(k => [k, [this.get(k), good[k]]])
    this.unmet = from === 'host' ? Object.fromEntries(unmet) : {}
    this.shared.set(good, from)
  }

  /** The choices that name something of the deck, as near to those made as it can be. */
  possible() {
    const { deck } = this
    const space = deck.space(this.get('space')) || deck.visual[0]
    const layouts = space?.layouts || {}
    return {
      space: space?.name ?? '',
      other: deck.space(this.get('other')) ? this.get('other') : '',
      colour: Object.hasOwn(deck.columns, this.get('colour'))
        ? this.get('colour')
        : deck.firstColour,
      layout: hasLayout(layouts, this.get('layout'))
        ? this.get('layout')
        : (Object.keys(layouts)[0] ?? ''),
    }
  }

  /** Show what the host wants. @param {View & Record<string, unknown>} view */
  see(view) {
    const first = view && 'colour' in view && view.colour == null
    const colour = first ? { colour: this.deck.firstColour } : {}
    this.shared.set({ ...colour, ...keptView(view) }, 'host')
    this.repair('host')
  }

  /**
   * What Python is told: of the colour only a choice, since another deck begins with another one.
   * @param {Key} k
   */
  kept(k) {
    const [wanted, shown] = this.unmet[k] ?? []
    const value = this.get(k)
    if (this.unmet[k] && shown === value) return wanted
    return k === 'colour' && value === this.deck.firstColour ? null : value
  }

  /** @template {Key} K @param {K} k @returns {SharedState[K]} */
  get(k) {
    return this.shared.get(k)
  }

  /** @param {View} patch */
  set(patch) {
    this.shared.set(patch)
  }

  /** Until the stage goes. @param {Key | Key[]} keys @param {Ear} fn */
  on(keys, fn) {
    const off = this.shared.on(Array.isArray(keys) ? keys : [keys], fn)
    this.tidy.push(off)
    return off
  }

  get space() {
    return this.deck.space(this.get('space'))
  }

  /**
   * Rows without black frames and title cards, unless these are asked for: they would set axes and
   * ranks.
   * @param {number[]} rows
   */
  shown(rows) {
    if (!this.get('hide') || !this.deck.blank.size) return rows
    return rows.filter(i => !this.deck.blank.has(i))
  }

  /** What the filter of all panels leaves, and what is wrong with it. */
  get filtered() {
    if (this.where.text !== this.get('where')) this.refilter()
    return this.where
  }

  /** Once more, as the columns of the deck are others. */
  refilter() {
    const text = this.get('where')
    this.where = { text, ...filtered(this.deck, text) }
  }

  /** The rows that it leaves; null: all of them. */
  get matching() {
    return this.filtered.rows
  }

  /** @param {number} row */
  matches(row) {
    const { matching } = this
    return matching === null || matching.has(row)
  }

  /** Those of these scenes that are here. @param {string[]} ids @returns {number[]} */
  rows(ids) {
    return ids.flatMap(o => this.deck.row.get(o) ?? [])
  }

  /** @param {number[]} rows */
  ids(rows) {
    return rows.map(i => this.deck.ids[i])
  }

  // ---- what a person does

  /** @param {number[]} rows */
  select(rows) {
    this.set({ selection: [...new Set(rows)].sort((a, b) => a - b) })
  }

  /** @param {number} row -1: none @param {{ clientX: number, clientY: number }} [pointer] */
  point(row, pointer) {
    this.set({ hover: row ?? -1 })
    this.tip(row ?? -1, pointer)
  }

  /** @param {...number} rows one, or two side by side */
  play(...rows) {
    this.set({ playing: rows.slice(0, 2), head: null, entry: null, queue: [] })
  }

  /** A scene from a moment of its film on. @param {number} row @param {number} t seconds */
  playFrom(row, t) {
    this.set({ playing: [row], head: null, entry: { row, t }, queue: [] })
  }

  /**
   * A click plays. A scene outside of the selection becomes the selection; shift or ctrl adds and
   * takes away.
   * @param {number} row
   * @param {Partial<MouseEvent>} [event]
   * @param {number} [t] seconds of the film, from where on it plays
   */
  click(row, event = {}, t) {
    const now = this.get('selection')
    if (event.shiftKey || event.ctrlKey || event.metaKey)
      return this.select(now.includes(row) ? now.filter(o => o !== row) : [...now, row])
    if (!now.includes(row)) this.select([row])
    if (t == null) this.play(row)
    else this.playFrom(row, t)
  }

  /** @param {number} by 1, or -1 */
  step(by) {
    const at = this.get('playing')[0] ?? this.get('selection')[0]
    const to = at == null ? this.deck.step(-1, 1) : this.deck.step(at, by)
    if (to == null) return
    this.select([to])
    this.play(to)
  }

  /** What was selected before. */
  undo() {
    this.goBack(-1)
  }

  redo() {
    this.goBack(1)
  }

  clear() {
    this.set({ selection: [], hover: -1 })
    this.tip(-1)
  }

  // ---- what is seen

  /** @param {string[]} names */
  build(names) {
    this.root.classList.add('se-studio')
    this.root.dataset.lmSuppressShortcuts = 'true'
    this.root.tabIndex = -1
    this.root.setAttribute('role', 'group')
    this.root.setAttribute('aria-label', KEYS)
    this.root.replaceChildren(this.grid, this.said, this.tooltip)
    // a frame is as high as what it holds: nothing in it can be as high as the frame
    this.root.classList.toggle('se-in-page', this.host.page && window === window.top)
    const known = names.filter(o => panels[o])
    const docked = known.filter(o => !panels[o].wide)
    const workspace = isWorkspace(docked) ? new Workspace(this) : null
    for (const name of known) this.put(name, docked.includes(name) ? workspace : null)
    workspace?.open()
  }

  /** Into the workspace, which stands where its first panel would; else into the grid. @param {string} name @param {Workspace | null} workspace */
  put(name, workspace) {
    const box = this.addPanel(name)
    if (!workspace) this.grid.append(box)
    else {
      workspace.add(name, panels[name].title, box)
      if (!workspace.box.isConnected) this.grid.append(workspace.box)
    }
  }

  /** A panel that cannot be made says so, and the others live. @param {string} name */
  addPanel(name) {
    const panel = panels[name]
    const kept = this.host.kept?.get(name)
    if (kept) return kept
    const tools = el('div', { class: 'se-tools' })
    const body = el('div', { class: 'se-body' })
    const title = el('h3', { title: panel.hint || '' }, panel.title)
    const head = el('header', { class: 'se-head' }, title, tools)
    const props = { class: `se-panel se-${name}`, data: { panel: name }, 'aria-label': panel.title }
    const box = el('section', props, head, body)
    const ears = [...this.shared.ears]
    try {
      const made = panel.make(this, { box, tools, body })
      const ends = (panel.ofHost && this.host.ends) || this.tidy
      if (made?.drop) ends.push(() => made.drop?.())
      if (panel.ofHost) this.host.kept?.set(name, box)
    } catch (e) {
      console.error(e)
      this.shared.ears = ears
      tools.replaceChildren()
      const text = `This panel could not be made: ${/** @type {Error} */ (e).message}`
      body.replaceChildren(el('p', { class: 'se-note', role: 'alert' }, text))
    }
    return box
  }

  /** One line below the panels. @param {...(string | Node)} parts */
  say(...parts) {
    this.said.replaceChildren(...parts)
  }

  /** All keys, as a dialog. */
  showKeys() {
    openKeys(this.root, this.keys)
  }

  /** The scene under the pointer. @param {number} row @param {{ clientX: number, clientY: number }} [pointer] */
  tip(row, pointer) {
    const isOther = this.tooltip.dataset.row !== String(row)
    if (isOther || !pointer) this.moving.watch(-1)
    showTip(this.tooltip, this.deck, row, pointer)
    if (pointer) this.moving.watch(row)
  }

  /** The kernel is gone: what is here still answers, what needs the kernel is put to rest. @param {string} why */
  lose(why) {
    this.root.prepend(el('p', { class: 'se-lost', role: 'alert' }, why))
    /** @type {NodeListOf<HTMLElement>} */
    const asking = this.root.querySelectorAll('[data-kernel]')
    for (const o of asking) {
      o.inert = true
      if ('disabled' in o) o.disabled = true
    }
    this.set({ lost: true })
  }

  // ---- who is told

  listen() {
    this.on(['selection', 'hover', 'where'], changed => this.showState(changed))
    this.showState(['selection', 'hover', 'where'])
    const told = soon(() => this.tellHost())
    this.on(['selection', 'hover', ...KEPT], (_, from) => {
      if (from !== 'host') told()
    })
    this.on(['selection', 'hover', 'playing'], (changed, from) => {
      if (from !== 'link' && this.group) pass(this, changed)
    })
    this.on('selection', () => this.saySelection())
    this.hear(this.host.page ? document : this.root, 'keydown', e =>
      onKey(this, /** @type {KeyboardEvent} */ (e)),
    )
    // a drag takes the focus from nobody: the keys follow the pointer
    this.hear(this.root, 'pointerdown', () => this.takeFocus(), true)
    this.tidy.push(() => told.cancel())
  }

  /** Until the stage goes. @param {EventTarget} target @param {string} event @param {(e: Event) => void} fn @param {boolean} [capture] */
  hear(target, event, fn, capture = false) {
    target.addEventListener(event, fn, capture)
    this.tidy.push(() => target.removeEventListener(event, fn, capture))
  }

  takeFocus() {
    if (!this.root.contains(document.activeElement)) this.root.focus({ preventScroll: true })
  }

  tellHost() {
    this.host.tell({
      selection: this.ids(this.get('selection')),
      hover: this.deck.ids[this.get('hover')] ?? '',
      view: Object.fromEntries(KEPT.map(k => [k, this.kept(k)])),
    })
  }

  /** What changed as attributes, for whoever looks from outside. @param {Key[]} changed */
  showState(changed) {
    const { root, host } = this
    if (changed.includes('hover')) root.dataset.hover = this.deck.ids[this.get('hover')] ?? ''
    if (changed.includes('selection')) {
      root.dataset.selection = JSON.stringify(this.ids(this.get('selection')))
      if (host.page) document.body.dataset.selection = root.dataset.selection
    }
    if (host.page && changed.includes('where')) document.body.dataset.filter = this.get('where')
  }

  saySelection() {
    const n = this.get('selection').length
    this.say(n ? `${n} of ${counted(this.deck.n, 'scene')} selected` : '')
  }

  /**
   * Into a group: what is selected there already counts, unless this stage brings a selection of
   * its own.
   * @param {string} group
   */
  join(group) {
    this.group = group
    const mate = group && mateOf(this, group)
    if (!mate) return
    if (this.get('selection').length) pass(this, ['selection'])
    else pass(mate, ['selection', 'hover'])
  }

  drop() {
    this.gone = true
    for (const end of this.tidy.splice(0)) end()
    this.moving.drop()
    stages.delete(this)
    this.deck.forget()
    this.root.replaceChildren()
  }
}
