// The lists that answer: the scenes nearest to one, in a space and in another beside it, or those that
// words or a picture found. What is hidden, left out or outside of the filter is in none of them.

import { short } from '../../kit/text.js'
import { comparedSpace } from '../../stage/centring.js'
import { filmOf } from './cards.js'
import { compared, isAllowed, leftOutText, withinFilter } from './ranks.js'

/** @import { Space } from '../../deck/space.js' */
/** @import { Stage } from '../../stage/stage.js' */
/** @import { List } from './cards.js' */
/** @import { Ranked } from './ranks.js' */
/** @import { Found } from './search.js' */
/** @import { Asked } from './tools.js' */

const NO_HIT = 'No scene that is shown here has all of these words in its texts.'

/** Notes, one after the other. @param {...string} notes */
const joined = (...notes) => notes.filter(Boolean).join(' · ')

export class Answers {
  /** @param {Stage} stage @param {Asked} asked as it is at the time */
  constructor(stage, asked) {
    this.stage = stage
    this.asked = asked
  }

  // ---- which scenes

  /** @param {number} row */
  isShown(row) {
    return this.stage.shown([row]).length > 0
  }

  /** @param {number} query @returns {(row: number) => boolean} */
  allowed(query) {
    const allowed = isAllowed(this.stage.deck, query, this.asked)
    return row => this.isShown(row) && allowed(row)
  }

  /** @param {Ranked[]} pairs nearest first */
  withinFilter(pairs) {
    return withinFilter(pairs, this.asked.k, row => this.stage.matches(row))
  }

  /** @param {Space} space @param {number} query */
  nearest(space, query) {
    return this.withinFilter(space.nearest(query, space.n, this.allowed(query)))
  }

  /**
   * Those that are shown: what is left out is said of the scene beside which the words were asked.
   * @param {Pick<Found, 'pairs' | 'beside'>} found
   */
  best({ pairs, beside }) {
    const keeps =
      beside == null ? (/** @type {number} */ row) => this.isShown(row) : this.allowed(beside)
    return this.withinFilter(pairs.filter(([row]) => keeps(row)))
  }

  // ---- as lists

  /** @param {Found} found @returns {List} */
  ofWords(found) {
    const { apart, near } = this.asked
    const best = this.best(found)
    const beside = apart || near > 0 ? this.besideNote(found) : ''
    const note = joined(beside, leftOutText(best))
    const empty = found.counts ? NO_HIT : undefined
    const { by, counts, notes } = found
    return { title: by, note, pairs: best.pairs, counts, notes, empty }
  }

  /** @param {Found} found */
  besideNote({ beside }) {
    const { deck } = this.stage
    if (beside == null)
      return 'No scene played or was selected before: there is no film to leave out.'
    return `Beside ${short(String(deck.title(beside)), 60)}, ${short(filmOf(deck, beside), 60)}`
  }

  /** @param {number} query @returns {List[]} two where another space is compared with */
  ofScene(query) {
    const { stage } = this
    const first = comparedSpace(stage, stage.space)
    const second = comparedSpace(stage, stage.deck.space(stage.get('other')))
    if (!first) return []
    if (second && second !== first) return this.inBoth(first, second, query)
    const { pairs, ...leftOut } = this.nearest(first, query)
    return [{ title: first.name, note: leftOutText(leftOut), pairs, query }]
  }

  /** @param {Space} first @param {Space} second @param {number} query @returns {List[]} */
  inBoth(first, second, query) {
    const a = this.nearest(first, query)
    const b = this.nearest(second, query)
    const { both, onlyA, onlyB } = compared(a.pairs, b.pairs)
    const saidA = `A: ${both} of ${a.pairs.length} in both, ${onlyA.size} only in A`
    const saidB = `B: ${both} of ${b.pairs.length} in both, ${onlyB.size} only in B`
    const [noteA, noteB] = [joined(saidA, leftOutText(a)), joined(saidB, leftOutText(b))]
    return [
      { title: first.name, note: noteA, pairs: a.pairs, only: onlyA, letter: 'A', query },
      { title: second.name, note: noteB, pairs: b.pairs, only: onlyB, letter: 'B', query },
    ]
  }
}
