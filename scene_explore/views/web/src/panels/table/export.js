// Scenes as a file: in a notebook the kernel writes it, in a page the browser.

import { button, choice, el } from '../../kit/dom.js'
import { downloadCsv } from '../../kit/download.js'
import { counted } from '../../kit/text.js'
import { csvText } from './csv.js'

/** @import { Stage } from '../../stage/stage.js' */

const WHY =
  'What is selected, or what is shown where nothing is. In a CSV from the page, text that a spreadsheet would run as a formula gets an apostrophe before it'
/** @type {[string, string][]} */
const FORMS = [
  ['csv', 'CSV'],
  ['parquet', 'Parquet'],
  ['edl', 'EDL'],
  ['otio', 'OpenTimelineIO'],
]

export class Export {
  /** @param {Stage} stage @param {() => number[]} rows to be exported */
  constructor(stage, rows) {
    this.stage = stage
    this.rows = rows
    const { live } = stage.host
    const kernel = live ? { data: { kernel: '' } } : {}
    this.form = choice('Form of the export', FORMS, 'csv', () => {})
    this.form.dataset.kernel = ''
    this.button = button(live ? 'Export' : 'Export CSV', WHY, () => this.send(), kernel)
    this.controls = live ? [this.form, this.button] : [this.button]
  }

  send() {
    const { stage } = this
    const rows = this.rows()
    if (!rows.length) stage.say('Nothing to export: no scene is shown')
    else if (stage.host.live) this.ask(rows)
    else {
      downloadCsv(csvText(stage.deck, rows), 'scenes.csv')
      stage.say(`${counted(rows.length, 'scene')} exported to scenes.csv`)
    }
  }

  /** @param {number[]} rows */
  async ask(rows) {
    const { stage } = this
    const scenes = counted(rows.length, 'scene')
    this.button.disabled = true
    stage.say(`Exporting ${scenes} …`)
    try {
      const args = { kind: this.form.value, ids: stage.ids(rows) }
      const { path, url, name, said } = await stage.host.ask('export', args)
      const file = this.linked(path, url, name)
      stage.say(`${scenes} exported to `, file, said ? ` (${said})` : '')
    } catch (e) {
      stage.say(`Not exported: ${/** @type {Error} */ (e).message}`)
    } finally {
      this.button.disabled = !!stage.host.lost
    }
  }

  /**
   * A link where the server gives the file, else where it lies.
   * @param {string} path
   * @param {string} url
   * @param {string} name
   */
  linked(path, url, name) {
    const { base } = this.stage.host
    if (!url || !base) return path
    const href = this.stage.host.base?.() + url
    return el('a', { class: 'se-exported', href, download: name, target: '_blank' }, name)
  }
}
