"""Annotated scene boundaries: what a line, a mark, a list of scenes and a missing rate mean, in the
layouts in which MovieNet-318, OVSD, BBC, RAI, the series and AdA are passed on"""
import json
import os
import time
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from scene_explore import datasets
from scene_explore.core.scenes import LONGEST
from scene_explore.datasets.ada import TRACKS, load_ada, read_advene
from scene_explore.datasets.movienet import BENCHMARKS, load_benchmark, load_movienet
from scene_explore.datasets.number_lines import Numbers, frame_rate, frame_spans, read_numbers
from scene_explore.datasets.records import RecordError
from scene_explore.datasets.scene_lists import load_bbc, load_features, load_ovsd, load_rai
from scene_explore.datasets.series import load_series
from scene_explore.datasets.shot_labels import (
    SHOT_COLUMNS,
    boundary_labels,
    cut_times,
    last_of_scene,
    scene_problems,
    scenes_between,
)

NTSC = 24000/1001


def write(root, texts):
    "Files of these texts below a folder"
    for name, text in texts.items():
        path = Path(root)/name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text)
    return root


def lines(rows): return ''.join(f'{" ".join(map(str, o))}\n' for o in rows)


def frames(lengths): # first and last frame of intervals of these lengths, one after the other
    ends = np.cumsum(lengths)
    return np.stack([ends - lengths, ends - 1], 1).tolist()


def told(report, word): return report.problem.str.contains(word, regex=False).sum()


# ---- lines of numbers
@pytest.fixture(scope='module')
def scratch(tmp_path_factory): return tmp_path_factory.mktemp('numbers')/'a.txt'


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(-10**11, 10**11), min_size=1, max_size=4), max_size=8))
def test_a_file_reads_the_same_at_once_and_line_by_line(scratch, rows):
    scratch.write_text(lines(rows))
    fast = read_numbers(scratch, 2)
    scratch.write_text(f'# a comment, which is read line by line\n{lines(rows)}')
    slow = read_numbers(scratch, 2)
    assert (fast.values == slow.values).all() and (fast.width == slow.width).all()
    assert slow.width.tolist() == [len(o)*(len(o) > 1) for o in rows]
    assert len(slow.problems) == len(fast.problems) == sum(len(o) < 2 for o in rows)


@pytest.mark.parametrize('text, values', [
    (b'1 2\r3 4', [[1, 2], [3, 4]]),
    (b'1\t2\r\n\r\n3,4\r\n', [[1, 2], [3, 4]]),
    (b'\xef\xbb\xbf1 2\n', [[1, 2]]),
    (b'', []),
    (b' \n\n', []),
    (b'1 -2\n', [[1, -2]]),
])
def test_dialects_of_lines(scratch, text, values):
    scratch.write_bytes(text)
    numbers = read_numbers(scratch, 2)
    assert numbers.values.tolist() == values and not numbers.problems


@pytest.mark.parametrize('line', ['1-2 3', '1 2-', '1.5 2', '9999999999999 1', '1e3 2', '٣ ٤', 'x'])
def test_what_is_no_number_is_a_row_of_its_own(scratch, line):
    scratch.write_text(f'5 6\n{line}\n7 8\n')
    numbers = read_numbers(scratch, 2)
    assert numbers.width.tolist() == [2, 0, 2]
    assert [i for _, i, _ in numbers.problems] == [1]


def test_numbers_in_another_encoding_are_refused_in_a_sentence(scratch):
    scratch.write_bytes('1 2\n'.encode('utf-16'))
    with pytest.raises(RecordError, match='cannot be read'): read_numbers(scratch, 2)


def spans_one_by_one(rows, fps): # (start, end) or None, as a person reads them
    found = []
    for i, (a, b) in enumerate(rows):
        after = rows[i + 1][0] if i + 1 < len(rows) else b + 1
        end = after if 0 <= after - b <= 1 and after > a else b + 1
        found.append((a/fps, end/fps) if 0 <= a <= b < LONGEST*fps else None)
    return found


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 12)), max_size=6))
def test_spans_are_those_of_a_reader_of_lines(rows):
    values = np.array(rows, np.int64).reshape(-1, 2)
    spans, wrong = frame_spans(Numbers(values, np.full(len(rows), 2), []), 2.5, 'a.txt')
    expected = spans_one_by_one(rows, 2.5)
    assert [None if np.isnan(o[0]) else tuple(o.tolist()) for o in spans] == expected
    assert len(wrong) == expected.count(None)


