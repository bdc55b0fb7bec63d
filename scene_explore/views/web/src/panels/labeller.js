// @ts-nocheck
// The panel in which a person names places: a flipbook of the scene, keys, and the list of scenes.

import { hideStill, onKernelLost } from '../hosts/kernel_loss.js'

const make = (tag, cls, text) =>
  Object.assign(document.createElement(tag), { className: cls || '', textContent: text ?? '' })
const url = bytes => URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }))
export const renderLabeller = ({ model, el }) => {
  const root = make('section', 'se-label')
  root.tabIndex = 0
  root.setAttribute(
    'aria-label',
    'Label scenes: digits name the place, b boundary, t transition, u undo, n next, p before, space plays',
  )
  root.dataset.lmSuppressShortcuts = 'true'
  const press = key => model.send({ key })
  const key = (k, text, title) => {
    const b = make('button', 'se-key')
    b.append(make('kbd', '', k), make('span', '', text))
    b.title = title || ''
    b.onclick = () => {
      press(k)
      root.focus()
    }
    return b
  }
  const stage = make('div', 'se-stage'),
    picture = make('img', 'se-picture'),
    bar = make('div', 'se-bar'),
    done = make('i'),
    caption = make('p', 'se-caption')
  bar.append(done)
  picture.title = 'space: play or pause'
  const sides = [make('img', 'se-side'), make('img', 'se-side')]
  const near = make('div', 'se-near')
  sides.forEach((o, i) => {
    const f = make('figure')
    f.append(make('figcaption', '', i ? 'after' : 'before'), o)
    near.append(f)
  })
  stage.append(picture, bar, caption)
  const places = make('div', 'se-places'),
    marks = make('div', 'se-marks'),
    go = make('div', 'se-marks'),
    status = make('p', 'se-status')
  status.setAttribute('role', 'status')
  places.setAttribute('aria-label', 'Places')
  const order = make('select', 'se-order')
  order.setAttribute('aria-label', 'Order')
  order.onchange = () => {
    model.send({ order: order.value })
    root.focus()
  }
  const queue = make('select', 'se-queue')
  queue.size = 8
  queue.setAttribute('aria-label', 'Scenes in this order')
  queue.onchange = () => {
    model.send({ go: queue.value })
    root.focus()
  }
  const author = make('input', 'se-author')
  author.setAttribute('aria-label', 'Your name')
  author.onchange = () => {
    model.send({ author: author.value })
    root.focus()
  }
  const side = make('div', 'se-panel'),
    by = make('label', 'se-by', 'Your name ')
  by.append(author)
  side.append(places, marks, go, status, by)
  const list = make('div', 'se-list')
  list.append(order, queue, near)
  root.append(stage, side, list)
  el.append(root)
  let frames = [],
    shown = 0,
    seconds = 1,
    timer = null
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const show = i => {
    shown = i
    if (frames.length) {
      picture.src = frames[i % frames.length]
      done.style.width = `${(100 * ((i % frames.length) + 1)) / frames.length}%`
    }
  }
  const hold = () => {
    clearInterval(timer)
    timer = null
  }
  const play = () => {
    hold()
    if (frames.length > 1)
      timer = setInterval(() => show((shown + 1) % frames.length), (1000 * seconds) / frames.length)
  }
  const pictures = () => {
    frames.forEach(URL.revokeObjectURL)
    frames = model.get('frames').map(url)
    shown = 0
    show(0)
    still ? hold() : play()
    model.get('near').forEach((b, i) => {
      sides[i].parentNode.style.visibility = b.byteLength ? '' : 'hidden'
      if (b.byteLength) {
        const u = url(b)
        sides[i].onload = () => URL.revokeObjectURL(u)
        sides[i].src = u
      }
    })
  }
  const draw = () => {
    const s = model.get('state')
    seconds = s.seconds
    picture.alt = s.caption
    caption.textContent = s.caption
    places.replaceChildren(
      ...s.places.map((p, i) => {
        const b = key(i < 9 ? String(i + 1) : '', p)
        if (i >= 9)
          b.onclick = () => {
            model.send({ place: p })
            root.focus()
          }
        b.setAttribute('aria-pressed', p === s.place)
        return b
      }),
    )
    marks.replaceChildren(
      key('b', 'boundary'),
      key('t', s.transition || 'transition'),
      key('0', 'no name'),
      key('u', 'undo'),
    )
    marks.children[0].setAttribute('aria-pressed', !!s.boundary)
    marks.children[1].setAttribute('aria-pressed', !!s.transition)
    go.replaceChildren(key('p', 'before'), key('n', 'next'))
    status.textContent = `${s.said ? s.said + ' · ' : ''}${s.named} of ${s.total} named by ${s.author}`
    author.value = s.author
    order.replaceChildren(
      ...s.orders.map(o =>
        Object.assign(make('option', '', o), { value: o, selected: o === s.order }),
      ),
    )
    queue.replaceChildren(
      ...s.queue.map(([id, text]) =>
        Object.assign(make('option', '', text), { value: id, selected: id === s.id }),
      ),
    )
    queue.selectedOptions[0]?.scrollIntoView({ block: 'nearest' })
  }
  root.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || /SELECT|INPUT/.test(e.target.tagName)) return
    const k = { ArrowRight: 'n', ArrowLeft: 'p' }[e.key] || e.key
    if (k === ' ') {
      if (e.target.tagName === 'BUTTON') return
      timer ? hold() : play()
    } else if (/^[0-9btunp]$/.test(k)) press(k)
    else return
    e.preventDefault()
    e.stopPropagation()
  })
  picture.onclick = () => {
    timer ? hold() : play()
    root.focus()
  }
  model.on('change:frames', pictures)
  model.on('change:state', draw)
  draw()
  pictures()
  hideStill(model)
  const unwatch = onKernelLost(model, why => {
    if (root.inert) return
    root.inert = true
    const alert = make('p', 'se-label-lost', why)
    alert.setAttribute('role', 'alert')
    el.prepend(alert)
  })
  return () => {
    unwatch()
    hold()
    frames.forEach(URL.revokeObjectURL)
  }
}
