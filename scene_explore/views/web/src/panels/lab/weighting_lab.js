// The weighting lab as a whole: the knobs at the left; at the right what they do to the pairs and
// where they lead; below, a training. Python answers; a drag is drawn at once.

import { el } from '../../kit/dom.js'
import { soon } from '../../kit/frames.js'
import { CurvesCard } from './curves_card.js'
import { IdealCard } from './ideal_card.js'
import { Knobs } from './knobs.js'
import { LatestQuestion } from './latest.js'
import { LabModel } from './model.js'
import { NetCard } from './net_card.js'
import { PairsCard } from './pairs_card.js'
import { LabSigns } from './signs.js'
import { readState } from './state.js'
import { TrainingCard } from './training_card.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Answer, Parts } from '../../types.d.ts' */
/** @import { Curve, LabState, Settings } from './types.d.ts' */

export class WeightingLab {
  /** @param {Stage} stage @param {Parts} parts @param {LabState} state */
  constructor(stage, { box, body }, state) {
    this.stage = stage
    this.host = stage.host
    this.signs = new LabSigns(box)
    const model = new LabModel(state, stage.host.live)
    this.model = model
    this.settings = this.newQuestion()
    this.alarm = el('p', { class: 'se-lab-alarm', role: 'alert', hidden: true })
    this.knobs = this.newKnobs()
    this.curves = this.newCurves()
    this.net = new NetCard(model)
    this.ideal = new IdealCard(stage, model)
    this.pairs = new PairsCard(stage, model)
    this.training = new TrainingCard(stage, model, why => this.warn(why))
    this.build(body)
    this.draw()
    this.resized = soon(() => this.onResize())
    this.observer = new ResizeObserver(this.resized)
    this.observer.observe(this.curves.card.holder)
    this.ends = this.listen()
    this.refresh()
  }

  /** @returns {LatestQuestion<Settings, Answer>} */
  newQuestion() {
    return new LatestQuestion(settings => this.host.ask('settings', { settings }), {
      answered: (answer, more) => this.onSettings(answer, more),
      failed: why => {
        this.warn(why)
        this.refresh()
      },
    })
  }

  newKnobs() {
    return new Knobs(this.model, {
      changed: patch => this.change(patch),
      picked: (which, name, patch) => this.pick(which, name, patch),
      reset: () => this.reset(),
    })
  }

  newCurves() {
    return new CurvesCard(this.model, {
      moved: (which, patch) => this.onMoved(which, patch),
      released: () => this.drawNet(),
    })
  }

  /** @param {HTMLElement} body */
  build(body) {
    if (this.model.live) body.dataset.kernel = ''
    const cards = [this.curves, this.net, this.ideal, this.pairs].map(o => o.card.root)
    body.append(
      el(
        'div',
        { class: 'se-lab-desk' },
        el('div', { class: 'se-lab-side' }, this.knobs.root, this.alarm),
        el('div', { class: 'se-lab-main' }, cards),
      ),
      this.training.card.root,
    )
  }

  // ---- what a person does

  /** @param {Partial<Settings>} patch */
  change(patch) {
    this.model.change(patch)
    if (!this.model.live) {
      this.ideal.draw()
      this.pairs.draw()
      return
    }
    this.signs.awaitsIdeal = true
    this.ideal.setBusy(true)
    this.settings.send(patch)
  }

  /** A preset is drawn before Python answers. @param {Curve} which @param {string} name @param {Partial<Settings>} patch */
  pick(which, name, patch) {
    this.model.usePreset(which, name)
    this.change(patch)
    this.drawNet()
    this.curves.draw()
    this.knobs.draw()
  }

  /** A point was moved. @param {Curve} which @param {Partial<Settings>} patch */
  onMoved(which, patch) {
    const isFirst = this.model.settings[which] !== 'drawn'
    this.change(patch)
    this.drawNet()
    if (isFirst) this.knobs.draw()
  }

  reset() {
    if (this.model.live) {
      this.change({ ...this.model.fixed.defaults })
      this.knobs.draw()
      return
    }
    this.model.reset()
    this.drawSettings()
    this.ideal.draw()
  }

  // ---- what Python says

  listen() {
    const { host, stage } = this
    return [
      host.on('ideal', (value, buffers) => this.onIdeal(readState(value, buffers))),
      host.on('settings', (value, buffers) => {
        if (!this.settings.busy) this.take(readState(value, buffers))
      }),
      host.on('training', (value, buffers) => this.onTraining(readState(value, buffers))),
      host.on('trouble', why => this.warn(new Error(why))),
      stage.on('pictures', () => this.pairs.draw()),
      stage.on('moved', () => this.training.onMoved()),
    ]
  }

  /** @param {Answer} answer @param {boolean} more the settings have changed since */
  onSettings(answer, more) {
    this.warn(null)
    const { settings, seen } = readState(answer, answer.buffers)
    if (more || this.curves.dragging) {
      this.model.see(seen)
      this.pairs.draw()
    } else this.take({ settings, seen })
    this.signs.answered()
  }

  /** @param {Pick<LabState, 'settings' | 'seen'>} state */
  take({ settings, seen }) {
    this.model.see(seen)
    this.model.take({ settings })
    this.drawSettings()
  }

  /** @param {LabState['ideal']} ideal */
  onIdeal(ideal) {
    this.model.ideal = ideal
    this.drawIdeal()
    this.signs.idealCame()
  }

  /** @param {LabState['training']} training */
  onTraining(training) {
    this.training.hear(training)
    this.signs.showTraining(this.model.training)
  }

  /** Everything as Python has it now. */
  async refresh() {
    if (!this.model.live) return
    try {
      const answer = await this.host.ask('lab')
      if (this.gone) return
      this.model.take(readState(answer, answer.buffers))
      this.draw()
    } catch (e) {
      if (!this.gone) this.warn(/** @type {Error} */ (e))
    }
  }

  /** One sentence below the knobs; null takes it away. @param {Error | null} why */
  warn(why) {
    this.alarm.textContent = why?.message ?? ''
    this.alarm.hidden = !why
  }

  // ---- what is seen

  draw() {
    this.drawSettings()
    this.drawIdeal()
    this.drawTraining()
  }

  drawSettings() {
    this.knobs.draw()
    this.curves.draw(true)
    this.drawNet()
    this.pairs.draw()
  }

  drawNet() {
    const provisional = this.settings.busy || this.model.stale || this.curves.dragging
    this.signs.showNet(this.net.draw(provisional))
  }

  drawIdeal() {
    this.ideal.draw()
    this.signs.showIdeal(this.model.ideal)
  }

  drawTraining() {
    this.training.draw()
    this.signs.showTraining(this.model.training)
  }

  onResize() {
    if (this.gone) return
    this.curves.draw(true)
    this.drawNet()
    this.drawTraining()
  }

  get gone() {
    return this.settings.closed
  }

  drop() {
    this.settings.close()
    this.resized.cancel()
    this.observer.disconnect()
    for (const end of this.ends) end()
  }
}
