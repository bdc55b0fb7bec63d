// A picture as a question: pasted, dropped or chosen, sent to the kernel, which has the encoder.

import { button, el } from '../../kit/dom.js'

/** @import { Stage } from '../../stage/stage.js' */

const MOST = 5e6 // bytes that are sent as they are: a message to the kernel has a limit
const LONGEST = 1600 // pixels, of a picture that is made smaller
const TYPES = 'image/png, image/jpeg, image/webp, image/gif, image/bmp, image/tiff'

/**
 * The first picture of a paste or a drop.
 * @param {Pick<DataTransfer, 'files'> | null | undefined} data
 * @returns {File | undefined}
 */
export const pictureIn = data => [...(data?.files ?? [])].find(o => o.type.startsWith('image/'))

/**
 * How large a picture becomes within a square, never larger than it is.
 * @param {number} width
 * @param {number} height
 * @param {number} [longest]
 * @returns {[number, number]}
 */
export const fittedSize = (width, height, longest = LONGEST) => {
  const share = Math.min(1, longest / Math.max(width, height))
  return [Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share))]
}

/** A smaller copy. @param {Blob} file @returns {Promise<Blob>} a JPEG */
const smaller = async file => {
  const bitmap = await createImageBitmap(file)
  const [width, height] = fittedSize(bitmap.width, bitmap.height)
  const paper = el('canvas', { width, height })
  const g = /** @type {CanvasRenderingContext2D} */ (paper.getContext('2d'))
  g.fillStyle = 'white'
  g.fillRect(0, 0, width, height)
  g.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  return new Promise((done, failed) =>
    paper.toBlob(o => (o ? done(o) : failed(new Error('it cannot be read'))), 'image/jpeg', 0.92),
  )
}

/** Its bytes in base64. @param {Blob} file @returns {Promise<string>} */
const base64 = file =>
  new Promise((done, failed) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).split(',')[1] ?? '')
    reader.onerror = () => failed(reader.error ?? new Error('the file cannot be read'))
    reader.readAsDataURL(file)
  })

/** What is sent to the kernel. @param {File} file @returns {Promise<string>} */
export const pictureData = async file => base64(file.size > MOST ? await smaller(file) : file)

export class PictureQuery {
  /**
   * @param {Stage} stage
   * @param {HTMLElement} target where pictures are dropped
   * @param {(file: File) => void} ask
   */
  constructor(stage, target, ask) {
    this.ask = ask
    const file = el('input', { type: 'file', accept: TYPES, hidden: true })
    file.addEventListener('change', () => {
      if (file.files?.[0]) ask(file.files[0])
      file.value = ''
    })
    const title = 'Search by a picture: choose a file, or paste or drop one'
    const pick = button('Picture …', title, () => file.click())
    this.root = el('span', {}, pick, file)
    this.listen(stage, target)
  }

  /** @param {Stage} stage @param {HTMLElement} target */
  listen(stage, target) {
    stage.hear(stage.root, 'paste', e => {
      const { clipboardData } = /** @type {ClipboardEvent} */ (e)
      const field = /** @type {Element} */ (e.target).matches('input, textarea')
      if (field && clipboardData?.types.includes('text/plain')) return // the text is meant
      this.take(e, clipboardData)
    })
    stage.hear(target, 'dragover', e => this.offer(/** @type {DragEvent} */ (e), target))
    stage.hear(target, 'dragleave', () => target.classList.remove('se-near-drop'))
    stage.hear(target, 'drop', e => {
      target.classList.remove('se-near-drop')
      this.take(e, /** @type {DragEvent} */ (e).dataTransfer)
    })
  }

  /** A file may be dropped here. @param {DragEvent} e @param {HTMLElement} target */
  offer(e, target) {
    if (!e.dataTransfer?.types.includes('Files')) return
    e.preventDefault()
    target.classList.add('se-near-drop')
  }

  /** @param {Event} e @param {DataTransfer | null} data */
  take(e, data) {
    const file = pictureIn(data)
    if (!file) return
    e.preventDefault()
    e.stopPropagation()
    this.ask(file)
  }
}
