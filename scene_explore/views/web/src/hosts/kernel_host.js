// A notebook's kernel: anywidget's traits for what is shared, messages for the rest.

/** @import { Answer, Bytes, Host, Model } from '../types.d.ts' */

// Just after a reload JupyterLab can lose a message to a subshell that it has ended: these are asked
// again, as they change nothing, or as a tag once alone; a second answer is not heard.
const REPEATED = new Set([
  'deck',
  'thumbnails',
  'preview',
  'clock',
  'track',
  'tag',
  'map',
  'map_view',
  'map_nearest',
  'map_colour',
  'map_page',
])
const AGAIN = [5, 20, 60] // seconds

/** @param {unknown} a @param {unknown} b */
const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b)

/** Two views of one model hear the same answers; an insecure page has no randomUUID. */
const newId = () =>
  globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`

/** @typedef {{ done: (value: Answer) => void, failed: (why: Error) => void }} Waiting */

/** @implements {Host} */
export class KernelHost {
  page = false
  live = true
  gone = false
  lost = ''
  /** @type {Map<string, HTMLElement>} panels that outlive a deck */
  kept = new Map()
  /** @type {(() => void)[]} what ends them */
  ends = []

  /** @param {Model} model */
  constructor(model) {
    this.model = model
    /** @type {Map<string, Waiting>} */
    this.waiting = new Map()
    /** @type {Map<string, ((value: any, buffers: Bytes[]) => void)[]>} */
    this.ears = new Map()
    this.hear = this.hear.bind(this)
    model.on('msg:custom', this.hear)
  }

  /**
   * An answer, or what Python says of itself.
   * @param {{ answer?: string, error?: string, push?: string, value?: any }} message
   * @param {Bytes[]} buffers
   */
  hear({ answer = '', error, push, value }, buffers) {
    const asked = this.waiting.get(answer)
    this.waiting.delete(answer)
    if (asked && error) asked.failed(new Error(error))
    else if (asked) asked.done({ ...value, buffers })
    else if (push) for (const fn of this.ears.get(push) || []) fn(value, buffers)
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} [args]
   * @returns {Promise<Answer>}
   */
  ask(kind, args = {}) {
    if (this.gone || this.lost)
      return Promise.reject(new Error(this.lost || 'this view was closed'))
    const id = newId()
    const send = () => this.model.send({ ask: id, kind, args })
    const again = () => this.waiting.has(id) && send()
    if (REPEATED.has(kind)) for (const seconds of AGAIN) setTimeout(again, 1000 * seconds)
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed })
      send()
    })
  }

  /**
   * @param {string} kind
   * @param {(value: any, buffers: Bytes[]) => void} fn
   * @returns {() => void} what ends it
   */
  on(kind, fn) {
    this.ears.set(kind, [...(this.ears.get(kind) || []), fn])
    return () => {
      const others = this.ears.get(kind) || []
      this.ears.set(
        kind,
        others.filter(o => o !== fn),
      )
    }
  }

  /** @param {Record<string, unknown>} values of traits */
  tell(values) {
    for (const [k, v] of Object.entries(values))
      if (!alike(this.model.get(k), v)) this.model.set(k, v)
    this.model.save_changes()
  }

  /** The address below which the server gives its files. */
  base() {
    try {
      const config = document.getElementById('jupyter-config-data')?.textContent
      return JSON.parse(config ?? '').baseUrl || '/'
    } catch {
      return '/'
    }
  }

  /** Whoever waits for an answer gets none. @param {string} why */
  fail(why) {
    for (const o of this.waiting.values()) o.failed(new Error(why))
    this.waiting.clear()
  }

  /** @param {string} why */
  lose(why) {
    this.lost = why
    this.fail(why)
  }

  drop() {
    this.gone = true
    for (const end of this.ends.splice(0)) end()
    this.kept.clear()
    this.model.off('msg:custom', this.hear)
    this.fail('this view was closed')
  }
}
