// What Python sends of runs, as `scene_explore.views.gallery.gallery_data` writes it, and what the
// parts of this panel pass to each other.

/** A number that may be missing. */
export type Maybe = number | null

/** A measure of the training: the running mean of the batches, and its validation (v). */
export interface Curve {
  x: number[]
  y: Maybe[]
  vx: number[]
  vy: Maybe[]
}
export type Line = Pick<Curve, 'x' | 'y'>
/** A metric with its interval, and its difference from the first run with its own. */
export type MetricNumbers = [
  value: Maybe,
  low: Maybe,
  high: Maybe,
  difference: Maybe,
  differenceLow: Maybe,
  differenceHigh: Maybe,
]
/** Share of the variance that a factor explains, with its interval. */
export type Share = [share: Maybe, low: Maybe, high: Maybe]
export interface Run {
  name: string
  note: string
  /** a text for each of the settings */
  config: string[]
  /** by the name of the measure */
  curves: Record<string, Curve>
  /** for each of the metrics */
  metrics: MetricNumbers[]
  /** for each of the factors */
  probe: (Share | null)[]
}
export interface Metric {
  name: string
  title: string
  /** what a random ranking reaches */
  chance: Maybe
}
export interface GalleryData {
  /** the first is what the others are compared with */
  runs: Run[]
  /** those that are not the same in all runs */
  settings: string[]
  metrics: Metric[]
  factors: string[]
  /** what the metrics are of, in words */
  judged: string
  measures: { name: string; title: string }[]
}

/** A run that is shown: its letter, its colour or its dash tell it apart. */
export interface Slot {
  letter: string
  colour: string
  dash: string
  run: Run
  /** the place of the run in the list */
  at: number
}
export type Series = Pick<Slot, 'letter' | 'colour' | 'dash'> & { run: Pick<Run, 'name'> }

export type Range = [low: number, high: number]
export interface Frame {
  x: Range
  y: Range
}
export type Point = [x: number, y: number]

/** What a chart shows of the runs. */
export interface Drawing {
  content: Node[]
  note: string
}
export interface ChartContext {
  data: GalleryData
  slots: Slot[]
  /** the name of the measure whose curves are drawn */
  measure: string
  /** px */
  width: number
}
