"""Scene-VLM: what it says of a cut is what a plain pass of the model says, however it is computed;
every cut is decided once; killed, it goes on where it was"""
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.datasets.world.scene_signs import SIGNS, explained, sign_film
from scene_explore.labels.vlm import QwenReader, random_qwen
from scene_explore.pipelines.explore import UsageError
from scene_explore.segmentation.scene_vlm import (
    LabelledFilm,
    SampleConfig,
    SceneVLM,
    ShotView,
    Shown,
    VLMConfig,
    ablation_scores,
    ablation_table,
    attention_shares,
    decision_attention,
    explain,
    finetune_scene_vlm,
    labelled_films,
    shot_views,
    windows,
)
from scene_explore.segmentation.scene_vlm.frame_features import encoder_outputs
from scene_explore.segmentation.scene_vlm.model import quiet_peft
from scene_explore.segmentation.scene_vlm.prompts import (
    answer_text,
    answer_tokens,
    ask_window,
    parse_answer,
)
from scene_explore.segmentation.scene_vlm.samples import (
    collate,
    draw_sample,
    make_sample,
    next_token_loss,
)

ROOT = Path(__file__).parent.parent
KINDS = ('qwen2_vl', 'qwen2_5_vl', 'qwen3_vl')
SIZES = dict(context=6, focus=3)


def some_views(n, seed=0, size=(56, 84)):
    rng = np.random.default_rng(seed)
    names = ('Mara', 'Jo')
    return [
        ShotView(rng.integers(0, 256, (2, *size, 3), 'uint8'), 2.*i, 2.*i + 1.5 + i % 3,
                 (f'line {i} is said',), names[:1 + i % 2])
        for i in range(n)
    ]


@pytest.fixture(scope='module')
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp('qwen')
    return {kind: str(random_qwen(root/kind, kind)) for kind in KINDS}


@pytest.fixture(scope='module')
def views(): return some_views(11)


# ---- windows

@given(st.integers(0, 70), st.integers(2, 24), st.data())
def test_every_cut_is_decided_once(n, context, data):
    focus = data.draw(st.integers(1, context))
    found = windows(n, context, focus)
    assert [i for o in found for i in o.focus] == list(range(max(n - 1, 0)))
    for o in found:
        assert set(o.focus) <= set(o.context) <= set(range(n))
        assert len(o.context) <= context


def test_inside_a_film_the_focus_has_five_shots_on_either_side():
    inner = windows(100)[3]
    assert list(inner.context) == list(range(25, 45))
    assert list(inner.focus) == list(range(30, 40))
    assert list(windows(100)[0].context) == list(range(15))
    assert list(windows(100)[-1].context) == list(range(85, 100))


@pytest.mark.parametrize(('context', 'focus'), [(5, 6), (20, 0), (1, 1)])
def test_windows_that_make_no_sense_are_refused(context, focus):
    with pytest.raises(ValueError, match='context'): windows(30, context, focus)


# ---- what is shown

def test_a_line_across_a_cut_belongs_to_both_shots():
    shots = scene_table([dict(video_id='a', start=i, end=i + 1) for i in range(3)])
    cues = [(.2, .8, 'one'), (.9, 1.4, 'MARA: two'), (2.2, 2.9, 'three')]
    views, told = shot_views(shots, cues, frames=0)
    assert [o.subtitles for o in views] == [('one', 'MARA: two'), ('MARA: two',), ('three',)]
    assert [o.characters for o in views] == [('Mara',), ('Mara',), ()]
    assert not told


def test_names_need_a_row_a_shot():
    shots = scene_table([dict(video_id='a', start=i, end=i + 1) for i in range(3)])
    with pytest.raises(ValueError, match='give one a shot'):
        shot_views(shots, characters=[('Mara',)], frames=0)


def test_frames_of_a_real_film_are_those_of_the_shot():
    path = sorted((ROOT/'data/sample/films').glob('*.mp4'))[0]
    shots = scene_table([dict(path=str(path), start=i, end=i + 1) for i in range(2)])
    views, told = shot_views(shots, frames=3, width=128)
    assert not told
    assert [o.frames.shape for o in views] == [(3, 72, 128, 3)]*2


