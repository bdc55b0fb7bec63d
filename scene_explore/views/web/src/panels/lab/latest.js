// One question at a time: what changes while an answer is on its way is asked together after it.

/**
 * @template {object} Patch
 * @template Answer
 */
export class LatestQuestion {
  busy = false
  closed = false
  /** @type {Partial<Patch> | null} */
  waiting = null

  /**
   * @param {(patch: Partial<Patch>) => Promise<Answer>} ask
   * @param {{ answered: (answer: Answer, more: boolean) => void, failed: (why: Error) => void }} heard
   *   `more`: a later question waits
   */
  constructor(ask, heard) {
    this.ask = ask
    this.heard = heard
  }

  /** @param {Partial<Patch>} patch */
  send(patch) {
    this.waiting = /** @type {Partial<Patch>} */ ({ ...this.waiting, ...patch })
    this.next()
  }

  async next() {
    const patch = this.waiting
    if (!patch || this.busy || this.closed) return
    this.waiting = null
    this.busy = true
    try {
      this.hear(await this.ask(patch))
    } catch (e) {
      this.busy = false
      if (!this.closed) this.heard.failed(/** @type {Error} */ (e))
    }
    this.next()
  }

  /** @param {Answer} answer */
  hear(answer) {
    this.busy = false
    if (!this.closed) this.heard.answered(answer, this.waiting != null)
  }

  close() {
    this.closed = true
  }
}
