"""A map of more scenes than a browser holds: what a viewport is sent is bounded, even and complete
where it can be; the kernel's filter says what the browser's says; and in JupyterLab every scene is
reached by zoom, pointer, lasso, filter and page"""
import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import run_all, until, watched, write_notebook

from scene_explore.core.scenes import scene_table
from scene_explore.geometry.landmarks import even_order
from scene_explore.views.level_of_detail import (
    Viewport,
    density,
    nearest_scene,
    outlined,
    rows_inside,
    shades,
    viewport_sample,
    whole_viewport,
)
from scene_explore.views.scene_map import MapStage, SceneMap, scene_map
from scene_explore.views.scene_pages import ScenePages, matching, read_scene_pages

WEB = Path(__file__).resolve().parents[1]/'scene_explore'/'views'/'web'
NUMBERS = st.floats(-10, 10, width=32)
PLANES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=120)


def points(plane): return np.array(plane, np.float32)


@st.composite
def viewports(draw):
    x, y = draw(NUMBERS), draw(NUMBERS)
    wide, high = (draw(st.floats(.01, 20)) for _ in 'xy')
    return Viewport(x, x + wide, y, y + high)


@settings(max_examples=150)
@given(PLANES, viewports(), st.integers(0, 60), st.integers(0, 5), st.data())
def test_a_sample_is_bounded_the_same_and_kept_while_one_zooms_in(plane, port, most, films, data):
    xy = points(plane)
    order = even_order(np.arange(len(xy)) % (films + 1))
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(xy), max_size=len(xy))))
    inside = rows_inside(xy, port) & keep
    rows = viewport_sample(xy, order, port, most, keep)
    assert len(rows) == len(set(rows)) == min(most, inside.sum())
    assert inside[rows].all()
    if inside.sum() <= most: assert set(rows) == set(np.flatnonzero(inside))
    assert (rows == viewport_sample(xy, order, port, most, keep)).all()
    middle = (port.left + port.right)/2
    nearer = port._replace(right=middle)
    stays = set(rows) & set(np.flatnonzero(rows_inside(xy, nearer)))
    assert stays <= set(viewport_sample(xy, order, nearer, most, keep))


@settings(max_examples=100)
@given(PLANES, viewports(), st.integers(1, 30), st.integers(1, 30))
def test_a_density_counts_every_scene_in_view_once(plane, port, high, wide):
    xy = points(plane)
    counts = density(xy, port, (high, wide))
    assert counts.shape == (high, wide)
    assert counts.sum() == rows_inside(xy, port).sum()
    seen = shades(counts)
    assert ((seen > 0) == (counts > 0)).all()


@settings(max_examples=100)
@given(PLANES, st.tuples(NUMBERS, NUMBERS), st.floats(0, 5))
def test_the_nearest_scene_is_that_of_scipy(plane, at, reach):
    from scipy.spatial import cKDTree
    xy = points(plane)
    far, _ = cKDTree(xy.astype(float)).query(at)
    row = nearest_scene(xy, at, reach)
    if row < 0: assert far > reach*(1 - 1e-6) - 1e-6
    else: assert np.hypot(*(xy[row].astype(float) - at)) == pytest.approx(far)


@settings(max_examples=60)
@given(PLANES, st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=9))
def test_what_is_inside_a_line_is_that_of_the_crossing_number(plane, line):
    xy = points(plane)
    found = outlined(xy, line)
    for row, (x, y) in enumerate(xy.astype(float)):
        sides = zip(line, [*line[1:], line[0]], strict=True)
        crossed = [
            x < a + (y - b)*((c - a)/(d - b)) for (a, b), (c, d) in sides if (b > y) != (d > y)
        ]
        assert found[row] == sum(crossed) % 2


def test_a_layout_without_places_has_a_viewport_and_shows_nothing():
    xy = np.full((3, 2), np.nan, np.float32)
    port = whole_viewport(xy)
    assert Viewport.checked(port) == port
    assert not len(viewport_sample(xy, np.arange(3), port, 10))


