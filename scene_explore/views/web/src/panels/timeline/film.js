// The film that is shown: its scenes in the order of time, the stretch of it that is seen, and the
// similarities of its scenes.

import { panned, zoomed } from './scale.js'
import { consecutive } from './similarity.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Space } from '../../deck/space.js' */
/** @import { Interval } from './scale.js' */
/** @import { Times } from './rows.js' */

const MOST_KEPT = 40
const SHORTEST = 0.1 // seconds that a film lasts at least

/** From the start of a film, or 0, to the end of its last scene. @param {Times} times @param {number[]} rows @returns {Interval} */
export const lengthOf = (times, rows) => ({
  from: rows.length ? Math.min(times.start[rows[0]], 0) : 0,
  to: rows.reduce((end, row) => Math.max(end, times.end[row]), SHORTEST),
})

export class FilmView {
  film = -1
  /** @type {number[]} those that are not hidden */
  rows = []
  /** @type {Interval} hidden scenes still take their time */
  length = { from: 0, to: SHORTEST }
  /** @type {Interval} */
  seen = { from: 0, to: 1 }
  /** @type {Map<string, Float32Array>} */
  kept = new Map()

  /** @param {Deck} deck */
  constructor(deck) {
    this.deck = deck
  }

  /** @param {number} film @param {number[]} rows */
  pick(film, rows) {
    this.film = film
    this.rows = rows
    this.length = lengthOf(this.deck, this.deck.inFilm(film))
    this.seeAll()
  }

  /** Other scenes of the same film. @param {number[]} rows */
  showRows(rows) {
    this.rows = rows
    this.kept.clear()
  }

  /** @param {number} row */
  has(row) {
    return row >= 0 && this.deck.film[row] === this.film
  }

  /** @param {Space} space */
  similarities(space) {
    const key = `${space.name}|${this.film}`
    let values = this.kept.get(key)
    if (!values) {
      if (this.kept.size > MOST_KEPT) this.kept.clear()
      values = consecutive(space, this.rows)
      this.kept.set(key, values)
    }
    return values
  }

  seeAll() {
    this.seen = { ...this.length }
  }

  /** @param {number} by above 1: out @param {number} [at] seconds, that stay where they are */
  zoom(by, at = (this.seen.from + this.seen.to) / 2) {
    this.seen = zoomed(this.seen, this.length, by, at)
  }

  /** @param {number} by seconds */
  pan(by) {
    this.seen = panned(this.seen, this.length, by)
  }
}
