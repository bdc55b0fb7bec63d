"""Intervals hold the truth as often as they say; retrieval by difficulty, recall, chance; each
against a plain loop, scikit-learn or a simulation."""
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from scene_explore import geometry as g

from scene_explore.geometry import comparison
from scene_explore.geometry import intervals as i
from scene_explore.geometry.retrieval import LEVELS
from scene_explore.geometry.ranking import map_at_r_chance
from scene_explore.geometry.clusters import SCORES

SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(max_examples=15, deadline=None)


def library(seed, n=90, films=6, places=5, d=6, round_to=None):
    "Embeddings with a place in them, and everything that is known of the scenes; some of it is not"
    rng = np.random.default_rng(seed)
    place, film = rng.integers(0, places, n), np.sort(rng.integers(0, films, n))
    x = rng.normal(size=(places, d))[place] + 1.5*rng.normal(size=(n, d))
    if round_to is not None: x = np.round(x, round_to)
    known = dict(
        camera=rng.choice(['', 'left', 'right', 'top'], n),
        light=rng.choice(['day', 'night', 'lamp'], n).astype(object),
    )
    known['light'][rng.random(n) < .1] = None
    return (
        x,
        np.array([f'place {p}' for p in place]),
        np.array([f'film {f}' for f in film]),
        4.0 * np.arange(n),
        known,
    )


# ---- intervals over films
@given(SEEDS, st.integers(5, 30))
@QUICK
def test_over_films_it_is_the_jackknife_of_the_ratio(seed, n):
    rng = np.random.default_rng(seed)
    film = np.r_[np.arange(n), rng.integers(0, n, 5*n)]
    v = rng.random(len(film))
    left = np.array([v[film != f].mean() for f in range(n)])
    half = (n - 1)/n*((left - left.mean())**2).sum()
    found = i.cluster_interval(v, film)
    df = i.degrees_of_freedom(np.bincount(film))
    assert found.value == pytest.approx(v.mean()) and 1 <= df <= n - 1 + 1e-9
    assert found[1:] == pytest.approx(stats.t.interval(.95, df, v.mean(), np.sqrt(half)))
    assert i.jackknife_interval(lambda rows: v[rows], film) == pytest.approx(found)
    assert i.jackknife_interval(lambda rows: v[rows].mean(), film) == pytest.approx(found)
    assert i.crossed_interval(v, film) == pytest.approx(found)


def test_with_equal_films_it_is_the_t_interval_of_their_means():
    v, film = np.random.default_rng(0).random(60), np.repeat(np.arange(6), 10)
    means = v.reshape(6, 10).mean(1)
    assert i.cluster_interval(v, film)[1:] == pytest.approx(
        stats.t.interval(0.95, 5, means.mean(), stats.sem(means))
    )


@pytest.mark.parametrize('films', [0, 1, 2, 4])
def test_below_five_films_there_is_none(films):
    film = np.repeat(np.arange(films), 20)
    v = np.random.default_rng(0).random(len(film))
    for found in (
        i.cluster_interval(v, film),
        i.crossed_interval(np.stack([v] * 5), film),
        i.bootstrap_interval(v, film),
    ):
        assert np.isnan(found[1:]).all() and (films == 0 or found.value == pytest.approx(v.mean()))
    assert 'no interval' in i.not_covered(films)
    assert (
        not i.not_covered(5, 5)
        and 'one seed' in i.not_covered(5, 1)
        and '3 seeds' in i.not_covered(5, 3)
    )


def test_what_is_not_known_is_no_query_and_bounds_are_kept():
    v = np.r_[np.ones(30), np.zeros(2), np.nan]
    film = np.r_[np.repeat(np.arange(6), 5), 0, 0, 7]
    found = i.cluster_interval(v, film, bounds=(0, 1))
    assert found.value == pytest.approx(30/32) and found.high == 1
    with pytest.raises(ValueError, match='5 entries for 33'): i.cluster_interval(v, film[:5])


