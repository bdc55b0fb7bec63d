"Recurring settings: distances of scenes, groups, thresholds and what they are worth"
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from scene_explore.segmentation.recurrence import (
    SETTING_DISTANCES,
    choose_distance,
    found_settings,
    group_scenes,
    measure_recurrence,
    recurrence_table,
    scene_distances,
    setting_space,
)
from scene_explore.segmentation.shot_inputs import centred_rows


def drawn(seed, m=9, n=40, dim=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, dim)), np.sort(rng.integers(0, m, n))


def test_distances_are_those_of_the_definition():
    x, scene = drawn(0)
    u = x/np.linalg.norm(x, axis=1, keepdims=True)
    found = scene_distances(x, scene)
    for a in range(9):
        for b in range(9):
            one, other = u[scene == a], u[scene == b]
            there = np.mean([max(p @ q for q in other) for p in one])
            back = np.mean([max(p @ q for p in one) for q in other])
            wanted = 0 if a == b else 1 - (there + back)/2
            assert found[a, b] == pytest.approx(wanted)


def test_a_shared_camera_position_brings_scenes_near():
    a, b, c, d, e, f = np.eye(6)
    found = scene_distances(np.array([a, b, c, d, b, e, f]), [0, 0, 1, 1, 2, 2, 2])
    assert found[0, 2] < found[0, 1] == found[1, 2] == 1


def test_scenes_without_shots_and_shots_without_scene():
    x = np.eye(4)
    found = scene_distances(x, [0, -1, 2, 2])
    assert found.shape == (3, 3) and (found[1, [0, 2]] == 1).all() and np.isfinite(found).all()
    assert scene_distances(x, [-1]*4).shape == (0, 0)
    with pytest.raises(ValueError, match='one a shot'): scene_distances(x, [0, 1])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(.05, 1.5))
def test_groups_are_those_of_average_linkage(seed, threshold):
    distances = scene_distances(*drawn(seed))
    tree = linkage(squareform(distances, checks=False), 'average')
    theirs = fcluster(tree, threshold - 1e-9, 'distance')
    ours = group_scenes(distances, threshold)
    assert ((ours[:, None] == ours) == (theirs[:, None] == theirs)).all()
    firsts = [int(np.flatnonzero(ours == k)[0]) for k in range(ours.max() + 1)]
    assert firsts == sorted(firsts)   # in the order of their first scene


def named(seed, spread=.5):
    "Scenes whose distances know their settings"
    rng = np.random.default_rng(seed)
    names = rng.choice(list('abc'), 12)
    base = np.where(names[:, None] == names, .2, .8) + spread*rng.uniform(-.3, .3, (12, 12))
    d = (base + base.T)/2
    np.fill_diagonal(d, 0)
    return d, names


def test_the_threshold_lies_between_the_settings():
    assert .35 < choose_distance([named(i, spread=0) for i in range(4)]) < .8


def test_perfect_and_shuffled_names():
    table = recurrence_table([named(i, spread=.3) for i in range(6)])
    assert (table.precision == 1).all() and (table.agreement > .9).all()
    shuffled = [(d, np.random.default_rng(i).permutation(n)) for i, (d, n) in
                enumerate(named(i, spread=.3) for i in range(60))]
    found = [measure_recurrence(d, n, .5) for d, n in shuffled]
    assert abs(np.mean([o.agreement for o in found])) < .05
    gap = np.mean([o.precision - o.chance for o in found])
    assert abs(gap) < .05


def test_unknown_names_are_left_out():
    d, names = named(1)
    hidden = np.where(np.arange(12) < 3, '', names)
    whole = measure_recurrence(d[3:, 3:], names[3:], .5)
    assert measure_recurrence(d, hidden, .5).precision == whole.precision
    assert measure_recurrence(d, hidden, .5).returning == whole.returning


def test_a_film_whose_settings_never_return():
    d, _ = named(2)
    found = measure_recurrence(d, [str(i) for i in range(12)], .5)
    assert np.isnan(found.precision) and found.returning == 0


@pytest.mark.parametrize('m', [0, 1])
def test_films_of_no_scene_or_one(m):
    assert group_scenes(np.zeros((m, m)), .5).tolist() == [0]*m


@pytest.mark.parametrize('call, problem', [
    (lambda: choose_distance([]), 'no films'),
    (lambda: choose_distance([(np.zeros((1, 1)), ['a'])]), 'two scenes of known settings'),
    (lambda: choose_distance([(np.zeros((3, 3)), ['', 'a', ''])]), 'two scenes of known'),
    (lambda: recurrence_table([named(0)]), 'needs others'),
    (lambda: measure_recurrence(np.zeros((3, 3)), ['a'], .5), 'one row a scene'),
])
def test_bad_input(call, problem):
    with pytest.raises(ValueError, match=problem): call()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 12))
def test_the_order_of_the_shots_means_nothing(seed, m):
    x, scene = drawn(seed, m)
    scene = np.where(np.random.default_rng(seed).random(len(scene)) < .2, -1, scene)
    order = np.random.default_rng(seed).permutation(len(x))
    here, there = scene_distances(x, scene), scene_distances(x[order], scene[order])
    np.testing.assert_allclose(here, there, atol=1e-12)
    assert (here == here.T).all() and (np.diag(here) == 0).all()


def test_settings_at_the_threshold_of_the_space():
    rng = np.random.default_rng(0)
    rooms = 3*rng.normal(size=(3, 40)) + 5   # what all shots have in common is taken away
    scene = np.repeat(np.arange(7), 5)
    x = rooms[np.array([0, 1, 0, 2, 1, 2, 0])[scene]] + .5*rng.normal(size=(35, 40))
    for space, threshold in SETTING_DISTANCES.items():
        assert found_settings(x, scene, space).tolist() == [0, 1, 0, 2, 1, 2, 0]
        groups = group_scenes(scene_distances(centred_rows(x), scene), threshold)
        assert found_settings(7*x, scene, space).tolist() == groups.tolist()
    assert found_settings(x[:5], [0]*5, 'histogram').tolist() == [0]
    assert found_settings(np.ones((6, 4)), range(6), 'histogram').tolist() == list(range(6))


def test_the_space_that_is_known_and_best():
    assert setting_space(['histogram', 'efficientnet-lite0', 'x']) == 'efficientnet-lite0'
    assert setting_space({'x': 1, 'histogram': 2}) == 'histogram' and setting_space([0]) is None


@pytest.mark.parametrize('names', [['', '', ''], ['a', '', '']])
def test_a_film_of_which_nothing_is_known(names):
    d, known = named(3)
    found = measure_recurrence(np.zeros((3, 3)), names, .5)
    assert np.isnan([found.precision, found.agreement]).all() and found.returning == 0
    assert choose_distance([(d, known), (np.zeros((3, 3)), names)]) == choose_distance([(d, known)])
