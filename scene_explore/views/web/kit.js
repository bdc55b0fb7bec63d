// Elements, numbers and colours: what every panel needs. All text goes in by textContent, so that
// no text is ever markup.

const el = (tag, props = {}, ...children) => {
  const e = document.createElement(tag)
  for (const [k, v] of Object.entries(props)) {
    if (k === 'class') e.className = v
    else if (k === 'data') Object.assign(e.dataset, v)
    else if (k.startsWith('on')) e.addEventListener(k.slice(2), v)
    else if (k in e && k !== 'list') e[k] = v
    else e.setAttribute(k, v)
  }
  e.append(...children.flat().filter(o => o != null && o !== false))
  return e
}
const counted = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}` // 1 scene, 2 scenes
const UNKNOWN = 'unknown' // what a missing value is called, everywhere
// What every plot is drawn with: its bar has no button that uploads the chart to a cloud.
const PLOT = { responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: '' }
const clamp = (x, low, high) => Math.min(Math.max(x, low), high)
const short = (text, n = 60) => (text.length > n ? text.slice(0, n - 1) + '…' : text)
const pad = (x, n = 2) => String(x).padStart(n, '0')
const timecode = t => {
  const s = Math.round(t * 1000)
  return `${pad(Math.floor(s / 3600000))}:${pad(Math.floor(s / 60000) % 60)}:${pad(Math.floor(s / 1000) % 60)}.${pad(s % 1000, 3)}`
}
// a number for people: whole ones whole, others to so many digits
const numberText = (v, digits = 5) =>
  !Number.isFinite(v)
    ? ''
    : Number.isInteger(v)
      ? String(v)
      : Math.abs(v) >= 10 ** digits
        ? String(Math.round(v))
        : String(+v.toPrecision(digits))
const precise = t =>
  // 1:02.3
  `${clock(Math.floor(t * 10 + 1e-6) / 10)}${((Math.floor(t * 10 + 1e-6) / 10) % 1).toFixed(1).slice(1)}`
const clock = t => {
  const s = Math.floor(t + 1e-6)
  return (
    (s >= 3600
      ? `${Math.floor(s / 3600)}:${pad(Math.floor(s / 60) % 60)}`
      : `${Math.floor(s / 60)}`) + `:${pad(s % 60)}`
  )
}

// Work that many events ask for is done once, before the next picture.
const soon = fn => {
  let asked = 0
  const run = () => {
    if (!asked)
      asked = requestAnimationFrame(() => {
        asked = 0
        fn()
      })
  }
  run.cancel = () => {
    cancelAnimationFrame(asked)
    asked = 0
  }
  return run
}

const button = (text, title, onclick, props = {}) =>
  el('button', { type: 'button', class: 'se-button', title, onclick, ...props }, text)
const choice = (label, options, value, onchange) => {
  // options: names, or [value, text]
  const s = el(
    'select',
    { 'aria-label': label, title: label, onchange: () => onchange(s.value) },
    options.map(o =>
      Array.isArray(o) ? el('option', { value: o[0] }, o[1]) : el('option', { value: o }, o),
    ),
  )
  s.value = value
  return s
}

// A canvas as sharp as the screen; `fit` gives its size in CSS pixels, ready to draw on.
const canvas = (props = {}) => {
  const c = el('canvas', { class: 'se-canvas', ...props })
  c.fit = () => {
    const r = devicePixelRatio || 1,
      w = Math.max(c.clientWidth, 1),
      h = Math.max(c.clientHeight, 1)
    if (c.width !== Math.round(w * r) || c.height !== Math.round(h * r)) {
      c.width = Math.round(w * r)
      c.height = Math.round(h * r)
    }
    const g = c.getContext('2d')
    g.setTransform(r, 0, 0, r, 0, 0)
    g.clearRect(0, 0, w, h)
    return { g, w, h }
  }
  return c
}

const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16))
// A scale of hex colours as a table of 256 colours [256 * 3]
const ramp = stops => {
  const out = new Uint8ClampedArray(768),
    cs = stops.map(rgb)
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (cs.length - 1),
      k = Math.min(Math.floor(at), cs.length - 2),
      f = at - k
    for (let c = 0; c < 3; c++) out[3 * i + c] = cs[k][c] * (1 - f) + cs[k + 1][c] * f
  }
  return out
}
// the colours of the theme; registered, so that canvas and plotly are given a colour and not the
// words light-dark(...)
for (const name of ['ink', 'soft', 'paper', 'card', 'line', 'accent', 'mark'])
  try {
    CSS.registerProperty({
      name: `--se-${name}`,
      syntax: '<color>',
      inherits: true,
      initialValue: '#888',
    })
  } catch {} // again: another stage did
const css = (e, name) => getComputedStyle(e).getPropertyValue(name).trim()
// Whoever draws in colours of the theme draws again when it changes.
const onTheme = fn => {
  const dark = matchMedia('(prefers-color-scheme: dark)'),
    seen = new MutationObserver(fn)
  dark.addEventListener('change', fn)
  seen.observe(document.body, {
    attributes: true,
    attributeFilter: ['data-jp-theme-light', 'data-theme'],
  })
  return () => {
    dark.removeEventListener('change', fn)
    seen.disconnect()
  }
}
