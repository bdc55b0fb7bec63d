// @ts-nocheck
// The scenes of a film, divided again wherever the threshold is moved. A shot begins a scene where
// the score of the cut before it reaches the threshold.

import { readBlock } from '../hosts/mount.js'

let data = null
const SVG = 'http://www.w3.org/2000/svg'
const GUTTER = 84
const BARS = 130
const BAND = 26
const LANE = 24
const state = { film: 0, threshold: 0 }

const byId = id => document.getElementById(id)
const film = () => data.films[state.film]

function node(name, attributes = {}, text = '') {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text) made.textContent = text
  return made
}

function html(name, className = '', text = '') {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

function clock(t) {
  const whole = Math.floor(t)
  const two = n => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + `:${two(whole % 60)}`
}

// ---- scenes
function settingOf(shots) {
  // that in which most of its seconds lie
  const seconds = new Map()
  for (const o of shots)
    if (o.setting) seconds.set(o.setting, (seconds.get(o.setting) ?? 0) + o.end - o.start)
  return [...seconds].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

function sceneOf(shots, first, end, all) {
  const own = shots.slice(first, end)
  const atStart = first === 0 ? 1 : shots[first].chance
  const atEnd = end === all ? 1 : shots[end].chance
  return {
    first,
    shots: own,
    start: own[0].start,
    end: own.at(-1).end,
    confidence: Math.min(atStart, atEnd),
    setting: settingOf(own),
  }
}

export function divided(shots, threshold) {
  const begins = [0]
  shots.forEach((o, i) => {
    if (i && o.score !== null && o.score >= threshold) begins.push(i)
  })
  return begins.map((a, i) => sceneOf(shots, a, begins[i + 1] ?? shots.length, shots.length))
}

// ---- settings
function returning(scenes) {
  const times = new Map()
  for (const o of scenes) times.set(o.setting, (times.get(o.setting) ?? 0) + 1)
  return [...times.keys()].filter(o => o && times.get(o) > 1).sort()
}

function colourOf(setting, lanes) {
  const lane = lanes.indexOf(setting)
  return lane < 0 ? data.grey : data.palette[lane % data.palette.length]
}

// ---- the chart
function drawAxis(svg, x, duration, height) {
  const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600]
  const step = steps.find(o => duration / o <= 11) ?? 7200
  for (let t = 0; t <= duration; t += step) {
    svg.append(node('line', { class: 'axis', x1: x(t), x2: x(t), y1: 0, y2: height - 18 }))
    const at = { class: 'label', x: x(t), y: height - 4, 'text-anchor': 'middle' }
    svg.append(node('text', at, clock(t)))
  }
}

function drawCuts(svg, x, shots) {
  shots.forEach((o, i) => {
    if (!i || o.score === null) return
    const ends = o.score >= state.threshold
    const at = { x1: x(o.start), x2: x(o.start), y1: BARS, y2: BARS - o.score * (BARS - 12) }
    const bar = node('line', { class: ends ? 'cut ends' : 'cut', ...at })
    const told = `cut at ${clock(o.start)}: score ${o.score.toFixed(3)}`
    bar.append(node('title', {}, `${told}, ends a scene with a chance of ${o.chance.toFixed(2)}`))
    svg.append(bar)
  })
}

function drawLevel(svg, width) {
  const y = BARS - state.threshold * (BARS - 12)
  svg.append(node('line', { class: 'level', x1: GUTTER, x2: width, y1: y, y2: y }))
}

function inkOn(colour) {
  // black on light colours, white on dark ones
  const [r, g, b] = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16))
  return 0.3 * r + 0.59 * g + 0.11 * b > 125 ? '#111' : '#fff'
}

function block(scene, i, x, y, height, colour) {
  const width = Math.max(x(scene.end) - x(scene.start) - 1, 1)
  const group = node('g', { class: 'scene', 'data-scene': i })
  group.append(node('rect', { x: x(scene.start), y, width, height, rx: 3, fill: colour }))
  const told = `scene ${i + 1}, ${clock(scene.start)} to ${clock(scene.end)}`
  group.append(node('title', {}, `${told}, confidence ${scene.confidence.toFixed(2)}`))
  if (width > 20) {
    const middle = { x: x(scene.start) + width / 2, y: y + height / 2 + 4 }
    const look = { 'text-anchor': 'middle', fill: inkOn(colour) }
    group.append(node('text', { ...middle, ...look }, `${i + 1}`))
  }
  group.addEventListener('click', () => show(i))
  return group
}

