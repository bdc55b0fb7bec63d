"""Every control of a page by keyboard alone: what a pointer can use, where the keys lead, what is
seen of the focus, and what Enter, Space and the arrows do there"""
from typing import NamedTuple

LISTENING = """(() => {
    const heard = new WeakSet()
    const add = EventTarget.prototype.addEventListener
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      if (/^(click|dblclick|pointerdown|mousedown)$/.test(type)) heard.add(this)
      return add.call(this, type, ...rest)
    }
    const NATIVE = 'button, a[href], input, select, textarea, summary'
    const ROLES = 'button slider tab menuitem option separator checkbox switch spinbutton'
    const CONTROLS = [
      NATIVE,
      '[tabindex]',
      ...ROLES.split(' ').map(o => `[role=${o}]`),
    ].join()
    // their keys act on what lies inside of them
    const COMPOSITES = '[role=grid], [role=application], [role=listbox], [role=slider]'
    // a click on what moves does what the space bar does
    const PICTURES = '.se-video, .se-picture'
    const inForce = o => !o.matches(PICTURES) && o.checkVisibility({ visibilityProperty: true }) &&
      !o.closest('[inert]') && !o.matches(':disabled')
    const looks = ['outline', 'boxShadow', 'backgroundColor', 'borderColor', 'opacity', 'stroke',
      'strokeWidth']
    const lookOf = o => {
      const styles = ['', '::before', '::after'].map(k => getComputedStyle(o, k || null))
      const own = styles.map(s => looks.map(k => s[k]).join(' '))
      const at = o.matches(COMPOSITES) &&
        document.getElementById(o.getAttribute('aria-activedescendant') ?? '')
      return JSON.stringify([own, at ? getComputedStyle(at).outline : ''])
    }
    const told = o => {
      const name = o.getAttribute?.('aria-label') || o.title || o.textContent || o.id
      const panel = o.closest('[data-panel]')?.dataset.panel ?? ''
      const kind = `${o.tagName.toLowerCase()}.${[...o.classList].join('.')}`
      return `${panel} ${kind} ${name.trim().slice(0, 60)}`.trim()
    }
    // what is made anew under the same name is the same to a person
    const nameOf = o => [
      o.closest('[data-panel]')?.dataset.panel, o.tagName,
      o.getAttribute('aria-label') || o.title, o.matches('select') ? '' : o.textContent,
    ].join()
    const seen = new Map()
    const isSeen = o => seen.has(o) ||
      [...seen].some(([k, name]) => !k.isConnected && name === nameOf(o))
    globalThis.controls = {
      told,
      isSeen,
      see: o => seen.set(o, nameOf(o)),
      lookOf,
      // a control, or another element that listens to the pointer
      all() {
        const is = o => o.matches(CONTROLS) && !(o.tabIndex < 0 && o.matches('div[tabindex]'))
        return [...document.querySelectorAll(`${this.inside} *`)]
          .filter(o => inForce(o) && (is(o) || heard.has(o)))
      },
      // it has the focus, holds what had it, or lies where keys act on what is inside
      isReached(o) {
        const control = o.matches(NATIVE) && !o.matches('[role=grid] [role=row] *')
        if (isSeen(o)) return true
        if (control) return false
        if ([...o.querySelectorAll(NATIVE)].some(isSeen)) return true
        return [...seen.keys()].some(k => o.contains(k) || (k.contains(o) && k.matches(COMPOSITES)))
      },
      missed() {
        return this.all().filter(o => !this.isReached(o)).map(told)
      },
      // others of the same group that Tab passes by
      hasMates() {
        const box = document.activeElement.closest(
          '[role=tablist], [role=toolbar], [role=group], [role=tabpanel], svg')
        if (!box || box.matches(`.se-studio, ${this.but}`)) return false
        return [...box.querySelectorAll('[tabindex="-1"]')]
          .some(o => inForce(o) && !isSeen(o) && !o.matches('[role=row] *'))
      },
    }
  })()"""

ARRIVE = """() => {
    const o = document.activeElement
    if (!o?.matches(`${controls.inside} *`)) return null
    const again = controls.isSeen(o)
    controls.see(o)
    globalThis.look = [o, controls.lookOf(o)]
    const { tagName, type = '' } = o
    const role = o.getAttribute('role') ?? ''
    return { again, tag: tagName, type, role, told: controls.told(o), mates: controls.hasMates() }
  }"""
# what the last one that had the focus looks like without it: the same is no sight of the focus
LEAVE = """() => {
    const [o, look] = globalThis.look
    const had = document.activeElement
    if (!o.isConnected || had === o) return true
    return controls.lookOf(o) !== look
  }"""
CLICKS = """() => {
    globalThis.clicked = []
    addEventListener('click', e => {
      if (!globalThis.catching) return
      globalThis.clicked.push(e.target)
      e.preventDefault()
      e.stopImmediatePropagation()
    }, true)
  }"""
VALUE = """() => {
    const o = document.activeElement
    return [o.ariaValueNow, o.ariaValueText, o.value].join()
  }"""
