// @ts-nocheck
// Player: exactly [start, end) of what plays, looped, to its end, or on into the next scenes; two
// scenes side by side; a strip of pictures below.

import { button, el } from '../kit/dom.js'
import { soon } from '../kit/frames.js'
import { clamp, clock, counted, short } from '../kit/text.js'
import { panels } from '../stage/registry.js'

panels.player = {
  title: 'Player',
  hint: 'Space plays and pauses, j and k step, l loops',
  make: (stage, { tools, body }) => player(stage, { tools, body }),
}

// seconds before its end at which a scene stops: its last picture is still shown, the next scene's
// first never is
const GUARD = 0.02
const STRIP = 200 // pictures in the strip at most
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches

// The browser counts a film's time from the stamps in the file, which may begin late or come
// without
// an edit list; Python counts from the film's beginning. How far the two lie apart is told by the
// first
// picture, which both know: `shown` by the browser's clock, `first` by ours.
const firstShown = url =>
  new Promise(done => {
    const video = el('video', { muted: true, preload: 'auto', src: url })
    const end = seconds => {
      done(seconds)
      video.removeAttribute('src')
      video.load()
    }
    video.requestVideoFrameCallback?.((_, picture) => end(picture.mediaTime))
    video.onerror = () => end(null)
    video.onloadeddata = () =>
      video.requestVideoFrameCallback ? setTimeout(end, 3000, null) : end(null)
    setTimeout(end, 20000, null) // a server that stalls
  })
const SILENT =
  'The browser does not say when it shows the first picture of this film; it is taken to be at 0 s.'
const CLOCKLESS =
  'The kernel does not say when the first picture of this film is shown; it is taken to be at 0 s.'
const filmClock = async (host, row, url) => {
  // {ahead: seconds, note}
  const late = new Promise(done => setTimeout(done, 4000, null))
  const asked = Promise.race([host.ask('clock', { row }), late]).catch(() => null)
  const [shown, told] = await Promise.all([firstShown(url), asked])
  if (shown == null) return { ahead: 0, note: SILENT, sure: false }
  return { ahead: shown - (told?.first ?? 0), note: told ? '' : CLOCKLESS, sure: !!told }
}
// From here on `currentTime` and `duration` of this element are seconds of the film, as in the
// scene table.
const onFilmClock = video => {
  const own = name => Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, name)
  const [time, length] = ['currentTime', 'duration'].map(own)
  const clock = { ahead: 0 }
  Object.defineProperty(video, 'currentTime', {
    get: () => time.get.call(video) - clock.ahead,
    set: t => time.set.call(video, Math.max(t + clock.ahead, 0)),
  })
  Object.defineProperty(video, 'duration', { get: () => length.get.call(video) - clock.ahead })
  return clock
}

// milliseconds for a browser to say where it landed; then the scene plays from wherever that is
const PATIENCE = 20000
const soonAfter = fn => setTimeout(fn, 250) // a picture that was decoded is on the screen by then

// Where a scene's film is found: the server's file, else the page's small copy, else one that
// Python makes; what failed once is not tried again.
const filmSources = stage => {
  const { deck, host } = stage,
    whole = new Map(),
    made = new Map(),
    clocks = new Map(),
    broken = new Set()
  let gone = false
  const address = data => URL.createObjectURL(new Blob([data], { type: 'video/webm' }))
  const spare = () => {
    for (const [row, o] of made) {
      if (made.size <= 24) return
      if (!stage.get('playing').includes(row)) {
        URL.revokeObjectURL(o.url)
        made.delete(row)
      }
    }
  }
  return {
    broken: ({ kind, film }) => broken.add(`${kind} ${film}`),
    async clock({ kind, film, url }, row) {
      // of what was found: small copies are on the film's clock
      if (kind !== 'film') return { ahead: 0, note: '' }
      if (!clocks.has(film)) clocks.set(film, filmClock(host, row, url))
      const found = await clocks.get(film)
      if (!found.sure) clocks.delete(film)
      return found
    },
    async find(row, waiting) {
      // {url, kind, film, note}; rejects with why there is none
      const film = deck.film[row],
        f = deck.films[film],
        fine = kind => !broken.has(`${kind} ${film}`)
      const failed = f.src && !fine('film'),
        why = failed
          ? ': the browser cannot play this film'
          : host.live
            ? ': the server does not give this film'
            : ', made for this page'
      if (f.src && host.base && fine('film'))
        return { url: host.base() + f.src, kind: 'film', film, note: '' }
      if (f.buffer && fine('copy')) {
        if (!whole.has(film)) whole.set(film, address(f.buffer))
        return {
          url: whole.get(film),
          kind: 'copy',
          film,
          note: `A small copy without sound${why}.`,
        }
      }
      if (!host.live)
        throw new Error(
          f.buffer || failed
            ? 'The browser cannot play this film: only pictures are shown.'
            : 'This page holds pictures, but not this film.',
        )
      if (!fine(`made ${row}`))
        throw new Error(
          'The browser cannot play this film, nor a small copy of it: only pictures are shown.',
        )
      if (!made.has(row)) {
        waiting('A small copy is being made …')
        const o = await host.ask('preview', { row })
        if (gone) throw new Error('closed')
        if (!made.has(row)) made.set(row, { url: address(o.buffers[0]) })
        spare()
      }
      return {
        url: made.get(row).url,
        kind: `made ${row}`,
        film,
        note: `A small copy without sound${why}.`,
      }
    },
    drop() {
      gone = true
      for (const u of whole.values()) URL.revokeObjectURL(u)
      for (const o of made.values()) URL.revokeObjectURL(o.url)
      whole.clear()
      made.clear()
    },
  }
}

