// The gallery: the list of runs, their pictures and matrices, and the charts, kept in step.

import { el, replaceChildren } from '../../kit/dom.js'
import { onTheme } from '../../kit/theme.js'
import { Charts } from './charts.js'
import { colourKey } from './colour_key.js'
import { Columns } from './columns.js'
import { controls } from './controls.js'
import { Layouts } from './layouts.js'
import { RunList } from './list.js'
import { Runs } from './runs.js'
import { Thumbnails } from './thumbnails.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Key, Parts } from '../../types.d.ts' */
/** @import { GalleryData } from './types.d.ts' */

export class Gallery {
  /** @param {Stage} stage @param {Omit<Parts, 'box'>} parts @param {GalleryData} data */
  constructor(stage, { tools, body }, data) {
    this.stage = stage
    this.tools = tools
    this.runs = new Runs(stage, data)
    this.layouts = new Layouts(stage)
    this.list = new RunList(this.runs)
    this.thumbnails = new Thumbnails(this.runs, this.layouts, this.list)
    this.keys = el('div', { class: 'se-gal-keys', role: 'group', 'aria-label': 'Colours' })
    this.columns = new Columns(this.runs, this.layouts)
    this.charts = new Charts(this.runs, this.thumbnails.measure, o => this.setMeasure(o))
    body.append(this.list.box, this.keys, this.columns.box, this.charts.box)
    this.listen()
    this.start()
  }

  listen() {
    const { stage, columns } = this
    stage.on('runs', () => this.showRuns())
    stage.on('order', () => this.showControls())
    stage.on(['colour', 'layout'], changed => this.showLooks(changed))
    stage.on('selection', columns.drift)
    this.unthemed = onTheme(() => this.redraw())
    this.size = new ResizeObserver(() => this.redrawCharts())
    this.size.observe(this.charts.box)
  }

  start() {
    this.showControls()
    this.showKeys()
    this.list.showNumbers()
    this.list.showSlots()
    this.columns.showRuns()
    this.redrawCharts()
  }

  showControls() {
    replaceChildren(this.tools, controls(this))
  }

  showKeys() {
    replaceChildren(this.keys, colourKey(this.stage))
  }

  showRuns() {
    if (!this.runs.chosen.length) return
    this.list.showSlots()
    this.columns.showRuns()
    this.columns.fit()
    this.charts.draw()
  }

  /** @param {Key[]} changed */
  showLooks(changed) {
    this.showControls()
    this.showKeys()
    this.thumbnails.draw()
    this.columns.drift()
    if (!changed.includes('layout')) return
    this.columns.showRuns()
    this.columns.fit()
  }

  /** @param {string} measure */
  setMeasure(measure) {
    this.thumbnails.measure = measure
    this.thumbnails.draw()
  }

  redrawCharts() {
    this.charts.draw()
    this.thumbnails.draw()
  }

  redraw() {
    this.redrawCharts()
    this.columns.drift()
  }

  drop() {
    this.thumbnails.draw.cancel()
    this.charts.draw.cancel()
    this.size?.disconnect()
    this.unthemed?.()
    this.columns.drop()
  }
}
