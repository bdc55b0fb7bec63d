"""The place test: ABX against a triple loop, spaces whose answer is known, invariances, films
without a design, the ROC curve, intervals over rooms."""
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from scene_explore import geometry as g
from scene_explore.encoders.baselines import BASELINES

from scene_explore.geometry import triplets

from scene_explore.views import figures
from scene_explore.geometry.triplets import FACTORS, default_conditions, jackknife_pairs

SEEDS = st.integers(0, 2**32 - 1)


def design(kinds=4, rooms=2, **levels):
    levels = levels or dict(camera=3, light=2, cast=2)
    rows = itertools.product(range(kinds), range(rooms), *map(range, levels.values()))
    f = pd.DataFrame(rows, columns=['kind', 'place', *levels])
    return f.assign(place=f.kind*rooms + f.place)


def one_hot(f, column): return np.eye(f[column].max() + 1)[f[column]]


def by_hand(x, f, condition, same_kind, factors):
    "Three loops: error of each ordered pair of rooms, then their mean; and the number of triplets"
    u = x/np.linalg.norm(x, axis=1, keepdims=True)
    s, found = np.round(u @ u.T, 12), {}
    rows = f.to_dict('records')
    for i, j, k in itertools.product(range(len(f)), repeat=3):
        x_, a, b = rows[i], rows[j], rows[k]
        if (
            i == j
            or a['place'] != x_['place']
            or b['place'] == x_['place']
            or (b['kind'] == x_['kind']) != same_kind
        ):
            continue
        if any((a[c] != x_[c]) != (c in condition) for c in factors) or any(
            b[c] != x_[c] for c in factors
        ):
            continue
        error = 1. if s[i, k] > s[i, j] else .5 if s[i, k] == s[i, j] else 0.
        found.setdefault((x_['place'], b['place']), []).append(error)
    return np.mean([np.mean(v) for v in found.values()]), sum(map(len, found.values()))


@given(SEEDS, st.booleans())
@settings(max_examples=8, deadline=None)
def test_error_rates_are_those_of_three_loops(seed, coarse):
    rng = np.random.default_rng(seed)
    f = design(2, 2)
    f = f[rng.random(len(f)) < .9].reset_index(drop=True)   # clips are missing
    x = rng.normal(size=(len(f), 3))
    if coarse: x = np.where(x > 0, 1., .5)   # many ties
    found = g.place_test(x, f)
    for row in found.table.itertuples():
        condition = (
            ['camera', 'light', 'cast'] if row.changed == 'all' else row.changed.split(' + ')
        )
        error, n = by_hand(
            x, f, condition, row.against == 'another room of the kind', ['camera', 'light', 'cast']
        )
        assert row.error == pytest.approx(error) and row.triplets == n


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_abx_is_a_share_of_triplets(seed):
    rng = np.random.default_rng(seed)
    x, t = rng.normal(size=(9, 4)), rng.integers(0, 9, (50, 3))
    def d(i, j): return 1 - x[i] @ x[j]/np.linalg.norm(x[i])/np.linalg.norm(x[j])
    errors = [.5 if a == b else float(d(k, b) < d(k, a)) for a, b, k in t]
    assert g.abx(x, t) == pytest.approx(np.mean(errors))
    assert np.isnan(g.abx(x, np.zeros((0, 3), int)))


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_rotation_length_and_order_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    f = design(3, 2)
    x = rng.normal(size=(len(f), 5))
    p, turn = rng.permutation(len(f)), np.linalg.qr(rng.normal(size=(5, 5)))[0]
    a = g.place_test(x, f)
    b = g.place_test((rng.uniform(.1, 9, (len(f), 1))*x @ turn)[p], f.iloc[p])
    np.testing.assert_allclose(a.table.error, b.table.error, atol=1e-9)
    np.testing.assert_allclose(a.roc.eer, b.roc.eer, atol=1e-9)


# ---- spaces whose answer is known

def test_a_space_of_rooms_never_errs():
    f = design()
    found = g.place_test(one_hot(f, 'place'), f)
    assert set(found.table.error) == {0} and found.eer == 0 and set(found.roc.auc) == {1}


def test_a_space_of_kinds_guesses_among_rooms_of_the_kind():
    f = design()
    t = g.place_test(one_hot(f, 'kind'), f).table
    assert set(t[t.against == 'another kind'].error) == {0} and set(
        t[t.against == 'another room of the kind'].error
    ) == {0.5}


