"""Movies that teach a space of shots: beside the adjacency written out, killed, and on controls"""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings, strategies as st
from sklearn.metrics import roc_auc_score
from torch.nn.functional import avg_pool2d, cross_entropy, max_pool2d

from scene_explore.training.movie_similarity import (
    MovieSimilarity,
    SimilarityConfig,
    best_matches,
    pooled,
    scene_pairs,
)

SMALL = SimilarityConfig(width=32, shots=136, epochs=4, batch=32, momentum=.5)


def movies(n=24, d=16, seed=0, share=2.):
    "Those of a kind share a stretch of shots, somewhere"
    rng = np.random.default_rng(seed)
    motifs = np.random.default_rng(99).normal(size=(2, d))
    out = {}
    for i in range(n):
        x = rng.normal(size=(int(rng.integers(90, 150)), d)).astype(np.float32)
        at = rng.integers(0, len(x) - 40)
        x[at:at + 40] += share*motifs[i % 2]
        out[f'{seed}/{i}'] = x
    return out


def pairs_of(features, same):
    names = list(features)
    kinds = [int(o.split('/')[1]) % 2 for o in names]
    rows = [(a, b) for i, a in enumerate(names) for j, b in enumerate(names)
            if i != j and (kinds[i] == kinds[j]) == same]
    return pd.DataFrame(rows, columns=['movie', 'similar'])


def fitted(config=SMALL, seed=0, **options):
    features = movies(seed=seed)
    model = MovieSimilarity(config)
    return model.fit(features, pairs_of(features, True), pairs_of(features, False), **options)


def test_the_paper_written_out_gives_the_same_loss_and_gradients():
    features = movies(6)
    pairs = pairs_of(features, True)[:8]
    rows = list(zip(pairs.movie, pairs.similar, strict=True))
    config = SimilarityConfig(width=32, shots=256, dropout=0., mask=False)
    model = MovieSimilarity(config)
    model._new(16)
    ours = model._logits(features, rows)
    network, plain = model.network, []
    for a, b in rows:
        x, y = (np.zeros((256, 16), np.float32) for _ in range(2))
        x[:len(features[a])], y[:len(features[b])] = features[a], features[b]
        e1, e2 = (network.rest(network.first(torch.from_numpy(o))) for o in (x, y))
        adjacency = (e1@e2.T)[None, None]
        v = max_pool2d(avg_pool2d(adjacency, 16, 8), 16, 8).flatten(1)
        plain.append(network.output(v/32**.5))
    plain = torch.cat(plain)
    assert ours.detach().numpy() == pytest.approx(plain.detach().numpy(), abs=1e-5)
    labels = torch.tensor([0, 1]*4)
    parameters = list(network.parameters())
    found = torch.autograd.grad(cross_entropy(ours, labels), parameters)
    wanted = torch.autograd.grad(cross_entropy(plain, labels), parameters)
    for a, b in zip(found, wanted, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-4)


@given(st.integers(2, 12), st.integers(1, 6), st.integers(16, 60), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_pooling_is_the_average_of_what_is_there(window, stride, n, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)).astype(np.float32)
    length = int(rng.integers(1, n + 1))
    there = torch.arange(n)[None] < length
    found, known = pooled(torch.from_numpy(x)[None], there, window, stride)
    for k, start in enumerate(range(0, n - window + 1, stride)):
        own = x[start:min(start + window, length)]
        assert bool(known[0, k]) == (len(own) > 0)
        if len(own): assert found[0, k].numpy() == pytest.approx(own.mean(0), abs=1e-5)


def test_what_is_not_there_is_never_the_best_match():
    a = -torch.ones(1, 16, 4)
    a[:, 8:] = 100
    known = torch.arange(16)[None] < 8
    assert best_matches(a, -a, known, known, 16, 8).item() == -4
    none = torch.zeros(1, 16, dtype=torch.bool)
    assert best_matches(a, a, none, known, 16, 8).item() == 0


