"""Files beside films that somebody made to do harm, or that went wrong: each is read in seconds or
refused in a sentence, and costs no other film"""
import copy
import html
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from functools import cache, reduce
from itertools import pairwise, takewhile
from operator import getitem
from pathlib import Path

import numpy as np
import pandas as pd
import pysubs2
import pytest
from hypothesis import given, settings, strategies as st
from conftest import write_film
from pysubs2.formats.substation import parse_tags
from test_datasets import new_film, sound_record  # noqa: F401

from scene_explore.datasets import loaders, scene_checks, subtitles, world

from scene_explore.video import export
from scene_explore.datasets.label_files import (
    apply_labels,
    export_labels,
    import_labels,
    read_labels,
)
from scene_explore.datasets.records import (
    RecordError,
    merge_texts,
    parse_record,
    read_record,
    record_cues,
    record_moments,
    record_scenes,
    spoken,
)
from scene_explore.datasets.movienet import load_movienet, load_ovsd
from scene_explore.datasets.subtitles import read_captions
from scene_explore.datasets.loaders import load_finevideo, load_folder
from scene_explore.core.plain_files import read_file
from scene_explore.core.scenes import (
    read_scenes,
    scene_id,
    scene_table,
    seconds,
    timecode,
    write_scenes,
)

often = settings(max_examples=300, deadline=None)


def took(work, *args):
    "Seconds of the processor that a call takes, also where it raises a `ValueError`"
    began = time.process_time()
    with suppress(ValueError): work(*args)
    return time.process_time() - began


# ---- subtitles: the same words as before, in time proportional to the text
def old_bare(text):
    "As it was: blank lines took time by their square"
    text = re.sub(r'\r\n?', '\n', text).replace('\0', '')
    text = re.sub(r'<\d[\d:.]*>', '', text)
    text = (
        re.sub(r'(?m)(?:^|(?<=\n\n))(?:NOTE|STYLE|REGION)\b.*(?:\n(?!\s*$).*)*', '', text)
        if text.lstrip().startswith('WEBVTT')
        else text
    )
    return re.sub(r'(?:\A|(?<=\n))(?:\s*\n|\A)[^\n]*\n(?=[^\n]*-->)', '\n', text)


def old_words(data):
    data = data.replace(b'\r', b'\n')
    script = re.findall(rb'(?m)^Dialogue:(?:[^,\n]*,){9}(.*)', data)
    return b'\n'.join(script) or re.sub(rb'(?m)^.*-->.*$|^\s*\d+\s*$|<[^<>\n]*>', b'', data)


def old_line(event):
    event.text = ''.join(part for part, style in parse_tags(event.text) if not style.drawing)
    text = re.split(r'\n[^\n]*-->', f'\n{event.plaintext}', maxsplit=1)[0]
    return ' '.join(html.unescape(text).split())


def old_cues(text, kind):
    "The words of each cue by the parser's own tags"
    return [
        (abs(o.start), abs(o.end), old_line(o))
        for o in pysubs2.SSAFile.from_string(text, format_=kind)
    ]


LINES = [
    '',
    ' ',
    '\t',
    '1',
    '12 ',
    'a',
    'WEBVTT',
    'NOTE x',
    'STYLE',
    '00:00:01,000 --> 00:00:02,000',
    '00:01.000 --> 00:02.500',
    'x --> y',
    '\x0b',
    ' \u2028',
]
ENDS = ['\n', '\r\n', '\n\n', '\n \n\n', '']
of_lines = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)), max_size=14).map(
    lambda o: ''.join(a + b for a, b in o)
)
TAGS = [
    '<i>',
    '</i>',
    '< b >',
    '<',
    '>',
    '<font color="red">',
    '</',
    ' ',
    '   ',
    'i',
    'word',
    '{\\i1}',
    '{\\p1}',
    '{\\p0}',
    '{\\r}',
    '{\\rAlt}',
    '{\\fnArial\\p2}',
    '{',
    '}',
    '\\N',
    '\\h',
    '\n',
    '\n\n',
    '7',
    '&amp;',
    '&',
    'a --> b',
    '{\\b1',
]
of_tags = st.lists(st.sampled_from(TAGS), max_size=12).map(''.join)


@often
@given(of_lines)
def test_names_of_cues_go_as_before(text): assert subtitles._bare(text) == old_bare(text)


@often
@given(of_lines)
def test_the_words_by_which_an_encoding_is_known_are_as_before(text):
    assert subtitles._words(text.encode()).split() == old_words(text.encode()).split()


