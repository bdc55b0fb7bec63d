"Sound: decoded on the clock of the pictures, its levels, encoders, and signals of shots"
import json
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import (
    ASTConfig,
    ASTFeatureExtractor,
    ASTModel,
    ClapAudioConfig,
    ClapAudioModelWithProjection,
    ClapFeatureExtractor,
)

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.encoders.sound import Bands, embed_sound, get_sound_encoder, is_sound
from scene_explore.pipelines.benchmark import benchmark
from scene_explore.pipelines.explore import UsageError
from scene_explore.pipelines.segment import segment
from scene_explore.segmentation.learned import BoundaryHead, save_head
from scene_explore.segmentation.shot_signals import (
    SOUND_SIGNALS,
    TRANSITION_SIGNALS,
    shot_signals,
    sound_signals,
    transition_signals,
)
from scene_explore.video.files import VideoError
from scene_explore.video.sound import sound_blocks, sound_levels, sound_stretches

RATE = 16000


def write(path, sound, late=0, begin=0, seconds=None):
    "A film with this sound, float [n] or [2, n], `late` seconds after its pictures"
    sound = np.atleast_2d(sound)
    seconds = seconds or int(np.ceil(sound.shape[1]/RATE))
    layout = 'mono' if len(sound) == 1 else 'stereo'
    with av.open(str(path), 'w') as f:
        pictures = f.add_stream('libx264', rate=12)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, 'yuv420p'
        track = f.add_stream('pcm_s16le', rate=RATE)
        track.layout = layout
        for i in range(12*seconds):
            frame = np.full((48, 64, 3), 40*(i//12 % 6), np.uint8)
            frame = av.VideoFrame.from_ndarray(frame)
            frame.pts = i + 12*begin
            f.mux(pictures.encode(frame))
        f.mux(pictures.encode())
        packed = (32767*sound.T).round().astype(np.int16)
        for i in range(0, len(packed), 1024):
            block = np.ascontiguousarray(packed[i:i + 1024]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format='s16', layout=layout)
            frame.sample_rate, frame.pts = RATE, i + int((begin + late)*RATE)
            f.mux(track.encode(frame))
        f.mux(track.encode())
    return path


def noise(seconds, loud=.1, seed=0):
    return loud*np.random.default_rng(seed).uniform(-1, 1, int(seconds*RATE))


@pytest.fixture(scope='module')
def film(tmp_path_factory):
    "Six seconds: loud, silent, quiet; its samples"
    x = np.concatenate([noise(2.5, .5), np.zeros(RATE), noise(2.5, .02)])
    return write(tmp_path_factory.mktemp('sound')/'film.mkv', x), x


# ---- decoding
def whole(path, rate=RATE):
    out = np.zeros(0)
    for first, x in sound_blocks(path, rate):
        out = np.pad(out, (0, max(first + len(x) - len(out), 0)))
        out[max(first, 0):first + len(x)] = x[max(-first, 0):]
    return out


def test_samples_are_those_of_the_file(film):
    path, x = film
    np.testing.assert_allclose(whole(path), x, atol=1e-4)


@pytest.mark.parametrize('late, begin', [(1.5, 0), (0, 5), (.5, 3)])
def test_second_0_is_where_the_film_begins(tmp_path, late, begin):
    x = noise(2)
    found = whole(write(tmp_path/'film.mkv', x, late, begin, seconds=4))
    start = int(late*RATE)
    np.testing.assert_allclose(found[start:start + len(x)], x, atol=1e-4)
    assert not found[:start].any()


def test_two_voices_are_mixed_to_one(tmp_path):
    left, right = noise(1), noise(1, seed=1)
    found = whole(write(tmp_path/'film.mkv', np.stack([left, right])))
    np.testing.assert_allclose(found, (left + right)/2**.5, atol=1e-4)   # of equal power


def test_a_film_without_sound_and_what_is_no_film(make_film, tmp_path):
    silent = make_film(tmp_path/'silent.mp4', n=24)
    assert list(sound_blocks(silent, RATE)) == [] and len(sound_levels(silent)) == 0
    assert list(sound_stretches(silent, [(0, 1)], RATE)) == []
    (tmp_path/'text.mp4').write_text('no film')
    with pytest.raises(VideoError): sound_levels(tmp_path/'text.mp4')


def test_sound_that_breaks_off_ends_there(film, tmp_path):
    path, x = film
    (tmp_path/'cut.mkv').write_bytes(path.read_bytes()[:-60_000])
    found = whole(tmp_path/'cut.mkv')
    assert 0 < len(found) < len(x)
    np.testing.assert_allclose(found, x[:len(found)], atol=1e-4)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(0, 8), st.floats(0, 3)), max_size=8))
