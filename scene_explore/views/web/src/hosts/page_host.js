// A page: no kernel, so that questions have no answer, and whoever asks says so.

/** @import { Answer, Host } from '../types.d.ts' */

/** @implements {Host} */
export class PageHost {
  page = true
  live = false

  tell() {}

  /** Films that lie beside the page are named from there. */
  base() {
    return ''
  }

  on() {
    return () => {}
  }

  /** @returns {Promise<Answer>} */
  ask() {
    return Promise.reject(new Error('this needs the notebook: a page has no kernel'))
  }
}
