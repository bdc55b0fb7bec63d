// The list of named selections: choose, rename, remove, and name what is selected.

import { button, closesOnEscape, el, keepsOnEnter, labelled, replaceChildren } from '../kit/dom.js'
import { counted } from '../kit/text.js'
import { namedOf, renamed, withNamed, withoutNamed } from './named.js'
import { tidy } from './tag_log.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Named } from '../types.d.ts' */

export class NamedMenu {
  /** @type {string | null} the name that is being changed */
  changing = null

  /** @param {Stage} stage @param {() => void} onclose */
  constructor(stage, onclose) {
    this.stage = stage
    this.onclose = onclose
    this.list = el('ul', { class: 'se-named-list', 'aria-label': 'Named selections' })
    this.name = el('input', { type: 'text', autocomplete: 'off', maxLength: 100 })
    this.keep = el('button', { class: 'se-button se-main' }, 'Keep')
    this.problem = el('p', { class: 'se-note', role: 'alert', hidden: true })
    this.form = this.makeForm()
    const onkeydown = closesOnEscape(() => this.close())
    this.box = el('div', { class: 'se-named', hidden: true, onkeydown }, this.list, this.form)
    this.box.append(this.problem)
  }

  makeForm() {
    const onsubmit = /** @param {Event} e */ e => {
      e.preventDefault()
      this.save()
    }
    const onkeydown = keepsOnEnter(() => this.save())
    const label = 'Name what is selected'
    const props = { class: 'se-chosen-form', 'aria-label': label, onsubmit, onkeydown }
    return el('form', props, labelled('Name', this.name), this.keep)
  }

  get named() {
    return namedOf(this.stage.get('named'))
  }

  get isOpen() {
    return !this.box.hidden
  }

  toggle() {
    if (this.isOpen) return this.close()
    this.box.hidden = false
    this.draw()
    this.name.focus()
  }

  close() {
    this.change(null)
    this.box.hidden = true
    this.onclose()
  }

  /** @param {string} problem one sentence, '' where there is none */
  say(problem) {
    this.problem.textContent = problem
    this.problem.hidden = !problem
  }

  draw() {
    replaceChildren(
      this.list,
      this.named.map(o => this.line(o)),
    )
    this.keep.textContent = this.changing === null ? 'Name the selection' : 'Rename'
  }

  /** @param {Named} named */
  line([name, ids]) {
    const choose = () => this.choose(name, ids)
    return el(
      'li',
      {},
      button(name, `Select these ${counted(ids.length, 'scene')}`, choose, { dir: 'auto' }),
      el('span', { class: 'se-soft' }, String(ids.length)),
      button('Rename', `Rename ${name}`, () => this.change(name), {
        'aria-label': `Rename ${name}`,
      }),
      button('Remove', `Remove ${name}`, () => this.remove(name), {
        'aria-label': `Remove ${name}`,
      }),
    )
  }

  // ---- what a person does

  /** @param {string} name @param {string[]} ids */
  choose(name, ids) {
    const { stage } = this
    const rows = stage.rows(ids)
    stage.select(rows)
    const missing = ids.length - rows.length
    if (missing) stage.say(`${counted(missing, 'scene')} of ${name} are not here`)
  }

  /** @param {string | null} name to be changed; null: none */
  change(name) {
    this.changing = name
    this.name.value = name ?? ''
    this.say('')
    this.draw()
    if (name !== null) this.name.select()
  }

  /** @param {string} name */
  remove(name) {
    this.stage.set({ named: withoutNamed(this.named, name) })
    if (this.changing === name) this.change(null)
    this.name.focus()
  }

  save() {
    const name = tidy(this.name.value)
    const problem = name ? this.kept(name) : 'Type a name.'
    if (problem) this.say(problem)
    else this.change(null)
  }

  /** Under this name now; gives what is wrong, '' where nothing is. @param {string} name */
  kept(name) {
    const { stage, named, changing } = this
    const ids = stage.ids(stage.get('selection'))
    if (changing === null && !ids.length)
      return 'No scene is selected: select some, then name them.'
    try {
      const next = changing === null ? withNamed(named, name, ids) : renamed(named, changing, name)
      stage.set({ named: next })
      return ''
    } catch (e) {
      return /** @type {Error} */ (e).message
    }
  }
}
