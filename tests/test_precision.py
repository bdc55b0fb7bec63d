"""The precision that is computed in, and batches on their way: by the rates, declared, and with the
bits of the plain loop"""
import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.utils.flop_counter import FlopCounterMode
from transformers import VideoMAEConfig, VideoMAEModel

from scene_explore.core.scenes import scene_table
from scene_explore.encoders import embed as embedding, precision
from scene_explore.encoders.embed import choose_device, embed, get_backbone, shipped_backbone
from scene_explore.encoders.precision import block_products, choose_dtype, faster_dtype
from scene_explore.encoders.transfer import in_flight, stacked, to_device, to_host

GPU = torch.cuda.is_available()
rates = st.floats(1, 1e5)


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp('wide')
    torch.manual_seed(0)
    config = VideoMAEConfig(
        image_size=16,
        patch_size=8,
        num_frames=4,
        hidden_size=384,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        use_mean_pooling=False,
    )
    VideoMAEModel(config).save_pretrained(folder)
    return folder


def clips_of(backbone, n):
    shape = (n, backbone.sampling.frames, backbone.size, backbone.size, 3)
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


# ---- the choice
@given(rates, rates, st.floats(.01, 100))
def test_bfloat16_is_chosen_only_where_it_is_clearly_faster(full, half, units):
    chosen = faster_dtype(dict(float32=full, bfloat16=half))
    assert chosen == ('bfloat16' if half >= 1.3*full else 'float32')
    if abs(half/full - 1.3) > 1e-6:   # whatever the rates are measured in
        assert faster_dtype(dict(float32=full*units, bfloat16=half*units)) == chosen


def test_the_products_of_a_block_are_those_that_pytorch_counts():
    config = VideoMAEConfig(
        image_size=32,
        patch_size=8,
        num_frames=4,
        hidden_size=48,
        intermediate_size=80,
        num_hidden_layers=3,
        num_attention_heads=2,
    )
    model = VideoMAEModel(config).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(1, 4, 3, 32, 32))
    counted = counter.get_flop_counts()['Global']
    linear = sum(n for op, n in counted.items() if op.__name__ in ('mm', 'addmm'))
    assert linear == 3*sum(2*n*k*m for n, k, m in block_products(32, 48, 80))


@pytest.mark.skipif(GPU, reason='a GPU is not probed')
def test_the_machine_is_asked_once_and_a_narrow_network_not_at_all():
    first = choose_dtype(width=512)
    asked = precision._probed.cache_info().misses
    assert first == choose_dtype(width=512) in ('float32', 'bfloat16')
    assert choose_dtype() == choose_dtype(width=383) == 'float32'
    assert precision._probed.cache_info().misses == asked


@pytest.mark.skipif(GPU, reason='on a GPU it is bfloat16')
def test_the_small_backbone_is_the_same_space_on_every_cpu():
    if not shipped_backbone().is_dir(): pytest.skip('no small backbone here')
    names = {get_backbone(shipped_backbone(), device).fingerprint for device in ('auto', 'cpu')}
    assert names == {get_backbone(shipped_backbone(), dtype='float32').fingerprint}


def test_auto_is_what_the_probe_says_and_cpu_is_float32(checkpoint):
    assert get_backbone(checkpoint).dtype == choose_dtype(width=384)
    assert get_backbone(checkpoint, 'cpu').dtype == 'float32'
    assert get_backbone(checkpoint, quantise='int8').dtype == 'float32'


def test_vectors_of_another_precision_are_close_and_never_mixed():
    if not shipped_backbone().is_dir(): pytest.skip('no small backbone here')
    full, half = (get_backbone(shipped_backbone(), dtype=o) for o in ('float32', 'bfloat16'))
    assert full.fingerprint != half.fingerprint and 'bfloat16' in half.fingerprint
    clips = clips_of(full, 2)
    x, y = full.encode(clips), half.encode(clips)
    cosine = (x*y).sum(1)/np.linalg.norm(x, axis=1)/np.linalg.norm(y, axis=1)
    assert y.dtype == np.float32 and (1 - cosine < 1e-3).all() and not np.array_equal(x, y)


