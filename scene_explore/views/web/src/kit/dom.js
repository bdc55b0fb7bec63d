// Elements. All text goes in by textContent, so that no text is ever markup.

/**
 * An element: `class`, `data`, listeners (`onclick`), properties and attributes by name.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | number | false | null | undefined | (Node | string | false | null | undefined)[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export const el = (tag, props = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [k, v] of Object.entries(props)) assign(made, k, v)
  const there = children.flat().filter(o => o != null && o !== false)
  made.append(.../** @type {(Node | string)[]} */ (there))
  return made
}

/** @param {HTMLElement & Record<string, any>} made @param {string} k @param {any} v */
const assign = (made, k, v) => {
  if (k === 'class') made.className = v
  else if (k === 'data') Object.assign(made.dataset, v)
  else if (k.startsWith('on')) made.addEventListener(k.slice(2), v)
  else if (k in made && k !== 'list') /** @type {any} */ (made)[k] = v
  else made.setAttribute(k, v)
}

const SVG = 'http://www.w3.org/2000/svg'
/**
 * An element of a drawing, with attributes by name.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[T]}
 */
export const svg = (tag, attributes = {}, ...children) => {
  const made = document.createElementNS(SVG, tag)
  for (const [k, v] of Object.entries(attributes)) made.setAttribute(k, v)
  made.append(...children)
  return made
}

/**
 * @param {string} text
 * @param {string} title what it does, in a few words
 * @param {(e: MouseEvent) => void} onclick
 * @param {Record<string, any>} [props]
 */
export const button = (text, title, onclick, props = {}) =>
  el('button', { type: 'button', class: 'se-button', title, onclick, ...props }, text)

/**
 * A list to choose from.
 * @param {string} label
 * @param {(string | [string, string])[]} options names, or [value, text]
 * @param {string} value the one that is chosen
 * @param {(value: string) => void} onchange
 */
export const choice = (label, options, value, onchange) => {
  const rows = options.map(o => (Array.isArray(o) ? o : [o, o]))
  const select = el(
    'select',
    { 'aria-label': label, title: label, onchange: () => onchange(select.value) },
    rows.map(([key, text]) => el('option', { value: key }, text)),
  )
  select.value = value
  return select
}

/**
 * A box to tick, with a word beside it.
 * @param {string} text
 * @param {boolean} checked
 * @param {(checked: boolean) => void} onchange
 * @param {string} [title]
 */
export const check = (text, checked, onchange, title = '') => {
  const box = el('input', { type: 'checkbox', checked, onchange: () => onchange(box.checked) })
  return el('label', { class: 'se-check', title }, box, text)
}

/** @param {string} text @param {HTMLInputElement} field */
export const labelled = (text, field) => el('label', { class: 'se-chosen-field' }, text, field)

// an input method has keys of its own: Enter and Escape while it composes are not for the field

/** Escape closes what is open and nothing behind it. @param {() => void} close */
export const closesOnEscape = close => /** @param {KeyboardEvent} e */ e => {
  if (e.key !== 'Escape' || e.isComposing) return
  e.preventDefault()
  e.stopPropagation()
  close()
}

/** Enter in a field keeps: JupyterLab lets no form send itself. @param {() => void} keep */
export const keepsOnEnter = keep => /** @param {KeyboardEvent} e */ e => {
  if (e.key !== 'Enter' || e.isComposing || !(e.target instanceof HTMLInputElement)) return
  e.preventDefault()
  e.stopPropagation()
  keep()
}

/**
 * Other children, without taking the focus away: it goes to the one of the same name.
 * @param {HTMLElement} root
 * @param {(Node | string)[]} children
 */
export const replaceChildren = (root, children) => {
  const focused = document.activeElement
  const name = root.contains(focused) ? nameOf(/** @type {Element} */ (focused)) : ''
  root.replaceChildren(...children)
  if (!name) return
  /** @type {NodeListOf<HTMLElement>} */
  const all = root.querySelectorAll('button, select, input, [tabindex]')
  const same = [...all].find(o => nameOf(o) === name)
  same?.focus()
}

/** @param {Element} e */
const nameOf = e =>
  e.getAttribute('aria-label') ?? e.closest('label')?.textContent ?? e.textContent ?? ''

/**
 * What a picture may fill in a panel whose size is not its own; null where it sets the height.
 * @param {HTMLElement} body of a panel
 */
export const roomOf = body => {
  const style = getComputedStyle(body)
  if (style.getPropertyValue('--se-bounded').trim() !== '1') return null
  const [top, right, bottom, left] = ['top', 'right', 'bottom', 'left'].map(side =>
    Number.parseFloat(style.getPropertyValue(`padding-${side}`)),
  )
  return { width: body.clientWidth - left - right, height: body.clientHeight - top - bottom }
}

const STOPS = 'button, select, input, textarea, a[href], [tabindex]'

/** What the Tab key comes to first. @param {HTMLElement} box */
export const firstStop = box => {
  /** @type {NodeListOf<HTMLElement>} */
  const all = box.querySelectorAll(STOPS)
  return [...all].find(o => o.tabIndex >= 0 && !o.matches(':disabled') && o.checkVisibility())
}
