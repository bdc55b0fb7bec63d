"""Properties of the geometry and the probe: invariances, closed forms, brute-force loops, hostile
input, figures that say what they were given."""
import itertools, subprocess, sys
import numpy as np, pandas as pd, pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
from scene_explore import geometry as g
from scene_explore.geometry import spaces
from scene_explore.views import figures
from scene_explore.geometry.ranking import average_precision_at_r

SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(max_examples=25, deadline=None)

def rotation(rng, d): return np.linalg.qr(rng.normal(size=(d, d)))[0]

def films(rng, n=24, n_films=3, n_places=4, d=8):
    places = np.array([f'p{i}' for i in rng.integers(n_places, size=n * n_films)])
    return (
        rng.normal(size=(n * n_films, d)),
        places,
        np.repeat(np.arange(n_films), n),
        np.tile(np.arange(n) * 4.0, n_films),
    )

# --- similarity

@given(
    arrays(
        np.float64,
        st.tuples(st.integers(1, 9), st.integers(1, 6)),
        elements=st.floats(-1e150, 1e150),
    )
)
@QUICK
def test_cosine_is_symmetric_bounded_and_one_on_the_diagonal(x):
    s = g.cosine_similarity(x)
    assert (s == s.T).all() and (np.abs(s) <= 1).all()
    assert (np.diag(s) == (x != 0).any(1)).all()

@given(SEEDS)
@QUICK
def test_cosine_ignores_rotation_and_the_length_of_each_row(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(12, 7))
    np.testing.assert_allclose(
        g.cosine_similarity(x @ rotation(rng, 7) * rng.uniform(0.1, 1e6, (12, 1))),
        g.cosine_similarity(x),
        atol=1e-12,
    )

def test_cosine_is_that_of_scipy():
    from scipy.spatial.distance import cdist
    x = np.random.default_rng(0).normal(size=(30, 9)).astype(np.float32)
    np.testing.assert_allclose(
        g.cosine_similarity(x), 1 - cdist(x.astype(float), x.astype(float), 'cosine'), atol=1e-12
    )

def test_whatever_becomes_an_array_comes_in():
    import torch
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    for v in (torch.from_numpy(x), x.tolist(), x.astype(np.float64), pd.DataFrame(x)):
        np.testing.assert_allclose(g.cosine_similarity(v), g.cosine_similarity(x), atol=1e-7)

@pytest.mark.parametrize(
    'bad',
    [
        np.full((3, 2), np.nan),
        np.array([[1, np.inf]]),
        np.zeros(4),
        np.zeros((2, 2, 2)),
        [['a', 'b']],
        np.zeros((3, 0)),
    ],
)
@pytest.mark.parametrize(
    'f',
    [
        g.cosine_similarity,
        g.rankme,
        g.pca,
        g.uniformity,
        g.mean_cosine,
        g.umap_layout,
        g.consecutive_similarity,
    ],
)
def test_bad_embeddings_are_refused_in_one_sentence(f, bad):
    with pytest.raises(ValueError, match=r'^x (holds|has to be) [^\n]+$'): f(bad)

# --- retrieval

def slow_precision(x, places, k, film=None, times=None, exclude=0, protocol='all'):
    "The definition, one query at a time, for data without ties"
    s, out = g.cosine_similarity(x), []
    for i in range(len(x)):
        gallery = [
            j
            for j in range(len(x))
            if j != i
            and (protocol == 'all' or (film[i] == film[j]) == (protocol == 'within'))
            and not (exclude and film[i] == film[j] and abs(times[i] - times[j]) < exclude)
        ]
        if not any(places[j] == places[i] for j in gallery): continue
        top = sorted(gallery, key=lambda j: -s[i, j])[:k]
        out.append(np.mean([places[j] == places[i] for j in top]))
    return np.mean(out)

