// What was set: the settings in which the runs that are shown differ.

import { el } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { badge } from './badges.js'

/** @import { ChartContext, Drawing, Slot } from './types.d.ts' */

/**
 * Places of the settings that are not the same in all of these.
 * @param {string[][]} configs
 * @param {string[]} settings
 */
export const differingSettings = (configs, settings) =>
  [...settings.keys()].filter(k => new Set(configs.map(o => o[k])).size > 1)

/** @param {Slot} slot */
const head = slot => {
  const { name } = slot.run
  const text = el('span', { dir: 'auto' }, short(name, 26))
  return el('th', { scope: 'col', title: short(name, 400) }, badge(slot), ' ', text)
}

/** @param {string} setting @param {number} k its place @param {Slot[]} slots */
const row = (setting, k, slots) =>
  el(
    'tr',
    {},
    el('th', { scope: 'row' }, setting),
    slots.map(({ run: { config } }) =>
      el('td', { dir: 'auto', title: short(config[k], 400) }, short(config[k] || '–', 60)),
    ),
  )

/** @param {Slot[]} slots @param {string[]} settings @param {number[]} which */
const table = (slots, settings, which) => {
  const heads = [el('th', { scope: 'col' }, 'Setting'), ...slots.map(head)]
  const rows = which.map(k => row(settings[k], k, slots))
  return el('table', {}, el('thead', {}, el('tr', {}, heads)), el('tbody', {}, rows))
}

/** @param {ChartContext} context @returns {Drawing} */
export const settingsChart = ({ data: { settings }, slots }) => {
  const trained = slots.filter(o => o.run.config.some(v => v !== ''))
  if (trained.length < 2)
    return { content: [], note: 'Tick two trained runs to see what differs between them.' }
  const configs = trained.map(o => o.run.config)
  const which = differingSettings(configs, settings)
  if (!which.length) return { content: [], note: 'The settings of these runs are the same.' }
  return { content: [table(trained, settings, which)], note: 'All other settings are the same.' }
}
