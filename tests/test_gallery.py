"""The ablation gallery: what is compared, and what a person sees of it in a real headless Chromium,
with no kernel"""
import json

import numpy as np
import pandas as pd
import pytest
from lab import watched

from scene_explore.training.held_out import METRICS, place_queries
from scene_explore.training.ablation import compare
from scene_explore.views.gallery import (
    Gallery,
    chance_levels,
    config_differences,
    gallery_data,
    history_curves,
    measure_spaces,
    run_layouts,
    run_spaces,
    unique_names,
)
from scene_explore.training.runs import FinetuneConfig, Run
from scene_explore.core.scenes import scene_table

PLACES = 'bar', 'street', 'kitchen', 'office'
HOSTILE = "<img src=x onerror=document.title='broken'>"
LONG = '"><script>document.title=\'broken\'</script>' + 'שלום '*2000


def some_scenes(films='abcd'):
    return scene_table([
        dict(
            path=f'film {f}.mp4',
            video_id=f'film {f}',
            start=30 * i,
            end=30 * i + 8,
            place=PLACES[i % 4],
        )
        for f in films
        for i in range(12)
    ])


def space(scenes, pull, width, seed):
    "Embeddings in which places lie apart by `pull`"
    centre = {p: np.random.default_rng(i).normal(size=width) for i, p in enumerate(PLACES)}
    return (
        np.stack([pull * centre[p] for p in scenes.place])
        + np.random.default_rng(100 + seed).normal(size=(len(scenes), width))
    ).astype(np.float32)


def some_run(scenes, name, pull, **config):
    steps = np.arange(80)
    history = pd.DataFrame(
        dict(
            step=steps,
            loss=1 + pull * np.exp(-steps / 20),
            val_loss=np.where(steps % 20 == 19, 1.2, np.nan),
        )
    )
    split = np.where(scenes.path.str.contains('[cd]'), 'test', 'train').astype(object)
    return Run(
        name,
        FinetuneConfig(name, **dict(dict(k=0), **config)),
        history,
        {},
        scenes,
        split,
        space(scenes, 0.4, 32, 0),
        space(scenes, pull, 16, len(name)),
        backbone='noise',
    )


@pytest.fixture(scope='module')
def scenes(): return some_scenes()


@pytest.fixture(scope='module')
def runs(scenes):
    return [
        some_run(scenes, 'linear', 2.0),
        some_run(scenes, HOSTILE, 1.0, weighting='squared', options=dict(tau=0.1)),
        some_run(scenes, LONG, 0.5, weighting='squared'),
    ]


# ---- Python's side
def test_only_what_differs_is_said(runs):
    said = config_differences([r.config for r in runs])
    assert said == dict(
        weighting=['linear', 'squared', 'squared'], options=['none', 'tau 0.1', 'none']
    )
    assert config_differences([runs[0].config]*3) == {} and config_differences([]) == {}


def test_names_are_told_apart(): assert unique_names(['a', 'b', 'a']) == ['a (1)', 'b', 'a (2)']


def test_rows_follow_the_table_and_not_the_run(scenes, runs):
    some = scenes.iloc[[30, 2, 17]].reset_index(drop=True)
    found = run_spaces(some, runs)
    assert list(found) == ['frozen', *(r.name for r in runs)]
    np.testing.assert_array_equal(found['linear'], runs[0].after[[30, 2, 17]])
    np.testing.assert_array_equal(found['frozen'], runs[0].before[[30, 2, 17]])


def test_a_turned_space_lies_on_the_first(scenes):
    x = space(scenes, 1., 8, 0)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]
    wide = np.concatenate([x @ turn, np.zeros((len(x), 3))], 1)
    made = run_layouts(dict(one=x, two=wide))
    for layout in 'PCA', 'PCA 3-D':
        np.testing.assert_allclose(
            np.asarray(made['one'][layout]), np.asarray(made['two'][layout]), atol=1e-4
        )


