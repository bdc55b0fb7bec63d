// What is passed between Python and the panels, and between the panels.

/** An array that lies in buffer `at`, row by row. */
export interface Packed {
  at: number
  dtype: 'float32' | 'float64' | 'int32' | 'uint8' | 'float16'
  shape: number[]
}
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | Uint8ClampedArray
/** A buffer as it comes: of a message, or of a page. */
export type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>

// ---- the deck, as `scene_explore.views.deck.pack` writes it

/** How a space was laid out: `LayoutChoice` of Python. */
export interface LayoutChoice {
  method: string
  /** of t-SNE the perplexity */
  neighbours: number
  min_dist: number
  metric: string
  seed: number
  dims: number
  /** 'own', or a baseline */
  vectors: string
}
export interface PackedLayout {
  xy: Packed
  axes: string[]
  trust: number | null
  /** scenes drawn by lot that `trust` was measured with; 0: all */
  among?: number
  /** the parameters in words */
  settings?: string
  choice?: LayoutChoice | null
}
export interface PackedSpace {
  name: string
  role?: 'visual' | 'text'
  note?: string
  x: Packed
  layouts?: Record<string, PackedLayout>
}
export interface PackedColumn {
  name: string
  kind: 'text' | 'number'
  /** false: to read and to filter by, not to colour by */
  colour?: boolean
  /** texts; with `of`, codes of them */
  values?: string[] | Packed
  of?: string[]
  numbers?: Packed
}
export interface PackedFilm {
  id: string
  name: string
  /** of the film, for a <video>, relative to the server's base, or to the page */
  src: string | null
  /** seconds at which its first picture is shown; null: the kernel knows */
  first?: number | null
  /** seconds, of the last scene */
  end: number
  /** the buffer of its WebM */
  preview: number | null
  /** whether that carries sound */
  sound?: boolean
  /** null: not looked for yet */
  subtitles?: PackedCues | null
  /** of 255, in equal stretches from 0 to `end`; empty: no sound; null: not looked for yet */
  peaks?: Packed | null
}
/** Lines of a film, in seconds, by their starts. */
export interface PackedCues {
  start: Packed
  end: Packed
  text: string[]
}
export interface DeckHeader {
  ids: string[]
  start: Packed
  end: Packed
  film: Packed
  films: PackedFilm[]
  columns: PackedColumn[]
  default_colour: string
  /** rows that are black or a title card */
  hidden?: Packed
  spaces: PackedSpace[]
  thumbnails?: { rows: number[]; at: number }
  more_thumbnails?: number
  tags?: TagRow[]
  /** who tags; absent: no kernel keeps tags */
  author?: string
  palette: string[]
  grey: string
  symbols: string[]
  scale: string[]
  // what further panels need, each its own
  // biome-ignore lint/suspicious/noExplicitAny: each panel knows its own part
  extra: Record<string, any>
  extra_at?: number
}

// ---- what a space says of footage, as `scene_explore.geometry.overview` finds it

export interface ClusterGroup {
  /** in the column */
  value: string
  name: string
  /** scenes */
  size: number
  /** rows, the most typical first */
  exemplars: number[]
}
export interface ClusterSet {
  column: string
  method: string
  /** how its number was chosen, in a sentence */
  why: string
  groups: ClusterGroup[]
}
export interface Clusters {
  /** whose vectors it was found in */
  space: string
  sets: ClusterSet[]
  /** rows, the loneliest first */
  odd: number[]
  /** rows and their centred cosine, the nearest first */
  duplicates: [number, number, number][]
  /** of each setting its visits, of each visit its rows */
  settings: number[][][]
  /** how each was found, in a sentence */
  why: Partial<Record<'odd' | 'duplicates' | 'settings' | 'unique', string>>
}

/** A tag or a note that holds: a note alone has the tag ''. */
export type TagRow = [id: string, tag: string, note: string, author: string, time: string]
/** What is added to the log: `given` false takes a tag back. */
export type TagEntry = [id: string, tag: string, note: string, given: boolean]
/** A name, and the ids of its scenes. */
export type Named = [name: string, ids: string[]]

// ---- the deck, unpacked

/** Coordinates of every row, and what its axes are called. */
export interface Layout {
  xy: Numbers
  dims: number
  axes?: string[]
  trust?: number | null
  among?: number
  settings?: string
  choice?: LayoutChoice | null
  /** how far the picture reaches, of a space in training */
  reach?: number
}
export interface Film extends PackedFilm {
  buffer: Bytes | null
}
export type Column =
  | {
      name: string
      kind: 'text'
      colour?: boolean
      /** several values each, parted by commas */
      many?: boolean
      values: string[]
    }
  | { name: string; kind: 'number'; colour?: boolean; values: Numbers }
export interface Group {
  value: string
  colour: string
  symbol: string
  hatch?: number
  /** what a person calls it, where that is not its value */
  label?: string
}
export type Look =
  | { kind: 'text'; groups: Group[]; of: (row: number) => number }
  | { kind: 'number'; missing: boolean; low: number; high: number }

// ---- what the panels share

