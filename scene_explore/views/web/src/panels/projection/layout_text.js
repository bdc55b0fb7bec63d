// What is said of a layout.

import { counted, short } from '../../kit/text.js'

/** @import { Layout } from '../../types.d.ts' */

const TRUST =
  '1 where all dots near each other are near in the space too; each false neighbour costs by how far it ranks there.'

/** How it was made. @param {Pick<Layout, 'settings'>} layout */
export const layoutText = ({ settings }) =>
  settings ? `${settings[0].toUpperCase()}${settings.slice(1)}.` : ''

/** How far it can be trusted. @param {Pick<Layout, 'trust' | 'among'>} layout */
export const trustText = ({ trust, among }) => {
  if (trust == null) return ''
  const lot = among ? ` among ${counted(among, 'scene')} drawn by lot` : ''
  return `Trustworthiness ${trust.toFixed(2)}${lot}: ${TRUST}`
}

/** Whose trajectory is drawn. @param {string} film @param {number} n scenes */
export const pathText = (film, n) =>
  n ? `Trajectory of ${short(film, 60)}: ${counted(n, 'scene')} in the order of time.` : ''
