// A seat of the player: one video, which plays exactly [start, end) of a scene, once or in a loop.

import { clamp } from '../../kit/text.js'
import { Playhead } from './playhead.js'
import { SeatFilm } from './seat_film.js'
import { SeatView } from './seat_view.js'
import { SeatWatch } from './seat_watch.js'
import { firstMoment, momentWithin } from './times.js'

/** @import { Stretch } from './times.js' */
/** @import { SeatOwner } from './types.d.ts' */

export class Seat {
  row = -1
  /** @type {Stretch} */
  scene = { start: 0, end: 0 }
  done = false
  looping = false
  /** a moment was chosen: the scene does not end there, even if it is its last */
  isPlaced = false
  /** @type {number | null} where it begins, once, if not at its start */
  entry = null

  /** @param {SeatOwner} owner */
  constructor(owner) {
    this.owner = owner
    this.stage = owner.stage
    this.view = new SeatView(owner.stage.deck, {
      grab: () => owner.grab(),
      seek: t => this.choose(t),
      release: () => this.release(),
    })
    this.video = this.view.video
    this.film = new SeatFilm(this.view, owner.sources, {
      ready: () => this.start(),
      failed: () => this.failed(),
    })
    this.picture = this.film.picture
    this.watch = new SeatWatch(this)
    this.head = new Playhead(this.film, () => this.stage.get('held'))
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
      timeupdate: () => this.watch.check(),
      ended: () => this.watch.check(),
      error: () => this.film.broke(),
      pause: () => this.watch.paused(),
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
   * @param {number | null} [entry] seconds of the film, from where on; null: from its start
   */
  play(row, glide = false, entry = null) {
    const { deck } = this.stage
    const other = this.row < 0 || deck.film[row] !== deck.film[this.row]
    const smooth = glide && !other && this.film.standsAt(deck.start[row])
    this.head.stay()
    this.row = row
    this.scene = { start: deck.start[row], end: deck.end[row] }
    this.done = false
    this.isPlaced = false
    this.entry = entry
    this.film.serve(row, this.scene.start)
    this.view.describe(row, this.scene, this.owner.marks(row))
    this.view.poster(row)
    if (smooth) return
    this.isPlaced = true // until the film has come there
    this.video.dataset.settled = 'false'
    if (other || this.film.isOfOneScene) {
      this.film.source = null
      this.video.pause()
    }
    this.film.load()
  }

  /** The same scene once more. @param {number | null} [entry] from a moment on */
  again(entry = null) {
    this.entry = entry
    if (this.film.isThere) this.start()
    else this.film.load()
  }

  start() {
    this.rewind()
    this.run()
  }

  failed() {
    this.head.stay()
    this.done = true
    this.owner.rest()
  }

  /** As the stage is held, or not. */
  resume() {
    if (this.done && !this.stage.get('held')) this.rewind()
    this.run()
  }

  /** A person chose a moment of the scene. @param {number} t */
  choose(t) {
    this.seek(t)
    this.owner.sought(this, t)
  }

  /** Play on from a moment of the scene. @param {number} t */
  goOnFrom(t) {
    this.head.land(momentWithin(t, this.scene), () => this.run())
  }

  /** It plays, and no jump is under way. */
  get isRunning() {
    return this.watch.isPlayable && !this.video.paused
  }

  /** Show the picture of a moment of the scene. @param {number} t */
  seek(t) {
    if (!this.film.isThere) return
    this.place()
    this.head.seek(momentWithin(t, this.scene))
  }

  /** So many pictures on, or back. @param {number} by */
  step(by) {
    if (!this.film.isThere) return
    const moment = momentWithin(this.head.momentAfter(by), this.scene)
    this.place()
    this.head.land(moment, () => this.run())
  }

  /** A moment was chosen. */
  release() {
    this.show()
    this.owner.release()
  }

  place() {
    this.video.pause()
    this.done = false
    this.isPlaced = true
  }

  /** Back by so much; whether there is more before it. @param {number} seconds */
  back(seconds) {
    const t = this.head.time - seconds
    this.seek(t)
    return t > firstMoment(this.scene)
  }

  showMarks() {
    if (this.row >= 0) this.view.scrubber.setMarks(this.owner.marks(this.row))
  }

  showPoster() {
    this.view.poster(this.row)
  }

  clear() {
    this.head.stay()
    this.row = -1
    this.film.clear()
  }

  drop() {
    this.watch.drop()
    this.heard.abort()
    this.film.clear()
  }

  get isWanted() {
    const ready = this.row >= 0 && this.film.isThere && !this.done && !this.head.isLanding
    return ready && !this.stage.get('held')
  }

  run() {
    if (this.head.isLanding) return
    if (!this.isWanted) return this.video.pause()
    this.isPlaced = false
    // an AbortError only says that something newer came
    this.video.play()?.catch(e => e.name === 'NotAllowedError' && this.refuse())
  }

  refuse() {
    this.stage.set({ held: true })
    this.view.say('The browser waits for you: press Play.')
  }

  started() {
    if (this.head.isLanding) return
    if (!this.isWanted) return this.video.pause()
    this.watch.begin()
  }

  /** What is to be played. */
  get stretch() {
    return this.looping ? this.owner.bounds(this.row) : this.scene
  }

  rewind() {
    this.done = false
    this.isPlaced = false
    const { entry } = this
    const moment = entry == null ? firstMoment(this.stretch) : momentWithin(entry, this.scene)
    this.entry = null
    this.head.land(moment, () => this.run())
  }

  repeat() {
    this.rewind()
    if (this.video.paused) this.run()
  }

  jumped() {
    this.head.jumped()
    this.show()
    if (this.film.isThere) this.owner.moved(this.row, this.head.time, true)
  }

  show() {
    const { start, end } = this.scene
    const t = clamp(this.head.time, start, end)
    this.view.progress(t, this.scene)
    this.view.subtitle(this.owner.said(this.row, t))
  }
}
