// The other panels' views as they are used here: a projection and a matrix, each held to one space.

import { matrixView } from '../matrix.js'
import { projection } from '../projection.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Plot, PlotLayout, Range } from './types.d.ts' */

/**
 * @typedef {object} ProjectionParts
 * @property {HTMLElement} tools
 * @property {HTMLElement} body
 * @property {string} fixed the space
 * @property {(layout: PlotLayout) => PlotLayout} reframe has the last word on plotly's layout
 * @property {(plot: Plot) => void} drawn hears of every picture
 */
/** @typedef {{ plot: Plot, drop: () => void }} ProjectionView */

/**
 * @typedef {object} MatrixParts
 * @property {HTMLElement} tools
 * @property {HTMLElement} body
 * @property {string} fixed the space
 * @property {Range | null} scale of the colours; null: of what is in view
 */
/** @typedef {{ drop?: () => void }} MatrixView */

/** @typedef {(stage: Stage, parts: ProjectionParts) => ProjectionView} MakeProjection */
/** @typedef {(stage: Stage, parts: MatrixParts) => MatrixView} MakeMatrix */
/** @typedef {{ mates?: Plot[], following?: boolean }} Zoom */

export const projectionOf = /** @type {MakeProjection} */ (/** @type {unknown} */ (projection))
export const matrixOf = /** @type {MakeMatrix} */ (/** @type {unknown} */ (matrixView))

/**
 * What a stage lets its projections know: the pictures that zoom together, and whether they are
 * following one of them just now.
 * @param {Stage} stage
 */
export const zoomOf = stage => /** @type {Zoom} */ (/** @type {unknown} */ (stage))
