"""Encoders of today on random checkpoints in the hub's format: vectors are those of transformers'
own models on their processors' own pixels"""
import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from test_searching import base64_of, noise, png, table
from torchvision_ops import TORCHVISION_OPS

from scene_explore.core.shipped import shipped
from scene_explore.encoders.backbone import fit_clips, normalise_pixels
from scene_explore.encoders.embed import get_backbone
from scene_explore.encoders.search import siglip_probability
from scene_explore.labels.checkpoints import random_clip
from scene_explore.video.clips import read_clips
from scene_explore.views.searching import searches_of
from scene_explore.views.studio import Studio

SMALL = dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=2)
SQUARE = dict(image_size=32, patch_size=8)
TEXT = SMALL | dict(intermediate_size=64, vocab_size=300, max_position_embeddings=64)
CLIPS = dict(num_frames=4, intermediate_size=64)


def siglip():
    from transformers import SiglipConfig, SiglipModel
    vision = SMALL | SQUARE | dict(intermediate_size=64)
    special = dict(pad_token_id=0, bos_token_id=0, eos_token_id=1)
    return SiglipModel(SiglipConfig(vision_config=vision, text_config=TEXT | special))


def dinov3():
    from transformers import DINOv3ViTConfig, DINOv3ViTModel
    return DINOv3ViTModel(DINOv3ViTConfig(**SMALL, **SQUARE, num_register_tokens=3))


def vjepa2(actions=True):
    from transformers import VJEPA2Config, VJEPA2ForVideoClassification, VJEPA2Model
    predictor = dict(pred_hidden_size=48, pred_num_attention_heads=2, pred_num_hidden_layers=1)
    config = VJEPA2Config(
        **SMALL,
        **predictor,
        crop_size=32,
        patch_size=8,
        frames_per_clip=4,
        num_pooler_layers=1,
    )
    return (VJEPA2ForVideoClassification if actions else VJEPA2Model)(config)


def timesformer():
    from transformers import TimesformerConfig, TimesformerModel
    return TimesformerModel(TimesformerConfig(**SMALL, **SQUARE, **CLIPS))


def xclip():
    from transformers import XCLIPConfig, XCLIPModel
    mit = dict(mit_hidden_size=24, mit_intermediate_size=48, mit_num_attention_heads=2)
    vision = SMALL | SQUARE | CLIPS | mit
    options = dict(projection_dim=24, prompt_num_attention_heads=2)
    return XCLIPModel(XCLIPConfig(vision_config=vision, text_config=TEXT, **options))


def videoprism():
    from transformers import VideoPrismVisionConfig, VideoPrismVisionModel
    depth = dict(num_spatial_layers=1, num_temporal_layers=1)
    sizes = dict(hidden_size=48, num_attention_heads=2, image_size=32, tubelet_size=[1, 8, 8])
    return VideoPrismVisionModel(VideoPrismVisionConfig(**CLIPS, **depth, **sizes))


def settings(size, mean=(0.5,)*3, std=(0.5,)*3, **more):
    return dict(size=size, image_mean=mean, image_std=std, **more)


SQUEEZED = dict(height=32, width=32)
SHORTER = dict(size=dict(shortest_edge=32), crop_size=SQUEEZED, do_center_crop=True)
MARGIN = dict(size=dict(shortest_edge=36), crop_size=SQUEEZED, do_center_crop=True)
MADE = dict(
    siglip=(siglip, settings(SQUEEZED, resample=3), lambda m, x: m.vision_model(x).pooler_output),
    dinov3=(dinov3, settings(SQUEEZED, resample=2), lambda m, x: m(x).pooler_output),
    vjepa2=(
        vjepa2,
        settings(**MARGIN, resample=2),
        lambda m, x: m.pooler(m.vjepa2.get_vision_features(x)),
    ),
    timesformer=(
        timesformer,
        settings(**SHORTER, mean=[.45]*3, std=[.225]*3),
        lambda m, x: m(x).last_hidden_state[:, 0],
    ),
    xclip=(xclip, settings(**SHORTER), lambda m, x: m.get_video_features(x).pooler_output),
    videoprism=(
        videoprism,
        settings(SQUEEZED, resample=3, do_normalize=False),
        lambda m, x: m(x).last_hidden_state.mean(1),
    ),
)
FRAMEWISE = ('siglip', 'dinov3')
# pooling that each has besides the mean
POOLINGS = dict(
    siglip='attention', dinov3='cls', vjepa2='attention', timesformer='cls', xclip='attention',
    videoprism=None,
)
each = pytest.mark.parametrize('kind', MADE)