@often
@given(st.lists(of_tags, min_size=1, max_size=3), st.sampled_from(['srt', 'vtt']))
def test_tags_and_drawings_go_as_before(texts, kind):
    point = dict(srt=',', vtt='.')[kind]
    text = '\n'.join(
        f'00:00:0{i}{point}000 --> 00:00:0{i + 1}{point}000\n{o}\n' for i, o in enumerate(texts)
    )
    found = subtitles._cues(text, kind)[0]
    assert [(abs(a), abs(b), words) for a, b, words in found] == old_cues(text, kind)


@often
@given(of_tags.filter(lambda o: '\n' not in o))
def test_scripts_are_read_as_before(text):
    script = f'[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{text}'
    assert [o for *_, o in subtitles._script(script)[0]] == [o for *_, o in old_cues(script, 'ass')]


CUE = '1\n00:00:01,000 --> 00:00:02,000\nhello\n\n'
HOSTILE = dict(
    blanks=(CUE, ' \n', ''),
    newlines=(CUE, '\n', 'x'),
    tabs=(CUE, '\t', ''),
    crlf=(CUE, '\r\n', 'x'),
    braces=(CUE[:-2], '{', ''),
    overrides=(CUE[:-2], '{\\i1}', ''),
    angles=(CUE[:-2], '<a', ''),
    spaces_in_a_tag=(CUE[:-2] + '<', ' ', 'x'),
    stamps=(CUE, '00:00:01,000 ', ''),
    digits=(CUE, '1', ''),
    entity=(CUE[:-2] + '&#', '9', ';'),
    notes=('WEBVTT\n\n', 'NOTE\n\n \n', ''),
    arrows=(CUE, '-->\n', ''),
)


@pytest.mark.parametrize('what', HOSTILE)
@pytest.mark.parametrize('kind', ['srt', 'vtt'])
def test_subtitles_take_no_longer_than_their_size(tmp_path, what, kind):
    begin, again, end = HOSTILE[what]
    file = tmp_path/f'film.{kind}'
    file.write_text(begin + again*(500_000//len(again)) + end, 'utf-8', newline='')
    assert took(read_captions, file) < 10


# ---- records: overlaps as before, and fast
SLACK = scene_checks.SLACK


def old_overlaps(film):
    "As it was: with N scenes on top of each other it took time by the fourth power of N"
    def share(a, b): return min(a['end'], b['end']) - max(a['start'], b['start']) >= SLACK
    def within(a, b): return a['start'] - b['start'] < SLACK and b['end'] - a['end'] < SLACK
    pairs, found = [], []
    for i, a in enumerate(film):
        pairs += [
            (a, b)
            for b in takewhile(lambda o, a=a: a['end'] - o['start'] >= SLACK, film[i + 1 :])
            if share(a, b)
        ]
    while pairs:
        holds = Counter(
            o['number'] for pair in pairs for o, other in (pair, pair[::-1]) if within(o, other)
        )
        cause = holds.most_common(1)[0][0] if holds else pairs[0][0]['number']
        mine = [
            pair
            for pair in pairs
            if cause == pair[0]['number'] or holds and cause == pair[1]['number']
        ]
        pairs = [pair for pair in pairs if pair not in mine]
        found.append(old_too_long(cause, mine))
    return found


def old_too_long(cause, pairs):
    this = next(o for o in pairs[0] if o['number'] == cause)
    over = sorted(o['number'] for pair in pairs for o in pair if o['number'] != cause)
    since = '' if pairs[0][0] is this else f'from {timecode(this["start"])} '
    several = (
        f'{over[0]} to {over[-1]}'
        if len(over) > 3 and over == list(range(over[0], over[-1] + 1))
        else ', '.join(map(str, over))
    )
    return (
        cause,
        (
            f'it lasts {since}until {timecode(this["end"])}, into'
            f' {"scene" if len(over) == 1 else "scenes"} {several}: kept'
        ),
    )


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=16)


@settings(max_examples=500, deadline=None)
@given(spans, st.sampled_from([.1, .25, .5, 1.]), st.randoms(use_true_random=False))
def test_overlaps_are_told_as_before(spans, grid, rng):
    film = [dict(start=a*grid, end=(a + n)*grid, number=i) for i, (a, n) in enumerate(spans)]
    rng.shuffle(film)
    film.sort(key=lambda o: (o['start'], o['end']))
    assert scene_checks._overlaps(film) == old_overlaps(film)


cues_of = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9), st.sampled_from(['a', 'b', 'c'])), max_size=12
)


