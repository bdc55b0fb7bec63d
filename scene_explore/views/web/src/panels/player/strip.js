// The strip of pictures below the player.

import { el } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { lessMotion } from '../../kit/motion.js'
import { clock, short } from '../../kit/text.js'
import { rowsNear, rowsOf, stripText } from './strip_rows.js'

/** @import { Stage } from '../../stage/stage.js' */

/** @param {Event} e @returns {number | null} the row of a picture */
const rowAt = e => {
  /** @type {HTMLElement | null} */
  const thumb = /** @type {Element} */ (e.target).closest('.se-thumb')
  return thumb ? Number(thumb.dataset.row) : null
}

export class Strip {
  /** @type {number[]} */
  rows = []
  /** @type {Map<number, HTMLButtonElement>} */
  thumbs = new Map()

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    this.deck = stage.deck
    const label = 'Scenes in the order of the film'
    this.list = el('div', { class: 'se-strip', role: 'group', 'aria-label': label })
    this.said = el('p', { class: 'se-note se-stripnote' })
    this.box = el('div', { class: 'se-stripbox' }, this.said, this.list)
    this.listen()
    this.drawSoon = soon(() => this.draw())
    this.ends = [
      stage.on(['selection', 'playing'], this.drawSoon),
      stage.on('hover', () => this.mark()),
      stage.on('pictures', () => this.thumbs.forEach((thumb, row) => void this.fill(thumb, row))),
    ]
    this.draw()
  }

  listen() {
    const { list, stage } = this
    list.addEventListener('click', e => {
      const row = rowAt(e)
      if (row != null) stage.click(row, e)
    })
    list.addEventListener('pointerover', e => {
      const row = rowAt(e)
      if (row != null) stage.point(row, e)
    })
    list.addEventListener('pointerleave', () => stage.point(-1))
    list.addEventListener('focusin', e => {
      const row = rowAt(e)
      const byKey = /** @type {Element} */ (e.target).matches(':focus-visible')
      if (row != null && byKey) stage.point(row)
    })
    list.addEventListener('focusout', () => stage.point(-1))
  }

  /** The scene that is in the middle. @returns {number | undefined} */
  get centre() {
    return this.stage.get('playing')[0] ?? this.stage.get('selection')[0]
  }

  draw() {
    const selection = this.stage.get('selection')
    const all = rowsOf(this.deck, selection, this.centre)
    const rows = rowsNear(all, this.centre, this.rows)
    this.said.textContent = stripText(this.deck, all, rows.length, selection.length > 1)
    if (rows.join() !== this.rows.join()) this.fillWith(rows)
    this.mark()
    this.scroll()
  }

  /** @param {number[]} rows */
  fillWith(rows) {
    const inside = this.list.contains(document.activeElement)
    this.rows = rows
    this.thumbs = new Map(rows.map(row => [row, this.thumb(row)]))
    this.list.replaceChildren(...this.thumbs.values())
    this.mark()
    if (inside) this.tabStop()?.focus({ preventScroll: true })
  }

  /** @param {number} row */
  thumb(row) {
    const when = clock(this.deck.start[row])
    const props = {
      type: 'button',
      class: 'se-thumb',
      tabIndex: -1,
      data: { row },
      'aria-label': short(`${this.deck.title(row)}, ${when}`, 140),
    }
    const img = el('img', { alt: '', hidden: true, draggable: false })
    const made = el('button', props, img, el('span', { class: 'se-time' }, when))
    this.fill(made, row)
    return made
  }

  /** Its picture, once it is there. @param {HTMLButtonElement} thumb @param {number} row */
  fill(thumb, row) {
    const src = this.deck.picture(row)
    const img = /** @type {HTMLImageElement} */ (thumb.firstChild)
    if (!src || img.getAttribute('src')) return
    img.src = src
    img.hidden = false
  }

  mark() {
    const playing = this.stage.get('playing')
    const hover = this.stage.get('hover')
    const selection = new Set(this.stage.get('selection'))
    for (const [row, thumb] of this.thumbs) {
      if (playing.includes(row)) thumb.setAttribute('aria-current', 'true')
      else thumb.removeAttribute('aria-current')
      thumb.classList.toggle('se-over', row === hover)
      thumb.classList.toggle('se-in', selection.has(row))
    }
    this.moveTabStop()
  }

  /** @returns {HTMLElement | null} */
  tabStop() {
    return this.list.querySelector('[tabindex="0"]')
  }

  /** Tab leads to the scene in the middle. */
  moveTabStop() {
    const centre = this.centre ?? this.rows[0]
    const next = this.thumbs.get(centre) ?? this.thumbs.get(this.rows[0])
    const before = this.tabStop()
    if (before === (next ?? null)) return
    const focused = before && document.activeElement === before
    if (before) before.tabIndex = -1
    if (!next) return
    next.tabIndex = 0
    if (focused) next.focus({ preventScroll: true })
  }

  scroll() {
    const { list } = this
    const thumb = this.centre == null ? undefined : this.thumbs.get(this.centre)
    if (!thumb) return
    const left = thumb.offsetLeft - (list.clientWidth - thumb.offsetWidth) / 2
    const near = Math.abs(left - list.scrollLeft) < 2 * list.clientWidth
    list.scrollTo({ left, behavior: lessMotion() || !near ? 'auto' : 'smooth' })
  }

  drop() {
    for (const end of this.ends) end()
    this.drawSoon.cancel()
  }
}
