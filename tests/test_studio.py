"""The studio as people use it: in a real JupyterLab and as a page with no kernel, driven by mouse
and by keyboard in a real Chromium"""
import base64
import functools
import http.server
import io
import json
import re
import shutil
import threading
import time
from urllib.parse import quote

import nbformat
import numpy as np
import pytest
from dots import assert_nothing_is_sent, lasso, seen
from lab import READY, run_all, watched
from PIL import Image

from scene_explore.datasets import world
from scene_explore.views.assets import SCRIPT, STYLE, web_text
from scene_explore.views.deck import Deck, pack
from scene_explore.core.scenes import hidden
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.views.studio import Studio, studio_deck

pytestmark = pytest.mark.browser
EVIL = [
    "</script><script>document.title='broken'</script>",
    "<img src=x onerror=document.title='broken'>",
    '"quoted" \'twice\' &amp; <b>bold</b>',
    '\u05de\u05dc\u05d5\u05df \u202e abc',
    'x' * 10_000,
]
DRAWN = "n => +document.querySelector('[data-panel=projection] .se-body')?.dataset.drawn >= n"


@pytest.fixture(scope='module')
def films(tmp_path_factory):
    "Two short films of the world, with their records; the second in a file whose name is markup"
    folder = tmp_path_factory.mktemp('films')
    for seed, name in ((1, 'one'), (2, "two & <b>half")):
        world.render_film(seed, folder/f'{name}.mp4', seconds=24, shots=8, fps=6, size=(72, 128))
    return folder


@pytest.fixture
def room(films, desk):
    "A folder in JupyterLab with the films in it"
    shutil.copytree(films, desk.folder/'films')
    return desk


def notebook(room, *cells):
    "Write a notebook of these cells -> its address"
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(o) for o in cells],
        metadata=dict(kernelspec=dict(display_name='python3', language='python', name='python3')),
    )
    nbformat.write(nb, room.folder/'n.ipynb')
    return room.open('n.ipynb')


def selection(page, of='.se-studio'):
    return json.loads(page.locator(of).first.get_attribute('data-selection') or '[]')
def videos(page):
    return page.evaluate(
        '[...document.querySelectorAll("[data-panel=player] video")].map(v => ({id:'
        ' v.dataset.sceneId, start: +v.dataset.start, end: +v.dataset.end, time: v.currentTime,'
        ' paused: v.paused}))'
    )


def until_kept(page, store, wanted, seconds=60):
    "Until the kernel has heard what the page told it, and kept it in the session"
    ends = time.monotonic() + seconds
    while not wanted(found := store.load_session('test')):
        assert time.monotonic() < ends, f'never kept: {found}'
        page.wait_for_timeout(50)


def plays_within(page):
    "The one video plays inside of its scene, and holds there at the end"
    page.wait_for_function(
        '() => { const v = document.querySelector("[data-panel=player] video"); return v &&'
        ' v.readyState > 1 && v.currentTime >= +v.dataset.start }'
    )
    page.wait_for_function(
        '() => { const v = document.querySelector("[data-panel=player] video"); if (v.currentTime'
        ' >= +v.dataset.end) throw new Error("beyond the end"); return v.paused && v.currentTime >'
        ' +v.dataset.start && document.querySelector(".se-playbutton").textContent === "Play" }',
        polling='raf',
    )
    v, = videos(page)
    assert v['start'] <= v['time'] < v['end']
    return v


# ---- in JupyterLab
def test_films_picked_embedded_lassoed_played_and_still_there_after_a_reload(
    chromium, room, tmp_path
):
    address = notebook(
        room,
        "from scene_explore.views.studio import Studio\nfrom scene_explore.core.store import"
        f" Store\nstudio = Studio(store=Store({str(tmp_path/'store')!r}), folder='films',"
        " session='test')\nstudio",
        '2 + 2',
    )
    page, errors, outside = watched(chromium)
    run_all(page, address)
    page.set_default_timeout(120_000)
    library = page.locator('[data-panel=library]')
    page.wait_for_function(
        'document.querySelectorAll("[data-panel=library] .se-folder input").length === 2'
    )
    library.get_by_role('button', name='All', exact=True).click()
    library.get_by_label('Backbone').select_option('histogram')
    library.get_by_role('button', name='Embed 2 films').click()
    library.get_by_text('scenes of 2 films in').wait_for()   # the studio is filled in by then
    page.wait_for_function(DRAWN, arg=20)
    n = page.evaluate(
        '+document.querySelector("[data-panel=projection] .se-body").dataset.drawn'
    )

    page.locator('[data-panel=projection]').scroll_into_view_if_needed()
    lasso(page)
    page.wait_for_function(
        'n => JSON.parse(document.querySelector(".se-studio").dataset.selection).length === n',
        arg=n,
    )
    assert f'{n} selected' in page.locator('[data-panel=table]').inner_text()
    page.keyboard.press('Escape')
    page.wait_for_function('() => document.querySelector(".se-studio").dataset.selection === "[]"')

    row, dot = list(seen(page).items())[3]
    page.mouse.click(*dot)
    v = plays_within(page)
    assert selection(page) == [v['id']]
    if page.evaluate(
        'document.createElement("video").canPlayType(\'video/mp4; codecs="avc1.42E01E"\')'
    ):
        assert page.evaluate(
            'at => document.querySelector("video").currentSrc.includes(at)',
            f'/files/{quote(room.folder.name)}/films/',
        ), 'not streamed from where it lies'

    matrix = page.locator('[data-panel=matrix] canvas').first
    matrix.scroll_into_view_if_needed()
    box = matrix.bounding_box()
    page.mouse.click(box['x'] + .55*box['width'], box['y'] + .7*box['height'])
    page.wait_for_function(
        '() => document.querySelectorAll("[data-panel=player] video").length === 2'
    )
    pair = {o['id'] for o in videos(page)}
    assert pair == set(selection(page)) and len(pair) == 2

    page.get_by_label('Colour').first.select_option('film')
    store = Store(tmp_path/'store')
    def is_there(o): return set(o['selection']) == pair and o['view'].get('colour') == 'film'
    until_kept(page, store, is_there)
    page.evaluate('window.jupyterapp.commands.execute("docmanager:save")')
    page.reload()
    page.wait_for_function(DRAWN, arg=n)
    assert (
        set(selection(page)) == pair and page.get_by_label('Colour').first.input_value() == 'film'
    )
    assert (room.folder/'n.ipynb').stat().st_size < 200_000, 'scenes were saved with the notebook'
    kept = store.load_session('test')
    assert set(kept['selection']) == pair and kept['view']['colour'] == 'film'
    assert not errors and not outside
    page.close()


