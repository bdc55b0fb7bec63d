// The lines that are said while a scene plays.

import { cuesAt, cuesWithin } from '../../kit/cues.js'
import { tracksOf } from '../../stage/tracks.js'

/** @import { Cue } from '../../kit/cues.js' */
/** @import { Stage } from '../../stage/stage.js' */

export class Subtitles {
  isOn = true
  /** @type {Map<number, { of: Cue[], lines: Cue[] }>} of a scene and of its film, by row */
  kept = new Map()

  /** @param {{ stage: Stage }} player */
  constructor({ stage }) {
    this.deck = stage.deck
    this.tracks = tracksOf(stage)
  }

  toggle() {
    this.isOn = !this.isOn
  }

  /** @param {number} row */
  cues(row) {
    return row < 0 ? [] : this.tracks.cues(this.deck.film[row])
  }

  /** Those of a scene, which are asked for at every picture. @param {number} row */
  lines(row) {
    const of = this.cues(row)
    const known = this.kept.get(row)
    if (known?.of === of) return known.lines
    const lines = cuesWithin(of, this.deck.start[row], this.deck.end[row])
    this.kept.set(row, { of, lines })
    return lines
  }

  /** Whether anything is said in a scene, as far as is known. @param {number} row */
  has(row) {
    return this.lines(row).length > 0
  }

  /** What is said in a scene at a moment of its film; null: nothing in all of it. @param {number} row @param {number} t */
  at(row, t) {
    if (!this.isOn || !this.has(row)) return null
    return cuesAt(this.lines(row), t)
      .map(o => o.text)
      .join('\n')
  }
}
