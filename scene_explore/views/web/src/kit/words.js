// How texts are searched, in every panel: whatever their case and the width of their letters.

/** A text as it is compared. @param {string} text */
export const plain = text => text.normalize('NFKC').toLowerCase()

/** The words of a question. @param {string} text */
export const wordsOf = text =>
  plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** How often a word stands in a text. @param {string} text plain @param {string} word plain */
export const countIn = (text, word) => text.split(word).length - 1
