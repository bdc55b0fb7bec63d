// The scenes as strips of their shots, and the changes within scenes.

import { el } from '../../kit/dom.js'
import { clock, counted } from '../../kit/text.js'

/** @import { Finding, Scene, Shot, Side } from './division.js' */

/** @type {Record<string, string>} */
const KINDS = { black: ', black', title_card: ', title' }

const SHOTS = { class: 'shots', tabIndex: 0, role: 'group' }

/** @param {string} jpeg base64 @param {string} alt */
const pictureOf = (jpeg, alt) => {
  if (!jpeg) return el('div', { class: 'none' })
  // lazy before it has an address, else it is loaded at once
  return el('img', { loading: 'lazy', alt, src: `data:image/jpeg;base64,${jpeg}` })
}

/** @param {Shot} shot @param {number} i */
export const shotFigure = (shot, i) => {
  const text = `${i + 1} · ${clock(shot.start)}${KINDS[shot.transition] ?? ''}`
  return el('figure', {}, pictureOf(shot.jpeg, `shot ${i + 1}`), el('figcaption', {}, text))
}

/** @param {Scene} scene @param {boolean} returns whether its setting returns */
const factsOf = ({ start, end, shots, confidence, setting }, returns) => [
  `${clock(start)} to ${clock(end)}`,
  `${(end - start).toFixed(1)} s`,
  counted(shots.length, 'shot'),
  `confidence ${confidence.toFixed(2)}`,
  returns ? `setting ${setting}` : 'a setting seen once',
]

/**
 * @param {Scene} scene
 * @param {number} i
 * @param {{ colour: string, returns: boolean, figures: HTMLElement[] }} look
 */
export const sceneStrip = (scene, i, { colour, returns, figures }) => {
  const swatch = el('i', { class: 'swatch' })
  swatch.style.background = colour
  const facts = factsOf(scene, returns).map(o => el('span', {}, o))
  const heading = el('h3', {}, swatch, `Scene ${i + 1}`, facts)
  const shots = el('div', { ...SHOTS, 'aria-label': `Shots of scene ${i + 1}` }, figures)
  return el('section', { class: 'strip' }, heading, shots)
}

/** @param {Side} side @param {(shot: number) => void} onshow */
const sideFigure = ({ shot, seconds, jpeg }, onshow) =>
  el(
    'figure',
    {},
    pictureOf(jpeg, `shot ${shot}, ${clock(seconds)}`),
    el(
      'button',
      { type: 'button', onclick: () => onshow(shot) },
      `shot ${shot} · ${clock(seconds)}`,
    ),
  )

/** @param {Finding} finding @param {(shot: number) => void} onshow */
export const findingSection = ({ kind, words, confidence, sides }, onshow) => {
  const facts = [words, `confidence ${confidence.toFixed(2)}`].map(o => el('span', {}, o))
  const figures = sides.map(o => sideFigure(o, onshow))
  const heading = el('h3', {}, kind, facts)
  return el('section', { class: 'finding' }, heading, el('div', { class: 'sides' }, figures))
}
