// The two fields of the map: an expression that it is filtered by, and a sentence that is looked for.

import { el, keepsOnEnter } from '../kit/dom.js'

const HOW = 'Words, column:word, duration>12; OR, - for not, (parentheses), "two words"'

/** @param {(text: string) => void} filter with every letter */
export const filterField = filter => {
  const field = el('input', {
    type: 'search',
    class: 'se-filter-field',
    placeholder: 'kitchen, or place:kitchen -film:"film two" duration<2',
    'aria-label': 'Filter the map',
    title: HOW,
    spellcheck: false,
    autocomplete: 'off',
    oninput: () => filter(field.value),
  })
  return field
}

/** @param {(text: string) => void} find with Enter */
export const searchField = find => {
  const field = el('input', {
    type: 'search',
    class: 'se-filter-field',
    placeholder: 'Search by a sentence, Enter',
    'aria-label': 'Search the map',
    onkeydown: keepsOnEnter(() => field.value.trim() && find(field.value)),
  })
  return field
}