def test_with_the_keyboard_alone(chromium, room, tmp_path):
    address = notebook(
        room,
        "from scene_explore.views.studio import Studio\nfrom scene_explore.core.store import"
        f" Store\nstudio = Studio(store=Store({str(tmp_path/'store')!r}), folder='films',"
        " panels=['projection', 'player', 'table'])\nstudio.embed('films',"
        " backbone='histogram')\nstudio",
        'studio.selection',
    )
    page, errors, _ = watched(chromium)
    run_all(page, address)
    page.set_default_timeout(120_000)
    page.wait_for_function(DRAWN, arg=10)
    cells = page.evaluate('window.jupyterapp.shell.currentWidget.content.widgets.length')
    page.locator('[data-panel=projection] .se-plot').focus()
    seen = []
    for key in ('ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowRight'):
        before = selection(page)
        page.keyboard.press(key)
        page.wait_for_function(
            'b => document.querySelector(".se-studio").dataset.selection !== b',
            arg=json.dumps(before, separators=(',', ':')),
        )
        seen += selection(page)
    assert seen[0] == seen[2] and seen[1] == seen[3] and seen[0] != seen[1]
    plays_within(page)
    page.keyboard.press('r')
    page.keyboard.press(' ')
    # round again
    page.wait_for_function(
        '() => { const v = document.querySelector("video"); window.back ||= v.currentTime <'
        ' window.last; window.last = v.currentTime; return !v.paused && window.back }',
        polling='raf',
    )
    page.keyboard.press(' ')
    page.wait_for_function('() => document.querySelector("video").paused')
    page.keyboard.press('Escape')
    page.wait_for_function('() => document.querySelector(".se-studio").dataset.selection === "[]"')
    assert (
        page.evaluate('window.jupyterapp.shell.currentWidget.content.widgets.length') == cells
    ), 'a key reached the notebook'
    assert not errors
    page.close()


def test_python_sets_and_hears(chromium, room, tmp_path):
    code = f'''from scene_explore.views.studio import Studio, link
from scene_explore.core.scenes import scene_table
import numpy as np
scenes = scene_table([
    dict(path='f.mp4', video_id='f', start=i, end=i + 1, title=t, place=t)
    for i, t in enumerate({EVIL!r} * 3)
])
x = np.random.default_rng(0).normal(size=(len(scenes), 8))
a, b = (Studio(scenes, x, panels=['projection', 'table']) for _ in 'ab')
link(a, b)
a.selection = scenes.scene_id[:2].tolist()
a'''
    address = notebook(
        room,
        code,
        'b',
        'heard = []\nb.observe(lambda c: heard.append(c["new"]), "selection")\na.selection ='
        ' scenes.scene_id[3:5].tolist()',
    )
    page, errors, outside = watched(chromium)
    run_all(page, address)
    page.set_default_timeout(120_000)
    page.wait_for_function(
        '() => document.querySelectorAll("[data-panel=projection] .se-body[data-drawn]").length'
        ' === 2'
    )
    page.wait_for_function(
        '() => [...document.querySelectorAll(".se-studio")].every(o =>'
        ' JSON.parse(o.dataset.selection).length === 2)'
    )
    assert page.get_by_text('1 of 1 film not found, the first is f.mp4').count() == 2
    first, second = (
        json.loads(page.locator('.se-studio').nth(i).get_attribute('data-selection'))
        for i in (0, 1)
    )
    assert first == second
    page.mouse.move(*list(seen(page).values())[1])
    page.wait_for_function(
        '() => { const [a, b] = [...document.querySelectorAll(".se-studio")].map(o =>'
        ' o.dataset.hover); return a && a === b }'
    )
    assert page.title() != 'broken' and not errors and not outside
    assert page.locator('.se-studio b b, .se-studio img[src=x]').count() == 0
    page.close()


# ---- as a page
# scenes that are no black and no title shots
def shown(studio): return int((~hidden(studio.deck.scenes)).sum())