def test_stretches_are_slices(film, spans):
    path, x = film
    spans = [(a, a + d) for a, d in spans]
    found = dict(sound_stretches(path, spans, RATE))
    padded = np.concatenate([x, np.zeros(6*RATE)])
    for k, (a, b) in enumerate(spans):
        first, last = round(a*RATE), round(b*RATE)
        if first >= len(x): assert k not in found
        else: np.testing.assert_allclose(found[k], padded[first:last], atol=1e-4)


@pytest.mark.parametrize('step', [.05, .1, .5])
def test_levels_are_root_mean_squares(film, step):
    path, x = film
    found = sound_levels(path, step)
    assert len(found) == round(6/step)
    for i in (1, len(found)//2, len(found) - 2):
        mean = np.mean(x[int(i*step*RATE):int((i + 1)*step*RATE)]**2)
        # half of the sound lies above what is heard at half the rate
        assert found[i] == pytest.approx(max(10*np.log10(max(mean, 1e-12)/2), -100), abs=1)


def test_sound_that_begins_late_lies_where_it_is_heard(tmp_path):
    late = 8*3600
    found = sound_levels(write(tmp_path/'late.mkv', noise(20), late, seconds=2))
    assert np.isfinite(found).sum() == pytest.approx(200, abs=1)
    assert np.isnan(found[:10*late]).all()


# ---- encoders
def test_bands_know_tones_and_levels():
    t = np.arange(RATE)/RATE
    waves = [(.3*np.sin(2*np.pi*o*t)).astype(np.float32) for o in (100, 300, 1000, 3000)]
    x = Bands('sound').encode(waves)
    assert (np.diff(x[:, :32].argmax(1)) > 0).all() and np.isfinite(x).all()
    assert (x[:, 32:] < .05*x.max()).all()   # a tone does not vary
    quiet = Bands('sound').encode([o/10 for o in waves])
    assert (quiet[:, :32].max(1) < x[:, :32].max(1)).all()
    assert not Bands('sound').encode([np.zeros(5), np.zeros(0)]).any()


def ast(folder):
    torch.manual_seed(0)
    size = dict(num_mel_bins=32, max_length=128)
    network = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2)
    ASTModel(ASTConfig(**network, intermediate_size=64, **size)).save_pretrained(folder)
    ASTFeatureExtractor(**size).save_pretrained(folder)
    return folder


def clap(folder):
    torch.manual_seed(0)
    config = ClapAudioConfig(
        hidden_size=8, patch_embeds_hidden_size=4, depths=[1, 1], num_attention_heads=[2, 2],
        num_hidden_layers=2, spec_size=32, window_size=4, num_mel_bins=16, projection_dim=8,
        patch_size=4, patch_stride=[4, 4],
    )
    ClapAudioModelWithProjection(config).save_pretrained(folder)
    settings = dict(feature_size=16, max_length_s=2, hop_length=2400, truncation='rand_trunc')
    reader = ClapFeatureExtractor(**settings)
    reader.save_pretrained(folder)
    return folder


@pytest.fixture(scope='module')
def checkpoints(tmp_path_factory):
    return {make.__name__: make(tmp_path_factory.mktemp(make.__name__)) for make in (ast, clap)}