# ---- batches on their way
@given(st.integers(0, 8), st.integers(1, 4))
def test_batches_come_back_in_order_and_never_more_than_so_many_are_out(n, depth):
    out, most = set(), [0]
    def start(i):
        out.add(i)
        most[0] = max(most[0], len(out))
        def wait():
            out.remove(i)   # a second wait would raise
            return -i
        return wait
    assert list(in_flight(start, iter(range(n)), depth)) == [(i, -i) for i in range(n)]
    assert not out and most[0] == min(n, depth)


@pytest.mark.parametrize('dtype', ['float32', 'bfloat16'])
@pytest.mark.parametrize('depth', [1, 2, 3])
def test_the_bits_are_those_of_the_plain_loop(checkpoint, dtype, depth):
    backbone = get_backbone(checkpoint, dtype=dtype)
    parts = np.array_split(clips_of(backbone, 7), 3)
    batches = [stacked(list(part), 'cpu') for part in parts]
    found = [x for _, x in in_flight(backbone.start, batches, depth)]
    plain = [backbone.encode(part) for part in parts]
    assert all(np.array_equal(x, y) for x, y in zip(found, plain, strict=True))


def test_embed_has_the_bits_of_the_plain_loop(checkpoint, tmp_path):
    backbone = get_backbone(checkpoint, 'cpu', max_clips=1)
    (tmp_path/'film.mp4').write_bytes(b'never opened')
    scenes = scene_table([
        dict(path=str(tmp_path/'film.mp4'), start=i, end=i + 1) for i in range(5)
    ])
    clips = clips_of(backbone, 5)
    clips.flags.writeable = False   # as a memory-mapped array is
    ready = dict(zip(scenes.scene_id, clips[:, None], strict=True))
    found = embed(scenes, backbone, device='cpu', clips=ready, batch_size=2, progress=False)
    plain = np.concatenate([backbone.encode(clips[i:i + 2]) for i in range(0, 5, 2)])
    assert np.array_equal(found.x, plain)
    shares = {name: clip/np.float32(255) for name, clip in ready.items()}
    with pytest.raises(ValueError, match='clips are uint8'):
        embed(scenes, backbone, device='cpu', clips=shares, progress=False)


def test_what_was_started_before_a_stop_is_kept():
    seen = []
    batches = embedding._Until(iter(range(9)), lambda: len(seen) >= 3)
    kept = in_flight(lambda i: (lambda: seen.append(i) or i), batches, 2)
    assert [x for _, x in kept] == [0, 1, 2, 3] and batches.stopped


@given(st.floats(0, 1e10), st.floats(1e6, 1e10), st.floats(0, 2e11))
def test_a_batch_fills_half_of_the_free_memory(fixed, per_clip, free):
    n = embedding._clips_that_fit(fixed + per_clip, fixed + 2*per_clip, free)
    assert 1 <= n <= 64
    if n > 1: assert fixed + n*per_clip <= free/2*(1 + 1e-6)
    if n < 64: assert fixed + (n + 1)*per_clip >= free/2*(1 - 1e-6)


@settings(max_examples=20)
@given(st.integers(1, 4), st.booleans(), st.sampled_from(['uint8', 'float32']))
def test_stacking_is_numpys(n, frozen, dtype):
    arrays = list(np.arange(n*12).reshape(n, 2, 6).astype(dtype)[:, ::-1, ::2])
    for a in arrays: a.flags.writeable = not frozen
    assert np.array_equal(stacked(arrays, 'cpu').numpy(), np.stack(arrays))


@pytest.mark.skipif(not GPU, reason='needs a CUDA GPU')
def test_on_a_gpu_batches_in_flight_have_the_bits_of_one_at_a_time(checkpoint):
    backbone = get_backbone(checkpoint).to('cuda')
    batches = [stacked(list(clips_of(backbone, n)), 'cuda') for n in (4, 3, 4, 2, 4, 4)]
    found = [x for _, x in in_flight(backbone.start, batches)]
    assert all(b.is_pinned() for b in batches)
    for x, clips in zip(found, batches, strict=True):
        assert np.array_equal(x, backbone.encode(clips.numpy()))
    there = to_device(batches[0], 'cuda')
    assert np.array_equal(to_host(there)(), batches[0].numpy())
    assert 1 <= embedding.guess_batch(backbone, choose_device(backbone)) <= 64
