// A folder of the kernel's machine: its folders to go into and its films to pick.

import { button, el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'

/** @typedef {{ path: string, name: string }} FolderEntry */
/** @typedef {{ path: string, name: string, size: string }} FilmEntry */
/**
 * As `scene_explore.views.studio.listing` gives it.
 * @typedef {object} Listing
 * @property {string} folder
 * @property {string | null} parent
 * @property {FolderEntry[]} folders
 * @property {FilmEntry[]} films
 * @property {string} note
 */
/**
 * @typedef {object} Hands what a person does in a folder
 * @property {(folder: string) => void} ongo
 * @property {(film: FilmEntry) => void} onlook
 * @property {() => void} onpick
 */

const MOST = 500 // entries that are listed

export class Folder {
  /** @type {Listing} */
  listing = { folder: '', parent: null, folders: [], films: [], note: '' }
  /** @type {Set<string>} paths of films */
  picked = new Set()

  /** @param {Hands} hands */
  constructor(hands) {
    this.hands = hands
    this.where = el('input', {
      type: 'text',
      class: 'se-where',
      'aria-label': 'Folder',
      spellcheck: false,
      onchange: () => hands.ongo(this.where.value),
    })
    this.list = el('ul', { class: 'se-folder', 'aria-label': 'Films and folders' })
    const up = button('↑', 'The folder above', () => this.goUp())
    const all = button('All', 'Pick every film of this folder', () => this.pickAll())
    this.box = el('div', {}, el('div', { class: 'se-row' }, up, this.where, all), this.list)
  }

  goUp() {
    if (this.listing.parent) this.hands.ongo(this.listing.parent)
  }

  /** All its films, or none of them where all are picked. */
  pickAll() {
    const { films } = this.listing
    const every = films.every(o => this.picked.has(o.path))
    for (const { path } of films) this.pick(path, !every)
    this.draw()
    this.hands.onpick()
  }

  /** @param {string} path @param {boolean} picked */
  pick(path, picked) {
    if (picked) this.picked.add(path)
    else this.picked.delete(path)
  }

  /** @param {Listing} listing */
  show(listing) {
    this.listing = listing
    this.where.value = listing.folder
    this.draw()
  }

  draw() {
    const { folders, films } = this.listing
    const room = Math.max(MOST - folders.length, 0)
    const entries = [
      ...folders.slice(0, MOST).map(o => this.folderEntry(o)),
      ...films.slice(0, room).map(o => this.filmEntry(o)),
    ]
    const rest = folders.length + films.length - entries.length
    const note = el('li', { class: 'se-soft' })
    if (!entries.length) note.textContent = 'No film and no folder here.'
    if (rest) note.textContent = `and ${rest} more: name the folder more closely`
    this.list.replaceChildren(...entries, ...(note.textContent ? [note] : []))
  }

  /** @param {FolderEntry} folder */
  folderEntry({ path, name }) {
    const props = { type: 'button', class: 'se-link', onclick: () => this.hands.ongo(path) }
    const text = el('span', { dir: 'auto' }, `${short(name, 70)}/`)
    return el('li', {}, el('button', props, text))
  }

  /** @param {FilmEntry} film */
  filmEntry(film) {
    const { path, name, size } = film
    const box = el('input', {
      type: 'checkbox',
      checked: this.picked.has(path),
      onchange: () => {
        this.pick(path, box.checked)
        this.hands.onpick()
        this.hands.onlook(film)
      },
    })
    const text = el('span', { dir: 'auto', title: path }, short(name, 70))
    return el('li', {}, el('label', {}, box, text, el('small', { class: 'se-soft' }, ` ${size}`)))
  }
}
