// Moments of a scene, in seconds of its film.

import { clamp, clock } from '../../kit/text.js'

/** @typedef {{ start: number, end: number }} Stretch of a film: [start, end) */

// seconds before its end at which a scene stops: its last picture is still shown, the next scene's
// first never is
const GUARD = 0.02
const SAME_PICTURE = 5e-4 // seconds by which a picture's time stamp may lie beside the moment
const WITHIN_PICTURE = 1e-4
const FARTHEST = 2 // seconds before a moment from which it is approached

/** A moment at which its first picture is shown. @param {Stretch} stretch */
export const firstMoment = ({ start, end }) => start + Math.min(0.001, (end - start) / 4)

/**
 * The moment at which it stops: the faster it plays, the sooner, as more passes between two looks.
 * @param {Stretch} stretch
 * @param {number} [rate] of playing
 */
export const lastMoment = ({ start, end }, rate = 1) => {
  const guard = GUARD * Math.max(rate, 1)
  return Math.max(firstMoment({ start, end }), end - Math.min(guard, (end - start) / 4))
}

/** The moment of it that is nearest. @param {number} t @param {Stretch} stretch */
export const momentWithin = (t, stretch) => clamp(t, firstMoment(stretch), lastMoment(stretch))

/** How much of it has been played, 0 to 1. @param {number} t @param {Stretch} stretch */
export const shareOf = (t, { start, end }) =>
  end > start ? (clamp(t, start, end) - start) / (end - start) : 0

/** What is said of it. @param {number} t @param {Stretch} stretch */
export const progressText = (t, { start, end }) =>
  `${clock(t - start)} of ${(end - start).toFixed(1)} s`

/**
 * When the picture of a moment begins; null where it is not the one last heard of: a browser may
 * show a picture before it tells.
 * @param {number} now
 * @param {number} length of a picture, seconds
 * @param {number | null} heard when the picture last heard of begins
 */
export const pictureStart = (now, length, heard) =>
  heard !== null && heard <= now + SAME_PICTURE && now < heard + 1.25 * length ? heard : null

/**
 * The middle of the picture that comes so many pictures after that of a moment.
 * @param {number} by
 * @param {number} now
 * @param {number} length of a picture, seconds
 * @param {number | null} heard when the picture last heard of begins
 */
export const pictureMoment = (by, now, length, heard) => {
  const start = pictureStart(now, length, heard)
  return (start === null ? now : start + length / 2) + by * length
}

/** Whether a picture comes after the one of a moment. @param {number} picture @param {number} moment */
export const isPast = (picture, moment) => picture > moment + SAME_PICTURE

/**
 * A run up to the picture of a moment.
 * @typedef {object} Approach
 * @property {number} back seconds before the moment from which it begins
 * @property {number | null} target the picture to stop at, where it is known by its time
 * @property {number} rate of playing: slow, so that a picture is not over before it is seen to be it
 */

/** @type {Approach} */
export const FIRST_APPROACH = { back: 0.12, target: null, rate: 0.5 }

/**
 * Whether a picture of a run is the wanted one, lies after it, or before.
 * @param {number} picture
 * @param {number} step seconds from the picture before it; 0: unknown
 * @param {number} moment
 * @param {number | null} target
 * @returns {'there' | 'past' | 'before'}
 */
export const placeOf = (picture, step, moment, target) => {
  const last = !isPast(picture, moment) && isPast(picture + step, moment)
  const there = target == null ? last : Math.abs(picture - target) < WITHIN_PICTURE
  if (there) return 'there'
  return isPast(picture, moment) ? 'past' : 'before'
}

/**
 * The run that follows one which began behind the wanted picture: from farther back; null where
 * that would help no more.
 * @param {Approach} approach
 * @param {number | null} before the last picture that came before the moment
 * @returns {Approach | null}
 */
export const farther = ({ back, rate }, before) =>
  back > FARTHEST ? null : { back: 2.5 * back, target: before, rate }
