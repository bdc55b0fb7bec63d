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
