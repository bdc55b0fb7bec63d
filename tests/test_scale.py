"""Measures of many scenes: blocks give what the N x N matrix gives, nothing holds that matrix, a
sample says what it is of, the index tells its recall, and NeMo Curator's files go both ways"""
import json
import sys
import tracemalloc
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from scene_explore import geometry as g
from scene_explore.core.curator import read_curator, write_curator
from scene_explore.core.parts import StoreError
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.encoders.relatedness import calibrate, relatedness
from scene_explore.geometry import evaluate, neighbour_index, similarity, spaces
from scene_explore.geometry.estimates import (
    space_estimates,
    trustworthiness_estimate,
    uniformity_estimate,
)
from scene_explore.geometry.neighbour_index import approximate_neighbours, listed_purity
from scene_explore.geometry.neighbours import nearest
from scene_explore.geometry.similarity import unit_blocks
from scene_explore.views import figures

seeds = st.integers(0, 10**6)


def space(seed=0, n=40, d=6):
    "Directions around a common one, with duplicates and rows of zeros"
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d)) + rng.normal(size=d)
    x[rng.random(n) < .1] = x[0]
    x[rng.random(n) < .05] = 0
    return x


def small_blocks(monkeypatch):
    "Blocks of few rows, so that even a small space has many"
    for module in (similarity, spaces):
        monkeypatch.setattr(module, 'row_blocks', lambda n, *_: similarity.batches(n, 3))
        monkeypatch.setattr(module, 'matrix_blocks', lambda x, *_: similarity.batches(len(x), 4))


def plain(x):
    "What the definitions give, from the matrix of all pairs"
    u = g.unit(x)
    n = len(u)
    off = ~np.eye(n, dtype=bool)
    s = np.linalg.svd(np.asarray(x, float), compute_uv=False)
    p = s[s > 1e-9*s[0]]/s[s > 1e-9*s[0]].sum()
    far = np.square(u[:, None] - u).sum(2)
    return (u @ u.T)[off].mean(), np.exp(-(p*np.log(p)).sum()), np.log(np.exp(-2*far)[off].mean())


# ---- blocks
@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(3, 50), st.integers(1, 9))
def test_blocks_give_what_all_pairs_give(seed, n, d):
    x = space(seed, n, d)
    if not x.any(): return
    expected = plain(x)
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch)
        found = g.mean_cosine(x), g.rankme(x), g.uniformity(x)
        assert np.vstack([u for _, u in unit_blocks(x)]) == pytest.approx(g.unit(x), abs=1e-12)
        assert spaces.singular_values(x, True) == pytest.approx(
            np.linalg.svd(x - x.mean(0), compute_uv=False), abs=1e-9
        )
    assert found == pytest.approx(expected, abs=1e-9)
    assert (g.mean_cosine(x), g.rankme(x), g.uniformity(x)) == pytest.approx(found, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(4, 40), st.integers(1, 30), st.integers(1, 30), st.booleans())
def test_cka_is_the_same_by_either_product(seed, n, d, e, debiased):
    # wide: by the N x N products; narrow: by D x E
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, d)), rng.normal(size=(n, e))
    k, l = ((o - o.mean(0)) @ (o - o.mean(0)).T for o in (x, y))
    def hsic(k, l):
        if not debiased: return (k*l).sum()
        k, l = (o - np.diag(np.diag(o)) for o in (k, l))
        return np.trace(k @ l) + k.sum()*l.sum()/((n - 1)*(n - 2)) - 2*(k @ l).sum()/(n - 2)
    scale = hsic(k, k)*hsic(l, l)
    if scale <= 1e-12: return
    assert g.linear_cka(x, y, debiased) == pytest.approx(hsic(k, l)/np.sqrt(scale), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(7, 60), st.integers(1, 3))
