"""Readings of LVU's files, heads and retrieval, beside scikit-learn and brute force"""
import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from scene_explore.datasets.lvu import load_lvu
from scene_explore.datasets.movienet_tags import load_movienet_tags
from scene_explore.segmentation.four_shots import four_shots, movienet_boundaries
from scene_explore.training.heads import (
    chance_ap,
    fit_head,
    lvu,
    lvu_places,
    moderation,
    movienet_places,
    retrieval,
)


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
    again = lvu(features, pd.concat([table, table[table.video == 'train1']]), 'scene', **SMALL)
    assert again['n_train'] == found['n_train'] + 1   # a clip may have two targets there


def test_lvu_without_clips_says_so():
    table, features, _ = clips()
    with pytest.raises(ValueError, match='scene: no test rows have features'):
        lvu({k: v for k, v in features.items() if 'test' not in k}, table, 'scene')
    with pytest.raises(ValueError, match='no such task'): lvu(features, table, 'genre')
    with pytest.raises(ValueError, match='no clip of val or none of train'):
        lvu_places({}, table)


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
@settings(max_examples=36, deadline=None)
def test_chance_is_the_mean_over_all_orders(counts):
    from sklearn.metrics import average_precision_score
    positives, n = counts
    orders = [np.isin(np.arange(n), o) for o in combinations(range(n), positives)]
    each = [average_precision_score(o, -np.arange(n)) for o in orders]
    assert chance_ap(positives, n) == pytest.approx(np.mean(each))


def test_validation_rows_that_cannot_choose_an_epoch_are_refused():
    (x, _), (v, _) = blobs(40, 0), blobs(10, 1)
    several = [{'a'} if i % 2 else {'a', 'b'} for i in range(40)]
    for kind, y, y_val in (
        ('labels', several, [{'c'}]*10),
        ('binary', [i % 2 == 0 for i in range(40)], [False]*10),
    ):
        with pytest.raises(ValueError, match='no validation row has a label'):
            fit_head(x, y, v, y_val, kind, **SMALL)
    with pytest.raises(ValueError, match='target that is no number'):
        fit_head(x, x[:, 0], v, [np.nan]*10, 'number', **SMALL)


# ---- MovieNet's places
def annotation(folder, name, scenes):
    rows = [dict(id=f'{name}_{i:04}', shot=shot, frame=[0, 1], place_tag=tags, action_tag=None)
            for i, (shot, tags) in enumerate(scenes)]
    (folder/f'{name}.json').write_text(json.dumps(dict(imdb_id=name, cast=[], scene=rows)))


SPLIT = dict(train=['tt1'], val=['tt2'], test=['tt3'])


@given(st.lists(st.integers(1, 6), min_size=2, max_size=9), st.booleans())
@settings(max_examples=30, deadline=None)
def test_scenes_have_their_shots_however_their_ends_are_counted(tmp_path_factory, lengths, closed):
    folder = tmp_path_factory.mktemp('tags')
    starts = np.cumsum([0, *lengths])[:-1].tolist()
    ends = [s + n - closed for s, n in zip(starts, lengths, strict=True)]
    annotation(folder, 'tt1', [([s, e], ['bar']) for s, e in zip(starts, ends, strict=True)])
    annotation(folder, 'tt2', [([4, 9 - closed], ['bar'])])   # which can't tell
    annotation(folder, 'tt3', [])
    table, told = load_movienet_tags(folder, SPLIT)
    assert table.shot.tolist() == [*starts, 4] and table.n_shots.tolist() == [*lengths, 5]
    assert table.shot.dtype == table.n_shots.dtype == np.int64
    assert told == ['1 movies of the split have no annotation here']


