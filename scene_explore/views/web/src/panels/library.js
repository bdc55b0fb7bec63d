// @ts-nocheck
// Library: folders and films of the kernel's machine, what is wrong with them, the backbone, and
// embedding with progress.
// In a page it lists the films that were embedded.

import { button, el } from '../kit/dom.js'
import { clock, short } from '../kit/text.js'
import { panels } from '../stage/registry.js'

panels.library = {
  title: 'Library',
  hint: 'Pick films, embed their scenes',
  make: (stage, { box, tools, body }) =>
    stage.host.live ? library(stage, { box, tools, body }) : films(stage, { body }),
}

const films = (stage, { body }) => {
  const { deck } = stage,
    table = el(
      'table',
      { class: 'se-films' },
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['film', 'scenes', 'until'].map(o => el('th', { scope: 'col' }, o)),
        ),
      ),
    )
  table.append(
    el(
      'tbody',
      {},
      deck.films.map((f, i) =>
        el(
          'tr',
          {},
          el(
            'td',
            { dir: 'auto' },
            button(short(f.name, 60), 'Select its scenes', () => stage.select(deck.inFilm(i))),
          ),
          el('td', {}, String(deck.inFilm(i).length)),
          el('td', { class: 'se-time' }, clock(f.end)),
        ),
      ),
    ),
  )
  body.append(table)
}

const library = (stage, { tools, body }) => {
  const { host } = stage,
    picked = new Set(),
    off = []
  let at = null,
    listed = [],
    running = false
  const where = el('input', {
    type: 'text',
    class: 'se-where',
    'aria-label': 'Folder',
    spellcheck: false,
    onchange: () => go(where.value),
  })
  const list = el('ul', { class: 'se-folder', 'aria-label': 'Films and folders' }),
    about = el('div', { class: 'se-about' }),
    note = el('p', { class: 'se-note', role: 'status' })
  const backbone = el('select', { 'aria-label': 'Backbone' }),
    unit = el(
      'select',
      { 'aria-label': 'Unit' },
      [
        ['shot', 'each shot'],
        ['annotated', 'as annotated'],
        ['interval:5', 'every 5 s'],
      ].map(([v, t]) => el('option', { value: v }, t)),
    )
  const bar = el('progress', { max: 1, value: 0, 'aria-label': 'Embedding' }),
    said = el('span', { class: 'se-soft', role: 'status' }),
    report = el('ul', { class: 'se-report' })
  const embed = button(
    'Embed',
    'Embed the picked films',
    () =>
      host
        .ask('embed', { paths: [...picked], backbone: backbone.value, unit: unit.value })
        .then(progress, failed),
    { class: 'se-button se-main' },
  )
  const cancel = button('Cancel', 'Stop; what is done is kept', () =>
    host.ask('cancel').then(progress, failed),
  )
  const all = button('All', 'Pick every film of this folder', () => {
    const films = listed.filter(o => o.film),
      every = films.every(o => picked.has(o.path))
    films.forEach(o => (every ? picked.delete(o.path) : picked.add(o.path)))
    show()
  })
  tools.dataset.kernel = body.dataset.kernel = ''
  tools.append(
    el('label', { class: 'se-check' }, 'backbone ', backbone),
    el('label', { class: 'se-check' }, 'a scene is ', unit),
  )
  body.append(
    el(
      'div',
      { class: 'se-columns' },
      el(
        'div',
        {},
        el(
          'div',
          { class: 'se-row' },
          button('↑', 'The folder above', () => at?.parent && go(at.parent)),
          where,
          all,
        ),
        list,
      ),
      el('div', { class: 'se-side' }, about, report),
    ),
    el('div', { class: 'se-row' }, embed, cancel, bar, said),
    note,
  )
  const failed = e => {
    note.textContent = e.message
  }
  const go = folder =>
    host.ask('browse', { folder }).then(o => {
      at = o
      where.value = o.folder
      listed = [
        ...o.folders.map(f => ({ ...f, film: false })),
        ...o.films.map(f => ({ ...f, film: true })),
      ]
      note.textContent = o.note || ''
      show()
    }, failed)
  const show = () => {
    list.replaceChildren(
      ...listed.slice(0, 500).map(o =>
        el(
          'li',
          {},
          o.film
            ? el(
                'label',
                {},
                el('input', {
                  type: 'checkbox',
                  checked: picked.has(o.path),
                  onchange: e => {
                    e.target.checked ? picked.add(o.path) : picked.delete(o.path)
                    ready()
                    look(o)
                  },
                }),
                el('span', { dir: 'auto', title: o.path }, short(o.name, 70)),
                el('small', { class: 'se-soft' }, ` ${o.size}`),
              )
            : el(
                'button',
                { type: 'button', class: 'se-link', onclick: () => go(o.path) },
                el('span', { dir: 'auto' }, `${short(o.name, 70)}/`),
              ),
        ),
      ),
      ...(listed.length > 500
        ? [
            el(
              'li',
              { class: 'se-soft' },
              `and ${listed.length - 500} more: name the folder more closely`,
            ),
          ]
        : []),
      ...(listed.length ? [] : [el('li', { class: 'se-soft' }, 'No film and no folder here.')]),
    )
    ready()
  }
  const ready = () => {
    embed.disabled = running || !picked.size
    cancel.disabled = !running
    embed.textContent = picked.size
      ? `Embed ${picked.size} film${picked.size > 1 ? 's' : ''}`
      : 'Embed'
  }
  let asked = 0
  const look = o => {
    const mine = ++asked
    about.replaceChildren(el('p', { class: 'se-soft' }, 'reading …'))
    host.ask('probe', { path: o.path }).then(
      r => {
        if (mine !== asked) return
        const src = r.buffers.length
          ? URL.createObjectURL(new Blob([r.buffers[0]], { type: 'image/jpeg' }))
          : ''
        about.replaceChildren(
          ...(src ? [el('img', { src, alt: '', onload: () => URL.revokeObjectURL(src) })] : []),
          el('b', { dir: 'auto' }, short(o.name, 80)),
          ...r.lines.map(t => el('span', {}, t)),
        )
      },
      e => {
        if (mine === asked) about.replaceChildren(el('p', { role: 'alert' }, e.message))
      },
    )
  }
  const progress = s => {
    running = s.running
    bar.hidden = cancel.hidden = !running
    bar.value = s.share ?? 0
    said.textContent = s.said
    ready()
    report.replaceChildren(
      ...s.skipped
        .slice(0, 50)
        .map(o =>
          el('li', { dir: 'auto' }, `${short(o.path.split(/[\\/]/).pop(), 40)}: ${o.reason}`),
        ),
    )
  }
  off.push(host.on('library', progress))
  host
    .ask('library')
    .then(o => {
      backbone.replaceChildren(...o.backbones.map(b => el('option', { value: b.value }, b.text)))
      backbone.value = o.backbone
      unit.value = o.unit
      o.picked.forEach(p => picked.add(p))
      progress(o.progress)
      return go(o.folder)
    })
    .catch(failed)
  return { drop: () => off.forEach(f => f()) }
}
