// What was computed last is kept, as a picture that is drawn again asks for the same.

/**
 * A function that computes anew where an argument is another one.
 * @template {unknown[]} A
 * @template R
 * @param {(...args: A) => R} compute
 * @returns {(...args: A) => R}
 */
export const latest = compute => {
  /** @type {{ args: A, value: R } | null} */
  let kept = null
  return (...args) => {
    if (!kept || args.some((o, i) => o !== kept?.args[i])) kept = { args, value: compute(...args) }
    return kept.value
  }
}
