// Draws the figures of a page with the site's own plotly.js, in the colours of the theme, and tells framed panels the theme.
const root = new URL('.', document.currentScript.src)
const dark = () => document.body.dataset.mdColorScheme === 'slate'
const plotly = async () => { // packed, since a static server sends files as they are
  const packed = await fetch(new URL('plotly.min.js.gz', root))
  const script = document.createElement('script')
  script.textContent = await new Response(packed.body.pipeThrough(new DecompressionStream('gzip'))).text()
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
const draw = async figure => {
  const {data, layout} = await (await fetch(figure.dataset.figure)).json()
  figure.replaceChildren()
  await Plotly.newPlot(figure, data, {...layout, width: undefined, autosize: true, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)'}, {responsive: true, displaylogo: false})
  await ink(figure)
  figure.dataset.drawn = 1
}
addEventListener('DOMContentLoaded', async () => {
  const figures = [...document.querySelectorAll('[data-figure]')]
  if (figures.length && location.protocol !== 'file:') { // a file may not read its neighbours: there the pictures stay
    await plotly(); await Promise.all(figures.map(draw)) }
  document.body.dataset.figures = figures.length
  new MutationObserver(() => figures.filter(o => o.dataset.drawn).forEach(ink)).observe(document.body, {attributes: true, attributeFilter: ['data-md-color-scheme']})
})
