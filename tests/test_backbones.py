"""Encoders and `embed`, on small random checkpoints in the hub's own format and films made on the
spot"""
import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from scene_explore.encoders import embed as embedding, video as video_encoders, weights
from scene_explore.encoders.embed import embed, get_backbone, register_backbone
from scene_explore.encoders.backbone import Pixels, fit_clips, normalise_pixels
from scene_explore.core.scenes import scene_table
from scene_explore.core.parts import safe_name
from scene_explore.core.store import Store


def make_film(path, places, seconds=2, fps=12, width=96, height=64):
    "An mp4 of drifting patterns, one a place"
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('libx264', rate=fps, options={'preset': 'ultrafast', 'g': '12'})
        stream.width = width
        stream.height = height
        stream.pix_fmt = 'yuv420p'
        for p in places:
            base = np.kron(
                np.random.default_rng(p).integers(0, 256, (height // 8, width // 8, 3)),
                np.ones((8, 8, 1)),
            ).astype(np.uint8)
            for i in range(seconds*fps):
                out.mux(
                    stream.encode(av.VideoFrame.from_ndarray(np.roll(base, i, 1), format='rgb24'))
                )
        out.mux(stream.encode())
    return str(path)


def make_checkpoint(folder, cls='VideoMAEForPreTraining', **config):
    "A random VideoMAE, its biases far from zero, saved as the hub has them"
    import transformers
    torch.manual_seed(0)
    config = (
        dict(
            image_size=32,
            patch_size=8,
            num_frames=8,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            decoder_hidden_size=16,
            decoder_num_hidden_layers=1,
            decoder_num_attention_heads=2,
            decoder_intermediate_size=32,
            use_mean_pooling=False,
        )
        | config
    )
    model = getattr(transformers, cls)(transformers.VideoMAEConfig(**config)).eval()
    for p in model.parameters(): torch.nn.init.normal_(p, std=0.2)
    model.save_pretrained(folder)
    return model


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp('checkpoint')
    make_checkpoint(folder)
    return folder


@pytest.fixture(scope='module')
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp('films')
    return [
        make_film(folder / f'{i}.mp4', places) for i, places in enumerate([(0, 1, 2, 0), (3, 4, 1)])
    ]


@pytest.fixture
def scenes(films):
    return scene_table([
        dict(path=f, start=2 * i, end=2 * i + 2)
        for f, n in zip(films, (4, 3), strict=True)
        for i in range(n)
    ])


@pytest.fixture
def tiny(checkpoint): return get_backbone(checkpoint, max_clips=2)


def random_clips(n=3, frames=8, size=32):
    return np.random.default_rng(1).integers(0, 256, (n, frames, size, size, 3), dtype=np.uint8)


def vectors(e): return dict(zip(e.scenes.scene_id, e.x, strict=True))


# -- encoders
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    'cls', ['VideoMAEForPreTraining', 'VideoMAEForVideoClassification', 'VideoMAEModel']
)
def test_every_weight_of_a_published_checkpoint_is_used(tmp_path, cls):
    model = make_checkpoint(tmp_path, cls)
    stored = load_file(tmp_path/'model.safetensors')
    assert any(
        k.endswith('attention.q_bias') for k in stored
    ), 'the hub keeps query biases under this name'
    trunk = getattr(model, 'videomae', model)
    clips = random_clips()
    pixels = normalise_pixels(
        fit_clips(torch.from_numpy(clips), 32),
        weights.IMAGENET_MEAN,
        weights.IMAGENET_STD,
    )
    with torch.inference_mode(): tokens = trunk(pixels).last_hidden_state
    assert tokens.shape[1] == (8//2)*(32//8)**2
    x = get_backbone(tmp_path).encode(clips)
    assert x.dtype == np.float32
    np.testing.assert_allclose(x, tokens.mean(1).numpy(), atol=1e-5)
    assert (
        np.abs(x - tokens[:, 0].numpy()).max() > 0.01
    ), 'the first token is a corner, not the clip'


@pytest.mark.parametrize(
    'end', ['attention.q_bias', 'attention.v_bias', 'output.dense.weight', 'projection.bias']
)
def test_a_missing_weight_is_refused(tmp_path, end):
    make_checkpoint(tmp_path)
    file = tmp_path/'model.safetensors'
    tensors = load_file(file)
    gone = next(k for k in tensors if k.startswith('videomae') and k.endswith(end))
    save_file({k: v for k, v in tensors.items() if k != gone}, file, metadata={'format': 'pt'})
    with pytest.raises(ValueError, match=r'1 weights do not fit VideoMAEModel'):
        get_backbone(tmp_path)


def test_a_weight_too_many_is_refused(tmp_path):
    make_checkpoint(tmp_path)
    file = tmp_path/'model.safetensors'
    save_file(
        load_file(file) | {'videomae.encoder.layer.0.attention.attention.k_bias': torch.zeros(32)},
        file,
        metadata={'format': 'pt'},
    )
    with pytest.raises(ValueError, match='k_bias'): get_backbone(tmp_path)


def test_pickled_weights_are_refused(tmp_path):
    model = make_checkpoint(tmp_path)
    (tmp_path/'model.safetensors').unlink()
    torch.save(model.state_dict(), tmp_path/'pytorch_model.bin')
    with pytest.raises(ValueError, match='cannot be loaded'): get_backbone(tmp_path)


def test_damaged_weights_are_refused(tmp_path):
    make_checkpoint(tmp_path)
    file = tmp_path/'model.safetensors'
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ValueError, match='model.safetensors is damaged'): get_backbone(tmp_path)


@pytest.mark.parametrize('shape', [(48, 80), (80, 48), (64, 64), (33, 57)])
def test_pixels_equal_the_processors(shape):
    from transformers.models.videomae.image_processing_pil_videomae import VideoMAEImageProcessorPil
    h, w = shape
    smooth = (
        128
        + 60 * np.sin(np.linspace(0, 6, h))[:, None, None]
        + 60 * np.cos(np.linspace(0, 8, w))[:, None] * np.array([1, 0.5, -1])
    )
    frames = np.stack([np.roll(smooth, 3*i, 1) for i in range(3)]).astype(np.uint8)
    mean, std = weights.IMAGENET_MEAN, weights.IMAGENET_STD
    processor = VideoMAEImageProcessorPil(
        size=dict(shortest_edge=32),
        crop_size=dict(height=32, width=32),
        image_mean=mean,
        image_std=std,
    )
    theirs = processor(list(frames), return_tensors='pt').pixel_values
    grey = (
        (normalise_pixels(fit_clips(torch.from_numpy(frames)[None], 32), mean, std) - theirs)
        * torch.tensor(std).view(3, 1, 1)
        * 255
    )
    assert grey.abs().max() < 1.5 and grey.abs().mean() < 0.5


def test_colour_statistics_come_from_the_checkpoint(checkpoint, tmp_path):
    shutil.copytree(checkpoint, tmp_path/'half')
    (tmp_path / 'half/preprocessor_config.json').write_text(
        json.dumps(dict(image_mean=[0.5] * 3, image_std=[0.5] * 3))
    )
    imagenet, half = get_backbone(checkpoint), get_backbone(tmp_path/'half')
    assert (imagenet.mean, half.mean) == (weights.IMAGENET_MEAN, (0.5, 0.5, 0.5))
    assert imagenet.fingerprint != half.fingerprint
    assert not np.allclose(imagenet.encode(random_clips()), half.encode(random_clips()))


def test_the_fingerprint_is_of_the_content(checkpoint, tmp_path):
    from transformers import VideoMAEModel
    names = [get_backbone(checkpoint).fingerprint]
    shutil.copytree(checkpoint, tmp_path/'elsewhere')
    names.append(get_backbone(tmp_path/'elsewhere').fingerprint)
    # no decoder, several files
    VideoMAEModel.from_pretrained(checkpoint).save_pretrained(
        tmp_path / 'shards', max_shard_size='20KB'
    )
    assert not (tmp_path/'shards/model.safetensors').exists()
    names.append(get_backbone(tmp_path/'shards').fingerprint)
    assert len(set(names)) == 1 and safe_name(names[0]) == names[0]


def test_every_choice_changes_the_fingerprint(checkpoint):
    choices = [
        {},
        dict(span=1.0),
        dict(max_clips=1),
        dict(dtype='bfloat16'),
        dict(tokens=0.5),
        dict(tokens=0.25),
        dict(quantise='int8'),
        dict(normalisation='l2'),
        dict(tokens=0.5, quantise='int8'),
    ]
    names = [get_backbone(checkpoint, **c).fingerprint for c in choices]
    assert len(set(names)) == len(choices)
    for n in names: safe_name(n)


@pytest.mark.parametrize(
    'approximation', [dict(tokens=0.5), dict(quantise='int8'), dict(dtype='bfloat16')]
)
def test_approximations_stay_close_and_are_not_exact(checkpoint, approximation):
    clips = random_clips()
    x = get_backbone(checkpoint).encode(clips)
    y = get_backbone(checkpoint, **approximation).encode(clips)
    cosine = (x*y).sum(1)/np.linalg.norm(x, axis=1)/np.linalg.norm(y, axis=1)
    assert (cosine > 0.8).all() and np.abs(x - y).max() > 1e-6


@pytest.mark.parametrize('share', [0.125, 0.25, 0.5, 0.75])
def test_a_share_of_the_tokens_is_spread_evenly(share):
    kept = ~video_encoders.spread_tokens(share, 8, 14, 14).reshape(8, 14, 14).numpy()
    assert kept.sum() == round(share*kept.size)
    for axes in ((1, 2), (0, 2), (0, 1)): assert abs(kept.mean(axes) - share).max() < 0.12
    assert (
        kept == ~video_encoders.spread_tokens(share, 8, 14, 14).reshape(8, 14, 14).numpy()
    ).all()


def test_clip_reads_frames(tmp_path):
    from transformers import CLIPConfig, CLIPModel
    torch.manual_seed(0)
    small = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2)
    vision = dict(small, image_size=32, patch_size=8, projection_dim=24)
    text = dict(small, vocab_size=99, projection_dim=24)
    model = CLIPModel(CLIPConfig(vision_config=vision, text_config=text, projection_dim=24)).eval()
    model.save_pretrained(tmp_path)                        # text tower and all, as the hub has it
    b, clips = get_backbone(tmp_path, frames=4), random_clips(frames=4)
    assert b.kind == 'clip' and b.mean == weights.CLIP_MEAN
    pixels = normalise_pixels(fit_clips(torch.from_numpy(clips), 32), b.mean, b.std).flatten(0, 1)
    with torch.inference_mode(): y = model.get_image_features(pixels)
    y = getattr(y, 'pooler_output', y).reshape(3, 4, -1).mean(1)
    np.testing.assert_allclose(
        b.encode(clips), torch.nn.functional.normalize(y, dim=1).numpy(), atol=1e-5
    )


