// Selections under names.

/** @import { Named } from '../types.d.ts' */

/** What is no name with its scenes is left out, as a view may come from elsewhere. @param {unknown} value @returns {Named[]} */
export const namedOf = value =>
  (Array.isArray(value) ? value : []).filter(
    o =>
      Array.isArray(o) &&
      o.length === 2 &&
      typeof o[0] === 'string' &&
      Array.isArray(o[1]) &&
      o[1].every(id => typeof id === 'string'),
  )

/** A name that is there gets other scenes. @param {Named[]} named @param {string} name @param {string[]} ids @returns {Named[]} */
export const withNamed = (named, name, ids) =>
  named.some(o => o[0] === name)
    ? named.map(o => (o[0] === name ? [name, ids] : o))
    : [...named, [name, ids]]

/** @param {Named[]} named @param {string} name */
export const withoutNamed = (named, name) => named.filter(o => o[0] !== name)

/** Raises an error where the new name is taken. @param {Named[]} named @param {string} from @param {string} to @returns {Named[]} */
export const renamed = (named, from, to) => {
  if (from !== to && named.some(o => o[0] === to))
    throw new Error(`There is a selection named ${to} already: take another name`)
  return named.map(([name, ids]) => [name === from ? to : name, ids])
}
