// The curves of a film: similarity to the scene before, and the distances of words and pictures.

import { short } from '../../kit/text.js'
import { extentOf } from './similarity.js'
import { cuttingRate, windowOf } from './statistics.js'

/** @import { Space } from '../../deck/space.js' */
/** @import { Series } from './curve.js' */
/** @import { FilmView } from './film.js' */
/** @import { Inks } from './sheet.js' */

/** @type {{ dash: number[], dot: 'round' }} */
const SOLID = { dash: [], dot: 'round' }

/** @param {ArrayLike<number>} similarities */
const distances = similarities => Float32Array.from(similarities, v => 1 - v)

/**
 * In the space that is shown, and in the one that it is compared with.
 * @param {FilmView} film
 * @param {Space} main
 * @param {Space | null} other
 * @param {Inks} inks
 * @returns {Series[]}
 */
export const similaritySeries = (film, main, other, inks) => {
  const space = film.deck.visual.length > 1 ? ` · ${short(main.name, 34)}` : ''
  const name = `similarity to the scene before${space}`
  /** @type {Series} */
  const first = { name, values: film.similarities(main), colour: inks.first, ...SOLID }
  if (!other) return [first]
  const values = film.similarities(other)
  const second = short(other.name, 34)
  return [first, { name: second, values, colour: inks.second, dash: [6, 4], dot: 'square' }]
}

/** @param {FilmView} film @param {Space} main @param {Space} text @param {Inks} inks @returns {Series[]} */
export const distanceSeries = (film, main, text, inks) => {
  const pictures = distances(film.similarities(main))
  const words = distances(film.similarities(text))
  return [
    { name: 'distance of the pictures', values: pictures, colour: inks.first, ...SOLID },
    {
      name: 'distance of the words',
      values: words,
      colour: inks.third,
      dash: [2, 3],
      dot: 'square',
    },
  ]
}

/** @param {FilmView} film @param {number[]} moments @param {Inks} inks @returns {Series} */
export const rateSeries = (film, moments, inks) => ({
  name: `cutting rate: shots a minute, in a window of ${windowOf(film.length)} s`,
  values: cuttingRate(film.deck, film.rows, film.length, moments),
  colour: inks.ink,
  thick: 1.2,
  ...SOLID,
})

/** From 0. @param {Series[]} all @returns {[number, number]} */
export const rangeFromZero = all => {
  const extent = extentOf(...all.map(o => o.values)) ?? [0, 1]
  return [0, Math.max(extent[1] * 1.05, 0.05)]
}
