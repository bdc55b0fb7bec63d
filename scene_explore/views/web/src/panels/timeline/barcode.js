// The barcode of a film: each scene in the mean colour of its thumbnail.

import { oneAPixel } from './rows.js'

/** @import { Strip } from './plan.js' */
/** @import { Stretch } from './rows.js' */
/** @import { Sheet } from './sheet.js' */

/** @param {Uint8ClampedArray} pixels red, green, blue and alpha of each @returns {string} a CSS colour */
export const meanColour = pixels => {
  const sums = [0, 0, 0]
  for (let i = 0; i < pixels.length; i += 4) for (let c = 0; c < 3; c++) sums[c] += pixels[i + c]
  return `rgb(${sums.map(o => Math.round((4 * o) / pixels.length)).join()})`
}

/**
 * @param {Sheet} sheet
 * @param {Strip} strip
 * @param {Stretch[]} stretches
 * @param {Map<number, string>} colours
 */
export const drawBarcode = ({ g, inks }, { top, tall }, stretches, colours) => {
  for (const { row, at, wide } of oneAPixel(stretches)) {
    g.fillStyle = colours.get(row) || inks.line
    g.fillRect(at, top, wide, tall)
  }
}
