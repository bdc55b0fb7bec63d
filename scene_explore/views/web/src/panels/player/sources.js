// Where a scene's film is found: the server's file or the one beside the page, else the page's small
// copy, else one that Python makes; what failed once is not tried again.

import { readClock } from './film_clock.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Bytes } from '../../types.d.ts' */
/** @import { ClockReading } from './film_clock.js' */

/**
 * @typedef {object} Source
 * @property {string} url
 * @property {string} kind 'film', 'copy' of the whole film, or `made 3` of the scene in row 3
 * @property {number} film
 * @property {string} note what a person is told of it
 * @property {boolean} [silent] it carries no sound
 */

const MOST_MADE = 24 // copies of single scenes that are kept
/** @type {ClockReading} small copies are on the film's clock */
const OWN_CLOCK = { ahead: 0, note: '', sure: true }
const ONLY_PICTURES = 'The browser cannot play this film: only pictures are shown.'
const NOT_HERE =
  'The browser cannot play this film, or it is no longer beside this page: only pictures are shown.'
const NOT_EVEN_A_COPY =
  'The browser cannot play this film, nor a small copy of it: only pictures are shown.'

const UNPLAYABLE = 'the browser cannot play this film'
const UNPLAYABLE_OR_GONE = `${UNPLAYABLE}, or it is no longer beside this page`

/** @param {Bytes} data */
const addressOf = data =>
  URL.createObjectURL(new Blob([/** @type {BlobPart} */ (data)], { type: 'video/webm' }))

export class FilmSources {
  gone = false

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    /** @type {Map<number, string>} addresses of the page's copies, by film */
    this.copies = new Map()
    /** @type {Map<number, string>} addresses of the kernel's copies, by row */
    this.made = new Map()
    /** @type {Map<number, Promise<ClockReading>>} by film */
    this.clocks = new Map()
    /** @type {Set<string>} */
    this.broken = new Set()
  }

  /** The browser could not play this. @param {Source} source */
  reject({ kind, film }) {
    this.broken.add(`${kind} ${film}`)
  }

  /** @param {string} kind @param {number} film */
  isFine(kind, film) {
    return !this.broken.has(`${kind} ${film}`)
  }

  /** @param {Source} source @param {number} row */
  async clock({ kind, film, url }, row) {
    if (kind !== 'film') return OWN_CLOCK
    const { first } = this.stage.deck.films[film]
    const asked = this.clocks.get(film) ?? readClock(this.stage.host, row, url, first)
    this.clocks.set(film, asked)
    const found = await asked
    if (!found.sure) this.clocks.delete(film)
    return found
  }

  /**
   * Rejects with why there is none.
   * @param {number} row
   * @param {(text: string) => void} waiting is told while a copy is made
   * @returns {Promise<Source>}
   */
  async find(row, waiting) {
    const film = this.stage.deck.film[row]
    const there = this.served(film) ?? this.copied(film)
    if (there) return there
    if (!this.stage.host.live) throw new Error(this.whyNothing(film))
    const kind = `made ${row}`
    if (!this.isFine(kind, film)) throw new Error(NOT_EVEN_A_COPY)
    const url = this.made.get(row) ?? (await this.make(row, waiting))
    return { url, kind, film, note: this.copyNote(film, true), silent: true }
  }

  /** The server's file, or the one beside a page. @param {number} film @returns {Source | null} */
  served(film) {
    const { deck, host } = this.stage
    const { src } = deck.films[film]
    if (!src || !host.base || !this.isFine('film', film)) return null
    return { url: host.base() + src, kind: 'film', film, note: '' }
  }

  /** The page's small copy. @param {number} film @returns {Source | null} */
  copied(film) {
    const { buffer, sound } = this.stage.deck.films[film]
    if (!buffer || !this.isFine('copy', film)) return null
    const url = this.copies.get(film) ?? addressOf(buffer)
    this.copies.set(film, url)
    return { url, kind: 'copy', film, note: this.copyNote(film, !sound), silent: !sound }
  }

  /** A small copy of one scene. @param {number} row @param {(text: string) => void} waiting */
  async make(row, waiting) {
    waiting('A small copy is being made …')
    const { buffers } = await this.stage.host.ask('preview', { row })
    if (this.gone) throw new Error('closed')
    const url = this.made.get(row) ?? addressOf(buffers[0]) // another seat may have asked, too
    this.made.set(row, url)
    this.spare()
    return url
  }

  /** Of the kernel's copies the oldest go, except what plays. */
  spare() {
    for (const [row, url] of this.made) {
      if (this.made.size <= MOST_MADE) return
      if (this.stage.get('playing').includes(row)) continue
      URL.revokeObjectURL(url)
      this.made.delete(row)
    }
  }

  /** @param {number} film */
  hasFailed(film) {
    return !!this.stage.deck.films[film].src && !this.isFine('film', film)
  }

  /** @param {number} film @param {boolean} silent */
  copyNote(film, silent) {
    const copy = silent ? 'A small copy without sound' : 'A small copy'
    const { live } = this.stage.host
    if (this.hasFailed(film)) return `${copy}: ${live ? UNPLAYABLE : UNPLAYABLE_OR_GONE}.`
    return live ? `${copy}: the server does not give this film.` : `${copy}, made for this page.`
  }

  /** @param {number} film */
  whyNothing(film) {
    if (this.stage.host.page && this.hasFailed(film)) return NOT_HERE
    const unplayable = this.stage.deck.films[film].buffer || this.hasFailed(film)
    return unplayable ? ONLY_PICTURES : 'This page holds pictures, but not this film.'
  }

  drop() {
    this.gone = true
    for (const url of [...this.copies.values(), ...this.made.values()]) URL.revokeObjectURL(url)
    this.copies.clear()
    this.made.clear()
  }
}

/** @type {WeakMap<Stage, FilmSources>} */
const made = new WeakMap()

/** Those of a stage, which the player and the tip share, until it goes. @param {Stage} stage */
export const sourcesOf = stage => {
  const known = made.get(stage)
  if (known) return known
  const sources = new FilmSources(stage)
  made.set(stage, sources)
  stage.tidy.push(() => sources.drop())
  return sources
}
