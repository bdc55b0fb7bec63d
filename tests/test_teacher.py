"""Teachers: what a model says of a scene is what a plain pass of it says, is kept batch by batch,
and is never asked twice"""
import importlib.util
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torchvision_ops import TORCHVISION_OPS

from scene_explore.labels.checkpoints import ClipReader, checkpoint_digest, random_clip
from scene_explore.labels.vlm import (
    DESCRIBE_PROMPT,
    QWEN_KINDS,
    QwenReader,
    ask_inputs,
    label_scores,
    label_tokens,
    random_qwen,
    turn_end,
)
from scene_explore.core.scenes import label_scenes, scene_table
from scene_explore.core.store import Store
from scene_explore.labels.agreement import agreement, suspects
from scene_explore.labels.reading import describe_scenes, name_places
from scene_explore.labels.teachers import label_places

LABELS = ['kitchen', 'living room', 'street', 'a garden, late in the evening', 'x']
SAMPLES = Path(__file__).parent.parent/'data/sample/films'
QUIET = dict(device='cpu', progress=False)


@pytest.fixture(scope='module')
def checkpoints(tmp_path_factory):
    "A small random checkpoint of every family, in the hub's format"
    root = tmp_path_factory.mktemp('checkpoints')
    return {kind: str(random_qwen(root / kind, kind)) for kind in QWEN_KINDS} | {
        'clip': str(random_clip(root / 'clip'))
    }


@pytest.fixture(scope='module')
def films(tmp_path_factory):
    "Two films of different sizes, and their scenes: six of half a second, and four"
    from conftest import write_film
    root = tmp_path_factory.mktemp('films')
    a = write_film(root/'a.mp4', n=72, cuts=(12, 24, 36, 48, 60))
    b = write_film(root/'b.mp4', n=48, size=(112, 144), cuts=(12, 24, 36))
    return scene_table(
        [dict(path=str(a), start=i / 2, end=(i + 1) / 2) for i in range(6)]
        + [dict(path=str(b), start=i / 2, end=(i + 1) / 2) for i in range(4)]
    )


def noise(*sizes):
    return [
        (np.random.default_rng(i).integers(0, 256, (3, *s, 3), dtype=np.uint8), 2.0)
        for i, s in enumerate(sizes)
    ]


def one_pass(reader, clip, prompt, label):
    """The sum of the log-likelihoods of a label's tokens and of the end of the turn in one plain
    pass of frames, question and label, and their number"""
    x = ask_inputs(reader, [clip], prompt)
    more = torch.tensor([label_tokens(reader, prompt, [label])[0] + [turn_end(reader)]])
    P = x['input_ids'].shape[1]
    x['input_ids'] = torch.cat([x['input_ids'], more], 1)
    x['attention_mask'] = torch.ones_like(x['input_ids'])
    x['mm_token_type_ids'] = torch.cat([x['mm_token_type_ids'], 0*more], 1)
    with torch.inference_mode(): y = reader.model(**x).logits[0].log_softmax(-1)
    return sum(y[P - 1 + i, t].item() for i, t in enumerate(more[0].tolist())), more.shape[1]


@pytest.mark.parametrize('kind', QWEN_KINDS)
def test_scores_are_those_of_a_plain_pass(checkpoints, kind):
    reader = QwenReader(checkpoints[kind], device='cpu', prompt='Which? {labels}').open()
    clips = noise((64, 96), (150, 90))
    assert reader.model.config.model_type == kind
    sums = [[one_pass(reader, c, 'Which? ' + ', '.join(LABELS), o) for o in LABELS] for c in clips]
    # labels of different lengths
    assert len({n for _, n in sums[0]}) > 2
    scores = reader.score(clips, LABELS)
    np.testing.assert_allclose(scores, [[s for s, _ in row] for row in sums], atol=2e-5)
    assert np.abs(scores[0] - scores[1]).max() > .1                            # the pictures matter
    # padding and neighbours do not
    np.testing.assert_allclose(scores[:1], reader.score(clips[:1], LABELS), atol=2e-5)