def test_a_rate_is_a_number_above_zero():
    assert frame_rate('a', dict(a=25), 24) == 25 and frame_rate('b', dict(a=25), 24) == 24
    for wrong in (0, -24, float('inf'), float('nan'), '24', None):
        with pytest.raises(ValueError, match='fps of a'): frame_rate('a', wrong)


# ---- shots and scenes
def scene_by_hand(shot, scenes): # the first scene that holds the middle of a shot, or -1
    middle = sum(shot)/2
    return next((i for i, (a, b) in enumerate(scenes) if a <= middle < b), -1)


spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=10), spans)
def test_last_shots_are_those_that_are_found_by_hand(lengths, drawn):
    ends = np.cumsum(lengths)
    shots = np.stack([ends - lengths, ends], 1)
    scenes = np.array([(a, a + n) for a, n in drawn], float)
    marks, where = last_of_scene(shots, scenes)
    by_hand = [scene_by_hand(o, scenes) for o in shots]
    assert where.tolist() == by_hand
    inside = [i for i, o in enumerate(by_hand) if o >= 0]
    expected = [i for i, j in pairwise(inside) if by_hand[i] != by_hand[j]]
    assert np.flatnonzero(marks).tolist() == expected
    assert marks[-1] == 0 and set(marks) <= {0, 1}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=1, max_size=5))
def test_scenes_of_whole_shots_come_back(scenes):
    "Marks of scenes that tile a film make the same scenes, one boundary fewer than scenes"
    ends = np.cumsum([o for scene in scenes for o in scene]).astype(float)
    shots = pd.DataFrame(dict(start=np.append(0, ends[:-1]), end=ends))
    last = np.cumsum([sum(o) for o in scenes]).astype(float)
    listed = np.stack([np.append(0, last[:-1]), last], 1)
    marks, where = last_of_scene(shots, listed)
    assert marks.sum() == len(scenes) - 1
    back = scenes_between(shots.assign(boundary=marks))
    assert (back[['start', 'end']].to_numpy() == listed).all()
    assert scene_problems(listed, range(len(listed)), where, '') == []


# ---- OVSD, and the layouts that it shares with BBC and RAI
def both(scenes, shots, names=('scenes/{}.txt', 'shots/{}.txt'), film='film'):
    return {names[0].format(film): lines(scenes), names[1].format(film): lines(shots)}


def inner(shots): return {v: o.tolist() for v, o in boundary_labels(shots).items()}


def test_a_shot_between_two_scenes_makes_one_boundary(tmp_path):
    write(tmp_path, both([(0, 100), (151, 250)], [(0, 100), (101, 150), (151, 250)]))
    scenes, shots, report = load_ovsd(tmp_path, fps=25)
    assert inner(shots) == {'film': [1, 0]}
    assert shots.boundary.tolist() == [1, 0, 0] and len(scenes) == 2
    assert report.problem.tolist() == ['1 of 3 shots lie in no scene, the first of them 1']


def test_shots_before_and_after_all_scenes_make_no_boundary(tmp_path):
    write(tmp_path, both([(50, 99), (100, 149)], frames([50, 50, 50, 50])))
    assert inner(load_ovsd(tmp_path)[1]) == {'film': [0, 1, 0]}


def test_overlapping_scenes_and_scenes_without_a_shot_are_reported(tmp_path):
    write(tmp_path, both([(0, 120), (100, 199), (200, 205), (206, 299)], frames([100, 100, 100])))
    scenes, shots, report = load_ovsd(tmp_path, fps=10)
    assert inner(shots) == {'film': [1, 1]} and len(scenes) == 4
    assert told(report, 'overlaps scene 0 by 2.10 s') == 1
    assert told(report, 'no shot has its middle in it') == 1
    assert report.record.tolist() == [1, 2]


LAYOUTS = dict(
    folders=('scenes/{}.txt', 'shots/{}.txt'),
    mixed=('scenes/{}_scenes.txt', 'shots/{}_shots.txt'),
    official=('{}_scenes.txt', '{}_shots.txt'),
    rai=('scenes_{}.txt', 'shots_{}.txt'),
    numbered=('{}/scenes.txt', '{}/shots.txt'),
)


@pytest.mark.parametrize('layout', LAYOUTS)
@pytest.mark.parametrize('load', [load_ovsd, load_bbc, load_rai])
def test_every_reader_takes_every_layout(tmp_path, layout, load):
    for film, n in (('2', 3), ('10', 2)):
        write(tmp_path, both(frames([20]*n), frames([10]*2*n), LAYOUTS[layout], film))
    if layout == 'official': write(tmp_path, {'README.txt': 'two-columned', 'License.txt': 'CC'})
    scenes, shots, report = load(tmp_path, fps=10)
    assert inner(shots) == {'2': [0, 1, 0, 1, 0], '10': [0, 1, 0]}
    assert len(scenes) == 5 and report.empty
    assert list(shots) == list(SHOT_COLUMNS)