def test_seeds_that_disagree_make_it_wide_however_many_films_agree():
    film = np.repeat(np.arange(30), 4)
    seeds = np.array([0, .1, .2, .3, .4])
    found = i.crossed_interval(np.repeat(seeds[:, None], 120, 1), film)
    assert found[1:] == pytest.approx(stats.t.interval(.95, 4, .2, stats.sem(seeds)))


# ---- across films
@pytest.mark.parametrize('protocol', ['across', 'all'])
@pytest.mark.parametrize(('seed', 'round_to'), [(0, None), (1, 0), (2, 0)])
def test_across_films_each_film_is_left_out_of_queries_and_gallery(protocol, seed, round_to):
    x, place, film, times, _ = library(seed, 60, round_to=round_to)   # rounded: ties
    def asked(rows):
        return g.place_precision(x[rows], place[rows], (1, 5), film[rows], times[rows], 9, protocol)
    found = asked(slice(None))
    for column in ('P@1', 'R@5'):
        def scores(rows, column=column):
            q = asked(rows).queries
            return pd.Series(q[column].to_numpy(), q.row).reindex(range(len(rows))).to_numpy()
        assert found.interval(column) == pytest.approx(
            i.jackknife_interval(scores, film, bounds=(0, 1)), nan_ok=True
        )
    assert found.drawn == 'films'


def test_a_paired_difference_is_that_of_the_same_queries():
    x, place, film, *_ = library(3, 150)
    noisy = x + np.random.default_rng(0).normal(size=x.shape)
    for protocol in ('within', 'across'):
        a, b = (g.place_precision(v, place, 1, film, protocol=protocol) for v in (x, noisy))
        gain = a.interval(minus=b)
        assert gain.value == pytest.approx(a[1] - b[1]) and gain.low < gain.value < gain.high
        assert a.interval(minus=a) == (0, 0, 0)
    with pytest.raises(ValueError, match='same scenes'):
        a.interval(minus=g.place_precision(x[:90], place[:90], 1, film[:90], protocol='across'))


def test_two_films_have_rooms_within_and_nothing_across():
    x, place, film, *_ = library(0, films=2)
    within, across = (
        g.place_precision(x, place, 1, film, protocol=p) for p in ('within', 'across')
    )
    room = pd.Series(film)[within.queries.row] + within.queries.place.to_numpy()
    assert within.drawn == 'rooms' and within.interval() == pytest.approx(
        i.cluster_interval(within.queries['P@1'], room, bounds=(0, 1))
    )
    assert across.drawn == '' and across.frame()[['low', 'high']].isna().to_numpy().all()


def covered(bounds, truth): return np.mean([low <= truth <= high for _, low, high in bounds])


@pytest.mark.parametrize('films', [6, 20])
def test_coverage_within_films(films):
    """Skewed scores, films of very different size: 400 trials, whose share is within .03 of its
    mean with probability .99"""
    tries, old = [], []
    for seed in range(400):
        rng = np.random.default_rng([films, seed])
        film = np.repeat(np.arange(films), np.maximum(3, rng.lognormal(3, .8, films).astype(int)))
        hit = rng.random(len(film)) < rng.beta(4, 1, films)[film]
        tries.append(i.cluster_interval(hit, film))
        old.append(i.bootstrap_interval(hit, film, 100))
    assert .90 < covered(tries, .8) < .985 and covered(old, .8) < covered(tries, .8) - .02


def test_coverage_over_pairs_of_films():
    "Film f asks film g and gets a_f + b_g + noise of the pair: the truth is 0"
    tries, asks = [], []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=(16, 1)) + rng.normal(size=16) + 3*rng.normal(size=(16, 16))
        y *= 1 - np.eye(16)
        total = y.sum(1)/15
        tries.append(
            i.two_way_interval(
                total, np.ones(16), (y.sum(1)[:, None] - y).T / 14, np.ones((16, 16))
            )
        )
        asks.append(i.cluster_interval(total, range(16)))
    assert .90 < covered(tries, 0) < .985 and covered(asks, 0) < covered(tries, 0) - .02


