"""Words to vectors to relatedness: descriptions, encoders on small random checkpoints in the hub's
own format, the cache, calibrations, separation"""
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from scene_explore.encoders import hub, relatedness as module, text, text_encoders
from scene_explore.encoders.relatedness import (
    CALIBRATIONS,
    calibrate,
    pairs,
    relatedness,
    separation,
)
from scene_explore.datasets.loaders import load_finevideo
from scene_explore.encoders.text_encoders import get_text_encoder, tfidf
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.encoders.text import FIELDS, describe, embed_text

WORDS = [
    'Ana pours tea in the kitchen.',
    'Ben waits at the table by the stove, for a long time, and nobody comes.',
    'A bench in the park.',
    'Rain.',
]


# ---- calibrations
def vectors(n=12, d=20, seed=0, shared=1.):
    x = np.random.default_rng(seed).normal(size=(n, d)) + shared*np.eye(d)[0]*3
    return (x/np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


anything = st.tuples(st.integers(4, 9), st.integers(3, 7)).flatmap(
    lambda shape: arrays(
        np.float64, shape, elements=st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 1.0, 3.0])
    )
)
several = settings(max_examples=60, deadline=None)


def rows_differ(t):
    x = module._rows(t)
    x = x[x.any(1)]
    return len(x) >= 4 and np.abs(x - x.mean(0)).max() > 1e-6


@pytest.mark.parametrize('name', CALIBRATIONS)
@several
@given(t=anything)
def test_relatedness_is_symmetric_and_a_scene_is_itself(name, t):
    if not rows_differ(t): return
    s = relatedness(t, name)
    assert s.dtype == np.float32 and (s == s.T).all() and (s.diagonal() == 1).all()
    assert -1 <= s.min() and s.max() <= 1 and (name != 'quantile' or s.min() >= 0)
    said = t.any(1)
    # nothing said: related to itself alone
    assert (s[~said].sum(1) == 1).all()
    some = relatedness(t[said], name)
    np.testing.assert_allclose(s[np.ix_(said, said)], some, atol=1e-6)


@several
@given(t=anything)
def test_quantiles_keep_the_order_of_cosines_and_nothing_else(t):
    if not rows_differ(t): return
    x = module._rows(t)
    x = x[x.any(1)]
    c, u = np.round(pairs(x @ x.T), 9), pairs(relatedness(x, 'quantile'))
    order = np.argsort(c, kind='stable')
    steps, rises = np.diff(c[order]), np.diff(u[order])
    assert (rises[steps > 1e-8] > 0).all() and (np.abs(rises[steps == 0]) < 1e-6).all()
    assert abs(u.mean() - .5) < 1e-5


@pytest.mark.parametrize('name', CALIBRATIONS)
def test_neither_rotation_nor_length_nor_order_of_rows_matters(name):
    t, rng = vectors().astype(float), np.random.default_rng(1)
    q = np.linalg.qr(rng.normal(size=(20, 20)))[0]
    np.testing.assert_allclose(relatedness(t @ q, name), relatedness(t, name), atol=2e-6)
    np.testing.assert_allclose(
        relatedness(t * rng.uniform(0.1, 9, (12, 1)), name), relatedness(t, name), atol=2e-6
    )
    p = rng.permutation(12)
    np.testing.assert_allclose(
        relatedness(t[p], name), relatedness(t, name)[np.ix_(p, p)], atol=2e-6
    )


def test_closed_forms():
    t = vectors().astype(float)
    t /= np.linalg.norm(t, axis=1, keepdims=True)
    np.testing.assert_allclose(relatedness(t), t @ t.T, atol=1e-6)
    centred = t - t.mean(0)
    expected = centred @ centred.T/np.outer(*[np.linalg.norm(centred, axis=1)]*2)
    np.testing.assert_allclose(relatedness(t, 'centred'), expected, atol=1e-6)
    simplex = np.hstack([np.full((7, 1), 5.), np.eye(7)])
    np.testing.assert_allclose(pairs(relatedness(simplex, 'centred')), -1/6, atol=1e-6)


@pytest.mark.parametrize('k', [1, 3])
def test_all_but_the_top_leaves_what_pca_does_not_explain(k):
    from sklearn.decomposition import PCA
    from sklearn.metrics.pairwise import cosine_similarity
    t = vectors(30).astype(float)
    t /= np.linalg.norm(t, axis=1, keepdims=True)
    pca = PCA(k, svd_solver='full').fit(t)
    np.testing.assert_allclose(
        relatedness(t, 'all_but_the_top', k=k),
        cosine_similarity(t - pca.inverse_transform(pca.transform(t))),
        atol=1e-5,
    )


def test_the_default_number_of_directions_is_a_hundredth_of_the_width():
    assert [len(calibrate(vectors(20, d), 'all_but_the_top').top) for d in (20, 384)] == [1, 4]