@pytest.fixture(scope='module')
def served(films, tmp_path_factory):
    "A published studio behind a static server; its address and the studio"
    folder = tmp_path_factory.mktemp('page')
    studio = Studio(
        store=Store(folder / 'store'),
        panels=('projection', 'player', 'matrix', 'neighbours', 'timeline', 'table', 'library'),
    )
    studio.embed(films, backbone='histogram')
    assert studio.to_html(folder/'page.html', EVIL[0], EVIL[1], progress=False) == []
    server = http.server.ThreadingHTTPServer(
        ('127.0.0.1', 0),
        functools.partial(
            type(
                'Quiet', (http.server.SimpleHTTPRequestHandler,), dict(log_message=lambda *_: None)
            ),
            directory=str(folder),
        ),
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f'http://127.0.0.1:{server.server_port}/page.html', studio
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_a_page_without_a_kernel(chromium, served, scheme):
    address, studio = served
    page, errors, outside = watched(chromium, color_scheme=scheme)
    page.goto(address)
    page.wait_for_function(DRAWN, arg=shown(studio))
    row, dot = list(seen(page).items())[4]
    page.mouse.move(*dot)
    tip = page.locator('.se-tip:not([hidden])')
    tip.wait_for()
    hovered = page.locator('.se-studio').get_attribute('data-hover')
    assert (
        hovered == studio.deck.scenes.scene_id[row]
        and tip.locator('img').evaluate('e => e.decode().then(() => e.naturalWidth)') > 50
    )
    page.mouse.click(*dot)
    v = plays_within(page)
    assert json.loads(page.evaluate('document.body.dataset.selection')) == [v['id']] == [hovered]
    assert page.locator('[data-panel=table] [aria-selected=true]').count() == 1
    lasso(page)
    page.wait_for_function(
        'n => JSON.parse(document.body.dataset.selection).length === n', arg=shown(studio)
    )
    page.keyboard.press('Escape')
    assert page.evaluate('document.body.dataset.selection') == '[]'
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')
    assert not errors and not outside and page.title() == EVIL[0]
    page.close()


def test_neighbours_in_the_page_are_those_of_python(chromium, served):
    from scene_explore.geometry.similarity import cosine_similarity
    address, studio = served
    page, _, _ = watched(chromium)
    page.goto(address)
    page.wait_for_function(DRAWN, arg=shown(studio))
    main = studio.deck.spaces[0]
    sim = cosine_similarity(main.x)
    np.fill_diagonal(sim, -2)
    found = page.evaluate('document.querySelector("[data-stage]").stage.space.nearest(5, 10)')
    assert [s for _, s in found] == pytest.approx(np.sort(sim[5])[::-1][:10], abs=2e-3)
    page.close()


# ---- what shows nothing, what is missing, what leaves the machine
def add_module(page):
    "What the script exports, as names of the page"
    page.evaluate(
        """async text => {
            const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
            Object.assign(globalThis, await import(url))
          }""",
        web_text(SCRIPT),
    )


def stage_of(page, header, buffers, **options):
    "A stage of a page of its own, from what Python packs"
    page.goto('about:blank')
    page.add_style_tag(content=web_text(STYLE))
    add_module(page)
    page.wait_for_function('() => globalThis.Stage')   # a module runs when it has come
    page.evaluate(
        """([header, buffers, options]) => {
            document.body.append(document.createElement('div'))
            globalThis.stage = new Stage(
              document.body.lastChild,
              new Deck(
                header,
                buffers.map(o => Uint8Array.from(atob(o), c => c.charCodeAt(0)).buffer),
              ),
              new PageHost(),
              options,
            )
          }""",
        [header, [base64.b64encode(o).decode() for o in buffers], options],
    )


def few(**columns):
    "A deck of twelve scenes, two of them black and unlike all others, packed"
    x = np.random.default_rng(0).normal(size=(12, 8))
    x[[3, 7]] = 40
    scenes = scene_table([
        dict(
            path='f.mp4',
            video_id='f',
            start=i,
            end=i + 1,
            transition='black' if i in (3, 7) else 'cut',
            title='one record',
        )
        for i in range(12)
    ]).assign(**columns)
    return pack(studio_deck(scenes, x))


def test_black_shots_are_hidden_until_they_are_asked_for(chromium):
    page, errors, _ = watched(chromium)
    stage_of(page, *few(), panels=['projection', 'matrix', 'timeline', 'neighbours'], selection=[])
    page.wait_for_function(
        "document.querySelector('[data-panel=projection] .se-body').dataset.drawn === '10'"
    )
    assert page.evaluate("stage.get('colour')") == 'cluster'
    def reach():
        return page.evaluate(
            "Math.max(...document.querySelector('.se-plot').plot.port.ranges.x.map(Math.abs))"
        )
    def near():
        return set(
            page.locator('[data-panel=neighbours] [data-row]').evaluate_all(
                'all => all.map(o => +o.dataset.row)'
            )
        )
    page.evaluate('stage.select([0])')
    page.wait_for_selector('.se-near-card')
    assert (
        not near() & {3, 7}
        and page.locator('[data-panel=matrix] .se-matrix-over').get_attribute('data-scenes') == '10'
    )
    assert '10 scenes' in page.locator('.se-timebase').get_attribute('aria-label')
    checks = page.get_by_label('hide 2 black or title')
    assert checks.count() == 4 and checks.first.is_checked()
    hidden = reach()
    checks.nth(2).uncheck()
    page.wait_for_function(
        "document.querySelector('[data-panel=projection] .se-body').dataset.drawn === '12'"
    )
    page.wait_for_function("document.querySelector('.se-matrix-over').dataset.scenes === '12'")
    page.wait_for_function(
        "document.querySelectorAll('[data-panel=neighbours] [data-row=\\'3\\']').length === 1"
    )
    assert not checks.first.is_checked() and reach() > 3*hidden and not errors
    page.close()


def test_a_missing_number_is_unknown_everywhere(chromium):
    page, errors, _ = watched(chromium)
    stage_of(
        page,
        *few(loud=[np.nan if i % 4 == 0 else i / 7 for i in range(12)]),
        panels=['projection', 'timeline', 'table'],
        view=dict(colour='loud')
    )
    page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
    # and no marker of the numbers over their scale
    assert page.locator('.se-legend-item').all_inner_texts() == ['unknown']
    assert page.locator('[data-panel=timeline] .se-key').all_inner_texts()[1] == 'unknown'
    assert (
        'unknown' in page.locator('[data-panel=table] [data-row="0"]').inner_text() and not errors
    )
    page.close()


def test_places_of_one_colour_are_told_apart_in_the_timeline(chromium):
    page, errors, _ = watched(chromium)
    places = ['place 00', 'place 12', *(f'place {i:02d}' for i in range(1, 12))]
    rows = [
        dict(path=f, video_id=f, start=i, end=i + 1, place=place)
        for i, place in enumerate(places)
        for f in ('film a', 'film b')
        if f == 'film b' or i < 2
    ]
    scenes = scene_table(rows)
    x = np.random.default_rng(0).normal(size=(len(scenes), 8))
    stage_of(page, *pack(studio_deck(scenes, x)), panels=['timeline'])
    page.wait_for_selector('[data-panel=timeline] .se-key')
    looks = page.locator('[data-panel=timeline] .se-key i').evaluate_all(
        'all => all.map(o => getComputedStyle(o).backgroundImage)'
    )
    assert len(looks) == 2 and looks[0] != looks[1]
    shades = page.evaluate("""() => {
      const base = document.querySelector('.se-timebase'),
        scale = base.width / base.getBoundingClientRect().width,
        g = base.getContext('2d')
      return [0.3, 0.8].map(share => {
        const x = Math.round(base.width * share)
        const { data } = g.getImageData(x, Math.round(18 * scale), 60, Math.round(8 * scale))
        return new Set(new Uint32Array(data.buffer)).size
      })
    }""")
    assert shades[0] == 1 and shades[1] > 1 and not errors
    page.close()


def test_the_projection_says_what_trustworthiness_is(chromium):
    page, errors, _ = watched(chromium)
    stage_of(page, *few(), panels=['projection'])
    page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
    said = page.locator('[data-panel=projection] .se-note').inner_text()
    assert re.match(r'Trustworthiness 0\.\d\d: 1 where .* by how far it ranks there', said)
    assert 'share' not in said and not errors
    page.close()


def test_neighbours_begin_with_the_first_scene_that_is_shown(chromium):
    page, errors, _ = watched(chromium)
    stage_of(page, *few(), panels=['neighbours'])
    page.wait_for_selector('.se-near-card')
    body = page.locator('[data-panel=neighbours] .se-body')
    assert body.get_attribute('data-query') == page.evaluate('stage.deck.ids[0]')
    assert page.evaluate("document.querySelectorAll('.se-near-card').length") == 9 and not errors
    page.close()


def test_scenes_of_one_record_are_told_apart_by_their_time(chromium):
    page, errors, _ = watched(chromium)
    stage_of(page, *few(), panels=['neighbours'], selection=[])
    page.evaluate('stage.select([0])')
    page.wait_for_selector('.se-near-card')
    said = page.locator('.se-near-card').all_inner_texts()
    assert len(set(said)) == len(said) == 9 and '0:01.0 – 0:02.0' in ''.join(said) and not errors
    page.close()


def test_no_button_sends_anything_away(chromium, served):
    address, _ = served
    page, errors, _ = watched(chromium)
    page.goto(address)
    page.wait_for_function(DRAWN, arg=1)
    assert_nothing_is_sent(page)
    page.close()
    assert not errors


# ---- a kernel that goes, and a notebook without one
def test_enter_searches_an_export_is_saved_and_a_kernel_that_is_gone_leaves_a_picture(
    chromium, room
):
    code = f'''import numpy as np, plotly.graph_objects as go
from scene_explore.core.scenes import scene_table
from scene_explore.views.studio import Studio
scenes = scene_table([
    dict(path='f.mp4', video_id='f', start=i, end=i + 1, place=p)
    for i, p in enumerate({EVIL!r} * 3)
])
x = np.random.default_rng(0).normal(size=(len(scenes), 8))
studio = Studio(
    scenes, x, search=lambda text: x[:, 0], panels=['library', 'projection', 'neighbours', 'table']
)
studio'''
    page, errors, outside = watched(chromium)
    run_all(page, notebook(room, code, "go.Figure(go.Scatter(y=[1, 2]))"))
    page.wait_for_function(DRAWN, arg=15)
    page.wait_for_function("document.querySelectorAll('.modebar-btn').length > 5")
    assert not [
        o
        for o in page.locator('.modebar-btn').evaluate_all('all => all.map(o => o.dataset.title)')
        if 'share' in o.lower()
    ]
    page.locator('.se-near-words').fill('a kitchen')
    page.locator('.se-near-words').press('Enter')
    page.get_by_text('10 scenes nearest to').wait_for()
    page.locator('[data-panel=neighbours]').get_by_text('by the text encoder').wait_for()
    page.keyboard.press('Escape')
    export = page.get_by_role('button', name='Export', exact=True)
    for kind in ('csv', 'eaf'):
        page.get_by_label('Form of the export').select_option(kind)
        with page.expect_download() as got: export.click()
        file = next((room.folder/'exports').glob(f'*.{kind}'))
        assert got.value.suggested_filename == file.name
        assert got.value.path().read_bytes() == file.read_bytes()
    again = page.locator('.se-exported')
    assert again.inner_text() == file.name
    with page.expect_download() as got: again.click()
    assert got.value.path().read_bytes() == file.read_bytes()

    assert page.locator('.se-still').is_hidden()
    page.evaluate('window.jupyterapp.commands.execute("docmanager:save")')
    page.evaluate('window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()')
    page.get_by_text("The kernel was restarted: run the notebook's cells again.").wait_for()
    assert page.get_by_role('button', name='Export', exact=True).is_disabled() and page.locator(
        '[data-panel=library] .se-body'
    ).evaluate('o => o.inert')

    page.reload()
    page.locator('.se-still svg').wait_for()
    page.wait_for_function(
        "document.body.innerText.includes('A picture of 15 scenes. Run the cell to bring the panels"
        " to life.')"
    )
    page.wait_for_function(
        "[...document.querySelectorAll('.jp-OutputArea-child')].some(o =>"
        " o.textContent.includes('model not found'))"
    )
    assert (
        'model not found' not in page.evaluate('document.body.innerText')
        and page.title() != 'broken'
    )
    assert not errors and not outside
    page.close()


# ---- Python's side
def test_what_makes_no_studio():
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    with pytest.raises(ValueError, match='3 rows and the table 4'): Studio(scenes, np.eye(3))
    with pytest.raises(ValueError, match='finite'): Studio(scenes, np.full((4, 2), np.nan))
    with pytest.raises(ValueError, match='give one'): Studio(scenes, np.eye(4), session='monday')


def test_a_session_waits_for_the_scenes_it_knows(tmp_path):
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    first = Studio(scenes, np.eye(4), store=Store(tmp_path), session='monday')
    first.selection, first.view = scenes.scene_id[:2].tolist(), dict(colour='time')
    again = Studio(store=Store(tmp_path), session='monday')   # an empty room
    assert again.selection == [] and again.view == dict(colour='time')
    again.deck = first.deck
    assert again.selection == first.selection


def test_scenes_come_with_pictures_and_a_page_holds_them(films, tmp_path):
    "Nothing but scenes and embeddings was given; a film that is not there is said"
    film = str(next(films.glob('one.mp4')))
    scenes = scene_table(
        [dict(path=film, start=i, end=i + 2) for i in range(0, 8, 2)]
        + [dict(path='/nowhere/gone.mp4', video_id='gone', start=0, end=1)]
    )
    studio = Studio(scenes, np.random.default_rng(0).normal(size=(5, 8)))
    assert [o['path'] for o in studio.to_html(tmp_path / 'page.html', progress=False)] == [
        '/nowhere/gone.mp4'
    ]
    assert set(studio.deck.thumbnails) == set(scenes.scene_id[scenes.path == film])


def test_what_is_shown_survives_a_cancelled_embedding_and_one_that_fails(films, tmp_path):
    studio = Studio(store=Store(tmp_path/'store'))
    studio.embed(films/'one.mp4', backbone='histogram')
    before = studio.deck
    studio.embedding.start(
        lambda: (studio.embedding.stop.set(), studio._embed([films], studio.settings))[1]
    )
    studio.embedding.wait()
    assert studio.deck is before and studio.embedding.state['said'] == 'no scene could be read'
    with pytest.raises(ValueError): studio.embed(films, backbone='no-such-encoder')
    assert (
        studio.deck is before
        and studio.settings.backbone == 'histogram'
        and not studio.embedding.state['running']
    )
    with pytest.raises(ValueError, match='running already'):
        studio.embedding.start(lambda: studio.embedding.stop.wait(30))
        studio.embed(films)
    studio.embedding.stop.set()
    studio.embedding.wait()


def test_umap_comes_when_it_is_asked_for(tmp_path):
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(30)])
    studio = Studio(scenes, np.random.default_rng(0).normal(size=(30, 6)), store=Store(tmp_path))
    studio.answer_layout('embeddings')
    studio.drawing.wait()
    assert (
        np.shape(studio.deck.spaces[0].layouts['UMAP']) == (30, 2)
        and studio.view['layout'] == 'UMAP'
    )
    studio.answer_layout('nothing')
    with pytest.raises(ValueError, match='no space'): studio.drawing.wait()