// One video and what stands under it
const playerSeat = (stage, sources, { follow, next, rest, moved }) => {
  const { deck } = stage,
    bar = el('i', { class: 'se-playbar' }),
    note = el('p', { class: 'se-note se-playnote', role: 'status' }),
    facts = el('div', { class: 'se-facts' }),
    at = el('span', { class: 'se-time se-soft' })
  const video = el('video', {
    class: 'se-video',
    muted: true,
    defaultMuted: true,
    playsInline: true,
    preload: 'auto',
    disablePictureInPicture: true,
  })
  const box = el(
    'div',
    { class: 'se-seat' },
    el('div', { class: 'se-screen' }, video, bar),
    facts,
    note,
  )
  const filmTime = onFilmClock(video)
  let row = -1,
    start = 0,
    end = 0,
    source = null,
    coming = null,
    token = 0,
    done = false,
    frame = 0,
    looping = false,
    gone = false
  const first = () => start + Math.min(0.001, (end - start) / 4),
    last = () => Math.max(first(), end - Math.min(GUARD, (end - start) / 4))
  let settling = false,
    aims = 0 // where a browser lands is looked at before anything plays
  let seen = null // by the browser's clock: the picture on the screen
  const watch = (_, picture) => {
    seen = picture.mediaTime
    video.requestVideoFrameCallback(watch)
  }
  video.requestVideoFrameCallback?.(watch)
  const past = m => m != null && m - filmTime.ahead > first() + 5e-4
  const settled = () => {
    aims++
    settling = false
    video.dataset.settled = 'true'
    video.style.opacity = ''
    video.playbackRate = 1
  }
  const rewind = () => {
    settled()
    done = false
    video.currentTime = first()
    if (source?.kind === 'film' && video.requestVideoFrameCallback) settle()
  }
  const wanted = () => row >= 0 && source && !done && !settling && !stage.get('held')
  // Where pictures are stored in another order than they are shown, a browser that is sent to the
  // last of
  // them before a keyframe may land on the keyframe. It is then sent a little further back, and
  // runs up to
  // the wanted picture unseen.
  const settle = () => {
    const mine = aims
    let looked = false
    const still = () => mine === aims
    const start = () => {
      if (!still()) return
      settled()
      run()
    }
    const judge = m => {
      if (looked || !still()) return
      looked = true
      past(m) ? approach(start, still) : start()
    }
    const look = (_, o) => {
      if (!still()) return
      // a picture of before, or the one
      video.seeking ? video.requestVideoFrameCallback(look) : judge(o.mediaTime)
    }
    settling = true
    video.dataset.settled = 'false'
    video.pause()
    video.requestVideoFrameCallback(look)
    // no new picture came
    video.addEventListener('seeked', () => soonAfter(() => judge(seen)), { once: true })
    setTimeout(start, PATIENCE)
  }
  const approach = (start, still, { back = 0.12, target = null, rate = 0.5 } = {}) => {
    const end = first() + 5e-4
    let before = null,
      step = 0
    const again = more => approach(start, still, { back, target, rate, ...more })
    const near = (_, o) => {
      if (!still()) return
      if (video.seeking) return video.requestVideoFrameCallback(near)
      const at = o.mediaTime - filmTime.ahead
      if (before != null) step = at - before
      if (target == null ? at <= end && at + step > end : Math.abs(at - target) < 1e-4)
        return stop(at)
      if (at > end) return back > 2 ? start() : again({ back: 2.5 * back, target: before })
      before = at
      video.requestVideoFrameCallback(near)
    }
    const stop = at => {
      // a busy browser may have gone on to the next picture meanwhile: slower, then
      video.pause()
      if (!stage.get('held')) return start()
      soonAfter(
        () =>
          still() && (past(seen) && rate > 0.1 ? again({ target: at, rate: rate / 2 }) : start()),
      )
    }
    video.style.opacity = 0
    video.playbackRate = rate // so that a picture is not over before it is seen to be the one
    video.currentTime = Math.max(first() - back, 0)
    video.requestVideoFrameCallback(near)
    video.play()?.catch(() => {}) // stopped by something newer
  }
  const run = () => {
    if (settling) return
    if (!wanted()) {
      video.pause()
      return
    }
    video.play()?.catch(e => {
      if (e.name === 'NotAllowedError') {
        stage.set({ held: true })
        note.textContent = 'The browser waits for you: press Play.'
      }
    })
  } // an AbortError only says that something newer came
  const hold = () => {
    // the last picture stays; sent there, the browser might land on the next scene's first
    const inside = seen != null && seen - filmTime.ahead < end - 1e-3 && video.currentTime < end
    if (!inside) video.currentTime = Math.min(video.currentTime, last())
  }
  const finish = () => {
    if (follow() && next(row)) return
    if (looping) {
      rewind()
      if (video.paused) run()
      return
    }
    done = true
    video.pause()
    hold()
    show()
    rest()
  }
  const check = () => {
    if (settling || row < 0 || !source || video.seeking || video.readyState < 1 || done) return
    const t = video.currentTime
    if (video.ended || t >= (follow() ? end : last())) finish()
    else if (t < start - 0.1) rewind()
  }
  const show = () => {
    const t = clamp(video.currentTime, start, end)
    bar.style.setProperty('--se-at', end > start ? (t - start) / (end - start) : 0)
    at.textContent = `${clock(t - start)} of ${(end - start).toFixed(1)} s`
  }
  // the browser's own clock for pictures where it has one, and the screen's: whichever comes first
  const beat = () => {
    frame = 0
    check()
    show()
    if (!video.paused) {
      moved(row, video.currentTime)
      frame = requestAnimationFrame(beat)
    }
  }
  const picture = () => {
    check()
    if (!gone && !video.paused) video.requestVideoFrameCallback?.(picture)
  }
  const fail = why => {
    settled()
    source = coming = null
    done = true
    video.removeAttribute('src')
    video.load()
    note.textContent = why
    box.classList.add('se-still')
    rest()
  }
  const holds = () => {
    const yes = !(video.duration <= start)
    if (!yes)
      fail(
        source?.kind === 'film'
          ? 'The film ends before this scene begins.'
          : 'The small copy does not hold this scene.',
      )
    return yes
  }
  const broke = () => {
    const bad = source ?? coming
    if (!bad || !video.getAttribute('src')) return
    sources.broken(bad)
    source = coming = null
    load()
  }
  const load = async () => {
    const mine = ++token
    try {
      const found = await sources.find(row, text => {
        video.pause()
        video.removeAttribute('src')
        video.load()
        note.textContent = text
      })
      if (mine !== token || gone) return
      const same =
        source &&
        source.url === found.url &&
        video.getAttribute('src') === found.url &&
        video.readyState > 0
      note.textContent = found.note
      box.classList.remove('se-still')
      coming = found
      if (!same) {
        source = null
        filmTime.ahead = 0
        seen = null
        video.src = found.url
      }
      const clock = await sources.clock(found, row)
      if (mine !== token || gone) return
      filmTime.ahead = clock.ahead
      source = found
      note.textContent = [found.note, clock.note].filter(Boolean).join(' ')
      if (video.readyState > 0 && !holds()) return
      rewind()
      run()
    } catch (e) {
      if (mine === token && !gone) fail(e.message)
    }
  }
  const heard = {
    play: () => {
      if (settling) return
      if (!wanted()) return video.pause()
      if (!frame) beat()
      video.requestVideoFrameCallback?.(picture)
    },
    timeupdate: check,
    ended: check,
    error: broke,
    pause: () => {
      check()
      if (source && !settling && video.currentTime >= end) hold()
    },
    seeked: () => {
      show()
      if (source) moved(row, video.currentTime, true)
    },
    loadedmetadata: () => {
      // sound alone: the browser lacks the codec of the pictures
      if (!video.videoWidth) return broke()
      if (source) holds()
    },
    click: () => stage.set({ held: !stage.get('held') }),
  }
  for (const [k, fn] of Object.entries(heard)) video.addEventListener(k, fn)
  const describe = () => {
    const title = String(deck.title(row)),
      place = String(deck.value('place', row) ?? ''),
      film = deck.films[deck.film[row]]?.name ?? ''
    video.setAttribute('aria-label', short(`${title}, ${film}, ${deck.when(row)}`, 300))
    facts.replaceChildren(
      el('b', { dir: 'auto', title: short(title, 600) }, short(title, 160)),
      ...(place && place !== title
        ? [el('span', { dir: 'auto', title: short(place, 600) }, short(place, 120))]
        : []),
      el('span', { class: 'se-soft', dir: 'auto', title: short(film, 600) }, short(film, 80)),
      el('span', { class: 'se-time se-soft' }, deck.when(row)),
      at,
    )
  }
  return {
    box,
    video,
    get row() {
      return row
    },
    get done() {
      return done
    },
    // a scene; `glide`: the film plays on over the boundary, with no jump
    play(i, glide = false) {
      const smooth =
        glide &&
        source &&
        deck.film[i] === deck.film[row] &&
        Math.abs(deck.start[i] - video.currentTime) < 0.15 &&
        !source.kind.startsWith('made')
      const other = row < 0 || deck.film[i] !== deck.film[row]
      settled()
      row = i
      start = deck.start[i]
      end = deck.end[i]
      Object.assign(video.dataset, { sceneId: deck.ids[i], start, end })
      describe()
      poster()
      if (smooth) {
        done = false
        return
      }
      video.dataset.settled = 'false'
      done = false
      if (other || source?.kind.startsWith('made')) {
        source = null
        video.pause()
      }
      load()
    },
    again() {
      if (source) {
        rewind()
        run()
      } else load()
    },
    run() {
      if (done && !stage.get('held')) rewind()
      run()
    },
    loop(on) {
      looping = on
    },
    sound(on) {
      video.muted = !on
    },
    silent: () => !!source && source.kind !== 'film',
    pictures: () => poster(),
    clear() {
      settled()
      token++
      row = -1
      source = coming = null
      video.pause()
      video.removeAttribute('src')
      video.load()
    },
    drop() {
      gone = true
      token++
      cancelAnimationFrame(frame)
      for (const [k, fn] of Object.entries(heard)) video.removeEventListener(k, fn)
      video.pause()
      video.removeAttribute('src')
      video.load()
    },
  }
  function poster() {
    const src = row >= 0 ? deck.picture(row) : ''
    if (src) {
      if (video.poster !== src) video.poster = src
    } else video.removeAttribute('poster')
  }
}

