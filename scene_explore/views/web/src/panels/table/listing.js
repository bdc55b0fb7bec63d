// What the table lists: which scenes, in which order, and the place among them where the keys are.

import { clamp } from '../../kit/text.js'
import { searchTexts, sortedRows, wordFilter } from './rows.js'

/** @import { Stage } from '../../stage/stage.js' */
/** @import { TableColumn } from './columns.js' */

export class Listing {
  /** @type {number[]} rows, as they are listed */
  rows = []
  /** the place where the keys are; -1: nowhere */
  at = -1
  onlySelection = false
  /** @type {string[] | undefined} what words are looked for in, while it is known */
  texts = undefined

  /** @param {Pick<Stage, 'deck' | 'shared' | 'matches'>} stage @param {TableColumn[]} columns */
  constructor(stage, columns) {
    this.stage = stage
    this.columns = columns
  }

  /** Anew: the keys stay with their row while it is listed. */
  refresh() {
    const { row } = this
    const [name, direction] = this.stage.shared.get('sort')
    const column = this.columns.find(c => c.name === name)
    const rows = this.inFilms(this.keeps())
    this.rows = column ? sortedRows(rows, column, direction) : rows
    this.at = row === undefined ? -1 : this.rows.indexOf(row)
  }

  /** In the order of the films. @param {(row: number) => boolean} keeps */
  inFilms(keeps) {
    return this.stage.deck.order.flat().filter(keeps)
  }

  /** What is listed: it matches the filters, and is selected where only that is shown. @returns {(row: number) => boolean} */
  keeps() {
    const { stage, columns } = this
    const hasWords = wordFilter(stage.shared.get('filter'), columns, () => this.searchTexts())
    const { selected } = this
    return row => stage.matches(row) && hasWords(row) && (!this.onlySelection || selected.has(row))
  }

  searchTexts() {
    this.texts ??= searchTexts(this.columns, this.stage.deck.ids)
    return this.texts
  }

  get selected() {
    return new Set(this.stage.shared.get('selection'))
  }

  /** What is selected, in the order of the films; what is listed where nothing is. */
  get forExport() {
    const { selected } = this
    return selected.size ? this.inFilms(row => selected.has(row)) : this.rows
  }

  // ---- the place of the keys

  /** The row where they are. @returns {number | undefined} */
  get row() {
    return this.rows[this.at]
  }

  /** Where they are; else what plays or is selected first; -1: nowhere. */
  cursor() {
    if (this.at >= 0) return this.at
    const { shared } = this.stage
    return this.rows.indexOf(shared.get('playing')[0] ?? shared.get('selection')[0])
  }

  /** @param {number} place the nearest there is @returns {number | undefined} the row there */
  moveTo(place) {
    this.at = this.rows.length ? clamp(place, 0, this.rows.length - 1) : -1
    return this.row
  }

  /** @param {number} row */
  moveToRow(row) {
    this.at = this.rows.indexOf(row)
  }
}
