// Three dimensions as two: a turn around the vertical axis, then a tilt, seen from far away.

/** @import { Numbers } from '../types.d.ts' */
/** @typedef {{ turn: number, tilt: number }} Orbit radians */

/** @type {Orbit} */
export const FIRST_ORBIT = { turn: 0.7, tilt: 0.5 }

/** @param {Orbit} orbit @returns {(x: number, y: number, z: number) => [number, number, number]} right, up, towards whoever looks */
export const seenFrom = ({ turn, tilt }) => {
  const [ct, st, cu, su] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)]
  return (x, y, z) => {
    const right = ct * x - st * y
    const away = st * x + ct * y
    return [right, cu * z + su * away, su * z - cu * away]
  }
}

/**
 * All rows as two coordinates, and how near each is.
 * @param {Numbers} xyz [n, 3]
 * @param {Orbit} orbit
 */
export const flattened = (xyz, orbit) => {
  const n = xyz.length / 3
  const xy = new Float32Array(2 * n)
  const near = new Float32Array(n)
  const see = seenFrom(orbit)
  for (let i = 0; i < n; i++) {
    const [right, up, towards] = see(xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2])
    xy[2 * i] = right
    xy[2 * i + 1] = up
    near[i] = towards
  }
  return { xy, near }
}

/** @param {Orbit} orbit @param {number} dx @param {number} dy CSS pixels @returns {Orbit} */
export const turnedBy = ({ turn, tilt }, dx, dy) => ({
  turn: turn + dx * 0.01,
  tilt: Math.max(-Math.PI / 2, Math.min(Math.PI / 2, tilt + dy * 0.01)),
})
