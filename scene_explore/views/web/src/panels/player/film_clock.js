// The browser counts a film's time from the stamps in the file, which may begin late or come without
// an edit list; Python counts from the film's beginning. How far the two lie apart is told by the
// first picture, which both know: `shown` by the browser's clock, `first` by ours.

import { el } from '../../kit/dom.js'

/** @import { Answer, Host } from '../../types.d.ts' */

/** @typedef {{ ahead: number, note: string, sure: boolean }} ClockReading seconds by which the browser's clock is ahead */

const SILENT =
  'The browser does not say when it shows the first picture of this film; it is taken to be at 0 s.'
const CLOCKLESS =
  'The kernel does not say when the first picture of this film is shown; it is taken to be at 0 s.'
const PATIENCE = { server: 20000, picture: 3000, kernel: 4000 } // milliseconds

/**
 * When a browser shows the first picture of a film, by its own clock; null where it does not say.
 * @param {string} url
 * @returns {Promise<number | null>}
 */
const firstShown = url =>
  new Promise(done => {
    const video = el('video', { muted: true, preload: 'auto', src: url })
    /** @param {number | null} seconds */
    const end = seconds => {
      done(seconds)
      video.removeAttribute('src')
      video.load()
    }
    const tells = 'requestVideoFrameCallback' in video
    if (tells) video.requestVideoFrameCallback((_, picture) => end(picture.mediaTime))
    video.onerror = () => end(null)
    video.onloadeddata = () => setTimeout(end, tells ? PATIENCE.picture : 0, null)
    setTimeout(end, PATIENCE.server, null) // a server that stalls
  })

/**
 * @param {number | null} shown the first picture by the browser's clock
 * @param {number | undefined} first the first picture by Python's clock
 * @returns {ClockReading}
 */
export const clockReading = (shown, first) => {
  if (shown == null) return { ahead: 0, note: SILENT, sure: false }
  const told = first != null
  return { ahead: shown - (first ?? 0), note: told ? '' : CLOCKLESS, sure: told }
}

/**
 * The first picture by Python's clock; undefined where the kernel does not say in time.
 * @param {Host} host
 * @param {number} row a scene of the film
 * @returns {Promise<number | undefined>}
 */
const firstTold = async (host, row) => {
  /** @type {Promise<null>} */
  const late = new Promise(done => setTimeout(done, PATIENCE.kernel, null))
  /** @type {Answer | null} */
  const told = await Promise.race([host.ask('clock', { row }), late]).catch(() => null)
  return told?.first
}

/**
 * How far the browser's clock of a film is ahead.
 * @param {Host} host
 * @param {number} row a scene of the film
 * @param {string} url
 * @param {number | null} [first] the first picture by Python's clock, where the deck knows it
 */
export const readClock = async (host, row, url, first = null) => {
  const [shown, told] = await Promise.all([firstShown(url), first ?? firstTold(host, row)])
  return clockReading(shown, told)
}

/**
 * From here on `currentTime` and `duration` of this element are seconds of the film, as in the scene
 * table.
 * @param {HTMLVideoElement} video
 * @returns {{ ahead: number }} to be set for every film
 */
export const onFilmClock = video => {
  /** @param {'currentTime' | 'duration'} name */
  const own = name =>
    /** @type {Required<PropertyDescriptor>} */ (
      Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, name)
    )
  const [time, length] = [own('currentTime'), own('duration')]
  const clock = { ahead: 0 }
  Object.defineProperty(video, 'currentTime', {
    get: () => time.get.call(video) - clock.ahead,
    set: t => time.set.call(video, Math.max(t + clock.ahead, 0)),
  })
  Object.defineProperty(video, 'duration', { get: () => length.get.call(video) - clock.ahead })
  return clock
}
