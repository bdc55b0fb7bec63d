"""Variance components: unbiased whatever the number of levels, nested cameras, holes in the design,
folded factors, intervals over rooms; whitening, probes, hubs."""
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.spatial.distance import cdist

from scene_explore import geometry as g

SEEDS = st.integers(0, 2**32 - 1)


def design(repeats=1, **levels):
    rows = [
        dict(zip(levels, v, strict=True))
        for v in itertools.product(*map(range, levels.values()))
        for _ in range(repeats)
    ]
    return pd.DataFrame(rows)


def draw(rng, factors, strength, noise, d=48):
    """Each level, or combination of levels, of the named factors adds a random vector of that mean
    squared length"""
    x = rng.normal(size=(len(factors), d))*np.sqrt(noise/d)
    for names, s in strength.items():
        level = factors.groupby(names.split()).ngroup().to_numpy()
        x += (rng.normal(size=(level.max() + 1, d))*np.sqrt(s/d))[level]
    return x


def mean_shares(factors, strength, noise, keep=slice(None), n=80, **options):
    "Mean of the shares over n probes, and its standard error"
    found = []
    for seed in range(n):
        x = draw(np.random.default_rng(seed), factors, strength, noise)
        found.append(
            g.probe_attribution(x[keep], factors[keep], unit=False, intervals=False, **options)
            .set_index('factor')
            .share
        )
    found = pd.concat(found, axis=1)
    return found.mean(axis=1), found.std(axis=1)/np.sqrt(n)


# ---- shares

def test_five_equal_components_are_equal_with_8_4_and_2_levels():
    five = design(a=8, b=4, c=4, d=2, e=2)
    mean, se = mean_shares(five, dict.fromkeys('abcde', 1.), .5, n=50)
    truth = pd.Series(dict.fromkeys('abcde', 1/5.5) | dict(rest=.5/5.5))
    # a ratio of unbiased numbers has a bias of its own, of .003 at most
    assert ((mean - truth).abs() < 4*se + .003).all()
    assert ((mean - truth).abs() < .02).all()


@pytest.mark.parametrize('levels', [2, 4, 8])
def test_a_share_does_not_depend_on_the_number_of_levels(levels):
    f = design(place=8, light=levels, cast=2)
    mean, se = mean_shares(f, dict(place=1., light=1.), 1.)
    assert abs(mean['light'] - 1/3) < 4*se['light'] + .005


def test_a_camera_of_the_room_is_found_as_interaction_as_total_and_nested():
    f = design(2, place=8, camera=4, light=2)
    x = draw(np.random.default_rng(0), f, {'place': 1., 'place camera': 1., 'light': .3}, .2)
    crossed = g.probe_attribution(x, f, unit=False).set_index('factor')
    told = g.probe_attribution(x, f, unit=False, nested=dict(camera='place')).set_index('factor')
    named = g.probe_attribution(x, f.assign(camera=f.place * 4 + f.camera), unit=False).set_index(
        'factor'
    )
    assert abs(crossed.share['camera']) < 0.04 and crossed.total['camera'] == pytest.approx(
        0.4, abs=0.07
    )
    assert crossed.share['place × camera'] == pytest.approx(.4, abs=.07)
    assert told.share['camera'] == pytest.approx(.4, abs=.07) and 'place × camera' not in told.index
    pd.testing.assert_frame_equal(told, named)


def test_rooms_lie_in_kinds():
    f = design(kind=8, place=3, camera=4).assign(place=lambda t: t.kind*3 + t.place)
    mean, se = mean_shares(f, dict(kind=1., place=.5), .5, n=40)
    truth = pd.Series(dict(kind=.5, place=.25, rest=.25))
    assert ((mean[truth.index] - truth).abs() < 4*se[truth.index] + .005).all()


def test_a_kind_for_each_room_is_no_factor():
    f = design(2, place=6, camera=3)
    x = draw(np.random.default_rng(0), f, dict(place=1.), 1.)
    pd.testing.assert_frame_equal(
        g.probe_attribution(x, f.assign(kind=f.place)), g.probe_attribution(x, f)
    )


