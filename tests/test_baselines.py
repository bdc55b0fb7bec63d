"""What is free: layers, networks that learned nothing, spaces that need no second look; and scores
that are a distribution"""
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from scipy.stats import t

from scene_explore import geometry

from scene_explore.encoders import weights

from scene_explore.geometry import evaluate
from scene_explore.encoders.embed import get_backbone
from scene_explore.encoders.backbone import fit_clips, normalise_pixels
from scene_explore.encoders.video import at_layer, untrained
from scene_explore.encoders.ingest import Settings
from scene_explore.core.scenes import scene_table
from test_backbones import make_checkpoint, random_clips

FINE_TUNED = dict(cls='VideoMAEForVideoClassification', use_mean_pooling=True, num_labels=3)


def pixels_of(clips):
    return normalise_pixels(
        fit_clips(torch.from_numpy(clips), 32),
        weights.IMAGENET_MEAN,
        weights.IMAGENET_STD,
    )


# -- fine-tuned checkpoints
# --------------------------------------------------------------------------------------------------
def what_its_classifier_reads(model, clips):
    "The input of the classifier, as transformers' own forward pass gives it"
    seen = []
    hook = model.classifier.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    with torch.inference_mode(): model(pixels_of(clips))
    hook.remove()
    return seen[0].numpy()


def test_a_fine_tuned_checkpoint_gives_what_its_classifier_reads(tmp_path):
    model, clips = make_checkpoint(tmp_path, **FINE_TUNED), random_clips()
    b = get_backbone(tmp_path)
    np.testing.assert_allclose(b.encode(clips), what_its_classifier_reads(model, clips), atol=1e-4)
    with torch.inference_mode():
        plain = model.videomae(pixels_of(clips)).last_hidden_state.mean(1).numpy()
    assert np.abs(b.encode(clips) - plain).max() > .1, 'the norm is no identity'
    assert b.pooling == 'mean of tokens, fc_norm'


def test_the_norm_of_the_mean_is_in_the_name_of_the_space(tmp_path):
    make_checkpoint(tmp_path, **FINE_TUNED)
    file = tmp_path/'model.safetensors'
    tensors = load_file(file)
    before = get_backbone(tmp_path).fingerprint
    save_file(
        tensors | {'fc_norm.bias': tensors['fc_norm.bias'] + 1}, file, metadata={'format': 'pt'}
    )
    moved = get_backbone(tmp_path).fingerprint
    save_file(
        {k: v for k, v in tensors.items() if not k.startswith('fc_norm')},
        file,
        metadata={'format': 'pt'},
    )
    without = get_backbone(tmp_path)
    assert len({before, moved, without.fingerprint}) == 3 and without.pooling == 'mean of tokens'
    save_file(
        {k: v for k, v in tensors.items() if k != 'fc_norm.bias'}, file, metadata={'format': 'pt'}
    )
    with pytest.raises(ValueError, match='1 weights do not fit'): get_backbone(tmp_path)


def test_a_checkpoint_without_it_keeps_the_name_of_its_space():
    from scene_explore.encoders.embed import shipped_backbone
    shipped = get_backbone(shipped_backbone())
    assert 'layer' not in shipped.space and shipped.pooling == 'mean of tokens'
    assert get_backbone('pixels').fingerprint == 'pixels-112px-16f-float32-7fd1b450d252'
    assert shipped.fingerprint == 'videomae192x8-112px-16f-float32-b7be2ab9ad59'


def test_training_goes_on_from_the_same_vectors(tmp_path):
    from scene_explore.training.trunk import Lower
    make_checkpoint(tmp_path, **FINE_TUNED)
    b, clips = get_backbone(tmp_path, device='cpu'), random_clips()
    lower = Lower(b, 1)
    with torch.inference_mode(): y = lower.top()(lower.activations(clips).float())
    np.testing.assert_allclose(y.numpy(), b.encode(clips), atol=1e-4)
    with pytest.raises(ValueError, match='leave out layer='): Lower(at_layer(b, 1), 1)


