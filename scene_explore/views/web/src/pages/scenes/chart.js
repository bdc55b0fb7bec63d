// The chart of a film: a bar a cut, the scenes, and a lane for each setting that returns.

import { rgb } from '../../kit/colours.js'
import { el, svg } from '../../kit/dom.js'
import { roving } from '../../kit/roving.js'
import { clamp, clock } from '../../kit/text.js'

/** @import { Scene, Shot } from './division.js' */

const GUTTER = 84 // px, for the names at the left
const RIGHT = 16
const BARS = 130 // the height of the bars and what is above of them
const TOP = 12 // of that, above of a score of 1
const BAND = 26
const LANE = 24
const AXIS = 26
const SCENES_AT = BARS + 10
const STORY_AT = SCENES_AT + BAND + 12
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600]

/** Seconds between two marks of the axis. @param {number} duration */
export const axisStep = duration => STEPS.find(o => duration / o <= 11) ?? 7200

/** Black on light colours, white on dark ones. @param {string} colour */
export const inkOn = colour => {
  const [r, g, b] = rgb(colour)
  return 0.3 * r + 0.59 * g + 0.11 * b > 125 ? '#111' : '#fff'
}

/** The threshold at a height of the chart. @param {number} y px */
export const thresholdAt = y => clamp((BARS - y) / (BARS - TOP), 0, 1)

/** The height of a score. @param {number} score */
export const heightOf = score => BARS - score * (BARS - TOP)

/** @param {{ x: number, y: number }} a @param {{ x: number, y: number }} b */
export const threadPath = (a, b) => {
  const bend = clamp((b.x - a.x) / 2 + 8, 8, 14)
  return `M${a.x - bend} ${a.y}C${a.x + bend} ${a.y} ${b.x - bend} ${b.y} ${b.x + bend} ${b.y}`
}

/** @param {Scene} scene @param {number} i */
const sceneText = ({ start, end }, i) => `scene ${i + 1}, ${clock(start)} to ${clock(end)}`

/** @param {Event} e @returns {SVGElement | null} the block of a scene */
const sceneAt = e => /** @type {Element} */ (e.target).closest('.scene')

/**
 * @typedef {object} Picture what the chart shows
 * @property {Shot[]} shots
 * @property {Scene[]} scenes
 * @property {string[]} lanes settings that return
 * @property {number} threshold
 * @property {(setting: string) => string} colourOf
 * @property {number} width px
 */

export class Chart {
  /** @param {Picture} picture @param {(scene: number) => void} onshow */
  constructor(picture, onshow) {
    this.picture = picture
    this.onshow = onshow
    const { shots, lanes, width } = picture
    this.duration = shots[shots.length - 1].end
    this.height = STORY_AT + (lanes.length + 1) * LANE + AXIS
    const viewBox = `0 0 ${width} ${this.height}`
    this.svg = svg('svg', { viewBox, height: this.height })
    // what listens to the focus is around it: a browser would lead the Tab key to a drawing that does
    this.box = el('div', {}, /** @type {any} */ (this.svg))
    this.drawAxis()
    this.name('score', BARS - 4)
    this.drawCuts()
    this.drawThreshold()
    this.name('scenes', SCENES_AT + BAND / 2 + 4)
    this.drawScenes()
    this.drawStory()
    this.listen()
  }

  /** A scene is a button, at a click or a key. */
  listen() {
    this.box.addEventListener('click', e => {
      const scene = sceneAt(e)
      if (scene) this.onshow(Number(scene.dataset.scene))
    })
    this.box.addEventListener('keydown', e => {
      const scene = sceneAt(e)
      if (!scene || !(e.key === 'Enter' || e.key === ' ')) return
      e.preventDefault()
      scene.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
    })
    roving(this.box, undefined, '[role=button]')
  }

  /** @param {number} t seconds */
  x(t) {
    return GUTTER + (t / this.duration) * (this.picture.width - GUTTER - RIGHT)
  }

  /** At the left. @param {string} text @param {number} y */
  name(text, y) {
    this.svg.append(svg('text', { class: 'label', x: 0, y }, text))
  }

