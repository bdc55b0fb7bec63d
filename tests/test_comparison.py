"What changed between two spaces: invariances, closed forms, slow definitions, hostile input."
import warnings
import numpy as np, pandas as pd, pytest
from hypothesis import given, settings, strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import rankdata, spearmanr
from scene_explore import geometry as g
from scene_explore.geometry import comparison as c

SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(max_examples=25, deadline=None)

def rotation(rng, d): return np.linalg.qr(rng.normal(size=(d, d)))[0]

def space(seed=0, n=30, d=8): return np.random.default_rng(seed).normal(size=(n, d))

# --- layouts

def test_one_width_is_one_shared_basis_of_unit_rows():
    x = {'a': 5 * space(0), 'b': space(1) + 1}
    found = c.aligned_layouts(x)
    for mine, theirs in zip(
        found.values(), g.shared_pca([g.unit(v) for v in x.values()]), strict=True
    ):
        np.testing.assert_array_equal(mine.xy, theirs.xy)
        np.testing.assert_array_equal(mine.explained, theirs.explained)

def test_centred_forgets_how_far_apart_the_clouds_lie():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 8)) * [3, 2, 1, 1, 1, .5, .5, .5]
    far, about = (
        c.aligned_layouts({'a': x, 'b': x + [0, 0, 0, 0, 0, 0, 0, 30]}, centred=k)
        for k in (False, True)
    )
    assert abs(far['a'].xy[:, 0].mean() - far['b'].xy[:, 0].mean()) > .5
    for p in about.values(): np.testing.assert_allclose(p.xy.mean(0), 0, atol=1e-6)
    assert about['a'].explained.sum() > far['a'].explained.sum()

@given(SEEDS, st.floats(.01, 100))
@QUICK
def test_a_space_turned_into_another_width_lies_on_the_first(seed, scale):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20, 5)) * [5, 3, 1, .5, .2]
    found = c.aligned_layouts({'a': x, 'b': scale * x @ rotation(rng, 9)[:5]})
    np.testing.assert_allclose(found['b'].xy, found['a'].xy, atol=1e-4)
    assert (
        found['b'].explained is None and 'turned onto a' in found['b'].note and not found['a'].note
    )

def test_the_length_of_a_row_changes_no_picture():
    x, y = space(0), space(1, d=6)
    long = np.random.default_rng(2).uniform(.1, 10, (30, 1))
    one, two = (c.aligned_layouts({'a': v, 'b': y}) for v in (x, x * long))
    for k in one: np.testing.assert_allclose(one[k].xy, two[k].xy, atol=1e-5)

def test_alignment_keeps_the_distances_of_a_picture_of_its_own():
    x, y = space(0), space(1, d=6)
    turned, own = c.aligned_layouts({'a': x, 'b': y})['b'].xy, g.pca(g.unit(y)).xy
    np.testing.assert_allclose(cdist(turned, turned), cdist(own, own), atol=1e-5)

def test_umap_of_several_widths_is_seeded_and_says_what_it_did():
    x = {'a': space(0), 'b': space(1, d=5), 'c': np.ones((30, 3))}
    one, two = (c.aligned_layouts(x, 'umap', seed=3) for _ in range(2))
    for k in x: np.testing.assert_array_equal(one[k].xy, two[k].xy)
    assert 'turned onto a' in one['b'].note and all(
        p.xy.shape == (30, 2) and np.isfinite(p.xy).all() for p in one.values()
    )
    np.testing.assert_array_equal(one['a'].xy, g.umap_layout(g.unit(x['a']), seed=3).xy)

def test_aligned_umap_keeps_a_scene_where_it_was():
    base = np.repeat(np.eye(4), 10, 0)
    x = {'a': np.c_[base, .1 * space(0, 40, 4)], 'b': np.c_[base, .1 * space(1, 40, 2)]}
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        found = c.aligned_layouts(x, 'aligned_umap', n_neighbors=8)
    a, b = (p.xy for p in found.values())
    assert np.linalg.norm(a - b, axis=1).mean() < .25 * cdist(a, a).mean()

@pytest.mark.parametrize('method', c._METHODS)
@pytest.mark.parametrize('rows', [1, 2, 4])
def test_tiny_films_are_laid_out(method, rows):
    found = c.aligned_layouts({'a': space(0, rows), 'b': space(1, rows, 3)}, method, n=3)
    assert all(p.xy.shape == (rows, 3) and p.method == 'PCA' for p in found.values())

@pytest.mark.parametrize('method', c._METHODS)
def test_one_space_is_a_layout_too(method):
    assert list(c.aligned_layouts({'only': space(0, 12)}, method)) == ['only']