@pytest.mark.parametrize('n', [2, 3, 4, 5, 6])
def test_few_vectors_lose_no_more_directions_than_they_have(n):
    t = vectors(n, 384)
    assert len(calibrate(t, 'all_but_the_top').top) == min(4, n - 2)
    s = relatedness(t, 'all_but_the_top')
    assert s.shape == (n, n) and (np.abs(pairs(s)) > 1e-3).any()
    if n == 2: np.testing.assert_array_equal(s, relatedness(t, 'centred'))
    with pytest.raises(ValueError, match='"centred"'): relatedness(t, 'all_but_the_top', k=n - 1)
    # two directions, whatever their number: one of them is left
    doubled = relatedness(t[[0, 0, 1, 1, 1]], 'all_but_the_top')
    np.testing.assert_allclose(doubled[0], [1, 1, -1, -1, -1], atol=1e-5)


def test_a_batch_has_the_s_of_the_whole_library():
    t = vectors(40)
    for name in CALIBRATIONS:
        c, whole = calibrate(t, name), relatedness(t, name)
        np.testing.assert_allclose(c(t[5:9]), whole[5:9, 5:9], atol=1e-6)
        np.testing.assert_allclose(c(t[:3], t[5:9]), whole[:3, 5:9], atol=1e-6)


def test_quantiles_of_a_sample_of_pairs_are_close():
    t = vectors(80)
    few = calibrate(t, 'quantile', most_pairs=1500)
    assert np.abs(few(t) - relatedness(t, 'quantile')).max() < .06
    assert (calibrate(t, 'quantile', most_pairs=1500).levels == few.levels).all()


def test_many_pairs_share_a_short_quantile_map():
    from scipy.stats import rankdata
    # a third of the pairs of the last rows are equal to one another
    t = np.vstack([vectors(400, 30, shared=.2), np.eye(30)[:3].repeat(40, 0)])
    x = module._rows(t)
    c = calibrate(t, 'quantile')
    assert (
        1000 < len(c.cosines) <= 10_000 < len(pairs(x @ x.T))
        and (np.diff(c.cosines) > 0).all()
        and (np.diff(c.levels) > 0).all()
    )
    cosines, s = np.round(pairs(x @ x.T), 9), pairs(c(t))
    exact = (rankdata(cosines) - 1)/(len(cosines) - 1)
    assert np.abs(s - exact).max() < 1/4000
    order = np.argsort(cosines, kind='stable')
    steps, rises = np.diff(cosines[order]), np.diff(s[order])
    assert (
        (rises >= -1e-6).all() and (steps == 0).any() and (np.abs(rises[steps == 0]) < 1e-6).all()
    )
    # fewer distinct ones than knots: exact
    few, levels = module.quantile_levels(np.tile(cosines[:5000], 3))
    np.testing.assert_array_equal(few, np.unique(cosines[:5000]))
    np.testing.assert_allclose(
        np.interp(cosines[:5000], few, levels),
        (rankdata(np.tile(cosines[:5000], 3))[:5000] - 1) / 14999,
    )


@pytest.mark.parametrize('name', CALIBRATIONS)
def test_blocks_are_as_the_whole(name):
    t = vectors(1700, 8)
    t[[5, 1600]] = 0
    c = calibrate(t, name)                                              # 1700 rows are two blocks
    x = c.move(t)
    whole = np.where(np.outer(t.any(1), t.any(1)), c.level(x @ x.T), 0)
    np.fill_diagonal(whole, 1)
    s = c(t)
    assert s.dtype == np.float32 and (s == s.T).all()
    np.testing.assert_allclose(s, whole, atol=2e-6)
    np.testing.assert_allclose(c(t, t[:1300])[1300:], whole[1300:, :1300], atol=2e-6)


def test_duplicates_have_equal_s_and_are_one_another():
    t = vectors()[[0, 0, *range(12)]]
    for name in CALIBRATIONS:
        s = relatedness(t, name)
        assert s[0, 1] == 1 or name == 'quantile' and s[0, 1] == pairs(s).max()
        np.testing.assert_allclose(s[0, 3:], s[1, 3:], atol=1e-6)


def test_temperature_and_what_becomes_of_negative_s():
    t = vectors()
    s = relatedness(t, 'centred')
    soft = relatedness(t, 'centred', temperature=.1, midpoint=.2)
    np.testing.assert_allclose(pairs(soft), 1/(1 + np.exp(-(pairs(s) - .2)/.1)), atol=1e-5)
    assert abs(np.median(pairs(relatedness(t, 'cosine', temperature=.03))) - .5) < .01
    assert np.isfinite(relatedness(t, 'cosine', temperature=1e-6)).all()
    np.testing.assert_allclose(
        pairs(relatedness(t, 'centred', negative='shift')), (1 + pairs(s)) / 2, atol=1e-6
    )
    np.testing.assert_allclose(
        pairs(relatedness(t, 'centred', negative='clip')), np.maximum(pairs(s), 0), atol=1e-6
    )


