// What is chosen above the matrix.

import { button, choice } from '../../kit/dom.js'
import { centringChoice } from '../../stage/centring.js'
import { hideCheck } from '../../stage/hide.js'
import { matrixOrders } from './orders.js'

/** @import { MatrixView } from './view.js' */

const BACK = 'Back to what was in view before (Backspace, double click)'

/**
 * @param {HTMLElement} tools
 * @param {MatrixView} view
 * @returns {() => void} what shows the state of the view
 */
export const addControls = (tools, view) => {
  const { stage, viewport } = view
  const orders = matrixOrders(stage.deck)
  const order = choice('Order', orders, '', name => stage.set({ order: name }))
  const back = button('Back', BACK, () => view.goBack())
  tools.append(order, centringChoice(stage), ...hideCheck(stage), back)
  return () => {
    const name = stage.get('order')
    order.value = orders.some(([key]) => key === name) ? name : 'similarity'
    back.disabled = !viewport.before.length && viewport.isWhole
  }
}