@pytest.mark.parametrize('numbers', ['round', 'window', 'film'])
def test_numbers_differ_within_a_window(numbers):
    views = some_views(60)
    for window in windows(60):
        asked = ask_window(views, window, Shown(numbers=numbers))
        found = [asked.numbers[i] for i in window.context]
        assert len(set(found)) == len(found)
        if numbers != 'film': assert max(found) <= 20


def test_left_out_is_left_out():
    views = some_views(5)
    def words(**parts):
        asked = ask_window(views, windows(5)[0], Shown(**parts))
        return ''.join(o.get('text', '#') for o in asked.content)
    whole = words()
    assert whole.count('#') == 10
    assert 'Mara' in whole
    assert 'line 3' in whole
    assert ' s:' in whole
    assert '#' not in words(pictures=False)
    assert 'line' not in words(subtitles=False)
    assert 'Mara' not in words(characters=False)
    assert ' s:' not in words(lengths=False)
    assert words(frames=1).count('#') == 5


def test_answers_are_read_line_by_line():
    text = 'Shot 4: No\nshot 5:yes, another room\nShot 5: No\nShot 40: Yes'
    assert parse_answer(text, [4, 5, 6]) == [0, 1, None]


# ---- decisions

def plain_confidences(reader, views, window, shown, context, labels):
    "The processor's own inputs through the whole model in one pass, nothing cached"
    vlm = SceneVLM(reader, shown, context, len(window.focus))
    asked = ask_window(views, window, shown, context)
    encoded = vlm.encode(views, window)
    chat = [dict(role='user', content=asked.content)]
    text = reader.processor.apply_chat_template(
        chat, chat_template=reader.template, add_generation_prompt=True
    )
    answer = answer_text([o.number for o in encoded.choices], labels)
    least = reader.processor.image_processor.size['shortest_edge']
    size = dict(shortest_edge=min(least, reader.pixels), longest_edge=reader.pixels)
    images = [Image.fromarray(o) for o in asked.images]
    x = reader.processor(
        text=[text + answer], images=images, return_tensors='pt', images_kwargs=dict(size=size)
    )
    tokens, places = answer_tokens(encoded.choices, labels)
    assert x['input_ids'][0].tolist() == encoded.ids + tokens
    config = reader.model.model.visual.config
    before, config._attn_implementation = config._attn_implementation, 'sdpa'
    with torch.inference_mode(): logits = reader.model(**x).logits[0].double()
    config._attn_implementation = before
    found = []
    for place, choice in zip(places, encoded.choices, strict=True):
        p = logits[len(encoded.ids) + place - 1].softmax(0)
        yes = float(p[choice.yes].sum())
        found.append(yes/(yes + float(p[choice.no].sum())))
    return found


@pytest.mark.parametrize('kind', KINDS)
def test_confidence_is_that_of_a_plain_forward_pass(kind, folders, views, tmp_path):
    vlm = SceneVLM(folders[kind], store=Store(tmp_path), batch=3, **SIZES)
    labels = np.arange(10) % 3 == 1
    forced = vlm.score(views, labels.astype(int))
    plain = QwenReader(folders[kind], pixels=64*28*28, device='cpu').open()
    for window in windows(11, **SIZES):
        given = labels[list(window.focus)].astype(int)
        found = plain_confidences(plain, views, window, Shown(), 6, given)
        assert found == pytest.approx(forced.confidence[list(window.focus)].tolist(), abs=1e-5)


@pytest.mark.parametrize('kind', KINDS)
def test_free_running_is_forced_by_its_own_answers(kind, folders, views):
    vlm = SceneVLM(folders[kind], batch=2, **SIZES)
    free = vlm.score(views)
    own = (free.answer == 'Yes').astype(int).to_numpy()
    forced = vlm.score(views, own)
    assert forced.confidence.to_numpy() == pytest.approx(free.confidence.to_numpy(), abs=1e-5)
    assert free['mode'].unique().tolist() == ['free-running']
    assert forced['mode'].unique().tolist() == ['teacher-forced']


@pytest.mark.parametrize('kind', KINDS)
def test_caches_and_batches_change_nothing(kind, folders, views, tmp_path):
    alone = SceneVLM(folders[kind], batch=1, **SIZES).score(views).confidence
    store = Store(tmp_path)
    first = SceneVLM(folders[kind], batch=4, store=store, **SIZES)
    again = SceneVLM(folders[kind], batch=4, store=store, **SIZES)
    assert first.score(views).confidence.to_numpy() == pytest.approx(alone.to_numpy(), abs=1e-5)
    assert again.score(views).confidence.equals(first.score(views).confidence)
    assert again.features.n_read == 0