def test_coverage_of_films_and_seeds():
    tries, one = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        film = np.repeat(np.arange(8), rng.integers(5, 40, 8))
        effect = .1*rng.normal(size=8) + .08*rng.normal(size=(5, 1)) + .05*rng.normal(size=(5, 8))
        values = effect[:, film] + .3*rng.normal(size=(5, len(film)))
        tries.append(i.crossed_interval(values, film))
        one.append(i.crossed_interval(values[0], film))
    assert .90 < covered(tries, 0) < .99 and covered(one, 0) < covered(tries, 0)


# ---- easy, medium, hard, recall
def asked_slowly(x, place, camera, light, level, k):
    """Revisited Oxford's rule, one query at a time: other levels' targets are neither right nor
    wrong"""
    s, precision, recall = g.cosine_similarity(x), [], []
    def of(a, b):
        if '' in (camera[a], camera[b]) or None in (light[a], light[b]): return None
        return ('easy', 'medium', 'hard')[int(camera[a] != camera[b]) + int(light[a] != light[b])]
    for q in range(len(x)):
        right = [j for j in range(len(x)) if j != q and place[j] == place[q] and of(q, j) == level]
        wrong = [j for j in range(len(x)) if place[j] != place[q]]
        if not right: continue
        top = sorted(right + wrong, key=lambda j: -s[q, j])[:k]
        precision.append(np.mean([j in right for j in top]))
        recall.append(float(any(j in right for j in top)))
    return np.mean(precision), np.mean(recall), len(precision)


def test_levels_are_the_loop():
    x, place, _, _, known = library(1)
    found = g.place_precision(x, place, (1, 5), **known)
    assert list(found.levels) == list(LEVELS)
    for level, at in found.levels.items():
        for k in (1, 5):
            assert (at[k], at.recall[k], len(at.queries)) == pytest.approx(
                asked_slowly(x, place, **known, level=level, k=k)
            )
    frame = found.frame().set_index(['difficulty', 'k'])
    assert (
        frame.precision['hard', 1] == found.levels['hard'][1]
        and frame.recall['all', 5] == found.recall[5]
    )
    unknown = sum(
        c == '' or o is None for c, o in zip(known['camera'], known['light'], strict=True)
    )
    assert found.levels['easy'].left_out['camera or light unknown'] == unknown
    for at in found.levels.values(): assert len(at.queries) + sum(at.left_out.values()) == len(x)
    plain = g.place_precision(x, place, (1, 5))
    assert dict(plain) == dict(found) and not plain.levels


def test_with_one_condition_there_is_easy_and_hard():
    x, place, film, times, known = library(2)
    for name in known:
        found = g.place_precision(x, place, 1, film, times, 5, **{name: known[name]})
        assert (
            np.isnan(found.levels['medium'][1])
            and len(found.levels['easy'].queries)
            and len(found.levels['hard'].queries)
        )
    with pytest.raises(ValueError, match='camera has 2 entries'):
        g.place_precision(x, place, camera=['a', 'b'])


@given(SEEDS, st.integers(1, 6))
@QUICK
def test_a_collapsed_space_gets_chance_in_every_level(seed, k):
    _, place, film, times, known = library(seed)
    dead = g.place_precision(np.ones((len(place), 3)), place, k, film, times, 5, **known)
    for found in (dead, *dead.levels.values()):
        assert found[k] == pytest.approx(found.chance, nan_ok=True) and found.recall[
            k
        ] == pytest.approx(found.recall_chance[k], nan_ok=True)


def test_recall_and_chance_are_those_of_random_rankings():
    rng = np.random.default_rng(0)
    place = np.array(list('aaaabbbcc'))
    tries = [g.place_precision(rng.normal(size=(9, 40)), place, (1, 3)) for _ in range(300)]
    for k in (1, 3):
        assert np.mean([t.recall[k] for t in tries]) == pytest.approx(
            tries[0].recall_chance[k], abs=0.05
        )
    found = [g.map_at_r(rng.normal(size=(9, 40)), place) for _ in range(200)]
    q = tries[0].queries
    assert np.mean(found) == pytest.approx(map_at_r_chance(q.relevant, q.gallery).mean(), abs=.04)


