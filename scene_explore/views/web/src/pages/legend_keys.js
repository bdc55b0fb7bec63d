// The legends of plotly's figures by keyboard: it draws them for the pointer alone.

import { roving } from '../kit/roving.js'

/** @import { Figure } from './report.js' */

const ITEM = '.legendtoggle'

/** @param {Event} e @returns {Element | null} */
const itemAt = e => /** @type {Element} */ (e.target).closest(ITEM)

/** @param {Element} item @param {...string} types of events */
const send = (item, ...types) => {
  for (const type of types) item.dispatchEvent(new MouseEvent(type, { bubbles: true }))
}

/** @param {Element} item */
const describe = item => {
  const name = item.parentElement?.querySelector('.legendtext')?.textContent ?? ''
  item.setAttribute('role', 'button')
  item.setAttribute('aria-label', `${name}: show or hide`)
}

/** A legend is one stop of the Tab key. @param {Figure} figure */
export const legendByKeys = figure => {
  const settle = roving(figure, undefined, ITEM)
  const draw = () => {
    figure.querySelectorAll(ITEM).forEach(describe)
    settle()
  }
  figure.addEventListener('keydown', e => {
    const item = itemAt(e)
    if (!item || !(e.key === 'Enter' || e.key === ' ')) return
    e.preventDefault()
    e.stopPropagation()
    send(item, 'click')
  })
  // a click of no pointer; of one plotly has seen the press
  figure.addEventListener('click', e => {
    const item = e.detail ? null : itemAt(e)
    if (item) send(item, 'mousedown', 'mouseup')
  })
  figure.on('plotly_afterplot', draw)
  draw()
}