def test_the_mean_of_a_history_keeps_a_line_and_its_ends():
    steps = np.arange(3000.)
    c = history_curves(pd.DataFrame(dict(step=steps, loss=2*steps)))['loss']
    assert len(c['x']) == 240 and c['x'][0] == 0 and c['x'][-1] == 2999 and c['vx'] == []
    middle = slice(10, -10)
    np.testing.assert_allclose(c['y'][middle], 2*np.array(c['x'][middle]), atol=1.01)


def test_chance_is_what_noise_reaches(scenes):
    asked = [
        place_queries(np.random.default_rng(i).normal(size=(48, 8)), scenes) for i in range(80)
    ]
    for short, name in METRICS.items():
        assert chance_levels(asked[0])[name] == pytest.approx(
            np.mean([q[short].mean() for q in asked]), abs=0.02
        )


def test_measured_numbers_are_those_of_the_ablation(scenes, runs):
    judged = np.flatnonzero(runs[0].split == 'test')
    mine = measure_spaces(
        {n: x[judged] for n, x in run_spaces(scenes, runs[:2]).items()},
        scenes.iloc[judged].reset_index(drop=True),
    )
    theirs = compare(runs[:2], ideal=False).against_frozen()
    # without the rows of what is free
    theirs = theirs[theirs.run.isin(mine.run)].reset_index(drop=True)
    shared = [c for c in mine if c in theirs]
    assert {*METRICS.values(), 'mean_cosine'} <= {*shared}
    pd.testing.assert_frame_equal(mine[shared], theirs[shared], check_dtype=False)
    assert mine[f'{METRICS["P@1"]}_diff'][0] == 0


def test_a_run_of_other_scenes_is_refused_in_one_sentence(scenes, runs):
    other = some_run(some_scenes('xyzw'), 'elsewhere', 1.)
    with pytest.raises(
        ValueError, match="'elsewhere' is of other scenes: it lacks 48 of these 48"
    ) as e:
        Gallery(scenes, [runs[0], other])
    assert '\n' not in str(e.value)


@pytest.mark.parametrize(
    'bad, said',
    [
        (lambda s: [], 'no run to show'),
        (lambda s: dict(a=np.zeros((3, 4))), 'one row for each scene'),
        (lambda s: dict(a=np.full((48, 4), np.nan)), 'nothing to show'),
        (lambda s: [some_run(s, 'frozen', 1.0)], 'another name'),
    ],
)
def test_bad_input_is_said(scenes, bad, said):
    with pytest.raises(ValueError, match=said): Gallery(scenes, bad(scenes))


def test_options_are_checked(scenes, runs, tmp_path):
    with pytest.raises(ValueError, match='unknown layout'): Gallery(scenes, runs, methods=['tsne'])
    with pytest.raises(ValueError, match='no column run'):
        Gallery(scenes, runs, metrics=pd.DataFrame(dict(a=[1])))
    with pytest.raises(ValueError, match='name them alike'):
        Gallery(scenes, runs, probe=dict(nobody=pd.DataFrame(dict(factor=['place']))))
    with pytest.raises(ValueError, match='no finished run'): Gallery.of(tmp_path)


def test_a_run_that_diverged_keeps_its_row(scenes, runs):
    nan = Run(**{**vars(runs[1]), 'after': np.full((48, 16), np.nan, np.float32), 'status': 'nan'})
    g = Gallery(scenes, [runs[0], nan])
    assert [o.name for o in g.deck.spaces] == ['frozen', 'linear'] and g.deck.extra['gallery'][
        'runs'
    ][2]['note'].startswith('diverged')


# its films are names alone
@pytest.mark.filterwarnings('ignore::scene_explore.core.scenes.ScenesWarning')
def test_a_saved_study_comes_back(runs, tmp_path):
    for i, r in enumerate(runs[:2]): r.save(tmp_path/str(i))
    g = Gallery.of(tmp_path)
    assert (
        len(g.deck.scenes) == 24
        and g.deck.extra['gallery']['judged'] == '24 scenes of held-out films'
    )
    assert len(Gallery.of(tmp_path, held_out=False).deck.scenes) == 48
    assert g.deck.extra['gallery']['metrics'][0]['chance'] == pytest.approx(2/10.5, abs=.05)


