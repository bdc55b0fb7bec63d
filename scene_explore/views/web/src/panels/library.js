// Library: folders and films of the kernel's machine, what is wrong with them, the backbone, and
// embedding with progress. In a page it lists the films that were embedded.

import { button, el } from '../kit/dom.js'
import { clock, short } from '../kit/text.js'
import { panels } from '../stage/registry.js'
import { Library } from './library/library.js'

/** @import { Deck } from '../deck/deck.js' */
/** @import { Stage } from '../stage/stage.js' */

panels.library = {
  title: 'Library',
  wide: true,
  ofHost: true,
  hint: 'Pick films, embed their scenes',
  make: (stage, parts) => {
    if (stage.host.live) return new Library(stage.host, parts)
    parts.body.append(filmTable(stage, stage.deck))
  },
}

/** @param {Stage} stage @param {Deck} deck */
const filmTable = (stage, deck) => {
  const heads = ['film', 'scenes', 'until'].map(o => el('th', { scope: 'col' }, o))
  const rows = deck.films.map(({ name, end }, f) => {
    const scenes = deck.inFilm(f)
    return el(
      'tr',
      {},
      el(
        'td',
        { dir: 'auto' },
        button(short(name, 60), 'Select its scenes', () => stage.select(scenes)),
      ),
      el('td', {}, String(scenes.length)),
      el('td', { class: 'se-time' }, clock(end)),
    )
  })
  const head = el('thead', {}, el('tr', {}, heads))
  return el('table', { class: 'se-films' }, head, el('tbody', {}, rows))
}