function thread(from, to, x, yOf) {
  const a = { x: x(from.end), y: yOf(from) }
  const b = { x: x(to.start), y: yOf(to) }
  const bend = Math.max(Math.min(14, (b.x - a.x) / 2 + 8), 8)
  const path = `M${a.x - bend} ${a.y}C${a.x + bend} ${a.y} ${b.x - bend} ${b.y} ${b.x + bend} ${b.y}`
  return node('path', { class: 'thread', d: path })
}

function drawStory(svg, scenes, lanes, x, top) {
  const names = [...lanes.map(o => `setting ${o}`), 'others']
  const lane = scene =>
    lanes.includes(scene.setting) ? lanes.indexOf(scene.setting) : lanes.length
  const yOf = scene => top + lane(scene) * LANE + LANE / 2
  names.forEach((name, i) => {
    const at = { class: 'label', x: 0, y: top + i * LANE + LANE / 2 + 4 }
    svg.append(node('text', at, name))
  })
  scenes.slice(1).forEach((scene, i) => svg.append(thread(scenes[i], scene, x, yOf)))
  scenes.forEach((scene, i) => {
    const colour = colourOf(scene.setting, lanes)
    svg.append(block(scene, i, x, yOf(scene) - LANE / 2 + 3, LANE - 6, colour))
  })
}

function drawChart(scenes) {
  const width = byId('chart').clientWidth
  const lanes = returning(scenes)
  const duration = film().shots.at(-1).end
  const height = BARS + 10 + BAND + 12 + (lanes.length + 1) * LANE + 26
  const x = t => GUTTER + (t / duration) * (width - GUTTER - 16)
  const svg = node('svg', { viewBox: `0 0 ${width} ${height}`, height })
  drawAxis(svg, x, duration, height)
  svg.append(node('text', { class: 'label', x: 0, y: BARS - 4 }, 'score'))
  drawCuts(svg, x, film().shots)
  drawLevel(svg, width)
  const label = { class: 'label', x: 0, y: BARS + 10 + BAND / 2 + 4 }
  svg.append(node('text', label, 'scenes'))
  scenes.forEach((scene, i) => {
    svg.append(block(scene, i, x, BARS + 10, BAND, colourOf(scene.setting, lanes)))
  })
  drawStory(svg, scenes, lanes, x, BARS + 10 + BAND + 12)
  for (const kind of ['pointerdown', 'pointermove']) svg.addEventListener(kind, drag)
  byId('chart').replaceChildren(svg)
  return lanes
}

function drag(e) {
  // the threshold follows a pressed pointer over the bars
  const box = e.currentTarget.getBoundingClientRect()
  const y = e.clientY - box.top
  if (!(e.buttons & 1) || y > BARS || e.clientX - box.left < GUTTER) return
  setThreshold(Math.min(Math.max((BARS - y) / (BARS - 12), 0), 1))
}

// ---- the strips
function figureOf(shot, i) {
  const made = html('figure')
  const picture = shot.jpeg ? html('img') : html('div', 'none')
  if (shot.jpeg) {
    picture.loading = 'lazy'
    picture.alt = `shot ${i + 1}`
    picture.src = `data:image/jpeg;base64,${shot.jpeg}`
  }
  const kind = { black: ', black', title_card: ', title' }[shot.transition] ?? ''
  made.append(picture, html('figcaption', '', `${i + 1} · ${clock(shot.start)}${kind}`))
  return made
}

function picturesOf(one) {
  // made once for each film
  one.figures ??= one.shots.map(figureOf)
  return one.figures
}