def test_embeddings_alone_are_enough(scenes):
    g = Gallery(
        scenes.assign(place=''), dict(one=space(scenes, 1, 8, 0), two=space(scenes, 0, 8, 1))
    )
    data = g.deck.extra['gallery']
    assert data['metrics'] == data['measures'] == data['settings'] == [] and [
        r['name'] for r in data['runs']
    ] == ['one', 'two']
    json.dumps(gallery_data(['one']), allow_nan=False)


# ---- what a person sees

@pytest.fixture(scope='module')
def published(scenes, runs, tmp_path_factory):
    "A page without a kernel"
    path = tmp_path_factory.mktemp('gallery')/'gallery.html'
    def shares(place):
        return pd.DataFrame(
            dict(
                factor=['place', 'light', 'rest'],
                share=[place, 0.2, 0.8 - place],
                low=[place - 0.1, 0.1, 0.1],
                high=[place + 0.1, 0.3, 0.9],
            )
        )
    Gallery(scenes, runs, probe={'frozen': shares(0.1), 'linear': shares(0.5)}).to_html(
        path, 'Runs', budget=0, progress=False
    )
    return path


@pytest.fixture
def page(chromium, published):
    p, errors, outside = watched(chromium)
    p.goto(published.as_uri())
    drawn(p, 2)
    yield p
    assert not errors and not outside and p.title() != 'broken'
    p.close()


def drawn(p, n):
    p.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.se-gal-picture')]; return all.length"
        f" === {n} && document.querySelector('.se-gal-columns').dataset.aligned === '{n}' &&"
        " all.every(o => o.dataset.drawn) }"
    )


def at(p, cell, row):
    "Where a scene's dot lies on the screen, in the picture of a column"
    return p.evaluate(
        '''([cell, row]) => {
            const { plot } = document.querySelectorAll('.se-gal-cell .se-plot')[cell]
            const box = plot.element.getBoundingClientRect()
            const [x, y] = plot.locate(row)
            return [box.x + x, box.y + y]
          }''',
        [cell, row],
    )


def ring(p, cell):
    "The middle of a column's ring on the screen, or None where it is hidden"
    return p.evaluate(
        "k => { const r = document.querySelectorAll('.se-gal-cell .se-ring')[k]; if (r.hidden)"
        " return null; const b = r.getBoundingClientRect(); return [b.x + b.width/2, b.y +"
        " b.height/2] }",
        cell,
    )


def lonely(p, cell):
    "A scene whose dot has no other near it"
    rows = {r: at(p, cell, r) for r in range(48)}
    return max(
        rows, key=lambda r: min(np.hypot(*np.subtract(rows[r], rows[o])) for o in rows if o != r)
    )


RANGES = (
    '() => [...document.querySelectorAll(".se-gal-cell .se-plot")].map(({ plot: { port } }) =>'
    ' [...port.ranges.x, ...port.ranges.y])'
)


def at_rest(p):
    "The ranges of both pictures, once they are alike and the same for ten frames"
    return p.wait_for_function(
        f"""() => {{ const now = ({RANGES})(), [a, b] = now, said = JSON.stringify(now)
      const alike = a.every((v, i) => Math.abs(v - b[i]) <= 1e-6*Math.abs(b[i]))
      globalThis.still = alike && said === globalThis.last ? globalThis.still + 1 : 0
      globalThis.last = said
      return globalThis.still >= 10 && now }}""",
        polling='raf',
    ).json_value()


def box_of(p, name):
    return (
        p.locator('.se-gal-list tbody tr')
        .filter(has=p.locator('th', has_text=name))
        .locator('input')
    )


@pytest.mark.browser
def test_pointing_in_one_rings_the_same_scene_in_the_other(page):
    row = lonely(page, 0)
    page.mouse.move(*at(page, 0, row))
    page.wait_for_function('() => document.querySelectorAll(".se-ring:not([hidden])").length >= 2')
    for cell in (0, 1): np.testing.assert_allclose(ring(page, cell), at(page, cell, row), atol=1.5)
    assert page.locator('.se-tip:not(.se-pair)').first.is_visible()
    page.mouse.move(5, 5)


