"The workspace: its panels resized, folded and swapped by mouse and by keyboard, and on a phone"
import json
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from dots import PLOT, lasso, seen
from lab import until, watched

from scene_explore.core.scenes import scene_table
from scene_explore.views.studio import Studio

pytestmark = pytest.mark.browser
NAMES = ('projection', 'player', 'table', 'matrix', 'timeline', 'neighbours', 'filter')
DRAWN = "() => +document.querySelector('[data-panel=projection] .se-body')?.dataset.drawn > 0"
SAME_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope='module')
def pages(tmp_path_factory):
    "A page of a workspace, and one of two panels"
    folder = tmp_path_factory.mktemp('pages')
    places = [f'place {i % 12}' for i in range(90)]
    scenes = scene_table([
        dict(path=f'{i // 30}.mp4', video_id=f'f{i // 30}', start=i % 30, end=i % 30 + 1, place=p)
        for i, p in enumerate(places)
    ])
    x = np.random.default_rng(0).normal(size=(90, 8))
    for name, panels in (('all', NAMES), ('two', ('projection', 'table'))):
        Studio(scenes, x, panels=panels).to_html(folder/f'{name}.html', progress=False)
    return {name: (folder/f'{name}.html').as_uri() for name in ('all', 'two')}


@pytest.fixture
def page(chromium, pages):
    "The workspace, in view"
    page, errors, outside = watched(chromium)
    page.goto(pages['all'])
    page.wait_for_function(DRAWN)
    page.locator('.se-dock').scroll_into_view_if_needed()
    yield page
    assert not errors and not outside
    page.close()


def panel(page, name): return page.locator(f'[data-panel={name}]')
def box(page, name): return panel(page, name).bounding_box()
def tab(page, name): return page.get_by_role('tab', name=name, exact=True)


def dock(page):
    "What was chosen, as the stage has it"
    return page.evaluate("document.querySelector('[data-stage]').stage.get('dock')")


def in_view(page, name):
    "Whether a panel is seen in full"
    return page.evaluate(
        """name => {
            const o = document.querySelector(`[data-panel=${name}]`).getBoundingClientRect()
            const clip = document.querySelector('.se-dock').getBoundingClientRect()
            const [left, right] = [o.left - clip.left, clip.right - o.right]
            return left > -2 && right > -2 && o.top > -2 && o.bottom < innerHeight + 2
          }""",
        name,
    )


def test_three_panels_are_seen_at_once(page):
    page.evaluate("document.querySelector('.se-dock').scrollIntoView()")
    assert [in_view(page, o) for o in NAMES[:4]] == [True, True, True, False]
    assert page.locator('.se-dock').bounding_box()['height'] == pytest.approx(900, abs=20)
    sections = page.locator('#sections').bounding_box()
    assert sections['y'] >= 880, 'what follows comes below'


def test_the_bar_of_what_is_selected_lies_over_no_panel(page):
    page.evaluate("document.querySelector('.se-dock').scrollIntoView()")
    page.evaluate("document.querySelector('[data-stage]').stage.select([0, 1])")
    page.locator('.se-chosen').wait_for()
    found = page.evaluate(
        """() => {
            const table = document.querySelector('[data-panel=table]')
            const { left, bottom } = table.getBoundingClientRect()
            return document.elementFromPoint(left + 40, bottom - 4).closest('section').dataset.panel
          }"""
    )
    assert found == 'table' and in_view(page, 'table')


