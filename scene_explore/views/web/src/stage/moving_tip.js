// The scene under the pointer moves, in the tip, once the pointer has stayed on it for a moment: where
// the film or a small copy of it is at hand. Nobody waits for a copy to be made.

import { el } from '../kit/dom.js'
import { lessMotion } from '../kit/motion.js'
import { onFilmClock } from '../panels/player/film_clock.js'
import { sourcesOf } from '../panels/player/sources.js'
import { firstMoment, lastMoment } from '../panels/player/times.js'

/** @import { Source } from '../panels/player/sources.js' */
/** @import { Stretch } from '../panels/player/times.js' */
/** @import { Stage } from './stage.js' */

const REST = 500 // milliseconds that the pointer stays
const LONGEST = 4 // seconds, from where on it begins again

/** What is shown of a scene. @param {Stretch} scene @returns {Stretch} */
export const excerpt = ({ start, end }) => ({ start, end: Math.min(end, start + LONGEST) })

/** Play a stretch of a film again and again, while it is on the page. @param {HTMLVideoElement} video @param {Stretch} part */
const loop = (video, part) => {
  const beat = () => {
    if (!video.isConnected) return
    if (!video.seeking && (video.ended || video.currentTime >= lastMoment(part))) {
      video.currentTime = firstMoment(part)
      if (video.ended) play(video)
    }
    requestAnimationFrame(beat)
  }
  beat()
}

/** A promise that is broken only says that the pointer left. @param {HTMLVideoElement} video */
const play = video => void video.play()?.catch(() => {})

export class MovingTip {
  row = -1
  timer = 0
  /** @type {HTMLVideoElement | null} */
  video = null

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    this.sources = sourcesOf(stage)
  }

  /** The pointer is on a scene, or on none. @param {number} row -1: none */
  watch(row) {
    if (row === this.row) return
    this.stop()
    this.row = row
    if (row >= 0 && !lessMotion()) this.timer = window.setTimeout(() => this.begin(row), REST)
  }

  /** @param {number} row */
  async begin(row) {
    const film = this.stage.deck.film[row]
    const source = this.sources.served(film) ?? this.sources.copied(film)
    if (!source) return
    const { ahead } = await this.sources.clock(source, row)
    if (row === this.row && !this.video) this.show(source, ahead)
  }

  /** @param {Source} source @param {number} ahead of the browser's clock, seconds */
  show(source, ahead) {
    const { deck, tooltip } = this.stage
    const part = excerpt({ start: deck.start[this.row], end: deck.end[this.row] })
    const video = el('video', {
      muted: true,
      playsInline: true,
      hidden: true,
      'aria-hidden': 'true',
    })
    onFilmClock(video).ahead = ahead
    video.addEventListener('loadedmetadata', () => {
      video.currentTime = firstMoment(part)
      play(video)
    })
    video.addEventListener('seeked', () => this.uncover(video), { once: true })
    video.addEventListener('error', () => video === this.video && this.sources.reject(source))
    video.src = source.url
    this.video = video
    tooltip.prepend(video)
    loop(video, part)
  }

  /** It takes the place of the picture. @param {HTMLVideoElement} video */
  uncover(video) {
    if (video !== this.video) return
    video.hidden = false
    this.setPicture(false)
  }

  /** @param {boolean} isShown */
  setPicture(isShown) {
    const picture = this.stage.tooltip.querySelector('img')
    if (picture) picture.hidden = !isShown
  }

  stop() {
    clearTimeout(this.timer)
    this.row = -1
    if (!this.video) return
    this.video.remove()
    this.video.removeAttribute('src')
    this.video.load()
    this.video = null
    this.setPicture(true)
  }

  drop() {
    this.stop()
  }
}
