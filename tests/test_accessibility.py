"""What axe-core finds on the pages, in both themes; and the panels by keyboard alone"""
import functools
import http.server
import threading

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from axe import SCHEMES, assert_nothing_serious, with_axe
from lab import until, watched
from playwright.sync_api import expect
from test_site import PAGES, SITE, Quiet
from widgets import show_widget

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.segmentation import Segmentation
from scene_explore.segmentation.film_scenes import segment_shots
from scene_explore.pipelines.benchmark import Benchmark
from scene_explore.views.benchmark_report import benchmark_page
from scene_explore.views.labeller import Labeller
from scene_explore.views.page import Section, html_page, write_page
from scene_explore.views.segmentation_report import segmentation_page
from scene_explore.views.studio import Studio, studio_deck
from scene_explore.views.weighting_lab import WeightingLab

pytestmark = pytest.mark.browser
STOPS = """() =>
    [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')]
    .filter(o => o.tabIndex >= 0 && !o.disabled && o.checkVisibility())
    .map(o => o.closest('[data-panel]')?.dataset.panel ?? '')"""


def scenes_of(n=40):
    places = [f'place {i}' for i in range(20)] + ['']
    return scene_table([
        dict(
            path=f'{i % 2}.mp4', video_id=f'{i % 2}', start=i, end=i + 1,
            place=places[i % len(places)], title=f'scene {i}',
            transition=('', 'black')[i == 3],
        )
        for i in range(n)
    ])


def report(path):
    "A page with all panels, tags, a figure, a wide table and a folded one, as reports have them"
    scenes = scenes_of()
    deck = studio_deck(scenes, np.random.default_rng(0).normal(size=(len(scenes), 8)))
    deck.tags = pd.DataFrame([dict(
        scene_id=scenes.scene_id[0], tag='warm', note='the lamp', author='Ada',
        time=pd.Timestamp('2026-11-28', tz='UTC'),
    )])
    wide = pd.DataFrame(np.arange(60).reshape(2, 30)).rename(columns='a long name {}'.format)
    sections = [
        Section('A figure', 'Points.', go.Figure(go.Scatter(x=[1, 2], y=[2, 1]))),
        Section('A table', 'Numbers.', table=wide),
        Section('More', 'Folded.', table=wide, folded=True),
    ]
    number = dict(name='scenes', value='40', note='of two films', definition='how many')
    page = html_page('A report', 'Forty scenes.', [number], sections, deck, foot='made for a test')
    return write_page(page, path)


def segmented(path):
    ends = np.cumsum(np.random.default_rng(0).uniform(1, 5, 9))
    shots = scene_table(dict(video_id='a', path='', start=np.r_[0, ends[:-1]], end=ends))
    found = segment_shots(shots, [np.eye(9)])
    summary = dict(
        n_films=1, n_shots=9, n_hidden=0, n_scenes=len(found.scenes), method='ward',
        features=['x'], skipped=[dict(path='b.mp4', reason='is broken')], options='',
    )
    return write_page(segmentation_page(Segmentation([found], summary=summary)), path)


def benchmark(path):
    "A page of methods by protocols, with notes"
    names = 'mAP over films', 'F1 over films', 'mIoU over films, with tail'
    table = pd.DataFrame([
        dict(method=m, protocol=p, value=.1*i + .02*k, low=.1*i, high=.1*i + .1)
        for i, m in enumerate(('random', 'ward', 'adjacent', 'learned'))
        for k, p in enumerate(names)
    ])
    report = pd.DataFrame([dict(path='a.csv', record='7', problem='a cut after the end')])
    summary = dict(films=6, cuts=180, boundaries=30, features=['16'], seconds=1.)
    return write_page(benchmark_page(Benchmark('toy', table, [], report, summary)), path)


@pytest.fixture(scope='module')
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp('pages')
    return dict(
        report=report(folder/'report.html').as_uri(),
        segmentation=segmented(folder/'scenes.html').as_uri(),
        benchmark=benchmark(folder/'benchmark.html').as_uri(),
    )


def audited(chromium, address, scheme, ready):
    "A page with axe-core in it"
    page, errors, _ = watched(chromium, color_scheme=scheme)
    with_axe(page)
    page.goto(address)
    page.wait_for_selector(ready, state='attached')
    return page, errors


@SCHEMES
def test_a_report_is_for_everybody(chromium, pages, scheme):
    page, errors = audited(chromium, pages['report'], scheme, 'body[data-drawn]')
    expect(page.locator('[data-panel=projection] .se-body[data-drawn]')).to_have_count(1)
    assert_nothing_serious(page)
    # with a selection, its form, a hidden category, a filter that is wrong and the list of names
    page.locator('.se-table-lines [data-row]').first.click()
    page.locator('.se-legend button').first.click()
    page.get_by_role('searchbox', name='Filter scenes', exact=True).fill('nothing:here')
    page.locator('.se-plot').focus()
    page.keyboard.press('n')
    page.keyboard.type('one')
    page.keyboard.press('Enter')
    page.locator('.se-plot').focus()
    page.keyboard.press('t')
    expect(page.get_by_label('Tags', exact=True)).to_be_focused()
    page.locator('summary').click()
    assert_nothing_serious(page)
    page.keyboard.press('Escape')
    page.locator('.se-plot').focus()
    page.keyboard.press('?')
    assert_nothing_serious(page)
    assert not errors
    page.close()


