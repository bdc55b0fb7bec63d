// The player: its tools, one or two seats, and the strip below.

import { el } from '../../kit/dom.js'
import { lessMotion } from '../../kit/motion.js'
import { EmptySeat } from './empty_seat.js'
import { InStep } from './in_step.js'
import { playerActions } from './keys.js'
import { Seat } from './seat.js'
import { SeatDesk } from './seat_desk.js'
import { Sound } from './sound.js'
import { sourcesOf } from './sources.js'
import { Strip } from './strip.js'
import { Subtitles } from './subtitles.js'
import { toolActions, toolState } from './tool_state.js'
import { PlayerTools } from './tools.js'
import { Transport } from './transport.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { From, Key, Parts } from '../../types.d.ts' */

export class Player {
  /** @type {Seat[]} */
  seats = []
  isAutoplaying = false
  sound = new Sound()
  /** a person chose whether to loop */
  choseLoop = false

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
    this.desk = new SeatDesk(this)
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
    if (rows.length && !this.desk.isGliding) this.stage.set({ held: !!from && lessMotion() })
    rows.forEach((row, k) => {
      this.seats[k].play(row, this.desk.isGliding, this.entryOf(row))
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
    const seat = new Seat(this.desk)
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
