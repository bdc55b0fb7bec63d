// @ts-nocheck
// Matrix: how alike every scene is to every other. No N x N array is ever made: the range in view
// is cut into at most 400 blocks, and the dot product of two blocks'
// mean unit vectors IS the mean of the cosines between them, exactly. Looking closer computes the
// crop anew, down to single scenes.

import { canvas } from '../kit/canvas.js'
import { ramp } from '../kit/colours.js'
import { button, choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, clock, short, UNKNOWN } from '../kit/text.js'
import { css, onTheme } from '../kit/theme.js'
import { hideCheck } from '../stage/hide.js'
import { panels } from '../stage/registry.js'
import { card } from '../stage/tip.js'

panels.matrix = {
  title: 'Similarity matrix',
  hint: 'Click a cell: both scenes play. Drag a square or turn the wheel: closer. Double click: back. Arrow keys, Enter, + and - do the same.',
  make: (stage, { tools, body }) => matrixView(stage, { tools, body }),
}

const MOST_BLOCKS = 400,
  LEAST_SCENES = 6
// the orders that a deck has: [key, text]
export const matrixOrders = deck => [
  ['time', 'in order of time'],
  ...Object.values(deck.columns)
    .filter(
      c => c.name === 'cluster' || (c.kind === 'text' && c.colour !== false && c.name !== 'film'),
    )
    .map(c => [c.name, `by ${c.name}`]),
  ['similarity', 'by similarity'],
]
// rows in that order, and which run each position belongs to: {rows, runs: [[from, to, label],
// ...]}
const matrixOrder = (deck, space, order, shown = rows => rows) => {
  const flat = shown(deck.films.flatMap((_, f) => deck.inFilm(f))),
    c = deck.columns[order]
  const runs = (rows, label) =>
    rows.reduce((out, i, p) => {
      const l = label(i),
        last = out.at(-1)
      if (last && last[2] === l) last[1] = p + 1
      else out.push([p, p + 1, l])
      return out
    }, [])
  if (order === 'similarity' || !(order === 'time' || c)) {
    // along the axis on which the scenes differ most
    const y = space?.layouts.PCA || Object.values(space?.layouts || {})[0]
    return {
      rows: y ? flat.toSorted((a, b) => y.xy[a * y.dims] - y.xy[b * y.dims]) : flat,
      runs: [],
    }
  }
  if (order === 'time') return { rows: flat, runs: runs(flat, i => deck.films[deck.film[i]].name) }
  const look = deck.look(order),
    key =
      look.kind === 'text' ? look.of : i => (Number.isFinite(c.values[i]) ? c.values[i] : Infinity)
  const rank = Float64Array.from({ length: deck.n }, (_, i) => key(i)),
    rows = flat.toSorted((a, b) => rank[a] - rank[b]) // stable: within a group by time
  return {
    rows,
    runs: runs(rows, i =>
      String(c.values[i] === '' || Number.isNaN(c.values[i]) ? UNKNOWN : c.values[i]),
    ),
  }
}

// mean unit vectors of `blocks` stretches of rows[from : from + size]
const blockMeans = (space, rows, from, size, blocks) => {
  const { x, d } = space,
    out = new Float32Array(blocks * d)
  for (let b = 0; b < blocks; b++) {
    const p = from + Math.floor((b * size) / blocks),
      q = from + Math.floor(((b + 1) * size) / blocks)
    for (let k = p; k < q; k++)
      for (let a = rows[k] * d, o = b * d, e = o + d; o < e; ) out[o++] += x[a++]
    if (q - p > 1) for (let o = b * d, e = o + d; o < e; o++) out[o] /= q - p
  }
  return out
}
// the pooled matrix, a few rows a slice so that the page stays awake; `done(values)` unless
// cancelled
const poolSlowly = (space, rows, view, done) => {
  const { r, c, m } = view,
    B = Math.min(m, MOST_BLOCKS),
    d = space.d,
    even = r === c,
    A = blockMeans(space, rows, r, m, B),
    C = even ? A : blockMeans(space, rows, c, m, B),
    out = new Float32Array(B * B)
  let a = 0,
    asked = 0
  const slice = () => {
    const until = performance.now() + 14
    for (; a < B && performance.now() < until; a++)
      for (let b = even ? a : 0; b < B; b++) {
        let s = 0,
          t = 0,
          i = a * d,
          j = b * d
        const e = i + d - 1
        for (; i < e; i += 2, j += 2) {
          s += A[i] * C[j]
          t += A[i + 1] * C[j + 1]
        }
        if (i === e) s += A[i] * C[j]
        out[a * B + b] = s + t
        if (even) out[b * B + a] = s + t
      }
    if (a < B) asked = requestAnimationFrame(slice)
    else done({ ...view, B, values: out })
  }
  slice()
  return () => cancelAnimationFrame(asked)
}
const quantileOf = (values, q) => {
  const step = Math.max(1, Math.floor(values.length / 5000)),
    v = []
  for (let i = 0; i < values.length; i += step) v.push(values[i])
  v.sort((a, b) => a - b)
  return v[Math.round(q * (v.length - 1))]
}

