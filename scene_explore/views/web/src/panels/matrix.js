// Matrix: how alike every scene is to every other. The range in view is cut into blocks; looking
// closer computes it anew, down to single scenes.

import { panels } from '../stage/registry.js'
import { MatrixView } from './matrix/view.js'

export { matrixOrders } from './matrix/orders.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { MatrixParts } from './matrix/view.js' */

/** The same view serves the gallery. @param {Stage} stage @param {MatrixParts} parts */
export const matrixView = (stage, parts) => new MatrixView(stage, parts)

panels.matrix = {
  title: 'Similarity matrix',
  hint: 'Click a cell: both scenes play. Drag a square or turn the wheel: closer. Double click: back. Arrow keys, Enter, + and - do the same.',
  make: (stage, { tools, body }) => matrixView(stage, { tools, body }),
}
