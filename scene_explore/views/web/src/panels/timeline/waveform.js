// The waveform: the peaks of the sound around a middle line, relative to the loudest of the film.

import { latest } from '../../kit/latest.js'
import { bottomOf } from './plan.js'
import { clipped, SMALL } from './sheet.js'

/** @import { Loudness } from '../../stage/tracks.js' */
/** @import { Strip } from './plan.js' */
/** @import { TimeScale } from './scale.js' */
/** @import { Sheet } from './sheet.js' */

// asked for at every picture
const loudestOf = latest((/** @type {ArrayLike<number>} */ peaks) =>
  Array.from(peaks).reduce((a, b) => Math.max(a, b), 1),
)

/**
 * The loudest peak that each pixel of the picture covers, 0 to 1 of the loudest of all.
 * @param {ArrayLike<number>} peaks in equal stretches from 0 to `seconds`
 * @param {number} seconds
 * @param {TimeScale} scale
 * @returns {Float32Array}
 */
export const columnsOf = (peaks, seconds, scale) => {
  const loudest = loudestOf(peaks)
  const place = /** @param {number} x */ x => (scale.time(scale.left + x) / seconds) * peaks.length
  return Float32Array.from({ length: Math.ceil(scale.width) }, (_, x) => {
    const first = Math.max(Math.floor(place(x)), 0)
    const end = Math.min(Math.max(Math.ceil(place(x + 1)), first + 1), peaks.length)
    let most = 0
    for (let k = first; k < end; k++) most = Math.max(most, peaks[k])
    return most / loudest
  })
}

/** @param {Sheet} sheet @param {Strip} strip @param {string} text */
const drawWords = ({ g, inks, scale }, { top, tall }, text) => {
  g.font = SMALL
  g.textAlign = 'left'
  g.textBaseline = 'middle'
  g.fillStyle = inks.soft
  g.fillText(text, scale.left + 4, top + tall / 2)
}

/** @param {Sheet} sheet @param {Strip} strip @param {ArrayLike<number>} peaks @param {number} seconds */
const drawPeaks = ({ g, inks, scale }, { top, tall }, peaks, seconds) => {
  const middle = top + tall / 2
  g.fillStyle = inks.line
  g.fillRect(scale.left, middle - 0.5, scale.width, 1)
  g.fillStyle = inks.first
  columnsOf(peaks, seconds, scale).forEach((loud, x) => {
    if (loud) g.fillRect(scale.left + x, middle - (loud * tall) / 2, 1, loud * tall)
  })
}

/** @param {Sheet} sheet @param {Strip} strip @param {Loudness} sound @param {number} seconds of the film */
export const drawWaveform = (sheet, strip, { peaks, why }, seconds) =>
  clipped(sheet, { top: strip.top, bottom: bottomOf(strip) }, () => {
    if (peaks) drawPeaks(sheet, strip, peaks, seconds)
    else drawWords(sheet, strip, why)
  })
