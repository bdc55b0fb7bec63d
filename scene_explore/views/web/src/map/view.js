// What is seen of the map. For each viewport the kernel sends a density and a sample of its scenes,
// which are the dots.

import { unpack } from '../deck/unpack.js'
import { el } from '../kit/dom.js'
import { ScatterPlot } from '../scatter/plot.js'
import { Ring } from '../scatter/ring.js'
import { viewOf } from '../scatter/viewport.js'
import { latestAsk } from './latest_ask.js'
import { Density } from './under.js'

/** @import { Answer } from '../types.d.ts' */
/** @import { Point } from '../scatter/lasso.js' */
/** @import { Picture } from '../scatter/plot.js' */
/** @import { MapPanel } from './panel.js' */
/** @import { Port } from './under.js' */

const CELL = 6 // CSS pixels of a cell of the density
const RADIUS = 2.5

export class MapView {
  /** @type {Answer | null} the last one */
  seen = null
  /** @type {Int32Array} rows of the map that are drawn */
  rows = new Int32Array(0)
  asked = ''
  density = new Density()
  note = el('p', { class: 'se-note' })

  /** @param {MapPanel} map */
  constructor(map) {
    this.map = map
    this.layout = map.header.layouts[0]
    this.plot = new ScatterPlot(this.told())
    this.ring = new Ring(this.plot.port)
    this.askKernel = latestAsk(
      port => this.request(port),
      o => this.take(o),
      e => map.say(e.message),
    )
  }

  /** @returns {import('../scatter/plot.js').Told} */
  told() {
    const { map } = this
    return {
      hover: (dot, e) => map.tip.point(dot, e),
      click: (dot, e) => map.click(dot, e),
      select: () => {},
      outline: (line, join) => map.outline(line, join),
      seen: () => this.drawn(),
      home: aspect => this.home(aspect),
    }
  }

  /** The view of the whole layout. @param {number} aspect */
  home(aspect) {
    const [left, right, low, high] = this.map.header.wholes[this.layout]
    /** @type {Point[]} */
    const corners = [
      [left, low],
      [right, high],
    ]
    return viewOf(corners, aspect, 1)
  }

  // ---- what the kernel is asked

  /** What is in view. @returns {Port} */
  get port() {
    const { x, y } = this.plot.port.ranges
    return [x[0], x[1], y[0], y[1]]
  }

  /** @param {Port} port */
  request(port) {
    const { host, key } = this.map
    const { width, height } = this.plot.port.frame
    const shape = [Math.ceil(height / CELL), Math.ceil(width / CELL)]
    return host.ask('map_view', { port, layout: this.layout, colour: key.colour, shape })
  }

  /** Asked where the view is another one, or what is in it. @param {boolean} [anew] */
  ask(anew = false) {
    const now = [this.layout, ...this.port].join()
    if (now === this.asked && !anew) return
    this.asked = now
    this.ring = new Ring(this.plot.port)
    this.askKernel(this.port)
  }

  /** @param {Answer} answer */
  take(answer) {
    if (this.map.gone) return
    const { density, rows, port, buffers } = answer
    this.seen = answer
    this.rows = /** @type {Int32Array} */ (unpack(rows, buffers))
    this.density.take(unpack(density, buffers), density.shape, port)
    this.draw(answer)
    this.map.describe(answer)
  }

  // ---- what is drawn

  /** @param {Answer} answer */
  draw(answer) {
    const { buffers, chosen } = answer
    const xy = unpack(answer.xy, buffers)
    const codes = unpack(answer.codes, buffers)
    const marked = unpack(answer.marked, buffers)
    const rows = Array.from(this.rows.keys())
    const { colours } = this.map.key
    this.plot.show({
      ...this.picture(),
      layout: { xy, dims: 2, axes: [`${this.layout} 1`, `${this.layout} 2`] },
      rows,
      drawn: new Set(rows),
      colours: rows.map(i => colours[codes[i]]),
    })
    this.plot.mark(chosen ? new Set(rows.filter(i => marked[i])) : null)
  }

  /** @returns {Picture} before anything has come */
  picture() {
    return {
      key: this.layout,
      layout: { xy: new Float32Array(0), dims: 2, axes: [] },
      rows: [],
      drawn: new Set(),
      colours: [],
      symbol: () => 'circle',
      radius: RADIUS,
      path: [],
      bare: false,
      under: (g, port, ink) => this.density.draw(g, port, ink),
    }
  }

  show() {
    this.plot.show(this.picture())
    this.note.textContent = this.map.header.notes[this.layout] ?? ''
  }

  /** @param {string} layout */
  choose(layout) {
    this.layout = layout
    this.density.seen = null // of the other plane
    this.show()
  }

  /** After every drawing. */
  drawn() {
    const { map } = this
    if (map.gone) return
    this.ask()
    map.body.dataset.drawn = this.seen ? String(this.rows.length) : ''
    map.tip.settle()
  }

  /** @param {[number, number] | null} place in units of the layout */
  ringAt(place) {
    this.ring.show(place && this.plot.port.toPixel(...place))
  }
}