def test_a_frame_goes_through_the_tower_once(folders, views):
    vlm = SceneVLM(folders['qwen2_5_vl'], **SIZES)
    vlm.score(views)
    assert vlm.features.n_read == 2*len(views)


def test_a_table_of_every_cut(folders, views):
    table = SceneVLM(folders['qwen2_vl'], **SIZES).score(views)
    assert table.cut.tolist() == list(range(10))
    assert table.place.tolist() == [0, 1, 2]*3 + [0]
    assert table.confidence.between(0, 1).all()
    assert (table.answer == np.where(table.confidence >= .5, 'Yes', 'No')).all()


@pytest.mark.parametrize('n', [0, 1])
def test_a_film_of_one_shot_has_no_cut(n, folders):
    assert len(SceneVLM(folders['qwen2_vl']).score(some_views(n))) == 0


def test_two_shots_are_one_cut(folders):
    assert len(SceneVLM(folders['qwen2_vl']).score(some_views(2))) == 1


def test_words_alone_need_no_picture(folders):
    vlm = SceneVLM(folders['qwen3_vl'], Shown(pictures=False), **SIZES)
    without = [replace(o, frames=o.frames[:0]) for o in some_views(7)]
    assert vlm.score(some_views(7)).confidence.equals(vlm.score(without).confidence)
    assert vlm.features.n_read == 0


def test_in_free_text_what_is_not_said_is_not_known(folders, views):
    table = SceneVLM(folders['qwen2_vl'], **SIZES).score(views, mode='free text')
    assert (table.confidence.isna() == (table.answer == '')).all()
    assert len(table) == 10


@pytest.mark.parametrize(('labels', 'mode', 'why'), [
    ([0, 1], None, 'give one a cut'),
    ([-1]*10, None, '0 or 1'),
    ([0]*10, 'free-running', 'needs labels'),
    (None, 'teacher-forced', 'needs labels'),
    (None, 'guess', 'expected one of'),
])
def test_what_cannot_be_asked_is_refused(labels, mode, why, folders, views):
    vlm = SceneVLM(folders['qwen2_vl'])
    with pytest.raises(ValueError, match=why): vlm.score(views, labels, mode)


def test_cancelled_it_says_how_far_it_came(folders, views):
    done = []
    vlm = SceneVLM(folders['qwen2_vl'], batch=1, **SIZES)
    def tell(n, total): done.append(n)
    table = vlm.score(views, progress=tell, cancel=lambda: len(done) == 2)
    assert table.confidence.notna().tolist() == [True]*6 + [False]*4
    assert table.answer[6:].tolist() == ['']*4


def run_until_killed(program, *arguments):
    "A process of its own, which kills itself"
    found = [str(Path(__file__).parent), *filter(None, [os.environ.get('PYTHONPATH')])]
    here = dict(os.environ, PYTHONPATH=os.pathsep.join(found))
    ended = subprocess.run([sys.executable, '-c', program, *arguments], env=here, cwd=ROOT)
    assert ended.returncode == -9


KILLED = """
import os, sys
from test_scene_vlm import SIZES, some_views
from scene_explore.core.store import Store
from scene_explore.segmentation.scene_vlm import SceneVLM

def after(done, total):
    if done == int(sys.argv[3]): os.kill(os.getpid(), 9)

vlm = SceneVLM(sys.argv[1], store=Store(sys.argv[2]), batch=1, **SIZES)
vlm.score(some_views(11), progress=after)
"""


def test_killed_while_it_reads_it_goes_on(folders, views, tmp_path):
    folder, store = folders['qwen2_5_vl'], tmp_path/'store'
    run_until_killed(KILLED, folder, store, '2')
    vlm = SceneVLM(folder, store=Store(store), batch=1, **SIZES)
    table = vlm.score(views)
    assert 0 < vlm.features.n_read < 2*len(views)
    whole = SceneVLM(folder, batch=1, **SIZES).score(views)
    assert table.confidence.to_numpy() == pytest.approx(whole.confidence.to_numpy(), abs=1e-6)


# ---- attention and reasons