@SCHEMES
def test_a_page_of_scenes_is_for_everybody(chromium, pages, scheme):
    page, errors = audited(chromium, pages['segmentation'], scheme, 'body[data-scenes]')
    assert_nothing_serious(page)
    assert not errors
    page.close()


@SCHEMES
def test_a_page_of_a_benchmark_is_for_everybody(chromium, pages, scheme):
    page, errors = audited(chromium, pages['benchmark'], scheme, 'body[data-drawn]')
    expect(page.locator('.js-plotly-plot')).to_have_count(3)
    assert_nothing_serious(page)
    assert not errors
    page.close()


def test_plots_side_by_side_are_scrolled_to_on_a_phone(chromium, pages):
    page, errors = audited(chromium, pages['benchmark'], 'light', 'body[data-drawn]')
    page.set_viewport_size(dict(width=390, height=800))
    expect(page.locator('.js-plotly-plot')).to_have_count(3)
    until(page, 'document.documentElement.scrollWidth <= 390')
    widths = page.locator('section.wide .figure').evaluate_all('o => o.map(o => o.clientWidth)')
    assert widths and min(widths) == 640
    assert_nothing_serious(page)
    assert not errors
    page.close()


@pytest.fixture
def widget_page(chromium, scheme):
    "A page that is ready for a widget"
    page, errors, _ = watched(chromium, color_scheme=scheme)
    with_axe(page)
    yield page
    assert not errors
    page.close()


@SCHEMES
def test_a_map_of_many_scenes_is_for_everybody(widget_page, scheme):
    scenes = scenes_of(60)
    x = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    room = Studio(scenes, x, panels=['projection', 'player', 'table'], map_above=20,
                  search=lambda text: -np.arange(60.))
    page = widget_page
    show_widget(page, room)
    drawn = "document.querySelector('.se-mapped').map"
    until(page, f'{drawn}?.rows.length === 60 && {drawn}.legend')
    page.locator('.se-atlas-table tbody tr').first.wait_for()
    assert_nothing_serious(page)
    # a selection, a filter that is wrong, colours of numbers, and scenes in the panels
    page.get_by_label('Search the map').fill('a lamp')
    page.keyboard.press('Enter')
    until(page, f'{drawn}.counts.chosen === 50')
    page.get_by_role('button', name='Open in the panels').click()
    page.locator('.se-mapped + div .se-plot').wait_for()
    page.get_by_label('Colour of the map').select_option('start')
    until(page, f'{drawn}.legend.kind === "number"')
    page.get_by_label('Filter the map').fill('place: ')
    page.get_by_text('a value is missing').wait_for()
    assert_nothing_serious(page)


@SCHEMES
def test_the_labeller_is_for_everybody(widget_page, make_film, tmp_path, scheme):
    film = str(make_film(tmp_path/'film.mp4', n=36))
    scenes = scene_table([dict(path=film, start=.5*i, end=.5*i + .5) for i in range(3)])
    page = widget_page
    show_widget(page, Labeller(scenes, Store(tmp_path/'store'), ['kitchen', 'bar'], 'Ada'))
    until(page, "document.querySelector('.se-picture').naturalWidth > 0")
    page.locator('.se-label').focus()
    for key in '1bt': page.keyboard.press(key)
    expect(page.get_by_role('status')).to_contain_text('transition: cut')
    assert_nothing_serious(page)


@SCHEMES
def test_the_weighting_lab_is_for_everybody(widget_page, scheme):
    x = np.random.default_rng(0).normal(size=(12, 8)).astype(np.float32)
    room = WeightingLab(scenes_of(12), x, text=x)
    room.wait()
    page = widget_page
    show_widget(page, room)
    page.wait_for_selector('[data-panel=lab][data-ideal]')
    page.locator('.se-lab-matrix').first.focus()
    page.keyboard.press('ArrowDown')
    assert_nothing_serious(page)


@pytest.fixture(scope='module')
def site():
    "The site on loopback -> its address"
    handler = functools.partial(Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_port}'
        server.shutdown()


@SCHEMES
@pytest.mark.parametrize('name', ['index.html', 'guide/how_to.html', 'guide/tour.html'])
def test_the_site_is_for_everybody(chromium, site, name, scheme):
    assert name in PAGES, f'no {name}: run make docs'
    page, _ = audited(chromium, f'{site}/{name}', scheme, 'body[data-figures]')
    assert_nothing_serious(page)
    page.close()


def test_the_player_is_a_few_tabs_away(chromium, pages):
    page, errors, _ = watched(chromium)
    page.goto(pages['report'])
    page.wait_for_selector('body[data-drawn]')
    expect(page.locator('.se-legend button')).to_have_count(21)
    stops = page.evaluate(STOPS)
    assert stops.index('player') <= 25
    assert not errors
    page.close()


def test_a_legend_is_one_stop_and_its_keys_move_within(chromium, pages):
    page, errors, _ = watched(chromium)
    page.goto(pages['report'])
    page.wait_for_selector('body[data-drawn]')
    items = page.locator('.se-legend button')
    items.first.focus()
    page.keyboard.press('ArrowDown')
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press('Enter')
    expect(items.nth(1)).to_have_attribute('aria-pressed', 'false')
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press('End')
    expect(items.last).to_be_focused()
    assert page.locator('.se-legend button[tabindex="0"]').count() == 1
    assert not errors
    page.close()
