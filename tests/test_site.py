"""The published site, as `make docs` has written it: read file by file, and opened page by page in
a real Chromium over a static server"""
import functools
import http.server
import importlib
import re
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlparse

import pytest
from fastcore.docments import docments
from lab import watched
from test_house import MODULES, public

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT/'_docs'
PAGES = sorted(o.relative_to(SITE).as_posix() for o in SITE.rglob('*.html'))
# what holds a sentence
HOLDERS = {'p', 'li', 'td', 'th', 'dd', 'dt', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'figcaption'}
STUDIO = ('studio/explore.html', 'studio/weighting_lab.html', 'studio/compare.html')


def test_there_is_a_site(): assert PAGES, 'run make docs'


class Read(HTMLParser):
    """What a page links to and loads, what it can be linked at, and its words but for the folded
    source"""
    def __init__(self, page):
        super().__init__()
        self.links = []
        self.loads = []
        self.anchors = []
        self.words = []
        self.mute = 0
        self.noscript = False
        self.feed((SITE/page).read_text('utf-8'))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.noscript |= tag == 'noscript'
        there = [
            v
            for a in ('href', 'src', 'data-figure')
            if (v := found.get(a)) and not v.startswith(('data:', 'mailto:', 'javascript:'))
        ]
        self.links += there
        if (
            tag != 'a'
            and not self.noscript
            and found.get('rel') not in ('prev', 'next', 'canonical')
        ):
            self.loads += there
        self.anchors += [
            v for a in ('id', 'name') if (v := found.get(a)) and (a == 'id' or tag == 'a')
        ]
        self.mute += (
            tag in ('script', 'style')
            or (tag == 'details' and found.get('class') == 'source')
            or (tag == 'details' and self.mute > 0)
        )

    def handle_endtag(self, tag):
        self.noscript &= tag != 'noscript'
        self.mute -= tag in ('script', 'style', 'details') and self.mute > 0
    def handle_data(self, data): self.mute or self.words.append(data)


read = functools.cache(Read)


# ---- links
def missing(page, link):
    "What is wrong with a link of a page, if anything"
    url, anchor = urldefrag(urljoin(f'http://site/{page}', link))
    path = unquote(urlparse(url).path).lstrip('/') or 'index.html'
    if urlparse(url).netloc != 'site': return
    if not (SITE/path).is_file(): return f'{page}: {link} leads to no file'
    if anchor and path.endswith('.html') and unquote(anchor) not in read(path).anchors:
        return f'{page}: {link} leads to no anchor'


@pytest.mark.parametrize('page', PAGES)
def test_no_link_is_broken(page):
    # its links begin at the site's address, since nobody knows where it will be shown
    if page.startswith('404'): return
    assert not [found for o in read(page).links if (found := missing(page, o))]


def test_a_broken_link_is_seen():
    assert missing('index.html', 'nowhere.html')
    assert missing('index.html', 'geometry/retrieval.html#nowhere')
    assert not missing('index.html', 'geometry/retrieval.html')


def test_every_page_can_be_reached_from_the_first():
    seen, todo = set(), ['index.html']
    while todo:
        page = todo.pop()
        if page in seen or not page.endswith('.html'): continue
        seen.add(page)
        todo += [
            unquote(urlparse(urljoin(f'http://site/{page}', o)).path).lstrip('/')
            for o in read(page).links
            if urlparse(urljoin(f'http://site/{page}', o)).netloc == 'site'
        ]
    assert set(PAGES) - seen == {'404.html'}


# ---- words
def text(page): return ''.join(read(page).words)


@functools.cache
def home(module):
    "The page of a module"
    return f'{module.replace(".", "/")}.html'


def plain(text): return ' '.join(text.replace('`', '').split())


@pytest.mark.parametrize('module', MODULES)
def test_every_public_name_is_on_a_page_with_its_docments(module):
    loaded, page = importlib.import_module(f'scene_explore.{module}'), home(module)
    # an entry, or a link to one
    here = [*read(page).anchors, *(unquote(urldefrag(o)[1]) for o in read(page).links)]
    own = [(n, f) for n, f in public(module) if f.__module__ == loaded.__name__]
    assert not set(getattr(loaded, '__all__', [])) - set(
        here
    ), 'these names have no entry and no link'
    assert not {n for n, _ in own} - set(read(page).anchors), 'these have no entry'
    words = plain(text(page))
    assert not [
        (n, why)
        for n, f in own
        for why in docments(f, args_kwargs=True).values()
        if why and plain(why) not in words
    ]


@pytest.mark.parametrize('page', PAGES)
def test_no_anchor_is_there_twice(page):
    assert len(set(read(page).anchors)) == len(read(page).anchors)


@pytest.mark.parametrize('page', PAGES)
def test_code_is_as_it_was_written(page):
    assert not re.search(
        r'<pre>(?:(?!</pre>).)*\[`\w+`\]\(',
        re.sub(r'<span[^>]*>|</span>', '', (SITE / page).read_text('utf-8')),
        re.S,
    )


def weight(page):
    "Bytes of a page and of all that it loads, what is loaded by its script and in its frames too"
    files = {
        Path(unquote(urlparse(urljoin(f'http://site/{page}', o)).path).lstrip('/'))
        for o in read(page).loads
        if urlparse(urljoin(f'http://site/{page}', o)).netloc == 'site'
    }
    files |= {Path('search.json')} | (
        {Path('assets/plotly.packed')} if any('fig/' in o for o in read(page).loads) else set()
    )
    return sum((SITE/o).stat().st_size for o in files | {Path(page)} if (SITE/o).is_file())


