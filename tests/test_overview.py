"""What a space says of footage, against other implementations, on planted copies and on rows drawn
at random"""
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.spatial.distance import cdist
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import silhouette_score

from scene_explore.core.scenes import scene_table
from scene_explore.geometry import cluster_choice, overview
from scene_explore.geometry.cluster_choice import dense_clusters, k_means, mean_silhouette, medoids
from scene_explore.geometry.cluster_names import c_tf_idf, cluster_names, cluster_words, scene_words
from scene_explore.geometry.near_scenes import (
    AXES,
    FLOOR,
    apart,
    centred_rows,
    chance_cosines,
    duplicate_threshold,
    mutually_near,
    near_pairs,
    near_threshold,
    neighbour_distance,
    odd_ones_out,
    uniqueness,
    visits,
)
from scene_explore.geometry.overview import footage_overview
from scene_explore.views.deck import BLANK_GROUP, Deck, json_deck, with_overview
from scene_explore.views.footage_numbers import found_numbers

MEAN = 30.   # by which all rows are moved: raw cosines are near 1


def film(n, video='v', seconds=5., **columns):
    "A film of n scenes"
    rows = [
        dict(path=f'{video}.mp4', video_id=video, start=seconds*i, end=seconds*(i + 1))
        for i in range(n)
    ]
    return scene_table(rows).assign(**columns)


def story(rng, d=32):
    "[(room, row)] of a film that comes back to its kitchen, far from zero"
    others = [f'room {i}' for i in range(14)]
    order = ['kitchen', 'bar', *others[:7], 'kitchen', *others[7:], 'bar']
    rooms = [o for o in order for _ in range(5)]
    look = {o: 4*rng.normal(size=d) for o in dict.fromkeys(rooms)}
    x = np.array([look[o] for o in rooms]) + .3*rng.normal(size=(len(rooms), d)) + MEAN
    return rooms, x


# ---- what is near
@settings(max_examples=30)
@given(st.integers(0, 99), st.integers(2, 60), st.floats(0, 100))
def test_a_mean_that_all_rows_share_says_nothing(seed, n, mean):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    near = centred_rows(np.c_[x, np.zeros(n)])
    moved = centred_rows(np.c_[x, np.full(n, mean)])
    np.testing.assert_allclose(near @ near.T, moved @ moved.T, atol=2e-3)


def test_more_dimensions_than_axes_lose_little():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 8)) @ rng.normal(size=(8, 500)) + 3
    wide, few = centred_rows(x, most=500), centred_rows(x)
    assert few.shape == (300, AXES)
    np.testing.assert_allclose(wide @ wide.T, few @ few.T, atol=1e-4)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(2, 50), st.floats(-.5, .95))
def test_pairs_are_those_of_the_whole_matrix(seed, n, least):
    c = centred_rows(np.random.default_rng(seed).normal(size=(n, 5)))
    pairs = near_pairs(c, least)
    i, j = np.nonzero(np.triu(c @ c.T >= least, 1))
    assert {*zip(pairs.i, pairs.j, strict=True)} == {*zip(i, j, strict=True)}
    assert (pairs.i < pairs.j).all() and (np.diff(pairs.cosine) <= 0).all()


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(4, 60), st.floats(.3, .95))
def test_groups_are_complete_linkage(seed, n, least):
    rng = np.random.default_rng(seed)
    c = centred_rows(rng.normal(size=(6, 4))[rng.integers(0, 6, n)] + .3*rng.normal(size=(n, 4)))
    distance = np.clip(1 - (c @ c.T).astype(float), 0, 2)
    codes = AgglomerativeClustering(
        None, metric='precomputed', linkage='complete', distance_threshold=1 - least
    ).fit_predict(distance)
    theirs = {tuple(np.flatnonzero(codes == k)) for k in codes if (codes == k).sum() > 1}
    assert {tuple(o) for o in mutually_near(near_pairs(c, least))} == theirs


def test_distances_to_the_nearest_are_those_of_scipy():
    c = centred_rows(np.random.default_rng(0).normal(size=(80, 7)))
    distance = np.sort(cdist(c, c, 'cosine'), axis=1)[:, 1:6].mean(1)
    np.testing.assert_allclose(neighbour_distance(c), distance, atol=1e-5)
    by_rank = pd.Series(neighbour_distance(c)).rank().sub(1)/79
    np.testing.assert_allclose(uniqueness(neighbour_distance(c)), by_rank)


@settings(max_examples=20)
@given(st.integers(0, 999), st.sampled_from([16, 32, 128]), st.sampled_from([40, 200]))
def test_random_rows_have_no_copies_and_hardly_a_setting(seed, d, n):
    x = np.random.default_rng(seed).normal(size=(n, d)) + MEAN
    found = footage_overview(film(n), x)
    assert not found.duplicates
    assert len(found.settings) <= 1   # one pair in ten tables is what the rate allows