def test_scores_by_hand(checkpoints):
    "Two labels that share their first token: the shared part counts for both"
    reader = QwenReader(checkpoints['qwen2_5_vl'], device='cpu').open()
    x = ask_inputs(reader, noise((64, 96)), 'Where?')
    first = 11
    then = 12
    with torch.inference_mode(): a = reader.model(**x).logits[0, -1].log_softmax(-1)[first].item()
    longer = {
        k: (
            torch.cat(
                [
                    v,
                    torch.full_like(
                        v[:, :1], dict(input_ids=first, attention_mask=1, mm_token_type_ids=0)[k]
                    ),
                ],
                1,
            )
            if k in ('input_ids', 'attention_mask', 'mm_token_type_ids')
            else v
        )
        for k, v in x.items()
    }
    with torch.inference_mode():
        b = reader.model(**longer).logits[0, -1].log_softmax(-1)[then].item()
    np.testing.assert_allclose(
        label_scores(reader.model, x, [[first], [first, then]])[0], [a, a + b], atol=1e-5
    )


def test_half_precision_says_the_same(checkpoints):
    whole, half = (
        QwenReader(checkpoints['qwen2_5_vl'], device='cpu', dtype=d)
        for d in ('float32', 'bfloat16')
    )
    clips = noise((64, 96), (90, 90))
    np.testing.assert_allclose(half.score(clips, LABELS), whole.score(clips, LABELS), atol=.3)
    assert half.model.dtype == torch.bfloat16 and half.fingerprint != whole.fingerprint


def test_all_shots_of_the_sample_films(checkpoints):
    from scene_explore.datasets.world.films import load_truth
    shots = scene_table(
        pd.concat([
            load_truth(p).assign(path=str(p))[['path', 'start', 'end']]
            for p in sorted(SAMPLES.glob('*.mp4'))
        ])
    )
    # whatever else the machine does meanwhile
    began = time.process_time()
    told = label_places(shots, LABELS, checkpoints['qwen2_5_vl'], frames=2, **QUIET)
    assert time.process_time() - began < 40
    assert (
        len(shots) > 150
        and told.scene_id.tolist() == shots.scene_id.tolist()
        and told.attrs['computed'] == len(shots)
    )
    np.testing.assert_allclose(told[LABELS].sum(axis=1), 1)
    assert told.place.tolist() == told[LABELS].idxmax(axis=1).tolist() and told.place.nunique() > 1
    np.testing.assert_allclose(told.entropy, -(told[LABELS]*np.log(told[LABELS])).sum(axis=1))


CHILD = """
import sys
from scene_explore.labels.vlm import QwenReader
from scene_explore.core.scenes import read_scenes
from scene_explore.core.store import Store
from scene_explore.labels.reading import describe_scenes
from scene_explore.labels.teachers import label_places

class Stuck(QwenReader):
    def wait(self):
        print('read', flush=True)
        if sys.stdin.readline() != 'go on\\n': sys.exit('told to stop')
    def score(self, clips, labels):
        y = super().score(clips, labels)
        self.wait()
        return y
    def write(self, clips, prompt, max_tokens):
        y = super().write(clips, prompt, max_tokens)
        self.wait()
        return y

what, scenes, folder, store, *labels = sys.argv[1:]
reader, common = Stuck(folder, device='cpu'), dict(store=Store(store), batch_size=3, progress=False)
if what == 'label': label_places(read_scenes(scenes), labels, reader, **common)
else:
    prompts = dict(description=labels[0])
    describe_scenes(read_scenes(scenes), reader, prompts=prompts, max_tokens=4, **common)
print('finished', flush=True)
"""


def killed(tmp_path, films, checkpoint, what, *labels):
    "Kill a process while its third batch of three is read and not kept"
    films.to_csv(tmp_path/'scenes.csv', index=False)
    run = [
        sys.executable,
        '-c',
        CHILD,
        what,
        tmp_path / 'scenes.csv',
        checkpoint,
        tmp_path / 'store',
        *labels,
    ]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        for batch in range(3):
            assert child.stdout.readline() == 'read\n'
            if batch < 2:
                child.stdin.write('go on\n')
                child.stdin.flush()
        child.kill()
        assert child.wait() == -signal.SIGKILL
    return Store(tmp_path/'store')


