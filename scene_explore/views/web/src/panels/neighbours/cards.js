// A scene in a list of neighbours, and such a list.

import { el } from '../../kit/dom.js'
import { counted, precise, short } from '../../kit/text.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { Ranked } from './ranks.js' */

/**
 * What a list shows.
 * @typedef {object} List
 * @property {string} title
 * @property {string} [note]
 * @property {Ranked[]} pairs
 * @property {Set<number>} [only] rows that the other list lacks
 * @property {'A' | 'B'} [letter] of this list, where there is another
 * @property {number} [query] the scene whose neighbours they are
 * @property {boolean} [counts] the scores are numbers of hits
 * @property {Map<number, string>} [notes] what is said of a scene
 * @property {string} [empty] what is said of an empty list
 */
/**
 * @typedef {object} Card
 * @property {number} row
 * @property {number} score
 * @property {number} rank
 * @property {'' | 'A' | 'B'} only the list that has it, if the other one lacks it
 * @property {number} [query]
 * @property {boolean} [counts] the score is a number of hits
 * @property {string} [note] what is said of it
 */

/** @param {Deck} deck @param {number} row */
const nameOf = (deck, row) => short(String(deck.value('place', row) || deck.title(row)), 70)

/** @param {Deck} deck @param {number} row */
export const filmOf = (deck, row) => deck.films[deck.film[row]]?.name ?? ''

/** @param {Deck} deck @param {number} row */
const spanOf = (deck, row) => `${precise(deck.start[row])} – ${precise(deck.end[row])}`

/** @param {{ score: number, counts?: boolean }} card */
const scoreText = ({ score, counts }) => {
  if (counts) return counted(score, 'hit')
  return Number.isFinite(score) ? score.toFixed(3) : '–'
}

/** @param {Deck} deck @param {number} row */
export const picture = (deck, row) => {
  const src = deck.picture(row)
  if (src) return el('img', { src, alt: '', loading: 'lazy' })
  return el('i', { class: BLANK, data: { pictureOf: row } })
}

const BLANK = 'se-near-blank'

/** Pictures that came, where a scene was shown without. @param {Deck} deck @param {HTMLElement} root */
export const showPictures = (deck, root) => {
  /** @type {NodeListOf<HTMLElement>} */
  const blank = root.querySelectorAll(`.${BLANK}`)
  for (const o of blank) {
    const row = Number(o.dataset.pictureOf)
    if (deck.picture(row)) o.replaceWith(picture(deck, row))
  }
}

/** Name, film and time of a scene. @param {Deck} deck @param {number} row @param {...Node} more */
export const about = (deck, row, ...more) =>
  el(
    'span',
    { class: 'se-near-about' },
    el('b', { dir: 'auto' }, nameOf(deck, row)),
    el(
      'span',
      { class: 'se-soft se-near-where' },
      el('span', { dir: 'auto' }, short(filmOf(deck, row), 60)),
      el('span', { class: 'se-time' }, spanOf(deck, row)),
    ),
    ...more,
  )

/** @param {Deck} deck @param {Card} card */
const labelOf = (deck, card) => {
  const { row, rank, only, counts } = card
  const score = `${counts ? '' : 'similarity '}${scoreText(card)}`
  const change = only ? `, only in ${only}` : ''
  const scene = [nameOf(deck, row), filmOf(deck, row), spanOf(deck, row)].join(', ')
  return `${rank}. ${scene}, ${score}${change}`
}

const CHANGES = { '': '', A: ' se-near-gone', B: ' se-near-new' }

/**
 * A click plays; with shift or ctrl it selects.
 * @param {Stage} stage
 * @param {Card} card
 * @param {MouseEvent} e
 */
const click = (stage, { row, query }, e) => {
  if (e.shiftKey || e.ctrlKey || e.metaKey) stage.click(row, e)
  else if (e.detail < 2) stage.play(...(query == null ? [row] : [query, row]))
}

/**
 * @param {Stage} stage
 * @param {Card} card
 * @param {(row: number) => void} turnTo asks for the neighbours of a scene
 */
const listeners = (stage, card, turnTo) => ({
  onclick: (/** @type {MouseEvent} */ e) => click(stage, card, e),
  ondblclick: () => turnTo(card.row),
  onkeydown: (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== 'q' || e.ctrlKey || e.metaKey || e.altKey) return
    e.stopPropagation()
    turnTo(card.row)
  },
  onpointermove: (/** @type {PointerEvent} */ e) => stage.point(card.row, e),
  onpointerleave: () => stage.point(-1),
  onfocus: () => stage.set({ hover: card.row }),
  onblur: () => stage.set({ hover: -1 }),
})

/** @param {Stage} stage @param {Card} card @param {(row: number) => void} turnTo */
const cardOf = (stage, card, turnTo) => {
  const { deck } = stage
  const { row, rank, only, note } = card
  const change = only && el('em', {}, `only in ${only}`)
  const props = {
    type: 'button',
    class: `se-near-card${CHANGES[only]}`,
    data: { row },
    'aria-label': labelOf(deck, card),
    ...listeners(stage, card, turnTo),
  }
  return el(
    'button',
    props,
    el('span', { class: 'se-near-rank' }, rank),
    picture(deck, row),
    about(deck, row, ...(note ? [el('span', { class: 'se-soft' }, note)] : [])),
    el('span', { class: 'se-near-score se-time' }, scoreText(card), change),
  )
}

/** @param {Stage} stage @param {List} list @param {(row: number) => void} turnTo */
export const listOf = (stage, list, turnTo) => {
  const { title, note, pairs, only, letter, query, counts, notes } = list
  const items = pairs.map(([row, score], i) => {
    const change = only?.has(row) ? (letter ?? '') : ''
    /** @type {Card} */
    const card = { row, score, rank: i + 1, only: change, query, counts, note: notes?.get(row) }
    return el('li', {}, cardOf(stage, card, turnTo))
  })
  const empty = el('p', { class: 'se-note' }, list.empty ?? 'No other scene is left.')
  return el(
    'div',
    { class: 'se-near-list' },
    el('h4', { dir: 'auto', title }, short(title, 60)),
    note && el('p', { class: 'se-note' }, note),
    items.length ? el('ol', { 'aria-label': title }, items) : empty,
  )
}
