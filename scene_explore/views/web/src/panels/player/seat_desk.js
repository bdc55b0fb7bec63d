// What the seats of a player ask: what plays after a scene, and between which points; and what they
// tell: where they are, and that a scene has ended.

import { queuedAfter } from './queue.js'

/** @import { Player } from './player.js' */
/** @import { Seat } from './seat.js' */
/** @import { SeatOwner } from './types.d.ts' */

const TOLD_EVERY = 190 // milliseconds between two times that are told to the other panels

/** @implements {SeatOwner} */
export class SeatDesk {
  /** the next scene begins where this one ended */
  isGliding = false
  toldAt = 0
  /** it played when a moment was to be chosen */
  hasPlayed = false

  /** @param {Player} player */
  constructor(player) {
    this.player = player
    this.stage = player.stage
    this.sources = player.sources
  }

  /** A moment is being chosen: the picture waits. */
  grab() {
    this.hasPlayed = !this.stage.get('held')
    this.player.transport.backwards.stop()
    this.stage.set({ held: true })
  }

  release() {
    if (this.hasPlayed) this.stage.set({ held: false })
  }

  follows() {
    return (
      this.player.isAutoplaying && !this.stage.get('loop') && this.stage.get('playing').length === 1
    )
  }

  /** @param {number} row */
  next(row) {
    if (this.stage.get('playing').length !== 1) return false
    const to = this.stage.deck.step(row, 1)
    if (to == null) return false
    this.glide(to)
    return true
  }

  /** What follows in a list that plays one after the other. @param {number} row */
  queued(row) {
    const queue = this.stage.get('queue')
    if (!queue.length || this.stage.get('playing').length !== 1) return false
    const to = queuedAfter(queue, row)
    if (to == null) this.stage.set({ queue: [] })
    else this.glide(to)
    return to != null
  }

  /** @param {number} row */
  turn(row) {
    const to = this.player.transport.nextInLoop(row)
    if (to === row || this.stage.get('playing').length !== 1) return false
    this.glide(to)
    return true
  }

  /** Another scene, with no pause between. @param {number} row */
  glide(row) {
    this.isGliding = true
    this.stage.set({ playing: [row] })
    this.isGliding = false
  }

  /** @param {number} row */
  bounds(row) {
    return this.player.transport.bounds(row)
  }

  /** @param {number} row */
  marks(row) {
    return this.player.transport.marks(row)
  }

  rest() {
    if (!this.player.taken.every(seat => seat.done)) return
    const there = this.player.taken.filter(seat => seat.film.isThere)
    if (this.player.step.isOn && there.some(seat => seat.looping))
      for (const seat of there) seat.again()
    else this.stage.set({ held: true })
  }

  /** Whether a scene loops without regard to another. */
  loopsAlone() {
    return !this.player.step.isOn
  }

  /** A person chose a moment of a scene. @param {Seat} seat @param {number} t */
  sought(seat, t) {
    this.player.step.follow(seat, t)
  }

  /** @param {number} row @param {number} t */
  said(row, t) {
    return this.player.subtitles.at(row, t)
  }

  /** @param {number} row @param {number} t @param {boolean} [now] */
  moved(row, t, now = false) {
    this.player.step.hold()
    if (row !== this.stage.get('playing')[0]) return
    const at = performance.now()
    if (!now && at - this.toldAt <= TOLD_EVERY) return
    this.toldAt = at
    this.stage.set({ head: { film: this.stage.deck.film[row], t } })
  }
}
