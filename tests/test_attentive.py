"Tokens of encoders, and readers that choose among them"
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import torch

from scene_explore import geometry

from scene_explore.geometry import probes
from scene_explore.encoders.embed import get_backbone, scene_tokens
from scene_explore.encoders.backbone import normalise_vectors
from scene_explore.encoders.video import clip, pool_tokens
from scene_explore.core.scenes import scene_table
from test_backbones import make_checkpoint, random_clips


# -- tokens
# --------------------------------------------------------------------------------------------------
@pytest.fixture(scope='module')
def clip_checkpoint(tmp_path_factory):
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection
    folder = tmp_path_factory.mktemp('clip')
    torch.manual_seed(0)
    sizes = dict(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
        projection_dim=24,
    )
    CLIPVisionModelWithProjection(CLIPVisionConfig(**sizes)).save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    'options',
    [{}, dict(layer=0), dict(layer=1), dict(layer=-1), dict(tokens=0.5), dict(normalisation='l2')],
    ids=str,
)
def test_the_mean_of_a_videomaes_tokens_is_its_vector(tmp_path, options):
    make_checkpoint(tmp_path)
    b, clips = get_backbone(tmp_path, **options), random_clips()
    tokens = b.encode_tokens(clips)
    assert tokens.dtype == np.float32 and tokens.shape[1] == round(b.tokens*np.prod(b.grid))
    mean = normalise_vectors(tokens.mean(1), b.normalisation)
    np.testing.assert_allclose(mean, b.encode(clips), atol=1e-5)


def test_a_norm_of_the_mean_comes_after_the_tokens(tmp_path):
    make_checkpoint(
        tmp_path, cls='VideoMAEForVideoClassification', use_mean_pooling=True, num_labels=3
    )
    b, clips = get_backbone(tmp_path), random_clips()
    mean = torch.from_numpy(b.encode_tokens(clips).mean(1))
    with torch.inference_mode():
        np.testing.assert_allclose(b.model.fc_norm(mean), b.encode(clips), atol=1e-4)


@pytest.mark.parametrize(
    ('layer', 'shape'), [(None, (4, 24)), (0, (4 * 16, 32)), (2, (4 * 16, 32))], ids=str
)
def test_the_mean_of_a_clips_tokens_is_its_vector(clip_checkpoint, layer, shape):
    b = clip(clip_checkpoint, frames=4, layer=layer)
    clips = np.random.default_rng(0).integers(0, 256, (2, 4, 32, 32, 3), dtype=np.uint8)
    tokens = b.encode_tokens(clips)
    assert tokens.shape[1:] == shape
    mean = normalise_vectors(tokens.mean(1), b.normalisation)
    np.testing.assert_allclose(mean, b.encode(clips), atol=1e-5)


