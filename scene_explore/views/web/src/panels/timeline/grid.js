// The axis of time, and the grid of values behind a curve.

import { clamp } from '../../kit/text.js'
import { bottomOf, RIGHT } from './plan.js'
import { timeTicks } from './scale.js'
import { addUpright, SMALL } from './sheet.js'
import { valueTicks } from './values.js'

/** @import { Sheet } from './sheet.js' */
/** @import { ValueScale } from './values.js' */

const TICK = 4
const BASELINE = 15 // of the times, below the top of the axis

/** @param {Sheet} sheet */
export const drawTimeAxis = ({ g, inks, scale, plan }) => {
  g.font = SMALL
  g.fillStyle = inks.soft
  g.strokeStyle = inks.line
  g.textAlign = 'center'
  g.textBaseline = 'alphabetic'
  for (const { t, text } of timeTicks(scale)) {
    const x = scale.x(t)
    g.beginPath()
    for (const strip of plan.charts) addUpright(g, x, strip.top, bottomOf(strip))
    addUpright(g, x, plan.bottom, plan.bottom + TICK)
    g.stroke()
    const half = g.measureText(text).width / 2
    const middle = clamp(x, half + 1, scale.right + RIGHT - half - 1)
    g.fillText(text, middle, plan.bottom + BASELINE)
  }
}

/** @param {Sheet} sheet @param {ValueScale} values */
export const drawValueGrid = ({ g, inks, scale }, values) => {
  g.strokeStyle = inks.line
  g.fillStyle = inks.soft
  g.font = SMALL
  g.textAlign = 'right'
  g.textBaseline = 'middle'
  for (const { v, text } of valueTicks(values)) {
    const y = values.y(v)
    g.beginPath()
    g.moveTo(scale.left, y)
    g.lineTo(scale.right, y)
    g.stroke()
    g.fillText(text, scale.left - 5, y)
  }
}
