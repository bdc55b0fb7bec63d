// The state of a page in its address, so that a link shows what was seen and a reload loses nothing:
// #colour=place&rows=0-5,9

import { namedOf } from '../selection/named.js'
import { KEPT, keptView } from './shared.js'

/** @import { Named, SharedState, View } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

const LONGEST = 8000 // characters; a selection of more ranges stays out of the address
const PAUSE = 300 // ms: browsers count how often an address changes

/** Rows as ranges: 0-5,9. @param {number[]} rows ascending */
export const rangesText = rows => {
  /** @type {[number, number][]} */
  const ranges = []
  for (const row of rows) {
    const last = ranges.at(-1)
    if (last && row === last[1] + 1) last[1] = row
    else ranges.push([row, row])
  }
  return ranges.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join()
}

/** @param {string} text of `rangesText` @param {number} n rows that there are; others are left out */
export const rowsOfText = (text, n) => {
  const parts = text.split(',').map(o => o.match(/^(\d+)(?:-(\d+))?$/))
  const ranges = parts.filter(o => o !== null).map(o => [Number(o[1]), Number(o[2] ?? o[1])])
  const there = new Uint8Array(n)
  for (const [a, b] of ranges) there.fill(1, a, b + 1)
  return Array.from(there.keys()).filter(i => there[i])
}

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
  const rows = rangesText(state.selection)
  if (rows !== rangesText(first.selection) && rows.length < LONGEST) parts.set('rows', rows)
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
  named: namedOf(state.named).map(([name, ids]) => [name, rangesText(stage.rows(ids))]),
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
