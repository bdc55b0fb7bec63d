// The parameters of a layout, which the kernel computes: each change asks for another one, and the
// latest wish wins.

import { button, choice, el, replaceChildren } from '../../kit/dom.js'

/** @import { LayoutChoice } from '../../types.d.ts' */
/** @import { Stage } from '../../stage/stage.js' */

const PAUSE = 300 // ms without a further change
const VECTORS = {
  own: 'the embeddings',
  shuffled: 'baseline: shuffled dimensions',
  random: 'baseline: random vectors',
}
const FIRST = {
  method: 'UMAP',
  neighbours: 15,
  min_dist: 0.1,
  metric: 'cosine',
  seed: 0,
  dims: 2,
  vectors: 'own',
}
const NUMBERS = /** @type {const} */ ({
  neighbours: [2, 500, 1, 'Few show small groups, many the whole; of t-SNE the perplexity'],
  min_dist: [0, 1, 0.05, 'How near to each other two scenes may lie'],
  seed: [0, 4294967295, 1, 'The same seed gives the same picture'],
})
/** @typedef {keyof typeof NUMBERS} NumberName */

/**
 * What a field is called, '' where a method has none.
 * @param {NumberName} name
 * @param {string} method
 */
export const labelOf = (name, method) => {
  if (name === 'neighbours') return method === 't-SNE' ? 'perplexity' : 'neighbours'
  if (name === 'min_dist') return method === 'UMAP' ? 'min_dist' : ''
  return name
}

/** @param {string} method @param {string} metric */
const measures = (method, metric) => method !== 'PaCMAP' || metric !== 'correlation'

/** With a distance that the method has. @param {LayoutChoice} choice @returns {LayoutChoice} */
export const measurable = choice =>
  measures(choice.method, choice.metric) ? choice : { ...choice, metric: FIRST.metric }

export class LayoutForm {
  /** @type {LayoutChoice} */
  choice = { ...FIRST }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  waiting

  /** @param {Stage} stage @param {() => string} space its name */
  constructor(stage, space) {
    this.stage = stage
    this.space = space
    this.options = stage.deck.header.extra.maps
    this.fields = el('div', { class: 'se-map-fields' })
    const title = 'Other parameters, methods and baselines; computed in the kernel'
    const summary = el('summary', { title }, 'Layout parameters')
    this.text = el('span', {})
    this.stop = button('Cancel', 'Forget this layout', () => this.cancel(), { hidden: true })
    this.said = el(
      'p',
      { class: 'se-note se-map-said', role: 'status', hidden: true },
      this.text,
      this.stop,
    )
    const details = el('details', { class: 'se-map' }, summary, this.fields)
    this.root = el('div', { data: { kernel: '' } }, details, this.said)
    this.build()
  }

  build() {
    const { choice: now, options } = this
    const metrics = options.metrics.filter((/** @type {string} */ o) => measures(now.method, o))
    const vectors = Object.entries(VECTORS).filter(([k]) => options.vectors.includes(k))
    const dims = ['2', '3'].map(o => /** @type {[string, string]} */ ([o, `${o}-D`]))
    replaceChildren(this.fields, [
      choice('Method', options.methods, now.method, o => this.change({ method: o })),
      this.number('neighbours'),
      this.number('min_dist'),
      choice('Distance', metrics, now.metric, o => this.change({ metric: o })),
      choice('Dimensions of the layout', dims, String(now.dims), o => this.change({ dims: +o })),
      choice('Vectors', vectors, now.vectors, o => this.change({ vectors: o })),
      this.number('seed'),
      button('Compute', 'Lay out the space by these parameters', () => this.ask()),
    ])
  }

  /** @param {NumberName} name */
  number(name) {
    const [min, max, step, title] = NUMBERS[name]
    const label = labelOf(name, this.choice.method)
    const field = el('input', {
      type: 'number',
      min,
      max,
      step,
      value: this.choice[name],
      class: 'se-map-number',
      onchange: () => changed(),
    })
    const changed = () => this.change({ [name]: field.value === '' ? null : Number(field.value) })
    field.addEventListener('keydown', e => {
      // JupyterLab lets no Enter through
      if (e.key === 'Enter') changed()
    })
    return el('label', { class: 'se-check', title, hidden: !label }, label, field)
  }

  /** @param {Partial<LayoutChoice>} patch */
  change(patch) {
    this.choice = measurable({ ...this.choice, ...patch })
    if ('method' in patch) this.build()
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.ask(), PAUSE)
  }

  /** The parameters of the layout that is shown, unless somebody is changing them. @param {LayoutChoice | null | undefined} shown */
  show(shown) {
    if (!shown || this.fields.contains(document.activeElement)) return
    if (JSON.stringify(shown) === JSON.stringify(this.choice)) return
    this.choice = { ...shown }
    this.build()
  }

  /** @param {Partial<LayoutChoice>} [wanted] */
  async ask(wanted = this.choice) {
    clearTimeout(this.waiting)
    try {
      await this.stage.host.ask('layout', { space: this.space(), ...wanted })
    } catch (e) {
      this.say(false, /** @type {Error} */ (e).message)
    }
  }

  async cancel() {
    clearTimeout(this.waiting)
    const failed = (/** @type {Error} */ e) => this.say(false, e.message)
    await this.stage.host.ask('cancel_layout').catch(failed)
  }

  /** @param {boolean} running @param {string} said */
  say(running, said) {
    const focused = document.activeElement === this.stop
    this.said.hidden = !said
    this.text.textContent = said
    this.stop.hidden = !running
    if (focused && !running) this.root.querySelector('summary')?.focus()
  }

  drop() {
    clearTimeout(this.waiting)
  }
}