@pytest.mark.parametrize('protocol', ['within', 'across', 'all'])
@pytest.mark.parametrize('exclude', [0, 9])
def test_precision_is_the_loop(protocol, exclude):
    x, places, film, times = films(np.random.default_rng(1))
    found = g.place_precision(
        x, places, groups=film, times=times, exclude=exclude, protocol=protocol
    )
    assert set(found) == {1, 5, 10}
    for k in found:
        assert found[k] == pytest.approx(
            slow_precision(x, places, k, film, times, exclude, protocol)
        )
    assert found[5] == pytest.approx(found.queries['P@5'].mean()) and 0 < found.chance < 1

def test_a_gallery_smaller_than_k_is_taken_whole():
    x, places = np.eye(4), ['a', 'a', 'b', 'b']
    assert g.place_precision(x, places, k=10)[10] == pytest.approx(1 / 3)

def slow_map_at_r(x, places):
    s, out = g.cosine_similarity(x), []
    for i in range(len(x)):
        rank = sorted((j for j in range(len(x)) if j != i), key=lambda j: -s[i, j])
        hit = np.array([places[j] == places[i] for j in rank])
        R = hit.sum()
        if R: out.append(sum(hit[:j + 1].mean() * hit[j] for j in range(R)) / R)
    return np.mean(out)

def test_map_at_r_is_the_loop():
    x, places, *_ = films(np.random.default_rng(2))
    assert g.map_at_r(x, places) == pytest.approx(slow_map_at_r(x, places))

@pytest.mark.parametrize(
    'hits, expected',
    [
        ([1, 1, 1, 0], 1),
        ([0, 1, 1, 1], (1 / 2 + 2 / 3) / 3),
        ([1, 0, 0, 1, 1], 1 / 3),
        ([0, 0, 1, 1], 0),
        ([0, 1, 0, 1], 1 / 4),
    ],
)
def test_map_at_r_by_hand(hits, expected):
    assert average_precision_at_r(
        -np.arange(len(hits), dtype=float), np.array(hits, bool)
    ) == pytest.approx(expected)

@given(SEEDS)
@QUICK
def test_row_order_and_rotation_do_not_matter_even_with_ties(seed):
    rng = np.random.default_rng(seed)
    x, places, film, times = films(rng, n=8)
    x = np.round(x)  # ties
    p, kw = rng.permutation(len(x)), lambda i: dict(groups=film[i], times=times[i], exclude=5)
    a = g.place_precision(x, places, **kw(slice(None)))
    b = g.place_precision(x[p] @ rotation(rng, 8), places[p], **kw(p))
    assert dict(a) == pytest.approx(dict(b), nan_ok=True)
    assert g.map_at_r(x, places) == pytest.approx(g.map_at_r(x[p] * 7, places[p]))

@given(SEEDS, st.integers(1, 12))
@QUICK
def test_a_collapsed_space_gets_exactly_chance(seed, k):
    _, places, film, times = films(np.random.default_rng(seed), n=10)
    dead = g.place_precision(
        np.ones((len(places), 5)), places, k=k, groups=film, times=times, exclude=5
    )
    assert dead[k] == pytest.approx(dead.chance)

def test_neighbours_in_time_are_out_with_points_and_with_intervals():
    places = np.array(list('aabbab'))
    film = np.zeros(6)
    times = np.arange(6) * 4.
    gallery = g.retrieve(np.eye(6), places, 1, film, times, exclude=4.5).set_index('row').gallery
    assert gallery.tolist() == [4, 3, 3, 3, 3, 4]
    touching = (
        g.retrieve(np.eye(6), places, 1, film, np.c_[times, times + 4], exclude=0.1)
        .set_index('row')
        .gallery
    )
    assert touching.tolist() == gallery.tolist()
    assert g.retrieve(np.eye(6), places, 1, film, np.c_[times, times + 4]).gallery.eq(5).all()

def test_unknown_places_are_neither_query_nor_gallery():
    x, places, *_ = films(np.random.default_rng(3))
    hidden = np.where(np.arange(len(x)) % 3 == 0, '', places)
    a = g.place_precision(x, hidden)
    b = g.place_precision(x[hidden != ''], hidden[hidden != ''])
    assert dict(a) == pytest.approx(dict(b)) and a.left_out['place unknown'] == (hidden == '').sum()