def test_clips_that_go_missing_together_do_not_move_the_shares():
    f = design(place=8, camera=4, light=2, cast=2)
    lost = (f.place < 3) & (f.light == 1)
    strength = {'place': 1., 'light': 1., 'place light': .5}
    mean, se = mean_shares(f, strength, .5, keep=~lost, interactions=True)
    truth = pd.Series({'place': 1/3, 'light': 1/3, 'place × light': 1/6, 'cast': 0})
    assert ((mean[truth.index] - truth).abs() < 4*se[truth.index] + .005).all()


def test_a_complete_design_gives_the_textbook_estimates():
    f = design(3, place=5, camera=4)
    x = draw(np.random.default_rng(0), f, {'place': 1., 'place camera': .5}, 1., d=6)
    cell = x.reshape(5, 4, 3, 6)
    a, b, m = cell.mean((1, 2)), cell.mean((0, 2)), x.mean(0)
    ms = dict(
        a=12 * np.square(a - m).sum() / 4,
        b=15 * np.square(b - m).sum() / 3,
        ab=3 * np.square(cell.mean(2) - a[:, None] - b + m).sum() / 12,
        e=np.square(cell - cell.mean(2, keepdims=True)).sum() / 40,
    )
    v = np.array(
        [(ms['a'] - ms['ab']) / 12, (ms['b'] - ms['ab']) / 15, (ms['ab'] - ms['e']) / 3, ms['e']]
    )
    found = g.probe_attribution(x, f, unit=False)
    assert list(found.factor) == ['place', 'camera', 'place × camera', 'rest']
    np.testing.assert_allclose(found.share, v/v.sum())
    np.testing.assert_allclose(found.total[:2], [v[[0, 2]].sum()/v.sum(), v[[1, 2]].sum()/v.sum()])


def test_a_total_effect_is_the_variance_that_is_left_when_all_else_is_known():
    """Saltelli et al. 2010, table 2: mean over the cells of the other factors of the variance
    within; here without noise"""
    f = design(place=6, camera=4, light=3)
    x = draw(
        np.random.default_rng(0),
        f,
        {'place': 1.0, 'camera': 0.5, 'place camera': 1.0, 'light': 0.5},
        0.0,
    )
    cell = x.reshape(6, 4, 3, -1)
    within = cell.var(axis=1, ddof=1).mean((0, 1)).sum()
    found = g.probe_attribution(x, f, unit=False, interactions=True).set_index('factor')
    whole = within/found.total['camera']
    assert whole == pytest.approx(cell.var(axis=0, ddof=1).mean((0, 1)).sum()/found.total['place'])


def test_motion_that_is_folded_in_is_told_from_the_rest_where_it_can_be():
    f = design(kind=4, place=3, camera=4, hour=2, light=2, cast=2).assign(
        place=lambda t: t.kind * 3 + t.place
    )
    two = np.array([['hour', 'light'], ['light', 'cast'], ['hour', 'cast']])[f.camera % 3]
    f['motion'] = [(f.loc[i, a] + f.loc[i, b]) % 2 for i, (a, b) in enumerate(two)]
    x = draw(np.random.default_rng(0), f, {'place': 1., 'place camera motion': 1.}, .5)
    found = g.probe_attribution(x, f, unit=False, intervals=False).set_index('factor')
    assert (
        found.total['motion'] == pytest.approx(0.4, abs=0.05)
        and found.total[['hour', 'light', 'cast']].abs().max() < 0.05
    )


def test_unit_rows_are_the_default():
    f = design(2, place=6, camera=3)
    x = draw(np.random.default_rng(0), f, dict(place=1.), 1.)
    length = np.random.default_rng(1).uniform(.1, 10, (len(x), 1))
    pd.testing.assert_frame_equal(g.probe_attribution(x*length, f), g.probe_attribution(x, f))
    assert not np.allclose(
        g.probe_attribution(x * length, f, unit=False).share,
        g.probe_attribution(x, f).share,
        atol=0.01,
    )


def test_no_interval_below_five_rooms():
    f = design(2, place=4, camera=3)
    found = g.probe_attribution(draw(np.random.default_rng(0), f, dict(place=1.), 1.), f)
    assert found.low.isna().all() and found.share.notna().all()