@pytest.mark.parametrize(
    ('spaces', 'method', 'words'),
    [
        ({'a': space(n=4), 'b': space(n=5)}, 'pca', 'a has 4 rows, b has 5 rows'),
        ({}, 'pca', 'no space'),
        ({'a': space()}, 'tsne', "unknown method 'tsne'"),
        ({'a': space(), 'b': np.full((30, 2), np.nan)}, 'umap', 'b holds NaN'),
    ],
)
def test_layouts_refuse_in_one_sentence(spaces, method, words):
    with pytest.raises(ValueError, match=r'^[^\n]+$') as e: c.aligned_layouts(spaces, method)
    assert words in str(e.value)

# --- drift

@given(SEEDS, st.integers(2, 40), st.integers(1, 50), st.floats(1e-3, 1e3))
@QUICK
def test_rotation_scale_and_width_are_no_drift(seed, n, k, scale):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6))
    x[rng.integers(n, size=n // 3)] = x[0]  # ties
    d = c.drift(x, scale * rng.uniform(.5, 2, (n, 1)) * (x @ rotation(rng, 11)[:6]), k=k)
    assert (
        (d.jaccard == 1).all()
        and (d.rank_change == 0).all()
        and not d.lost.map(len).any()
        and not d.gained.map(len).any()
    )

def slow_drift(x, y, k):
    "The definition, by scipy's distances and ranks"
    a, b = (cdist(v, v, 'cosine') for v in (x, y))
    for i in range(len(x)):
        others = np.delete(np.arange(len(x)), i)
        ra, rb = (dict(zip(others, rankdata(m[i, others]), strict=True)) for m in (a, b))
        old, new = (sorted(others, key=r.get)[:k] for r in (ra, rb))
        yield (
            len(set(old) & set(new)) / len(set(old) | set(new)),
            np.mean([abs(rb[j] - ra[j]) for j in old]),
            [j for j in old if j not in new],
            [j for j in new if j not in old],
        )

@given(SEEDS, st.integers(2, 25), st.integers(1, 8), st.integers(1, 9))
@QUICK
def test_drift_is_its_definition_whatever_the_blocks(seed, n, k, block):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 4)), rng.normal(size=(n, 7))
    found = c.drift(x, y, k=k, block=block)
    for (_, row), (jaccard, change, lost, gained) in zip(
        found.iterrows(), slow_drift(x, y, min(k, n - 1)), strict=True
    ):
        assert (
            row.jaccard == pytest.approx(jaccard)
            and row.rank_change == pytest.approx(change)
            and (row.lost, row.gained) == (lost, gained)
        )

@given(SEEDS)
@QUICK
def test_jaccard_is_symmetric_and_lost_and_gained_trade_places(seed):
    x, y = space(seed, 20, 3), space(seed + 1, 20, 5)
    there, back = c.drift(x, y, 4), c.drift(y, x, 4)
    assert (there.jaccard == back.jaccard).all() and there.lost.tolist() == back.gained.tolist()
    assert (
        there.jaccard.between(0, 1).all() and (there.lost.map(len) == there.gained.map(len)).all()
    )

def test_a_tie_at_the_kth_place_goes_to_the_earlier_row():
    near, far = np.eye(4)[[0, 0, 0, 1, 1, 1]], np.eye(4)[[0, 1, 2, 0, 1, 2]]
    one, two = (c.drift(near, far, k=k).loc[0] for k in (1, 2))
    assert (one.jaccard, one.lost, one.gained) == (0, [1], [3])
    # far of scene 0: 3, and then 1, 2, 4 and 5 alike
    assert (two.jaccard, two.lost, two.gained) == (1 / 3, [2], [3])
    assert two.rank_change == np.mean([3.5 - 1.5, 3.5 - 1.5])

def test_in_a_collapsed_space_every_neighbour_shares_the_middle_rank():
    d = c.drift(space(0, 11), np.ones((11, 3)), k=10)
    assert (d.jaccard == 1).all()  # all ten others, in either
    assert d.rank_change.to_numpy() == pytest.approx(
        np.full(11, np.abs(np.arange(1, 11) - 5.5).mean())
    )

def test_a_single_scene_has_no_neighbours():
    d = c.drift(np.ones((1, 3)), np.ones((1, 2)))
    assert (
        len(d) == 1
        and d[['jaccard', 'rank_change']].isna().all(axis=None)
        and d.lost[0] == d.gained[0] == []
    )
    assert c.neighbour_changes(np.ones((1, 3)), np.ones((1, 2)), 0).empty

@given(SEEDS, st.integers(0, 19))
@QUICK
def test_neighbour_changes_are_those_of_drift_with_their_cosines(seed, row):
    x, y = space(seed, 20, 3), space(seed + 1, 20, 5)
    d, found = c.drift(x, y, 5), c.neighbour_changes(x, y, row, 5)
    assert (
        found.row[found.change == 'lost'].tolist() == d.lost[row]
        and found.row[found.change == 'gained'].tolist() == d.gained[row]
    )
    for s, space_ in (('before', x), ('after', y)):
        np.testing.assert_allclose(found[s], g.cosine_similarity(space_)[row, found.row], atol=1e-9)
    lost, gained = (found[found.change == w] for w in ('lost', 'gained'))
    assert (
        (lost.rank_before <= 5).all()
        and (lost.rank_after > 5).all()
        and (gained.rank_after <= 5).all()
        and (gained.rank_before > 5).all()
    )

