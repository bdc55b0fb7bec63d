// @ts-nocheck
// Table: every scene a row. Only the rows in view exist; sorted by their headers, filtered by
// words; the selection goes both ways and out as a file.

import { button, choice, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, clock, counted, numberText, short, UNKNOWN } from '../kit/text.js'
import { panels } from '../stage/registry.js'

panels.table = {
  title: 'Scenes',
  hint: 'Click plays and selects, shift or ctrl click adds. Up and down move, Enter plays, x selects',
  make: (stage, { tools, body }) => sceneTable(stage, { tools, body }),
}

const ROW = 46,
  byText = new Intl.Collator(undefined, { numeric: true }).compare
// A cell of a CSV file: quoted where it has to be. Text that a spreadsheet would take for a formula
// gets an apostrophe before it, as titles come from anywhere: whoever needs
// the text to the letter exports from the notebook (scene_explore.exchange), whose files are made
// to be read back.
const csvCell = v => {
  let t = typeof v === 'number' ? (Number.isFinite(v) ? String(v) : '') : String(v ?? '')
  if (typeof v !== 'number' && /^'*\s*[=+\-@\t\r]/.test(t)) t = `'${t}`
  return /[",\n\r]/.test(t) || t !== t.trim() ? `"${t.replaceAll('"', '""')}"` : t
}
const csvText = (deck, rows) => {
  const names = Object.keys(deck.columns).filter(c => c !== 'film' && c !== 'time')
  const lines = [
    ['scene_id', 'film', 'start', 'end', ...names],
    ...rows.map(i => [
      deck.ids[i],
      deck.films[deck.film[i]]?.name ?? '',
      deck.start[i],
      deck.end[i],
      ...names.map(c => deck.columns[c].values[i]),
    ]),
  ]
  return lines.map(o => o.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

const sceneTable = (stage, { tools, body }) => {
  const { deck } = stage,
    off = [],
    on = (k, fn) => off.push(stage.on(k, fn)),
    id = `se-table-${Math.random().toString(36).slice(2, 8)}`
  const film = i => deck.films[deck.film[i]]?.name ?? '',
    text = c => i => deck.columns[c].values[i]
  const says = c => {
    const v = deck.columns[c].values
    return c.kind === 'number' ? v.some(Number.isFinite) : v.some(o => o !== '' && !Number.isNaN(o))
  }
  const own = Object.keys(deck.columns).filter(
    c => !['film', 'time', 'place', 'title'].includes(c) && says(c),
  )
  // name, what is shown, what is sorted by, width in pixels; a duration of one's own takes the
  // place of the table's
  const columns = [
    { name: 'film', of: film, width: 150 },
    {
      name: 'time',
      of: i => clock(deck.start[i]),
      by: i => deck.start[i],
      number: true,
      width: 76,
    },
    ...(own.includes('duration')
      ? []
      : [
          {
            name: 'duration',
            of: i => `${(deck.end[i] - deck.start[i]).toFixed(1)} s`,
            by: i => deck.end[i] - deck.start[i],
            number: true,
            width: 102,
          },
        ]),
    ...['place', 'title']
      .filter(c => deck.columns[c])
      .map(c => ({
        name: c,
        of: text(c),
        width: c === 'title' ? 220 : 150,
        coloured: c === 'place',
      })),
    ...own.map(c =>
      deck.columns[c].kind === 'number'
        ? {
            name: c,
            of: i => numberText(deck.columns[c].values[i]),
            by: text(c),
            number: true,
            width: 100,
            coloured: true,
          }
        : {
            name: c,
            of: text(c),
            width: deck.columns[c].colour === false ? 260 : 130,
            coloured: deck.columns[c].colour !== false,
          },
    ),
  ]
  const spread = `34px 76px ${columns.map(c => (c.number ? `${c.width}px` : `minmax(${c.width}px, ${c.width}fr)`)).join(' ')}`,
    wide = 110 + columns.reduce((a, c) => a + c.width, 0)
  let shown = [],
    only = false,
    at = -1,
    mine = false
  const chosen = () => new Set(stage.get('selection'))
  // ---- controls
  const words = el('input', {
      type: 'search',
      class: 'se-table-filter',
      placeholder: 'filter, or place:kitchen',
      'aria-label': 'Filter the scenes: words, or column:word',
      title: 'Shows scenes that hold these words anywhere; column:word looks in one column',
      oninput: () => stage.set({ filter: words.value }),
    }),
    toggle = button(
      'Selection only',
      'Show only what is selected',
      () => {
        only = !only
        toggle.setAttribute('aria-pressed', only)
        list()
      },
      { 'aria-pressed': 'false' },
    )
  const count = el('span', { class: 'se-soft se-table-count', role: 'status' }),
    kind = choice(
      'Form of the export',
      [
        ['csv', 'CSV'],
        ['parquet', 'Parquet'],
        ['edl', 'EDL'],
        ['otio', 'OpenTimelineIO'],
      ],
      'csv',
      () => {},
    )
  const rowsOut = () => {
    const s = chosen()
    return s.size ? [...s].sort((a, b) => flat()[a] - flat()[b]) : shown
  }
  const flat = () =>
    (here ??= deck.films
      .flatMap((_, f) => deck.inFilm(f))
      .reduce((out, i, p) => {
        out[i] = p
        return out
      }, new Int32Array(deck.n)))
  let here = null
  const exported = ({ path, url, name }) => {
    // a link where the server gives the file, else where it lies
    if (!url || !stage.host.base) return path
    return el(
      'a',
      { class: 'se-exported', href: stage.host.base() + url, download: name, target: '_blank' },
      name,
    )
  }
  const send = async () => {
    const rows = rowsOut()
    if (!rows.length) return stage.say('Nothing to export: no scene is shown')
    if (!stage.host.live) {
      const url = URL.createObjectURL(
        new Blob(['\ufeff', csvText(deck, rows)], { type: 'text/csv;charset=utf-8' }),
      )
      el('a', { href: url, download: 'scenes.csv' }).click()
      setTimeout(() => URL.revokeObjectURL(url), 10000)
      return stage.say(`${counted(rows.length, 'scene')} exported to scenes.csv`)
    }
    go.disabled = true
    stage.say(`Exporting ${counted(rows.length, 'scene')} …`)
    try {
      const o = await stage.host.ask('export', { kind: kind.value, ids: stage.ids(rows) })
      stage.say(
        `${counted(rows.length, 'scene')} exported to `,
        exported(o),
        o.said ? ` (${o.said})` : '',
      )
    } catch (e) {
      stage.say(`Not exported: ${e.message}`)
    } finally {
      go.disabled = !!stage.host.lost
    }
  }
  const go = button(
    stage.host.live ? 'Export' : 'Export CSV',
    'What is selected, or what is shown where nothing is. In a CSV from the page, text that a spreadsheet would run as a formula gets an apostrophe before it',
    send,
    stage.host.live ? { data: { kernel: '' } } : {},
  )
  if (stage.host.live) kind.dataset.kernel = ''
  tools.append(count, words, toggle, ...(stage.host.live ? [kind] : []), go)
  // ---- the grid
  const every = el('input', {
    type: 'checkbox',
    tabIndex: -1,
    'aria-label': 'Select all that are shown',
    title: 'Select all that are shown (a)',
    onchange: () => all(),
  })
  const heads = columns.map((c, k) =>
    el(
      'div',
      { role: 'columnheader', 'aria-colindex': k + 3, 'aria-sort': 'none' },
      el(
        'button',
        { type: 'button', title: `Sort by ${c.name}`, onclick: () => sortBy(c.name) },
        el('span', { dir: 'auto' }, c.name),
        el('i', { 'aria-hidden': 'true' }),
      ),
    ),
  )
  const head = el(
    'div',
    { class: 'se-table-row se-table-head', role: 'row', 'aria-rowindex': 1 },
    el('div', { role: 'columnheader', 'aria-colindex': 1 }, every),
    el('div', { role: 'columnheader', 'aria-colindex': 2, 'aria-label': 'Picture' }),
    ...heads,
  )
  const lines = el('div', { class: 'se-table-lines', role: 'rowgroup' }),
    empty = el('p', { class: 'se-note', hidden: true }, 'No scene matches.')
  const grid = el(
    'div',
    {
      class: 'se-rows',
      role: 'grid',
      tabIndex: 0,
      'aria-label': 'Scenes',
      'aria-multiselectable': 'true',
      'aria-colcount': columns.length + 2,
    },
    el('div', { role: 'rowgroup', class: 'se-table-top' }, head),
    lines,
  )
  grid.style.setProperty('--se-spread', spread)
  grid.style.setProperty('--se-wide', `${wide}px`)
  body.append(grid, empty)
  const sortBy = name => {
    const [c, by] = stage.get('sort')
    stage.set({ sort: c !== name ? [name, 1] : by > 0 ? [name, -1] : ['', 1] })
  } // up, down, as in the films
  const all = () => {
    const s = chosen(),
      have = shown.every(i => s.has(i))
    mine = true
    shown.forEach(i => (have ? s.delete(i) : s.add(i)))
    stage.select([...s])
  }
  // ---- which rows, in which order
  let hay = null
  const matches = () => {
    const q = stage.get('filter').trim().toLowerCase()
    if (!q) return () => true
    const k = q.indexOf(':'),
      c = k > 0 && columns.find(o => o.name.toLowerCase() === q.slice(0, k).trim()),
      word = c ? q.slice(k + 1).trim() : q
    if (c) return i => String(c.of(i)).toLowerCase().includes(word)
    hay ??= Array.from({ length: deck.n }, (_, i) =>
      [...columns.filter(o => !o.number).map(o => o.of(i)), deck.ids[i]].join('\n').toLowerCase(),
    )
    return i => hay[i].includes(word)
  }
  const list = soon(() => {
    const s = chosen(),
      keep = matches(),
      [name, by] = stage.get('sort'),
      c = columns.find(o => o.name === name),
      was = shown[at]
    const rows = deck.films
      .flatMap((_, f) => deck.inFilm(f))
      .filter(i => keep(i) && !(only && !s.has(i)))
    if (c) {
      const v = Array.from({ length: deck.n }, (_, i) => (c.by ?? c.of)(i)),
        none = c.number ? o => !Number.isFinite(o) : o => o === '',
        order = c.number ? (a, b) => a - b : byText,
        place = new Map()
      // each word is compared once, not each row
      if (!c.number) [...new Set(v)].sort(order).forEach((o, k) => place.set(o, k))
      const key = c.number ? i => v[i] : i => place.get(v[i])
      rows.sort((a, b) => none(v[a]) - none(v[b]) || by * (key(a) - key(b)) || 0)
    }
    shown = rows
    at = was == null ? -1 : shown.indexOf(was)
    columns.forEach((o, k) =>
      heads[k].setAttribute(
        'aria-sort',
        o.name !== name ? 'none' : by > 0 ? 'ascending' : 'descending',
      ),
    )
    grid.setAttribute('aria-rowcount', shown.length + 1)
    lines.style.height = `${shown.length * ROW}px`
    empty.hidden = shown.length > 0
    made.forEach(o => o.remove())
    made.clear()
    paint()
  })
  // ---- the rows in view
  const made = new Map()
  const line = (i, p) => {
    const src = deck.picture(i),
      box = el('input', {
        type: 'checkbox',
        tabIndex: -1,
        'aria-label': 'Selected',
        onclick: e => e.stopPropagation(),
        onchange: () => {
          mine = true
          stage.click(i, { shiftKey: true })
        },
      })
    const e = el(
      'div',
      {
        class: 'se-table-row',
        role: 'row',
        id: `${id}-${i}`,
        'aria-rowindex': p + 2,
        data: { row: i, scene: deck.ids[i] },
      },
      el('div', { role: 'gridcell', 'aria-colindex': 1 }, box),
      el('div', { role: 'gridcell', 'aria-colindex': 2 }, src ? el('img', { src, alt: '' }) : null),
      ...columns.map((c, k) => {
        const t = String(c.of(i))
        return el(
          'div',
          {
            role: 'gridcell',
            'aria-colindex': k + 3,
            dir: 'auto',
            class: c.number ? 'se-time' : '',
            title: t.length > 24 && !c.number ? short(t, 400) : '',
          },
          t || !c.coloured ? short(t, 160) : el('span', { class: 'se-soft' }, UNKNOWN),
        )
      }),
    )
    e.style.transform = `translateY(${p * ROW}px)`
    e.box = box
    return e
  }
  const paint = soon(() => {
    const top = grid.scrollTop,
      high = grid.clientHeight,
      a = clamp(Math.floor(top / ROW) - 4, 0, shown.length),
      b = clamp(Math.ceil((top + high) / ROW) + 4, 0, shown.length),
      want = new Set()
    for (let p = a; p < b; p++) {
      const i = shown[p]
      want.add(i)
      if (!made.has(i)) {
        const e = line(i, p)
        made.set(i, e)
        lines.append(e)
      }
    }
    for (const [i, e] of made)
      if (!want.has(i)) {
        e.remove()
        made.delete(i)
      }
    mark()
  })
  const mark = () => {
    const s = chosen(),
      h = stage.get('hover'),
      p = stage.get('playing')
    for (const [i, e] of made) {
      const on = s.has(i)
      e.setAttribute('aria-selected', on)
      e.box.checked = on
      e.classList.toggle('se-table-hover', i === h)
      e.classList.toggle('se-table-playing', p.includes(i))
      e.classList.toggle('se-table-at', i === shown[at])
    }
    if (at >= 0 && made.has(shown[at]))
      grid.setAttribute('aria-activedescendant', `${id}-${shown[at]}`)
    else grid.removeAttribute('aria-activedescendant')
    const n = shown.reduce((k, i) => k + s.has(i), 0)
    every.checked = n > 0 && n === shown.length
    every.indeterminate = n > 0 && n < shown.length
    const t = `${shown.length} of ${deck.n} shown, ${s.size} selected`
    if (count.textContent !== t) count.textContent = t
    body.dataset.shown = shown.length
  }
  const bring = p => {
    const y = p * ROW,
      room = grid.clientHeight - head.offsetHeight
    if (y < grid.scrollTop) grid.scrollTop = y
    else if (y + ROW > grid.scrollTop + room) grid.scrollTop = y + ROW - room
  }
  const move = p => {
    if (!shown.length) return
    at = clamp(p, 0, shown.length - 1)
    bring(at)
    stage.set({ hover: shown[at] })
    paint()
  }
  // ---- hand
  const rowOf = e => {
    const o = e.target.closest?.('[data-row]')
    return o ? +o.dataset.row : null
  }
  grid.addEventListener('scroll', paint)
  lines.addEventListener('pointermove', e => {
    const i = rowOf(e)
    if (i != null) stage.point(i, e)
  })
  lines.addEventListener('pointerleave', () => stage.point(-1))
  lines.addEventListener('click', e => {
    const i = rowOf(e)
    if (i == null) return
    at = shown.indexOf(i)
    mine = true
    stage.click(i, e)
    mark()
  })
  lines.addEventListener('pointerdown', e => {
    if (e.shiftKey) e.preventDefault()
  }) // no text is marked by a shift click
  grid.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return
    const page = Math.max(Math.floor(grid.clientHeight / ROW) - 2, 1),
      start = at < 0 ? shown.indexOf(stage.get('playing')[0] ?? stage.get('selection')[0]) : at
    if (/^Arrow(Left|Right)$/.test(e.key)) return e.stopPropagation() // these scroll sideways here
    if (e.target !== grid && e.target.tagName === 'BUTTON' && (e.key === 'Enter' || e.key === ' '))
      return
    const go = {
      ArrowDown: () => move(start + 1),
      ArrowUp: () => move(start < 0 ? 0 : start - 1),
      PageDown: () => move(start + page),
      PageUp: () => move(start - page),
      Home: () => move(0),
      End: () => move(shown.length - 1),
      a: all,
      Enter: () => {
        if (shown[at] != null) {
          mine = true
          stage.click(shown[at])
        }
      },
      x: () => {
        if (shown[at] != null) {
          mine = true
          stage.click(shown[at], { shiftKey: true })
        }
      },
    }[e.key]
    if (go) {
      go()
      e.preventDefault()
      e.stopPropagation()
    }
  })
  grid.addEventListener('blur', () => {
    if (stage.get('hover') === shown[at]) stage.set({ hover: -1 })
  })
  // ---- shared
  on(['filter'], () => {
    if (words.value !== stage.get('filter')) words.value = stage.get('filter')
    list()
  })
  on('sort', list)
  on(['selection', 'playing'], changed => {
    if (only && changed.includes('selection')) list()
    else paint()
    if (!mine) {
      const i = changed.includes('playing') ? stage.get('playing')[0] : stage.get('selection')[0],
        p = i == null ? -1 : shown.indexOf(i)
      if (p >= 0) {
        bring(p)
        if (changed.includes('playing')) at = p
      }
    }
    queueMicrotask(() => {
      mine = false
    })
  })
  on('hover', mark)
  on('pictures', () => {
    for (const [i, e] of made)
      if (deck.picture(i) && !e.querySelector('img'))
        e.children[1].append(el('img', { src: deck.picture(i), alt: '' }))
  })
  const seen = new ResizeObserver(() => paint())
  seen.observe(grid)
  words.value = stage.get('filter')
  list()
  return {
    drop: () => {
      off.forEach(f => f())
      list.cancel()
      paint.cancel()
      seen.disconnect()
    },
  }
}
