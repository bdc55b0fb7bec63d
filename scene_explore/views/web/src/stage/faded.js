// What is said where the filter of all panels leaves some scenes out of a picture.

import { counted } from '../kit/text.js'

/** @import { Stage } from './stage.js' */

/** How many of these rows match; '' where nothing is filtered. @param {Stage} stage @param {number[]} rows */
export const fadedText = ({ matching }, rows) => {
  if (!matching) return ''
  const there = rows.filter(row => matching.has(row)).length
  if (there === rows.length) return 'All scenes shown here match the filter.'
  if (!there) return `None of these ${counted(rows.length, 'scene')} matches the filter.`
  const verb = there === 1 ? 'matches' : 'match'
  return `${there} of ${counted(rows.length, 'scene')} ${verb} the filter, the others are faded.`
}