def test_killed_in_the_middle_it_goes_on(tmp_path, films, checkpoints):
    store = killed(tmp_path, films, checkpoints['qwen2_5_vl'], 'label', *LABELS)
    reader = QwenReader(checkpoints['qwen2_5_vl'], device='cpu')
    author = reader.asked(labels=LABELS).fingerprint
    assert store.load(author, films)[1].sum() == 6 and len(store.labels()) == 6
    told = label_places(films, LABELS, reader, store, **QUIET)
    assert (told.attrs['cached'], told.attrs['computed'], told.attrs['fingerprint']) == (
        6,
        4,
        author,
    )
    np.testing.assert_allclose(
        told[LABELS], label_places(films, LABELS, reader, **QUIET)[LABELS], atol=1e-5
    )
    said = store.labels(history=True)
    assert len(said) == 10 and dict(zip(said.scene_id, said.place, strict=True)) == dict(
        zip(told.scene_id, told.place, strict=True)
    )
    assert set(said.source) == {'teacher'} and set(said.author) == {author}


def test_killed_in_the_middle_of_writing_it_goes_on(tmp_path, films, checkpoints):
    store = killed(tmp_path, films, checkpoints['qwen2_5_vl'], 'describe', DESCRIBE_PROMPT)
    assert len(store.labels('description')) == 6
    ask = dict(prompts=dict(description=DESCRIBE_PROMPT), max_tokens=4, **QUIET)
    told = describe_scenes(films, checkpoints['qwen2_5_vl'], store, **ask)
    assert (
        told.attrs['cached'],
        told.attrs['computed'],
        len(store.labels('description', history=True)),
    ) == (6, 4, 10)
    assert (
        told.description.tolist()
        == describe_scenes(films, checkpoints['qwen2_5_vl'], **ask).description.tolist()
    )


def test_what_is_in_the_store_needs_no_model(tmp_path, films, checkpoints):
    store = Store(tmp_path/'store')
    copy = shutil.copytree(checkpoints['qwen2_5_vl'], tmp_path/'copy')
    first = label_places(films, LABELS, checkpoints['qwen2_5_vl'], store, **QUIET)
    reader = QwenReader(str(copy), device='cpu')
    again = label_places(films.iloc[::-1], LABELS, reader, store, **QUIET)
    assert reader.model is None and (again.attrs['computed'], again.attrs['cached']) == (0, 10)
    pd.testing.assert_frame_equal(again.iloc[::-1], first, check_flags=False)
    assert len(store.labels(history=True)) == 10
    space = store.space(first.attrs['fingerprint'])
    assert (
        space['labels'] == LABELS
        and space['prompt'] == reader.prompt
        and space['checkpoint'] == checkpoint_digest(copy)
    )
    assert json.loads(store.labels('prompt').prompt[0])['labels'] == LABELS
    # other labels are another question
    other = label_places(films.head(2), LABELS[:2], reader, store, **QUIET)
    assert other.attrs['computed'] == 2


def test_labels_lost_between_two_writes_are_made_up_for(tmp_path, films, checkpoints):
    first = label_places(films, LABELS, checkpoints['qwen2_5_vl'], Store(tmp_path/'store'), **QUIET)
    shutil.rmtree(tmp_path/'store'/'people')
    label_places(films, LABELS, checkpoints['qwen2_5_vl'], Store(tmp_path/'store'), **QUIET)
    assert Store(tmp_path/'store').labels().place.tolist() == first.place.tolist()


def test_cancelled_keeps_what_is_done(tmp_path, films, checkpoints):
    store, seen = Store(tmp_path/'store'), []
    told = label_places(
        films,
        LABELS,
        checkpoints['clip'],
        store,
        device='cpu',
        batch_size=2,
        progress=lambda done, total: seen.append((done, total)),
        cancel=lambda: len(seen) == 2,
    )
    assert told.attrs['cancelled'] and seen == [(2, 10), (4, 10)]
    assert (
        told.entropy.notna().sum() == 4
        and (told.place != '').sum() == 4
        and told.attrs['skipped'] == []
    )
    assert label_places(films, LABELS, checkpoints['clip'], store, **QUIET).attrs['cached'] == 4


