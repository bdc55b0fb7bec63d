// Text on a stretch of colour.

import { rgb } from '../../kit/colours.js'

const BRIGHT = 140 // of 255, from where on text is dark

/** Black or white, whichever can be read on a colour. @param {string} colour #rrggbb or rgb(r,g,b) */
export const inkOn = colour => {
  const [r, g, b] = colour.startsWith('#') ? rgb(colour) : (colour.match(/\d+/g) ?? []).map(Number)
  return 0.299 * r + 0.587 * g + 0.114 * b > BRIGHT ? '#111' : '#fff'
}

/**
 * As much of a text as fits, and an ellipsis where some is missing; '' where next to nothing fits.
 * @param {string} text
 * @param {number} wide
 * @param {(text: string) => number} measure
 */
export const fitted = (text, wide, measure) => {
  if (measure(text) <= wide) return text
  for (let n = text.length - 1; n > 1; n--) {
    const cut = `${text.slice(0, n).trimEnd()}…`
    if (measure(cut) <= wide) return cut
  }
  return ''
}
