// Which key of the panel is which press of Python's.

const PRESSES = /^[0-9btunp]$/
/** @type {Record<string, string>} */
const ARROWS = { ArrowRight: 'n', ArrowLeft: 'p' }
const MOST_NUMBERED = 9

/** The press of a key; null where the panel has none for it. @param {string} key */
export const pressOf = key => {
  const press = ARROWS[key] ?? key
  return PRESSES.test(press) ? press : null
}

/** The digit that names a place; '' where digits are used up. @param {number} i */
export const digitOf = i => (i < MOST_NUMBERED ? String(i + 1) : '')