@pytest.mark.parametrize('kind', KINDS)
def test_attention_is_what_transformers_gives(kind, folders, views):
    vlm = SceneVLM(folders[kind], **SIZES).open()
    window, labels = windows(11, **SIZES)[1], [0, 1, 0]
    found, parts = decision_attention(vlm, views, window, labels)
    encoded = vlm.encode(views, window)
    tokens, places = answer_tokens(encoded.choices, labels)
    steps = (encoded.end + torch.arange(len(tokens))).expand(3, -1)
    config = vlm.reader.model.model.language_model.config
    config._attn_implementation = 'eager'
    with torch.inference_mode():
        whole = vlm.reader.model(
            input_ids=torch.tensor([encoded.ids + tokens]),
            position_ids=torch.cat([encoded.position, steps], 1)[:, None],
            mm_encoder_outputs=dict(image=encoder_outputs(vlm.reader, encoded.features)),
            output_attentions=True,
        )
    config._attn_implementation = 'sdpa'
    mean = torch.stack(whole.attentions).mean((0, 2))[0]
    wanted = mean[[len(encoded.ids) + k - 1 for k in places]]
    assert found == pytest.approx(wanted.numpy(), abs=1e-6)
    assert len(parts) == found.shape[1]


def test_shares_of_a_decision_add_up(folders, views):
    table = attention_shares(SceneVLM(folders['qwen2_vl'], **SIZES), views, [0]*10)
    assert table.groupby('cut').share.sum().to_numpy() == pytest.approx(np.ones(10), abs=1e-4)
    shown = {'number', 'length', 'pictures', 'characters', 'subtitles'}
    assert set(table.part) == shown | {'task', 'template', 'answers', 'own line'}


def test_reasons_are_asked_of_cuts_that_are_there(folders, views):
    vlm = SceneVLM(folders['qwen2_vl'], **SIZES)
    table = explain(vlm, views, [1, 9], most=4)
    assert table.cut.tolist() == [1, 9]
    with pytest.raises(ValueError, match='cuts 0 to 9'): explain(vlm, views, [10])


# ---- training

def signs_in_words(n, seed):
    "A film whose scenes end where the names change"
    rng = np.random.default_rng(seed)
    labels = (rng.random(n - 1) < .4).astype(int)
    scene = np.r_[0, labels.cumsum()]
    blank = np.zeros((0, 56, 84, 3), 'uint8')
    views = [ShotView(blank, i, i + 1., (), (('Mara', 'Jo')[k % 2],)) for i, k in enumerate(scene)]
    return LabelledFilm(views, labels)


SMALL = VLMConfig(
    SampleConfig(sizes=((4, 2),)), steps=4, batch=2, lr=1e-2, lora_rank=4, check_every=2, seed=3
)


def weights_of(folder, name):
    from safetensors.torch import load_file
    return load_file(Path(folder)/name)


def test_the_loss_is_that_of_transformers(folders, views):
    reader = QwenReader(folders['qwen2_5_vl'], device='cpu').open()
    film = LabelledFilm(views, np.arange(10) % 2)
    config = SampleConfig(sizes=((6, 3),))
    samples = []
    for k in range(3):
        drawn = draw_sample([film], Shown(), config, k)
        samples.append(make_sample(reader, film, drawn, config))
    from scene_explore.segmentation.scene_vlm.frame_features import trained_features
    batch = collate(samples)
    ours = next_token_loss(reader.model, batch, trained_features(reader, batch.frames))
    lengths = torch.tensor([[len(o.ids)] for o in samples])
    labels = batch.ids.where(batch.weight > 0, torch.tensor(-100))
    theirs = reader.model(
        input_ids=batch.ids,
        attention_mask=(torch.arange(batch.ids.shape[1]) < lengths).long(),
        position_ids=batch.position,
        mm_encoder_outputs=dict(image=trained_features(reader, batch.frames)),
        labels=labels,
    ).loss
    assert float(ours) == pytest.approx(float(theirs), abs=1e-5)


def test_only_the_answer_counts_and_unknown_cuts_do_not(folders):
    reader = QwenReader(folders['qwen2_vl'], device='cpu').open()
    film = signs_in_words(6, 0)._replace(labels=np.array([0, 1, -1, 1, 0]))
    config = SampleConfig(sizes=((6, 5),), yes_weight=3., grammar_weight=.5)
    drawn = (draw_sample([film], Shown(), config, k) for k in range(99))
    whole = next(o for o in drawn if len(o.window.focus) == 5)
    sample = make_sample(reader, film, whole, config)
    answer = sample.weight[sample.weight > 0]
    assert sorted(answer.unique().tolist()) == [.5, 1., 3.]
    assert (answer == 3).sum() == 2
    text = reader.processor.tokenizer.decode(sample.ids[sample.weight > 0])
    assert text.startswith('Shot 1:')


