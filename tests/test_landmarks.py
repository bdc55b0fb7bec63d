"""Maps of many scenes: an order whose beginnings are even, PCA of what lies on a disk, HDBSCAN of a
sample held against scikit-learn; UMAP on landmarks is in `test_maps`"""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from scene_explore.geometry.landmarks import even_order, sample_clusters
from scene_explore.geometry.near_scenes import centred_rows
from scene_explore.geometry.spaces import pca

GROUPS = st.lists(st.integers(0, 6), min_size=1, max_size=300)


@settings(max_examples=100)
@given(GROUPS, st.integers(0, 99), st.data())
def test_any_beginning_of_the_order_holds_its_share_of_every_group(groups, seed, data):
    order = even_order(groups, seed)
    assert sorted(order) == list(range(len(groups)))
    k = data.draw(st.integers(0, len(groups)))
    some = np.asarray(groups)[order[:k]]
    for g in set(groups):
        share = k*groups.count(g)/len(groups)
        # a place in a group of n is within 1/n of even, and so is the cut through all groups
        assert abs((some == g).sum() - share) <= 2


def test_the_order_is_that_of_its_seed():
    groups = np.arange(500) % 7
    assert (even_order(groups, 1) == even_order(groups, 1)).all()
    assert (even_order(groups, 1) != even_order(groups, 2)).any()


@pytest.fixture(scope='module')
def kinds():
    "1,500 scenes of ten kinds, some kinds larger; which kind each is"
    rng = np.random.default_rng(3)
    of = rng.choice(10, 1500, p=np.arange(1, 11)/55)
    return (rng.normal(size=(10, 48))[of] + .6*rng.normal(size=(1500, 48))).astype(np.float32), of


def test_pca_reads_a_matrix_that_lies_on_a_disk(kinds, tmp_path):
    x, _ = kinds
    np.save(tmp_path/'x.npy', x.astype(np.float16))
    mapped = np.load(tmp_path/'x.npy', mmap_mode='r')
    whole = pca(x.astype(np.float16).astype(np.float32))
    np.testing.assert_allclose(pca(mapped).xy, whole.xy, atol=1e-4)


@pytest.mark.parametrize(('x', 'why'), [
    (np.zeros(4), 'has to be a matrix'),
    (np.zeros((0, 3)), 'no embeddings'),
    (np.full((40, 3), np.nan), 'NaN'),
])
def test_what_is_no_space_is_refused(x, why):
    with pytest.raises(ValueError, match=why): pca(x)


def test_clusters_of_a_sample_are_those_of_all():
    rng = np.random.default_rng(5)
    truth = np.repeat(np.arange(4), 150)
    x = 3*rng.normal(size=(4, 16))[truth] + rng.normal(size=(600, 16))
    c = centred_rows(np.r_[x, 2*rng.normal(size=(150, 16))])
    found = sample_clusters(c, sample=300)
    whole = HDBSCAN(found.chosen, min_samples=3, copy=True).fit_predict(c[:, :10])
    assert adjusted_rand_score(truth, found.codes[:600]) > .9
    assert adjusted_rand_score(whole[:600], found.codes[:600]) > .8
    assert (found.codes[600:] < 0).mean() > (found.codes[:600] < 0).mean()