@often
@given(cues_of, st.integers(0, 40), st.integers(1, 20))
def test_words_are_those_whose_middle_lies_in_the_scene(cues, start, length):
    cues = [(a/4, (a + n)/4, text) for a, n, text in cues]
    start, end = start/4, (start + length)/4
    lines = [text for a, b, text in sorted(cues) if start <= (a + b)/2 < end]
    assert spoken(cues, start, end) == ' '.join(b for a, b in pairwise(['', *lines]) if a != b)


def of_spans(spans, cues=()):
    "A record with these scenes and cues"
    return dict(
        timecoded_text_to_speech=list(cues),
        content_metadata=dict(
            scenes=[
                dict(title=f't{i}', timestamps=dict(start_timestamp=a, end_timestamp=b))
                for i, (a, b) in enumerate(spans)
            ]
        ),
    )


N = 5000
LONG = dict(
    one_after_the_other=[(i, i + 1) for i in range(N)],
    on_top_of_each_other=[(i / 1e3, 90 + i / 1e3) for i in range(N)],
    four_hundred=[(i / 1e3, 90 + i / 1e3) for i in range(400)],
    nested=[(i, 2 * N - i) for i in range(N)],
    chains=[(i, i + 20) for i in range(N)],
    swapped=[(i ^ 1, (i ^ 1) + 1) for i in range(N)],
    one_interval=[(0, 9)] * N,
    over_all_words=[(i / 1e3, N + i / 1e3) for i in range(N)],
    gaps=[(2 * i, 2 * i + 1) for i in range(N)],
    short_in_long=[(0, N), *((i / 10, i / 10 + 0.4) for i in range(N))],
    every_other_lost=[(2 * i, 2 * i + 1) if i % 2 else (3, 1) for i in range(N)],
)


@pytest.mark.parametrize('what', LONG)
def test_five_thousand_scenes_and_twenty_thousand_cues_are_read_in_seconds(what):
    record = of_spans(
        LONG[what], [dict(start=i / 4, end=i / 4 + 0.2, text=f'line {i}') for i in range(20_000)]
    )
    began = time.process_time()
    rows, problems = record_scenes(record, 2.*N)
    assert time.process_time() - began < 15
    assert sum(len(o['subtitles']) for o in rows) <= 33 << 20
    assert (
        sum(
            'overlap' in why or 'it lasts' in why or 'left out' in why and what != 'one_interval'
            for _, why in problems
        )
        <= scene_checks.MOST_TOLD + 1
        or what == 'every_other_lost'
    )
    assert max((len(why) for _, why in problems), default=0) < 1000


def test_what_is_not_listed_is_counted():
    rows, problems = record_scenes(of_spans(LONG['four_hundred']))
    assert len(rows) == 400 and len(problems) == scene_checks.MOST_TOLD + 1
    assert (
        problems[-1][1]
        == f'and {sum(range(400 - scene_checks.MOST_TOLD))} more overlaps of scenes: kept'
    )


def test_texts_of_many_accounts_are_those_of_one_after_the_other():
    texts = ['title', 'description', 'props', 'context', 'activities', 'mood', 'characters']
    def rows():
        return [
            dict.fromkeys(texts, t) | dict(subtitles=w)
            for t, w in (('a; b', 'x'), ('b; c', 'y'), ('', 'x'), ('d', 'x y'))
        ]
    one, *others = rows()
    merge_texts(one, *others)
    by_one, *others = rows()
    for o in others: merge_texts(by_one, o)
    assert one == by_one and one['title'] == 'a; b; c; d'


# ---- times
HUGE = ['9'*400, 10**400, '9'*400 + ':00:00', '1e999', float('inf'), 1e308, '99999999:00:00']


@pytest.mark.parametrize('t', HUGE, ids=lambda o: str(o)[:12])
def test_a_time_that_no_film_has_is_a_sentence(t, tmp_path):
    for work in (
        lambda: seconds(t),
        lambda: scene_table([dict(video_id='f', start=0, end=t)]),
        lambda: scene_id('f', 0, float('inf')),
    ):
        with pytest.raises(ValueError) as e: work()
        assert len(str(e.value)) < 200 and '\n' not in str(e.value)
    rows, problems = record_scenes(of_spans([(0, t), (0, 1)], [dict(start=t, end=t, text='x')]))
    assert len(rows) == 1 and len(problems) == 2
    (tmp_path/'t.csv').write_text(f'video_id,start,end\nf,0,{t}\n')
    with pytest.raises(ValueError, match='t.csv: not a scene table'): read_scenes(tmp_path/'t.csv')