@pytest.mark.parametrize('places', [['', '', ''], ['a', 'b', 'c'], ['a', '', None]])
def test_nothing_to_find_is_nan_not_zero(places):
    found = g.place_precision(np.eye(3), places)
    assert np.isnan(found[1]) and sum(found.left_out.values()) == 3
    assert np.isnan(g.map_at_r(np.eye(3), places)) and np.isnan(g.silhouette(np.eye(3), places))
    assert len(found.frame()) == 3 and 'left out' in found._repr_html_()

def test_silhouette_is_that_of_scikit_learn():
    from sklearn.metrics import silhouette_score
    x, places, *_ = films(np.random.default_rng(4))
    assert g.silhouette(x, places) == pytest.approx(silhouette_score(x, places, metric='cosine'))

# --- intervals

def test_cluster_bootstrap_knows_that_scenes_of_a_film_are_not_independent():
    rng = np.random.default_rng(0)
    film = np.repeat(np.arange(12), 30)
    v = rng.normal(size=12)[film] + .1 * rng.normal(size=len(film))
    plain, clustered = g.bootstrap_interval(v), g.bootstrap_interval(v, film)
    assert plain.value == pytest.approx(v.mean()) and clustered.value == pytest.approx(v.mean())
    assert clustered.high - clustered.low > 3 * (plain.high - plain.low)

def test_bootstrap_agrees_with_scipy():
    from scipy.stats import bootstrap
    v = np.random.default_rng(0).exponential(size=60)
    ours = g.bootstrap_interval(v, n_boot=4000)
    theirs = bootstrap(
        (v,), np.mean, n_resamples=4000, method='percentile', rng=np.random.default_rng(1)
    )
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval), abs=.02)

# --- collapse

@pytest.mark.parametrize('n', [1, 2, 5, 40])
def test_rankme_of_orthonormal_rows_is_their_number(n):
    assert g.rankme(
        np.linalg.qr(np.random.default_rng(n).normal(size=(50, n)))[0].T
    ) == pytest.approx(n)

@pytest.mark.parametrize('centred', [False, True])
@pytest.mark.parametrize('row', [[1, 2, 3], [1 / 3, .1, 1e-5], [0, 0, 0]])
def test_rankme_of_one_spot_is_one(row, centred):
    assert g.rankme(np.tile(np.array(row, float), (30, 1)), centred) == pytest.approx(1)

@given(SEEDS, st.integers(2, 40), st.integers(2, 12))
@QUICK
def test_rankme_ignores_rotation_and_scale_and_stays_in_range(seed, n, d):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    for centred in (False, True):
        r = g.rankme(x, centred)
        assert 1 - 1e-9 <= r <= min(n, d) + 1e-9 and r == pytest.approx(
            g.rankme(1e-3 * x @ rotation(rng, d), centred)
        )

def test_uniformity_in_blocks_is_the_plain_formula():
    from scipy.spatial.distance import pdist
    x = np.random.default_rng(0).normal(size=(2100, 4))
    assert g.uniformity(x, 3) == pytest.approx(
        np.log(
            np.exp(-3 * pdist(x / np.linalg.norm(x, axis=1, keepdims=True), 'sqeuclidean')).mean()
        )
    )

def test_collapse_metrics_of_a_collapsed_space():
    m = g.collapse_metrics(np.ones((20, 5)))
    assert (
        m['mean_cosine'],
        m['rankme'],
        m['rankme_centred'],
        m['uniformity'],
        m['first_axis'],
    ) == pytest.approx((1, 1, 1, 0, 0))

# --- two spaces

