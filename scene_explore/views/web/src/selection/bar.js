// The bar of the stage: how many scenes are selected, their tags and notes, and what can be done with
// them. It is there whenever something is selected, tagged or named.

import { button, el, replaceChildren } from '../kit/dom.js'
import { downloadCsv } from '../kit/download.js'
import { soon } from '../kit/frames.js'
import { counted, short } from '../kit/text.js'
import { NamedMenu } from './named_menu.js'
import { TagForm } from './tag_form.js'
import { tagCsv } from './tag_log.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { KeyAction } from '../stage/keys.js' */
/** @import { TagCount } from './tag_log.js' */

const MOST = 12 // tags that are shown

export class SelectionBar {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    this.line = el('div', { class: 'se-chosen-line' })
    this.form = new TagForm(stage)
    this.menu = new NamedMenu(stage, () => this.closed())
    const props = { class: 'se-chosen', 'aria-label': 'Selection', hidden: true }
    this.box = el('section', props, this.line, this.form.box, this.menu.box)
    this.draw = soon(() => this.drawNow())
    stage.on(['selection', 'tags', 'named'], this.draw)
    stage.keys.add(this.keys())
    stage.tidy.push(() => this.draw.cancel(), this.watchHeight())
    this.drawNow()
  }

  /** The panels make room for it, whatever is open in it. @returns {() => void} what ends that */
  watchHeight() {
    const { root } = this.stage
    const resized = new ResizeObserver(() => {
      root.style.setProperty('--se-bar-height', `${this.box.offsetHeight}px`)
    })
    resized.observe(this.box)
    return () => resized.disconnect()
  }

  /** @returns {KeyAction[]} */
  keys() {
    const tagging = this.stage.tags.keeper
      ? [
          { key: 't', says: 'Tag or note what is selected', act: () => this.tag() },
          { key: 'u', says: 'Undo the last tag', act: () => this.undo() },
        ]
      : []
    return [...tagging, { key: 'n', says: 'Named selections', act: () => this.openMenu() }]
  }

  // ---- what a person does

  tag() {
    if (!this.stage.get('selection').length) {
      this.stage.say('No scene is selected: select some, then press t to tag them')
      return
    }
    this.form.open()
  }

  openMenu() {
    this.menu.toggle()
    this.drawNow()
  }

  /** The menu was closed. */
  closed() {
    this.drawNow()
    const named = /** @type {HTMLElement | null} */ (this.line.querySelector('[aria-expanded]'))
    if (this.box.hidden) this.stage.root.focus({ preventScroll: true })
    else named?.focus()
  }

  undo() {
    this.stage.tags.undo().catch(e => this.stage.say(`Not undone: ${e.message}`))
  }

  /** @param {string} tag */
  take(tag) {
    const { stage } = this
    stage.tags
      .take(stage.get('selection'), tag)
      .catch(e => stage.say(`Not taken away: ${e.message}`))
  }

  download() {
    const { rows } = this.stage.tags
    downloadCsv(tagCsv(rows), 'tags.csv')
    this.stage.say(`${counted(rows.length, 'tag or note', 'tags and notes')} saved to tags.csv`)
  }

  // ---- what is seen

  drawNow() {
    const { stage } = this
    const { tags } = stage
    const rows = stage.get('selection')
    const idle = !rows.length && !this.menu.named.length && !tags.rows.length
    this.box.hidden = idle && !this.menu.isOpen
    if (!rows.length) this.form.close()
    if (this.box.hidden) return
    if (this.menu.isOpen) this.menu.draw()
    replaceChildren(this.line, [...this.said(rows), ...this.buttons(rows.length)])
  }

  /** @param {number[]} rows */
  said(rows) {
    if (!rows.length) return [el('span', { class: 'se-soft se-chosen-count' }, 'Nothing selected')]
    const counts = this.stage.tags.counts(rows)
    const more = counts.length - MOST
    const count = el('b', { class: 'se-chosen-count' }, `${counted(rows.length, 'scene')} selected`)
    const chips = counts.slice(0, MOST).map(o => this.chip(o, rows.length))
    const rest = more > 0 ? [el('span', { class: 'se-soft' }, counted(more, 'more tag'))] : []
    return [count, ...chips, ...rest, ...this.notes(rows)]
  }

  /** Of a button that asks the kernel. */
  get kernelProps() {
    const { page, lost } = this.stage.host
    return page ? {} : { data: { kernel: '' }, disabled: !!lost }
  }

  /** A tag of what is selected; one's own can be taken away. @param {TagCount} o @param {number} n scenes selected */
  chip({ tag, count, authors }, n) {
    const { author } = this.stage.tags
    const scenes = counted(count, 'scene')
    const by = authors.map(o => o || 'no name').join(', ')
    const title = `${tag}: ${scenes}, by ${by}`
    const take = button('×', `Take ${tag} away`, () => this.take(tag), {
      'aria-label': `Take tag ${tag} from ${scenes}`,
      ...this.kernelProps,
    })
    const of = count < n ? el('span', { class: 'se-soft' }, String(count)) : null
    const text = el('span', { dir: 'auto' }, short(tag, 30))
    return el('span', { class: 'se-tag', title }, text, of, authors.includes(author) && take)
  }

  /** @param {number[]} rows */
  notes(rows) {
    const notes = this.stage.tags.notes(rows)
    if (!notes.length) return []
    const title = notes.map(([, tag, note, by]) => [tag, note, by].filter(Boolean).join(' – '))
    const text = notes.length === 1 ? `“${short(notes[0][2])}”` : counted(notes.length, 'note')
    return [el('span', { class: 'se-chosen-notes', dir: 'auto', title: title.join('\n') }, text)]
  }

  /** @param {number} selected */
  buttons(selected) {
    const { tags } = this.stage
    const n = this.menu.named.length
    const named = button(n ? `Named (${n})` : 'Name…', 'Named selections (n)', () => {
      this.openMenu()
    })
    named.setAttribute('aria-expanded', String(this.menu.isOpen))
    const made = [el('span', { class: 'se-chosen-space' })]
    const kernel = this.kernelProps
    if (tags.keeper && selected)
      made.push(button('Tag…', 'Tag or note what is selected (t)', () => this.tag(), kernel))
    if (tags.steps.length)
      made.push(button('Undo tag', 'Undo the last tag (u)', () => this.undo(), kernel))
    if (tags.rows.length)
      made.push(button('Tags as CSV', 'Save all tags and notes as CSV', () => this.download()))
    return [...made, named]
  }
}
