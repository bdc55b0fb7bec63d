// plotly.js, once a page: a script whose text the host gives.

import { el } from '../kit/dom.js'

/** @import { Plotly } from '../types.d.ts' */

/** @type {Promise<Plotly> | null} */
let loading = null

/** Run a script that would else look for a module loader. @param {string} text @returns {Promise<Plotly>} */
const run = text =>
  new Promise((done, failed) => {
    const parts = ['(function(define, module, exports){', text, '\n}).call(window)']
    const src = URL.createObjectURL(new Blob(parts, { type: 'text/javascript' }))
    const end = () => {
      URL.revokeObjectURL(src)
      if (globalThis.Plotly) done(globalThis.Plotly)
      else failed(new Error('plotly.js did not load'))
    }
    document.head.append(el('script', { src, onload: end, onerror: end }))
  })

/** @param {() => Promise<string>} source */
export const loadPlotly = async source => {
  // another view asked; where that came to nothing, this one asks
  while (!globalThis.Plotly && loading) await loading.catch(() => {})
  if (globalThis.Plotly) return globalThis.Plotly
  loading = source().then(run)
  try {
    return await loading
  } finally {
    loading = null
  }
}
