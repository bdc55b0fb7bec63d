// The keys of the table.

import { ROW } from './rows.js'

/** @import { KeyNote } from '../../stage/keys.js' */
/** @import { SceneTable } from '../table.js' */

/** What they do, for whoever asks. @type {KeyNote[]} */
export const TABLE_KEYS = [
  {
    keys: ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'],
    says: 'Go to another row',
  },
  { keys: ['Enter'], says: 'Play the scene' },
  { keys: ['x'], says: 'Select the scene, or no longer' },
  { keys: ['a'], says: 'Select all that are listed, or none' },
]

/** @param {SceneTable} table @returns {Record<string, () => void>} */
const actions = table => {
  const page = Math.max(Math.floor(table.view.grid.clientHeight / ROW) - 2, 1)
  const from = table.cursor()
  return {
    ArrowDown: () => table.move(from + 1),
    ArrowUp: () => table.move(from < 0 ? 0 : from - 1),
    PageDown: () => table.move(from + page),
    PageUp: () => table.move(from - page),
    Home: () => table.move(0),
    End: () => table.move(table.listed.length - 1),
    a: () => table.selectAll(),
    Enter: () => table.clickCursor(),
    x: () => table.clickCursor({ shiftKey: true }),
  }
}

/** Whether a button of the header takes this key. @param {KeyboardEvent} e */
const isOfButton = e =>
  /** @type {HTMLElement} */ (e.target).tagName === 'BUTTON' && (e.key === 'Enter' || e.key === ' ')

/** @param {SceneTable} table @param {KeyboardEvent} e */
export const onTableKey = (table, e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || isOfButton(e)) return
  if (/^Arrow(Left|Right)$/.test(e.key)) return e.stopPropagation() // these scroll sideways here
  const action = actions(table)[e.key]
  if (!action) return
  action()
  e.preventDefault()
  e.stopPropagation()
}
