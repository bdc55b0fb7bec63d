// In a page: every element with `data-stage` names the block that holds its deck.

import { Deck } from '../deck/deck.js'
import { bytesOf } from '../deck/unpack.js'
import { followAddress } from '../stage/address.js'
import { Stage } from '../stage/stage.js'
import { PageHost } from './page_host.js'

/** @import { Bytes, DeckHeader, StageOptions } from '../types.d.ts' */

/** @param {string} id of a block of JSON */
export const readBlock = id => JSON.parse(document.getElementById(id)?.textContent ?? 'null')

/** A thumbnail is decoded when it is looked at. @param {{ header: DeckHeader, buffers: string[] }} data */
const buffersOf = ({ header, buffers }) => {
  const { at = 0, rows = [] } = header.thumbnails ?? {}
  const isThumbnail = /** @param {number} k */ k => k >= at && k < at + rows.length
  return buffers.map((o, k) => (isThumbnail(k) ? o : bytesOf(o)))
}

/** @returns {Stage[]} */
export const mountStages = () => {
  /** @type {(HTMLElement & { stage?: Stage })[]} */
  const roots = [...document.querySelectorAll('[data-stage]')].map(o => /** @type {any} */ (o))
  const made = roots.map(root => {
    /** @type {{ header: DeckHeader, buffers: string[], options: StageOptions }} */
    const data = readBlock(root.dataset.stage ?? '')
    const deck = new Deck(data.header, /** @type {Bytes[]} */ (buffersOf(data)))
    root.stage = new Stage(root, deck, new PageHost(), data.options)
    return root.stage
  })
  if (made.length === 1) followAddress(made[0]) // of several, none owns the address
  return made
}