export interface SharedState {
  /** rows, ascending */
  selection: number[]
  /** the row pointed at; -1: none */
  hover: number
  /** one row, or two side by side */
  playing: number[]
  /** where the player is, seconds in the time of the film */
  head: { film: number; t: number } | null
  /** playing is paused */
  held: boolean
  /** where a scene that is to play begins, if not at its start; seconds of the film */
  entry: { row: number; t: number } | null
  /** black frames and title cards are left out */
  hide: boolean
  colour: string
  space: string
  /** the space that is compared with */
  other: string
  layout: string
  dims: number
  /** lines of equal density are drawn */
  density: boolean
  /** the open list of the clusters */
  list: string
  /** rows that play one after the other, while one of them plays */
  queue: number[]
  /** the trajectory of a film is drawn */
  path: boolean
  /** the film whose trajectory it is; '': that of the scene that plays or is selected */
  pathFilm: string
  /** of the matrix */
  order: string
  /** cosines are those of rows minus their mean */
  centred: boolean
  threshold: number | null
  loop: boolean
  /** of the table alone */
  filter: string
  /** an expression: what does not match is out of the table and dim in the projection; '' leaves all */
  where: string
  sort: [string, number]
  runs: string[]
  /** of the panels of a workspace */
  dock: Dock
  /** selections that were given a name */
  named: Named[]
  /** a space in training */
  moved?: (Layout & { sim?: (i: number, j: number) => number }) | null
  /** tags came or went; differs each time */
  tags?: number
  /** thumbnails came; differs each time */
  pictures?: string | number
  /** subtitles or the sound of a film came; differs each time */
  tracks?: number
  /** the kernel is gone */
  lost?: boolean
}
/** What a person chose of a workspace; percent of it, and names of panels. */
export interface Dock {
  /** the large one */
  main?: string
  /** the one that is shown below */
  third?: string
  /** where the player begins */
  column?: number
  /** where the lower panels begin */
  row?: number
  folded?: string[]
}
export type Key = keyof SharedState
/** Who changed it: 'host' is Python, 'link' another stage; undefined: a person */
export type From = 'host' | 'link' | undefined
export type Ear = (changed: Key[], from: From) => void
export type View = Partial<SharedState>

export interface StageOptions {
  panels?: string[]
  view?: View
  /** scene ids */
  selection?: string[]
  group?: string
}

// ---- panels

export interface Parts {
  box: HTMLElement
  tools: HTMLElement
  body: HTMLElement
}
export interface Panel {
  title: string
  hint?: string
  /** of the whole width, above or below a workspace */
  wide?: boolean
  /** it asks the kernel alone, and stays as it is when another deck comes */
  ofHost?: boolean
  make: (stage: import('./stage/stage.js').Stage, parts: Parts) => { drop?: () => void } | undefined
}

// ---- hosts

// biome-ignore lint/suspicious/noExplicitAny: each question has its own answer
export type Answer = Record<string, any> & { buffers: Bytes[] }
/** What holds the panels: a notebook whose kernel answers, or a page. */
export interface Host {
  /** a page, whose body says what is selected */
  page: boolean
  /** a kernel is there */
  live: boolean
  /** why the kernel is gone, '' while it is there */
  lost?: string
  /** panels that outlive a deck, by their names */
  kept?: Map<string, HTMLElement>
  /** what ends them */
  ends?: (() => void)[]
  tell: (values: Record<string, unknown>) => void
  // biome-ignore lint/suspicious/noExplicitAny: each message has its own content
  on: (kind: string, heard: (value: any, buffers: Bytes[]) => void) => () => void
  ask: (kind: string, args?: Record<string, unknown>) => Promise<Answer>
  base?: () => string
}

// ---- what others give

/** The part of anywidget's model that is used here. */
export interface Model {
  // biome-ignore lint/suspicious/noExplicitAny: traits are of any kind
  get: (key: string) => any
  set: (key: string, value: unknown) => void
  save_changes: () => void
  send: (message: unknown) => void
  // biome-ignore lint/suspicious/noExplicitAny: as its event has them
  on: (event: string, heard: (...args: any[]) => void) => void
  // biome-ignore lint/suspicious/noExplicitAny: as its event has them
  off: (event: string, heard: (...args: any[]) => void) => void
  widget_manager?: { kernel?: Record<'statusChanged' | 'disposed', Signal> }
}
export interface Signal {
  // biome-ignore lint/suspicious/noExplicitAny: a signal's sender and arguments
  connect: (heard: (sender: any, args: any) => void) => void
  // biome-ignore lint/suspicious/noExplicitAny: a signal's sender and arguments
  disconnect: (heard: (sender: any, args: any) => void) => void
}
/** plotly.js, which has no types of its own. */
// biome-ignore lint/suspicious/noExplicitAny: plotly.js has no types here
export type Plotly = any

declare global {
  var Plotly: Plotly
  var sceneExplore: {
    stages: Set<import('./stage/stage.js').Stage>
    link: ((...stages: import('./stage/stage.js').Stage[]) => void) | null
    links?: number
  }
}