@pytest.mark.browser
def test_a_click_selects_in_every_picture_and_in_the_list(page):
    row = lonely(page, 1)
    page.mouse.move(*at(page, 1, row))
    page.wait_for_function('() => !document.querySelector(".se-ring").hidden')
    page.mouse.click(*at(page, 1, row))
    page.wait_for_function('() => JSON.parse(document.body.dataset.selection).length === 1')
    page.wait_for_function(
        '''() =>
            [...document.querySelectorAll('.se-gal-cell .se-plot')].every(
              ({ plot }) => plot.bright?.size === 1,
            )'''
    )
    page.keyboard.press('Escape')
    page.wait_for_function('() => document.body.dataset.selection === "[]"')


@pytest.mark.browser
def test_the_zoom_follows(page):
    before = at_rest(page)
    np.testing.assert_allclose(before[0], before[1], rtol=1e-6)
    page.mouse.move(*at(page, 0, 3))
    page.mouse.wheel(0, -240)
    page.wait_for_function(
        f'w => {{ const r = ({RANGES})(); return r.every(o => o[1] - o[0] < .95*w && Math.abs(o[0]'
        ' - r[0][0]) < 1e-6*w) }',
        arg=before[0][1] - before[0][0],
    )
    page.get_by_label('Colour').first.select_option('film')
    page.wait_for_function(
        '() => [...document.querySelectorAll(".se-gal-cell .se-plot")].every(({ plot }) =>'
        ' new Set(plot.picture.colours).size === 4)'
    )
    after = at_rest(page)
    np.testing.assert_allclose(after[0], after[1], rtol=1e-6)
    assert after[0][1] - after[0][0] < .95*(before[0][1] - before[0][0])
    page.get_by_role('button', name='Whole picture').click()
    inside = '''() =>
        [...document.querySelectorAll('.se-gal-cell .se-plot')].every(({ plot }) =>
          plot.picture.rows.every(row => plot.isInside(row)),
        )'''
    page.wait_for_function(
        f'w => {{ const r = ({RANGES})(); return r.every(o => o[1] - o[0] > 1.05*w && Math.abs(o[0]'
        f' - r[0][0]) < 1e-6*w) && ({inside})() }}',
        arg=after[0][1] - after[0][0],
    )


@pytest.mark.browser
def test_two_to_four_stand_side_by_side_by_keyboard_alone(page):
    titles = page.locator('.se-gal-cell .se-gal-head b[dir=auto]')
    assert titles.all_inner_texts() == ['frozen', 'linear']
    box = box_of(page, '<img')
    box.focus()
    page.keyboard.press('Space')
    drawn(page, 3)
    assert titles.nth(2).inner_text() == HOSTILE
    page.keyboard.press('Tab')
    page.keyboard.press('Space')
    drawn(page, 4)
    assert (
        page.locator('.se-gal-badge').first.inner_text() == 'A'
        and page.evaluate('document.title') != 'broken'
    )
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')
    for name in ('frozen', 'linear'): box_of(page, name).uncheck()
    drawn(page, 2)
    table = page.locator('[data-chart=settings] table')
    # both are squared, so that only the options are told
    assert table.locator('tbody tr').count() == 1 and table.inner_text().count('tau 0.1') == 1
    box_of(page, '<img').uncheck()
    drawn(page, 1)
    page.locator('.se-gal-list input:checked').click()
    assert (
        'One run has to stay' in page.locator('.se-said').inner_text()
        and page.locator('.se-gal-list input:checked').count() == 1
    )


@pytest.mark.browser
def test_a_fifth_run_is_refused_in_words(chromium, scenes, tmp_path):
    Gallery(
        scenes,
        {f'run {i}': space(scenes, i / 4, 8, i) for i in range(6)},
        view=dict(runs=[f'run {i}' for i in range(4)]),
    ).to_html(tmp_path / 'six.html', budget=0, progress=False)
    p, errors, outside = watched(chromium)
    p.goto((tmp_path/'six.html').as_uri())
    drawn(p, 4)
    box_of(p, 'run 5').click()
    assert (
        'Four runs at most' in p.locator('.se-said').inner_text()
        and p.locator('.se-gal-cell').count() == 4
        and not errors
        and not outside
    )
    p.close()


