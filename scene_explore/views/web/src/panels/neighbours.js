// Neighbours: what lies nearest to a scene, or to words.

import { panels } from '../stage/registry.js'
import { Neighbours } from './neighbours/view.js'

panels.neighbours = {
  title: 'Nearest scenes',
  hint: 'Click plays a scene beside the query; double click (or q) asks for its neighbours in turn',
  make: (stage, parts) => new Neighbours(stage, parts),
}
