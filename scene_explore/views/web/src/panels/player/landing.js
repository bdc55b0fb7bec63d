// A jump that ends on exactly the picture of a moment. Where pictures are stored in another order
// than they are shown, a browser that is sent to the last of them before a keyframe may land on the
// keyframe. It is then sent a little further back, and runs up to the wanted picture unseen.

import { FIRST_APPROACH, farther, isPast, placeOf } from './times.js'

/** @import { Approach } from './times.js' */
/** @import { ShownPicture } from './shown_picture.js' */

/** @typedef {{ moment: number, then: () => void, looked: boolean }} Attempt */

// milliseconds for a browser to say where it landed; then the scene plays from wherever that is
const PATIENCE = 20000
const SLOWEST = 0.1

/** A picture that was decoded is on the screen by then. @param {() => void} fn */
const soonAfter = fn => setTimeout(fn, 250)

export class Landing {
  /** @type {Attempt | null} */
  attempt = null
  rate = 1 // at which the film plays, once it has landed

  /**
   * @param {HTMLVideoElement} video on the film's clock
   * @param {ShownPicture} picture on its screen
   * @param {() => boolean} isHeld whether the picture is to stay, and nothing plays
   */
  constructor(video, picture, isHeld) {
    this.video = video
    this.picture = picture
    this.isHeld = isHeld
  }

  get isUnderWay() {
    return this.attempt !== null
  }

  /** Whatever was under way is given up. */
  end() {
    this.attempt = null
    this.video.dataset.settled = 'true'
    this.video.style.opacity = ''
    this.video.playbackRate = this.rate
  }

  /** The browser was sent to this moment: see where it lands. @param {number} moment @param {() => void} then */
  begin(moment, then) {
    const { video } = this
    const attempt = { moment, then, looked: false }
    this.attempt = attempt
    video.dataset.settled = 'false'
    video.pause()
    this.look(attempt)
    // no new picture came
    const late = () => soonAfter(() => this.judge(attempt, this.picture.time))
    video.addEventListener('seeked', late, { once: true })
    setTimeout(() => this.arrive(attempt), PATIENCE)
  }

  /** @param {Attempt} attempt */
  isOver(attempt) {
    return attempt !== this.attempt
  }

  /** @param {Attempt} attempt */
  look(attempt) {
    this.picture.next(time => {
      if (this.isOver(attempt)) return
      if (this.video.seeking)
        this.look(attempt) // a picture of before, or the one
      else this.judge(attempt, time)
    })
  }

  /** @param {Attempt} attempt @param {number | null} time of the picture that is shown */
  judge(attempt, time) {
    if (attempt.looked || this.isOver(attempt)) return
    attempt.looked = true
    if (time != null && isPast(time, attempt.moment)) this.approach(attempt, FIRST_APPROACH)
    else this.arrive(attempt)
  }

  /** @param {Attempt} attempt */
  arrive(attempt) {
    if (this.isOver(attempt)) return
    this.end()
    attempt.then()
  }

  /** @param {Attempt} attempt @param {Approach} approach */
  approach(attempt, approach) {
    const { video } = this
    video.style.opacity = '0'
    video.playbackRate = approach.rate
    video.currentTime = Math.max(attempt.moment - approach.back, 0)
    this.follow(attempt, approach, null, 0)
    video.play()?.catch(() => {}) // stopped by something newer
  }

  /**
   * Look at every picture of the run.
   * @param {Attempt} attempt
   * @param {Approach} approach
   * @param {number | null} before the picture before
   * @param {number} step seconds from picture to picture; 0: unknown
   */
  follow(attempt, approach, before, step) {
    this.picture.next(time => {
      if (this.isOver(attempt)) return
      if (this.video.seeking) return this.follow(attempt, approach, before, step)
      const passed = before == null ? step : time - before
      const place = placeOf(time, passed, attempt.moment, approach.target)
      if (place === 'there') this.stop(attempt, approach, time)
      else if (place === 'before') this.follow(attempt, approach, time, passed)
      else this.tryAgain(attempt, farther(approach, before))
    })
  }

  /** @param {Attempt} attempt @param {Approach | null} approach */
  tryAgain(attempt, approach) {
    if (approach) this.approach(attempt, approach)
    else this.arrive(attempt)
  }

  /**
   * A busy browser may have gone on to the next picture meanwhile: slower, then.
   * @param {Attempt} attempt
   * @param {Approach} approach
   * @param {number} time of the wanted picture
   */
  stop(attempt, approach, time) {
    this.video.pause()
    if (!this.isHeld()) return this.arrive(attempt)
    soonAfter(() => {
      if (this.isOver(attempt)) return
      const shown = this.picture.time
      const late = shown != null && isPast(shown, attempt.moment) && approach.rate > SLOWEST
      this.tryAgain(attempt, late ? { ...approach, target: time, rate: approach.rate / 2 } : null)
    })
  }
}