def test_intervals_hold_the_share_of_other_rooms():
    f = design(place=8, camera=3, light=2)
    held_still = draw(np.random.default_rng(0), f, dict(light=1.), 0.)
    light = np.square(held_still[0] - held_still[1]).sum()/2
    truth = pd.Series({'place': 1., 'camera': 0., 'light': light, 'place × camera': .5, 'rest': .5})
    truth /= truth.sum()
    held = []
    for seed in range(100):
        x = held_still + draw(
            np.random.default_rng(seed + 1), f, {'place': 1.0, 'place camera': 0.5}, 0.5
        )
        found = g.probe_attribution(x, f, unit=False).set_index('factor')
        held.append((found.low <= truth[found.index]) & (truth[found.index] <= found.high))
    assert (np.mean(held, 0) > .88).all()


# ---- whitening

@given(SEEDS, st.integers(2, 9))
@settings(max_examples=20, deadline=None)
def test_whitening_is_that_of_scikit_learn_and_of_mahalanobis(seed, d):
    from sklearn.decomposition import PCA
    rng = np.random.default_rng(seed)
    fit, x = rng.normal(size=(40, d)) @ rng.normal(size=(d, d)) + 2, rng.normal(size=(7, d))
    k = int(rng.integers(1, d + 1))
    w = g.whiten(x, fit, k, shrinkage=0)
    np.testing.assert_allclose(
        w, PCA(k, whiten=True, svd_solver='full').fit(fit).transform(x), atol=1e-6
    )
    if k == d:
        np.testing.assert_allclose(
            cdist(w, w),
            cdist(x, x, 'mahalanobis', VI=np.linalg.inv(np.cov(fit.T))),
            rtol=1e-5,
            atol=1e-6,
        )


def test_whitening_with_fewer_rows_than_dimensions_is_shrunk():
    rng = np.random.default_rng(0)
    few = rng.normal(size=(20, 100))
    found = g.fit_whitening(few)
    assert found.shrinkage > .5 and len(found.variance) == 19
    bare = g.whiten(few, shrinkage=0)
    # without: all equally far apart, and nothing is left
    assert np.allclose(cdist(bare, bare)[np.triu_indices(20, 1)], np.sqrt(2*19), atol=1e-6)


def test_the_number_of_components_is_chosen_by_the_score():
    rng = np.random.default_rng(0)
    chosen = g.choose_components(
        rng.normal(size=(30, 9)),
        lambda y: -abs(y.shape[1] - 4),
        rng.normal(size=(50, 9)),
        (2, 4, 6, 99),
    )
    assert chosen.k == 4 and list(chosen.table.k) == [2, 4, 6]
    with pytest.raises(ValueError, match='NaN for every'):
        g.choose_components(np.eye(5), lambda y: np.nan, rng.normal(size=(9, 5)), (2,))


# ---- probes

def crossed(seed=0, rooms=8):
    f = design(3, place=rooms, camera=4)
    rng = np.random.default_rng(seed)
    return f, rng


def test_a_reader_crosses_cameras_where_room_and_camera_add_up():
    f, rng = crossed()
    adds = draw(rng, f, dict(place=1., camera=1.), .1)
    mixes = draw(rng, f, {'place camera': 1.}, .1)
    a, m = (g.cross_condition_probe(x, f.place, f.camera, rooms=f.place) for x in (adds, mixes))
    assert a.value > .95 and m.value < .4 and a.chance == pytest.approx(1/8)
    assert m.low < m.value < m.high and len(a.levels) == 4 and a.left_out == 0


def test_the_reader_is_scikit_learns():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    f, rng = crossed()
    x = draw(rng, f, {'place': .3, 'camera': 1.}, 1.)
    by_hand = cross_val_score(
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        x,
        f.place,
        groups=f.camera,
        cv=LeaveOneGroupOut(),
    )
    found = g.cross_condition_probe(x, f.place, f.camera, unit=False)
    np.testing.assert_allclose(found.levels.accuracy, by_hand)
    assert found.value == pytest.approx(by_hand.mean())


