"""Layouts by choice: as umap-learn and scikit-learn make them, in a thread, live in a notebook"""
import threading
import warnings
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import run_all, watched
from test_studio import notebook, stage_of

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.geometry import spaces
from scene_explore.geometry.evaluate import layouts
from scene_explore.geometry.landmarks import landmark_umap
from scene_explore.geometry.maps import (
    METRICS,
    VECTORS,
    LayoutChoice,
    baseline_vectors,
    choice_named,
    kept_layout,
    lay_out,
)
from scene_explore.views.deck import Deck, deck_space, judged_rows, pack
from scene_explore.views.drawing import Drawing
from scene_explore.views.studio import Studio


def groups(n=40, d=8, seed=0):
    "Three groups of scenes"
    x = np.random.default_rng(seed).normal(size=(n, d)) + 5*np.eye(d)[np.arange(n) % 3]
    return x.astype(np.float32)


def table(n=40, **columns):
    rows = [dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(n)]
    return scene_table(rows).assign(**columns)


def spread(y, wide):
    "A start for a layout, as wide as it is told"
    return wide*(y - y.mean(0))


# ---- the same as the libraries
@pytest.mark.parametrize('metric, dims', [('cosine', 2), ('euclidean', 3), ('manhattan', 2)])
def test_umap_is_that_of_umap_learn(metric, dims):
    from sklearn.metrics import pairwise_distances
    x = groups().astype(float)
    at = spaces.pca(spaces.unit(x) if metric == 'cosine' else x, dims).xy.astype(float)
    start = spread(at, 10/np.abs(at - at.mean(0)).max())
    start += 1e-3*np.random.default_rng(0).normal(size=start.shape)
    options = dict(n_neighbors=7, min_dist=.3, random_state=5, n_components=dims)
    with warnings.catch_warnings(): # it remarks on TensorFlow, its seed and given distances
        warnings.simplefilter('ignore')
        from umap import UMAP
        model = UMAP(metric='precomputed', init=start.astype(np.float32), **options)
        theirs = model.fit_transform(pairwise_distances(x, metric=metric))
    choice = LayoutChoice('UMAP', 7, .3, metric, 5, dims)
    np.testing.assert_allclose(lay_out(x, choice), theirs, atol=1e-3)


def test_landmarks_keep_the_neighbours_and_tell_what_the_rest_loses():
    from sklearn.manifold import trustworthiness
    rng = np.random.default_rng(3)
    of = rng.choice(10, 1500, p=np.arange(1, 11)/55)
    x = rng.normal(size=(10, 48))[of] + .6*rng.normal(size=(1500, 48))
    made = landmark_umap(x, of, 400)
    assert len(made.landmarks) == 400 == made.among
    assert np.abs(np.bincount(of[made.landmarks])/400 - np.bincount(of)/1500).max() < .01
    rest = np.setdiff1d(np.arange(1500), made.landmarks)
    drawn = np.sort(np.random.default_rng(0).choice(rest, 400, replace=False))
    for rows, said in ((made.landmarks, made.trust), (drawn, made.rest_trust)):
        own = trustworthiness(x[rows], made.layout.xy[rows], n_neighbors=5, metric='cosine')
        assert said == pytest.approx(own, abs=2e-3)
    assert made.loss == pytest.approx(made.trust - made.rest_trust)
    shuffled = np.random.default_rng(0).permutation(made.layout.xy[drawn])
    by_chance = trustworthiness(x[drawn], shuffled, n_neighbors=5, metric='cosine')
    assert made.rest_trust > .85 > .6 > by_chance


@pytest.mark.parametrize('metric, dims', [('cosine', 2), ('correlation', 2), ('euclidean', 3)])
def test_tsne_is_that_of_scikit_learn(metric, dims):
    from sklearn.manifold import TSNE
    x = groups()
    at = spaces.pca(spaces.unit(x) if metric == 'cosine' else x, dims).xy
    start = (1e-4*at.astype(float)/at[:, 0].astype(float).std()).astype(np.float32)
    options = dict(perplexity=9, metric=metric, init=start, random_state=4)
    theirs = TSNE(dims, **options).fit_transform(x)
    np.testing.assert_array_equal(lay_out(x, LayoutChoice('t-SNE', 9, .1, metric, 4, dims)), theirs)