def test_the_histogram_forgets_where_and_pixels_do_not():
    clips = random_clips()
    mirrored = clips[:, :, :, ::-1]
    pixels, histogram = get_backbone('pixels'), get_backbone('histogram')
    np.testing.assert_allclose(histogram.encode(clips), histogram.encode(mirrored), atol=1e-6)
    assert np.abs(pixels.encode(clips) - pixels.encode(mirrored)).max() > 0.05


@pytest.mark.parametrize(
    'bad',
    [
        np.zeros((1, 8, 32, 32, 3)),
        np.zeros((8, 32, 32, 3), np.uint8),
        np.zeros((1, 8, 32, 32, 4), np.uint8),
    ],
)
@pytest.mark.parametrize('name', ['pixels', 'histogram', 'checkpoint'])
def test_what_is_no_clip_is_refused(name, bad, request):
    b = get_backbone(request.getfixturevalue('checkpoint') if name == 'checkpoint' else name)
    with pytest.raises(ValueError, match='clips are uint8'): b.encode(bad)


def test_read_only_and_strided_clips_are_read(tiny):
    clips = random_clips(6)
    x = tiny.encode(clips)
    clips.setflags(write=False)
    np.testing.assert_allclose(tiny.encode(clips[::-2]), x[::-2], atol=1e-5)


