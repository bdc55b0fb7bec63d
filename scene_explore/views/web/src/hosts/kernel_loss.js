// What becomes of a panel when its kernel goes, and of its picture while there is one.

/** @import { Model } from '../types.d.ts' */

const AGAIN = "run the notebook's cells again."
/** @type {Record<string, string>} */
const LOST = {
  restarting: `The kernel was restarted: ${AGAIN}`,
  autorestarting: `The kernel was restarted: ${AGAIN}`,
  terminating: `The kernel has ended: start it and ${AGAIN}`,
  dead: `The kernel has ended: start it and ${AGAIN}`,
}

/**
 * Calls `fn` with a sentence when the kernel that holds the model is gone.
 * @param {Model} model
 * @param {(why: string) => void} fn
 * @returns {() => void} what ends the watch
 */
export const onKernelLost = (model, fn) => {
  const { statusChanged, disposed } = model.widget_manager?.kernel ?? {}
  /** @param {unknown} _ @param {string} now */
  const status = (_, now) => LOST[now] && fn(LOST[now])
  const end = () => fn(LOST.dead)
  const comm = () => fn(LOST.restarting) // a host without a kernel to watch says at least this
  statusChanged?.connect(status)
  disposed?.connect(end)
  model.on('comm_live_update', comm)
  return () => {
    statusChanged?.disconnect(status)
    disposed?.disconnect(end)
    model.off('comm_live_update', comm)
  }
}

/** The picture that was left in the notebook makes room for the panel itself. @param {Model} model */
export const hideStill = model => {
  const key = CSS.escape(model.get('key'))
  /** @type {NodeListOf<HTMLElement>} */
  const stills = document.querySelectorAll(`[data-still="${key}"]`)
  for (const still of stills) still.hidden = true
}
