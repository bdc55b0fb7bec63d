// What a stage tells those around it: the host, the stages of its group, whoever looks from outside.

import { soon } from '../kit/frames.js'
import { counted } from '../kit/text.js'
import { pass } from './links.js'
import { KEPT } from './shared.js'

/** @import { Key } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

/** @type {Key[]} */
const SHOWN = ['selection', 'hover', 'where']

/** What changed as attributes. @param {Stage} stage @param {Key[]} changed */
const showState = (stage, changed) => {
  const { root, host } = stage
  if (changed.includes('hover')) root.dataset.hover = stage.deck.ids[stage.get('hover')] ?? ''
  if (changed.includes('selection')) {
    root.dataset.selection = JSON.stringify(stage.ids(stage.get('selection')))
    if (host.page) document.body.dataset.selection = root.dataset.selection
  }
  if (host.page && changed.includes('where')) document.body.dataset.filter = stage.get('where')
}

/** @param {Stage} stage */
const tellHost = stage =>
  stage.host.tell({
    selection: stage.ids(stage.get('selection')),
    hover: stage.deck.ids[stage.get('hover')] ?? '',
    view: stage.hostView.kept,
  })

/** @param {Stage} stage */
const saySelection = stage => {
  const n = stage.get('selection').length
  stage.say(n ? `${n} of ${counted(stage.deck.n, 'scene')} selected` : '')
}

/** Until the stage goes. Nobody hears what came from there. @param {Stage} stage */
export const tellOutward = stage => {
  stage.on(SHOWN, changed => showState(stage, changed))
  showState(stage, SHOWN)
  const told = soon(() => tellHost(stage))
  stage.on(['selection', 'hover', ...KEPT], (_, from) => {
    if (from !== 'host') told()
  })
  stage.on(['selection', 'hover', 'playing'], (changed, from) => {
    if (from !== 'link' && stage.group) pass(stage, changed)
  })
  stage.on('selection', () => saySelection(stage))
  stage.tidy.push(() => told.cancel())
}
