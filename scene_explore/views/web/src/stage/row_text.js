// Rows as short text for an address: ranges as a person reads them, 0-5,9, and where these grow
// long the same in base64url, after a dot.

const READABLE = 100 // characters of an address that ranges may take
const PACKED = '.' // no range begins with it, and an address needs no escape for it
const MOST = 2 ** 40 // no row lies behind it

/** First and last row of each range. @param {number[]} rows ascending @returns {[number, number][]} */
const rangesOf = rows => {
  /** @type {[number, number][]} */
  const ranges = []
  for (const row of rows) {
    const last = ranges.at(-1)
    if (last && row === last[1] + 1) last[1] = row
    else ranges.push([row, row])
  }
  return ranges
}

/** A whole number as bytes: seven bits each, the lowest first; all but the last have the eighth. @param {number} value */
const bytesOf = value => {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] += 128
    bytes.push(rest % 128)
  }
  return bytes
}

/** The numbers again. @param {Iterable<number>} bytes */
const numbersOf = bytes => {
  const numbers = []
  let [value, place] = [0, 1]
  for (const byte of bytes) {
    value = Math.min(value + (byte % 128) * place, MOST)
    place = Math.min(place * 128, MOST)
    if (byte >= 128) continue
    numbers.push(value)
    value = 0
    place = 1
  }
  return numbers
}

/**
 * From the end of a range to the next one, doubled; odd where the range has more than one row, and
 * then the number of rows beyond two follows.
 * @param {[number, number][]} ranges
 */
const packed = ranges => {
  let end = 0
  const bytes = ranges.flatMap(([a, b]) => {
    const gap = 2 * (a - end)
    end = b + 1
    return a === b ? bytesOf(gap) : [...bytesOf(gap + 1), ...bytesOf(b - a - 1)]
  })
  const text = btoa(bytes.map(o => String.fromCharCode(o)).join(''))
  return PACKED + text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @param {string} text of `packed`; what is none holds no ranges @returns {[number, number][]} */
const unpacked = text => {
  /** @type {[number, number][]} */
  const ranges = []
  const numbers = numbersOf(bytesOfText(text.slice(PACKED.length))).values()
  let end = 0
  for (const gap of numbers) {
    const first = end + Math.floor(gap / 2)
    const last = gap % 2 ? first + 1 + (numbers.next().value ?? 0) : first
    ranges.push([first, last])
    end = last + 1
  }
  return ranges
}

/** @param {string} text in base64url */
const bytesOfText = text => {
  try {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Array.from(plain, o => o.charCodeAt(0))
  } catch {
    return []
  }
}

/** @param {string} text 0-5,9; what is no range is left out @returns {[number, number][]} */
const readRanges = text => {
  const parts = text.split(',').map(o => o.match(/^(\d+)(?:-(\d+))?$/))
  return parts.filter(o => o !== null).map(o => [Number(o[1]), Number(o[2] ?? o[1])])
}

/** Rows as text. @param {number[]} rows ascending */
export const rowsText = rows => {
  const ranges = rangesOf(rows)
  const plain = ranges.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join()
  if (encodeURIComponent(plain).length <= READABLE) return plain
  return packed(ranges)
}

/** @param {string} text of `rowsText` @param {number} n rows that there are; others are left out */
export const rowsOfText = (text, n) => {
  const ranges = text.startsWith(PACKED) ? unpacked(text) : readRanges(text)
  const there = new Uint8Array(n)
  for (const [a, b] of ranges) there.fill(1, a, b + 1)
  return Array.from(there.keys()).filter(i => there[i])
}
