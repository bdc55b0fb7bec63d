// Scenes as a file that the browser saves: the kernel makes it in a notebook, the script in a page.

import { button, choice, el } from '../../kit/dom.js'
import { download, downloadCsv } from '../../kit/download.js'
import { counted } from '../../kit/text.js'
import { csvText } from './csv.js'

/** @import { Bytes } from '../../types.d.ts' */
/** @import { Stage } from '../../stage/stage.js' */

const WHY =
  'What is selected, or what is shown where nothing is. In a CSV from the page, text that a spreadsheet would run as a formula gets an apostrophe before it'
/** @type {[string, string][]} */
const FORMS = [
  ['csv', 'CSV'],
  ['parquet', 'Parquet'],
  ['edl', 'EDL'],
  ['otio', 'OpenTimelineIO'],
  ['eaf', 'ELAN'],
  ['labelstudio.json', 'Label Studio'],
  ['cvat.xml', 'CVAT'],
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
      const { url, name, said, buffers } = await stage.host.ask('export', args)
      const file = this.saved(buffers[0], url, name)
      stage.say(`${scenes} exported to `, file, said ? ` (${said})` : '')
    } catch (e) {
      stage.say(`Not exported: ${/** @type {Error} */ (e).message}`)
    } finally {
      this.button.disabled = !!stage.host.lost
    }
  }

  /**
   * The file is saved at once, and again by a click on its name; one that is too large for a
   * message comes from the server.
   * @param {Bytes | undefined} data
   * @param {string} url
   * @param {string} name
   */
  saved(data, url, name) {
    const { base } = this.stage.host
    if (!data) return el('a', { class: 'se-exported', href: base?.() + url, download: name }, name)
    const save = () => download([data], name)
    save()
    return button(name, 'Save the file again', save, { class: 'se-exported' })
  }
}
