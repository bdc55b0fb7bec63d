// Player: exactly [start, end) of what plays, looped, to its end, or on into the next scenes; two
// scenes side by side; a strip of pictures below.

import { panels } from '../stage/registry.js'
import { Player } from './player/player.js'

panels.player = {
  title: 'Player',
  hint: 'Space plays and pauses, arrows go to the previous and the next scene, ? shows the keys',
  make: (stage, parts) => new Player(stage, parts),
}