def test_a_film_that_comes_back_is_in_the_next_page(films, tmp_path):
    film = tmp_path/'away.mp4'
    scenes = scene_table([dict(path=str(film), video_id='a', start=i, end=i + 1) for i in range(2)])
    studio = Studio(scenes, np.eye(2), store=Store(tmp_path/'store'))
    assert studio.to_html(tmp_path/'a.html', progress=False)
    shutil.copy(films/'one.mp4', film)
    assert (
        studio.to_html(tmp_path / 'b.html', progress=False) == []
        and (tmp_path / 'b.html').stat().st_size > (tmp_path / 'a.html').stat().st_size
    )


def test_a_question_from_the_page_cannot_reach_other_methods():
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    studio, said = Studio(scenes, np.eye(4)), []
    studio.send = lambda o, buffers=(): said.append(o)
    for message in (
        dict(ask='1', kind='close'),
        dict(ask='2', kind='x.y'),
        dict(ask='3', kind='export', args=dict(kind='exe', ids=[])),
        dict(kind='deck'),
        'deck',
        dict(ask='4', kind='preview', args=dict(wrong=1)),
    ):
        studio.heard(message)
    assert [o['answer'] for o in said] == ['1', '2', '3', '4'] and all(
        set(o) == {'answer', 'error'} for o in said
    )


