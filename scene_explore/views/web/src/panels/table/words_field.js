// The field above the table: words that the scenes hold.

import { el } from '../../kit/dom.js'

/** @import { Stage } from '../../stage/stage.js' */

/** @param {Stage} stage */
export const wordsField = stage => {
  const field = el('input', {
    type: 'search',
    class: 'se-table-filter',
    placeholder: 'filter, or place:kitchen',
    'aria-label': 'Filter the scenes: words, or column:word',
    title: 'Shows scenes that hold these words anywhere; column:word looks in one column',
    value: stage.get('filter'),
    oninput: () => stage.set({ filter: field.value }),
  })
  stage.on('filter', () => {
    // what is typed keeps its cursor
    if (field.value !== stage.get('filter')) field.value = stage.get('filter')
  })
  return field
}
