// The scenes of a film, divided again wherever the threshold is moved.

import { readBlock } from '../hosts/mount.js'
import { soon } from '../kit/frames.js'
import { counted } from '../kit/text.js'
import { Chart, draggedThreshold } from './scenes/chart.js'
import { cutsOf, divided, returning } from './scenes/division.js'
import { findingSection, sceneStrip, shotFigure } from './scenes/strips.js'

/** @import { Data, DividedFilm, Scene } from './scenes/division.js' */

/** @param {string} id */
const byId = id => /** @type {HTMLElement} */ (document.getElementById(id))

class ScenesPage {
  /** @type {Map<DividedFilm, HTMLElement[]>} figures of shots, made once for each film */
  figures = new Map()

  /** @param {Data} data */
  constructor(data) {
    this.data = data
    this.film = data.films[0]
    this.threshold = this.film.threshold
    this.films = /** @type {HTMLSelectElement} */ (byId('film'))
    this.range = /** @type {HTMLInputElement} */ (byId('threshold'))
    this.later = soon(() => this.draw())
    this.offerFilms()
    this.listen()
    this.setThreshold(this.film.threshold)
    this.drawFindings()
  }

  offerFilms() {
    const options = this.data.films.map((o, i) => new Option(o.name, String(i)))
    this.films.append(...options)
    const label = /** @type {HTMLElement} */ (document.querySelector('.film'))
    label.hidden = options.length === 1
  }

  listen() {
    this.films.addEventListener('change', () => this.choose(Number(this.films.value)))
    this.range.addEventListener('input', () => {
      this.threshold = Number(this.range.value)
      this.later()
    })
    byId('saved').addEventListener('click', () => this.setThreshold(this.film.threshold))
    addEventListener('resize', this.later)
  }

  /** @param {number} film */
  choose(film) {
    this.film = this.data.films[film]
    this.setThreshold(this.film.threshold)
    this.drawFindings()
  }

  /** @param {number} threshold */
  setThreshold(threshold) {
    this.threshold = threshold
    this.range.value = String(threshold)
    this.later()
  }

  // ---- the division

  draw() {
    const { shots } = this.film
    const scenes = divided(shots, this.threshold)
    const lanes = returning(scenes)
    this.drawChart(scenes, lanes)
    this.drawStrips(scenes, lanes)
    const found = `${counted(scenes.length, 'scene')} of ${cutsOf(shots)} cuts`
    byId('count').textContent = `${found} at ${this.threshold.toFixed(3)}`
    byId('command').textContent = this.command()
    document.body.dataset.scenes = String(scenes.length)
  }

  command() {
    return `${this.film.command} --threshold ${Number(this.threshold.toFixed(6))}`
  }

  /** @param {string} setting @param {string[]} lanes */
  colourOf(setting, lanes) {
    const { palette, grey } = this.data
    const lane = lanes.indexOf(setting)
    return lane < 0 ? grey : palette[lane % palette.length]
  }

  /** @param {Scene[]} scenes @param {string[]} lanes */
  drawChart(scenes, lanes) {
    const box = byId('chart')
    const { shots } = this.film
    const { threshold } = this
    const colourOf = /** @param {string} setting */ setting => this.colourOf(setting, lanes)
    const picture = { shots, scenes, lanes, threshold, colourOf, width: box.clientWidth }
    const { box: made, svg } = new Chart(picture, i => this.show(i))
    svg.addEventListener('pointerdown', e => this.drag(e))
    svg.addEventListener('pointermove', e => this.drag(e))
    box.replaceChildren(made)
  }

  /** @param {PointerEvent} e */
  drag(e) {
    const threshold = draggedThreshold(e)
    if (threshold != null) this.setThreshold(threshold)
  }

  // ---- the strips

  /** Of the shots of the film. */
  shotFigures() {
    let figures = this.figures.get(this.film)
    if (!figures) {
      figures = this.film.shots.map(shotFigure)
      this.figures.set(this.film, figures)
    }
    return figures
  }

  /** @param {Scene[]} scenes @param {string[]} lanes */
  drawStrips(scenes, lanes) {
    const all = this.shotFigures()
    const strips = scenes.map((scene, i) => {
      const figures = all.slice(scene.first, scene.first + scene.shots.length)
      const returns = lanes.includes(scene.setting)
      const colour = this.colourOf(scene.setting, lanes)
      return sceneStrip(scene, i, { colour, returns, figures })
    })
    byId('strips').replaceChildren(...strips)
  }

  /** @param {number} i a scene */
  show(i) {
    const strips = [...document.querySelectorAll('.strip')]
    strips.forEach((o, k) => {
      o.classList.toggle('shown', k === i)
    })
    strips[i].scrollIntoView({ behavior: 'smooth' })
  }

  /** @param {number} number of a shot, from 1 */
  showShot(number) {
    const figure = this.shotFigures()[number - 1]
    for (const o of document.querySelectorAll('figure.shown')) o.classList.remove('shown')
    figure.classList.add('shown')
    const strips = [...document.querySelectorAll('.strip')]
    this.show(strips.findIndex(o => o.contains(figure)))
    const row = /** @type {HTMLElement} */ (figure.parentElement)
    row.scrollLeft = figure.offsetLeft - row.offsetLeft
  }

  // ---- changes within scenes

  drawFindings() {
    const box = document.getElementById('findings')
    if (!box) return
    const { findings } = this.film
    byId('unchanged').hidden = findings.length > 0
    box.replaceChildren(...findings.map(o => findingSection(o, i => this.showShot(i))))
  }
}

export const startScenes = () => {
  new ScenesPage(readBlock('scenes'))
}
