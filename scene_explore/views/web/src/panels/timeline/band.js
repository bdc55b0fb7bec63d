// The band of the scenes, with what is selected above it and the transitions below.

import { numberText, short, UNKNOWN } from '../../kit/text.js'
import { drawHatches, hatchesOf } from './hatch.js'
import { bottomOf, MARKS } from './plan.js'
import { oneAPixel } from './rows.js'
import { addUpright, clipped, fillMarker, SMALL } from './sheet.js'
import { fitted, inkOn } from './text.js'

/** @import { Deck } from '../../deck/deck.js' */
/** @import { Look } from '../../types.d.ts' */
/** @import { Stretch } from './rows.js' */
/** @import { Sheet } from './sheet.js' */

/** What the scenes are coloured by. @typedef {{ name: string, colours: string[], look: Look }} Tint */
/**
 * What the band shows.
 * @typedef {object} Scenes
 * @property {Deck} deck
 * @property {Tint} tint
 * @property {Set<number>} selection
 * @property {Set<number> | null} matching rows that the filter leaves; null: all
 */

/** @type {Record<string, [glyph: string, name: string]>} */
export const TRANSITIONS = {
  cut: ['│', 'cut'],
  fade: ['◢', 'fade'],
  dissolve: ['✕', 'dissolve'],
  black: ['■', 'black'],
  title_card: ['T', 'title card'],
}
const FAINT = 0.35 // what is not selected, while something is, or left out by the filter
const PARTED = 4 // pixels, from where on a scene is parted from the one before
const READABLE = 44 // pixels, from where on a scene has a text

/** @param {Deck} deck @param {string} name of a column @param {number} row */
const textOf = (deck, name, row) => {
  const value = deck.value(name, row)
  const text = typeof value === 'number' ? numberText(value, 3) : value
  return short(text || UNKNOWN, 60)
}

/**
 * Whether a scene is faded: others are selected, or the filter leaves it out.
 * @param {number} row
 * @param {Pick<Scenes, 'selection' | 'matching'>} scenes
 */
export const isFaded = (row, { selection, matching }) =>
  (selection.size > 0 && !selection.has(row)) || matching?.has(row) === false

class Band {
  /** @param {Sheet} sheet @param {Stretch[]} stretches @param {Scenes} scenes */
  constructor(sheet, stretches, scenes) {
    this.sheet = sheet
    this.stretches = stretches
    this.scenes = scenes
    this.deck = scenes.deck
    this.tint = scenes.tint
  }

  draw() {
    const { g, plan } = this.sheet
    clipped(this.sheet, { top: 0, bottom: plan.curve.top }, () => {
      g.font = SMALL
      g.textBaseline = 'middle'
      g.textAlign = 'left'
      for (const stretch of oneAPixel(this.stretches)) this.drawScene(stretch)
      this.drawSelection()
    })
    if (this.deck.columns.transition?.kind === 'text') this.drawTransitions()
  }

  /** @param {Stretch} stretch */
  drawScene(stretch) {
    const { g, inks, plan } = this.sheet
    const isFaint = isFaded(stretch.row, this.scenes)
    g.globalAlpha = isFaint ? FAINT : 1
    this.fill(stretch)
    g.globalAlpha = 1
    if (stretch.wide > PARTED) {
      g.fillStyle = inks.paper
      g.fillRect(stretch.at, plan.band.top, 1, plan.band.tall)
    }
    if (stretch.wide > READABLE) this.write(stretch, isFaint)
  }

  /** @param {Stretch} stretch */
  fill(stretch) {
    const { g, plan } = this.sheet
    const { colours, look } = this.tint
    g.fillStyle = colours[stretch.row]
    g.fillRect(stretch.at, plan.band.top, stretch.wide, plan.band.tall)
    if (look.kind === 'number' || stretch.wide <= PARTED) return
    const directions = hatchesOf(look.groups[look.of(stretch.row)])
    if (directions.length) drawHatches(g, directions, stretch, plan.band)
  }

  /** @param {Stretch} stretch @param {boolean} isFaint */
  write({ row, at, wide }, isFaint) {
    const { g, inks, plan } = this.sheet
    const { name, colours } = this.tint
    if (!this.deck.columns[name]) return
    const measure = /** @param {string} text */ text => g.measureText(text).width
    g.fillStyle = isFaint ? inks.ink : inkOn(colours[row])
    const text = fitted(textOf(this.deck, name, row), wide - 9, measure)
    g.fillText(text, at + 5, plan.band.top + plan.band.tall / 2)
  }

  drawSelection() {
    const { g, inks, plan } = this.sheet
    const selected = this.stretches.filter(o => this.scenes.selection.has(o.row))
    g.fillStyle = inks.ink
    for (const { at, wide } of oneAPixel(selected)) {
      const parted = wide > PARTED ? 1 : 0
      g.fillRect(at, plan.band.top - 4, Math.max(wide - parted, 1), 3)
    }
  }

  drawTransitions() {
    const { g, inks, plan, scale } = this.sheet
    const isSparse = this.stretches.length - 1 < scale.width / 6
    const shown = this.stretches.filter(
      ({ at, wide }) =>
        at >= scale.left - 1 && at <= scale.right + 1 && (isSparse || wide > PARTED + 1),
    )
    g.fillStyle = inks.ink
    g.font = 'bold 11px system-ui, "DejaVu Sans", sans-serif'
    g.textAlign = 'center'
    g.textBaseline = 'alphabetic'
    for (const { row, at } of shown) {
      const [glyph] = TRANSITIONS[this.deck.value('transition', row)] ?? []
      if (glyph) g.fillText(glyph, at, bottomOf(plan.band) + MARKS / 2 + 1)
    }
  }
}

/** @param {Sheet} sheet @param {Stretch[]} stretches @param {Scenes} scenes */
export const drawBand = (sheet, stretches, scenes) => new Band(sheet, stretches, scenes).draw()

/** @param {Sheet} sheet @param {number[]} times of the boundaries, in seconds */
export const drawBoundaries = (sheet, times) => {
  const { g, inks, scale, plan } = sheet
  let before = Number.NEGATIVE_INFINITY
  clipped(sheet, { top: 0, bottom: bottomOf(plan.curve), beside: 6 }, () => {
    g.fillStyle = inks.mark
    g.strokeStyle = inks.mark
    g.lineWidth = 1.5
    for (const x of times.map(t => scale.x(t))) {
      if (x < scale.left - 5 || x > scale.right + 5 || x - before < 0.5) continue
      before = x
      drawBoundary(sheet, x)
    }
    g.lineWidth = 1
  })
}

/** @param {Sheet} sheet @param {number} x */
const drawBoundary = ({ g, plan }, x) => {
  g.beginPath()
  addUpright(g, x, plan.band.top - 4, bottomOf(plan.band) + 3)
  addUpright(g, x, plan.curve.top, bottomOf(plan.curve))
  g.globalAlpha = 0.75
  g.stroke()
  g.globalAlpha = 1
  fillMarker(g, x, plan.band.top - 15)
}
