// A file for the person at the screen: the browser saves it where it saves all files.

import { el } from './dom.js'

const KEPT_FOR = 60_000 // ms, until the address of a file is given back

/**
 * @param {BlobPart[]} parts of the file
 * @param {string} name
 * @param {string} [type]
 */
export const download = (parts, name, type = 'application/octet-stream') => {
  const href = URL.createObjectURL(new Blob(parts, { type }))
  el('a', { href, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(href), KEPT_FOR)
}

/** @param {string} text of a table @param {string} name */
export const downloadCsv = (text, name) =>
  download(['\ufeff', text], name, 'text/csv;charset=utf-8')
