// A page: no kernel, so that questions have no answer, and whoever asks says so.

/** @import { Answer, Host, Plotly } from '../types.d.ts' */

/** @implements {Host} */
export class PageHost {
  page = true
  live = false

  tell() {}

  on() {
    return () => {}
  }

  /** @returns {Promise<Answer>} */
  ask() {
    return Promise.reject(new Error('this needs the notebook: a page has no kernel'))
  }

  /** @returns {Promise<Plotly>} */
  plotly() {
    if (globalThis.Plotly) return Promise.resolve(globalThis.Plotly)
    return Promise.reject(new Error('plotly.js is not in this page'))
  }
}
