// The deck: scenes, spaces, layouts, pictures and films as Python packed them (44_deck), row by
// row.

const TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  float16: Uint16Array,
}
const half = h => {
  const s = h & 0x8000 ? -1 : 1,
    e = (h >> 10) & 31,
    f = h & 1023
  return (
    s * (e === 0 ? f * 2 ** -24 : e === 31 ? (f ? NaN : Infinity) : (1 + f / 1024) * 2 ** (e - 15))
  )
}
const HALVES = () => (HALVES.table ??= Float32Array.from({ length: 65536 }, (_, h) => half(h)))

// `{at, dtype, shape}` of a header as an array; buffers are ArrayBuffers or views of them
const unpack = (spec, buffers) => {
  const b = buffers[spec.at],
    T = TYPES[spec.dtype],
    n = spec.shape.reduce((a, b) => a * b, 1)
  const bytes = ArrayBuffer.isView(b)
    ? b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength)
    : b
  const a = new T(bytes, 0, n)
  if (spec.dtype !== 'float16') return a
  const table = HALVES(),
    out = new Float32Array(n)
  for (let i = 0; i < n; i++) out[i] = table[a[i]]
  return out
}

class Space {
  // an embedding space: unit rows [n, d] and its layouts
  constructor(o, n, buffers) {
    Object.assign(this, {
      name: o.name,
      note: o.note || '',
      role: o.role || 'visual',
      n,
      d: o.x.shape[1],
      x: unpack(o.x, buffers),
    })
    this.layouts = Object.fromEntries(
      Object.entries(o.layouts || {}).map(([k, y]) => [
        k,
        { ...y, xy: unpack(y.xy, buffers), dims: y.xy.shape[1] },
      ]),
    )
  }
  similarity(i, j) {
    const { x, d } = this
    let s = 0
    for (let k = 0, a = i * d, b = j * d; k < d; k++) s += x[a + k] * x[b + k]
    return s
  }
  to(i) {
    return Float32Array.from({ length: this.n }, (_, j) => this.similarity(i, j))
  }
  // the k rows nearest to row i, nearest first, itself left out: [[row, similarity], ...]
  nearest(i, k, keep = () => true) {
    return top(this.to(i), k, j => j !== i && keep(j))
  }
}
const top = (score, k, keep = () => true) => {
  // the k highest [row, score], ties in the order of rows
  const rows = []
  for (let j = 0; j < score.length; j++) if (keep(j) && !Number.isNaN(score[j])) rows.push(j)
  return rows
    .sort((a, b) => score[b] - score[a] || a - b)
    .slice(0, k)
    .map(j => [j, score[j]])
}

