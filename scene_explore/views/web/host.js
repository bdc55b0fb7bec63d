// The two hosts: a page that holds its data, and a notebook whose kernel sends it.

// plotly.js, once a page: a script whose text the host gives
let loading = null
const plotly = async source => {
  // another view asked; where that came to nothing, this one asks
  while (!globalThis.Plotly && loading) await loading.catch(() => {})
  if (globalThis.Plotly) return globalThis.Plotly
  loading = source().then(
    text =>
      new Promise((done, failed) => {
        const url = URL.createObjectURL(
          new Blob(['(function(define, module, exports){', text, '\n}).call(window)'], {
            type: 'text/javascript',
          }),
        )
        const end = () => {
          URL.revokeObjectURL(url)
          globalThis.Plotly ? done(globalThis.Plotly) : failed(new Error('plotly.js did not load'))
        }
        document.head.append(el('script', { src: url, onload: end, onerror: end }))
      }),
  )
  try {
    return await loading
  } finally {
    loading = null
  }
}

class PageHost {
  // no kernel: questions have no answer, and whoever asks says so
  constructor(data = {}) {
    this.page = true
    this.live = false
    this.data = data
  }
  tell() {}
  on() {
    return () => {}
  }
  ask() {
    return Promise.reject(new Error('this needs the notebook: a page has no kernel'))
  }
  plotly() {
    return globalThis.Plotly
      ? Promise.resolve(globalThis.Plotly)
      : Promise.reject(new Error('plotly.js is not in this page'))
  }
}

// Questions that change nothing. Just after a reload JupyterLab can lose a message to a subshell
// that it has ended: these are asked again, and a second answer is not heard.
const READS = new Set(['deck', 'thumbnails', 'plotly', 'preview', 'clock'])

class KernelHost {
  // anywidget's model: traits for what is shared, messages for the rest
  constructor(model) {
    Object.assign(this, {
      model,
      page: false,
      live: true,
      waiting: new Map(),
      ears: new Map(),
      gone: false,
      lost: '',
    })
    this.hear = (message, buffers) => {
      const ask = this.waiting.get(message.answer)
      if (ask) {
        this.waiting.delete(message.answer)
        message.error
          ? ask.failed(new Error(message.error))
          : ask.done({ ...message.value, buffers })
      } else if (message.push)
        (this.ears.get(message.push) || []).forEach(fn => fn(message.value, buffers))
    }
    model.on('msg:custom', this.hear)
  }
  ask(kind, args = {}) {
    const id =
      // two views of one model hear the same answers; an insecure page has no randomUUID
      globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`
    if (this.gone || this.lost)
      return Promise.reject(new Error(this.lost || 'this view was closed'))
    const send = () => this.model.send({ ask: id, kind, args })
    if (READS.has(kind))
      for (const seconds of [5, 20, 60])
        setTimeout(() => this.waiting.has(id) && send(), 1000 * seconds)
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed })
      send()
    })
  }
  on(kind, fn) {
    const all = this.ears.get(kind) || []
    this.ears.set(kind, [...all, fn])
    return () =>
      this.ears.set(
        kind,
        this.ears.get(kind).filter(o => o !== fn),
      )
  }
  tell(values) {
    for (const [k, v] of Object.entries(values))
      if (!alike(this.model.get(k), v)) this.model.set(k, v)
    this.model.save_changes()
  }
  plotly() {
    return plotly(() => this.ask('plotly').then(o => new Blob([o.buffers[0]]).text()))
  }
  base() {
    try {
      return JSON.parse(document.getElementById('jupyter-config-data').textContent).baseUrl || '/'
    } catch {
      return '/'
    }
  }
  fail(why) {
    // whoever waits for an answer gets none
    for (const o of this.waiting.values()) o.failed(new Error(why))
    this.waiting.clear()
  }
  lose(why) {
    this.lost = why
    this.fail(why)
  }
  drop() {
    this.gone = true
    this.model.off('msg:custom', this.hear)
    this.fail('this view was closed')
  }
}
const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b)

// In a notebook: the deck is asked for, so that nothing heavy is saved with the notebook, and again
// whenever Python has a new one.
const render = ({ model, el: root }) => {
  const host = new KernelHost(model)
  let stage = null,
    dropped = false
  root.append(el('p', { class: 'se-waiting' }, 'Waiting for the kernel …'))
  const mount = ({ header, said, buffers }) => {
    if (dropped) return
    stage?.drop()
    stage = null
    root.replaceChildren()
    const box = root.appendChild(el('div'))
    stage = new Stage(box, new Deck(header, buffers), host, {
      panels: model.get('panels'),
      view: model.get('view'),
      selection: model.get('selection'),
      group: model.get('group'),
    })
    if (said) root.prepend(el('p', { class: 'se-note', role: 'status', dir: 'auto' }, said))
    pictures(stage, host)
  }
  const load = () =>
    host
      .ask('deck')
      .then(mount)
      .catch(
        e =>
          dropped ||
          root.replaceChildren(
            el(
              'p',
              { class: 'se-waiting', role: 'alert' },
              host.lost || `The scenes did not come: ${e.message}`,
            ),
          ),
      )
  const heard = {
    'change:selection': () =>
      stage?.shared.set(
        { selection: stage.rows(model.get('selection')).sort((a, b) => a - b) },
        'host',
      ),
    'change:hover': () =>
      stage?.shared.set({ hover: stage.deck.row.get(model.get('hover')) ?? -1 }, 'host'),
    'change:view': () => {
      stage?.see(model.get('view'))
    },
    'change:group': () => {
      stage?.join(model.get('group'))
    },
  }
  for (const [k, fn] of Object.entries(heard)) model.on(k, fn)
  host.on('thumbnails', (o, buffers) => {
    stage?.deck.add(o.rows, 0, buffers)
    stage?.shared.set({ pictures: `${o.rows[0]} and on` })
  }) // made while somebody looks
  host.on('deck', load)
  load()
  hideStill(model)
  const unwatch = onKernelLost(model, why => {
    if (host.lost) return
    host.lose(why)
    stage?.lose(why)
  })
  return () => {
    dropped = true
    unwatch()
    for (const [k, fn] of Object.entries(heard)) model.off(k, fn)
    stage?.drop()
    host.drop()
  }
}
// thumbnails follow in lots, after the first picture is drawn
const pictures = async (stage, host) => {
  for (let at = stage.deck.header.more_thumbnails ?? -1; at >= 0;) {
    const o = await host.ask('thumbnails', { at }).catch(() => null)
    if (!o || stage.gone) return // the kernel went, or another deck came: no picture is no harm
    stage.deck.add(o.rows, 0, o.buffers)
    stage.shared.set({ pictures: o.next })
    at = o.next
  }
}

// In a page: every element with `data-stage` names the block that holds its deck.
const bytes = text => {
  const s = atob(text),
    out = new Uint8Array(s.length)
  for (let i = 0; i < out.length; i++) out[i] = s.charCodeAt(i)
  return out.buffer
} // a loop: twenty times as fast as Uint8Array.from with a function
const mountPage = () =>
  document.querySelectorAll('[data-stage]').forEach(root => {
    const data = JSON.parse(document.getElementById(root.dataset.stage).textContent)
    const { at = 0, rows = [] } = data.header.thumbnails ?? {},
      // a thumbnail is read when it is looked at
      buffers = data.buffers.map((o, k) => (k >= at && k < at + rows.length ? o : bytes(o)))
    const stage = new Stage(root, new Deck(data.header, buffers), new PageHost(data), data.options)
    root.stage = stage
  })
