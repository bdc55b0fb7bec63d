"""A widget of this process in a page, without a notebook: the page's model is the widget itself,
and what it sends comes as a kernel's messages do"""
from base64 import b64encode

from scene_explore.views.assets import SCRIPT, STYLE, web_text

MODEL = """async ([script, state]) => {
    const bytes = o => {
      if (Array.isArray(o)) return o.map(bytes)
      return o?.bytes === undefined ? o : Uint8Array.from(atob(o.bytes), c => c.charCodeAt(0))
    }
    const ears = []
    const tell = (event, ...told) => {
      for (const [name, fn] of [...ears]) if (name === event) fn(...told)
    }
    const model = {
      get: key => state[key],
      set: (key, value) => { state[key] = value },
      save_changes() {},
      on: (event, fn) => ears.push([event, fn]),
      off: (event, fn) => {
        const at = ears.findIndex(o => o[0] === event && o[1] === fn)
        if (at >= 0) ears.splice(at, 1)
      },
      async send(message) {
        const { sent, changed } = await hearInPython(message)
        for (const [key, value] of Object.entries(changed)) {
          state[key] = bytes(value)
          tell(`change:${key}`)
        }
        for (const [content, buffers] of sent)
          tell('msg:custom', content, bytes(buffers).map(o => o.buffer))
      },
    }
    for (const key in state) state[key] = bytes(state[key])
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
    const made = (await import(url)).default
    const main = document.querySelector('main')
    made.initialize({ model })
    made.render({ model, el: main })
  }"""
OF_IPYWIDGETS = 'layout', 'tabbable', 'tooltip'
PAGE = '''<!doctype html><html lang="en"><head><title>A widget</title>
<meta name="color-scheme" content="light dark"></head>
<body><main></main></body></html>'''


def _packed(value):
    "Bytes as text"
    if isinstance(value, (list, tuple)): return [_packed(o) for o in value]
    if isinstance(value, (bytes, memoryview)): return dict(bytes=b64encode(value).decode())
    return value


def _state(widget):
    "Its own traits, as JSON"
    own = [k for k in widget.keys if not k.startswith('_')]
    return {k: _packed(getattr(widget, k)) for k in own if k not in OF_IPYWIDGETS}


def show_widget(page, widget):
    "Render a widget in the page"
    sent = []
    widget.send = lambda content, buffers=None: sent.append([content, _packed(buffers or [])])
    before = [_state(widget)]
    def hear(message):
        widget.heard(message)
        now = _state(widget)
        changed = {k: v for k, v in now.items() if v != before[0].get(k)}
        before[0] = now
        said = sent[:]
        sent.clear()
        return dict(sent=said, changed=changed)
    page.expose_function('hearInPython', hear)
    page.goto('about:blank')
    page.set_content(PAGE)
    page.add_style_tag(content=web_text(STYLE))
    page.evaluate(MODEL, [web_text(SCRIPT), before[0]])