def test_a_question_that_was_lost_is_asked_again_and_one_that_changes_something_is_not(chromium):
    page, errors, _ = watched(chromium)
    page.goto('about:blank')
    add_module(page)
    page.wait_for_function('() => globalThis.KernelHost')   # before the clock stands still
    page.clock.install()
    page.evaluate(
        """() => {
            globalThis.sent = []
            globalThis.host = new KernelHost({ on() {}, off() {}, send: o => sent.push(o) })
            globalThis.deck = host.ask('deck')
            globalThis.train = host.ask('train')
          }"""
    )
    page.clock.run_for(6000)
    assert page.evaluate('sent.map(o => o.kind)') == ['deck', 'train', 'deck'] and page.evaluate(
        'sent[0].ask === sent[2].ask'
    )
    assert (
        page.evaluate(
            "host.hear({answer: sent[0].ask, value: {header: 7}}, []); deck.then(o => o.header)"
        )
        == 7
    )
    page.clock.run_for(100_000)
    assert page.evaluate('sent.length') == 3 and not errors
    page.close()


# ---- timeline
def picture(*colours):
    "A thumbnail of upright stripes of these colours, as JPEG"
    stripes = np.repeat(np.array(colours, 'uint8')[None], 90, 0).repeat(160 // len(colours), 1)
    file = io.BytesIO()
    Image.fromarray(stripes).save(file, 'JPEG', quality=95)
    return file.getvalue()


def timeline_of(page, lengths, x=None, thumbnails=()):
    "A stage with the timeline of one film whose shots have these lengths"
    ends = np.cumsum(lengths)
    scenes = scene_table([
        dict(path='f.mp4', video_id='f', start=end - length, end=end)
        for end, length in zip(ends, lengths, strict=True)
    ])
    if x is None: x = np.random.default_rng(0).normal(size=(len(scenes), 8))
    pictures = dict(zip(scenes.scene_id, thumbnails, strict=False))
    stage_of(page, *pack(studio_deck(scenes, x, pictures)), panels=['timeline'])
    page.wait_for_selector('[data-panel=timeline] .se-key')


def pixels(page, x, y, wide=1, tall=1):
    "Colours of the timeline's picture, in CSS pixels from its corner [tall, wide, RGBA]"
    found = page.locator('.se-timebase').evaluate(
        '(e, at) => [...e.getContext("2d").getImageData(...at).data]', [x, y, wide, tall]
    )
    return np.array(found).reshape(tall, wide, 4)


def time_pixel(page, share):
    "Where a share of the whole film lies"
    return round(40 + share*(page.locator('.se-timebase').bounding_box()['width'] - 52))


def drawn_like(page, x, y, colour):
    "Wait until a pixel of the timeline's picture has about this colour"
    page.wait_for_function(
        """([x, y, colour]) => {
            const g = document.querySelector('.se-timebase').getContext('2d')
            const { data } = g.getImageData(x, y, 1, 1)
            return data[3] === 255 && colour.every((o, c) => Math.abs(o - data[c]) < 12)
          }""",
        arg=[x, y, colour],
    )


def test_the_timeline_says_how_long_shots_are_and_how_fast_they_follow(chromium):
    page, errors, _ = watched(chromium)
    timeline_of(page, [10]*6 + [2]*30)
    words = page.locator('.se-shotlengths')
    assert words.inner_text() == '36 shots: median length 2.0 s, mean length 3.3 s'
    base = page.locator('.se-timebase')
    before = base.bounding_box()['height']
    page.get_by_label('cutting rate').check()
    page.wait_for_function(
        'before => document.querySelector(".se-timebase").clientHeight > before', arg=before
    )
    height = base.bounding_box()['height']
    assert height == before + 24 + 52
    def level(share):
        "How high the thin line is, from the bottom of its grid"
        column = pixels(page, time_pixel(page, share), int(height) - 72, tall=52)[:, 0]
        dark = np.flatnonzero((column[:, 3] > 100) & (column[:, :3].sum(1) < 250))
        return 51.5 - dark.mean()
    # 6 shots a minute, then 30
    assert 4 < level(.8)/level(.23) < 6
    page.get_by_label('cutting rate').uncheck()
    page.wait_for_function(
        'before => document.querySelector(".se-timebase").clientHeight === before', arg=before
    )
    assert not errors
    page.close()


def test_the_filmstrip_shows_thumbnails_when_they_come(chromium):
    page, errors, _ = watched(chromium)
    timeline_of(page, [10]*10)
    page.get_by_label('filmstrip').check()
    page.wait_for_function('document.querySelector(".se-timebase").clientHeight > 220')
    first, second = time_pixel(page, 0), time_pixel(page, .1)
    assert not pixels(page, first, 2, 200, 40).any()
    page.evaluate(
        """pictures => {
            stage.deck.add([0, 1], 0, pictures)
            stage.shared.set({ pictures: 'come' })
          }""",
        [base64.b64encode(picture(o)).decode() for o in ((255, 0, 0), (0, 0, 255))],
    )
    drawn_like(page, first + 60, 20, [255, 0, 0])
    drawn_like(page, second + 60, 20, [0, 0, 255])
    # a thumbnail ends before its scene does, and the third scene has none
    assert not pixels(page, first + 80, 20).any()
    assert not pixels(page, time_pixel(page, .2) + 10, 20).any() and not errors
    page.close()


def test_the_barcode_is_the_mean_colour_of_each_thumbnail(chromium):
    page, errors, _ = watched(chromium)
    colours = [((250, 20, 30),), ((0, 0, 0), (255, 255, 255))]
    timeline_of(page, [1, 3], thumbnails=[picture(*o) for o in colours])
    page.get_by_label('barcode').check()
    drawn_like(page, time_pixel(page, .1), 8, [250, 20, 30])
    drawn_like(page, time_pixel(page, .3), 8, [128, 128, 128])
    drawn_like(page, time_pixel(page, .9), 8, [128, 128, 128])
    assert not errors
    page.close()


def test_a_page_may_read_its_thumbnails(chromium, served):
    page, errors, outside = watched(chromium)
    page.goto(served[0])
    page.get_by_label('filmstrip').check()
    page.get_by_label('barcode').check()
    page.wait_for_function(
        """() => {
            const base = document.querySelector('.se-timebase'),
              { data } = base.getContext('2d').getImageData(60, 50, 1100, 1),
              colours = new Set(new Uint32Array(data.buffer))
            return base.clientHeight > 250 && colours.size > 4
          }"""
    )
    assert not errors and not outside
    page.close()


def test_a_value_in_a_hundred_sets_no_range_where_no_black_frame_is_known(chromium):
    page, errors, _ = watched(chromium)
    x = np.random.default_rng(0).normal(size=(300, 8))*.1 + [1]*8
    x[150] = -1   # two cosines near -1
    timeline_of(page, [1]*300, x)
    page.locator('.se-threshold').press('Home')
    page.wait_for_function("stage.get('threshold') !== null")
    assert page.evaluate("stage.get('threshold')") > .8
    page.locator('.se-threshold').press('Delete')
    page.wait_for_function("stage.get('threshold') === null")
    page.evaluate(
        '() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))'
    )
    bottom = round(page.locator('.se-timebase').bounding_box()['height']) - 20
    at = pixels(page, time_pixel(page, 150/300) - 1, bottom - 2, 6, 2)
    assert (at[..., 2] - at[..., 0] > 60).any() and not errors   # it is drawn at the edge
    page.close()


# ---- what was seen: in the address of a page, and step by step back
def selected(page): return json.loads(page.evaluate('document.body.dataset.selection'))


def test_a_link_shows_what_was_seen_and_a_reload_loses_nothing(chromium, served):
    address, studio = served
    page, errors, _ = watched(chromium)
    page.goto(address)
    page.wait_for_function(DRAWN, arg=shown(studio))
    row, dot = list(seen(page).items())[5]
    page.mouse.click(*dot)
    page.get_by_label('Colour').first.select_option('film')
    page.wait_for_function('() => /rows=.*colour=|colour=.*rows=/.test(location.hash)')
    link, chosen = page.url, selected(page)
    assert 'colour=film' in link and chosen == [studio.deck.scenes.scene_id[row]]
    page.reload()
    page.wait_for_function(DRAWN, arg=shown(studio))
    assert selected(page) == chosen
    assert page.get_by_label('Colour').first.input_value() == 'film'
    page.close()
    other, more, _ = watched(chromium)
    other.goto(link)
    other.wait_for_function(DRAWN, arg=shown(studio))
    assert selected(other) == chosen
    other.evaluate('location.hash = "rows=0-2&colour=%3Cimg%20src=x%3E&dims=9e9"')
    other.wait_for_function('() => JSON.parse(document.body.dataset.selection).length === 3')
    assert other.locator('.se-studio img[src=x]').count() == 0
    other.close()
    assert not errors and not more


def test_selections_are_joined_by_keys_and_undone(chromium, served):
    address, studio = served
    page, errors, _ = watched(chromium)
    page.goto(address)
    page.wait_for_function(DRAWN, arg=shown(studio))
    rows = list(seen(page).items())
    (first, at), (second, other) = rows[0], rows[-1]
    def around(x, y, *keys):
        for key in keys: page.keyboard.down(key)
        page.mouse.move(x - 7, y - 7)
        page.mouse.down()
        page.mouse.move(x + 7, y + 7, steps=4)
        page.mouse.up()
        for key in keys: page.keyboard.up(key)
    page.get_by_role('button', name='Box').click()
    around(*at)
    one = set(selected(page))
    around(*other, 'Shift')
    both = set(selected(page))
    ids = studio.deck.scenes.scene_id
    assert ids[first] in one and {ids[first], ids[second]} <= both and one < both
    around(*at, 'Alt')
    assert set(selected(page)) == both - one
    page.get_by_role('button', name='Undo the selection').click()
    assert set(selected(page)) == both
    around(*at, 'Shift', 'Alt')
    assert set(selected(page)) == one
    page.keyboard.press('z')
    page.keyboard.press('z')
    assert set(selected(page)) == one
    page.keyboard.press('Shift+Z')
    assert set(selected(page)) == both and not errors
    page.close()


# ---- filter
def filter_field(page): return page.get_by_role('searchbox', name='Filter scenes', exact=True)
def facet(page, value):
    return page.locator(f'[data-panel=facets] button[data-value="{value}"]')


def listed(page):
    "Rows of the table, once it has listed what the filter leaves"
    page.wait_for_function(
        "document.querySelector('[data-panel=table] .se-body').dataset.shown ==="
        ' String(stage.matching ? stage.matching.size : stage.deck.n)'
    )
    rows = page.locator('[data-panel=table] [data-row]').evaluate_all(
        'all => all.map(o => +o.dataset.row)'
    )
    return sorted(rows)


def filter_stage(page, **options):
    "Twelve scenes, three places and an hour that is missing once"
    columns = dict(
        place=['kitchen', 'bar', ''] * 4,
        hour=[np.nan if i == 10 else i for i in range(12)],
    )
    stage_of(page, *few(**columns), panels=['filter', 'table'], **options)
    page.wait_for_selector('[data-panel=table] [data-row]')


def test_an_expression_filters_the_scenes(chromium):
    page, errors, _ = watched(chromium)
    filter_stage(page)
    status = page.locator('[data-panel=filter] [role=status]')
    assert status.inner_text() == '12 scenes' and listed(page) == list(range(12))
    for text, rows in {
        'place:kitchen OR hour>9': [0, 3, 6, 9, 11],
        '-place:kitchen hour<=5': [1, 2, 4, 5],
        'transition:black': [3, 7],
        'duration<2 NOT (place:bar OR place:kitchen)': [2, 5, 8, 11],
        'KITCH start>=6': [6, 9],
    }.items():
        filter_field(page).fill(text)
        page.wait_for_function(
            "text => document.querySelector('.se-filter-count').textContent === text",
            arg=f'{len(rows)} of 12 scenes match',
        )
        assert listed(page) == rows
        assert page.evaluate('document.body.dataset.filter') == text
        assert page.evaluate('[stage.get("where"), [...stage.matching]]') == [text, rows]
        assert page.evaluate('stage.deck.ids.map((_, i) => stage.matches(i))') == [
            i in rows for i in range(12)
        ]
    filter_field(page).fill('')
    assert listed(page) == list(range(12)) and page.evaluate('stage.matching') is None


# ---- matrix and neighbours
def fifty(**columns):
    "Fifty scenes around one mean direction, two of them alike and two black -> vectors, packed"
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 12)) + 3
    x[1] = x[0]
    x[[7, 30]] = -40
    rows = [
        dict(
            path=f'{i // 25}.mp4',
            video_id=f'film {i // 25}',
            start=i % 25,
            end=i % 25 + 1,
            transition='black' if i in (7, 30) else 'cut',
        )
        for i in range(50)
    ]
    return x, pack(studio_deck(scene_table(rows).assign(**columns), x))