def test_a_space_of_cameras_is_always_wrong_where_the_camera_changed():
    f = design()
    found = g.place_test(one_hot(f, 'camera'), f)
    assert found.error('camera') == found.error('all') == found.error('camera', 'another kind') == 1
    # B has X's camera, and so has A: a tie
    assert found.error('light') == found.error('cast') == .5


def test_noise_guesses_and_its_intervals_know():
    f, rng = design(8, 2), np.random.default_rng(0)
    tables = [g.place_test(rng.normal(size=(len(f), 16)), f).table for _ in range(30)]
    errors = np.array([t.error for t in tables])
    assert np.abs(errors.mean(0) - .5).max() < .03
    assert np.mean([((t.low <= .5) & (.5 <= t.high)).mean() for t in tables]) > .88


def test_rooms_that_are_often_shown_do_not_weigh_more():
    rng = np.random.default_rng(0)
    f = design(1, 4, camera=2)
    x = one_hot(f, 'place') + .8*one_hot(f, 'place')[:, [3, 0, 1, 2]]*rng.random((len(f), 1))
    often = np.r_[np.arange(len(f)), np.flatnonzero(f.place == 0), np.flatnonzero(f.place == 0)]
    assert g.place_test(x[often], f.iloc[often]).error('camera') == pytest.approx(
        g.place_test(x, f).error('camera')
    )


# ---- what is asked

def test_conditions():
    assert default_conditions(FACTORS) == [*((f,) for f in FACTORS), ('camera', 'light'), FACTORS]
    assert default_conditions(['camera', 'light']) == [('camera',), ('light',), ('camera', 'light')]
    f = design()
    found = g.place_test(one_hot(f, 'place'), f, conditions=['light', ('camera', 'cast')])
    assert list(dict.fromkeys(found.table.changed)) == ['light', 'camera + cast']


def test_without_kinds_there_is_one_sort_of_other_room():
    f = design()
    found = g.place_test(one_hot(f, 'place'), f.drop(columns='kind'))
    assert set(found.table.against) == {'another room'}


def test_what_has_no_triplets_is_named():
    f = design(4, 1)
    found = g.place_test(one_hot(f, 'place'), f)
    assert set(found.table.against) == {'another kind'}
    assert found.left_out['camera, another room of the kind'] == 'no triplets'
    assert 'camera, another room of the kind' in found._repr_html_()


def test_one_room_alone_has_no_row():
    found = g.place_test(
        np.eye(4), dict(place=list('aaaa'), kind=list('kkkk'), camera=list('abab'))
    )
    assert len(found) == 0 and np.isnan(found.eer) and len(found.left_out) == 2


def test_an_unknown_camera_is_in_no_condition_of_cameras():
    f = design(2, 2, camera=3)
    x = np.random.default_rng(0).normal(size=(len(f), 4))
    blank = f.assign(camera=f.camera.astype(object).where(f.camera > 0, None))
    known = f.camera > 0
    assert g.place_test(x, blank).error('camera') == pytest.approx(
        g.place_test(x[known], f[known]).error('camera')
    )


def test_below_five_rooms_there_is_no_interval():
    f = design(2, 2)
    t = g.place_test(np.random.default_rng(0).normal(size=(len(f), 4)), f).table
    assert t.low.isna().all() and t.high.isna().all() and t.error.notna().all()


# ---- films

def film(rng, n=40):
    f = pd.DataFrame(dict(place=[f'room {i}' for i in rng.integers(0, 5, n)]))
    return rng.normal(size=(n, 4)), f, np.arange(n)*3.


def test_a_film_without_cameras_leaves_out_neighbours_in_time():
    rng = np.random.default_rng(0)
    x, f, times = film(rng)
    found = g.place_test(x, f, times=times, exclude=7)
    u = x/np.linalg.norm(x, axis=1, keepdims=True)
    s, errors = np.round(u @ u.T, 12), {}
    place = f.place.tolist()
    for i, j, k in itertools.permutations(range(len(f)), 3):
        if place[i] != place[j] or place[k] == place[i] or abs(times[i] - times[j]) < 7: continue
        errors.setdefault((place[i], place[k]), []).append(float(s[i, k] > s[i, j]))
    [row] = found.table.itertuples()
    assert (row.changed, row.against) == ('anything', 'another room')
    assert row.error == pytest.approx(np.mean([np.mean(v) for v in errors.values()]))


def test_rooms_are_compared_within_their_film():
    rng = np.random.default_rng(0)
    parts = [film(rng) for _ in range(6)]
    x, f = np.concatenate([p[0] for p in parts]), pd.concat([p[1] for p in parts])
    groups = np.repeat(np.arange(6), 40)
    found = g.place_test(x, f, groups=groups)
    each = [g.place_test(p[0], p[1]).table for p in parts]
    assert found['triplets'].sum() == sum(t.triplets.sum() for t in each)
    assert found['error'][0] == pytest.approx(
        np.average([t.error[0] for t in each], weights=[t.pairs[0] for t in each])
    )


