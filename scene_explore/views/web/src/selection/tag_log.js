// Tags and notes of scenes: what holds, what is added, what takes it back. What holds is the latest
// of each scene, tag and author, as in labels/tags.py.

import { csvOf } from '../kit/csv.js'

/** @import { TagEntry, TagRow } from '../types.d.ts' */

/** @param {string} text @returns {string} one line */
export const tidy = text => text.split(/\s+/).filter(Boolean).join(' ')

/** Tags as they are typed: parted by commas, each once. @param {string} text */
export const tagWords = text => [...new Set(text.split(',').map(tidy).filter(Boolean))]

const LONGEST = 100 // characters of a tag

/** Why this cannot be kept, in one sentence; '' where it can. @param {string[]} tags @param {string} note */
export const problemOf = (tags, note) => {
  if (!tags.length && !note) return 'Type a tag or a note.'
  const long = tags.find(o => o.length > LONGEST)
  return long ? `A tag has at most ${LONGEST} characters, this one ${long.length}: shorten it.` : ''
}

/** @param {string} id @param {string} tag @param {string} author */
const keyOf = (id, tag, author) => JSON.stringify([id, tag, author])

/** @param {TagRow[]} rows @returns {Map<string, TagRow>} */
const byKey = rows => new Map(rows.map(o => [keyOf(o[0], o[1], o[3]), o]))

/**
 * What holds after these entries; an entry older than what is there changes nothing.
 * @param {TagRow[]} rows that hold
 * @param {TagEntry[]} entries
 * @param {string} author
 * @param {string} time ISO 8601
 */
export const applied = (rows, entries, author, time) => {
  const held = byKey(rows)
  for (const [id, tag, note, given] of entries) {
    const key = keyOf(id, tag, author)
    const there = held.get(key)
    if (there && Date.parse(there[4]) > Date.parse(time)) continue
    held.delete(key)
    if (given) held.set(key, [id, tag, note, author, time])
  }
  return [...held.values()]
}

/**
 * Tags for scenes; without a tag a note alone. A tag that has a note keeps it where none is said.
 * @param {TagRow[]} rows that hold
 * @param {string[]} ids
 * @param {string[]} tags
 * @param {string} note
 * @param {string} author
 * @returns {TagEntry[]}
 */
export const givenEntries = (rows, ids, tags, note, author) => {
  const held = byKey(rows)
  /** @param {string} id @param {string} tag */
  const noteOf = (id, tag) => note || (held.get(keyOf(id, tag, author))?.[2] ?? '')
  const words = tags.length ? tags : ['']
  return ids.flatMap(id => words.map(tag => [id, tag, noteOf(id, tag), true]))
}

/**
 * A tag of one author taken from scenes that have it.
 * @param {TagRow[]} rows that hold
 * @param {string[]} ids
 * @param {string} tag
 * @param {string} author
 * @returns {TagEntry[]}
 */
export const takenEntries = (rows, ids, tag, author) => {
  const held = byKey(rows)
  const there = ids.filter(id => held.has(keyOf(id, tag, author)))
  return there.map(id => [id, tag, '', false])
}

/**
 * What brings back what held before.
 * @param {TagRow[]} rows that held before
 * @param {TagEntry[]} entries
 * @param {string} author
 * @returns {TagEntry[]}
 */
export const reversed = (rows, entries, author) => {
  const held = byKey(rows)
  return entries.map(([id, tag]) => {
    const there = held.get(keyOf(id, tag, author))
    return [id, tag, there?.[2] ?? '', there !== undefined]
  })
}

// ---- what is seen

/** The tags of each scene as one text; '' where there is none. @param {TagRow[]} rows @param {string[]} ids */
export const tagTexts = (rows, ids) => {
  /** @type {Map<string, Set<string>>} */
  const tags = new Map()
  for (const [id, tag] of rows) if (tag) tags.set(id, (tags.get(id) ?? new Set()).add(tag))
  return ids.map(id => [...(tags.get(id) ?? [])].sort().join(', '))
}

/** @typedef {{ tag: string, count: number, authors: string[] }} TagCount how many scenes have it, by whom */

/** The tags of some scenes, the most frequent first. @param {TagRow[]} rows @param {Set<string>} ids @returns {TagCount[]} */
export const tagCounts = (rows, ids) => {
  /** @type {Map<string, { scenes: Set<string>, authors: Set<string> }>} */
  const found = new Map()
  for (const [id, tag, , author] of rows) {
    if (!tag || !ids.has(id)) continue
    const { scenes, authors } = found.get(tag) ?? { scenes: new Set(), authors: new Set() }
    found.set(tag, { scenes: scenes.add(id), authors: authors.add(author) })
  }
  const counts = [...found].map(([tag, o]) => ({
    tag,
    count: o.scenes.size,
    authors: [...o.authors].sort(),
  }))
  return counts.sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1))
}

/** The notes of some scenes, each that one author gave to many once. @param {TagRow[]} rows @param {Set<string>} ids */
export const notesOf = (rows, ids) => {
  const notes = rows.filter(o => o[2] && ids.has(o[0]))
  return [...new Map(notes.map(o => [JSON.stringify([o[2], o[3]]), o])).values()]
}

/** Tags and notes as a CSV file, which `read_tags` reads. @param {TagRow[]} rows */
export const tagCsv = rows => csvOf([['scene_id', 'tag', 'note', 'author', 'time'], ...rows])
