// The film and its boundaries in words.

import { clock, counted, short } from '../../kit/text.js'

/**
 * @param {number} scenes that are shown
 * @param {number} boundaries
 * @param {number | null} threshold null: none, or nothing that it could be of
 */
export const summaryOf = (scenes, boundaries, threshold) => {
  if (!scenes) return 'There are no scenes.'
  if (threshold != null)
    return `${counted(boundaries, 'boundary', 'boundaries')} below ${+threshold.toFixed(3)} in ${counted(scenes, 'scene')} of this film.`
  return scenes === 1 ? 'This film is a single scene: there is nothing to compare it with.' : ''
}

const KEYS =
  'Plus and minus zoom, Page Up and Page Down move along the film, Shift and arrows widen the selection.'

/** What a screen reader says of the picture. @param {string} name @param {number} scenes @param {number} seconds */
export const labelOf = (name, scenes, seconds) =>
  `Timeline of ${short(name, 60)}: ${counted(scenes, 'scene')}, ${clock(seconds)}. ${KEYS}`
