// Timeline: a film from left to right. Scenes in colour, transitions, the similarity of each scene
// to the one before it, and a threshold that says where a boundary lies.

import { panels } from '../stage/registry.js'
import { Timeline } from './timeline/panel.js'

panels.timeline = {
  title: 'Timeline',
  hint: 'Wheel zooms, dragging over the scenes selects, a click plays from there on',
  make: (stage, parts) => new Timeline(stage, parts),
}
