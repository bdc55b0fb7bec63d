// The list of all runs: what differs in their settings, a number, and three thumbnails.

import { canvas } from '../../kit/canvas.js'
import { el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { badge } from './badges.js'
import { metricRange } from './metrics.js'
import { linear, rounded } from './scales.js'

/** @import { Canvas } from '../../kit/canvas.js' */
/** @import { Runs } from './runs.js' */
/** @import { MetricNumbers, Range, Run, Slot } from './types.d.ts' */
/** @typedef {'curve' | 'matrix' | 'picture'} Kind */

/** @param {Kind} what @param {string} name of the run */
const thumbnail = (what, name) =>
  canvas({
    class: `se-canvas se-gal-thumb-${what}`,
    role: 'img',
    'aria-label': `${what} of ${short(name, 60)}`,
  })

/** @param {string} name @returns {Record<Kind, Canvas>} */
const thumbnailsOf = name => ({
  curve: thumbnail('curve', name),
  matrix: thumbnail('matrix', name),
  picture: thumbnail('picture', name),
})

/**
 * A number on the range of its metric, with its interval.
 * @param {MetricNumbers} numbers
 * @param {Range} range
 */
const bar = ([value, low, high], range) => {
  if (value == null) return ''
  const at = linear(range, [0, 100])
  const known = low != null && high != null
  const title = known ? `${rounded(low)} to ${rounded(high)}` : ''
  return el(
    'i',
    { class: 'se-gal-bar', title, 'aria-hidden': 'true' },
    known && el('i', { style: `left:${at(low)}%;width:${at(high) - at(low)}%` }),
    el('b', { style: `left:${at(value)}%` }),
  )
}

/** A run as a row of the list. */
class Row {
  /** @param {Run} run @param {boolean} embedded @param {(row: Row) => void} onchange */
  constructor(run, embedded, onchange) {
    this.box = el('input', {
      type: 'checkbox',
      disabled: !embedded,
      'aria-label': `Show ${short(run.name, 80)} side by side`,
      onchange: () => onchange(this),
    })
    this.mark = el('span', { class: 'se-gal-slot' })
    this.number = el('td', { class: 'se-gal-number' })
    this.thumbnails = thumbnailsOf(run.name)
    this.element = this.build(run, embedded ? run.note : `${run.note}: nothing to show`)
  }

  /** @param {Run} run @param {string} note */
  build({ name, config }, note) {
    const title = { scope: 'row', dir: 'auto', title: short(name, 400) }
    return el(
      'tr',
      { data: { run: name } },
      el('td', {}, el('label', { class: 'se-check' }, this.box, this.mark)),
      el('th', title, short(name, 60), el('span', { class: 'se-soft' }, note)),
      config.map(v => el('td', { dir: 'auto', title: short(v, 400) }, short(v, 28))),
      this.number,
      Object.values(this.thumbnails).map(o => el('td', {}, o)),
    )
  }

  /** @param {Slot | undefined} slot where it stands, if it is shown */
  showSlot(slot) {
    this.box.checked = !!slot
    this.mark.replaceChildren(...(slot ? [badge(slot)] : []))
    this.element.classList.toggle('se-gal-on', !!slot)
  }

  /** @param {MetricNumbers} numbers @param {Range} range of all runs */
  showNumber(numbers, range) {
    const text = el('span', { class: 'se-time' }, rounded(numbers[0]))
    this.number.replaceChildren(text, bar(numbers, range))
  }
}

export class RunList {
  /** which of the metrics is shown */
  metric = 0

  /** @param {Runs} runs */
  constructor(runs) {
    this.runs = runs
    const { data, embedded } = runs
    this.rows = data.runs.map((run, i) => new Row(run, embedded[i], row => this.tick(i, row)))
    this.numberHead = el('th', { scope: 'col' }, data.metrics.length ? 'Number' : '')
    const place = { tabIndex: 0, role: 'region', 'aria-label': 'All runs' }
    this.box = el('div', { class: 'se-gal-list', ...place }, this.table())
  }

  table() {
    const said = 'Runs: what differs in their settings, a number, and thumbnails'
    const rows = this.rows.map(o => o.element)
    return el(
      'table',
      {},
      el('caption', { class: 'se-gal-hidden' }, said),
      el('thead', {}, el('tr', {}, this.heads())),
      el('tbody', {}, rows),
    )
  }

  heads() {
    /** @param {string} text */
    const head = text => el('th', { scope: 'col' }, text)
    const before = ['', 'Run', ...this.runs.data.settings.map(o => short(o, 30))]
    return [...before.map(head), this.numberHead, ...['Curve', 'Matrix', 'Picture'].map(head)]
  }

  /** @param {number} at @param {Row} row */
  tick(at, { box }) {
    if (!this.runs.tick(at, box.checked)) box.checked = !box.checked
  }

  showSlots() {
    const { slots } = this.runs
    this.rows.forEach((row, i) => {
      row.showSlot(slots.find(o => o.at === i))
    })
  }

  showNumbers() {
    const { metrics, runs } = this.runs.data
    const shown = metrics[this.metric]
    if (!shown) return
    const numbers = runs.map(r => r.metrics[this.metric])
    const range = metricRange(numbers, shown.chance)
    this.numberHead.textContent = short(shown.title, 40)
    this.rows.forEach((row, i) => {
      row.showNumber(numbers[i], range)
    })
  }

  /** @param {number} metric */
  chooseMetric(metric) {
    this.metric = metric
    this.showNumbers()
  }
}
