// Draws the figures of a page with the site's own plotly.js, in the colours of the theme, and tells framed panels the theme.
const root = new URL('.', document.currentScript.src)
const dark = () => document.body.dataset.mdColorScheme === 'slate'
const unpacked = async url => new Response((await fetch(url)).body.pipeThrough(new DecompressionStream('gzip')))
const plotly = async () => {
  const script = document.createElement('script')
  script.textContent = await (await unpacked(new URL('plotly.packed', root))).text()
  document.head.append(script)
}
const ink = figure => { // axes, words and whiskers in colours that are read on this ground
  const [ink, line] = dark() ? ['#e8eaed', '#3a424b'] : ['#23272e', '#dfe2e6'], layout = {'font.color': ink, 'modebar.bgcolor': 'rgba(0,0,0,0)', 'modebar.color': '#88929c'}
  for (const k of Object.keys(figure._fullLayout)) {
    if (/^[xy]axis\d*$/.test(k)) for (const o of ['gridcolor', 'zerolinecolor', 'linecolor']) layout[`${k}.${o}`] = line
    if (/^scene\d*$/.test(k)) for (const a of 'xyz') Object.assign(layout, {[`${k}.${a}axis.gridcolor`]: line, [`${k}.${a}axis.color`]: ink}) }
  const bars = figure.data.flatMap((t, i) => t.error_y ? [i] : [])
  return Plotly.update(figure, bars.length ? {'error_y.color': ink} : {}, layout, bars)
}
const legend = {orientation: 'h', x: 0, xanchor: 'left', xref: 'container', y: 0, yanchor: 'bottom', yref: 'container'}
const fit = (layout, width) => { // on a narrow screen the legend stands below, and a long title has more lines than one
  const {text = ''} = layout.title ?? {}, lines = text.match(new RegExp(`.{1,${Math.floor(width/9)}}(\\s|$)`, 'g'))
  const title = lines && !text.includes('<') ? {...layout.title, text: lines.map(o => o.trim()).join('<br>'), x: 0, xref: 'paper', xanchor: 'left', automargin: true, yref: 'container'} : layout.title
  return {...layout, title, legend: {...layout.legend, ...legend}}
}
const draw = async figure => {
  const {data, layout} = await (await unpacked(figure.dataset.figure)).json()
  const fitted = figure.clientWidth < 480 ? fit(layout, figure.clientWidth) : layout
  figure.replaceChildren()
  await Plotly.newPlot(figure, data, {...fitted, width: undefined, autosize: true, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)'}, {responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: ''})
  await ink(figure)
  figure.dataset.drawn = 1
}
const frame = panels => { // framed panels are as high as they want to be, and follow the theme of the page
  const inside = panels.contentDocument
  const follow = () => { inside.documentElement.style.colorScheme = dark() ? 'dark' : 'light'; inside.body.dataset.theme = dark() ? 'dark' : 'light' }
  new ResizeObserver(() => { panels.style.height = `${Math.ceil(inside.body.getBoundingClientRect().height)}px` }).observe(inside.body)
  onTheme(follow); follow()
}
const onTheme = fn => new MutationObserver(fn).observe(document.body, {attributes: true, attributeFilter: ['data-md-color-scheme']})
addEventListener('load', () => { if (location.protocol !== 'file:') document.querySelectorAll('iframe.panels').forEach(frame) })
addEventListener('DOMContentLoaded', async () => {
  const figures = [...document.querySelectorAll('[data-figure]')]
  if (location.protocol === 'file:') for (const o of figures) o.innerHTML = o.textContent // a file may not read its neighbours: pictures instead
  else if (figures.length) { await plotly(); await Promise.all(figures.map(draw)) }
  document.body.dataset.figures = figures.length
  onTheme(() => figures.filter(o => o.dataset.drawn).forEach(ink))
})