function strip(scene, i, lanes) {
  const made = html('section', 'strip')
  const heading = html('h3', '', `Scene ${i + 1}`)
  const swatch = html('i', 'swatch')
  swatch.style.background = colourOf(scene.setting, lanes)
  heading.prepend(swatch)
  const count = scene.shots.length === 1 ? '1 shot' : `${scene.shots.length} shots`
  const facts = [
    `${clock(scene.start)} to ${clock(scene.end)}`,
    `${(scene.end - scene.start).toFixed(1)} s`,
    count,
    `confidence ${scene.confidence.toFixed(2)}`,
    lanes.includes(scene.setting) ? `setting ${scene.setting}` : 'a setting seen once',
  ]
  for (const o of facts) heading.append(html('span', '', o))
  const shots = html('div', 'shots')
  shots.tabIndex = 0
  shots.append(...picturesOf(film()).slice(scene.first, scene.first + scene.shots.length))
  made.append(heading, shots)
  return made
}

function show(i) {
  const strips = [...document.querySelectorAll('.strip')]
  strips.forEach((o, k) => o.classList.toggle('shown', k === i))
  strips[i].scrollIntoView({ behavior: 'smooth' })
}

// ---- changes within scenes
function showShot(number) {
  const figure = picturesOf(film())[number - 1]
  const strips = [...document.querySelectorAll('.strip')]
  document.querySelectorAll('figure.shown').forEach(o => o.classList.remove('shown'))
  figure.classList.add('shown')
  show(strips.findIndex(o => o.contains(figure)))
  const row = figure.parentElement
  row.scrollLeft = figure.offsetLeft - row.offsetLeft
}

function sideOf(side) {
  const made = html('figure')
  const picture = side.jpeg ? html('img') : html('div', 'none')
  if (side.jpeg) {
    picture.loading = 'lazy'
    picture.alt = `shot ${side.shot}, ${clock(side.seconds)}`
    picture.src = `data:image/jpeg;base64,${side.jpeg}`
  }
  const button = html('button', '', `shot ${side.shot} · ${clock(side.seconds)}`)
  button.type = 'button'
  button.addEventListener('click', () => showShot(side.shot))
  made.append(picture, button)
  return made
}

function findingOf(finding) {
  const made = html('section', 'finding')
  const heading = html('h3', '', finding.kind)
  heading.append(html('span', '', finding.words))
  heading.append(html('span', '', `confidence ${finding.confidence.toFixed(2)}`))
  const sides = html('div', 'sides')
  sides.append(...finding.sides.map(sideOf))
  made.append(heading, sides)
  return made
}

function drawFindings() {
  if (!byId('findings')) return
  byId('unchanged').hidden = film().findings.length > 0
  byId('findings').replaceChildren(...film().findings.map(findingOf))
}

// ---- all of it
function command() {
  return `${film().command} --threshold ${Number(state.threshold.toFixed(6))}`
}

function draw() {
  const { shots } = film()
  const scenes = divided(shots, state.threshold)
  const cuts = shots.filter((o, i) => i && o.score !== null).length
  const lanes = drawChart(scenes)
  byId('strips').replaceChildren(...scenes.map((o, i) => strip(o, i, lanes)))
  const word = scenes.length === 1 ? 'scene' : 'scenes'
  const text = `${scenes.length} ${word} of ${cuts} cuts at ${state.threshold.toFixed(3)}`
  byId('count').textContent = text
  byId('command').textContent = command()
  document.body.dataset.scenes = scenes.length
}

let waiting = 0
function later() {
  cancelAnimationFrame(waiting)
  waiting = requestAnimationFrame(draw)
}

function setThreshold(t) {
  state.threshold = t
  byId('threshold').value = t
  later()
}

export const startScenes = () => {
  data = readBlock('scenes')
  data.films.forEach((o, i) => byId('film').append(new Option(o.name, i)))
  document.querySelector('.film').hidden = data.films.length === 1
  byId('film').addEventListener('change', e => {
    state.film = Number(e.target.value)
    setThreshold(film().threshold)
    drawFindings()
  })
  byId('threshold').addEventListener('input', e => {
    state.threshold = Number(e.target.value)
    later()
  })
  byId('saved').addEventListener('click', () => setThreshold(film().threshold))
  addEventListener('resize', later)
  setThreshold(film().threshold)
  drawFindings()
}
