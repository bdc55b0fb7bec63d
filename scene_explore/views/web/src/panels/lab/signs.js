// What the lab has come to, as attributes of its panel, for whoever looks from outside.

import { decimals } from './text.js'

/** @import { LabState } from './types.d.ts' */

/** @param {string | undefined} count of a data attribute */
const oneMore = count => String(+(count ?? 0) + 1)

export class LabSigns {
  /** an ideal geometry of the present settings is on its way */
  awaitsIdeal = false

  /** @param {Pick<HTMLElement, 'dataset'>} box */
  constructor({ dataset }) {
    this.dataset = dataset
  }

  /** Python has answered to settings. */
  answered() {
    this.dataset.answers = oneMore(this.dataset.answers)
  }

  /** The ideal geometry has come; one that was awaited is counted. */
  idealCame() {
    if (this.awaitsIdeal) this.dataset.ideals = oneMore(this.dataset.ideals)
    this.awaitsIdeal = false
  }

  /** @param {LabState['ideal']} ideal */
  showIdeal(ideal) {
    if (ideal) this.dataset.ideal = ideal.mean_cosine?.toFixed(4) ?? ''
  }

  /** Net pull and share. @param {{ net: ArrayLike<number>, pulled: number }} pull */
  showNet({ net, pulled }) {
    this.dataset.net = Array.from(net, v => decimals(v)).join(' ')
    this.dataset.pulled = pulled.toFixed(4)
  }

  /** @param {LabState['training']} training */
  showTraining({ status, step = 0 }) {
    this.dataset.training = status
    this.dataset.step = String(step)
  }
}
