// A page: no kernel, so that questions have no answer, and whoever asks says so.

/** @import { Answer, Host } from '../types.d.ts' */

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
}
