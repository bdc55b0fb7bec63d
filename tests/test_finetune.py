"""Training as a user meets it: from the cache and without, killed and continued, on several
processes, with films that can't be read"""
import json, os, signal, subprocess, sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given as for_any, settings, strategies as st

from scene_explore.training import ablation, finetune as ft, learner as le, trainer as tr
from scene_explore.encoders.embed import get_backbone
from scene_explore.training.runs import SETTINGS, FinetuneConfig, Run, load_runs
from scene_explore.training.supervision import Supervision, prepare, split_films
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.training.trunk import FullForward, Top, Vectors, kept_tokens
from scene_explore.training.trunk_cache import TrunkCache
from scene_explore.training.losses import piecewise, threshold

TINY = dict(
    image_size=32,
    patch_size=16,
    num_frames=4,
    tubelet_size=2,
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=2,
    intermediate_size=48,
)


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    "A VideoMAE of three small blocks, in the hub's own format"
    from transformers import VideoMAEConfig, VideoMAEModel
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp('checkpoint')
    VideoMAEModel(VideoMAEConfig(**TINY, use_mean_pooling=False)).save_pretrained(folder)
    return folder


@pytest.fixture(scope='module')
def scenes(tmp_path_factory, make_film):
    "Five films of six scenes, three places that come back, a text that names the place"
    folder, rows = tmp_path_factory.mktemp('films'), []
    for f in range(5):
        film = make_film(folder/f'film{f}.mp4', n=72 + f, fps=12, cuts=range(12, 72, 12))
        rows += [
            dict(
                path=str(film),
                start=i,
                end=i + 1,
                place='abc'[i % 3],
                description=f'the room {"abc"[i % 3]*5}',
            )
            for i in range(6)
        ]
    return scene_table(rows)


@pytest.fixture(scope='module')
def text(scenes): return np.eye(4)[['abc'.index(p) for p in scenes.place]] + .3


@pytest.fixture
def backbone(checkpoint): return get_backbone(checkpoint, dtype='float32', max_clips=1)


SHORT = FinetuneConfig(
    k=1, steps=8, batch=6, validate=4, hidden=16, out=6, lr_blocks=1e-3, lr_head=1e-2
)


# ---- the cache changes nothing
@pytest.mark.parametrize('k', [1, 2, 3])
def test_cut_and_put_together_it_is_the_encoder(backbone, k):
    clips = np.random.default_rng(k).integers(0, 256, (3, 4, 32, 32, 3), dtype=np.uint8)
    h = FullForward(
        scene_table([dict(video_id='f', start=i, end=i + 1) for i in range(3)]),
        backbone,
        k,
        clips={},
    ).activations(clips)
    np.testing.assert_allclose(
        Top(backbone, k)(h).detach().numpy(), backbone.encode(clips), atol=1e-5
    )


@pytest.mark.parametrize(
    'precision, most', [('float32', 1e-5), ('float16', 1e-3), ('bfloat16', 1e-2)]
)
def test_from_the_cache_the_curve_is_that_of_the_full_forward(
    scenes, backbone, text, tmp_path, precision, most
):
    config = replace(SHORT, precision=precision)
    whole = ft.finetune(scenes, backbone, config, text=text, cached=False, progress=False)
    cached = ft.finetune(scenes, backbone, config, text=text, store=Store(tmp_path), progress=False)
    assert np.abs(whole.history.loss - cached.history.loss).max() < most
    assert np.isfinite(cached.after).all() and cached.after.shape == (30, 6)


def test_training_does_not_change_the_encoder_that_others_use(scenes, backbone, text, tmp_path):
    before = {k: v.clone() for k, v in backbone.model.state_dict().items()}
    run = ft.finetune(scenes, backbone, SHORT, text=text, store=Store(tmp_path), progress=False)
    assert all(torch.equal(v, before[k]) for k, v in backbone.model.state_dict().items())
    thawed = Top(backbone, 1).blocks.state_dict()
    assert any(not torch.equal(run.weights[f'top.blocks.{k}'], v) for k, v in thawed.items())