@pytest.mark.parametrize('p', [1, 2, 4])
def test_pooled_tokens_are_the_means_of_their_squares(p):
    grid, x = (3, 4, 8), torch.randn(2, 96, 5, generator=torch.Generator().manual_seed(0))
    found = pool_tokens(x, grid, p).unflatten(1, (3, 4//p, 8//p))
    square = x.unflatten(1, grid)
    for t, i, j in product(range(3), range(4//p), range(8//p)):
        torch.testing.assert_close(
            found[:, t, i, j], square[:, t, i * p : (i + 1) * p, j * p : (j + 1) * p].mean((1, 2))
        )


@pytest.mark.parametrize(
    ('options', 'pooled', 'message'),
    [
        ({}, 3, 'cannot be pooled 3 by 3'),
        ({}, 0, 'cannot be pooled 0 by 0'),
        (dict(tokens=0.5), 2, 'leave out tokens='),
    ],
    ids=str,
)
def test_tokens_that_cannot_be_pooled_are_refused(tmp_path, options, pooled, message):
    make_checkpoint(tmp_path)
    with pytest.raises(ValueError, match=message):
        get_backbone(tmp_path, **options).encode_tokens(random_clips(), pooled)


@pytest.mark.parametrize('name', ['pixels', 'histogram'])
def test_an_encoder_without_tokens_says_so(name):
    with pytest.raises(ValueError, match=f'{name!r} has no tokens'):
        get_backbone(name).encode_tokens(random_clips())


def test_tokens_of_scenes_lie_row_by_row(tmp_path, make_film):
    make_checkpoint(tmp_path)
    film = make_film(tmp_path/'film.mp4', n=48)
    scenes = scene_table([dict(path=str(film), start=a, end=a + .5) for a in (1, 0, .5)])
    b = get_backbone(tmp_path, dtype='float32', max_clips=1)
    whole = scene_tokens(scenes, b, 'cpu', batch_size=2)
    assert whole.dtype == np.float16 and len(whole) == 3
    one = [scene_tokens(scenes[i:i + 1], b, 'cpu') for i in range(3)]
    np.testing.assert_allclose(whole, np.concatenate(one), atol=2e-3)
    with pytest.raises(ValueError, match='max_clips=2'):
        scene_tokens(scenes, replace(b, sampling=replace(b.sampling, max_clips=2)), 'cpu')


# -- attention
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(('heads', 'width'), [(1, 8), (3, 12), (4, 32)])
def test_attention_is_that_of_pytorch(heads, width):
    torch.manual_seed(heads)
    theirs = torch.nn.MultiheadAttention(width, heads, batch_first=True)
    torch.nn.init.normal_(theirs.in_proj_bias)
    query, x = torch.randn(1, 1, width), torch.randn(6, 11, width)
    mean, std = torch.randn(1, width), torch.rand(1, width) + .5
    q, k, v = (o.unflatten(0, (heads, -1)) for o in theirs.in_proj_weight.chunk(3))
    bq, _, bv = theirs.in_proj_bias.chunk(3)
    each = torch.einsum('hkd,d->hk', q, query[0, 0]) + bq.unflatten(0, (heads, -1))
    merged = torch.einsum('hkd,hk->hd', k, each)/(width/heads)**.5
    z = (x - mean)/std
    expected = theirs(query.expand(6, -1, -1), z, z)[0][:, 0]
    ours = probes._attended(x, merged[None], v.mT[None], theirs.out_proj.weight.T[None], mean, std)[
        0
    ]
    torch.testing.assert_close(
        ours + theirs.out_proj.weight @ bv + theirs.out_proj.bias, expected, atol=1e-5, rtol=1e-4
    )


def test_tokens_are_standardised_by_training_rows_alone():
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (150, 5, 4)).astype(np.float16)
    train = torch.from_numpy(rng.random((2, 150)) < .6).float()
    mean, std = probes._token_moments(x, train)
    for m, s, t in zip(mean, std, train, strict=True):
        rows = x[t.bool().numpy()].astype(float).reshape(-1, 4)
        np.testing.assert_allclose(m, rows.mean(0), rtol=1e-4)
        np.testing.assert_allclose(s, rows.std(0), rtol=1e-4)


def marked(n=160, T=9, D=16, seed=0):
    "One token, anywhere, holds the class; the mean says nothing of it"
    rng = np.random.default_rng(seed)
    y, c = np.arange(n) % 4, np.arange(n)//4 % 4
    x = .3*rng.normal(size=(n, T, D))
    x -= x.mean(1, keepdims=True)
    here = np.argsort(rng.random((n, T)), axis=1)[:, :2]
    x[np.arange(n), here[:, 0]] += 3*np.eye(D)[y] + 3*np.eye(D)[8]
    x[np.arange(n), here[:, 1]] -= 3*np.eye(D)[y]
    return x, y, c


def test_one_token_that_holds_the_class_is_found_and_the_mean_is_not():
    x, y, c = marked()
    rooms = np.arange(len(x))//16
    found = geometry.attentive_probe(x, y, c, rooms)
    uniform = geometry.attentive_probe(x.mean(1, keepdims=True), y, c, rooms)
    linear = geometry.cross_condition_probe(x.mean(1), y, c, rooms)
    assert found.value > .95 and max(uniform.value, linear.value) < .4
    gain = geometry.cross_condition_gain(found, linear, c, rooms)
    assert gain.low > .4
    swapped = np.take_along_axis(
        x, np.argsort(np.random.default_rng(5).random(x.shape[:2]), axis=1)[..., None], axis=1
    )
    assert geometry.attentive_probe(swapped, y, c).value == pytest.approx(found.value, abs=.01)


def test_labels_that_mean_nothing_are_read_by_chance():
    x, y, c = marked()
    found = geometry.attentive_probe(
        x, np.random.default_rng(3).permutation(y), c, np.arange(len(x)) // 8
    )
    assert found.low < found.chance < found.high


@pytest.fixture(scope='module')
def crossed():
    """Rooms by cameras, and two spaces of five tokens: in one room and camera add up, in the other
    each pair is its own"""
    f = pd.DataFrame(
        list(product(range(6), range(4), range(4))), columns=['place', 'camera', 'take']
    )
    rng = np.random.default_rng(0)
    def level(names): return rng.normal(size=(200, 1, 40))[f.groupby(names).ngroup()]
    noise = .5*rng.normal(size=(len(f), 5, 40))
    return f, level(['place']) + level(['camera']) + noise, level(['place', 'camera']) + noise


def test_what_adds_up_is_read_under_an_unseen_camera_and_what_was_learned_by_heart_is_not(crossed):
    f, adds, mixes = crossed
    assert geometry.attentive_probe(adds, f.place, f.camera, f.place).value > .95
    assert geometry.attentive_probe(mixes, f.place, f.camera, f.place).value < .5


def test_the_same_seeds_give_the_same_numbers_and_leave_those_of_others_alone(crossed):
    f, _, x = crossed
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    a, b = (geometry.attentive_probe(x, f.place, f.camera, steps=30, seeds=2) for _ in range(2))
    assert torch.equal(torch.rand(3), expected)
    np.testing.assert_array_equal(a.right, b.right)
    assert set(np.unique(a.right)) <= {0, .5, 1}


def test_what_is_not_known_is_left_out_and_counted(crossed):
    f, x, _ = crossed
    place = f.place.astype(object)
    place[:5], camera = None, f.camera.astype(object)
    camera[90:] = ''
    found = geometry.attentive_probe(x, place, camera, f.place, steps=20, seeds=1)
    assert found.left_out == 11 == np.isnan(found.right).sum()
    assert len(found.levels) == 4 and found.levels.rows.sum() == 85


@pytest.mark.parametrize(
    ('change', 'options', 'message'),
    [
        (lambda x: x[:, 0], {}, 'clips by tokens by dimensions'),
        (lambda x: x[:0], {}, 'clips by tokens by dimensions'),
        (lambda x: x.astype(str), {}, 'have to be numbers'),
        (
            lambda x: np.where(np.arange(96)[:, None, None] == 7, np.inf, x),
            {},
            'in 1 of 96 rows \\(the first is row 7\\)',
        ),
        (lambda x: x, dict(heads=3), '3 heads do not divide the 40 dimensions'),
        (lambda x: x[1:], {}, 'target has 96 entries for 95'),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(crossed, change, options, message):
    f, x, _ = crossed
    with pytest.raises(ValueError, match=message):
        geometry.attentive_probe(change(x), f.place, f.camera, **options)


# -- two readers
# --------------------------------------------------------------------------------------------------
def test_a_gain_is_that_of_the_accuracies_and_its_interval_that_of_the_differences(crossed):
    f, _, x = crossed
    a, b = (geometry.cross_condition_probe(x[:, i], f.place, f.camera, f.place) for i in (0, 1))
    gain = geometry.cross_condition_gain(a, b, f.camera, f.place)
    assert gain.value == pytest.approx(a.value - b.value)
    keep = [f.place != r for r in range(6)]
    left = np.array(
        [np.mean([(a.right - b.right)[k & (f.camera == c)].mean() for c in range(4)]) for k in keep]
    )
    half = 2.5705818*np.sqrt(5/6*np.square(left - left.mean()).sum())
    np.testing.assert_allclose(
        [gain.low, gain.high], [gain.value - half, gain.value + half], atol=1e-6
    )
    with pytest.raises(ValueError, match='not tested on the same rows'):
        geometry.cross_condition_gain(
            a,
            geometry.cross_condition_probe(x[:, 0], f.place.where(f.index > 4), f.camera),
            f.camera,
        )
