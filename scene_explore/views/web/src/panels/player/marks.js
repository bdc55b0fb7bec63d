// In and out points within a film, between which a loop runs.

import { shareOf } from './times.js'

/** @import { Stretch } from './times.js' */

/** @typedef {{ film: number, in: number | null, out: number | null }} Marks seconds of the film */

/**
 * With one point more; one that is on the wrong side of it goes, as do those of another film.
 * @param {Marks | null} marks
 * @param {'in' | 'out'} which
 * @param {number} film
 * @param {number} t
 * @returns {Marks}
 */
export const withMark = (marks, which, film, t) => {
  const before = marks?.film === film ? marks : { film, in: null, out: null }
  const next = { ...before, [which]: t }
  if (next.in === null || next.out === null || next.in < next.out) return next
  return { film, in: null, out: null, [which]: t }
}

/** What of a scene lies between the points; all of it where nothing does. @param {Stretch} scene @param {Marks | null} marks */
export const loopBounds = (scene, marks) => {
  const start = Math.max(scene.start, marks?.in ?? scene.start)
  const end = Math.min(scene.end, marks?.out ?? scene.end)
  return start < end ? { start, end } : scene
}

/**
 * The scene that follows one in a loop: where both points are known, all that lie between them take
 * their turns; else it is the scene itself.
 * @param {number[]} rows of the film, in the order of time
 * @param {(row: number) => Stretch} sceneOf
 * @param {number} row
 * @param {Marks | null} marks
 */
export const loopNext = (rows, sceneOf, row, marks) => {
  if (!marks || marks.in === null || marks.out === null) return row
  const { in: from, out: to } = marks
  const turns = rows.filter(o => sceneOf(o).start < to && sceneOf(o).end > from)
  const at = turns.indexOf(row)
  return at < 0 ? row : turns[(at + 1) % turns.length]
}

/** Where a point is in a scene, as a share of it; null outside. @param {number | null | undefined} t @param {Stretch} scene */
export const markShare = (t, scene) =>
  t != null && t >= scene.start && t <= scene.end ? shareOf(t, scene) : null
