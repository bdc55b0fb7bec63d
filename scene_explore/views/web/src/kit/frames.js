// Work that waits for the next picture.

/**
 * Work that many events ask for is done once, before the next picture.
 * @param {() => void} work
 */
export const soon = work => {
  let asked = 0
  const run = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0
      work()
    })
  }
  run.cancel = () => {
    cancelAnimationFrame(asked)
    asked = 0
  }
  return run
}
