// What a model says of a cut, and the shots it was shown around it.

import { el } from '../../kit/dom.js'
import { confidenceText, cutFacts, partShares, percent, shotWeights } from './measures.js'

/** @import { Cut, ReadFilm } from './measures.js' */

/** @param {ReadFilm} film @param {number} cut */
export const aboutCut = (film, cut) => {
  const [number, ...facts] = cutFacts(film, cut)
  const { reason } = film.cuts[cut]
  const words = reason ? `“${reason}”` : 'No reason was asked for at this cut.'
  return [
    el(
      'h3',
      {},
      el('b', {}, number),
      facts.map(o => el('span', {}, o)),
    ),
    el('p', { class: reason ? 'reason' : 'reason none' }, words),
    looksOf(film, film.cuts[cut]),
  ]
}

/** @param {ReadFilm} film @param {Cut} cut */
const looksOf = ({ parts, palette }, cut) => {
  const bar = el('div', { class: 'looks' })
  const legend = el('p', { class: 'legend' }, el('span', {}, 'The decision looks at'))
  partShares(cut.attention, parts).forEach((share, i) => {
    const style = `background: ${palette[i]}; flex-grow: ${share}`
    const text = `${parts[i]} ${percent(share)}`
    bar.append(el('i', { style, title: `${parts[i]}: ${percent(share)}` }))
    legend.append(el('span', {}, el('i', { style: `background: ${palette[i]}` }), text))
  })
  return el('div', {}, legend, bar)
}

/**
 * The window in which a cut was decided, as the model sees it: a card a shot.
 * @param {ReadFilm} film
 * @param {number} cut
 * @param {(cut: number) => void} choose
 */
export const shotCards = (film, cut, choose) => {
  const window = film.windows[film.cuts[cut].window]
  const [first] = window.context
  const weight = shotWeights(film.cuts[cut].attention)
  return window.numbers.map((number, k) => {
    const shot = first + k
    const near = shot === cut || shot === cut + 1
    const decision = decisionOf(film, shot, window.focus, choose)
    return cardOf(film, shot, number, weight(shot), near, decision)
  })
}

/**
 * @param {ReadFilm} film
 * @param {number} i the shot
 * @param {number} number that the model knows it by
 * @param {number} weight 0 to 1, the attention to it
 * @param {boolean} near beside the cut
 * @param {Node | string} decision
 */
const cardOf = (film, i, number, weight, near, decision) => {
  const { start, end, lines, characters } = film.shots[i]
  const title = el('b', {}, `Shot ${number}, ${(end - start).toFixed(1)} s`)
  const jpegs = film.pictures[`${i}.${number}`] ?? []
  const pictures = jpegs.map(jpeg =>
    el('img', { src: `data:image/jpeg;base64,${jpeg}`, alt: `shot ${number}` }),
  )
  return el(
    'div',
    { class: near ? 'shot near' : 'shot' },
    el('p', { class: 'title' }, title, decision),
    el('div', { class: 'pictures' }, pictures),
    characters.length > 0 && el('p', { class: 'names' }, characters.join(', ')),
    lines.map(o => el('p', { class: 'line' }, `“${o}”`)),
    el('i', { class: 'weight', style: `width: ${100 * weight}%`, title: 'attention to it' }),
  )
}

/**
 * What was decided in this window about the end of a shot.
 * @param {ReadFilm} film
 * @param {number} i the shot
 * @param {[number, number]} focus
 * @param {(cut: number) => void} choose
 */
const decisionOf = ({ cuts }, i, focus, choose) => {
  const cut = cuts[i]
  if (i < focus[0] || i >= focus[1] || !cut?.answer) return ''
  const props = {
    type: 'button',
    class: cut.answer === 'Yes' ? 'decision yes' : 'decision',
    title: 'whether a scene ends with this shot',
    onclick: () => choose(i),
  }
  return el('button', props, `${cut.answer} ${confidenceText(cut.confidence)}`)
}