def test_a_damaged_annotation_is_told_and_the_rest_is_read(tmp_path):
    annotation(tmp_path, 'tt1', [([0, 2], ['bar', ' deck ', 'bar']), ([2, 5], None)])
    odd = [[3, 1], [-2, 4], 'ab', '12', [1.5, 2], [True, 2], [1], [0, 1 << 40], [0, 2, 3], {}, None]
    tags = [[None, 'bar'], [['a', 'b']], {'bar': 1}, 3]
    annotation(tmp_path, 'tt2', [*((o, ['bar']) for o in odd), *(([0, 4], o) for o in tags),
                                 ([0, 4], 'street')])
    text = (tmp_path/'tt2.json').read_text().replace('[1.5, 2]', '[0, 1e999]')
    (tmp_path/'tt2.json').write_text(text)
    annotation(tmp_path, 'tt9', [([0, 1], ['hall'])])
    (tmp_path/'tt3.json').write_text('{"scene": [{')
    (tmp_path/'tt4.json').write_text('[1, 2]')
    (tmp_path/'split.json').write_text(json.dumps(dict(SPLIT, full=[])))
    table, told = load_movienet_tags(tmp_path, tmp_path/'split.json')
    assert table.places.tolist() == [('bar', 'deck'), (), ('street',), ('hall',)]
    assert table.split.tolist() == ['train', 'train', 'val', '']
    said = ' / '.join(told)
    assert 'tt2.json: 15 scenes without id, shots or tags: left out' in said
    assert 'tt3.json: is no annotation' in said and 'tt4.json: is no annotation' in said
    assert '1 movies of the split have no annotation' in said and '1 movies are in no split' in said
    assert 'split.json' not in said
    with pytest.raises(ValueError, match='holds no file ttNUMBER.json with scenes'):
        load_movienet_tags(tmp_path/'none', SPLIT)
    for wrong in (dict(train=[]), dict(SPLIT, train='tt1'), dict(SPLIT, train=[1])):
        with pytest.raises(ValueError, match='expected lists of movies'):
            load_movienet_tags(tmp_path, wrong)
    with pytest.raises(ValueError, match='tt1 is in two of them'):
        load_movienet_tags(tmp_path, dict(SPLIT, val=['tt1']))
    with pytest.raises(ValueError, match='cannot be read'):
        load_movienet_tags(tmp_path, tmp_path/'no.json')


def scenes_of(n, seed): # places by where a scene lies; one of them has no part in it
    x, y = blobs(n, seed)
    rng = np.random.default_rng(seed + 50)
    return x, [(o, *(['deck'] if rng.random() < .3 else [])) for o in y]


def tagged(seed=0):
    rows, features = [], {}
    for split, n in (('train', 200), ('val', 80), ('test', 120)):
        x, places = scenes_of(n, seed + n)
        for i in range(n):
            features[f'{split}{i}'] = x[i]
            rows.append(dict(scene=f'{split}{i}', split=split, places=places[i]))
    return pd.DataFrame(rows), features


def test_places_are_the_mean_over_those_that_a_test_scene_has():
    from sklearn.metrics import average_precision_score
    table, features = tagged()
    table.at[0, 'places'] = ('only taught',)
    table.at[len(table) - 1, 'places'] = ('only asked', 'class 0')
    table.at[len(table) - 2, 'places'] = ()
    features.pop('test0')
    found = movienet_places(features, table, **SMALL)
    assert set(found['by_place']) == {'class 0', 'class 1', 'class 2', 'deck'}
    assert found['places'] == 4 and found['unseen'] == 1 and found['missing'] == 1
    assert found['n_test'] == 118 and found['mAP'] == pytest.approx(
        np.mean(list(found['by_place'].values())))
    known = table[(table.places.map(len) > 0) & table.scene.isin(features)]
    x = {k: np.stack([features[o] for o in known.scene[known.split == k]]) for k in SPLIT}
    y = {k: known.places[known.split == k].tolist() for k in SPLIT}
    head = fit_head(x['train'], y['train'], x['val'], y['val'], 'labels', **SMALL)
    truth = np.array(['class 1' in o for o in y['test']])
    scores = head.scores(x['test'])[:, head.classes.index('class 1')]
    assert found['by_place']['class 1'] == pytest.approx(average_precision_score(truth, scores))
    counts = [sum(c in o for o in y['test']) for c in found['by_place']]
    assert found['chance'] == pytest.approx(np.mean([chance_ap(o, 118) for o in counts]))


def test_places_are_told_and_what_features_do_not_hold_is_not():
    table, features = tagged()
    found = movienet_places(features, table, **SMALL)
    names = list(features)
    mixed = np.random.default_rng(0).permutation([features[o] for o in names])
    control = movienet_places(dict(zip(names, mixed, strict=True)), table, **SMALL)
    assert abs(control['mAP'] - control['chance']) < .12
    for i in range(3):
        assert found['by_place'][f'class {i}'] > control['by_place'][f'class {i}'] + .3
    assert abs(found['by_place']['deck'] - control['by_place']['deck']) < .2
    with pytest.raises(ValueError, match='train0 is there twice'):
        movienet_places(features, pd.concat([table, table[:1]]), **SMALL)
    with pytest.raises(ValueError, match='places: no val rows'):
        movienet_places({k: v for k, v in features.items() if 'val' not in k}, table)


