// What the lab knows: the settings, and what Python last said of them. Curves that are dragged are
// known here before Python answers.

import { pointsOn, through, withMoved } from './curves.js'
import { netPull } from './net_pull.js'

/** @import { Curve, Interval, LabState, Point, Seen, Settings } from './types.d.ts' */

/** @returns {Record<Curve, Point[] | null>} */
const noPoints = () => ({ f: null, g: null })

export class LabModel {
  /** @param {LabState} state @param {boolean} live a kernel is there */
  constructor(state, live) {
    this.first = state
    this.live = live
    this.fixed = state.fixed
    this.settings = state.settings
    this.seen = state.seen
    this.ideal = state.ideal
    this.training = state.training
    /** the settings have changed since Python answered, and nobody will ask it */
    this.stale = false
    this.points = noPoints()
  }

  /** @param {Partial<LabState>} state what Python says now */
  take(state) {
    Object.assign(this, state)
    this.stale = false
    this.points = noPoints()
  }

  /** As the page was when it opened. */
  reset() {
    const { settings, seen } = this.first
    this.take({ settings, seen })
  }

  /** Each pair is pulled by f and pushed by g; else f alone says where all are to be. */
  get guided() {
    return this.settings.loss === 'text_guided'
  }

  get running() {
    return ['starting', 'training'].includes(this.training.status)
  }

  get net() {
    return netPull(this.seen, this.guided)
  }

  /** @param {Partial<Settings>} patch */
  change(patch) {
    this.settings = { ...this.settings, ...patch }
    this.stale = !this.live
  }

  /** What Python sees under the settings of now; presets on the same grid are not sent again. @param {Seen} seen */
  see(seen) {
    this.seen = { ...seen, presets: seen.presets ?? this.seen.presets }
  }

  /** A preset with its usual numbers is known before Python answers. @param {Curve} which @param {string} name */
  usePreset(which, name) {
    const preset = this.seen.presets[name]
    if (!preset) return
    this.seen = { ...this.seen, [which]: preset[which] }
    this.points[which] = null
  }

  /** The points that are dragged: as they were drawn, else on the curve. @param {Curve} which */
  pointsOf(which) {
    const points = this.points[which] ?? this.firstPoints(which)
    this.points[which] = points
    return points
  }

  /** @param {Curve} which @returns {Point[]} */
  firstPoints(which) {
    const drawn = this.settings[`${which}_points`]
    if (this.settings[which] === 'drawn' && drawn.length) return drawn
    return pointsOn(this.seen.at, this.seen[which], this.seen.low)
  }

  /**
   * @param {Curve} which
   * @param {number} i
   * @param {Point} to
   * @param {Interval} span weights that the picture shows
   * @returns {Partial<Settings>} what Python is to be told
   */
  movePoint(which, i, to, span) {
    const points = withMoved(this.pointsOf(which), i, to, span)
    this.points[which] = points
    this.seen = { ...this.seen, [which]: through(points, this.seen.at) }
    return { [which]: 'drawn', [`${which}_points`]: points }
  }
}
