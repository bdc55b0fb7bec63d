"""Clusters, settings that come back, near-duplicates and odd ones out in a page without a kernel"""
import json

import numpy as np
import pandas as pd
import pytest
from lab import until, watched

from scene_explore.core.scenes import scene_table
from scene_explore.views.footage_numbers import found_numbers
from scene_explore.views.page import html_page, write_page
from scene_explore.views.deck import Deck, deck_space, with_overview

pytestmark = pytest.mark.browser
PANEL = '[data-panel=clusters]'


def footage():
    "Two films with rooms that come back, two copies, one scene like no other; words in the second"
    rng = np.random.default_rng(0)
    order = ['kitchen', 'bar', *(f'room {i}' for i in range(6)), 'kitchen', 'hall']
    rooms = [o for o in order for _ in range(4)]
    look = {o: 4*rng.normal(size=32) for o in order}
    x = np.array([look[o] for o in rooms]) + .3*rng.normal(size=(40, 32)) + 30
    x = np.r_[x, x[[0, 21]] + 1e-3, 4*rng.normal(size=(1, 32)) + 30]
    rows = [
        dict(path=f'{v}.mp4', video_id=v, start=4.*i, end=4.*i + 4)
        for v, n in (('one', 40), ('two', 3))
        for i in range(n)
    ]
    titles = [*rooms, 'copy', 'copy', '<b>moon</b>']
    return scene_table(rows).assign(title=titles), x


@pytest.fixture(scope='module')
def page_file(tmp_path_factory):
    scenes, x = footage()
    table, found = with_overview(scenes, x)
    deck = Deck(table, [deck_space('eye', x)], extra=dict(clusters=found.record('eye')))
    html = html_page(
        'Scenes', '', found_numbers(found), deck=deck,
        panels=['projection', 'player', 'filter', 'clusters'],
    )
    file = tmp_path_factory.mktemp('page')/'page.html'
    write_page(html, file)
    return file, table, found


@pytest.fixture
def page(chromium, page_file):
    "The page with its lists"
    page, errors, outside = watched(chromium)
    page.goto(page_file[0].as_uri())
    page.wait_for_selector(f'{PANEL} .se-clusters-entry')
    yield page
    page.close()
    assert not errors and not outside


def selected(page, table):
    ids = json.loads(page.evaluate('document.body.dataset.selection'))
    return sorted(pd.Index(table.scene_id).get_indexer(ids).tolist())


def test_lists_select_filter_and_play(page, page_file):
    _, table, found = page_file
    group = found.sets[0].groups[1]
    entry = page.locator(f'{PANEL} .se-clusters-entry').nth(1)
    entry.locator('.se-clusters-name').click()
    rows = np.flatnonzero(table.cluster == group['value']).tolist()
    assert selected(page, table) == rows and len(rows) == group['size']
    assert f"({group['size']})" in entry.inner_text()
    entry.get_by_role('button', name='Filter').click()
    assert page.evaluate('document.body.dataset.filter').startswith('cluster:')
    page.wait_for_selector(f'[data-panel=filter] .se-body[data-matching="{len(rows)}"]')
    entry.get_by_role('button', name='Filter').click()
    assert page.evaluate('document.body.dataset.filter') == ''
    entry.locator('.se-clusters-picture').first.click()
    scene = table.scene_id[group['exemplars'][0]]
    page.wait_for_selector(f'[data-panel=player] video[data-scene-id="{scene}"]', state='attached')