# ---- clips that are not for everyone
def test_moderation_leaves_the_rest_out_of_its_mean():
    table, features = tagged()
    table = table.assign(video=table.scene, label=[o[0] for o in table.places])
    found = moderation(features, table, 'class 0', **SMALL)
    assert set(found['by_class']) == {'class 1', 'class 2'} and 'class 0' in found['protocol']
    assert found['AP'] == pytest.approx(np.mean(list(found['by_class'].values())))
    test = table[table.split == 'test'].label
    chances = [chance_ap((test == f'class {i}').sum(), len(test)) for i in (1, 2)]
    assert found['chance'] == pytest.approx(np.mean(chances)) and found['AP'] > 2*found['chance']
    assert found['unseen'] == 0
    with pytest.raises(ValueError, match="no training clip is 'none'"):
        moderation(features, table, **SMALL)
    with pytest.raises(ValueError, match='1 clips have no label'):
        moderation(features, table.assign(label=[None, *table.label[1:]]), 'class 0', **SMALL)
    new = table.assign(label=[*table.label[:-1], 'elsewhere'])
    assert moderation(features, new, 'class 0', **SMALL)['unseen'] == 1


# ---- boundaries from four shots
@given(st.integers(1, 9), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_four_shots_are_those_around_the_cut(n, d, seed):
    x = np.random.default_rng(seed).normal(size=(n, d))
    found = four_shots(x)
    assert found.shape == (n - 1, 4*d)
    for cut in range(n - 1):
        at = [max(cut - 1, 0), cut, cut + 1, min(cut + 2, n - 1)]
        assert found[cut] == pytest.approx(np.concatenate([x[i] for i in at]))


def movies(seed=0, n=50):
    rng = np.random.default_rng(seed)
    shots, labels = {}, {}
    for m in range(24):
        scene = np.cumsum(rng.random(n) < .2)
        shots[f'm{m}'] = rng.normal(size=(n, 6))[scene] + .2*rng.normal(size=(n, 6))
        labels[f'm{m}'] = (np.diff(scene) > 0).astype(int)
    names = list(shots)
    return shots, labels, dict(train=names[:14], val=names[14:18], test=names[18:])


def test_boundaries_are_told_by_four_shots_and_not_by_shuffled_ones():
    from sklearn.metrics import average_precision_score
    shots, labels, splits = movies()
    labels['m20'][3] = -1
    shots.pop('m19')
    found = movienet_boundaries(shots, labels, splits, **SMALL)
    assert (found['n_train'], found['n_val'], found['n_test'], found['missing']) == (14, 4, 5, 1)
    assert found['AP'] > 2*found['chance']['AP'] and found['mAP'] > 2*found['chance']['mAP']
    x, y = ([np.concatenate([part(o) for o in splits[k] if o in shots]) for k in splits]
            for part in (lambda o: four_shots(shots[o])[labels[o] >= 0],
                         lambda o: labels[o][labels[o] >= 0] > 0))
    head = fit_head(x[0], y[0], x[1], y[1], 'binary', **SMALL)
    assert found['AP'] == pytest.approx(average_precision_score(y[2], head.scores(x[2])))
    assert found['chance']['AP'] == pytest.approx(chance_ap(y[2].sum(), len(y[2])))
    films = [labels[o][labels[o] >= 0] for o in splits['test'] if o in shots]
    each = [chance_ap(o.sum(), len(o)) for o in films]
    assert found['chance']['mAP'] == pytest.approx(np.mean(each))
    rng = np.random.default_rng(1)
    mixed = {k: rng.permutation(v) for k, v in shots.items()}
    assert movienet_boundaries(mixed, labels, splits, **SMALL)['AP'] < 1.6*found['chance']['AP']


def test_boundaries_that_do_not_fit_their_shots_are_named():
    shots, labels, splits = movies()
    labels['m3'] = labels['m3'][:-1]
    with pytest.raises(ValueError, match='m3: 50 shots and 48 labels'):
        movienet_boundaries(shots, labels, splits, **SMALL)
    with pytest.raises(ValueError, match='boundaries: no test rows'):
        movienet_boundaries(shots, labels, dict(splits, test=['elsewhere']), **SMALL)
    with pytest.raises(ValueError, match='no train rows'):
        movienet_boundaries(shots, labels, dict(train=[], val=[], test=[]), **SMALL)
    with pytest.raises(ValueError, match='m1 is there twice'):
        movienet_boundaries(shots, labels, dict(splits, test=['m20', 'm1']), **SMALL)


def test_boundaries_count_what_is_missing_once():
    shots, labels, splits = movies()
    shots['m20'], labels['m20'] = shots['m20'][:1], []    # a shot has no cut
    labels.pop('m21')
    known = dict(splits, all=sum(splits.values(), []))    # as MovieNet's file has it
    found = movienet_boundaries(shots, labels, known, **SMALL)
    assert found['missing'] == 2 and found['n_test'] == 4
