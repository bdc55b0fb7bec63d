// All that runs in a browser, as one module: anywidget's hook for a notebook, and the start of a page.

import { renderMapped } from './hosts/mapped.js'
import { keepEarly, renderStage } from './hosts/notebook.js'
import { startReading } from './pages/reading.js'
import { startReport } from './pages/report.js'
import './panels/clusters.js'
import './panels/filter.js'
import './panels/gallery.js'
import './panels/lab.js'
import { renderLabeller } from './panels/labeller.js'
import './panels/library.js'
import './panels/matrix.js'
import './panels/neighbours.js'
import './panels/player.js'
import './panels/projection.js'
import { renderReading } from './panels/reading.js'
import './panels/table.js'
import './panels/timeline.js'

/** @import { Model } from './types.d.ts' */
/** @typedef {{ model: Model, el: HTMLElement }} View */

/** @type {Record<string, (view: View) => () => void>} */
const WIDGETS = {
  stage: renderStage,
  map: renderMapped,
  labeller: renderLabeller,
  reading: renderReading,
}
/** @type {Record<string, () => void>} */
const PAGES = { report: startReport, reading: startReading }

/** @param {View} view */
const render = view => WIDGETS[view.model.get('kind')](view)

/** @param {{ model: Model }} made */
const initialize = ({ model }) => keepEarly(model)

PAGES[document.body.dataset.sceneExplore ?? '']?.()

export default { initialize, render }
export { Deck } from './deck/deck.js'
export { Space } from './deck/space.js'
export { KernelHost } from './hosts/kernel_host.js'
export { mountStages } from './hosts/mount.js'
export { PageHost } from './hosts/page_host.js'
export { link } from './stage/links.js'
export { panels } from './stage/registry.js'
export { Shared } from './stage/shared.js'
export { Stage } from './stage/stage.js'