  drawAxis() {
    const { duration, height } = this
    const step = axisStep(duration)
    for (let t = 0; t <= duration; t += step) {
      const x = this.x(t)
      const label = { class: 'label', x, y: height - 4, 'text-anchor': 'middle' }
      this.svg.append(
        svg('line', { class: 'axis', x1: x, x2: x, y1: 0, y2: height - 18 }),
        svg('text', label, clock(t)),
      )
    }
  }

  drawCuts() {
    for (const [i, { start, score, chance }] of this.picture.shots.entries()) {
      if (!i || score === null || chance === null) continue
      const ends = score >= this.picture.threshold
      const x = this.x(start)
      const at = { x1: x, x2: x, y1: BARS, y2: heightOf(score) }
      const said = `cut at ${clock(start)}: score ${score.toFixed(3)}`
      const title = svg('title', {}, `${said}, ends a scene with a chance of ${chance.toFixed(2)}`)
      this.svg.append(svg('line', { class: ends ? 'cut ends' : 'cut', ...at }, title))
    }
  }

  drawThreshold() {
    const y = heightOf(this.picture.threshold)
    const { width } = this.picture
    this.svg.append(svg('line', { class: 'level', x1: GUTTER, x2: width, y1: y, y2: y }))
  }

  drawScenes() {
    for (const [i, scene] of this.picture.scenes.entries()) {
      const block = this.block(scene, i, SCENES_AT, BAND)
      block.setAttribute('role', 'button')
      block.setAttribute('aria-label', `Show ${sceneText(scene, i)}`)
      this.svg.append(block)
    }
  }

  drawStory() {
    const { scenes, lanes } = this.picture
    const names = [...lanes.map(o => `setting ${o}`), 'others']
    names.forEach((name, i) => {
      this.name(name, STORY_AT + i * LANE + LANE / 2 + 4)
    })
    const threads = scenes.slice(1).map((o, i) => this.thread(scenes[i], o))
    const blocks = scenes.map((o, i) => this.block(o, i, this.middle(o) - LANE / 2 + 3, LANE - 6))
    this.svg.append(...threads, ...blocks)
  }

  /** The height of the middle of a scene's lane. @param {Scene} scene */
  middle({ setting }) {
    const { lanes } = this.picture
    const at = lanes.indexOf(setting)
    return STORY_AT + (at < 0 ? lanes.length : at) * LANE + LANE / 2
  }

  /** From a scene to the next. @param {Scene} from @param {Scene} to */
  thread(from, to) {
    const a = { x: this.x(from.end), y: this.middle(from) }
    const b = { x: this.x(to.start), y: this.middle(to) }
    return svg('path', { class: 'thread', d: threadPath(a, b) })
  }

  /** @param {Scene} scene @param {number} i @param {number} y @param {number} height */
  block(scene, i, y, height) {
    const fill = this.picture.colourOf(scene.setting)
    const x = this.x(scene.start)
    const width = Math.max(this.x(scene.end) - x - 1, 1)
    const said = `${sceneText(scene, i)}, confidence ${scene.confidence.toFixed(2)}`
    const group = svg(
      'g',
      { class: 'scene', 'data-scene': i },
      svg('rect', { x, y, width, height, rx: 3, fill }),
      svg('title', {}, said),
    )
    if (width > 20) {
      const look = { 'text-anchor': 'middle', fill: inkOn(fill) }
      const at = { x: x + width / 2, y: y + height / 2 + 4 }
      group.append(svg('text', { ...at, ...look }, String(i + 1)))
    }
    return group
  }
}

/**
 * The threshold follows a pressed pointer over the bars.
 * @param {PointerEvent} e
 * @returns {number | null} null: it does not
 */
export const draggedThreshold = e => {
  const { left, top } = /** @type {Element} */ (e.currentTarget).getBoundingClientRect()
  const y = e.clientY - top
  const follows = e.buttons & 1 && y <= BARS && e.clientX - left >= GUTTER
  return follows ? thresholdAt(y) : null
}