@pytest.mark.parametrize(
    't, options, says',
    [
        (vectors(), dict(calibration='whitened'), 'expected one of cosine'),
        (vectors(), dict(temperature=-1), 'not above 0'),
        (vectors(), dict(negative='abs'), 'expected one of keep'),
        (vectors(), dict(k=2), 'leave it out'),
        (vectors(), dict(midpoint=0.1), 'give that too'),
        (vectors(), dict(temperature=1.0, negative='clip'), 'already'),
        (vectors(), dict(calibration='all_but_the_top', k=11), 'take 1 to 10'),
        (vectors()[:1], dict(calibration='quantile'), 'at least two'),
        (vectors()[[0, 0, 0]], dict(calibration='centred'), 'the same'),
        (np.zeros((0, 4)), {}, r'not \[0, 4\]'),
        (np.zeros(4), {}, r'not \[4\]'),
        (np.full((2, 2), np.nan), {}, 'row 0'),
        (np.zeros((3, 4)), dict(calibration='centred'), 'at least two'),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_sentence(t, options, says):
    with pytest.raises(ValueError, match=says) as e: relatedness(t, **options)
    assert '\n' not in str(e.value)


# ---- separation
def test_separation_is_the_auc_over_pairs_of_the_protocol():
    from sklearn.metrics import roc_auc_score
    rng = np.random.default_rng(0)
    place, film = rng.choice(['a', 'b', 'c', ''], 40), rng.choice(['f', 'g', 'h'], 40)
    s = rng.normal(size=(40, 40)) + .8*(place[:, None] == place)
    s = (s + s.T)/2
    ij = [(i, j) for i in range(40) for j in range(i + 1, 40) if place[i] and place[j]]
    for protocol, asked in (
        ('all', lambda i, j: True),
        ('within', lambda i, j: film[i] == film[j]),
        ('across', lambda i, j: film[i] != film[j]),
    ):
        y, v = zip(*[(place[i] == place[j], s[i, j]) for i, j in ij if asked(i, j)], strict=True)
        found = separation(s, place, film, protocol)
        assert found.auc == pytest.approx(roc_auc_score(y, v)) and (
            found.same,
            found.different,
        ) == (sum(y), len(y) - sum(y))
        assert found.low <= found.auc <= found.high and found.protocol == protocol


def test_a_film_drawn_twice_counts_its_pairs_twice():
    # film 0: wrong way round; film 1: right
    y, s = np.array([1, 0, 1, 0]), np.array([.3, .5, .9, .1])
    found = module._bootstrap(y, s, np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 300, 0)
    # film 0 twice, one each, film 1 twice
    assert set(np.round(found, 6)) == {0, .75, 1}


def test_without_films_there_is_no_interval_and_without_both_kinds_no_auc():
    s = np.eye(4)
    assert np.isnan(separation(s, list('aabb')).low)
    for places, films, protocol, says in (
        ('aaaa', None, 'all', 'both kinds'),
        ('abcd', None, 'all', 'both kinds'),
        ('aabb', list('ffff'), 'across', 'both kinds'),
        ('aab', None, 'all', 'do not fit'),
        ('aabb', None, 'between', 'unknown protocol'),
    ):
        with pytest.raises(ValueError, match=says): separation(s, list(places), films, protocol)


# ---- descriptions
def table(n=4, film='film 1', **columns):
    rows = [
        dict(
            video_id=film,
            path=f'{film}.mp4',
            start=2.0 * i,
            end=2.0 * i + 2,
            title=f'Scene {i}',
            description=WORDS[i % 4],
        )
        for i in range(n)
    ]
    return scene_table(rows).assign(**columns)


def test_fields_come_in_order_and_what_is_missing_leaves_no_line():
    row = dict(
        title='Tea',
        description='Ana pours tea',
        activities='',
        props='a cup',
        context='Home.',
        mood='calm',
        subtitles='Sugar?',
    )
    assert describe(pd.DataFrame([row])) == [
        'Tea.\nAna pours tea.\nThere are: a cup.\nHome.\nThe mood: calm.\nSomeone says: Sugar?'
    ]
    for field in FIELDS:
        assert len(describe(pd.DataFrame([row | {field: None}]))[0].splitlines()) == 6 - (
            row[field] != ''
        )
    assert describe(pd.DataFrame([dict(start=0., end=1.)])) == ['']


def test_nothing_is_said_twice():
    row = dict(
        description='Ana pours tea; Ben sits',
        activities=['Ben sits', 'Ana pours tea', 'It rains'],
        context='Home.; calm',
        mood='calm',
    )
    assert describe(pd.DataFrame([row])) == ['Ana pours tea; Ben sits.\nIt rains.\nHome.; calm']


def test_nothing_is_said_twice_of_the_sample_films():
    scenes, _ = load_finevideo(Path(__file__).parent.parent/'data/sample/films', progress=False)
    assert (scenes.description == scenes.activities).all() and scenes.mood.ne('').any()
    for row, said in zip(scenes.to_dict('records'), describe(scenes), strict=True):
        assert not row['mood'] or row['mood'] in row['context'] and said.count(row['mood']) == 1
        assert said.count(row['description']) == 1 and len(set(said.splitlines())) == len(
            said.splitlines()
        )


def test_one_scene_and_a_list_of_dicts_are_described_as_in_a_table():
    scenes = table(3, hour=19.5)
    texts, rows = describe(scenes), scenes.to_dict('records')
    assert describe(rows) == describe(tuple(rows)) == texts and describe([]) == []
    assert describe(scenes.iloc[1]) == describe(rows[1]) == texts[1:2]
    assert describe(scenes.iloc[1], '{{ hour }} {{ title }}') == ['19.5 Scene 1']
    assert describe([dict(title='Tea'), dict(mood='calm'), {}]) == ['Tea.', 'The mood: calm.', '']
    for wrong in ('Tea', ['Tea'], [rows[0], 'Tea'], scenes.title):
        with pytest.raises(ValueError, match='list of dicts'): describe(wrong)
    assert embed_text(rows[0], 'tfidf', progress=False).texts == texts[:1]


@pytest.mark.parametrize(
    'words, line',
    [
        ('tea', 'tea.'),
        ('tea.', 'tea.'),
        ('kitchen?', 'kitchen?'),
        ('Stop!', 'Stop!'),
        ('and then…', 'and then…'),
        ('and then...', 'and then...'),
        ('tea;', 'tea.'),
        ('He says "No."', 'He says "No."'),
        ('He says "No"', 'He says "No".'),
        ('(It rains.)', '(It rains.)'),
        ('厨房。', '厨房。'),
        (',', ''),
    ],
)
def test_a_sentence_has_one_full_stop(words, line):
    assert describe(dict(title=words)) == [line]
    assert describe(dict(mood=words)) == [f'The mood: {line}'.strip()]


@settings(max_examples=80, deadline=None)
@given(words=st.text(max_size=30))
def test_any_words_are_words_and_never_a_template(words):
    (said,) = describe(pd.DataFrame([dict(title=words)]), '{{ title }}')
    assert said == ' '.join(words.split()).encode('utf-8', 'replace').decode()


def test_templates_in_the_words_are_not_run():
    assert describe(pd.DataFrame([dict(title='{{ 7*7 }} {% for %}')]), '{{ title }}') == [
        '{{ 7*7 }} {% for %}'
    ]


@pytest.mark.parametrize(
    'template, says',
    [
        ('{{ colour }}', 'asks for colour'),
        ('{% if colour %}{% endif %}{{ title }}', 'asks for colour'),
        ('{{ title', 'cannot be read'),
        ('', 'names no field'),
        ('{{ title|nonsense }}', 'cannot be read'),
        ('{{ title.a.b }}', 'fails at scene 0'),
        ('{{ title.__class__.__mro__ }}', 'unsafe'),
        ("{{ title.__init__.__globals__ }}", 'unsafe'),
        ("{% include 'x' %}{{ title }}", 'fails at scene 0'),
        ('{{ range(10**9)|list }}{{ title }}', 'fails at scene 0'),
    ],
)
def test_a_bad_template_is_refused_in_one_sentence(template, says):
    with pytest.raises(ValueError, match=says) as e: describe(table(1), template)
    assert '\n' not in str(e.value)


def test_other_columns_may_be_named_as_they_are():
    assert describe(table(1, hour=19.5), '{{ title }} at {{ hour|round|int }}') == ['Scene 0 at 20']


# ---- checkpoints, built on the spot as the hub has them
@pytest.fixture(scope='module', autouse=True)
def quiet():
    from transformers.utils import logging
    logging.disable_progress_bar()
    yield
    logging.enable_progress_bar()


def word_pieces(folder):
    from transformers import BertTokenizer
    chars = sorted({c for w in WORDS for c in w.lower() if c != ' '})
    vocab = [
        '[PAD]',
        '[UNK]',
        '[CLS]',
        '[SEP]',
        '[MASK]',
        *chars,
        *[f'##{c}' for c in chars],
        'kitchen',
        'tea',
        'park',
    ]
    (folder/'vocab.txt').write_text('\n'.join(vocab))
    return BertTokenizer(vocab=str(folder/'vocab.txt')), len(vocab)


def tiny_bert(folder, seed=0, layers=2):
    import torch
    from transformers import BertConfig, BertModel
    tokenizer, n = word_pieces(folder)
    torch.manual_seed(seed)
    model = BertModel(
        BertConfig(
            vocab_size=n,
            hidden_size=16,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=128,
        )
    ).eval()
    for p in model.parameters(): torch.nn.init.normal_(p, std=.3)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model


def bytes_tokenizer(folder):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(
        WORDS,
        trainers.BpeTrainer(
            vocab_size=290,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            special_tokens=['<|endoftext|>'],
            show_progress=False,
        ),
    )
    PreTrainedTokenizerFast(
        tokenizer_object=t, eos_token='<|endoftext|>', padding_side='left'
    ).save_pretrained(folder)
    return t.get_vocab_size()


def tiny_language_model(folder, kind='Qwen3', tied=False, headless=False):
    import torch, transformers
    config = getattr(transformers, f'{kind}Config')(
        vocab_size=bytes_tokenizer(folder),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        tie_word_embeddings=tied,
        max_position_embeddings=256,
    )
    torch.manual_seed(0)
    model = getattr(transformers, f'{kind}{"Model" if headless else "ForCausalLM"}')(config).eval()
    for p in model.parameters(): torch.nn.init.normal_(p, std=.3)
    model.save_pretrained(folder)
    return model


@pytest.fixture(scope='module')
def sentence_folder(tmp_path_factory):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    bert, folder = tmp_path_factory.mktemp('bert'), tmp_path_factory.mktemp('sentences')
    tiny_bert(bert)
    model = SentenceTransformer(
        modules=[Transformer(str(bert), max_seq_length=40), Pooling(16, 'mean'), Normalize()],
        device='cpu',
        prompts={'query': 'kitchen: '},
        default_prompt_name='query',
    )
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope='module')
def qwen(tmp_path_factory):
    folder = tmp_path_factory.mktemp('qwen')
    tiny_language_model(folder)
    return folder


@pytest.fixture(scope='module')
def qwen_embedding(tmp_path_factory):
    "As the Qwen3-Embedding family is laid out: a headless Qwen3, the last token, length one"
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    bare, folder = tmp_path_factory.mktemp('bare'), tmp_path_factory.mktemp('qwen_embedding')
    tiny_language_model(bare, headless=True)
    SentenceTransformer(
        modules=[Transformer(str(bare)), Pooling(16, 'lasttoken'), Normalize()], device='cpu'
    ).save(str(folder), create_model_card=False)
    return bare, folder


def copy(folder, to):
    shutil.copytree(folder, to)
    return to


def test_a_sentence_encoder_means_its_tokens_and_adds_no_prompt_of_its_own(sentence_folder):
    import torch
    from transformers import AutoModel, AutoTokenizer
    e = get_text_encoder(sentence_folder)
    model = AutoModel.from_pretrained(sentence_folder).eval()
    tok = AutoTokenizer.from_pretrained(sentence_folder)
    for given_prompt in ('', 'park: '):
        with torch.no_grad():
            y = [
                model(**tok(given_prompt + w, return_tensors='pt', truncation=True, max_length=40))
                .last_hidden_state[0]
                .mean(0)
                for w in WORDS
            ]
        y = torch.nn.functional.normalize(torch.stack(y)).numpy()
        np.testing.assert_allclose(
            get_text_encoder(sentence_folder, prompt=given_prompt).encode(WORDS), y, atol=1e-5
        )
    assert e.kind == 'sentences' and e.max_tokens == 40 and e.pooling == 'mean'
    assert e.lengths(WORDS) == [len(tok(w)['input_ids']) for w in WORDS]


def test_a_fingerprint_names_all_that_the_space_depends_on(sentence_folder, tmp_path):
    from safetensors.torch import load_file, save_file
    ways = [{}, dict(prompt='Scene: '), dict(max_tokens=20)]
    found = [get_text_encoder(sentence_folder, **w).fingerprint for w in ways]
    assert (
        len(set(found)) == 3
        and found[0] == get_text_encoder(copy(sentence_folder, tmp_path / 'elsewhere')).fingerprint
    )
    other = copy(sentence_folder, tmp_path/'other')
    weights = load_file(other/'model.safetensors')
    weights[min(weights)] += .01
    save_file(weights, other/'model.safetensors', metadata={'format': 'pt'})
    assert get_text_encoder(other).fingerprint not in found
    lower = copy(sentence_folder, tmp_path/'lower')
    settings_of = json.loads((lower/'tokenizer_config.json').read_text())
    (lower/'tokenizer_config.json').write_text(json.dumps(settings_of | dict(do_lower_case=False)))
    assert get_text_encoder(lower).tokeniser != get_text_encoder(sentence_folder).tokeniser


def test_pickled_weights_are_refused(sentence_folder, qwen, tmp_path):
    import torch
    from safetensors.torch import load_file
    for folder in (sentence_folder, qwen):
        pickled = copy(folder, tmp_path/folder.name)
        torch.save(load_file(pickled/'model.safetensors'), pickled/'pytorch_model.bin')
        (pickled/'model.safetensors').unlink()
        with pytest.raises(ValueError, match=folder.name) as e: get_text_encoder(pickled)
        assert '\n' not in str(e.value)


def test_a_pickled_module_after_the_pooling_is_refused(sentence_folder, tmp_path):
    folder = copy(sentence_folder, tmp_path/'dense')
    modules = json.loads((folder/'modules.json').read_text())
    modules.append(dict(idx=3, name='3', path='3_Dense', type='sentence_transformers.models.Dense'))
    (folder/'modules.json').write_text(json.dumps(modules))
    (folder/'3_Dense').mkdir()
    (folder/'3_Dense/pytorch_model.bin').write_bytes(b'')
    with pytest.raises(ValueError, match='pickled weights are refused'): get_text_encoder(folder)


def test_code_of_a_checkpoint_is_refused(sentence_folder, qwen, tmp_path):
    folder = copy(sentence_folder, tmp_path/'code')
    modules = json.loads((folder/'modules.json').read_text())
    modules[1]['type'] = 'mine.Pooling'
    (folder/'modules.json').write_text(json.dumps(modules))
    (folder/'mine.py').write_text('raise SystemExit("run")')
    with pytest.raises(ValueError, match='code of its own'): get_text_encoder(folder)
    folder = copy(qwen, tmp_path/'remote')
    config = json.loads((folder / 'config.json').read_text()) | dict(
        model_type='unheard_of', auto_map=dict(AutoConfig='mine.Config', AutoModel='mine.Model')
    )
    (folder/'config.json').write_text(json.dumps(config))
    (folder/'mine.py').write_text('raise SystemExit("run")')
    with pytest.raises(ValueError, match='cannot be read'): get_text_encoder(folder)


@pytest.mark.parametrize('content', ['{}', '[1]', 'nonsense', '[{"type": "x"}]'])
def test_a_broken_list_of_modules_is_said(content, tmp_path):
    (tmp_path/'modules.json').write_text(content)
    with pytest.raises(ValueError): get_text_encoder(tmp_path)


def test_a_hole_or_a_cut_in_the_weights_is_refused(sentence_folder, qwen, tmp_path):
    from safetensors.torch import load_file, save_file
    for folder in (sentence_folder, qwen):
        hole = copy(folder, tmp_path/f'hole-{folder.name}')
        weights = load_file(hole/'model.safetensors')
        del weights[next(k for k in sorted(weights) if 'layer' in k)]
        save_file(weights, hole/'model.safetensors', metadata={'format': 'pt'})
        with pytest.raises(ValueError, match='do not fit'): get_text_encoder(hole)
        cut = copy(folder, tmp_path/f'cut-{folder.name}')
        data = (cut/'model.safetensors').read_bytes()
        (cut/'model.safetensors').write_bytes(data[:len(data)//2])
        with pytest.raises(ValueError, match='load') as e: get_text_encoder(cut)
        assert '\n' not in str(e.value)


@pytest.mark.parametrize('kind, tied', [('Qwen3', False), ('Qwen2', True)])
@pytest.mark.parametrize('pooling, layer', [('mean', -1), ('last', -1), ('mean', 1), ('last', 0)])
def test_states_of_a_language_model(tmp_path, kind, tied, pooling, layer):
    import torch
    from transformers import AutoTokenizer
    model = tiny_language_model(tmp_path, kind, tied)
    tok = AutoTokenizer.from_pretrained(tmp_path)
    with torch.no_grad():
        y = [
            model(**tok(w, return_tensors='pt'), output_hidden_states=True).hidden_states[layer][0]
            for w in WORDS
        ]
    y = torch.nn.functional.normalize(
        torch.stack([h[-1] if pooling == 'last' else h.mean(0) for h in y])
    ).numpy()
    e = get_text_encoder(tmp_path, pooling=pooling, layer=layer)
    np.testing.assert_allclose(e.encode(WORDS), y, atol=1e-5)
    assert e.kind == 'states' and e.shape == f'{kind.lower()}-16x3' and e.layer == layer % 4


def test_long_texts_are_cut_where_it_is_declared(qwen):
    short, whole = get_text_encoder(qwen, max_tokens=5), get_text_encoder(qwen)
    assert not np.allclose(short.encode(WORDS[1:2]), whole.encode(WORDS[1:2]))
    assert (
        embed_text(WORDS, short, progress=False).n_cut
        == sum(n > 5 for n in whole.lengths(WORDS))
        > 0
    )


def test_qwen3_embedding_takes_the_last_token(qwen_embedding):
    bare, folder = qwen_embedding
    e = get_text_encoder(folder)
    np.testing.assert_allclose(
        e.encode(WORDS), get_text_encoder(bare, pooling='last').encode(WORDS), atol=1e-5
    )
    assert (e.kind, e.pooling) == ('sentences', 'lasttoken')
    instructed = get_text_encoder(folder, prompt='Instruct: Where is it?\nQuery:')
    assert 'prompt' in instructed.fingerprint and not np.allclose(
        instructed.encode(WORDS), e.encode(WORDS), atol=1e-3
    )


@pytest.mark.parametrize(
    'ask, says',
    [
        (lambda qwen: get_text_encoder('word2vec'), 'unknown text encoder'),
        (lambda qwen: get_text_encoder('nobody/nothing'), 'nobody/nothing'),
        (lambda qwen: get_text_encoder(qwen, layer=9), 'layers 0 to 3'),
        (lambda qwen: get_text_encoder(qwen, pooling='max'), '"mean" or "last"'),
        (lambda qwen: get_text_encoder(qwen, dtype='int8'), 'int8'),
        (lambda qwen: text_encoders.sentences(qwen), 'no modules.json'),
        (lambda qwen: get_text_encoder(qwen.parent), 'holds no weights'),
        (lambda qwen: tfidf(1), '2 or more'),
    ],
)
def test_what_is_no_encoder_is_said_in_one_sentence(ask, says, qwen, monkeypatch):
    from huggingface_hub import constants
    monkeypatch.setattr(constants, 'HF_HUB_OFFLINE', True)
    with pytest.raises(ValueError, match=says) as e: ask(qwen)
    assert '\n' not in str(e.value)


def test_a_folder_of_other_things_is_said_to_hold_no_weights(tmp_path):
    (tmp_path/'films').mkdir()
    (tmp_path/'config.json').write_text('{"model_type": "qwen3"}')
    with open(tmp_path/'films/all.json', 'wb') as f: f.truncate(hub.SETTINGS_LIMIT + 1)
    with pytest.raises(ValueError, match='holds no weights'): get_text_encoder(tmp_path)


def test_a_tokeniser_of_another_model_is_refused(qwen, tmp_path):
    folder = copy(qwen, tmp_path/'mixed')
    known = json.loads((folder/'tokenizer.json').read_text())
    known['added_tokens'] += [dict(known['added_tokens'][0], id=400, content='<new>')]
    (folder/'tokenizer.json').write_text(json.dumps(known))
    with pytest.raises(ValueError, match='not of one checkpoint'): get_text_encoder(folder)


def test_a_model_without_states_of_its_own_is_refused(tmp_path):
    from transformers import T5Config, T5Model
    bytes_tokenizer(tmp_path)
    T5Model(
        T5Config(d_model=16, d_ff=32, num_heads=2, num_layers=1, vocab_size=290)
    ).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="'t5'"): get_text_encoder(tmp_path)


def test_the_default_is_there_offline_and_knows_synonyms():
    e = get_text_encoder(device='cpu')
    x = e.encode([
        'A small boat on the lake.',
        'A dinghy floats on the water.',
        'She signs the contract in an office.',
        '',
    ])
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 1, 1, 0], atol=1e-5)
    assert x.shape[1] == 384 and x[0] @ x[1] > x[0] @ x[2] + .2


