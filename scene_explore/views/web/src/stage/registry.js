// The panels by their names; each module of a panel adds its own.

/** @import { Panel } from '../types.d.ts' */

/** @type {Record<string, Panel>} */
export const panels = {}