class Deck {
  constructor(header, buffers) {
    this.header = header
    this.buffers = buffers
    this.ids = header.ids
    this.n = header.ids.length
    this.row = new Map(this.ids.map((o, i) => [o, i]))
    this.start = unpack(header.start, buffers)
    this.end = unpack(header.end, buffers)
    this.film = unpack(header.film, buffers)
    this.films = header.films.map(f => ({
      ...f,
      buffer: f.preview == null ? null : buffers[f.preview],
    }))
    this.columns = Object.fromEntries(
      header.columns.map(c => [
        c.name,
        c.values
          ? { ...c, values: c.of ? Array.from(unpack(c.values, buffers), k => c.of[k]) : c.values }
          : { ...c, values: unpack(c.numbers, buffers) },
      ]),
    )
    this.spaces = header.spaces.map(o => new Space(o, this.n, buffers))
    this.palette = header.palette
    this.scale = header.scale
    this.grey = header.grey
    this.symbols = header.symbols
    this.pictures = new Map()
    this.jpegs = new Map()
    // rows that are black or a title card
    this.blank = new Set(header.hidden ? unpack(header.hidden, buffers) : [])
    if (header.thumbnails) this.add(header.thumbnails.rows, header.thumbnails.at, buffers)
  }
  add(rows, at, buffers) {
    rows.forEach((r, i) => this.jpegs.set(r, buffers[at + i]))
  }
  picture(i) {
    // the address of a scene's thumbnail, '' where there is none
    if (!this.pictures.has(i) && this.jpegs.has(i)) {
      const o = this.jpegs.get(i)
      this.pictures.set(
        i,
        URL.createObjectURL(
          new Blob([typeof o === 'string' ? bytes(o) : o], { type: 'image/jpeg' }),
        ),
      )
    }
    return this.pictures.get(i) || ''
  }
  forget() {
    this.pictures.forEach(u => URL.revokeObjectURL(u))
    this.pictures.clear()
  }
  space(name) {
    return this.spaces.find(o => o.name === name)
  }
  get visual() {
    return this.spaces.filter(o => o.role === 'visual')
  }
  get text() {
    return this.spaces.find(o => o.role === 'text')
  }
  get firstColour() {
    // of a view that names none
    const name = this.header.default_colour
    return this.columns[name] ? name : 'place'
  }
  said(name, i) {
    // a value as it is shown; '' where it is missing
    const v = this.value(name, i)
    return typeof v === 'number' ? numberText(v, 3) : String(v)
  }
  value(name, i) {
    const c = this.columns[name]
    return c ? c.values[i] : ''
  }
  title(i) {
    return this.value('title', i) || this.value('place', i) || `Scene ${i + 1}`
  }
  when(i) {
    return `${timecode(this.start[i])} – ${timecode(this.end[i])}`
  }
  // rows of a film in the order of time
  inFilm(f) {
    return (
      (this.order ??= Array.from(this.films, (_, k) =>
        Array.from(this.film.keys())
          .filter(i => this.film[i] === k)
          .sort((a, b) => this.start[a] - this.start[b] || this.end[a] - this.end[b]),
      ))[f] || []
    )
  }
  // a step through the film: the next row (or the one before), into the next film at the end;
  // undefined at either end
  step(i, by) {
    const flat = (this.flat ??= this.films.flatMap((_, f) => this.inFilm(f)))
    return flat[flat.indexOf(i) + by]
  }
  // 'categories' of a column with a colour and a symbol each, or its range; as look.py has them:
  // sorted, the unknown last and grey. Where a stretch is drawn and no symbol, each dozen of
  // categories has a hatch of its own, since the colours begin again
  look(name) {
    const c = this.columns[name]
    if (!c)
      return {
        kind: 'text',
        groups: [{ value: '', colour: this.grey, symbol: 'circle' }],
        of: () => 0,
      }
    if (c.kind === 'number') {
      const v = Array.from(c.values).filter(Number.isFinite)
      if (!v.length) v.push(0)
      return {
        kind: 'number',
        missing: v.length < this.n,
        low: v.reduce((a, b) => Math.min(a, b), Infinity),
        high: v.reduce((a, b) => Math.max(a, b), -Infinity),
      }
    }
    const known = [...new Set(c.values)].filter(o => o !== '').sort((a, b) => (a < b ? -1 : 1)),
      at = new Map(known.map((o, i) => [o, i]))
    const groups = known.map((value, i) => ({
      value,
      colour: this.palette[i % this.palette.length],
      symbol: this.symbols[i % this.symbols.length],
      hatch: Math.floor(i / this.palette.length),
    }))
    if (c.values.includes('')) groups.push({ value: '', colour: this.grey, symbol: 'circle-open' })
    return { kind: 'text', groups, of: i => at.get(c.values[i]) ?? groups.length - 1 }
  }
  colours(name) {
    // a CSS colour for every row
    const look = (this.looks ??= new Map()).get(name) || this.look(name)
    this.looks.set(name, look)
    if (look.kind === 'text')
      return Array.from({ length: this.n }, (_, i) => look.groups[look.of(i)].colour)
    const table = (this.table ??= ramp(this.scale)),
      v = this.columns[name].values,
      span = look.high - look.low || 1
    return Array.from(v, x => {
      if (!Number.isFinite(x)) return this.grey
      const k = 3 * Math.round((255 * (x - look.low)) / span)
      return `rgb(${table[k]},${table[k + 1]},${table[k + 2]})`
    })
  }
}
