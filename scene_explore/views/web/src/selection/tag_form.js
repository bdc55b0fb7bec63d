// The form in which what is selected is tagged and noted. Enter keeps, Escape closes.

import { button, closesOnEscape, el, keepsOnEnter, labelled } from '../kit/dom.js'
import { problemOf, tagWords, tidy } from './tag_log.js'

/** @import { Stage } from '../stage/stage.js' */

let made = 0

export class TagForm {
  /** @type {HTMLElement | null} what had the focus before */
  before = null

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage
    this.known = el('datalist', { id: `se-tags-${++made}` })
    const text = { type: 'text', autocomplete: 'off' }
    this.tag = el('input', {
      ...text,
      list: this.known.id,
      placeholder: 'warm light, night',
      maxLength: 200,
    })
    this.note = el('input', { ...text, class: 'se-chosen-note', maxLength: 2000 })
    this.author = el('input', { ...text, class: 'se-chosen-author', maxLength: 100 })
    this.problem = el('p', { class: 'se-note', role: 'alert', hidden: true })
    this.box = this.makeBox()
  }

  makeBox() {
    const props = {
      class: 'se-chosen-form',
      hidden: true,
      'aria-label': 'Tag what is selected',
      onkeydown: closesOnEscape(() => this.close()),
      onsubmit: (/** @type {Event} */ e) => {
        e.preventDefault()
        this.save()
      },
    }
    const form = el(
      'form',
      props,
      labelled('Tags', this.tag),
      labelled('Note', this.note),
      labelled('Your name', this.author),
      el('button', { class: 'se-button se-main', title: 'Keep (Enter)' }, 'Keep'),
      button('Close', 'Close (Esc)', () => this.close()),
      this.known,
      this.problem,
    )
    form.addEventListener(
      'keydown',
      keepsOnEnter(() => this.save()),
    )
    return form
  }

  get isOpen() {
    return !this.box.hidden
  }

  open() {
    const { tags } = this.stage
    const { activeElement } = document
    if (!this.isOpen) this.before = /** @type {HTMLElement | null} */ (activeElement)
    this.known.replaceChildren(...tags.words.map(value => el('option', { value })))
    this.author.value = tags.author
    this.box.hidden = false
    this.say('')
    this.tag.focus()
  }

  close() {
    const hadFocus = this.box.contains(document.activeElement)
    this.box.hidden = true
    if (!hadFocus) return
    const there = this.before?.isConnected && this.before !== document.body
    const next = there ? this.before : this.stage.root
    next?.focus({ preventScroll: true })
  }

  /** @param {string} problem one sentence, '' where there is none */
  say(problem) {
    this.problem.textContent = problem
    this.problem.hidden = !problem
  }

  async save() {
    const { stage } = this
    const rows = stage.get('selection')
    const words = tagWords(this.tag.value)
    const note = this.note.value.trim()
    if (!rows.length) return this.say('No scene is selected: select some, then keep the tag.')
    const problem = problemOf(words, note)
    if (problem) return this.say(problem)
    stage.tags.author = tidy(this.author.value)
    try {
      await stage.tags.give(rows, words, note)
    } catch (e) {
      return this.say(`Not kept: ${/** @type {Error} */ (e).message}`)
    }
    this.tag.value = ''
    this.note.value = ''
    this.close()
  }
}