# -- by name
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    'name, says',
    [
        ('nothing', 'unknown backbone'),
        ('no/such/folder', 'unknown backbone'),
        ('', 'unknown backbone'),
        ('nobody/has-this-one', 'hub does not give it'),
    ],
)
def test_an_unknown_name_is_one_sentence(name, says, monkeypatch):
    from huggingface_hub import constants
    monkeypatch.setattr(constants, 'HF_HUB_OFFLINE', True)
    with pytest.raises(ValueError, match=says) as e: get_backbone(name)
    assert '\n' not in str(e.value)


@pytest.mark.parametrize('text', ['', '[]', '{}', '{"model_type": "bert"}', 'not json'])
def test_a_folder_that_is_no_checkpoint_is_one_sentence(tmp_path, text):
    (tmp_path/'config.json').write_text(text)
    with pytest.raises(ValueError) as e: get_backbone(tmp_path)
    assert str(tmp_path) in str(e.value) and '\n' not in str(e.value)


def test_offline_the_shipped_backbone_is_the_default(monkeypatch, tmp_path):
    from huggingface_hub import constants
    monkeypatch.setattr(constants, 'HF_HUB_OFFLINE', True)
    monkeypatch.setattr(constants, 'HF_HUB_CACHE', str(tmp_path))
    checkpoint, why = embedding.default_checkpoint()
    assert 'HF_HUB_OFFLINE is set' in why and Path(checkpoint).as_posix().endswith(
        'data/sample/backbone'
    )
    b = get_backbone(checkpoint)
    assert (b.kind, b.size, b.sampling.frames) == ('videomae', 112, 16)
    x = b.encode(random_clips(2, 16, 112))
    assert (
        x.shape == (2, b.model.config.hidden_size)
        and np.isfinite(x).all()
        and np.abs(x[0] - x[1]).max() > 0
    )