@given(SEEDS, st.booleans())
@QUICK
def test_cka_ignores_rotation_scale_and_shift(seed, debiased):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(20, 6)), rng.normal(size=(20, 9))
    moved = 1e4 * x @ rotation(rng, 6) + rng.normal(size=6)
    assert g.linear_cka(x, moved, debiased) == pytest.approx(1)
    assert g.linear_cka(x, y, debiased) == pytest.approx(g.linear_cka(y, moved, debiased), abs=1e-7)

def test_debiased_cka_of_unrelated_spaces_is_zero_on_average():
    rng = np.random.default_rng(0)
    debiased, plain = np.mean(
        [
            [
                g.linear_cka(rng.normal(size=(12, 30)), rng.normal(size=(12, 30)), d)
                for d in (True, False)
            ]
            for _ in range(60)
        ],
        0,
    )
    assert abs(debiased) < .03 and plain > .6

def test_debiased_hsic_is_the_u_statistic():
    "Song et al. 2012: the mean over distinct i, j, q, r, by enumeration"
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    k, l = x @ x.T, y @ y.T
    total = np.mean([
        k[i, j] * (l[i, j] + l[q, r] - 2 * l[i, q])
        for i, j, q, r in itertools.permutations(range(6), 4)
    ])
    n = 6
    a, b = spaces._Centred(x), spaces._Centred(y)
    found = spaces._hsic(a, b, True) * (a.scale * b.scale) ** 2 / (n * (n - 3))
    assert found == pytest.approx(total)

def test_procrustes_finds_a_turn_and_never_resizes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(15, 3))
    np.testing.assert_allclose(g.procrustes_align(x @ rotation(rng, 3) + 4, x), x, atol=1e-9)
    other = g.procrustes_align(5 * x, x)
    np.testing.assert_allclose(np.linalg.norm(other[0] - other[1]), 5 * np.linalg.norm(x[0] - x[1]))

# --- projections

@pytest.mark.parametrize('n', [2, 3])
@pytest.mark.parametrize('rows', [1, 2, 4, 5, 6, 9])
def test_layouts_of_tiny_films(rows, n):
    x = np.random.default_rng(0).normal(size=(rows, 6))
    flat, layout = g.pca(x, n), g.umap_layout(x, n)
    assert (
        flat.xy.shape == layout.xy.shape == (rows, n)
        and np.isfinite(layout.xy).all()
        and flat.xy.dtype == layout.xy.dtype == np.float32
    )
    assert (layout.method == 'PCA') == (rows < 5) == bool(layout.note)

def test_umap_is_seeded_and_survives_duplicates():
    x = np.repeat(np.random.default_rng(0).normal(size=(4, 6)), 5, 0)
    assert (g.umap_layout(x, seed=3).xy == g.umap_layout(x, seed=3).xy).all()
    assert np.isfinite(g.umap_layout(np.ones((8, 3))).xy).all()

def test_pca_is_never_mirrored_by_row_order():
    x = np.random.default_rng(0).normal(size=(40, 5)) * [5, 4, 3, 2, 1]
    p = np.random.default_rng(1).permutation(40)
    np.testing.assert_allclose(g.pca(x[p], 3).xy, g.pca(x, 3).xy[p], atol=1e-5)

def test_shared_pca_refuses_different_widths():
    with pytest.raises(ValueError): g.shared_pca([np.eye(4), np.eye(5)])

# --- over time

def test_consecutive_similarity_by_film_and_time():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 4))
    film = np.tile(['b', 'a'], 6)
    times = rng.permutation(12)
    found, s = g.consecutive_similarity(x, film, times), g.cosine_similarity(x)
    for f in 'ab':
        rows = np.flatnonzero(film == f)
        rows = rows[np.argsort(times[rows])]
        assert np.isnan(found[rows[0]])
        np.testing.assert_allclose(found[rows[1:]], s[rows[1:], rows[:-1]])

# --- probe

