// The player: its tools, one or two seats, and the strip below.

import { el } from '../../kit/dom.js'
import { lessMotion } from '../../kit/motion.js'
import { EmptySeat } from './empty_seat.js'
import { InStep } from './in_step.js'
import { playerActions } from './keys.js'
import { queuedAfter } from './queue.js'
import { Seat } from './seat.js'
import { Sound } from './sound.js'
import { sourcesOf } from './sources.js'
import { Strip } from './strip.js'
import { Subtitles } from './subtitles.js'
import { toolActions, toolState } from './tool_state.js'
import { PlayerTools } from './tools.js'
import { Transport } from './transport.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { From, Key, Parts } from '../../types.d.ts' */

const TOLD_EVERY = 190 // milliseconds between two times that are told to the other panels

export class Player {
  /** @type {Seat[]} */
  seats = []
  isAutoplaying = false
  sound = new Sound()
  /** a person chose whether to loop */
  choseLoop = false
  /** the next scene begins where this one ended */
  isGliding = false
  toldAt = 0
  /** it played when a moment was to be chosen */
  hasPlayed = false

  /** @param {Stage} stage @param {Parts} parts */
  constructor(stage, { box, tools, body }) {
    this.stage = stage
    this.box = box
    this.deck = stage.deck
    this.sources = sourcesOf(stage)
    this.transport = new Transport(this)
    this.strip = new Strip(stage)
    this.empty = new EmptySeat(stage.deck)
    this.screens = el('div', { class: 'se-screens' }, this.empty.box)
    this.step = new InStep(this)
    this.subtitles = new Subtitles(this)
    this.tools = new PlayerTools(tools, toolActions(this))
    body.append(this.screens, this.strip.box)
    this.ends = [...this.listen(), stage.keys.add(playerActions(this))]
    this.showLoop()
    if (this.isPlaying) this.show('host')
  }

  listen() {
    const { stage } = this
    return [
      stage.on(['playing', 'head', 'entry'], (changed, from) => this.change(changed, from)),
      stage.on('tracks', () => this.showSubtitles()),
      stage.on('held', () => {
        this.transport.settle()
        for (const seat of this.taken) seat.resume()
        this.showTools()
      }),
      stage.on('loop', (_, from) => {
        this.choseLoop ||= from !== 'host'
        this.showLoop()
      }),
      stage.on('pictures', () => {
        this.empty.show()
        for (const seat of this.seats) seat.showPoster()
      }),
    ]
  }

  get isPlaying() {
    return this.stage.get('playing').length > 0
  }

  /** The seats that play a scene. */
  get taken() {
    return this.seats.slice(0, this.stage.get('playing').length)
  }

  // ---- what a person does

  /** Play or pause. */
  press() {
    const { stage, deck } = this
    if (this.isPlaying) stage.set({ held: !stage.get('held') })
    else if (deck.n) stage.play(stage.get('selection')[0] ?? deck.step(-1, 1) ?? 0)
  }

  toggleAutoplay() {
    this.isAutoplaying = !this.isAutoplaying
    this.showTools()
    if (!this.isAutoplaying || this.stage.get('held')) return
    for (const seat of this.seats) if (seat.done) seat.resume()
  }

  toggleLoop() {
    this.stage.set({ loop: !this.stage.get('loop') })
  }

  toggleSound() {
    this.sound.toggle()
    this.showSound()
  }

  /** Two scenes side by side move together, or each for itself. */
  toggleStep() {
    this.step.toggle()
    this.showTools()
  }

  toggleSubtitles() {
    this.subtitles.toggle()
    this.showSubtitles()
  }

  /** @param {number} volume */
  setVolume(volume) {
    this.sound.set(volume)
    this.showSound()
  }

  toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.box.requestFullscreen().catch(e => this.stage.say(e.message))
  }

  /** A moment is being chosen: the picture waits. */
  grab() {
    this.hasPlayed = !this.stage.get('held')
    this.transport.backwards.stop()
    this.stage.set({ held: true })
  }

  release() {
    if (this.hasPlayed) this.stage.set({ held: false })
  }

  // ---- what the seats ask and tell

  follows() {
    return this.isAutoplaying && !this.stage.get('loop') && this.stage.get('playing').length === 1
  }

  /** @param {number} row */
  next(row) {
    if (this.stage.get('playing').length !== 1) return false
    const to = this.deck.step(row, 1)
    if (to == null) return false
    this.glide(to)
    return true
  }

  /** What follows in a list that plays one after the other. @param {number} row */
  queued(row) {
    const queue = this.stage.get('queue')
    if (!queue.length || this.stage.get('playing').length !== 1) return false
    const to = queuedAfter(queue, row)
    if (to == null) this.stage.set({ queue: [] })
    else this.glide(to)
    return to != null
  }

  /** @param {number} row */
  turn(row) {
    const to = this.transport.nextInLoop(row)
    if (to === row || this.stage.get('playing').length !== 1) return false
    this.glide(to)
    return true
  }

  /** Another scene, with no pause between. @param {number} row */
  glide(row) {
    this.isGliding = true
    this.stage.set({ playing: [row] })
    this.isGliding = false
  }

  /** @param {number} row */
  bounds(row) {
    return this.transport.bounds(row)
  }

  /** @param {number} row */
  marks(row) {
    return this.transport.marks(row)
  }

  rest() {
    if (!this.taken.every(seat => seat.done)) return
    const there = this.taken.filter(seat => seat.film.isThere)
    if (this.step.isOn && there.some(seat => seat.looping)) for (const seat of there) seat.again()
    else this.stage.set({ held: true })
  }

  /** Whether a scene loops without regard to another. */
  loopsAlone() {
    return !this.step.isOn
  }

  /** A person chose a moment of a scene. @param {Seat} seat @param {number} t */
  sought(seat, t) {
    this.step.follow(seat, t)
  }

  /** @param {number} row @param {number} t */
  said(row, t) {
    return this.subtitles.at(row, t)
  }

  /** @param {number} row @param {number} t @param {boolean} [now] */
  moved(row, t, now = false) {
    this.step.hold()
    if (row !== this.stage.get('playing')[0]) return
    const at = performance.now()
    if (!now && at - this.toldAt <= TOLD_EVERY) return
    this.toldAt = at
    this.stage.set({ head: { film: this.deck.film[row], t } })
  }

  // ---- what is shown

  /** @param {Key[]} changed @param {From} from */
  change(changed, from) {
    if (changed.includes('playing')) return this.show(from)
    if (this.stage.get('head') || !this.isPlaying || !this.isAskedAgain(changed)) return
    this.stage.set({ held: false }) // the same scene once more
    for (const seat of this.taken) seat.again(this.entryOf(seat.row))
    this.stage.set({ entry: null })
  }

  /** Whether what plays shall begin again; an entry that was used is only cleared. @param {Key[]} changed */
  isAskedAgain(changed) {
    return changed.includes('head') || this.stage.get('entry') !== null
  }

  /** Where a scene begins, if not at its start. @param {number} row */
  entryOf(row) {
    const entry = this.stage.get('entry')
    return entry?.row === row ? entry.t : null
  }

  /** @param {From} from */
  show(from) {
    const rows = this.stage.get('playing')
    this.transport.backwards.stop()
    this.arrange(rows.length)
    this.showLoop()
    // what another stage or Python set in motion waits, where less motion is asked for
    if (rows.length && !this.isGliding) this.stage.set({ held: !!from && lessMotion() })
    rows.forEach((row, k) => {
      this.seats[k].play(row, this.isGliding, this.entryOf(row))
    })
    this.stage.set({ entry: null })
    this.showSubtitles()
    this.showTools()
  }

  /** As many seats as scenes. @param {number} n */
  arrange(n) {
    while (this.seats.length < n) this.addSeat()
    for (const seat of this.seats.slice(n)) {
      seat.clear()
      seat.box.remove()
    }
    if (n) this.empty.box.remove()
    else {
      this.screens.append(this.empty.box)
      this.empty.show()
    }
    for (const { box } of this.seats.slice(0, n)) if (!box.isConnected) this.screens.append(box)
    this.screens.dataset.seats = String(n || 1)
  }

  addSeat() {
    const seat = new Seat(this)
    seat.video.addEventListener('loadedmetadata', () => this.showTools())
    seat.head.setRate(this.transport.rate)
    this.seats.push(seat)
    this.sound.apply(this.seats)
  }

  /** Where the reader asked for less motion, a loop that was saved does not begin by itself. */
  showLoop() {
    const loop = this.stage.get('loop')
    for (const seat of this.seats) seat.looping = loop && (!lessMotion() || this.choseLoop)
    this.showTools()
  }

  showSubtitles() {
    for (const seat of this.taken) seat.show()
    this.showTools()
  }

  showSound() {
    this.sound.apply(this.seats)
    this.showTools()
  }

  showTools() {
    this.tools.show(toolState(this))
  }

  drop() {
    for (const end of this.ends) end()
    this.transport.backwards.stop()
    this.tools.drop()
    this.strip.drop()
    for (const seat of this.seats) seat.drop()
  }
}
