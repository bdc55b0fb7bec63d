// In a page: the block named `data` holds the film that was read.

import { readBlock } from '../hosts/mount.js'
import { Reading } from '../panels/reading.js'

export const startReading = () => {
  const root = /** @type {HTMLElement} */ (document.getElementById('reading'))
  new Reading(root, readBlock('data'))
}
