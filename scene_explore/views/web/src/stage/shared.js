// Values that many look at.

/** @import { Ear, From, Key, SharedState, View } from '../types.d.ts' */

/** @param {unknown} a @param {unknown} b */
const same = (a, b) =>
  a === b ||
  (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((o, i) => o === b[i]))

export class Shared {
  /** @param {SharedState} values */
  constructor(values) {
    this.values = { ...values }
    /** @type {[Key[], Ear][]} */
    this.ears = []
  }

  /** @template {Key} K @param {K} k @returns {SharedState[K]} */
  get(k) {
    return this.values[k]
  }

  /** Whoever looks at a value that changes is told. @param {View} patch @param {From} [from] */
  set(patch, from) {
    const keys = /** @type {Key[]} */ (Object.keys(patch))
    const changed = keys.filter(k => !same(this.values[k], patch[k]))
    if (!changed.length) return
    Object.assign(this.values, Object.fromEntries(changed.map(k => [k, patch[k]])))
    this.touch(changed, from)
  }

  /** What these values stand for has changed, if not the values. @param {Key[]} changed @param {From} [from] */
  touch(changed, from) {
    for (const [heard, fn] of [...this.ears])
      if (heard.some(k => changed.includes(k))) fn(changed, from)
  }

  /** @param {Key[]} keys @param {Ear} fn @returns {() => void} what ends it */
  on(keys, fn) {
    /** @type {[Key[], Ear]} */
    const ear = [keys, fn]
    this.ears.push(ear)
    return () => {
      this.ears = this.ears.filter(o => o !== ear)
    }
  }
}

/**
 * Before a deck is there.
 * @type {SharedState}
 */
export const FIRST = {
  selection: [],
  hover: -1,
  playing: [],
  head: null,
  held: false,
  entry: null,
  hide: true,
  colour: '',
  space: '',
  other: '',
  layout: '',
  dims: 2,
  path: false,
  density: false,
  list: 'clusters',
  queue: [],
  pathFilm: '',
  order: 'time',
  centred: false,
  threshold: null,
  loop: false,
  filter: '',
  where: '',
  sort: ['', 1],
  runs: [],
  dock: {},
  named: [],
}

/**
 * What is kept when a session is saved, beside the selection.
 * @type {Key[]}
 */
export const KEPT = [
  'colour',
  'space',
  'other',
  'layout',
  'dims',
  'path',
  'density',
  'list',
  'pathFilm',
  'order',
  'centred',
  'threshold',
  'loop',
  'filter',
  'where',
  'sort',
  'runs',
  'hide',
  'dock',
  'named',
]

/**
 * Of a view that came from elsewhere: what is known here and says something (without a threshold is
 * a choice, too).
 * @param {Record<string, unknown>} [view]
 * @returns {View}
 */
export const keptView = (view = {}) => {
  const known = Object.entries(view).filter(([k]) => KEPT.includes(/** @type {Key} */ (k)))
  return Object.fromEntries(known.filter(([k, v]) => v != null || k === 'threshold'))
}
