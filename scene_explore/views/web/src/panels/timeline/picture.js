// The picture: one canvas for what changes seldom, one above it for what moves.

import { canvas } from '../../kit/canvas.js'
import { cuesWithin } from '../../kit/cues.js'
import { el } from '../../kit/dom.js'
import { latest } from '../../kit/latest.js'
import { tracksOf } from '../../stage/tracks.js'
import { drawBand, drawBoundaries } from './band.js'
import { drawBarcode } from './barcode.js'
import { drawCurves } from './curve.js'
import { drawFilmstrip } from './filmstrip.js'
import { drawTimeAxis } from './grid.js'
import { drawMoving } from './overlay.js'
import { bottomOf, LEFT, planOf, RIGHT } from './plan.js'
import { stretchesOf, visibleRange } from './rows.js'
import { momentsOf, TimeScale } from './scale.js'
import { distanceSeries, rangeFromZero, rateSeries, similaritySeries } from './series.js'
import { clipped, inksOf } from './sheet.js'
import { boundariesOf, curveRange, suggestedThreshold } from './similarity.js'
import { cueAtPixel, drawSubtitles } from './subtitles.js'
import { Thumbnails } from './thumbnails.js'
import { ValueScale } from './values.js'
import { drawWaveform } from './waveform.js'

/** @import { Canvas } from '../../kit/canvas.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { Tint } from './band.js' */
/** @import { FilmView } from './film.js' */
/** @import { Extra } from './plan.js' */
/** @import { Stretch } from './rows.js' */
/** @import { Interval } from './scale.js' */
/** @import { Sheet } from './sheet.js' */

const NARROWEST = 60 // pixels, below which nothing is drawn
/** @type {ArrayLike<number>} */
const NO_VALUES = []

/** @param {Set<Extra>} extras */
const withoutSubtitles = extras => new Set([...extras].filter(o => o !== 'subtitles'))

export class Picture {
  /** pixels of the time that is seen; measured once a picture, because asking the page is slow */
  width = 1
  /** @type {[number, number]} of the curve */
  range = [0, 1]

  /** @type {Set<Extra>} lines that are said are there where there are any */
  extras = new Set(['subtitles'])

  // asked for at every picture, also while the film is moved along
  suggestionOf = latest(suggestedThreshold)
  boundariesOf = latest(boundariesOf)
  rangeOf = latest(
    /**
     * @param {ArrayLike<number>} values
     * @param {ArrayLike<number>} other
     * @param {number | null} threshold
     * @param {boolean} isRobust
     */
    (values, other, threshold, isRobust) => curveRange([values, other], threshold, isRobust),
  )

  /** @param {Stage} stage @param {FilmView} film @param {() => void} redraw */
  constructor(stage, film, redraw) {
    this.stage = stage
    this.deck = stage.deck
    this.film = film
    this.tracks = tracksOf(stage)
    this.thumbnails = new Thumbnails(stage.deck, redraw)
    this.base = canvas({ class: 'se-canvas se-timebase', role: 'img', tabIndex: 0 })
    this.over = canvas({ class: 'se-canvas se-timeover', 'aria-hidden': 'true' })
    this.frame = el('div', { class: 'se-timebox' }, this.base, this.over)
    this.fitHeight()
  }

  // ---- what it is of

  get plan() {
    const marks = this.deck.columns.transition?.kind === 'text'
    const extras = this.cues.length ? this.extras : withoutSubtitles(this.extras)
    return planOf({ marks, words: this.deck.text != null, extras })
  }

  /** What is said in the film, as far as it is known. */
  get cues() {
    return this.tracks.cues(this.film.film)
  }

  get seenCues() {
    return cuesWithin(this.cues, this.film.seen.from, this.film.seen.to)
  }

  /** The line at a point of the picture. @param {number} x @param {number} y */
  cueAt(x, y) {
    const { subtitles } = this.plan
    const isThere = subtitles && y >= subtitles.top && y <= bottomOf(subtitles)
    return isThere ? cueAtPixel(this.seenCues, this.scale, x) : null
  }

  get scale() {
    return new TimeScale(this.film.seen, LEFT, this.width)
  }

  get values() {
    return new ValueScale(this.plan.curve, this.range)
  }

  /** The space that is compared with. */
  get other() {
    const other = this.deck.space(this.stage.get('other'))
    return other && other !== this.stage.space && other.role !== 'text' ? other : null
  }

  /** One a scene; none without a space. @returns {ArrayLike<number>} */
  get similarities() {
    return this.stage.space ? this.film.similarities(this.stage.space) : NO_VALUES
  }

  get suggestion() {
    return this.suggestionOf(this.similarities)
  }

  /** Scenes below the threshold. @returns {number[]} */
  get boundaries() {
    const threshold = this.stage.get('threshold')
    return threshold == null ? [] : this.boundariesOf(this.film.rows, this.similarities, threshold)
  }