def test_it_learns_from_names_and_its_adapter_is_small(folders, tmp_path):
    pytest.importorskip('peft')
    films = [signs_in_words(10, k) for k in range(6)]
    config = replace(SMALL, steps=60, batch=8, check_every=30)
    folder = folders['qwen2_vl']
    out = finetune_scene_vlm(folder, films, tmp_path/'a', films[:1], config, progress=False)
    log = (out/'log.csv').read_text().splitlines()
    first, last = (float(o.split(',')[1]) for o in (log[1], log[-1]))
    assert last < first
    names = {o.name for o in out.iterdir()}
    assert {'adapter_model.safetensors', 'adapter_config.json', 'README.md', 'log.csv'} <= names
    assert not [o for o in names if o.endswith(('.bin', '.pt', '.pkl'))]


def test_merged_and_unmerged_give_the_same_logits(folders, tmp_path):
    peft = pytest.importorskip('peft')
    films = [signs_in_words(8, k) for k in range(2)]
    out = finetune_scene_vlm(folders['qwen3_vl'], films, tmp_path/'a', (), SMALL, progress=False)
    views = films[0].views
    merged = SceneVLM(folders['qwen3_vl'], adapter=out, **SIZES).score(views).confidence
    beside = SceneVLM(folders['qwen3_vl'], **SIZES).open()
    with quiet_peft(): peft.PeftModel.from_pretrained(beside.reader.model, str(out)).eval()
    plain = SceneVLM(folders['qwen3_vl'], **SIZES).score(views).confidence
    assert merged.to_numpy() == pytest.approx(beside.score(views).confidence.to_numpy(), abs=1e-5)
    assert np.abs(merged - plain).max() > 1e-4


def test_an_adapter_is_asked_as_it_learned(folders, tmp_path):
    pytest.importorskip('peft')
    shown = Shown(pictures=False, lengths=False)
    films = [signs_in_words(8, k) for k in range(2)]
    folder = folders['qwen2_vl']
    out = finetune_scene_vlm(folder, films, tmp_path/'a', (), SMALL, shown, progress=False)
    context, focus = SMALL.samples.sizes[0]
    vlm = SceneVLM(folder, adapter=out)
    assert (vlm.context, vlm.focus, vlm.shown) == (context, focus, shown)
    assert vlm.reader.pixels == SMALL.pixels
    other = SceneVLM(folder, adapter=out, context=4, focus=2, shown=Shown(), pixels=3136)
    assert (other.context, other.focus, other.shown, other.reader.pixels) == (4, 2, Shown(), 3136)
    plain = SceneVLM(folder)
    assert (plain.context, plain.focus, plain.shown) == (20, 10, Shown())


@pytest.mark.parametrize('text', ['{', '[]', '{"shown": 3}', '{"shown": {"sound": true}}'])
def test_a_damaged_word_on_how_a_model_learned_is_refused(folders, tmp_path, text):
    (tmp_path/'scene_vlm.json').write_text(text)
    with pytest.raises(ValueError, match='scene_vlm.json: does not say how'):
        SceneVLM(folders['qwen2_vl'], adapter=tmp_path)


@pytest.mark.parametrize('sizes', [dict(context=0), dict(context=1), dict(focus=0)])
def test_windows_of_nothing_are_refused(folders, sizes):
    with pytest.raises(ValueError, match='context='):
        SceneVLM(folders['qwen2_vl'], **sizes)


TRAINED = """
import os, sys
from test_scene_vlm import SMALL, signs_in_words
from scene_explore.segmentation.scene_vlm import finetune_scene_vlm

def after(done, total):
    if done == int(sys.argv[3]): os.kill(os.getpid(), 9)

films = [signs_in_words(8, k) for k in range(3)]
finetune_scene_vlm(sys.argv[1], films, sys.argv[2], films[:1], SMALL, progress=after)
"""


