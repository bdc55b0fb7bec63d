// What a seat watches while its film plays: picture by picture, that it stays within [start, end).

import { lastMoment } from './times.js'

/** @import { Seat } from './seat.js' */

const BACKLASH = 0.1 // seconds by which a browser may stand before the scene
const LAST_PICTURE = 1e-3

export class SeatWatch {
  gone = false
  frame = 0

  /** @param {Seat} seat */
  constructor(seat) {
    this.seat = seat
    this.video = seat.video
    this.picture = seat.film.picture
  }

  /** The film plays from here on. */
  begin() {
    if (!this.frame) this.beat()
    this.picture.next(() => this.checkPicture())
  }

  // the browser's own clock for pictures where it has one, and the screen's: whichever comes first
  beat() {
    const { seat, video } = this
    this.frame = 0
    this.check()
    seat.show()
    if (video.paused) return
    seat.owner.moved(seat.row, video.currentTime)
    this.frame = requestAnimationFrame(() => this.beat())
  }

  checkPicture() {
    this.check()
    this.holdIfDone()
    if (!this.gone && !this.video.paused) this.picture.next(() => this.checkPicture())
  }

  /** Whether what the video says is of the scene. */
  get isPlayable() {
    const { seat, video } = this
    const there = seat.row >= 0 && seat.film.isThere && !seat.done
    if (!there || seat.isPlaced || seat.head.isLanding) return false
    return !video.seeking && video.readyState > 0
  }

  check() {
    if (!this.isPlayable) return
    const { seat, video } = this
    const { scene, owner } = seat
    const t = video.currentTime
    const end = owner.follows() ? scene.end : lastMoment(seat.stretch, video.playbackRate)
    if (video.ended || t >= end) this.finish()
    else if (t < scene.start - BACKLASH) seat.rewind()
  }

  finish() {
    const { seat } = this
    const { owner, row } = seat
    if (owner.queued(row)) return
    if (owner.follows() && owner.next(row)) return
    if (seat.looping && owner.loopsAlone()) return owner.turn(row) || seat.repeat()
    seat.done = true
    this.video.pause()
    this.hold()
    // a busy browser may go on to the next scene's first picture meanwhile
    setTimeout(() => this.holdIfDone(), 250)
    seat.show()
    owner.rest()
  }

  holdIfDone() {
    const { seat } = this
    if (seat.done && seat.film.isThere && !seat.head.isLanding) this.hold()
  }

  /** The last picture stays; only a browser that has gone past it is sent back to it. */
  hold() {
    const { seat, video, picture } = this
    const { scene } = seat
    const shown = picture.time
    const inside =
      shown != null && shown < scene.end - LAST_PICTURE && video.currentTime < scene.end
    if (!inside) seat.head.land(Math.min(video.currentTime, lastMoment(scene)), () => seat.run())
  }

  paused() {
    const { seat, video } = this
    this.check()
    const beyond = video.currentTime >= seat.scene.end
    if (seat.film.isThere && !seat.head.isLanding && beyond) this.hold()
  }

  drop() {
    this.gone = true
    cancelAnimationFrame(this.frame)
  }
}