def test_a_film_that_is_gone(tmp_path, films, checkpoints, caplog):
    moved = films.assign(
        path=films.path.where(films.path.str.endswith('a.mp4'), str(tmp_path / 'gone.mp4')),
        number=range(10),
    ).set_index('number')
    told = label_places(moved, LABELS, checkpoints['clip'], Store(tmp_path/'store'), **QUIET)
    bad = moved.path.str.endswith('gone.mp4')
    assert told.index.equals(moved.index) and told.scene_id.tolist() == moved.scene_id.tolist()
    assert (
        told[LABELS].isna().all(axis=1).tolist() == bad.tolist()
        and (told.place == '').tolist() == bad.tolist()
    )
    assert told.attrs['skipped'] == [
        dict(
            path=str(tmp_path / 'gone.mp4'), reason=f'{tmp_path}/gone.mp4 does not exist', scenes=4
        )
    ]
    assert 'gone.mp4' in caplog.text


def test_nothing_to_label(films, checkpoints):
    for teacher in ('metadata', checkpoints['clip']):
        told = label_places(films.iloc[:0], LABELS, teacher, **QUIET)
        assert len(told) == 0 and list(told.columns) == ['scene_id', 'place', 'entropy', *LABELS]


def test_clip_by_hand(films, checkpoints):
    from transformers import AutoTokenizer, CLIPModel
    clips = noise((64, 64), (64, 64))
    reader = ClipReader(checkpoints['clip'], device='cpu')
    logits = reader.score(clips, LABELS)
    model = CLIPModel.from_pretrained(checkpoints['clip']).eval()
    words = AutoTokenizer.from_pretrained(checkpoints['clip'])(
        [f'a photo of a {o}' for o in LABELS], padding=True, return_tensors='pt'
    )
    for (clip, _), row in zip(clips, logits, strict=True):
        x = (
            torch.nn.functional.interpolate(
                torch.from_numpy(clip).movedim(-1, 1), (32, 32), mode='bilinear', antialias=True
            ).float()
            / 255
        )
        mean = torch.tensor([.48145466, .4578275, .40821073])
        std = torch.tensor([.26862954, .26130258, .27577711])
        with torch.no_grad():
            y = model(pixel_values=(x - mean[:, None, None])/std[:, None, None], **words)
        v = y.image_embeds.mean(0)
        np.testing.assert_allclose(
            row, model.logit_scale.exp().item() * y.text_embeds @ v / v.norm(), atol=1e-3
        )
    told = label_places(films, LABELS, checkpoints['clip'], **QUIET)
    np.testing.assert_allclose(told[LABELS].sum(axis=1), 1)


def test_metadata_truth_and_people(tmp_path, films):
    scenes = films.assign(
        title=['In the kitchen'] + [''] * 9,
        props=['fridge; kettle', 'two bar stools; bottles'] + [''] * 8,
    )
    store = Store(tmp_path/'store')
    told = label_places(scenes, ['kitchen', 'bar', 'street'], store=store)
    assert told.place.tolist() == ['kitchen', 'bar'] + ['']*8 and told.attrs['source'] == 'metadata'
    np.testing.assert_allclose(told[['kitchen', 'bar', 'street']].sum(axis=1), 1)
    np.testing.assert_allclose(told.entropy[2:], np.log(3))
    assert told.kitchen[0] == pytest.approx(5.25 / 5.75) and store.labels().place.tolist() == [
        'kitchen',
        'bar',
    ]
    own = label_places(
        scenes, teacher='metadata', words={'cafe': 'bottle', 'home': 'fridge, kettle'}
    )
    assert list(own.columns[3:]) == ['cafe', 'home'] and own.place.tolist()[:3] == [
        'home',
        'cafe',
        '',
    ]
    with pytest.raises(ValueError, match='none of these films has its ground truth'):
        label_places(scenes, teacher='truth')
    with pytest.raises(ValueError, match='no person has named'):
        label_places(scenes, teacher='person', store=store)
    store.add_labels([
        (scenes.scene_id[0], 'bar', 'person', 'ana'),
        (scenes.scene_id[0], 'shop', 'person', 'ben'),
        (scenes.scene_id[4], 'shop', 'person', 'ben'),
    ])
    people = label_places(scenes, teacher='person', store=store)
    assert (
        people.shop.tolist() == [0.5] * 4 + [1.0] + [0.5] * 5
        and people.place.tolist() == [''] * 4 + ['shop'] + [''] * 5
    )
    named = label_scenes(scenes, {scenes.scene_id[2]: 'bar'}, 'person')
    assert label_places(named, teacher='person').place.tolist() == ['', '', 'bar'] + ['']*7