def test_the_shipped_backbone_is_small_and_has_its_card():
    folder = embedding.shipped_backbone()
    assert {f.name for f in folder.iterdir()} >= {
        'config.json',
        'preprocessor_config.json',
        'model.safetensors',
        'README.md',
    }
    assert sum(f.stat().st_size for f in folder.iterdir()) < 10e6
    history = json.loads((folder/'pretraining.json').read_text())['history']
    assert history[-1]['held_out'] < history[0]['held_out']


# -- embed
# --------------------------------------------------------------------------------------------------
def test_nothing_is_embedded_twice(scenes, tiny, tmp_path):
    first, second = (embed(scenes, tiny, Store(tmp_path), progress=False) for _ in range(2))
    assert (first.n_embedded, first.n_cached, second.n_embedded, second.n_cached) == (7, 0, 0, 7)
    np.testing.assert_array_equal(first.x, second.x)
    assert list(first.scenes.scene_id) == list(scenes.scene_id) == list(second.scenes.scene_id)
    other = embed(scenes, replace(tiny, normalisation='l2'), Store(tmp_path), progress=False)
    assert (
        other.n_cached == 0 and other.fingerprint != first.fingerprint
    ), 'another space is never mixed in'


def test_a_copy_of_a_film_is_the_same_film(scenes, films, tiny, tmp_path):
    embed(scenes, tiny, Store(tmp_path/'s'), progress=False)
    shutil.copy(films[0], tmp_path/'copy.mp4')
    mine = scenes[scenes.path == films[0]].assign(path=str(tmp_path/'copy.mp4'))
    e = embed(mine, tiny, Store(tmp_path/'s'), progress=False)
    assert (e.n_embedded, e.n_cached) == (0, 4)


