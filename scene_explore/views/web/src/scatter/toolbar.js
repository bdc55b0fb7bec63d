// What a drag does, and where the view goes: a row of small buttons over the picture.

import { el, svg } from '../kit/dom.js'
import { roving } from '../kit/roving.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Mode, ScatterPlot } from './plot.js' */

/** @type {Record<string, string>} paths within 16 x 16 */
const ICONS = {
  lasso:
    'M8 3C4.5 3 2 4.6 2 6.7S4.5 10.5 8 10.5 14 8.8 14 6.7 11.5 3 8 3M4.5 9.8C3.5 11 4 12.5 5.5 13.5',
  box: 'M3 3h10v10H3z',
  pan: 'M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2',
  zoom: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9M10.3 10.3l3.7 3.7M7 5v4M5 7h4',
  whole: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  undo: 'M6 3L2.5 6.5 6 10M2.5 6.5h7a4 4 0 0 1 0 8H6',
  redo: 'M10 3l3.5 3.5L10 10M13.5 6.5h-7a4 4 0 0 0 0 8H10',
}
/** @type {[Mode, string][]} */
const MODES = [
  ['lasso', 'Lasso: draw around dots. Shift adds, Alt takes away, both intersect'],
  ['box', 'Box: drag a rectangle. Shift adds, Alt takes away, both intersect'],
  ['pan', 'Pan: drag the picture'],
]

/** @param {string} icon @param {string} title @param {() => void} onclick */
const iconButton = (icon, title, onclick) => {
  const picture = svg(
    'svg',
    { viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: ICONS[icon] }),
  )
  const label = title.split(':')[0]
  return el('button', { type: 'button', title, 'aria-label': label, onclick }, picture)
}

/** What a drag does: a button for each. @param {ScatterPlot} plot */
const modesOf = plot => {
  const modes = MODES.map(([mode, title]) => iconButton(mode, title, () => choose(mode)))
  /** @param {Mode} mode */
  const choose = mode => {
    plot.mode = mode
    plot.element.dataset.mode = mode
    for (const [k, made] of modes.entries())
      made.setAttribute('aria-pressed', String(MODES[k][0] === mode))
  }
  choose(plot.mode)
  return modes
}

/** @param {(HTMLElement | HTMLElement[])[]} buttons */
const barOf = (...buttons) => {
  const props = { class: 'se-plot-tools', role: 'group', 'aria-label': 'Picture' }
  const bar = el('div', props, buttons.flat())
  roving(bar)
  return bar
}

/** Of a picture without a stage. @param {ScatterPlot} plot */
export const modeButtons = plot =>
  barOf(
    modesOf(plot),
    iconButton('whole', 'Whole picture', () => plot.whole()),
  )

/**
 * @param {ScatterPlot} plot
 * @param {Stage} stage
 */
export const toolbar = (plot, stage) =>
  barOf(
    modesOf(plot),
    iconButton('zoom', 'Zoom to the selection', () => plot.zoomTo(stage.get('selection'))),
    iconButton('whole', 'Whole picture', () => plot.whole()),
    iconButton('undo', 'Undo the selection: z', () => stage.undo()),
    iconButton('redo', 'Redo the selection: Shift+z', () => stage.redo()),
  )
