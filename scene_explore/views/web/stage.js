// The stage: panels around one selection and one hover. It carries them between the panels itself;
// the host (a kernel or a page) is only told.

const panels = {} // name -> {title, hint, make(stage, {box, tools, body}) -> undefined or {drop()}}

class Shared {
  // values that many look at: `set` tells whoever looks at one that changed
  constructor(values) {
    this.values = { ...values }
    this.ears = []
  }
  get(k) {
    return this.values[k]
  }
  set(patch, from) {
    const changed = Object.keys(patch).filter(k => !same(this.values[k], patch[k]))
    changed.forEach(k => {
      this.values[k] = patch[k]
    })
    if (changed.length)
      [...this.ears].forEach(
        ([keys, fn]) => keys.some(k => changed.includes(k)) && fn(changed, from),
      )
  }
  on(keys, fn) {
    const ear = [keys, fn]
    this.ears.push(ear)
    return () => {
      this.ears = this.ears.filter(o => o !== ear)
    }
  }
}
const same = (a, b) =>
  a === b ||
  (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((o, i) => o === b[i]))

// what is kept when a session is saved, beside the selection
const KEPT = [
  'colour',
  'space',
  'other',
  'layout',
  'dims',
  'path',
  'order',
  'threshold',
  'loop',
  'filter',
  'sort',
  'runs',
  'hide',
]
// of a view that came from elsewhere: what is known here and says something (without a threshold is
// a choice, too)
const keptView = view =>
  Object.fromEntries(
    Object.entries(view || {}).filter(
      ([k, v]) => KEPT.includes(k) && (v != null || k === 'threshold'),
    ),
  )
const groups = (globalThis.sceneExplore ??= { stages: new Set(), link: null }).stages

class Stage {
  constructor(root, deck, host, options = {}) {
    Object.assign(this, {
      root,
      deck,
      host,
      group: options.group || '',
      tidy: [],
      gone: false,
      unmet: {},
    })
    const first = deck.visual[0]
    this.shared = new Shared({
      selection: [],
      hover: -1,
      playing: [],
      head: null,
      held: false,
      hide: true,
      colour: deck.firstColour,
      space: first?.name ?? '',
      other: '',
      layout: Object.keys(first?.layouts || {})[0] ?? '',
      dims: 2,
      path: false,
      order: 'time',
      threshold: null,
      loop: false,
      filter: '',
      sort: ['', 1],
      runs: [],
      ...keptView(options.view),
    })
    this.repair()
    this.build(options.panels || [])
    this.listen()
    if (options.selection) this.select(this.rows(options.selection))
    groups.add(this)
    this.join(this.group)
  }
  repair(from) {
    // a view of another deck may name what is not here; of a host's view this is remembered, as the
    // deck that has it may be on its way: Python keeps what it said
    const s = this.shared,
      d = this.deck,
      at = d.space(s.get('space')) || d.visual[0]
    const good = {
      space: at?.name ?? '',
      other: d.space(s.get('other')) ? s.get('other') : '',
      colour: d.columns[s.get('colour')] ? s.get('colour') : d.firstColour,
      layout: at?.layouts[s.get('layout')]
        ? s.get('layout')
        : (Object.keys(at?.layouts || {})[0] ?? ''),
    }
    this.unmet =
      from === 'host'
        ? Object.fromEntries(
            Object.entries(good)
              .filter(([k, v]) => s.get(k) !== v)
              .map(([k, v]) => [k, [s.get(k), v]]),
          )
        : {}
    s.set(good, from)
  }
  see(view) {
    // as the host wants it
    const chosen =
      view && 'colour' in view && view.colour == null ? { colour: this.deck.firstColour } : {}
    this.shared.set({ ...chosen, ...keptView(view) }, 'host')
    this.repair('host')
  }
  kept(k) {
    // what Python is told: of the colour only a choice, since another deck begins with another one
    const o = this.unmet[k],
      v = this.get(k)
    if (o && o[1] === v) return o[0]
    return k === 'colour' && v === this.deck.firstColour ? null : v
  }
  get(k) {
    return this.shared.get(k)
  }
  set(patch) {
    this.shared.set(patch)
  }
  on(keys, fn) {
    const off = this.shared.on([].concat(keys), fn)
    this.tidy.push(off)
    return off
  }
  get space() {
    return this.deck.space(this.get('space'))
  }
  // rows without black frames and title cards, unless these are asked for: they would set axes and
  // ranks
  shown(rows) {
    return this.get('hide') && this.deck.blank.size
      ? rows.filter(i => !this.deck.blank.has(i))
      : rows
  }
  rows(ids) {
    return ids.map(o => this.deck.row.get(o)).filter(o => o != null)
  }
  ids(rows) {
    return rows.map(i => this.deck.ids[i])
  }
  // what a person does
  select(rows) {
    this.set({ selection: [...new Set(rows)].sort((a, b) => a - b) })
  }
  point(row, event) {
    this.set({ hover: row ?? -1 })
    this.tip(row ?? -1, event)
  }
  play(...rows) {
    this.set({ playing: rows.slice(0, 2), head: null })
  }
  click(row, event = {}) {
    // click plays; a scene outside of the selection becomes the selection; shift or ctrl adds and
    // takes away
    const now = this.get('selection')
    if (event.shiftKey || event.ctrlKey || event.metaKey)
      return this.select(now.includes(row) ? now.filter(o => o !== row) : [...now, row])
    if (!now.includes(row)) this.select([row])
    this.play(row)
  }
  step(by) {
    const at = this.get('playing')[0] ?? this.get('selection')[0],
      to = at == null ? this.deck.step(-1, 1) : this.deck.step(at, by)
    if (to != null) {
      this.select([to])
      this.play(to)
    }
  }
  toggle() {
    this.set({ held: !this.get('held') })
  } // a player puts in its place what its button does
  clear() {
    this.set({ selection: [], hover: -1 })
    this.tip(-1)
  }

