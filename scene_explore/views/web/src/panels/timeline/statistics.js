// Shot lengths of a film, and how they change: each scene of the timeline counts as one shot.

import { counted } from '../../kit/text.js'
import { rowsWithin } from './rows.js'

/** @import { Interval } from './scale.js' */
/** @import { Times } from './rows.js' */

/** Seconds. @typedef {{ shots: number, median: number, mean: number }} ShotLengths */

const SHARE = 0.1 // of the film, that a window of the cutting rate lasts
const SHORTEST_WINDOW = 10 // seconds
const LONGEST_WINDOW = 60

/** Of an even number of values the mean of the two in the middle. @param {number[]} values at least one */
export const median = values => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}

/**
 * From the start of each shot to its own end, so that shots may overlap and leave gaps; null where
 * there are no shots.
 * @param {Times} times
 * @param {number[]} rows
 * @returns {ShotLengths | null}
 */
export const shotLengths = (times, rows) => {
  if (!rows.length) return null
  const lengths = rows.map(row => times.end[row] - times.start[row])
  const mean = lengths.reduce((sum, o) => sum + o, 0) / lengths.length
  return { shots: rows.length, median: median(lengths), mean }
}

/** @param {ShotLengths | null} lengths */
export const lengthsText = lengths =>
  lengths
    ? `${counted(lengths.shots, 'shot')}: median length ${lengths.median.toFixed(1)} s, mean length ${lengths.mean.toFixed(1)} s`
    : ''

/** How long a window is: a tenth of the film, in steps of five seconds. @param {Interval} film @returns {number} seconds */
export const windowOf = ({ from, to }) => {
  const tenth = Math.round(((to - from) * SHARE) / 5) * 5
  return Math.min(Math.max(tenth, SHORTEST_WINDOW), LONGEST_WINDOW)
}

/** The share of a shot that lies in a window. @param {number} start @param {number} end @param {Interval} window */
const shareWithin = (start, end, { from, to }) => {
  if (end <= start) return start >= from && start < to ? 1 : 0
  return Math.max(Math.min(end, to) - Math.max(start, from), 0) / (end - start)
}

/**
 * Shots a minute in a window around each moment, shorter at the ends of the film. A shot counts by
 * the share of it that lies in the window: shots of one length give one rate wherever the window lies.
 * @param {Times} times
 * @param {number[]} rows of the film
 * @param {Interval} film
 * @param {number[]} moments ascending, in seconds
 * @returns {Float32Array}
 */
export const cuttingRate = (times, rows, film, moments) => {
  const half = windowOf(film) / 2
  const near = rowsWithin(times, rows, moments[0] - half, moments[moments.length - 1] + half)
  return Float32Array.from(moments, t => {
    const window = { from: Math.max(t - half, film.from), to: Math.min(t + half, film.to) }
    const shots = near.reduce(
      (sum, row) => sum + shareWithin(times.start[row], times.end[row], window),
      0,
    )
    return (60 * shots) / (window.to - window.from)
  })
}
