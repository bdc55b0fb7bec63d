// Subtitles: lines of a film with the times at which they are said.

/** One line, in seconds of the film. @typedef {{ start: number, end: number, text: string }} Cue */

const OVERLAPPING = 20 // lines that may still be said when a later one begins

/** How many lines have begun by `t`. @param {Cue[]} cues by their starts @param {number} t */
const begunBy = (cues, t) => {
  let low = 0
  let high = cues.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (cues[middle].start <= t) low = middle + 1
    else high = middle
  }
  return low
}

/** What is said at a moment. @param {Cue[]} cues by their starts @param {number} t @returns {Cue[]} */
export const cuesAt = (cues, t) => {
  const begun = begunBy(cues, t)
  return cues.slice(Math.max(begun - OVERLAPPING, 0), begun).filter(o => t < o.end)
}

/** What has a part in [from, to). @param {Cue[]} cues by their starts @param {number} from @param {number} to */
export const cuesWithin = (cues, from, to) =>
  cues.slice(0, begunBy(cues, to)).filter(o => o.start < to && o.end > from)
