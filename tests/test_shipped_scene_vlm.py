"""The small Scene-VLM that comes with the library, on films of rooms that it was not trained on"""
import json
from pathlib import Path

import numpy as np
import pytest

from scene_explore.core.shipped import shipped
from scene_explore.labels.vlm import QwenReader
from scene_explore.segmentation.scene_vlm import (
    SceneVLM,
    ablation_scores,
    ablation_table,
    explain,
    named_factor,
)
from scene_explore.segmentation.scene_vlm.world_films import sign_films

ROOT = Path(__file__).parents[1]
SIGNS = 'place', 'hour', 'cast', 'topic'


@pytest.fixture(scope='module')
def films(tmp_path_factory):
    return sign_films(4, 'test', tmp_path_factory.mktemp('takes'), rooms=12, workers=2)


@pytest.fixture(scope='module')
def vlm():
    return SceneVLM(shipped('scene_vlm'), batch=8, device='cpu', dtype='float32').open()


def test_each_sign_is_lost_with_the_input_that_it_stands_in(films, vlm):
    paper, films = films
    rows = ['all', 'no pictures', 'no subtitles', 'no names']
    found = ablation_table(ablation_scores(vlm, films, rows), films, [o.signs for o in paper])
    found = found.set_index('row')
    assert found.AP['all'] > 4*found.AP['never']   # which has the prior
    needs = dict(place='no pictures', hour='no pictures', cast='no names', topic='no subtitles')
    for sign, without in needs.items():
        assert found.loc[without, f'AP {sign}'] < .5*found.loc['all', f'AP {sign}']
    for sign, without in (('hour', 'no names'), ('topic', 'no names'), ('topic', 'no pictures')):
        assert found.loc[without, f'AP {sign}'] > .8*found.loc['all', f'AP {sign}']


def test_reasons_name_what_changed(films, vlm):
    named = []
    for script, film in zip(*films, strict=True):
        table = explain(vlm, film.views, np.flatnonzero(film.labels))
        named += [named_factor(reason, SIGNS) == script.signs[cut]
                  for cut, reason in zip(table.cut, table.reason, strict=True)]
    assert np.mean(named) > .6   # a quarter by chance


def test_what_was_measured_is_of_the_model_that_is_shipped():
    found = json.loads((ROOT/'benchmarks/results/scene_vlm_world.json').read_text())
    assert QwenReader(str(shipped('scene_vlm')), device='cpu', dtype='float32').digest == \
        found['digest']
    card = (shipped('scene_vlm')/'README.md').read_text()
    for row in found['rows']: assert f'| {row["row"]} | {row["AP"]:.2f} |' in card