def test_places_that_are_not_known_have_no_part():
    x, f, times = film(np.random.default_rng(0))
    f.loc[:4, 'place'] = ['', None, np.nan, '', '']
    found = g.place_test(x, f, times=times, exclude=5)
    assert found.left_out == {'place unknown': 5}
    pd.testing.assert_frame_equal(
        found.table, g.place_test(x[5:], f[5:], times=times[5:], exclude=5).table
    )


def test_one_wrong_kind_costs_its_own_room_alone():
    f = design(4, 2).astype(dict(kind=str))
    x, first = np.random.default_rng(0).normal(size=(len(f), 5)), f.place == 0
    found = g.place_test(x, f.assign(kind=f.kind.where(f.index > 0, 'no such kind')))
    right = g.place_test(x, f.assign(kind=f.kind.where(~first, '')))
    assert found.left_out['in a place of several kinds'] == first.sum()
    pd.testing.assert_frame_equal(found.table, right.table)
    assert {'another room', 'another room of the kind', 'another kind'} == set(found.table.against)


def test_no_place_at_all_is_no_row():
    x, f, times = film(np.random.default_rng(0))
    found = g.place_test(x, f.assign(place=''), times=times, exclude=5)
    assert len(found) == 0 and found.left_out['place unknown'] == len(f)


@pytest.mark.parametrize('change, words', [
    (lambda f: dict(factors=f.drop(columns='place')), 'no column place'),
    (lambda f: dict(factors=f[1:]), '47 rows for 48 embeddings'),
    (lambda f: dict(exclude=2), 'exclude needs times'),
    (lambda f: dict(times=[1., 2.]), 'times has 2 entries'),
    (lambda f: dict(conditions=['hour']), 'hour, which is no column')])
def test_what_is_refused(change, words):
    f = design(4, 2, camera=3, light=2)
    with pytest.raises(ValueError, match=words):
        g.place_test(**dict(x=np.ones((48, 3)), factors=f) | change(f))


def test_abx_refuses_rows_that_are_not_there():
    with pytest.raises(ValueError, match='row 4, but x has rows 0 to 3'):
        g.abx(np.eye(4), [[0, 1, 4]])
    with pytest.raises(ValueError, match='shape'): g.abx(np.eye(4), [0, 1, 2])


# ---- the curve, the interval, the figure

@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_curve_is_scikit_learns(seed):
    from sklearn.metrics import roc_auc_score
    rng = np.random.default_rng(seed)
    same, different = rng.normal(1, 1, 40).round(1), rng.normal(0, 1, 60).round(1)
    eer, auc = g.equal_error_rate(same, different)
    assert auc == pytest.approx(
        roc_auc_score(np.r_[np.ones(40), np.zeros(60)], np.r_[same, different])
    )
    gaps = [
        abs((same < t).mean() - (different >= t).mean()) for t in np.unique(np.r_[same, different])
    ]
    assert 0 <= eer <= 1 and min(gaps) <= max(1/40, 1/60) + .1


def test_equal_errors_by_hand():
    assert g.equal_error_rate([3, 4], [1, 2]) == (0, 1) and g.equal_error_rate([1, 2], [3, 4]) == (
        1,
        0,
    )
    assert g.equal_error_rate([1, 3], [2, 4])[0] == pytest.approx(.5)


def test_the_interval_is_that_of_rooms_drawn_again():
    """Error of a pair of rooms = a number of X's room + one of B's + one of the pair: complete, and
    rooms of a kind only"""
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        a = rng.normal(0, .07, 12)
        b = rng.normal(0, .07, 12)
        pair = rng.normal(0, .05, (12, 12))
        rates = .4 + a[:, None] + b + pair
        among = np.nonzero(~np.eye(12, dtype=bool)), (np.arange(12), np.arange(12) ^ 1)
        held.append([
            low <= 0.4 <= high
            for _, low, high in (jackknife_pairs(i, j, rates[i, j]) for i, j in among)
        ])
    assert (np.mean(held, 0) > .91).all() and (np.mean(held, 0) < .99).all()


