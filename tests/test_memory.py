"""What 20,000 scenes take, what is done where memory ends, and that numbers stay what they are when
they are made in blocks"""
import gc
import json
import subprocess
import sys
import tracemalloc

import av
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import rankdata
from sklearn import manifold, metrics
from sklearn.metrics.pairwise import cosine_distances
from sklearn.neighbors import NearestNeighbors

from scene_explore import geometry as g

from scene_explore.encoders import backbone, embed as embedding

from scene_explore.geometry import retrieval

from scene_explore.views import space_figures
from scene_explore.pipelines.explore import explore
from scene_explore.core.faults import fault, or_left_out, out_of_memory
from scene_explore.encoders.ingest import Settings, encoders, read_library
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.video.clips import iter_frames
from scene_explore.video.shots import scan

seeds = st.integers(0, 10**6)


def space(seed=0, n=40, d=6):
    "Directions around a common one, as of an encoder"
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) + rng.normal(size=d)


def table(n, films=1):
    "A scene a second"
    film = np.sort(np.arange(n) % films)
    return scene_table(
        dict(
            path=[f'{f}.mp4' for f in film],
            video_id=[f'{f:016x}' for f in film],
            start=np.arange(n) * 1.0,
            end=np.arange(n) + 1.0,
        )
    )


# ---- the same numbers
@given(seeds, st.integers(3, 60), st.integers(1, 9), st.integers(1, 12))
def test_trustworthiness_is_that_of_scikit_learn(seed, n, d, k):
    x, y = space(seed, n, d + 1), space(seed + 1, n, 2)
    k = min(k, (n - 1)//2)
    assert g.trustworthiness(x, y, k) == pytest.approx(
        manifold.trustworthiness(x, y, n_neighbors=k, metric='cosine'), abs=1e-12
    )


def test_trustworthiness_of_several_blocks_is_that_of_one():
    x, y = space(n=1700), space(1, n=1700, d=2)
    assert len(retrieval.row_blocks(1700)) > 1
    assert g.trustworthiness(x, y) == pytest.approx(
        manifold.trustworthiness(x, y, metric='cosine'), abs=1e-12
    )


def ranked(x, y, k, method):
    "Trustworthiness by its formula, with ranks that settle equal distances as `rankdata` does"
    n, far = len(x), cosine_distances(g.unit(x))
    np.fill_diagonal(far, np.inf)
    near = NearestNeighbors(n_neighbors=k).fit(y).kneighbors(return_distance=False)
    rank = np.take_along_axis(rankdata(far, method, axis=1), near, 1)
    return 1 - 2*np.maximum(0, rank - k).sum()/(n*k*(2*n - 3*k - 1))


@given(seeds, st.integers(5, 40), st.integers(1, 2))
def test_of_equal_distances_the_earlier_is_nearer(seed, n, k):
    # duplicates, whose distances are 0 and 1 to the bit
    x = np.eye(4)[np.random.default_rng(seed).integers(0, 4, n)]
    y = space(seed, n, 2)
    mine = g.trustworthiness(x, y, k)
    assert mine == pytest.approx(ranked(x, y, k, 'ordinal'), abs=1e-12)
    worst, best = ranked(x, y, k, 'max'), ranked(x, y, k, 'min')
    theirs = manifold.trustworthiness(g.unit(x), y, n_neighbors=k, metric='cosine')
    assert worst - 1e-12 <= min(mine, theirs) and max(mine, theirs) <= best + 1e-12


@given(seeds, st.integers(4, 50), st.integers(2, 6))
def test_silhouette_is_that_of_scikit_learn(seed, n, places):
    rng = np.random.default_rng(seed)
    x, place = space(seed, n), rng.integers(0, places, n)
    x[rng.random(n) < .2] = x[0]                    # duplicates
    x[rng.random(n) < .1] = 0                       # black frames have no direction
    if 2 <= len(set(place)) < n:
        assert g.silhouette(x, place.astype(str)) == pytest.approx(
            metrics.silhouette_score(x, place, metric='cosine'), abs=1e-9
        )


def test_silhouette_of_scenes_that_are_all_alike_is_0():
    assert g.silhouette(np.ones((9, 3)), list('aaabbbccc')) == 0
    assert g.silhouette(np.zeros((9, 3)), list('aaabbbccc')) == 0


@given(seeds, st.booleans())
def test_cka_is_that_of_its_gram_matrices(seed, debiased):
    x, y = space(seed, 12, 5), space(seed + 1, 12, 30)
    n, centre = 12, np.eye(12) - 1/12
    def hsic(k, l):
        if not debiased: return np.trace(k @ centre @ l @ centre)
        k, l = (o - np.diag(np.diag(o)) for o in (k, l))
        return np.trace(k @ l) + k.sum()*l.sum()/((n - 1)*(n - 2)) - 2*(k @ l).sum()/(n - 2)
    k, l = x @ x.T, y @ y.T
    assert g.linear_cka(x, y, debiased) == pytest.approx(
        hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l)), abs=1e-9
    )