def test_noise_is_read_at_chance():
    f, rng = crossed(rooms=6)
    found = g.cross_condition_probe(rng.normal(size=(len(f), 8)), f.place, f.camera, rooms=f.place)
    assert found.value == pytest.approx(1/6, abs=.15)


def test_what_nobody_could_name_is_left_out_and_counted():
    f, rng = crossed(rooms=4)
    x = draw(rng, f, dict(place=1.), .1)
    # room 3 is seen by camera 0 alone
    target = f.place.where(~((f.place == 3) & (f.camera > 0)), 2)
    assert g.cross_condition_probe(x, target, f.camera).left_out == 3
    table = g.cross_condition_probes(
        x, f.assign(kind=f.place // 2), ('place',), ('camera', 'place', 'kind'), seen=False
    )
    assert list(table.condition) == ['camera'] and list(table.attrs['left_out']) == [
        'place under another kind'
    ]


def test_distances_are_explained_by_what_differs():
    f = design(kind=6, place=2, camera=3).assign(place=lambda t: t.kind*2 + t.place)
    x = draw(np.random.default_rng(0), f, dict(kind=1., place=.5, camera=.2), .3)
    i, j = np.triu_indices(len(f), 1)
    z = np.c_[np.ones(len(i)), *[f[c].to_numpy()[i] != f[c].to_numpy()[j] for c in f]]
    d = cdist(x, x, 'cosine')[i, j]
    beta = np.linalg.lstsq(z, d, rcond=None)[0]
    found = g.rsa_regression(x, f, nonnegative=False)
    np.testing.assert_allclose(found.weight, beta[1:], atol=1e-9)
    assert found.attrs['r2'] == pytest.approx(
        1 - np.square(d - z @ beta).sum() / np.square(d - d.mean()).sum()
    )
    assert (found.low < found.weight).all() and (found.weight < found.high).all()
    less = np.linalg.lstsq(z[:, :3], d, rcond=None)
    lost = found.attrs['r2'] - (1 - less[1][0]/np.square(d - d.mean()).sum())
    assert found.unique.iloc[2] == pytest.approx(lost)


# ---- neighbours

def test_neighbours_are_those_of_scikit_learn():
    from sklearn.neighbors import NearestNeighbors
    from scene_explore.geometry.neighbours import nearest
    x = np.random.default_rng(0).normal(size=(80, 5))
    by_sklearn = (
        NearestNeighbors(n_neighbors=7, metric='cosine').fit(x).kneighbors(return_distance=False)
    )
    assert (nearest(x, 7) == by_sklearn).all()
    times = np.bincount(by_sklearn.ravel(), minlength=80)
    found = g.hubness(x, 7)
    assert found.anti_hubs == (times == 0).mean() and found.largest == times.max()/79
    assert found.skewness == pytest.approx(((times - 7)**3).mean()/((times - 7)**2).mean()**1.5)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_mutual_neighbours_ignore_rotation_and_length_and_are_symmetric(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(40, 4)), rng.normal(size=(40, 6))
    turned = rng.uniform(.1, 9, (40, 1))*(x @ np.linalg.qr(rng.normal(size=(4, 4)))[0])
    assert g.mutual_knn(x, turned, 5).value == 1
    assert g.mutual_knn(x, y, 5).value == g.mutual_knn(y, x, 5).value


def test_unrelated_spaces_share_neighbours_at_chance():
    rng = np.random.default_rng(0)
    found = [g.mutual_knn(rng.normal(size=(60, 8)), rng.normal(size=(60, 8)), 6) for _ in range(60)]
    assert np.mean([o.value for o in found]) == pytest.approx(
        found[0].chance, abs=0.01
    ) and np.isnan(found[0].low)


def test_people_may_come_as_lists():
    f = design(3, place=8, cast=2)
    x = draw(np.random.default_rng(0), f, dict(place=1., cast=1.), .1)
    listed = f.assign(cast=[['Ada', 'Ben'] if c else [] for c in f.cast])
    pd.testing.assert_frame_equal(g.probe_attribution(x, listed), g.probe_attribution(x, f))
