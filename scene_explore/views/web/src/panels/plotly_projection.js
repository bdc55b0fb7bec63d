// @ts-nocheck
// Projection: every scene a dot. Lasso selects, hover shows, click plays; what is not selected is
// dimmed and stays.

import { choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { PLOT } from '../kit/plots.js'
import { clamp, short, UNKNOWN } from '../kit/text.js'
import { css, onTheme } from '../kit/theme.js'
import { hideCheck } from '../stage/hide.js'
import { panels } from '../stage/registry.js'

// The same panel serves the gallery: `fixed` holds it to one space, in 2-D, and gives the picture
// less around it; `reframe` has the last word on plotly's layout, `drawn` hears of every picture.
export const projection = (
  stage,
  { tools, body, fixed = null, reframe = o => o, drawn = () => {} },
) => {
  const { deck } = stage,
    plot = el('div', {
      class: 'se-plot',
      tabIndex: 0,
      role: 'img',
      'aria-label': 'Scenes as dots',
    }),
    ring = el('i', { class: 'se-ring', hidden: true }),
    note = el('p', { class: 'se-note' })
  body.append(el('div', { class: 'se-plotbox' }, plot, ring), note)
  const off = [],
    on = (k, fn) => off.push(stage.on(k, fn))
  let gd = null,
    traces = [],
    gone = false,
    heard = false,
    turn = 0
  const space = () => (fixed ? deck.space(fixed) : stage.space)
  const hide = fixed ? [] : hideCheck(stage)
  // a space in training: its coordinates, and how far the picture reaches
  const moved = () => !fixed && stage.get('moved')
  const layout = () => {
    if (moved()) return moved()
    const all = space()?.layouts || {},
      key = `${stage.get('layout')}${stage.get('dims') === 3 && !fixed ? ' 3-D' : ''}`
    return all[key] || all[stage.get('layout')] || Object.values(all)[0]
  }
  const names = () => [
    ...new Set(Object.keys(space()?.layouts || {}).map(k => k.replace(/ 3-D$/, ''))),
  ]
  const umap = () =>
    stage.host.live && !stage.host.lost && deck.header.extra.umap && !names().includes('UMAP')
  const compute = () => {
    controls()
    note.textContent = 'UMAP is being computed; the first time takes up to a minute …'
    stage.host.ask('layout', { space: space().name }).catch(e => {
      note.textContent = e.message
    })
  }
  const controls = () => {
    if (fixed) return
    const three = Object.keys(space()?.layouts || {}).includes(`${stage.get('layout')} 3-D`)
    tools.replaceChildren(
      ...(deck.visual.length > 1 || moved()
        ? [
            choice(
              'Space',
              [...deck.visual.map(o => o.name), ...(moved() ? ['in training'] : [])],
              moved() ? 'in training' : stage.get('space'),
              space => {
                if (space === 'in training') return
                stage.set({ space, moved: null })
                stage.repair()
              },
            ),
          ]
        : []),
      ...(names().length && !moved()
        ? [
            choice(
              'Layout',
              [...names(), ...(umap() ? [['compute UMAP', 'UMAP (compute)']] : [])],
              stage.get('layout'),
              layout => (layout === 'compute UMAP' ? compute() : stage.set({ layout })),
            ),
          ]
        : []),
      ...(three && !moved()
        ? [
            choice(
              'Dimensions',
              [
                ['2', '2-D'],
                ['3', '3-D'],
              ],
              String(stage.get('dims')),
              o => stage.set({ dims: +o }),
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
      el(
        'label',
        { class: 'se-check' },
        el('input', {
          type: 'checkbox',
          checked: stage.get('path'),
          onchange: e => stage.set({ path: e.target.checked }),
        }),
        'trajectory',
      ),
      ...hide,
    )
  }
  const ink = () => ({
    ink: css(body, '--se-ink') || '#222',
    line: css(body, '--se-line') || '#ddd',
  })
  const trace = (rows, y, style) => {
    const kind = y.dims === 3 ? 'scatter3d' : deck.n > 2000 && webgl() ? 'scattergl' : 'scatter',
      axis = k => Float32Array.from(rows, i => y.xy[i * y.dims + k])
    return {
      type: kind,
      mode: 'markers',
      x: axis(0),
      y: axis(1),
      ...(y.dims === 3 ? { z: axis(2) } : {}),
      customdata: rows,
      hoverinfo: 'none',
      ...style,
    }
  }
  const here = () => stage.shown(Array.from({ length: deck.n }, (_, i) => i))
  const numbered = (y, look, size) => {
    // dots on a scale, and those without a number in grey
    const name = stage.get('colour'),
      { values } = deck.columns[name]
    const known = here().filter(i => Number.isFinite(values[i]))
    const rest = here().filter(i => !Number.isFinite(values[i]))
    const last = deck.scale.length - 1,
      colorscale = deck.scale.map((c, i) => [i / last, c])
    const title = { text: plain(short(name, 30)), font: { size: 12 } }
    const bar = { thickness: 10, outlinewidth: 0, exponentformat: 'none', title }
    // room for the word above
    if (rest.length) Object.assign(bar, { len: 0.82, y: 0, yanchor: 'bottom' })
    const scaled = { color: known.map(i => values[i]), cmin: look.low, cmax: look.high, colorscale }
    const marker = { size, opacity: 0.9, ...scaled, showscale: !fixed, colorbar: bar }
    const grey = { size, opacity: 0.9, color: deck.grey, symbol: 'circle-open' }
    return [
      trace(known, y, { name, showlegend: false, marker }),
      ...(rest.length ? [trace(rest, y, { name: UNKNOWN, showlegend: true, marker: grey })] : []),
    ]
  }
  const groupsOf = y => {
    const look = deck.look(stage.get('colour')),
      size = y.dims === 3 ? 4 : clamp(12 - Math.log10(deck.n + 1) * 2, 4, 9),
      line = { width: 0.5, color: 'rgba(255,255,255,.6)' }
    if (look.kind === 'number') return numbered(y, look, size)
    const rows = look.groups.map(() => [])
    for (const i of here()) rows[look.of(i)].push(i)
    return look.groups.map((o, k) =>
      trace(rows[k], y, {
        name: plain(short(o.value, 26)) || UNKNOWN,
        marker: {
          size,
          opacity: 0.9,
          color: o.colour,
          symbol:
            y.dims === 3 && o.symbol.startsWith('triangle')
              ? 'circle'
              : y.dims === 3 && o.symbol === 'star'
                ? 'diamond'
                : o.symbol,
          line,
        },
      }),
    )
  }
  const paths = y =>
    deck.films.map((_, f) => {
      const rows = stage.shown(deck.inFilm(f))
      return trace(rows, y, {
        mode: 'lines',
        hoverinfo: 'skip',
        showlegend: false,
        customdata: null,
        line: {
          width: 1,
          color: deck.films.length > 1 ? deck.palette[f % deck.palette.length] : deck.grey,
        },
        opacity: 0.45,
      })
    })
  const frame = y => {
    const { ink: c, line } = ink(),
      axis = k => ({
        ...(y.reach ? { range: [-y.reach, y.reach] } : {}),
        title: { text: fixed ? '' : (y.axes?.[k] ?? ''), font: { size: 12 }, standoff: 4 },
        gridcolor: line,
        zerolinecolor: line,
        color: c,
        tickfont: { size: 11 },
        showticklabels: y.dims === 3 || !fixed,
        automargin: true,
      })
    return {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { color: c, size: 12, family: 'system-ui, "DejaVu Sans", sans-serif' },
      margin: fixed ? { l: 8, r: 8, t: 8, b: 8 } : { l: 44, r: 8, t: 28, b: 36 },
      modebar: { bgcolor: 'rgba(0,0,0,0)', color: '#88929c', activecolor: c },
      dragmode: y.dims === 3 ? 'orbit' : 'lasso',
      hovermode: 'closest',
      uirevision: `${fixed || (y.reach ?? stage.get('space'))} ${stage.get('layout')} ${y.dims}`,
      showlegend: !fixed,
      legend: {
        font: { size: 11 },
        itemsizing: 'constant',
        tracegroupgap: 0,
        y: 1,
        bgcolor: 'rgba(0,0,0,0)',
      },
      selections: [],
      xaxis: axis(0),
      yaxis: { ...axis(1), scaleanchor: 'x' },
      scene: { aspectmode: 'data', xaxis: axis(0), yaxis: axis(1), zaxis: axis(2) },
    }
  }
  const chosen = () => {
    const s = new Set(stage.get('selection'))
    return traces.map(t =>
      s.size && t.customdata ? t.customdata.flatMap((r, k) => (s.has(r) ? [k] : [])) : null,
    )
  }
  const draw = () =>
    drawing(++turn).catch(e => {
      if (!gone) note.textContent = `The picture could not be drawn: ${e.message}`
    })
  const drawing = async mine => {
    // what waits while another begins leaves the picture to it
    const y = layout()
    controls()
    if (!y) {
      note.textContent = deck.n
        ? 'No layout of this space is here.'
        : 'No scenes yet: pick films and embed them.'
      return
    }
    const P = await stage.host.plotly()
    if (gone || mine !== turn) return
    const shown = groupsOf(y),
      s = stage.shown(stage.get('selection'))
    traces = stage.get('path') ? [...paths(y), ...shown] : shown
    if (y.dims === 2)
      chosen().forEach((m, k) =>
        Object.assign(traces[k], {
          selectedpoints: m,
          selected: { marker: { opacity: 1 } },
          unselected: { marker: { opacity: 0.2 } },
        }),
      )
    else if (s.length) {
      traces.forEach(t => {
        if (t.customdata) t.marker.opacity = 0.2
      })
      traces.push(trace(s, y, { name: 'selected', marker: { size: 6, color: ink().ink } }))
    }
    gd = await P.react(plot, traces, reframe(frame(y), y), {
      ...PLOT,
      scrollZoom: true,
      displayModeBar: fixed ? false : 'hover',
      modeBarButtonsToRemove: ['toImage', 'autoScale2d', 'select2d'],
    })
    if (gone) {
      P.purge(plot)
      return
    }
    if (!heard) {
      heard = true
      listen()
    }
    if (mine !== turn) return
    note.textContent =
      fixed || y.trust == null
        ? ''
        : `Trustworthiness ${y.trust.toFixed(2)}: 1 where all dots near each other are near in the space too; each false neighbour costs by how far it ranks there.`
    body.dataset.drawn = here().length
    halo()
    drawn(gd)
  }
  let mouse = null
  plot.addEventListener(
    'mousemove',
    e => {
      mouse = e
    },
    true,
  )
  const rowOf = e => e.points?.[0]?.customdata
  const listen = () => {
    gd.on('plotly_hover', e => {
      if (rowOf(e) != null) stage.point(rowOf(e), e.event?.clientX != null ? e.event : mouse)
    })
    gd.on('plotly_unhover', () => stage.point(-1))
    gd.on('plotly_click', e => {
      if (rowOf(e) != null) stage.click(rowOf(e), e.event || {})
    })
    gd.on('plotly_selected', e => {
      if (e?.points) stage.select(e.points.map(p => p.customdata).filter(o => o != null))
    })
    gd.on('plotly_deselect', () => stage.select([]))
    gd.on('plotly_relayout', halo)
    gd.on('plotly_relayouting', halo)
    gd.on('plotly_relayout', e => !fixed || follow(e))
  }
  // views of one aligned picture zoom together
  const follow = e => {
    const keys = Object.keys(e).filter(k => /^[xy]axis\.(range|autorange)/.test(k))
    if (keys.length && !stage.following)
      stage.host.plotly().then(P => {
        stage.following = true
        Promise.all(
          (stage.mates || [])
            .filter(o => o !== gd)
            .map(o => P.relayout(o, Object.fromEntries(keys.map(k => [k, e[k]])))),
        ).finally(() => {
          stage.following = false
        })
      })
  }
  const halo = () => {
    const i = stage.shown([stage.get('hover')])[0] ?? -1,
      y = gd && layout(),
      full = gd?._fullLayout
    if (!y || i < 0 || y.dims !== 2 || !full?.xaxis) {
      ring.hidden = true
      return
    }
    const x = full.xaxis._offset + full.xaxis.l2p(y.xy[2 * i]),
      v = full.yaxis._offset + full.yaxis.l2p(y.xy[2 * i + 1])
    ring.hidden = !(x >= full.xaxis._offset && x <= full.xaxis._offset + full.xaxis._length)
    ring.style.left = `${x}px`
    ring.style.top = `${v}px`
  }
  const again = soon(draw)
  const mark = soon(async () => {
    const y = layout()
    if (!gd || !y) return
    if (y.dims === 3) return draw()
    const P = await stage.host.plotly(),
      m = chosen()
    if (gone) return
    await P.update(
      gd,
      { selectedpoints: m },
      stage.get('selection').length ? {} : { selections: [] },
    )
  })
  on(['space', 'layout', 'dims', 'colour', 'path', 'moved', 'hide', 'lost'], again)
  on('selection', mark)
  on('hover', halo)
  if (!fixed)
    off.push(
      stage.host.on('layout', o => {
        if (!o.running) note.textContent = o.said
      }),
    ) // done, or why not
  const unthemed = onTheme(again)
  const sized = new ResizeObserver(
    soon(() => {
      if (gd && !gone) globalThis.Plotly.Plots.resize(gd)?.then?.(halo)
    }),
  )
  if (!fixed) sized.observe(plot) // the gallery keeps its pictures aligned itself
  draw()
  return {
    plot,
    redraw: again,
    drop: () => {
      gone = true
      off.forEach(f => f())
      again.cancel()
      mark.cancel()
      unthemed()
      sized.disconnect()
      if (gd) globalThis.Plotly?.purge(gd)
    },
  }
}
// SVG is sharp, and costs none of the few WebGL contexts that a browser has; beyond some thousand
// dots it is slow
// plotly's WebGL writes code as it runs, which a published page forbids (its content security
// policy): there it is SVG, however many dots
const webgl = () =>
  (webgl.can ??= writesCode() && !!document.createElement('canvas').getContext('webgl'))
const writesCode = () => {
  try {
    return !!new Function('')
  } catch {
    return false
  }
}
// plotly's legends read a little HTML
const plain = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