# ---- the filter, in the kernel and in the browser
TABLE = scene_table([
    dict(path=f'{f}.mp4', video_id=f, start=float(60*i), end=60.*i + i + 1, title=t, place=p, age=a)
    for f in ('one', 'two')
    for i, (t, p, a) in enumerate([
        ('Ｔea at home', 'Kitchen', 3.), ('<b>run</b>', 'street', np.nan), ('', 'kitchen, old', -1),
        ('take "10"', '', 0.5), ('Straße', 'bar', 10),
    ])
])
ASKED = [
    'kitchen', 'place:kitchen', 'place:=kitchen', 'tea', '-tea', 'age>0', 'age>=0.5 OR place:bar',
    'start>1:00', 'duration<=2', '(tea OR straße) film:two', 'NOT (place:"kitchen, old" OR age>5)',
    'title:"take \\"10\\""', '', 'age<=-1', 'place:""', 'film:=one start=0',
]
FILTERED = """
import { parseFilter } from './src/stage/filter_syntax.js'
import { filtered } from './src/stage/filter.js'
import { Deck } from './src/deck/deck.js'
const { header, buffers, asked } = JSON.parse(await new Response(process.stdin).text())
const bytes = buffers.map(o => new Uint8Array(Buffer.from(o, 'base64')).buffer)
const deck = new Deck(header, bytes)
const of = text => ({ tree: parseFilter(text), rows: filtered(deck, text).rows })
const found = asked.map(of).map(({ tree, rows }) => ({ tree, rows: rows && [...rows] }))
console.log(JSON.stringify(found))
"""


def test_the_kernel_filters_as_the_browser_does():
    import base64

    from scene_explore.views.deck import Deck, pack
    header, buffers = pack(Deck(TABLE, []))
    told = dict(header=header, asked=ASKED, buffers=[base64.b64encode(o).decode() for o in buffers])
    done = subprocess.run(
        ['node', '--input-type=module', '-e', FILTERED], input=json.dumps(told), cwd=WEB,
        capture_output=True, text=True, check=True,
    )
    pages = ScenePages(TABLE)
    for text, found in zip(ASKED, json.loads(done.stdout), strict=True):
        mine = np.flatnonzero(matching(pages, found['tree'])).tolist()
        assert mine == (list(range(len(TABLE))) if found['rows'] is None else found['rows']), text


@pytest.mark.parametrize('wrong', [
    dict(kind='term', column='colour', operator=':', value='x'),
    dict(kind='term', column='start', operator='>', value='soon'),
    dict(kind='term', column='place', operator='>', value='1'),
    dict(kind='term', column='start', operator='import', value='1'),
    dict(kind='__import__'), 'place', 7,
])
def test_a_wrong_filter_is_one_sentence(wrong):
    with pytest.raises(ValueError, match='column|number|text|comparison|part of a filter'):
        matching(ScenePages(TABLE), wrong)


def test_a_table_of_any_kinds_becomes_pages(tmp_path):
    odd = TABLE.assign(
        tags=[['a', 'b'], None]*5, good=[True, False]*5, kind=pd.Categorical(['x', 'y']*5),
        whole=range(10), gap=pd.Series([1, None]*5, dtype='Int64'),
    )
    pages = ScenePages(odd)
    first = pages.page([0, 1], ['tags', 'good', 'kind', 'whole'])
    assert first == dict(tags=['a; b', ''], good=['yes', 'no'], kind=['x', 'y'], whole=[0, 1])
    assert np.isnan(pages.numbers('gap')[1])
    for film, part in TABLE.groupby('video_id'):
        kept = part.rename(columns=dict(scene_id='id')).assign(embedding=[[1., 2.]]*len(part))
        kept.to_parquet(tmp_path/f'{film}.parquet')
    read = read_scene_pages(tmp_path)
    names = ['scene_id', 'place']
    assert read.page(range(10), names) == pages.page(range(10), names)
    assert 'embedding' not in read.names


