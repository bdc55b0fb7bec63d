// A filter expression as a tree: read from text, and written again.
//
//   expression := all { OR all }
//   all        := one { [AND] one }
//   one        := { - | NOT } ( "(" expression ")" | word | column operator word )
//
// A word in quotation marks may hold anything; \" and \\ stand for " and \ in it.

/** @typedef {':' | ':=' | '=' | '>' | '>=' | '<' | '<='} Operator */
/** @typedef {{ kind: 'words', text: string, source: string }} Words looked for in all texts */
/** @typedef {{ column: string, operator: Operator, value: string }} Condition of one column */
/** @typedef {Condition & { kind: 'term', source: string }} Term */
/** @typedef {{ kind: 'not', part: Expression }} Not */
/** @typedef {{ kind: 'and' | 'or', parts: Expression[] }} Many */
/** @typedef {Words | Term | Not | Many} Expression */

/** What is wrong with an expression, in one sentence. */
export class FilterError extends Error {}

const SPACE = /\s*/y
const BARE = /[^\s()":<>=]+/y // a word or a column
const VALUE = /[^\s()"]+/y // after an operator a word may hold a colon, as in 1:02
const QUOTED = /"((?:[^"\\]|\\.)*)"/y
const OPERATOR = /\s*(:=|:|>=|<=|>|<|=)\s*/y
const AND = /AND(?![^\s()])/y
const OR = /OR(?![^\s()])/y
const KEYWORD = /(?:AND|OR)(?![^\s()])/y
const NOT = /-|NOT(?![^\s()])/y
const OPEN = /\(/y
const CLOSE = /\)/y
const DEPTH = 100 // of parentheses

/** @param {Expression} part @returns {Expression} */
const negation = part => (part.kind === 'not' ? part.part : { kind: 'not', part })

class Reader {
  at = 0
  depth = 0

  /** @param {string} text */
  constructor(text) {
    this.text = text
  }

  /** @param {string} what @param {number} [at] @returns {never} */
  fail(what, at = this.at) {
    throw new FilterError(`${what} (character ${at + 1})`)
  }

  /** Whether a pattern stands here. @param {RegExp} pattern sticky */
  sees(pattern) {
    pattern.lastIndex = this.at
    return pattern.test(this.text)
  }

  /** What stands here is passed. @param {RegExp} pattern sticky @returns {RegExpExecArray | null} */
  take(pattern) {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) this.at += found[0].length
    return found
  }

  /** The same behind spaces; '' where it does not stand here. @param {RegExp} pattern sticky */
  next(pattern) {
    this.take(SPACE)
    return this.take(pattern)?.[0] ?? ''
  }

  isAtEnd() {
    this.take(SPACE)
    return this.at === this.text.length
  }

  /** @returns {Expression} */
  whole() {
    const found = this.expression()
    if (!this.isAtEnd()) this.fail('a closing parenthesis closes nothing')
    return found
  }

  /** @returns {Expression} */
  expression() {
    const parts = [this.all('')]
    for (let or = this.next(OR); or; or = this.next(OR)) parts.push(this.all(or))
    return parts.length > 1 ? { kind: 'or', parts } : parts[0]
  }

  /** @param {string} before the word that it comes after @returns {Expression} */
  all(before) {
    const parts = [this.one(before)]
    while (!this.isAtEnd() && !this.sees(CLOSE) && !this.sees(OR))
      parts.push(this.one(this.next(AND)))
    return parts.length > 1 ? { kind: 'and', parts } : parts[0]
  }

  /** @param {string} before @returns {Expression} */
  one(before) {
    let negated = false
    for (let not = this.next(NOT); not; not = this.next(NOT)) {
      negated = !negated
      before = not
    }
    const part = this.next(OPEN) ? this.group() : this.term(before)
    return negated ? negation(part) : part
  }

  /** What is in parentheses. */
  group() {
    const open = this.at - 1
    this.depth += 1
    if (this.depth > DEPTH) this.fail('there are too many parentheses in each other', open)
    if (this.next(CLOSE)) this.fail('nothing is in the parentheses', open)
    if (this.isAtEnd()) this.fail('an opening parenthesis is not closed', open)
    const found = this.expression()
    if (!this.next(CLOSE)) this.fail('an opening parenthesis is not closed', open)
    this.depth -= 1
    return found
  }

  /** @param {string} before @returns {Words | Term} */
  term(before) {
    this.checkTerm(before)
    const from = this.at
    const word = this.word(BARE)
    if (word == null) this.fail(`no column is named before ${this.take(OPERATOR)?.[1]}`, from)
    const operator = /** @type {Operator | undefined} */ (this.take(OPERATOR)?.[1])
    if (!operator) return { kind: 'words', text: word, source: this.text.slice(from, this.at) }
    const value = this.word(VALUE)
    if (value == null) this.fail(`a value is missing after ${word}${operator}`)
    const source = this.text.slice(from, this.at)
    return { kind: 'term', column: word, operator, value, source }
  }

  /** Whether a term stands here at all. @param {string} before */
  checkTerm(before) {
    const from = this.at
    const keyword = this.next(KEYWORD)
    if (!keyword && !this.isAtEnd() && !this.sees(CLOSE)) return
    if (before) this.fail(`nothing comes after ${before}`, from)
    if (keyword) this.fail(`nothing comes before ${keyword}`, from)
    this.fail('a closing parenthesis closes nothing')
  }

  /** @param {RegExp} bare what a word without quotation marks is @returns {string | null} */
  word(bare) {
    if (this.text[this.at] !== '"') return this.take(bare)?.[0] ?? null
    const quoted = this.take(QUOTED) ?? this.fail('a quotation mark is not closed')
    return quoted[1].replace(/\\(.)/gs, '$1')
  }
}