def test_official_names_find_their_film(tmp_path, make_film):
    (tmp_path/'films').mkdir()
    film = make_film(tmp_path/'films/sintel.mp4', n=48, fps=12, size=(64, 48))
    write(tmp_path, both([(0, 11), (12, 47)], [(0, 11), (12, 47)], LAYOUTS['official'], 'sintel'))
    scenes, shots, report = load_ovsd(tmp_path, tmp_path/'films')
    assert set(shots.path) == {str(film)} and scenes.end.tolist() == [1, 4] and report.empty


def test_a_name_in_the_folder_finds_the_film_too(tmp_path, make_film):
    (tmp_path/'films').mkdir()
    film = make_film(tmp_path/'films/Caves.mp4', n=48, fps=12, size=(64, 48))
    texts = dict(scenes='0,1,2', shots='0 23\n24 47', name='Caves')
    write(tmp_path, {f'10/{name}.txt': text for name, text in texts.items()})
    scenes, shots, _ = load_bbc(tmp_path, tmp_path/'films')
    assert set(shots.path) == {str(film)} and set(scenes.film_title) == {'Caves'}
    assert scenes.end.tolist() == [2, 4]


def test_without_films_the_rate_is_assumed_and_reported(tmp_path):
    write(tmp_path, both(frames([24, 24]), frames([24, 24])))
    for load, rate in ((load_ovsd, 24), (load_bbc, 25), (load_rai, 25)):
        scenes, _, report = load(tmp_path)
        assert scenes.end.max() == 48/rate
        assert told(report, f'taken as {rate} frames a second, since no film tells (films: 1)') == 1
    assert load_ovsd(tmp_path, fps=dict(film=12))[0].end.max() == 4
    assert load_ovsd(tmp_path, fps=dict(film=0))[2].problem.str.contains('above 0').all()


NEITHER = {
    'three numbers a line': '0 1 2\n3 4 5\n',
    'one number a line': '0\n4\n9\n',
    'words with commas': 'kitchen, hall, stairs\n',
    'a decimal': '0.5,2,3\n',
    'nothing': '\n',
}


@pytest.mark.parametrize('text', NEITHER.values(), ids=NEITHER)
@pytest.mark.parametrize('load', [load_ovsd, load_bbc, load_rai])
def test_what_is_neither_is_refused_in_a_sentence(tmp_path, text, load):
    write(tmp_path, {'scenes/a.txt': text, 'shots/a.txt': lines(frames([10]*12))})
    write(tmp_path, both(frames([20, 20]), frames([10]*4), film='b'))
    scenes, shots, report = load(tmp_path, fps=10)
    assert set(shots.video_id) == {'b'} and len(scenes) == 2
    assert told(report, 'holds neither scenes') == 1 and len(report) == 1


# ---- BBC
def test_first_shots_are_read_as_scenes_and_the_last_number_is_none(tmp_path):
    write(tmp_path, {'1/scenes.txt': '0,1,3,5', '1/shots.txt': lines(frames([25]*5))})
    scenes, shots, _ = load_bbc(tmp_path)
    assert shots.boundary.tolist() == [1, 0, 1, 0, 0]
    assert scenes[['start', 'end']].to_numpy().tolist() == [[0, 1], [1, 3], [3, 5]]
    write(tmp_path, {'1/scenes.txt': '0,1,3'})   # without it
    assert load_bbc(tmp_path)[1].boundary.tolist() == [1, 0, 1, 0, 0]
    assert load_ovsd(tmp_path)[1].boundary.tolist() == [1, 0, 1, 0, 0]


def test_first_shots_without_shots_are_refused(tmp_path):
    write(tmp_path, {'scenes/a.txt': '0,1,3,5'})
    for load in (load_ovsd, load_bbc):
        scenes, shots, report = load(tmp_path, fps=25)
        assert scenes.empty and shots.empty and told(report, 'has no shots beside it') == 1


def test_first_shots_over_shots_that_cannot_be_read_are_refused(tmp_path):
    write(tmp_path, {'1/scenes.txt': '0,1,2', '1/shots.txt': '9 0\nx\n', '1/name.txt': 'Caves'})
    scenes, shots, report = load_bbc(tmp_path, fps=25)
    assert scenes.empty and shots.empty and told(report, 'has no shots beside it') == 1


