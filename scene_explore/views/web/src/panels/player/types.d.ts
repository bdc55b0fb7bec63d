// What the parts of the player ask of each other.

import type { Stage } from '../../stage/stage.js'
import type { Marks } from './marks.js'
import type { Seat } from './seat.js'
import type { FilmSources } from './sources.js'
import type { Stretch } from './times.js'

/** What a seat asks of the player, and tells it. */
export interface SeatOwner {
  stage: Stage
  sources: FilmSources
  /** whether the next scene plays after this one */
  follows: () => boolean
  /** play it; false where there is none */
  next: (row: number) => boolean
  /** play what follows in a list that plays; false where there is none */
  queued: (row: number) => boolean
  /** what of a scene is played in a loop */
  bounds: (row: number) => Stretch
  /** play what comes next in a loop; false: this scene again */
  turn: (row: number) => boolean
  /** of the film of a scene */
  marks: (row: number) => Marks | null
  /** a moment is being chosen */
  grab: () => void
  /** it was chosen */
  release: () => void
  /** whether it loops without regard to a scene beside it */
  loopsAlone: () => boolean
  /** a person chose a moment of a scene */
  sought: (seat: Seat, t: number) => void
  /** what is said at a moment; '' nothing now, null: in all of the scene nothing */
  said: (row: number, t: number) => string | null
  /** a scene has ended */
  rest: () => void
  /** where a scene is; `now`: it jumped */
  moved: (row: number, t: number, now?: boolean) => void
}