const player = (stage, { tools, body }) => {
  const { deck } = stage,
    sources = filmSources(stage),
    seats = [],
    off = []
  let on = false,
    loud = false,
    asked = false,
    gliding = false,
    told = 0
  const on_ = (k, fn) => off.push(stage.on(k, fn))
  const screens = el('div', { class: 'se-screens' }),
    still = el('img', { alt: '', class: 'se-video', hidden: true }),
    hint = el(
      'p',
      { class: 'se-note' },
      deck.n ? 'Click a scene to play it, or press Play.' : 'There are no scenes.',
    )
  const start = el('div', { class: 'se-seat' }, el('div', { class: 'se-screen' }, still), hint)
  const playing = () => stage.get('playing').length > 0
  const press = () => {
    if (playing()) stage.set({ held: !stage.get('held') })
    else if (deck.n) {
      const i = stage.get('selection')[0] ?? deck.step(-1, 1) ?? 0
      stage.play(i)
    }
  }
  const toggle = (text, title, fn) => button(text, title, fn, { 'aria-pressed': 'false' }),
    pressed = (b, yes) => b.setAttribute('aria-pressed', String(yes))
  const play = button('Play', 'Play or pause (space)', press, { class: 'se-button se-playbutton' }),
    loop = toggle('Loop', 'Play the scene again and again (l)', () =>
      stage.set({ loop: !stage.get('loop') }),
    )
  const onward = toggle('Autoplay next', 'Play the next scenes after this one', () => {
    on = !on
    pressed(onward, on)
    if (on && !stage.get('held')) seats.forEach(s => s.done && s.run())
  })
  const sound = toggle('Sound', 'Sound on or off', () => {
    loud = !loud
    pressed(sound, loud)
    seats.forEach((s, k) => s.sound(loud && k === 0))
  })
  tools.append(
    button('‹', 'Previous scene (k)', () => stage.step(-1), { 'aria-label': 'Previous scene' }),
    play,
    button('›', 'Next scene (j)', () => stage.step(1), { 'aria-label': 'Next scene' }),
    loop,
    onward,
    sound,
  )
  body.append(screens)
  screens.append(start)
  const strip = playerStrip(stage)
  body.append(strip.box)
  // where the reader asked for less motion, a loop that was saved does not begin by itself
  const looped = () => {
    const yes = stage.get('loop') && (!calm() || asked)
    seats.forEach(s => s.loop(yes))
    pressed(loop, stage.get('loop'))
  }
  const moved = (row, t, now) => {
    if (row !== stage.get('playing')[0]) return
    const ms = performance.now()
    if (now || ms - told > 190) {
      told = ms
      stage.set({ head: { film: deck.film[row], t } })
    }
  }
  const rest = () => {
    if (seats.slice(0, stage.get('playing').length).every(s => s.done)) stage.set({ held: true })
  }
  const next = row => {
    if (stage.get('playing').length !== 1) return false
    const to = deck.step(row, 1)
    if (to == null) return false
    gliding = true
    stage.set({ playing: [to] })
    gliding = false
    return true
  }
  const poster = () => {
    const src = deck.n ? deck.picture(deck.step(-1, 1) ?? 0) : ''
    still.hidden = !src
    if (src) still.src = src
  }
  const label = () => {
    const goes = playing() && !stage.get('held')
    play.textContent = goes ? 'Pause' : 'Play'
    pressed(onward, on)
    sound.disabled = seats.length > 0 && playing() && seats[0].silent()
  }
  const show = from => {
    const rows = stage.get('playing')
    while (seats.length < rows.length) {
      const s = playerSeat(stage, sources, {
        follow: () => on && !stage.get('loop') && stage.get('playing').length === 1,
        next,
        rest,
        moved,
      })
      s.sound(loud && !seats.length)
      s.video.addEventListener('loadedmetadata', label)
      seats.push(s)
    }
    seats.forEach((s, k) => {
      if (k >= rows.length) {
        s.clear()
        s.box.remove()
      }
    })
    if (rows.length) start.remove()
    else {
      screens.append(start)
      poster()
    }
    screens.dataset.seats = rows.length || 1
    looped()
    // what another stage or Python set in motion waits, where less motion is asked for
    if (rows.length && !gliding) stage.set({ held: !!from && calm() })
    rows.forEach((i, k) => {
      if (!seats[k].box.isConnected) screens.append(seats[k].box)
      seats[k].play(i, gliding)
    })
    label()
  }
  on_(['playing', 'head'], (changed, from) => {
    if (changed.includes('playing')) show(from)
    else if (!stage.get('head') && playing()) {
      stage.set({ held: false })
      seats.slice(0, stage.get('playing').length).forEach(s => s.again())
    }
  }) // the same scene once more
  on_('held', () => {
    seats.slice(0, stage.get('playing').length).forEach(s => s.run())
    label()
  })
  on_('loop', (_, from) => {
    asked ||= from !== 'host'
    looped()
  })
  on_('pictures', () => {
    poster()
    seats.forEach(s => s.pictures())
  })
  poster()
  looped()
  if (playing()) show('host')
  stage.toggle = press // the space key
  return {
    drop() {
      delete stage.toggle
      off.forEach(f => f())
      strip.drop()
      seats.forEach(s => s.drop())
      sources.drop()
    },
  }
}

