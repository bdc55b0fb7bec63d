// What moves often, on a canvas of its own: what plays, what is pointed at, what is being selected.

import { clamp } from '../../kit/text.js'
import { bottomOf, GAP, RIGHT } from './plan.js'
import { addUpright, clipped, fillMarker, NORMAL } from './sheet.js'

/** @import { FilmView } from './film.js' */
/** @import { Interval } from './scale.js' */
/** @import { Sheet } from './sheet.js' */

/**
 * @typedef {object} Moving
 * @property {number[]} playing rows
 * @property {number} hover row; -1: none
 * @property {{ text: string, y: number } | null} value of the scene pointed at, on the curve
 * @property {Interval | null} brush
 * @property {number | null} head where the player is, in seconds
 */

const TEXT_ROOM = 60 // pixels that a value needs to its right

/** @param {Sheet} sheet @param {FilmView} film @param {number} row @param {{ colour: string, thick: number }} pen */
const outline = ({ g, scale, plan }, film, row, { colour, thick }) => {
  if (!film.has(row)) return
  const x = scale.x(film.deck.start[row])
  const wide = Math.max(scale.x(film.deck.end[row]) - x, 2)
  g.strokeStyle = colour
  g.lineWidth = thick
  g.strokeRect(x, plan.band.top - 1, wide, plan.band.tall + 2)
}

/** The similarity of the scene pointed at, beside a dot. @param {Sheet} sheet @param {number} x @param {{ text: string, y: number }} value */
const drawValue = ({ g, inks, scale, plan }, x, { text, y }) => {
  g.fillStyle = inks.mark
  g.beginPath()
  g.arc(x, y, 4.5, 0, 7)
  g.fill()
  const isLeft = x > scale.right + RIGHT - TEXT_ROOM
  g.font = NORMAL
  g.textBaseline = 'bottom'
  g.textAlign = isLeft ? 'right' : 'left'
  g.fillStyle = inks.ink
  g.fillText(text, x + (isLeft ? -7 : 7), clamp(y - 4, plan.curve.top + 14, plan.bottom))
}

/** @param {Sheet} sheet @param {Interval} brush */
const drawBrush = ({ g, inks, scale, plan }, { from, to }) => {
  g.fillStyle = inks.first
  g.globalAlpha = 0.22
  g.fillRect(scale.x(from), plan.band.top - 6, scale.x(to) - scale.x(from), plan.band.tall + 12)
  g.globalAlpha = 1
}

/** @param {Sheet} sheet @param {number} t seconds */
const drawHead = ({ g, inks, scale, plan }, t) => {
  const x = scale.x(t)
  g.strokeStyle = inks.paper
  g.lineWidth = 4
  g.beginPath()
  addUpright(g, x, plan.band.top - 8, plan.curve.top - GAP + 4)
  for (const strip of [...plan.pictures, ...plan.charts])
    addUpright(g, x, strip.top, bottomOf(strip))
  g.stroke()
  g.strokeStyle = inks.ink
  g.lineWidth = 2
  g.stroke()
  g.fillStyle = inks.ink
  fillMarker(g, x, plan.band.top - 14)
}

/** @param {Sheet} sheet @param {FilmView} film @param {Moving} moving */
export const drawMoving = (sheet, film, { playing, hover, value, brush, head }) => {
  const { inks, plan, scale } = sheet
  const halo = { colour: inks.paper, thick: 5 }
  clipped(sheet, { top: 0, bottom: plan.bottom, beside: 6 }, () => {
    for (const row of playing) {
      outline(sheet, film, row, halo)
      outline(sheet, film, row, { colour: inks.ink, thick: 2.5 })
    }
    outline(sheet, film, hover, halo)
    outline(sheet, film, hover, { colour: inks.mark, thick: 3 })
    if (value) drawValue(sheet, scale.x(film.deck.start[hover]), value)
    if (brush) drawBrush(sheet, brush)
    if (head != null) drawHead(sheet, head)
  })
}
