// A film as a vision-language model read it: how sure it is at each cut, what it was shown around
// the chosen one, what it looked at, and why it says that a scene ends.

import { hideStill } from '../hosts/kernel_loss.js'
import { el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp } from '../kit/text.js'
import { aboutCut, shotCards } from './reading/cards.js'
import { readingChart } from './reading/chart.js'

/** @import { Model } from '../types.d.ts' */
/** @import { ReadFilm } from './reading/measures.js' */

const NARROWEST = 320 // px
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 }

export class Reading {
  /** @param {HTMLElement} root @param {ReadFilm} film */
  constructor(root, film) {
    this.film = film
    this.cut = film.begin
    this.chart = el('div', {
      class: 'chart',
      tabIndex: 0,
      role: 'slider',
      data: { lmSuppressShortcuts: 'true' }, // JupyterLab leaves the keys to the chart
      'aria-label': 'Cuts of the film: arrow keys go from one to the next',
      onkeydown: (/** @type {KeyboardEvent} */ e) => this.key(e),
    })
    this.about = el('div', { class: 'about', role: 'status' })
    this.shots = el('div', { class: 'shots' })
    root.replaceChildren(el('section', { class: 'se-reading' }, this.chart, this.about, this.shots))
    this.seen = new ResizeObserver(soon(() => this.drawChart()))
    this.seen.observe(this.chart)
    this.choose(this.cut)
  }

  drop() {
    this.seen.disconnect()
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    const step = STEPS[e.key]
    if (!step) return
    e.preventDefault()
    e.stopPropagation()
    this.choose(this.cut + step)
  }

  /** @param {number} cut */
  choose(cut) {
    this.cut = clamp(cut, 0, this.film.cuts.length - 1)
    this.drawChart()
    this.about.replaceChildren(...aboutCut(this.film, this.cut))
    this.shots.replaceChildren(...shotCards(this.film, this.cut, i => this.choose(i)))
  }

  drawChart() {
    const width = Math.max(this.chart.clientWidth, NARROWEST)
    this.chart.replaceChildren(readingChart(this.film, this.cut, width, i => this.choose(i)))
    this.chart.setAttribute('aria-valuenow', String(this.cut + 1))
    this.chart.setAttribute('aria-valuemax', String(this.film.cuts.length))
  }
}

/** anywidget's hook. @param {{ model: Model, el: HTMLElement }} view @returns {() => void} */
export const renderReading = ({ model, el: root }) => {
  let shown = new Reading(root, model.get('data'))
  const draw = () => {
    shown.drop()
    shown = new Reading(root, model.get('data'))
  }
  model.on('change:data', draw)
  hideStill(model)
  return () => {
    model.off('change:data', draw)
    shown.drop()
  }
}