# ---- records, changed at random
VALUES = [
    None,
    True,
    False,
    0,
    -1,
    10**400,
    1e308,
    float('nan'),
    float('inf'),
    '',
    ' ',
    '\ud800',
    '\0',
    '9' * 400,
    '9' * 400 + ':00:00',
    '00:00:01.000',
    '99:99:99',
    '-5',
    'x' * 10_000,
    [],
    {},
    [[]],
    [{}],
    [None, 3, ['a']],
    {'': {}},
    dict(start_timestamp=[], end_timestamp={}),
    dict(timestamps=dict(timestamps=1)),
]


def places(o, at=()):
    "The paths of all values within lists and dicts"
    inside = o.items() if isinstance(o, dict) else enumerate(o) if isinstance(o, list) else ()
    for k, v in inside:
        yield (*at, k)
        yield from places(v, (*at, k))


def deep(o, levels):
    for _ in range(levels): o = [o]
    return o


def mutated(record, rng):
    "A record with one to four values deleted, doubled, of another type, nested deeper or swapped"
    record = copy.deepcopy(record)
    for _ in range(rng.randint(1, 4)):
        *at, last = rng.choice(list(places(record)))
        o = reduce(getitem, at, record)
        what = rng.choice(
            ['delete', 'double', 'value', 'value', 'value', 'nest', 'deep', 'key', 'swap']
        )
        if what == 'delete': del o[last]
        elif what == 'double' and isinstance(o, list): o.insert(last, copy.deepcopy(o[last]))
        elif what == 'nest': o[last] = rng.choice([[o[last]], {str(last): o[last]}])
        elif what == 'deep': o[last] = deep(o[last], rng.choice([5, 70, 120]))
        elif what == 'key' and isinstance(o, dict):
            o[rng.choice(['timestamps', 'timestamp', 'text', '', 'start'])] = o.pop(last)
        elif what == 'swap':
            o[last] = copy.deepcopy(reduce(getitem, rng.choice(list(places(record))), record))
        else: o[last] = copy.deepcopy(rng.choice(VALUES))
        if not list(places(record)): break
    return record


@cache
def seeds():
    files = sorted((Path(__file__).parent.parent/'data/sample/films').glob('*[!h].json'))[:2]
    return [sound_record(), *(json.loads(o.read_text('utf-8')) for o in files)]


def whole(file):
    "All that is read of a record"
    record = read_record(file)
    rows, problems = record_scenes(record, 4.)
    assert all(
        isinstance(why, str) and why and '\n' not in why
        for _, why in problems + record_cues(record)[1]
    )
    record_moments(record)
    return rows


def test_two_thousand_mutations_of_records_are_read_or_refused(tmp_path):
    rng, kept, refused = random.Random(14), 0, 0
    for i in range(2000):
        text = json.dumps(mutated(rng.choice(seeds()), rng))
        if rng.random() < .05: text = text[:rng.randrange(len(text))]
        if rng.random() < .02:
            text = text.replace('null', '['*3000 + ']'*3000).replace('"Ana"', '['*3000)
        (file := tmp_path/'film.json').write_text(text)
        try:
            rows = whole(file)
            if i % 8 == 0:
                assert len(scene_table([dict(o, video_id='film') for o in rows])) == len(rows)
            kept += 1
        except RecordError as e: refused += bool(e.problem)
        except Exception as e: raise AssertionError(f'mutation {i}: {text[:2000]}') from e
    assert kept > 1000 and refused > 50, (kept, refused)


def test_mutated_records_beside_films_cost_no_film(new_film, tmp_path):  # noqa: F811
    film, rng = new_film(tmp_path/'a.mp4').read_bytes(), random.Random(15)
    for i in range(60):
        mine = tmp_path/f'{i:02d}.mp4'
        # the same pictures, another film
        mine.write_bytes(film + struct.pack('>I4sI', 12, b'free', i))
        mine.with_suffix('.json').write_text(json.dumps(mutated(sound_record(), rng)))
    (tmp_path/'a.json').write_text(json.dumps(sound_record()))
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert (scenes.path == str(tmp_path/'a.mp4')).sum() == 4
    assert not report.problem.str.contains('not foreseen').any()
    silent = (
        set(map(str, tmp_path.glob('*.mp4')))
        - set(scenes.path)
        - set(report.path)
        - {o.replace('.json', '.mp4') for o in report.path}
    )
    assert not silent


# ---- files that are none
def pipe(path): os.mkfifo(path)


