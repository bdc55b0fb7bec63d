// How loud the player is; without sound until a person asks for it.

/** @import { Seat } from './seat.js' */

export class Sound {
  isOn = false
  volume = 1 // 0 to 1

  toggle() {
    this.isOn = !this.isOn
    this.volume ||= 1
  }

  /** @param {number} volume */
  set(volume) {
    this.isOn = volume > 0
    this.volume = volume
  }

  /** Of two scenes one is heard. @param {Seat[]} seats */
  apply(seats) {
    seats.forEach(({ video }, k) => {
      video.volume = this.volume
      video.muted = !this.isOn || k > 0
    })
  }
}