@pytest.mark.browser
def test_arrows_show_where_scenes_went(page):
    arrows = '() => [...document.querySelectorAll(".se-gal-over")].map(c => +c.dataset.arrows || 0)'
    assert page.evaluate(arrows) == [0, 0]
    page.get_by_label('drift').check()
    # all of them: there are fewer than 60
    page.wait_for_function(f'() => ({arrows})()[1] === 48')
    painted = page.evaluate(
        "() => { const c = document.querySelectorAll('.se-gal-over')[1]; return"
        " c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v) }"
    )
    assert painted and page.evaluate(arrows)[0] == 0


@pytest.mark.browser
def test_matrices_can_share_one_scale(chromium, scenes, tmp_path):
    """Of a cell that is paler in one space the cosine is higher there, as soon as both are on one
    scale"""
    cells = '''() => {
        if (
          [...document.querySelectorAll('.se-gal-square .se-matrix-over')].filter(
            o => +o.dataset.side,
          ).length < 2
        )
          return null // not measured yet
        const deck = document.querySelector('[data-stage]').stage.deck,
          names = ['wide', 'narrow'],
          seen = names.map((_, k) => {
            const o = document.querySelectorAll('.se-gal-square')[k],
              c = o.querySelector('canvas'),
              v = o.querySelector('.se-matrix-over').dataset
            const d = c
                .getContext('2d')
                .getImageData(
                  Math.round(+v.left),
                  Math.round(+v.top),
                  Math.round(+v.side),
                  Math.round(+v.side),
                ),
              f = d.width / 48
            return (i, j) =>
              d.data[4 * (Math.floor((i + 0.5) * f) * d.width + Math.floor((j + 0.5) * f))]
          })
        let wrong = 0,
          all = 0
        for (let i = 0; i < 48; i++)
          for (let j = 0; j < i; j++) {
            const [a, b] = names.map(n => deck.space(n).similarity(i, j))
            if (Math.abs(a - b) < 0.1 || Math.min(a, b) < -0.3) continue
            all++
            wrong += seen[0](i, j) > seen[1](i, j) !== a > b
          }
        return all && seen[0](3, 3) > 200 ? wrong / all : null
      }'''
    x = space(scenes, 1., 16, 0)
    Gallery(scenes, dict(wide=x, narrow=x + 2)).to_html(
        tmp_path / 'two.html', budget=0, progress=False
    )
    page, errors, _ = watched(chromium)
    page.goto((tmp_path/'two.html').as_uri())
    drawn(page, 2)
    # own scales: the eye is misled
    page.wait_for_function(f'() => ({cells})() > .1')
    page.get_by_label('Colours of the matrices').select_option('one')
    page.wait_for_function(f'() => {{ const w = ({cells})(); return w !== null && w < .01 }}')
    assert not errors
    page.close()


@pytest.mark.browser
def test_charts_say_what_the_data_says(page):
    metrics = page.locator('[data-chart=metrics] svg').first
    values = page.evaluate(
        "() => document.querySelector('[data-stage]').stage.deck.header.extra.gallery"
    )
    assert f'frozen {values["runs"][0]["metrics"][0][0]:.3f}' in metrics.get_attribute('aria-label')
    assert f'chance {values["metrics"][0]["chance"]:.2f}' in metrics.inner_html()
    assert page.locator('[data-chart=curves] svg [data-line]').count() == 1
    assert 'place: frozen 10%, linear 50%' in page.locator(
        '[data-chart=probe] svg[role=img]'
    ).get_attribute('aria-label')
    box_of(page, '<img').check()
    drawn(page, 3)
    page.wait_for_function(
        '() => document.querySelectorAll("[data-chart=curves] svg [data-line]").length === 2'
    )
    dashes = page.locator('[data-chart=curves] svg [data-line] path:first-child').evaluate_all(
        'all => all.map(o => o.getAttribute("stroke-dasharray"))'
    )
    assert len({*dashes}) == 2
    assert 'weighting' in page.locator('[data-chart=curves] figcaption').inner_text()
