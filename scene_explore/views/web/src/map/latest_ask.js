// One question at a time: while an answer is awaited, of all further questions only the last is kept.

/**
 * @template A
 * @template R
 * @param {(question: A) => Promise<R>} ask
 * @param {(answer: R) => void} heard
 * @param {(why: Error) => void} [failed]
 */
export const latestAsk = (ask, heard, failed = () => {}) => {
  let busy = false
  /** @type {{ question: A } | null} */
  let next = null
  const run = async () => {
    busy = true
    while (next) {
      const { question } = next
      next = null
      try {
        heard(await ask(question))
      } catch (e) {
        failed(/** @type {Error} */ (e))
      }
    }
    busy = false
  }
  /** @param {A} question */
  return question => {
    next = { question }
    if (!busy) run()
  }
}