def test_a_map_of_a_table_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match='10 scenes and 3 rows'):
        scene_map(TABLE, np.zeros((3, 4)))
    with pytest.raises(ValueError, match='no column'): ScenePages(TABLE.drop(columns='video_id'))


def test_what_a_page_asks_wrongly_is_answered_in_a_sentence():
    drawn = SceneMap(ScenePages(TABLE), dict(PCA=np.zeros((10, 2))))
    said = []
    class Atlas(MapStage):
        def __init__(self): self.scene_map = drawn
        def send(self, content, buffers=None): said.append(content)
    atlas = Atlas()
    port = [0, 1, 0, 1]
    wrong = [
        ('map_view', dict(port=[1, 0, 0, 1], layout='PCA', colour='film')),
        ('map_view', dict(port=port, layout='UMAP', colour='film')),
        ('map_view', dict(port=port, layout='PCA', colour='<script>')),
        ('map_page', dict(of='all', at=0, layout='PCA')),
        ('map_open', dict(of='film', row=10)),
        ('map_outline', dict(line=[[0, 0]]*3, layout='PCA', join='swap')),
        ('map_nearest', dict(at=[0, 0], reach=1, layout='PCA', row='0')),
    ]
    for kind, args in wrong: atlas.heard(dict(ask=kind, kind=kind, args=args))
    assert [o['answer'] for o in said] == [kind for kind, _ in wrong]
    assert all(o['error'] and '\n' not in o['error'] for o in said)


# ---- in JupyterLab
N, MOST, FILMS = 3000, 400, 20
CODE = f'''
import numpy as np, pandas as pd
from scene_explore.core.scenes import scene_table
from scene_explore.geometry.spaces import Projection
from scene_explore.views.studio import Studio
rng = np.random.default_rng(0)
i = np.arange({N})
scenes = scene_table(dict(
    path=[f'film {{k % {FILMS}:02d}}.mp4' for k in i],
    video_id=[f'f{{k % {FILMS}:02d}}' for k in i],
    start=2.*(i//{FILMS}), end=2.*(i//{FILMS}) + 2, title=[f'<i>take</i> {{k}}' for k in i],
    place=np.array(['kitchen', 'street', 'office'])[i % 3]))
xy = np.array([[0, 0], [8, 0], [4, 6]])[i % 3] + rng.normal(size=({N}, 2))
x = rng.normal(size=({N}, 8)).astype(np.float32)
layouts = {{'embeddings': {{'UMAP': Projection(xy.astype(np.float32), 'UMAP')}}}}
room = Studio(scenes, x, layouts=layouts, panels=['projection', 'player', 'table'], map_above=1000,
              search=lambda text: -np.abs(np.arange({N}) - 77.))
room.scene_map.most = {MOST}
'''
MAP = "document.querySelector('.se-mapped').map"


@pytest.fixture
def atlas(chromium, desk):
    "A notebook with a studio of more scenes than its bound"
    write_notebook(desk.folder/'map.ipynb', CODE, 'room')
    page, errors, outside = watched(chromium)
    run_all(page, desk.open('map.ipynb'))
    page.set_default_timeout(60_000)
    page.wait_for_selector('[data-panel=map] .se-body[data-drawn]:not([data-drawn=""])')
    until(page, f'{MAP}.rows.length > 0 && {MAP}.legend')
    yield page
    page.close()
    assert not errors and not outside


def status(page): return page.locator('[data-panel=map] .se-note[role=status]').inner_text()


def middle(page):
    plot = page.locator('[data-panel=map] .se-plot')
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    return box['x'] + box['width']/2, box['y'] + box['height']/2


