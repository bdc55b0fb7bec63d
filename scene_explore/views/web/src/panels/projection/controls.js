// The tools of the projection: which space is shown, in which layout, and what is drawn of it.

import { hasBoth, layoutNames } from '../../deck/layouts.js'
import { check, choice } from '../../kit/dom.js'
import { trajectoryTools } from './followed_film.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { Projection } from '../projection.js' */

const IN_TRAINING = 'in training'
const COMPUTE = 'compute UMAP'
const DENSITY =
  'Lines of equal density, in two dimensions: at 10, 25, 50 and 75 percent of the highest'

/** @param {Projection} projection */
const spaceChoice = ({ stage, deck, moved }) => {
  if (deck.visual.length < 2 && !moved) return null
  const names = [...deck.visual.map(o => o.name), ...(moved ? [IN_TRAINING] : [])]
  return choice('Space', names, moved ? IN_TRAINING : stage.get('space'), space => {
    if (space === IN_TRAINING) return
    stage.set({ space, moved: null })
    stage.repair()
  })
}

/** @param {Projection} projection */
const layoutChoice = projection => {
  const { stage, form } = projection
  const names = layoutNames(projection.layouts)
  if (!names.length || projection.moved) return null
  /** @type {(string | [string, string])[]} */
  const options = [...names]
  if (form && projection.canCompute && !names.includes('UMAP'))
    options.push([COMPUTE, 'UMAP (compute)'])
  return choice('Layout', options, stage.get('layout'), layout => {
    if (layout !== COMPUTE) return stage.set({ layout })
    projection.controls()
    form?.ask({})
  })
}

/** @param {Projection} projection */
const dimsChoice = ({ stage, layouts, moved }) => {
  if (moved || !hasBoth(layouts, stage.get('layout'))) return null
  /** @type {[string, string][]} */
  const options = [
    ['2', '2-D'],
    ['3', '3-D'],
  ]
  return choice('Dimensions', options, String(stage.get('dims')), o =>
    stage.set({ dims: Number(o) }),
  )
}

/** @param {Projection} projection */
const colourChoice = ({ stage, deck }) => {
  const names = Object.values(deck.columns).filter(c => c.colour !== false)
  const options = names.map(({ name }) => /** @type {[string, string]} */ ([name, `by ${name}`]))
  return choice('Colour', options, stage.get('colour'), colour => stage.set({ colour }))
}

/** @param {Stage} stage */
const densityCheck = stage =>
  check('density', stage.get('density'), density => stage.set({ density }), DENSITY)

/** @param {Projection} projection @returns {HTMLElement[]} */
export const projectionControls = projection => {
  const { stage, hide } = projection
  const choices = [spaceChoice, layoutChoice, dimsChoice, colourChoice].map(o => o(projection))
  const switches = [...trajectoryTools(stage), densityCheck(stage), ...hide]
  return [...choices.filter(o => o !== null), ...switches]
}
