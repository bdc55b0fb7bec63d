// What stands in the panel's head: which film, which spaces, and how much of the film is seen.

import { button, check, choice } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { ZOOM } from './scale.js'

/** @import { Timeline } from './panel.js' */
/** @import { Extra } from './plan.js' */

/** @type {[Extra, string, string][]} */
const EXTRAS = [
  ['subtitles', 'subtitles', 'What is said, line by line, where it is known; a click goes there'],
  ['waveform', 'waveform', 'How loud the film is, relative to its loudest moment'],
  ['rate', 'cutting rate', 'Shots a minute in a moving window'],
  ['filmstrip', 'filmstrip', 'Thumbnails of the scenes in the order of time'],
  ['barcode', 'barcode', 'Each scene in the mean colour of its thumbnail'],
]

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

/** Parts of the picture that are drawn on request. @param {Timeline} timeline */
export const extraChecks = timeline =>
  EXTRAS.map(([extra, text, title]) =>
    check(
      text,
      timeline.picture.extras.has(extra),
      isShown => timeline.showExtra(extra, isShown),
      title,
    ),
  )
