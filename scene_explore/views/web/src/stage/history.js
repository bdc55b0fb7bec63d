// Undo and redo of what is selected.

/** @import { Stage } from './stage.js' */

const MOST = 100 // steps

/** Values that were there, and where among them one is. @template T */
export class Steps {
  /** @param {T} first */
  constructor(first) {
    this.all = [first]
    this.at = 0
  }

  /** What comes after a step back is forgotten. @param {T} value */
  add(value) {
    this.all = [...this.all.slice(0, this.at + 1), value].slice(-MOST)
    this.at = this.all.length - 1
  }

  /** @param {number} by -1, or 1 @returns {T | undefined} undefined at either end */
  go(by) {
    const value = this.all[this.at + by]
    if (value !== undefined) this.at += by
    return value
  }
}

/** Every selection that there was, whoever made it. @param {Stage} stage */
export const keepHistory = stage => {
  const steps = new Steps(stage.get('selection'))
  let going = false
  stage.on('selection', () => {
    if (!going) steps.add(stage.get('selection'))
  })
  /** @param {number} by */
  return by => {
    const selection = steps.go(by)
    if (!selection) return
    going = true
    stage.set({ selection })
    going = false
  }
}
