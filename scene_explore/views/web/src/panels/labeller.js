// The panel in which a person names places: a flipbook of the scene, keys, and the list of scenes.

import { hideStill, onKernelLost } from '../hosts/kernel_loss.js'
import { el } from '../kit/dom.js'
import { Flipbook, jpegAddress } from './labeller/flipbook.js'
import { digitOf, pressOf } from './labeller/keys.js'

/** @import { Bytes, Model } from '../types.d.ts' */

/**
 * As `scene_explore.views.labeller` tells it.
 * @typedef {object} LabelState
 * @property {string} id of the scene
 * @property {string} caption
 * @property {number} seconds
 * @property {string[]} places
 * @property {string} place
 * @property {string} boundary
 * @property {string} transition
 * @property {string} said
 * @property {string} author
 * @property {number} named scenes
 * @property {number} total scenes
 * @property {string} order
 * @property {string[]} orders
 * @property {[id: string, text: string][]} queue
 */

const KEYS =
  'Label scenes: digits name the place, b boundary, t transition, u undo, n next, p before, space plays'

/** @param {HTMLSelectElement} select @param {[value: string, text: string][]} rows @param {string} chosen */
const setOptions = (select, rows, chosen) =>
  select.replaceChildren(
    ...rows.map(([value, text]) => el('option', { value, selected: value === chosen }, text)),
  )

/** @param {LabelState} state */
const statusText = ({ said, named, total, author }) =>
  `${said ? `${said} · ` : ''}${named} of ${total} named by ${author}`

class Labeller {
  /** @param {Model} model @param {HTMLElement} host */
  constructor(model, host) {
    this.model = model
    this.host = host
    this.book = new Flipbook(() => this.clickPicture())
    this.caption = el('p', { class: 'se-caption' })
    this.places = el('div', { class: 'se-places', 'aria-label': 'Places' })
    this.marks = el('div', { class: 'se-marks' })
    this.ways = el('div', { class: 'se-marks' })
    this.status = el('p', { class: 'se-status', role: 'status' })
    this.order = this.field('select', 'order', { class: 'se-order', 'aria-label': 'Order' })
    const list = { class: 'se-queue', size: 8, 'aria-label': 'Scenes in this order' }
    this.queue = this.field('select', 'go', list)
    this.author = this.field('input', 'author', { class: 'se-author', 'aria-label': 'Your name' })
    this.sides = ['The last frame before', 'The first frame after'].map(alt =>
      el('img', { class: 'se-side', alt }),
    )
    this.root = this.build()
    host.append(this.root)
    this.ends = this.follow()
    this.showState()
    this.showFrames()
    hideStill(model)
  }

  build() {
    const { picture, bar } = this.book
    const near = this.sides.map((side, i) =>
      el('figure', {}, el('figcaption', {}, i ? 'after' : 'before'), side),
    )
    const by = el('label', { class: 'se-by' }, 'Your name ', this.author)
    return el(
      'section',
      {
        class: 'se-label',
        tabIndex: 0,
        'aria-label': KEYS,
        data: { lmSuppressShortcuts: 'true' },
        onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
      },
      el('div', { class: 'se-stage' }, picture, bar, this.caption),
      el('div', { class: 'se-label-keys' }, this.places, this.marks, this.ways, this.status, by),
      el(
        'div',
        { class: 'se-list' },
        this.order,
        this.queue,
        el('div', { class: 'se-near' }, near),
      ),
    )
  }

  follow() {
    const { model } = this
    const heard = {
      'change:frames': () => this.showFrames(),
      'change:state': () => this.showState(),
    }
    const ends = Object.entries(heard).map(([event, fn]) => {
      model.on(event, fn)
      return () => model.off(event, fn)
    })
    return [...ends, onKernelLost(model, why => this.lose(why))]
  }

  // ---- what a person does

  /** Tell Python, and have the keys again. @param {Record<string, string>} message */
  send(message) {
    this.model.send(message)
    this.root.focus()
  }