@pytest.mark.parametrize('split', ['column', 'row'])
def test_a_line_is_dragged_and_moved_by_keys(page, split):
    line = page.locator(f'.se-split-{split}')
    size = 'width' if split == 'column' else 'height'
    before = box(page, 'projection')[size]
    at = line.bounding_box()
    x, y = at['x'] + at['width']/2, at['y'] + at['height']/2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 60, steps=5)
    page.mouse.up()
    dragged = box(page, 'projection')[size]
    assert dragged == pytest.approx(before - 60, abs=8)
    value = float(line.get_attribute('aria-valuenow'))
    assert dock(page)[split] == pytest.approx(value, abs=.6)
    line.focus()
    less, more = dict(column=('ArrowLeft', 'ArrowRight'), row=('ArrowUp', 'ArrowDown'))[split]
    page.keyboard.press(f'Shift+{more}')
    assert float(line.get_attribute('aria-valuenow')) == pytest.approx(value + 10, abs=1)
    assert box(page, 'projection')[size] > dragged + 40
    page.keyboard.press('Home')
    assert line.get_attribute('aria-valuenow') == line.get_attribute('aria-valuemin')
    page.keyboard.press(less)
    assert line.get_attribute('aria-valuenow') == line.get_attribute('aria-valuemin')
    assert page.evaluate("document.querySelector('[data-stage]').stage.get('playing')") == []
    page.wait_for_function(
        """() => {
            const plot = document.querySelector('[data-panel=projection] .se-plot')
            const dots = plot.querySelector('.se-plot-dots')
            return Math.abs(dots.width / devicePixelRatio - plot.clientWidth) < 2
          }"""
    )
    line.dblclick()
    assert box(page, 'projection')[size] == pytest.approx(before, abs=2)


def test_panels_are_folded_and_unfolded(page):
    player = panel(page, 'player')
    wide = box(page, 'projection')['width']
    fold = player.get_by_role('button', name='Fold Player')
    assert fold.get_attribute('aria-expanded') == 'true'
    fold.focus()
    page.keyboard.press('Enter')
    assert player.locator('.se-body').is_hidden() and box(page, 'player')['width'] < 60
    assert box(page, 'projection')['width'] > wide + 200
    unfold = player.get_by_role('button', name='Unfold Player')
    assert unfold.get_attribute('aria-expanded') == 'false'
    assert page.evaluate("document.activeElement.textContent") == '+'
    unfold.click()
    assert box(page, 'projection')['width'] == pytest.approx(wide, abs=2)
    high = box(page, 'projection')['height']
    page.locator('.se-dock-bar').get_by_role('button', name='Fold Scenes').click()
    assert panel(page, 'table').is_hidden() and box(page, 'projection')['height'] > high + 150
    tab(page, 'Scenes').click()
    assert panel(page, 'table').is_visible()
    assert box(page, 'projection')['height'] == pytest.approx(high, abs=2)


def test_what_is_folded_is_not_drawn(page):
    panel(page, 'projection').get_by_role('button', name='Fold Projection').click()
    plot = page.locator(PLOT)
    told = f"document.querySelector('{PLOT}').plot.told"
    page.evaluate(f'window.drawn = 0; {told}.seen = () => drawn++; 0')
    stage = "document.querySelector('[data-stage]').stage"
    page.evaluate(f'{stage}.select([1, 2, 3])')
    page.evaluate(SAME_FRAME)
    assert page.evaluate('drawn') == 0 and plot.is_hidden()
    panel(page, 'projection').get_by_role('button', name='Unfold Projection').click()
    page.wait_for_function('() => drawn > 0')


def test_another_panel_is_chosen_and_made_large(page):
    tab(page, 'Scenes').focus()
    page.keyboard.press('ArrowRight')
    assert tab(page, 'Similarity matrix').get_attribute('aria-selected') == 'true'
    page.evaluate(SAME_FRAME)
    assert in_view(page, 'matrix') and not in_view(page, 'table')
    stops = page.locator('.se-tabs [role=tab]').evaluate_all('all => all.map(o => o.tabIndex)')
    assert sorted(stops) == [-1]*4 + [0]
    for _ in range(3): page.keyboard.press('Tab')
    at = page.evaluate("document.activeElement.closest('[data-panel]').dataset.panel")
    assert at == 'matrix' and in_view(page, 'matrix')
    side = "+document.querySelector('.se-matrix-over').dataset.side"
    small = page.evaluate(side)
    page.get_by_role('button', name='Swap: Similarity matrix above, Projection here').click()
    page.wait_for_function(f'() => {side} > {small}')
    assert box(page, 'matrix')['y'] < box(page, 'projection')['y'] and in_view(page, 'projection')
    assert dock(page) == dict(main='matrix', third='projection', folded=[])
    page.mouse.click(*next(iter(seen(page).values())))
    assert len(json.loads(page.evaluate('document.body.dataset.selection'))) == 1