def cosines(x, centred=False):
    "Of the scenes that are shown, by brute force"
    x = np.delete(x, [7, 30], 0)
    x = x/np.linalg.norm(x, axis=1, keepdims=True)
    if centred:
        x = x - x.mean(0)
        x = x/np.linalg.norm(x, axis=1, keepdims=True)
    return x @ x.T


def percentiles(sim):
    return np.percentile(sim[~np.eye(len(sim), dtype=bool)], [2, 98], method='nearest')


def colours_of_the_matrix(page):
    page.wait_for_selector('.se-matrix-over[data-drawn]')
    data = page.evaluate("({ ...document.querySelector('.se-matrix-over').dataset })")
    return [float(data['low']), float(data['high'])]


def test_a_few_extremes_do_not_set_the_colours_of_the_matrix(chromium):
    page, errors, _ = watched(chromium)
    x, deck = fifty()
    stage_of(page, *deck, panels=['matrix'])
    found = colours_of_the_matrix(page)
    assert found == pytest.approx(percentiles(cosines(x)), abs=3e-3) and found[1] < .99
    assert not errors
    page.close()


def test_a_broken_expression_says_why_and_leaves_what_is_shown(chromium):
    page, errors, _ = watched(chromium)
    filter_stage(page)
    filter_field(page).fill('place:bar')
    assert listed(page) == [1, 4, 7, 10]
    alert = page.locator('[data-panel=filter] [role=alert]')
    assert alert.is_hidden()
    for text, said in {
        'place:bar (hour>3': 'an opening parenthesis is not closed (character 11)',
        'plcae:bar': 'no column "plcae", perhaps place: there are place, film, time, ',
        'hour>noon': '"noon" is no number: hour holds numbers',
        '<img src=x onerror=document.title="broken">': 'no column is named before <',
    }.items():
        filter_field(page).fill(text)
        alert.wait_for()
        assert alert.inner_text().startswith(said)
        assert filter_field(page).get_attribute('aria-invalid') == 'true'
        assert listed(page) == [1, 4, 7, 10]
    filter_field(page).fill('hour>10')
    assert listed(page) == [11] and alert.is_hidden() and page.title() != 'broken'
    assert not errors
    page.close()