def planted(rng, strength, n=(6, 4, 3), repeats=2, noise=1., d=20):
    f = pd.DataFrame(
        list(itertools.product(*map(range, n), range(repeats))),
        columns=['place', 'camera', 'light', 'take'],
    )
    f = f[['place', 'camera', 'light']]
    x = np.sqrt(noise / d) * rng.normal(size=(len(f), d))
    for name, s in strength.items():
        v = rng.normal(size=(f[name].nunique(), d))
        v -= v.mean(0)
        x += (v * np.sqrt(s / (v**2).sum(1).mean()))[f[name]]
    return x, f

@given(SEEDS, st.floats(0, 3), st.floats(0, 3))
@settings(max_examples=15, deadline=None)
def test_planted_factors_come_back(seed, place, camera):
    x, f = planted(np.random.default_rng(seed), dict(place=place, camera=camera))
    a = g.probe_attribution(x, f, unit=False, interactions=False, intervals=False).set_index(
        'factor'
    )
    assert list(a.index) == ['place', 'camera', 'light', 'rest'] and list(a.columns) == [
        'share',
        'low',
        'high',
        'total',
        'total_low',
        'total_high',
    ]
    assert a.share.sum() == pytest.approx(1)
    length = np.array([place*6/5, camera*4/3, 0, 1])   # a component divides by levels - 1
    np.testing.assert_allclose(a.share, length/length.sum(), atol=.08)

@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_shares_ignore_rotation_scale_shift_and_names(seed):
    rng = np.random.default_rng(seed)
    x, f = planted(rng, dict(place=1), n=(4, 3, 2))
    p, turn = rng.permutation(len(x)), rotation(rng, 20)
    renamed = f.iloc[p].map(lambda v: f'level {v}')
    a = g.probe_attribution(x, f, unit=False, intervals=False)
    b = g.probe_attribution(1e3 * x[p] @ turn + 5, renamed, unit=False, intervals=False)
    np.testing.assert_allclose(a.share, b.share, atol=1e-9)
    lengths = rng.uniform(.1, 10, (len(x), 1))
    a = g.probe_attribution(x, f, intervals=False)
    b = g.probe_attribution(lengths*x[p] @ turn, renamed, intervals=False)
    np.testing.assert_allclose(a.share, b.share, atol=1e-9)

def test_pure_noise_has_no_place_in_it_on_average():
    rng = np.random.default_rng(0)
    def shares():
        return g.probe_attribution(
            *planted(rng, {}, n=(8, 2, 2), repeats=1), intervals=False, interactions=False
        ).share
    np.testing.assert_allclose(np.mean([shares() for _ in range(150)], 0), [0, 0, 0, 1], atol=.012)

def test_nothing_is_drawn():
    x, f = planted(np.random.default_rng(0), dict(place=1))
    pd.testing.assert_frame_equal(g.probe_attribution(x, f), g.probe_attribution(x, f))

@pytest.mark.parametrize(
    'change, words',
    [
        (lambda x, f: (x, f.assign(light=0)), "factor 'light' has one level only"),
        (lambda x, f: (x, f.assign(light=range(len(f)))), 'a level of its own'),
        (lambda x, f: (x, f.assign(light=f.place)), 'cannot be told apart'),
        (lambda x, f: (x, f.assign(light=f.light.where(f.index > 3))), "no level in 4 rows"),
        (lambda x, f: (x[1:], f), '144 rows for 143 embeddings'),
        (lambda x, f: (x * 0 + 1, f), 'all embeddings are the same'),
        (lambda x, f: (np.where(x == x.max(), np.nan, x), f), 'NaN'),
        (
            lambda x, f: (
                x[:9],
                f[:9].assign(
                    place=list('aabbccdde'), camera=list('abcdeabcd'), light=list('abababaab')
                ),
            ),
            'too few',
        ),
        (lambda x, f: (x, f[[]]), 'at least one factor'),
    ],
)
def test_what_the_probe_refuses(change, words):
    with pytest.raises(ValueError, match=words):
        g.probe_attribution(*change(*planted(np.random.default_rng(0), dict(place=1))))

# --- figures

EVIL = '<img src=x onerror=alert(1)>'

