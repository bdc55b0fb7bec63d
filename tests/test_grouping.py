"""Grouping without training: values by hand, against brute force and plain loops, on hostile and
tiny films; tables and combinations of scores."""
import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.cluster.hierarchy import ward as scipy_ward
from scipy.stats import rankdata

from scene_explore import segmentation as s

SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(max_examples=25, deadline=None)
METHODS = [s.adjacent, s.windowed, s.coherence, s.novelty, s.texttiling, s.ward]
each_method = pytest.mark.parametrize('method', METHODS, ids=lambda f: f.__name__)


def features(seed, n=30, d=8): return np.random.default_rng(seed).normal(size=(n, d))


def two_places(n=20, d=16, noise=.3, seed=0):
    "A film of two scenes, and the cut between them"
    rng = np.random.default_rng(seed)
    places = np.repeat(rng.normal(size=(2, d)), [n//2, n - n//2], 0)
    return places + noise*rng.normal(size=(n, d)), n//2 - 1


def cosines(x):
    x = x/np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    return x @ x.T


# ---- what each method must find, and must not depend on
@each_method
def test_the_cut_between_two_places_has_the_highest_score(method):
    for seed in range(5):
        x, cut = two_places(seed=seed)
        assert method(x).argmax() == cut


@each_method
@pytest.mark.parametrize('n', [0, 1, 2, 3])
def test_tiny_films_have_a_score_for_each_cut(method, n):
    scores = method(features(0, n))
    assert scores.shape == (max(n - 1, 0),) and np.isfinite(scores).all()


@each_method
@given(SEEDS, st.integers(2, 25))
@QUICK
def test_scale_type_and_direction_of_the_features_do_not_matter(method, seed, n):
    x = features(seed, n)
    rng = np.random.default_rng(seed)
    turned = x @ np.linalg.qr(rng.normal(size=(8, 8)))[0]*7
    assert method(turned) == pytest.approx(method(x), abs=1e-9)
    assert method(x.astype(np.float32)) == pytest.approx(method(x), abs=1e-4)
    assert method(x.tolist()) == pytest.approx(method(x))


@each_method
@given(SEEDS, st.integers(2, 25))
@QUICK
def test_a_film_played_backwards_has_its_scores_backwards(method, seed, n):
    x = features(seed, n)
    assert method(x[::-1])[::-1] == pytest.approx(method(x), abs=1e-9)


@each_method
def test_shots_of_which_nothing_is_known_have_finite_scores(method):
    x = features(0)
    x[[0, 7, 8, 29]] = 0
    assert np.isfinite(method(x)).all()
    assert np.isfinite(method(np.zeros((6, 4)))).all()
    assert np.isfinite(s.sequential_grouping(x).scores).all()


@each_method
def test_features_that_are_no_numbers_are_refused(method):
    x = features(0)
    x[[4, 9], 2] = np.nan
    with pytest.raises(ValueError, match='2 of 30 shots have features that are no numbers, the'):
        method(x)
    with pytest.raises(ValueError, match=r'features of shape \(8,\): expected a row a shot'):
        method(x[0])


@pytest.mark.parametrize('method', [s.windowed, s.coherence, s.novelty, s.texttiling])
def test_a_window_has_a_shot(method):
    with pytest.raises(ValueError, match='size is 0: expected at least one shot'):
        method(features(0), size=0)
    # and may be longer than the film
    assert np.isfinite(method(features(0, 5), size=50)).all()


# ---- each by a plain loop
@given(SEEDS, st.integers(2, 20), st.integers(1, 6))
@QUICK
def test_windows_by_a_loop(seed, n, size):
    x = features(seed, n)
    unit = x/np.linalg.norm(x, axis=1, keepdims=True)
    expected = []
    for i in range(n - 1):
        a = unit[max(0, i + 1 - size):i + 1].mean(0)
        b = unit[i + 1:i + 1 + size].mean(0)
        expected.append(1 - a @ b/np.linalg.norm(a)/np.linalg.norm(b))
    assert s.windowed(x, size) == pytest.approx(np.array(expected))
    assert s.adjacent(x) == pytest.approx(1 - np.diag(cosines(x), 1))


@given(SEEDS, st.integers(2, 20), st.integers(1, 6))
@QUICK
def test_coherence_by_a_loop(seed, n, size):
    x = features(seed, n)
    alike = np.exp((cosines(x) - 1)/.2)
    expected = []
    for i in range(n - 1):
        pairs = [
            (alike[a, b], np.exp(-(b - a - 1)/2))
            for a in range(max(0, i - size + 1), i + 1)
            for b in range(i + 1, min(n, i + size + 1))
        ]
        value, weight = np.array(pairs).T
        expected.append(1 - np.average(value, weights=weight))
    assert s.coherence(x, size) == pytest.approx(np.array(expected))


@given(SEEDS, st.integers(2, 20), st.integers(1, 6))
@QUICK
def test_novelty_by_a_loop_over_the_kernel(seed, n, size):
    x = features(seed, n)
    similar = cosines(x)
    expected = []
    for i in range(n - 1):
        sums = np.zeros((2, 2))
        for a in range(max(0, i + 1 - size), min(n, i + 1 + size)):
            for b in range(max(0, i + 1 - size), min(n, i + 1 + size)):
                near = np.exp(-2*(((a - i - .5)/size)**2 + ((b - i - .5)/size)**2))
                sums[int((a <= i) == (b <= i))] += near*similar[a, b], near
        expected.append(sums[1, 0]/sums[1, 1] - sums[0, 0]/sums[0, 1])
    assert s.novelty(x, size) == pytest.approx(np.array(expected))


@given(SEEDS, st.integers(3, 25))
@QUICK
def test_depth_by_climbing(seed, n):
    x = features(seed, n)
    y = 1 - s.windowed(x)
    expected = []
    for i in range(n - 1):
        left = right = i
        while left > 0 and y[left - 1] > y[left]: left -= 1
        while right < n - 2 and y[right + 1] > y[right]: right += 1
        expected.append(y[left] + y[right] - 2*y[i])
    assert s.texttiling(x) == pytest.approx(np.array(expected))


def ward_by_hand(x):
    "Merge the neighbouring scenes whose merge costs least, again and again"
    unit = x/np.linalg.norm(x, axis=1, keepdims=True)
    scenes = [[i] for i in range(len(x))]
    scores = np.zeros(len(x) - 1)
    while len(scenes) > 1:
        cost = []
        for a, b in zip(scenes, scenes[1:], strict=False):
            gap = np.linalg.norm(unit[a].mean(0) - unit[b].mean(0))
            cost.append(gap*np.sqrt(2*len(a)*len(b)/(len(a) + len(b))))
        i = int(np.argmin(cost))
        scores[scenes[i][-1]] = cost[i]
        scenes[i:i + 2] = [scenes[i] + scenes[i + 1]]
    return scores


@given(SEEDS, st.integers(2, 25))
@QUICK
def test_ward_by_hand(seed, n):
    x = features(seed, n)
    assert s.ward(x) == pytest.approx(ward_by_hand(x))


def test_ward_of_well_separated_scenes_is_scipys():
    x, cut = two_places(12, noise=.01)
    unit = x/np.linalg.norm(x, axis=1, keepdims=True)
    assert s.ward(x).max() == pytest.approx(scipy_ward(unit)[-1, 2])


# ---- optimal sequential grouping
def cost_of(distance, cuts, normalised):
    edges = [0, *(c + 1 for c in cuts), len(distance)]
    runs = list(zip(edges, edges[1:], strict=False))
    total = sum(distance[a:b, a:b].sum() for a, b in runs)
    return total/sum((b - a)**2 for a, b in runs) if normalised else total


@given(SEEDS, st.integers(2, 9), st.data())
@QUICK
def test_the_division_is_the_best_of_all(seed, n, data):
    x = features(seed, n, 3)
    k = data.draw(st.integers(1, n))
    distance = 1 - cosines(x)
    for cost in ('additive', 'normalised'):
        found = s.sequential_grouping(x, k, cost)
        every = combinations(range(n - 1), k - 1)
        least = min(cost_of(distance, o, cost == 'normalised') for o in every)
        assert len(found.boundaries) == k - 1 == found.scores.sum()
        got = cost_of(distance, found.boundaries, cost == 'normalised')
        assert got == pytest.approx(least, abs=1e-12)


def test_h_nrm_finds_scenes_of_unequal_length_where_h_add_does_not():
    rng = np.random.default_rng(0)
    size = [3, 40, 3, 4]
    truth = np.cumsum(size)[:-1] - 1
    x = np.repeat(rng.normal(size=(4, 64)), size, 0) + .7*rng.normal(size=(50, 64))
    assert s.sequential_grouping(x, 4).boundaries.tolist() == truth.tolist()
    assert s.sequential_grouping(x, 4, 'additive').boundaries.tolist() != truth.tolist()


def test_several_numbers_of_scenes_vote():
    x, cut = two_places()
    found = s.sequential_grouping(x, range(2, 6))
    alone = [s.sequential_grouping(x, k).scores for k in range(2, 6)]
    assert found.scores == pytest.approx(np.mean(alone, 0))
    assert found.scores[cut] == 1 and found.n_scenes == 3 and len(found.boundaries) == 2
    assert s.sequential_grouping(x).n_scenes == s.scene_count(x)


@pytest.mark.parametrize(
    'n_scenes, cost, said',
    [
        (0, 'normalised', '0 scenes of 20 shots: expected 1 to 20'),
        (21, 'additive', '21 scenes of 20 shots'),
        ([2, 99], 'additive', '99 scenes of 20 shots'),
        ([], 'additive', 'no number of scenes'),
        (2, 'nrm', "unknown cost 'nrm'"),
    ],
)
def test_impossible_divisions_are_refused(n_scenes, cost, said):
    x, _ = two_places()
    with pytest.raises(ValueError, match=said): s.sequential_grouping(x, n_scenes, cost)


@pytest.mark.parametrize('n', [0, 1, 2])
def test_tiny_films_have_one_scene(n):
    found = s.sequential_grouping(features(0, n))
    assert found.n_scenes == 1 and found.scores.tolist() == [0]*max(n - 1, 0)
    assert found.boundaries.tolist() == []
    if n: assert len(s.sequential_grouping(features(0, n), n).boundaries) == n - 1


def test_the_elbow_counts_places_that_stand_apart():
    for k in (4, 8, 12):
        rng = np.random.default_rng(k)
        places = np.repeat(rng.normal(size=(k, 300)), 10, 0)
        assert s.scene_count(places + .3*rng.normal(size=places.shape)) == k


def test_three_thousand_shots_take_seconds():
    x = features(0, 3000, 64)
    began = time.process_time()
    for method in METHODS: assert len(method(x)) == 2999
    assert len(s.sequential_grouping(x, 30).boundaries) == 29
    assert time.process_time() - began < 60


# ---- a chosen set
@given(SEEDS, st.integers(0, 30), st.data())
@QUICK
def test_as_many_boundaries_as_scenes_need(seed, n, data):
    scores = np.random.default_rng(seed).random(n)
    k = data.draw(st.integers(1, n + 1))
    chosen = s.choose_boundaries(scores, k)
    assert len(chosen) == k - 1 and (np.diff(chosen) > 0).all()
    others = np.setdiff1d(np.arange(n), chosen)
    assert not len(others) or not len(chosen) or scores[chosen].min() >= scores[others].max()


def test_boundaries_by_spread_lie_above_the_mean():
    scores = np.array([.1, .2, .9, .1, .8, .1])
    assert s.choose_boundaries(scores).tolist() == [2, 4]
    assert s.choose_boundaries(scores, spread=-.5).tolist() == [1, 2, 4]
    assert s.choose_boundaries(np.ones(5)).tolist() == []
    with pytest.raises(ValueError, match='8 scenes of 7 shots'): s.choose_boundaries(scores, 8)


# ---- combinations
@given(SEEDS)
@QUICK
def test_the_joint_cosine_is_the_mean_of_cosines(seed):
    a, b = features(seed, d=5), 9*features(seed + 1, d=12)
    assert cosines(s.joint(a, b)) == pytest.approx((cosines(a) + cosines(b))/2)


@given(SEEDS, st.integers(1, 20))
@QUICK
def test_ranks_are_those_of_scipy_and_survive_any_monotone_scale(seed, n):
    a, b = np.random.default_rng(seed).normal(size=(2, n)).round(1)
    expected = (rankdata(a) + rankdata(b) - 1)/2/n
    assert s.by_rank(a, b) == pytest.approx(expected)
    assert s.by_rank(np.exp(a), 3*b - 7) == pytest.approx(expected)
    assert s.by_rank(a, b, weights=[2, 0]) == pytest.approx(s.by_rank(a))


def test_scene_scores_are_the_mean_rank_of_their_parts():
    a, b = features(0), features(1, d=3)
    lengths = np.random.default_rng(0).random(30)
    x = s.joint(a, b)
    parts = [s.coherence(x), s.novelty(x), s.texttiling(x), s.ward(x)]
    assert s.scene_scores(a, b) == pytest.approx(s.by_rank(*parts))
    with_lengths = s.by_rank(*parts, s.long_shots(lengths))
    assert s.scene_scores(a, b, lengths=lengths) == pytest.approx(with_lengths)
    for n in (0, 1, 2): assert len(s.scene_scores(a[:n], lengths=lengths[:n])) == max(n - 1, 0)


def test_long_shots_by_hand():
    assert s.long_shots([1, 4, 9, 0]).tolist() == [2, 6, 0]


@pytest.mark.parametrize(
    'call, said',
    [
        (lambda: s.joint(), 'no features'),
        (lambda: s.joint(np.ones((3, 2)), np.ones((4, 2))), r'features of \[3, 4\] shots'),
        (lambda: s.by_rank(), 'no scores'),
        (lambda: s.by_rank([1], [1, 2]), r'scores of \[1, 2\] cuts'),
        (lambda: s.by_rank([[1, 2]]), 'give one a cut'),
        (lambda: s.by_rank([1, np.nan]), '1 scores are NaN'),
        (lambda: s.long_shots([1, np.nan]), 'lengths have nan'),
        (lambda: s.long_shots([[1, 2]]), r'lengths have shape \(1, 2\)'),
        (lambda: s.scene_scores(features(0), lengths=[1, 2]), r'cuts: expected the same cuts'),
    ],
)
def test_what_does_not_fit_together_is_refused(call, said):
    with pytest.raises(ValueError, match=said): call()


# ---- tables
def scored(strength, seed=0):
    rng = np.random.default_rng(seed)
    truth = [(rng.random(n) < .1).astype(int) for n in (60, 90, 120, 150, 80, 70)]
    return [(y, strength*y + rng.normal(size=len(y))) for y in truth]


def test_thresholds_come_from_the_other_films():
    films = scored(2)
    found = s.left_out_thresholds(films)
    for f, cut in enumerate(found):
        assert cut == s.choose_threshold(films[:f] + films[f + 1:])
    # what a film holds does not move its own threshold
    films[2] = (1 - films[2][0], films[2][1])
    assert s.left_out_thresholds(films)[2] == found[2]
    with pytest.raises(ValueError, match='a threshold needs others'):
        s.left_out_thresholds(films[:1])


def test_rows_of_chance_know_nothing_of_their_film():
    films = scored(2)
    rows = s.chance_rows(films)
    assert list(rows) == ['random', 'regular', 'always no']
    turned = [(1 - films[0][0], films[0][1]), *films[1:]]
    again = s.chance_rows(turned)
    for name in rows: assert rows[name][0][1].tolist() == again[name][0][1].tolist()
    assert 0 <= min(rows['regular'][1][1]) and max(rows['regular'][1][1]) <= 1


def test_the_table_holds_each_protocol_of_each_method():
    methods = {'weak': scored(.5), 'strong': scored(3)} | s.chance_rows(scored(3))
    spans = [np.c_[np.arange(len(y) + 1), np.arange(len(y) + 1) + 1] for y, _ in scored(3)]
    times = [np.arange(1, len(y) + 1)*2. for y, _ in scored(3)]
    table = s.protocol_table(methods, {'always no': .5}, spans, times)
    assert isinstance(table, pd.DataFrame) and not table.duplicated(['method', 'protocol']).any()
    wide = s.side_by_side(table)
    assert list(wide.index) == list(methods) and wide.notna().all(axis=None)
    at = s.left_out_thresholds(methods['strong'])
    row = table[table.method == 'strong'].set_index('protocol')
    assert row.value['F1 at film thresholds, pooled'] == s.f1(methods['strong'], at).value
    assert row.value['mAP'] == s.mean_average_precision(methods['strong']).value
    assert (row.low <= row.value).all() and (row.value <= row.high).all()
    assert 'Recall@3s at film thresholds' in row.index
    better = wide.loc['strong'] - wide.loc['weak']
    assert better.pop('DED at film thresholds') < 0 < better.min()
