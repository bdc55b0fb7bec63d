// A map of many scenes, and below it the panels of those that are open: both talk with one model.

import { el } from '../kit/dom.js'
import { MapPanel } from '../map/panel.js'
import { KernelHost } from './kernel_host.js'
import { onKernelLost } from './kernel_loss.js'
import { renderStage } from './notebook.js'

/** @import { Model } from '../types.d.ts' */
/** @import { MapHeader } from '../map/panel.js' */

/** @param {HTMLElement} root @param {KernelHost} host @param {(map: MapPanel) => void} made */
const mount = async (root, host, made) => {
  try {
    const header = /** @type {any} */ (await host.ask('map'))
    root.replaceChildren()
    made(new MapPanel(root, host, /** @type {MapHeader} */ (header)))
  } catch (e) {
    if (host.gone) return
    const why = `The map did not come: ${/** @type {Error} */ (e).message}`
    root.replaceChildren(el('p', { class: 'se-waiting', role: 'alert' }, why))
  }
}

/** anywidget's hook. @param {{ model: Model, el: HTMLElement }} view @returns {() => void} */
export const renderMapped = ({ model, el: root }) => {
  const host = new KernelHost(model)
  const above = el('div', { class: 'se-studio se-mapped' })
  above.append(el('p', { class: 'se-waiting' }, 'Waiting for the kernel …'))
  const below = el('div')
  root.append(above, below)
  /** @type {MapPanel | null} */
  let map = null
  mount(above, host, made => {
    map = made
    Object.assign(above, { map }) // for whoever looks from outside
  })
  const dropStage = renderStage({ model, el: below })
  const ended = onKernelLost(model, why => {
    host.lose(why)
    above.prepend(el('p', { class: 'se-lost', role: 'alert' }, why))
  })
  return () => {
    ended()
    map?.drop()
    host.drop()
    dropStage()
  }
}