# -- layers
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize('classifies', [False, True])
def test_layers_are_the_hidden_states_of_transformers(tmp_path, classifies):
    model = make_checkpoint(tmp_path, **FINE_TUNED if classifies else {})
    clips = random_clips()
    with torch.inference_mode():
        states = model.videomae(pixels_of(clips), output_hidden_states=True).hidden_states
    assert len(states) == 3
    for layer in range(-3, 3):
        x = get_backbone(tmp_path, layer=layer).encode(clips)
        np.testing.assert_allclose(x, states[layer].mean(1).numpy(), atol=1e-4)


def test_only_the_blocks_that_are_needed_run(tmp_path):
    make_checkpoint(tmp_path, num_hidden_layers=4)
    b, ran = get_backbone(tmp_path, layer=1), []
    for i, block in enumerate(b.blocks): block.register_forward_hook(lambda *_, i=i: ran.append(i))
    b.encode(random_clips())
    assert ran == [0]


def test_a_layer_has_one_name(tmp_path):
    make_checkpoint(tmp_path)
    b = get_backbone(tmp_path)
    names = [get_backbone(tmp_path, layer=o).fingerprint for o in (0, 1, 2)]
    assert len({b.fingerprint, *names}) == 4 and 'layer1' in names[1]
    assert (
        names
        == [get_backbone(tmp_path, layer=o).fingerprint for o in (-3, -2, -1)]
        == [at_layer(b, o).fingerprint for o in range(3)]
    )
    for wrong in (3, -4):
        with pytest.raises(ValueError, match='has the layers 0 to 2, or -1 to -3 from the end'):
            get_backbone(tmp_path, layer=wrong)
    with pytest.raises(ValueError, match='has no layers'): at_layer(get_backbone('histogram'), 0)


# -- a network that has learned nothing
# --------------------------------------------------------------------------------------------------
def test_an_untrained_network_is_drawn_by_its_seed_alone(tmp_path):
    make_checkpoint(tmp_path)
    b, clips = get_backbone(tmp_path), random_clips()
    torch.manual_seed(5)
    first, state = untrained(b), torch.random.get_rng_state()
    torch.manual_seed(6)
    again = untrained(get_backbone(tmp_path))
    assert first.fingerprint == again.fingerprint and 'random0' in first.fingerprint
    np.testing.assert_array_equal(first.encode(clips), again.encode(clips))
    assert len({b.fingerprint, first.fingerprint, untrained(b, 1).fingerprint}) == 3
    torch.manual_seed(5)
    assert torch.equal(state, torch.random.get_rng_state()), 'it draws from a generator of its own'
    assert (
        replace(first, weights=b.weights, shape=b.shape).fingerprint == b.fingerprint
    ), 'it differs by its weights and by nothing else'


def test_an_untrained_network_is_what_transformers_draws(tmp_path):
    from transformers import VideoMAEConfig, VideoMAEModel
    made, clips = make_checkpoint(tmp_path), random_clips()
    torch.manual_seed(0)
    plain = VideoMAEModel(VideoMAEConfig(**json.loads((tmp_path/'config.json').read_text()))).eval()
    with torch.inference_mode(): y = plain(pixels_of(clips)).last_hidden_state.mean(1).numpy()
    np.testing.assert_allclose(untrained(get_backbone(tmp_path)).encode(clips), y, atol=1e-5)
    assert made.config.num_hidden_layers == plain.config.num_hidden_layers
    with pytest.raises(ValueError, match='no weights'): untrained(get_backbone('pixels'))


# -- words of held-out scenes
# --------------------------------------------------------------------------------------------------
TEXTS = [
    'Ana pours tea in the kitchen.',
    'Ben waits at the kitchen table.',
    'A bench in the park, in the rain.',
    'Nobody in the park.',
    'Tea on the table.',
    'Zeppelin',
]