def test_shots_that_are_not_there_are_reported(tmp_path):
    write(tmp_path, {'1/scenes.txt': '0,2,7,-1,2', '1/shots.txt': lines(frames([25]*5))})
    scenes, shots, report = load_bbc(tmp_path, fps=25)
    assert inner(shots) == {'1': [0, 1, 0, 0]}
    assert told(report, 'there is no shot') == 2


def test_a_shot_that_cannot_be_read_moves_no_boundary(tmp_path):
    shots = lines(frames([25]*5)).splitlines()
    shots[1] = 'x'   # the last of the first scene
    write(tmp_path, {'1/scenes.txt': '0,2,4', '1/shots.txt': '\n'.join(shots)})
    _, table, report = load_bbc(tmp_path, fps=25)
    assert table.shot.tolist() == [0, 2, 3, 4] and table.boundary.tolist() == [1, 0, 1, 0]
    assert len(report) == 1


def annotated(tmp_path, lists, n=6, film='caves'):
    write(tmp_path, {f'annotations/shots/{film}.txt': lines(frames([25]*n))})
    for name, text in lists.items():
        write(tmp_path, {f'annotations/scenes/{name}/{film}.txt': text})


def test_annotators_have_columns_and_a_majority(tmp_path):
    five = ['0,2,6', '0,2,4,6', '0,3,4,6', '0,3,6', '0,2,4,6']
    annotated(tmp_path, {f'annotator_{i}': o for i, o in enumerate(five)})
    scenes, shots, _ = load_bbc(tmp_path)
    columns = [o for o in shots if o.startswith('annotator_')]
    assert len(columns) == 5
    for column, text in zip(columns, five, strict=True):
        first = [int(o) for o in text.split(',')]
        assert [i + 1 for i, o in enumerate(shots[column]) if o] == first[1:-1]
        assert (boundary_labels(shots, column)['caves'] == shots[column][:-1]).all()
    votes = shots[columns].sum(axis=1)
    assert (shots.boundary == (votes > 2.5)).all()
    assert scenes[['start', 'end']].to_numpy().tolist() == [[0, 2], [2, 4], [4, 6]]


def test_two_annotators_who_differ_have_no_majority(tmp_path):
    annotated(tmp_path, dict(ann='0,2,4', eve='0,3,4'), 4)
    assert load_bbc(tmp_path)[1].boundary.tolist() == [0, 0, 0, 0]


def test_an_annotator_who_is_missing_is_not_evaluated(tmp_path):
    annotated(tmp_path, dict(ann='0,2,4', eve='0,2,4', tom='0,3,4'), 4)
    annotated(tmp_path, dict(ann='0,1,3', eve='x,y'), 3, 'deserts')
    scenes, shots, report = load_bbc(tmp_path, fps=25)
    assert inner(shots) == dict(caves=[0, 1, 0], deserts=[1, 0])
    assert boundary_labels(shots, 'tom')['deserts'].tolist() == [-1, -1]
    assert boundary_labels(shots, 'eve')['deserts'].tolist() == [-1, -1]
    assert len(report) == 1 and told(report, 'neither') == 1


def test_an_annotator_named_like_a_column_does_not_replace_it(tmp_path):
    annotated(tmp_path, dict(start='0,2,4', boundary='0,3,4', ann='0,3,4'), 4)
    _, shots, _ = load_bbc(tmp_path, fps=25)
    assert shots.start.tolist() == [0, 1, 2, 3] and shots.boundary.tolist() == [0, 0, 1, 0]
    assert boundary_labels(shots, 'annotator_start')['caves'].tolist() == [0, 1, 0]


@pytest.mark.parametrize('layout', LAYOUTS)
def test_shots_without_scenes_are_reported(tmp_path, layout):
    write(tmp_path, both(frames([20, 20]), frames([10]*4), LAYOUTS[layout], 'a'))
    write(tmp_path, {LAYOUTS[layout][1].format('b'): lines(frames([10]*4))})
    _, shots, report = load_ovsd(tmp_path, fps=10)
    assert set(shots.video_id) == {'a'} and len(report) == 1 and told(report, 'cannot be read') == 1


def test_a_copied_folder_is_left_out(tmp_path):
    for i, text in ((0, '0,2,4'), (1, '0,2,4'), (2, '0,3,4')):
        write(tmp_path, {f'{i}/scenes.txt': text, f'{i}/shots.txt': lines(frames([25]*4))})
    scenes, shots, report = load_bbc(tmp_path, fps=25)
    assert list(inner(shots)) == ['1', '2'] and told(report, 'is a copy of the folder 1') == 1


