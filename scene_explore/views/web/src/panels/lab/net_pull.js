// Net pull over the pairs: n(s) = f − g, or a mean pull that Python knows, and the pairs' histogram.

/** @import { Seen } from './types.d.ts' */

const LEAST = 1e-9 // what pulls less does not pull

/** Net pull at each s of the grid. @param {Seen} seen @param {boolean} guided by f and g alone */
export const netPull = ({ f, g, n }, guided) =>
  guided ? Array.from(f, (weight, k) => weight - g[k]) : Array.from(n)

/**
 * Net pull of the pairs in each bin: f − g is known at its edges, a mean in the bin itself.
 * @param {number[]} net
 * @param {boolean} guided
 */
export const pullOfBins = (net, guided) =>
  net.slice(0, -1).map((v, k) => (guided ? (v + net[k + 1]) / 2 : v))

/** @param {number} pull NaN: there are no pairs @returns {'pulled' | 'pushed' | 'left'} */
export const wayOf = pull => {
  if (pull > LEAST) return 'pulled'
  return pull < -LEAST ? 'pushed' : 'left'
}

/**
 * Shares of the pairs that are pulled together and pushed apart.
 * @param {ArrayLike<number>} histogram
 * @param {number[]} pulls of the bins
 */
export const pullShares = (histogram, pulls) => {
  const shares = { pulled: 0, pushed: 0, left: 0 }
  for (const [k, pull] of pulls.entries()) shares[wayOf(pull)] += histogram[k]
  return shares
}

/** @param {number[]} shares @param {number[]} pulls of the same bins */
const meanPull = (shares, pulls) => {
  const total = shares.reduce((a, b) => a + b, 0)
  const sum = shares.reduce((a, share, k) => a + (share ? share * pulls[k] : 0), 0)
  return total ? sum / total : 0
}

/**
 * Bars of two bins each.
 * @param {ArrayLike<number>} at edges of the bins
 * @param {ArrayLike<number>} histogram
 * @param {number[]} pulls of the bins
 */
export const barsOf = (at, histogram, pulls) => {
  const starts = Array.from({ length: Math.ceil(pulls.length / 2) }, (_, i) => 2 * i)
  return starts.map(k => {
    const end = Math.min(k + 2, pulls.length)
    const shares = Array.from(histogram).slice(k, end)
    const share = shares.reduce((a, b) => a + b, 0)
    return { from: at[k], to: at[end], share, way: wayOf(meanPull(shares, pulls.slice(k, end))) }
  })
}