def test_tfidf_depends_on_all_its_texts_and_on_no_order():
    e = tfidf().fitted([*WORDS, ''])
    assert (
        e.fingerprint
        == tfidf().fitted(WORDS[::-1]).fingerprint
        != tfidf().fitted(WORDS[1:]).fingerprint
        != tfidf(2).fitted(WORDS).fingerprint
    )
    np.testing.assert_allclose(
        e.encode(WORDS) @ e.encode(WORDS).T,
        tfidf().fitted(WORDS[::-1]).encode(WORDS) @ tfidf().fitted(WORDS[::-1]).encode(WORDS).T,
        atol=1e-5,
    )
    assert not e.encode(['', 'zzz qqq']).any()
    assert tfidf().fitted(['tea']).encode(['tea', 'rain']).tolist() == [[1.], [0.]]


# ---- embedding, and what is found again
def test_an_edited_title_is_embedded_again_and_nothing_else(sentence_folder, tmp_path):
    e, store = get_text_encoder(sentence_folder), Store(tmp_path/'store')
    scenes = pd.concat([table(4, 'film 1'), table(4, 'film 2')], ignore_index=True)
    first = embed_text(scenes, e, store, progress=False)
    assert (first.n_embedded, first.n_cached, len(first)) == (8, 0, 8)
    edited = scenes.assign(title=scenes.title.where(scenes.index != 5, 'Ben in the park'))
    second = embed_text(edited, e, store, progress=False)
    assert (second.n_embedded, second.n_cached) == (1, 7)
    np.testing.assert_array_equal(np.delete(second.x, 5, 0), np.delete(first.x, 5, 0))
    np.testing.assert_allclose(second.x[5], e.encode(describe(edited))[5], atol=1e-5)
    # the first title again, by another reader of the store
    back = embed_text(scenes, e, Store(tmp_path/'store'), progress=False)
    assert back.n_embedded == 0
    np.testing.assert_array_equal(back.x, first.x)