@pytest.mark.browser
def test_every_scene_is_reached_in_jupyterlab(atlas):
    page = atlas
    assert f'{MOST} of 3,000, evenly by film' in status(page)
    films = page.evaluate(f'[...{MAP}.rows]')
    assert len(films) == len(set(films)) == MOST

    # by zoom: until all that is in view is drawn
    x, y = middle(page)
    page.mouse.move(x, y + 60)
    for _ in range(4): page.mouse.wheel(0, -300)
    until(page, f'{MAP}.seen.matching_inside === {MAP}.rows.length && {MAP}.rows.length < {MOST}')
    assert 'drawn: all' in status(page)
    page.get_by_label('Picture').get_by_role('button', name='Whole picture').first.click()
    until(page, f'{MAP}.seen.matching_inside === {N}')

    # by the pointer, a scene that no dot is drawn for
    row = next(o for o in range(N) if o not in set(page.evaluate(f'[...{MAP}.rows]')))
    at = page.evaluate(
        'o => document.querySelector(".se-mapped").map.host'
        '.ask("map_nearest", {at: [0, 0], reach: 1, layout: "UMAP", row: o}).then(a => a.at)', row)
    until(page, f'{MAP}.plot.picture')
    left, top = page.evaluate(f'o => {MAP}.plot.port.toPixel(...o)', at)
    corner = page.locator('[data-panel=map] .se-plot').bounding_box()
    page.mouse.move(corner['x'] + left, corner['y'] + top)
    tip = page.locator('.se-mapped .se-tip')
    tip.wait_for()
    assert '<i>take</i>' in tip.inner_text()   # a title is text

    # by the filter, the legend and a page of the table
    page.get_by_label('Filter the map').fill('place:kitchen "take</i> 99"')
    until(page, f'{MAP}.counts.matching === 5 && {MAP}.rows.length === 5')
    first = page.locator('.se-atlas-table tbody tr').first
    first.wait_for()
    page.get_by_label('Filter the map').fill('place: ')
    page.get_by_text('a value is missing').wait_for()
    page.get_by_label('Filter the map').fill('')
    until(page, f'{MAP}.counts.matching === {N}')
    page.locator('[data-panel=map]').get_by_role('button', name='street').click()
    until(page, f'{MAP}.counts.matching === 1000')
    assert page.get_by_label('Filter the map').input_value() == 'place:="street"'
    page.get_by_text('1 to 50 of 1,000 scenes').wait_for()
    page.get_by_label('Page', exact=True).fill('20')
    page.get_by_label('Page', exact=True).press('Enter')
    page.get_by_text('951 to 1,000 of 1,000 scenes').wait_for()

    # by a lasso: of what matches; opened in the panels
    x, y = middle(page)
    page.mouse.move(x - 300, y - 180)
    page.mouse.down()
    for a, b in ((300, -180), (300, 180), (-300, 180)): page.mouse.move(x + a, y + b, steps=4)
    page.mouse.up()
    until(page, f'{MAP}.counts.chosen > 900')
    chosen = page.evaluate(f'{MAP}.counts.chosen')
    page.get_by_role('button', name='Open in the panels').click()
    page.get_by_text('in the panels below').wait_for()
    until(page, '[...globalThis.sceneExplore.stages].at(-1).deck.n === o', chosen)

    # by a sentence; a click in the table opens the film
    page.get_by_label('Search the map').fill('nothing matches, all are near 77')
    page.get_by_label('Search the map').press('Enter')
    until(page, f'{MAP}.counts.chosen === 50')
    page.locator('.se-atlas-table tbody button').first.click()
    until(page, '[...globalThis.sceneExplore.stages].at(-1).deck.n === o', N//FILMS)
    assert page.evaluate('[...globalThis.sceneExplore.stages].at(-1).get("selection").length') == 1
    page.get_by_role('button', name='Clear selection').click()
    until(page, f'{MAP}.counts.chosen === 0')
