// @ts-nocheck
// Timeline: a film from left to right. Scenes in colour, transitions, the similarity of each scene
// to the one before it, and a threshold that says where a boundary lies.

import { canvas } from '../kit/canvas.js'
import { rgb } from '../kit/colours.js'
import { button, choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, clock, counted, numberText, short, UNKNOWN } from '../kit/text.js'
import { css, onTheme } from '../kit/theme.js'
import { hideCheck } from '../stage/hide.js'
import { panels } from '../stage/registry.js'

panels.timeline = {
  title: 'Timeline',
  hint: 'Wheel zooms, dragging over the scenes selects, click plays',
  make: (stage, { box, tools, body }) => timeline(stage, { box, tools, body }),
}

for (const name of ['curve-1', 'curve-2', 'curve-3'])
  try {
    CSS.registerProperty({
      name: `--se-${name}`,
      syntax: '<color>',
      inherits: true,
      initialValue: '#888',
    })
  } catch {} // so that a canvas is told a colour; again: another stage did
const GLYPHS = {
  cut: ['│', 'cut'],
  fade: ['◢', 'fade'],
  dissolve: ['✕', 'dissolve'],
  black: ['■', 'black'],
  title_card: ['T', 'title card'],
}
const TIME_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200]

// Of each scene of a film in the order of time: its similarity to the one before; NaN for the
// first, and where a vector is missing
const consecutive = (space, rows) =>
  Float32Array.from(rows, (i, k) =>
    k && hasVector(space, i) && hasVector(space, rows[k - 1])
      ? space.similarity(rows[k - 1], i)
      : NaN,
  )
const hasVector = (space, i) => {
  const s = space.similarity(i, i)
  return s > 0.25 && Number.isFinite(s)
}
const timeExtent = (...lists) => {
  let a = Infinity,
    b = -Infinity
  for (const l of lists)
    for (const v of l)
      if (Number.isFinite(v)) {
        a = Math.min(a, v)
        b = Math.max(b, v)
      }
  return a <= b ? [a, b] : null
}
const onColour = colour => {
  const m = colour.startsWith('#') ? rgb(colour) : colour.match(/\d+/g).map(Number)
  return 0.299 * m[0] + 0.587 * m[1] + 0.114 * m[2] > 140 ? '#111' : '#fff'
}

// Light lines over the colour of a stretch, one list of directions a dozen of categories: rising,
// falling, upright
const HATCHES = [[], ['/'], ['\\'], ['/', '\\'], ['|'], ['|', '/'], ['|', '\\'], ['|', '/', '\\']]
const HATCH_ANGLES = { '/': 135, '\\': 45, '|': 90 }
const HATCH_INK = 'rgba(255,255,255,.5)'
const hatchesOf = group => HATCHES[(group?.hatch ?? 0) % HATCHES.length]
const hatched = (g, directions, left, top, wide, tall) => {
  g.save()
  g.beginPath()
  g.rect(left, top, wide, tall)
  g.clip()
  g.strokeStyle = HATCH_INK
  g.lineWidth = 1.5
  g.beginPath()
  for (const d of directions) {
    const lean = { '/': tall, '\\': -tall, '|': 0 }[d]
    // whole steps from 0, so that the lines of neighbours meet
    for (let x = Math.floor((left - tall) / 8) * 8; x < left + wide + tall; x += 8) {
      g.moveTo(x, top + tall)
      g.lineTo(x + lean, top)
    }
  }
  g.stroke()
  g.restore()
}
const hatchedCss = (colour, directions) =>
  [
    ...directions.map(
      d =>
        `repeating-linear-gradient(${HATCH_ANGLES[d]}deg,${HATCH_INK} 0 1.5px,transparent 0 4px)`,
    ),
    `linear-gradient(${colour},${colour})`,
  ].join()
// as much of a text as fits, and an ellipsis where some is missing; '' where next to nothing fits
const fitted = (g, text, wide) => {
  if (g.measureText(text).width <= wide) return text
  for (let n = text.length - 1; n > 1; n--) {
    const cut = `${text.slice(0, n).trimEnd()}…`
    if (g.measureText(cut).width <= wide) return cut
  }
  return ''
}