@given(st.integers(1, 8), st.integers(0, 8))
@QUICK
def test_chance_of_map_at_r_is_that_of_a_dead_space(relevant, others):
    hit = np.arange(relevant + others) < relevant
    rng = np.random.default_rng(relevant)
    orders = [rng.permutation(hit)[:relevant] for _ in range(1500)]
    mean = np.mean([(np.cumsum(o)/np.arange(1, relevant + 1)*o).mean() for o in orders])
    assert map_at_r_chance([relevant], [relevant + others])[0] == pytest.approx(mean, abs=.06)
    assert np.isnan(map_at_r_chance([0], [4])[0])


# ---- silhouette and purity without neighbours in time
def silhouettes_slowly(x, place, film, times, exclude):
    far, out = 1 - g.cosine_similarity(x), []
    for q in range(len(x)):
        free = [
            j
            for j in range(len(x))
            if j != q and not (film[j] == film[q] and abs(times[j] - times[q]) < exclude)
        ]
        of = {p: [far[q, j] for j in free if place[j] == p] for p in set(place)}
        others = [np.mean(v) for p, v in of.items() if v and p != place[q]]
        if not of[place[q]] or not others:
            out.append(0)
            continue
        a, b = np.mean(of[place[q]]), min(others)
        out.append((b - a)/max(a, b))
    return out


@given(SEEDS, st.sampled_from([0, 9, 60]))
@QUICK
def test_silhouette_leaves_out_neighbours_in_time(seed, exclude):
    x, place, film, times, _ = library(seed, 40, 3)
    found = g.silhouette_by_scene(x, place, film, times, exclude)
    np.testing.assert_allclose(found, silhouettes_slowly(x, place, film, times, exclude), atol=1e-9)
    assert g.silhouette(x, place, film, times, exclude) == pytest.approx(np.mean(found))
    if not exclude:
        assert g.silhouette(x, place, film, times) == pytest.approx(g.silhouette(x, place))


@given(SEEDS, st.sampled_from([0, 9]), st.sampled_from([3, 6]), st.booleans())
@QUICK
def test_the_interval_of_a_silhouette_is_that_of_silhouettes_without_each_film(
    seed, exclude, films, lonely
):
    x, place, film, times, _ = library(seed, 60)
    place = place.astype(object)
    place[::7] = ''
    film = np.array([f'film {o}' for o in np.arange(60) % films])
    # without this film there are not two places
    if lonely: place[film != 'film 0'] = np.where(place[film != 'film 0'] == '', '', 'hall')
    def scores(rows):
        return g.silhouette_by_scene(x[rows], place[rows], film[rows], times[rows], exclude)
    slowly = i.jackknife_interval(scores, film, bounds=(-1, 1))
    found = g.place_score('silhouette', x, place, film, times, exclude)
    bounds = [found[o] for o in ('value', 'low', 'high')]
    np.testing.assert_allclose(bounds, slowly, atol=1e-12)
    if not lonely: assert np.isnan(found['low']) == (films < 5)


def test_silhouette_of_scenes_that_are_all_near_in_time_is_0():
    "Neither the own place nor another has a scene left to compare with"
    found = g.silhouette_by_scene(np.eye(6)[[0, 0, 1, 1]], list('aabb'), ['x']*4, np.arange(4.), 60)
    assert found.tolist() == [0, 0, 0, 0]


def test_purity_is_that_of_nearest_neighbours():
    from sklearn.neighbors import NearestNeighbors
    x, place, film, times, _ = library(5)
    near = (
        NearestNeighbors(n_neighbors=11, metric='cosine')
        .fit(x)
        .kneighbors(x, return_distance=False)[:, 1:]
    )
    assert g.knn_purity(x, place) == pytest.approx((place[near] == place[:, None]).mean())
    away = [
        [
            j
            for j in np.argsort(-g.cosine_similarity(x)[q])
            if j != q and not (film[j] == film[q] and abs(times[j] - times[q]) < 9)
        ][:10]
        for q in range(len(x))
    ]
    assert g.knn_purity(x, place, 10, film, times, 9) == pytest.approx(
        (place[np.array(away)] == place[:, None]).mean()
    )