def test_a_training_that_was_killed_ends_as_it_would_have(folders, tmp_path):
    pytest.importorskip('peft')
    folder, killed = folders['qwen2_5_vl'], tmp_path/'killed'
    run_until_killed(TRAINED, folder, killed, '3')
    films = [signs_in_words(8, k) for k in range(3)]
    whole = finetune_scene_vlm(folder, films, tmp_path/'whole', films[:1], SMALL, progress=False)
    finetune_scene_vlm(folder, films, killed, films[:1], SMALL, progress=False)
    a, b = (weights_of(o, 'training/state.safetensors') for o in (whole, killed))
    assert a.keys() == b.keys()
    for name in a: torch.testing.assert_close(a[name], b[name], rtol=0, atol=0)


def test_a_whole_model_learns_and_is_a_checkpoint(folders, tmp_path):
    films = [LabelledFilm(some_views(6, k), np.arange(5) % 2) for k in range(2)]
    config = replace(SMALL, lora_rank=0, steps=2)
    out = finetune_scene_vlm(folders['qwen2_5_vl'], films, tmp_path/'m', (), config, progress=False)
    assert len(SceneVLM(out, **SIZES).score(films[0].views)) == 5
    before, after = (weights_of(o, 'model.safetensors') for o in (folders['qwen2_5_vl'], out))
    moved = [k for k in after if not torch.equal(before[k], after[k])]
    assert any('visual' in k for k in moved)


@pytest.mark.parametrize(('labels', 'why'), [([0, 1], 'give one a cut'), ([0]*4 + [7], '-1 where')])
def test_films_without_the_right_labels_are_refused(labels, why, folders, tmp_path):
    films = [(some_views(6), np.array(labels))]
    with pytest.raises(ValueError, match=why):
        finetune_scene_vlm(folders['qwen2_vl'], films, tmp_path, progress=False)


def test_an_adapter_of_another_model_is_refused(folders, tmp_path):
    pytest.importorskip('peft')
    films = [signs_in_words(8, 0)]
    out = finetune_scene_vlm(folders['qwen2_vl'], films, tmp_path/'a', (), SMALL, progress=False)
    path = out/'adapter_config.json'
    config = json.loads(path.read_text())
    path.write_text(json.dumps(dict(config, target_modules='nothing')))
    with pytest.raises(ValueError, match='cannot be added'):
        SceneVLM(folders['qwen2_vl'], adapter=out).open()


def test_an_adapter_stays_with_its_model(folders, tmp_path):
    pytest.importorskip('peft')
    films = [signs_in_words(8, k) for k in range(2)]
    reader = QwenReader(folders['qwen2_vl'], device='cpu').open()
    config = replace(SMALL, pixels=reader.pixels)
    before = SceneVLM(reader, **SIZES).score(films[0].views).confidence
    out = finetune_scene_vlm(reader, films, tmp_path/'a', (), config, progress=False)
    store = Store(tmp_path/'store')
    adapted = SceneVLM(reader, adapter=out, store=store, **SIZES)
    first = adapted.score(films[0].views).confidence
    rows = ablation_scores(adapted, films[:1], {'all': {}})
    plain = SceneVLM(reader, store=store, **SIZES)
    assert plain.score(films[0].views).confidence.equals(before)
    assert np.array_equal(rows['all'][0], first.to_numpy())
    assert np.abs(first - before).max() > 1e-4


def test_another_film_is_another_training(folders, tmp_path):
    pytest.importorskip('peft')
    films = [signs_in_words(8, 0)]
    named = [replace(o, characters=('Hugo',)) for o in films[0].views]
    out = finetune_scene_vlm(folders['qwen2_vl'], films, tmp_path, (), SMALL, progress=False)
    before = weights_of(out, 'adapter_model.safetensors')
    other = [films[0]._replace(views=named)]
    finetune_scene_vlm(folders['qwen2_vl'], other, tmp_path, (), SMALL, progress=False)
    after = weights_of(out, 'adapter_model.safetensors')
    assert any(not torch.equal(before[k], after[k]) for k in before)


def test_validation_films_have_to_judge(folders, tmp_path):
    film = signs_in_words(8, 0)
    quiet = film._replace(labels=np.zeros(7, int))
    with pytest.raises(ValueError, match='no scene ends'):
        finetune_scene_vlm(folders['qwen2_vl'], [film], tmp_path, [quiet], SMALL, progress=False)


def test_every_cut_is_learned_from():
    film = LabelledFilm(some_views(30), np.arange(29) % 2)
    config = SampleConfig(sizes=((20, 10),))
    seen = np.zeros(29)
    for k in range(2000): seen[list(draw_sample([film], Shown(), config, k).window.focus)] += 1
    assert seen.min() > .8*seen.max()