def test_the_latest_word_of_a_rule_counts(tmp_path, films):
    scenes = films.assign(title=['In the kitchen', 'At the bar'] + ['']*8)
    store = Store(tmp_path/'store')
    for labels, places in (
        (['kitchen', 'bar'], ['kitchen', 'bar']),
        (['kitchen', 'street'], ['kitchen', '']),
        (['kitchen', 'bar'], ['kitchen', 'bar']),
    ):
        told = label_places(scenes, labels, store=store)
        kept = store.labels().set_index('scene_id').place
        assert told.place.tolist()[:2] == places == kept[scenes.scene_id[:2]].tolist()
        # nothing is written where nothing was ever said
        assert len(kept) == 2
    # kitchen once; bar, taken back, bar again
    assert len(store.labels(history=True)) == 4


def test_words_are_found_as_they_were_folded_one_by_one():
    from scene_explore.labels.hints import PLACE_KEYWORDS, PLACES, folded, hints
    text = folded(
        'Two rows of books, an office chair; a garden, late in the evening: the bar stools.'
        ' Barrier, glasses, grass'
    )
    for label in (*PLACES, 'a garden, late in the evening', 'boudoir'):
        asked = dict.fromkeys([label, *PLACE_KEYWORDS.get(label, '').split(', ')])
        assert hints(text, label) == [o for o in asked if o and folded(o) in text]
    assert hints(text, 'a garden, late in the evening') == ['a garden, late in the evening']
    assert hints(text, 'bar', {'bar': 'grass'}) == ['bar', 'grass'] and 'bar stool' in hints(
        text, 'bar'
    )


def test_one_label_is_no_reason_to_give_it_to_all(films):
    everywhere = label_scenes(films, dict.fromkeys(films.scene_id, 'bar'), 'person')
    assert (
        label_places(
            label_scenes(films, {films.scene_id[3]: 'bar'}, 'person'), teacher='person'
        ).place.tolist()
        == [''] * 3 + ['bar'] + [''] * 6
    )
    assert (label_places(everywhere, ['shop', 'bar'], 'person').bar == 1).all()


def test_open_names(tmp_path, films, checkpoints):
    store = Store(tmp_path/'store')
    told = label_places(films, 'open', checkpoints['qwen2_5_vl'], store, **QUIET)
    names = name_places(films, checkpoints['qwen2_5_vl'], store, **QUIET)
    assert names.attrs['computed'] == 0 and set(told.columns[3:]) == set(names.place) - {''}
    assert told.columns[3] == names.place.value_counts().index[0]


@pytest.mark.parametrize('rule', ['metadata', 'truth', 'person'])
def test_a_rule_has_no_open_names(films, rule):
    from scene_explore.labels.teachers import get_teacher, propose
    for ask in (
        lambda: label_places(films, 'open', rule),
        lambda: propose(films, rule),
        lambda: propose(films, get_teacher(rule)),
    ):
        with pytest.raises(
            ValueError, match=f'^{rule} has no names of its own: give the labels'
        ) as e:
            ask()
        assert '\n' not in str(e.value)


def broken(root, source, lost=None, **files):
    "A copy of a checkpoint without a file, or with others in it"
    folder = shutil.copytree(source, root/f'broken {len(list(root.iterdir()))}')
    if lost: (folder/lost).unlink()
    for name, data in files.items(): (folder/name.replace('__', '.')).write_bytes(data)
    return str(folder)