def test_pacmap_is_that_of_its_package():
    pacmap = pytest.importorskip('pacmap')
    x = groups()
    model = pacmap.PaCMAP(n_components=2, n_neighbors=8, distance='angular', random_state=3)
    mine = lay_out(x, LayoutChoice('PaCMAP', 8, seed=3))
    np.testing.assert_array_equal(mine, model.fit_transform(x))
    with pytest.raises(ValueError, match="PaCMAP's metric"):
        LayoutChoice('PaCMAP', metric='correlation')


def test_a_baseline_is_laid_out_as_the_space_is():
    x = groups()
    choice = LayoutChoice('t-SNE', 9, vectors='shuffled', seed=2)
    bare = LayoutChoice('t-SNE', 9, seed=2)
    mine = lay_out(baseline_vectors(x, 'shuffled', 2), bare)
    np.testing.assert_array_equal(lay_out(x, choice), mine)
    assert spaces.linear_cka(baseline_vectors(x, 'shuffled'), x) < .5
    with pytest.raises(ValueError, match='shuffled, random'): baseline_vectors(x, 'own')


def test_a_layout_is_kept_whoever_asked_for_it(tmp_path):
    x, store = groups(), Store(tmp_path)
    hide = np.arange(len(x)) % 7 == 0
    page = layouts(x, store, hide=hide)['UMAP']
    panel = kept_layout(x, store, LayoutChoice(), hide)
    np.testing.assert_array_equal(panel, page)
    np.testing.assert_array_equal(page[~hide], spaces.umap_layout(x[~hide]))
    assert np.isnan(page[hide]).all() and page.settings == panel.settings
    assert len(list((tmp_path/'arrays/layout').iterdir())) == 1
    with pytest.raises(ValueError, match='no scene'): kept_layout(x, store, hide=hide | ~hide)


choices = st.builds(
    LayoutChoice,
    st.sampled_from(['UMAP', 't-SNE']),
    st.integers(2, 500),
    st.floats(0, 1),
    st.sampled_from(METRICS),
    st.integers(0, 2**32 - 1),
    st.sampled_from([2, 3]),
    st.sampled_from(VECTORS),
)


@given(choices)
def test_a_name_gives_the_choice_again(choice):
    again = choice_named(choice.name)
    assert again is not None and again.name == choice.name and again.settings == choice.settings
    if choice.method == 'UMAP': assert again == choice


@pytest.mark.parametrize(
    'bad, words',
    [
        (dict(method='PCA'), 'the method is .PCA.: expected one of UMAP'),
        (dict(neighbours=1), 'neighbours is 1: give a whole number from 2 to 500'),
        (dict(neighbours=2.5), 'a whole number'),
        (dict(neighbours=None), 'neighbours is None'),
        (dict(min_dist=2), 'min_dist is 2: give a number from 0 to 1'),
        (dict(min_dist='0.1'), 'a number'),
        (dict(metric='chebyshev'), 'expected one of cosine'),
        (dict(seed=-1), 'the seed is -1'),
        (dict(dims=4), 'dimensions is 4: expected one of 2, 3'),
        (dict(vectors='zeros'), 'expected one of own, shuffled, random'),
    ],
)
def test_a_bad_parameter_is_one_sentence(bad, words):
    with pytest.raises(ValueError, match=words) as e: LayoutChoice(**bad)
    assert '\n' not in str(e.value)


# ---- a stage that draws
def test_layouts_are_made_in_the_kernel_and_kept(tmp_path):
    black = [10, 20]
    scenes = table(transition=['black' if i in black else '' for i in range(40)])
    x = groups()
    studio = Studio(scenes, x, store=Store(tmp_path), session='monday')
    studio.answer_layout('embeddings', method='t-SNE', neighbours=6, dims=3, seed=9)
    studio.drawing.wait()
    space, name = studio.deck.spaces[0], 't-SNE, perplexity 6, seed 9 3-D'
    shown = np.setdiff1d(np.arange(40), black)
    choice = LayoutChoice('t-SNE', 6, dims=3, seed=9)
    y = np.asarray(space.layouts[name])
    np.testing.assert_array_equal(y[shown], lay_out(x[shown], choice))
    assert np.isnan(y[black]).all()
    assert space.trust[name] == spaces.trustworthiness(x[shown], y[shown])
    assert studio.view == dict(space='embeddings', layout='t-SNE, perplexity 6, seed 9', dims=3)
    sent = pack(studio.deck)[0]['spaces'][0]['layouts'][name]
    assert sent['settings'] == 'perplexity 6, cosine distances, seed 9'
    assert sent['choice'] == asdict(choice)

    again = Studio(scenes, x, store=Store(tmp_path), session='monday')
    again.drawing.wait()
    np.testing.assert_array_equal(np.asarray(again.deck.spaces[0].layouts[name]), y)


