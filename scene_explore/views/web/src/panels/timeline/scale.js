// Time as pixels from left to right, and the stretch of the film that is seen.

import { multiples } from '../../kit/axes.js'
import { clamp, clock, precise } from '../../kit/text.js'

/** A stretch of time, in seconds. @typedef {{ from: number, to: number }} Interval */

/** One step of zooming. */
export const ZOOM = 1.6
const SHORTEST = 0.5 // seconds that zooming in ends at
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200]
const STEP_WIDTH = 62 // pixels from one time of the axis to the next, at least
const ROUNDING = 1e-9

export class TimeScale {
  /** @param {Interval} seen @param {number} left @param {number} width pixels */
  constructor({ from, to }, left, width) {
    this.from = from
    this.to = to
    this.left = left
    this.width = width
  }

  get right() {
    return this.left + this.width
  }

  /** @param {number} t seconds @returns {number} pixels */
  x(t) {
    return this.left + ((t - this.from) / (this.to - this.from)) * this.width
  }

  /** @param {number} x pixels @returns {number} seconds */
  time(x) {
    return this.from + ((x - this.left) / this.width) * (this.to - this.from)
  }
}

/**
 * The stretch that is seen after zooming; what lies at `at` stays where it is, and the film's ends
 * are not passed.
 * @param {Interval} seen
 * @param {Interval} film
 * @param {number} by above 1: out
 * @param {number} at seconds
 * @returns {Interval}
 */
export const zoomed = (seen, film, by, at) => {
  const longest = film.to - film.from
  const before = seen.to - seen.from
  const length = clamp(before * by, Math.min(SHORTEST, longest), longest)
  const from = clamp(at - ((at - seen.from) * length) / before, film.from, film.to - length)
  return { from, to: from + length }
}

/** @param {Interval} seen @param {Interval} film @param {number} by seconds @returns {Interval} */
export const panned = (seen, film, by) => {
  const length = seen.to - seen.from
  const last = Math.max(film.to - length, film.from)
  const from = clamp(seen.from + by, film.from, last)
  return { from, to: from + length }
}

/** Whether the whole film is seen. @param {Interval} seen @param {Interval} film */
export const isWhole = (seen, film) =>
  seen.from <= film.from + ROUNDING && seen.to >= film.to - ROUNDING

/** Times that lie so many pixels apart. @param {TimeScale} scale @param {number} apart */
export const momentsOf = (scale, apart) =>
  Array.from({ length: Math.floor(scale.width / apart) + 1 }, (_, k) =>
    scale.time(scale.left + k * apart),
  )

/** The times of the axis, and how they are written. @param {TimeScale} scale */
export const timeTicks = ({ from, to, width }) => {
  const step = STEPS.find(s => (s / (to - from)) * width > STEP_WIDTH) ?? STEPS[STEPS.length - 1]
  const written = step < 1 ? precise : clock
  return multiples(from, to, step).map(t => ({ t, text: written(t) }))
}
