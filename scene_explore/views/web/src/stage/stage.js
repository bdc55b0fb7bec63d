// The stage: panels around one selection and one hover. It carries them between the panels itself;
// the host (a kernel or a page) is only told.

import { SelectionBar } from '../selection/bar.js'
import { Tags } from '../selection/tags.js'
import { firstState } from './chosen.js'
import { filtered } from './filter.js'
import { frameIn, restWithoutKernel } from './frame.js'
import { keepHistory } from './history.js'
import { HostView } from './host_view.js'
import { listenToKeys, StageKeys, stageActions } from './keys.js'
import { openKeys } from './keys_dialog.js'
import { mateOf, pass, stages } from './links.js'
import { MovingTip } from './moving_tip.js'
import { tellOutward } from './outward.js'
import { addPanels } from './panel_boxes.js'
import { keptView, Shared } from './shared.js'
import { showTip } from './tip.js'

/** @import { Deck } from '../deck/deck.js' */
/** @import { Ear, Host, Key, SharedState, StageOptions, View } from '../types.d.ts' */

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
    this.tags = new Tags(this)
    this.where = { text: '', ...filtered(deck, '') }
    this.shared = new Shared({ ...firstState(deck), ...keptView(options.view) })
    this.hostView = new HostView(this)
    this.repair()
    const { grid, said, tooltip } = frameIn(root, host.page)
    this.grid = grid
    this.said = said
    this.tooltip = tooltip
    this.moving = new MovingTip(this)
    const bar = new SelectionBar(this)
    addPanels(this, options.panels || [])
    this.grid.after(bar.box)
    tellOutward(this)
    listenToKeys(this)
    if (options.selection) this.select(this.rows(options.selection))
    stages.add(this)
    this.join(this.group)
    this.goBack = keepHistory(this)
  }

  // ---- what is shared

  /** Choices that name nothing of the deck become others. */
  repair() {
    this.hostView.repair()
  }

  /** Show what the host wants. @param {View & Record<string, unknown>} view */
  see(view) {
    this.hostView.see(view)
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
    restWithoutKernel(this.root, why)
    this.set({ lost: true })
  }

  // ---- who is heard and told

  /** Until the stage goes. @param {EventTarget} target @param {string} event @param {(e: Event) => void} fn @param {boolean} [capture] */
  hear(target, event, fn, capture = false) {
    target.addEventListener(event, fn, capture)
    this.tidy.push(() => target.removeEventListener(event, fn, capture))
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