@pytest.mark.parametrize('kind, cls, reader, output', [
    ('ast', ASTModel, ASTFeatureExtractor, 'pooler_output'),
    ('clap', ClapAudioModelWithProjection, ClapFeatureExtractor, 'audio_embeds'),
])
def test_a_checkpoint_gives_what_its_library_gives(checkpoints, kind, cls, reader, output):
    folder = checkpoints[kind]
    encoder = get_sound_encoder(str(folder))
    assert is_sound(folder) and encoder.kind == kind and encoder.fingerprint.startswith(kind)
    waves = [noise(.7, seed=i).astype(np.float32) for i in range(2)]
    model = cls.from_pretrained(folder).eval()
    read = reader.from_pretrained(folder)
    read = read(waves, sampling_rate=encoder.rate, return_tensors='pt')
    with torch.inference_mode(): expected = getattr(model(**read), output)
    np.testing.assert_allclose(encoder.encode(waves), expected, atol=1e-5)
    assert get_sound_encoder(folder).fingerprint == encoder.fingerprint
    assert encoder.seconds == dict(ast=10, clap=2)[kind]


@pytest.mark.parametrize('kind', ['ast', 'clap'])
def test_a_very_short_shot_leaves_the_others_their_sound(checkpoints, film, kind):
    scenes = scene_table(dict(path=str(film[0]), start=[0, 2, 4.5], end=[2, 2.0125, 6]))
    encoder = get_sound_encoder(str(checkpoints[kind]))
    found = embed_sound(scenes, encoder, progress=False)
    assert not found.skipped and np.isfinite(found.x).all()
    assert found.scenes.end.tolist() == scenes.end.tolist()


def spoilt(folder, tmp_path, name, **change):
    for o in folder.iterdir(): (tmp_path/o.name).write_bytes(o.read_bytes())
    told = json.loads((tmp_path/name).read_text()) | change
    (tmp_path/name).write_text(json.dumps(told))
    return tmp_path


@pytest.mark.parametrize('change, problem', [
    (dict(sampling_rate=None), 'gives no sampling_rate'),
    (dict(sampling_rate=10**9), 'gives no sampling_rate'),
    (dict(max_length=10**12), 'numbers that no sound has'),
    (dict(feature_extractor_type='Nose'), 'cannot be read'),
])
def test_a_reader_that_cannot_be_is_refused(checkpoints, tmp_path, change, problem):
    folder = spoilt(checkpoints['ast'], tmp_path, 'preprocessor_config.json', **change)
    with pytest.raises(ValueError, match=problem): get_sound_encoder(folder)


def test_other_names_are_no_sound(checkpoints, tmp_path):
    assert not any(map(is_sound, ('histogram', tmp_path, 'nose', tmp_path/'none')))
    folder = spoilt(checkpoints['ast'], tmp_path, 'config.json', model_type='videomae')
    assert not is_sound(folder)
    with pytest.raises(ValueError, match='no encoder of sound'): get_sound_encoder(folder)


# ---- scenes of films
def test_a_vector_a_scene_kept_in_the_store(film, make_film, tmp_path):
    path, x = film
    silent = make_film(tmp_path/'silent.mp4', n=24)
    rows = [(path, 0, 2), (path, 2, 3), (silent, 0, 1), (path, 3, 6), (path, 7, 8)]
    scenes = scene_table([dict(path=str(p), start=a, end=b) for p, a, b in rows])
    encoder, store = get_sound_encoder('sound'), Store(tmp_path/'store')
    found = embed_sound(scenes, encoder, store, progress=False)
    assert found.scenes.start.tolist() == [0, 2, 3] and set(found.scenes.path) == {str(path)}
    expected = encoder.encode([x[a*RATE:b*RATE] for a, b in ((0, 2), (2, 3), (3, 6))])
    np.testing.assert_allclose(found.x, expected, atol=.05)
    assert {Path(o['path']).name: o['scenes'] for o in found.skipped} == {
        'film.mkv': 1, 'silent.mp4': 1
    }
    again = embed_sound(scenes, encoder, store, progress=False)
    assert (again.n_embedded, again.n_cached) == (0, 3) and (again.x == found.x).all()


