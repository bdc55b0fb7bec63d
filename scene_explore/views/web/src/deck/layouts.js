// The layouts of a space by their names: PCA in the plane, and PCA 3-D beside it.

/** @import { Layout } from '../types.d.ts' */

/** @typedef {Record<string, Layout>} Layouts */

/** @param {string} name */
const deepName = name => `${name} 3-D`

/** Names, whatever the dimensions. @param {Layouts} layouts */
export const layoutNames = layouts => [
  ...new Set(Object.keys(layouts).map(o => o.replace(/ 3-D$/, ''))),
]

/** In two dimensions or in three. @param {Layouts} layouts @param {string} name */
export const hasLayout = (layouts, name) =>
  Object.hasOwn(layouts, name) || Object.hasOwn(layouts, deepName(name))

/** In two dimensions and in three. @param {Layouts} layouts @param {string} name */
export const hasBoth = (layouts, name) =>
  Object.hasOwn(layouts, name) && Object.hasOwn(layouts, deepName(name))

/**
 * The layout of a name, if it can be in so many dimensions; else the first one.
 * @param {Layouts} layouts
 * @param {string} name
 * @param {number} dims
 * @returns {Layout | undefined}
 */
export const layoutOf = (layouts, name, dims) => {
  const names = [name, deepName(name)]
  if (dims === 3) names.reverse()
  const found = names.find(o => Object.hasOwn(layouts, o))
  return found === undefined ? Object.values(layouts)[0] : layouts[found]
}

/** In the plane alone; else the first one. @param {Layouts} layouts @param {string} name */
export const flatLayoutOf = (layouts, name) =>
  /** @type {Layout | undefined} */ (
    Object.hasOwn(layouts, name) ? layouts[name] : Object.values(layouts)[0]
  )
