// The column that the map is coloured by, and what its colours mean.

import { el, replaceChildren } from '../kit/dom.js'
import { categories, scaleBar, withoutNumber } from '../scatter/legend.js'
import { coloursOf, groupsOf } from './colours.js'

/** @import { Legend } from './colours.js' */
/** @import { MapPanel } from './panel.js' */

export class MapKey {
  /** @type {Legend | null} null: it has not come yet */
  legend = null
  box = el('div', { class: 'se-legend', role: 'group', 'aria-label': 'Legend' })

  /** @param {MapPanel} map */
  constructor(map) {
    this.map = map
    this.colour = map.header.colour
  }

  /** A colour for each code. */
  get colours() {
    return coloursOf(this.legend, this.map.header)
  }

  /** @param {string} colour a column */
  choose(colour) {
    this.colour = colour
    this.load()
  }

  async load() {
    const { map, colour } = this
    try {
      const legend = /** @type {any} */ (await map.host.ask('map_colour', { name: colour }))
      if (map.gone || colour !== this.colour) return
      this.legend = legend
      this.explain(legend)
      if (map.seen) map.view.ask(true)
    } catch (e) {
      map.say(/** @type {Error} */ (e).message)
    }
  }

  /** @param {Legend} legend */
  explain(legend) {
    const { map } = this
    const { header } = map
    const rest = { value: '', colour: header.grey, symbol: 'circle' }
    const parts =
      legend.kind === 'text'
        ? categories(groupsOf(legend, header), new Set(), value => map.toggle(value))
        : [...scaleBar(legend.name, header.scale, legend.low, legend.high)]
    if (legend.kind === 'number' && legend.rest) parts.push(withoutNumber(rest))
    replaceChildren(this.box, parts)
  }
}
