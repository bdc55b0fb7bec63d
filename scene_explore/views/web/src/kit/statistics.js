// Numbers that stand for many.

/** The value at a share of all, by rank. @param {ArrayLike<number>} sorted @param {number} share 0 to 1 */
export const quantile = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))]
