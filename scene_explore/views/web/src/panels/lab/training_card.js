// The training: its numbers, its buttons, and how it goes.

import { button, choice, el } from '../../kit/dom.js'
import { card, key } from './card.js'
import { collapseText, statusText } from './text.js'
import { drawCharts, lastOf } from './training_charts.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { LabModel } from './model.js' */
/** @import { Curves, Training } from './types.d.ts' */

/** @param {string} label @param {number} value @param {Record<string, number | string>} props */
const numberField = (label, value, props) => {
  const input = el('input', { type: 'number', 'aria-label': label, ...props })
  input.value = String(value)
  return { input, row: el('label', { class: 'se-lab-row' }, el('span', {}, label), input) }
}

/** How many blocks learn. @param {number} blocks @param {number} k */
const blocksChoice = (blocks, k) => {
  /** @type {[string, string][]} */
  const options = Array.from({ length: blocks + 1 }, (_, n) => [`${n}`, n ? `${n}` : '0 (head)'])
  return choice('K, blocks thawed', options, String(k), () => {})
}

/** The space of a training as a layout. @param {Training} training */
const layoutOf = ({ xy, axes, reach }) => (xy ? { xy, dims: 2, trust: null, axes, reach } : null)

export class TrainingCard {
  /** the projection shows the space of the training as it moves */
  follows = true

  /** @param {Stage} stage @param {LabModel} model @param {(why: Error | null) => void} alarm */
  constructor(stage, model, alarm) {
    this.stage = stage
    this.model = model
    this.alarm = alarm
    const { steps = 200, lr = 0.0005, k = 0, seed = 0 } = model.training
    this.steps = numberField('steps', steps, { min: 1, max: 100000, step: 1 })
    this.rate = numberField('Learning rate', lr, { min: 0, max: 1, step: 'any' })
    this.seed = numberField('seed', seed, { min: 0, step: 1 })
    this.blocks = blocksChoice(model.fixed.blocks, k)
    this.startButton = this.newStartButton()
    this.stopButton = this.newStopButton()
    this.followButton = this.newFollowButton()
    this.bar = el('progress', { max: 1, value: 0, 'aria-label': 'steps done' })
    this.status = el('span', { role: 'status', class: 'se-lab-told' })
    this.plots = el('div', { class: 'se-lab-charts' })
    this.card = card('Training')
    this.card.root.classList.add('se-lab-training')
    this.card.holder.append(this.tools(), this.plots)
  }

  newStartButton() {
    const props = { class: 'se-button se-main' }
    return button('Train', 'Train under these settings', () => this.start(), props)
  }

  newStopButton() {
    return button('Stop', 'Stop, and keep the best state', () => this.stop())
  }

  newFollowButton() {
    const title = 'Show the space of this training in the projection'
    const props = { 'aria-pressed': 'false' }
    return button('Moving projection', title, () => this.toggleFollowing(), props)
  }

  tools() {
    return el(
      'div',
      { class: 'se-lab-bar' },
      this.steps.row,
      this.rate.row,
      el('label', { class: 'se-lab-row' }, el('span', {}, 'K'), this.blocks),
      this.seed.row,
      this.startButton,
      this.stopButton,
      this.followButton,
      this.bar,
      this.status,
    )
  }

  // ---- what a person does

  async start() {
    this.alarm(null)
    this.stage.set({ moved: null })
    this.startButton.disabled = true
    this.follows = true
    try {
      await this.stage.host.ask('train', this.asked())
    } catch (e) {
      this.status.textContent = /** @type {Error} */ (e).message
      this.status.classList.add('se-lab-wrong')
      this.enable()
    }
  }

  asked() {
    return {
      steps: +this.steps.input.value,
      lr: +this.rate.input.value,
      k: +this.blocks.value,
      seed: +this.seed.input.value,
    }
  }

  stop() {
    this.stopButton.disabled = true
    this.stage.host.ask('stop').catch(this.alarm)
  }

  toggleFollowing() {
    this.follows = !this.stage.get('moved')
    this.stage.set({ moved: this.follows ? layoutOf(this.model.training) : null })
    this.enable()
  }

  // ---- what is heard

  /** @param {Training} training */
  hear(training) {
    const before = this.model.training.status
    this.model.training = training
    if (before !== training.status && training.status === 'starting') this.follows = true
    this.draw()
  }

  /** Another space is shown, or this one. */
  onMoved() {
    if (!this.stage.get('moved')) this.follows = false
    this.enable()
  }

  // ---- what is seen

  draw() {
    const { training, running } = this.model
    this.drawStatus(training)
    drawCharts(this.plots, training, running)
    this.card.note.replaceChildren(...this.legend(training))
    if (this.showsSpace()) this.stage.set({ moved: layoutOf(training) })
    this.enable()
  }

  showsSpace() {
    const { training, live, running } = this.model
    const isShown = running || this.stage.get('moved')
    return training.xy && this.follows && live && isShown
  }

  enable() {
    const { live, running, training } = this.model
    const idle = live && !running
    this.startButton.disabled = !idle
    this.stopButton.disabled = !live || !running
    this.followButton.disabled = !training.xy
    this.followButton.setAttribute('aria-pressed', String(!!this.stage.get('moved')))
    const fields = [this.steps.input, this.rate.input, this.seed.input, this.blocks]
    for (const field of fields) field.disabled = !idle
  }

  /** @param {Training} training */
  drawStatus(training) {
    const { steps, step = 0, status } = training
    this.bar.value = steps ? step / steps : 0
    this.bar.hidden = !steps
    this.status.classList.toggle('se-lab-wrong', status === 'failed' || status === 'nan')
    this.status.textContent = statusText(training, this.model.live)
  }

  /** What the lines are, and how it went. @param {Training} training */
  legend({ curves, name }) {
    if (!curves?.step.length) return []
    const mean = lastOf(curves, 'val_mean_cosine') ?? lastOf(curves, 'mean_cosine')
    const settings = name ? `Settings: ${name}.` : ''
    const lines = [key('se-lab-trainline'), 'training ', ...this.heldOut(curves)]
    return [...lines, `. ${settings}${collapseText(mean)}`]
  }

  /** @param {Curves} curves */
  heldOut(curves) {
    if (curves.val_loss) return [key('se-lab-val'), 'held out']
    return ['(no film is held out: one film is all there is)']
  }
}
