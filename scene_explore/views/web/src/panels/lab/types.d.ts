// The state of the weighting lab, as `scene_explore.views.weighting_lab` sends it, arrays unpacked.

import type { Numbers } from '../../types.d.ts'

/** f pulls, g pushes */
export type Curve = 'f' | 'g'
/** s and the weight there */
export type Point = [number, number]
export type Interval = [number, number]

export interface Settings {
  /** a preset and its numbers, such as 'power 2', or 'drawn' */
  f: string
  g: string
  f_points: Point[]
  g_points: Point[]
  calibration: string
  loss: string
  margin: number
  temperature: number
  target: number
}

/** What can be chosen, and how far each number goes. */
export interface Fixed {
  presets: string[]
  /** of each preset: lowest, highest and usual value by name */
  numbers: Record<string, Record<string, [number, number, number]>>
  /** false: needs text vectors */
  calibrations: Record<string, boolean>
  losses: string[]
  temperatures: Record<string, number>
  ranges: Record<'margin' | 'temperature' | 'target', Interval>
  defaults: Settings
  /** how many blocks of the backbone can be thawed */
  blocks: number
}

export interface Pair {
  i: number
  j: number
  s: number
  sim: number
  force: number
}

/** What the weights do to the pairs of the scenes. */
export interface Seen {
  /** relatedness, ascending from low to 1 */
  at: ArrayLike<number>
  f: ArrayLike<number>
  g: ArrayLike<number>
  /** net pull, where it is not f − g: the mean of each bin, NaN where there are no pairs */
  n: ArrayLike<number>
  /** shares of the pairs in the bins between the values of `at` */
  histogram: ArrayLike<number>
  low: number
  /** shares of the pairs */
  pulled: number
  pushed: number
  pull: Pair[]
  push: Pair[]
  words: string
  presets: Record<string, Record<Curve, ArrayLike<number>>>
}

/** Where free vectors end under the loss. */
export interface Ideal {
  mean_cosine: number | null
  rankme: number | null
  spearman: number | null
  loss: number | null
  collapsed: number | null
  words: string
  note: string
  rows: ArrayLike<number>
  // [rows * rows] 0 to 255, the cosine of 0 to 1
  s: Uint8Array
  now: Uint8Array
  ideal: Uint8Array
}

export type Curves = Record<string, (number | null)[]> & { step: number[] }

export interface Training {
  status: 'idle' | 'starting' | 'training' | 'done' | 'cancelled' | 'early' | 'nan' | 'failed'
  said?: string
  name?: string
  steps?: number
  step?: number
  lr?: number
  k?: number
  seed?: number
  /** steps a second */
  rate?: number
  /** seconds */
  left?: number
  curves?: Curves
  xy?: Numbers
  axes?: string[]
  reach?: number
}

export interface LabState {
  fixed: Fixed
  settings: Settings
  seen: Seen
  ideal: Ideal | null
  training: Training
}