def test_a_facet_is_put_to_the_expression_and_taken_out_again(chromium):
    page, errors, _ = watched(chromium)
    filter_stage(page)
    page.wait_for_selector('[data-panel=facets] button')
    place = page.locator('.se-facet[data-column=place] .se-facet-value')
    assert place.all_inner_texts() == ['unknown\n4', 'bar\n4', 'kitchen\n4']
    filter_field(page).fill('hour<3 OR hour>9')
    page.wait_for_function("document.querySelector('.se-facet b').textContent === '2'")
    assert place.all_inner_texts() == ['unknown\n2', 'bar\n1', 'kitchen\n1']
    facet(page, 'bar').focus()
    page.keyboard.press('Enter')
    page.wait_for_function("document.activeElement.getAttribute('aria-pressed') === 'true'")
    assert filter_field(page).input_value() == '(hour<3 OR hour>9) place:"bar"'
    assert listed(page) == [1] and place.all_inner_texts() == ['bar\n1']
    page.keyboard.press('Enter')
    page.wait_for_function("document.activeElement.getAttribute('aria-pressed') === 'false'")
    assert filter_field(page).input_value() == 'hour<3 OR hour>9' and listed(page) == [0, 1, 2, 11]
    filter_field(page).fill('')
    facet(page, '').first.click()
    assert listed(page) == [2, 5, 8, 11] and not errors
    assert filter_field(page).input_value() == 'place:=""'
    page.close()


def test_a_dozen_values_of_a_facet_and_more_of_them(chromium):
    page, errors, _ = watched(chromium)
    values = [*(f'place {i}' for i in range(1, 12)), *EVIL[:3]]
    scenes = scene_table([
        dict(path='f.mp4', video_id='f', start=i, end=i + 1, place=place)
        for i, place in enumerate([*values, 'place 11'])
    ])
    x = np.random.default_rng(0).normal(size=(len(scenes), 8))
    stage_of(page, *pack(studio_deck(scenes, x)), panels=['filter', 'table'])
    place = page.locator('.se-facet[data-column=place]')
    shown = place.locator('.se-facet-value')
    assert shown.count() == 12 and shown.first.inner_text() == 'place 11\n2'
    place.get_by_role('button', name='2 more').click()
    assert shown.count() == len(values) and place.get_by_role('button', name='fewer').count() == 1
    for i, value in enumerate(EVIL[:3]):
        shown.filter(has_text=value).click()
        assert listed(page) == [11 + i]
        shown.filter(has_text=value).click()
    # another place has the same beginning
    facet(page, 'place 1').click()
    assert listed(page) == [0] and filter_field(page).input_value() == 'place:="place 1"'
    assert page.title() != 'broken' and page.locator('.se-studio img').count() == 0 and not errors
    page.close()


def test_a_view_has_a_filter_and_the_table_its_own_words(chromium):
    page, errors, _ = watched(chromium)
    filter_stage(page, view=dict(where='hour<6', filter='place:bar'))
    shown = page.locator('[data-panel=table] [data-row]')
    assert filter_field(page).input_value() == 'hour<6'
    assert shown.evaluate_all('all => all.map(o => +o.dataset.row)') == [1, 4]
    page.locator('.se-table-filter').fill('')
    assert listed(page) == list(range(6))
    page.evaluate("stage.see({ where: 'nowhere:x' })")
    page.get_by_text('no column "nowhere"').wait_for()
    assert listed(page) == list(range(12)) and not errors
    page.close()