@for_any(st.sampled_from(['all', 'tubelets 2', 'random 3', 'pool 2']), st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_kept_tokens_are_as_many_as_they_say_and_keep_the_mean_of_a_constant(keep, B):
    take, n = kept_tokens(keep, (2, 4, 4))
    x = torch.full((B, 32, 5), 7.)
    assert take(x).shape == (B, n, 5) and torch.equal(take(x), torch.full((B, n, 5), 7.))


def test_what_is_cached_is_not_computed_again_whatever_the_path(scenes, backbone, tmp_path):
    import shutil
    first = TrunkCache(backbone, 1, tmp_path/'store').build(scenes, progress=False)
    moved = tmp_path/'moved'
    moved.mkdir()
    other = scene_table(
        [dict(r, path=shutil.copy(r['path'], moved)) for r in scenes.to_dict('records')]
    )
    again = TrunkCache(backbone, 1, tmp_path/'store').build(other, progress=False)
    assert (first.n_computed, again.n_computed, again.n_cached) == (30, 0, 30)
    assert torch.equal(first(range(30))[0], again(range(30))[0])
    assert TrunkCache(backbone, 2, tmp_path/'store').fingerprint != first.fingerprint


def test_a_film_that_cannot_be_read_is_left_out_and_said(scenes, backbone, text, tmp_path):
    bad = tmp_path/'bad.mp4'
    bad.write_bytes(b'no film')
    more = scene_table([
        *scenes.drop(columns=['video_id', 'scene_id']).to_dict('records'),
        dict(path=str(bad), start=0, end=1, description='the room a'),
    ])
    t = (
        np.concatenate([text, text[:1]])
        if more.path.iloc[-1] == str(bad)
        else np.concatenate([text[:1], text])
    )
    run = ft.finetune(more, backbone, SHORT, text=t, store=Store(tmp_path/'store'), progress=False)
    assert len(run.scenes) == 30 and 'bad.mp4' in run.skipped[0]['path']


def test_too_little_room_is_said_before_anything_is_written(
    scenes, backbone, tmp_path, monkeypatch
):
    import shutil
    monkeypatch.setattr(shutil, 'disk_usage', lambda _: shutil._ntuple_diskusage(1, 1, 2**30))
    with pytest.raises(OSError, match='cached=False'):
        TrunkCache(backbone, 1, tmp_path/'store').build(scenes, progress=False)
    assert not (tmp_path/'store').exists()


# ---- what is learned
def test_held_out_films_are_never_trained_on(scenes, backbone, text, tmp_path):
    run = ft.finetune(
        scenes,
        backbone,
        replace(SHORT, calibration='quantile'),
        text=text,
        store=Store(tmp_path),
        progress=False,
    )
    films = run.scenes.video_id.groupby(run.split).unique()
    assert not set(films.train) & set(films.test) and not set(films.train) & set(films.val)
    again = ft.finetune(
        scenes,
        backbone,
        replace(SHORT, calibration='quantile'),
        store=Store(tmp_path),
        progress=False,
        split=run.split.tolist(),
        text=np.where(
            (run.split == 'test')[:, None], np.random.default_rng(1).random(text.shape), text
        ),
    )
    # what is said of the held-out films is not looked at
    pd.testing.assert_frame_equal(run.history, again.history)


def test_a_step_is_adamw_on_the_loss_as_one_would_write_it(text):
    x = np.random.default_rng(0).normal(size=(30, 12)).astype(np.float32)
    table = scene_table([dict(video_id=f'{i//6}', start=i % 6, end=i % 6 + 1) for i in range(30)])
    config = FinetuneConfig(k=0, steps=5, batch=6, hidden=16, out=6, margin=.1, validate=0)
    source, given = Vectors(table, x), Supervision(text)
    learner = le.Learner([config], source.top(), 12)
    tr.train([learner], source, given, np.arange(30), progress=False)
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(12, 16), torch.nn.ReLU(), torch.nn.Linear(16, 6))
    opt = torch.optim.AdamW(net.parameters(), 5e-4, weight_decay=1e-4)
    plan = tr.batch_plan(np.arange(30), 6, 0)
    losses = []
    for step in range(5):
        rows = plan(step)
        v = torch.nn.functional.normalize(net(torch.from_numpy(x[rows])), dim=1)
        s, off = given.s(rows), ~torch.eye(6, dtype=torch.bool)
        sim = v @ v.T
        loss = (s*(1 - sim))[off].mean() + ((1 - s)*(sim - .1).clamp(0))[off].mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(float(loss.detach()))
    np.testing.assert_allclose([o['loss'] for o in learner.rows[0]], losses, atol=1e-6)
    np.testing.assert_allclose(learner.final[0]['heads.w.0'], net[0].weight.detach(), atol=1e-6)