@pytest.mark.parametrize('page', PAGES)
def test_a_formula_in_a_sentence_ends_no_paragraph(page):
    class Inline(HTMLParser):
        open = 0    # paragraphs, items, cells and headings
        bare = 0    # formulas that stand in none
        def handle_starttag(self, tag, attributes):
            self.open += tag in HOLDERS
            self.bare += ('display', 'inline') in attributes and not self.open
        def handle_endtag(self, tag): self.open -= tag in HOLDERS
    read = Inline()
    read.feed((SITE/page).read_text('utf-8'))
    assert read.open == read.bare == 0


@pytest.mark.parametrize('page', [p for p in PAGES if not p.startswith('404')])
def test_a_page_is_light(page):
    assert weight(page) < (15e6 if page.startswith('studio/') else 3e6)


def test_no_page_shows_what_went_wrong():
    assert not [
        p
        for p in PAGES
        if re.search(r'Traceback \(most recent|Error displaying widget|Loading widget', text(p))
    ]


# ---- in a browser
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args): pass


@pytest.fixture(scope='module')
def served():
    "The site on loopback -> its address"
    with http.server.ThreadingHTTPServer(
        ('127.0.0.1', 0), functools.partial(Quiet, directory=SITE)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_port}'
        server.shutdown()


def opened(chromium, address, **kw):
    "A page of the site with all its figures drawn, and what went wrong"
    page, errors, outside = watched(chromium, **kw)
    page.on('console', lambda m: m.type == 'error' and errors.append(m.text))
    page.on('response', lambda r: r.status >= 400 and errors.append(f'{r.status} {r.url}'))
    page.goto(address)
    page.wait_for_function('document.body.dataset.figures >= 0')
    page.wait_for_load_state('networkidle')
    return page, errors, outside


@pytest.mark.browser
@pytest.mark.parametrize(
    'name', [p for p in PAGES if '/panels/' not in p and not p.startswith('404')]
)
def test_a_page_opens_whole_and_by_itself(chromium, served, name):
    page, errors, outside = opened(chromium, f'{served}/{name}')
    assert not errors and not outside
    assert page.evaluate(
        '[...document.querySelectorAll("[data-figure]")].every(o => o.dataset.drawn &&'
        ' o.querySelector(".main-svg"))'
    )
    titles = page.locator('.modebar-btn').evaluate_all(
        'all => all.map(o => o.dataset.title.toLowerCase())'
    )
    assert not [o for o in titles if 'share' in o or 'cloud' in o]
    assert (
        page.locator('img').evaluate_all(
            'all => all.filter(o => o.complete && !o.naturalWidth).length'
        )
        == 0
    )
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize('name', STUDIO)
def test_in_the_studio_a_dot_plays(chromium, served, name):
    page, errors, outside = opened(chromium, f'{served}/{name}')
    panels = page.frame_locator('iframe.panels').first
    plot = panels.locator('.se-plot').first
    plot.scroll_into_view_if_needed()
    panels.locator(':is(.se-body, .se-gal-picture)[data-drawn]').first.wait_for(state='attached')
    x, y = plot.evaluate(
        '''async ({ plot }) => {
          const until = performance.now() + 30000
          while (!plot.picture && performance.now() < until)
            await new Promise(requestAnimationFrame)
          return plot.picture.rows.map(o => plot.locate(o)).find(o => plot.rowAt(o) >= 0)
        }'''
    )
    plot.click(position=dict(x=x, y=y))
    video = panels.locator('video').first
    video.wait_for(state='attached')
    video.evaluate(
        'v => new Promise(done => { const seen = () => v.currentTime > +v.dataset.start && done();'
        ' v.addEventListener("timeupdate", seen); seen() })'
    )
    assert not errors and not outside
    page.close()


@pytest.mark.browser
def test_panels_are_as_high_as_they_want_to_be_and_follow_the_theme_that_is_chosen(
    chromium, served
):
    page, errors, _ = opened(chromium, f'{served}/studio/compare.html', color_scheme='light')
    body = page.frame_locator('iframe.panels').first.locator('body')
    def ground():
        return sum(
            map(
                int,
                re.findall(r'\d+', body.evaluate('e => getComputedStyle(e).backgroundColor'))[:3],
            )
        )
    page.wait_for_function(
        '() => { const o = document.querySelector("iframe.panels"); return'
        ' o.contentDocument.body.scrollHeight > 1250 && o.clientHeight >='
        ' o.contentDocument.body.scrollHeight }'
    )
    before = ground()
    page.evaluate('document.body.dataset.mdColorScheme = "slate"')
    page.wait_for_function(
        'document.querySelector("iframe.panels").contentDocument.body.dataset.theme === "dark"'
    )
    assert before > 600 and ground() < 150 and not errors
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_figures_are_drawn_in_ink_that_the_theme_lets_read(chromium, served, scheme):
    page, errors, _ = opened(chromium, f'{served}/training/losses.html', color_scheme=scheme)
    fill = page.locator('[data-drawn] .xtitle').first.evaluate('e => getComputedStyle(e).fill')
    assert (sum(map(int, re.findall(r'\d+', fill)[:3])) > 380) == (scheme == 'dark') and not errors
    page.close()
