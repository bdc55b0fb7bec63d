// The deck: scenes, spaces, layouts, pictures and films as Python packed them, row by row.

import { ramp } from '../kit/colours.js'
import { numberText, timecode } from '../kit/text.js'
import { clusterSetOf, labelled } from './clusters.js'
import { lookOf } from './looks.js'
import { Space } from './space.js'
import { bytesOf, unpack } from './unpack.js'

/** @import { Bytes, Column, DeckHeader, Film, Look, Numbers, Packed, PackedColumn } from '../types.d.ts' */

/** @param {PackedColumn} c @param {Bytes[]} buffers @returns {Column} */
const columnOf = ({ name, kind, colour, values, of, numbers }, buffers) => {
  if (kind === 'number')
    return { name, kind, colour, values: unpack(/** @type {Packed} */ (numbers), buffers) }
  if (!of) return { name, kind, colour, values: /** @type {string[]} */ (values) }
  const codes = unpack(/** @type {Packed} */ (values), buffers)
  return { name, kind, colour, values: Array.from(codes, k => of[k]) }
}

export class Deck {
  /** @param {DeckHeader} header @param {Bytes[]} buffers */
  constructor(header, buffers) {
    this.header = header
    this.buffers = buffers
    this.ids = header.ids
    this.n = header.ids.length
    this.row = new Map(this.ids.map((o, i) => [o, i]))
    this.start = unpack(header.start, buffers)
    this.end = unpack(header.end, buffers)
    this.film = unpack(header.film, buffers)
    /** @type {Film[]} */
    this.films = header.films.map(f => ({
      ...f,
      buffer: f.preview == null ? null : buffers[f.preview],
    }))
    /** @type {Record<string, Column>} */
    this.columns = Object.fromEntries(header.columns.map(c => [c.name, columnOf(c, buffers)]))
    this.spaces = header.spaces.map(o => new Space(o, this.n, buffers))
    this.palette = header.palette
    this.scale = header.scale
    this.grey = header.grey
    this.symbols = header.symbols
    /** rows that are black or a title card */
    this.blank = new Set(header.hidden ? unpack(header.hidden, buffers) : [])
    /** @type {Map<number, string>} */
    this.pictures = new Map()
    /** @type {Map<number, Bytes | string>} */
    this.jpegs = new Map()
    /** @type {Map<string, Look>} */
    this.looks = new Map()
    /** @type {Map<string, string[]>} */
    this.tints = new Map()
    /** @type {number[][] | undefined} */
    this.ordered = undefined
    /** @type {number[] | undefined} */
    this.flat = undefined
    /** @type {Uint8ClampedArray | undefined} */
    this.table = undefined
    if (header.thumbnails) this.add(header.thumbnails.rows, header.thumbnails.at, buffers)
  }

  /** Thumbnails that came. @param {number[]} rows @param {number} at of the first @param {(Bytes | string)[]} buffers */
  add(rows, at, buffers) {
    rows.forEach((r, i) => {
      this.jpegs.set(r, buffers[at + i])
    })
  }

  /** The address of a scene's thumbnail, '' where there is none. @param {number} i */
  picture(i) {
    const jpeg = this.jpegs.get(i)
    if (!this.pictures.has(i) && jpeg) {
      const bytes = typeof jpeg === 'string' ? bytesOf(jpeg) : /** @type {BlobPart} */ (jpeg)
      this.pictures.set(i, URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })))
    }
    return this.pictures.get(i) || ''
  }

  forget() {
    for (const url of this.pictures.values()) URL.revokeObjectURL(url)
    this.pictures.clear()
  }

  /** @param {string} name */
  space(name) {
    return this.spaces.find(o => o.name === name)
  }

  get visual() {
    return this.spaces.filter(o => o.role === 'visual')
  }

  get text() {
    return this.spaces.find(o => o.role === 'text')
  }

  /** The colour of a view that names none. */
  get firstColour() {
    const name = this.header.default_colour
    return this.columns[name] ? name : 'place'
  }

  /** A value as it is shown; '' where it is missing. @param {string} name @param {number} i */
  said(name, i) {
    const v = this.value(name, i)
    return typeof v === 'number' ? numberText(v, 3) : String(v)
  }

  /** @param {string} name @param {number} i @returns {string | number} */
  value(name, i) {
    return this.columns[name]?.values[i] ?? ''
  }

  /** @param {number} i */
  title(i) {
    return this.value('title', i) || this.value('place', i) || `Scene ${i + 1}`
  }

  /** @param {number} i */
  when(i) {
    return `${timecode(this.start[i])} – ${timecode(this.end[i])}`
  }

  /** Rows of each film in the order of time. */
  get order() {
    this.ordered ??= this.byTime()
    return this.ordered
  }

  byTime() {
    /** @type {number[][]} */
    const order = this.films.map(() => [])
    for (const [i, f] of this.film.entries()) order[f].push(i)
    for (const rows of order)
      rows.sort((a, b) => this.start[a] - this.start[b] || this.end[a] - this.end[b])
    return order
  }

  /** @param {number} f */
  inFilm(f) {
    return this.order[f] || []
  }

  /**
   * A step through the film, into the next one at its end; undefined at either end.
   * @param {number} i
   * @param {number} by 1, or -1
   * @returns {number | undefined}
   */
  step(i, by) {
    this.flat ??= this.order.flat()
    return this.flat[this.flat.indexOf(i) + by]
  }

  /** Colours and symbols of a column, or its range. @param {string} name */
  look(name) {
    let look = this.looks.get(name)
    if (!look) {
      look = labelled(lookOf(this.columns[name], this), clusterSetOf(this, name))
      this.looks.set(name, look)
    }
    return look
  }

  /** A CSS colour for every row. @param {string} name */
  colours(name) {
    const known = this.tints.get(name) ?? this.coloursOf(name)
    this.tints.set(name, known)
    return known
  }

  /** @param {string} name @returns {string[]} */
  coloursOf(name) {
    const look = this.look(name)
    if (look.kind === 'text')
      return Array.from({ length: this.n }, (_, i) => look.groups[look.of(i)].colour)
    this.table ??= ramp(this.scale)
    const table = this.table
    const span = look.high - look.low || 1
    return Array.from(/** @type {Numbers} */ (this.columns[name].values), x => {
      if (!Number.isFinite(x)) return this.grey
      const k = 3 * Math.round((255 * (x - look.low)) / span)
      return `rgb(${table[k]},${table[k + 1]},${table[k + 2]})`
    })
  }
}