def table(n=30, films=2):
    i = np.arange(n)
    return pd.DataFrame(
        dict(
            video_id=[f'v{k % films}' for k in i],
            start=4.0 * (i // films),
            end=4.0 * (i // films) + 4,
            title=EVIL,
            place=np.where(i % 7 == 0, '', EVIL + (i % 3).astype(str)),
            transition=np.where(i == 6, 'fade', ''),
        )
    )

def every_figure():
    t = table()
    x = np.random.default_rng(0).normal(size=(len(t), 5))
    near = g.consecutive_similarity(x, t.video_id)
    probe = pd.DataFrame(dict(factor=[EVIL, 'rest'], share=[.4, .6], low=[.3, .5], high=[.5, .7]))
    yield from (
        figures.projection(t, g.pca(x, n), colour=c, title=EVIL)
        for n in (2, 3)
        for c in ('place', 'start', 'nowhere')
    )
    yield from (
        figures.similarity_matrix(g.cosine_similarity(x), t, order=o, limit=m)
        for o in figures.ORDERS
        for m in (800, 7)
    )
    yield from (
        figures.similarity_over_time(t, near, d) for d in (None, g.drops(near, 1), near < 0.2)
    )
    yield figures.frames_over_time(
        t.start[::2], near[::2], t[t.video_id == 'v0'], g.drops(near[::2], 1)
    )
    yield figures.probe_bars({EVIL: probe})
    yield figures.probe_bars(probe)
    yield figures.metric_bars({EVIL: g.Interval(.5, .4, .6), 'b': .3}, .2, EVIL)
    yield figures.metric_bars({'b': (.5, np.nan, np.nan)})

def test_no_figure_lets_markup_through_and_none_sends_numbers_as_text():
    for fig in every_figure():
        text = fig.to_json().replace('\\u003c', '<')
        assert '<img' not in text
        for trace in fig.data:
            for k in {'x', 'y', 'z'} & set(trace):
                v = trace[k]
                assert v is None or isinstance(v, np.ndarray) or all(isinstance(w, str) for w in v)
        figures.theme(fig, dark=True)

def test_every_scene_is_drawn_once_and_carries_its_row():
    t = table()
    x = np.random.default_rng(0).normal(size=(len(t), 5))
    for n in (2, 3):
        fig = figures.projection(t, g.pca(x, n))
        rows = np.concatenate([d.customdata for d in fig.data])
        assert sorted(rows) == list(range(len(t)))
        np.testing.assert_allclose(
            np.concatenate([d.x for d in fig.data])[np.argsort(rows)], g.pca(x, n).xy[:, 0]
        )

def test_matrix_shows_the_similarity_in_the_order_it_names():
    t = table()
    s = g.cosine_similarity(np.random.default_rng(0).normal(size=(len(t), 5)))
    for order in figures.ORDERS:
        fig = figures.similarity_matrix(s, t, order)
        rows = fig.layout.meta['order']
        np.testing.assert_allclose(fig.data[0].z, s[np.ix_(rows, rows)], atol=1e-6)
        assert len(set(fig.data[0].x)) == len(t)

def test_a_figure_of_one_scene_and_of_none_known():
    t = table(1)
    s = np.ones((1, 1))
    for fig in (
        figures.projection(t, g.pca(s, 2)),
        figures.similarity_matrix(s, t),
        figures.similarity_over_time(t, [np.nan]),
    ):
        assert fig.data

def test_styles_stay_the_same_whatever_the_order():
    names = [f'place {i}' for i in range(40)]
    assert (
        figures.styles(names) == figures.styles(names[::-1])
        and len(set(figures.styles(names).values())) == 41
    )

def test_geometry_and_plots_import_without_the_heavy_ones():
    code = (
        "import sys, scene_explore.views.figures, scene_explore.geometry.spaces; print([m for m in"
        " ('torch', 'umap', 'sklearn', 'transformers', 'numba') if m in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, '-c', code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == '[]'
    )
