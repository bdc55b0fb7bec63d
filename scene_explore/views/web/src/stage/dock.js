// Where the panels of a workspace stand: one large, the player at its side, the others below, of
// which one is shown at a time. Sizes are percent of the workspace.

import { clamp } from '../kit/text.js'

/** @import { Dock } from '../types.d.ts' */

/** @typedef {'column' | 'row'} Split the column ends where the player begins, the row where the lower panels do */
/** @typedef {{ main: string, third: string, column: number, row: number, folded: string[] }} Layout */

const LARGE = 'projection'
export const SIDE = 'player'

/** Least, most and first size. @type {Record<Split, { least: number, most: number, first: number }>} */
export const SIZES = {
  column: { least: 25, most: 75, first: 58 },
  row: { least: 20, most: 80, first: 57 },
}
const STEP = 2
const FAR = 10

/** A workspace has all three: what is large, the player, and at least one more. @param {string[]} names */
export const isWorkspace = names =>
  names.includes(LARGE) && names.includes(SIDE) && new Set(names).size > 2

/** @param {Split} split @param {unknown} size */
const sizeOf = (split, size) => {
  const { least, most, first } = SIZES[split]
  return typeof size === 'number' && Number.isFinite(size) ? clamp(size, least, most) : first
}

/**
 * The whole layout of what was asked for, which may name what is not here.
 * @param {Dock | null | undefined} asked
 * @param {string[]} names of the panels, in their order
 * @returns {Layout}
 */
export const layoutOf = (asked, names) => {
  const { main = '', third = '', column, row, folded } = asked ?? {}
  const others = names.filter(o => o !== SIDE)
  const large = others.includes(main) ? main : LARGE
  const rest = others.filter(o => o !== large)
  return {
    main: large,
    third: rest.includes(third) ? third : rest[0],
    column: sizeOf('column', column),
    row: sizeOf('row', row),
    folded: Array.isArray(folded) ? names.filter(o => folded.includes(o)) : [],
  }
}

/** What is large and what is shown below change places. @param {Layout} layout @returns {Dock} */
export const swapped = ({ main, third }) => ({ main: third, third: main })

/** @param {Layout} layout @param {string} name of the panel that is folded, or unfolded */
export const foldedWith = ({ folded }, name) =>
  folded.includes(name) ? folded.filter(o => o !== name) : [...folded, name]

/**
 * A panel that is not the player is in sight, as the large one or below.
 * @param {Dock} dock
 * @param {string} name
 * @returns {Dock}
 */
export const shownWith = (dock, name) => ({
  ...dock,
  third: dock.main === name ? dock.third : name,
  folded: (dock.folded ?? []).filter(o => o !== name),
})

/**
 * What each of the three places does: a strip is a column as narrow as a head, a head a row as low
 * as one.
 * @typedef {'open' | 'strip' | 'head'} Shape
 * @param {Layout} layout
 * @returns {{ main: Shape, side: Shape, third: Shape }}
 */
export const shapesOf = ({ main, third, folded }) => {
  const [large, side, below] = [main, SIDE, third].map(o => folded.includes(o))
  const closed = large && side ? 'head' : 'strip'
  return {
    main: large ? closed : 'open',
    side: side ? closed : 'open',
    third: below ? 'head' : 'open',
  }
}

/** @param {number} size percent @param {boolean} first is open @param {boolean} second is open */
const pair = (size, first, second) => {
  if (first === second) return [`minmax(0, ${size}fr)`, `minmax(0, ${100 - size}fr)`]
  return first ? ['minmax(0, 1fr)', 'auto'] : ['auto', 'minmax(0, 1fr)']
}

/**
 * The tracks of a grid of two columns and two rows, without what lies between them.
 * @param {Layout} layout
 * @returns {{ columns: string[], rows: string[] }}
 */
export const tracksOf = layout => {
  const { main, side, third } = shapesOf(layout)
  const upper = main !== 'head'
  const lower = third !== 'head'
  const columns = pair(layout.column, main !== 'strip', side !== 'strip')
  return { columns, rows: upper || lower ? pair(layout.row, upper, lower) : ['auto', 'auto'] }
}

/** Whether what a split lies between can be given other sizes. @param {Layout} layout @param {Split} split */
export const isMovable = (layout, split) => {
  const { main, side, third } = shapesOf(layout)
  if (split === 'column') return main !== 'strip' && side !== 'strip'
  return main !== 'head' && third !== 'head'
}

/**
 * The size of a split that is dragged to a point.
 * @param {Split} split
 * @param {number} at pixels
 * @param {number} from pixels, where the workspace begins
 * @param {number} length pixels
 */
export const sizeAt = (split, at, from, length) =>
  sizeOf(split, length > 0 ? Math.round((1000 * (at - from)) / length) / 10 : undefined)

/**
 * The size after a key; undefined: the key does nothing here.
 * @param {Split} split
 * @param {number} size percent
 * @param {string} key
 * @param {boolean} far with shift
 */
export const sizeAfter = (split, size, key, far) => {
  const { least, most } = SIZES[split]
  const [less, more] = split === 'column' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  const step = far ? FAR : STEP
  /** @type {Record<string, number>} */
  const sizes = { [less]: size - step, [more]: size + step, Home: least, End: most }
  return Object.hasOwn(sizes, key) ? clamp(sizes[key], least, most) : undefined
}