// The same view serves the gallery: `fixed` holds it to one space, small and without controls; all
// fixed views of a stage look at the same range.
export const matrixView = (stage, { tools, body, fixed = null, scale = null }) => {
  // scale: [low, high] of the colours; null: of what is in view
  const { deck } = stage,
    check = fixed ? [] : hideCheck(stage),
    under = canvas({ 'aria-hidden': 'true' }),
    over = canvas({
      class: 'se-canvas se-matrix-over',
      tabIndex: 0,
      role: 'application',
      'aria-roledescription': 'similarity matrix',
    }),
    note = el('p', { class: 'se-note' })
  const frame = el(
      'div',
      { class: `se-matrix-frame${fixed ? ' se-matrix-small' : ''}` },
      under,
      over,
    ),
    tip = el('div', { class: 'se-tip se-pair', role: 'tooltip', hidden: true }),
    off = [],
    on = (k, fn) => off.push(stage.on(k, fn))
  over.setAttribute(
    'aria-label',
    `Cosine of every scene with every other${fixed ? `, ${fixed}` : ''}. Arrow keys move a cell, Enter plays both scenes, plus and minus zoom, Backspace goes back`,
  )
  body.append(frame, note)
  stage.root.append(tip)
  const many = () => stage.shown(Array.from({ length: deck.n }, (_, i) => i)).length
  let n = many()
  const space = () => (fixed ? deck.space(fixed) : stage.space),
    whole = () => ({ r: 0, c: 0, m: n }),
    kept = new Map()
  let view = whole(),
    back = [],
    now = null,
    shown = null,
    stop = null,
    cursor = null,
    aim = null,
    drag = null,
    zoomed = false,
    geo = null,
    keyed = false,
    wheeled = 0
  // ---- order
  const order = () => {
    const o = stage.get('order'),
      key = `${o} ${o === 'similarity' ? stage.get('space') : ''} ${n}`
    if (now?.key !== key) {
      now = { key, ...matrixOrder(deck, stage.space, o, rows => stage.shown(rows)) }
      now.at = new Int32Array(deck.n).fill(-1)
      now.rows.forEach((i, p) => {
        now.at[i] = p
      })
    }
    return now
  }
  const controls = () => {
    if (fixed) return
    const all = matrixOrders(deck),
      o = stage.get('order')
    undo.disabled = !back.length && view.m === n
    if (!tools.childElementCount)
      tools.append(
        (chooser = choice('Order', all, o, order => stage.set({ order }))),
        ...check,
        undo,
      )
    chooser.value = all.some(([k]) => k === o) ? o : 'similarity'
  }
  let chooser = null
  const undo = button('Back', 'Back to what was in view before (Backspace, double click)', () =>
    goBack(),
  )
  // ---- zoom
  const fit = v => {
    const m = clamp(Math.round(v.m), Math.min(LEAST_SCENES, n), n)
    return { m, r: clamp(Math.round(v.r), 0, n - m), c: clamp(Math.round(v.c), 0, n - m) }
  }
  const mates = () => (fixed ? [...(stage.matrices ?? [])] : [self])
  const go = (v, keep = true) => {
    const to = fit(v)
    if (to.r === view.r && to.c === view.c && to.m === view.m) return false
    for (const o of mates()) o.look(to, keep)
    return true
  }
  const look = (to, keep) => {
    if (keep) back.push(view)
    view = to
    cursor = null
    hide()
    load()
  }
  const goBack = () => {
    const to = back.pop() ?? whole()
    const rest = back
    go(to, false)
    back = rest
    controls()
  }
  const zoom = (by, p, q, keep) => {
    const m = clamp(view.m * by, Math.min(LEAST_SCENES, n), n),
      f = m / view.m
    return go({ m, r: p - (p - view.r) * f, c: q - (q - view.c) * f }, keep)
  }
  // ---- numbers
  const load = () => {
    const s = space()
    controls()
    stop?.()
    stop = null
    frame.hidden = !n || !s
    if (frame.hidden) {
      note.textContent = n ? 'No space of scenes is here.' : 'There are no scenes.'
      return
    }
    const key = `${s.name}|${order().key}|${view.r}|${view.c}|${view.m}`,
      have = kept.get(key)
    const show = o => {
      kept.delete(key)
      kept.set(key, o)
      if (kept.size > 12) kept.delete(kept.keys().next().value)
      shown = o
      paint(o)
      base()
    }
    if (have) return show(have)
    const made = { space: s.name, order: order().key }
    base()
    stop = poolSlowly(s, order().rows, view, o => show({ ...o, ...made }))
  }
  const paint = o => {
    if (o.image) return
    const single = o.m <= o.B,
      v = o.values,
      table = (deck.table ??= ramp(deck.scale))
    o.low = quantileOf(v, 0.02)
    o.high = single ? 1 : Math.max(quantileOf(v, 0.998), o.low + 1e-6)
    if (o.high - o.low < 1e-6) o.low = o.high - 1e-6
    if (scale) [o.low, o.high] = scale
    o.image = el('canvas', { width: o.B, height: o.B })
    const g = o.image.getContext('2d'),
      px = g.createImageData(o.B, o.B),
      f = 255 / (o.high - o.low)
    for (let k = 0; k < v.length; k++) {
      const t = 3 * clamp(Math.round((v[k] - o.low) * f), 0, 255)
      px.data[4 * k] = table[t]
      px.data[4 * k + 1] = table[t + 1]
      px.data[4 * k + 2] = table[t + 2]
      px.data[4 * k + 3] = 255
    }
    g.putImageData(px, 0, 0)
  }
  // ---- picture
  const measure = () => {
    const w = Math.max(frame.clientWidth, 60),
      label = !fixed && order().runs.length ? clamp(w * 0.2, 56, 110) : 0,
      left = label + 18,
      top = (fixed ? 0 : label ? 18 : 2) + 18,
      foot = fixed ? 18 : 36
    const side = Math.max(Math.floor(Math.min(w - left - 8, fixed ? 420 : 560)), 40),
      height = top + side + foot
    if (frame.style.height !== `${height}px`) frame.style.height = `${height}px`
    geo = { left, top, side, label }
    Object.assign(over.dataset, { left, top, side, row: view.r, column: view.c, scenes: view.m })
  }
  const cell = () => geo.side / Math.min(view.m, MOST_BLOCKS)
  const base = soon(() => {
    if (!n || !space()) return
    measure()
    const { g, w } = under.fit(),
      { left, top, side, label } = geo,
      ink = css(body, '--se-ink'),
      soft = css(body, '--se-soft'),
      line = css(body, '--se-line'),
      f = side / view.m
    if (w < 2) return
    const colours = deck.colours(stage.get('colour')),
      { rows, runs } = order()
    g.font = '11px system-ui, "DejaVu Sans", sans-serif'
    g.textBaseline = 'middle'
    g.fillStyle = line
    g.fillRect(left, top, side, side)
    if (shown?.image && shown.order === order().key && shown.space === space()?.name) {
      g.save()
      g.beginPath()
      g.rect(left, top, side, side)
      g.clip()
      g.imageSmoothingEnabled = shown.B > side
      g.drawImage(
        shown.image,
        left + (shown.c - view.c) * f,
        top + (shown.r - view.r) * f,
        shown.m * f,
        shown.m * f,
      )
      g.restore()
    }
    for (let p = 0, e = Math.min(side, view.m); p < e; p++) {
      const a = (p * side) / e,
        h = side / e + 0.5,
        k = Math.floor((p * view.m) / e) // the strips: the colour of each scene along both axes
      g.fillStyle = colours[rows[view.r + k]]
      g.fillRect(left - 9, top + a, 7, Math.min(h, side - a))
      g.fillStyle = colours[rows[view.c + k]]
      g.fillRect(left + a, top - 9, Math.min(h, side - a), 7)
    }
    if (label) {
      let last = -99
      g.fillStyle = ink
      for (const [p, q, text] of runs) {
        const a = clamp((p - view.r) * f, 0, side),
          b = clamp((q - view.r) * f, 0, side)
        if ((b - a < 11 && b - last < 11) || b <= a || (a + b) / 2 - last < 11) continue
        last = (a + b) / 2
        g.textAlign = 'right'
        g.fillText(fitText(g, text, label - 4), left - 17, top + (a + b) / 2)
      }
      for (const [p, q, text] of runs) {
        const a = clamp((p - view.c) * f, 0, side),
          b = clamp((q - view.c) * f, 0, side)
        if (b - a < 34) continue
        g.textAlign = 'center'
        g.fillText(fitText(g, text, b - a - 4), left + (a + b) / 2, 9)
      }
      g.fillStyle = soft
      for (const [p] of runs)
        for (const [from, across] of [
          [view.r, 0],
          [view.c, 1],
        ]) {
          const a = (p - from) * f
          if (a > 0 && a < side)
            across ? g.fillRect(left + a, top - 15, 1, 5) : g.fillRect(left - 15, top + a, 5, 1)
        }
    }
    if (shown?.image) {
      const w2 = fixed ? Math.min(side * 0.5, 120) : Math.min(side, 220),
        y = top + side + (fixed ? 6 : 8),
        table = (deck.table ??= ramp(deck.scale))
      for (let k = 0; k < w2; k++) {
        const t = 3 * Math.round((255 * k) / w2)
        g.fillStyle = `rgb(${table[t]},${table[t + 1]},${table[t + 2]})`
        g.fillRect(left + k, y, 1.5, 8)
      }
      g.fillStyle = soft
      g.textAlign = 'left'
      if (fixed) {
        g.textAlign = 'right'
        g.fillText(`${shown.low.toFixed(2)} to ${shown.high.toFixed(2)}`, left + side, y + 4)
      } else {
        for (const [k, v] of [
          [0, shown.low],
          [0.5, (shown.low + shown.high) / 2],
          [1, shown.high],
        ]) {
          g.textAlign = k === 0 ? 'left' : k === 1 ? 'right' : 'center'
          g.fillText(v.toFixed(2), left + k * w2, y + 17)
        }
        g.textAlign = 'left'
        const words = shown.m > shown.B ? 'mean cosine' : 'cosine'
        if (side > w2 + 90) g.fillText(words, left + w2 + 10, y + 4)
      }
    }
    if (
      shown?.image &&
      shown.r === view.r &&
      shown.c === view.c &&
      shown.m === view.m &&
      shown.order === order().key &&
      shown.space === space()?.name
    ) {
      over.dataset.drawn = `${shown.r} ${shown.c} ${shown.m}`
      body.dataset.drawn = shown.m
    }
    if (!fixed) {
      const k = view.m / Math.min(view.m, MOST_BLOCKS),
        s = Number.isInteger(k) ? k : k.toFixed(1)
      note.textContent =
        k > 1
          ? `A cell is the mean of ${s} × ${s} scenes: click one, drag a square or turn the wheel to look closer.`
          : view.m < n
            ? `${view.m} × ${view.m} of ${n} × ${n} scenes.`
            : ''
    }
    marks.now()
  })
  // ---- what changes with the pointer: on a canvas of its own
  const draw = () => {
    if (!geo) return
    const { g } = over.fit(),
      { left, top, side } = geo,
      f = side / view.m,
      mark = css(body, '--se-mark'),
      ink = css(body, '--se-ink'),
      accent = css(body, '--se-accent'),
      at = order().at
    g.fillStyle = mark
    for (const i of stage.get('selection')) {
      const p = at[i] - view.r,
        q = at[i] - view.c
      if (p >= 0 && p < view.m) g.fillRect(left - 16, top + p * f, 6, Math.max(f, 2))
      if (q >= 0 && q < view.m) g.fillRect(left + q * f, top - 16, Math.max(f, 2), 6)
    }
    const band = (p, across, h = f) => {
      if (p < 0 || p >= view.m) return
      const a = p * f
      h = Math.max(h, 1)
      g.fillStyle = mark
      for (const z of h > 3 ? [a, a + h - 1] : [a + h / 2 - 0.5])
        across
          ? g.fillRect(left + z, top - 18, 1, side + 18)
          : g.fillRect(left - 18, top + z, side + 18, 1)
    }
    const i = stage.get('hover')
    if (aim) {
      const k = f / cell()
      band(aim[0] / k, false, cell())
      band(aim[1] / k, true, cell())
    } else if (i >= 0) {
      band(at[i] - view.r, false)
      band(at[i] - view.c, true)
    } // the pair pointed at here, or the scene pointed at elsewhere
    const pair = stage.get('playing')
    if (pair.length && !fixed) {
      g.strokeStyle = '#fff'
      g.lineWidth = 2
      const p = at[pair[0]] - view.r,
        q = at[pair[1] ?? pair[0]] - view.c
      if (p >= 0 && p < view.m && q >= 0 && q < view.m) {
        g.beginPath()
        g.arc(left + (q + 0.5) * f, top + (p + 0.5) * f, Math.max(f * 0.7, 5), 0, 7)
        g.stroke()
        g.strokeStyle = mark
        g.lineWidth = 1
        g.beginPath()
        g.arc(left + (q + 0.5) * f, top + (p + 0.5) * f, Math.max(f * 0.7, 5) + 1.5, 0, 7)
        g.stroke()
      }
    }
    if (cursor) {
      const s = cell(),
        [a, b] = cursor
      g.lineWidth = 2
      g.strokeStyle = '#fff'
      g.strokeRect(left + b * s - 1, top + a * s - 1, s + 2, s + 2)
      g.lineWidth = 1
      g.strokeStyle = '#000'
      g.strokeRect(left + b * s - 2.5, top + a * s - 2.5, s + 5, s + 5)
    }
    if (drag?.size > 4) {
      const [x, y, s] = square()
      g.fillStyle = '#ffffff44'
      g.fillRect(x, y, s, s)
      g.lineWidth = 2
      g.strokeStyle = accent || ink
      g.strokeRect(x, y, s, s)
    }
  }
  const marks = soon(draw)
  marks.now = () => {
    marks.cancel()
    draw()
  }
  const square = () => {
    const { left, top, side } = geo,
      s = Math.min(drag.size, side),
      x = clamp(drag.dx < 0 ? drag.x - s : drag.x, left, left + side - s),
      y = clamp(drag.dy < 0 ? drag.y - s : drag.y, top, top + side - s)
    return [x, y, s]
  }
  // ---- cells: [a, b] in blocks; what a block holds
  const cellAt = e => {
    const box = over.getBoundingClientRect(),
      x = e.clientX - box.left - geo.left,
      y = e.clientY - box.top - geo.top,
      s = cell()
    return x < 0 || y < 0 || x >= geo.side || y >= geo.side
      ? null
      : [Math.floor(y / s), Math.floor(x / s)]
  }
  const stretch = (from, b) => {
    const B = Math.min(view.m, MOST_BLOCKS)
    return [from + Math.floor((b * view.m) / B), from + Math.floor(((b + 1) * view.m) / B)]
  }
  const inside = ([a, b]) => {
    const [p, q] = stretch(view.r, a),
      [u, v] = stretch(view.c, b),
      { rows } = order()
    return { p, q, u, v, single: q - p === 1 && v - u === 1, i: rows[p], j: rows[u] }
  }
  const meanOf = ([a, b]) =>
    shown && shown.r === view.r && shown.c === view.c && shown.m === view.m
      ? shown.values[a * shown.B + b]
      : null
  const words = at => {
    const o = inside(at)
    return o.single
      ? `cosine ${space().similarity(o.i, o.j).toFixed(3)}`
      : `mean of ${o.q - o.p} × ${o.v - o.u} scenes${meanOf(at) == null ? '' : `: ${meanOf(at).toFixed(3)}`}`
  }
  const named = (p, q) => {
    const { rows } = order(),
      a = rows[p],
      b = rows[q - 1],
      film = i => short(deck.films[deck.film[i]]?.name ?? '', 40),
      value = i =>
        order().runs.length && stage.get('order') !== 'time'
          ? short(deck.said(stage.get('order'), i) || UNKNOWN, 40)
          : ''
    const say = i => [value(i), film(i), clock(deck.start[i])].filter(Boolean).join(', ')
    return [say(a), '– ' + say(b)]
  }
  const hide = () => {
      tip.hidden = true
      tip.dataset.at = ''
      aiming(null)
    },
    aiming = to => mates().forEach(o => o.aimAt(to))
  const tell = (at, x, y) => {
    const o = inside(at),
      key = `${o.p} ${o.u} ${o.q} ${o.v} ${space()?.name} ${meanOf(at) != null}`
    if (tip.dataset.at !== key) {
      tip.dataset.at = key
      const half = (i, p, q, axis) =>
        el(
          'div',
          { class: 'se-pair-half' },
          el('small', { class: 'se-soft' }, axis),
          ...(o.single
            ? card(stage.deck, i)
            : named(p, q).map(t => el('span', { dir: 'auto' }, t))),
        )
      tip.classList.toggle('se-pair-block', !o.single)
      tip.classList.toggle('se-pair-self', o.single && o.i === o.j)
      tip.replaceChildren(
        el('b', { class: 'se-pair-value' }, words(at)),
        ...(o.single && o.i === o.j
          ? [half(o.i, o.p, o.q, 'the scene with itself')]
          : [half(o.i, o.p, o.q, 'row'), half(o.j, o.u, o.v, 'column')]),
        ...(o.single ? [] : [el('small', { class: 'se-soft' }, 'Click to look closer')]),
      )
    }
    tip.hidden = false
    const w = tip.offsetWidth,
      h = tip.offsetHeight
    tip.style.left = `${x + 20 + w > innerWidth ? Math.max(x - w - 16, 4) : x + 20}px`
    tip.style.top = `${clamp(y + 16, 4, Math.max(innerHeight - h - 4, 4))}px`
  }
  const point = (at, x, y) => {
    const o = inside(at)
    aiming(at)
    stage.set({ hover: o.single ? o.i : -1 })
    tell(at, x, y)
  }
  const open = at => {
    const o = inside(at)
    if (o.single) {
      stage.play(...(o.i === o.j ? [o.i] : [o.i, o.j]))
      stage.select([o.i, o.j])
      zoomed = false
      return
    }
    const m = Math.max((o.q - o.p) * 24, 60)
    zoomed = go({ m, r: (o.p + o.q - m) / 2, c: (o.u + o.v - m) / 2 })
  }
  // ---- hand
  over.addEventListener('pointermove', e => {
    if (!geo) return
    if (drag) {
      drag.dx = e.clientX - drag.cx
      drag.dy = e.clientY - drag.cy
      drag.size = Math.max(Math.abs(drag.dx), Math.abs(drag.dy))
      if (drag.size > 4) {
        hide()
        marks()
        return
      }
    }
    const at = cellAt(e)
    keyed = false
    if (!at) {
      if (!tip.hidden) {
        hide()
        stage.set({ hover: -1 })
      }
      over.style.cursor = ''
      return
    }
    over.style.cursor = inside(at).single ? 'pointer' : 'zoom-in'
    point(at, e.clientX, e.clientY)
  })
  over.addEventListener('pointerleave', () => {
    if (!drag && !keyed) {
      hide()
      stage.set({ hover: -1 })
    }
  })
  over.addEventListener('pointerdown', e => {
    if (e.button || !geo || !cellAt(e)) return
    const box = over.getBoundingClientRect()
    over.setPointerCapture(e.pointerId)
    drag = {
      cx: e.clientX,
      cy: e.clientY,
      x: e.clientX - box.left,
      y: e.clientY - box.top,
      dx: 0,
      dy: 0,
      size: 0,
    }
    if (cursor) {
      cursor = null
      marks()
    }
  })
  const release = () => {
    const was = drag
    if (!was) return
    let to = null
    if (was.size > 4) {
      const [x, y, s] = square(),
        f = view.m / geo.side
      to = { m: s * f, r: view.r + (y - geo.top) * f, c: view.c + (x - geo.left) * f }
    }
    drag = null
    was.size > 4 ? (over.dataset.dragged = '1') : delete over.dataset.dragged
    if (to) go(to)
    marks()
  }
  over.addEventListener('pointerup', release)
  over.addEventListener('pointercancel', () => {
    drag = null
    marks()
  })
  over.addEventListener('click', e => {
    if (over.dataset.dragged) {
      delete over.dataset.dragged
      return
    }
    const at = geo && cellAt(e)
    if (at && e.detail < 2) open(at)
  })
  over.addEventListener('dblclick', e => {
    e.preventDefault()
    if (zoomed && back.length) back.pop()
    zoomed = false
    goBack()
  })
  over.addEventListener(
    'wheel',
    e => {
      const at = geo && cellAt(e)
      if (!at) return
      const box = over.getBoundingClientRect(),
        f = view.m / geo.side,
        p = view.r + (e.clientY - box.top - geo.top) * f,
        q = view.c + (e.clientX - box.left - geo.left) * f
      // nothing to zoom: the page scrolls
      if ((e.deltaY > 0 && view.m === n) || (e.deltaY < 0 && view.m <= LEAST_SCENES)) return
      e.preventDefault()
      const fresh = e.timeStamp - wheeled > 700
      wheeled = e.timeStamp
      zoom(e.deltaY > 0 ? 1.3 : 1 / 1.3, p, q, fresh)
    },
    { passive: false },
  )
  over.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || !geo) return
    const B = Math.min(view.m, MOST_BLOCKS),
      step = e.shiftKey ? 10 : 1,
      by = {
        ArrowUp: [-step, 0],
        ArrowDown: [step, 0],
        ArrowLeft: [0, -step],
        ArrowRight: [0, step],
      }[e.key]
    const middle = () => {
      const [a, b] = cursor ?? [B / 2, B / 2],
        k = view.m / B
      return [view.r + (a + 0.5) * k, view.c + (b + 0.5) * k]
    }
    if (by) {
      const i = stage.get('playing')[0] ?? stage.get('selection')[0],
        start = p => clamp(Math.floor(((p - view.r) * B) / view.m), 0, B - 1)
      cursor = cursor
        ? [clamp(cursor[0] + by[0], 0, B - 1), clamp(cursor[1] + by[1], 0, B - 1)]
        : i == null
          ? [0, 0]
          : [
              start(order().at[i]),
              clamp(Math.floor(((order().at[i] - view.c) * B) / view.m), 0, B - 1),
            ]
      showCursor()
    } else if (e.key === 'Enter') {
      if (cursor) open(cursor)
    } else if (e.key === '+' || e.key === '=') zoom(1 / 1.6, ...middle(), true)
    else if (e.key === '-') zoom(1.6, ...middle(), true)
    else if (e.key === 'Backspace') goBack()
    else return
    e.preventDefault()
    e.stopPropagation()
  })
  const showCursor = () => {
    const box = over.getBoundingClientRect(),
      s = cell(),
      [a, b] = cursor
    keyed = true
    point(cursor, box.left + geo.left + (b + 0.5) * s, box.top + geo.top + (a + 0.5) * s)
    marks()
    const o = inside(cursor)
    if (o.single)
      stage.say(
        `${short(String(deck.title(o.i)), 60)}, ${clock(deck.start[o.i])}, and ${short(String(deck.title(o.j)), 60)}, ${clock(deck.start[o.j])}: ${words(cursor)}`,
      )
    else stage.say(words(cursor))
  }
  over.addEventListener('blur', () => {
    cursor = null
    if (keyed) hide()
    keyed = false
    marks()
  })
  // ---- shared
  on(fixed ? ['order', 'hide'] : ['space', 'order', 'hide'], () => {
    n = many()
    view = whole()
    back = []
    cursor = null
    hide()
    load()
  })
  if (fixed) on('space', () => stage.get('order') === 'similarity' && load())
  on('colour', base)
  on(['selection', 'hover', 'playing'], marks)
  const seen = new ResizeObserver(() => base()),
    unthemed = onTheme(() => base())
  const self = {
    look,
    load,
    aimAt: to => {
      aim = to
      marks()
    },
    get view() {
      return view
    },
    drop: () => {
      off.forEach(f => f())
      stop?.()
      base.cancel()
      marks.cancel()
      seen.disconnect()
      unthemed()
      tip.remove()
      stage.matrices?.delete(self)
    },
  }
  if (fixed) {
    const mate = [...(stage.matrices ??= new Set())][0]
    if (mate) view = mate.view
    stage.matrices.add(self)
  }
  seen.observe(frame)
  load()
  return self
}
const fitText = (g, text, width) => {
  if (g.measureText(text).width <= width) return text
  let n = text.length
  while (n > 1 && g.measureText(text.slice(0, n) + '…').width > width)
    n = Math.min(n - 1, Math.ceil(n * 0.9))
  return text.slice(0, n) + '…'
}
