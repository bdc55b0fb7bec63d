"""Pages by keyboard alone: every control is reached, is seen to have the focus, has a name, and
does by keys what it does by a click"""
import numpy as np
import pandas as pd
import pytest
from controls import DRAWN, listening, missed, nameless, walk
from lab import until, watched
from playwright.sync_api import expect
from test_accessibility import benchmark, segmented
from widgets import show_widget

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.views.deck import Deck, deck_space, with_overview
from scene_explore.views.gallery import Gallery
from scene_explore.views.labeller import Labeller
from scene_explore.views.page import Section, html_page, write_page
from scene_explore.views.studio import Studio
from scene_explore.views.weighting_lab import WeightingLab

pytestmark = pytest.mark.browser


def footage(path):
    "Scenes of two rooms that come back, one like no other, and a film that can be played"
    rng = np.random.default_rng(0)
    rooms = [o for o in ('kitchen', 'bar', 'hall', 'kitchen', 'bar') for _ in range(4)]
    look = {o: 4*rng.normal(size=16) for o in rooms}
    x = np.array([look[o] for o in rooms]) + .3*rng.normal(size=(20, 16)) + 30
    rows = [
        dict(path=str(path), video_id='one', start=.2*i, end=.2*i + .2, place=o, title=f'take {i}')
        for i, o in enumerate(rooms)
    ]
    return scene_table(rows), x.astype(np.float32)


@pytest.fixture(scope='module')
def report(tmp_path_factory, make_film):
    "A report with every panel of a page, and a film beside it"
    folder = tmp_path_factory.mktemp('report')
    scenes, x = footage(make_film(folder/'one.mp4', n=96))
    table, found = with_overview(scenes, x)
    deck = Deck(table, [deck_space('eye', x), deck_space('ear', x[:, ::-1] + 1)],
                extra=dict(clusters=found.record('eye')))
    wide = pd.DataFrame(np.arange(60).reshape(2, 30)).rename(columns='a long name {}'.format)
    sections = [Section('More', 'Folded.', table=wide, folded=True)]
    number = dict(name='scenes', value='20', note='of a film', definition='how many')
    return write_page(html_page('A report', '', [number], sections, deck,
        view=dict(threshold=.5), selection=table.scene_id[:2].tolist()), folder/'page.html')


@pytest.fixture
def page(chromium, report):
    page, errors, outside = watched(chromium)
    listening(page)
    page.goto(report.as_uri())
    page.wait_for_selector('body[data-drawn]')
    yield page
    assert not errors and not outside
    page.close()


FAULTS = [
    ('<button id=o>Play</button>', 'all is well'),
    ('<div id=o>Play</div>', 'missed'),
    ('<button tabindex=-1 id=o>Play</button>', 'missed'),
    ('<button id=o style="outline:none">Play</button>', 'unseen'),
    ('<button id=o class=deaf>Play</button>', 'dead'),
    ('<button id=o></button>', 'nameless'),
]
HEAR = """() => {
    o.addEventListener('click', () => {})
    o.addEventListener('keydown', e => e.key !== 'Tab' && o.className && e.preventDefault())
  }"""


@pytest.mark.parametrize('made, fault', FAULTS)
def test_a_walk_finds_what_is_wrong(chromium, made, fault):
    page, _, _ = watched(chromium)
    listening(page)
    page.goto('about:blank')
    page.set_content(f'<html lang=en><body><button>Other</button>{made}</body></html>')
    page.evaluate(HEAR)
    done = walk(page)
    found = dict(missed=missed(page), unseen=done.unseen, dead=done.dead, nameless=nameless(page))
    assert {k for k, v in found.items() if v} == {fault} - {'all is well'}
    page.close()


def assert_all_by_keys(page, but='', inside=''):
    "Every control is seen, named and of use where keys reach it"
    done = walk(page, but, inside)
    assert not done.unseen and not done.dead and not nameless(page)
    return done


def test_every_control_of_a_report(page):
    done = assert_all_by_keys(page, but='.se-tabs')
    panels = {o.split()[0] for o in done.stops}
    assert {'projection', 'player', 'timeline', 'table', 'clusters', 'filter', 'matrix',
            'neighbours'} <= panels
    # the other tabs: arrows go through them, each shows its panel
    page.evaluate('document.activeElement.blur()')
    at_tab = "document.activeElement.matches('[role=tab]')"
    for _ in done.stops:
        if page.evaluate(at_tab): break
        page.keyboard.press('Tab')
    for _ in range(page.locator('.se-tabs [role=tab]').count()):
        page.keyboard.press('ArrowRight')
        page.evaluate('controls.see(document.activeElement)')
        assert page.evaluate("document.activeElement.getAttribute('aria-selected')") == 'true'
    assert not missed(page)


