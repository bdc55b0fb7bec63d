// What the parts of the picture are drawn on and with.

import { css } from '../../kit/theme.js'

/** @import { Plan } from './plan.js' */
/** @import { TimeScale } from './scale.js' */

/** @typedef {ReturnType<typeof inksOf>} Inks */
/** @typedef {{ g: CanvasRenderingContext2D, inks: Inks, scale: TimeScale, plan: Plan }} Sheet */

for (const name of ['curve-1', 'curve-2', 'curve-3'])
  try {
    const initialValue = '#888'
    CSS.registerProperty({ name: `--se-${name}`, syntax: '<color>', inherits: true, initialValue })
  } catch {} // another stage did

export const SMALL = '11px system-ui, sans-serif'
export const NORMAL = '12px system-ui, sans-serif'

/** @param {Element} element */
export const inksOf = element => ({
  ink: css(element, '--se-ink'),
  soft: css(element, '--se-soft'),
  line: css(element, '--se-line'),
  paper: css(element, '--se-paper'),
  mark: css(element, '--se-mark'),
  first: css(element, '--se-curve-1'),
  second: css(element, '--se-curve-2'),
  third: css(element, '--se-curve-3'),
})

/**
 * Draw between the left and the right end of the time that is seen.
 * @param {Sheet} sheet
 * @param {{ top: number, bottom: number, beside?: number }} part `beside`: pixels more at either end
 * @param {() => void} draw
 */
export const clipped = ({ g, scale }, { top, bottom, beside = 0 }, draw) => {
  g.save()
  g.beginPath()
  g.rect(scale.left - beside, top, scale.width + 2 * beside, bottom - top)
  g.clip()
  draw()
  g.restore()
}

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} top @param {number} bottom */
export const addUpright = (g, x, top, bottom) => {
  g.moveTo(x, top)
  g.lineTo(x, bottom)
}

/** A marker above the band that points down. @param {CanvasRenderingContext2D} g @param {number} x @param {number} top */
export const fillMarker = (g, x, top) => {
  g.beginPath()
  g.moveTo(x - 5, top)
  g.lineTo(x + 5, top)
  g.lineTo(x, top + 9)
  g.fill()
}