def test_trust_of_some_scenes_is_that_of_all(seed, n, k):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 5)), rng.normal(size=(n, 2))
    rows = rng.permutation(n)[:n//2]
    each = spaces.trustworthiness_by_scene(x, y, k)
    assert spaces.trustworthiness_by_scene(x, y, k, rows) == pytest.approx(each[rows], abs=1e-12)
    assert each.mean() == pytest.approx(
        trustworthiness(x, y, n_neighbors=k, metric='cosine'), abs=1e-12
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spaces, 'CELLS', 20)
        patch.setattr(spaces, '_TOGETHER', 6)
        assert spaces.trustworthiness_by_scene(x, y, k) == pytest.approx(each, abs=1e-12)


def test_of_scenes_at_one_spot_the_first_rows_are_the_nearest():
    # as a stable order of the distances has it
    x = np.repeat(np.eye(3), 4, 0)
    y = np.arange(12.)[:, None] * [1, 0]
    far = 1 - x @ x.T
    np.fill_diagonal(far, np.inf)
    rank = np.argsort(np.argsort(far, axis=1, kind='stable'), axis=1) + 1
    near = NearestNeighbors(n_neighbors=2).fit(y).kneighbors(return_distance=False)
    behind = np.maximum(0, np.take_along_axis(rank, near, 1) - 2).sum(1)
    expected = 1 - 2*behind/(2*(2*12 - 3*2 - 1))
    assert spaces.trustworthiness_by_scene(x, y, 2) == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(3, 40), st.integers(2, 12))
def test_axes_are_those_of_scikit_learn(seed, n, d):
    x = np.random.default_rng(seed).normal(size=(n, d))*np.arange(1, d + 1)
    theirs = PCA(2).fit(x)
    with pytest.MonkeyPatch.context() as patch:
        small_blocks(patch)
        found = g.pca(x, 2)
    assert np.asarray(found) == pytest.approx(theirs.transform(x), abs=1e-4)
    assert found.explained == pytest.approx(theirs.explained_variance_ratio_)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(3, 60), st.integers(1, 6))
def test_the_nearest_are_those_of_scikit_learn(seed, n, k):
    x, k = np.random.default_rng(seed).normal(size=(n, 4)), min(k, n - 1)
    theirs = NearestNeighbors(n_neighbors=k, metric='cosine').fit(x)
    assert (nearest(x, k) == theirs.kneighbors(return_distance=False)).all()
    assert (nearest(x, k, [n - 1, 0]) == nearest(x, k)[[n - 1, 0]]).all()


def test_a_matrix_of_blocks_is_the_mean_of_all_pairs():
    x = space(n=53, d=7)
    scenes = scene_table([dict(video_id='a', start=4.*i, end=4.*i + 4) for i in range(len(x))])
    sim = g.unit(x) @ g.unit(x).T
    by_pairs = figures.similarity_matrix(sim, scenes, limit=10)
    by_rows = figures.similarity_matrix(x, scenes, limit=10, vectors=True)
    assert np.asarray(by_rows.data[0].z) == pytest.approx(np.asarray(by_pairs.data[0].z), abs=1e-6)
    with pytest.raises(ValueError, match='clusters are made of all pairs'):
        figures.similarity_matrix(x, scenes, 'cluster', vectors=True)


def test_a_matrix_beyond_the_declared_size_is_refused_in_a_sentence():
    many = np.ones((1_000_000, 1), np.float32)
    with pytest.raises(ValueError, match='8,000 GB, and 20,000 scenes are the most'):
        g.cosine_similarity(many)
    with pytest.raises(ValueError, match='4,000 GB, and 20,000 scenes are the most'):
        relatedness(many)


def test_relatedness_by_blocks_is_that_of_all():
    t = np.random.default_rng(0).normal(size=(50, 8))
    whole = relatedness(t, 'quantile')
    fitted = calibrate(t, 'quantile')
    blocks = np.vstack([fitted(t[b], t) for b in similarity.batches(50, 7)])
    off = ~np.eye(50, dtype=bool)
    assert blocks[off] == pytest.approx(whole[off], abs=1e-6)


# ---- memory
N = 20_000


