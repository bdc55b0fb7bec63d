"""Readings of LVU's files, heads and retrieval, beside scikit-learn and brute force"""
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from scene_explore.datasets.lvu import load_lvu
from scene_explore.training.heads import fit_head, lvu, lvu_places, retrieval


def lines(folder, name, *rows):
    path = folder/name
    path.parent.mkdir(exist_ok=True)
    path.write_text('\n'.join(['a header', *rows]) + '\n')


def test_targets_are_those_of_the_benchmarks_own_code(tmp_path):
    lines(tmp_path, 'view_count/train.csv', '123456 a-1 tt0000001', '1 b_2 tt2')
    lines(tmp_path, 'like_ratio/train.csv', '90 10 a-1 tt0000001')
    lines(tmp_path, 'director/test.csv', '3 ron_howard c tt3', '4 Ang Lee d tt4')
    table, told = load_lvu(tmp_path)
    rows = table.set_index(['task', 'video'])
    assert rows.target['view_count', 'a-1'] == pytest.approx(np.log(123456))
    assert rows.target['view_count', 'b_2'] == 0
    assert rows.target['like_ratio', 'a-1'] == pytest.approx(9.)
    assert rows.target['director', 'd'] == 'Ang Lee' and rows.imdb['director', 'd'] == 'tt4'
    assert not told and set(table.split) == {'train', 'test'}


def test_what_cannot_be_read_is_told(tmp_path):
    lines(tmp_path, 'like_ratio/val.csv', '0 0 a tt1', '1 x b tt2', 'two words', '3 1 c tt3', '')
    lines(tmp_path, 'view_count/val.csv', '0 a tt1', '-5 b tt2', '7 c tt3')
    with np.errstate(all='ignore'): table, told = load_lvu(tmp_path)
    assert table.video.tolist() == ['c', 'c'] and len(told) == 5
    assert all('left out' in o and 'line ' in o for o in told)
    with pytest.raises(ValueError, match='holds no TASK/train.csv'): load_lvu(tmp_path/'none')
    with pytest.raises(ValueError, match='unknown tasks'): load_lvu(tmp_path, ['mood'])


@given(st.integers(1, 9), st.integers(1, 20), st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_precision_is_that_of_all_distances(n, m, k, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 3)), rng.normal(size=(m, 3))
    a, b = rng.integers(0, 3, n), rng.integers(0, 3, m)
    if k > m: k = m
    found = retrieval(x, a, y, b, (1, k))
    order = np.argsort(((x[:, None] - y)**2).sum(-1), 1)
    for q in (1, k):
        wanted = np.mean([np.mean(b[order[i, :q]] == a[i]) for i in range(n)])
        assert found[f'P@{q}'] == pytest.approx(wanted)
    assert found['chance'] == pytest.approx(np.mean([np.mean(b == o) for o in a]))


def blobs(n, seed, kinds=3, d=8):
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(5).normal(size=(kinds, d))
    y = rng.integers(0, kinds, n)
    return centres[y] + .6*rng.normal(size=(n, d)), [f'class {o}' for o in y]


SMALL = dict(width=32, epochs=15)


def test_a_head_is_the_one_that_validation_chose():
    (x, y), (v, w), (t, u) = blobs(200, 0), blobs(80, 1), blobs(120, 2)
    head = fit_head(x, y, v, w, **SMALL)
    scores = head.scores(v)
    said = np.array(head.classes)[scores.argmax(1)]
    assert np.mean(said == w) == pytest.approx(max(head.quality))
    assert scores.sum(1) == pytest.approx(np.ones(80))
    test = np.array(head.classes)[head.scores(t).argmax(1)]
    assert np.mean(test == u) > .8
    again = fit_head(x, y, v, w, **SMALL)
    assert head.scores(t) == pytest.approx(again.scores(t), abs=0)


def test_scale_and_place_of_features_do_not_matter():
    (x, y), (v, w), (t, _) = blobs(200, 0), blobs(80, 1), blobs(120, 2)
    a = fit_head(x, y, v, w, **SMALL).scores(t)
    b = fit_head(1000*x + 7, y, 1000*v + 7, w, **SMALL).scores(1000*t + 7)
    assert a == pytest.approx(b, abs=1e-5)


def test_a_number_far_from_zero_is_learned():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 5))
    y = 500 + 2*x[:, 0]
    head = fit_head(x[:250], y[:250], x[250:300], y[250:300], 'number', 64, 60)
    assert np.mean((head.scores(x[300:]) - y[300:])**2) < .25*np.var(y[300:])


def test_bad_input_gets_a_sentence():
    (x, y), (v, w) = blobs(20, 0), blobs(10, 1)
    with pytest.raises(ValueError, match='give one each'): fit_head(x, y[:3], v, w)
    with pytest.raises(ValueError, match='give one each'): fit_head(x, y, v[:0], [])
    with pytest.raises(ValueError, match='nothing to tell apart'):
        fit_head(x, ['a']*20, v, ['a']*10)
    with pytest.raises(ValueError, match='expected one of classes'): fit_head(x, y, v, w, 'rank')


def clips(seed=0):
    rng = np.random.default_rng(seed)
    rows, features = [], {}
    for split, n in (('train', 150), ('val', 50), ('test', 60)):
        x, y = blobs(n, seed + n)
        for i in range(n):
            video = f'{split}{i}'
            features[video] = x[i]
            rows += [dict(task='scene', split=split, video=video, imdb='', target=y[i]),
                     dict(task='like_ratio', split=split, video=video, imdb='', target=5 + x[i, 0])]
    return pd.DataFrame(rows), features, rng


def test_lvu_counts_what_is_missing_and_beats_its_controls():
    table, features, rng = clips()
    for name in ('train0', 'val3', 'test7'): features.pop(name)
    found = lvu(features, table, 'scene', **SMALL)
    assert (found['n_train'], found['n_val'], found['n_test'], found['missing']) == (149, 49, 59, 3)
    assert found['top1'] > .8 > .6 > found['chance'] and 'LVU' in found['protocol']
    names = list(features)
    shuffled = dict(zip(names, rng.permutation([features[o] for o in names]), strict=True))
    assert lvu(shuffled, table, 'scene', **SMALL)['top1'] < .6
    number = lvu(features, table, 'like_ratio', **SMALL)
    assert number['mse'] < number['chance']
    places, control = lvu_places(features, table), lvu_places(shuffled, table)
    assert places['P@5'] > .7 and abs(control['P@5'] - control['chance']) < .15
    assert places['missing'] == 3


def test_lvu_without_clips_says_so():
    table, features, _ = clips()
    with pytest.raises(ValueError, match='no clip of test has features'):
        lvu({k: v for k, v in features.items() if 'test' not in k}, table, 'scene')
    with pytest.raises(ValueError, match='no such task'): lvu(features, table, 'genre')
    with pytest.raises(ValueError, match='no clip of val or none of train'):
        lvu_places({}, table)
