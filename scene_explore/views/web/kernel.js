// What becomes of a panel when its kernel goes, and of its picture while there is one.

const AGAIN = "run the notebook's cells again."
const LOST = {
  restarting: `The kernel was restarted: ${AGAIN}`,
  autorestarting: `The kernel was restarted: ${AGAIN}`,
  terminating: `The kernel has ended: start it and ${AGAIN}`,
  dead: `The kernel has ended: start it and ${AGAIN}`,
}

// Calls `fn` with a sentence when the kernel that holds the model is gone; the result ends the
// watch.
const onKernelLost = (model, fn) => {
  const { statusChanged, disposed } = model.widget_manager?.kernel ?? {}
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

// The picture that was left in the notebook makes room for the panel itself.
const hideStill = model => {
  const key = CSS.escape(model.get('key'))
  for (const still of document.querySelectorAll(`[data-still="${key}"]`)) still.hidden = true
}
