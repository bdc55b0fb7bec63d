// A seat of the player: one video, which plays exactly [start, end) of a scene, once or in a loop.

import { clamp } from '../../kit/text.js'
import { Landing } from './landing.js'
import { SeatFilm } from './seat_film.js'
import { SeatView } from './seat_view.js'
import { firstMoment, lastMoment } from './times.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { FilmSources } from './sources.js' */
/** @import { Stretch } from './times.js' */

/**
 * What a seat asks and tells.
 * @typedef {object} SeatOwner
 * @property {Stage} stage
 * @property {FilmSources} sources
 * @property {() => boolean} follows whether the next scene plays after this one
 * @property {(row: number) => boolean} next play it; false where there is none
 * @property {() => void} rest a scene has ended
 * @property {(row: number, t: number, now?: boolean) => void} moved where a scene is; `now`: it jumped
 */

const NEAR = 0.15 // seconds from a boundary within which a film can play on over it
const BACKLASH = 0.1 // seconds by which a browser may stand before the scene
const LAST_PICTURE = 1e-3

export class Seat {
  row = -1
  /** @type {Stretch} */
  scene = { start: 0, end: 0 }
  done = false
  looping = false
  gone = false
  frame = 0

  /** @param {SeatOwner} owner */
  constructor(owner) {
    this.owner = owner
    this.stage = owner.stage
    this.view = new SeatView(owner.stage.deck)
    this.video = this.view.video
    this.film = new SeatFilm(this.view, owner.sources, {
      ready: () => this.start(),
      failed: () => this.failed(),
    })
    this.picture = this.film.picture
    this.landing = new Landing(this.video, this.picture, () => this.stage.get('held'))
    this.heard = new AbortController()
    this.listen()
  }

  get box() {
    return this.view.box
  }

  listen() {
    /** @type {Record<string, () => void>} */
    const heard = {
      play: () => this.started(),
      timeupdate: () => this.check(),
      ended: () => this.check(),
      error: () => this.film.broke(),
      pause: () => this.paused(),
      seeked: () => this.jumped(),
      loadedmetadata: () => this.film.loaded(),
      click: () => this.stage.set({ held: !this.stage.get('held') }),
    }
    const { signal } = this.heard
    for (const [event, fn] of Object.entries(heard))
      this.video.addEventListener(event, fn, { signal })
  }

  // ---- what the player does with it

  /**
   * A scene.
   * @param {number} row
   * @param {boolean} [glide] the film plays on over the boundary, with no jump
   */
  play(row, glide = false) {
    const smooth = glide && this.isAtStartOf(row)
    const { deck } = this.stage
    const other = this.row < 0 || deck.film[row] !== deck.film[this.row]
    this.landing.end()
    this.row = row
    this.scene = { start: deck.start[row], end: deck.end[row] }
    this.done = false
    this.film.serve(row, this.scene.start)
    this.view.describe(row, this.scene)
    this.view.poster(row)
    if (smooth) return
    this.video.dataset.settled = 'false'
    if (other || this.film.isOfOneScene) {
      this.film.source = null
      this.video.pause()
    }
    this.film.load()
  }

  again() {
    if (this.film.isThere) this.start()
    else this.film.load()
  }

  start() {
    this.rewind()
    this.run()
  }

  failed() {
    this.landing.end()
    this.done = true
    this.owner.rest()
  }

  /** As the stage is held, or not. */
  resume() {
    if (this.done && !this.stage.get('held')) this.rewind()
    this.run()
  }

  showPoster() {
    this.view.poster(this.row)
  }

  clear() {
    this.landing.end()
    this.row = -1
    this.film.clear()
  }

  drop() {
    this.gone = true
    cancelAnimationFrame(this.frame)
    this.heard.abort()
    this.film.clear()
  }

  /** Whether the film stands where a scene begins. @param {number} row */
  isAtStartOf(row) {
    const { deck } = this.stage
    if (!this.film.isThere || this.film.isOfOneScene) return false
    if (deck.film[row] !== deck.film[this.row]) return false
    return Math.abs(deck.start[row] - this.video.currentTime) < NEAR
  }

  // ---- playing

  get isWanted() {
    const ready = this.row >= 0 && this.film.isThere && !this.done && !this.landing.isUnderWay
    return ready && !this.stage.get('held')
  }

  run() {
    if (this.landing.isUnderWay) return
    if (!this.isWanted) return this.video.pause()
    // an AbortError only says that something newer came
    this.video.play()?.catch(e => e.name === 'NotAllowedError' && this.refuse())
  }

  refuse() {
    this.stage.set({ held: true })
    this.view.say('The browser waits for you: press Play.')
  }

  started() {
    if (this.landing.isUnderWay) return
    if (!this.isWanted) return this.video.pause()
    if (!this.frame) this.beat()
    this.picture.next(() => this.checkPicture())
  }

  /** Where the browser lands is looked at before anything plays. */
  rewind() {
    const moment = firstMoment(this.scene)
    this.landing.end()
    this.done = false
    this.video.currentTime = moment
    if (this.film.isWhole && this.picture.isTold) this.landing.begin(moment, () => this.run())
  }

  // the browser's own clock for pictures where it has one, and the screen's: whichever comes first
  beat() {
    this.frame = 0
    this.check()
    this.show()
    if (this.video.paused) return
    this.owner.moved(this.row, this.video.currentTime)
    this.frame = requestAnimationFrame(() => this.beat())
  }

  checkPicture() {
    this.check()
    if (!this.gone && !this.video.paused) this.picture.next(() => this.checkPicture())
  }

  get isPlayable() {
    const { video } = this
    const there = this.row >= 0 && this.film.isThere && !this.done && !this.landing.isUnderWay
    return there && !video.seeking && video.readyState > 0
  }

  check() {
    if (!this.isPlayable) return
    const { video, scene } = this
    const t = video.currentTime
    if (video.ended || t >= (this.owner.follows() ? scene.end : lastMoment(scene))) this.finish()
    else if (t < scene.start - BACKLASH) this.rewind()
  }

  finish() {
    if (this.owner.follows() && this.owner.next(this.row)) return
    if (this.looping) return this.repeat()
    this.done = true
    this.video.pause()
    this.hold()
    this.show()
    this.owner.rest()
  }

  repeat() {
    this.rewind()
    if (this.video.paused) this.run()
  }

  /** The last picture stays; sent there, the browser might land on the next scene's first. */
  hold() {
    const { video, picture, scene } = this
    const shown = picture.time
    const inside =
      shown != null && shown < scene.end - LAST_PICTURE && video.currentTime < scene.end
    if (!inside) video.currentTime = Math.min(video.currentTime, lastMoment(scene))
  }

  paused() {
    this.check()
    const beyond = this.video.currentTime >= this.scene.end
    if (this.film.isThere && !this.landing.isUnderWay && beyond) this.hold()
  }

  jumped() {
    this.show()
    if (this.film.isThere) this.owner.moved(this.row, this.video.currentTime, true)
  }

  show() {
    const { start, end } = this.scene
    this.view.progress(clamp(this.video.currentTime, start, end), this.scene)
  }
}
