// Axes: where ticks stand, and what they say.

const STEPS = [1, 2, 5]
const ROUNDING = 1e-9

/** Multiples of a step from low to high, both included. @param {number} low @param {number} high @param {number} step */
export const multiples = (low, high, step) => {
  const first = Math.ceil(low / step - ROUNDING)
  const count = Math.floor(high / step + ROUNDING) - first + 1
  return Array.from({ length: Math.max(count, 0) }, (_, k) => +((first + k) * step).toFixed(10))
}

/** A step of 1, 2 or 5 times a power of ten. @param {number} least it is no smaller */
const roundStep = least => {
  const unit = 10 ** Math.floor(Math.log10(least))
  return (STEPS.find(k => k * unit >= least * 0.999) ?? 10) * unit
}

/**
 * Round values within a range.
 * @param {number} low
 * @param {number} high
 * @param {number} [most] but one
 * @returns {number[]} ascending
 */
export const ticks = (low, high, most = 5) =>
  high >= low ? multiples(low, high, roundStep((high - low) / most || 1)) : []

/** A tick as text, with as many digits as its step needs. @param {number} value @param {number} step */
export const tickText = (value, step) => {
  const digits = Math.max(0, -Math.floor(Math.log10(Math.abs(step) || 1) + 1e-9))
  return (Math.abs(value) < step * 1e-6 ? 0 : value).toFixed(digits).replace('-', '−')
}