@pytest.mark.parametrize('batch_size', [1, 2, 5, 64])
def test_the_batch_does_not_matter(scenes, tiny, batch_size):
    np.testing.assert_allclose(
        embed(scenes, tiny, batch_size=batch_size, progress=False).x,
        embed(scenes, tiny, progress=False).x,
        atol=1e-5,
    )


def test_the_order_does_not_matter(scenes, tiny):
    whole = vectors(embed(scenes, tiny, progress=False))
    mixed = scenes.iloc[[5, 0, 6, 3, 1, 4, 2]]
    e = embed(mixed, tiny, progress=False)
    assert list(e.scenes.scene_id) == list(mixed.scene_id)
    for k, v in vectors(e).items(): np.testing.assert_allclose(v, whole[k], atol=1e-5)


def test_half_a_store_is_filled_in_order(scenes, tiny, tmp_path):
    embed(scenes.iloc[[1, 4, 6]], tiny, Store(tmp_path), progress=False)
    e = embed(scenes, tiny, Store(tmp_path), progress=False)
    assert (e.n_embedded, e.n_cached) == (4, 3)
    np.testing.assert_allclose(e.x, embed(scenes, tiny, progress=False).x, atol=1e-5)


class Narrow(Pixels):
    "Runs out of memory above three clips"
    sizes = []
    def encode(self, clips):
        self.sizes.append(len(clips))
        if len(clips) > 3: raise torch.OutOfMemoryError('out of memory')
        return super().encode(clips)


def test_a_batch_is_halved_when_memory_runs_out(scenes):
    register_backbone('narrow', lambda: Narrow('narrow', size=32))
    try: e = embed(scenes, 'narrow', batch_size=7, progress=False)
    finally: del embedding.BACKBONES['narrow']
    assert Narrow.sizes[:3] == [7, 3, 3] and max(Narrow.sizes[1:]) == 3, 'once halved, it stays'
    np.testing.assert_allclose(
        e.x, embed(scenes, Pixels('narrow', size=32), progress=False).x, atol=1e-6
    )


class Hopeless(Pixels):
    def encode(self, clips): raise torch.OutOfMemoryError('out of memory')


class Wrong(Pixels):
    def encode(self, clips): raise RuntimeError('shapes do not match')


def test_what_does_not_even_fit_alone_is_raised(scenes):
    with pytest.raises(torch.OutOfMemoryError):
        embed(scenes, Hopeless('hopeless', size=32), batch_size=8, progress=False)
    with pytest.raises(RuntimeError, match='shapes'):
        embed(scenes, Wrong('wrong', size=32), progress=False)


class NotFinite(Pixels):
    def encode(self, clips): return np.full((len(clips), 4), np.nan, np.float32)


def test_values_that_are_not_finite_are_left_out_and_said(scenes, tmp_path):
    e = embed(scenes, NotFinite('nan', size=32), Store(tmp_path), progress=False)
    assert (
        len(e) == 0
        and sum(s['scenes'] for s in e.skipped) == 7
        and 'not finite' in e.skipped[0]['reason']
    )


def test_a_bad_film_does_not_stop_the_others(scenes, tiny, tmp_path):
    text, gone = tmp_path/'text.mp4', tmp_path/'gone.mp4'
    text.write_text('not a film')
    gone.write_bytes(b'x')
    bad = [dict(path=str(p), start=i, end=i + 1) for p in (text, gone) for i in range(2)]
    table = scene_table(bad + scenes[['path', 'start', 'end']].to_dict('records'))
    gone.unlink()
    e = embed(table, tiny, Store(tmp_path/'s'), progress=False)
    assert e.n_embedded == 7 and set(e.scenes.path) == set(scenes.path)
    assert {Path(s['path']).name: s['scenes'] for s in e.skipped} == {'text.mp4': 2, 'gone.mp4': 2}
    for s in e.skipped: assert Path(s['path']).name in s['reason'] and '\n' not in s['reason']
    again = embed(table, tiny, Store(tmp_path/'s'), progress=False)
    assert again.n_cached == 7 and len(again.skipped) == 2, 'what was skipped is said each time'


