// The panels of a stage, each made in a box of its own; one that cannot be made says so, and the
// others live.

import { el } from '../kit/dom.js'
import { isWorkspace } from './dock.js'
import { panels } from './registry.js'
import { Workspace } from './workspace.js'

/** @import { Panel, Parts } from '../types.d.ts' */
/** @import { Stage } from './stage.js' */

/** An empty panel. @param {string} name @param {Panel} panel @returns {Parts} */
const partsOf = (name, { title, hint = '' }) => {
  const tools = el('div', { class: 'se-tools' })
  const body = el('div', { class: 'se-body' })
  const head = el('header', { class: 'se-head' }, el('h3', { title: hint }, title), tools)
  const props = { class: `se-panel se-${name}`, data: { panel: name }, 'aria-label': title }
  return { box: el('section', props, head, body), tools, body }
}

/** @param {Parts} parts @param {Error} why */
const sayFailed = ({ tools, body }, why) => {
  tools.replaceChildren()
  const text = `This panel could not be made: ${why.message}`
  body.replaceChildren(el('p', { class: 'se-note', role: 'alert' }, text))
}

/** @param {Stage} stage @param {string} name @returns {HTMLElement} */
const panelBox = (stage, name) => {
  const { host, shared, tidy } = stage
  const kept = host.kept?.get(name)
  if (kept) return kept
  const panel = panels[name]
  const parts = partsOf(name, panel)
  const ears = [...shared.ears]
  try {
    const made = panel.make(stage, parts)
    const ends = (panel.ofHost && host.ends) || tidy
    if (made?.drop) ends.push(() => made.drop?.())
    if (panel.ofHost) host.kept?.set(name, parts.box)
  } catch (e) {
    console.error(e)
    shared.ears = ears
    sayFailed(parts, /** @type {Error} */ (e))
  }
  return parts.box
}

/**
 * Into the grid of the stage. Those of a workspace are in it, and it stands where the first of them
 * would; the others keep the whole width.
 * @param {Stage} stage
 * @param {string[]} names those that are not known are left out
 */
export const addPanels = (stage, names) => {
  const known = names.filter(o => panels[o])
  const docked = known.filter(o => !panels[o].wide)
  const workspace = isWorkspace(docked) ? new Workspace(stage) : null
  for (const name of known) {
    const box = panelBox(stage, name)
    if (workspace && docked.includes(name)) {
      workspace.add(name, panels[name].title, box)
      if (!workspace.box.isConnected) stage.grid.append(workspace.box)
    } else stage.grid.append(box)
  }
  workspace?.open()
}