def test_a_template_that_reads_differently_is_embedded_again_and_one_that_does_not_is_not(
    sentence_folder, tmp_path
):
    e = get_text_encoder(sentence_folder)
    store = Store(tmp_path)
    scenes = table()
    embed_text(scenes, e, store, progress=False)
    assert embed_text(scenes, e, store, template='{{ title }}', progress=False).n_embedded == 4
    assert (
        embed_text(scenes, e, store, template='{{ title }}\n{{ mood }}', progress=False).n_embedded
        == 0
    )
    assert (
        embed_text(
            scenes,
            get_text_encoder(sentence_folder, prompt='park: '),
            store,
            template='{{ title }}',
            progress=False,
        ).n_embedded
        == 4
    )
    assert len(store.fingerprints()) == 2


def test_moved_scenes_keep_their_vectors_and_rows_stay_with_their_scenes(sentence_folder, tmp_path):
    e = get_text_encoder(sentence_folder)
    store = Store(tmp_path)
    scenes = table()
    first = embed_text(scenes, e, store, progress=False)
    shuffled = scenes.assign(start=scenes.start + .5).sample(frac=1, random_state=3)
    again = embed_text(shuffled, e, store, progress=False)
    assert again.n_embedded == 0 and again.texts == describe(shuffled)
    np.testing.assert_array_equal(again.x, first.x[shuffled.index])
    assert again.scenes.title.tolist() == shuffled.title.tolist()