def test_a_truncated_film_gives_the_scenes_that_can_be_read(tiny, tmp_path):
    whole = Path(make_film(tmp_path/'whole.mkv', range(6)))
    cut = tmp_path/'cut.mkv'
    cut.write_bytes(whole.read_bytes()[:int(whole.stat().st_size*0.55)])
    table = scene_table([dict(path=str(cut), start=2*i, end=2*i + 2) for i in range(6)])
    e = embed(table, tiny, progress=False)
    assert 1 <= len(e) < 6 and e.scenes.end.max() < 12
    assert sum(s['scenes'] for s in e.skipped) == 6 - len(e)
    truth = embed(table.assign(path=str(whole)), tiny, progress=False)
    np.testing.assert_allclose(e.x, truth.x[:len(e)], atol=1e-5)


def test_cancel_keeps_what_is_done(scenes, tiny, tmp_path):
    stop, seen = threading.Event(), []
    def report(done, total):
        seen.append((done, total))
        if done >= 2: stop.set()
    part = embed(scenes, tiny, Store(tmp_path), batch_size=2, progress=report, cancel=stop)
    assert part.cancelled and 2 <= part.n_embedded < 7 and seen[-1] == (part.n_embedded, 7)
    rest = embed(scenes, tiny, Store(tmp_path), progress=False)
    assert not rest.cancelled and rest.n_cached == part.n_embedded and len(rest) == 7
    np.testing.assert_allclose(rest.x[:len(part)], part.x, atol=1e-6)


def test_given_clips_are_not_read_again(scenes, tiny):
    read = [c for c in embedding.scene_clips(scenes, tiny)]
    given = {
        scenes.scene_id[row]: np.stack([c for r, *_, c in read if r == row]) for row in scenes.index
    }
    nowhere = scenes.assign(path='/nowhere.mp4')
    np.testing.assert_allclose(
        embed(nowhere, tiny, clips=given, progress=False).x,
        embed(scenes, tiny, progress=False).x,
        atol=1e-5,
    )
    with pytest.raises(ValueError, match='the clips given for'):
        embed(nowhere, tiny, clips={k: v[:, :, :16] for k, v in given.items()}, progress=False)


def test_several_clips_are_averaged(scenes, checkpoint):
    long = scene_table([dict(path=scenes.path[0], start=0, end=8)])
    many = get_backbone(checkpoint, max_clips=3, span=1.)
    clips = np.stack([c for *_, c in embedding.scene_clips(long, many)])
    assert len(clips) == 3
    np.testing.assert_allclose(
        embed(long, many, progress=False).x[0], many.encode(clips).mean(0), atol=1e-5
    )
    unit = get_backbone(checkpoint, max_clips=3, span=1., normalisation='l2')
    x = embed(long, unit, progress=False).x
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), 1, rtol=1e-5)


def test_the_same_numbers_wherever_the_space_is_asked_for(scenes, tiny):
    e = embed(scenes, tiny, progress=False)
    assert (
        np.asarray(e).shape == e.x.shape == (7, 32)
        and len(e) == 7
        and np.asarray(e, dtype=float).dtype == float
    )


def test_no_scene_is_no_error(tiny):
    e = embed(scene_table([]), tiny, progress=False)
    assert len(e) == 0 and e.skipped == [] and not e.cancelled


def test_progress_says_rate_and_device(scenes, tiny, capsys):
    embed(scenes, tiny)
    said = capsys.readouterr().err
    assert 'videomae on' in said and '7/7' in said and 'scene/s' in said
