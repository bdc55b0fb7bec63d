// @ts-nocheck
// A page around the panels: figures of plotly whose points are scenes share the hover and the click
// of the stage.

import { mountStages, readBlock } from '../hosts/mount.js'
import { PLOT } from '../kit/plots.js'

export const startReport = () => {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const [stage] = mountStages()
  const rowsAt = (gd, p) => {
    // the scenes under the pointer: of a dot one, of a matrix's cell two
    const order = gd.layout.meta?.order,
      at = p.pointIndex ?? p.pointNumber
    if (p.data.type === 'heatmap' && order)
      return [
        ...new Set([order[Array.isArray(at) ? at[0] : at], order[Array.isArray(at) ? at[1] : at]]),
      ]
    return p.customdata == null ? [] : [].concat(p.customdata).slice(0, 1).map(Number)
  }
  const ink = gd => {
    const c = getComputedStyle(document.body),
      l = { 'font.color': c.color, 'modebar.bgcolor': 'rgba(0,0,0,0)', 'modebar.color': '#88929c' },
      line = dark.matches ? '#3a424b' : '#dfe3e8'
    for (const k of Object.keys(gd._fullLayout)) {
      if (/^[xy]axis\d*$/.test(k))
        Object.assign(l, {
          [k + '.gridcolor']: line,
          [k + '.zerolinecolor']: line,
          [k + '.linecolor']: line,
        })
      if (/^scene\d*$/.test(k))
        for (const a of 'xyz')
          Object.assign(l, { [`${k}.${a}axis.gridcolor`]: line, [`${k}.${a}axis.color`]: c.color })
    }
    const bars = gd.data.flatMap((t, i) => (t.error_y ? [i] : []))
    return Plotly.update(gd, bars.length ? { 'error_y.color': c.color } : {}, l, bars)
  }
  const figures = [...document.querySelectorAll('.figure')]
  Promise.all(
    figures.map(async gd => {
      const f = readBlock(`data-${gd.id}`)
      f.layout.paper_bgcolor = f.layout.plot_bgcolor = 'rgba(0,0,0,0)'
      await Plotly.newPlot(gd, f.data, f.layout, { ...PLOT, modeBarButtonsToRemove: ['toImage'] })
      if (stage) {
        gd.on('plotly_hover', e => {
          const r = rowsAt(gd, e.points[0])
          if (r.length) stage.set({ hover: r[0] })
        })
        gd.on('plotly_unhover', () => stage.point(-1))
        gd.on('plotly_click', e => {
          const r = rowsAt(gd, e.points[0])
          if (r.length === 2) {
            stage.select(r)
            stage.play(...r)
          } else if (r.length) stage.click(r[0], e.event)
        })
      }
      return ink(gd)
    }),
  ).then(() => {
    document.body.dataset.drawn = figures.length
  })
  dark.addEventListener('change', () => figures.forEach(ink))
}
