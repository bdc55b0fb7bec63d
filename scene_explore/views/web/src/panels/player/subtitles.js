// The lines that are said while a scene plays.

import { cuesAt, cuesWithin } from '../../kit/cues.js'
import { tracksOf } from '../../stage/tracks.js'

/** @import { Stage } from '../../stage/stage.js' */

export class Subtitles {
  isOn = true

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

  /** Whether anything is said in a scene, as far as is known. @param {number} row */
  has(row) {
    return cuesWithin(this.cues(row), this.deck.start[row], this.deck.end[row]).length > 0
  }

  /** What is said in a scene at a moment of its film; null: nothing in all of it. @param {number} row @param {number} t */
  at(row, t) {
    if (!this.isOn || !this.has(row)) return null
    return cuesAt(this.cues(row), t)
      .map(o => o.text)
      .join('\n')
  }
}
