// Round numbers along an axis.

/**
 * Multiples of 1, 2, 2.5, 5 or 10 times a power of ten.
 * @param {number} low
 * @param {number} high
 * @param {number} n steps at most
 * @returns {number[]}
 */
export const ticks = (low, high, n) => {
  const raw = (high - low) / n || 1
  const power = 10 ** Math.floor(Math.log10(raw))
  const steps = [1, 2, 2.5, 5, 10].map(o => o * power)
  const step = steps.find(o => o >= raw - 1e-12) ?? 10 * power
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  const count = Math.max(last - first + 1, 0)
  return Array.from({ length: count }, (_, i) => +((first + i) * step).toPrecision(10) || 0)
}