def test_tfidf_learns_nothing_from_held_out_texts():
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize
    from scene_explore.encoders.text import embed_text
    train = np.array([True]*4 + [False]*2)
    found = embed_text(TEXTS, 'tfidf', progress=False, fit=train)
    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r'(?u)\b\w+\b').fit(sorted(TEXTS[:4]))
    svd = TruncatedSVD(found.x.shape[1], algorithm='arpack', random_state=0).fit(
        words.transform(sorted(TEXTS[:4]))
    )
    plain = normalize(svd.transform(words.transform(TEXTS)))
    np.testing.assert_allclose(found.x @ found.x.T, plain @ plain.T, atol=1e-5)
    assert found.silent.tolist() == [False]*5 + [True], 'no word of the last one is known'
    other = embed_text(
        [*TEXTS[:4], 'something else', 'again'], 'tfidf', progress=False, fit=[3, 2, 1, 0]
    )
    assert (
        other.fingerprint
        == found.fingerprint
        != embed_text(TEXTS, 'tfidf', progress=False).fingerprint
    )
    np.testing.assert_allclose(other.x[:4], found.x[:4], atol=1e-6)


def test_a_fitted_encoder_stays_as_it_was_fitted():
    from scene_explore.encoders.text_encoders import tfidf
    from scene_explore.encoders.text import embed_text
    fitted = tfidf().fitted(TEXTS[:4])
    found = embed_text(TEXTS[4:], fitted, progress=False)
    assert found.fingerprint == fitted.fingerprint
    np.testing.assert_allclose(found.x, fitted.encode(TEXTS[4:]), atol=1e-6)
    assert embed_text(TEXTS, fitted, progress=False, fit=[4, 5]).fingerprint != fitted.fingerprint
    for wrong in ([True]*3, [9]):
        with pytest.raises(ValueError, match='fit names other rows than those of these 6 texts'):
            embed_text(TEXTS, 'tfidf', progress=False, fit=wrong)


# -- what a label is worth as an answer
# --------------------------------------------------------------------------------------------------
QUESTION = 'Where?'


@pytest.fixture(scope='module')
def reader(tmp_path_factory):
    from scene_explore.labels.vlm import QwenReader, random_qwen
    folder = random_qwen(tmp_path_factory.mktemp('qwen'))
    return QwenReader(str(folder), device='cpu', prompt=QUESTION).open()


def frames(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (2, 64, 96, 3), dtype=np.uint8), 2.


def next_token(reader, x, answer):
    """Probabilities of the next token after the question and a part of an answer, in one plain pass
    of everything"""
    more = torch.tensor([answer], dtype=torch.long)
    longer = dict(x, input_ids=torch.cat([x['input_ids'], more], 1))
    longer['attention_mask'] = torch.ones_like(longer['input_ids'])
    longer['mm_token_type_ids'] = torch.cat([x['mm_token_type_ids'], 0*more], 1)
    with torch.inference_mode():
        return reader.model(**longer).logits[0, -1].float().softmax(-1).numpy()


def whole_string(reader, x, tokens):
    "The probability of these tokens as the answer, one plain pass a token"
    return float(np.prod([next_token(reader, x, tokens[:i])[t] for i, t in enumerate(tokens)]))


def test_labels_share_the_probabilities_of_whole_answers(reader):
    """Labels of which one begins another: each has what the model gives to that very answer and to
    nothing longer"""
    from scipy.special import softmax
    from scene_explore.labels.vlm import ask_inputs, label_tokens, turn_end
    labels, clip = ['k', 'kitchen', 'kitchen x', 'street', 'a garden, late'], frames()
    x, end = ask_inputs(reader, [clip], QUESTION), turn_end(reader)
    plain = np.array(
        [whole_string(reader, x, [*o, end]) for o in label_tokens(reader, QUESTION, labels)]
    )
    scores = reader.score([clip], labels)[0]
    np.testing.assert_allclose(scores, np.log(plain), atol=1e-3)
    np.testing.assert_allclose(softmax(scores), plain/plain.sum(), atol=1e-5)


