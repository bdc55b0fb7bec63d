// Filter: one expression for all panels, and below it how often each value of a column is among the
// scenes that match.

import { el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { counted } from '../kit/text.js'
import { filterColumns, filtered } from '../stage/filter.js'
import { hasTerm, parseFilter, toggledTerm } from '../stage/filter_syntax.js'
import { panels } from '../stage/registry.js'
import { FacetList } from './filter/facet_list.js'
import { facetsOf } from './filter/facets.js'

/** @import { Stage } from '../stage/stage.js' */
/** @import { Parts } from '../types.d.ts' */
/** @import { Condition } from '../stage/filter_syntax.js' */

const HOW =
  'Words, column:word, hour>12; one after the other, OR, - for not, (parentheses), "two words"'

panels.filter = {
  title: 'Filter',
  hint: HOW,
  make: (stage, parts) => new FilterPanel(stage, parts),
}

class FilterPanel {
  /** @param {Stage} stage @param {Parts} parts */
  constructor(stage, { box, tools, body }) {
    this.stage = stage
    this.body = body
    this.columns = filterColumns(stage.deck)
    this.count = el('span', { class: 'se-soft se-filter-count', role: 'status' })
    this.field = this.makeField()
    this.problem = el('p', { class: 'se-note se-filter-problem', role: 'alert', hidden: true })
    this.facets = new FacetList(condition => this.pick(condition))
    box.setAttribute('role', 'search')
    tools.append(this.count)
    body.append(this.field, this.problem, this.facets.box)
    this.draw = soon(() => this.drawNow())
    stage.on('where', () => this.follow())
    stage.on('tags', () => this.draw())
    this.say(stage.filtered.problem)
    this.drawNow()
  }

  makeField() {
    const field = el('input', {
      type: 'search',
      class: 'se-filter-field',
      placeholder: 'kitchen, or place:kitchen -film:"film two" duration<2',
      'aria-label': 'Filter scenes',
      title: HOW,
      spellcheck: false,
      autocomplete: 'off',
      value: this.stage.get('where'),
      oninput: () => this.read(),
    })
    return field
  }

  /** What is typed counts as soon as it is right: until then the panels show what they showed. */
  read() {
    const text = this.field.value
    const { problem } = filtered(this.stage.deck, text)
    if (!problem) this.stage.set({ where: text })
    this.say(problem)
  }

  /** The expression was changed, here or elsewhere. */
  follow() {
    const { text, problem } = this.stage.filtered
    this.draw()
    if (this.field.value === text) return
    this.field.value = text
    this.say(problem)
  }

  /** The expression that holds; null where there is none. */
  get expression() {
    const { text, problem } = this.stage.filtered
    return problem ? null : parseFilter(text)
  }

  /** @param {Condition} condition */
  pick(condition) {
    this.stage.set({ where: toggledTerm(this.expression, condition) })
  }

  // ---- what is seen

  /** @param {string} problem one sentence, '' where there is none */
  say(problem) {
    this.problem.textContent = problem
    this.problem.hidden = !problem
    this.field.setAttribute('aria-invalid', String(!!problem))
  }

  drawNow() {
    const { matching, deck } = this.stage
    const rows = matching ?? new Set(deck.ids.keys())
    const { expression } = this
    const isOn = /** @param {Condition} condition */ condition => hasTerm(expression, condition)
    const all = counted(deck.n, 'scene')
    this.count.textContent = matching ? `${rows.size} of ${all} match` : all
    this.body.dataset.matching = String(rows.size)
    this.facets.show(facetsOf(this.columns, rows, isOn), rows.size)
  }

  drop() {
    this.draw.cancel()
  }
}
