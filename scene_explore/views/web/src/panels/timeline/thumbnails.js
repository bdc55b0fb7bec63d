// Thumbnails of the scenes as pictures and as colours. They come late: from the kernel, and then
// they are decoded.

import { meanColour } from './barcode.js'

/** @import { Deck } from '../../deck/deck.js' */

const SIDE = 16 // pixels of the small picture that a mean is taken of
const MOST_KEPT = 200 // decoded pictures
const AT_ONCE = 32

export class Thumbnails {
  isGone = false
  isReading = false
  /** @type {Map<number, HTMLImageElement>} */
  images = new Map()
  /** @type {Map<number, string>} '' where a picture is not read yet, or cannot be */
  colours = new Map()
  /** @type {CanvasRenderingContext2D | undefined} */
  context = undefined
  /** @type {number[]} rows whose colours are asked for */
  wanted = []

  /** @param {Deck} deck @param {() => void} changed */
  constructor(deck, changed) {
    this.deck = deck
    this.changed = changed
  }

  /** A picture that is there; whoever asks for another one is told when it came. @param {number} row */
  image(row) {
    const image = this.images.get(row) ?? this.load(row)
    return image?.naturalWidth ? image : null
  }

  /** @param {number} row */
  load(row) {
    const src = this.deck.picture(row)
    if (!src) return null
    const [oldest] = this.images.keys()
    if (this.images.size >= MOST_KEPT) this.images.delete(oldest)
    const image = new Image()
    image.onload = this.changed
    image.src = src
    this.images.set(row, image)
    return image
  }

  /** Mean colours of scenes, as far as they are known; the others follow. @param {number[]} rows */
  coloursOf(rows) {
    this.wanted = rows.filter(row => !this.colours.has(row) && this.deck.jpegs.has(row))
    if (this.wanted.length) this.readColours()
    return this.colours
  }

  /** A few at a time, so that nothing else waits for them. */
  async readColours() {
    if (this.isReading) return
    this.isReading = true
    while (this.wanted.length && !this.isGone) {
      const rows = this.wanted.splice(0, AT_ONCE)
      for (const row of rows) this.colours.set(row, '') // so that nobody asks for it again
      const colours = await Promise.all(rows.map(row => this.readColour(row)))
      rows.forEach((row, i) => {
        this.colours.set(row, colours[i])
      })
      this.changed()
    }
    this.isReading = false
  }

  /** @param {number} row @returns {Promise<string>} */
  async readColour(row) {
    const image = new Image()
    image.src = this.deck.picture(row)
    try {
      await image.decode()
      return meanColour(this.pixelsOf(image))
    } catch {
      return ''
    }
  }

  /** @param {HTMLImageElement} image */
  pixelsOf(image) {
    const g = this.small()
    g.drawImage(image, 0, 0, SIDE, SIDE)
    return g.getImageData(0, 0, SIDE, SIDE).data
  }

  /** A small canvas to take the mean of, made once. */
  small() {
    if (this.context) return this.context
    const canvas = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE })
    const g = canvas.getContext('2d', { willReadFrequently: true })
    this.context = /** @type {CanvasRenderingContext2D} */ (g)
    this.context.imageSmoothingQuality = 'high'
    return this.context
  }

  drop() {
    this.isGone = true
    this.images.clear()
  }
}
