// What the map says of itself: how much of it is drawn, what matches and what is selected.

import { button, el, replaceChildren } from '../kit/dom.js'
import { grouped } from '../kit/text.js'

/** @import { Answer } from '../types.d.ts' */
/** @import { MapPanel } from './panel.js' */

/** @typedef {{ matching: number, chosen: number }} Counts scenes */

/**
 * How many scenes are in view, and how many of them are dots.
 * @param {number} here that match and are in view
 * @param {number} drawn
 * @param {number} matching anywhere
 * @param {number} n there are
 */
export const viewText = (here, drawn, matching, n) => {
  const all = drawn === here
  const part = all
    ? `all ${grouped(here)}`
    : `${grouped(drawn)} of ${grouped(here)}, evenly by film`
  const found = matching < n ? ` ${grouped(matching)} match the filter.` : ''
  return `In view and drawn: ${part}.${found}`
}

/** What the panels below would show. @param {Counts} counts */
export const chosenText = ({ matching, chosen }) =>
  chosen ? `${grouped(chosen)} selected` : `${grouped(matching)} scenes`

export class MapStatus {
  said = ''
  line = el('p', { class: 'se-note', role: 'status' })
  chosen = el('span', { class: 'se-atlas-chosen' })

  /** @param {MapPanel} map */
  constructor(map) {
    this.map = map
  }

  /** @param {string} text a sentence that waits for nothing */
  say(text) {
    const { seen } = this.map
    this.said = text
    if (seen) this.describe(seen)
    else this.line.textContent = text
  }

  /** @param {Answer} answer of a view */
  describe({ matching_inside: here, rows }) {
    const { counts, header } = this.map
    const shown = viewText(here, rows.shape[0], counts.matching, header.n)
    this.line.textContent = this.said ? `${shown} ${this.said}` : shown
    replaceChildren(this.chosen, [el('b', {}, chosenText(counts)), ...this.buttons(counts.chosen)])
  }

  /** @param {number} chosen scenes */
  buttons(chosen) {
    const { map } = this
    const open = button('Open in the panels', 'Show these scenes in the panels below', () =>
      map.open(chosen ? 'chosen' : 'matching'),
    )
    if (!chosen) return [open]
    return [open, button('Clear selection', 'Select nothing', () => map.clear())]
  }
}