def test_a_folder_of_nothing_is_refused(tmp_path):
    for name, load in BENCHMARKS.items():
        with pytest.raises(ValueError, match='holds no'): load(tmp_path)
        with pytest.raises(ValueError, match='holds no'): load_benchmark(name, tmp_path/'missing')
    with pytest.raises(ValueError, match='unknown benchmark'): load_benchmark('msr-vtt', tmp_path)


# ---- features
def test_features_are_chosen_by_dimension(tmp_path):
    rng = np.random.default_rng(0)
    text = {n: lines(rng.normal(size=(4, n)).round(4)) for n in (2, 3)}
    for i in (1, 2, 3, 4):
        write(tmp_path, {f'{i}/scenes.txt': f'0,{i},4', f'{i}/shots.txt': lines(frames([25]*4))})
    write(tmp_path, {'1/featuresMobileNet.txt': text[2], '1/featuresVGG19.txt': text[3]})
    write(tmp_path, {'2/featuresMobileNet.txt': text[3], '2/featuresHSV.txt': text[3]})
    write(tmp_path, {'3/featuresVGG19.txt': text[3] + '1 2 3\n'})
    write(tmp_path, {'4/featuresVGG19.txt': '1 nan 3\n'*4})
    features, report = load_features(tmp_path, 3)
    assert list(features) == ['1', '2'] and features['1'].shape == (4, 3)
    assert np.array_equal(features['1'], features['2']) and features['1'].dtype == np.float32
    assert list(load_features(tmp_path, 3, 'HSV')[0]) == ['2']
    assert told(report, '2 features of dimension 3: featuresHSV.txt taken') == 1
    assert told(report, 'has 5 rows of features for 4 shots') == told(report, 'not finite') == 1
    assert told(load_features(tmp_path, 2)[1], 'no features of dimension 2') == 3


def archive(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


def test_archives_hold_shots_scenes_and_features(tmp_path):
    shots, scenes = np.array(frames([10]*4)), np.array(frames([20, 20]))
    x = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float16)
    archive(tmp_path/'01.npz', shots=shots, scenes=scenes, name='Caves', vgg19=x, hsv=x[:, :2])
    archive(tmp_path/'02.npz', shots=shots, scenes=scenes, vgg19=x[:3])
    archive(tmp_path/'10.npz', shots=shots, scenes=scenes, other=np.full((4, 3), np.nan), also=x)
    table, labels, report = load_ovsd(tmp_path, fps=10)
    assert inner(labels) == {o: [0, 1, 0] for o in ('01', '02', '10')} and report.empty
    features, report = load_features(tmp_path, 3)
    assert np.allclose(features['01'], x) and list(features) == ['01']
    assert told(report, '3 rows of features for 4 shots') == told(report, 'not finite') == 1
    assert list(load_features(tmp_path, 3, 'also')[0]) == ['10']
    assert list(load_features(tmp_path, 2)[0]) == ['01']


ODD = dict(
    floats=dict(shots=np.ones((4, 2)), scenes=np.ones((2, 2), int)),
    flat=dict(shots=np.arange(4), scenes=np.ones((2, 2), int)),
    missing=dict(scenes=np.ones((2, 2), int)),
)


@pytest.mark.parametrize('arrays', ODD.values(), ids=ODD)
def test_odd_archives_are_rows(tmp_path, arrays):
    archive(tmp_path/'odd.npz', **arrays)
    archive(tmp_path/'good.npz', shots=np.array(frames([5, 5])), scenes=np.array(frames([5, 5])))
    write(tmp_path, {'none.npz': 'no zip'})
    np.savez(tmp_path/'objects.npz', shots=np.array([{}], object), scenes=np.ones((2, 2), int))
    _, shots, report = load_ovsd(tmp_path, fps=10)
    assert set(shots.video_id) == {'good'} and len(report) == 3
    assert told(report, 'no array shots') == 1 and told(report, 'cannot be read as a NumPy') == 2


# ---- MovieNet-318
def movienet(root, marks, lengths=None, split=None):
    "A folder of films, {name: marks}; marks may be text"
    for name, o in marks.items():
        n = len(o) + 1 if lengths is None else len(lengths)
        rows = [(a, b, a, a, b) for a, b in frames(lengths or [24]*n)]
        text = o if isinstance(o, str) else ''.join(f'{i:04d} {m}\n' for i, m in enumerate(o))
        write(root, {f'shot_movie318/{name}.txt': lines(rows), f'label318/{name}.txt': text})
    if split: write(root, {'meta/split318.json': json.dumps(split)})
    return root