def test_false_discoveries_stay_at_their_rate():
    "Of 60 tables of random rows in few dimensions, where chance reaches high"
    alarms = 0
    for seed in range(60):
        c = centred_rows(np.random.default_rng(seed).normal(size=(60, 5)))
        alarms += np.isfinite(near_threshold(near_pairs(c, FLOOR).cosine, chance_cosines(c, seed)))
    assert alarms <= 12


@pytest.mark.parametrize('noise', [0, .01, .05])
def test_planted_copies_are_found_and_nothing_else(noise):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 48))
    both = np.r_[x, x[:9] + noise*rng.normal(size=(9, 48))] + MEAN
    scenes = pd.concat([film(200), film(9, 'w')], ignore_index=True)
    found = footage_overview(scenes, both)
    assert sorted((i, j) for i, j, _ in found.duplicates) == [(i, 200 + i) for i in range(9)]
    raw = both/np.linalg.norm(both, axis=1, keepdims=True)
    assert (raw @ raw.T).min() > .99   # by plain cosines all would be copies


def test_what_lies_beside_each_other_is_no_copy():
    c = centred_rows(np.eye(4).repeat(2, 0) + 1e-6*np.arange(8)[:, None])
    pairs = near_pairs(c, FLOOR)
    times = np.c_[np.arange(8)*2., np.arange(8)*2. + 2]
    assert len(pairs.i) == 4 and not apart(pairs, ['v']*8, times).any()
    assert apart(pairs, [*'vwvwvwvw'], times).all()


def test_a_setting_that_comes_back_is_found_with_its_visits():
    for seed in range(5):
        rooms, x = story(np.random.default_rng(seed))
        found = footage_overview(film(90, place=rooms), x)
        assert sorted(found.settings) == [
            [[*range(5)], [*range(45, 50)]],
            [[*range(5, 10)], [*range(85, 90)]],
        ]
        assert 'share the place' in found.why['settings']
        said = found.why['settings'].split('Of ')[1]
        assert said.split()[0] == said.split()[6]   # all such pairs share the place


def test_visits_are_cut_by_time_and_by_film():
    times = np.array([[0, 4], [4, 8], [20, 24], [0, 9]])
    assert [o.tolist() for o in visits([3, 2, 1, 0], [*'aaab'], times)] == [[0, 1], [2], [3]]


def test_an_odd_one_is_out_and_a_crowd_is_not():
    rooms, x = story(np.random.default_rng(3))
    odd = np.random.default_rng(9).normal(size=(1, 32))*4 + MEAN
    found = footage_overview(film(91, place=[*rooms, '']), np.r_[x, odd])
    assert found.odd[0] == 90 and found.unique[90] == 1
    assert not len(odd_ones_out(np.full(20, .3)))


# ---- clusters
def test_the_score_is_the_silhouette_of_scikit_learn():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, 90)
    c = centred_rows(2*rng.normal(size=(4, 9))[codes] + rng.normal(size=(90, 9)))
    assert mean_silhouette(c, codes) == pytest.approx(
        silhouette_score(c, codes, metric='cosine'), abs=1e-5
    )
    found = k_means(c)
    scores = found.table.set_index('value').score
    assert found.score == scores.max() and found.chosen == scores.idxmax() == 4
    assert (np.diff(np.bincount(found.codes)) <= 0).all()   # the largest first


def test_as_many_as_are_asked_for():
    c = centred_rows(np.random.default_rng(0).normal(size=(40, 5)))
    assert k_means(c, (7,)).n == 7 and k_means(c, (21,)) is None
    assert k_means(np.zeros((30, 3), np.float32)) is None
    assert dense_clusters(np.zeros((30, 3), np.float32)) is None


def by_density(x, smallest, samples):
    "Clusters of points whose distance to their samples-th nearest is small, by brute force"
    far = cdist(x, x)
    core = np.sort(far, axis=1)[:, samples - 1]
    reach = np.maximum(np.maximum(core[:, None], core), far)
    codes = AgglomerativeClustering(
        None, metric='precomputed', linkage='single', distance_threshold=1.5
    ).fit_predict(reach)
    sizes = np.bincount(codes)
    return {frozenset(np.flatnonzero(codes == k)) for k in np.flatnonzero(sizes >= smallest)}


def test_hdbscan_finds_what_brute_force_finds():
    "Three far clumps on a line: those linked by mutual reachability"
    x = np.r_[0:1:8j, 10:11:8j, 20:21:8j, [50.]][:, None]
    codes = cluster_choice._dense_codes(x, 5)
    found = {frozenset(np.flatnonzero(codes == k)) for k in range(codes.max() + 1)}
    assert found == by_density(x, 5, 3) and codes[-1] == -1


