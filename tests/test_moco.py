"""Momentum contrast: queue, momentum and masks by definition, killed and gone on, controls"""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from scene_explore.training.moco import (
    ClipSceneEncoder,
    MoCo,
    MoCoConfig,
    SceneEncoder,
    embed_scenes,
    train_moco,
)

SMALL = MoCoConfig(epochs=4, batch=16, lr=1e-3, warmup=1, shots=5)
SIZES = dict(dim=8, size=64, momentum=.9)


class Mean(nn.Module):
    width = 4

    def forward(self, x): return x.mean(1)


def films(n=12, d=8, seed=0):
    rng = np.random.default_rng(seed)
    return {f'm{i}': rng.normal(size=(30, d)).astype(np.float32) for i in range(n)}


def some_pairs(n=80, movies=12, seed=0):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, movies, n)
    b = (a + rng.integers(1, movies, n)) % movies
    return pd.DataFrame(dict(
        movie_a=[f'm{i}' for i in a], shot_a=rng.integers(0, 30, n),
        movie_b=[f'm{i}' for i in b], shot_b=rng.integers(0, 30, n),
    ))


def trained(config=SMALL, seed=0, **options):
    torch.manual_seed(seed)
    return train_moco(SceneEncoder(8, 1, 2), films(), some_pairs(), config, **(SIZES | options))


@given(st.integers(1, 12), st.lists(st.integers(1, 9), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_queue_holds_the_last_keys_in_a_ring(size, batches):
    moco = MoCo(Mean(), 2, size)
    said, place = {}, 0
    n = 0
    for batch in batches:
        keys = torch.arange(n, n + batch).float()[:, None].expand(-1, 2)
        moco.enqueue(keys, torch.arange(n, n + batch))
        for i in range(n, n + batch):
            said[place] = i
            place = (place + 1) % size
        n += batch
    assert int(moco.place) == place
    for at in range(size): assert int(moco.movies[at]) == said.get(at, -1)
    for at, i in said.items(): assert moco.queue[at].tolist() == [i, i]


def test_the_copy_follows_by_momentum_and_has_no_gradient():
    moco = MoCo(Mean(), 3, 8, momentum=.75)
    with torch.no_grad(): moco.query[1].weight.add_(4.)
    before = moco.key[1].weight.clone()
    loss, *_ = moco(torch.randn(2, 5, 4), torch.randn(2, 5, 4), torch.tensor([[0, 1], [2, 3]]))
    torch.testing.assert_close(moco.key[1].weight, .75*before + .25*moco.query[1].weight)
    loss.backward()
    assert all(p.grad is None for p in moco.key.parameters())
    assert moco.query[1].weight.grad.abs().sum() > 0


def test_it_is_the_published_loop_where_nothing_is_masked():
    "The loop of He et al. 2020, algorithm 1, in torch"
    moco = MoCo(Mean(), 3, 6, .9, .2, mask=False)
    queue, (wk, bk) = moco.queue.clone(), (o.clone() for o in moco.key[1].parameters())
    rng = torch.Generator().manual_seed(0)
    for step in range(5):
        x, y = (torch.randn(2, 5, 4, generator=rng) for _ in range(2))
        w, b = moco.query[1].parameters()
        wk, bk = .9*wk + .1*w.detach(), .9*bk + .1*b.detach()
        q, k = normalize(x.mean(1)@w.T + b, dim=1), normalize(y.mean(1)@wk.T + bk, dim=1)
        logits = torch.cat([(q*k).sum(1, keepdim=True), q@queue.T], 1)/.2
        wanted = cross_entropy(logits, torch.zeros(2, dtype=torch.long))
        movies = torch.tensor([[0, 1], [1, 0]])
        found = moco(x, y, movies)[0]
        torch.testing.assert_close(found, wanted)
        at = 2*step % 6
        queue[at:at + 2] = k.detach()
        torch.testing.assert_close(moco.queue, queue)
        gradient, = torch.autograd.grad(found, moco.query[1].weight)
        with torch.no_grad(): moco.query[1].weight.sub_(.1*gradient)


def test_keys_of_movies_that_are_alike_are_no_negatives():
    alike = np.eye(4, dtype=bool)
    alike[0, 2] = alike[2, 0] = True
    moco = MoCo(Mean(), 3, 6, alike=alike)
    moco.enqueue(torch.randn(4, 3), torch.tensor([0, 1, 2, 3]))
    x = torch.randn(1, 5, 4)
    logits = moco(x, x, torch.tensor([[0, 1]]))[1][0, 1:]
    left_out = torch.isinf(logits).tolist()
    # of query and key: 0 and 1 themselves, 2 which is like 0; the places that nothing filled stay
    assert left_out == [True, True, True, False, False, False]


def test_clip_reads_a_scene_and_one_frame_is_the_identity():
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection
    torch.manual_seed(0)
    clip = CLIPVisionModelWithProjection(CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        image_size=16, patch_size=8, projection_dim=8,
    )).eval()
    encoder = ClipSceneEncoder(clip)
    x = torch.randn(2, 6, 3, 16, 16)
    torch.testing.assert_close(encoder(x[:, :1]), clip(x[:, 0]).image_embeds)
    assert encoder(x).shape == (2, 8)
    moved = x.clone()
    moved[:, 5] += 1
    assert not torch.allclose(encoder(x), encoder(moved))


def test_a_scene_of_fewer_shots_is_what_it_is_alone():
    encoder = SceneEncoder(8, 2, 2).eval()
    with torch.no_grad(): encoder.share.fill_(.7)
    x = torch.randn(2, 9, 8)
    there = torch.tensor([[True]*9, [True]*4 + [False]*5])
    torch.testing.assert_close(encoder(x, there)[1:], encoder(x[1:, :4]))
    with pytest.raises(ValueError, match='scenes of 70 shots: at most 64'):
        encoder(torch.randn(1, 70, 8))


KILLED = """
import os, sys
from test_moco import trained
def after(done, total):
    if done == int(sys.argv[2]): os.kill(os.getpid(), 9)
trained(folder=sys.argv[1], progress=after)
"""


def test_killed_it_goes_on_to_the_bit(tmp_path):
    folder = tmp_path/'run'
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, '-c', KILLED, str(folder), '12'], cwd=Path(__file__).parents[1],
        env=dict(os.environ, PYTHONPATH=str(Path(__file__).parent)),
    )
    assert ended.returncode == -9
    seen = []
    again, log = trained(folder=folder, progress=lambda done, total: seen.append(done))
    assert seen[0] == 11
    whole, wanted = trained()
    pd.testing.assert_frame_equal(log, wanted)
    a, b = again.state_dict(), whole.state_dict()
    assert a.keys() == b.keys()
    for name in a: torch.testing.assert_close(a[name], b[name], rtol=0, atol=0)


