// The keys of a picture of dots: whatever a pointer does to the view, and a selection of all in view.

/** @import { ScatterPlot } from './plot.js' */
/** @import { Point } from './lasso.js' */

const ZOOM = 1.25
const STEP = 40 // CSS pixels that an arrow moves the view

/** What they do, for whoever asks. @type {import('../stage/keys.js').KeyNote[]} */
export const PLOT_KEYS = [
  { keys: ['+', '-'], says: 'Zoom in or out' },
  { keys: ['0'], says: 'Show all dots' },
  {
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    says: 'Shift: move the picture, or turn it in three dimensions',
  },
  { keys: ['v'], says: 'Select all dots in view' },
]

/** How far the dots go on the screen. @type {Record<string, Point>} */
const MOVES = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
}

/** @param {ScatterPlot} plot @param {number} factor */
const zoom = (plot, factor) => {
  const { width, height } = plot.port
  plot.move(plot.port.zoomed(factor, width / 2, height / 2))
}

/** A line around all that is in view, as a lasso would be drawn. @param {ScatterPlot} plot */
const selectAll = plot => {
  const { left, top, width, height } = plot.port.frame
  const [right, bottom] = [left + width, top + height]
  plot.enclose(
    [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ],
    'new',
  )
}

/** @type {Record<string, (plot: ScatterPlot) => void>} */
const ACTIONS = {
  '+': plot => zoom(plot, ZOOM),
  '=': plot => zoom(plot, ZOOM),
  '-': plot => zoom(plot, 1 / ZOOM),
  0: plot => plot.whole(),
  v: selectAll,
}

/** @param {ScatterPlot} plot @param {KeyboardEvent} e */
export const onPlotKey = (plot, e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return
  const move = e.shiftKey && MOVES[e.key]
  if (move) plot.shift(...move)
  else if (ACTIONS[e.key]) ACTIONS[e.key](plot)
  else return
  e.preventDefault()
  e.stopPropagation()
}
