// Which runs stand side by side.

/** @import { Stage } from '../../stage/stage.js' */
/** @import { GalleryData, Run, Slot } from './types.d.ts' */

const AT_MOST = 4
const LETTERS = 'ABCD'
const COLOURS = [0, 5, 2, 3] // of the palette
const DASHES = ['', '7 4', '2 3.5', '10 3 2 3']

/**
 * The letter, colour and dash of each of the runs that are shown.
 * @param {Run[]} runs all
 * @param {number[]} chosen
 * @param {string[]} palette
 * @returns {Slot[]}
 */
export const slotsOf = (runs, chosen, palette) =>
  chosen.map((at, k) => ({
    letter: LETTERS[k],
    colour: palette[COLOURS[k]],
    dash: DASHES[k],
    run: runs[at],
    at,
  }))

/**
 * The runs of these names that have a space, in the order of the list.
 * @param {string[]} names of all
 * @param {boolean[]} embedded which of them have a space
 * @param {string[]} wanted
 */
export const chosenOf = (names, embedded, wanted) =>
  [...names.keys()].filter(i => embedded[i] && wanted.includes(names[i])).slice(0, AT_MOST)

/**
 * What is shown after a box was ticked or unticked, or why that is not possible.
 * @param {number[]} chosen
 * @param {number} at of the box
 * @param {boolean} on
 * @returns {{ chosen: number[] } | { refused: string }}
 */
export const afterTick = (chosen, at, on) => {
  if (on && chosen.length >= AT_MOST)
    return { refused: 'Four runs at most stand side by side: untick one first.' }
  if (!on && chosen.length === 1) return { refused: 'One run has to stay: tick another one first.' }
  const others = chosen.filter(o => o !== at)
  return { chosen: on ? [...others, at].sort((a, b) => a - b) : others }
}

export class Runs {
  /** @param {Stage} stage @param {GalleryData} data */
  constructor(stage, data) {
    this.stage = stage
    this.data = data
    this.names = data.runs.map(r => r.name)
    const spaces = new Set(stage.deck.visual.map(o => o.name))
    /** which runs have a space to show */
    this.embedded = this.names.map(o => spaces.has(o))
    if (!this.chosen.length) this.choose(this.withSpace.slice(0, 2))
  }

  /** Those that have a space. */
  get withSpace() {
    return [...this.names.keys()].filter(i => this.embedded[i])
  }

  get chosen() {
    return chosenOf(this.names, this.embedded, this.stage.get('runs'))
  }

  /** @returns {Slot[]} */
  get slots() {
    return slotsOf(this.data.runs, this.chosen, this.stage.deck.palette)
  }

  /** @param {number[]} rows */
  choose(rows) {
    this.stage.set({ runs: rows.map(i => this.names[i]) })
  }

  /**
   * Show a run, or take it away; false where that is not possible.
   * @param {number} at
   * @param {boolean} on
   */
  tick(at, on) {
    const after = afterTick(this.chosen, at, on)
    if ('refused' in after) this.stage.say(after.refused)
    else this.choose(after.chosen)
    return 'chosen' in after
  }
}