def saved(model, folder):
    torch.manual_seed(0)
    for p in model.parameters(): torch.nn.init.normal_(p, std=0.2)
    model.save_pretrained(folder)
    return model.eval().requires_grad_(False)


@pytest.fixture(scope='module')
def checkpoints(tmp_path_factory):
    "kind -> (folder, transformers' model)"
    found = {}
    for kind, (make, preprocessing, _) in MADE.items():
        folder = tmp_path_factory.mktemp(kind)
        found[kind] = folder, saved(make(), folder)
        name = 'video_preprocessor_config.json' if kind == 'vjepa2' else 'preprocessor_config.json'
        (folder/name).write_text(json.dumps(preprocessing))
    return found


@pytest.fixture(scope='module')
def frames(): # uint8 [1, 4, 180, 320, 3]
    film = min(shipped('films').glob('*.mp4'))
    return read_clips(film, [[1., 2., 3., 4.]])


def loaded(checkpoints, kind, **options):
    options = dict(normalisation='none') | options
    if kind in FRAMEWISE: options['frames'] = 4
    return get_backbone(checkpoints[kind][0], 'cpu', **options)


@each
def test_the_width_that_chooses_the_precision_is_that_of_a_token(checkpoints, frames, kind):
    b = loaded(checkpoints, kind)
    assert b.width == b.encode_tokens(frames).shape[-1] > 0


def processed(kind, frames): # [4, 3, 32, 32] by Pillow, as the processors of transformers do
    from transformers import SiglipImageProcessorPil
    from transformers.models.videomae.image_processing_pil_videomae import VideoMAEImageProcessorPil
    given = dict(resample=2) | MADE[kind][1]
    cls = VideoMAEImageProcessorPil if 'crop_size' in given else SiglipImageProcessorPil
    return cls(**given)(list(frames[0]), return_tensors='pt').pixel_values.reshape(4, 3, 32, 32)


@each
def test_pixels_and_vectors_are_those_of_transformers(kind, checkpoints, frames):
    b = loaded(checkpoints, kind)
    theirs = processed(kind, frames)
    ours = normalise_pixels(fit_clips(torch.from_numpy(frames), b.fit), b.mean, b.std)[0]
    grey = (ours - theirs)*torch.tensor(b.std).view(3, 1, 1)*255
    assert grey.abs().max() <= 2 and grey.abs().mean() < 0.5   # Pillow rounds otherwise
    _, model = checkpoints[kind]
    with torch.inference_mode():
        # whole frames of random bytes at the network's size: the same pixels both ways
        clip = np.random.default_rng(0).integers(0, 256, (1, 4, 32, 32, 3), dtype=np.uint8)
        x = processed(kind, clip)
        # a processor with a margin would enlarge these
        if kind == 'vjepa2':
            x = normalise_pixels(torch.from_numpy(clip[0]).movedim(-1, 1), b.mean, b.std)
        x = x if kind in FRAMEWISE else x[None]
        expected = MADE[kind][2](model, x)
    np.testing.assert_allclose(b.encode(clip)[0], expected.mean(0), atol=2e-5)


