// @ts-nocheck
// A film as a vision-language model read it: how sure it is at each cut, what it was shown around
// the chosen one, what it looked at, and why it says that a scene ends.

import { hideStill } from '../hosts/kernel_loss.js'
import { el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, clock, short } from '../kit/text.js'

const SVG = 'http://www.w3.org/2000/svg'
const GUTTER = 150
const ROW = 52
const SIGN_ROW = 24

const shape = (name, attributes = {}, text = '') => {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text) made.textContent = text
  return made
}
const percent = x => (x < 0.005 ? '0 %' : `${(100 * x).toFixed(0)} %`)
const sure = x => (x === null ? '–' : x.toFixed(2))

export class Reading {
  constructor(root, data) {
    this.data = data
    this.cut = data.begin
    const own = { lmSuppressShortcuts: 'true' } // JupyterLab leaves the keys to the chart
    this.chart = el('div', { class: 'chart', tabIndex: 0, role: 'slider', data: own })
    this.chart.setAttribute('aria-label', 'Cuts of the film: arrow keys go from one to the next')
    this.chart.addEventListener('keydown', e => this.key(e))
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

  key(e) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key]
    if (!step) return
    e.preventDefault()
    e.stopPropagation()
    this.choose(this.cut + step)
  }

  choose(cut) {
    this.cut = clamp(cut, 0, this.data.cuts.length - 1)
    this.drawChart()
    this.drawAbout()
    this.drawShots()
  }

  timeOf(cut) {
    return this.data.shots[cut].end
  }

  // ---- confidences over time
  drawChart() {
    const { methods, shots, signs } = this.data
    const width = Math.max(this.chart.clientWidth, 320)
    const top = signs ? SIGN_ROW : 0
    const height = top + methods.length * ROW + 22
    const x = t => GUTTER + (t / shots.at(-1).end) * (width - GUTTER - 12)
    const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, width, height })
    this.drawTimes(svg, x, height)
    if (signs) this.drawSigns(svg, x)
    methods.forEach((o, i) => this.drawMethod(svg, x, o, top + i * ROW, i === 0))
    const at = x(this.timeOf(this.cut))
    svg.append(shape('line', { class: 'chosen', x1: at, x2: at, y1: 0, y2: height - 20 }))
    svg.addEventListener('click', e => this.choose(this.nearest(e, svg, x)))
    this.chart.replaceChildren(svg)
    this.chart.setAttribute('aria-valuenow', this.cut + 1)
    this.chart.setAttribute('aria-valuemax', this.data.cuts.length)
  }

  nearest(e, svg, x) {
    const at = e.clientX - svg.getBoundingClientRect().left
    const gaps = this.data.cuts.map((_, i) => Math.abs(x(this.timeOf(i)) - at))
    return gaps.indexOf(Math.min(...gaps))
  }

  drawTimes(svg, x, height) {
    const end = this.data.shots.at(-1).end
    const step = [5, 10, 20, 30, 60, 120, 300, 600, 900, 1800].find(o => end / o <= 10) ?? 3600
    for (let t = 0; t <= end; t += step) {
      svg.append(shape('line', { class: 'axis', x1: x(t), x2: x(t), y1: 0, y2: height - 18 }))
      const at = { class: 'label', x: x(t), y: height - 4, 'text-anchor': 'middle' }
      svg.append(shape('text', at, clock(t)))
    }
  }

  drawSigns(svg, x) {
    svg.append(shape('text', { class: 'label', x: 0, y: 15 }, 'scenes end by'))
    this.data.signs.forEach((sign, i) => {
      if (!sign) return
      const at = { class: 'sign', x: x(this.timeOf(i)), y: 15, 'text-anchor': 'middle' }
      svg.append(shape('text', at, sign))
    })
  }

  drawMethod(svg, x, method, top, own) {
    const base = top + ROW - 4
    svg.append(shape('text', { class: 'label', x: 0, y: base - 14 }, short(method.name, 22)))
    svg.append(
      shape('line', { class: 'axis', x1: GUTTER, x2: this.chart.clientWidth, y1: base, y2: base }),
    )
    method.scores.forEach((score, i) => {
      if (score === null) return
      const yes = own && this.data.cuts[i].answer === 'Yes'
      const at = { x1: x(this.timeOf(i)), x2: x(this.timeOf(i)) }
      const bar = shape('line', {
        class: yes ? 'bar yes' : 'bar',
        ...at,
        y1: base,
        y2: base - Math.max(score, 0.02) * (ROW - 10),
      })
      bar.append(shape('title', {}, `after shot ${i + 1}: ${score.toFixed(3)}`))
      svg.append(bar)
    })
  }

  // ---- what it says of the chosen cut
  drawAbout() {
    const cut = this.data.cuts[this.cut]
    const facts = [
      `Cut ${this.cut + 1} of ${this.data.cuts.length}`,
      clock(this.timeOf(this.cut)),
      cut.answer ? `${cut.answer}, confidence ${sure(cut.confidence)}` : 'not decided',
    ]
    if (this.data.signs) facts.push(this.truth(this.data.signs[this.cut]))
    const heading = el('h3', {}, el('b', {}, facts[0]))
    heading.append(...facts.slice(1).map(o => el('span', {}, o)))
    const words = cut.reason ? `“${cut.reason}”` : 'No reason was asked for at this cut.'
    this.about.replaceChildren(
      heading,
      el('p', { class: cut.reason ? 'reason' : 'reason none' }, words),
      this.looksAt(cut),
    )
  }

  truth(sign) {
    return sign ? `in truth a scene ends here, by its ${sign}` : 'in truth the scene goes on'
  }

  looksAt(cut) {
    const shares = this.data.parts.map(part =>
      cut.attention.filter(o => o[1] === part).reduce((sum, o) => sum + o[2], 0),
    )
    const bar = el('div', { class: 'looks' })
    const legend = el('p', { class: 'legend' }, el('span', {}, 'The decision looks at'))
    shares.forEach((share, i) => {
      const style = `background: ${this.data.palette[i]}; flex-grow: ${share}`
      bar.append(el('i', { style, title: `${this.data.parts[i]}: ${percent(share)}` }))
      const swatch = el('i', { style: `background: ${this.data.palette[i]}` })
      legend.append(el('span', {}, swatch, `${this.data.parts[i]} ${percent(share)}`))
    })
    return el('div', {}, legend, bar)
  }

  // ---- the window as the model sees it
  drawShots() {
    const cut = this.data.cuts[this.cut]
    const { context, focus, numbers } = this.data.windows[cut.window]
    const shares = new Map()
    for (const [shot, , share] of cut.attention)
      if (shot !== null) shares.set(shot, (shares.get(shot) ?? 0) + share)
    const most = Math.max(...shares.values(), 1e-9)
    const cards = []
    for (let i = context[0]; i < context[1]; i += 1)
      cards.push(this.card(i, numbers[i - context[0]], (shares.get(i) ?? 0) / most, focus))
    this.shots.replaceChildren(...cards)
  }

  card(i, number, weight, focus) {
    const shot = this.data.shots[i]
    const near = i === this.cut || i === this.cut + 1
    const pictures = (this.data.pictures[`${i}.${number}`] ?? []).map(jpeg =>
      el('img', { src: `data:image/jpeg;base64,${jpeg}`, alt: `shot ${number}` }),
    )
    const lines = shot.lines.map(o => el('p', { class: 'line' }, `“${o}”`))
    const names = shot.characters.length && el('p', { class: 'names' }, shot.characters.join(', '))
    const made = el('div', { class: near ? 'shot near' : 'shot' })
    const title = `Shot ${number}, ${(shot.end - shot.start).toFixed(1)} s`
    made.append(
      el('p', { class: 'title' }, el('b', {}, title), this.decision(i, focus)),
      el('div', { class: 'pictures' }, pictures),
      ...[names, ...lines].filter(Boolean),
      el('i', { class: 'weight', style: `width: ${100 * weight}%`, title: 'attention to it' }),
    )
    return made
  }

  decision(i, focus) {
    const cut = this.data.cuts[i]
    if (i < focus[0] || i >= focus[1] || !cut?.answer) return ''
    const text = `${cut.answer} ${sure(cut.confidence)}`
    const kind = cut.answer === 'Yes' ? 'decision yes' : 'decision'
    const title = 'whether a scene ends with this shot'
    return el('button', { type: 'button', class: kind, title, onclick: () => this.choose(i) }, text)
  }
}

export const renderReading = ({ model, el: root }) => {
  let shown = null
  const draw = () => {
    shown?.drop()
    shown = new Reading(root, model.get('data'))
  }
  model.on('change:data', draw)
  draw()
  hideStill(model)
  return () => {
    model.off('change:data', draw)
    shown.drop()
  }
}