  /**
   * A field whose new value Python is told.
   * @template {'select' | 'input'} T
   * @param {T} tag
   * @param {string} name
   * @param {Record<string, unknown>} props
   * @returns {HTMLElementTagNameMap[T]}
   */
  field(tag, name, props) {
    const made = el(tag, { ...props, onchange: () => this.send({ [name]: made.value }) })
    return made
  }

  /**
   * @param {string} key
   * @param {string} text
   * @param {Record<string, unknown>} [props]
   * @param {Record<string, string>} [message]
   */
  keyButton(key, text, props = {}, message = { key }) {
    const onclick = () => this.send(message)
    const all = { class: 'se-key', onclick, ...props }
    return el('button', all, el('kbd', {}, key), el('span', {}, text))
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    const { tagName } = /** @type {HTMLElement} */ (e.target)
    if (e.ctrlKey || e.metaKey || e.altKey || /SELECT|INPUT/.test(tagName)) return
    const press = pressOf(e.key)
    if (press) this.model.send({ key: press })
    else if (e.key === ' ' && tagName !== 'BUTTON') this.book.toggle()
    else return
    e.preventDefault()
    e.stopPropagation()
  }

  clickPicture() {
    this.book.toggle()
    this.root.focus()
  }

  // ---- what is shown

  showFrames() {
    this.book.open(this.model.get('frames'))
    const near = this.model.get('near')
    this.sides.forEach((side, i) => {
      this.showSide(side, near[i])
    })
  }

  /** What lies just before or after; nothing at either end of the film. @param {HTMLImageElement} side @param {Bytes} bytes */
  showSide(side, bytes) {
    const figure = /** @type {HTMLElement} */ (side.parentNode)
    figure.style.visibility = bytes.byteLength ? '' : 'hidden'
    if (!bytes.byteLength) return
    const url = jpegAddress(bytes)
    side.onload = () => URL.revokeObjectURL(url)
    side.src = url
  }

  showState() {
    /** @type {LabelState} */
    const state = this.model.get('state')
    this.book.setSeconds(state.seconds)
    this.book.picture.alt = state.caption
    this.caption.textContent = state.caption
    this.status.textContent = statusText(state)
    this.author.value = state.author
    this.showKeys(state)
    const orders = state.orders.map(o => /** @type {[string, string]} */ ([o, o]))
    setOptions(this.order, orders, state.order)
    setOptions(this.queue, state.queue, state.id)
    this.queue.selectedOptions[0]?.scrollIntoView({ block: 'nearest' })
  }

  /** @param {LabelState} state */
  showKeys({ places, place, boundary, transition }) {
    this.places.replaceChildren(
      ...places.map((name, i) => {
        const digit = digitOf(i)
        /** @type {Record<string, string>} */
        const message = digit ? { key: digit } : { place: name }
        return this.keyButton(digit, name, { 'aria-pressed': String(name === place) }, message)
      }),
    )
    this.marks.replaceChildren(
      this.keyButton('b', 'boundary', { 'aria-pressed': String(!!boundary) }),
      this.keyButton('t', transition || 'transition', { 'aria-pressed': String(!!transition) }),
      this.keyButton('0', 'no name'),
      this.keyButton('u', 'undo'),
    )
    this.ways.replaceChildren(this.keyButton('p', 'before'), this.keyButton('n', 'next'))
  }

  /** @param {string} why */
  lose(why) {
    if (this.root.inert) return
    this.root.inert = true
    this.host.prepend(el('p', { class: 'se-label-lost', role: 'alert' }, why))
  }

  drop() {
    for (const end of this.ends) end()
    this.book.drop()
  }
}

/** anywidget's hook. @param {{ model: Model, el: HTMLElement }} view @returns {() => void} */
export const renderLabeller = ({ model, el: host }) => {
  const panel = new Labeller(model, host)
  return () => panel.drop()
}
