// Which rows and columns in view the filter of all panels leaves out.

import { blocksOf, stretch } from './viewport.js'

/** @import { Range } from './viewport.js' */
/** Positions within the range: [first, end). @typedef {[number, number]} Span */

/**
 * Neighbouring blocks without a scene that matches, joined: a block of many scenes is left out where
 * none of them matches.
 * @param {number[]} rows in the order of the matrix
 * @param {number} from position of the first block
 * @param {Range} range
 * @param {Set<number>} matching
 * @returns {Span[]}
 */
const spansFrom = (rows, from, range, matching) => {
  const blocks = blocksOf(range)
  /** @type {Span[]} */
  const spans = []
  for (let block = 0; block < blocks; block++) {
    const [first, end] = stretch(from, range.size, blocks, block)
    if (rows.slice(first, end).some(row => matching.has(row))) continue
    const last = spans.at(-1)
    if (last?.[1] === first - from) last[1] = end - from
    else spans.push([first - from, end - from])
  }
  return spans
}

/** @param {number[]} rows in the order of the matrix @param {Range} range @param {Set<number>} matching */
export const fadedSpans = (rows, range, matching) => ({
  rows: spansFrom(rows, range.row, range, matching),
  columns: spansFrom(rows, range.column, range, matching),
})
