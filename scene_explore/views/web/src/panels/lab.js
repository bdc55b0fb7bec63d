// @ts-nocheck
// The weighting lab: knobs at the left; at the right what they do to the pairs, where they lead,
// and a training. Python answers; a drag is drawn at once.

import { unpack } from '../deck/unpack.js'
import { ramp } from '../kit/colours.js'
import { button, choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, clock, short } from '../kit/text.js'
import { panels } from '../stage/registry.js'

panels.lab = {
  title: 'Weighting lab',
  hint: 'Drag the points of f and g, or focus one and use the arrow keys',
  make: (stage, { box, tools, body }) => weightingLab(stage, { box, tools, body }),
}

const labNode = (tag, props = {}, ...children) => {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [k, v] of Object.entries(props))
    k.startsWith('on') ? e.addEventListener(k.slice(2), v) : e.setAttribute(k, v)
  e.append(...children.flat(Infinity).filter(o => o != null && o !== ''))
  return e
}
// arrays of a state, wherever they lie
const labRead = (o, buffers, base = 0) =>
  o == null || typeof o !== 'object'
    ? o
    : o.array
      ? unpack({ ...o, at: o.at + base }, buffers)
      : Array.isArray(o)
        ? o.map(v => labRead(v, buffers, base))
        : Object.fromEntries(
            Object.entries(o)
              .filter(([k]) => k !== 'buffers')
              .map(([k, v]) => [k, labRead(v, buffers, base)]),
          )
const labSays = (x, n = 2) =>
  x == null || !Number.isFinite(x) ? '–' : x.toFixed(n).replace('-', '−')
const labSteps = (low, high, n) => {
  const raw = (high - low) / n || 1,
    p = 10 ** Math.floor(Math.log10(raw)),
    step = [1, 2, 2.5, 5, 10].map(o => o * p).find(o => o >= raw - 1e-12),
    out = []
  for (let x = Math.ceil(low / step - 1e-9) * step; x <= high + 1e-9 * step; x += step)
    out.push(Math.abs(x) < 1e-12 ? 0 : +x.toPrecision(10))
  return out
}
const labLoss = {
  text_guided: ['text-guided', 'Each pair is pulled by f and pushed by g.'],
  cwcl: ['CWCL', 'Each scene is drawn to others in the ratio of f.'],
  soft_kl: ['soft-KL', 'Neighbours are to be as near as f says.'],
  cosent: ['CoSENT', 'Only the order of f counts.'],
}
const labCalibration = {
  cosine: 'cosine',
  centred: 'centred',
  all_but_the_top: 'all but the top',
  quantile: 'quantiles',
}

// Axes in an <svg> that is as wide as its box: X and Y turn numbers into places
const labFrame = (
  holder,
  height,
  x,
  y,
  { xlabel = '', ylabel = '', nx = 5, ny = 4, label = '' } = {},
) => {
  const w = Math.max(holder.clientWidth, 160),
    left = ylabel ? 50 : 38,
    right = 10,
    top = 8,
    bottom = xlabel ? 38 : 22
  const X = v => left + ((v - x[0]) / (x[1] - x[0] || 1)) * (w - left - right),
    Y = v => height - bottom - ((v - y[0]) / (y[1] - y[0] || 1)) * (height - top - bottom)
  const text = (s, props) => {
    const t = labNode('text', props)
    t.textContent = s
    return t
  }
  const svg = labNode(
    'svg',
    {
      class: 'se-lab-svg',
      width: w,
      height,
      viewBox: `0 0 ${w} ${height}`,
      role: 'group',
      'aria-label': label,
    },
    labSteps(...y, ny).map(v => [
      labNode('line', {
        x1: left,
        x2: w - right,
        y1: Y(v),
        y2: Y(v),
        class: v === 0 ? 'se-lab-zero' : 'se-lab-grid',
      }),
      text(
        labSays(
          v,
          Math.abs(y[1] - y[0]) < 0.1
            ? 3
            : Math.abs(y[1] - y[0]) < 1.01
              ? 2
              : Math.abs(y[1] - y[0]) > 8
                ? 0
                : 1,
        ),
        { x: left - 5, y: Y(v) + 4, 'text-anchor': 'end' },
      ),
    ]),
    labSteps(...x, nx).map(v =>
      text(String(v).replace('-', '−'), {
        x: X(v),
        y: height - bottom + (xlabel ? 17 : 14),
        'text-anchor': 'middle',
      }),
    ),
    xlabel &&
      text(xlabel, {
        x: (left + w - right) / 2,
        y: height - 4,
        'text-anchor': 'middle',
        class: 'se-lab-axis',
      }),
    ylabel &&
      text(ylabel, {
        x: 11,
        y: (height - bottom + top) / 2,
        transform: `rotate(-90 11 ${(height - bottom + top) / 2})`,
        'text-anchor': 'middle',
        class: 'se-lab-axis',
      }),
  )
  holder.replaceChildren(svg)
  return {
    svg,
    X,
    Y,
    w,
    x,
    y,
    left,
    right,
    inverse: (px, py) => [
      x[0] + ((px - left) / (w - left - right)) * (x[1] - x[0]),
      y[0] + ((height - bottom - py) / (height - top - bottom)) * (y[1] - y[0]),
    ],
  }
}
const labPath = (a, at, ys) => {
  let d = '',
    pen = false
  ys.forEach((v, i) => {
    if (v == null || !Number.isFinite(v)) {
      pen = false
      return
    }
    d += `${pen ? 'L' : 'M'}${a.X(at[i]).toFixed(1)},${a.Y(v).toFixed(1)}`
    pen = true
  })
  return d
}
const labThrough = (points, at) =>
  at.map(s => {
    const p = points
    if (s <= p[0][0]) return p[0][1]
    if (s >= p[p.length - 1][0]) return p[p.length - 1][1]
    const i = p.findIndex(o => o[0] >= s),
      [a, b] = [p[i - 1], p[i]]
    return a[1] + ((s - a[0]) / (b[0] - a[0])) * (b[1] - a[1])
  })

