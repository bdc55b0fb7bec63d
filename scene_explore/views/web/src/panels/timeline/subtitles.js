// The lane of subtitles: each line from when it begins to when it ends, with as much of its text as
// fits.

import { clamp } from '../../kit/text.js'
import { bottomOf } from './plan.js'
import { clipped, SMALL } from './sheet.js'
import { fitted } from './text.js'

/** @import { Cue } from '../../kit/cues.js' */
/** @import { Strip } from './plan.js' */
/** @import { TimeScale } from './scale.js' */
/** @import { Sheet } from './sheet.js' */

/** A line in the picture, pixels. @typedef {{ cue: Cue, at: number, wide: number }} Line */

const NARROWEST = 1.5
const READABLE = 16

/** @param {Cue[]} cues that are seen @param {TimeScale} scale @returns {Line[]} */
export const linesOf = (cues, scale) =>
  cues.map(cue => {
    const at = scale.x(cue.start)
    return { cue, at, wide: Math.max(scale.x(cue.end) - at, NARROWEST) }
  })

/** The line at a pixel, the latest where some overlap. @param {Cue[]} cues @param {TimeScale} scale @param {number} x */
export const cueAtPixel = (cues, scale, x) =>
  linesOf(cues, scale).findLast(({ at, wide }) => x >= at && x < at + Math.max(wide, 3))?.cue ??
  null

/** @param {Sheet} sheet @param {Strip} strip @param {Line} line */
const drawLine = ({ g, inks, scale }, { top, tall }, { cue, at, wide }) => {
  g.fillStyle = inks.line
  g.fillRect(at, top, Math.max(wide - 1, 1), tall)
  g.fillStyle = inks.soft
  g.fillRect(at, top, 1, tall)
  // what begins before the picture is read from its left end
  const left = clamp(at, scale.left, scale.right)
  const room = Math.min(at + wide, scale.right) - left - 7
  if (room < READABLE) return
  g.fillStyle = inks.ink
  g.fillText(
    fitted(cue.text, room, text => g.measureText(text).width),
    left + 4,
    top + tall / 2,
  )
}

/** @param {Sheet} sheet @param {Strip} strip @param {Cue[]} cues that are seen */
export const drawSubtitles = (sheet, strip, cues) => {
  const { g, scale } = sheet
  clipped(sheet, { top: strip.top, bottom: bottomOf(strip) }, () => {
    g.font = SMALL
    g.textAlign = 'left'
    g.textBaseline = 'middle'
    for (const line of linesOf(cues, scale)) drawLine(sheet, strip, line)
  })
}