def test_films_run_at_23_976_and_the_report_says_so(tmp_path):
    movienet(tmp_path, dict(tt1=[0, 1, 0], tt2=[1, 0, 0]))
    scenes, shots, report = load_movienet(tmp_path)
    assert np.isclose(shots.end.max(), 4*24/NTSC) and np.isclose(shots.end.max(), 4.004)
    assert told(report, '23.976 frames a second (24000/1001): all 2 films') == len(report) == 1
    _, shots, report = load_movienet(tmp_path, fps=dict(tt2=24))
    assert {v: o.end.max() for v, o in shots.groupby('video_id')} == dict(tt1=4*24/NTSC, tt2=4)
    assert told(report, '1 of 2 films, the others as `fps` says') == len(report) == 1
    assert load_movienet(tmp_path, fps=29.97)[2].empty
    with pytest.raises(ValueError, match='fps of tt1'): load_movienet(tmp_path, fps=0)
    with pytest.raises(ValueError, match='fps of tt2'): load_movienet(tmp_path, fps=dict(tt2='x'))


marks_of_a_film = st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None)
@given(marks_of_a_film)
def test_uncertain_marks_are_counted_as_asked(tmp_path_factory, marks):
    root = movienet(tmp_path_factory.mktemp('m'), dict(tt1=marks))
    for choice, value in dict(positive=1, mask=-1, negative=0).items():
        scenes, shots, report = load_movienet(root, uncertain=choice)
        expected = [value if o == -1 else o for o in marks]
        assert boundary_labels(shots)['tt1'].tolist() == expected
        assert told(report, f'uncertain={choice!r}') == (-1 in marks)
        ends = [(i + 1)/NTSC*24 for i, o in enumerate(expected) if o == 1]
        assert np.allclose(scenes.end[:-1], ends)
    _, default, _ = load_movienet(root)
    assert boundary_labels(default)['tt1'].tolist() == [1 if o == -1 else o for o in marks]


def test_the_last_shot_is_no_decision(tmp_path):
    movienet(tmp_path, dict(tt1=[0, 1, 0]))
    movienet(tmp_path, dict(tt2='0 0\n1 1\n2 0\n3 1\n'), [24]*4)
    _, shots, report = load_movienet(tmp_path)
    assert inner(shots) == dict(tt1=[0, 1, 0], tt2=[0, 1, 0])
    assert shots.groupby('video_id').boundary.last().to_dict() == dict(tt1=0, tt2=1)
    assert told(report, 'the last shot of the film is marked 1: kept, and not evaluated') == 1
    assert all(len(o) == 3 for o in cut_times(shots).values())
    assert np.allclose(cut_times(shots)['tt1'], np.arange(1, 4)*24/NTSC)


def test_a_missing_mark_is_not_evaluated_whatever_is_uncertain(tmp_path):
    movienet(tmp_path, dict(tt1='0 1\n2 -1\n3 9\n8 1\n3 x\n'), [24]*5)
    for choice, value in dict(positive=1, mask=-1, negative=0).items():
        _, shots, report = load_movienet(tmp_path, uncertain=choice)
        assert inner(shots) == dict(tt1=[1, -1, value, -1])
        assert told(report, '2 shots have no mark, the first of them 1: not evaluated') == 1
        assert told(report, 'shot 3 is marked 9') == told(report, 'shot 8 is marked 1') == 1
        assert told(report, "'3 x'") == 1
    with pytest.raises(ValueError, match='expected one of'): load_movienet(tmp_path, uncertain='no')


SPLIT = dict(train=['tt1', 'tt2'], val=['tt3'], test=['tt4', 'tt9'])


def test_splits_are_those_of_the_repository(tmp_path):
    movienet(tmp_path, {f'tt{i}': [0, 1] for i in range(1, 6)}, split=SPLIT)
    def films(split): return set(load_movienet(tmp_path, split=split)[1].video_id)
    assert films(None) == {f'tt{i}' for i in range(1, 6)}
    assert films('train') == {'tt1', 'tt2'} and films('val') == {'tt3'} and films('test') == {'tt4'}
    report = load_movienet(tmp_path, split='test')[2]
    assert report[report.path == 'tt9'].problem.tolist() == ["is in split 'test', but has no files"]
    with pytest.raises(ValueError, match='unknown split'): load_movienet(tmp_path, split='dev')


