// Who keeps tags: the store of a kernel, or the browser that shows a page.

import { applied } from './tag_log.js'

/** @import { Deck } from '../deck/deck.js' */
/** @import { Host, TagEntry, TagRow } from '../types.d.ts' */

/** @typedef {[entries: TagEntry[], author: string, time: string]} Lot entries of one act */

/**
 * @typedef {object} Keeper
 * @property {() => TagRow[]} rows what it has now
 * @property {(entries: TagEntry[], author: string) => Promise<TagRow[]>} write adds, and gives what holds then
 * @property {(heard: (rows: TagRow[]) => void) => () => void} follow tells of what others add; gives what ends it
 * @property {string} where it keeps them
 */

/** The kernel's store. @implements {Keeper} */
class KernelKeeper {
  where = 'in the store'

  /** @param {Host} host @param {TagRow[]} rows */
  constructor(host, rows) {
    this.host = host
    this.first = rows
  }

  rows() {
    return this.first
  }

  /** @param {TagEntry[]} entries @param {string} author @returns {Promise<TagRow[]>} */
  async write(entries, author) {
    const { tags } = await this.host.ask('tag', { entries, author })
    return tags
  }

  /** @param {(rows: TagRow[]) => void} heard */
  follow(heard) {
    return this.host.on('tags', heard)
  }
}

/** A number of a text, by which a page finds what it kept (FNV-1a). @param {string} text */
export const textHash = text => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return (h >>> 0).toString(16)
}

/** @param {unknown} o @returns {o is TagEntry} */
const isEntry = o =>
  Array.isArray(o) &&
  o.length === 4 &&
  o.slice(0, 3).every(v => typeof v === 'string') &&
  typeof o[3] === 'boolean'

/** @param {unknown} o @returns {o is Lot} */
const isLot = o =>
  Array.isArray(o) &&
  Array.isArray(o[0]) &&
  o[0].every(isEntry) &&
  typeof o[1] === 'string' &&
  Number.isFinite(Date.parse(o[2]))

/** What a browser kept, without what is no lot. @param {string | null} text @returns {Lot[]} */
export const lotsOf = text => {
  try {
    const found = JSON.parse(text ?? '[]')
    return Array.isArray(found) ? found.filter(isLot) : []
  } catch {
    return []
  }
}

const SAVED = 'in this browser'

/**
 * The storage of the browser, over the tags that came with the page. Where the browser keeps nothing
 * for a page they last as long as it is open.
 * @implements {Keeper}
 */
class PageKeeper {
  where = SAVED
  /** @type {Lot[]} */
  lots = []
  /** @type {Lot[]} those of them that the browser did not take */
  unsaved = []

  /** @param {Deck} deck @param {TagRow[]} rows */
  constructor(deck, rows) {
    this.first = rows
    this.key = `scene-explore tags ${textHash(deck.ids.join('\n'))}`
    this.read()
  }

  /** What other windows added counts too. */
  read() {
    try {
      this.lots = [...lotsOf(localStorage.getItem(this.key)), ...this.unsaved]
    } catch {
      this.where = 'until this page is closed, as the browser keeps nothing for it'
    }
  }

  rows() {
    let { first: rows } = this
    for (const [entries, author, time] of this.lots) rows = applied(rows, entries, author, time)
    return rows
  }

  /** @param {TagEntry[]} entries @param {string} author @returns {Promise<TagRow[]>} */
  async write(entries, author) {
    this.read()
    /** @type {Lot} */
    const lot = [entries, author, new Date().toISOString()]
    this.lots = [...this.lots, lot]
    try {
      localStorage.setItem(this.key, JSON.stringify(this.lots))
      this.unsaved = []
      this.where = SAVED
    } catch {
      this.unsaved.push(lot)
      this.where = 'until this page is closed, as the browser keeps nothing more for it'
    }
    return this.rows()
  }

  /** @param {(rows: TagRow[]) => void} heard */
  follow(heard) {
    const onStorage = /** @param {StorageEvent} e */ e => {
      if (e.key !== this.key) return
      this.read()
      heard(this.rows())
    }
    addEventListener('storage', onStorage)
    return () => removeEventListener('storage', onStorage)
  }
}

/** @param {Host} host @param {Deck} deck @returns {Keeper | null} null: a kernel that keeps no tags */
export const keeperOf = (host, deck) => {
  const { tags = [], author } = deck.header
  if (host.page) return new PageKeeper(deck, tags)
  return author === undefined ? null : new KernelKeeper(host, tags)
}

const AUTHOR = 'scene-explore author'

/** Who tags: as the kernel says, and in a page as was said in this browser. @param {Host} host @param {Deck} deck */
export const knownAuthor = (host, deck) => {
  if (!host.page) return deck.header.author ?? ''
  try {
    return localStorage.getItem(AUTHOR) ?? ''
  } catch {
    return ''
  }
}

/** @param {Host} host @param {string} author */
export const keepAuthor = (host, author) => {
  if (!host.page) return
  try {
    localStorage.setItem(AUTHOR, author)
  } catch {
    // said once more next time
  }
}