/** Raises FilterError. @param {string} text @returns {Expression | null} null: an empty one */
export const parseFilter = text => (text.trim() ? new Reader(text).whole() : null)

// ---- written again

/** @param {Expression} part */
const grouped = part => ('parts' in part ? `(${written(part)})` : written(part))

/** @param {Expression} expression @returns {string} */
export const written = expression => {
  const { kind } = expression
  if (kind === 'words' || kind === 'term') return expression.source
  if (kind === 'not') return `-${grouped(expression.part)}`
  if (kind === 'or') return expression.parts.map(written).join(' OR ')
  return expression.parts.map(o => (o.kind === 'or' ? grouped(o) : written(o))).join(' ')
}

/** @param {string} text */
const quoted = text => `"${text.replace(/["\\]/g, '\\$&')}"`

/** A name as it may stand before an operator. @param {string} name */
const columnWord = name => (/^(?!-|(?:AND|OR|NOT)$)[^\s()":<>=]+$/.test(name) ? name : quoted(name))

/** @param {Condition} condition */
export const writtenTerm = ({ column, operator, value }) =>
  `${columnWord(column)}${operator}${quoted(value)}`

// ---- terms that hold for the whole

/** The parts of which all have to be true. @param {Expression | null} expression @returns {Expression[]} */
const allOf = expression => {
  if (!expression) return []
  return expression.kind === 'and' ? expression.parts.flatMap(allOf) : [expression]
}

/** Whether an expression is this term. @param {Expression} part @param {Condition} condition */
const isTerm = (part, { column, value }) =>
  part.kind === 'term' &&
  part.column.toLowerCase() === column.toLowerCase() &&
  part.value === value &&
  [':', ':=', '='].includes(part.operator)

/** @param {Expression | null} expression @param {Condition} condition */
export const hasTerm = (expression, condition) => allOf(expression).some(o => isTerm(o, condition))

/**
 * With a term where it was not there, else without it.
 * @param {Expression | null} expression
 * @param {Condition} condition
 * @returns {string} an expression
 */
export const toggledTerm = (expression, condition) => {
  const parts = allOf(expression)
  const others = parts.filter(o => !isTerm(o, condition))
  if (others.length === 1 && parts.length > 1) return written(others[0])
  const rest = written({ kind: 'and', parts: others })
  if (others.length < parts.length) return rest
  return `${rest} ${writtenTerm(condition)}`.trim()
}