def test_a_state_of_other_settings_is_not_taken(tmp_path):
    trained(folder=tmp_path)
    seen = []
    trained(folder=tmp_path, temperature=.1, progress=lambda done, total: seen.append(done))
    assert seen[0] == 1
    torch.manual_seed(0)
    seen.clear()
    train_moco(SceneEncoder(8, 1, 2), films(seed=1), some_pairs(), SMALL, folder=tmp_path,
               progress=lambda done, total: seen.append(done), **SIZES)
    assert seen[0] == 1


def test_every_row_of_the_log_has_the_signs_of_collapse():
    _, log = trained()
    assert list(log) == ['epoch', 'loss', 'first', 'alignment', 'uniformity', 'rankme']
    assert len(log) == 4 and np.isfinite(log.to_numpy()).all()
    assert (log.rankme >= 1).all() and (log.rankme <= 8).all()
    assert (log.alignment <= 4).all() and (log.uniformity <= 0).all()


def test_it_can_be_cancelled_and_bad_input_gets_a_sentence():
    seen = []
    trained(progress=lambda done, total: seen.append(done), cancel=lambda: len(seen) >= 2)
    assert seen == [1, 2]
    with pytest.raises(ValueError, match='no pairs of scenes'):
        train_moco(SceneEncoder(8), films(), some_pairs(0), SMALL)
    with pytest.raises(ValueError, match='m1.*: has no features'):
        train_moco(SceneEncoder(8), films(1), some_pairs(), SMALL)
    wild = MoCoConfig(**{**vars(SMALL), 'lr': 1e30})
    with pytest.raises(ValueError, match='no number any more: lower lr'): trained(wild)


def test_scenes_are_embedded_in_the_order_of_the_table():
    moco, _ = trained()
    features = films()
    scenes = pd.DataFrame(dict(movie=['m3', 'm1', 'm3'], shot=[0, 28, 7]))
    found = embed_scenes(moco, features, scenes, 5)
    rows = [features['m3'][:5], features['m1'][[28, 29, 29, 29, 29]], features['m3'][7:12]]
    with torch.no_grad(): wanted = moco.query[0](torch.tensor(np.stack(rows)))
    assert found == pytest.approx(wanted.numpy(), abs=1e-6)
    assert embed_scenes(moco, features, scenes[:0]).shape == (0, 8)


TEAM = """
import os, sys
from test_moco import trained
from safetensors.torch import save_file
# each process draws an encoder of its own: that of the first counts
moco, log = trained(seed=int(os.environ.get('RANK', 0)), folder=sys.argv[1])
assert moco.team.size == int(os.environ.get('WORLD_SIZE', 1))
if not moco.team.rank:
    save_file(moco.state_dict(), f'{sys.argv[1]}/moco.safetensors.last')
    log.to_csv(f'{sys.argv[1]}/log.csv', index=False)
"""


def test_two_processes_are_one_with_the_keys_of_both_in_the_queue(tmp_path):
    from safetensors.torch import load_file
    (tmp_path/'child.py').write_text(TEAM)
    here = dict(os.environ, PYTHONPATH=str(Path(__file__).parent), OMP_NUM_THREADS='1')
    team = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', '2']
    for folder, command in (('one', []), ('two', team)):
        (tmp_path/folder).mkdir()
        done = subprocess.run(
            [sys.executable, *command, str(tmp_path/'child.py'), str(tmp_path/folder)], env=here,
            cwd=Path(__file__).parents[1], capture_output=True, text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
    one, two = (load_file(tmp_path/o/'moco.safetensors.last') for o in ('one', 'two'))
    assert (one['movies'] >= 0).all()   # the queue has gone round
    for k, v in one.items(): torch.testing.assert_close(two[k], v, atol=1e-4, rtol=1e-3)
    logs = [pd.read_csv(tmp_path/o/'log.csv') for o in ('one', 'two')]
    pd.testing.assert_frame_equal(*logs, atol=1e-3, rtol=1e-3)
