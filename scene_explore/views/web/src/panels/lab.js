// The weighting lab: curves f and g of relatedness, what they do to the pairs, where the loss
// leads, and a training.

import { el } from '../kit/dom.js'
import { panels } from '../stage/registry.js'
import { readState } from './lab/state.js'
import { WeightingLab } from './lab/weighting_lab.js'

panels.lab = {
  title: 'Weighting lab',
  wide: true,
  hint: 'Drag the points of f and g, or focus one and use the arrow keys',
  make: (stage, parts) => {
    const { header, buffers } = stage.deck
    if (header.extra?.lab)
      return new WeightingLab(stage, parts, readState(header.extra.lab, buffers, header.extra_at))
    parts.body.append(el('p', { class: 'se-note' }, 'There is no lab in this page.'))
  },
}