def test_the_answers_that_begin_alike_add_up_to_how_they_begin(reader):
    """One token and then each token of the vocabulary: together they are as likely as the first
    token, so nothing is counted twice"""
    from scene_explore.labels.vlm import ask_inputs, label_scores
    x = ask_inputs(reader, [frames()], QUESTION)
    words = reader.model.config.text_config.vocab_size
    pairs = label_scores(reader.model, x, [[11, t] for t in range(words)])[0].double().exp().numpy()
    assert pairs.sum() == pytest.approx(next_token(reader, x, [])[11], rel=1e-4)
    assert pairs[12] == pytest.approx(whole_string(reader, x, [11, 12]), rel=1e-3)


def test_labels_of_one_token_are_compared_by_it_alone(reader):
    from scene_explore.labels.vlm import answer_tokens, ask_inputs
    labels = ['k', 's', 'x']
    tokens = answer_tokens(reader, QUESTION, labels)
    assert [len(o) for o in tokens] == [1, 1, 1]
    p = next_token(reader, ask_inputs(reader, [frames()], QUESTION), [])
    np.testing.assert_allclose(
        reader.score([frames()], labels)[0], np.log([p[o[0]] for o in tokens]), atol=1e-4
    )


def test_a_certain_token_more_changes_nothing():
    """By the mean per token it did: a label of .15 rose to .25 by one certain token, one of .01 to
    .20 by three"""
    from scipy.special import softmax
    p, n = np.array([.84, .15, .01]), np.array([1, 2, 4])
    assert softmax(np.log(p)) == pytest.approx(p)
    assert softmax(np.log(p)/n) == pytest.approx([.544, .251, .205], abs=1e-3)


def test_pmi_takes_off_what_is_likely_without_frames(reader):
    from scipy.special import softmax
    from scene_explore.labels.vlm import QwenReader, label_tokens, turn_end
    labels = ['kitchen', 'x', 'a street']
    clips = [frames(0), frames(1)]
    by_pmi = QwenReader(reader.checkpoint, device='cpu', prompt=QUESTION, scoring='pmi')
    asked = reader.processor.apply_chat_template(
        [dict(role='user', content=[dict(type='text', text=QUESTION)])],
        chat_template=reader.template,
        add_generation_prompt=True,
    )
    x = reader.processor.tokenizer(asked, return_tensors='pt')
    x['mm_token_type_ids'] = torch.zeros_like(x['input_ids'])
    prior = np.array([
        whole_string(reader, x, [*o, turn_end(reader)])
        for o in label_tokens(reader, QUESTION, labels)
    ])
    plain, calibrated = reader.score(clips, labels), by_pmi.score(clips, labels)
    np.testing.assert_allclose(calibrated, plain - np.log(prior), atol=1e-3)
    # diag(p without content)^-1 p, renormalised
    zhao = softmax(plain, axis=1)/prior
    np.testing.assert_allclose(
        softmax(calibrated, axis=1), zhao / zhao.sum(1, keepdims=True), atol=1e-4
    )


def test_how_labels_are_scored_is_in_their_author_and_in_no_other(reader):
    from scene_explore.labels.vlm import QwenReader
    by_pmi = QwenReader(reader.checkpoint, device='cpu', prompt=QUESTION, scoring='pmi')
    by_sum, other = (o.asked(labels=['a', 'b']) for o in (reader, by_pmi))
    assert by_sum.fingerprint != other.fingerprint
    assert (by_sum.space['scoring'], other.space['scoring']) == ('sum', 'pmi')
    written, also_written = (o.asked(prompt='What?', max_tokens=8) for o in (reader, by_pmi))
    assert written.fingerprint == also_written.fingerprint, 'what it writes is the same'
    with pytest.raises(ValueError, match="scoring='mean' is not known"):
        QwenReader(reader.checkpoint, device='cpu', scoring='mean')


# -- free baselines in every exploration
# --------------------------------------------------------------------------------------------------
def test_a_backbone_has_the_baselines_that_apply_to_it():
    from scene_explore.encoders.baselines import baseline_encoders
    from scene_explore.encoders.embed import shipped_backbone
    main = get_backbone(shipped_backbone())
    found = baseline_encoders(main)
    assert list(found) == ['pixels', 'histogram', 'patches', 'random']
    assert {(o.sampling, o.size) for o in found.values()} == {(main.sampling, main.size)}
    assert found['patches'].fingerprint == get_backbone(shipped_backbone(), layer=0).fingerprint
    assert list(baseline_encoders(get_backbone('histogram'))) == ['pixels']


