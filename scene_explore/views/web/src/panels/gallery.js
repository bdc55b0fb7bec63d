// @ts-nocheck
// Gallery: every run by name, and up to four of them side by side in pictures that are laid out
// alike. All of it lies in the deck: no kernel is asked.

import { canvas } from '../kit/canvas.js'
import { ramp } from '../kit/colours.js'
import { button, choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, short } from '../kit/text.js'
import { css, onTheme } from '../kit/theme.js'
import { panels } from '../stage/registry.js'
import { matrixOrders, matrixView } from './matrix.js'
import { projection } from './plotly_projection.js'

panels.gallery = {
  title: 'Runs side by side',
  hint: 'Tick up to four runs; wheel zooms all of them, a scene pointed at in one is ringed in all',
  make: (stage, { tools, body }) => gallery(stage, { tools, body }),
}

const AT_MOST = 4
// a run that is shown has a letter, a colour and a dash: any one of them tells it apart
const slotOf = (deck, k) => ({
  letter: 'ABCD'[k],
  colour: deck.palette[[0, 5, 2, 3][k]],
  dash: ['', '7 4', '2 3.5', '10 3 2 3'][k],
})
const SIGNS = {
  circle: '●',
  square: '■',
  diamond: '◆',
  cross: '✚',
  x: '✖',
  'triangle-up': '▲',
  star: '★',
  'circle-open': '○',
}

const vector = (tag, props = {}, ...children) => {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [k, v] of Object.entries(props)) e.setAttribute(k, v)
  e.append(...children.flat().filter(o => o != null && o !== false))
  return e
}
const letters = (x, y, text, props = {}) => vector('text', { x, y, ...props }, text)
const told = (x, digits = 3) =>
  x == null
    ? '–'
    : Math.abs(x) >= 100
      ? x.toFixed(0)
      : Math.abs(x) >= 10
        ? x.toFixed(1)
        : x.toFixed(digits).replace('-', '−')
const ticks = (low, high, n = 5) => {
  // round numbers inside of a range
  const raw = (high - low) / n || 1,
    unit = 10 ** Math.floor(Math.log10(raw)),
    step = unit * [1, 2, 5, 10].find(k => k * unit >= raw * 0.999),
    out = []
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-9; t += step)
    out.push(+t.toFixed(10))
  return out
}
const extent = values =>
  values.reduce(
    ([a, b], v) => (v == null || !Number.isFinite(v) ? [a, b] : [Math.min(a, v), Math.max(b, v)]),
    [Infinity, -Infinity],
  )

