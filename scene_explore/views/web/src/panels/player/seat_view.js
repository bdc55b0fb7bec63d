// What is seen of a seat: a video, and what stands under it.

import { el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { Scrubber } from './scrubber.js'
import { progressText } from './times.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Marks } from './marks.js' */
/** @import { ScrubberEars } from './scrubber.js' */
/** @import { Stretch } from './times.js' */

const VIDEO = {
  class: 'se-video',
  muted: true,
  defaultMuted: true,
  playsInline: true,
  preload: 'auto',
  disablePictureInPicture: true,
}

export class SeatView {
  /** @param {Deck} deck @param {ScrubberEars} ears */
  constructor(deck, ears) {
    this.deck = deck
    this.video = el('video', VIDEO)
    this.scrubber = new Scrubber(ears)
    this.facts = el('div', { class: 'se-facts' })
    this.note = el('p', { class: 'se-note se-playnote', role: 'status' })
    this.said = el('p', { class: 'se-subtitle', dir: 'auto', hidden: true })
    this.at = el('span', { class: 'se-time se-soft' })
    const screen = el('div', { class: 'se-screen' }, this.video)
    const below = [this.said, this.scrubber.box, this.facts, this.note]
    this.box = el('div', { class: 'se-seat' }, screen, below)
  }

  /** The scene of a row. @param {number} row @param {Stretch} scene @param {Marks | null} marks of its film */
  describe(row, scene, marks) {
    const { start, end } = scene
    this.scrubber.setScene(scene, marks)
    const { deck, video } = this
    const title = String(deck.title(row))
    const film = deck.films[deck.film[row]]?.name ?? ''
    Object.assign(video.dataset, { sceneId: deck.ids[row], start, end })
    video.setAttribute('aria-label', short(`${title}, ${film}, ${deck.when(row)}`, 300))
    this.facts.replaceChildren(
      el('b', { dir: 'auto', title: short(title, 600) }, short(title, 160)),
      ...this.place(row, title),
      el('span', { class: 'se-soft', dir: 'auto', title: short(film, 600) }, short(film, 80)),
      el('span', { class: 'se-time se-soft' }, deck.when(row)),
      this.at,
    )
  }

  /** Where it says more than the title. @param {number} row @param {string} title */
  place(row, title) {
    const place = String(this.deck.value('place', row) ?? '')
    if (!place || place === title) return []
    return [el('span', { dir: 'auto', title: short(place, 600) }, short(place, 120))]
  }

  /** @param {number} t @param {Stretch} scene */
  progress(t, scene) {
    this.scrubber.show(t)
    this.at.textContent = progressText(t, scene)
  }

  /** What is said; null: in all of the scene nothing, and it takes no room. @param {string | null} text */
  subtitle(text) {
    this.said.hidden = text === null
    if (this.said.textContent !== (text ?? '')) this.said.textContent = text
  }

  /** @param {number} row -1: none */
  poster(row) {
    const src = row >= 0 ? this.deck.picture(row) : ''
    if (!src) this.video.removeAttribute('poster')
    else if (this.video.poster !== src) this.video.poster = src
  }

  /** @param {...string} parts */
  say(...parts) {
    this.note.textContent = parts.filter(Boolean).join(' ')
  }

  /** @param {boolean} still only its poster can be shown */
  setStill(still) {
    this.box.classList.toggle('se-still', still)
  }

  /** No film. */
  empty() {
    this.video.removeAttribute('src')
    this.video.load()
  }
}
