// The matrix as it is used here, held to one space.

import { matrixView } from '../matrix.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Range } from './types.d.ts' */

/**
 * @typedef {object} MatrixParts
 * @property {HTMLElement} tools
 * @property {HTMLElement} body
 * @property {string} fixed the space
 * @property {Range | null} scale of the colours; null: of what is in view
 */
/** @typedef {{ drop?: () => void }} MatrixView */

/** @typedef {(stage: Stage, parts: MatrixParts) => MatrixView} MakeMatrix */

export const matrixOf = /** @type {MakeMatrix} */ (/** @type {unknown} */ (matrixView))