def test_scores_have_intervals_over_films_and_chance():
    x, place, film, times, _ = library(7, 150)
    dead = np.ones_like(x)
    for name in SCORES:
        found, nothing = (g.place_score(name, v, place, film, times, 9) for v in (x, dead))
        assert found['low'] < found['value'] < found['high'] and found['scenes'] > 100
        if name != 'silhouette':
            assert (
                nothing['value'] == pytest.approx(found['chance'])
                and found['value'] > found['chance']
            )
        few = g.place_score(name, x[:60], place[:60], film[:60], times[:60], 9)
        assert np.isnan(few['low']) and not np.isnan(few['value'])
    purity = g.place_score('kNN purity', x, place, film, times, 9)
    def scores(rows):
        return g.retrieve(x[rows], place[rows], 10, film[rows], times[rows], 9, 'all')[
            'P@10'
        ].to_numpy()
    assert [purity[k] for k in ('value', 'low', 'high')] == pytest.approx(
        i.jackknife_interval(scores, film, bounds=(0, 1))
    )


# ---- one spot, CKA, Mantel
@given(SEEDS, st.floats(0, 1e-3))
@QUICK
def test_the_centred_rank_of_one_spot_is_one(seed, tremble):
    rng = np.random.default_rng(seed)
    spot = rng.normal(size=64) + tremble*rng.normal(size=(50, 64))
    assert g.rankme(spot.astype(np.float32), centred=True) == 1
    assert g.rankme(spot*1e-3 + .5, centred=True) == 1
    # what there is without the spot is not thrown away
    assert g.rankme(spot - spot.mean(0), centred=True) > 10 or tremble < 1e-12


def test_cka_is_debiased_unless_asked():
    rng = np.random.default_rng(0)
    pairs = [(rng.normal(size=(12, 60)), rng.normal(size=(12, 60))) for _ in range(60)]
    assert abs(np.mean([g.linear_cka(x, y) for x, y in pairs])) < .03
    assert np.mean([g.linear_cka(x, y, debiased=False) for x, y in pairs]) > .6
    x, y = pairs[0]
    assert g.linear_cka(x, y) == g.linear_cka(x, y, debiased=True)


def test_mantel_is_the_plain_loop():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(9, 4))
    s = g.cosine_similarity(x + 2*rng.normal(size=x.shape))
    found, orders = comparison.mantel_test(s, x, 199, seed=4), np.random.default_rng(4)
    above, own = np.triu_indices(9, 1), g.cosine_similarity(x)
    as_well = 0
    for _ in range(199):
        o = orders.permutation(9)
        as_well += (
            stats.spearmanr(s[above], own[np.ix_(o, o)][above]).statistic >= found.value - 1e-9
        )
    assert found.value == comparison.spearman_to(s, x) and found.p == pytest.approx(
        (1 + as_well) / 200
    )


def test_mantel_finds_nothing_where_nothing_is():
    rng = np.random.default_rng(0)
    p = [
        comparison.mantel_test(
            g.cosine_similarity(rng.normal(size=(15, 4))), rng.normal(size=(15, 4)), 99
        ).p
        for _ in range(100)
    ]
    assert np.mean(np.array(p) <= .1) < .22 and stats.kstest(p, 'uniform').pvalue > .001


def test_spearman_over_films_leaves_out_all_pairs_of_a_film():
    x, place, film, *_ = library(4, 60)
    s = (place[:, None] == place).astype(float)
    found = comparison.spearman_interval(s, x, film)
    assert found == pytest.approx(
        i.jackknife_interval(
            lambda rows: comparison.spearman_to(s[np.ix_(rows, rows)], x[rows]), film
        )
    )
    assert found.low < found.value < found.high