const gallery = (stage, { tools, body }) => {
  const { deck } = stage,
    data = deck.header.extra?.gallery
  if (!data?.runs?.length) {
    body.append(
      el('p', { class: 'se-note' }, 'No runs are here: open a gallery with Gallery(scenes, runs).'),
    )
    return {}
  }
  const off = [],
    on = (k, fn) => off.push(stage.on(k, fn)),
    has = data.runs.map(r => !!deck.visual.find(o => o.name === r.name))
  let main = 0,
    measure = data.measures[0]?.name,
    arrows = false,
    drag = 'lasso',
    scaled = false,
    view = null,
    gone = false
  const chosen = () =>
    data.runs
      .map((r, i) => i)
      .filter(i => has[i] && stage.get('runs').includes(data.runs[i].name))
      .slice(0, AT_MOST)
  const choose = rows => stage.set({ runs: rows.map(i => data.runs[i].name) })
  if (!chosen().length) choose(has.flatMap((o, i) => (o ? [i] : [])).slice(0, 2))
  const slots = () => chosen().map((i, k) => ({ ...slotOf(deck, k), run: data.runs[i], i }))
  const badge = o =>
    el(
      'b',
      { class: 'se-gal-badge', style: `background:${o.colour}`, 'aria-hidden': 'true' },
      o.letter,
    )

  // ---- the list of all runs
  const list = el('div', {
      class: 'se-gal-list',
      tabIndex: 0,
      role: 'region',
      'aria-label': 'All runs',
    }),
    columns = el('div', { class: 'se-gal-columns' }),
    keys = el('div', { class: 'se-gal-keys', role: 'group', 'aria-label': 'Colours' }),
    sides = [el('div'), el('div')],
    charts = el('div', { class: 'se-gal-charts' }, sides)
  body.append(list, keys, columns, charts)
  const tick = (i, box) => {
    const now = chosen()
    if (box.checked && now.length >= AT_MOST) {
      box.checked = false
      return stage.say('Four runs at most stand side by side: untick one first.')
    }
    if (!box.checked && now.length === 1) {
      box.checked = true
      return stage.say('One run has to stay: tick another one first.')
    }
    choose(box.checked ? [...now, i].sort((a, b) => a - b) : now.filter(o => o !== i))
  }
  const rows = data.runs.map((r, i) => {
    const box = el('input', {
        type: 'checkbox',
        disabled: !has[i],
        'aria-label': `Show ${short(r.name, 80)} side by side`,
        onchange: () => tick(i, box),
      }),
      mark = el('span', { class: 'se-gal-slot' }),
      number = el('td', { class: 'se-gal-number' })
    const small = ['curve', 'matrix', 'picture'].map(what =>
      canvas({
        class: `se-canvas se-gal-thumb-${what}`,
        role: 'img',
        'aria-label': `${what} of ${short(r.name, 60)}`,
      }),
    )
    const tr = el(
      'tr',
      { data: { run: r.name } },
      el('td', {}, el('label', { class: 'se-check' }, box, mark)),
      el(
        'th',
        { scope: 'row', dir: 'auto', title: short(r.name, 400) },
        short(r.name, 60),
        el('span', { class: 'se-soft' }, has[i] ? r.note : `${r.note}: nothing to show`),
      ),
      r.config.map(v => el('td', { dir: 'auto', title: short(v, 400) }, short(v, 28))),
      number,
      ...small.map(c => el('td', {}, c)),
    )
    return { tr, box, mark, number, small }
  })
  const heads = [
    '',
    'Run',
    ...data.settings.map(s => short(s, 30)),
    data.metrics[0] ? 'Number' : '',
    'Curve',
    'Matrix',
    'Picture',
  ].map(t => el('th', { scope: 'col' }, t))
  list.append(
    el(
      'table',
      {},
      el(
        'caption',
        { class: 'se-gal-hidden' },
        'Runs: what differs in their settings, a number, and thumbnails',
      ),
      el('thead', {}, el('tr', {}, heads)),
      el(
        'tbody',
        {},
        rows.map(o => o.tr),
      ),
    ),
  )
  const spread = m => {
    const all = data.runs.flatMap(r => r.metrics[m].slice(0, 3)),
      [a, b] = extent([...all, data.metrics[m].chance])
    return a >= 0 && b <= 1 ? [0, 1] : [Math.min(a, 0), b]
  }
  const numbers = () => {
    if (!data.metrics.length) return
    const [low, high] = spread(main),
      at = v => (100 * (v - low)) / (high - low || 1)
    heads[2 + data.settings.length].textContent = short(data.metrics[main].title, 40)
    rows.forEach(({ number }, i) => {
      const [v, a, b] = data.runs[i].metrics[main]
      number.replaceChildren(
        el('span', { class: 'se-time' }, told(v)),
        v == null
          ? ''
          : el(
              'i',
              {
                class: 'se-gal-bar',
                title: a == null ? '' : `${told(a)} to ${told(b)}`,
                'aria-hidden': 'true',
              },
              a != null && el('i', { style: `left:${at(a)}%;width:${at(b) - at(a)}%` }),
              el('b', { style: `left:${at(v)}%` }),
            ),
      )
    })
  }
  const ticked = () => {
    const now = slots()
    rows.forEach(({ tr, box, mark }, i) => {
      const o = now.find(s => s.i === i)
      box.checked = !!o
      mark.replaceChildren(...(o ? [badge(o)] : []))
      tr.classList.toggle('se-gal-on', !!o)
    })
  }

  // ---- thumbnails: a curve, pooled similarities in the order of time, the picture
  const time = deck.films.flatMap((_, f) => deck.inFilm(f)),
    some = Array.from({ length: Math.min(deck.n, 1200) }, (_, k) =>
      Math.floor((k * deck.n) / Math.min(deck.n, 1200)),
    )
  const pooled = s => {
    const m = Math.min(deck.n, 40),
      u = new Float32Array(m * s.d),
      size = new Float32Array(m),
      out = new Float32Array(m * m) // the mean of a block of cosines is the product of two means
    time.forEach((i, k) => {
      const b = Math.floor((k * m) / deck.n)
      size[b]++
      for (let c = 0; c < s.d; c++) u[b * s.d + c] += s.x[i * s.d + c]
    })
    for (let a = 0; a < m; a++)
      for (let b = a; b < m; b++) {
        let v = 0
        for (let c = 0; c < s.d; c++) v += u[a * s.d + c] * u[b * s.d + c]
        out[a * m + b] = out[b * m + a] = v / (size[a] * size[b] || 1)
      }
    return { m, out }
  }
  let pools = null
  const pool = () => {
    pools ??= data.runs.map((r, i) => (has[i] ? pooled(deck.space(r.name)) : null))
    const flat = pools.flatMap(p => (p ? [...p.out] : [])).sort((a, b) => a - b)
    return [flat[Math.floor(flat.length * 0.02)] ?? 0, flat.at(-1) ?? 1]
  }
  const small = soon(() => {
    if (gone) return
    const [low, high] = pool(),
      table = ramp(deck.scale),
      colours = deck.colours(stage.get('colour')),
      ink = css(body, '--se-ink')
    rows.forEach(({ small: [curve, matrix, picture] }, i) => {
      const r = data.runs[i]
      thumbCurve(curve, r.curves[measure], ink)
      if (!has[i]) return
      const { m, out } = pools[i],
        { g, w, h } = matrix.fit(),
        own = new OffscreenCanvas(m, m),
        o = own.getContext('2d'),
        image = o.createImageData(m, m)
      out.forEach((v, k) => {
        const c = 3 * Math.round(255 * clamp((v - low) / (high - low || 1), 0, 1))
        image.data.set([table[c], table[c + 1], table[c + 2], 255], 4 * k)
      })
      o.putImageData(image, 0, 0)
      g.imageSmoothingEnabled = false
      g.drawImage(own, 0, 0, w, h)
      const p = layoutOf(r.name),
        q = picture.fit(),
        f = frameOf(data.runs.flatMap((o, k) => (has[k] ? [o.name] : [])))
      if (!p) return
      const sx = q.w / (f.x[1] - f.x[0]),
        sy = q.h / (f.y[1] - f.y[0]),
        k = Math.min(sx, sy),
        cx = (f.x[0] + f.x[1]) / 2,
        cy = (f.y[0] + f.y[1]) / 2
      for (const row of some) {
        q.g.fillStyle = colours[row]
        q.g.fillRect(
          q.w / 2 + k * (p.xy[p.dims * row] - cx) - 1,
          q.h / 2 - k * (p.xy[p.dims * row + 1] - cy) - 1,
          2,
          2,
        )
      }
    })
  })
  const thumbCurve = (c, line, ink) => {
    const { g, w, h } = c.fit(),
      y = line?.y.length ? line.y : line?.vy,
      x = line?.x.length ? line.x : line?.vx
    if (!x?.length) return
    const all = data.runs.map(r => r.curves[measure]).filter(Boolean),
      [a, b] = extent(all.flatMap(o => (o.y.length ? o.y : o.vy))),
      [s, t] = extent(all.flatMap(o => [...o.x, ...o.vx]))
    g.strokeStyle = ink
    g.lineWidth = 1.4
    g.beginPath()
    x.forEach(
      (v, k) =>
        y[k] != null &&
        g.lineTo(
          3 + ((w - 6) * (v - s)) / (t - s || 1),
          h - 3 - ((h - 6) * (y[k] - a)) / (b - a || 1),
        ),
    )
    g.stroke()
  }

  // ---- aligned pictures: the same frame for all, until somebody zooms
  const layoutOf = name => {
    const all = deck.space(name)?.layouts || {}
    return all[stage.get('layout')] || Object.values(all)[0]
  }
  const frames = new Map()
  const frameOf = names => {
    const key = JSON.stringify([stage.get('layout'), names])
    if (frames.has(key)) return frames.get(key)
    const ys = names.map(layoutOf).filter(Boolean),
      axis = c => {
        let a = Infinity,
          b = -Infinity
        for (const y of ys)
          for (let i = 0; i < deck.n; i++) {
            const v = y.xy[i * y.dims + c]
            if (v < a) a = v
            if (v > b) b = v
          }
        const m = (b - a) * 0.06 || 1
        return [a - m, b + m]
      }
    const f = { x: axis(0), y: axis(1) }
    frames.set(key, f)
    return f
  }
  const home = () => frameOf(chosen().map(i => data.runs[i].name))
  const cells = new Map() // name -> what stands in its column
  const plots = () => [...cells.values()].map(c => c.made.plot).filter(p => p._fullLayout)
  Object.defineProperty(stage, 'mates', { configurable: true, get: plots })
  const cell = name => {
    const picture = el('div', { class: 'se-gal-picture' }),
      matrix = el('div', { class: 'se-gal-square' }),
      head = el('header', { class: 'se-gal-head' }),
      over = canvas({ class: 'se-canvas se-gal-over', 'aria-hidden': 'true' }),
      own = el('div', { class: 'se-tools' }),
      matrixTools = el('div', { class: 'se-tools' })
    const box = el('article', { class: 'se-gal-cell', data: { run: name } }, head, picture, matrix),
      c = { box, head, over, name, heard: false }
    c.made = projection(stage, {
      tools: own,
      body: picture,
      fixed: name,
      reframe: (f, y) => {
        const r = c.heard
          ? { x: c.made.plot._fullLayout.xaxis.range, y: c.made.plot._fullLayout.yaxis.range }
          : view || home()
        f.dragmode = drag
        f.xaxis.range = [...r.x]
        f.yaxis.range = [...r.y]
        f.xaxis.zeroline = f.yaxis.zeroline = false
        return f
      },
      drawn: gd => {
        if (!c.heard) {
          c.heard = true
          gd.on('plotly_relayout', e => zoomed(gd, e))
          gd.on('plotly_relayouting', drift)
          align()
        }
        drift()
      },
    })
    picture.querySelector('.se-plotbox').append(over)
    c.made.plot.setAttribute('aria-label', `Scenes as dots in the space of ${short(name, 80)}`)
    c.square = () => {
      c.matrix?.drop?.()
      matrix.replaceChildren()
      if (typeof matrixView === 'function')
        c.matrix = matrixView(stage, {
          tools: matrixTools,
          body: matrix,
          fixed: name,
          scale: scaled ? pool() : null,
        })
      else matrix.remove()
    }
    c.square()
    c.size = new ResizeObserver(() => {
      if (c.made.plot._fullLayout && c.made.plot.clientWidth)
        globalThis.Plotly?.Plots.resize(c.made.plot)?.then(align, () => {})
    })
    c.size.observe(picture)
    return c
  }
  const drop = c => {
    c.size.disconnect()
    c.made.drop?.()
    c.matrix?.drop?.()
    c.box.remove()
  }
  const zoomed = (gd, e) => {
    drift()
    const keys = Object.keys(e)
    if (stage.following || !keys.some(k => /^[xy]axis\.(range|autorange)/.test(k))) return
    if (keys.some(k => /autorange/.test(k))) return fit()
    const { xaxis, yaxis } = gd._fullLayout
    view = { x: [...xaxis.range], y: [...yaxis.range] }
  }
  // the frame that is wanted, made as wide or as high as a picture is: without that plotly widens
  // it anew at every change of size
  const aim = p => {
    const { x, y } = view || home(),
      { xaxis: X, yaxis: Y } = p._fullLayout,
      k = Math.max((x[1] - x[0]) / X._length, (y[1] - y[0]) / Y._length),
      round = ([a, b], n) => [(a + b) / 2 - (k * n) / 2, (a + b) / 2 + (k * n) / 2]
    return {
      'xaxis.range': round(x, X._length),
      'yaxis.range': round(y, Y._length),
      dragmode: drag,
    }
  }
  const align = soon(() => {
    if (gone) return
    const all = plots()
    stage.following = true
    Promise.all(all.map(p => globalThis.Plotly.relayout(p, aim(p)))).finally(() => {
      stage.following = false
      columns.dataset.aligned = all.length
      drift()
    })
  })
  const fit = () => {
    view = null
    align()
  }
  const stand = () => {
    const now = slots(),
      names = now.map(o => o.run.name)
    for (const [n, c] of cells)
      if (!names.includes(n)) {
        drop(c)
        cells.delete(n)
      }
    columns.style.setProperty('--se-gal-n', Math.max(now.length, 2))
    columns.dataset.n = now.length
    columns.dataset.aligned = 0
    now.forEach((o, k) => {
      const c = cells.get(o.run.name) || cell(o.run.name),
        y = layoutOf(o.run.name)
      cells.set(o.run.name, c)
      c.head.replaceChildren(
        badge(o),
        el('b', { dir: 'auto', title: short(o.run.name, 400) }, short(o.run.name, 44)),
        el(
          'span',
          { class: 'se-soft', title: deck.space(o.run.name).note },
          y?.trust != null ? `trustworthiness ${y.trust.toFixed(2)}` : '',
        ),
      )
      c.box.setAttribute('aria-label', `${o.letter}: ${short(o.run.name, 80)}`)
      if (columns.children[k] !== c.box) columns.insertBefore(c.box, columns.children[k] ?? null)
    })
  }

  // ---- drift: from the first picture to each other one
  const moves = new Map()
  const longest = (a, b) => {
    const key = JSON.stringify([stage.get('layout'), a, b])
    if (moves.has(key)) return moves.get(key)
    const p = layoutOf(a).xy,
      q = layoutOf(b).xy,
      d = Float32Array.from({ length: deck.n }, (_, i) =>
        Math.hypot(q[2 * i] - p[2 * i], q[2 * i + 1] - p[2 * i + 1]),
      )
    const rows = Array.from(d.keys())
      .sort((i, j) => d[j] - d[i])
      .slice(0, 60)
    moves.set(key, rows)
    return rows
  }
  const drift = soon(() => {
    if (gone) return
    const now = slots(),
      picked = stage.get('selection').slice(0, 200),
      first = now[0]?.run.name,
      from = first && layoutOf(first)
    now.forEach(({ run: { name } }, k) => {
      const c = cells.get(name),
        full = c?.made.plot._fullLayout
      if (!c) return
      const { g, w, h } = c.over.fit(),
        to = layoutOf(name)
      c.over.dataset.arrows = 0
      if (!arrows || !k || !full?.xaxis || from?.dims !== 2 || to?.dims !== 2) return
      const { xaxis: X, yaxis: Y } = full,
        at = (y, i) => [X._offset + X.l2p(y.xy[2 * i]), Y._offset + Y.l2p(y.xy[2 * i + 1])],
        far = longest(first, name).filter(i => !picked.includes(i))
      g.beginPath()
      g.rect(X._offset, Y._offset, X._length, Y._length)
      g.clip()
      const draw = (rows, alpha, width) => {
        g.globalAlpha = alpha
        g.lineWidth = width
        g.strokeStyle = g.fillStyle = css(body, '--se-ink')
        for (const i of rows) {
          const [x, y] = at(from, i),
            [u, v] = at(to, i),
            a = Math.atan2(v - y, u - x),
            s = 4 + width * 1.5
          if (Math.hypot(u - x, v - y) < 3) continue
          g.beginPath()
          g.moveTo(x, y)
          g.lineTo(u, v)
          g.stroke()
          g.beginPath()
          g.moveTo(u, v)
          g.lineTo(u - s * Math.cos(a - 0.45), v - s * Math.sin(a - 0.45))
          g.lineTo(u - s * Math.cos(a + 0.45), v - s * Math.sin(a + 0.45))
          g.fill()
        }
      }
      draw(far, picked.length ? 0.16 : 0.42, 1)
      draw(picked, 0.9, 1.6)
      c.over.dataset.arrows = far.length + picked.length
    })
  })

  // ---- what colours mean; a press selects
  const legend = () => {
    const look = deck.look(stage.get('colour'))
    keys.replaceChildren(
      ...(look.kind === 'number'
        ? [
            el('span', { class: 'se-soft' }, `${told(look.low)} `),
            el('i', {
              class: 'se-gal-ramp',
              style: `background:linear-gradient(90deg,${deck.scale.join(',')})`,
            }),
            el('span', { class: 'se-soft' }, ` ${told(look.high)}`),
          ]
        : [
            ...look.groups.slice(0, 24).map((o, k) =>
              el(
                'button',
                {
                  type: 'button',
                  class: 'se-gal-key',
                  dir: 'auto',
                  title: 'Select these scenes',
                  onclick: () =>
                    stage.select(
                      Array.from({ length: deck.n }, (_, i) => i).filter(i => look.of(i) === k),
                    ),
                },
                el(
                  'i',
                  { style: `color:${o.colour}`, 'aria-hidden': 'true' },
                  SIGNS[o.symbol] || '●',
                ),
                short(o.value || 'unknown', 26),
              ),
            ),
            look.groups.length > 24 &&
              el('span', { class: 'se-soft' }, `and ${look.groups.length - 24} more`),
          ].filter(Boolean)),
    )
  }

  // ---- charts
  const chart = (side, title, what, ...more) => {
    const fig = el('figure', { class: 'se-gal-chart', data: { chart: what } }),
      place = el('div'),
      note = el('figcaption', { class: 'se-note' })
    fig.append(el('header', {}, el('h4', {}, title), ...more), place, note)
    sides[side].append(fig)
    return { fig, place, note }
  }
  const legendOf = (series, dashed = true) =>
    el(
      'div',
      { class: 'se-gal-legend' },
      series.map(o =>
        el(
          'span',
          {},
          dashed &&
            vector(
              'svg',
              { width: 30, height: 12, 'aria-hidden': 'true' },
              vector('line', {
                x1: 1,
                x2: 29,
                y1: 6,
                y2: 6,
                stroke: o.colour,
                'stroke-width': 2.4,
                'stroke-dasharray': o.dash,
              }),
            ),
          badge(o),
          el('span', { dir: 'auto' }, short(o.run.name, 34)),
        ),
      ),
    )
  const lossChart =
    data.measures.length &&
    chart(
      0,
      'How it went',
      'curves',
      choice(
        'Measure',
        data.measures.map(o => [o.name, o.title]),
        measure,
        v => {
          measure = v
          drawCurves()
          small()
        },
      ),
    )
  const metricChart =
    data.metrics.length &&
    chart(1, `What came of it${data.judged ? `: ${data.judged}` : ''}`, 'metrics')
  const probeChart = data.factors.length && chart(0, 'Which factors explain the variance?', 'probe')
  const setChart = data.settings.length && chart(1, 'What was set', 'settings')

  const drawCurves = () => {
    if (!lossChart) return
    const { place, note } = lossChart,
      series = slots().filter(o => o.run.curves[measure]),
      w = Math.max(place.clientWidth, 260),
      h = 240,
      m = { l: 46, r: 24, t: 8, b: 34 }
    if (!series.length) {
      place.replaceChildren()
      note.textContent = 'None of these was trained, or none noted this.'
      return
    }
    const [s, t] = extent(
        series.flatMap(o => [...o.run.curves[measure].x, ...o.run.curves[measure].vx]),
      ),
      [a0, b0] = extent(
        series.flatMap(o => [...o.run.curves[measure].y, ...o.run.curves[measure].vy]),
      ),
      grow = (b0 - a0) * 0.05 || 0.5,
      a = a0 - grow,
      b = b0 + grow
    const X = v => m.l + ((w - m.l - m.r) * (v - s)) / (t - s || 1),
      Y = v => h - m.b - ((h - m.t - m.b) * (v - a)) / (b - a || 1),
      path = (x, y) =>
        x
          .map((v, k) =>
            y[k] == null
              ? ''
              : `${k && y[k - 1] != null ? 'L' : 'M'}${X(v).toFixed(1)},${Y(y[k]).toFixed(1)}`,
          )
          .join('')
    const grid = ticks(a, b, 5).map(v =>
        vector(
          'g',
          {},
          vector('line', { class: 'se-gal-grid', x1: m.l, x2: w - m.r, y1: Y(v), y2: Y(v) }),
          letters(m.l - 6, Y(v) + 4, String(v), { 'text-anchor': 'end' }),
        ),
      ),
      foot = ticks(s, t, 6).map(v =>
        letters(X(v), h - m.b + 16, String(v), { 'text-anchor': 'middle' }),
      )
    const lines = series.map(o => {
      const c = o.run.curves[measure]
      return vector(
        'g',
        { 'data-line': o.letter, stroke: o.colour, fill: 'none' },
        vector('path', { d: path(c.x, c.y), 'stroke-width': 2.2, 'stroke-dasharray': o.dash }),
        vector('path', { d: path(c.vx, c.vy), 'stroke-width': 1, opacity: 0.6 }),
        c.vx.map(
          (v, k) =>
            c.vy[k] != null &&
            vector('circle', { cx: X(v), cy: Y(c.vy[k]), r: 3, fill: o.colour, stroke: 'none' }),
        ),
      )
    })
    const ends = series
      .map(o => {
        const c = o.run.curves[measure],
          y = (c.y.length ? c.y : c.vy).findLast(v => v != null)
        return { o, y: Y(y ?? a) }
      })
      .sort((p, q) => p.y - q.y)
    ends.forEach((e, k) => {
      if (k) e.y = Math.max(e.y, ends[k - 1].y + 13)
    })
    place.replaceChildren(
      legendOf(series),
      vector(
        'svg',
        {
          class: 'se-gal-svg',
          width: w,
          height: h,
          role: 'img',
          'aria-label': `${measure} by step`,
        },
        grid,
        foot,
        lines,
        ends.map(e =>
          letters(w - m.r + 6, e.y + 4, e.o.letter, {
            style: `fill:${e.o.colour};font-weight:700`,
          }),
        ),
        letters((m.l + w - m.r) / 2, h - 3, 'step', { 'text-anchor': 'middle' }),
      ),
    )
    const told = ['task', 'loss', 'weighting', 'calibration', 'options', 'terms', 'margin']
      .map(k => data.settings.indexOf(k))
      .filter(k => k >= 0 && new Set(series.map(o => o.run.config[k])).size > 1)
    note.textContent = `Lines: running mean of the training batches; dots: validation films.${measure === 'ratio' ? ' At 1 all vectors are one.' : ''}${measure === 'loss' && told.length ? ` These runs differ in ${told.map(k => data.settings[k]).join(', ')}: the heights of their losses say nothing of each other, their courses do.` : ''}`
  }

  const drawMetrics = () => {
    if (!metricChart) return
    const { place, note } = metricChart,
      now = slots(),
      w = Math.max(place.clientWidth, 260),
      right = 118,
      left = 22
    place.replaceChildren(
      ...data.metrics.map((o, k) => {
        const values = now.map(s => s.run.metrics[k]),
          [low, high] = spread(k),
          row = 19,
          h = 20 + row * now.length + 20,
          X = v => left + ((w - left - right) * (v - low)) / (high - low || 1),
          base = h - 20
        const dots = now.map((s, j) => {
          const [v, a, b, d, dl, dh] = values[j],
            y = 14 + row * j,
            differs = dl != null && (dl > 0 || dh < 0),
            first = d === 0 && dl === 0 && dh === 0
          if (v == null) return letters(X(low) + 4, y + 4, 'no number')
          const sign =
            first && s.run.name === data.runs[0].name
              ? vector('path', { d: `M${X(v)},${y - 6}l6,6l-6,6l-6,-6z`, fill: s.colour })
              : vector('circle', {
                  cx: X(v),
                  cy: y,
                  r: 5,
                  fill: dl == null || differs ? s.colour : 'var(--se-paper)',
                  stroke: s.colour,
                  'stroke-width': 2,
                })
          return vector(
            'g',
            {},
            vector(
              'title',
              {},
              `${short(s.run.name, 60)}: ${told(v)}${a == null ? '' : `, ${told(a)} to ${told(b)}`}${d == null || first ? '' : `; ${d > 0 ? '+' : ''}${told(d)} (${told(dl)} to ${told(dh)}) against ${short(data.runs[0].name, 30)}`}`,
            ),
            letters(6, y + 4, s.letter, { style: `fill:${s.colour};font-weight:700` }),
            a != null &&
              vector('line', {
                x1: X(a),
                x2: X(b),
                y1: y,
                y2: y,
                stroke: s.colour,
                'stroke-width': 2,
              }),
            sign,
            letters(
              w - right + 10,
              y + 4,
              a == null ? told(v) : `${told(v, 2)} (${told(a, 2)}–${told(b, 2)})`,
            ),
          )
        })
        return el(
          'div',
          { class: 'se-gal-metric' },
          el('h5', {}, o.title),
          vector(
            'svg',
            {
              class: 'se-gal-svg',
              width: w,
              height: h,
              role: 'img',
              'aria-label': `${o.title}: ${now.map((s, j) => `${short(s.run.name, 40)} ${told(values[j][0])}`).join(', ')}`,
            },
            ticks(low, high, 5).map(v =>
              vector(
                'g',
                {},
                vector('line', { class: 'se-gal-grid', x1: X(v), x2: X(v), y1: 2, y2: base }),
                letters(X(v), h - 6, String(v), { 'text-anchor': 'middle' }),
              ),
            ),
            o.chance != null &&
              vector(
                'g',
                { class: 'se-gal-chance' },
                vector('line', { x1: X(o.chance), x2: X(o.chance), y1: 2, y2: base }),
                letters(X(o.chance) + 4, base - 3, `chance ${told(o.chance, 2)}`),
              ),
            dots,
          ),
        )
      }),
    )
    note.textContent = data.metrics.some((_, k) => data.runs.some(r => r.metrics[k][4] != null))
      ? `Lines: 95% intervals over films. A full dot differs from ${short(data.runs[0].name, 40)} query by query, an open one can't be told from it; where there is no line, no interval is known.`
      : ''
  }

  const drawProbe = () => {
    if (!probeChart) return
    const { place, note } = probeChart,
      now = slots().filter(o => o.run.probe.some(Boolean)),
      w = Math.max(place.clientWidth, 260),
      left = 116,
      right = 14,
      bar = 10,
      gap = 9
    if (!now.length) {
      place.replaceChildren()
      note.textContent = 'The probe films were not shown to any of these.'
      return
    }
    const [a0, b0] = extent(now.flatMap(o => o.run.probe.flatMap(p => p || []))),
      low = Math.min(a0, 0),
      high = Math.max(b0, 0.1),
      X = v => left + ((w - left - right) * (v - low)) / (high - low),
      step = bar * now.length + gap,
      h = step * data.factors.length + 24
    place.replaceChildren(
      legendOf(now, false),
      vector(
        'svg',
        {
          class: 'se-gal-svg',
          width: w,
          height: h,
          role: 'img',
          'aria-label': data.factors
            .map(
              (f, k) =>
                `${f}: ${now.map(o => `${short(o.run.name, 30)} ${Math.round(100 * (o.run.probe[k]?.[0] ?? 0))}%`).join(', ')}`,
            )
            .join('; '),
        },
        ticks(low, high, 5).map(v =>
          vector(
            'g',
            {},
            vector('line', { class: 'se-gal-grid', x1: X(v), x2: X(v), y1: 0, y2: h - 20 }),
            letters(X(v), h - 6, `${Math.round(100 * v)}%`, { 'text-anchor': 'middle' }),
          ),
        ),
        data.factors.map((f, k) =>
          vector(
            'g',
            {},
            letters(left - 22, step * k + step / 2 - gap / 2 + 4, short(f, 16), {
              'text-anchor': 'end',
            }),
            now.map((o, j) => {
              const p = o.run.probe[k],
                y = step * k + bar * j + 1
              if (!p || p[0] == null) return null
              return vector(
                'g',
                {},
                vector(
                  'title',
                  {},
                  `${short(o.run.name, 60)}, ${f}: ${told(100 * p[0], 1)}% (${told(100 * p[1], 1)} to ${told(100 * p[2], 1)})`,
                ),
                letters(left - 5, y + bar - 1.5, o.letter, {
                  style: `fill:${o.colour};font-weight:700;font-size:10px`,
                  'text-anchor': 'end',
                }),
                vector('rect', {
                  x: Math.min(X(0), X(p[0])),
                  width: Math.abs(X(p[0]) - X(0)),
                  y,
                  height: bar - 2,
                  fill: o.colour,
                  opacity: 0.75,
                }),
                p[1] != null &&
                  vector('line', {
                    class: 'se-gal-whisker',
                    x1: X(p[1]),
                    x2: X(p[2]),
                    y1: y + bar / 2 - 1,
                    y2: y + bar / 2 - 1,
                  }),
              )
            }),
          ),
        ),
      ),
    )
    note.textContent =
      'Share of the variance of a designed probe set that each factor explains (variance components), with 95% intervals over rooms; rest: other interactions and noise.'
  }

  const drawSettings = () => {
    if (!setChart) return
    const { place, note } = setChart,
      now = slots().filter(o => o.run.config.some(v => v !== '')),
      which = data.settings
        .map((_, k) => k)
        .filter(k => new Set(now.map(o => o.run.config[k])).size > 1)
    place.replaceChildren(
      now.length > 1 && which.length
        ? el(
            'table',
            {},
            el(
              'thead',
              {},
              el(
                'tr',
                {},
                el('th', { scope: 'col' }, 'Setting'),
                now.map(o =>
                  el(
                    'th',
                    { scope: 'col', title: short(o.run.name, 400) },
                    badge(o),
                    ' ',
                    el('span', { dir: 'auto' }, short(o.run.name, 26)),
                  ),
                ),
              ),
            ),
            el(
              'tbody',
              {},
              which.map(k =>
                el(
                  'tr',
                  {},
                  el('th', { scope: 'row' }, data.settings[k]),
                  now.map(o =>
                    el(
                      'td',
                      { dir: 'auto', title: short(o.run.config[k], 400) },
                      short(o.run.config[k] || '–', 60),
                    ),
                  ),
                ),
              ),
            ),
          )
        : '',
    )
    note.textContent =
      now.length < 2
        ? 'Tick two trained runs to see what differs between them.'
        : which.length
          ? 'All other settings are the same.'
          : 'The settings of these runs are the same.'
  }

  const drawCharts = soon(() => {
    if (!gone) {
      drawCurves()
      drawMetrics()
      drawProbe()
      drawSettings()
    }
  })
  const controls = () => {
    const layouts = [
      ...new Set(
        Object.keys(Object.values(deck.visual)[0]?.layouts || {}).map(k => k.replace(/ 3-D$/, '')),
      ),
    ]
    tools.replaceChildren(
      ...(data.metrics.length > 1
        ? [
            choice(
              'Number in the list',
              data.metrics.map((o, k) => [String(k), o.title]),
              String(main),
              v => {
                main = +v
                numbers()
              },
            ),
          ]
        : []),
      ...(layouts.length > 1
        ? [choice('Layout', layouts, stage.get('layout'), layout => stage.set({ layout }))]
        : []),
      ...(typeof matrixOrders === 'function'
        ? [
            choice('Order of the matrices', matrixOrders(deck), stage.get('order'), order =>
              stage.set({ order }),
            ),
          ]
        : []),
      choice(
        'Colour',
        Object.keys(deck.columns)
          .filter(c => deck.columns[c].colour !== false)
          .map(c => [c, `by ${c}`]),
        stage.get('colour'),
        colour => stage.set({ colour }),
      ),
      choice(
        'Colours of the matrices',
        [
          ['', 'matrices: own scales'],
          ['one', 'matrices: one scale'],
        ],
        scaled ? 'one' : '',
        v => {
          scaled = !!v
          cells.forEach(c => c.square())
        },
      ),
      choice(
        'Dragging',
        [
          ['lasso', 'drag selects'],
          ['pan', 'drag moves'],
        ],
        drag,
        v => {
          drag = v
          align()
        },
      ),
      el(
        'label',
        { class: 'se-check' },
        el('input', {
          type: 'checkbox',
          checked: arrows,
          onchange: e => {
            arrows = e.target.checked
            drift()
            stage.say(
              arrows
                ? `Arrows: where the scenes of ${short(slots()[0].run.name, 40)} went, the 60 that went farthest and the selected`
                : '',
            )
          },
        }),
        'drift',
      ),
      button('Whole picture', 'Zoom back out', fit),
    )
  }

  on('runs', () => {
    if (!chosen().length) return
    view = null
    ticked()
    stand()
    drawCharts()
    align()
  })
  on('order', controls)
  on(['colour', 'layout'], changed => {
    controls()
    legend()
    small()
    if (changed.includes('layout')) {
      stand()
      fit()
    }
    drift()
  })
  on('selection', drift)
  const wide = new ResizeObserver(() => {
    drawCharts()
    small()
  })
  wide.observe(charts)
  const unthemed = onTheme(() => {
    small()
    drift()
    drawCharts()
  })
  controls()
  legend()
  numbers()
  ticked()
  stand()
  drawCharts()
  small()
  return {
    drop: () => {
      gone = true
      off.forEach(f => f())
      small.cancel()
      align.cancel()
      drift.cancel()
      drawCharts.cancel()
      wide.disconnect()
      unthemed()
      cells.forEach(drop)
      cells.clear()
      delete stage.mates
    },
  }
}
