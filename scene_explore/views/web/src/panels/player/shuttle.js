// J, K and L as in an editor: backwards, stop, forwards, and faster with every press.

/** @typedef {'j' | 'k' | 'l'} ShuttleKey */

export const SPEEDS = [0.25, 0.5, 1, 2, 4]
const FASTEST = SPEEDS[SPEEDS.length - 1]
const TICK = 100 // milliseconds from jump to jump: no browser plays backwards

/**
 * The rate after a key.
 * @param {ShuttleKey} key
 * @param {number} rate before; negative: backwards, 0: paused
 * @param {number} speed that was chosen
 */
export const shuttled = (key, rate, speed) => {
  if (key === 'k') return 0
  const way = key === 'l' ? 1 : -1
  return Math.sign(rate) === way ? way * Math.min(2 * Math.abs(rate), FASTEST) : way * speed
}

/** @param {number} rate */
export const speedText = rate => `${rate}×`

/** What plays backwards, jump by jump. */
export class Backwards {
  rate = 0 // positive; 0: it does not
  timer = 0
  at = 0

  /** @param {(seconds: number) => boolean} jump back by so much; false: there is nothing before */
  constructor(jump) {
    this.jump = jump
  }

  /** @param {number} rate */
  start(rate) {
    this.stop()
    this.rate = rate
    this.at = performance.now()
    this.timer = window.setInterval(() => this.tick(), TICK)
  }

  tick() {
    const now = performance.now()
    const seconds = (this.rate * (now - this.at)) / 1000
    this.at = now
    if (!this.jump(seconds)) this.stop()
  }

  stop() {
    clearInterval(this.timer)
    this.timer = 0
    this.rate = 0
  }
}