BEGIN = """([but, inside]) => {
    controls.but = but || 'x-none'
    controls.inside = inside || 'body'
    if (inside) return
    document.activeElement?.blur()
    scrollTo(0, 0)
  }"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
ARROWS = 'ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'
MOST = 400   # stops of a page, as a bound for a walk that goes in circles


class Walk(NamedTuple):
    "Where the keys led, and what went wrong there, in words"
    stops: list    # in their order
    unseen: list   # the focus changes nothing of it
    dead: list     # a key does not do there what the pointer does


def listening(page):
    "Before a page is opened: what listens to the pointer is noted"
    page.add_init_script(LISTENING)


def _clicks(page, key):
    "Whether a key clicks what has the focus; the click itself is held back"
    page.evaluate('() => { clicked.length = 0; globalThis.catching = true }')
    page.keyboard.press(key)
    return page.evaluate("""() => {
        globalThis.catching = false
        return clicked.length === 1 && clicked[0] === document.activeElement
      }""")


def _moves(page):
    "Whether an arrow changes a value; the one against it sets it back"
    for there, back in (('ArrowRight', 'ArrowLeft'), ('ArrowUp', 'ArrowDown'),
                        ('ArrowLeft', 'ArrowRight'), ('ArrowDown', 'ArrowUp')):
        before = page.evaluate(VALUE)
        page.keyboard.press(there)
        page.evaluate(DRAWN)
        if page.evaluate(VALUE) == before: continue
        page.keyboard.press(back)
        page.evaluate(DRAWN)
        return True
    return False


def _types(page):
    "Whether a letter or digit arrives"
    page.keyboard.press('End')
    before = page.evaluate(VALUE)
    page.keyboard.press('1')
    page.evaluate(DRAWN)
    arrived = page.evaluate(VALUE) != before
    page.keyboard.press('Backspace')
    page.evaluate(DRAWN)   # others may have followed
    return arrived


def _dead(page, at):
    "The keys that fail where the focus is"
    if at['role'] in ('slider', 'separator') or at['type'] == 'range':
        return [] if _moves(page) else ['arrows']
    if at['tag'] in ('BUTTON', 'SUMMARY') or at['role'] in ('button', 'tab', 'menuitem'):
        return [o for o in ('Enter', 'Space') if not _clicks(page, o)]
    if at['tag'] == 'A': return [] if _clicks(page, 'Enter') else ['Enter']
    if at['type'] in ('checkbox', 'radio', 'file'):
        return [] if _clicks(page, 'Space') else ['Space']
    if at['tag'] == 'INPUT': return [] if _types(page) else ['letters']
    return []


def walk(page, but='', inside=''):
    """From the first stop of the Tab key to the last, and by arrows to what lies between, not
    within the groups `but`; `inside` a part that is open: from where the focus is until it
    leaves"""
    page.evaluate(CLICKS)
    page.evaluate(BEGIN, [but, inside])
    found = Walk([], [], [])
    at = _arrive(page, found) if inside else _go(page, 'Tab', found)
    for _ in range(MOST):
        if at is None or (at['again'] and at['told'] == found.stops[0]): return found
        if at['mates']: _through(page, found)
        at = _go(page, 'Tab', found)
    raise AssertionError(f'the Tab key goes in circles: {found.stops[-9:]}')


def _through(page, found):
    "By arrows through a group; the first step can be one onto the spot"
    for key in ARROWS:
        idle = 0
        for _ in range(MOST):
            if idle > 2: break
            at = _go(page, key, found)
            idle = idle + 1 if at and at['again'] else 0
            if not at or not at['mates']: return
        else: raise AssertionError(f'{key} goes in circles: {found.stops[-9:]}')


def _go(page, key, found):
    "A key, and what is there then; None: the page ends"
    page.keyboard.press(key)
    if key != 'Tab': page.evaluate(DRAWN)
    if found.stops and not page.evaluate(LEAVE): found.unseen.append(found.stops[-1])
    return _arrive(page, found)


def _arrive(page, found):
    "What has the focus now, tried"
    at = page.evaluate(ARRIVE)
    if at is None or at['again']: return at
    found.stops.append(at['told'])
    found.dead.extend(f'{o}: {at["told"]}' for o in _dead(page, at))
    return at


def missed(page):
    "What a pointer can use and no key has led to"
    return page.evaluate('() => controls.missed()')


def nameless(page):
    "What can have the focus and has no name, as the browser itself tells it to screen readers"
    session = page.context.new_cdp_session(page)
    nodes = session.send('Accessibility.getFullAXTree')['nodes']
    session.detach()
    def has(node, name):
        own = node.get('properties', [])
        return any(o['name'] == name and o['value'].get('value') for o in own)
    return [
        (o['role']['value'], o.get('nodeId'))
        for o in nodes
        if not o['ignored'] and has(o, 'focusable') and not o.get('name', {}).get('value')
        and o['role']['value'] not in ('RootWebArea', 'generic', 'group', 'none')
    ]