@pytest.mark.parametrize('key, part', [
    ('t', '.se-chosen-form:has(.se-chosen-note)'),
    ('n', '.se-chosen-form:has(ul)'),
    ('?', '.se-keys'),
])
def test_every_control_of_what_a_key_opens(page, key, part):
    page.keyboard.press(key)
    if key == 'n':
        page.keyboard.type('two')
        page.keyboard.press('Enter')
        page.get_by_role('button', name='Rename two').wait_for()
    done = assert_all_by_keys(page, inside=part)
    assert len(done.stops) == page.locator(f'{part} :is(button, input)').count()
    assert not missed(page)


def tab(page, name): return page.get_by_role('tab', name=name, exact=True)


def shared(page, *keys):
    "What the panels share"
    return page.evaluate(
        "keys => keys.map(k => document.querySelector('[data-stage]').stage.get(k))", list(keys)
    )


def view(page):
    "Middle and extent of the projection"
    plot = page.locator('[data-panel=projection] .se-plot')
    return plot.evaluate('o => ({ ...o.plot.port.view })')


def test_keys_move_the_projection_and_select_what_is_in_view(page):
    page.locator('[data-panel=projection] .se-plot').focus()
    home = view(page)
    for key in ('Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowUp'): page.keyboard.press(key)
    moved = view(page)
    assert moved['x'] > home['x'] and moved['y'] > home['y'] and moved['span'] == home['span']
    for key in ('Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowDown'): page.keyboard.press(key)
    assert view(page) == pytest.approx(home)
    page.keyboard.press('v')
    assert shared(page, 'selection') == [list(range(20))]
    for _ in range(8): page.keyboard.press('+')
    page.keyboard.press('v')
    chosen, = shared(page, 'selection')
    inside = page.evaluate("""() => {
        const { plot } = document.querySelector('[data-panel=projection] .se-plot')
        return plot.picture.rows.filter(row => plot.isInside(row)).sort((a, b) => a - b)
      }""")
    assert chosen == inside and len(inside) < 20
    page.keyboard.press('0')
    assert view(page) == pytest.approx(home)


def test_keys_set_a_line_back_and_fold(page):
    line = page.locator('.se-split-column')
    line.focus()
    first = line.get_attribute('aria-valuenow')
    page.keyboard.press('Home')
    assert line.get_attribute('aria-valuenow') != first
    page.keyboard.press('0')
    assert line.get_attribute('aria-valuenow') == first
    page.keyboard.press('Enter')
    assert page.locator('[data-panel=projection]').get_attribute('data-folded') == ''


def click_cell(page, a, b):
    "A click on the cell of the matrix at these places"
    matrix = page.locator('[data-panel=matrix] .se-matrix-over')
    matrix.scroll_into_view_if_needed()
    box = matrix.bounding_box()
    left, top, side, n = page.evaluate("""() => {
        const { left, top, side, scenes } = document.querySelector('.se-matrix-over').dataset
        return [left, top, side, scenes].map(Number)
      }""")
    page.mouse.click(box['x'] + left + (b + .5)*side/n, box['y'] + top + (a + .5)*side/n)


CLEAR = "document.querySelector('[data-stage]').stage.set({ selection: [], playing: [] })"


def test_keys_do_in_the_table_and_the_matrix_what_a_click_does(page):
    table = page.locator('[data-panel=table] .se-rows')
    tab(page, 'Scenes').click()
    table.locator('[data-row="2"]').click(position=dict(x=200, y=10))
    clicked = shared(page, 'selection', 'playing')
    page.evaluate(CLEAR)
    table.focus()
    for key in ('Home', 'ArrowDown', 'ArrowDown', 'Enter'): page.keyboard.press(key)
    assert shared(page, 'selection', 'playing') == clicked == [[2], [2]]
    for key in ('ArrowUp', 'x'): page.keyboard.press(key)
    assert shared(page, 'selection') == [[1, 2]]
    expect(table.locator('[data-row="1"] input')).to_be_checked()
    tab(page, 'Similarity matrix').click()
    page.wait_for_selector('.se-matrix-over[data-drawn]')
    page.evaluate(CLEAR)
    click_cell(page, 1, 3)
    clicked = shared(page, 'selection', 'playing')
    assert len(clicked[1]) == 2
    page.evaluate(CLEAR)
    page.locator('.se-matrix-over').focus()
    # the first step is onto the first cell
    for key in ('ArrowDown', 'ArrowDown', *['ArrowRight']*3, 'Enter'): page.keyboard.press(key)
    assert shared(page, 'selection', 'playing') == clicked


