// A film divided into scenes: a shot begins a scene where the score of the cut before it reaches
// the threshold.

/**
 * @typedef {object} Shot
 * @property {number} start seconds
 * @property {number} end
 * @property {string} transition
 * @property {number | null} score of the cut before it; null where it can begin no scene
 * @property {number | null} chance that the cut before it ends a scene; null where the score is
 * @property {string} setting
 * @property {string} jpeg base64; '' where there is none
 */
/**
 * @typedef {object} Scene
 * @property {number} first place of its first shot in the film
 * @property {Shot[]} shots
 * @property {number} start seconds
 * @property {number} end
 * @property {number} confidence the lesser chance of its two ends
 * @property {string} setting
 */
/**
 * @typedef {object} Side of a change within a scene
 * @property {number} shot its number, from 1
 * @property {number} seconds
 * @property {string} jpeg base64; '' where there is none
 */
/** @typedef {{ kind: string, words: string, confidence: number, sides: Side[] }} Finding */
/**
 * @typedef {object} DividedFilm
 * @property {string} name
 * @property {number} threshold
 * @property {Shot[]} shots
 * @property {string} command that writes the files of a division
 * @property {Finding[]} findings
 */
/** @typedef {{ films: DividedFilm[], palette: string[], grey: string }} Data of the page */

/**
 * The setting in which most seconds of these shots lie; '' where none is known.
 * @param {Pick<Shot, 'setting' | 'start' | 'end'>[]} shots
 */
export const settingOf = shots => {
  /** @type {Map<string, number>} */
  const seconds = new Map()
  for (const { setting, start, end } of shots)
    if (setting) seconds.set(setting, (seconds.get(setting) ?? 0) + end - start)
  return [...seconds].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

/** That a scene ends before a shot; 1 at both ends of the film. @param {Shot[]} shots @param {number} at */
const chanceAt = (shots, at) => (at > 0 ? (shots[at]?.chance ?? 1) : 1)

/**
 * @param {Shot[]} shots of the film
 * @param {number} first
 * @param {number} end the first shot of the next scene
 * @returns {Scene}
 */
const sceneOf = (shots, first, end) => {
  const own = shots.slice(first, end)
  return {
    first,
    shots: own,
    start: own[0].start,
    end: own[own.length - 1].end,
    confidence: Math.min(chanceAt(shots, first), chanceAt(shots, end)),
    setting: settingOf(own),
  }
}

/** Whether the film can be divided before a shot. @param {Shot} shot @param {number} at its place */
const isCut = ({ score }, at) => at > 0 && score !== null

/** @param {Shot[]} shots */
export const cutsOf = shots => shots.filter(isCut).length

/** @param {Shot[]} shots @param {number} threshold @returns {Scene[]} */
export const divided = (shots, threshold) => {
  const reaches = /** @param {number} i */ i =>
    isCut(shots[i], i) && /** @type {number} */ (shots[i].score) >= threshold
  const begins = [...shots.keys()].filter(i => i === 0 || reaches(i))
  return begins.map((first, k) => sceneOf(shots, first, begins[k + 1] ?? shots.length))
}

/** The settings of more than one scene, sorted. @param {Pick<Scene, 'setting'>[]} scenes */
export const returning = scenes => {
  const settings = scenes.map(o => o.setting).filter(Boolean)
  const again = settings.filter((o, i) => settings.indexOf(o) < i)
  return [...new Set(again)].sort()
}
