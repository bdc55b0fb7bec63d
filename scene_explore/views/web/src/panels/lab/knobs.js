// The knobs: which curves, which relatedness, which loss, and their numbers.

import { button, choice, el, replaceChildren } from '../../kit/dom.js'
import { CALIBRATIONS, decimals, LOSSES, parseWeighting, weightingText } from './text.js'

/** @import { LabModel } from './model.js' */
/** @import { Curve, Interval, Settings } from './types.d.ts' */

const NEEDS = 'needs the notebook'
const PAGE = 'A page has no kernel: curves can be chosen and dragged, all else needs the notebook.'

/**
 * @typedef {object} KnobsHeard
 * @property {(patch: Partial<Settings>) => void} changed
 * @property {(which: Curve, name: string, patch: Partial<Settings>) => void} picked a preset
 * @property {() => void} reset
 */

/** @param {string} label @param {HTMLSelectElement} select */
const labelled = (label, select) =>
  el('label', { class: 'se-lab-row' }, el('span', {}, label), select)

export class Knobs {
  /** a slider is being dragged */
  isHeld = false
  isDue = false

  /** @param {LabModel} model @param {KnobsHeard} heard */
  constructor(model, heard) {
    this.model = model
    this.heard = heard
    const release = () => this.release()
    this.root = el('div', {
      class: 'se-lab-knobs',
      role: 'group',
      'aria-label': 'Settings of the loss',
      onpointerdown: (/** @type {Event} */ e) => {
        this.isHeld = /** @type {HTMLElement} */ (e.target).matches('input[type=range]')
      },
      onpointerup: release,
      onpointercancel: release,
      onlostpointercapture: release,
      onchange: release,
    })
  }

  /** All anew; under a hand that drags a slider, once it lets go. */
  draw() {
    this.isDue = this.isHeld
    if (!this.isHeld) replaceChildren(this.root, this.parts())
  }

  release() {
    if (!this.isHeld) return
    this.isHeld = false
    if (this.isDue) this.draw()
  }

  parts() {
    const { settings, live } = this.model
    return [
      this.curveKnob('f', 'Pull f'),
      this.curveKnob('g', 'Push g'),
      this.calibrationKnob(),
      this.lossKnob(),
      el('p', { class: 'se-note' }, LOSSES[settings.loss]?.[1] ?? ''),
      ...this.lossNumbers(),
      el(
        'div',
        { class: 'se-lab-row' },
        button('Reset', 'All settings as they were at first', () => this.heard.reset()),
      ),
      el('p', { class: 'se-note' }, live ? '' : PAGE),
    ]
  }

  // ---- f and g

  /** @param {Curve} which @param {string} label */
  curveKnob(which, label) {
    const { fixed, settings, guided } = this.model
    const { name } = parseWeighting(settings[which])
    const drawn = name === 'drawn' ? ['drawn'] : []
    const select = choice(label, [...fixed.presets, ...drawn], name, o => this.pick(which, o))
    select.disabled = which === 'g' && !guided
    const below = select.disabled
      ? el('p', { class: 'se-note' }, 'This loss has no push of its own: g has no part in it.')
      : this.curveNumbers(which)
    return el('div', { class: 'se-lab-knob' }, labelled(label, select), below)
  }

  /** @param {string} name of a preset @returns {number[]} */
  usualNumbers(name) {
    return Object.values(this.model.fixed.numbers[name] ?? {}).map(([, , usual]) => usual)
  }

  /** @param {Curve} which @param {string} name of a preset */
  pick(which, name) {
    this.heard.picked(which, name, { [which]: weightingText(name, this.usualNumbers(name)) })
  }

  /** @param {Curve} which */
  curveNumbers(which) {
    const { name, numbers } = parseWeighting(this.model.settings[which])
    const kinds = Object.entries(this.model.fixed.numbers[name] ?? {})
    return kinds.map(([kind, [low, high, usual]], i) =>
      this.slider(`${which}: ${kind}`, numbers[i] ?? usual, [low, high], v =>
        this.setNumber(which, i, v),
      ),
    )
  }

  /** @param {Curve} which @param {number} i @param {number} value */
  setNumber(which, i, value) {
    const { name, numbers } = parseWeighting(this.model.settings[which])
    const usual = this.usualNumbers(name)
    const all = usual.map((v, k) => numbers[k] ?? v).with(i, value)
    this.heard.changed({ [which]: weightingText(name, all) })
  }

  // ---- relatedness and loss

  calibrationKnob() {
    const { fixed, settings } = this.model
    const names = Object.keys(fixed.calibrations)
    const lacking = names.filter(o => !fixed.calibrations[o])
    /** @type {[string, string][]} */
    const options = names.map(o => [o, CALIBRATIONS[o] ?? o])
    const select = this.select('Relatedness', options, settings.calibration, calibration =>
      this.heard.changed({ calibration }),
    )
    for (const option of select.options)
      if (lacking.includes(option.value)) {
        option.disabled = true
        option.textContent += ' (needs text vectors)'
      }
    return labelled('Relatedness', select)
  }

  lossKnob() {
    const { fixed, settings } = this.model
    /** @type {[string, string][]} */
    const options = fixed.losses.map(o => [o, LOSSES[o]?.[0] ?? o])
    const select = this.select('Loss', options, settings.loss, o => this.pickLoss(o))
    return labelled('Loss', select)
  }

  /** @param {string} loss */
  pickLoss(loss) {
    const { temperatures, defaults } = this.model.fixed
    this.heard.changed({ loss, temperature: temperatures[loss] ?? defaults.temperature })
    this.draw()
  }

  /** Margin, or temperatures: a slider each. */
  lossNumbers() {
    const { guided, settings } = this.model
    if (guided) return [this.lossNumber('margin m', 'margin')]
    const temperature = this.lossNumber('temperature', 'temperature')
    if (settings.loss !== 'soft_kl') return [temperature]
    return [temperature, this.lossNumber('target temperature', 'target')]
  }

  /** @param {string} label @param {'margin' | 'temperature' | 'target'} key */
  lossNumber(label, key) {
    const { fixed, settings } = this.model
    return this.slider(label, settings[key], fixed.ranges[key], v =>
      this.heard.changed({ [key]: v }),
    )
  }

  // ---- each needs a kernel

  /**
   * @param {string} label
   * @param {[string, string][]} options
   * @param {string} value
   * @param {(value: string) => void} onpick
   */
  select(label, options, value, onpick) {
    const select = choice(label, options, value, onpick)
    select.disabled = !this.model.live
    if (!this.model.live) select.title = NEEDS
    return select
  }

  /**
   * @param {string} label
   * @param {number} value
   * @param {Interval} range
   * @param {(value: number) => void} onmove
   */
  slider(label, value, [min, max], onmove) {
    const output = el('output', {}, decimals(value))
    const input = el('input', {
      type: 'range',
      min,
      max,
      step: 0.01,
      'aria-label': label,
      disabled: !this.model.live,
      title: this.model.live ? '' : NEEDS,
      oninput: () => {
        output.textContent = decimals(+input.value)
        onmove(+input.value)
      },
    })
    input.value = String(value)
    return el('label', { class: 'se-lab-slider' }, el('span', {}, label), input, output)
  }
}
