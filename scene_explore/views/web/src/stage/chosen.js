// What is chosen of a deck: at first, and in place of what a view names and the deck lacks.

import { hasLayout } from '../deck/layouts.js'
import { FIRST } from './shared.js'

/** @import { Deck } from '../deck/deck.js' */
/** @import { SharedState } from '../types.d.ts' */

/** @typedef {Pick<SharedState, 'space' | 'other' | 'colour' | 'layout'>} Chosen */

/** What a deck shows before anybody chose. @param {Deck} deck @returns {SharedState} */
export const firstState = deck => {
  const first = deck.visual[0]
  const layout = Object.keys(first?.layouts || {})[0] ?? ''
  return { ...FIRST, colour: deck.firstColour, space: first?.name ?? '', layout }
}

/**
 * Choices that name something of the deck, as near to those made as can be.
 * @param {Deck} deck
 * @param {Chosen} chosen
 * @returns {Chosen}
 */
export const possible = (deck, { space, other, colour, layout }) => {
  const shown = deck.space(space) || deck.visual[0]
  const layouts = shown?.layouts || {}
  return {
    space: shown?.name ?? '',
    other: deck.space(other) ? other : '',
    colour: Object.hasOwn(deck.columns, colour) ? colour : deck.firstColour,
    layout: hasLayout(layouts, layout) ? layout : (Object.keys(layouts)[0] ?? ''),
  }
}
