// The keys of the player.

/** @import { KeyAction } from '../../stage/keys.js' */
/** @import { Player } from './player.js' */

/** @param {Player} player @returns {KeyAction[]} */
export const playerActions = player => {
  const { transport } = player
  return [
    { key: ' ', says: 'Play or pause', act: () => player.press() },
    { key: 'j', says: 'Play backwards, again: twice as fast', act: () => transport.shuttle('j') },
    { key: 'k', says: 'Pause', act: () => transport.shuttle('k') },
    { key: 'l', says: 'Play, again: twice as fast', act: () => transport.shuttle('l') },
    { key: ',', says: 'One frame back', act: () => transport.step(-1) },
    { key: '.', says: 'One frame forward', act: () => transport.step(1) },
    { key: 'c', says: 'Subtitles on or off', act: () => player.toggleSubtitles() },
    { key: 'r', says: 'Loop on or off', act: () => player.toggleLoop() },
    { key: 'i', says: 'Mark the in point', act: () => transport.mark('in') },
    { key: 'o', says: 'Mark the out point', act: () => transport.mark('out') },
    { key: 'Escape', says: 'Clear the in and out points', act: () => transport.clear() },
  ]
}