def device(path): path.symlink_to('/dev/zero')


def many_numbers(path): path.write_bytes(b'[' + b'1,'*50_000_000 + b'1]')


def brackets(path): path.write_bytes(b'['*3000 + b']'*3000)


READERS = dict(
    json=read_record,
    srt=read_captions,
    vtt=read_captions,
    ass=read_captions,
    csv=read_labels,
    truth=lambda o: world.load_truth(o.with_name('film.truth.json')),
)


@pytest.mark.skipif(os.name == 'nt', reason='Windows has neither')
@pytest.mark.parametrize('made', [pipe, device])
@pytest.mark.parametrize('kind', READERS)
def test_what_is_no_regular_file_is_refused_at_once(tmp_path, kind, made):
    file = tmp_path/('film.truth.json' if kind == 'truth' else f'film.{kind}')
    made(file)
    with pytest.raises(ValueError, match='not a regular file') as e: READERS[kind](file)
    assert file.name in str(e.value)
    if kind == 'csv':
        with pytest.raises(ValueError, match='not a regular file'): read_scenes(file)


@pytest.mark.skipif(os.name == 'nt', reason='Windows has no pipes with names')
def test_pipes_among_films_and_annotations_are_rows(tmp_path, new_film):  # noqa: F811
    (tmp_path/'films').mkdir()
    film = new_film(tmp_path/'films/a.mp4')
    film.with_suffix('.json').write_text(json.dumps(sound_record()))
    for name in ('b.json', 'c.jsonl', 'c.truth.json'): os.mkfifo(tmp_path/'films'/name)
    scenes, report = load_finevideo(tmp_path/'films', progress=False)
    assert len(scenes) == 4 and set(report.path.map(os.path.basename)) == {
        'b.json',
        'c.jsonl',
        'c.truth.json',
    }
    os.mkfifo(film.with_suffix('.srt'))
    scenes, report = load_folder(tmp_path/'films', 'film', progress=False)
    assert len(scenes) == 1 and report.problem.str.contains('not a regular file').sum() == 1
    for folder in ('label318', 'shot_movie318', 'scenes'): (tmp_path/folder).mkdir()
    (tmp_path/'shot_movie318/tt1.txt').write_text('0 47\n48 95\n')
    (tmp_path/'label318/tt1.txt').write_text('0 0\n')
    os.mkfifo(tmp_path/'label318/tt2.txt')
    os.mkfifo(tmp_path/'shot_movie318/tt2.txt')
    scenes, shots, report = load_movienet(tmp_path)
    assert len(shots) == 2 and report.problem.str.contains('not a regular file').sum() == 1
    (tmp_path/'scenes/a.txt').write_text('0 47\n48 999999999999\n')
    os.mkfifo(tmp_path/'scenes/b.txt')
    scenes, shots, report = load_ovsd(tmp_path, fps=24)
    assert len(scenes) == 1 and len(report) == 2


LIMITED = """
import resource, sys
from scene_explore.datasets.records import parse_record, read_record
from scene_explore.datasets.loaders import _entries
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(2e9),)*2)
for read in (read_record, lambda o: [parse_record(data, o) for _, data, _ in _entries(Path(o))]):
    try: read(sys.argv[1])
    except ValueError as e: print(e)
"""


def test_a_hundred_megabytes_of_numbers_take_no_gigabytes(tmp_path):
    many_numbers(file := tmp_path/'film.json')
    done = subprocess.run(
        [sys.executable, '-c', LIMITED, file], capture_output=True, text=True, check=False
    )
    assert (
        done.returncode == 0
        and done.stdout.count('film.json') == 2
        and done.stdout.count('is larger than') == 2
    ), done.stderr[-2000:]


def test_a_record_of_three_thousand_brackets_is_refused(tmp_path):
    brackets(file := tmp_path/'film.json')
    with pytest.raises(RecordError, match='nested deeper'): read_record(file)
    with pytest.raises(RecordError, match='nested deeper'): parse_record(b'{"a":' + b'['*3000, 'x')
    with pytest.raises(RecordError, match='larger'): parse_record(b' '*(33 << 20), 'x')


def test_a_table_of_a_million_columns_is_refused(tmp_path):
    (file := tmp_path/'t.csv').write_text('scene_id' + ','*1_000_000 + '\n' + 'a\n'*100_000)
    with pytest.raises(ValueError, match='more than are read'): read_labels(file)
    file.write_text('scene_id,place' + ',x'*3 + '\n')
    with pytest.raises(ValueError, match="'x' comes twice"): read_labels(file)