@pytest.mark.parametrize(
    'measure',
    [
        g.mean_cosine,
        g.rankme,
        lambda x: uniformity_estimate(x, pairs=20_000, most=1000),
        lambda x: trustworthiness_estimate(x, x[:, :2], most=300),
        lambda x: g.linear_cka(x, x[:, :8]),
        lambda x: nearest(x, 5, np.arange(100)),
        lambda x: g.place_precision(
            x, np.arange(N) % 500, groups=np.arange(N)//200, protocol='across', queries=60
        ),
        lambda x: g.place_precision(x, np.arange(N) % 20, groups=np.arange(N)//200),
        lambda x: g.place_test(
            x[:8000],
            pd.DataFrame(dict(place=(np.arange(8000) % 10).astype(str))),
            groups=np.arange(8000)//50,
        ),
        lambda x: approximate_neighbours(x, 5, queries=100, exact=1000),
    ],
    ids='cosine rankme uniformity trust cka nearest across within abx index'.split(),
)
def test_no_measure_of_20_000_scenes_holds_all_pairs(measure):
    x = np.random.default_rng(0).normal(size=(N, 16)).astype(np.float32)
    tracemalloc.start()
    try:
        measure(x)
        peak = tracemalloc.get_traced_memory()[1]
    finally: tracemalloc.stop()
    # all pairs in bits, the smallest form in which they could be held, are 50 MB; in bytes 400
    assert peak < 300e6


@pytest.mark.parametrize(
    'measure',
    [
        lambda x, **_: g.pca(x),
        lambda x, **_: g.linear_cka(x, x[:, :8]),
        lambda x, **_: figures.pool_vectors(x, np.arange(len(x)), 100),
        lambda x, **known: g.place_precision(x, **known),
        lambda x, **known: g.map_at_r(x, **known),
        lambda x, **known: g.place_score('silhouette', x, times=np.zeros(len(x)), **known),
        lambda x, places, groups: g.place_test(x, dict(place=places), groups=groups),
        lambda x, **_: trustworthiness_estimate(x, x[:, :2], most=50),
    ],
    ids='pca cka blocks within map silhouette abx trust'.split(),
)
def test_no_measure_of_many_scenes_holds_them_all_in_double_precision(measure):
    x = np.random.default_rng(0).normal(size=(8000, 1536)).astype(np.float32)
    known = dict(places=(np.arange(len(x)) % 10).astype(str), groups=np.arange(len(x))//50)
    tracemalloc.start()
    try:
        measure(x, **known)
        peak = tracemalloc.get_traced_memory()[1]
    finally: tracemalloc.stop()
    assert peak < 8*x.size


# ---- samples
@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(1, 30))
def test_drawn_queries_are_scored_as_among_all(seed, drawn):
    rng = np.random.default_rng(seed)
    x, film = space(seed, 60), rng.integers(0, 6, 60)
    place = rng.choice(['', 'a', 'b', 'c'], 60)
    every = g.place_precision(x, place, (1, 5), film, protocol='across')
    some = g.place_precision(x, place, (1, 5), film, protocol='across', queries=drawn)
    asked = (place != '').sum()
    assert some.left_out.get('not drawn', 0) == max(0, asked - drawn)
    assert sum(some.left_out.values()) + len(some.queries) == 60
    theirs = every.queries.set_index('row').loc[some.queries.row].reset_index()
    pd.testing.assert_frame_equal(theirs, some.queries)


def test_of_many_scenes_a_record_says_what_was_drawn():
    x = space(n=300)
    few = evaluate._space_numbers(x, dict(PCA=g.pca(x)), np.ones(300, bool), None)
    assert not any(o.of for o in few.values())
    many = space_estimates(x, most=100)
    assert many['uniformity'].low < few['uniformity'].value < many['uniformity'].high
    assert evaluate._estimated(many['uniformity'])['drawn'] == '1,048,576 pairs drawn'
    assert evaluate._estimated(many['rankme']) == evaluate._estimated(few['rankme'])
    assert set(evaluate._estimated(many['rankme'])) == {'value'}


# ---- the index
def toy(n=3000, d=32, spread=1.5):
    rng = np.random.default_rng(1)
    place = rng.permutation(np.arange(n)//20)
    x = rng.normal(size=(place.max() + 1, d))[place] + spread*rng.normal(size=(n, d))
    return x.astype(np.float32), place.astype(str), np.arange(n)//100


def test_the_index_tells_its_recall():
    x, *_ = toy()
    theirs = NearestNeighbors(n_neighbors=10, metric='cosine').fit(x)
    true = theirs.kneighbors(return_distance=False)
    for asked in (.6, .9):
        found = approximate_neighbours(x, recall=asked, queries=600, exact=1000)
        share = np.mean([len(set(a) & set(b)) for a, b in zip(true, found.rows, strict=True)])/10
        assert share == pytest.approx(found.recall.value, abs=.04) and share > asked - .04
        assert found.recall.low < found.recall.value < found.recall.high
        assert (found.rows != np.arange(len(x))[:, None]).all()
        u = g.unit(x)
        assert found.cosine == pytest.approx((u[:, None]*u[found.rows]).sum(2), abs=1e-6)


def test_without_an_index_the_search_is_exact_and_says_so(monkeypatch):
    x, *_ = toy(400)
    monkeypatch.setitem(sys.modules, 'faiss', None)
    monkeypatch.setattr(neighbour_index, 'find_spec', lambda name: None)
    found = approximate_neighbours(x, 4, exact=100)
    assert (found.rows == nearest(x, 4)).all() and found.recall == (1, 1, 1)
    assert found.how.endswith('no index is installed: `pip install scene_explore[index]`')


def test_an_index_of_scenes_at_one_spot_lists_others():
    x = np.repeat(np.eye(8, dtype=np.float32), 50, axis=0)
    x[:9] = 0
    found = approximate_neighbours(x, 3, queries=40, exact=100)
    assert (found.rows >= 0).all() and (found.rows != np.arange(400)[:, None]).all()
    assert [len(set(o)) for o in found.rows] == [3]*400


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from(['all', 'across', 'within']), st.sampled_from([0., 7.]))
def test_purity_of_complete_lists_is_that_of_retrieval(seed, protocol, exclude):
    rng = np.random.default_rng(seed)
    n = 40
    x, place, film = rng.normal(size=(n, 4)), rng.choice(['', 'a', 'b'], n), np.arange(n)//8
    times = 4.*np.arange(n)
    lists = approximate_neighbours(x, n - 1)
    found = listed_purity(lists, place, 3, film, times, exclude, protocol)
    scored = g.retrieve(x, place, 3, film, times, exclude, protocol)
    scored = scored[scored.gallery >= 3]
    assert found.queries == len(scored) and found.short == (place != '').sum() - len(scored)
    if len(scored): assert found.value == pytest.approx(scored['P@3'].mean())


@pytest.mark.parametrize(
    'options, why',
    [
        (dict(k=0), 'k=0, but 5 neighbours'),
        (dict(k=6), 'list more'),
        (dict(k=1, protocol='near'), 'expected one of all, within, across'),
        (dict(k=1, exclude=3.), 'exclude needs times'),
        (dict(k=1, places=['a']), 'places has 1 entries for 30 scenes'),
    ],
)
def test_lists_that_cannot_be_judged_are_refused(options, why):
    lists = approximate_neighbours(space(n=30), 5)
    options = dict(places=['a']*30) | options
    with pytest.raises(ValueError, match=why): listed_purity(lists, **options)


# ---- NeMo Curator
def films(n=7, d=5):
    rows = [(f'{f:016x}', 2.*i, 2.*i + 2) for f in range(3) for i in range(n)]
    scenes = scene_table(pd.DataFrame(rows, columns=['video_id', 'start', 'end']))
    return scenes, np.random.default_rng(0).normal(size=(3*n, d)).astype(np.float32)


def test_a_space_goes_to_curator_and_back(tmp_path):
    scenes, x = films()
    store = Store(tmp_path/'store')
    store.save('space', scenes, x)
    paths = write_curator(tmp_path/'out', scenes, store.load('space', scenes)[0])
    assert len(paths) == 3
    # what another program sees: two columns, a list of numbers for each id
    table = pq.read_table(paths[1])
    assert table.column_names == ['id', 'embedding'] and pa.types.is_list(table.schema.types[1])
    assert table['id'].to_pylist() == scenes.scene_id[7:14].tolist()
    assert np.array(table['embedding'].to_pylist(), np.float32).tolist() == x[7:14].tolist()
    order = np.random.default_rng(1).permutation(21)[:9]
    back = read_curator(tmp_path/'out', scenes.iloc[order])
    assert (back.x == x[order]).all()
    assert back.scenes.scene_id.tolist() == scenes.scene_id[order].tolist()
    assert len(back.unknown) == 12 and not back.missing and not back.skipped
    alone = read_curator(tmp_path/'out')
    again = Store(tmp_path/'again')
    again.save('space', alone.scenes, alone.x)
    assert (again.load('space', scenes)[0] == x).all()


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([pa.float32(), pa.float64(), pa.float16(), pa.int32()]),
    st.sampled_from(['list', 'large', 'fixed']),
    st.booleans(),
)
def test_any_list_of_numbers_is_read(tmp_path_factory, kind, form, large_text):
    scenes, _ = films(2)
    x = np.random.default_rng(0).integers(-9, 9, (6, 5))
    lists = dict(list=pa.list_(kind), large=pa.large_list(kind), fixed=pa.list_(kind, 5))[form]
    number = {pa.int32(): int, pa.float16(): np.float16}.get(kind, float)
    rows = pa.array([[number(v) for v in o] for o in x], lists)
    ids = pa.array(scenes.scene_id, pa.large_string() if large_text else pa.string())
    path = tmp_path_factory.mktemp('curator')/'part.parquet'
    pq.write_table(pa.table(dict(embedding=rows, id=ids, other=pa.array(range(6)))), path)
    assert (read_curator(path).x == x).all()


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path):
    scenes, x = films(2)
    write_curator(tmp_path, scenes, x)
    clip = str(uuid.uuid4())
    own = dict(
        id=[clip, scenes.scene_id[0], None, 'c', 'd', 'e'],
        embedding=[x[0], x[0], x[0], None, x[0][:3], np.full(5, np.nan)],
    )
    own['embedding'] = [None if o is None else o.tolist() for o in own['embedding']]
    pd.DataFrame(own).to_parquet(tmp_path/'z.parquet', index=False)
    (tmp_path/'text.parquet').write_text('id,embedding')
    pd.DataFrame(dict(id=['a'], vector=[1.])).to_parquet(tmp_path/'other.parquet')
    pd.DataFrame(dict(id=['a'], embedding=['1,2'])).to_parquet(tmp_path/'words.parquet')
    found = read_curator(tmp_path)
    assert (found.x == x).all() and found.unknown == [clip]
    why = {o['path'].rpartition('/')[2]: [] for o in found.skipped}
    for o in found.skipped: why[o['path'].rpartition('/')[2]].append((o['reason'], o['rows']))
    assert why['z.parquet'] == [('not 5 numbers', 2), ('no id, or not finite', 2)]
    assert why[''] == [('an id that came before', 1)]
    assert 'not a readable Parquet file' in why['text.parquet'][0][0]
    assert why['other.parquet'][0][0] == "it has no column 'embedding', but id, vector"
    assert 'is of the type' in why['words.parquet'][0][0]