def test_a_later_choice_supersedes_and_a_cancelled_one_is_not_shown():
    states, begun, go = [], threading.Event(), threading.Event()
    drawing, made = Drawing(states.append), []
    def slow(stale):
        begun.set()
        go.wait(30)
        return 'first'
    def note(value):
        made.append(value)
        return f'{value} is there'
    drawing.start('first', slow, note)
    begun.wait(30)
    drawing.start('second', lambda stale: 'second', note)
    go.set()
    drawing.wait()
    assert made == ['second'] and states[-1] == dict(running=False, said='second is there')
    begun.clear(), go.clear()
    drawing.start('third', slow, note)
    begun.wait(30)
    drawing.cancel()
    assert states[-1] == dict(running=False, said='cancelled')
    go.set()
    drawing.wait()
    assert made == ['second'] and states[-1]['said'] == 'cancelled'


def test_what_goes_wrong_is_told_of_the_last_wish_alone():
    begun, go, made = threading.Event(), threading.Event(), []
    drawing = Drawing(lambda state: None)
    def breaks(stale):
        begun.set()
        go.wait(30)
        raise ValueError('the first one')
    def note(value):
        made.append(value)
        return f'{value} is there'
    drawing.start('first', breaks, note)
    begun.wait(30)
    drawing.start('second', lambda stale: 'second', note)
    go.set()
    drawing.wait()
    assert made == ['second'] and drawing.error is None
    def unshown(value): raise ValueError('it cannot be shown')
    drawing.start('third', lambda stale: 'third', unshown)
    with pytest.raises(ValueError, match='it cannot be shown'): drawing.wait()
    assert drawing.state == dict(running=False, said='no layout: it cannot be shown')


def test_a_layout_says_what_it_was_made_with(tmp_path):
    x = groups(9)
    found = layouts(x, Store(tmp_path), seed=3)
    deck = Deck(table(9), [deck_space('few', x, found)])
    sent = pack(deck)[0]['spaces'][0]['layouts']['UMAP']
    assert sent['settings'] == '8 neighbours, min_dist 0.1, cosine distances, seed 3'
    assert sent['choice'] == asdict(LayoutChoice(neighbours=8, seed=3))


def test_what_cannot_be_laid_out_is_a_sentence(tmp_path):
    studio = Studio(table(8), groups(8), store=Store(tmp_path))
    with pytest.raises(ValueError, match='too high for 8 scenes: give at most 7'): studio.draw()
    assert studio.drawing.state['said'].startswith('no layout: the number of neighbours 15')
    with pytest.raises(ValueError, match="no 'speed'"): studio.answer_layout('embeddings', speed=1)
    studio.draw(method='t-SNE', neighbours=3)
    assert studio.drawing.state['said'] == 't-SNE, perplexity 3 of embeddings is there'
    with pytest.raises(ValueError, match='too few'): lay_out(groups(4))
    with pytest.raises(ValueError, match='NaN'): lay_out(np.full((9, 2), np.nan))


def test_other_scenes_get_no_layout_of_these(tmp_path):
    studio = Studio(table(), groups(), store=Store(tmp_path))
    deck, choice = studio.deck, LayoutChoice('t-SNE', 5)
    made = studio._lay_out(deck, 'embeddings', choice, lambda: False)
    studio.deck = Studio(table(12), groups(12)).deck
    assert 'changed meanwhile' in studio._add_layout(deck, 'embeddings', choice, *made)
    assert set(studio.deck.spaces[0].layouts) == {'PCA', 'PCA 3-D'}