def test_a_bad_checkpoint_is_one_sentence(tmp_path, films, checkpoints):
    from safetensors.torch import load_file, save_file
    good = checkpoints['qwen2_5_vl']
    short = shutil.copytree(checkpoints['qwen2_5_vl'], tmp_path/'short')
    weights = load_file(short/'model.safetensors')
    gone = next(k for k in weights if 'visual' in k)
    save_file(
        {k: v for k, v in weights.items() if k != gone},
        short / 'model.safetensors',
        metadata=dict(format='pt'),
    )
    pickled = broken(tmp_path, good, 'model.safetensors', pytorch_model__bin=b'never opened')
    cases = [
        (str(short), 'weights do not fit'),
        (pickled, 'pickled ones are never loaded'),
        (broken(tmp_path, good, 'tokenizer.json'), 'its tokenizer is missing'),
        (broken(tmp_path, good, 'preprocessor_config.json'), 'image processor cannot be loaded'),
        (broken(tmp_path, good, 'chat_template.jinja'), 'no chat template'),
        (broken(tmp_path, good, 'config.json'), 'has no config.json with a model_type'),
        (broken(tmp_path, good, config__json=b'{'), 'is not a JSON object'),
        (broken(tmp_path, good, model__safetensors=b'not weights'), 'model.safetensors is damaged'),
        (
            broken(tmp_path, good, config__json=b'{"model_type": "bert"}'),
            "is a 'bert', which is no teacher",
        ),
        ('no-such-teacher', 'expected one of metadata, truth, person, clip'),
        ('no/where', 'not in the local hub cache'),
    ]
    for teacher, why in cases:
        with pytest.raises(ValueError, match=why) as e:
            label_places(films, LABELS, teacher, **QUIET)
        assert '\n' not in str(e.value)
    if importlib.util.find_spec('torchvision') is None:
        with pytest.raises(ValueError, match=r'pip install scene_explore\[teacher\]'):
            label_places(films, LABELS, good, as_video=True, **QUIET)
    with pytest.raises(ValueError, match='clip cannot write'):
        describe_scenes(films, checkpoints['clip'], **QUIET)


def test_labels_that_are_no_set(films):
    for labels, why in [
        ('kitchen', 'not the text'),
        ([], 'no labels'),
        (['bar', 'bar'], 'different names'),
        ([' '], 'not empty'),
        (['entropy'], 'no place can be called'),
    ]:
        with pytest.raises(ValueError, match=why): label_places(films, labels)


def test_agreement_and_suspects_are_here(): assert callable(agreement) and callable(suspects)


WITH_VIDEO = TORCHVISION_OPS + """
import numpy as np
from transformers import AutoProcessor, Qwen2VLVideoProcessor, Qwen3VLVideoProcessor
from scene_explore.labels.vlm import *
from scene_explore.labels.vlm import _message
root = sys.argv[1]
clips = [
    (np.random.default_rng(i).integers(0, 256, (4, *s, 3), dtype=np.uint8), 2.0)
    for i, s in enumerate([(64, 96), (150, 90)])
]
for kind in QWEN_KINDS:
    patch = 16 if 'qwen3' in kind else 14
    processor = Qwen3VLVideoProcessor if 'qwen3' in kind else Qwen2VLVideoProcessor
    folder = random_qwen(f'{root}/{kind}', kind)
    processor(
        size=dict(shortest_edge=4 * patch**2, longest_edge=256 * patch**2), patch_size=patch
    ).save_pretrained(folder)
    own, whole = images_processor(kind, folder), AutoProcessor.from_pretrained(folder)
    chat = [
        dict(
            role='user',
            content=[*_message(QwenReader(folder), clips[0])[0], dict(type='text', text='Where?')],
        )
    ]
    ask = dict(add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors='pt')
    a, b = (p.apply_chat_template([chat], **ask) for p in (own, whole))
    assert set(a) == set(b) and all(torch.equal(a[k], b[k]) for k in a if k != 'pixel_values')
    # Pillow's resampling against torchvision's
    assert (a['pixel_values'] - b['pixel_values']).abs().max() < .1
    reader = QwenReader(folder, device='cpu', as_video=True).open()
    assert type(reader.processor).__name__ == type(
        whole
    ).__name__ and 'pixel_values_videos' in ask_inputs(reader, clips, 'Where?')
    both = reader.score(clips, ['bar', 'a garden'])
    single = [reader.score([c], ['bar', 'a garden'])[0] for c in clips]
    np.testing.assert_allclose(both, single, atol=1e-4)
    # time counts
    assert (
        np.abs(reader.score([(clips[0][0], 40.0)], ['bar', 'a garden'])[0] - both[0]).max() > 1e-4
        or kind == 'qwen2_vl'
    )
    assert len(reader.write(clips, DESCRIBE_PROMPT, 3)) == 2
print('fine')
"""


@pytest.mark.skipif(
    importlib.util.find_spec('torchvision') is None,
    reason='torchvision is not installed: pip install scene_explore[teacher]',
)
def test_frames_as_video_and_the_whole_processor(tmp_path):
    done = subprocess.run(
        [sys.executable, '-c', WITH_VIDEO, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith('fine\n'), done.stderr
