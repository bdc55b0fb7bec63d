// The film of a seat: found, loaded, and on the clock of its scenes.

import { onFilmClock } from './film_clock.js'
import { ShownPicture } from './shown_picture.js'

/** @import { SeatView } from './seat_view.js' */
/** @import { FilmSources, Source } from './sources.js' */

/** @typedef {{ ready: () => void, failed: () => void }} FilmListener */

const NEAR = 0.15 // seconds from a boundary within which a film can play on over it
const TOO_SHORT = {
  film: 'The film ends before this scene begins.',
  copy: 'The small copy does not hold this scene.',
}

export class SeatFilm {
  row = -1 // of the scene it is to hold
  start = 0 // of that scene, seconds
  /** @type {Source | null} what can be played */
  source = null
  /** @type {Source | null} what is being loaded */
  coming = null
  loads = 0

  /** @param {SeatView} view @param {FilmSources} sources @param {FilmListener} heard */
  constructor(view, sources, heard) {
    this.view = view
    this.video = view.video
    this.sources = sources
    this.heard = heard
    this.clock = onFilmClock(view.video)
    this.picture = new ShownPicture(view.video, this.clock)
  }

  get isThere() {
    return this.source !== null
  }

  /** The film itself, no copy. */
  get isWhole() {
    return this.source?.kind === 'film'
  }

  /** A copy of one scene. */
  get isOfOneScene() {
    return !!this.source?.kind.startsWith('made')
  }

  /** Most copies have no sound. */
  get isSilent() {
    return !!this.source?.silent
  }

  /** Whether it can play on from a moment with no jump. @param {number} t */
  standsAt(t) {
    return this.isThere && !this.isOfOneScene && Math.abs(t - this.video.currentTime) < NEAR
  }

  /** Whatever is loaded is to hold this scene. @param {number} row @param {number} start */
  serve(row, start) {
    this.row = row
    this.start = start
  }

  async load() {
    const load = ++this.loads
    const { row } = this
    try {
      const found = await this.sources.find(row, text => this.wait(text))
      if (load !== this.loads) return
      this.prepare(found)
      const clock = await this.sources.clock(found, row)
      if (load !== this.loads) return
      this.clock.ahead = clock.ahead
      this.source = found
      this.view.say(found.note, clock.note)
      if (this.video.readyState > 0 && !this.holdsScene()) return
      this.heard.ready()
    } catch (e) {
      if (load === this.loads) this.fail(/** @type {Error} */ (e).message)
    }
  }

  /** @param {string} text */
  wait(text) {
    this.video.pause()
    this.view.empty()
    this.view.say(text)
  }

  /** @param {Source} found */
  prepare(found) {
    const { video } = this
    this.view.say(found.note)
    this.view.setStill(false)
    this.coming = found
    const there = this.source?.url === found.url && video.getAttribute('src') === found.url
    if (there && video.readyState > 0) return
    this.source = null
    this.clock.ahead = 0
    this.picture.forget()
    video.src = found.url
  }

  /** What is known of the file by now. */
  loaded() {
    // sound alone: the browser lacks the codec of the pictures
    if (!this.video.videoWidth) this.broke()
    else if (this.source) this.holdsScene()
  }

  /** Whether the film is long enough; where it is not, its poster stays. */
  holdsScene() {
    if (!(this.video.duration <= this.start)) return true
    this.fail(this.isWhole ? TOO_SHORT.film : TOO_SHORT.copy)
    return false
  }

  /** The browser cannot play it: another source is looked for. */
  broke() {
    const bad = this.source ?? this.coming
    if (!bad || !this.video.getAttribute('src')) return
    this.sources.reject(bad)
    this.leave()
    this.load()
  }

  /** @param {string} why */
  fail(why) {
    this.leave()
    this.view.empty()
    this.view.say(why)
    this.view.setStill(true)
    this.heard.failed()
  }

  leave() {
    this.source = null
    this.coming = null
  }

  /** Nothing is loaded any more. */
  clear() {
    this.loads++
    this.leave()
    this.video.pause()
    this.view.empty()
  }
}