def test_the_first_lines_show_their_scenes(page, page_file):
    _, table, found = page_file
    assert len(found.settings) and len(found.duplicates) == 2
    page.get_by_role('button', name='near-duplicates').first.click()
    assert selected(page, table) == sorted({i for a, b, _ in found.duplicates for i in (a, b)})
    tab = page.locator(f'{PANEL} [role=tab][aria-selected=true]')
    assert tab.inner_text() == 'Near-duplicates (2)'
    below = page.get_by_role('tab', name='Clusters', exact=True)
    assert below.get_attribute('aria-selected') == 'true'
    page.locator(f'{PANEL} .se-clusters-name').first.click()
    until(page, 'document.querySelectorAll("[data-panel=player] video").length === 2')
    assert selected(page, table) == sorted(found.duplicates[0][:2])
    page.get_by_role('button', name='odd ones out').first.click()
    assert selected(page, table) == sorted(found.odd) and 42 in found.odd
    assert '<b>moon</b>' in page.locator(f'{PANEL} .se-clusters-list').inner_text()
    until(page, 'location.hash.includes("list=odd")')
    page.reload()
    page.wait_for_selector(f'{PANEL} .se-clusters-entry')
    assert 'Odd ones out' in tab.inner_text() and selected(page, table) == sorted(found.odd)


def test_a_list_is_one_tab_stop_and_plays_one_after_the_other(page, page_file):
    _, table, found = page_file
    page.locator(f'{PANEL} [role=tab]').nth(1).click()
    page.wait_for_selector(f'{PANEL} [data-list=settings]')
    stops = page.locator(f'{PANEL} .se-clusters-list button').evaluate_all(
        'all => all.filter(o => o.tabIndex === 0).length'
    )
    assert stops == 1
    page.keyboard.press('ArrowRight')   # through the tabs
    assert page.evaluate('document.activeElement.dataset.list') == 'duplicates'
    page.keyboard.press('ArrowLeft')
    page.keyboard.press('Tab')
    assert page.evaluate('document.activeElement.className') == 'se-clusters-name'
    for key in ('ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home'): page.keyboard.press(key)
    page.keyboard.press('Enter')
    rows = [i for visit in found.settings[0] for i in visit]
    assert selected(page, table) == sorted(rows)
    page.locator(f'{PANEL} .se-clusters-entry').first.get_by_role('button', name='Play all').click()
    stage = "[...sceneExplore.stages][0]"
    assert page.evaluate(f'{stage}.get("queue")') == rows
    assert page.evaluate(f'{stage}.get("playing")') == rows[:1]
    page.evaluate(f'{stage}.play({rows[1]})')   # a scene of its own: the list is over
    assert page.evaluate(f'{stage}.get("queue")') == []


def test_what_the_filter_leaves_out_is_not_played(page, page_file):
    _, table, found = page_file
    rows = [i for visit in found.settings[0] for i in visit]
    left = [i for i in rows if table.start[i] > table.start[rows[0]]]
    page.locator(f'{PANEL} [role=tab]').nth(1).click()
    stage = '[...sceneExplore.stages][0]'
    page.evaluate(f'{stage}.set({{ where: "start>{table.start[rows[0]]}" }})')
    entry = page.locator(f'{PANEL} [data-list=settings] .se-clusters-entry').first
    entry.get_by_role('button', name='Play all').click()
    assert page.evaluate(f'{stage}.get("queue")') == left != rows
    assert selected(page, table) == sorted(left)
    page.evaluate(f"{stage}.set({{ where: 'start>1e6' }})")
    entry.get_by_role('button', name='Play all').click()
    page.get_by_text('None of these scenes is left by the filter.').wait_for()
    assert page.evaluate(f'{stage}.get("playing")') == left[:1]


def test_density_is_drawn_and_names_are_in_the_legend(page, page_file):
    found = page_file[2]
    page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
    page.locator(PANEL).get_by_role('button', name='Colour').click()
    name = found.sets[0].groups[0]['name']
    page.locator('.se-legend-item', has_text=name).first.wait_for()
    page.get_by_label('density').check()
    contours = 'document.querySelector(".se-plot").plot.picture.contours'
    until(page, f'{contours}.length === 4')
    assert page.evaluate(f'{contours}.every(o => o.lines.length > 8)')
    until(page, 'location.hash.includes("density=true")')
    page.get_by_label('density').uncheck()
    until(page, f'{contours}.length === 0')
