// Buttons, or what acts as such, that are one stop of the Tab key: the arrow keys go from one to the next.

const BY = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/**
 * The place after a key among `n`, round and round; undefined: the key does nothing here.
 * @param {number} at
 * @param {string} key
 * @param {number} n
 */
export const placeAfter = (at, key, n) => {
  if (key === 'Home') return 0
  if (key === 'End') return n - 1
  const by = BY[/** @type {keyof typeof BY} */ (key)]
  return by && n ? (at + by + n) % n : undefined
}

/**
 * @param {HTMLElement} box of buttons
 * @param {(button: HTMLButtonElement) => void} [onmove] an arrow key went to it
 * @param {string} [which] selector of the buttons
 * @returns {(at?: number) => void} to be called when the buttons are others; `at`: the stop
 */
export const roving = (box, onmove, which = 'button') => {
  let stop = 0
  const all = () => /** @type {HTMLButtonElement[]} */ ([...box.querySelectorAll(which)])
  const settle = (at = stop) => {
    const buttons = all()
    stop = Math.min(Math.max(at, 0), Math.max(buttons.length - 1, 0))
    for (const [k, o] of buttons.entries()) o.tabIndex = k === stop ? 0 : -1
  }
  box.addEventListener('focusin', e => {
    const at = all().indexOf(/** @type {HTMLButtonElement} */ (e.target))
    if (at >= 0) settle(at)
  })
  box.addEventListener('keydown', e => {
    const buttons = all()
    if (!buttons.some(o => o === e.target)) return
    const to = placeAfter(stop, e.key, buttons.length)
    if (to === undefined || e.ctrlKey || e.metaKey || e.altKey) return
    e.preventDefault()
    e.stopPropagation()
    buttons[to].focus()
    onmove?.(buttons[to])
  })
  settle()
  return settle
}