# ---- truth beside a film
SHOT = dict(
    start=0.0,
    end=1.0,
    place='bar',
    place_seed=1,
    camera='wide',
    hour=9.0,
    lamps=True,
    light='day',
    cast=[],
)
TRUTHS = dict(
    no_place_seed={k: v for k, v in SHOT.items() if k != 'place_seed'},
    no_start={k: v for k, v in SHOT.items() if k != 'start'},
    huge=dict(SHOT, end=10**400),
    seed=dict(SHOT, place_seed=10**400),
    infinite=dict(SHOT, end=float('inf')),
    not_a_number=dict(SHOT, start=float('nan')),
    a_list=dict(SHOT, place=['bar']),
    a_dict=dict(SHOT, camera={}),
    nothing=None,
    number=3,
    backwards=dict(SHOT, start=2.0),
)


@pytest.mark.parametrize('what', TRUTHS)
def test_truth_that_is_none_is_one_sentence(tmp_path, what):
    (tmp_path/'a.truth.json').write_text(json.dumps(dict(shots=[SHOT, TRUTHS[what]])))
    (tmp_path/'a.mp4').touch()
    scenes = scene_table([dict(path=str(tmp_path/'a.mp4'), video_id='a', start=0, end=1)])
    with pytest.raises(ValueError, match='a.truth.json is not the ground truth') as e:
        world.label_from_truth(scenes)
    assert len(str(e.value)) < 300 and '\n' not in str(e.value)


@pytest.mark.parametrize(
    'text',
    [
        '[',
        '[' * 3000 + ']' * 3000,
        '[]',
        '{}',
        '{"shots": []}',
        '{"shots": {}}',
        '{"shots": 3}',
        '3',
        'null',
        '{"shots": "' + 'x' * 9 + '"}',
    ],
)
def test_truth_of_another_shape_is_one_sentence(tmp_path, text):
    (tmp_path/'a.truth.json').write_text(text)
    with pytest.raises(ValueError, match='a.truth.json is not the ground truth'):
        world.load_truth(tmp_path/'a.mp4')


# ---- no film ends the reading of the others
class Odd(dict):
    "A record that nobody foresaw"
    def __eq__(self, other): raise LookupError('nobody foresaw this')
    __hash__ = None


def test_what_nobody_foresaw_of_one_film_is_a_row_and_the_others_go_on(
    tmp_path,
    new_film,  # noqa: F811
    monkeypatch,
):
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'cache'))
    (tmp_path/'films').mkdir()
    for name in 'abc':
        new_film(tmp_path / f'films/{name}.mp4').with_suffix('.json').write_text(
            json.dumps(sound_record(name))
        )
    shutil.copy(tmp_path/'films/a.mp4', tmp_path/'films/twin.mp4')
    pairs, problems = loaders._pairs(tmp_path/'films')
    pairs = {
        film: (at, Odd(sound_record()) if film.stem in ('a', 'twin') else data)
        for film, (at, data) in pairs.items()
    } | {tmp_path / 'films/twin.mp4': ('twin.json', Odd(sound_record()))}
    scenes, report = loaders._load(pairs, [], False)
    assert set(scenes.path.map(os.path.basename)) == {'a.mp4', 'b.mp4', 'c.mp4'}
    [(path, why)] = [
        (o.path, o.problem) for o in report.itertuples() if 'not foreseen' in o.problem
    ]
    assert path.endswith('twin.mp4') and 'nobody foresaw this' in why and why.endswith('left out')
    assert 'LookupError' in (tmp_path/'cache/faults.log').read_text()


# ---- tables for people: nothing runs in a spreadsheet, and every text comes back
texts = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n' \",;a1"),
        st.characters(exclude_categories=['Cs'], exclude_characters='\0'),
    ),
    max_size=8,
)
RUNS = re.compile(r'\s*[=+\-@\t\r\n]')


def test_a_text_that_a_spreadsheet_would_run_is_guarded(tmp_path):
    t = scene_table([
        dict(
            video_id='f',
            start=0,
            end=1,
            title='=HYPERLINK("http://a.b")',
            place='-2+3',
            props="'=1",
            depth=-1.5,
            note='+1',
        )
    ])
    text = write_scenes(t, tmp_path/'s.csv').read_text().splitlines()[1]
    assert (
        '"\'=HYPERLINK(' in text
        and ",'-2+3," in text
        and ",''=1," in text
        and ',-1.5,' in text
        and "'+1" in text
    )
    assert read_scenes(tmp_path/'s.csv').title[0] == '=HYPERLINK("http://a.b")'