@pytest.mark.parametrize('name', ['baseline', 'teacher'])
def test_the_seeds_heads_learn_labels(scenes, backbone, tmp_path, name):
    config = replace(SETTINGS[name], steps=150, batch=12, lr_head=1e-2)
    run = ft.finetune(scenes, backbone, config, store=Store(tmp_path), progress=False)
    assert (
        run.labels == ['a', 'b', 'c']
        and config.k == 0
        and run.history.loss.iloc[-1] < run.history.loss.iloc[0] / 2
    )


def test_soft_labels_and_unknown_ones(scenes, backbone, tmp_path):
    p = pd.DataFrame(
        np.eye(3)[['abc'.index(o) for o in scenes.place]] * 0.8 + 0.2 / 3, columns=list('abc')
    )
    p.iloc[::4] = np.nan
    hard = [o if i % 4 else '' for i, o in enumerate(scenes.place)]
    config = FinetuneConfig(task='labels', k=0, steps=20, batch=10, validate=0)
    runs = [
        ft.finetune(scenes, backbone, config, labels=o, store=Store(tmp_path), progress=False)
        for o in (p, hard)
    ]
    assert all(r.labels == ['a', 'b', 'c'] for r in runs)
    # a soft target keeps its entropy
    assert (runs[0].history.loss > runs[1].history.loss).iloc[-1]
    assert runs[0].history.accuracy.iloc[0] == runs[1].history.accuracy.iloc[0]


def test_a_scene_label_is_shared_by_its_frames(scenes, backbone, tmp_path):
    frames = scenes.assign(scene=[f'{v}-{i//3}' for i, v in enumerate(scenes.video_id)])
    config = FinetuneConfig(task='labels', k=0, steps=2, batch=4, level='scene')
    lesson = prepare(frames, config, labels=list('aabbbc')*5)
    assert lesson.supervision.y.tolist() == [0, 0, 0, 1, 1, 1]*5


# ---- stopped, killed, continued
CHILD = '''
import sys, numpy as np, os
from dataclasses import replace
from scene_explore.training import finetune as ft
from scene_explore.encoders.embed import get_backbone
from scene_explore.core.scenes import read_scenes
from scene_explore.core.store import Store
from scene_explore.training.runs import FinetuneConfig
folder, checkpoint, kill = sys.argv[1:4]
scenes = read_scenes(f'{folder}/scenes.csv')
text = np.eye(4)[['abc'.index(p) for p in scenes.place]] + .3
config = FinetuneConfig(k=1, steps=40, batch=6, validate=10, hidden=16, out=6)
def watch(learners):
    if kill != 'no' and learners[0].step == int(kill): os.kill(os.getpid(), 9)
configs = [config, replace(config, task='labels')] if len(sys.argv) > 4 else [config]
from scene_explore.training.trainer import processes
# they are a team, not each alone
assert processes().size == int(os.environ.get('WORLD_SIZE', 1))
ft.finetune_all(
    scenes,
    get_backbone(checkpoint, dtype='float32', max_clips=1),
    configs,
    store=Store(f'{folder}/store'),
    folder=f'{folder}/runs',
    text=text,
    progress=False,
    watch=watch,
    save_seconds=0,
)
'''


def child(folder, checkpoint, scenes, kill):
    "That program as a process of its own over a folder, killed at a step or not"
    from scene_explore.core.scenes import write_scenes
    write_scenes(scenes, folder/'scenes.csv')
    return subprocess.run(
        [sys.executable, '-c', CHILD, str(folder), str(checkpoint), str(kill)],
        capture_output=True,
        text=True,
        env=os.environ | dict(OMP_NUM_THREADS='1'),
    )


@pytest.fixture(scope='module')
def unbroken(scenes, checkpoint, tmp_path_factory):
    "The run of a process that nobody killed"
    folder = tmp_path_factory.mktemp('whole')
    done = child(folder, checkpoint, scenes, 'no')
    assert done.returncode == 0, done.stderr
    whole, = load_runs(folder/'runs')
    return whole