def quiet_places(n=40, seed=0):
    """Three films whose places lie in quiet directions under a loud one, and a black shot a film
    that lies far away"""
    rng = np.random.default_rng(seed)
    place, film = np.tile(np.arange(4), 3*n//4), np.repeat(['a', 'b', 'c'], n)
    x = np.c_[
        np.full((3 * n, 1), 9.0),
        3 * rng.normal(size=(3 * n, 1)),
        0.25 * np.eye(4)[place] + rng.normal(0, 0.05, (3 * n, 4)),
    ]
    return (
        np.r_[x, 50 * np.eye(6)[-3:]],
        np.r_[place.astype(str), [''] * 3],
        np.r_[film, ['a', 'b', 'c']],
        np.arange(3 * n + 3) >= 3 * n,
    )


def test_derived_spaces_look_at_no_label_and_at_no_black_shot():
    from sklearn.preprocessing import normalize
    from scene_explore import geometry
    from scene_explore.geometry.whitening import components, derived_space
    x, places, films, dark = quiet_places()
    shown = normalize(x[~dark])
    centred, whitened = (derived_space(o, x, dark) for o in ('centred', 'whitened'))
    np.testing.assert_allclose(centred[~dark], shown - shown.mean(0), atol=1e-6)
    k = min(components((~dark).sum()), 6)
    np.testing.assert_allclose(whitened[~dark], geometry.whiten(shown, k=k), atol=1e-4)
    np.testing.assert_allclose(whitened[~dark], derived_space('whitened', x[~dark]), atol=1e-5)
    def p1(y): return geometry.place_precision(y, places.tolist(), (1,), films)[1]
    assert p1(x) < .7 < .9 < p1(whitened)


def test_the_check_of_whitening_sees_nothing_of_the_film_that_it_judges():
    from scene_explore import geometry
    from scene_explore.geometry.whitening import components, whitened_elsewhere
    x, _, films, dark = quiet_places()
    y, others = whitened_elsewhere(x, films, dark), (films != 'a') & ~dark
    fit = geometry.unit(x[others])
    plain = geometry.whiten(geometry.unit(x[films == 'a']), fit, min(components(len(fit)), 6))
    np.testing.assert_allclose(y[films == 'a'], plain[:, :y.shape[1]], atol=1e-4)
    moved = x.copy()
    # another film a: the map of a stays, those of b and c change
    moved[films == 'a'] *= np.linspace(.1, 9, 6)
    z = whitened_elsewhere(moved, films, dark)
    np.testing.assert_allclose(
        z[films == 'a'],
        geometry.whiten(geometry.unit(moved[films == 'a']), fit, min(components(len(fit)), 6))[
            :, : z.shape[1]
        ],
        atol=1e-4,
    )
    assert np.abs(z[films == 'b'] - y[films == 'b']).max() > .1


@pytest.fixture(scope='module')
def explored(tmp_path_factory):
    "Two films of the world, coarse and small, explored by the colour histogram"
    from scene_explore.datasets import world
    from scene_explore.pipelines.explore import explore
    room = tmp_path_factory.mktemp('explored')
    for seed in (1, 2):
        world.render_film(seed, room/f'film-{seed}.mp4', seconds=40, shots=14, fps=6, size=(48, 84))
    return explore(room, out=room/'out', backbone='histogram', progress=False, exclude=0.), room


def test_an_exploration_has_every_baseline_and_the_place_test(explored):
    from scene_explore import geometry
    from scene_explore.geometry.place_measures import hardest
    result, room = explored
    m = json.loads((room/'out/summary.json').read_text())['metrics']
    assert list(result.spaces) == ['histogram', 'pixels', 'centred', 'whitened']
    for name in result.spaces:
        assert f'place P@1 within films, {name}' in m and any(
            ' ABX ' in k and k.endswith(f', {name}') for k in m
        ), name
    s = result.scenes
    told = s[['place', 'kind', 'camera', 'light']]
    plain = geometry.place_test(
        result.spaces['whitened'],
        told,
        groups=s.video_id.to_numpy(),
        times=s[['start', 'end']].to_numpy(),
        exclude=0.0,
    )
    row = hardest(plain)
    key = f'place ABX error within films, {row.changed} changed, against {row.against}, whitened'
    assert m[key]['value'] == pytest.approx(row.error, abs=1e-5)
    assert any(
        k.startswith('place P@1 within films, hard') for k in m
    ), 'cameras and lights are known'


def test_who_wins_is_said_in_words(explored):
    from scene_explore.views.exploration_report import exploration_numbers, exploration_text
    result, _ = explored
    m = result.summary['metrics']
    at1 = {k: m[f'place P@1 within films, {k}']['value'] for k in result.spaces}
    best = max([o for o in at1 if o != 'histogram'], key=at1.get)
    said = exploration_text(result)
    assert f'best free baseline: {best} {at1[best]:.2f}' in said
    gain = m[f'place P@1 within films, gain over {best}']
    clear = gain['low'] is None or not gain['low'] <= 0 <= gain['high']
    words = ('finds more places than' if clear else 'is not told apart from')
    assert words in said
    names = [o['name'] for o in exploration_numbers(result)]
    assert names.index('place ABX error') < names.index(
        'place P@1 within films'
    ), 'the question comes first'


def test_what_is_fitted_needs_five_scenes(tmp_path):
    from conftest import write_film
    from scene_explore.pipelines.explore import explore
    write_film(tmp_path/'short.mp4', n=48, cuts=(24,))
    result = explore(
        tmp_path, out=None, store=tmp_path / 'store', backbone='histogram', progress=False
    )
    assert (
        len(result.scenes) < 5
        and list(result.spaces) == ['histogram', 'pixels']
        and not result.summary['skipped']
    )


def test_rooms_of_one_name_in_two_films_are_two_rooms():
    rows = [
        dict(
            path=f'{film}.mp4',
            video_id=film,
            start=20.0 * i,
            end=20.0 * i + 2,
            place=f'kitchen {1 + i % 2}',
            place_source='truth',
        )
        for film in 'ab'
        for i in range(6)
    ]
    scenes = scene_table(rows)
    x = (
        np.random.default_rng(0).normal(size=(12, 3)) * 0.05
        + np.eye(4)[[2 * (film == 'b') + i % 2 for film in 'ab' for i in range(6)]][:, :3]
    )
    known, alone = (
        evaluate.place_structure(dict(a=x), t, Settings())
        for t in (scenes.assign(kind='kitchen'), scenes.assign(kind=''))
    )
    name = 'silhouette of places, a'
    apart = [f'{o.video_id} {o.place}' for o in scenes.itertuples()]
    assert known[name]['value'] == pytest.approx(
        geometry.silhouette(
            x, apart, scenes.video_id, scenes[['start', 'end']].to_numpy(), Settings().exclude
        ),
        abs=1e-6,
    )
    assert known[name]['value'] > alone[name]['value'] + .1


def test_the_best_of_many_baselines_needs_more_than_the_only_one():
    "Intervals of the gain hold for all baselines together (Bonferroni)"
    rng = np.random.default_rng(0)
    scenes = scene_table([
        dict(path=f'{f}.mp4', video_id=f, start=30 * i, end=30 * i + 9, place='ab'[i % 2])
        for f in 'cdefgh'
        for i in range(8)
    ])
    x = rng.normal(size=(48, 6)) + 2*(scenes.place == 'a').to_numpy()[:, None]
    many = {str(i): x + rng.normal(size=x.shape)*i for i in range(6)}
    alone = evaluate.paired_gain({k: many[k] for k in '01'}, scenes, Settings()).iloc[0]
    among = evaluate.paired_gain(many, scenes, Settings()).iloc[0]
    assert among.baseline == alone.baseline and among.value == alone.value
    assert (among.high - among.low) / (alone.high - alone.low) == pytest.approx(
        t.ppf(1 - 0.05 / 2 / 5, 5) / t.ppf(0.975, 5)
    )