# ---- films of one sign

@settings(max_examples=20)
@given(st.integers(0, 500))
def test_one_sign_changes_at_a_boundary(seed):
    film = sign_film(seed, 'validation', rooms=20)
    for i, sign in enumerate(film.signs):
        a, b = film.shots[i:i + 2]
        assert (a.scene != b.scene) == (sign != '')
        if not sign: continue
        assert sign in SIGNS
        assert f'The {sign} changes' in explained(film, i)
        changed = dict(place=a.take.room != b.take.room, hour=a.take.night != b.take.night,
                       cast=not set(a.characters) & set(b.characters))
        assert changed[sign] if sign in changed else True
        if sign != 'place': assert not changed['place']
        if sign != 'hour': assert not changed['hour']


def test_a_reason_needs_a_boundary():
    film = sign_film(1)
    inside = int(np.argmin(film.labels))
    with pytest.raises(ValueError, match='no scene ends'): explained(film, inside)


def test_ablations_of_a_random_model_are_chance(folders):
    films = [LabelledFilm(some_views(8, k), np.arange(7) % 3 == 1) for k in range(5)]
    vlm = SceneVLM(folders['qwen2_vl'], batch=8, **SIZES)
    rows = ['all', 'no pictures', 'shuffled shot numbers', 'blank pictures']
    other = SceneVLM(folders['qwen2_5_vl'], batch=8, **SIZES)
    scores = ablation_scores(vlm, films, rows, sizes=dict(larger=other))
    table = ablation_table(scores, films)
    assert table.row.tolist() == [*rows, 'larger', 'random', 'never']
    for film, found in zip(films, scores['larger'], strict=True):
        np.testing.assert_allclose(found, other.score(film.views).confidence, atol=1e-6)
    with pytest.raises(ValueError, match="'all' names two rows"):
        ablation_scores(vlm, films, rows, sizes=dict(all=other))
    assert table.AP.between(0, 1).all()
    assert not np.allclose(scores['all'][0], scores['blank pictures'][0], atol=1e-6)


# ---- films of annotated collections

def test_keyframes_subtitles_and_labels_make_a_film_to_learn_from(tmp_path):
    import pandas as pd
    (tmp_path/'keys'/'tt1').mkdir(parents=True)
    for shot, k in ((0, 1), (0, 0), (2, 0)):
        picture = Image.new('RGB', (80, 48), (0, 90*k, 60*shot))
        picture.save(tmp_path/f'keys/tt1/shot_{shot:04}_img_{k}.png')
    (tmp_path/'keys/tt1/shot_0003_img_0.png').write_bytes(b'no picture')
    (tmp_path/'tt1.srt').write_text('1\n00:00:00,500 --> 00:00:01,500\nAll night?\n')
    start = np.arange(4.)
    shots = pd.DataFrame(dict(
        video_id='tt1', path='', shot=range(4), start=start, end=start + 1, boundary=[0, 1, -1, 1]
    ))
    films, told = labelled_films(shots, tmp_path, tmp_path/'keys')
    film = films['tt1']
    assert [len(o.frames) for o in film.views] == [2, 0, 1, 0]
    assert film.views[0].frames[:, 0, 0, 1].tolist() == [0, 90]
    assert film.labels.tolist() == [0, 1, -1]
    assert [bool(o.subtitles) for o in film.views] == [True, True, False, False]
    assert [o.split(' of ')[0] for o in told] == ['shot 1', 'shot 3']


# ---- as a method of segment

@pytest.fixture(scope='module')
def film(tmp_path_factory):
    from conftest import write_film
    folder = tmp_path_factory.mktemp('film')
    path = write_film(folder/'a.mp4', n=96, cuts=(12, 24, 36, 48, 60, 72, 84))
    (folder/'a.srt').write_text('1\n00:00:00,100 --> 00:00:01,900\nMARA: Where is the key?\n')
    return path


