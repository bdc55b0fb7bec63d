// A card: a title, something drawn, and a line of words below it.

import { el } from '../../kit/dom.js'

/** @param {string} title */
export const card = title => {
  const holder = el('div', { class: 'se-lab-plot' })
  const note = el('p', { class: 'se-note' })
  const props = { class: 'se-lab-card', 'aria-label': title }
  return { root: el('section', props, el('h4', {}, title), holder, note), holder, note }
}

/** A sample of a line, before its name. @param {string} name of its class */
export const key = name => el('i', { class: `se-lab-key ${name}` })
