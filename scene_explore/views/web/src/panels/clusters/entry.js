// An entry of a list: its name, its pictures, and what can be done with it.

import { button, el } from '../../kit/dom.js'
import { symbolOf } from '../../scatter/legend.js'
import { writtenTerm } from '../../stage/filter_syntax.js'
import { picture } from '../neighbours/cards.js'
import { whereOf } from './entries.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Condition } from '../../stage/filter_syntax.js' */
/** @import { Entry } from './entries.js' */

/**
 * @typedef {object} Ears
 * @property {(entry: Entry) => void} choose
 * @property {(entry: Entry) => void} playAll
 * @property {(condition: Condition) => void} filter
 */

/** A click plays it. @param {Stage} stage @param {number} row */
const pictureButton = (stage, row) => {
  const where = whereOf(stage.deck, row)
  return el(
    'button',
    {
      type: 'button',
      class: 'se-clusters-picture',
      title: `Play ${where}`,
      'aria-label': `Play ${where}`,
      data: { row },
      onclick: (/** @type {MouseEvent} */ e) => stage.click(row, e),
      onpointermove: (/** @type {PointerEvent} */ e) => stage.point(row, e),
      onpointerleave: () => stage.point(-1),
      onfocus: () => stage.set({ hover: row }),
      onblur: () => stage.set({ hover: -1 }),
    },
    picture(stage.deck, row),
  )
}

const TITLES = {
  none: 'Select these scenes',
  list: 'Select these scenes',
  pair: 'Play both side by side',
  one: 'Play this scene',
}

/** @param {Entry} entry @param {Ears} ears */
const actionsOf = (entry, ears) => {
  const { condition } = entry
  if (entry.plays === 'list')
    return button('Play all', 'Play these scenes one after the other', () => ears.playAll(entry))
  if (!condition) return null
  const title = `Put ${writtenTerm(condition)} into the filter, or take it out`
  return button('Filter', title, () => ears.filter(condition))
}

/** @param {Stage} stage @param {Entry} entry @param {Ears} ears */
export const entryItem = (stage, entry, ears) => {
  const { title, note, plays, group, pictures } = entry
  const name = el(
    'button',
    {
      type: 'button',
      class: 'se-clusters-name',
      title: TITLES[plays],
      onclick: () => ears.choose(entry),
    },
    group && symbolOf(group),
    el('b', { dir: 'auto' }, title),
    el('span', { class: 'se-soft', dir: 'auto' }, note),
  )
  const shown = pictures.map(row => pictureButton(stage, row))
  const all = el('span', { class: 'se-clusters-pictures' }, shown)
  return el('li', { class: 'se-clusters-entry' }, name, all, actionsOf(entry, ears))
}
