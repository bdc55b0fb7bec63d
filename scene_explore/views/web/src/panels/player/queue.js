// Scenes that play one after the other.

/** What follows a row; undefined: nothing, or the row is not in the list. @param {number[]} queue @param {number} row @returns {number | undefined} */
export const queuedAfter = (queue, row) => {
  const at = queue.indexOf(row)
  return at < 0 ? undefined : queue[at + 1]
}
