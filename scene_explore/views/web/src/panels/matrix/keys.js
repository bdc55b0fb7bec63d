// The keyboard on the matrix: arrows move over its cells, Enter opens one, + and - zoom.

import { clamp } from '../../kit/text.js'
import { blockOf, blocksOf, middleOf } from './viewport.js'

/** @import { KeyNote } from '../../stage/keys.js' */
/** @import { Cell, Range } from './viewport.js' */
/** @import { MatrixView } from './view.js' */

const ZOOM = 1.6
const FAR = 10 // cells, with shift

/** @type {Record<string, Cell>} */
const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** What they do, for whoever asks. @type {KeyNote[]} */
export const MATRIX_KEYS = [
  {
    keys: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
    says: `Go to another cell; Shift: ${FAR} further`,
  },
  { keys: ['Enter'], says: 'Play both scenes of the cell, or look closer' },
  { keys: ['+', '-'], says: 'Zoom' },
  { keys: ['Backspace'], says: 'Go back to what was in view before' },
]

/**
 * A step over the cells; the first one is onto a scene that was met before.
 * @param {Cell | null} cursor
 * @param {Cell} by
 * @param {Range} range
 * @param {number | undefined} position of that scene
 * @returns {Cell}
 */
export const stepped = (cursor, by, range, position) => {
  const last = blocksOf(range) - 1
  if (cursor) return [clamp(cursor[0] + by[0], 0, last), clamp(cursor[1] + by[1], 0, last)]
  if (position == null) return [0, 0]
  return [blockOf(position, range.row, range), blockOf(position, range.column, range)]
}

/** @param {MatrixView} view @param {Cell} by */
const step = (view, by) => {
  const { stage, viewport } = view
  const met = stage.get('playing')[0] ?? stage.get('selection')[0]
  const position = met == null ? undefined : view.cells.order.at[met]
  view.putCursor(stepped(view.cursor, by, viewport.range, position))
}

/** @param {MatrixView} view @param {number} by */
const zoom = ({ cursor, viewport }, by) => {
  const half = blocksOf(viewport.range) / 2
  viewport.zoom(by, middleOf(viewport.range, cursor ?? [half, half]), true)
}

/** @type {Record<string, (view: MatrixView) => void>} */
const ACTIONS = {
  Enter: view => view.cursor && view.open(view.cursor),
  '+': view => zoom(view, 1 / ZOOM),
  '=': view => zoom(view, 1 / ZOOM),
  '-': view => zoom(view, ZOOM),
  Backspace: view => view.goBack(),
}

/** @param {MatrixView} view @param {KeyboardEvent} e */
export const onMatrixKey = (view, e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || !view.geometry) return
  const arrow = ARROWS[e.key]
  const cells = e.shiftKey ? FAR : 1
  if (arrow) step(view, [arrow[0] * cells, arrow[1] * cells])
  else if (ACTIONS[e.key]) ACTIONS[e.key](view)
  else return
  e.preventDefault()
  e.stopPropagation()
}
