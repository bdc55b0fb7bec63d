// How the seats play: speed, shuttle, single pictures, and the points between which a loop runs.

import { clamp, precise } from '../../kit/text.js'
import { loopBounds, loopNext, withMark } from './marks.js'
import { Backwards, shuttled, speedText } from './shuttle.js'
import { pictureStart } from './times.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Marks } from './marks.js' */
/** @import { Seat } from './seat.js' */
/** @import { ShuttleKey } from './shuttle.js' */
/** @import { Stretch } from './times.js' */

/** @typedef {{ stage: Stage, seats: Seat[], taken: Seat[], press: () => void, showTools: () => void }} Seated */

export class Transport {
  /** as it was chosen */
  speed = 1
  /** as it is: the shuttle's while that runs */
  rate = 1
  /** @type {Marks | null} */
  points = null

  /** @param {Seated} player */
  constructor(player) {
    this.player = player
    this.stage = player.stage
    this.deck = player.stage.deck
    this.backwards = new Backwards(seconds => this.jumpBack(seconds))
  }

  // ---- speed

  /** @param {number} speed */
  choose(speed) {
    this.speed = speed
    this.setRate(speed)
  }

  /** @param {number} rate */
  setRate(rate) {
    this.rate = rate
    for (const seat of this.player.seats) seat.head.setRate(rate)
    this.player.showTools()
  }

  /** The stage is held, or no more: the shuttle ends with it. */
  settle() {
    this.backwards.stop()
    if (this.stage.get('held') && this.rate !== this.speed) this.setRate(this.speed)
  }

  /** Negative: backwards, 0: paused. */
  get motion() {
    if (this.backwards.rate) return -this.backwards.rate
    return this.stage.get('held') ? 0 : this.rate
  }

  /** @param {ShuttleKey} key */
  shuttle(key) {
    if (!this.player.taken.length) return key === 'l' && this.player.press()
    const motion = shuttled(key, this.motion, this.speed)
    this.backwards.stop()
    this.stage.set({ held: motion <= 0 })
    if (motion < 0) this.backwards.start(-motion)
    if (motion > 0) this.setRate(motion)
    this.say(motion)
  }

  /** @param {number} motion */
  say(motion) {
    const speed = speedText(Math.abs(motion))
    if (motion) this.stage.say(motion > 0 ? `Forwards, ${speed}` : `Backwards, ${speed}`)
    else this.stage.say('Paused')
  }

  /** @param {number} seconds */
  jumpBack(seconds) {
    const more = this.player.taken.map(seat => seat.back(seconds))
    return more.includes(true)
  }

  /** @param {number} by pictures */
  step(by) {
    if (!this.player.taken.length) return false
    this.backwards.stop()
    this.stage.set({ held: true })
    for (const seat of this.player.taken) seat.step(by)
  }

  // ---- in and out points

  /** @param {'in' | 'out'} which */
  mark(which) {
    const seat = this.player.taken[0]
    if (!seat?.film.isThere) return false
    const { time, length } = seat.picture
    const picture = pictureStart(seat.head.time, length, time) ?? seat.head.time
    const { start, end } = seat.scene
    // the picture itself still belongs to what is marked
    const t = clamp(which === 'in' ? picture : picture + length, start, end)
    this.setPoints(withMark(this.points, which, this.deck.film[seat.row], t))
    this.stage.say(`${which === 'in' ? 'In' : 'Out'} point at ${precise(t)}`)
  }

  /** Whether there were any. */
  clear() {
    if (!this.points) return false
    this.setPoints(null)
    this.stage.say('In and out points cleared')
    return true
  }

  /** @param {Marks | null} points */
  setPoints(points) {
    this.points = points
    for (const seat of this.player.taken) seat.showMarks()
  }

  /** Those of the film of a scene. @param {number} row */
  marks(row) {
    return this.points?.film === this.deck.film[row] ? this.points : null
  }

  /** @param {number} row @returns {Stretch} */
  scene(row) {
    return { start: this.deck.start[row], end: this.deck.end[row] }
  }

  /** What of a scene a loop plays. @param {number} row */
  bounds(row) {
    return loopBounds(this.scene(row), this.marks(row))
  }

  /** What follows it in a loop. @param {number} row */
  nextInLoop(row) {
    const rows = this.deck.inFilm(this.deck.film[row])
    return loopNext(rows, o => this.scene(o), row, this.marks(row))
  }
}