  build(names) {
    this.root.classList.add('se-studio')
    this.root.dataset.lmSuppressShortcuts = 'true'
    this.root.tabIndex = -1
    this.root.setAttribute('role', 'group')
    this.root.setAttribute(
      'aria-label',
      'Scenes: space plays and pauses, j and k step, l loops, Escape clears the selection',
    )
    this.tooltip = el('div', { class: 'se-tip', role: 'tooltip', hidden: true })
    this.said = el('p', { class: 'se-said', role: 'status' })
    this.grid = el('div', { class: 'se-grid' })
    this.root.replaceChildren(this.grid, this.said, this.tooltip)
    for (const name of names) {
      const p = panels[name]
      if (!p) continue
      const tools = el('div', { class: 'se-tools' }),
        body = el('div', { class: 'se-body' }),
        title = el('h3', { title: p.hint || '' }, p.title)
      const box = el(
        'section',
        { class: `se-panel se-${name}`, data: { panel: name }, 'aria-label': p.title },
        el('header', { class: 'se-head' }, title, tools),
        body,
      )
      this.grid.append(box)
      const ears = [...this.shared.ears]
      try {
        const made = p.make(this, { box, tools, body })
        if (made?.drop) this.tidy.push(() => made.drop())
      } catch (e) {
        console.error(e)
        this.shared.ears = ears
        tools.replaceChildren()
        body.replaceChildren(
          el(
            'p',
            { class: 'se-note', role: 'alert' },
            `This panel could not be made: ${e.message}`,
          ),
        )
      }
    } // the others live
  }
  say(...parts) {
    this.said.replaceChildren(...parts)
  } // texts, and links
  // The kernel is gone: what is here still answers, what needs the kernel is put to rest.
  lose(why) {
    this.root.prepend(el('p', { class: 'se-lost', role: 'alert' }, why))
    for (const o of this.root.querySelectorAll('[data-kernel]')) {
      o.inert = true
      if ('disabled' in o) o.disabled = true
    }
    this.set({ lost: true })
  }
  listen() {
    const told = soon(() =>
      this.host.tell({
        selection: this.ids(this.get('selection')),
        hover: this.deck.ids[this.get('hover')] ?? '',
        view: Object.fromEntries(KEPT.map(k => [k, this.kept(k)])),
      }),
    )
    const show = () => {
      const ids = this.ids(this.get('selection')),
        text = JSON.stringify(ids)
      this.root.dataset.selection = text
      this.root.dataset.hover = this.deck.ids[this.get('hover')] ?? ''
      if (this.host.page) document.body.dataset.selection = text
    }
    this.on(['selection', 'hover'], show)
    show()
    this.on(['selection', 'hover', ...KEPT], (_, from) => from !== 'host' && told())
    this.on(
      ['selection', 'hover', 'playing'],
      (changed, from) => from !== 'link' && this.group && this.pass(changed),
    )
    this.on('selection', () =>
      this.say(
        this.get('selection').length
          ? `${this.get('selection').length} of ${counted(this.deck.n, 'scene')} selected`
          : '',
      ),
    )
    const keys = e => this.key(e)
    const over = this.host.page ? document : this.root
    // plotly's drags take the focus from nobody: the keys follow the pointer
    const near = () => {
      if (!this.root.contains(document.activeElement)) this.root.focus({ preventScroll: true })
    }
    this.root.addEventListener('pointerdown', near, true)
    this.tidy.push(() => this.root.removeEventListener('pointerdown', near, true))
    over.addEventListener('keydown', keys)
    this.tidy.push(
      () => over.removeEventListener('keydown', keys),
      () => told.cancel(),
    )
  }
  // into a group: what is selected there already counts, unless this stage brings a selection of
  // its own
  join(group) {
    this.group = group
    const mate = group && [...groups].find(o => o !== this && o.group === group)
    if (!mate) return
    this.get('selection').length ? this.pass(['selection']) : mate.pass(['selection', 'hover'])
  }
  pass(changed) {
    for (const o of groups)
      if (o !== this && o.group === this.group)
        o.shared.set(
          Object.fromEntries(
            changed
              .filter(k => ['selection', 'hover', 'playing'].includes(k))
              .map(k => {
                const v = this.get(k)
                return [
                  k,
                  k === 'hover' ? (o.deck.row.get(this.deck.ids[v]) ?? -1) : o.rows(this.ids(v)),
                ]
              }),
          ),
          'link',
        )
  }
  key(e) {
    // keys of the whole stage; whoever is being typed into keeps them
    if (
      e.ctrlKey ||
      e.metaKey ||
      e.altKey ||
      e.defaultPrevented ||
      (/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) && e.target.type !== 'checkbox')
    )
      return
    if (
      this.host.page &&
      groups.size > 1 &&
      e.target !== document.body &&
      !this.root.contains(e.target)
    )
      return
    const pressed = {
      ' ': () => this.toggle(),
      j: () => this.step(1),
      ArrowRight: () => this.step(1),
      k: () => this.step(-1),
      ArrowLeft: () => this.step(-1),
      l: () => this.set({ loop: !this.get('loop') }),
      Escape: () => this.clear(),
    }[e.key]
    if (!pressed || (e.key === ' ' && /^(BUTTON|SUMMARY|INPUT)$/.test(e.target.tagName))) return
    pressed()
    e.preventDefault()
    e.stopPropagation()
  }
  // the scene under the pointer, beside the pointer
  tip(row, event) {
    const t = this.tooltip
    if (row < 0 || !event) {
      t.hidden = true
      return
    }
    if (t.dataset.row !== String(row)) {
      t.dataset.row = row
      t.replaceChildren(...this.card(row))
    }
    t.hidden = false
    const x = event.clientX,
      y = event.clientY,
      w = t.offsetWidth,
      h = t.offsetHeight
    t.style.left = `${x + 18 + w > innerWidth ? Math.max(x - w - 14, 4) : x + 18}px`
    t.style.top = `${clamp(y + 14, 4, Math.max(innerHeight - h - 4, 4))}px`
  }
  card(row) {
    // what a scene shows of itself
    const d = this.deck,
      src = d.picture(row),
      title = d.value('title', row),
      place = d.value('place', row),
      text = d.value('description', row)
    return [
      src && el('img', { src, alt: '' }),
      el('b', { dir: 'auto' }, short(String(place || title || d.title(row)), 90)),
      el('span', { dir: 'auto' }, short(`${d.films[d.film[row]]?.name ?? ''}`, 60)),
      el('span', { class: 'se-time' }, d.when(row)),
      place && title && el('span', { dir: 'auto' }, short(String(title), 120)),
      text && el('span', { class: 'se-soft', dir: 'auto' }, short(String(text), 180)),
    ].filter(Boolean)
  }
  drop() {
    this.gone = true
    this.tidy.splice(0).forEach(f => f())
    groups.delete(this)
    this.deck.forget()
    this.root.replaceChildren()
  }
}
// The check that hides black frames and title cards, for a panel's tools; none where none are known
const hideCheck = stage => {
  const n = stage.deck.blank.size
  if (!n) return []
  const box = el('input', {
    type: 'checkbox',
    checked: stage.get('hide'),
    onchange: () => stage.set({ hide: box.checked }),
  })
  stage.on('hide', () => {
    box.checked = stage.get('hide')
  })
  const title =
    'Leave out black frames and title cards: they are alike everywhere, and would set axes, colours and ranks'
  return [el('label', { class: 'se-check se-hide', title }, box, `hide ${n} black or title`)]
}

// Stages that share selection, hover and what plays, matched by scene id; whoever is in a group
// brings all of it along
const link = (...stages) => {
  const was = new Set(stages.map(o => o.group).filter(Boolean)),
    all = new Set([...stages, ...[...groups].filter(o => was.has(o.group))])
  const name =
    [...was][0] ??
    `linked ${(globalThis.sceneExplore.links = (globalThis.sceneExplore.links ?? 0) + 1)}`
  all.forEach(o => o.group !== name && o.join(name))
}
globalThis.sceneExplore.link ??= link
