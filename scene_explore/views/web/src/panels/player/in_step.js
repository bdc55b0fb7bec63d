// Two scenes side by side in step: each as far from its own start as the other.

/** @import { Seat } from './seat.js' */

const APART = 0.15 // seconds, from where on the second is brought to where the first is
const EVERY = 1000 // milliseconds between two such corrections: each is a jump

export class InStep {
  /** a person wants it, of the two scenes that play or of the next two */
  isWanted = false
  heldAt = 0

  /** @param {{ taken: Seat[] }} player */
  constructor(player) {
    this.player = player
  }

  get isOn() {
    return this.isWanted && this.player.taken.length === 2
  }

  toggle() {
    this.isWanted = !this.isWanted
    const { taken } = this.player
    if (this.isOn) this.follow(taken[0], taken[0].head.time)
    for (const seat of taken) this.goOn(seat)
  }

  /** A jump pauses, and a scene that waited for the other begins again. @param {Seat} seat */
  goOn(seat) {
    const waited = seat.done && seat.looping && !this.isOn
    if (waited && seat.film.isThere) seat.repeat()
    else seat.run()
  }

  /** The other scene goes as far from its start, or to its end. @param {Seat} seat @param {number} t seconds of its film */
  follow(seat, t) {
    if (!this.isOn) return
    const offset = t - seat.scene.start
    for (const other of this.player.taken)
      if (other !== seat) other.seek(other.scene.start + offset)
  }

  /** What two films that play have lost or gained on each other is made up for. */
  hold() {
    if (!this.isOn) return
    const [first, second] = this.player.taken
    if (!first.isRunning || !second.isRunning) return
    const offset = first.head.time - first.scene.start
    const apart = Math.abs(second.head.time - second.scene.start - offset)
    const now = performance.now()
    if (apart < APART || now - this.heldAt < EVERY) return
    this.heldAt = now
    second.goOnFrom(second.scene.start + offset)
  }
}
