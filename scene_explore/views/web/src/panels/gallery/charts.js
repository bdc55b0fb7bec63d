// The charts below the pictures, each of what there is data for.

import { choice, el } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { curvesChart } from './curves.js'
import { metricsChart } from './metrics.js'
import { probeChart } from './probe.js'
import { settingsChart } from './settings.js'

/** @import { Runs } from './runs.js' */
/** @import { ChartContext, Drawing } from './types.d.ts' */
/** @typedef {(context: ChartContext) => Drawing} Draw */

const NARROWEST = 260 // px

/** A chart with a title above and a note below. */
class Chart {
  /** @param {string} what @param {string} title @param {Draw} draw @param {...Node} tools */
  constructor(what, title, draw, ...tools) {
    this.draw = draw
    this.place = el('div')
    this.note = el('figcaption', { class: 'se-note' })
    const head = el('header', {}, el('h4', {}, title), ...tools)
    const props = { class: 'se-gal-chart', data: { chart: what } }
    this.figure = el('figure', props, head, this.place, this.note)
  }

  /** @param {Omit<ChartContext, 'width'>} context */
  show(context) {
    const width = Math.max(this.place.clientWidth, NARROWEST)
    const { content, note } = this.draw({ ...context, width })
    this.place.replaceChildren(...content)
    this.note.textContent = note
  }
}

export class Charts {
  draw = soon(() => this.drawNow())

  /** @param {Runs} runs @param {string} measure @param {(measure: string) => void} onMeasure */
  constructor(runs, measure, onMeasure) {
    this.runs = runs
    this.measure = measure
    const { data } = runs
    const judged = data.judged ? `: ${data.judged}` : ''
    const { measures, factors, metrics, settings } = data
    const probe = new Chart('probe', 'Which factors explain the variance?', probeChart)
    const result = new Chart('metrics', `What came of it${judged}`, metricsChart)
    const left = [
      ...(measures.length ? [this.curves(onMeasure)] : []),
      ...(factors.length ? [probe] : []),
    ]
    const right = [
      ...(metrics.length ? [result] : []),
      ...(settings.length ? [new Chart('settings', 'What was set', settingsChart)] : []),
    ]
    this.all = [...left, ...right]
    const sides = [left, right].map(side => el('div', {}, ...side.map(o => o.figure)))
    this.box = el('div', { class: 'se-gal-charts' }, sides)
  }

  /** @param {(measure: string) => void} onMeasure */
  curves(onMeasure) {
    /** @type {[string, string][]} */
    const options = this.runs.data.measures.map(o => [o.name, o.title])
    const chosen = choice('Measure', options, this.measure, measure => {
      this.measure = measure
      this.drawNow()
      onMeasure(measure)
    })
    return new Chart('curves', 'How it went', curvesChart, chosen)
  }

  drawNow() {
    const { data, slots } = this.runs
    for (const chart of this.all) chart.show({ data, slots, measure: this.measure })
  }
}
