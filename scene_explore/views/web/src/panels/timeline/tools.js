// What stands in the panel's head: which film, which spaces, and how much of the film is seen.

import { button, choice } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { ZOOM } from './scale.js'

/** @import { Timeline } from './panel.js' */

/** @param {Timeline} timeline */
export const filmChoice = timeline =>
  choice(
    'Film',
    timeline.deck.films.map((o, k) => [String(k), short(String(o.name), 40)]),
    '0',
    film => timeline.chooseFilm(Number(film)),
  )

/** A space to compare with, where there is another one. @param {Timeline} timeline */
export const compareChoice = ({ deck, stage }) => {
  if (deck.visual.length < 2) return null
  /** @type {[string, string][]} */
  const spaces = deck.visual.map(o => [o.name, `against ${short(o.name, 30)}`])
  const options = [/** @type {[string, string]} */ (['', 'no other space']), ...spaces]
  return choice('Compare with', options, stage.get('other'), other => stage.set({ other }))
}

/** @param {Timeline} timeline */
export const zoomButtons = timeline => [
  button('−', 'Zoom out (-)', () => timeline.zoom(ZOOM), { 'aria-label': 'Zoom out' }),
  button('+', 'Zoom in (+)', () => timeline.zoom(1 / ZOOM), { 'aria-label': 'Zoom in' }),
]
