// Colours as numbers.

/** @param {string} hex such as #1a2b3c @returns {number[]} of 0 to 255 */
export const rgb = hex => [1, 3, 5].map(i => Number.parseInt(hex.slice(i, i + 2), 16))

/**
 * A scale of hex colours as a table of 256 colours.
 * @param {string[]} stops
 * @returns {Uint8ClampedArray} [256 * 3]
 */
export const ramp = stops => {
  const table = new Uint8ClampedArray(768)
  const colours = stops.map(rgb)
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (colours.length - 1)
    const k = Math.min(Math.floor(at), colours.length - 2)
    for (let c = 0; c < 3; c++)
      table[3 * i + c] = colours[k][c] * (1 - (at - k)) + colours[k + 1][c] * (at - k)
  }
  return table
}

/**
 * A colour of CSS as numbers: #rrggbb, rgb(...) or color(srgb ...), as styles are computed.
 * @param {string} text
 * @returns {number[]} of 0 to 255; grey where it is none of these
 */
export const colourOf = text => {
  if (/^#[0-9a-f]{6}$/i.test(text)) return rgb(text)
  const parts = (text.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).slice(0, 3).map(Number)
  if (parts.length < 3) return [136, 136, 136]
  return text.startsWith('color(') ? parts.map(o => Math.round(255 * o)) : parts
}