def test_clips_of_curator_become_scenes_by_its_metadata(tmp_path):
    x = np.random.default_rng(0).normal(size=(4, 3))
    clips = [str(uuid.uuid4()) for _ in range(4)]
    (tmp_path/'ce1_embd_parquet').mkdir()
    (tmp_path/'metas/v0').mkdir(parents=True)
    table = pd.DataFrame(dict(id=clips, embedding=x.tolist()))
    table.to_parquet(tmp_path/'ce1_embd_parquet/film.parquet', index=False)
    spans = [[4, 8], [0, 4], [9, 3], 'later']
    for clip, span in zip(clips, spans, strict=True):
        meta = dict(span_uuid=clip, source_video='/films/a.mp4', duration_span=span)
        (tmp_path/f'metas/v0/{clip}.json').write_text(json.dumps(meta))
    found = read_curator(tmp_path/'ce1_embd_parquet')
    assert found.scenes.start.tolist() == [0, 4] and found.unknown == clips[2:]
    assert (found.x == x[[1, 0]].astype(np.float32)).all()
    assert found.scenes.title.tolist() == [clips[1], clips[0]]


@pytest.mark.parametrize('times', ['0000000005-0000000003', f'0000000000-{"9"*400}', '9'*21])
def test_an_id_whose_times_no_film_has_is_unknown(tmp_path, times):
    scenes, x = films(2)
    write_curator(tmp_path, scenes, x)
    other = pd.DataFrame(dict(id=[f'a@{times}'], embedding=[x[0].tolist()]))
    other.to_parquet(tmp_path/'z.parquet', index=False)
    found = read_curator(tmp_path)
    assert (found.x == x).all() and found.unknown == [f'a@{times}']


def test_a_number_beyond_single_precision_is_not_written(tmp_path):
    scenes, x = films()
    x = x.astype(np.float64)
    x[3, 0] = 1e300
    with pytest.raises(StoreError, match='not finite, the first in row 3'):
        write_curator(tmp_path/'out', scenes, x)


@pytest.mark.parametrize(
    'rows, why', [(2, 'do not fit 21 scenes'), (21, 'not finite, the first in row 3')]
)
def test_what_curator_cannot_take_is_refused(tmp_path, rows, why):
    scenes, x = films()
    x[3] = np.nan
    with pytest.raises(StoreError, match=why): write_curator(tmp_path/'out', scenes, x[:rows])
    assert not (tmp_path/'out').exists()
    with pytest.raises(ValueError, match='holds no Parquet file'): read_curator(tmp_path)