def test_it_tells_movies_that_it_has_not_seen_better_than_what_learned_from_shuffled_labels():
    "A random layer keeps what raw features show, so that the control is not at one half"
    new = movies(seed=5)
    both = [pairs_of(new, o) for o in (True, False)]
    truth = np.repeat([1, 0], [len(o) for o in both])
    learned = roc_auc_score(truth, fitted().score(new, pd.concat(both)))
    features = movies()
    rows = pd.concat([pairs_of(features, True), pairs_of(features, False)])
    rows = rows.sample(frac=1, random_state=0)
    shuffled = MovieSimilarity(SMALL).fit(features, rows[:len(rows)//2], rows[len(rows)//2:])
    control = roc_auc_score(truth, shuffled.score(new, pd.concat(both)))
    assert learned > .95 and max(control, 1 - control) < learned - .1


def test_both_orders_of_a_pair_score_the_same():
    model, new = fitted(), movies(6, seed=3)
    pairs = pairs_of(new, True)
    back = pairs.rename(columns=dict(movie='similar', similar='movie'))
    assert model.score(new, pairs) == pytest.approx(model.score(new, back), abs=1e-6)


KILLED = """
import os, sys
from test_movie_similarity import fitted
def after(done, total):
    if done == int(sys.argv[2]): os.kill(os.getpid(), 9)
fitted(folder=sys.argv[1], progress=after)
"""


def test_killed_it_goes_on_to_the_same_weights(tmp_path):
    folder = tmp_path/'run'
    folder.mkdir()
    here = dict(os.environ, PYTHONPATH=str(Path(__file__).parent))
    steps = 4*((24*23)//32)
    ended = subprocess.run(
        [sys.executable, '-c', KILLED, str(folder), str(steps//2 + 3)], env=here,
        cwd=Path(__file__).parents[1],
    )
    assert ended.returncode == -9
    seen = []
    again = fitted(folder=folder, progress=lambda done, total: seen.append(done))
    assert seen[0] > 1   # it did not begin anew
    whole = fitted()
    for a, b in zip(again.network.parameters(), whole.network.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)
    assert again.log == whole.log


def test_a_state_of_another_training_or_a_broken_one_is_not_taken(tmp_path):
    fitted(folder=tmp_path)
    other = SimilarityConfig(**{**vars(SMALL), 'lr': .05})
    seen = []
    fitted(other, folder=tmp_path, progress=lambda done, total: seen.append(done))
    assert seen[0] == 1
    (tmp_path/'movie_similarity.safetensors').write_bytes(b'no')
    seen.clear()
    fitted(folder=tmp_path, progress=lambda done, total: seen.append(done))
    assert seen[0] == 1


def test_it_can_be_cancelled():
    seen = []
    model = fitted(progress=lambda done, total: seen.append(done), cancel=lambda: len(seen) >= 3)
    assert seen == [1, 2, 3]
    assert model.embed(movies(1)['0/0']).shape[1] == 32


def test_bad_input_gets_a_sentence():
    features = movies(4)
    same, other = pairs_of(features, True), pairs_of(features, False)
    with pytest.raises(ValueError, match='no pair of movies with features is alike'):
        MovieSimilarity(SMALL).fit(features, same.assign(movie='x'), other)
    broken = features | {'0/1': np.full((20, 16), np.nan)}
    with pytest.raises(ValueError, match='0/1: features are not all finite'):
        MovieSimilarity(SMALL).fit(broken, same, other)
    with pytest.raises(ValueError, match=r'features of \[3, 16\] columns'):
        MovieSimilarity(SMALL).fit(features | {'0/1': np.ones((20, 3))}, same, other)
    wild = SimilarityConfig(**{**vars(SMALL), 'lr': 1e20, 'clip': 1e30, 'momentum': .9})
    with pytest.raises(ValueError, match='the loss is no number any more: lower lr'):
        MovieSimilarity(wild).fit(features, same, other)
    model = fitted()
    assert fitted().left_out == 0
    extra = pd.concat([pairs_of(movies(), True), same.assign(movie='lost')])
    model = MovieSimilarity(SMALL).fit(movies(), extra, pairs_of(movies(), False))
    assert model.left_out == len(same)
    with pytest.raises(ValueError, match='expected one of learned, frozen, random'):
        scene_pairs(model, features, same, space='raw')


def brute(x, y, window, share): # the definition, in loops
    a = x@y.T
    scores = {
        (i, j): float(a[i:i + window, j:j + window].mean())
        for i in range(len(x) - window + 1) for j in range(len(y) - window + 1)
    }
    floor = np.quantile(list(scores.values()), 1 - share)
    out = []
    for (i, j), s in sorted(scores.items(), key=lambda o: (-o[1], o[0])):
        if s >= floor and all(abs(i - p) >= window and abs(j - q) >= window for p, q, _ in out):
            out.append((i, j, s))
    return out


@given(st.integers(9, 40), st.integers(9, 40), st.sampled_from((.1, .5, 1.)), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_scene_pairs_are_those_of_the_definition(n, m, share, seed):
    rng = np.random.default_rng(seed)
    features = dict(a=rng.normal(size=(n, 5)).astype(np.float32),
                    b=rng.normal(size=(m, 5)).astype(np.float32))
    unit = [v/np.linalg.norm(v, axis=1, keepdims=True) for v in features.values()]
    found = scene_pairs(None, features, pd.DataFrame(dict(movie=['a'], similar=['b'])), share,
                        space='frozen')
    wanted = brute(*unit, 9, share)
    assert len(found) == len(wanted)
    assert found.score.to_numpy() == pytest.approx(np.array([o[2] for o in wanted]), abs=1e-5)
    assert list(zip(found.shot_a, found.shot_b, strict=True)) == [o[:2] for o in wanted]


def test_learned_pairs_lie_where_movies_are_alike():
    new, model = {}, fitted()
    rng = np.random.default_rng(7)
    motifs = np.random.default_rng(99).normal(size=(2, 16))
    for name, at in (('a', 20), ('b', 70)):
        x = rng.normal(size=(120, 16)).astype(np.float32)
        x[at:at + 36] += 2*motifs[0]
        new[name] = x
    pair = pd.DataFrame(dict(movie=['a'], similar=['b']))
    best = scene_pairs(model, new, pair).iloc[0]
    assert 14 <= best.shot_a <= 53 and 64 <= best.shot_b <= 103
    short = scene_pairs(model, new | dict(b=new['b'][:5]), pair)
    assert not len(short)
    again = scene_pairs(None, new, pair, space='random', seed=3)
    pd.testing.assert_frame_equal(again, scene_pairs(None, new, pair, space='random', seed=3))
