// The state of a page in its address, so that a link shows what was seen and a reload loses nothing:
// #colour=place&rows=0-5,9

import { namedOf } from '../selection/named.js'
import { rowsOfText, rowsText } from './row_text.js'
import { KEPT, keptView } from './shared.js'

/** @import { Named, SharedState, View } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

const LONGEST = 8000 // characters; a selection that takes more stays out of the address
const PAUSE = 300 // ms: browsers count how often an address changes

/** @param {unknown} value */
const asText = value => (typeof value === 'string' ? value : JSON.stringify(value))

/** A value of an address as the kind that it replaces; undefined where it is none. @param {string} text @param {unknown} before */
const ofKind = (text, before) => {
  if (typeof before === 'string') return text
  try {
    const value = JSON.parse(text)
    const free = before == null && (value === null || typeof value === 'number')
    const same = typeof value === typeof before && Array.isArray(value) === Array.isArray(before)
    return free || same ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * What differs from the first state, as the fragment of an address.
 * @param {SharedState} state
 * @param {SharedState} first
 * @returns {string} without #; '' where nothing differs
 */
export const addressOf = (state, first) => {
  const parts = new URLSearchParams()
  for (const k of KEPT) if (asText(state[k]) !== asText(first[k])) parts.set(k, asText(state[k]))
  const rows = rowsText(state.selection)
  if (rows !== rowsText(first.selection) && rows.length < LONGEST) parts.set('rows', rows)
  return parts.toString()
}

/**
 * The state that an address names, over the first one.
 * @param {string} text a fragment without #
 * @param {SharedState} first
 * @param {number} n rows
 * @returns {View}
 */
export const viewOfAddress = (text, first, n) => {
  const parts = new URLSearchParams(text)
  const known = KEPT.filter(k => parts.has(k)).map(k => [k, ofKind(parts.get(k) ?? '', first[k])])
  const kept = KEPT.map(k => [k, first[k]])
  const named = Object.fromEntries(known.filter(([, v]) => v !== undefined))
  const rows = parts.get('rows')
  const selection = rows === null ? first.selection : rowsOfText(rows, n)
  return { ...Object.fromEntries(kept), ...keptView(named), selection }
}

/** Named selections by their rows, which are short. @param {Stage} stage @param {SharedState} state */
const inRows = (stage, state) => ({
  ...state,
  named: namedOf(state.named).map(([name, ids]) => [name, rowsText(stage.rows(ids))]),
})

/** The same by their ids again. @param {Stage} stage @param {unknown} named as an address has it @returns {Named[]} */
const inIds = (stage, named) => {
  const pairs = (Array.isArray(named) ? named : []).filter(o => Array.isArray(o))
  const texts = pairs.filter(o => typeof o[0] === 'string' && typeof o[1] === 'string')
  return texts.map(([name, text]) => [name, stage.ids(rowsOfText(text, stage.deck.n))])
}

/** Whether a fragment is a state and no place on the page. @param {string} text */
const isState = text => text.includes('=')

/** The address follows the stage, and the stage the address. @param {Stage} stage */
export const followAddress = stage => {
  const first = /** @type {SharedState} */ (inRows(stage, stage.shared.values))
  const read = () => {
    const text = location.hash.slice(1)
    if (text && !isState(text)) return
    const view = viewOfAddress(text, first, stage.deck.n)
    stage.set({ ...view, named: inIds(stage, view.named) })
    stage.repair()
  }
  const write = () => {
    const now = /** @type {SharedState} */ (inRows(stage, stage.shared.values))
    const text = addressOf(now, first)
    if (text === location.hash.slice(1) || (!text && !isState(location.hash))) return
    history.replaceState(history.state, '', text ? `#${text}` : location.pathname + location.search)
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting
  const later = () => {
    clearTimeout(waiting)
    waiting = setTimeout(write, PAUSE)
  }
  if (isState(location.hash)) read()
  stage.on(['selection', ...KEPT], later)
  addEventListener('hashchange', read)
  stage.tidy.push(
    () => removeEventListener('hashchange', read),
    () => clearTimeout(waiting),
  )
}