# the shorter sides of these come to whole pixels
@pytest.mark.parametrize('kind', ['siglip', 'dinov3', 'vjepa2', 'videoprism'])
def test_a_film_is_read_as_its_processor_would(kind, checkpoints, frames):
    b = loaded(checkpoints, kind)
    film = min(shipped('films').glob('*.mp4'))
    decoded = read_clips(film, [[1., 2., 3., 4.]], b.fit)
    assert decoded.shape == (1, 4, 32, 32, 3)
    whole = fit_clips(torch.from_numpy(frames), b.fit).movedim(2, -1).numpy()
    assert np.abs(decoded.astype(int) - whole).max() <= 1


@each
def test_tokens_layers_and_poolings(kind, checkpoints):
    clip = np.random.default_rng(1).integers(0, 256, (2, 4, 32, 32, 3), dtype=np.uint8)
    mean = loaded(checkpoints, kind, pooling='mean')
    tokens = mean.encode_tokens(clip)
    assert tokens.shape == (2, np.prod(mean.grid), 48)
    np.testing.assert_allclose(tokens.mean(1), mean.encode(clip), atol=1e-5)
    # no norm comes after the last patches of an X-CLIP: there -1 is the output
    layers = (0, 1) if kind == 'xclip' else (0, 1, -1)
    found = [mean, *(loaded(checkpoints, kind, layer=layer) for layer in layers)]
    if POOLINGS[kind]: found.append(loaded(checkpoints, kind, pooling=POOLINGS[kind]))
    assert len({b.fingerprint for b in found}) == len(found)
    vectors = [b.encode(clip) for b in found]
    for i, x in enumerate(vectors):
        for y in vectors[:i]: assert x.shape != y.shape or np.abs(x - y).max() > 1e-3
    lacking = {'cls', 'attention'} - {POOLINGS[kind]} - ({'cls'} if kind == 'xclip' else set())
    for pooling in lacking:
        with pytest.raises(ValueError, match='has no (class token|attention pooler): say "'):
            loaded(checkpoints, kind, pooling=pooling)
    with pytest.raises(ValueError, match='has the layers 0 to 2'):
        loaded(checkpoints, kind, layer=3)


@each
def test_a_damaged_checkpoint_is_one_sentence(kind, tmp_path):
    from safetensors.torch import load_file, save_file
    saved(MADE[kind][0](), tmp_path)
    path, config = tmp_path/'model.safetensors', tmp_path/'config.json'
    tensors, read = load_file(path), json.loads(config.read_text())
    gone = max(k for k in tensors if k.endswith('weight') and 'text' not in k)
    save_file({k: v for k, v in tensors.items() if k != gone}, path, metadata={'format': 'pt'})
    with pytest.raises(ValueError, match='weights do not fit') as e: get_backbone(tmp_path)
    assert '\n' not in str(e.value)
    save_file(tensors, path, metadata={'format': 'pt'})
    (tmp_path/'preprocessor_config.json').write_text('{"size": {"longest_edge": 9}}')
    with pytest.raises(ValueError, match='resizes in a way that is not known here') as e:
        get_backbone(tmp_path)
    assert '\n' not in str(e.value)
    for part in (read, read.get('vision_config', {})):
        for key in ('num_frames', 'frames_per_clip', 'image_size', 'crop_size'):
            if key in part: part[key] = 10**6
    config.write_text(json.dumps(read))
    with pytest.raises(ValueError) as e: get_backbone(tmp_path)
    assert '\n' not in str(e.value)


def test_what_the_encoder_does_not_read_is_not_in_its_name(tmp_path):
    model = saved(vjepa2(False), tmp_path/'one')
    torch.nn.init.zeros_(next(model.predictor.parameters()))
    model.save_pretrained(tmp_path/'two')
    assert get_backbone(tmp_path/'one').fingerprint == get_backbone(tmp_path/'two').fingerprint


