// Gallery: every run by name, and up to four of them side by side in pictures that are laid out
// alike. All of it lies in the deck: no kernel is asked.

import { el } from '../kit/dom.js'
import { panels } from '../stage/registry.js'
import { Gallery } from './gallery/gallery.js'

const NONE = 'No runs are here: open a gallery with Gallery(scenes, runs).'

panels.gallery = {
  title: 'Runs side by side',
  wide: true,
  hint: 'Tick up to four runs; wheel zooms all of them, a scene pointed at in one is ringed in all',
  make: (stage, parts) => {
    const data = stage.deck.header.extra?.gallery
    if (data?.runs?.length) return new Gallery(stage, parts, data)
    parts.body.append(el('p', { class: 'se-note' }, NONE))
  },
}
