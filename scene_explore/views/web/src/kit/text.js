// Numbers, times and counts as words.

/** What a missing value is called, everywhere. */
export const UNKNOWN = 'unknown'

/** 1 scene, 2 scenes. @param {number} n @param {string} one @param {string} [many] */
export const counted = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`

/** 1,234. @param {number} n whole */
export const grouped = n => n.toLocaleString('en')

/** @param {number} x @param {number} low @param {number} high */
export const clamp = (x, low, high) => Math.min(Math.max(x, low), high)

/** @param {string} text @param {number} [n] characters at most */
export const short = (text, n = 60) => (text.length > n ? `${text.slice(0, n - 1)}…` : text)

/** @param {number} x @param {number} [n] digits */
export const pad = (x, n = 2) => String(x).padStart(n, '0')

/** 00:01:02.345. @param {number} t seconds */
export const timecode = t => {
  const ms = Math.round(t * 1000)
  const parts = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(o => pad(Math.floor(o)))
  return `${parts.join(':')}.${pad(ms % 1000, 3)}`
}

/** 1:02, 1:00:02. @param {number} t seconds */
export const clock = t => {
  const s = Math.floor(t + 1e-6)
  const minutes = Math.floor(s / 60)
  const before = s >= 3600 ? `${Math.floor(s / 3600)}:${pad(minutes % 60)}` : String(minutes)
  return `${before}:${pad(s % 60)}`
}

/** 1:02.3. @param {number} t seconds */
export const precise = t => {
  const tenths = Math.floor(t * 10 + 1e-6) / 10
  return `${clock(tenths)}${(tenths % 1).toFixed(1).slice(1)}`
}

/**
 * A number for people: whole ones whole, others to so many digits.
 * @param {number} v
 * @param {number} [digits]
 */
export const numberText = (v, digits = 5) => {
  if (!Number.isFinite(v)) return ''
  if (Number.isInteger(v)) return String(v)
  return Math.abs(v) >= 10 ** digits ? String(Math.round(v)) : String(+v.toPrecision(digits))
}