def test_cosines_of_matrix_and_neighbours_can_be_centred(chromium):
    page, errors, _ = watched(chromium)
    x, deck = fifty()
    stage_of(page, *deck, panels=['matrix', 'neighbours'], view=dict(centred=True))
    assert colours_of_the_matrix(page) == pytest.approx(percentiles(cosines(x, True)), abs=5e-3)
    rows = [i for i in range(50) if i not in (7, 30)]
    page.evaluate('stage.select([20])')
    page.wait_for_function(
        "document.querySelector('[data-panel=neighbours] .se-body').dataset.query ==="
        " stage.deck.ids[20]"
    )
    def nearest():
        return page.locator('.se-near-card').evaluate_all('all => all.map(o => +o.dataset.row)')
    def wanted(centred):
        row = rows.index(20)
        sim = cosines(x, centred)[row]
        sim[row] = -2
        return [rows[i] for i in np.argsort(-sim, kind='stable')[:10]]
    assert nearest() == wanted(True) != wanted(False)
    choices = page.get_by_label('Similarity', exact=True)
    assert choices.count() == 2
    assert 'one mean direction' in choices.first.get_attribute('title')
    choices.first.select_option('')
    page.wait_for_function(
        'row => +document.querySelector(".se-near-card").dataset.row === row',
        arg=int(wanted(False)[0]),
    )
    assert nearest() == wanted(False) and choices.nth(1).input_value() == ''
    page.wait_for_function('+document.querySelector(".se-matrix-over").dataset.low > .5')
    assert colours_of_the_matrix(page) == pytest.approx(percentiles(cosines(x)), abs=3e-3)
    assert not errors
    page.close()


def test_a_page_searches_the_words_of_its_table(chromium):
    page, errors, _ = watched(chromium)
    # scene 7 is black
    _, deck = fifty(
        title=['red kettle, red cup' if i in (5, 7) else f'scene {i}' for i in range(50)],
        place=['red room with a kettle' if i == 2 else 'hall' for i in range(50)],
    )
    stage_of(page, *deck, panels=['neighbours'])
    panel = page.locator('[data-panel=neighbours]')
    by = panel.get_by_text('by an example scene')
    by.wait_for()
    words = page.locator('.se-near-words')
    words.fill('KETTLE red')
    words.press('Enter')
    panel.get_by_text('by the words of the table').wait_for()
    def rows():
        return panel.locator('.se-near-card').evaluate_all('all => all.map(o => +o.dataset.row)')
    assert rows() == [5, 2] and by.is_hidden()
    assert '3 hits' in panel.locator('.se-near-card').first.inner_text()
    assert '3 hits' in panel.locator('.se-near-card').first.get_attribute('aria-label')
    assert page.evaluate("stage.get('selection')") == [2, 5]
    page.evaluate('stage.set({ hide: false })')
    page.wait_for_function("document.querySelectorAll('.se-near-card').length === 3")
    assert rows() == [5, 7, 2]
    page.evaluate('stage.set({ hide: true })')
    page.wait_for_function("document.querySelectorAll('.se-near-card').length === 2")
    words.fill('elephant')
    panel.get_by_role('button', name='Search', exact=True).click()
    panel.get_by_text('No scene that is shown here has all of these words').wait_for()
    assert page.evaluate("stage.get('selection')") == [2, 5]
    words.fill('')
    words.press('Enter')
    by.wait_for()
    assert panel.locator('.se-near-card').count() == 10 and not set(rows()) & {7, 30}
    assert panel.locator('.se-body').get_attribute('data-query') and not errors
    page.close()


def test_the_panels_stand_and_fill_in_while_cells_run(chromium, room):
    code = '''from pathlib import Path
import time
from scene_explore.views.studio import Studio
studio = Studio(folder='films', session='')
studio.embed('films', backbone='histogram', wait=False)
studio'''
    page, errors, outside = watched(chromium)
    address = notebook(
        room,
        code,
        "while not Path('seen').exists(): time.sleep(.05)",
        "studio.wait()\nprint('all', [o.name for o in studio.deck.spaces])",
    )
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_function(READY)
    page.evaluate(
        "() => { globalThis.ran = jupyterapp.commands.execute('notebook:run-all-cells') }"
    )
    page.wait_for_function(DRAWN, arg=4)   # the second cell waits for this
    page.get_by_text('scenes of 2 films in').wait_for()
    assert page.locator('.jp-InputPrompt', has_text='*').count() == 2
    assert page.get_by_text('Still coming').count() == 0
    (room.folder/'seen').touch()
    page.evaluate('globalThis.ran')
    page.get_by_text("all ['histogram', 'pixels', 'words']").wait_for()
    library = page.locator('[data-panel=library]')
    page.wait_for_function(
        'document.querySelectorAll("[data-panel=library] .se-folder input:checked").length === 2'
    )
    assert library.get_by_role('button', name='Embed 2 films').is_enabled()
    assert not errors and not outside
    page.close()


def test_what_a_session_selected_waits_for_the_last_film():
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    room = Studio(panels=['table'])
    room._before = scenes.scene_id[[0, 3]].tolist()
    room.show(studio_deck(scenes[:2], np.eye(4)[:2]), more=True)
    assert room.selection == []
    room.deck = studio_deck(scenes, np.eye(4))
    assert room.selection == scenes.scene_id[[0, 3]].tolist()


def test_nobody_is_disturbed_at_work_and_the_panel_says_what_waits():
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    room, other = Studio(scenes, np.eye(4)), studio_deck(scenes, {'a': np.eye(4), 'b': np.eye(4)})
    room.selection, first = scenes.scene_id[:1].tolist(), room.deck
    room._grow(other, 'scenes of 1 film')
    room._offer(other, 'the space of b')
    assert room.deck is first and room.embedding.state['waiting'] == 'the space of b'
    state, _ = room.answer_show()
    assert room.deck is other and state['waiting'] == ''
    assert room.selection == scenes.scene_id[:1].tolist()


def test_vectors_are_still_to_come_until_there_are_some():
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    room = Studio(scenes, np.eye(4))
    room._grow(Deck(scenes, []), 'scenes of 2 films')
    later = ['words and clusters', 'baselines']
    assert room.embedding.state['coming'] == ['scenes of 2 films', 'vectors', *later]
    room._grow(studio_deck(scenes, np.eye(4)), '')
    assert room.embedding.state['coming'] == later


def test_a_deck_that_is_asked_again_is_sent_once():
    scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)])
    room, sent = Studio(scenes, np.eye(4)), []
    room.send = lambda o, buffers=(): sent.append(o)
    for _ in range(3): room.heard(dict(ask='1', kind='deck'))
    room.heard(dict(ask='2', kind='deck'))
    assert [o['answer'] for o in sent] == ['1', '2']
