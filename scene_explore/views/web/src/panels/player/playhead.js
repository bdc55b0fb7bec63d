// Where the video of a seat is, and its jumps to other moments.

import { Landing } from './landing.js'
import { pictureMoment } from './times.js'

/** @import { SeatFilm } from './seat_film.js' */

export class Playhead {
  /** @type {number | null} where it goes after the jump that is under way */
  wanted = null

  /** @param {SeatFilm} film @param {() => boolean} isHeld whether the picture is to stay */
  constructor(film, isHeld) {
    this.film = film
    this.video = film.video
    this.landing = new Landing(film.video, film.picture, isHeld)
  }

  /** A jump that ends on exactly the wanted picture is under way. */
  get isLanding() {
    return this.landing.isUnderWay
  }

  /** Seconds of the film, those it is on its way to included. */
  get time() {
    return this.wanted ?? this.landing.attempt?.moment ?? this.video.currentTime
  }

  /** @param {number} rate */
  setRate(rate) {
    this.landing.rate = rate
    this.video.defaultPlaybackRate = rate
    if (!this.isLanding) this.video.playbackRate = rate
  }

  /** Whatever jump is under way is given up. */
  stay() {
    this.wanted = null
    this.landing.end()
  }

  /** To exactly the picture of a moment, and where the browser lands is looked at. @param {number} moment @param {() => void} then */
  land(moment, then) {
    this.stay()
    this.video.currentTime = moment
    if (this.film.isWhole && this.film.picture.isTold) this.landing.begin(moment, then)
  }

  /** To a moment, as soon as the jump before is over: of many, the last counts. @param {number} moment */
  seek(moment) {
    this.stay()
    this.video.pause()
    if (this.video.seeking) this.wanted = moment
    else this.video.currentTime = moment
  }

  /** A jump is over. */
  jumped() {
    if (this.wanted !== null) this.video.currentTime = this.wanted
    this.wanted = null
  }

  /** The moment of the picture that comes so many pictures after the one that is shown. @param {number} by */
  momentAfter(by) {
    const { length, time } = this.film.picture
    const moving = this.isLanding || this.video.seeking
    return pictureMoment(by, this.time, length, moving ? null : time)
  }
}
