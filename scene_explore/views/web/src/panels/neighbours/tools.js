// What is asked of the neighbours: which other space, how many, and which are left out.

import { check, choice, el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Limits } from './ranks.js' */

/** @typedef {Limits & { k: number }} Asked */

/** @param {Stage} stage @returns {HTMLElement[]} */
const otherSpaces = stage => {
  const { visual } = stage.deck
  if (visual.length < 2) return []
  const others = visual.filter(o => o.name !== stage.get('space'))
  /** @type {[string, string][]} */
  const options = [
    ['', 'compare with: none'],
    ...others.map(
      o => /** @type {[string, string]} */ ([o.name, `compare with: ${short(o.name, 40)}`]),
    ),
  ]
  const set = (/** @type {string} */ other) => stage.set({ other })
  return [choice('Compare with another space', options, stage.get('other'), set)]
}

/** @param {Asked} asked @param {() => void} redraw */
const howMany = (asked, redraw) => {
  /** @type {[string, string][]} */
  const options = ['5', '10', '20'].map(k => [k, `${k} nearest`])
  return choice('How many', options, String(asked.k), k => {
    asked.k = +k
    redraw()
  })
}

/** @param {Stage} stage @param {Asked} asked @param {() => void} redraw */
const otherFilms = (stage, asked, redraw) => {
  if (stage.deck.films.length < 2) return []
  const set = (/** @type {boolean} */ apart) => {
    asked.apart = apart
    redraw()
  }
  const title = 'Leave out the film that the scene is from'
  return [check('other films only', asked.apart, set, title)]
}

/** @param {Asked} asked @param {() => void} redraw */
const secondsAround = (asked, redraw) => {
  const number = el('input', {
    type: 'number',
    min: 0,
    step: 1,
    value: asked.near,
    class: 'se-near-number',
    'aria-label': 'Seconds around the scene, in its own film, that are left out',
    oninput: () => {
      asked.near = Math.max(+number.value || 0, 0)
      redraw()
    },
  })
  const title = 'Leave out scenes of the same film that lie so near in time'
  return el('label', { class: 'se-check', title }, 'not within', number, 's')
}

/** @param {Stage} stage @param {Asked} asked is changed @param {() => void} redraw */
export const askingTools = (stage, asked, redraw) => [
  ...otherSpaces(stage),
  howMany(asked, redraw),
  ...otherFilms(stage, asked, redraw),
  secondsAround(asked, redraw),
]
