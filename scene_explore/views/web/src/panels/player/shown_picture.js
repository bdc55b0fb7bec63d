// Which picture of a film is on the screen, where the browser says it.

/** @param {HTMLVideoElement} video */
const tellsPictures = video => 'requestVideoFrameCallback' in video

const USUAL = 1 / 25 // seconds that a picture lasts
const SHORTEST = 1 / 250

export class ShownPicture {
  /** seconds, the least that was seen to pass from one picture to the next */
  least = Number.POSITIVE_INFINITY
  /** @type {number | null} by the browser's clock */
  stamp = null

  /** @param {HTMLVideoElement} video @param {{ ahead: number }} clock of the film */
  constructor(video, clock) {
    this.video = video
    this.clock = clock
    this.isTold = tellsPictures(video)
    if (this.isTold) this.watch()
  }

  watch() {
    this.video.requestVideoFrameCallback((_, picture) => {
      this.measure(picture.mediaTime - (this.stamp ?? picture.mediaTime))
      this.stamp = picture.mediaTime
      this.watch()
    })
  }

  /** Faster, a browser leaves pictures out. @param {number} step seconds from picture to picture */
  measure(step) {
    const { paused, seeking, playbackRate } = this.video
    if (!paused && !seeking && playbackRate <= 1 && step > SHORTEST)
      this.least = Math.min(this.least, step)
  }

  /** How long a picture lasts, seconds. */
  get length() {
    return Number.isFinite(this.least) ? this.least : USUAL
  }

  /** Seconds of the film; null: unknown. */
  get time() {
    return this.stamp == null ? null : this.stamp - this.clock.ahead
  }

  /** Call once, with the time of the next picture, where the browser tells it. @param {(time: number) => void} fn */
  next(fn) {
    if (!this.isTold) return
    this.video.requestVideoFrameCallback((_, picture) => fn(picture.mediaTime - this.clock.ahead))
  }

  /** Another film comes. */
  forget() {
    this.stamp = null
    this.least = Number.POSITIVE_INFINITY
  }
}