@settings(max_examples=25)
@given(seeds, st.integers(2, 5))
def test_within_films_a_film_is_ranked_as_if_it_were_alone(seed, films):
    rng = np.random.default_rng(seed)
    x, film = space(seed, 30), rng.integers(0, films, 30)
    place, times = rng.choice(['', 'a', 'b', 'c'], 30), rng.uniform(0, 60, 30)
    together = g.retrieve(x, place, (1, 3), film, times, 5., map_r=True)
    assert together.row.is_monotonic_increasing
    for f in range(films):
        rows = np.flatnonzero(film == f)
        if not len(rows): continue
        alone = g.retrieve(x[rows], place[rows], (1, 3), film[rows], times[rows], 5., map_r=True)
        mine = together[together.group == f].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone.assign(row=rows[alone.row]), check_dtype=False)


# ---- no matrix of all pairs
N = 6000
MATRIX = 8*N*N   # bytes of one in double precision

def made(what):
    "The most memory that numpy's arrays took at a time"
    tracemalloc.start()
    try:
        what()
        return tracemalloc.get_traced_memory()[1]
    finally: tracemalloc.stop()


X, FILM = space(n=N, d=8), np.arange(N) % 3
PLACE = [f'place {i % 7}' for i in range(N)]

@pytest.mark.parametrize(
    'what',
    [
        lambda: g.trustworthiness(X, X[:, :2]),
        lambda: g.silhouette(X, PLACE),
        lambda: g.collapse_metrics(X),
        lambda: g.linear_cka(X, X[:, :3]),
        lambda: g.linear_cka(X, X[:, :3], True),
        lambda: g.place_precision(X, PLACE, groups=FILM, protocol='across'),
        lambda: g.map_at_r(X, PLACE, FILM),
        lambda: g.knn_purity(X, PLACE),
        lambda: space_figures.matrix_grid(dict(a=X, b=X[:, :3]), table(N), vectors=True),
    ],
    ids=[
        'trustworthiness',
        'silhouette',
        'collapse',
        'cka',
        'debiased cka',
        'precision across',
        'MAP@R',
        'purity',
        'matrix of vectors',
    ],
)
def test_many_scenes_take_less_than_a_half_of_one_matrix(what):
    assert made(what) < MATRIX/2


def test_a_matrix_is_pooled_without_a_second_one():
    sim = g.cosine_similarity(space(n=3000)).astype(np.float32)
    assert made(lambda: space_figures.matrix_grid(dict(a=sim), table(3000))) < sim.nbytes/2


@settings(max_examples=12)
@given(seeds, st.integers(2, 40), st.integers(1, 50))
def test_a_picture_of_vectors_is_that_of_their_matrix(seed, n, limit):
    x, scenes = space(seed, n), table(n, 2)
    a, b = (
        space_figures.matrix_grid(dict(a=o), scenes, 'time', limit, vectors=v)
        for o, v in ((x, True), (g.cosine_similarity(x), False))
    )
    np.testing.assert_allclose(a.data[0].z, b.data[0].z, atol=1e-6)
    assert a.layout.meta == b.layout.meta


def test_clusters_need_all_pairs():
    with pytest.raises(ValueError, match='clusters are made of all pairs'):
        space_figures.matrix_grid(dict(a=X), table(N), 'cluster', vectors=True)


# ---- where memory ends
def ends(kind):
    "What a library raises when it asks for more than there is"
    if kind == 'numpy': return lambda: np.empty(1 << 62, np.uint8)
    import torch
    return lambda: torch.empty(1 << 60)


