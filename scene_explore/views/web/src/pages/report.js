// A page around the panels: figures of plotly whose points are scenes share the hover and the click
// of the stage.

import { mountStages, readBlock } from '../hosts/mount.js'
import { lessMotion } from '../kit/motion.js'
import { PLOT } from '../kit/plots.js'
import { shownWith } from '../stage/dock.js'
import { legendByKeys } from './legend_keys.js'

/** @import { Stage } from '../stage/stage.js' */

/**
 * A place in a figure: of a heatmap, row and column.
 * @typedef {object} PlotPoint
 * @property {{ type?: string }} data its trace
 * @property {unknown} [customdata]
 * @property {number | [number, number]} [pointIndex]
 * @property {number | [number, number]} [pointNumber]
 */
/** @typedef {{ points: PlotPoint[], event: MouseEvent }} PlotEvent */
/** @typedef {{ meta?: { order?: number[] }, paper_bgcolor?: string, plot_bgcolor?: string }} Layout */
/**
 * An element that plotly.js has drawn in.
 * @typedef {HTMLElement & {
 *   data: { error_y?: object }[],
 *   layout: Layout,
 *   _fullLayout: object,
 *   on: (event: string, heard: (e: PlotEvent) => void) => void,
 * }} Figure
 */

const CLEAR = 'rgba(0,0,0,0)'
const MODEBAR = '#88929c'

/** The scenes of a point: of a dot one, of a matrix's cell two. @param {Layout} layout @param {PlotPoint} point @returns {number[]} */
export const rowsOf = ({ meta }, { data, customdata, pointIndex, pointNumber }) => {
  const order = meta?.order
  if (data.type === 'heatmap' && order) {
    const cell = [pointIndex ?? pointNumber ?? []].flat()
    return [...new Set(cell.map(k => order[k]))]
  }
  return customdata == null ? [] : [customdata].flat().slice(0, 1).map(Number)
}

/**
 * What plotly is told of the colours of an axis.
 * @param {string} name of a part of the layout
 * @param {string} ink
 * @param {string} line
 * @returns {[string, string][]}
 */
const axisColours = (name, ink, line) => {
  if (/^[xy]axis\d*$/.test(name))
    return ['gridcolor', 'zerolinecolor', 'linecolor'].map(o => [`${name}.${o}`, line])
  if (!/^scene\d*$/.test(name)) return []
  return ['xaxis', 'yaxis', 'zaxis'].flatMap(axis => [
    [`${name}.${axis}.gridcolor`, line],
    [`${name}.${axis}.color`, ink],
  ])
}

/** The colours of a theme. @param {string[]} names parts of the layout @param {string} ink @param {string} line @returns {Record<string, string>} */
export const themeColours = (names, ink, line) => ({
  'font.color': ink,
  'modebar.bgcolor': CLEAR,
  'modebar.color': MODEBAR,
  ...Object.fromEntries(names.flatMap(o => axisColours(o, ink, line))),
})

/** Figures beside a stage, in the colours of the theme. */
class Report {
  /** @param {Stage | undefined} stage */
  constructor(stage) {
    this.stage = stage
    this.dark = matchMedia('(prefers-color-scheme: dark)')
    /** @type {Figure[]} */
    this.figures = [...document.querySelectorAll('.figure')].map(o => /** @type {any} */ (o))
    this.dark.addEventListener('change', () => this.paintAll())
  }

  async draw() {
    await Promise.all(this.figures.map(o => this.drawFigure(o)))
    document.body.dataset.drawn = String(this.figures.length)
  }

  /** @param {Figure} figure */
  async drawFigure(figure) {
    /** @type {{ data: object[], layout: Layout }} */
    const { data, layout } = readBlock(`data-${figure.id}`)
    const config = { ...PLOT, modeBarButtonsToRemove: ['toImage'] }
    const clear = { ...layout, paper_bgcolor: CLEAR, plot_bgcolor: CLEAR }
    await Plotly.newPlot(figure, data, clear, config)
    if (this.stage) this.listen(figure, this.stage)
    await this.paint(figure)
    legendByKeys(figure)
  }

  /** @param {Figure} figure @param {Stage} stage */
  listen(figure, stage) {
    figure.on('plotly_hover', e => {
      const [hover] = rowsOf(figure.layout, e.points[0])
      if (hover != null) stage.set({ hover })
    })
    figure.on('plotly_unhover', () => stage.point(-1))
    figure.on('plotly_click', e => this.click(stage, rowsOf(figure.layout, e.points[0]), e.event))
  }

  /** @param {Stage} stage @param {number[]} rows @param {MouseEvent} event */
  click(stage, rows, event) {
    if (rows.length === 1) stage.click(rows[0], event)
    if (rows.length !== 2) return
    stage.select(rows)
    stage.play(...rows)
  }

  paintAll() {
    for (const figure of this.figures) this.paint(figure)
  }

  /** In the colours of the theme, error bars too. @param {Figure} figure */
  paint(figure) {
    const ink = getComputedStyle(document.body).color
    const line = this.dark.matches ? '#3a424b' : '#dfe3e8'
    const colours = themeColours(Object.keys(figure._fullLayout), ink, line)
    const bars = figure.data.flatMap((trace, i) => (trace.error_y ? [i] : []))
    return Plotly.update(figure, bars.length ? { 'error_y.color': ink } : {}, colours, bars)
  }
}

/** The scenes of a number in the page's first lines. @param {Stage} stage @param {DOMStringMap} data */
const showScenes = (stage, { rows = '[]', show }) => {
  stage.select(JSON.parse(rows))
  if (show) stage.set({ list: show, dock: shownWith(stage.get('dock'), 'clusters') })
  stage.root.scrollIntoView({ block: 'start', behavior: lessMotion() ? 'auto' : 'smooth' })
}

/** @param {Stage} stage */
const linkNumbers = stage => {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const numbers = document.querySelectorAll('button.number')
  for (const o of numbers) o.addEventListener('click', () => showScenes(stage, o.dataset))
}

export const startReport = () => {
  const [stage] = mountStages()
  if (stage) linkNumbers(stage)
  new Report(stage).draw()
}
