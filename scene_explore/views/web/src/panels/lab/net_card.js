// Net pull by relatedness, over the histogram of the pairs.

import { svg } from '../../kit/dom.js'
import { drawAxes, levelLine, pathOf } from './axes.js'
import { card } from './card.js'
import { barsOf, pullOfBins, pullShares } from './net_pull.js'
import { percent } from './text.js'

/** @import { Plane } from './axes.js' */
/** @import { LabModel } from './model.js' */

const HEIGHT = 218
const HIGHEST = 0.55 // of the picture, the highest bar

/** @param {number[]} net @returns {[number, number]} */
const netSpan = net => {
  const known = net.filter(Number.isFinite)
  return [Math.min(-1, ...known), Math.max(1, ...known)]
}

/** @param {Plane} plane @param {ReturnType<typeof barsOf>} bars */
const drawBars = (plane, bars) => {
  const highest = Math.max(...bars.map(o => o.share), 1e-9)
  return bars.map(({ from, to, share, way }) => {
    const height = (share / highest) * HIGHEST * (plane.bottom - plane.top)
    const x = plane.toX(from)
    const width = Math.max(plane.toX(to) - x - 1, 1)
    const props = { x: x + 0.5, width, y: plane.bottom - height, height }
    return svg('rect', { ...props, class: `se-lab-${way}` })
  })
}

export class NetCard {
  /** @param {LabModel} model */
  constructor(model) {
    this.model = model
    this.card = card('Net pull over the pairs')
  }

  /** @param {boolean} provisional Python has not said it in words */
  draw(provisional) {
    const { model } = this
    const { at, histogram, words } = model.seen
    const net = model.net
    const pulls = pullOfBins(net, model.guided)
    const { pulled, pushed } = pullShares(histogram, pulls)
    const { plane, drawing } = this.drawAxes(net)
    drawing.append(
      ...drawBars(plane, barsOf(at, histogram, pulls)),
      levelLine(plane, 0),
      svg('path', { class: 'se-lab-line se-lab-n', d: pathOf(plane, at, net) }),
    )
    this.card.note.textContent = provisional
      ? `About ${percent(pulled)} of the pairs are pulled together, ${percent(pushed)} are pushed apart.`
      : words
    return { net, pulled }
  }

  /** @param {number[]} net */
  drawAxes(net) {
    return drawAxes(this.card.holder, {
      height: HEIGHT,
      x: [this.model.seen.low, 1],
      y: netSpan(net),
      xlabel: 'relatedness s',
      ylabel: this.model.guided ? 'n(s) = f − g' : 'mean pull',
      label: 'net pull by s, over the histogram of the pairs',
    })
  }
}
