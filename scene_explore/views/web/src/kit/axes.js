// Axes: where ticks stand, and what they say.

const STEPS = [1, 2, 5, 10]

/**
 * Round values within a range, about so many.
 * @param {number} low
 * @param {number} high
 * @param {number} [about]
 * @returns {number[]} ascending
 */
export const ticks = (low, high, about = 5) => {
  const raw = (high - low) / about
  if (!(raw > 0) || !Number.isFinite(raw)) return []
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * (STEPS.find(o => o * power >= raw * 0.75) ?? 10)
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step + 1e-9) - first + 1
  return Array.from({ length: Math.max(count, 0) }, (_, k) => (first + k) * step)
}

/** A tick as text, with as many digits as its step needs. @param {number} value @param {number} step */
export const tickText = (value, step) => {
  const digits = Math.max(0, -Math.floor(Math.log10(Math.abs(step) || 1) + 1e-9))
  return (Math.abs(value) < step * 1e-6 ? 0 : value).toFixed(digits).replace('-', '−')
}