def test_scenes_without_words_get_no_direction_and_equal_texts_are_embedded_once(
    sentence_folder, tmp_path
):
    scenes = table(4, title=['Tea', '', 'Tea', ''], description='')
    found = embed_text(scenes, get_text_encoder(sentence_folder), Store(tmp_path), progress=False)
    assert (
        found.silent.tolist() == [False, True, False, True]
        and found.n_embedded == 1
        and '2 without words' in repr(found)
    )
    np.testing.assert_array_equal(
        relatedness(found), [[1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]
    )
    assert np.asarray(found).shape == (4, 16) and np.asarray(found, np.float64).dtype == np.float64


def test_what_is_done_before_a_cancel_stays_done(sentence_folder, tmp_path):
    e = get_text_encoder(sentence_folder)
    store = Store(tmp_path)
    n = 12
    scenes = table(n, title=[f'{i} cups' for i in range(n)])
    stop = threading.Event()
    seen = []
    def report(done, total):
        seen.append((done, total))
        if done >= 8: stop.set()
    part = embed_text(scenes, e, store, batch_size=1, progress=report, cancel=stop)
    assert (
        part.cancelled
        and len(part) == part.n_embedded == 8
        and seen == [(8, n)]
        and len(part.scenes) == 8
    )
    whole = embed_text(scenes, e, store, batch_size=2, progress=False)
    assert (whole.n_cached, whole.n_embedded, whole.cancelled) == (8, 4, False)
    np.testing.assert_allclose(whole.x, e.encode(describe(scenes)), atol=1e-5)
    nothing = embed_text(table(2, title='new'), e, store, progress=False, cancel=stop)
    assert nothing.cancelled and len(nothing) == 0


def test_tfidf_goes_through_the_store_as_the_others_do(tmp_path):
    scenes, store = table(), Store(tmp_path)
    first, again = (embed_text(scenes, 'tfidf', store, progress=False) for _ in range(2))
    assert (first.n_embedded, again.n_embedded) == (4, 0) and first.device == 'cpu'
    np.testing.assert_allclose(again.x, first.x, atol=1e-6)
    assert (
        embed_text(
            scenes.assign(title=['new', *scenes.title[1:]]), 'tfidf', store, progress=False
        ).n_embedded
        == 4
    )


def test_texts_without_scenes_and_what_is_no_text(sentence_folder, tmp_path):
    e = get_text_encoder(sentence_folder)
    found = embed_text([*WORDS, WORDS[0]], e, Store(tmp_path), progress=False)
    assert found.n_embedded == 4 and found.scenes.text.tolist() == found.texts
    np.testing.assert_array_equal(found.x[0], found.x[4])
    for bad, says in (
        (['', '  '], 'none of these 2'),
        ([], 'none of these 0'),
        ('tea', 'list of strings'),
        ([1], 'list of strings'),
    ):
        with pytest.raises(ValueError, match=says): embed_text(bad, e, progress=False)


def test_a_model_that_gives_no_numbers_is_said(sentence_folder, tmp_path):
    import torch
    e, store = get_text_encoder(sentence_folder), Store(tmp_path)
    with torch.no_grad(): next(e.model.parameters()).fill_(float('nan'))
    with pytest.raises(ValueError, match='not finite'): embed_text(WORDS, e, store, progress=False)


def test_text_keys_survive_the_store_to_the_last_bit():
    from scene_explore.core.embedding_store import _keys
    texts = [f'text {i}' for i in range(3000)]
    keys = text.text_keys(texts)
    exact = [(int(h[:10], 16), int(h[10:], 16)) for h in keys.scene_id]
    assert (
        list(zip(*_keys(keys)[['start', 'end']].to_numpy().T.tolist(), strict=True)) == exact
        and len(set(exact)) == 3000
    )


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = 'import sys, scene_explore.encoders.text; print(*sys.modules)'
    done = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert not set(done.stdout.split()) & {
        'torch',
        'transformers',
        'sentence_transformers',
        'sklearn',
        'jinja2',
    }