  /** @returns {Tint} */
  get tint() {
    const name = this.stage.get('colour')
    return { name, colours: this.deck.colours(name), look: this.deck.look(name) }
  }

  get scenes() {
    const { deck, tint, stage } = this
    const selection = new Set(stage.get('selection'))
    return { deck, tint, selection, matching: stage.matching }
  }

  // ---- how it is drawn

  fitHeight() {
    this.frame.style.height = `${this.plan.height}px`
  }

  fitRange() {
    const other = this.other ? this.film.similarities(this.other) : NO_VALUES
    // where no black frame is known none is hidden, and one would set the axis
    const isRobust = !this.deck.blank.size
    this.range = this.rangeOf(this.similarities, other, this.stage.get('threshold'), isRobust)
  }

  /** A clean sheet; null where there is no room. @param {Canvas} on @returns {Sheet | null} */
  sheetOn(on) {
    const { g, w } = on.fit()
    if (w < NARROWEST) return null
    this.width = Math.max(w - LEFT - RIGHT, 1)
    return { g, inks: inksOf(this.base), scale: this.scale, plan: this.plan }
  }

  /** Gives whether there was room for it. */
  draw() {
    const sheet = this.sheetOn(this.base)
    if (!sheet) return false
    drawTimeAxis(sheet)
    const range = visibleRange(this.deck, this.film.rows, this.film.seen)
    const rows = this.film.rows.slice(range[0], range[1] + 1)
    const stretches = stretchesOf(this.deck, rows, sheet.scale)
    this.drawPictures(sheet, stretches)
    drawBand(sheet, stretches, this.scenes)
    this.drawTracks(sheet)
    this.drawCurves(sheet, range)
    this.drawRate(sheet)
    return true
  }

  /** @param {Sheet} sheet @param {Stretch[]} stretches */
  drawPictures(sheet, stretches) {
    const { filmstrip, barcode, band } = sheet.plan
    clipped(sheet, { top: 0, bottom: band.top }, () => {
      if (filmstrip) drawFilmstrip(sheet, filmstrip, stretches, this.thumbnails)
      if (!barcode) return
      const colours = this.thumbnails.coloursOf(stretches.map(o => o.row))
      drawBarcode(sheet, barcode, stretches, colours)
    })
  }

  /** What is said, and how loud it is. @param {Sheet} sheet */
  drawTracks(sheet) {
    const { subtitles, waveform } = sheet.plan
    const { film } = this.film
    if (subtitles) drawSubtitles(sheet, subtitles, this.seenCues)
    if (waveform && film >= 0)
      drawWaveform(sheet, waveform, this.tracks.sound(film), this.deck.films[film].end)
  }

  /** @param {Sheet} sheet */
  drawRate(sheet) {
    if (!sheet.plan.rate || !this.film.rows.length) return
    const moments = momentsOf(sheet.scale, 3)
    const series = rateSeries(this.film, moments, sheet.inks)
    const x = /** @param {number} place */ place => sheet.scale.x(moments[place])
    const scale = new ValueScale(sheet.plan.rate, rangeFromZero([series]))
    drawCurves(sheet, scale, [series], { x, range: [0, moments.length - 1] })
  }

  /** @param {Sheet} sheet @param {[number, number]} range of places that may be seen */
  drawCurves(sheet, range) {
    const { film } = this
    const { space } = this.stage
    if (!space) return
    const x = /** @param {number} place */ place => sheet.scale.x(film.deck.start[film.rows[place]])
    const seen = { x, range }
    drawCurves(sheet, this.values, similaritySeries(film, space, this.other, sheet.inks), seen)
    drawBoundaries(
      sheet,
      this.boundaries.map(row => film.deck.start[row]),
    )
    const { text } = this.deck
    if (!text || !sheet.plan.distances) return
    const distances = distanceSeries(film, space, text, sheet.inks)
    const scale = new ValueScale(sheet.plan.distances, rangeFromZero(distances))
    drawCurves(sheet, scale, distances, seen)
  }

  /** @param {Interval | null} brush */
  drawOver(brush) {
    const sheet = this.sheetOn(this.over)
    if (!sheet) return
    const { stage, film } = this
    const head = stage.get('head')
    drawMoving(sheet, film, {
      playing: stage.get('playing'),
      hover: stage.get('hover'),
      value: this.hoverValue(),
      brush,
      head: head?.film === film.film ? head.t : null,
    })
  }

  /** The similarity of the scene that is pointed at. */
  hoverValue() {
    const value = this.similarities[this.film.rows.indexOf(this.stage.get('hover'))]
    return Number.isFinite(value) ? { text: value.toFixed(3), y: this.values.inside(value) } : null
  }
}