def test_a_long_scene_is_the_mean_of_its_stretches(film, tmp_path):
    path, x = film
    encoder = Bands('sound', seconds=1., stretches=3)
    scenes = scene_table([dict(path=str(path), start=0, end=6)])
    found = embed_sound(scenes, encoder, progress=False).x[0]
    parts = encoder.encode([x[int(a*RATE):int(a*RATE) + RATE] for a in (.5, 2.5, 4.5)])
    np.testing.assert_allclose(found, parts.mean(0), atol=.05)


def test_what_cannot_be_read_is_told(film, tmp_path):
    (tmp_path/'text.mp4').write_text('no film')
    paths = map(str, (tmp_path/'text.mp4', film[0]))
    rows = [dict(path=o, start=0, end=2, video_id=o) for o in paths]
    found = embed_sound(scene_table(rows), get_sound_encoder('sound'), progress=False)
    assert len(found) == 1 and 'text.mp4' in found.skipped[0]['reason']


# ---- signals
def test_signals_of_transitions_by_hand():
    kinds = ['title_card', 'fade', 'cut', 'black', 'title_card', 'dissolve', 'cut', 'black']
    ends = np.arange(1, 9)*2.
    shots = scene_table(
        dict(video_id='a', path='', start=ends - 2, end=ends, transition=kinds)
    )
    found = transition_signals(shots)
    assert found['black'].tolist() == pytest.approx(np.log1p([0, 0, 4, 2, 0, 0, 0, 0]).tolist())
    assert found['fade'].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert found['dissolve'].tolist() == [0, 0, 1, 1, 1, 0, 0, 0]
    assert {len(o) for o in transition_signals(shots[:0]).values()} == {0}


@settings(max_examples=20)
@given(st.integers(0, 99), st.integers(1, 9))
def test_signals_of_sound_against_plain_loops(seed, n):
    rng = np.random.default_rng(seed)
    levels = np.where(rng.random(300) < .1, np.nan, rng.normal(-30, 10, 300))
    ends = np.sort(rng.choice(np.arange(5, 400), n, replace=False))/10   # some beyond the sound
    spans = np.c_[np.r_[0, ends[:-1]], ends]
    found = sound_signals(spans, levels)
    def mean(a, b):
        part = levels[max(round(a*10), 0):max(round(b*10), 0)]
        part = part[np.isfinite(part)]
        return part.mean() if len(part) else np.nan
    for i, (a, b) in enumerate(spans):
        pauses = [mean(b + o/10, b + o/10 + .5) for o in range(-20, 16)]
        pauses = [o for o in pauses if np.isfinite(o)]
        quiet = mean(b - 15, b + 15) - min(pauses) if pauses else np.nan
        louder = abs(mean(b, b + 5) - mean(b - 5, b))
        expected = dict(loudness=mean(a, b), quiet=quiet, louder=louder)
        for k, o in expected.items(): assert found[k][i] == pytest.approx(o, nan_ok=True), k


def test_sound_is_decoded_only_where_it_is_wanted(film, monkeypatch):
    shots = scene_table(dict(path='none.mp4', video_id='a', start=[0, 1], end=[1, 2]))
    assert set(shot_signals(shots, TRANSITION_SIGNALS)) == set(TRANSITION_SIGNALS)
    shots = shots.assign(path=str(film[0]))
    assert set(shot_signals(shots)) == {*TRANSITION_SIGNALS, *SOUND_SIGNALS}
    assert shot_signals(shots, ['loudness'])['loudness'][0] == pytest.approx(-13.8, abs=1)