@pytest.mark.parametrize('text', ['', '[]', '{"train": 3}', '{"train": [3]}', '{"test": []}', '{'])
def test_a_split_that_cannot_be_read_is_refused(tmp_path, text):
    movienet(tmp_path, dict(tt1=[0, 1]))
    with pytest.raises(ValueError, match='split318.json'): load_movienet(tmp_path, split='train')
    write(tmp_path, {'meta/split318.json': text})
    with pytest.raises(ValueError, match='split318.json'): load_movienet(tmp_path, split='train')


def test_a_split_names_no_files_elsewhere(tmp_path):
    write(tmp_path, {'secret.txt': '0 1\n'})
    movienet(tmp_path/'m', dict(tt1=[0, 1]), split=dict(train=['../../secret']))
    _, shots, report = load_movienet(tmp_path/'m', split='train')
    assert shots.empty and told(report, 'has no files') == 1


def test_a_hundred_films_take_seconds(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(100):
        movienet(tmp_path, {f'tt{i:03d}': rng.choice([0, 0, 0, 1, -1], 1500).tolist()})
    before = time.process_time()
    _, shots, _ = load_movienet(tmp_path)
    assert len(shots) == 150_100 and time.process_time() - before < 5


# ---- series
def episode(root, scenes, shots, season='Got/season1'):
    "Tables of an episode, parted by tabs"
    for name, first, rows in (('Scenes/', 'Scene', scenes), ('Shots/shots_', 'shot', shots)):
        table = f'{first} start end\n{lines(rows)}'.replace(' ', '\t')
        write(root, {f'{season}/{name}S01E01': table})


def test_series_count_milliseconds(tmp_path):
    shots = [(0, 0, 3000), (0, 3000, 8000), (1, 8000, 9000), (2, 9000, 12000)]
    episode(tmp_path/'a/AnnotatedScene', [(0, 0, 8000), (1, 8000, 9000), (2, 9000, 12000)], shots)
    for root in ('a', 'a/AnnotatedScene', 'a/AnnotatedScene/Got', 'a/AnnotatedScene/Got/season1'):
        scenes, table, report = load_series(tmp_path/root)
        assert inner(table) == dict(Got_S01E01=[0, 1, 1]) and report.empty
        assert scenes.end.tolist() == [8, 9, 12] and table.shot.tolist() == [0, 1, 2, 3]


def test_series_report_what_does_not_fit(tmp_path):
    shots = [(0, 0, 4000), (1, 4000, 8000), (1, 8000, 9000)]
    episode(tmp_path, [(0, 0, 8000), (1, 9000, 1)], shots)
    write(tmp_path, {'Got/season1/Scenes/S01E02': 'Scene\tstart\tend\n0\t0\t8000\n'})
    write(tmp_path, {'Got/season1/Scenes/S01E03': 'begin\tend\n0\t8000\n'})
    scenes, shots, report = load_series(tmp_path)
    assert len(scenes) == 1 and inner(shots) == dict(Got_S01E01=[0, 0])
    words = "no interval", "at 1 cuts", 'lie in no scene', 'no shots beside it', 'no columns start'
    assert [told(report, o) for o in words] == [1]*5 and len(report) == 5
    with pytest.raises(ValueError, match='no annotated series'): load_series(tmp_path/'Got/none')


# ---- AdA
NS = 'http://experience.univ-lyon1.fr/advene/ns'


def advene(path, rows, head='', body=None):
    "An Advene package with annotations (track, begin, end, text)"
    inside = ''.join(
        f'<annotation id="a{i}" type="#{track}"><millisecond-fragment begin="{a}" end="{b}"/>'
        f'<content mime-type="text/plain">{text}</content></annotation>'
        for i, (track, a, b, text) in enumerate(rows)
    )
    xml = body or f'{head}<package xmlns="{NS}"><annotations>{inside}</annotations></package>'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('content.xml', xml)
    return path


FILM = [
    ('Shot', 0, 4000, 1), ('Shot', 4000, 9000, 2), ('Shot', 9000, 12000, 3),
    ('Scene', 0, 9000, 'Prologue'), ('Scene', 9000, 12000, 'Bank &amp; law'),
    ('Setting', 3000, 9000, 'exterior (street)'), ('Setting', 9000, 12000, 'interior (bank)'),
    ('DialogueText', 500, 1000, 'Where\n is it?'), ('DialogueText', 3500, 4500, 'Here.'),
]


def test_a_package_gives_settings_scenes_and_dialogue(tmp_path):
    advene(tmp_path/'Margin_Call_merge_release.azp', FILM)
    scenes, shots, report = load_ada(tmp_path)
    assert inner(shots) == dict(Margin_Call=[0, 1]) and report.empty
    assert scenes.title.tolist() == ['Prologue', 'Bank & law']
    assert shots.setting.tolist() == ['exterior (street)']*2 + ['interior (bank)']
    assert shots.dialogue.tolist() == ['Where is it? / Here.', 'Here.', '']
    assert shots.scene.tolist() == ['Prologue', 'Prologue', 'Bank & law']
    assert set(TRACKS.values()) <= set(shots)


def test_tables_say_what_packages_say(tmp_path):
    advene(tmp_path/'a.azp', FILM)
    write(tmp_path, {
        'b_shots.csv': 'start,end,Setting,DialogueText\n'
        '0,4,exterior (street),Where is it? / Here.\n'
        '4,9,exterior (street),Here.\n9,12,interior (bank),\n',
        'b_scenes.csv': 'start,end,value\n0,9,Prologue\n9,12,Bank & law\n',
    })
    scenes, shots, report = load_ada(tmp_path)
    a, b = (o.drop(columns='video_id').set_index('shot') for _, o in shots.groupby('video_id'))
    pd.testing.assert_frame_equal(a, b)
    assert scenes.title.tolist() == ['Prologue', 'Bank & law']*2 and report.empty
    advene(tmp_path/'b_release.azp', FILM)
    assert told(load_ada(tmp_path)[2], 'another file here describes too') == 1


BROKEN = {
    'entities': dict(head='<!DOCTYPE p [<!ENTITY a "b">]>'),
    'no XML': dict(body='<package'),
    'no scenes': dict(rows=FILM[:3]),
    'no shots': dict(rows=FILM[3:]),
}


@pytest.mark.parametrize('how', BROKEN.values(), ids=BROKEN)
def test_a_broken_package_is_a_row_and_the_others_go_on(tmp_path, how):
    advene(tmp_path/'bad.azp', **dict(rows=FILM) | how)
    advene(tmp_path/'good.azp', FILM)
    write(tmp_path, {'none.azp': 'no zip', 'lone_shots.csv': 'start,end\n0,4\n'})
    _, shots, report = load_ada(tmp_path)
    assert set(shots.video_id) == {'good'} and len(report) == 3
    assert report.path.map(os.path.basename).tolist() == ['bad.azp', 'lone_scenes.csv', 'none.azp']


LAUGHS = '<!DOCTYPE p [<!ENTITY a "ha">' + ''.join(
    f'<!ENTITY {x} "{f"&{y};"*10}">' for y, x in pairwise('abcdefghi')
) + ']><p>&i;</p>'


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-16'])
def test_entities_are_not_expanded_in_any_encoding(tmp_path, encoding):
    advene(tmp_path/'a.azp', [], body=LAUGHS.encode(encoding))
    with pytest.raises(RecordError, match='declares a document type'): read_advene(tmp_path/'a.azp')


def test_damaged_packages_are_refused_in_a_sentence(tmp_path):
    whole = advene(tmp_path/'a.azp', FILM).read_bytes()
    for i in range(30, len(whole), 7):
        (tmp_path/'a.azp').write_bytes(whole[:i] + bytes([whole[i] ^ 255]) + whole[i + 1:])
        report = load_ada(tmp_path)[2]
        assert told(report, 'not foreseen') == 0, report.problem.tolist()


def test_tables_without_rows_are_refused_or_empty(tmp_path):
    write(tmp_path, {'b_shots.csv': 'start,end\n', 'b_scenes.csv': 'start,end,value\n0,9,P\n'})
    _, shots, report = load_ada(tmp_path)
    assert shots.empty and told(report, 'not foreseen') == 0


def test_times_that_are_none_are_reported(tmp_path):
    advene(tmp_path/'a.azp', [*FILM, ('Shot', 12000, 'x', 4), ('Scene', 12000, 11000, 'Odd')])
    _, shots, report = load_ada(tmp_path)
    assert len(shots) == 3 and told(report, 'has no interval') == 2
    assert read_advene(tmp_path/'a.azp').end.isna().sum() == 1


# ---- by name
def test_the_readers_are_names_of_the_package():
    assert datasets.load_ovsd is load_ovsd and datasets.load_movienet is load_movienet
    assert {'load_bbc', 'load_rai', 'load_series', 'load_ada', 'load_folder'} <= set(dir(datasets))
    with pytest.raises(AttributeError, match='no_such_name'): datasets.no_such_name  # noqa: B018