TABLES = dict(
    quotes='"',
    commas=',',
    open='a,"b\n',
    rows='a,b\n',
    blanks=' ',
    lines='\n',
    returns='\r',
    seps='sep=',
    slashes='a/',
    bars='|;',
    deep='a,' + 'b/' * 2000 + '\n',
)


@pytest.mark.filterwarnings('ignore::scene_explore.core.scenes.ScenesWarning')
@pytest.mark.parametrize('what', TABLES)
def test_tables_take_no_longer_than_their_size(tmp_path, what):
    text = 'scene_id,path,start,end,video_id,place\n' + TABLES[what]*(1_000_000//len(TABLES[what]))
    (tmp_path/'t.csv').write_text(text, newline='')
    assert took(read_labels, tmp_path/'t.csv') < 15 and took(read_scenes, tmp_path/'t.csv') < 15


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=4), st.floats(-1e6, 1e6))
def test_a_scene_table_comes_back_to_the_letter(tmp_path_factory, rows, depth):
    t = scene_table([
        dict(video_id='f', start=i, end=i + 1, title=a, place=b, props=c, depth=depth - i)
        for i, (a, b, c) in enumerate(rows)
    ])
    file = write_scenes(t, tmp_path_factory.mktemp('t')/'s.csv')
    pd.testing.assert_frame_equal(read_scenes(file), t)
    cells = pd.read_csv(file, dtype=str, keep_default_na=False)
    assert not cells.drop(columns='depth').map(lambda o: bool(RUNS.match(o))).to_numpy().any()
    assert cells.depth.astype(float).tolist() == t.depth.tolist()   # a negative number is no text


class Labels(list):
    "Labels as a store gives them"
    def labels(self, kind):
        return pd.DataFrame(
            [
                dict(
                    scene_id='f@0000000000-0000001000',
                    source='person',
                    author=a,
                    time='',
                    **{kind: v}
                )
                for a, v in self
            ],
            columns=['scene_id', kind, 'source', 'author', 'time'],
        )


@often
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
def test_labels_come_back_to_the_letter(tmp_path_factory, said):
    file = export_labels(Labels(said), tmp_path_factory.mktemp('t')/'l.csv', ['place'])
    back = read_labels(file)
    assert list(zip(back.author, back.value, strict=True)) == [
        (a.strip(), v.strip()) for a, v in said
    ]
    assert (
        not pd.read_csv(file, dtype=str, keep_default_na=False)
        .map(lambda o: bool(RUNS.match(o)))
        .to_numpy()
        .any()
    )


def test_tables_without_guards_are_read_as_they_are(tmp_path):
    (tmp_path/'t.csv').write_text("video_id,start,end,title,place\nf,0,1,'tis,=1+1\n")
    t = read_scenes(tmp_path/'t.csv')
    assert (t.title[0], t.place[0]) == ("'tis", '=1+1')


def test_one_of_two_columns_counts_and_it_is_said(tmp_path, capsys):
    file = tmp_path/'l.csv'
    file.write_text('scene_id,place,place_source,source\na,bar,person,teacher\n')
    t = read_labels(file)
    assert (t.value[0], t.source[0]) == (
        'bar',
        'person',
    ) and "'place_source' and 'source' the first counts" in capsys.readouterr().out
    file.write_text(
        'scene_id,kind,value,source,place,place_source\na,place,bar,teacher,shop,person\n'
    )
    t = read_labels(file)
    assert (t.value[0], t.source[0]) == (
        'bar',
        'teacher',
    ) and "'value' and 'place' the first counts" in capsys.readouterr().out


def test_a_kind_that_is_a_column_is_refused(tmp_path):
    (tmp_path/'l.csv').write_text('scene_id,kind,value\na,source,b\n')
    with pytest.raises(ValueError, match="'source' is the name of a column"):
        import_labels(Labels(), tmp_path/'l.csv')


def test_labels_of_intervals_of_four_hundred_digits_name_nothing():
    t = scene_table([dict(video_id='a', start=0, end=1)])
    odd = pd.DataFrame(
        dict(
            scene_id=[f'a@{"9"*400}-{"9"*401}'],
            kind='place',
            value='bar',
            source='person',
            author='',
            time='',
        )
    )
    assert apply_labels(t, odd)[1] == 1


