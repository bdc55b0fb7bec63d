// The tags of a stage: a column of its deck that changes while it is looked at.

import { counted } from '../kit/text.js'
import { keepAuthor, keeperOf, knownAuthor } from './keepers.js'
import { givenEntries, notesOf, reversed, tagCounts, tagTexts, takenEntries } from './tag_log.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Column, Key, TagEntry, TagRow } from '../types.d.ts' */

/** @typedef {Extract<Column, { kind: 'text' }>} TextColumn */

const NAME = 'tags'

export class Tags {
  /** @type {TagRow[]} those that hold */
  rows = []
  /** @type {[TagEntry[], string][]} what takes each act back, the latest last; and whose it was */
  steps = []
  stamp = 0

  /** @param {Stage} stage whose deck gets a column */
  constructor(stage) {
    this.stage = stage
    const { deck, host } = stage
    this.keeper = keeperOf(host, deck)
    this.author = knownAuthor(host, deck)
    const name = deck.columns[NAME] ? `${NAME} (given here)` : NAME
    /** @type {TextColumn} */
    this.column = { name, kind: 'text', many: true, values: deck.ids.map(() => '') }
    if (!this.keeper) return
    deck.columns[name] = this.column
    this.fill(this.keeper.rows())
    stage.tidy.push(this.keeper.follow(rows => this.show(rows)))
  }

  /** @param {TagRow[]} rows */
  fill(rows) {
    const { deck } = this.stage
    this.rows = rows.filter(([id]) => deck.row.has(id))
    for (const [i, text] of tagTexts(this.rows, deck.ids).entries()) this.column.values[i] = text
    this.column.colour = this.column.values.some(o => o !== '')
    deck.looks.delete(this.column.name)
    deck.tints.delete(this.column.name)
  }

  /** What holds now, for whoever shows it. @param {TagRow[]} rows */
  show(rows) {
    const { stage, column } = this
    const before = column.colour
    this.fill(rows)
    this.stamp += 1
    stage.refilter()
    const coloured = before !== column.colour || stage.get('colour') === column.name
    /** @type {Key[]} */
    const touched = [...(coloured ? ['colour'] : []), ...(stage.get('where') ? ['where'] : [])].map(
      o => /** @type {Key} */ (o),
    )
    stage.set({ tags: this.stamp })
    if (touched.length) stage.shared.touch(touched)
  }

  // ---- what a person does

  /** @param {TagEntry[]} entries @param {string} author @returns {Promise<TagRow[]>} what holds then */
  async write(entries, author) {
    if (!this.keeper) throw new Error('this kernel keeps no tags')
    return this.keeper.write(entries, author)
  }

  /** What can be taken back. @param {TagEntry[]} entries */
  async act(entries) {
    const { rows, author } = this
    if (!entries.length) return
    const now = await this.write(entries, author)
    this.steps.push([reversed(rows, entries, author), author])
    this.show(now)
  }

  /** @param {number[]} rows @param {string[]} tags @param {string} note */
  async give(rows, tags, note) {
    const ids = this.stage.ids(rows)
    keepAuthor(this.stage.host, this.author)
    await this.act(givenEntries(this.rows, ids, tags, note, this.author))
    const what = tags.length ? `tagged ${tags.join(', ')}` : 'noted'
    this.stage.say(`${counted(rows.length, 'scene')} ${what}, kept ${this.keeper?.where}`)
  }

  /** @param {number[]} rows @param {string} tag */
  async take(rows, tag) {
    const entries = takenEntries(this.rows, this.stage.ids(rows), tag, this.author)
    await this.act(entries)
    this.stage.say(`Tag ${tag} taken from ${counted(entries.length, 'scene')}`)
  }

  async undo() {
    const step = this.steps.pop() // at once: who presses twice takes back two
    if (!step) return
    try {
      this.show(await this.write(...step))
    } catch (e) {
      this.steps.push(step)
      this.stage.set({ tags: ++this.stamp })
      throw e
    }
    this.stage.say(`The tag of ${counted(step[0].length, 'scene')} is as it was before`)
  }

  // ---- what is seen

  /** All tags that are known. */
  get words() {
    return tagCounts(this.rows, new Set(this.stage.deck.ids)).map(o => o.tag)
  }

  /** @param {number[]} rows */
  counts(rows) {
    return tagCounts(this.rows, new Set(this.stage.ids(rows)))
  }

  /** @param {number[]} rows */
  notes(rows) {
    return notesOf(this.rows, new Set(this.stage.ids(rows)))
  }
}
