// The view between a stage and its host: what the host wants is shown, and what is shown it is told.

import { possible } from './chosen.js'
import { KEPT, keptView } from './shared.js'

/** @import { From, Key, View } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

export class HostView {
  /** @type {Partial<Record<Key, [unknown, unknown]>>} what the host named and is not here: [wanted, shown] */
  unmet = {}

  /** @param {Pick<Stage, 'deck' | 'shared'>} stage */
  constructor({ deck, shared }) {
    this.deck = deck
    this.shared = shared
  }

  /**
   * A view of another deck may name what is not here. Of a host's view this is remembered, as the
   * deck that has it may be on its way: Python keeps what it said.
   * @param {From} [from]
   */
  repair(from) {
    const { values } = this.shared
    const good = possible(this.deck, values)
    const keys = /** @type {(keyof typeof good)[]} */ (Object.keys(good))
    const lacking = keys.filter(k => values[k] !== good[k])
    const unmet = lacking.map(k => [k, [values[k], good[k]]])
    this.unmet = from === 'host' ? Object.fromEntries(unmet) : {}
    this.shared.set(good, from)
  }

  /** Show what the host wants. @param {View & Record<string, unknown>} view */
  see(view) {
    const first = view && 'colour' in view && view.colour == null
    const colour = first ? { colour: this.deck.firstColour } : {}
    this.shared.set({ ...colour, ...keptView(view) }, 'host')
    this.repair('host')
  }

  /** What the host is told. @returns {Record<string, unknown>} */
  get kept() {
    return Object.fromEntries(KEPT.map(k => [k, this.value(k)]))
  }

  /** Of the colour only a choice, since another deck begins with another one. @param {Key} k */
  value(k) {
    const [wanted, shown] = this.unmet[k] ?? []
    const value = this.shared.get(k)
    if (this.unmet[k] && shown === value) return wanted
    return k === 'colour' && value === this.deck.firstColour ? null : value
  }
}
