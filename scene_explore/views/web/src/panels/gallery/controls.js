// The choices above the gallery.

import { button, check, choice } from '../../kit/dom.js'
import { short } from '../../kit/text.js'
import { matrixOrders } from '../matrix.js'
import { Layouts } from './layouts.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Columns } from './columns.js' */
/** @import { RunList } from './list.js' */
/** @import { Runs } from './runs.js' */
/** @import { Thumbnails } from './thumbnails.js' */
/**
 * @typedef {{ stage: Stage, runs: Runs, list: RunList, columns: Columns, thumbnails: Thumbnails }}
 * Parts
 */
/** @typedef {[value: string, text: string][]} Options */

/** @param {Parts} parts */
const metricChoice = ({ runs, list }) => {
  /** @type {Options} */
  const options = runs.data.metrics.map((o, k) => [String(k), o.title])
  if (options.length < 2) return []
  const chosen = String(list.metric)
  return [choice('Number in the list', options, chosen, k => list.chooseMetric(Number(k)))]
}

/** @param {Parts} parts */
const layoutChoice = ({ stage }) => {
  const names = Layouts.names(stage.deck)
  if (names.length < 2) return []
  return [choice('Layout', names, stage.get('layout'), layout => stage.set({ layout }))]
}

/** @param {Parts} parts */
const orderChoice = ({ stage }) => {
  const orders = /** @type {Options} */ (matrixOrders(stage.deck))
  return choice('Order of the matrices', orders, stage.get('order'), order => stage.set({ order }))
}

/** @param {Parts} parts */
const colourChoice = ({ stage }) => {
  const columns = Object.values(stage.deck.columns).filter(o => o.colour !== false)
  /** @type {Options} */
  const options = columns.map(({ name }) => [name, `by ${name}`])
  return choice('Colour', options, stage.get('colour'), colour => stage.set({ colour }))
}

/** @param {Parts} parts */
const scaleChoice = ({ columns, thumbnails }) => {
  /** @type {Options} */
  const options = [
    ['', 'matrices: own scales'],
    ['one', 'matrices: one scale'],
  ]
  return choice('Colours of the matrices', options, columns.scale ? 'one' : '', one =>
    columns.setScale(one ? thumbnails.pooled.range : null),
  )
}

/** @param {Parts} parts */
const dragChoice = ({ columns }) => {
  /** @type {Options} */
  const options = [
    ['lasso', 'drag selects'],
    ['pan', 'drag moves'],
  ]
  return choice('Dragging', options, columns.drag, drag => columns.setDrag(drag))
}

/** @param {Parts} parts */
const driftCheck = ({ stage, runs, columns }) =>
  check('drift', columns.arrows, arrows => {
    columns.setArrows(arrows)
    const first = short(runs.slots[0].run.name, 40)
    const said = `Arrows: where the scenes of ${first} went, the 60 that went farthest and the selected`
    stage.say(arrows ? said : '')
  })

/** @param {Parts} parts */
export const controls = parts => [
  ...metricChoice(parts),
  ...layoutChoice(parts),
  orderChoice(parts),
  colourChoice(parts),
  scaleChoice(parts),
  dragChoice(parts),
  driftCheck(parts),
  button('Whole picture', 'Zoom back out', () => parts.columns.fit()),
]
