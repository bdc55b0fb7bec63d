// What the buttons of the player do, and what they show of it.

/** @import { Player } from './player.js' */
/** @import { Actions, ToolState } from './tools.js' */

/** @param {Player} player @returns {Actions} */
export const toolActions = player => ({
  press: () => player.press(),
  before: () => player.stage.step(-1),
  after: () => player.stage.step(1),
  loop: () => player.toggleLoop(),
  autoplay: () => player.toggleAutoplay(),
  sound: () => player.toggleSound(),
  volume: volume => player.setVolume(volume),
  speed: speed => player.transport.choose(speed),
  screen: () => player.toggleFullScreen(),
  step: () => player.toggleStep(),
  subtitles: () => player.toggleSubtitles(),
})

/** @param {Player} player @returns {ToolState} */
export const toolState = player => {
  const { stage, seats, taken, sound, transport, step, subtitles } = player
  const isPlaying = taken.length > 0
  return {
    runs: isPlaying && !stage.get('held'),
    loop: stage.get('loop'),
    autoplay: player.isAutoplaying,
    sound: sound.isOn,
    volume: sound.volume,
    speed: transport.rate,
    pair: taken.length === 2,
    step: step.isWanted,
    said: taken.some(seat => subtitles.has(seat.row)),
    subtitles: subtitles.isOn,
    silent: isPlaying && !!seats[0]?.film.isSilent,
  }
}
