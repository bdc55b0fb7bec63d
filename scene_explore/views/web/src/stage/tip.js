// The scene under the pointer, beside the pointer.

import { el } from '../kit/dom.js'
import { clamp, short } from '../kit/text.js'

/** @import { Deck } from '../deck/deck.js' */

const GAP = 18 // px between pointer and tip
const EDGE = 4

/** What a scene shows of itself. @param {Deck} deck @param {number} row */
export const card = (deck, row) => {
  const picture = deck.picture(row)
  const [title, place, text] = ['title', 'place', 'description'].map(k => deck.value(k, row))
  const film = deck.films[deck.film[row]]?.name ?? ''
  return [
    picture ? el('img', { src: picture, alt: '' }) : '',
    el('b', { dir: 'auto' }, short(String(place || title || deck.title(row)), 90)),
    el('span', { dir: 'auto' }, short(film, 60)),
    el('span', { class: 'se-time' }, deck.when(row)),
    place && title ? el('span', { dir: 'auto' }, short(String(title), 120)) : '',
    text ? el('span', { class: 'se-soft', dir: 'auto' }, short(String(text), 180)) : '',
  ].filter(o => o !== '')
}

/** @param {HTMLElement} tip @param {{ clientX: number, clientY: number }} pointer */
export const beside = (tip, { clientX: x, clientY: y }) => {
  const right = x + GAP + tip.offsetWidth > innerWidth
  const left = right ? Math.max(x - tip.offsetWidth - GAP + EDGE, EDGE) : x + GAP
  const lowest = Math.max(innerHeight - tip.offsetHeight - EDGE, EDGE)
  tip.style.left = `${left}px`
  tip.style.top = `${clamp(y + GAP - EDGE, EDGE, lowest)}px`
}

/**
 * @param {HTMLElement} tip
 * @param {Deck} deck
 * @param {number} row -1: none
 * @param {{ clientX: number, clientY: number }} [pointer]
 */
export const showTip = (tip, deck, row, pointer) => {
  tip.hidden = row < 0 || !pointer
  if (tip.hidden || !pointer) return
  if (tip.dataset.row !== String(row)) {
    tip.dataset.row = String(row)
    tip.replaceChildren(...card(deck, row))
  }
  beside(tip, pointer)
}