def test_what_the_browser_brings_into_view_is_the_panel_that_is_shown(page):
    page.locator('.se-filter-field').focus()
    page.wait_for_function(
        "() => document.querySelector('[role=tab][aria-selected=true]').textContent === 'Filter'"
    )
    assert in_view(page, 'filter') and dock(page)['third'] == 'filter'


def test_every_panel_fits_what_it_is_given(page):
    names = page.locator('.se-tabs [role=tab]').all_inner_texts()
    for size in (1000, 760):
        page.set_viewport_size(dict(width=size, height=700))
        page.evaluate("document.querySelector('.se-dock').scrollIntoView()")
        for name in names:
            tab(page, name).click()
            page.evaluate(SAME_FRAME)
            found = page.evaluate(
                """() => [...document.querySelectorAll('.se-dock .se-body')].map(o => [
                    o.parentElement.dataset.panel, o.scrollWidth - o.clientWidth])"""
            )
            assert not [o for o in found if o[1] > 1]
        assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')


def test_a_reload_and_a_link_show_the_same_layout(page):
    tab(page, 'Timeline').click()
    page.locator('.se-split-column').focus()
    page.keyboard.press('ArrowLeft')
    panel(page, 'player').get_by_role('button', name='Fold Player').click()
    page.wait_for_function("() => location.hash.includes('player')")
    said = json.loads(parse_qs(page.evaluate('location.hash.slice(1)'))['dock'][0])
    assert said == dict(third='timeline', column=56, folded=['player']) == dock(page)
    page.reload()
    page.wait_for_function(DRAWN)
    assert dock(page) == said and panel(page, 'player').locator('.se-body').is_hidden()
    assert tab(page, 'Timeline').get_attribute('aria-selected') == 'true'
    page.evaluate("location.hash = 'dock={\"third\":\"nowhere\",\"column\":\"x\"}'")
    page.wait_for_function(
        "() => document.querySelector('.se-split-column').ariaValueNow === '58'"
    )
    assert tab(page, 'Scenes').get_attribute('aria-selected') == 'true'


def shared(page, key):
    "What the panels share"
    return page.evaluate("k => document.querySelector('[data-stage]').stage.get(k)", key)


def test_many_rows_are_short_in_the_address_and_those_of_old_addresses_are_read(page):
    rows = list(range(0, 90, 2))
    named = page.evaluate("""rows => {
        const { stage } = document.querySelector('[data-stage]')
        const named = [['every second', stage.ids(rows)]]
        stage.set({ selection: rows, named })
        return named
      }""", rows)
    until(page, "location.hash.includes('rows=')")
    hashed = parse_qs(page.evaluate('location.hash.slice(1)'))
    (_, text), = json.loads(hashed['named'][0])
    assert hashed['rows'] == [text] and len(text) < 65   # 45 bytes, a dot
    page.reload()
    page.wait_for_function(DRAWN)
    assert shared(page, 'selection') == rows and shared(page, 'named') == named
    old = dict(rows=','.join(map(str, rows[:9])), named=json.dumps([['old', '0-2,7']]))
    page.evaluate('text => { location.hash = text }', urlencode(old))
    until(page, "document.querySelector('[data-stage]').stage.get('selection').length === 9")
    assert shared(page, 'selection') == rows[:9]
    (name, ids), = shared(page, 'named')
    assert name == 'old' and len(ids) == 4 and ids[1] == 'f0@0000001000-0000002000'


def test_the_player_is_in_sight_of_what_is_clicked(page):
    page.evaluate("document.querySelector('.se-dock').scrollIntoView()")
    table = panel(page, 'table').locator('.se-rows')
    table.evaluate('o => { o.scrollTop = 2000 }')
    page.wait_for_function("() => document.querySelector('.se-rows [data-row]').dataset.row > 9")
    for click in (
        lambda: page.mouse.click(*next(iter(seen(page).values()))),
        lambda: panel(page, 'table').locator('[data-row]').nth(5).click(),
    ):
        click()
        page.wait_for_selector('[data-panel=player] video[data-scene-id]')
        assert in_view(page, 'player')


def test_no_more_than_25_stops_to_the_player(page):
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    at = []
    while len(at) < 25 and 'player' not in at:
        page.keyboard.press('Tab')
        at.append(page.evaluate("document.activeElement.closest('[data-panel]')?.dataset.panel"))
    assert at[-1] == 'player' and at.count('projection') > 5


