// The scene under the pointer: a dot that is drawn, or the nearest scene that the kernel knows.

import { el } from '../kit/dom.js'
import { beside } from '../stage/tip.js'
import { factCard } from './facts.js'
import { latestAsk } from './latest_ask.js'

/** @import { Answer } from '../types.d.ts' */
/** @import { MapPanel } from './panel.js' */

const REACH = 6 // CSS pixels

/** @typedef {{ at: [number, number], reach: number, row: number, layout: string }} Question */

export class MapTip {
  /** @type {MouseEvent | null} */
  pointer = null
  /** @type {[number, number] | null} */
  place = null
  row = -1
  address = ''

  /** @param {MapPanel} map */
  constructor(map) {
    this.map = map
    this.box = el('div', { class: 'se-tip', role: 'tooltip', hidden: true })
    this.ask = latestAsk(
      question => map.host.ask('map_nearest', question),
      answer => this.show(answer),
    )
  }

  /** @param {MouseEvent} e @param {number} [dot] of the sample @returns {Question} */
  question(e, dot = -1) {
    const { plot, rows, layout } = this.map
    const box = plot.element.getBoundingClientRect()
    const at = plot.port.toData(e.clientX - box.x, e.clientY - box.y)
    return { at, reach: REACH / plot.port.scale, row: dot < 0 ? -1 : rows[dot], layout }
  }

  /** @param {number} dot of the sample, -1: none @param {MouseEvent} e */
  point(dot, e) {
    this.pointer = e.type === 'leave' ? null : e
    if (this.pointer) this.ask(this.question(e, dot))
    else this.hide()
  }

  /**
   * The scene that the tip names.
   * @param {number} dot of the sample, -1: none
   * @param {MouseEvent} e
   * @returns {Promise<number>} -1: none
   */
  async rowUnder(dot, e) {
    if (dot >= 0) return this.map.rows[dot]
    const answer = await this.map.host.ask('map_nearest', this.question(e)).catch(() => null)
    return answer?.row ?? -1
  }

  /** @param {Answer} answer */
  show({ row, at, facts, buffers }) {
    if (row < 0 || !this.pointer) return this.hide()
    if (row !== this.row) {
      this.forget()
      if (buffers.length)
        this.address = URL.createObjectURL(new Blob([buffers[0]], { type: 'image/jpeg' }))
      this.box.replaceChildren(...factCard(facts, this.address))
    }
    this.row = row
    this.place = at
    this.box.hidden = false
    this.box.dataset.row = String(row)
    beside(this.box, this.pointer)
    this.settle()
  }

  /** The ring stays on its scene. */
  settle() {
    if (this.place) this.map.ringAt(this.place)
  }

  forget() {
    if (this.address) URL.revokeObjectURL(this.address)
    this.address = ''
  }

  hide() {
    this.row = -1
    this.place = null
    this.box.hidden = true
    this.map.ringAt(null)
  }

  drop() {
    this.forget()
    this.box.remove()
  }
}
