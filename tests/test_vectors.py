"""Every digest of the library against hashlib itself: a digest names spaces, runs, parts and
folders, so one that changes makes what was stored unreadable"""
import hashlib, json
from types import SimpleNamespace

import numpy as np, pytest, torch

from scene_explore.core import vectors
from scene_explore.core.atomic import file_digest
from scene_explore.core.scenes import video_id
from scene_explore.core.store import _key
from scene_explore.datasets.bundles import _namer
from scene_explore.encoders import backbone as backbones, text_encoders, weights
from scene_explore.encoders.text import text_keys
from scene_explore.labels import checkpoints
from scene_explore.training import finetune, learner, trainer
from scene_explore.training.runs import FinetuneConfig


def blake(data, size): return hashlib.blake2b(data, digest_size=size).hexdigest()

def in_order(value): return json.dumps(value, sort_keys=True).encode()


# ---- core
@pytest.mark.parametrize('size', [4, 6, 8, 10, 16])
def test_a_digest_is_blake2b_of_the_joined_parts(size):
    parts = [b'one', 'zwölf', memoryview(b'two'), np.arange(3)]
    joined = b'one' + 'zwölf'.encode() + b'two' + np.arange(3).tobytes()
    assert vectors.digest(iter(parts), size) == blake(joined, size)
    assert [vectors.digest(o) for o in parts[:3]] == [
        blake(o, 16) for o in (b'one', 'zwölf'.encode(), b'two')
    ]
    assert vectors.json_digest(dict(b=1, a='ü'), size) == blake(b'{"a": "\\u00fc", "b": 1}', size)

def test_files_and_films_are_named_by_their_bytes(tmp_path):
    (tmp_path/'film.mp4').write_bytes(b'film'*1000)
    assert file_digest(tmp_path/'film.mp4') == blake(b'film'*1000, 16)
    assert video_id(tmp_path/'film.mp4') == blake(b'film'*1000, 8)

def test_a_key_of_the_store_tells_arrays_by_type_and_shape():
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    expected = b'<f4(2, 3)' + x.tobytes() + b'\0' + b'{"a": 1, "b": [2]}' + b'\0'
    assert _key([x, dict(b=[2], a=1)]) == blake(expected, 16)


# ---- encoders
def test_the_fingerprint_of_an_encoder_ends_in_the_digest_of_its_space():
    backbone = backbones.Pixels('pixels')
    assert backbone.fingerprint.endswith('-' + blake(in_order(backbone.space), 6))
    text = text_encoders.TextEncoder('states', shape='bert-384x6', pooling='mean')
    assert text.fingerprint == f'text-bert-384x6-mean-{blake(in_order(text.space), 6)}'

def test_weights_are_told_by_name_shape_and_values():
    model = torch.nn.Linear(3, 2).half()
    expected = b''.join(
        f'{name}{tuple(w.shape)}'.encode() + w.float().numpy().tobytes()
        for name, w in (('bias', model.bias.detach()), ('weight', model.weight.detach()))
    )
    assert weights.weights_digest(model) == blake(expected, 8)

def test_texts_and_words_are_told_by_their_bytes():
    texts = ['a kitchen', 'ein Café']
    keys = text_keys(texts)
    assert keys.scene_id.tolist() == [blake(t.encode(), 10) for t in texts]
    raw = hashlib.blake2b(texts[1].encode(), digest_size=10).digest()
    assert keys.start[1] == int.from_bytes(raw[:5])/1000
    assert keys.end[1] == int.from_bytes(raw[5:])/1000
    assert text_encoders.tfidf().fitted(texts).weights == blake(b'a kitchen\0ein Caf\xc3\xa9', 8)
    tokenizer = SimpleNamespace(get_vocab=lambda: dict(b=1, a=0))
    assert text_encoders._tokeniser_digest(tokenizer) == blake(b'{"vocab": {"a": 0, "b": 1}}', 8)


# ---- labels and data sets
def test_a_checkpoint_is_told_by_the_names_and_bytes_of_its_files(tmp_path):
    folder = checkpoints.random_clip(tmp_path/'clip')
    files = {p for pattern in checkpoints._FILES for p in folder.glob(pattern)}
    listed = ''.join(f'{p.name} {blake(p.read_bytes(), 8)}\n' for p in sorted(files))
    reader = checkpoints.ClipReader(folder)
    assert reader.digest == checkpoints.checkpoint_digest(folder) == blake(listed.encode(), 8)
    assert reader.fingerprint.endswith('-' + blake(in_order(reader.space), 6))

def test_tables_of_one_name_get_a_digest_of_their_paths():
    name = _namer([('/t/a/b.parquet', None), ('/t/a-b.parquet', None), ('/t/c.parquet', None)])
    assert [name(f'/t/{o}.parquet') for o in ('a/b', 'a-b', 'c')] == [
        f'a-b-{blake(b"a/b", 4)}', f'a-b-{blake(b"a-b", 4)}', 'c'
    ]


# ---- training
def test_a_config_is_told_by_its_settings_and_the_values_of_its_weighting():
    config = FinetuneConfig()
    f, g = learner.get_weighting(config.weighting)(torch.linspace(-1, 1, 401, dtype=torch.float64))
    curves = torch.stack([f, g]).numpy().round(9) + 0.
    plain = config.plain() | dict(name='', weighting=blake(curves.tobytes(), 8))
    assert learner.config_digest(config) == blake(in_order(plain), 8)

def test_the_parts_of_a_run_are_told_apart():
    x = np.arange(4.)
    assert finetune._digest(x, dict(k=2)) == blake(x.tobytes() + b'\0{"k": 2}\0', 8)

def test_the_state_of_a_training_is_told_by_every_tensor():
    x = torch.arange(3, dtype=torch.int32)
    told = b'{"step": 1}x torch.int32 [3]' + x.numpy().tobytes()
    assert trainer._state_digest('{"step": 1}', dict(x=x)) == blake(told, 16)


# ---- rows of length one
@pytest.mark.parametrize('kind', [np.float32, np.float64])
def test_rows_are_divided_by_their_lengths(kind):
    x = np.random.default_rng(0).normal(size=(50, 7)).astype(kind)
    x[3], x[9] = 0, 1e-14
    length = np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    found = vectors.normalise_rows(x)
    assert found.dtype == kind and np.array_equal(found, x/length)
    assert not found[3].any()

@pytest.mark.parametrize('n, size', [(0, 3), (1, 3), (3, 3), (10, 4)])
def test_batches_hold_every_row_once_and_in_order(n, size):
    rows = [list(range(n))[o] for o in vectors.batches(n, size)]
    assert sum(rows, []) == list(range(n)) and all(0 < len(o) <= size for o in rows)