def test_the_keys_of_all_panels_are_listed(page):
    page.keyboard.press('?')
    dialog = page.get_by_role('dialog', name='Keys')
    dialog.wait_for()
    assert {'In the table', 'In the matrix', 'Lines between panels'} <= set(
        dialog.locator('h4').all_inner_texts()
    )
    assert 'Play both scenes of the cell' in dialog.inner_text()
    assert dialog.locator('dt').count() == dialog.locator('dd').count()


def test_two_panels_need_no_workspace(chromium, pages):
    page, errors, _ = watched(chromium)
    page.goto(pages['two'])
    page.wait_for_function(DRAWN)
    assert page.locator('.se-dock, .se-fold, [role=separator]').count() == 0 and not errors
    page.close()


def test_python_says_how_the_panels_stand(chromium, tmp_path):
    page, errors, _ = watched(chromium)
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(9)])
    dock = dict(main='timeline', third='projection', row=30, folded=['player'])
    studio = Studio(scenes, np.eye(9), panels=NAMES, view=dict(dock=dock))
    studio.to_html(tmp_path/'page.html', progress=False)
    page.goto((tmp_path/'page.html').as_uri())
    page.wait_for_function(DRAWN)
    assert box(page, 'timeline')['y'] < box(page, 'projection')['y']
    assert panel(page, 'player').locator('.se-body').is_hidden()
    assert page.locator('.se-split-row').get_attribute('aria-valuenow') == '30'
    page.evaluate("document.querySelector('[data-stage]').stage.see({ dock: {} })")
    assert box(page, 'timeline')['y'] > box(page, 'projection')['y'] and not errors
    page.close()


# ---- a phone
@pytest.fixture
def phone(chromium, pages):
    "The same page on a phone"
    page = chromium.new_page(
        viewport=dict(width=390, height=844), has_touch=True, is_mobile=True
    )
    page.goto(pages['all'])
    page.wait_for_function(DRAWN)
    yield page
    page.close()


def test_on_a_phone_panels_are_stacked_and_what_plays_stays_at_the_top(phone):
    tops = [box(phone, o)['y'] for o in NAMES]
    assert tops == sorted(tops) and len(set(tops)) == len(tops)
    assert {box(phone, o)['width'] for o in NAMES} == {box(phone, 'table')['width']}
    legend, plot = (phone.locator(o).first.bounding_box() for o in ('.se-legend', PLOT))
    assert legend['y'] >= plot['y'] + plot['height'] - 1
    assert phone.evaluate('document.documentElement.scrollWidth <= innerWidth')
    phone.locator(PLOT).scroll_into_view_if_needed()
    phone.touchscreen.tap(*next(iter(seen(phone).values())))
    phone.wait_for_selector('[data-panel=player] video[data-scene-id]')
    panel(phone, 'neighbours').scroll_into_view_if_needed()
    player = box(phone, 'player')
    assert player['y'] == pytest.approx(0, abs=1) and player['height'] < 844/2
    assert phone.locator('.se-playbutton').is_visible()


def test_on_a_phone_a_drag_pans_until_the_lasso_is_asked_for(phone):
    phone.locator(PLOT).scroll_into_view_if_needed()
    view = f"JSON.stringify(document.querySelector('{PLOT}').plot.port.view)"
    before = phone.evaluate(view)
    plot = phone.locator(PLOT).bounding_box()
    phone.mouse.move(plot['x'] + 100, plot['y'] + 100)
    phone.mouse.down()
    phone.mouse.move(plot['x'] + 160, plot['y'] + 140, steps=4)
    phone.mouse.up()
    assert phone.evaluate(view) != before
    assert phone.evaluate('document.body.dataset.selection') == '[]'
    button = phone.get_by_role('button', name='Lasso')
    button.tap()
    assert button.get_attribute('aria-pressed') == 'true'
    phone.get_by_role('button', name='Whole picture').tap()
    phone.evaluate(SAME_FRAME)
    moved = phone.evaluate(view)
    lasso(phone)
    phone.wait_for_function("() => JSON.parse(document.body.dataset.selection).length === 90")
    assert phone.evaluate(view) == moved
