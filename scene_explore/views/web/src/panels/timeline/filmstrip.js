// The filmstrip: thumbnails of scenes in the order of time.

/** @import { Strip } from './plan.js' */
/** @import { Stretch } from './rows.js' */
/** @import { Sheet } from './sheet.js' */
/** @import { Thumbnails } from './thumbnails.js' */

const SLOT = 64 // pixels a thumbnail

/**
 * The scenes that have a thumbnail: of those that begin in one slot the longest. Slots begin at the
 * start of the film, so that moving along it changes no choice.
 * @param {Stretch[]} stretches
 * @param {number} origin pixels, of the start of the film
 */
export const framesOf = (stretches, origin) => {
  /** @type {Map<number, Stretch>} */
  const longest = new Map()
  for (const stretch of stretches) {
    const slot = Math.floor((stretch.at - origin) / SLOT)
    const before = longest.get(slot)
    if (!before || stretch.wide > before.wide) longest.set(slot, stretch)
  }
  return [...longest.values()]
}

/**
 * Where a picture of this shape lies: at the left of what is seen of its scene, and no further than it.
 * @param {Stretch} stretch
 * @param {{ left: number, right: number }} seen
 * @param {number} wide pixels of the whole picture
 */
export const frameWithin = (stretch, seen, wide) => {
  const left = Math.max(stretch.at, seen.left)
  const right = Math.min(stretch.at + stretch.wide, seen.right)
  return { left, wide: Math.max(Math.min(wide, right - left), 0) }
}

/**
 * @param {Sheet} sheet
 * @param {Strip} strip
 * @param {Stretch[]} stretches
 * @param {Thumbnails} thumbnails
 */
export const drawFilmstrip = ({ g, scale }, { top, tall }, stretches, thumbnails) => {
  for (const stretch of framesOf(stretches, scale.x(0))) {
    const image = thumbnails.image(stretch.row)
    if (!image) continue
    const zoom = tall / image.naturalHeight
    const { left, wide } = frameWithin(stretch, scale, image.naturalWidth * zoom)
    if (wide >= 1) g.drawImage(image, 0, 0, wide / zoom, image.naturalHeight, left, top, wide, tall)
  }
}
