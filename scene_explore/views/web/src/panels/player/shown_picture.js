// Which picture of a film is on the screen, where the browser says it.

/** @param {HTMLVideoElement} video */
const tellsPictures = video => 'requestVideoFrameCallback' in video

export class ShownPicture {
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
      this.stamp = picture.mediaTime
      this.watch()
    })
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
  }
}