const timeline = (stage, { box, tools, body }) => {
  const { deck } = stage,
    off = [],
    LEFT = 40,
    RIGHT = 12,
    TOP = 16,
    BAND = 34,
    MARKS = 15,
    AXIS = 20,
    GAP = 24,
    CURVE = 104,
    WORDS = 84
  const base = canvas({ class: 'se-canvas se-timebase', role: 'img', tabIndex: 0 }),
    over = canvas({ class: 'se-canvas se-timeover', 'aria-hidden': 'true' }),
    legend = el('p', { class: 'se-note se-timelegend' }),
    said = el('p', { class: 'se-note', role: 'status' })
  const knob = el('div', {
    class: 'se-threshold',
    role: 'slider',
    tabIndex: 0,
    'aria-orientation': 'vertical',
    'aria-label': 'Threshold of similarity: below it a boundary lies',
    title: 'Drag, or use the arrow keys; double click or Delete removes it',
  })
  const frame = el('div', { class: 'se-timebox' }, base, over, knob)
  body.append(frame, legend, said)
  let film = 0,
    chosen = false,
    from = 0,
    to = 1,
    rows = [],
    drag = null,
    gone = false
  const kept = new Map(),
    hasMarks = deck.columns.transition?.kind === 'text'
  const sims = space => {
    const k = `${space.name}|${film}`
    if (!kept.has(k)) {
      if (kept.size > 40) kept.clear()
      kept.set(k, consecutive(space, rows))
    }
    return kept.get(k)
  }
  const spaceNow = () => stage.space,
    spaceOther = () => {
      const o = deck.space(stage.get('other'))
      return o && o !== spaceNow() && o.role !== 'text' ? o : null
    },
    spaceText = () => deck.text
  const entire = () => deck.inFilm(film),
    hide = hideCheck(stage) // what is hidden still takes its time
  const long = () =>
    Math.max(
      entire().reduce((m, i) => Math.max(m, deck.end[i]), 0),
      0.1,
    )
  const begins = () => (entire().length ? Math.min(deck.start[entire()[0]], 0) : 0)
  const whole = () => {
    from = begins()
    to = long()
  }
  const height = () =>
    TOP + BAND + (hasMarks ? MARKS : 0) + GAP + CURVE + (spaceText() ? GAP + WORDS : 0) + AXIS
  const bandTop = TOP,
    curveTop = () => TOP + BAND + (hasMarks ? MARKS : 0) + GAP,
    wordsTop = () => curveTop() + CURVE + GAP
  // pixels from left to right; measured once a picture, because asking the page for it is slow
  let wide = 1
  const width = () => wide,
    x = t => LEFT + ((t - from) / (to - from)) * width(),
    time = px => from + ((px - LEFT) / width()) * (to - from)
  const range = () => {
    const all = [spaceNow() && sims(spaceNow()), spaceOther() && sims(spaceOther())].filter(
        Boolean,
      ),
      e = timeExtent(...all) ?? [0, 1],
      h = stage.get('threshold')
    const low = Math.min(e[0], h ?? 1),
      high = Math.max(e[1], h ?? -1),
      room = Math.max(high - low, 0.02) * 0.08
    return [Math.max(low - room, -1), Math.min(high + room, 1)]
  }
  let span = [0, 1] // of the curve; held still while the threshold is dragged
  const y = v => curveTop() + CURVE - ((v - span[0]) / (span[1] - span[0])) * CURVE,
    value = py => span[0] + ((curveTop() + CURVE - py) / CURVE) * (span[1] - span[0])
  const suggestion = () => {
    const s = spaceNow()
      ? Array.from(sims(spaceNow()))
          .filter(Number.isFinite)
          .sort((a, b) => a - b)
      : []
    return s.length ? Math.round(s[Math.floor(s.length * 0.2)] * 1000) / 1000 : 0.5
  }
  const below = list => {
    const h = stage.get('threshold'),
      s = spaceNow()
    if (h == null || !s) return []
    const v = sims(s)
    return list.filter((_, k) => v[k] < h)
  }
  // ---- what is chosen
  const pickFilm = f => {
    if (f === film && rows.length) return
    film = f
    rows = stage.shown(deck.inFilm(f))
    whole()
    films.value = String(f)
    span = range()
    redraw()
  }
  const films = choice(
    'Film',
    deck.films.map((f, k) => [String(k), short(String(f.name), 40)]),
    '0',
    v => {
      chosen = true
      pickFilm(+v)
    },
  )
  const number = el('input', {
    type: 'number',
    step: '.01',
    min: '-1',
    max: '1',
    class: 'se-thresholdnumber',
    'aria-label': 'Threshold',
    onchange: () => threshold(number.value === '' ? null : +number.value),
  })
  const remove = button('Remove', 'Remove the threshold (Delete)', () => threshold(null)),
    add = button(
      'Threshold',
      'Mark boundaries where a scene is less similar to the one before than this',
      () => threshold(suggestion()),
    )
  const select = button('Select boundaries', 'Select the scenes that begin at a boundary', () =>
    stage.select(below(rows)),
  )
  const compare =
    deck.visual.length > 1
      ? choice(
          'Compare with',
          [
            ['', 'no other space'],
            ...deck.visual.map(o => [o.name, `against ${short(o.name, 30)}`]),
          ],
          stage.get('other'),
          other => stage.set({ other }),
        )
      : null
  const zoomed = button('Whole film', 'Show the whole film (0)', () => {
    whole()
    redraw()
  })
  tools.append(
    ...[
      deck.films.length > 1 && films,
      compare,
      button('−', 'Zoom out (-)', () => zoom(1.6), { 'aria-label': 'Zoom out' }),
      button('+', 'Zoom in (+)', () => zoom(1 / 1.6), { 'aria-label': 'Zoom in' }),
      zoomed,
      add,
      number,
      select,
      remove,
      ...hide,
    ].filter(Boolean),
  )
  const threshold = v => {
    const h = v == null || !Number.isFinite(v) ? null : Math.round(clamp(v, -1, 1) * 1e4) / 1e4
    stage.set({ threshold: h })
  }
  const zoom = (by, at) => {
    const head = stage.get('head'),
      mid = at ?? (head?.film === film && head.t > from && head.t < to ? head.t : (from + to) / 2),
      low = begins(),
      high = long(),
      w = clamp((to - from) * by, Math.min(0.5, high - low), high - low),
      left = clamp(mid - ((mid - from) * w) / (to - from), low, high - w)
    from = left
    to = left + w
    redraw()
  }
  const pan = dt => {
    const w = to - from,
      left = clamp(from + dt, begins(), Math.max(long() - w, begins()))
    from = left
    to = left + w
    redraw()
  }
  // ---- drawing
  const ink = () => ({
    ink: css(body, '--se-ink'),
    soft: css(body, '--se-soft'),
    line: css(body, '--se-line'),
    paper: css(body, '--se-paper'),
    one: css(body, '--se-curve-1'),
    two: css(body, '--se-curve-2'),
    three: css(body, '--se-curve-3'),
    mark: css(body, '--se-mark'),
  })
  const seen = () => {
    let a = 0
    while (a < rows.length - 1 && deck.end[rows[a]] < from) a++
    let b = rows.length - 1
    while (b > 0 && deck.start[rows[b]] > to) b--
    return [a, b]
  }
  const axis = (g, c, h) => {
    const step = TIME_STEPS.find(s => (s / (to - from)) * width() > 62) ?? TIME_STEPS.at(-1)
    g.font = '11px system-ui, sans-serif'
    g.fillStyle = c.soft
    g.strokeStyle = c.line
    g.textAlign = 'center'
    g.textBaseline = 'alphabetic'
    for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9; k++) {
      const t = k * step,
        px = x(t)
      g.beginPath()
      g.moveTo(px, curveTop())
      g.lineTo(px, curveTop() + CURVE)
      if (spaceText()) {
        g.moveTo(px, wordsTop())
        g.lineTo(px, wordsTop() + WORDS)
      }
      g.moveTo(px, h - AXIS)
      g.lineTo(px, h - AXIS + 4)
      g.stroke()
      const text = step < 1 ? clock(t) + (t % 1).toFixed(1).slice(1) : clock(t),
        w = g.measureText(text).width / 2
      g.fillText(text, clamp(px, w + 1, LEFT + width() + RIGHT - w - 1), h - 5)
    }
  }
  const grid = (g, c, top, tall, low, high, text) => {
    g.strokeStyle = c.line
    g.fillStyle = c.soft
    g.font = '11px system-ui, sans-serif'
    g.textAlign = 'right'
    g.textBaseline = 'middle'
    const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find(s => (high - low) / s <= 4) ?? 1
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) {
      const v = k * step,
        py = top + tall - ((v - low) / (high - low)) * tall
      g.beginPath()
      g.moveTo(LEFT, py)
      g.lineTo(LEFT + width(), py)
      g.stroke()
      g.fillText(v.toFixed(step < 0.01 ? 3 : step < 0.1 ? 2 : 1), LEFT - 5, py)
    }
  }
  const curve = (g, v, colour, at, dash, dot) => {
    const [a, b] = seen()
    g.strokeStyle = g.fillStyle = colour
    g.lineWidth = 1.8
    g.setLineDash(dash)
    g.beginPath()
    let pen = false
    if (b - a > 2 * width()) {
      let col = -1,
        low = 0,
        high = 0 // many to a pixel: from the lowest to the highest of them
      const put = () => {
        pen ? g.lineTo(col, at(low)) : g.moveTo(col, at(low))
        g.lineTo(col, at(high))
        pen = true
      }
      for (let k = a; k <= b; k++) {
        if (!Number.isFinite(v[k])) continue
        const px = Math.floor(x(deck.start[rows[k]]))
        if (px !== col) {
          if (col >= 0) put()
          col = px
          low = high = v[k]
        } else {
          low = Math.min(low, v[k])
          high = Math.max(high, v[k])
        }
      }
      if (col >= 0) put()
    } else
      for (let k = Math.max(a - 1, 0); k <= Math.min(b + 1, rows.length - 1); k++) {
        if (!Number.isFinite(v[k])) {
          pen = false
          continue
        }
        const px = x(deck.start[rows[k]]),
          py = at(v[k])
        pen ? g.lineTo(px, py) : g.moveTo(px, py)
        pen = true
      }
    g.stroke()
    g.setLineDash([])
    g.lineWidth = 1
    if (b - a < width() / 9)
      for (let k = a; k <= b; k++)
        if (Number.isFinite(v[k])) {
          const px = x(deck.start[rows[k]]),
            py = at(v[k])
          g.beginPath()
          dot === 'square' ? g.rect(px - 2.5, py - 2.5, 5, 5) : g.arc(px, py, 2.8, 0, 7)
          g.fill()
        }
  }
  const name = (g, c, text, colour, px, py, dash) => {
    g.font = '12px system-ui, sans-serif'
    g.textAlign = 'left'
    g.textBaseline = 'middle'
    const w = g.measureText(text).width
    g.strokeStyle = colour
    g.lineWidth = 2
    g.setLineDash(dash)
    g.beginPath()
    g.moveTo(px, py)
    g.lineTo(px + 22, py)
    g.stroke()
    g.setLineDash([])
    g.lineWidth = 1
    g.fillStyle = c.ink
    g.fillText(text, px + 28, py)
    return px + w + 46
  }
  const clip = (g, top, tall, more = 0) => {
    g.save()
    g.beginPath()
    g.rect(LEFT - more, top, width() + 2 * more, tall)
    g.clip()
  }
  const bandOf = (g, c) => {
    let drawn = -1,
      marked = -1 // where many scenes share a pixel, one of them is drawn there
    const [a, b] = seen(),
      marks = [],
      [, colours, look] = tints(),
      s = new Set(stage.get('selection')),
      values = deck.columns[stage.get('colour')]?.values,
      number = deck.columns[stage.get('colour')]?.kind === 'number'
    clip(g, 0, curveTop())
    g.font = '11px system-ui, sans-serif'
    g.textBaseline = 'middle'
    g.textAlign = 'left'
    for (let k = a; k <= b && rows.length; k++) {
      const i = rows[k],
        px = x(deck.start[i]),
        w = Math.max(x(deck.end[i]) - px, 1),
        faint = s.size && !s.has(i)
      const at = Math.floor(px)
      if (w > 1 || at !== drawn) {
        drawn = at
        g.globalAlpha = faint ? 0.35 : 1
        g.fillStyle = colours[i]
        g.fillRect(px, bandTop, w, BAND)
        const lines = look.groups ? hatchesOf(look.groups[look.of(i)]) : []
        if (w > 4 && lines.length) hatched(g, lines, px, bandTop, w, BAND)
        g.globalAlpha = 1
      }
      if (w > 4) {
        g.fillStyle = c.paper
        g.fillRect(px, bandTop, 1, BAND)
      }
      if (w > 44 && values) {
        const v = (number ? numberText(values[i], 3) : values[i]) || UNKNOWN
        g.fillStyle = faint ? c.ink : onColour(colours[i])
        g.fillText(fitted(g, short(String(v), 60), w - 9), px + 5, bandTop + BAND / 2)
      }
      if (s.has(i) && (w > 1 || at !== marked)) {
        marked = at
        g.fillStyle = c.ink
        g.fillRect(px, bandTop - 4, Math.max(w - (w > 4 ? 1 : 0), 1), 3)
      }
      if (hasMarks) {
        const mark = GLYPHS[deck.columns.transition.values[i]]
        if (mark && px >= LEFT - 1 && px <= LEFT + width() + 1 && (w > 5 || b - a < width() / 6))
          marks.push([mark[0], px])
      }
    }
    g.restore()
    g.fillStyle = c.ink
    g.font = 'bold 11px system-ui, "DejaVu Sans", sans-serif'
    g.textAlign = 'center'
    for (const [glyph, px] of marks) g.fillText(glyph, px, bandTop + BAND + MARKS / 2 + 1)
  }
  const boundaries = (g, c) => {
    const marks = below(rows)
    clip(g, 0, curveTop() + CURVE, 6)
    g.fillStyle = g.strokeStyle = c.mark
    g.lineWidth = 1.5
    let drawn = -9
    for (const i of marks) {
      const px = x(deck.start[i])
      if (px < LEFT - 5 || px > LEFT + width() + 5 || px - drawn < 0.5) continue
      drawn = px
      g.beginPath()
      g.moveTo(px, bandTop - 4)
      g.lineTo(px, bandTop + BAND + 3)
      g.moveTo(px, curveTop())
      g.lineTo(px, curveTop() + CURVE)
      g.globalAlpha = 0.75
      g.stroke()
      g.globalAlpha = 1
      g.beginPath()
      g.moveTo(px - 5, 1)
      g.lineTo(px + 5, 1)
      g.lineTo(px, 10)
      g.fill()
    }
    g.lineWidth = 1
    g.restore()
  }
  const draw = () => {
    if (gone) return
    frame.style.height = `${height()}px`
    if (!drag || drag.kind !== 'knob') span = range()
    const { g, w, h } = base.fit(),
      c = ink(),
      s = spaceNow(),
      o = spaceOther(),
      words = spaceText()
    if (w < 60) return
    wide = Math.max(w - LEFT - RIGHT, 1)
    axis(g, c, h)
    bandOf(g, c)
    if (s) {
      grid(g, c, curveTop(), CURVE, span[0], span[1])
      clip(g, curveTop() - 3, CURVE + 6)
      if (o) curve(g, sims(o), c.two, y, [6, 4], 'square')
      curve(g, sims(s), c.one, y, [], 'round')
      g.restore()
      boundaries(g, c)
      const next = name(
        g,
        c,
        `similarity to the scene before${deck.visual.length > 1 ? ` · ${short(s.name, 34)}` : ''}`,
        c.one,
        LEFT,
        curveTop() - 12,
        [],
      )
      if (o) name(g, c, short(o.name, 34), c.two, next, curveTop() - 12, [6, 4])
    }
    if (words && s) {
      const seenBy = Float32Array.from(sims(s), v => 1 - v),
        told = Float32Array.from(sims(words), v => 1 - v),
        e = timeExtent(seenBy, told) ?? [0, 1],
        top = wordsTop(),
        low = 0,
        high = Math.max(e[1] * 1.05, 0.05),
        at = v => top + WORDS - ((v - low) / (high - low)) * WORDS
      grid(g, c, top, WORDS, low, high)
      clip(g, top - 3, WORDS + 6)
      curve(g, told, c.three, at, [2, 3], 'square')
      curve(g, seenBy, c.one, at, [], 'round')
      g.restore()
      name(
        g,
        c,
        'distance of the words',
        c.three,
        name(g, c, 'distance of the pictures', c.one, LEFT, top - 12, []),
        top - 12,
        [2, 3],
      )
    }
    place()
    mark()
    describe()
  }
  const place = () => {
    const h = stage.get('threshold'),
      v = h ?? suggestion()
    knob.hidden = !spaceNow()
    knob.classList.toggle('se-unset', h == null)
    knob.style.top = `${clamp(y(v), curveTop(), curveTop() + CURVE)}px`
    knob.setAttribute('aria-valuemin', '-1')
    knob.setAttribute('aria-valuemax', '1')
    knob.setAttribute('aria-valuenow', String(v))
    knob.setAttribute(
      'aria-valuetext',
      h == null
        ? 'no threshold'
        : `${v.toFixed(3)}, ${counted(below(rows).length, 'boundary', 'boundaries')}`,
    )
    if (document.activeElement !== number) number.value = h == null ? '' : String(h)
    for (const e of [remove, number, select]) e.hidden = h == null
    add.hidden = h != null || !spaceNow()
    zoomed.disabled = from <= begins() + 1e-9 && to >= long() - 1e-9
  }
  // what moves often lies on a canvas of its own
  const mark = () => {
    const { g, w } = over.fit(),
      c = ink(),
      h = height() - AXIS
    if (w < 60) return
    clip(g, 0, h, 6)
    const outline = (i, colour, thick) => {
      if (i < 0 || deck.film[i] !== film) return
      g.strokeStyle = colour
      g.lineWidth = thick
      const px = x(deck.start[i])
      g.strokeRect(px, bandTop - 1, Math.max(x(deck.end[i]) - px, 2), BAND + 2)
    }
    stage.get('playing').forEach(i => {
      outline(i, c.paper, 5)
      outline(i, c.ink, 2.5)
    })
    const over_ = stage.get('hover')
    outline(over_, c.paper, 5)
    outline(over_, c.mark, 3)
    if (over_ >= 0 && deck.film[over_] === film && spaceNow()) {
      const v = sims(spaceNow())[rows.indexOf(over_)]
      if (Number.isFinite(v)) {
        const px = x(deck.start[over_])
        g.fillStyle = c.mark
        g.beginPath()
        g.arc(px, y(v), 4.5, 0, 7)
        g.fill()
        g.font = '12px system-ui, sans-serif'
        g.textBaseline = 'bottom'
        g.textAlign = px > w - 60 ? 'right' : 'left'
        g.fillStyle = c.ink
        g.fillText(v.toFixed(3), px + (px > w - 60 ? -7 : 7), clamp(y(v) - 4, curveTop() + 14, h))
      }
    }
    if (drag?.kind === 'brush') {
      g.fillStyle = c.one
      g.globalAlpha = 0.22
      g.fillRect(x(drag.a), bandTop - 6, x(drag.b) - x(drag.a), BAND + 12)
      g.globalAlpha = 1
    }
    const head = stage.get('head')
    if (head && head.film === film) {
      const px = x(head.t)
      g.strokeStyle = c.paper
      g.lineWidth = 4
      g.beginPath()
      for (const [a, b] of [
        [8, curveTop() - GAP + 4],
        [curveTop(), curveTop() + CURVE],
        ...(spaceText() ? [[wordsTop(), wordsTop() + WORDS]] : []),
      ]) {
        g.moveTo(px, a)
        g.lineTo(px, b)
      }
      g.stroke()
      g.strokeStyle = c.ink
      g.lineWidth = 2
      g.stroke()
      g.fillStyle = c.ink
      g.beginPath()
      g.moveTo(px - 5, 2)
      g.lineTo(px + 5, 2)
      g.lineTo(px, 11)
      g.fill()
    }
    g.restore()
  }
  const swatch = (colour, text, hatches = []) =>
    el(
      'span',
      { class: 'se-key' },
      el('i', { style: `background:${hatchedCss(colour, hatches)}` }),
      el('span', { dir: 'auto' }, text),
    )
  const keys = () => {
    const name = stage.get('colour'),
      look = deck.look(name),
      out = [el('span', { class: 'se-soft' }, `${name}:`)]
    if (look.kind === 'number')
      out.push(
        el(
          'span',
          { class: 'se-key' },
          numberText(look.low, 3),
          el('i', {
            class: 'se-scale',
            style: `background:linear-gradient(90deg,${deck.scale.join()})`,
          }),
          numberText(look.high, 3),
        ),
        ...(look.missing ? [swatch(deck.grey, UNKNOWN)] : []),
      )
    else {
      const here = new Set(rows.map(i => look.of(i))),
        all = look.groups.filter((_, k) => here.has(k))
      out.push(
        ...all
          .slice(0, 12)
          .map(o => swatch(o.colour, short(String(o.value), 34) || UNKNOWN, hatchesOf(o))),
      )
      if (all.length > 12) out.push(el('span', {}, `and ${all.length - 12} more`))
    }
    if (hasMarks) {
      const here = new Set(rows.map(i => deck.columns.transition.values[i])),
        all = Object.entries(GLYPHS).filter(([k]) => here.has(k))
      if (all.length)
        out.push(
          el('span', { class: 'se-soft' }, 'transition into a scene:'),
          ...all.map(([, [glyph, text]]) =>
            el('span', { class: 'se-key' }, el('b', {}, glyph), text),
          ),
        )
    }
    legend.replaceChildren(...out)
  }
  let spoken = '',
    keyed = ''
  const describe = () => {
    const marks = below(rows),
      h = stage.get('threshold'),
      film_ = short(String(deck.films[film]?.name ?? ''), 60)
    box.dataset.boundaries = JSON.stringify(stage.ids(marks))
    const text = !rows.length
      ? 'There are no scenes.'
      : h != null && spaceNow()
        ? `${counted(marks.length, 'boundary', 'boundaries')} below ${+h.toFixed(3)} in ${counted(rows.length, 'scene')} of this film.`
        : rows.length === 1
          ? 'This film is a single scene: there is nothing to compare it with.'
          : ''
    if (text !== spoken) {
      spoken = text
      said.textContent = text
    }
    base.setAttribute(
      'aria-label',
      `Timeline of ${film_}: ${counted(rows.length, 'scene')}, ${clock(long())}. Plus and minus zoom, Shift and arrows widen the selection.`,
    )
  }
  let tint = ['', [], null]
  const tints = () => {
    const name = stage.get('colour')
    if (tint[0] !== name) tint = [name, deck.colours(name), deck.look(name)]
    return tint
  }
  const redraw = soon(() => {
      draw()
      const k = `${film} ${stage.get('colour')}`
      if (k !== keyed) {
        keyed = k
        keys()
      }
    }),
    remark = soon(mark)
  // ---- pointing
  const rowAt = e => {
    const r = frame.getBoundingClientRect(),
      px = e.clientX - r.left,
      py = e.clientY - r.top,
      t = time(px)
    if (px < LEFT || px > LEFT + width() || py > height() - AXIS || !rows.length) return -1
    let a = 0,
      b = rows.length - 1
    while (a < b) {
      const m = (a + b + 1) >> 1
      deck.start[rows[m]] <= t ? (a = m) : (b = m - 1)
    }
    for (let k = a; k >= Math.max(0, a - 50); k--)
      if (deck.start[rows[k]] <= t && t < deck.end[rows[k]]) return rows[k]
    const near = [rows[a], rows[a + 1]].filter(
      i => i != null && (Math.abs(x(deck.start[i]) - px) < 5 || Math.abs(x(deck.end[i]) - px) < 5),
    )
    return near[0] ?? -1
  }
  const spot = e => {
    const r = frame.getBoundingClientRect()
    return { px: e.clientX - r.left, py: e.clientY - r.top }
  }
  const within = (a, b) => {
    const low = Math.min(a, b),
      high = Math.max(a, b)
    return rows.filter(i => deck.start[i] < high && deck.end[i] > low)
  }
  base.addEventListener('pointerdown', e => {
    if (e.button) return
    const { px, py } = spot(e)
    if (px < LEFT - 6) return
    drag = {
      kind: py < curveTop() - 4 || e.shiftKey ? 'brush' : 'pan',
      x0: px,
      a: time(px),
      b: time(px),
      from,
      moved: false,
      add: e.shiftKey || e.ctrlKey || e.metaKey,
    }
    base.setPointerCapture(e.pointerId)
  })
  base.addEventListener('pointermove', e => {
    const { px } = spot(e)
    if (drag && (drag.moved || Math.abs(px - drag.x0) > 4)) {
      drag.moved = true
      stage.point(-1)
      if (drag.kind === 'brush') {
        drag.b = clamp(time(px), begins(), long())
        remark()
      } else {
        const w = to - from
        from = drag.from
        to = from + w
        pan(((drag.x0 - px) / width()) * w)
      }
      return
    }
    stage.point(rowAt(e), e)
  })
  const release = e => {
    const d = drag
    drag = null
    if (!d) return
    if (!d.moved) {
      const i = rowAt(e)
      if (i >= 0) stage.click(i, e)
      return
    }
    if (d.kind === 'brush') {
      const found = within(d.a, d.b)
      stage.select(d.add ? [...stage.get('selection'), ...found] : found)
    }
    remark()
  }
  base.addEventListener('pointerup', release)
  base.addEventListener('pointercancel', () => {
    drag = null
    remark()
  })
  base.addEventListener('pointerleave', () => {
    if (!drag) stage.point(-1)
  })
  base.addEventListener(
    'wheel',
    e => {
      if (Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey) {
        e.preventDefault()
        pan(((e.deltaX || e.deltaY) / width()) * (to - from))
        return
      }
      // nothing to zoom out of: the page scrolls
      if (e.deltaY > 0 && to - from >= long() - begins() - 1e-9) return
      e.preventDefault()
      zoom(Math.exp(clamp(e.deltaY, -240, 240) * 0.0022), clamp(time(spot(e).px), from, to))
    },
    { passive: false },
  )
  base.addEventListener('keydown', e => {
    const done = () => {
      e.preventDefault()
      e.stopPropagation()
    }
    if (e.key === '+' || e.key === '=') {
      zoom(1 / 1.6)
      done()
    } else if (e.key === '-') {
      zoom(1.6)
      done()
    } else if (e.key === '0') {
      whole()
      redraw()
      done()
    } else if (e.shiftKey && /^Arrow(Left|Right)$/.test(e.key) && rows.length) {
      const by = e.key === 'ArrowRight' ? 1 : -1,
        s = stage
          .get('selection')
          .filter(i => deck.film[i] === film)
          .map(i => rows.indexOf(i)),
        k = s.length
          ? (by > 0 ? Math.max(...s) : Math.min(...s)) + by
          : by > 0
            ? 0
            : rows.length - 1
      if (rows[k] != null) stage.select([...stage.get('selection'), rows[k]])
      done()
    }
  })
  // ---- the threshold
  const down = e => {
    if (e.button) return
    knob.focus()
    drag = { kind: 'knob', moved: false, y0: e.clientY }
    knob.setPointerCapture(e.pointerId)
    e.preventDefault()
  }
  const drags = e => {
    if (drag?.kind !== 'knob' || (!drag.moved && Math.abs(e.clientY - drag.y0) < 3)) return
    drag.moved = true
    threshold(clamp(value(spot(e).py), ...span))
  }
  knob.addEventListener('pointerdown', down)
  knob.addEventListener('pointermove', drags)
  for (const k of ['pointerup', 'pointercancel'])
    knob.addEventListener(k, () => {
      if (drag?.kind === 'knob') {
        drag = null
        redraw()
      }
    })
  knob.addEventListener('dblclick', () => threshold(null))
  knob.addEventListener('keydown', e => {
    const h = stage.get('threshold'),
      by = {
        ArrowUp: 0.01,
        ArrowRight: 0.01,
        ArrowDown: -0.01,
        ArrowLeft: -0.01,
        PageUp: 0.1,
        PageDown: -0.1,
      }[e.key]
    const to =
      by != null
        ? h == null
          ? suggestion()
          : h + by
        : e.key === 'Home'
          ? span[0]
          : e.key === 'End'
            ? span[1]
            : /^(Delete|Backspace)$/.test(e.key)
              ? null
              : undefined
    if (to === undefined) return
    threshold(to)
    e.preventDefault()
    e.stopPropagation()
  })
  // ---- what others do
  const show = i => {
    if (i != null && i >= 0 && deck.film[i] !== film) pickFilm(deck.film[i])
    else if (i != null && i >= 0 && (deck.end[i] < from || deck.start[i] > to))
      pan((deck.start[i] + deck.end[i] - from - to) / 2)
  } // what plays is brought into view
  const listen = (k, fn) => off.push(stage.on(k, fn))
  listen('playing', () => {
    show(stage.get('playing')[0])
    remark()
  })
  listen('selection', () => {
    if (
      !stage.get('playing').length &&
      stage.get('selection').length &&
      !stage.get('selection').some(i => deck.film[i] === film)
    )
      show(stage.get('selection')[0])
    redraw()
  })
  listen('hover', () => {
    const i = stage.get('hover')
    if (
      i >= 0 &&
      deck.film[i] !== film &&
      !chosen &&
      !stage.get('playing').length &&
      !stage.get('selection').length
    )
      pickFilm(deck.film[i])
    remark()
  })
  listen('hide', () => {
    rows = stage.shown(entire())
    kept.clear()
    keyed = ''
    redraw()
  })
  listen('head', remark)
  listen(['colour', 'space', 'other', 'threshold'], () => {
    if (compare) compare.value = stage.get('other')
    redraw()
  })
  const sized = new ResizeObserver(redraw)
  sized.observe(frame)
  const unthemed = onTheme(redraw)
  frame.style.height = `${height()}px`
  const open = stage.get('playing')[0] ?? stage.get('selection')[0]
  film = -1
  if (deck.films.length) pickFilm(open != null ? deck.film[open] : 0)
  draw()
  keys()
  return {
    drop() {
      gone = true
      off.forEach(f => f())
      redraw.cancel()
      remark.cancel()
      sized.disconnect()
      unthemed()
    },
  }
}
