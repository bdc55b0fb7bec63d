// A text as a file that the browser keeps.

import { el } from './dom.js'

const KEPT_FOR = 10_000 // ms, until the address of a file is given back

/** @param {string} text of a table @param {string} name of the file */
export const downloadCsv = (text, name) => {
  const blob = new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' })
  const href = URL.createObjectURL(blob)
  el('a', { href, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(href), KEPT_FOR)
}