# ---- in `segment`
def test_pictures_and_sound_divide_together(film, tmp_path):
    options = dict(out=None, store=tmp_path/'store', progress=False, n_scenes=3)
    both = segment(film[0], features='histogram,sound', **options)
    assert both.summary['features'] == ['histogram', 'sound'] and len(both.scenes) == 3
    assert not both.summary['skipped'] and both.summary['n_embedded'] == 2*len(both.shots)
    alone = segment(film[0], features='sound', **options)
    assert alone.summary['n_embedded'] == 0 and alone.summary['settings'] is None
    with pytest.raises(UsageError, match='is a'):
        (tmp_path/'config.json').write_text('{"model_type": "whisper"}')
        segment(film[0], features=str(tmp_path), **options)


def test_a_film_without_sound_is_told_and_divided_by_its_pictures(make_film, tmp_path):
    path = make_film(tmp_path/'silent.mp4', n=96, cuts=(36, 72))
    options = dict(out=None, store=tmp_path/'store', progress=False)
    found = segment(path, features='histogram,sound', **options)
    assert len(found.scenes) and 'has no sound there' in found.summary['skipped'][0]['reason']


def test_a_film_whose_sound_a_head_lacks_is_told(film, make_film, tmp_path):
    rng = np.random.default_rng(0)
    made = [dict(x=rng.normal(size=(12, 8)), quiet=rng.random(12)) for _ in range(4)]
    head = BoundaryHead(steps=20).fit(made, [np.arange(11) % 4 == 3]*4)
    save_head(head, tmp_path/'head.safetensors')
    silent = make_film(tmp_path/'silent.mp4', n=96, cuts=(36, 72))
    options = dict(out=None, store=tmp_path/'store', progress=False, features='histogram')
    found = segment([film[0], silent], tmp_path/'head.safetensors', **options)
    assert len(found.films) == 2
    [told] = found.summary['skipped']
    assert told == dict(path=str(silent), reason='has no sound: the method does without quiet')


def test_a_head_reads_the_signals_that_its_file_names(film, tmp_path):
    rng = np.random.default_rng(0)
    made = [
        dict(x=rng.normal(size=(12, 8)), quiet=rng.random(12), fade=rng.random(12))
        for _ in range(4)
    ]
    head = BoundaryHead(steps=20).fit(made, [np.arange(11) % 4 == 3]*4)
    save_head(head, tmp_path/'head.safetensors')
    options = dict(out=None, store=tmp_path/'store', progress=False, features='histogram')
    found = segment(film[0], tmp_path/'head.safetensors', **options)
    shots = found.shots
    signals = shot_signals(shots, ('quiet', 'fade'))
    shown = shots.transition.ne('black').to_numpy()
    assert shown.sum() > 3 and np.isfinite(signals['quiet']).all()
    no_pictures = dict(x=np.zeros((shown.sum(), 2)))
    kept = {k: o[shown] for k, o in signals.items()}
    plain = head.scores(no_pictures | kept)
    silent = head.scores(no_pictures | {k: 0*o for k, o in kept.items()})
    assert len(plain) == shots.chance.notna().sum() and abs(plain - silent).max() > 1e-3


# ---- in `benchmark`
def test_a_film_without_features_of_its_own_is_not_measured(make_film, tmp_path):
    root, clips = tmp_path/'ovsd', tmp_path/'films'
    for folder in (root, clips): folder.mkdir()
    for i, name in enumerate('abc'):
        if name == 'b': make_film(clips/'b.mp4', n=288)
        else: write(clips/f'{name}.mkv', noise(24, seed=i))
        (root/f'{name}_shots.txt').write_text('\n'.join(f'{i*24} {i*24 + 23}' for i in range(12)))
        (root/f'{name}_scenes.txt').write_text('0 95\n96 191\n192 287\n')
    options = dict(films=clips, features='sound', progress=False, learned=False)
    found = benchmark('ovsd', root, out=None, store=tmp_path/'store', **options)
    assert [o.name for o in found.films] == ['a', 'c']
    assert all(np.any(o.features['sound'], 1).sum() > 6 for o in found.films)
    problems = found.report.problem
    assert problems.str.contains('sound: has no sound there').sum() == 1
    assert found.report.path[problems.str.contains('not measured')].tolist() == ['b']
