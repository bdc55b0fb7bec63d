// The buttons of the player.

import { button, choice, el, svg } from '../../kit/dom.js'
import { SPEEDS, speedText } from './shuttle.js'

/**
 * What its buttons do.
 * @typedef {object} Actions
 * @property {() => void} press
 * @property {() => void} before
 * @property {() => void} after
 * @property {() => void} loop
 * @property {() => void} autoplay
 * @property {() => void} sound
 * @property {(volume: number) => void} volume
 * @property {(speed: number) => void} speed
 * @property {() => void} screen
 * @property {() => void} step
 * @property {() => void} subtitles
 */
/**
 * @typedef {object} ToolState
 * @property {boolean} runs
 * @property {boolean} loop
 * @property {boolean} autoplay
 * @property {boolean} sound
 * @property {number} volume
 * @property {boolean} pair two scenes are side by side
 * @property {boolean} step they go in step
 * @property {boolean} said there are subtitles
 * @property {boolean} subtitles they are shown
 * @property {boolean} silent there is no sound to be heard
 * @property {number} speed
 */

const IN_STEP =
  'Both scenes go together: a jump in one goes as far from its start in the other; in a loop the shorter waits for the longer'
const CORNERS = 'M1 4V1h3M8 1h3v3M11 8v3H8M4 11H1V8'

/** @param {string} text @param {string} title @param {() => void} onclick */
const toggle = (text, title, onclick) => button(text, title, onclick, { 'aria-pressed': 'false' })

/** @param {HTMLElement} made @param {boolean} pressed */
const setPressed = (made, pressed) => made.setAttribute('aria-pressed', String(pressed))

/** @param {(volume: number) => void} choose */
const volumeRange = choose => {
  const range = el('input', {
    type: 'range',
    class: 'se-volume',
    min: 0,
    max: 1,
    step: 0.05,
    value: 1,
    title: 'Volume',
    'aria-label': 'Volume',
    oninput: () => choose(range.valueAsNumber),
  })
  return range
}

/** @param {(speed: number) => void} choose */
const speedChoice = choose => {
  /** @type {[string, string][]} */
  const options = SPEEDS.map(o => [String(o), speedText(o)])
  return choice('Speed', options, '1', value => choose(Number(value)))
}

/** @param {() => void} screen */
const screenButton = screen => {
  const made = button('', 'Full screen', screen, {
    class: 'se-button se-fullscreen',
    'aria-label': 'Full screen',
    'aria-pressed': 'false',
    hidden: !document.fullscreenEnabled,
  })
  const icon = svg('svg', { viewBox: '0 0 12 12', 'aria-hidden': 'true' })
  icon.append(svg('path', { d: CORNERS }))
  made.append(icon)
  return made
}

export class PlayerTools {
  /** @param {HTMLElement} box @param {Actions} actions */
  constructor(box, actions) {
    const { press, before, after, loop, autoplay, sound, volume, speed, screen } = actions
    const wide = { class: 'se-button se-playbutton' }
    this.play = button('Play', 'Play or pause (space)', press, wide)
    this.loop = toggle('Loop', 'Play the scene again and again (r)', loop)
    this.autoplay = toggle('Autoplay next', 'Play the next scenes after this one', autoplay)
    this.sound = toggle('Sound', 'Sound on or off', sound)
    this.volume = volumeRange(volume)
    this.speed = speedChoice(speed)
    this.step = toggle('In step', IN_STEP, actions.step)
    this.subtitles = toggle(
      'Subtitles',
      'Show what is said below the picture (c)',
      actions.subtitles,
    )
    this.screen = screenButton(screen)
    box.append(
      button('‹', 'Previous scene (←)', before, { 'aria-label': 'Previous scene' }),
      this.play,
      button('›', 'Next scene (→)', after, { 'aria-label': 'Next scene' }),
      this.loop,
      this.autoplay,
      this.speed,
      el('span', { class: 'se-loudness' }, this.sound, this.volume),
      this.step,
      this.subtitles,
      this.screen,
    )
    this.showScreen = () => setPressed(this.screen, !!document.fullscreenElement)
    document.addEventListener('fullscreenchange', this.showScreen)
  }

  /** @param {ToolState} state */
  show({ runs, loop, autoplay, sound, volume, silent, speed, pair, step, said, subtitles }) {
    this.step.hidden = !pair
    setPressed(this.step, step)
    this.subtitles.hidden = !said
    setPressed(this.subtitles, subtitles)
    this.play.textContent = runs ? 'Pause' : 'Play'
    setPressed(this.loop, loop)
    setPressed(this.autoplay, autoplay)
    setPressed(this.sound, sound)
    this.volume.valueAsNumber = sound ? volume : 0
    this.sound.disabled = silent
    this.volume.disabled = silent
    this.speed.value = String(speed)
  }

  drop() {
    document.removeEventListener('fullscreenchange', this.showScreen)
  }
}
