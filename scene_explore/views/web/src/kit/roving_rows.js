// One tab stop for many buttons: arrows go between them.

/** @typedef {{ row: number, column: number }} Place */

/**
 * Where a key leads in rows of buttons.
 * @param {string} key
 * @param {Place} at
 * @param {number[]} sizes buttons of each row
 * @returns {Place | null} null: the key says nothing here
 */
export const placeInRows = (key, { row, column }, sizes) => {
  const last = sizes.length - 1
  const inRow = (/** @type {number} */ r, /** @type {number} */ c) => ({
    row: r,
    column: Math.max(0, Math.min(c, sizes[r] - 1)),
  })
  if (key === 'ArrowDown') return inRow(Math.min(row + 1, last), column)
  if (key === 'ArrowUp') return inRow(Math.max(row - 1, 0), column)
  if (key === 'ArrowRight') return inRow(row, column + 1)
  if (key === 'ArrowLeft') return inRow(row, column - 1)
  if (key === 'Home') return inRow(0, 0)
  if (key === 'End') return inRow(last, 0)
  return null
}

/** @param {HTMLElement} box @param {string} rows a selector @returns {HTMLElement[][]} */
const buttonsOf = (box, rows) =>
  [...box.querySelectorAll(rows)]
    .map(o => /** @type {HTMLElement[]} */ ([...o.querySelectorAll('button')]))
    .filter(o => o.length)

/** The one that Tab reaches. @param {HTMLElement[][]} buttons @param {HTMLElement} [chosen] */
const setStop = (buttons, chosen = buttons[0]?.[0]) => {
  for (const o of buttons.flat()) o.tabIndex = o === chosen ? 0 : -1
}

/** @param {HTMLElement[][]} buttons @param {EventTarget | null} target @returns {Place} */
const placeOf = (buttons, target) => {
  const e = /** @type {HTMLElement} */ (target)
  const row = buttons.findIndex(o => o.includes(e))
  return { row, column: buttons[row]?.indexOf(e) ?? -1 }
}

/**
 * Makes rows of buttons one tab stop; to be called again where they have changed.
 * @param {HTMLElement} box
 * @param {string} rows selector of what holds the buttons of a row
 * @returns {() => void} what is to be called then
 */
export const oneTabStop = (box, rows) => {
  box.addEventListener('focusin', e => {
    const buttons = buttonsOf(box, rows)
    if (placeOf(buttons, e.target).row >= 0) setStop(buttons, /** @type {HTMLElement} */ (e.target))
  })
  box.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return
    const buttons = buttonsOf(box, rows)
    const at = placeOf(buttons, e.target)
    const sizes = buttons.map(o => o.length)
    const to = at.row < 0 ? null : placeInRows(e.key, at, sizes)
    if (!to) return
    e.preventDefault()
    e.stopPropagation()
    buttons[to.row][to.column].focus()
  })
  const again = () => {
    const buttons = buttonsOf(box, rows)
    const kept = buttons.flat().find(o => o === document.activeElement)
    setStop(buttons, kept)
  }
  again()
  return again
}