def test_medoids_are_the_most_typical():
    rng = np.random.default_rng(0)
    c, codes = centred_rows(rng.normal(size=(30, 4))), rng.integers(0, 3, 30)
    for k, rows in enumerate(medoids(c, codes)):
        own = np.flatnonzero(codes == k)
        mean = {i: (c[own] @ c[i]).mean() for i in own}
        assert [*rows] == sorted(own, key=lambda i: -mean[i])[:3]


# ---- names
TEXTS = ['a kettle and a cup', 'the kettle boils', 'rain, a street', 'street lamps and a cup']


def test_c_tf_idf_is_the_formula():
    counts = CountVectorizer().fit_transform([' '.join(TEXTS[:2]), ' '.join(TEXTS[2:])]).toarray()
    weights = c_tf_idf(counts)
    mean_words = counts.sum()/2
    for c in range(2):
        for t in range(counts.shape[1]):
            right = counts[c, t]*np.log(1 + mean_words/counts[:, t].sum())
            assert weights[c, t] == pytest.approx(right)


def test_names_are_words_that_set_a_cluster_apart():
    codes = np.array([0, 0, 1, 1])
    assert cluster_words(TEXTS, codes)[0][0] == 'kettle'
    assert cluster_words(TEXTS, codes)[1][0] == 'street'
    assert cluster_names(['', '', 'scene 1', ''], codes) == ['cluster 1', 'scene']
    assert cluster_names(['same']*4, codes) == ['cluster 1', 'cluster 2']
    assert cluster_names([], np.zeros(0, int)) == []


@settings(max_examples=60)
@given(st.lists(st.text(max_size=20), min_size=4, max_size=4))
def test_any_text_gives_a_name(texts):
    names = cluster_names(texts, np.array([0, 0, 1, -1]))
    assert len(names) == 2 and all(names)


def test_words_come_from_lists_and_gaps():
    scenes = film(2, title=['Tea', None], props=[['a cup'], []], captions=['steam', np.nan])
    assert scene_words(scenes) == ['Tea a cup steam', '']


# ---- the whole
def test_black_and_title_shots_are_left_out():
    rooms, x = story(np.random.default_rng(0))
    dark = film(92, place=[*rooms, '', ''], transition=['']*90 + ['black']*2)
    black = np.r_[x, np.full((2, 32), MEAN)]
    table, found = with_overview(dark, black)
    alone = footage_overview(film(90, place=rooms), x)
    assert found.settings == alone.settings and not found.duplicates
    assert table.cluster[90:].tolist() == [BLANK_GROUP]*2 and table.uniqueness[90:].isna().all()
    assert table.cluster[:90].tolist() == [*alone.sets[0].values]


def test_a_column_of_ones_own_stays():
    rooms, x = story(np.random.default_rng(0))
    table, found = with_overview(film(90, cluster=rooms), x)
    assert table.cluster.tolist() == rooms
    assert [o.column for o in found.sets] == ['hdbscan'] and 'hdbscan' in table


def test_the_record_can_be_sent():
    rooms, x = story(np.random.default_rng(0))
    table, found = with_overview(film(90, place=rooms), x)
    page = json_deck(Deck(table, [], extra=dict(clusters=found.record('eye'))))
    assert '"space": "eye"' in page and '"K-means"' in page


@pytest.mark.parametrize('n', [1, 2, 3, 4, 5])
def test_few_scenes_break_nothing(n):
    x = np.random.default_rng(0).normal(size=(n, 3))
    table, found = with_overview(film(n), x)
    assert len(table) == n and 'cluster' in table and not found.duplicates


def test_equal_scenes_break_nothing():
    _, found = with_overview(film(12), np.ones((12, 4)))
    assert (found.sets, found.duplicates, found.settings, found.odd) == ([], [], [], [])


def test_beyond_a_number_of_scenes_pairs_are_not_looked_for(monkeypatch):
    rooms, x = story(np.random.default_rng(0))
    monkeypatch.setattr(overview, 'MOST_SCENES', 20)
    found = footage_overview(film(90, place=rooms), x)
    assert [o.method for o in found.sets] == ['K-means'] and not found.settings
    assert all('more than 20 scenes' in o for o in found.why.values())
    assert not found_numbers(found) and found_numbers(replace(found, unique=np.zeros(90)))


def test_a_threshold_of_copies_is_never_below_that_of_settings():
    c = centred_rows(np.random.default_rng(0).normal(size=(50, 9)))
    assert duplicate_threshold(c, .999999) == .999999
    assert duplicate_threshold(c, .5) == pytest.approx(1 - .1*np.median(neighbour_distance(c, 1)))
