// Colours and symbols of a column, as views/look.py has them.

/** @import { Column, Group, Look, Numbers } from '../types.d.ts' */

/** @typedef {{ palette: string[], symbols: string[], grey: string }} Palette */

/** @param {Numbers} values @returns {Look} its range */
const ofNumbers = values => {
  const known = Array.from(values).filter(Number.isFinite)
  const missing = known.length < values.length
  if (!known.length) known.push(0)
  const low = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return { kind: 'number', missing, low, high }
}

/**
 * Its categories, sorted, the unknown last and grey. Where a stretch is drawn and no symbol, each
 * dozen of categories has a hatch of its own, since the colours begin again.
 * @param {string[]} values
 * @param {Palette} palette
 * @returns {Look}
 */
const ofTexts = (values, { palette, symbols, grey }) => {
  const known = [...new Set(values)].filter(o => o !== '').sort((a, b) => (a < b ? -1 : 1))
  const at = new Map(known.map((o, i) => [o, i]))
  /** @type {Group[]} */
  const groups = known.map((value, i) => ({
    value,
    colour: palette[i % palette.length],
    symbol: symbols[i % symbols.length],
    hatch: Math.floor(i / palette.length),
  }))
  if (values.includes('')) groups.push({ value: '', colour: grey, symbol: 'circle-open' })
  return { kind: 'text', groups, of: i => at.get(values[i]) ?? groups.length - 1 }
}

/** @param {Column | undefined} column @param {Palette} palette @returns {Look} */
export const lookOf = (column, palette) => {
  if (column?.kind === 'number') return ofNumbers(column.values)
  if (column) return ofTexts(column.values, palette)
  const groups = [{ value: '', colour: palette.grey, symbol: 'circle' }]
  return { kind: 'text', groups, of: () => 0 }
}