@pytest.mark.parametrize('at', [3, 25])
def test_killed_and_continued_the_run_is_the_unbroken_one(
    scenes, checkpoint, unbroken, tmp_path, at
):
    assert child(
        tmp_path, checkpoint, scenes, at
    ).returncode == -signal.SIGKILL and not load_runs(tmp_path / 'runs')
    done = child(tmp_path, checkpoint, scenes, 'no')
    assert done.returncode == 0, done.stderr
    broken, = load_runs(tmp_path/'runs')
    pd.testing.assert_frame_equal(broken.history, unbroken.history)
    assert all(torch.equal(broken.weights[k], w) for k, w in unbroken.weights.items())
    np.testing.assert_array_equal(broken.after, unbroken.after)
    assert not list((tmp_path/'runs').glob('state-*'))


def test_cancelled_it_keeps_the_best_and_goes_on_later(scenes, backbone, text, tmp_path):
    steps = iter(range(100))
    options = dict(text=text, store=Store(tmp_path), folder=tmp_path/'runs', progress=False)
    # the cache's loop asks too
    halted = ft.finetune(scenes, backbone, SHORT, cancel=lambda: next(steps) >= 8, **options)
    whole = ft.finetune(scenes, backbone, SHORT, text=text, store=Store(tmp_path), progress=False)
    assert halted.status == 'cancelled' and 0 < len(halted.history) < 8
    resumed = ft.finetune(scenes, backbone, SHORT, **options)
    pd.testing.assert_frame_equal(resumed.history, whole.history)


def test_a_loss_that_is_not_a_number_ends_the_run_with_its_last_good_state(
    scenes, backbone, text, tmp_path
):
    runs = ft.finetune_all(
        scenes,
        backbone,
        [SHORT, replace(SHORT, lr_blocks=1e30, lr_head=1e30)],
        text=text,
        store=Store(tmp_path),
        progress=False,
    )
    assert [r.status for r in runs] == ['done', 'nan'] and len(runs[1].history) < 8
    # a space that can be looked at
    assert np.isfinite(runs[1].after).all()
    table = ablation.compare(runs, text, 0.).table
    assert table[ablation.METRICS['P@1']].notna().all()


