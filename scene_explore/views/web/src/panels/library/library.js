// Films of the kernel's machine are picked and embedded.

import { button, choice, el } from '../../kit/dom.js'
import { counted, short } from '../../kit/text.js'
import { Folder } from './folder.js'

/** @import { Answer, Host, Parts } from '../../types.d.ts' */
/** @import { FilmEntry, Listing } from './folder.js' */

/**
 * Where embedding stands, as `scene_explore.views.studio` says it.
 * @typedef {object} Progress
 * @property {boolean} running
 * @property {number} [share] of 0 to 1
 * @property {string} said
 * @property {{ path: string, reason: string }[]} skipped
 * @property {string[]} coming what is still to come
 * @property {string} waiting what is there and not shown, since somebody was at work
 */

const MOST = 50 // films whose fault is listed
/** @type {[string, string][]} */
const UNITS = [
  ['shot', 'each shot'],
  ['annotated', 'as annotated'],
  ['interval:5', 'every 5 s'],
]

/** @param {string} path of either kind of machine */
const fileName = path => path.split(/[\\/]/).pop() ?? path

/** A picture that gives its address back. @param {BlobPart} jpeg */
const pictureOf = jpeg => {
  const src = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }))
  return el('img', { src, alt: '', onload: () => URL.revokeObjectURL(src) })
}

export class Library {
  running = false
  /** films that were asked about: an answer to an earlier question is not shown */
  asked = 0

  /** @param {Host} host @param {Parts} parts */
  constructor(host, { tools, body }) {
    this.host = host
    this.folder = new Folder({
      ongo: path => this.go(path),
      onlook: film => this.look(film),
      onpick: () => this.showButtons(),
    })
    this.about = el('div', { class: 'se-about' })
    this.note = el('p', { class: 'se-note', role: 'status' })
    this.report = el('ul', { class: 'se-report' })
    this.backbone = choice('Backbone', [], '', () => {})
    this.unit = choice('Unit', UNITS, 'shot', () => {})
    this.bar = el('progress', { max: 1, value: 0, 'aria-label': 'Embedding' })
    this.said = el('span', { class: 'se-soft', role: 'status' })
    this.coming = el('p', { class: 'se-note', role: 'status' })
    this.waiting = button('', 'Show it; the panels are drawn anew', () => this.request('show'))
    const main = { class: 'se-button se-main' }
    this.embed = button('Embed', 'Embed the picked films', () => this.start(), main)
    this.cancel = button('Cancel', 'Stop; what is done is kept', () => this.request('cancel'))
    this.build(tools, body)
    this.off = host.on('library', progress => this.show(progress))
    this.begin()
  }

  /** @param {HTMLElement} tools @param {HTMLElement} body */
  build(tools, body) {
    tools.dataset.kernel = ''
    body.dataset.kernel = ''
    tools.append(
      el('label', { class: 'se-check' }, 'backbone ', this.backbone),
      el('label', { class: 'se-check' }, 'a scene is ', this.unit),
    )
    const side = el('div', { class: 'se-side' }, this.about, this.report)
    body.append(
      el('div', { class: 'se-columns' }, this.folder.box, side),
      el('div', { class: 'se-row' }, this.embed, this.cancel, this.bar, this.said, this.waiting),
      this.coming,
      this.note,
    )
  }

  async begin() {
    this.waiting.hidden = true
    this.note.textContent = 'Folders come when the kernel is free …'
    try {
      const { backbones, backbone, unit, picked, progress, folder } = await this.host.ask('library')
      this.offerBackbones(backbones)
      this.backbone.value = backbone
      this.unit.value = unit
      for (const path of picked) this.folder.pick(path, true)
      this.show(progress)
      await this.go(folder)
    } catch (e) {
      this.fail(e)
    }
  }

  /** @param {{ value: string, text: string }[]} backbones */
  offerBackbones(backbones) {
    const options = backbones.map(({ value, text }) => el('option', { value }, text))
    this.backbone.replaceChildren(...options)
  }

  /** @param {unknown} error */
  fail(error) {
    this.note.textContent = /** @type {Error} */ (error).message
  }

  // ---- folders and films

  /** @param {string} folder */
  async go(folder) {
    try {
      const listing = /** @type {Answer & Listing} */ (await this.host.ask('browse', { folder }))
      this.note.textContent = listing.note || ''
      this.folder.show(listing)
      this.showButtons()
    } catch (e) {
      this.fail(e)
    }
  }

  /** What is known of a film, and what is wrong with it. @param {FilmEntry} film */
  async look({ path, name }) {
    this.asked += 1
    const mine = this.asked
    this.about.replaceChildren(el('p', { class: 'se-soft' }, 'reading …'))
    const parts = await this.aboutFilm(path, name)
    if (mine === this.asked) this.about.replaceChildren(...parts)
  }

  /** @param {string} path @param {string} name */
  async aboutFilm(path, name) {
    try {
      const { lines, buffers } = await this.host.ask('probe', { path })
      const pictures = buffers.slice(0, 1).map(o => pictureOf(/** @type {BlobPart} */ (o)))
      const texts = /** @type {string[]} */ (lines).map(o => el('span', {}, o))
      return [...pictures, el('b', { dir: 'auto' }, short(name, 80)), ...texts]
    } catch (e) {
      return [el('p', { role: 'alert' }, /** @type {Error} */ (e).message)]
    }
  }

  // ---- embedding

  start() {
    const paths = [...this.folder.picked]
    this.request('embed', { paths, backbone: this.backbone.value, unit: this.unit.value })
  }

  /** @param {string} kind @param {Record<string, unknown>} [args] */
  async request(kind, args) {
    try {
      this.show(/** @type {Answer & Progress} */ (await this.host.ask(kind, args)))
    } catch (e) {
      this.fail(e)
    }
  }

  /** @param {Progress} progress */
  show({ running, share, said, skipped, coming, waiting }) {
    const ended = this.running && !running
    this.running = running
    this.bar.hidden = !running
    this.cancel.hidden = !running
    this.bar.value = share ?? 0
    this.said.textContent = said
    this.coming.textContent = coming.length ? `Still coming: ${coming.join(', ')}.` : ''
    this.waiting.hidden = !waiting
    this.waiting.textContent = `Show ${waiting}`
    this.showButtons()
    if (ended && !this.folder.picked.size) this.begin() // Python chose the films
    const faults = skipped.slice(0, MOST).map(({ path, reason }) => {
      const text = `${short(fileName(path), 40)}: ${reason}`
      return el('li', { dir: 'auto' }, text)
    })
    this.report.replaceChildren(...faults)
  }

  showButtons() {
    const { size } = this.folder.picked
    this.embed.disabled = this.running || !size
    this.cancel.disabled = !this.running
    this.embed.textContent = size ? `Embed ${counted(size, 'film')}` : 'Embed'
  }

  drop() {
    this.off()
  }
}