def test_a_sentence_searches_the_pixels_of_a_siglip(checkpoints):
    from transformers import AutoTokenizer
    folder, model = checkpoints['siglip']
    random_clip(folder/'words')
    for name in ('tokenizer.json', 'tokenizer_config.json'):
        (folder/'words'/name).rename(folder/name)
    b = get_backbone(folder, frames=1)
    shots = np.stack([noise(i, (32, 32)) for i in range(5)])[:, None]
    x = b.encode(shots)
    search, = searches_of(table(5), x, str(folder), b)
    words = AutoTokenizer.from_pretrained(folder)
    ids = words(['a red kettle'], padding='max_length', max_length=64, return_tensors='pt')
    pixels = torch.from_numpy(shots[:, 0]).movedim(-1, 1)/127.5 - 1
    with torch.inference_mode(): out = model(input_ids=ids['input_ids'], pixel_values=pixels)
    cosines = search('A red KETTLE')
    np.testing.assert_allclose(cosines, (out.image_embeds @ out.text_embeds.T)[:, 0], atol=1e-5)
    expected = out.logits_per_image[:, 0].sigmoid()
    np.testing.assert_allclose(siglip_probability(folder, cosines), expected, atol=1e-5)
    for options in (dict(pooling='mean'), dict(layer=1)):
        assert not searches_of(table(5), x, str(folder), get_backbone(folder, frames=1, **options))
    studio = Studio(table(5), x, encoder=b)
    answer, _ = studio.answer_search_picture(base64_of(png(shots[3, 0])))
    assert answer['rows'][0] == 3 and answer['by'] == 'siglip'


WITH_TORCHVISION = TORCHVISION_OPS + """
import numpy as np
from transformers import (
    DINOv3ViTImageProcessor,
    LlavaOnevisionVideoProcessor,
    SiglipImageProcessor,
    TimesformerVideoProcessor,
    VJEPA2VideoProcessor,
)
from scene_explore.encoders.backbone import fit_clips, normalise_pixels
from scene_explore.encoders.weights import frame_fit, pixel_statistics
from scene_explore.video.arrays import Square
frames = np.load(sys.argv[1])
sides = dict(height=224, width=224)
made = [
    (DINOv3ViTImageProcessor(), 224),
    (SiglipImageProcessor(), 224),
    (TimesformerVideoProcessor(), 224),
    (VJEPA2VideoProcessor(), 256),
    (LlavaOnevisionVideoProcessor(size=sides, do_normalize=False), 224),
]
for i, (processor, size) in enumerate(made):
    folder = f'{sys.argv[2]}/{i}'
    processor.save_pretrained(folder)
    video = 'Video' in type(processor).__name__
    given = [torch.from_numpy(frames[0]).movedim(-1, 1)] if video else list(frames[0])
    found = processor(given, return_tensors='pt')
    theirs = next(iter(found.values())).reshape(4, 3, size, size)
    fit = frame_fit(folder, size, Square(7))
    colours = pixel_statistics(folder)
    x = fit_clips(torch.from_numpy(frames), size if isinstance(fit, str) else fit)
    grey = (normalise_pixels(x, **colours)[0] - theirs)*torch.tensor(colours['std']).view(3, 1, 1)
    worst, mean = (grey.abs()*255).max().item(), (grey.abs()*255).mean().item()
    print(type(processor).__name__, fit, round(worst, 2), round(mean, 3))
    assert worst <= 1.01 and mean < .3, (type(processor).__name__, worst, mean)
print('fine')
"""


@pytest.mark.skipif(
    importlib.util.find_spec('torchvision') is None,
    reason='torchvision is not installed: pip install scene_explore[teacher]',
)
def test_pixels_are_those_of_the_published_processors(tmp_path, frames):
    np.save(tmp_path/'frames.npy', frames)
    done = subprocess.run(
        [sys.executable, '-c', WITH_TORCHVISION, tmp_path/'frames.npy', tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith('fine\n'), done.stdout + done.stderr