# ---- exports
def test_two_exports_within_a_second_are_two_files(tmp_path):
    from scene_explore.views.studio import Studio
    scenes = scene_table([dict(video_id='f', start=i, end=i + 1, title=f't{i}') for i in range(4)])
    studio = Studio(scenes, np.eye(4, 3, dtype=np.float32), exports=tmp_path)
    files = [studio.export(scenes[i:i + 1], 'csv') for i in range(4)]
    assert len(set(files)) == 4 and [read_scenes(o).title[0] for o in files] == [
        f't{i}' for i in range(4)
    ]


def test_a_new_file_is_new(tmp_path):
    made = []
    for _ in range(50):
        made.append(export.new_file(tmp_path, 'scenes', 'csv'))
        made[-1].touch()
    assert len(set(made)) == 50


# ---- messages of another type
def test_messages_of_wrong_types_are_no_wishes(tmp_path):
    from scene_explore.views.labeller import Labeller
    from scene_explore.core.store import Store
    scenes = scene_table(
        [dict(path=str(tmp_path / 'gone.mp4'), video_id='f', start=i, end=i + 1) for i in range(2)]
    )
    panel = Labeller(scenes, Store(tmp_path/'store'), ['bar'], 'Ada')
    before = panel.session.id
    for wrong in ([], {}, ['x'], {'a': 1}, None, 3, True, 1.5):
        panel.heard(wrong)
        for name in ('key', 'go', 'place', 'order', 'author'): panel.heard({name: wrong})
    assert (
        panel.session.id == before
        and panel.session.author == 'Ada'
        and panel.table().place.eq('').all()
    )
    panel.heard(dict(key='1'))
    assert panel.table().place[0] == 'bar'


# ---- names of files on a terminal
NAME = 'a\x1b[2J\x1b]0;owned\x07\u202egpj\nleft out: b.mp4'


@pytest.mark.skipif(os.name == 'nt', reason='Windows has no such names')
def test_a_name_cannot_act_on_the_terminal(tmp_path, capsys, monkeypatch):
    from scene_explore.pipelines.cli import main
    monkeypatch.chdir(tmp_path)
    (tmp_path/'films').mkdir()
    (tmp_path/'films'/f'{NAME}.mp4').write_bytes(b'no film')
    assert main(['embed', 'films', '--backbone', 'histogram', '--out', 'out']) == 1
    assert main(['embed', f'{NAME}.mp4', '--backbone', 'histogram', '--out', f'{NAME}/\0']) in (
        1,
        2,
    )
    out, err = capsys.readouterr()
    for text in (out, err.replace('\r', '')): assert not set(text) & {'\x1b', '\x07', '\u202e'}
    assert (
        len([o for o in out.splitlines() if 'left out' in o]) == 1
        and r'\x1b[2J' in out
        and r'\u202egpj\nleft out' in out
    )


def test_a_name_is_shown_by_its_escapes_on_the_page():
    from scene_explore.views.cells import film_names
    shown = film_names(
        pd.DataFrame(dict(path=[f'films/{NAME}.mp4', 'films/b.mp4'], video_id=['v', 'w']))
    )
    assert shown.tolist() == [r'a\x1b[2J\x1b]0;owned\x07\u202egpj\nleft out: b.mp4', 'b']


def test_a_table_that_is_written_can_be_read(tmp_path):
    rows = [
        dict(video_id='a', path='', start=i, end=i + 1, description=f'{i} ' + 'word ' * 700)
        for i in range(40_000)
    ]
    table = scene_table(rows)
    write_scenes(table, tmp_path/'scenes.csv')
    assert (tmp_path/'scenes.csv').stat().st_size > 128 << 20
    pd.testing.assert_frame_equal(read_scenes(tmp_path/'scenes.csv'), table)


def test_a_long_list_of_records_is_read(tmp_path):
    film = write_film(tmp_path/'film.mp4')
    stamps = dict(start_timestamp='0', end_timestamp='1')
    def record(name):
        return dict(
            original_video_filename=name,
            content_metadata=dict(scenes=[dict(title='x' * 90_000, timestamps=stamps)]),
        )
    (tmp_path / 'all.json').write_text(
        json.dumps([*(record(f'{i}.mp4') for i in range(400)), record('film.mp4')])
    )
    scenes, _ = load_finevideo(tmp_path, progress=False)
    assert scenes.path.tolist() == [str(film)]


def test_folders_named_like_sidecars_leave_no_file_open(tmp_path):
    (tmp_path/'a.json').mkdir()
    before = len(list(Path('/proc/self/fd').iterdir()))
    for _ in range(20):
        with pytest.raises(IsADirectoryError): read_file(tmp_path/'a.json')
    assert len(list(Path('/proc/self/fd').iterdir())) == before