def test_two_processes_are_one(scenes, checkpoint, tmp_path):
    from scene_explore.core.scenes import write_scenes
    for folder, command in (
        ('one', []),
        ('two', ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', '2']),
    ):
        (tmp_path/folder).mkdir()
        write_scenes(scenes, tmp_path/folder/'scenes.csv')
        (tmp_path/'child.py').write_text(CHILD)
        done = subprocess.run(
            [
                sys.executable,
                *command,
                str(tmp_path / 'child.py'),
                str(tmp_path / folder),
                str(checkpoint),
                'no',
                'labels',
            ],
            capture_output=True,
            text=True,
            env=os.environ | dict(OMP_NUM_THREADS='1'),
        )
        assert done.returncode == 0, done.stderr[-2000:]
    ones, twos = (
        sorted(load_runs(tmp_path / o / 'runs'), key=lambda r: r.config.task)
        for o in ('one', 'two')
    )
    assert len(ones) == len(twos) == 2
    for one, two in zip(ones, twos, strict=True):
        np.testing.assert_allclose(one.history.loss, two.history.loss, atol=1e-5)
        np.testing.assert_allclose(one.after, two.after, atol=1e-3)


LEAVE = """
import atexit, sys
from pathlib import Path
from scene_explore.training.trainer import processes

def threads():
    return [o.read_text() for o in Path('/proc/self/task').glob('*/comm')]

def told(): # called last: those registered later are called before it
    (Path(sys.argv[1])/f'{rank}.txt').write_text(f'{before} {sum("gloo" in o for o in threads())}')

atexit.register(told)
for _ in range(2): group = processes()
rank = group.rank
import torch.distributed.nn.functional # an optimiser imports it: it holds a group that is there
before = any('gloo' in o for o in threads())
assert group.broadcast(rank == 0)
"""


def test_processes_leave_their_group_before_the_interpreter_ends(tmp_path):
    (tmp_path/'child.py').write_text(LEAVE)
    team = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', '2']
    done = subprocess.run(
        [sys.executable, *team, str(tmp_path/'child.py'), str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | dict(OMP_NUM_THREADS='1'),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert [(tmp_path/f'{rank}.txt').read_text() for rank in (0, 1)] == ['True 0', 'True 0']


# ---- grids
def test_runs_of_a_grid_are_the_runs_alone(scenes, backbone, text, tmp_path):
    options = dict(text=text, store=Store(tmp_path), progress=False)
    found = ablation.ablate(
        SHORT, scenes, backbone, weighting=['linear', 'squared'], k=[0, 1], seed=[0, 1], **options
    )
    assert len(found.table) == len(found.runs) == 8 and len(found.settings) == 4
    for run in (found.runs[3], found.runs[4]):
        alone = ft.finetune(scenes, backbone, run.config, **options)
        np.testing.assert_allclose(alone.history.loss, run.history.loss, atol=1e-5)
        np.testing.assert_allclose(alone.after, run.after, atol=1e-4)


def test_linear_and_squared_pull_the_same_pairs_of_the_same_batches(
    scenes, backbone, text, tmp_path
):
    found = ablation.ablate(
        SHORT,
        scenes,
        backbone,
        weighting=['linear', 'squared'],
        text=text,
        store=Store(tmp_path),
        progress=False,
    )
    a, b = (r.history.pulled for r in found.runs)
    pd.testing.assert_series_equal(a, b)


def test_the_first_run_does_not_differ_from_itself_and_frozen_gains_nothing(
    scenes, backbone, text, tmp_path
):
    found = ablation.ablate(
        SHORT,
        scenes,
        backbone,
        weighting=['linear', 'squared'],
        text=text,
        store=Store(tmp_path),
        progress=False,
        exclude=0.0,
    )
    for m in ablation.METRICS.values():
        assert found.table[f'{m}_diff'][0] == 0 and found.frozen[f'{m}_gain'] == 0
        assert found.table[f'{m}_gain'][1] == pytest.approx(found.table[m][1] - found.frozen[m])
    assert found.table[f'{m}_low'].isna().all() and set(found.table.interval_of) == {
        'none: 2 films'
    }


def test_what_held_out_films_say_changes_no_training(scenes, backbone, tmp_path):
    "TF-IDF is fitted on the words of the training films"
    split = split_films(scenes.video_id)
    options = dict(split=split, progress=False)
    other = scenes.assign(
        description=[
            t if p == 'train' else 'corridor balcony harbour'
            for t, p in zip(scenes.description, split, strict=True)
        ]
    )
    a, b = (
        ft.finetune(o, backbone, SHORT, store=Store(tmp_path / str(i)), **options)
        for i, o in enumerate((scenes, other))
    )
    np.testing.assert_array_equal(a.after, b.after)
    c, d = (
        ablation.ablate(SHORT, o, backbone, store=Store(tmp_path / str(i)), **options).runs[0].after
        for i, o in enumerate((scenes, other))
    )
    np.testing.assert_array_equal(a.after, c)
    np.testing.assert_array_equal(c, d)


def test_a_finished_run_is_read_and_another_text_is_another_run(scenes, backbone, text, tmp_path):
    options = dict(store=Store(tmp_path/'store'), folder=tmp_path/'runs', progress=False)
    first = ft.finetune(scenes, backbone, SHORT, text=text, **options)
    def never(_): raise AssertionError('it was trained again')
    again = ft.finetune(scenes, backbone, SHORT, text=text, watch=never, **options)
    pd.testing.assert_frame_equal(first.history, again.history)
    other = ft.finetune(scenes, backbone, SHORT, text=np.roll(text, 1, 0)*text + text, **options)
    assert len(load_runs(tmp_path/'runs')) == 2 and not first.history.equals(other.history)


def test_a_run_says_what_it_was_told(scenes, backbone, text, tmp_path):
    run = ft.finetune(
        scenes,
        backbone,
        replace(SHORT, terms=dict(variance=0.5), options={}),
        text=text,
        store=Store(tmp_path),
        progress=False,
    )
    back = Run.load(run.save(tmp_path/'run'))
    assert back.config == run.config and json.loads((tmp_path / 'run/config.json').read_text())[
        'config'
    ]['terms'] == {'variance': 0.5}
    assert set(run.history) >= {
        'step',
        'loss',
        'ratio',
        'pulled',
        'rankme',
        'rankme_centred',
        'mean_cosine',
        'spearman',
        'val_loss',
    }
    assert sorted(p.name for p in (tmp_path / 'run').iterdir()) == [
        'config.json',
        'embeddings.parquet',
        'history.parquet',
        'scenes.csv',
        'weights.safetensors',
    ]


def drawn(y): return piecewise([(0, 0), (1, y)])


def test_two_curves_of_one_name_are_two_runs_and_each_is_found_again(
    scenes, backbone, text, tmp_path
):
    def asked():
        return ablation.ablate(
            SHORT,
            scenes,
            backbone,
            Store(tmp_path / 'store'),
            text,
            weighting=[drawn(1), drawn(0.2), threshold(0.4)],
            folder=tmp_path / 'runs',
            progress=False,
        )
    first, again = asked(), asked()
    assert len(first.settings) == 3 and not first.runs[0].history.loss.equals(
        first.runs[1].history.loss
    )
    for a, b in zip(first.runs, again.runs, strict=True):
        pd.testing.assert_frame_equal(a.history, b.history)
    pd.testing.assert_frame_equal(first.table, again.table)


def test_a_run_does_not_depend_on_its_company(scenes, backbone, text, tmp_path):
    labels = [o if i % 3 else '' for i, o in enumerate(scenes.place)]
    learn = replace(SHORT, task='labels', k=0)
    options = dict(text=text, labels=labels, store=Store(tmp_path), progress=False)
    alone = [ft.finetune(scenes, backbone, c, **options) for c in (SHORT, learn)]
    for one, other in zip(
        alone, ft.finetune_all(scenes, backbone, [SHORT, learn], **options), strict=True
    ):
        pd.testing.assert_frame_equal(one.history, other.history)
    frames = scenes.assign(scene=scenes.video_id)
    levels = [replace(learn, level=o) for o in ('frame', 'scene')]
    a, b = ft.finetune_all(
        frames,
        backbone,
        levels,
        text=text,
        store=Store(tmp_path),
        labels=list('aaaabbbbbbaa' * 2 + 'aaaabb'),
        progress=False,
    )
    assert not a.history.loss.equals(b.history.loss)


def test_rows_in_no_order_come_back_in_the_same_one(scenes, backbone, text, tmp_path):
    order = np.random.default_rng(0).permutation(len(scenes))
    run = ft.finetune(
        scenes.iloc[order], backbone, SHORT, text=text[order], store=Store(tmp_path), progress=False
    )
    back = Run.load(run.save(tmp_path/'run'))
    assert list(back.scenes.scene_id) == list(run.scenes.scene_id) == list(
        scenes.scene_id.iloc[order]
    ) and list(back.split) == list(run.split)


def test_seeds_are_compared_with_the_same_seed_of_the_baseline(scenes, backbone, text, tmp_path):
    found = ablation.ablate(
        SHORT,
        scenes,
        backbone,
        weighting=['linear', 'squared'],
        seed=[0, 1],
        text=text,
        store=Store(tmp_path),
        progress=False,
        exclude=0.0,
    )
    m = ablation.METRICS['P@1']
    assert (found.table[f'{m}_diff'].iloc[:2] == 0).all() and found.settings[f'{m}_diff'].iloc[
        0
    ] == 0
    assert found.table[f'{m}_diff'].iloc[3] == pytest.approx(
        found.table[m].iloc[3] - found.table[m].iloc[1]
    )


def test_held_out_films_of_which_nothing_is_said_still_judge(scenes, backbone, text, tmp_path):
    split = split_films(scenes.video_id)
    silent = np.where((split == 'test')[:, None], 0, text)
    found = ablation.ablate(
        SHORT,
        scenes,
        backbone,
        calibration=['quantile'],
        text=silent,
        split=split,
        store=Store(tmp_path),
        progress=False,
        exclude=0.0,
    )
    assert (
        found.table[ablation.METRICS['P@1']].notna().all()
        and found.table.spearman.isna().all()
        and found.table.mean_cosine.notna().all()
    )


def test_several_clips_a_scene_are_averaged(scenes, checkpoint, text, tmp_path):
    backbone = get_backbone(checkpoint, dtype='float32', span=.4, max_clips=2)
    config = replace(SHORT, precision='float32')
    cached, whole = (
        ft.finetune(scenes, backbone, config, text=text, progress=False, **o)
        for o in (dict(store=Store(tmp_path)), dict(cached=False))
    )
    np.testing.assert_allclose(cached.history.loss, whole.history.loss, atol=1e-5)
    np.testing.assert_allclose(
        cached.before, ft.embed(scenes, backbone, progress=False).x, atol=1e-4
    )


@pytest.mark.parametrize(
    'asked, says',
    [
        (dict(text=np.ones((3, 2))), 'text has 3 rows'),
        (dict(labels=['a'] * 4), 'labels has 4 rows'),
        (dict(split=['train'] * 2), 'split has 2 rows'),
    ],
)
def test_what_does_not_lie_row_by_row_is_said(scenes, backbone, tmp_path, asked, says):
    with pytest.raises(ValueError, match=says):
        ft.finetune(scenes, backbone, SHORT, store=Store(tmp_path), progress=False, **asked)
    assert not (tmp_path/'activations').exists()


def test_stopped_while_the_cache_is_filled_it_says_so(scenes, backbone, text, tmp_path):
    with pytest.raises(InterruptedError, match='goes on'):
        ft.finetune(
            scenes,
            backbone,
            SHORT,
            text=text,
            store=Store(tmp_path),
            progress=False,
            cancel=lambda: True,
        )


# ---- the command
def test_the_command_writes_a_row_a_run_and_a_page(tmp_path, checkpoint, capsys):
    from scene_explore.pipelines.cli import main
    films = Path(__file__).parents[1]/'data/sample/films'
    asked = [
        'ablate',
        *map(str, sorted(films.glob('*.mp4'))[:2]),
        '--backbone',
        str(checkpoint),
        '--weighting',
        'linear,squared',
        '--k',
        '1',
        '--steps',
        '4',
        '--batch',
        '6',
        '--detector',
        'content',
        '--out',
        str(tmp_path),
    ]
    assert main(asked) == 0
    table, page = pd.read_csv(tmp_path/'ablation.csv'), (tmp_path/'ablation.html').read_text()
    assert (
        table.weighting.tolist() == ['linear', 'squared']
        and (table.steps_done == 4).all()
        and 'src="http' not in page
    )
    assert 'Open' in capsys.readouterr().out
    assert (
        main([*asked[:-1], str(tmp_path / 'other'), '--weighting', 'cubic']) == 2
        and 'cubic' in capsys.readouterr().err
    )


BUILDER = '''
import sys, os
from scene_explore.encoders.embed import get_backbone
from scene_explore.core.scenes import read_scenes
from scene_explore.training.trunk_cache import TrunkCache
from scene_explore.training.losses import piecewise, threshold
folder, checkpoint = sys.argv[1:3]
def progress(done, total):
    if done >= 20: os.kill(os.getpid(), 9)
TrunkCache(get_backbone(checkpoint, dtype='float32', max_clips=1), 1, f'{folder}/store').build(
    read_scenes(f'{folder}/scenes.csv'), batch_size=4, progress=progress
)
'''


def test_a_cache_whose_building_was_killed_goes_on_from_whole_films(
    scenes, checkpoint, backbone, tmp_path
):
    from scene_explore.core.scenes import write_scenes
    write_scenes(scenes, tmp_path/'scenes.csv')
    done = subprocess.run(
        [sys.executable, '-c', BUILDER, str(tmp_path), str(checkpoint)],
        capture_output=True,
        env=os.environ | dict(OMP_NUM_THREADS='1'),
    )
    assert done.returncode == -signal.SIGKILL
    cache, fresh = (
        TrunkCache(backbone, 1, tmp_path / o).build(scenes, progress=False)
        for o in ('store', 'fresh')
    )
    assert (
        0 < cache.n_cached < 30
        and cache.n_cached + cache.n_computed == 30
        and fresh.n_computed == 30
    )
    assert torch.allclose(cache(range(30))[0], fresh(range(30))[0], atol=1e-2)