def test_keys_go_along_the_film(page):
    tab(page, 'Timeline').click()
    page.locator('.se-timebase').focus()
    def drawn():
        page.evaluate(DRAWN)
        return page.evaluate("document.querySelector('.se-timebase').toDataURL()")
    whole = drawn()
    for _ in range(3): page.keyboard.press('+')
    before = drawn()
    page.keyboard.press('PageDown')
    after = drawn()
    page.keyboard.press('PageUp')
    assert whole != before != after and drawn() == before
    page.keyboard.press('0')
    assert drawn() == whole


# ---- other pages
def opened(chromium, address, ready):
    page, errors, _ = watched(chromium)
    listening(page)
    page.goto(address.as_uri())
    page.wait_for_selector(ready)
    return page, errors


def test_every_control_of_a_page_of_scenes(chromium, tmp_path):
    page, errors = opened(chromium, segmented(tmp_path/'scenes.html'), 'body[data-scenes]')
    assert_all_by_keys(page)
    assert not missed(page) and not errors
    page.close()


def test_every_control_of_a_benchmark(chromium, tmp_path):
    page, errors = opened(chromium, benchmark(tmp_path/'page.html'), 'body[data-drawn]')
    assert_all_by_keys(page)
    assert not missed(page) and not errors
    item = page.locator('.legendtoggle').first
    item.focus()
    page.keyboard.press('Enter')
    hidden = "document.querySelector('.figure').data.some(o => o.visible === 'legendonly')"
    until(page, hidden)
    page.keyboard.press('Enter')
    until(page, f'!{hidden}')
    page.close()


def test_every_control_of_the_runs_side_by_side(chromium, tmp_path):
    scenes, x = footage('one.mp4')
    Gallery(scenes, dict(one=x, two=x[:, ::-1] + 1)).to_html(tmp_path/'page.html', 'Runs', budget=0,
                                                             progress=False)
    page, errors = opened(chromium, tmp_path/'page.html', '.se-gal-picture[data-drawn]')
    assert_all_by_keys(page)
    assert not missed(page) and not errors
    page.close()


def test_every_control_of_a_map(chromium):
    page, errors, _ = watched(chromium)
    listening(page)
    scenes, x = footage('one.mp4')
    room = Studio(scenes, x, panels=['projection', 'player', 'table'], map_above=10,
                  search=lambda text: -np.arange(20.))
    show_widget(page, room)
    page.wait_for_selector('[data-panel=map] .se-body[data-drawn]:not([data-drawn=""])')
    page.locator('.se-atlas-table tbody tr').first.wait_for()
    assert_all_by_keys(page)
    assert not missed(page) and not errors
    page.close()


def test_every_control_of_the_labeller(chromium, make_film, tmp_path):
    page, errors, _ = watched(chromium)
    listening(page)
    film = str(make_film(tmp_path/'film.mp4', n=36))
    scenes = scene_table([dict(path=film, start=.5*i, end=.5*i + .5) for i in range(3)])
    show_widget(page, Labeller(scenes, Store(tmp_path/'store'), ['kitchen', 'bar'], 'Ada'))
    page.wait_for_selector('.se-key')
    assert_all_by_keys(page)
    assert not missed(page) and not errors
    page.close()


def test_every_control_of_the_weighting_lab(chromium):
    page, errors, _ = watched(chromium)
    listening(page)
    scenes, x = footage('one.mp4')
    room = WeightingLab(scenes, x, text=x[:, :8])
    room.wait()   # else the ideal geometry comes when nobody asks
    show_widget(page, room)
    page.wait_for_selector('[data-panel=lab][data-ideal]')
    done = assert_all_by_keys(page)
    assert not missed(page) and not errors
    assert sum('se-lab-handle' in o for o in done.stops) == 18
    # in a matrix, arrows go to a cell and Enter plays its scenes; the first is onto a cell
    matrix = page.locator('.se-lab-matrix').last
    matrix.focus()
    for key in (*['ArrowDown']*4, 'ArrowRight'): page.keyboard.press(key)
    expect(page.locator('.se-said')).to_contain_text('ideal: ')
    expect(page.locator('.se-lab-cell').last).to_be_visible()
    page.keyboard.press('Enter')
    playing = page.locator('[data-panel=player] video[data-scene-id]')
    expect(playing).to_have_count(2)
    assert len({o.get_attribute('data-scene-id') for o in playing.all()}) == 2
    page.close()


def test_every_control_of_the_library(chromium, make_film, tmp_path):
    page, errors, _ = watched(chromium)
    listening(page)
    (tmp_path/'films').mkdir()
    make_film(tmp_path/'films'/'film.mp4', n=36)
    store = Store(tmp_path/'store')
    show_widget(page, Studio(store=store, folder=tmp_path/'films', panels=['library']))
    page.wait_for_selector('[data-panel=library] .se-folder input')
    assert_all_by_keys(page)
    assert not missed(page) and not errors
    page.close()
