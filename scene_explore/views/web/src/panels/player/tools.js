// The buttons of the player.

import { button } from '../../kit/dom.js'

/**
 * What its buttons do.
 * @typedef {Record<'press' | 'before' | 'after' | 'loop' | 'autoplay' | 'sound', () => void>} Actions
 */
/** @typedef {{ runs: boolean, loop: boolean, autoplay: boolean, sound: boolean, silent: boolean }} ToolState */

/** @param {string} text @param {string} title @param {() => void} onclick */
const toggle = (text, title, onclick) => button(text, title, onclick, { 'aria-pressed': 'false' })

/** @param {HTMLElement} made @param {boolean} pressed */
const setPressed = (made, pressed) => made.setAttribute('aria-pressed', String(pressed))

export class PlayerTools {
  /** @param {HTMLElement} box @param {Actions} actions */
  constructor(box, { press, before, after, loop, autoplay, sound }) {
    const wide = { class: 'se-button se-playbutton' }
    this.play = button('Play', 'Play or pause (space)', press, wide)
    this.loop = toggle('Loop', 'Play the scene again and again (l)', loop)
    this.autoplay = toggle('Autoplay next', 'Play the next scenes after this one', autoplay)
    this.sound = toggle('Sound', 'Sound on or off', sound)
    box.append(
      button('‹', 'Previous scene (k)', before, { 'aria-label': 'Previous scene' }),
      this.play,
      button('›', 'Next scene (j)', after, { 'aria-label': 'Next scene' }),
      this.loop,
      this.autoplay,
      this.sound,
    )
  }

  /** @param {ToolState} state */
  show({ runs, loop, autoplay, sound, silent }) {
    this.play.textContent = runs ? 'Pause' : 'Play'
    setPressed(this.loop, loop)
    setPressed(this.autoplay, autoplay)
    setPressed(this.sound, sound)
    this.sound.disabled = silent
  }
}
