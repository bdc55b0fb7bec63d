// The panel: it hears what people and other panels change, and has the picture drawn.

import { button } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { onTheme } from '../../kit/theme.js'
import { hideCheck } from '../../stage/hide.js'
import { FilmView } from './film.js'
import { Picture } from './picture.js'
import { Pointing } from './pointing.js'
import { besideSelection, rowAt, rowsWithin } from './rows.js'
import { isWhole } from './scale.js'
import { thresholdOf } from './threshold.js'
import { compareChoice, extraChecks, filmChoice, zoomButtons } from './tools.js'
import { Words } from './words.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Parts } from '../../types.d.ts' */
/** @import { Extra } from './plan.js' */
/** @import { Interval } from './scale.js' */

export class Timeline {
  /** somebody chose the film: pointing at a scene of another one keeps it */
  isChosen = false
  isGone = false

  /** @param {Stage} stage @param {Parts} parts */
  constructor(stage, { box, tools, body }) {
    this.stage = stage
    this.deck = stage.deck
    this.box = box
    this.film = new FilmView(stage.deck)
    this.redraw = soon(() => this.draw())
    this.picture = new Picture(stage, this.film, this.redraw)
    this.remark = soon(() => this.drawOver())
    this.pointing = new Pointing(this, this.picture.base)
    this.threshold = thresholdOf(stage, this.picture, this.redraw)
    this.words = new Words(stage, this.film)
    this.films = filmChoice(this)
    this.extras = extraChecks(this)
    this.compare = compareChoice(this)
    this.whole = button('Whole film', 'Show the whole film (0)', () => this.seeAll())
    tools.append(...this.tools())
    this.picture.frame.append(this.threshold.knob)
    body.append(this.picture.frame, ...this.words.elements)
    this.tidy = [...this.listen(), this.watchSize(), onTheme(this.redraw)]
    this.open()
  }

  /** @returns {HTMLElement[]} */
  tools() {
    const films = this.deck.films.length > 1 ? [this.films] : []
    const compare = this.compare ? [this.compare] : []
    const own = [...films, ...compare, ...zoomButtons(this), this.whole]
    const checks = [...this.extras, ...hideCheck(this.stage)]
    return [...own, ...this.threshold.tools, ...checks]
  }

  /** The film of what plays or is selected, else the first. */
  open() {
    const { stage, deck } = this
    const row = stage.get('playing')[0] ?? stage.get('selection')[0]
    if (deck.films.length) this.pickFilm(row == null ? 0 : deck.film[row])
    this.draw()
  }

  // ---- what is shown

  /** @param {number} film */
  pickFilm(film) {
    if (film === this.film.film && this.film.rows.length) return
    this.film.pick(film, this.stage.shown(this.deck.inFilm(film)))
    this.films.value = String(film)
    this.picture.fitRange()
    this.redraw()
  }

  /** @param {number} film */
  chooseFilm(film) {
    this.isChosen = true
    this.pickFilm(film)
  }

  /** Bring a scene into view. @param {number | undefined} row */
  show(row) {
    if (row == null || row < 0) return
    const { deck, film } = this
    const { from, to } = film.seen
    const [start, end] = [deck.start[row], deck.end[row]]
    if (!film.has(row)) this.pickFilm(deck.film[row])
    else if (end < from || start > to) this.pan((start + end - from - to) / 2)
  }

  /** @param {Extra} extra @param {boolean} isShown */
  showExtra(extra, isShown) {
    if (isShown) this.picture.extras.add(extra)
    else this.picture.extras.delete(extra)
    this.redraw()
  }

  seeAll() {
    this.film.seeAll()
    this.redraw()
  }

  /**
   * Around a time, else around the player where it is seen.
   * @param {number} by above 1: out
   * @param {number} [at] seconds
   */
  zoom(by, at) {
    const { film } = this
    const head = this.stage.get('head')
    const isSeen = head?.film === film.film && head.t > film.seen.from && head.t < film.seen.to
    film.zoom(by, at ?? (isSeen ? head.t : undefined))
    this.redraw()
  }

  /** @param {number} by seconds */
  pan(by) {
    this.film.pan(by)
    this.redraw()
  }

  // ---- what is chosen with the mouse or by keys

  /** @param {number} x pixels @param {number} y pixels */
  rowAt(x, y) {
    const { scale, plan } = this.picture
    return y > plan.bottom ? -1 : rowAt(this.deck, this.film.rows, scale, x)
  }

  /** @param {Interval} brush @param {boolean} adds to the selection */
  selectWithin({ from, to }, adds) {
    const found = rowsWithin(this.deck, this.film.rows, from, to)
    this.stage.select(adds ? [...this.stage.get('selection'), ...found] : found)
  }

  /** @param {1 | -1} by */
  widenSelection(by) {
    const selection = this.stage.get('selection')
    const here = selection.filter(row => this.film.has(row))
    const row = besideSelection(this.film.rows, here, by)
    if (row != null) this.stage.select([...selection, row])
  }

  // ---- what others change

  listen() {
    const { stage } = this
    return [
      stage.on('playing', () => this.followPlayer()),
      stage.on('selection', () => this.followSelection()),
      stage.on('hover', () => this.followPointer()),
      stage.on('hide', () => this.showRows()),
      stage.on('head', this.remark),
      stage.on('pictures', () => this.followPictures()),
      stage.on('tracks', () => this.redraw()),
      stage.on(['colour', 'space', 'other', 'threshold', 'where'], () => this.followChoice()),
    ]
  }

  /** Thumbnails came. */
  followPictures() {
    if (this.picture.plan.pictures.length) this.redraw()
  }

  followChoice() {
    if (this.compare) this.compare.value = this.stage.get('other')
    this.redraw()
  }

  watchSize() {
    const sized = new ResizeObserver(this.redraw)
    sized.observe(this.picture.frame)
    return () => sized.disconnect()
  }

  followPlayer() {
    this.show(this.stage.get('playing')[0])
    this.remark()
  }

  followSelection() {
    const selection = this.stage.get('selection')
    const isElsewhere = !selection.some(row => this.film.has(row))
    if (isElsewhere && !this.stage.get('playing').length) this.show(selection[0])
    this.redraw()
  }

  /** While nothing else says which film is shown, what is pointed at does. */
  followPointer() {
    const { stage } = this
    const row = stage.get('hover')
    const isFree = !this.isChosen && !stage.get('playing').length && !stage.get('selection').length
    if (row >= 0 && isFree) this.pickFilm(this.deck.film[row])
    this.remark()
  }

  showRows() {
    this.film.showRows(this.stage.shown(this.deck.inFilm(this.film.film)))
    this.redraw()
  }

  // ---- drawing

  draw() {
    if (this.isGone) return
    this.extras[0].hidden = !this.picture.cues.length // subtitles
    this.picture.fitHeight()
    if (!this.threshold.drag) this.picture.fitRange()
    if (this.picture.draw()) {
      this.threshold.show()
      this.whole.disabled = isWhole(this.film.seen, this.film.length)
      this.drawOver()
      this.describe()
    }
    this.words.explain()
  }

  drawOver() {
    this.picture.drawOver(this.pointing.brush)
  }

  describe() {
    const { boundaries, base } = this.picture
    this.words.describe(boundaries.length)
    this.box.dataset.boundaries = JSON.stringify(this.stage.ids(boundaries))
    base.setAttribute('aria-label', this.words.label)
  }

  drop() {
    this.isGone = true
    this.redraw.cancel()
    this.remark.cancel()
    this.picture.thumbnails.drop()
    for (const end of this.tidy) end()
  }
}
