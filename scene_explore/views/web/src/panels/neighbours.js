// @ts-nocheck
// Neighbours: what lies nearest to a scene, under one space and under another beside it: what came
// in, what went. The query is the scene that plays, else the first selected, else the first of all.

import { button, choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { counted, precise, short } from '../kit/text.js'
import { hideCheck } from '../stage/hide.js'
import { panels } from '../stage/registry.js'

panels.neighbours = {
  title: 'Nearest scenes',
  hint: 'Click plays a scene beside the query; double click (or q) asks for its neighbours in turn',
  make: (stage, { tools, body }) => neighbours(stage, { tools, body }),
}

const neighbours = (stage, { tools, body }) => {
  const { deck } = stage,
    off = [],
    on = (k, fn) => off.push(stage.on(k, fn)),
    asks = el('div', { class: 'se-near-query' }),
    lists = el('div', { class: 'se-near-lists' })
  const hide = hideCheck(stage),
    span = i => `${precise(deck.start[i])} – ${precise(deck.end[i])}`
  let k = 10,
    apart = false,
    near = 0,
    found = null,
    asked = 0,
    drawn = ''
  const first = () => stage.shown(deck.films.length ? deck.inFilm(0) : [])[0]
  const query = () => stage.get('playing')[0] ?? stage.get('selection')[0] ?? first()
  // ---- controls
  const others = () => [
    ['', 'compare with: none'],
    ...deck.visual
      .filter(o => o.name !== stage.get('space'))
      .map(o => [o.name, `compare with: ${short(o.name, 40)}`]),
  ]
  const number = el('input', {
    type: 'number',
    min: 0,
    step: 1,
    value: 0,
    class: 'se-near-number',
    'aria-label': 'Seconds around the scene, in its own film, that are left out',
    oninput: e => {
      near = Math.max(+e.target.value || 0, 0)
      redraw()
    },
  })
  const controls = () =>
    tools.replaceChildren(
      ...(deck.visual.length > 1
        ? [
            choice('Compare with another space', others(), stage.get('other'), other =>
              stage.set({ other }),
            ),
          ]
        : []),
      choice(
        'How many',
        [
          ['5', '5 nearest'],
          ['10', '10 nearest'],
          ['20', '20 nearest'],
        ],
        String(k),
        v => {
          k = +v
          redraw()
        },
      ),
      ...(deck.films.length > 1
        ? [
            el(
              'label',
              { class: 'se-check', title: 'Leave out the film that the scene is from' },
              el('input', {
                type: 'checkbox',
                checked: apart,
                onchange: e => {
                  apart = e.target.checked
                  redraw()
                },
              }),
              'other films only',
            ),
          ]
        : []),
      el(
        'label',
        { class: 'se-check', title: 'Leave out scenes of the same film that lie so near in time' },
        'not within',
        number,
        's',
      ),
      ...hide,
    )
  const words = el('input', {
    type: 'search',
    placeholder: 'a place, a thing, a mood …',
    'aria-label': 'Search by words',
    class: 'se-near-words',
  })
  words.addEventListener('keydown', e => {
    // JupyterLab lets no Enter through to a form
    if (e.key !== 'Enter' || e.isComposing) return
    e.stopPropagation()
    search(e)
  })
  const search = async e => {
    e.preventDefault()
    const text = words.value.trim(),
      turn = ++asked,
      beside = stage.get('playing')[0] ?? (found ? found.beside : query())
    if (!text) {
      found = null
      return redraw()
    }
    stage.say('Searching …')
    try {
      const o = await stage.host.ask('search', { text, k: deck.n })
      if (turn !== asked) return
      found = { text, beside, pairs: Array.from(o.rows, (i, r) => [i, o.scores[r]]) }
      const rows = best().map(o => o[0])
      stage.select(rows)
      stage.say(`${counted(rows.length, 'scene')} nearest to “${text}”`)
    } catch (error) {
      if (turn === asked) stage.say(`No search: ${error.message}`)
    }
    redraw()
  }
  const why = !stage.host.live
    ? [
        'Search by words needs the notebook; by example works here.',
        'The text encoder runs in the kernel, and a published page has none',
      ]
    : [
        'No text encoder: search by example.',
        'The encoder of this space reads no text, so words have no place in it: play or select a scene and see its neighbours',
      ]
  // of the words' scenes those that are shown: the checks mean the scene that played, or was
  // selected, when the words were asked
  const best = () =>
    found.pairs
      .filter(([i]) => stage.shown([i]).length && (found.beside == null || keep(found.beside)(i)))
      .slice(0, k)
  const example = button(
    'By example',
    'Clear the words: neighbours of the scene that plays',
    () => {
      found = null
      words.value = ''
      redraw()
    },
    { hidden: true },
  )
  body.append(
    el(
      'div',
      { class: 'se-near-ask' },
      asks,
      deck.header.extra?.text_search && stage.host.live // made once: whoever types keeps the place
        ? el(
            'form',
            { class: 'se-near-search', role: 'search', onsubmit: search, data: { kernel: '' } },
            words,
            el('button', { type: 'submit', class: 'se-button' }, 'Search'),
            example,
          )
        : el('span', { class: 'se-soft', title: why[1] }, why[0]),
    ),
    lists,
  )
  // ---- lists
  const cosine = v => (Number.isFinite(v) ? v.toFixed(3) : '–')
  const keep = q => j =>
    stage.shown([j]).length &&
    !(apart && deck.film[j] === deck.film[q]) &&
    !(
      near > 0 &&
      deck.film[j] === deck.film[q] &&
      Math.max(deck.start[j] - deck.end[q], deck.start[q] - deck.end[j]) < near
    )
  const picture = i => {
    const src = deck.picture(i)
    return src ? el('img', { src, alt: '', loading: 'lazy' }) : el('i', { class: 'se-near-blank' })
  }
  const about = i => [
    el('b', { dir: 'auto' }, short(String(deck.value('place', i) || deck.title(i)), 70)),
    el(
      'span',
      { class: 'se-soft se-near-where' },
      el('span', { dir: 'auto' }, short(deck.films[deck.film[i]]?.name ?? '', 60)),
      el('span', { class: 'se-time' }, span(i)),
    ),
  ]
  const card = (i, rank, score, change, q) => {
    const said = change === 1 ? 'only in B' : change === -1 ? 'only in A' : ''
    return el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: `se-near-card${change === 1 ? ' se-near-new' : change === -1 ? ' se-near-gone' : ''}`,
          data: { row: i },
          'aria-label': `${rank}. ${short(String(deck.value('place', i) || deck.title(i)), 70)}, ${deck.films[deck.film[i]]?.name ?? ''}, ${span(i)}, similarity ${cosine(score)}${said && `, ${said}`}`,
          onclick: e =>
            e.shiftKey || e.ctrlKey || e.metaKey
              ? stage.click(i, e)
              : e.detail < 2 && (q == null ? stage.play(i) : stage.play(q, i)),
          ondblclick: () => turnTo(i),
          onkeydown: e => {
            if (e.key === 'q' && !e.ctrlKey && !e.metaKey && !e.altKey) {
              e.stopPropagation()
              turnTo(i)
            }
          },
          onpointermove: e => stage.point(i, e),
          onpointerleave: () => stage.point(-1),
          onfocus: () => stage.set({ hover: i }),
          onblur: () => stage.set({ hover: -1 }),
        },
        el('span', { class: 'se-near-rank' }, rank),
        picture(i),
        el('span', { class: 'se-near-about' }, ...about(i)),
        el('span', { class: 'se-near-score se-time' }, cosine(score), said && el('em', {}, said)),
      ),
    )
  }
  const turnTo = i => {
    found = null
    stage.point(-1)
    stage.select([i])
    stage.play(i)
  }
  const list = (title, sub, pairs, changes, q) =>
    el(
      'div',
      { class: 'se-near-list' },
      el('h4', { dir: 'auto', title }, short(title, 60)),
      sub && el('p', { class: 'se-note' }, sub),
      pairs.length
        ? el(
            'ol',
            { 'aria-label': title },
            pairs.map(([i, s], r) => card(i, r + 1, s, changes?.get(i) ?? 0, q)),
          )
        : el('p', { class: 'se-note' }, 'No other scene is left.'),
    )
  const draw = () => {
    const q = query(),
      held = body.contains(document.activeElement) ? document.activeElement.dataset?.row : null
    tell()
    example.hidden = !found
    asks.replaceChildren(
      ...(found
        ? [el('span', { dir: 'auto' }, `Nearest to the words “${short(found.text, 80)}”`)]
        : q == null
          ? [
              el(
                'span',
                { class: 'se-soft' },
                'There are no scenes: the nearest neighbours of one are shown here.',
              ),
            ]
          : [picture(q), el('span', { class: 'se-near-about' }, ...about(q))]),
    )
    if (found) {
      const wants = apart || near > 0
      lists.classList.remove('se-near-two')
      lists.replaceChildren(
        list(
          'by words',
          !wants
            ? ''
            : found.beside == null
              ? 'No scene played or was selected before: there is no film to leave out.'
              : `Beside ${short(String(deck.title(found.beside)), 60)}, ${short(deck.films[deck.film[found.beside]]?.name ?? '', 60)}`,
          best(),
          null,
          null,
        ),
      )
      return mark()
    }
    if (q == null || !stage.space) {
      lists.replaceChildren()
      return
    }
    const a = stage.space.nearest(q, k, keep(q)),
      B = deck.space(stage.get('other')),
      b = B && B !== stage.space ? B.nearest(q, k, keep(q)) : null
    if (!b) lists.replaceChildren(list(stage.space.name, '', a, null, q))
    else {
      const inA = new Set(a.map(o => o[0])),
        inB = new Set(b.map(o => o[0])),
        both = a.filter(o => inB.has(o[0])).length,
        changes = (pairs, other, sign) =>
          new Map(pairs.filter(o => !other.has(o[0])).map(o => [o[0], sign]))
      lists.replaceChildren(
        list(
          stage.space.name,
          `A: ${both} of ${a.length} in both, ${a.length - both} only in A`,
          a,
          changes(a, inB, -1),
          q,
        ),
        list(
          B.name,
          `B: ${both} of ${b.length} in both, ${b.length - both} only in B`,
          b,
          changes(b, inA, 1),
          q,
        ),
      )
    }
    lists.classList.toggle('se-near-two', !!b)
    mark()
    if (held) lists.querySelector(`[data-row="${held}"]`)?.focus({ preventScroll: true })
  }
  // drawn once for one question, whatever else changes
  const tell = () => {
    drawn = [
      found ? `${asked} ${found.text}` : query(),
      stage.get('space'),
      stage.get('other'),
      stage.get('hide'),
      k,
      apart,
      near,
    ].join('|')
    body.dataset.query = found ? '' : (deck.ids[query()] ?? '')
  }
  const redraw = soon(draw),
    mark = () => {
      const h = stage.get('hover'),
        p = stage.get('playing'),
        s = new Set(stage.get('selection'))
      for (const b of lists.querySelectorAll('[data-row]')) {
        const i = +b.dataset.row
        b.classList.toggle('se-near-hover', i === h)
        b.classList.toggle('se-near-playing', p.includes(i))
        b.classList.toggle('se-near-chosen', s.has(i))
      }
    }
  const now = soon(() => {
    const before = drawn
    tell()
    if (before !== drawn) draw()
    else mark()
  })
  on(['selection', 'playing', 'hover'], now)
  on(['space', 'other'], () => {
    controls()
    redraw()
  })
  on('hide', redraw)
  on('pictures', redraw)
  controls()
  draw()
  return {
    drop: () => {
      off.forEach(f => f())
      redraw.cancel()
      now.cancel()
    },
  }
}
