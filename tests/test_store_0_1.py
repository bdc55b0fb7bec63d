"""What version 0.1 left on disk is read: embeddings are not computed again, labels, sessions and
runs are there. `tests/data/store_0_1` was written by 0.1: two rendered films of eight seconds,
their embeddings by three encoders, the shots that were found, one label, one session and one
run."""
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scene_explore.core.scenes import read_scenes
from scene_explore.core.shipped import shipped
from scene_explore.core.store import Store
from scene_explore.encoders.embed import embed, get_backbone
from scene_explore.pipelines.explore import explore
from scene_explore.training.runs import load_runs

OLD = Path(__file__).parent/'data/store_0_1'


@pytest.fixture
def old(tmp_path, monkeypatch):
    "A copy in another folder than the one it was written in"
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'cache'))
    return Path(shutil.copytree(OLD, tmp_path/'old'))


@pytest.mark.parametrize(
    'name, fingerprint',
    [
        ('pixels', 'pixels-112px-16f-float32-7fd1b450d252'),
        ('histogram', 'histogram-112px-16f-float32-40198a4f0b8f'),
        ('shipped', 'videomae192x8-112px-16f-float32-b7be2ab9ad59'),
    ],
)
def test_no_film_is_embedded_again(old, name, fingerprint):
    result = explore(
        old/'films',
        backbone=str(shipped('backbone')) if name == 'shipped' else name,
        out=old/'out',
        store=old/'store',
        page=False,
        progress=False,
        baselines=(),
    )
    assert (result.summary['n_embedded'], result.summary['n_cached']) == (0, 12)
    assert result.summary['fingerprint'] == fingerprint
    parts = (old/'store/embeddings'/fingerprint).rglob('part-*.parquet')
    kept = pd.concat(pd.read_parquet(o) for o in parts).set_index('scene_id').embedding
    assert np.array_equal(np.stack(kept[result.scenes.scene_id]), result.x)


def test_what_is_computed_now_is_what_was_computed_then(old):
    scenes = read_scenes(old/'scenes.csv', root=old)
    encoder = get_backbone('pixels')
    kept = embed(scenes, encoder, Store(old/'store'), progress=False)
    fresh = embed(scenes, encoder, Store(old/'new'), progress=False)
    assert (kept.n_cached, fresh.n_cached) == (len(scenes), 0)
    np.testing.assert_allclose(fresh.x, kept.x, atol=1e-5)


def test_labels_sessions_and_runs_are_read(old):
    store, scenes = Store(old/'store'), read_scenes(old/'scenes.csv', root=old)
    assert store.labels()[['scene_id', 'place', 'author']].values.tolist() == [
        [scenes.scene_id[0], 'the attic', 'Ada']
    ]
    assert store.load_session('mine')['selection'] == [scenes.scene_id[0]]
    [run] = load_runs(old/'runs')
    assert len(run.history) == 4 and len(run.scenes) == 12
    assert run.backbone == 'pixels-112px-16f-float32-7fd1b450d252'
