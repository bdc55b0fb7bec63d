// Whose trajectory is drawn.

import { check, choice } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { pathText } from './layout_text.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Stage } from '../../stage/stage.js' */

/**
 * The film that was chosen, else that of the scene that plays or is selected, else the first.
 * @param {Pick<Deck, 'films' | 'film'>} deck
 * @param {{ pathFilm: string, playing: number[], selection: number[] }} state
 * @returns {number} its number
 */
export const followedFilm = ({ films, film }, { pathFilm, playing, selection }) => {
  const named = pathFilm ? films.findIndex(o => o.name === pathFilm) : -1
  if (named >= 0) return named
  const row = playing[0] ?? selection[0]
  return row == null ? 0 : film[row]
}

/** The trajectory of a film over a stage. */
export class Trajectory {
  /** the film that was drawn last */
  drawn = -1

  /** @param {Pick<Stage, 'deck' | 'shared' | 'shown'>} stage */
  constructor(stage) {
    this.stage = stage
  }

  /** Whose it is. */
  get film() {
    const { deck, shared } = this.stage
    return followedFilm(deck, shared.values)
  }

  /** Its scenes in the order of time; none where it is not drawn. */
  get rows() {
    const { deck, shared } = this.stage
    return shared.get('path') ? this.stage.shown(deck.inFilm(this.film)) : []
  }

  /** Whose it is, in a sentence. */
  get text() {
    return pathText(this.stage.deck.films[this.film]?.name ?? '', this.rows.length)
  }

  /** It is drawn, and of another film than it should be. */
  get isStale() {
    return this.stage.shared.get('path') && this.film !== this.drawn
  }

  /** It is drawn now. */
  note() {
    this.drawn = this.film
  }
}

/** @param {Stage} stage @returns {HTMLElement[]} */
export const trajectoryTools = stage => {
  const path = check(
    'trajectory',
    stage.get('path'),
    o => stage.set({ path: o }),
    'The scenes of a film, joined in the order of time',
  )
  const { films } = stage.deck
  if (!stage.get('path') || films.length < 2) return [path]
  /** @type {[string, string][]} */
  const options = [
    ['', 'of the film that plays'],
    ...films.map(({ name }) => /** @type {[string, string]} */ ([name, `of ${short(name, 40)}`])),
  ]
  const set = (/** @type {string} */ pathFilm) => stage.set({ pathFilm })
  return [path, choice('Film of the trajectory', options, stage.get('pathFilm'), set)]
}
