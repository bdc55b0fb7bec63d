// Values as pixels from bottom to top.

import { multiples } from '../../kit/axes.js'
import { clamp } from '../../kit/text.js'

/** @import { Strip } from './plan.js' */

const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
const MOST_STEPS = 4

export class ValueScale {
  /** @param {Strip} strip @param {readonly [number, number]} range */
  constructor({ top, tall }, [low, high]) {
    this.top = top
    this.tall = tall
    this.low = low
    this.high = high
  }

  get bottom() {
    return this.top + this.tall
  }

  /** @param {number} v @returns {number} pixels */
  y(v) {
    return this.bottom - ((v - this.low) / (this.high - this.low)) * this.tall
  }

  /** What lies outside of the range is at its edge. @param {number} v @returns {number} pixels */
  inside(v) {
    return this.y(clamp(v, this.low, this.high))
  }

  /** @param {number} y pixels @returns {number} */
  value(y) {
    return this.low + ((this.bottom - y) / this.tall) * (this.high - this.low)
  }
}

/** @param {number} step */
const digits = step => {
  if (step < 0.01) return 3
  if (step < 0.1) return 2
  return step > 1 ? 0 : 1
}

/** The values of the grid, and how they are written. @param {{ low: number, high: number }} range */
export const valueTicks = ({ low, high }) => {
  const step = STEPS.find(s => (high - low) / s <= MOST_STEPS) ?? STEPS[STEPS.length - 1]
  return multiples(low, high, step).map(v => ({ v, text: v.toFixed(digits(step)) }))
}