def test_segment_divides_a_film_by_a_model(film, folders, tmp_path):
    from scene_explore import segment
    from scene_explore.views.segmentation_report import segmentation_text
    given = dict(method='scene-vlm', model=folders['qwen2_5_vl'], features='histogram')
    found = segment(film, out=tmp_path/'out', progress=False, **given)
    again = segment(film, out=tmp_path/'out', progress=False, **given)
    assert found.summary['method'].startswith('scene-vlm-qwen2_5_vl')
    assert found.shots.chance.dropna().between(0, 1).all()
    assert again.shots.chance.equals(found.shots.chance)
    assert '--model' in found.summary['options']
    assert (tmp_path/'out'/'scenes.html').exists()
    cost = found.summary['scene_vlm']
    assert cost['tokens_a_shot'] > 10 and cost['seconds_a_film_hour'] > 0
    assert f'{cost["tokens_a_shot"]:.0f} tokens a shot' in segmentation_text(found)
    assert 'scene_vlm' not in again.summary   # nothing was read anew


def test_segment_names_who_takes_part(film, folders, tmp_path):
    from scene_explore import segment
    given = dict(method='scene-vlm', model=folders['qwen2_vl'], features='histogram')
    table = tmp_path/'who.csv'
    table.write_text(f'path,start,end,characters\n{film},0,2,Mara; Jonas\n{film},1.5,9,Ines\n')
    found = segment(film, out=tmp_path/'out', progress=False, characters=table, **given)
    plain = segment(film, out=tmp_path/'out', progress=False, **given)
    assert not found.shots.chance.equals(plain.shots.chance)
    assert f'--characters {table}' in found.summary['options']
    table.write_text(f'path,start,end\n{film},0,2\n')
    with pytest.raises(UsageError, match='no column characters'):
        segment(film, out=tmp_path/'out', progress=False, characters=table, **given)


def test_names_are_of_the_shots_they_overlap(film):
    from scene_explore.segmentation.scene_vlm.on_films import _present
    def shots(*spans): return scene_table([dict(path=str(film), start=a, end=b) for a, b in spans])
    table = shots((0, 2), (1.5, 9)).assign(characters=['Mara; Jonas', 'Ines;Mara; '])
    found = _present(table, shots((0, 1), (1, 2), (2, 3), (9, 10)))
    assert found == [('Mara', 'Jonas'), ('Mara', 'Jonas', 'Ines'), ('Ines', 'Mara'), ()]
    elsewhere = table.assign(path='/other.mp4', video_id='other')
    assert _present(elsewhere, shots((0, 1))) is None


def test_subtitles_beside_a_film_are_shown(film):
    from scene_explore.segmentation.scene_vlm.on_films import read_subtitles
    cues, told = read_subtitles(film)
    assert [o[2] for o in cues] == ['MARA: Where is the key?']
    assert not told


def test_subtitles_that_cannot_be_read_are_reported(film, folders, tmp_path):
    import shutil

    from scene_explore import segment
    shutil.copy(film, tmp_path/'b.mp4')
    (tmp_path/'b.srt').write_bytes(b'nothing of a subtitle')
    given = dict(method='scene-vlm', model=folders['qwen2_vl'], features='histogram')
    found = segment(tmp_path/'b.mp4', out=None, store=tmp_path/'s', progress=False, **given)
    assert len(found.films) == 1
    assert 'b.srt holds no subtitles' in found.summary['skipped'][0]['reason']


@pytest.mark.parametrize(('given', 'why'), [
    (dict(method='scene-vlm'), 'needs a model'),
    (dict(model='somewhere'), 'for the method scene-vlm alone'),
    (dict(adapter='somewhere'), 'for the method scene-vlm alone'),
    (dict(characters='somewhere.csv'), 'for the method scene-vlm alone'),
    (dict(method='scene-vlm', model='/nowhere/at/all'), 'nowhere'),
])
def test_segment_says_what_a_model_needs(given, why, film, tmp_path):
    from scene_explore import segment
    with pytest.raises(UsageError, match=why): segment(film, out=tmp_path, progress=False, **given)


def test_cancelled_it_keeps_what_it_decided(film, folders, tmp_path):
    from scene_explore.segmentation.scene_vlm.on_films import VLMMethod
    shots = scene_table([dict(path=str(film), start=i/2, end=(i + 1)/2) for i in range(8)])
    store = Store(tmp_path)
    vlm = SceneVLM(folders['qwen2_vl'], store=store, batch=1, **SIZES)
    asked = iter([False, True])
    with pytest.raises(ValueError, match='3 of 7 cuts'):
        VLMMethod(vlm, cancel=lambda: next(asked)).of_shots(shots)
    assert len(VLMMethod(vlm).of_shots(shots)) == 7