def test_the_figure_shows_every_number():
    f, rng = design(6, 2), np.random.default_rng(0)
    found = {
        'a<b>': g.place_test(rng.normal(size=(len(f), 4)), f),
        'rooms': g.place_test(one_hot(f, 'place'), f),
    }
    fig = figures.place_test_figure(found)
    assert [t.name for t in fig.data] == ['a&lt;b&gt;', 'rooms']*2
    t = found['a<b>'].table
    shown = np.concatenate([trace.x for trace in fig.data if trace.name != 'rooms'])
    np.testing.assert_allclose(
        shown,
        np.r_[
            t[t.against == 'another room of the kind'].error, t[t.against == 'another kind'].error
        ],
        atol=1e-6,
    )
    assert list(fig.layout.yaxis.ticktext) == [
        'another camera',
        'another light',
        'other people',
        'another camera and light',
        'all of these',
    ]
    assert len(figures.place_test_figure(found['rooms'].frame()).data) == 2


def test_an_encoder_has_one_look_in_all_figures_of_a_page():
    f, rng = design(6, 2), np.random.default_rng(0)
    test = g.place_test(rng.normal(size=(len(f), 4)), f)
    few, more = ['mine', 'whitened'], ['mine', *BASELINES]
    def looks(names):
        fig = figures.place_test_figure(dict.fromkeys(names, test))
        return {t.name: (t.marker.color, t.marker.symbol) for t in fig.data}
    share = pd.DataFrame(dict(factor=['place'], share=[.5], low=[.4], high=[.6]))
    def bars(names):
        fig = figures.probe_bars(dict.fromkeys(names, share))
        return {t.name: (t.marker.color, t.marker.pattern.shape) for t in fig.data}
    for look in (looks, bars):
        assert len(set(look(more).values())) == len(more)
        assert look(few).items() <= look(more).items()
        assert look(['whitened', 'mine']) == look(few)
    assert {n: c for n, (c, _) in looks(more).items()} == {n: c for n, (c, _) in bars(more).items()}


@pytest.mark.parametrize('n', [512])
def test_a_probe_takes_less_than_a_few_seconds(n):
    import time
    f = design(8, 2, camera=4, light=2, hour=2, cast=2)
    assert len(f) == n
    start = time.process_time()
    g.place_test(np.random.default_rng(0).normal(size=(n, 64)), f)
    assert time.process_time() - start < 10


def two_kinds(n=4, seed=0):
    "Every combination of four rooms of two kinds, two cameras, two lights, n times"
    levels = [('a1', 'a'), ('a2', 'a'), ('b1', 'b'), ('b2', 'b')]
    rows = [
        dict(place=p, kind=k, camera=c, light=o)
        for p, k in levels
        for c in 'mr'
        for o in ('day', 'night')
        for _ in range(n)
    ]
    return np.random.default_rng(seed).normal(size=(len(rows), 5)), pd.DataFrame(rows)


def test_what_is_not_known_is_counted():
    x, f = two_kinds()
    f.loc[f.place == 'b1', 'kind'] = ''
    f.loc[:5, 'light'] = None
    left_out = g.place_test(x, f).left_out
    assert left_out['kind unknown'] == (f.place == 'b1').sum() and left_out['light unknown'] == 6


@pytest.mark.parametrize('column, nothing', [('kind', ''), ('light', np.nan), ('camera', '')])
def test_a_column_in_which_nothing_is_known_is_no_column(column, nothing):
    x, f = two_kinds()
    found = g.place_test(x, f.assign(**{column: nothing}))
    pd.testing.assert_frame_equal(found.table, g.place_test(x, f.drop(columns=column)).table)
    assert found.left_out == {} and len(found)


def test_nobody_in_the_picture_is_a_cast():
    x, f = two_kinds()
    cast = [[] if i % 2 else ['Ada', 'Ben'] for i in range(len(f))]
    found = g.place_test(x, f.assign(cast=cast))
    pd.testing.assert_frame_equal(
        found.table, g.place_test(x, f.assign(cast=[', '.join(c) or 'empty' for c in cast])).table
    )
    assert 'cast' in set(found['changed']) and not found.left_out


def test_the_equal_error_rate_is_that_of_the_last_curve():
    x, f = two_kinds()
    found = g.place_test(x, f)
    assert found.eer == found.roc.eer.iloc[-1] and found.roc.changed.iloc[-1] == 'all pairs'


def test_pairs_are_thinned_among_those_that_are_compared(monkeypatch):
    monkeypatch.setattr(triplets, 'MOST_PAIRS', 2000)
    x, f = two_kinds(8)
    films = [f'film {i}' for i in range(6)]
    x, groups = np.tile(x, (6, 1)), np.repeat(films, len(f))
    found = g.place_test(x, pd.concat([f]*6), groups=groups)
    assert len(found.pairs) == pytest.approx(2000, rel=.1)