def test_of_many_scenes_some_are_drawn_by_lot():
    x = groups(200)
    space, rows = deck_space('a', x, most=50), judged_rows(200, most=50)
    assert len(rows) == 50 and space.among == 50
    pca = np.asarray(space.layouts['PCA'])
    assert space.trust['PCA'] == spaces.trustworthiness(x[rows], pca[rows])
    assert deck_space('a', x).among == 0
    hide = np.arange(200) < 150
    assert deck_space('a', x, most=50, hide=hide).among == 0
    assert judged_rows(200, hide, 50).tolist() == list(range(150, 200))


# ---- in a browser
@pytest.mark.browser
def test_a_page_draws_the_trajectory_of_one_film_and_computes_nothing(chromium):
    page, errors, _ = watched(chromium)
    rows = [
        dict(path=f'{f}.mp4', video_id=f, start=i, end=i + 1) for f in ('one', 'two')
        for i in range(12)
    ]
    x = groups(24)
    stage_of(page, *pack(Studio(scene_table(rows), x).deck), panels=['projection'])
    panel = page.locator('[data-panel=projection]')
    assert panel.locator('.se-map').count() == 0
    panel.get_by_role('checkbox', name='trajectory').check()
    panel.get_by_text('Trajectory of one: 12 scenes in the order of time.').wait_for()
    plot = 'document.querySelector("[data-panel=projection] .se-plot").plot'
    assert page.evaluate(f'{plot}.picture.path') == list(range(12))
    panel.get_by_label('Film of the trajectory').select_option('two')
    page.wait_for_function(f'{plot}.picture.path[0] === 12')
    assert page.evaluate('stage.get("pathFilm")') == 'two'
    panel.get_by_label('Film of the trajectory').select_option('')
    page.evaluate('stage.select([20])')
    page.wait_for_function(f'{plot}.picture.path[0] === 12')
    page.evaluate('stage.select([3])')
    page.wait_for_function(f'{plot}.picture.path[0] === 0')
    panel.get_by_role('checkbox', name='trajectory').uncheck()
    page.wait_for_function(f'{plot}.picture.path.length === 0')
    assert not errors
    page.close()


@pytest.mark.browser
def test_parameters_are_changed_in_a_notebook(chromium, desk):
    code = '''import numpy as np
from scene_explore.core.scenes import scene_table
from scene_explore.views.studio import Studio
rows = [dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(40)]
x = np.random.default_rng(0).normal(size=(40, 8))
studio = Studio(scene_table(rows), x, panels=['projection', 'table'])
studio'''
    page, errors, outside = watched(chromium)
    run_all(page, notebook(desk, code))
    page.set_default_timeout(120_000)
    panel = page.locator('[data-panel=projection]')
    panel.get_by_text('Layout parameters').click()
    panel.get_by_label('Method').select_option('t-SNE')
    note = panel.locator('.se-body > .se-note')
    page.wait_for_function(
        "[...document.querySelectorAll('[data-panel=projection] .se-note')].some(o =>"
        " o.textContent.startsWith('Perplexity 15, cosine distances, seed 0. Trustworthiness'))"
    )
    panel.get_by_label('perplexity').fill('50')
    panel.get_by_label('perplexity').press('Enter')
    panel.get_by_text('a perplexity of 50 is too high for 40 scenes: give at most 39').wait_for()
    panel.get_by_label('perplexity').fill('6')
    panel.get_by_label('seed').fill('3')
    panel.get_by_label('seed').press('Enter')
    panel.get_by_label('Vectors').select_option('shuffled')
    panel.get_by_text('shuffled vectors, perplexity 6, seed 3 of embeddings is there').wait_for()
    assert 'Shuffled vectors, perplexity 6, cosine distances, seed 3.' in note.inner_text()
    panel.get_by_label('Dimensions of the layout').select_option('3')
    page.wait_for_function(
        'document.querySelector("[data-panel=projection] .se-plot").plot.picture.layout.dims === 3'
    )
    names = panel.get_by_label('Layout', exact=True).locator('option').all_inner_texts()
    assert 't-SNE' in names and 't-SNE, shuffled vectors, perplexity 6, seed 3' in names
    assert not errors and not outside
    page.close()
