// What the reading of a film says, and what is computed from it: places on the chart, and shares.

import { clock } from '../../kit/text.js'

/**
 * @typedef {{ start: number, end: number, lines: string[], characters: string[] }} Shot
 * @typedef {{ context: [number, number], focus: [number, number], numbers: number[] }} ShownWindow
 *   shots [from, to) that were shown and that were decided, and what each of those shown is called
 * @typedef {[shot: number | null, part: string, share: number]} Look
 */
/**
 * The decision whether a scene ends with a shot.
 * @typedef {object} Cut
 * @property {number | null} confidence
 * @property {string} answer '' where it was not decided
 * @property {number} window in which it was decided
 * @property {string} reason
 * @property {Look[]} attention
 */
/**
 * As `scene_explore.views.film_reading.read_film` gives it.
 * @typedef {object} ReadFilm
 * @property {Shot[]} shots
 * @property {ShownWindow[]} windows
 * @property {Record<string, string[]>} pictures JPEGs, by shot and number
 * @property {Cut[]} cuts
 * @property {{ name: string, scores: (number | null)[] }[]} methods
 * @property {string[] | null} signs by which a scene ends in truth
 * @property {string[]} parts of what a decision looks at
 * @property {string[]} palette
 * @property {number} begin the first cut to show
 */

const STEPS = [5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600] // seconds between two times
const MOST_TIMES = 10

/** The times that are written below a film. @param {number} end of the film, seconds */
export const chartTimes = end => {
  const step = STEPS.find(o => end / o <= MOST_TIMES) ?? 3600
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, k) => k * step)
}

/** Which of these places is nearest; the first of equals. @param {number[]} places @param {number} x */
export const nearestOf = (places, x) => {
  const gaps = places.map(place => Math.abs(place - x))
  return gaps.indexOf(Math.min(...gaps))
}

/** How much of a decision goes to each part. @param {Look[]} attention @param {string[]} parts */
export const partShares = (attention, parts) =>
  parts.map(part =>
    attention.filter(look => look[1] === part).reduce((sum, look) => sum + look[2], 0),
  )

/**
 * How much of a decision goes to each shot, as a part of the most.
 * @param {Look[]} attention
 * @returns {(shot: number) => number}
 */
export const shotWeights = attention => {
  /** @type {Map<number, number>} */
  const shares = new Map()
  for (const [shot, , share] of attention)
    if (shot !== null) shares.set(shot, (shares.get(shot) ?? 0) + share)
  const most = Math.max(...shares.values(), 1e-9)
  return shot => (shares.get(shot) ?? 0) / most
}

/** @param {number} share */
export const percent = share => (share < 0.005 ? '0 %' : `${(100 * share).toFixed(0)} %`)

/** @param {number | null} confidence */
export const confidenceText = confidence => (confidence === null ? '–' : confidence.toFixed(2))

/** What is said of a cut, its number first. @param {ReadFilm} film @param {number} i */
export const cutFacts = ({ cuts, shots, signs }, i) => {
  const { answer, confidence } = cuts[i]
  const facts = [
    `Cut ${i + 1} of ${cuts.length}`,
    clock(shots[i].end),
    answer ? `${answer}, confidence ${confidenceText(confidence)}` : 'not decided',
  ]
  return signs ? [...facts, truthOf(signs[i])] : facts
}

/** @param {string} sign '': no scene ends */
const truthOf = sign =>
  sign ? `in truth a scene ends here, by its ${sign}` : 'in truth the scene goes on'
