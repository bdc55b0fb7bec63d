// What is known of a film beside its pictures: the lines that are said, and how loud it is. A page
// has them in its deck; a kernel reads them when they are first asked for.

import { unpack } from '../deck/unpack.js'

/** @import { Cue } from '../kit/cues.js' */
/** @import { Bytes, Packed, PackedCues } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

/**
 * How loud a film is; `why` says why nothing is known.
 * @typedef {{ peaks: Uint8Array | null, why: string }} Loudness
 */
/**
 * What a kernel says of a film.
 * @typedef {object} Told
 * @property {string} film
 * @property {'subtitles' | 'sound'} kind
 * @property {PackedCues} [subtitles]
 * @property {Packed} [peaks]
 * @property {string} [problem]
 */

const COMING = 'The sound is being read …'
const SILENT = 'This film has no sound.'
const NOT_HERE = 'This page does not hold the sound of this film.'

/** @param {PackedCues} packed @param {Bytes[]} buffers @returns {Cue[]} */
export const unpackCues = ({ start, end, text }, buffers) => {
  const [starts, ends] = [unpack(start, buffers), unpack(end, buffers)]
  return text.map((o, i) => ({ start: starts[i], end: ends[i], text: o }))
}

/** @param {Packed} packed @param {Bytes[]} buffers @returns {Loudness} */
const loudnessOf = (packed, buffers) => {
  const peaks = /** @type {Uint8Array} */ (unpack(packed, buffers))
  return peaks.length ? { peaks, why: '' } : { peaks: null, why: SILENT }
}

class Tracks {
  /** @type {Map<number, Cue[]>} by film */
  lines = new Map()
  /** @type {Map<number, Loudness>} by film */
  loudness = new Map()
  told = 0

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    this.deck = stage.deck
    stage.tidy.push(stage.host.on('track', (o, buffers) => this.hear(o, buffers)))
    this.deck.films.forEach(({ subtitles, peaks }, film) => {
      if (subtitles) this.lines.set(film, unpackCues(subtitles, this.deck.buffers))
      if (peaks) this.loudness.set(film, loudnessOf(peaks, this.deck.buffers))
    })
  }

  /** The lines of a film, by their starts; none where none is known yet. @param {number} film @returns {Cue[]} */
  cues(film) {
    const known = this.lines.get(film)
    if (known || film < 0) return known ?? []
    this.lines.set(film, [])
    this.ask(film, 'subtitles')
    return []
  }

  /** @param {number} film @returns {Loudness} */
  sound(film) {
    const known = this.loudness.get(film)
    if (known) return known
    const asked = { peaks: null, why: this.stage.host.live ? COMING : NOT_HERE }
    this.loudness.set(film, asked)
    this.ask(film, 'sound')
    return asked
  }

  /** @param {number} film @param {'subtitles' | 'sound'} kind */
  ask(film, kind) {
    const [row] = this.deck.inFilm(film)
    if (!this.stage.host.live || row == null) return
    const { id } = this.deck.films[film]
    this.stage.host
      .ask('track', { row, kind })
      .catch(e => this.hear({ film: id, kind, problem: e.message }, []))
  }

  /** @param {Told} told @param {Bytes[]} buffers */
  hear({ film: id, kind, subtitles, peaks, problem }, buffers) {
    const film = this.deck.films.findIndex(o => o.id === id)
    if (subtitles) this.lines.set(film, unpackCues(subtitles, buffers))
    else if (peaks) this.loudness.set(film, loudnessOf(peaks, buffers))
    else if (problem && kind === 'sound') this.loudness.set(film, { peaks: null, why: problem })
    else if (problem) this.stage.say(problem)
    this.told += 1
    this.stage.shared.set({ tracks: this.told })
  }
}

/** @type {WeakMap<Stage, Tracks>} */
const made = new WeakMap()

/** Those of the films of a stage, which all its panels share. @param {Stage} stage */
export const tracksOf = stage => {
  const known = made.get(stage) ?? new Tracks(stage)
  made.set(stage, known)
  return known
}