@pytest.mark.parametrize('kind', ['numpy', 'torch'])
def test_what_libraries_raise_is_known_as_memory(kind):
    lost = []
    assert or_left_out('a matrix', ends(kind), lost, 'nothing') == 'nothing'
    [row] = lost
    assert (
        row['path'] == 'a matrix'
        and 'memory of this machine is used up' in row['reason']
        and 'interval:10' in row['reason']
    )
    with pytest.raises((MemoryError, RuntimeError)) as e: or_left_out('a matrix', ends(kind), None)
    assert out_of_memory(e.value) and 'memory of this machine is used up' in fault('a.mp4', e.value)


def test_another_fault_is_not_taken_for_it():
    lost = []
    with pytest.raises(ZeroDivisionError): or_left_out('a ratio', lambda: 1/0, lost)
    assert not lost and not out_of_memory(ValueError('out of memory'))


EXPLORE = """
import json, resource, sys
from pathlib import Path
from scene_explore.pipelines.explore import explore
films, few, out, store = sys.argv[1:]
how = dict(
    store=store,
    backbone='histogram',
    baselines=(),
    unit='interval:0.1',
    progress=False,
    device='cpu',
)
explore(few, Path(out)/'few', **how)     # whatever is loaded and compiled is there
def held(): return int(Path('/proc/self/statm').read_text().split()[0])*resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held() + 60_000_000, -1))
result = explore(films, Path(out)/'whole', **how)
print(json.dumps(result.summary))
"""


def embedded(films, folder):
    "A store that has vectors for every tenth of a second of these films"
    asked = Settings(backbone='histogram', baselines=(), unit='interval:0.1', device='cpu')
    [encoder], store = encoders(asked).values(), Store(folder)
    scenes = read_library([films], {}, store, asked, progress=False).scenes()
    store.save(
        encoder.fingerprint,
        scenes,
        space(n=len(scenes), d=512).astype(np.float32),
        space=encoder.space,
    )
    return folder


@pytest.mark.skipif(
    not sys.platform.startswith('linux'), reason='the limit of memory is that of Linux'
)
def test_where_memory_ends_what_is_done_is_written_and_the_rest_is_named(tmp_path, make_film):
    films = tmp_path/'films'
    few = tmp_path/'few'
    out = tmp_path/'out'
    for folder, n in ((films, 3000), (few, 30)):
        folder.mkdir()
        make_film(folder/'film.mp4', n=n, fps=10, size=(32, 18), cuts=range(0, n, 40))
    store = embedded(films, tmp_path/'store')
    told = subprocess.run(
        [sys.executable, '-c', EXPLORE, films, few, out, store], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr[-3000:]
    summary = json.loads(told.stdout.splitlines()[-1])
    lost = {o['path']: o['reason'] for o in summary['skipped']}
    assert 'UMAP' in lost                                  # of 3000 scenes: two matrices of 72 MB
    assert (
        'memory of this machine is used up: give fewer films at once or a longer unit' in lost[
            'UMAP'
        ]
    )
    assert (
        len(pd.read_csv(out / 'whole/scenes.csv'))
        == len(np.load(out / 'whole/embeddings.npy', allow_pickle=False))
        == summary['n_scenes']
        == 3000
    )
    assert json.loads((out/'whole/summary.json').read_text())['skipped'] == summary['skipped']
    assert (out/'whole/explore.html').exists() != ('explore.html' in lost)


class Greedy(backbone.Backbone):
    "Asks for more than any machine has"
    def _encode(self, clips): return np.empty((len(clips), 1 << 50), np.float32)


def test_where_there_is_no_memory_to_embed_a_sentence_says_what_to_lower(tmp_path, make_film):
    embedding.register_backbone('greedy', lambda **_: Greedy('greedy', size=32))
    film = make_film(tmp_path/'film.mp4', n=24, fps=8, size=(32, 18))
    try:
        with pytest.raises(
            ValueError,
            match='memory of this machine is used up: give a smaller backbone.*kept in .*store',
        ):
            explore(
                film,
                tmp_path / 'out',
                backbone='greedy',
                baselines=(),
                unit='interval:1',
                progress=False,
            )
    finally: del embedding.BACKBONES['greedy']


# ---- films
@pytest.mark.parametrize('read', [iter_frames, scan])
def test_no_frame_waits_for_the_garbage_collector(read, make_film, tmp_path):
    # one of 4K takes 12 MB, and hundreds are read before the collector comes
    film = make_film(tmp_path/'film.mp4', cuts=(20,), rotation=90)
    gc.collect()
    gc.disable()
    try:
        assert sum(1 for _ in read(film))
        left = [o for o in gc.get_objects() if type(o) is av.VideoFrame]
    finally: gc.enable()
    assert not left
