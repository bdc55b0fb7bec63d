// The stage in a notebook: the deck is asked for, so that nothing heavy is saved with the notebook,
// and again whenever Python has a new one. A deck that grows comes by itself.

import { Deck } from '../deck/deck.js'
import { el } from '../kit/dom.js'
import { Stage } from '../stage/stage.js'
import { KernelHost } from './kernel_host.js'
import { hideStill, onKernelLost } from './kernel_loss.js'

/** @import { Answer, Bytes, Model } from '../types.d.ts' */

/** @type {Map<string, Answer>} decks that came before their view was there, by keys of their models */
const early = new Map()

/**
 * What comes by itself is kept from the model's first moment on. anywidget's hook.
 * @param {Model} model
 * @returns {() => void} what ends it
 */
export const keepEarly = model => {
  const key = model.get('key')
  /** @param {{ push?: string, value?: any }} message @param {Bytes[]} buffers */
  const hear = ({ push, value }, buffers) => {
    if (push !== 'deck') return
    if (value?.header) early.set(key, { ...value, buffers })
    else early.delete(key) // Python has a newer one, to be asked for
  }
  model.on('msg:custom', hear)
  return () => {
    model.off('msg:custom', hear)
    early.delete(key)
  }
}

class NotebookStage {
  /** @type {Stage | null} */
  stage = null
  dropped = false
  turn = 0 // of the decks that were asked for or came: a later one counts

  /** @param {Model} model @param {HTMLElement} root */
  constructor(model, root) {
    this.model = model
    this.root = root
    this.host = new KernelHost(model)
    root.classList.add('se-host') // what is said beside the stage is in colours of the theme, too
    root.append(el('p', { class: 'se-waiting' }, 'Waiting for the kernel …'))
    this.tidy = [...this.followTraits(), onKernelLost(model, why => this.lose(why))]
    this.host.on('thumbnails', (o, buffers) => this.addThumbnails(o, buffers))
    this.host.on('deck', (o, buffers) => (o?.header ? this.take({ ...o, buffers }) : this.load()))
    const deck = early.get(model.get('key'))
    if (deck) this.take(deck)
    else this.load()
    hideStill(model)
  }

  /** What Python sets is seen; each gives what ends it. */
  followTraits() {
    const { model } = this
    const traits = {
      selection: () => this.stage?.shared.set({ selection: this.selected() }, 'host'),
      hover: () => this.stage?.shared.set({ hover: this.hovered() }, 'host'),
      view: () => this.stage?.see(model.get('view')),
      group: () => this.stage?.join(model.get('group')),
    }
    return Object.entries(traits).map(([name, fn]) => {
      model.on(`change:${name}`, fn)
      return () => model.off(`change:${name}`, fn)
    })
  }

  selected() {
    return this.stage?.rows(this.model.get('selection')).sort((a, b) => a - b) ?? []
  }

  hovered() {
    return this.stage?.deck.row.get(this.model.get('hover')) ?? -1
  }

  /** It came by itself: every view of the model takes it. @param {Answer} deck */
  take(deck) {
    early.delete(this.model.get('key'))
    this.turn += 1
    this.mount(deck)
  }

  async load() {
    this.turn += 1
    const mine = this.turn
    try {
      const deck = await this.host.ask('deck')
      if (mine === this.turn) this.mount(deck)
    } catch (e) {
      if (mine !== this.turn || this.dropped) return
      this.stage?.drop()
      this.stage = null
      const why = this.host.lost || `The scenes did not come: ${/** @type {Error} */ (e).message}`
      this.root.replaceChildren(el('p', { class: 'se-waiting', role: 'alert' }, why))
    }
  }

  /** @param {Answer} answer */
  mount({ header, said, buffers }) {
    if (this.dropped) return
    const focused = document.activeElement
    this.stage?.drop()
    this.stage = null
    const box = el('div')
    this.root.replaceChildren(box)
    const names = ['panels', 'view', 'selection', 'group']
    const options = Object.fromEntries(names.map(k => [k, this.model.get(k)]))
    this.stage = new Stage(box, new Deck(header, buffers), this.host, options)
    // in a panel that stayed
    if (focused instanceof HTMLElement && box.contains(focused)) focused.focus()
    if (said) this.root.prepend(el('p', { class: 'se-note', role: 'status', dir: 'auto' }, said))
    this.askThumbnails(this.stage)
  }

  /** Thumbnails follow in lots, after the first picture is drawn. @param {Stage} stage */
  async askThumbnails(stage) {
    for (let at = stage.deck.header.more_thumbnails ?? -1; at >= 0; ) {
      const o = await this.host.ask('thumbnails', { at }).catch(() => null)
      if (!o || stage.gone) return // the kernel went, or another deck came
      stage.deck.add(o.rows, 0, o.buffers)
      stage.shared.set({ pictures: o.next })
      at = o.next
    }
  }

  /** Those that are made while somebody looks. @param {{ rows: number[] }} lot @param {Bytes[]} buffers */
  addThumbnails({ rows }, buffers) {
    this.stage?.deck.add(rows, 0, buffers)
    this.stage?.shared.set({ pictures: `${rows[0]} and on` })
  }

  /** @param {string} why */
  lose(why) {
    if (this.host.lost) return
    this.host.lose(why)
    this.stage?.lose(why)
  }

  drop() {
    this.dropped = true
    for (const end of this.tidy) end()
    this.stage?.drop()
    this.host.drop()
  }
}

/** anywidget's hook. @param {{ model: Model, el: HTMLElement }} view @returns {() => void} */
export const renderStage = ({ model, el: root }) => {
  const view = new NotebookStage(model, root)
  return () => view.drop()
}