const weightingLab = (stage, { box, tools, body }) => {
  const { deck, host } = stage,
    raw = deck.header.extra?.lab
  if (!raw) {
    body.append(el('p', { class: 'se-note' }, 'There is no lab in this page.'))
    return
  }
  let { fixed, settings, seen, ideal, training } = labRead(raw, deck.buffers, deck.header.extra_at),
    stale = false,
    gone = false,
    said = '',
    since = 0,
    sinceIdeal = 0
  const card = (title, props = {}) => {
    const note = el('p', { class: 'se-note' }),
      holder = el('div', { class: 'se-lab-plot' })
    return {
      note,
      holder,
      card: el(
        'section',
        { class: 'se-lab-card', 'aria-label': title, ...props },
        el('h4', {}, title),
        holder,
        note,
      ),
    }
  }
  const knobs = el('div', {
      class: 'se-lab-knobs',
      role: 'group',
      'aria-label': 'Settings of the loss',
    }),
    alarm = el('p', { class: 'se-lab-alarm', role: 'alert', hidden: true })
  const A = card('Weights of a pair'),
    B = card('Net pull over the pairs'),
    C = card('Ideal geometry: where the loss leads'),
    D = card('Pairs that feel it most'),
    T = card('Training')
  body.append(
    el(
      'div',
      { class: 'se-lab-desk' },
      el('div', { class: 'se-lab-side' }, knobs, alarm),
      el('div', { class: 'se-lab-main' }, A.card, B.card, C.card, D.card),
    ),
    T.card,
  )
  T.card.classList.add('se-lab-training')
  if (host.live) body.dataset.kernel = ''
  const guided = () => settings.loss === 'text_guided',
    low = () => seen.low,
    at = () => Array.from(seen.at)
  const failed = e => {
    alarm.textContent = e ? e.message || String(e) : ''
    alarm.hidden = !e
  }

  // ---- what Python says
  const apply = o => {
    settings = o.settings
    seen = o.seen
    points = { f: null, g: null }
    stale = false
    draw()
  }
  let busy = false,
    waiting = null
  const send = patch => {
    settings = { ...settings, ...patch }
    if (!host.live) {
      stale = true
      ends()
      return
    }
    waiting = { ...waiting, ...patch }
    if (busy) return
    const now = waiting
    waiting = null
    busy = true
    host
      .ask('settings', { settings: now })
      .then(o => {
        busy = false
        if (gone) return
        failed(null)
        const held = waiting
        o = labRead(o, o.buffers)
        o.seen.presets ??= seen.presets
        if (held || dragging) {
          seen = o.seen
          lists()
        } else {
          apply(o)
        }
        box.dataset.answers = +(box.dataset.answers || 0) + 1
        if (since) {
          box.dataset.netMs = (performance.now() - since).toFixed(1)
          since = 0
        }
      })
      .catch(e => {
        if (gone) return
        failed(e)
        refresh()
      })
      .finally(() => {
        busy = false
        if (waiting && !gone) send({})
      })
  }
  const refresh = () =>
    host.live &&
    host
      .ask('lab')
      .then(o => {
        if (gone) return
        ;({ fixed, settings, seen, ideal, training } = labRead(o, o.buffers))
        points = { f: null, g: null }
        draw()
        ends()
        trained()
      })
      .catch(failed)
  const touched = patch => {
    since ||= performance.now()
    sinceIdeal = performance.now()
    C.card.setAttribute('aria-busy', String(host.live))
    send(patch)
  }

  // ---- knobs
  const spec = text => {
    const [name, ...rest] = String(text).split(' ')
    return [name, rest.join(' ').split(',').filter(Boolean).map(Number)]
  }
  const slider = (label, value, range, onmove, { step = 0.01, off = false, why = '' } = {}) => {
    const out = el('output', {}, labSays(value))
    const input = el('input', {
      type: 'range',
      min: range[0],
      max: range[1],
      step,
      'aria-label': label,
      disabled: off,
      title: why,
      oninput: e => {
        out.textContent = labSays(+e.target.value)
        onmove(+e.target.value)
      },
    })
    input.value = value
    return el('label', { class: 'se-lab-slider' }, el('span', {}, label), input, out)
  }
  const needs = host.live ? '' : 'needs the notebook'
  const knob = (which, label) => {
    const [name, numbers] = spec(settings[which]),
      off = which === 'g' && !guided()
    const pick = choice(
      label,
      [...fixed.presets.map(o => [o, o]), ...(name === 'drawn' ? [['drawn', 'drawn']] : [])],
      name,
      v => {
        // a preset as it usually is is known here already
        if (seen.presets[v]) {
          seen = {
            ...seen,
            f: which === 'f' ? seen.presets[v].f : seen.f,
            g: which === 'g' ? seen.presets[v].g : seen.g,
          }
          points[which] = null
          net()
          curves()
        }
        touched({
          [which]: [
            v,
            Object.values(fixed.numbers[v] || {})
              .map(o => o[2])
              .join(', '),
          ]
            .join(' ')
            .trim(),
        })
        rows()
      },
    )
    pick.disabled = off
    const kinds = Object.entries(fixed.numbers[name] || {})
    return el(
      'div',
      { class: 'se-lab-knob' },
      el('label', { class: 'se-lab-row' }, el('span', {}, label), pick),
      off
        ? el('p', { class: 'se-note' }, 'This loss has no push of its own: g has no part in it.')
        : kinds.map(([k, r], i) =>
            slider(
              `${which}: ${k}`,
              numbers[i] ?? r[2],
              r,
              v => {
                const now = spec(settings[which])[1]
                kinds.forEach((o, j) => {
                  now[j] ??= o[1][2]
                })
                now[i] = v
                touched({ [which]: `${name} ${now.join(', ')}` })
              },
              { off: !host.live, why: needs },
            ),
          ),
    )
  }
  const select = (label, options, value, onpick) => {
    const s = choice(label, options, value, onpick)
    s.disabled = !host.live
    if (needs) s.title = needs
    return el('label', { class: 'se-lab-row' }, el('span', {}, label), s)
  }
  const rows = () => {
    // the knobs, without taking the focus away
    const now = document.activeElement?.getAttribute?.('aria-label'),
      had = knobs.contains(document.activeElement)
    const calibrations = Object.keys(fixed.calibrations).map(k => [k, labCalibration[k] || k]),
      kept = {
        calibration: v => {
          touched({ calibration: v })
        },
        loss: v => {
          touched({ loss: v, temperature: fixed.temperatures[v] ?? fixed.defaults.temperature })
          rows()
        },
      }
    const R = fixed.ranges,
      free = { off: !host.live, why: needs }
    knobs.replaceChildren(
      knob('f', 'Pull f'),
      knob('g', 'Push g'),
      select('Relatedness', calibrations, settings.calibration, kept.calibration),
      select(
        'Loss',
        fixed.losses.map(o => [o, labLoss[o]?.[0] || o]),
        settings.loss,
        kept.loss,
      ),
      el('p', { class: 'se-note' }, labLoss[settings.loss]?.[1] || ''),
      ...[
        guided()
          ? slider(
              'margin m',
              settings.margin,
              [R.margin[0], R.margin[1]],
              v => touched({ margin: v }),
              free,
            )
          : slider(
              'temperature',
              settings.temperature,
              R.temperature,
              v => touched({ temperature: v }),
              free,
            ),
        settings.loss === 'soft_kl' &&
          slider(
            'target temperature',
            settings.target,
            R.target,
            v => touched({ target: v }),
            free,
          ),
      ].filter(Boolean),
      el(
        'div',
        { class: 'se-lab-row' },
        button('Reset', 'All settings as they were at first', () => {
          const d = { ...fixed.defaults }
          if (!host.live) {
            ;({ settings, seen } = labRead(
              deck.header.extra.lab,
              deck.buffers,
              deck.header.extra_at,
            ))
            stale = false
            points = { f: null, g: null }
            draw()
            return
          }
          touched(d)
          settings = d
          rows()
        }),
      ),
      el(
        'p',
        { class: 'se-note' },
        host.live
          ? ''
          : 'A page has no kernel: curves can be chosen and dragged, all else needs the notebook.',
      ),
    )
    for (const o of knobs.querySelectorAll('option'))
      if (fixed.calibrations[o.value] === false) {
        o.disabled = true
        o.textContent += ' (needs text vectors)'
      }
    if (had && now)
      [...knobs.querySelectorAll('[aria-label]')]
        .find(o => o.getAttribute('aria-label') === now)
        ?.focus()
  }

  // ---- a: f and g, with points to drag
  let points = { f: null, g: null },
    dragging = null,
    frame = null,
    lines = {},
    handles = { f: [], g: [] }
  const pointsOf = which =>
    (points[which] ??=
      settings[which] === 'drawn' && settings[`${which}_points`]?.length
        ? settings[`${which}_points`].map(o => [...o])
        : (low() < -0.05
            ? [low(), low() / 2, 0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1]
            : Array.from({ length: 9 }, (_, i) => low() + (i / 8) * (1 - low()))
          ).map(s => [
            +s.toFixed(4),
            +labThrough(
              at().map((o, k) => [o, seen[which][k]]),
              [s],
            )[0].toFixed(4),
          ]))
  const shift = (which, i, s, w) => {
    const p = pointsOf(which),
      end = i === 0 || i === p.length - 1
    p[i] = [
      end ? p[i][0] : +clamp(s, p[i - 1][0] + 0.01, p[i + 1][0] - 0.01).toFixed(3),
      +clamp(w, p[i][0] < 0 ? frame.y[0] : 0, frame.y[1]).toFixed(3),
    ]
    seen = { ...seen, [which]: labThrough(p, at()) }
    since ||= performance.now()
    net()
    curves()
    box.dataset.dragMs = (performance.now() - since).toFixed(1)
    const first = settings[which] !== 'drawn'
    touched({ [which]: 'drawn', [`${which}_points`]: p.map(o => [...o]) })
    if (first) rows()
  }
  const place = (which, h, i) => {
    const [s, w] = pointsOf(which)[i],
      x = frame.X(clamp(s, low(), 1)),
      y = frame.Y(clamp(w, ...frame.y)),
      t = `${which} at s = ${labSays(s)}: ${labSays(w)}`
    if (which === 'f') {
      h.setAttribute('cx', x)
      h.setAttribute('cy', y)
    } else {
      h.setAttribute('x', x - 5)
      h.setAttribute('y', y - 5)
    }
    h.setAttribute('aria-label', t)
    h.setAttribute('aria-valuenow', w)
    h.setAttribute('aria-valuetext', t)
  }
  const handle = (which, i) => {
    const h = labNode(which === 'f' ? 'circle' : 'rect', {
      class: `se-lab-handle se-lab-${which}`,
      tabindex: 0,
      role: 'slider',
      'aria-valuemin': 0,
      'aria-valuemax': 1,
      ...(which === 'f' ? { r: 6 } : { width: 10, height: 10 }),
      onpointerdown: e => {
        dragging = which
        h.setPointerCapture(e.pointerId)
        e.preventDefault()
        h.focus()
      },
      onpointermove: e => {
        if (!h.hasPointerCapture(e.pointerId)) return
        const r = frame.svg.getBoundingClientRect()
        shift(which, i, ...frame.inverse(e.clientX - r.left, e.clientY - r.top))
      },
      onlostpointercapture: () => {
        dragging = null
        net()
      },
      onkeydown: e => {
        const d = {
          ArrowUp: [0, 0.02],
          ArrowDown: [0, -0.02],
          ArrowLeft: [-0.02, 0],
          ArrowRight: [0.02, 0],
          PageUp: [0, 0.1],
          PageDown: [0, -0.1],
        }[e.key]
        if (!d) return
        e.preventDefault()
        e.stopPropagation()
        const [s, w] = pointsOf(which)[i]
        shift(which, i, s + d[0], w + d[1])
      },
    })
    return h
  }
  const curves = (anew = false) => {
    const counts = ['f', 'g'].map(k => pointsOf(k).length).join()
    const all = [...seen.f, ...seen.g],
      span = [
        Math.min(0, Math.floor(Math.min(...all) * 4 + 0.01) / 4),
        Math.max(1, Math.ceil(Math.max(...all) * 4 - 0.01) / 4),
      ]
    if (
      anew ||
      !frame ||
      frame.counts !== counts ||
      frame.low !== low() ||
      (!dragging && span.some((o, i) => o !== frame.y[i]))
    ) {
      const held =
        handles.f.indexOf(document.activeElement) >= 0
          ? ['f', handles.f.indexOf(document.activeElement)]
          : handles.g.indexOf(document.activeElement) >= 0
            ? ['g', handles.g.indexOf(document.activeElement)]
            : null
      frame = Object.assign(
        labFrame(A.holder, 218, [low(), 1], span, {
          xlabel: 'relatedness s',
          ylabel: 'weight',
          label: 'f and g by s',
        }),
        { counts, low: low() },
      )
      lines = Object.fromEntries(
        ['g', 'f'].map(k => [k, labNode('path', { class: `se-lab-line se-lab-${k}` })]),
      )
      handles = Object.fromEntries(
        ['f', 'g'].map(k => [k, pointsOf(k).map((_, i) => handle(k, i))]),
      )
      frame.svg.append(lines.g, lines.f, ...handles.g, ...handles.f)
      if (held) handles[held[0]][held[1]]?.focus()
    }
    for (const k of ['f', 'g']) {
      lines[k].setAttribute(
        'd',
        labPath(
          frame,
          at(),
          Array.from(seen[k], v => clamp(v, ...frame.y)),
        ),
      )
      handles[k].forEach((h, i) => place(k, h, i))
    }
    A.holder.classList.toggle('se-lab-noweight', !guided())
    A.note.replaceChildren(
      el('i', { class: 'se-lab-key se-lab-f' }),
      'f pulls together ',
      el('i', { class: 'se-lab-key se-lab-g' }),
      guided()
        ? 'g pushes apart. Drag a point, or focus it and use the arrow keys.'
        : 'g has no part in this loss. Drag a point, or focus it and use the arrow keys.',
    )
  }

  // ---- b: net pull over the histogram
  const net = () => {
    const f = Array.from(seen.f),
      g = Array.from(seen.g),
      n = guided() ? f.map((v, i) => v - g[i]) : Array.from(seen.n),
      bars = Array.from(seen.histogram),
      s = at()
    seen = { ...seen, n }
    const some = n.filter(Number.isFinite),
      span = [Math.min(-1, ...some), Math.max(1, ...some)]
    const a = labFrame(B.holder, 218, [low(), 1], span, {
        xlabel: 'relatedness s',
        ylabel: guided() ? 'n(s) = f − g' : 'mean pull',
        label: 'net pull by s, over the histogram of the pairs',
      }),
      floor = a.Y(span[0]),
      tall = (a.Y(span[0]) - a.Y(span[1])) * 0.55
    let pulled = 0,
      pushed = 0
    const half = []
    for (let k = 0; k + 1 < s.length; k += 2) {
      const share = bars[k] + (bars[k + 1] || 0),
        way = guided() ? (n[k] + n[k + 1]) / 2 : (n[k] ?? 0)
      half.push([k, share, way])
    }
    for (let k = 0; k < bars.length; k++) {
      const way = guided() ? (n[k] + n[k + 1]) / 2 : n[k]
      if (way > 1e-9) pulled += bars[k]
      else if (way < -1e-9) pushed += bars[k]
    }
    const top = Math.max(...half.map(o => o[1]), 1e-9)
    a.svg.append(
      ...half.map(([k, share, way]) => {
        const h = (share / top) * tall
        return labNode('rect', {
          x: a.X(s[k]) + 0.5,
          width: Math.max(a.X(s[Math.min(k + 2, s.length - 1)]) - a.X(s[k]) - 1, 1),
          y: floor - h,
          height: h,
          class: way > 1e-9 ? 'se-lab-pulled' : way < -1e-9 ? 'se-lab-pushed' : 'se-lab-left',
        })
      }),
      labNode('line', {
        x1: a.left,
        x2: a.w - a.right,
        y1: a.Y(0),
        y2: a.Y(0),
        class: 'se-lab-zero',
      }),
      labNode('path', {
        class: 'se-lab-line se-lab-n',
        d: labPath(
          a,
          s,
          n.map(v => (v == null || Number.isNaN(v) ? null : v)),
        ),
      }),
    )
    box.dataset.net = n.map(v => labSays(v)).join(' ')
    box.dataset.pulled = pulled.toFixed(4)
    const live = busy || stale || dragging
    B.note.textContent = live
      ? `About ${Math.round(100 * pulled)}% of the pairs are pulled together, ${Math.round(100 * pushed)}% are pushed apart.`
      : seen.words
  }

  // ---- c: three matrices in one order, and what the last one says
  const table = ramp(deck.scale)
  const matrix = (bytes, rows, title, label) => {
    const n = rows.length,
      c = el('canvas', {
        class: 'se-lab-matrix',
        width: n,
        height: n,
        role: 'img',
        'aria-label': `${title}: ${label}`,
      }),
      g = c.getContext('2d'),
      im = g.createImageData(n, n)
    for (let i = 0; i < n * n; i++) {
      const k = 3 * bytes[i]
      im.data[4 * i] = table[k]
      im.data[4 * i + 1] = table[k + 1]
      im.data[4 * i + 2] = table[k + 2]
      im.data[4 * i + 3] = 255
    }
    g.putImageData(im, 0, 0)
    const cell = e => {
      const r = c.getBoundingClientRect()
      return [
        clamp(Math.floor(((e.clientY - r.top) / r.height) * n), 0, n - 1),
        clamp(Math.floor(((e.clientX - r.left) / r.width) * n), 0, n - 1),
      ]
    }
    c.addEventListener('mousemove', e => {
      const [i, j] = cell(e)
      stage.point(rows[j], e)
      stage.say(
        `${title}: ${labSays(bytes[i * n + j] / 255)} between ${deck.title(rows[i])} and ${deck.title(rows[j])}; click plays both`,
      )
    })
    c.addEventListener('mouseleave', () => {
      stage.point(-1)
      stage.say('')
    })
    c.addEventListener('click', e => {
      const [i, j] = cell(e)
      stage.play(rows[i], rows[j])
    })
    return el(
      'figure',
      { class: 'se-lab-figure' },
      c,
      el('figcaption', {}, el('b', {}, title), ' ', el('span', {}, label)),
    )
  }
  const ends = () => {
    C.card.setAttribute('aria-busy', String(!ideal))
    C.card.classList.toggle('se-lab-stale', stale)
    if (!ideal) {
      C.holder.replaceChildren()
      C.note.textContent = 'Computing the ideal geometry …'
      return
    }
    const o = ideal,
      names = [
        [
          'mean cosine',
          labSays(o.mean_cosine),
          'of all pairs of different scenes; near 1 is collapse',
        ],
        ['RankMe', labSays(o.rankme, 1), 'effective number of directions, of the centred vectors'],
        [
          'pulled',
          `${Math.round(100 * seen.pulled)}%`,
          'share of the pairs that are pulled together',
        ],
        ['Spearman', labSays(o.spearman), 'Spearman rank correlation of s and similarity'],
        [
          'loss ratio',
          labSays(o.collapsed ? o.loss / o.collapsed : null),
          'loss over the collapsed loss, that of a space in which all vectors are one',
        ],
      ]
    C.holder.replaceChildren(
      el(
        'p',
        { class: 'se-lab-verdict', role: 'status', data: { grave: String(o.mean_cosine > 0.5) } },
        o.words,
      ),
      el(
        'div',
        { class: 'se-lab-trio' },
        matrix(o.s, o.rows, 's', 'from the text'),
        matrix(o.now, o.rows, 'now', 'embeddings'),
        matrix(o.ideal, o.rows, 'ideal', 'wanted by the loss'),
      ),
      el(
        'div',
        { class: 'se-lab-numbers' },
        names.map(([k, v, why]) => el('div', { title: why }, el('span', {}, k), el('b', {}, v))),
      ),
    )
    C.note.textContent = stale
      ? 'Of the settings before this: the ideal geometry needs the notebook.'
      : `${o.note}, by place and time; dark: 0 or less, bright: 1.`
    box.dataset.ideal = o.mean_cosine?.toFixed(4) ?? ''
  }

  // ---- d: the pairs that feel it most
  const lists = () => {
    D.card.classList.toggle('se-lab-stale', stale)
    const one = o => {
      const pic = i => {
        const src = deck.picture(i)
        return src
          ? el('img', {
              src,
              alt: '',
              onmouseenter: e => stage.point(i, e),
              onmouseleave: () => stage.point(-1),
            })
          : el(
              'span',
              {
                class: 'se-lab-nopic',
                dir: 'auto',
                onmouseenter: e => stage.point(i, e),
                onmouseleave: () => stage.point(-1),
              },
              short(String(deck.title(i)), 16),
            )
      }
      return el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button',
            class: 'se-lab-pair',
            'aria-label': `Play both: ${short(String(deck.title(o.i)), 60)} and ${short(String(deck.title(o.j)), 60)}; s ${labSays(o.s)}, similarity ${labSays(o.sim)}`,
            onclick: () => stage.play(o.i, o.j),
          },
          pic(o.i),
          pic(o.j),
          el(
            'span',
            { class: 'se-time' },
            el('b', {}, `${o.force > 0 ? '+' : ''}${labSays(o.force)}`),
            el('br'),
            `s ${labSays(o.s)}`,
            el('br'),
            `sim ${labSays(o.sim)}`,
          ),
        ),
      )
    }
    const list = (title, way, rows) =>
      el(
        'div',
        {},
        el('h5', { class: way }, title),
        rows.length ? el('ol', {}, rows.map(one)) : el('p', { class: 'se-note' }, 'none'),
      )
    D.holder.replaceChildren(
      el(
        'div',
        { class: 'se-lab-lists' },
        list('Pulled hardest', 'se-lab-f', seen.pull),
        list('Pushed hardest', 'se-lab-g', seen.push),
      ),
    )
    D.note.textContent = stale
      ? 'Of the settings before this: the lists need the notebook.'
      : guided()
        ? 'Pull in units of f and g, as the embeddings lie: below the margin nothing pushes. Click plays both.'
        : 'Pull as the embeddings lie, 1 for the strongest. Click plays both.'
  }

  // ---- training
  const field = (label, value, props) => {
    const i = el('input', { type: 'number', 'aria-label': label, ...props })
    i.value = value
    return [el('label', { class: 'se-lab-row' }, el('span', {}, label), i), i]
  }
  const [stepsRow, steps] = field('steps', training.steps ?? 200, { min: 1, max: 100000, step: 1 }),
    [lrRow, lr] = field('Learning rate', training.lr ?? 0.0005, { min: 0, max: 1, step: 'any' }),
    [seedRow, seed] = field('seed', training.seed ?? 0, { min: 0, step: 1 })
  const K = choice(
    'K, blocks thawed',
    Array.from({ length: fixed.blocks + 1 }, (_, k) => [k, k ? `${k}` : '0 (head)']),
    training.k ?? 0,
    () => {},
  )
  const go = button(
    'Train',
    'Train under these settings',
    () => {
      failed(null)
      go.disabled = true
      stage.set({ moved: null })
      follow = true
      host
        .ask('train', { steps: +steps.value, lr: +lr.value, k: +K.value, seed: +seed.value })
        .catch(e => {
          tell.textContent = e.message
          tell.classList.add('se-lab-wrong')
          trainedButtons()
        })
    },
    { class: 'se-button se-main' },
  )
  const halt = button('Stop', 'Stop, and keep the best state', () => {
    halt.disabled = true
    host.ask('stop').catch(failed)
  })
  const watch = button(
    'Moving projection',
    'Show the space of this training in the projection',
    () => {
      follow = !stage.get('moved')
      stage.set({ moved: follow ? moving() : null })
      trainedButtons()
    },
    { 'aria-pressed': 'false' },
  )
  const bar = el('progress', { max: 1, value: 0, 'aria-label': 'steps done' }),
    tell = el('span', { role: 'status', class: 'se-lab-told' }),
    plots = el('div', { class: 'se-lab-charts' })
  T.holder.append(
    el(
      'div',
      { class: 'se-lab-bar' },
      stepsRow,
      lrRow,
      el('label', { class: 'se-lab-row' }, el('span', {}, 'K'), K),
      seedRow,
      go,
      halt,
      watch,
      bar,
      tell,
    ),
    plots,
  )
  let follow = true,
    drawings = []
  const running = () => ['starting', 'training'].includes(training.status)
  const moving = () =>
    training.xy && {
      xy: training.xy,
      dims: 2,
      trust: null,
      axes: training.axes,
      reach: training.reach,
    }
  const trainedButtons = () => {
    go.disabled = !host.live || running()
    halt.disabled = !host.live || !running()
    watch.disabled = !training.xy
    watch.setAttribute('aria-pressed', String(!!stage.get('moved')))
    for (const o of [steps, lr, seed, K]) o.disabled = !host.live || running()
  }
  const chart = (title, why, series, mark) => {
    const holder = el('div', { class: 'se-lab-plot' }),
      f = el('figure', { class: 'se-lab-chart', title: why }, el('figcaption', {}, title), holder)
    plots.append(f)
    drawings.push(() => {
      const at = training.curves.step,
        all = series
          .flatMap(([k]) => training.curves[k] || [])
          .filter(Number.isFinite)
          .concat(mark ?? []),
        lo = Math.min(...all),
        hi = Math.max(...all),
        gap = (hi - lo) * 0.06 || 0.05
      if (!all.length || !at.length) return
      const a = labFrame(
        holder,
        128,
        [0, Math.max(training.steps && running() ? training.steps : at[at.length - 1], 2)],
        [lo - gap, hi + gap],
        { nx: 3, ny: 3, label: title },
      )
      if (mark != null)
        a.svg.append(
          labNode('line', {
            x1: a.left,
            x2: a.w - a.right,
            y1: a.Y(mark),
            y2: a.Y(mark),
            class: 'se-lab-zero',
          }),
        )
      for (const [k, name] of series) {
        const y = training.curves[k]
        if (!y) continue
        const some = y.map((v, i) => (v == null ? -1 : i)).filter(i => i >= 0)
        a.svg.append(
          labNode('path', {
            class: `se-lab-line ${k.startsWith('val') ? 'se-lab-val' : 'se-lab-trainline'}`,
            'data-series': k,
            d: labPath(
              a,
              some.map(i => at[i]),
              some.map(i => y[i]),
            ),
          }),
        )
        if (k.startsWith('val'))
          a.svg.append(
            ...some.map(i =>
              labNode('circle', { cx: a.X(at[i]), cy: a.Y(y[i]), r: 2.2, class: 'se-lab-dot' }),
            ),
          )
      }
    })
  }
  const trained = () => {
    const t = training,
      c = t.curves,
      last = k => {
        const v = (c?.[k] || []).filter(o => o != null)
        return v[v.length - 1]
      }
    trainedButtons()
    bar.value = t.steps ? (t.step || 0) / t.steps : 0
    bar.hidden = !t.steps
    tell.classList.toggle('se-lab-wrong', t.status === 'failed' || t.status === 'nan')
    tell.textContent =
      t.said ||
      (t.status === 'training'
        ? `step ${t.step ?? 0} of ${t.steps}, ${labSays(t.rate ?? null, t.rate > 20 ? 0 : 1)} a second, ${clock(Math.max(t.left ?? 0, 0))} left`
        : t.status === 'starting'
          ? 'starting …'
          : host.live
            ? 'A head, and the last K blocks where a backbone and a store are given, learn under these settings.'
            : 'Nothing was trained here; a page has no kernel to train with.')
    box.dataset.training = t.status
    box.dataset.step = t.step ?? 0
    plots.replaceChildren()
    plots.hidden = !c?.step?.length
    if (!plots.hidden) {
      chart('loss', 'Loss of a batch, and of the held-out scenes', [['loss'], ['val_loss']])
      chart(
        'loss / collapsed loss',
        'At 1 the space is no better than a collapsed one, in which all vectors are one',
        [['ratio'], ['val_ratio']],
        1,
      )
      chart('mean cosine', 'Of different scenes; near 1 is collapse', [
        ['mean_cosine'],
        ['val_mean_cosine'],
      ])
      chart('RankMe, centred', 'Effective number of directions', [
        ['rankme_centred'],
        ['val_rankme_centred'],
      ])
      drawings.splice(0).forEach(f => f())
    }
    const m = last('val_mean_cosine') ?? last('mean_cosine'),
      warn =
        m == null
          ? ''
          : m > 0.9
            ? ` Collapse: the mean cosine is ${labSays(m)}.`
            : m > 0.5
              ? ` The space contracts: the mean cosine is ${labSays(m)}.`
              : ` No collapse: the mean cosine is ${labSays(m)}.`
    T.note.replaceChildren(
      ...(plots.hidden
        ? []
        : [
            el('i', { class: 'se-lab-key se-lab-trainline' }),
            'training ',
            ...(c.val_loss
              ? [el('i', { class: 'se-lab-key se-lab-val' }), 'held out']
              : ['(no film is held out: one film is all there is)']),
            `. ${t.name ? `Settings: ${t.name}.` : ''}${warn}`,
          ]),
    )
    if (t.xy && follow && host.live && (running() || stage.get('moved'))) {
      stage.set({ moved: moving() })
      watch.setAttribute('aria-pressed', 'true')
    }
  }

  // ---- together
  const draw = () => {
    rows()
    curves(true)
    net()
    lists()
    if (stale) ends()
  }
  const sized = new ResizeObserver(
      soon(() => {
        if (gone) return
        curves(true)
        net()
        trained()
      }),
    ),
    offs = []
  offs.push(
    host.on('ideal', (value, buffers) => {
      ideal = labRead(value, buffers)
      if (sinceIdeal) {
        ends()
        box.dataset.idealMs = (performance.now() - sinceIdeal).toFixed(0)
        box.dataset.ideals = +(box.dataset.ideals || 0) + 1
        sinceIdeal = 0
      } else ends()
    }),
    host.on('settings', (value, buffers) => {
      if (!busy) apply(labRead(value, buffers))
    }),
    host.on('training', (value, buffers) => {
      const before = training.status
      training = labRead(value, buffers)
      if (before !== training.status && training.status === 'starting') follow = true
      trained()
    }),
    host.on('trouble', failed),
    stage.on('pictures', lists),
    stage.on('moved', () => {
      if (!stage.get('moved')) follow = false
      trainedButtons()
    }),
  )
  draw()
  ends()
  trained()
  sized.observe(A.holder)
  refresh()
  return {
    drop: () => {
      gone = true
      offs.forEach(f => f())
      sized.disconnect()
    },
  }
}
