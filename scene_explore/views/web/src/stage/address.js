// The state of a page in its address, so that a link shows what was seen and a reload loses nothing:
// #colour=place&rows=0-5,9

import { soon } from '../kit/frames.js'
import { KEPT, keptView } from './shared.js'

/** @import { SharedState, View } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

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
  return ranges.flatMap(([a, b]) =>
    Array.from({ length: Math.max(Math.min(b, n - 1) - a + 1, 0) }, (_, k) => a + k),
  )
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
  if (state.selection.length) parts.set('rows', rangesText(state.selection))
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
  const selection = rowsOfText(parts.get('rows') ?? '', n)
  return { ...Object.fromEntries(kept), ...keptView(named), selection }
}

/** Whether a fragment is a state and no place on the page. @param {string} text */
const isState = text => text.includes('=')

/** The address follows the stage, and the stage the address. @param {Stage} stage */
export const followAddress = stage => {
  const first = { ...stage.shared.values }
  const read = () => {
    const text = location.hash.slice(1)
    if (text && !isState(text)) return
    stage.set(viewOfAddress(text, first, stage.deck.n))
    stage.repair()
  }
  const write = soon(() => {
    const text = addressOf(stage.shared.values, first)
    if (text === location.hash.slice(1) || (!text && !isState(location.hash))) return
    history.replaceState(history.state, '', text ? `#${text}` : location.pathname + location.search)
  })
  if (isState(location.hash)) read()
  stage.on(['selection', ...KEPT], write)
  addEventListener('hashchange', read)
  stage.tidy.push(() => removeEventListener('hashchange', read), write.cancel)
}