@pytest.mark.parametrize(
    ('call', 'words'),
    [
        (lambda: c.drift(space(n=4), space(n=5)), 'before has 4 rows, after has 5'),
        (lambda: c.drift(space(), space(), k=0), 'k is 0'),
        (lambda: c.neighbour_changes(space(), space(), 30), 'no scene 30'),
        (lambda: c.neighbour_changes(space(), space(), -1), 'no scene -1'),
        (lambda: c.drift(space(), np.full((30, 2), np.inf)), 'after holds NaN or infinity'),
    ],
)
def test_drift_refuses_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=r'^[^\n]+$') as e: call()
    assert words in str(e.value)

# --- over time

def test_distances_by_film_and_time_in_the_order_of_the_rows():
    x, t = np.eye(3)[[0, 1, 0, 0, 2]], np.array([[1, 0], [1, 1], [1, 0], [0, 1], [0, 1.]])
    d = c.semantic_visual_distance(x, t, list('abaab'), [0, 5, 2, 1, 9])
    assert (
        list(d) == ['video', 'time', 'visual', 'semantic']
        and d.video.tolist() == list('abaab')
        and d.time.tolist() == [0, 5, 2, 1, 9]
    )
    # film a runs through rows 0, 3, 2
    np.testing.assert_allclose(d.visual, [np.nan, np.nan, 0, 0, 1])
    np.testing.assert_allclose(d.semantic, [np.nan, np.nan, 1, 1, 1 - np.sqrt(.5)])

@given(SEEDS)
@QUICK
def test_distances_are_one_minus_consecutive_similarity(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(15, 4))
    t = rng.normal(size=(15, 3))
    film = rng.integers(3, size=15)
    time = rng.permutation(15)
    d = c.semantic_visual_distance(x, t, film, time)
    np.testing.assert_allclose(d.visual, 1 - g.consecutive_similarity(x, film, time))
    np.testing.assert_allclose(d.semantic, 1 - g.consecutive_similarity(t, film, time))

def test_where_nothing_is_said_there_is_no_distance():
    t = np.eye(5)
    t[2] = 0
    d = c.semantic_visual_distance(np.eye(5), t)
    assert (
        np.isnan(d.semantic).tolist() == [True, False, True, True, False]
        and np.isnan(d.visual).tolist() == [True] + [False] * 4
    )

def test_distances_refuse_columns_of_another_length():
    with pytest.raises(ValueError, match='3 groups and 5 times'):
        c.semantic_visual_distance(np.eye(5), np.eye(5), groups=list('abc'))
    with pytest.raises(ValueError, match='x has 5 rows, t has 4'):
        c.semantic_visual_distance(np.eye(5), np.eye(4))

@given(st.lists(st.floats(0, 2) | st.just(np.nan), max_size=30), st.floats(0, 2))
@QUICK
def test_a_crossing_is_above_and_never_nan(distance, threshold):
    found = c.crossings(distance, threshold)
    assert found.dtype == bool and found.tolist() == [bool(d > threshold) for d in distance]

# --- order of pairs

@given(SEEDS, st.integers(3, 20))
@QUICK
def test_spearman_is_that_of_scipy_over_the_pairs(seed, n):
    rng = np.random.default_rng(seed)
    x, s = rng.normal(size=(n, 4)), g.cosine_similarity(rng.normal(size=(n, 4)))
    a, b = zip(
        *((s[i, j], g.cosine_similarity(x)[i, j]) for i in range(n) for j in range(i + 1, n)),
        strict=True
    )
    assert c.spearman_to(s, x) == pytest.approx(spearmanr(a, b).statistic)

@given(SEEDS)
@QUICK
def test_spearman_asks_for_the_order_only(seed):
    x = space(seed, 12, 4)
    s = g.cosine_similarity(x)
    assert c.spearman_to(np.exp(3 * s), 5 * x) == pytest.approx(1) and c.spearman_to(
        -(s**3), x
    ) == pytest.approx(-1)

@pytest.mark.parametrize(
    ('s', 'x'),
    [
        (np.ones((5, 5)), space(n=5)),
        (g.cosine_similarity(space(n=5)), np.ones((5, 2))),
        (np.eye(2), np.eye(2)),
        (np.eye(1), np.eye(1)),
    ],
)
def test_what_has_no_order_has_no_correlation(s, x): assert np.isnan(c.spearman_to(s, x))

def test_spearman_wants_a_square():
    pytest.raises(ValueError, c.spearman_to, np.eye(3), np.eye(4)).match(r'4 scenes need \(4, 4\)')

def test_rows_may_be_tensors_and_frames():
    import torch
    x, y = space(0), space(1, d=3)
    pd.testing.assert_frame_equal(c.drift(torch.from_numpy(x), pd.DataFrame(y)), c.drift(x, y))
