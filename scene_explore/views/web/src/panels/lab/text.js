// Settings, numbers and the course of a training as words.

import { clock } from '../../kit/text.js'

/** @import { Training } from './types.d.ts' */

/** What each loss is called and does. @type {Record<string, [string, string]>} */
export const LOSSES = {
  text_guided: ['text-guided', 'Each pair is pulled by f and pushed by g.'],
  cwcl: ['CWCL', 'Each scene is drawn to others in the ratio of f.'],
  soft_kl: ['soft-KL', 'Neighbours are to be as near as f says.'],
  cosent: ['CoSENT', 'Only the order of f counts.'],
}

/** @type {Record<string, string>} */
export const CALIBRATIONS = {
  cosine: 'cosine',
  centred: 'centred',
  all_but_the_top: 'all but the top',
  quantile: 'quantiles',
}

/** @param {number | null | undefined} x @param {number} [n] digits */
export const decimals = (x, n = 2) =>
  x == null || !Number.isFinite(x) ? '–' : x.toFixed(n).replace('-', '−')

/** @param {number} share */
export const percent = share => `${Math.round(100 * share)}%`

/** 'sigmoid 0.5, 0.1' as its name and numbers. @param {string} text */
export const parseWeighting = text => {
  const [name, ...rest] = text.split(' ')
  return { name, numbers: rest.join(' ').split(',').filter(Boolean).map(Number) }
}

/** @param {string} name @param {number[]} numbers */
export const weightingText = (name, numbers) => `${name} ${numbers.join(', ')}`.trim()

/** @param {Training} training */
const progressText = ({ step = 0, steps, rate, left = 0 }) => {
  const speed = decimals(rate, (rate ?? 0) > 20 ? 0 : 1)
  return `step ${step} of ${steps}, ${speed} a second, ${clock(Math.max(left, 0))} left`
}

/** How a training stands. @param {Training} training @param {boolean} live a kernel is there */
export const statusText = (training, live) => {
  if (training.said) return training.said
  if (training.status === 'training') return progressText(training)
  if (training.status === 'starting') return 'starting …'
  if (live)
    return 'A head, and the last K blocks where a backbone and a store are given, learn under these settings.'
  return 'Nothing was trained here; a page has no kernel to train with.'
}

/** Whether the space collapses, '' where nobody knows. @param {number | null | undefined} meanCosine */
export const collapseText = meanCosine => {
  if (meanCosine == null) return ''
  const is = `the mean cosine is ${decimals(meanCosine)}.`
  if (meanCosine > 0.9) return ` Collapse: ${is}`
  return meanCosine > 0.5 ? ` The space contracts: ${is}` : ` No collapse: ${is}`
}