// Pictures of the selection; where a single scene is selected or none, of the film around what
// plays
const playerStrip = stage => {
  const { deck } = stage,
    off = [],
    list = el('div', {
      class: 'se-strip',
      role: 'group',
      'aria-label': 'Scenes in the order of the film',
    }),
    said = el('p', { class: 'se-note se-stripnote' }),
    box = el('div', { class: 'se-stripbox' }, said, list)
  let rows = [],
    buttons = new Map(),
    key = ''
  const centre = () => stage.get('playing')[0] ?? stage.get('selection')[0]
  const near = (all, i) => {
    if (all.length <= STRIP) return all
    if (
      rows.length === STRIP &&
      rows.includes(i) &&
      all.includes(rows[0]) &&
      all.includes(rows[STRIP - 1]) &&
      all.indexOf(rows[STRIP - 1]) - all.indexOf(rows[0]) === STRIP - 1
    )
      return rows // what is shown already stays
    const at = clamp(Math.max(all.indexOf(i), 0) - STRIP / 2, 0, all.length - STRIP)
    return all.slice(at, at + STRIP)
  }
  const pick = () => {
    const s = stage.get('selection'),
      i = centre(),
      order = (a, b) => deck.film[a] - deck.film[b] || deck.start[a] - deck.start[b]
    const many = s.length > 1,
      all = many ? [...s].sort(order) : deck.inFilm(i == null ? (deck.film[0] ?? 0) : deck.film[i])
    const shown = near(all, i),
      more = all.length - shown.length,
      name = short(String(deck.films[deck.film[all[0]]]?.name ?? ''), 60)
    return {
      shown,
      text: [
        many
          ? counted(all.length, 'selected scene')
          : all.length
            ? `${counted(all.length, 'scene')} of ${name}`
            : '',
        more > 0 ? `${shown.length} shown, and ${more} more` : '',
      ]
        .filter(Boolean)
        .join(': '),
    }
  }
  const picture = (b, i) => {
    const src = deck.picture(i),
      img = b.firstChild
    if (src && !img.getAttribute('src')) {
      img.src = src
      img.hidden = false
    }
  }
  const make = i => {
    const img = el('img', { alt: '', hidden: true, draggable: false }),
      when = clock(deck.start[i])
    const b = el(
      'button',
      {
        type: 'button',
        class: 'se-thumb',
        tabIndex: -1,
        data: { row: i },
        'aria-label': short(`${deck.title(i)}, ${when}`, 140),
      },
      img,
      el('span', { class: 'se-time' }, when),
    )
    picture(b, i)
    return b
  }
  const mark = () => {
    const p = stage.get('playing'),
      h = stage.get('hover'),
      s = new Set(stage.get('selection'))
    buttons.forEach((b, i) => {
      const now = p.includes(i)
      if (now) b.setAttribute('aria-current', 'true')
      else b.removeAttribute('aria-current')
      b.classList.toggle('se-over', i === h)
      b.classList.toggle('se-in', s.has(i))
    })
    const tab = buttons.get(centre()) ?? buttons.get(rows[0]),
      was = list.querySelector('[tabindex="0"]')
    if (was !== tab) {
      const held = was && document.activeElement === was
      if (was) was.tabIndex = -1
      if (tab) {
        tab.tabIndex = 0
        if (held) tab.focus({ preventScroll: true })
      }
    }
  }
  const scroll = () => {
    const b = buttons.get(centre())
    if (!b) return
    const left = b.offsetLeft - (list.clientWidth - b.offsetWidth) / 2,
      near = Math.abs(left - list.scrollLeft) < 2 * list.clientWidth
    list.scrollTo({ left, behavior: calm() || !near ? 'auto' : 'smooth' })
  }
  const draw = () => {
    const { shown, text } = pick(),
      k = shown.join()
    said.textContent = text
    if (k !== key) {
      key = k
      const inside = list.contains(document.activeElement)
      rows = shown
      buttons = new Map(shown.map(i => [i, make(i)]))
      list.replaceChildren(...buttons.values())
      mark()
      if (inside) list.querySelector('[tabindex="0"]')?.focus({ preventScroll: true })
    }
    mark()
    scroll()
  }
  const later = soon(draw),
    rowOf = e => {
      const b = e.target.closest?.('.se-thumb')
      return b ? +b.dataset.row : null
    }
  list.addEventListener('click', e => {
    const i = rowOf(e)
    if (i != null) stage.click(i, e)
  })
  list.addEventListener('pointerover', e => {
    const i = rowOf(e)
    if (i != null) stage.point(i, e)
  })
  list.addEventListener('pointerleave', () => stage.point(-1))
  list.addEventListener('focusin', e => {
    const i = rowOf(e)
    if (i != null && e.target.matches(':focus-visible')) stage.point(i)
  })
  list.addEventListener('focusout', () => stage.point(-1))
  off.push(
    stage.on(['selection', 'playing'], later),
    stage.on('hover', mark),
    stage.on('pictures', () => buttons.forEach(picture)),
  )
  draw()
  return {
    box,
    drop() {
      off.forEach(f => f())
      later.cancel()
    },
  }
}
