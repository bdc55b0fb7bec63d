"""Films with annotations that are wrong in every way: each fault is one row of the report, and
every good scene is there"""
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scene_explore.datasets.records import EXTRA, record_scenes
from scene_explore.core.atomic import temporary
from scene_explore.datasets.movienet import load_movienet, load_ovsd
from scene_explore.datasets.bundles import BLOCK, chosen_rows, unpack
from scene_explore.datasets.subtitles import find_captions
from scene_explore.datasets.loaders import load_annotated, load_finevideo, load_folder
from scene_explore.core.scenes import check_scenes


def code(t): return f'00:{int(t)//60:02d}:{t % 60:06.3f}'


def stamps(a, b): return dict(start_timestamp=code(a), end_timestamp=code(b))


def scene(i, a, b):
    "One entry of `scenes`, every field as the schema has it"
    return dict(
        sceneId=i + 1,
        title=f'Scene {i}',
        timestamps=stamps(a, b),
        cast=['Ana'],
        activities=[dict(description=f'Ana does {i}', timestamp=stamps(a, b))],
        props=[dict(name=f'prop {i}', timestamp=stamps(a, b))],
        videoEditingDetails=[dict(description='Cut', timestamps=stamps(a, b))],
        mood=dict(
            description='calm', keyMoments=[dict(timestamp=code(a), changeDescription='A pause')]
        ),
        narrativeProgression=[dict(description='It begins', timestamp=code(a))],
        characterInteraction=[],
        thematicElements='work',
        contextualRelevance='In the kitchen.',
        dynamismScore=0.5,
        audioVisualCorrelation=0.5,
    )


def sound_record(name='film', n=4, length=1.):
    "A record without a fault: n scenes of `length` seconds, a line spoken in each"
    scenes = [scene(i, i*length, (i + 1)*length) for i in range(n)]
    speech = [
        dict(start=code((i + 0.2) * length), end=code((i + 0.8) * length), text=f'Line {i}.')
        for i in range(n)
    ]
    return dict(
        resolution='64x48',
        duration_seconds=n * length,
        youtube_title=name,
        original_video_filename=f'{name}.mp4',
        text_to_speech='Line 0.',
        timecoded_text_to_speech=speech,
        content_metadata=dict(
            title=name, description='', fps=12.0, characterList=[], scenes=scenes
        ),
    )


@pytest.fixture(scope='module')
def new_film(make_film):
    "`new_film(path)`: four seconds of film, no two alike"
    made = []
    def new(path):
        made.append(path)
        return make_film(path, n=48, fps=12, size=(64, 48), cuts=(len(made) % 47 + 1, 24),
                options=dict(preset='ultrafast', crf=str(18 + len(made) % 30)))
    return new


def timed(i, **kw):
    "A fault: these time stamps in scene i"
    return lambda r: r['content_metadata']['scenes'][i]['timestamps'].update(
        {f'{k}_timestamp': v for k, v in kw.items()}
    )


def field(i, name, value): return lambda r: r['content_metadata']['scenes'][i].update({name: value})


def put(i, value):
    def put(r): r['content_metadata']['scenes'][i] = value
    return put


def inserted(i, value): return lambda r: r['content_metadata']['scenes'].insert(i, value)


def speech(i, value):
    def speech(r): r['timecoded_text_to_speech'][i] = value
    return speech


# name: what is done to the record, the scene that the row names, a word of its sentence, the good
# scenes that are left of four
IN_RECORD = dict(
    reversed=(timed(1, start=code(2), end=code(1)), 1, 'before it starts', 3),
    lasts_no_time=(timed(1, end=code(1)), 1, 'no time', 3),
    out_of_range=(timed(3, start=code(60), end=code(61)), 3, 'after the film ends', 3),
    out_of_range_in_the_middle=(timed(1, start='01:00:00', end='01:00:09'), 1, 'after', 3),
    beyond_the_end=(timed(3, end=code(9)), 3, 'cut there', 4),
    unparsable=(timed(2, start='soon'), 2, 'soon', 3),
    no_such_minute=(timed(2, end='00:75:00'), 2, 'time code', 3),
    no_start=(
        lambda r: r['content_metadata']['scenes'][1]['timestamps'].pop('start_timestamp'),
        1,
        'no start',
        3,
    ),
    end_is_null=(timed(1, end=None), 1, 'no end', 3),
    no_stamps=(lambda r: r['content_metadata']['scenes'][1].pop('timestamps'), 1, 'timestamps', 3),
    stamps_are_a_string=(field(1, 'timestamps', '00:01 - 00:02'), 1, 'timestamps', 3),
    not_a_number=(timed(2, start=float('nan')), 2, 'nan', 3),
    infinite=(timed(3, end=float('inf')), 3, 'inf', 3),
    astronomic=(timed(2, end=10**400), 2, 'time code', 3),
    negative=(timed(0, start=-1.0), 0, 'before the film', 3),
    negative_code=(timed(0, start='-00:00:01.000'), 0, 'before the film', 3),
    true=(timed(1, end=True), 1, 'True', 3),
    scene_is_a_string=(put(1, 'a scene'), 1, 'not an object', 3),
    scene_is_null=(put(1, None), 1, 'not an object', 3),
    scene_is_a_list=(put(1, []), 1, 'not an object', 3),
    twice=(inserted(1, dict(scene(9, 0, 1), title='Again')), 1, 'same interval', 4),
    instead_of_another=(timed(2, start=code(1), end=code(2)), 2, 'same interval', 3),
    overlap=(timed(1, end=code(2.7)), 1, 'into scene 2', 4),
    overlap_of_all=(timed(0, end=code(4)), 0, 'into scenes 1, 2, 3', 4),
    starts_early=(timed(2, start=code(1.2)), 2, 'into scene 1', 4),
    starts_at_0=(timed(3, start=code(0)), 3, 'at the time of scenes 0, 1, 2', 4),
    second_starts_at_0=(timed(1, start=code(0)), 1, 'into scene 0', 4),
    overlap_of_two_neighbours=(timed(1, start=code(0.2), end=code(2.8)), 1, 'into scenes 0, 2', 4),
    beyond_the_end_in_the_middle=(timed(1, end='01:00:00'), 1, 'cut there', 4),
    beyond_the_end_at_the_beginning=(timed(0, end='01:00:00'), 0, 'cut there', 4),
    gap=(timed(2, start=code(2.6)), 2, 'no scene covers', 4),
    gap_from_shortening=(timed(1, end=code(1.4)), 2, 'no scene covers', 4),
    order=(
        lambda r: r['content_metadata']['scenes'].insert(1, r['content_metadata']['scenes'].pop(2)),
        2,
        'listed after',
        4,
    ),
    first_is_last=(
        lambda r: r['content_metadata']['scenes'].append(r['content_metadata']['scenes'].pop(0)),
        3,
        'listed after',
        4,
    ),
    last_is_first=(
        lambda r: r['content_metadata']['scenes'].insert(0, r['content_metadata']['scenes'].pop()),
        0,
        'listed before',
        4,
    ),
    backwards=(lambda r: r['content_metadata']['scenes'].reverse(), 1, 'scenes 1, 2, 3 are not', 4),
    at_another_time=(timed(1, start=code(2.5), end=code(3.5)), 1, 'at the time of scenes 2, 3', 4),
    first_at_another_time=(timed(0, start=code(2.5), end=code(3.5)), 0, 'listed before', 4),
    title_is_a_number=(field(1, 'title', 42), 1, '"title"', 4),
    props_are_a_string=(field(1, 'props', 'a lamp'), 1, '"props"', 4),
    props_of_numbers=(field(1, 'props', [1, 2]), 1, '"props"', 4),
    activities_are_an_object=(field(2, 'activities', dict(description='x')), 2, '"activities"', 4),
    mood_is_a_string=(field(3, 'mood', 'calm'), 3, '"mood"', 4),
    cast_is_an_object=(field(0, 'cast', {}), 0, '"cast"', 4),
    speech_is_a_string=(
        lambda r: r.update(timecoded_text_to_speech='Line 0.'),
        None,
        'not a list',
        4,
    ),
    cue_reversed=(speech(1, dict(start=code(2), end=code(1), text='x')), None, 'entry 1', 4),
    cue_unparsable=(speech(2, dict(start='?', end=code(1), text='x')), None, 'entry 2', 4),
    cue_is_a_string=(speech(0, 'x'), None, 'entry 0', 4),
)


@pytest.mark.parametrize('name', IN_RECORD)
def test_a_fault_in_a_record_is_one_row(name):
    plant, number, word, good = IN_RECORD[name]
    record = sound_record()
    assert record_scenes(record, 4.)[1] == []
    plant(record)
    rows, problems = record_scenes(record, 4.)
    assert [i for i, _ in problems] == [number] and word in problems[0][1] and len(rows) == good
    assert any(o in problems[0][1] for o in ('left out', 'cut there', 'kept'))


def six(*plants):
    record = sound_record(n=6, length=2.)
    for plant in plants: plant(record)
    return record_scenes(record, 12.)


def test_a_list_of_six_backwards_is_one_row_that_names_them():
    rows, problems = six(lambda r: r['content_metadata']['scenes'].reverse())
    assert (
        len(rows) == 6
        and len(problems) == 1
        and 'scenes 1 to 5' in problems[0][1]
        and 'kept' in problems[0][1]
    )


@pytest.mark.parametrize('to', [0, 1, 3, 4, 5])
def test_a_scene_elsewhere_in_the_list_is_one_row(to):
    rows, problems = six(
        lambda r: r['content_metadata']['scenes'].insert(to, r['content_metadata']['scenes'].pop(2))
    )
    assert (
        len(rows) == 6
        and len(problems) == 1
        and 'listed' in problems[0][1]
        and sorted(o['start'] for o in rows) == [0, 2, 4, 6, 8, 10]
    )


@pytest.mark.parametrize('i', range(6))
@pytest.mark.parametrize('start', [0, 3, 5, 7.5, 9.5])
def test_a_scene_at_another_time_is_one_row(i, start):
    if abs(start - 2*i) < 2: return
    rows, problems = six(timed(i, start=code(start), end=code(start + 1.8)))
    assert len(rows) == 6 and [o for o, _ in problems] == [i], problems


def test_a_record_without_a_good_scene():
    rows, problems = six(*(timed(i, end='soon') for i in range(6)))
    assert rows == [] and [i for i, _ in problems] == list(range(6))


def test_what_one_fault_explains_does_not_hide_another():
    # cut, and a gap
    assert [i for i, _ in six(timed(1, end='01:00:00'), timed(4, start=code(9.5)))[1]] == [1, 4]
    # an overlap into one that is cut
    assert [i for i, _ in six(timed(1, end=code(4.9)), timed(2, end='01:00:00'))[1]] == [1, 2]
    assert [
        i
        for i, _ in six(timed(0, end=code(2.9)), timed(1, end=code(4.9)), timed(4, end=code(9)))[1]
    ] == [0, 1, 5]
    rows, problems = six(timed(4, start=code(0)), timed(2, start='soon'))
    assert [i for i, _ in problems] == [2, 4] and len(rows) == 5


def test_words_of_a_scene_that_comes_twice_are_not_lost():
    record = sound_record()
    inserted(1, dict(scene(9, 0, 1), title='Again'))(record)
    rows, _ = record_scenes(record, 4.)
    assert (
        rows[0]['title'] == 'Scene 0; Again'
        and rows[0]['props'] == 'prop 0; prop 9'
        and [o['number'] for o in rows] == [0, 2, 3, 4]
    )


@pytest.mark.parametrize(
    'plant',
    [
        lambda r: [s.pop('sceneId') for s in r['content_metadata']['scenes']],
        lambda r: [s.update(sceneId=i) for i, s in enumerate(r['content_metadata']['scenes'])],
        lambda r: [s.update(sceneId=1) for s in r['content_metadata']['scenes']],
        lambda r: [
            s.update(timestamp=s.pop('timestamps')) for s in r['content_metadata']['scenes']
        ],
        lambda r: [
            p.update(timestamps=p.pop('timestamp'))
            for s in r['content_metadata']['scenes']
            for p in s['props']
        ],
        lambda r: [
            s.pop(k)
            for s in r['content_metadata']['scenes']
            for k in ('title', 'cast', 'activities', 'props', 'mood', 'contextualRelevance')
        ],
        lambda r: r['content_metadata']['scenes'][0].update(title=None, props=[], mood=None),
        lambda r: r.pop('timecoded_text_to_speech'),
        timed(3, end=code(4.3)),
        timed(1, end=code(2.2)),
        timed(2, start=code(2.3)),
        timed(3, end=code(3.2)),
        timed(0, start=code(0.9)),
        timed(1, start=1, end='00:02'),
    ],
    ids=[
        'no ids',
        'ids from 0',
        'ids repeat',
        'timestamp',
        'timestamps of props',
        'no texts',
        'null texts',
        'no speech',
        'ends late',
        'overlaps a little',
        'small gap',
        'gap at the end',
        'gap at the beginning',
        'other codes',
    ],
)
def test_what_is_no_fault_is_no_row(plant):
    record = sound_record()
    plant(record)
    rows, problems = record_scenes(record, 4.)
    assert problems == [] and [o['number'] for o in rows] == [0, 1, 2, 3]


def write(folder, name, new_film, record=None):
    film = new_film(folder/f'{name}.mp4')
    if record is not None: (folder/f'{name}.json').write_text(json.dumps(record))
    return film


def test_thirty_planted_defects(tmp_path, new_film):
    good = 0
    names = [
        'reversed',
        'out_of_range',
        'beyond_the_end',
        'unparsable',
        'no_start',
        'no_stamps',
        'not_a_number',
        'infinite',
        'negative',
        'scene_is_a_string',
        'twice',
        'overlap',
        'gap',
        'order',
        'title_is_a_number',
        'props_are_a_string',
        'mood_is_a_string',
        'cue_reversed',
    ]
    planted = []
    folder = tmp_path/'fïlms'/'däep'
    folder.mkdir(parents=True)
    for name in names:
        plant, number, _, left = IN_RECORD[name]
        record = sound_record(name)
        plant(record)
        write(folder, name, new_film, record)
        planted.append((f'{name}.json', number))
        good += left
    for k in range(2):
        write(tmp_path, f'sound {k}', new_film, sound_record(f'sound {k}'))
        good += 4
    for name, data in dict(
        broken=b'{"content_metadata": ',
        not_utf8='{"title": "é"}'.encode('latin-1'),
        other_schema=b'{"shots": []}',
        a_list=b'[1, 2]',
        scenes_not_a_list=b'{"content_metadata": {"scenes": {}}}',
        no_scenes=b'{"content_metadata": {"scenes": []}}',
    ).items():
        write(tmp_path, name, new_film)
        (tmp_path/f'{name}.json').write_bytes(data)
        planted.append((f'{name}.json', None))
    write(tmp_path, 'no_record', new_film)
    planted.append(('no_record.mp4', None))
    (tmp_path/'no_film.json').write_text(json.dumps(sound_record('no_film')))
    planted.append(('no_film.json', None))
    (tmp_path/'empty.mp4').touch()
    (tmp_path/'empty.json').write_text(json.dumps(sound_record('empty')))
    planted.append(('empty.mp4', None))
    (tmp_path/'noise.mp4').write_bytes(bytes(range(256))*40)
    (tmp_path/'noise.json').write_text(json.dumps(sound_record('noise')))
    planted.append(('noise.mp4', None))
    (tmp_path/'twin of sound.mp4').write_bytes((tmp_path/'sound 0.mp4').read_bytes())
    (tmp_path/'twin of sound.json').write_text(json.dumps(sound_record('twin')))
    planted.append(('twin of sound.mp4', None))
    whole = write(tmp_path, 'half', new_film, sound_record('half'))
    whole.write_bytes(whole.read_bytes()[:len(whole.read_bytes())//2])
    planted.append(('half.mp4', None))
    assert len(planted) == 30
    scenes, report = load_finevideo(tmp_path, progress=False)
    found = sorted((Path(o.path).name, o.record) for o in report.itertuples())
    assert found == sorted(planted, key=lambda o: (o[0], o[1] or 0)) and list(report) == [
        'path',
        'record',
        'problem',
    ]
    assert len(check_scenes(scenes)) == good and set(EXTRA) <= set(scenes)
    assert (
        report.problem.str.contains('left out|cut there|kept').all()
        and report.problem.str.len().max() < 300
    )


def test_an_empty_folder_and_no_folder(tmp_path):
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert len(scenes) == 0 and set(EXTRA) <= set(scenes) and len(report) == 1
    with pytest.raises(ValueError, match='does not exist'): load_finevideo(tmp_path/'nothing')


def test_the_columns_of_annotated_scenes(tmp_path, new_film):
    film = write(tmp_path, 'tea', new_film, sound_record('Tea'))
    scenes, report = load_annotated(film)
    assert (
        len(report) == 0
        and scenes.number.tolist() == [0, 1, 2, 3]
        and scenes.subtitles.tolist() == [f'Line {i}.' for i in range(4)]
    )
    assert set(scenes.mood) == {'calm'} and set(scenes.film_title) == {'Tea'}
    assert set(scenes.characters) == {'Ana'} and scenes.activities[2] == 'Ana does 2'
    with pytest.raises(ValueError, match='no annotation'): load_annotated(tmp_path/'lamp.mp4')


def test_records_in_another_folder_and_in_lists(tmp_path, new_film):
    for o in ('videos/a', 'videos/b', 'metadata/a', 'metadata/b'): (tmp_path/o).mkdir(parents=True)
    for o in 'ab':
        new_film(tmp_path/f'videos/{o}/1.mp4')
        (tmp_path/f'metadata/{o}/1.json').write_text(json.dumps(sound_record(f'film of {o}')))
    for o in ('x', 'y', 'z'): new_film(tmp_path/f'{o}.mp4')
    (tmp_path / 'all.jsonl').write_text(
        json.dumps(sound_record('x')) + '\n' + json.dumps(sound_record('w')) + '\n'
    )
    (tmp_path/'rest.json').write_text(json.dumps([sound_record('y'), sound_record('z')]))
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert {
        (Path(o.path).relative_to(tmp_path).as_posix(), o.film_title) for o in scenes.itertuples()
    } == {
        ('videos/a/1.mp4', 'film of a'),
        ('videos/b/1.mp4', 'film of b'),
        ('x.mp4', 'x'),
        ('y.mp4', 'y'),
        ('z.mp4', 'z'),
    }
    assert len(report) == 1 and 'entry 1' in report.path[0]


def part(name, first, last, n=11, length=.3):
    "A record of some of a film's scenes only"
    record = sound_record(name, n, length)
    record['content_metadata']['scenes'] = record['content_metadata']['scenes'][first:last]
    return record


def test_a_film_that_is_there_twice_with_other_scenes_loses_none(tmp_path, new_film):
    film = write(tmp_path, 'v0', new_film, part('v0', 0, 5))
    other = part('v1', 4, 11)
    other['content_metadata']['scenes'][0].update(
        title='Another title', props=[dict(name='a lamp')]
    )
    (tmp_path/'v1.mp4').write_bytes(film.read_bytes())
    (tmp_path/'v1.json').write_text(json.dumps(other))
    (tmp_path/'v2.mp4').write_bytes(film.read_bytes())
    (tmp_path/'v2.json').write_text(json.dumps(other))
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert (
        len(check_scenes(scenes)) == 11
        and scenes.video_id.nunique() == 1
        and set(scenes.path) == {str(film)}
    )
    both = scenes.iloc[4]
    assert (
        both.title == 'Scene 4; Another title'
        and both.props == 'prop 4; a lamp'
        and both.subtitles == 'Line 4.'
    )
    assert [Path(o).name for o in report.path] == ['v1.mp4', 'v2.mp4']
    assert '6 more scenes' in report.problem[0] and 'left out' in report.problem[1]


def test_a_film_that_is_there_twice_with_the_same_record_is_one_row(tmp_path, new_film):
    record = sound_record('v')
    timed(1, end='soon')(record)
    film = write(tmp_path, 'v0', new_film, record)
    (tmp_path/'v1.mp4').write_bytes(film.read_bytes())
    (tmp_path/'v1.json').write_text(json.dumps(record))
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert (
        len(scenes) == 3
        and [Path(o).name for o in report.path] == ['v0.json', 'v1.mp4']
        and 'left out' in report.problem[1]
    )


def test_faults_of_the_second_record_of_a_film_are_told(tmp_path, new_film):
    film, other = write(tmp_path, 'v0', new_film, part('v0', 0, 5)), part('v1', 5, 11)
    timed(2, end='soon')(other)
    (tmp_path/'v1.mp4').write_bytes(film.read_bytes())
    (tmp_path/'v1.json').write_text(json.dumps(other))
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert len(scenes) == 10 and [(Path(o.path).name, o.record) for o in report.itertuples()] == [
        ('v1.mp4', None),
        ('v1.json', 2),
    ]


def test_one_film_with_its_record(tmp_path, new_film):
    film = write(tmp_path, 'tea', new_film, sound_record('Tea'))
    write(tmp_path, 'lamp', new_film)
    scenes, report = load_finevideo(film, progress=False)
    assert len(scenes) == 4 and set(scenes.path) == {str(film)} and len(report) == 0
    scenes, report = load_finevideo(str(tmp_path/'lamp.mp4'), progress=False)
    assert len(scenes) == 0 and len(report) == 1 and 'no record' in report.problem[0]


def test_sources_that_are_none(tmp_path, new_film):
    film = write(tmp_path, 'tea', new_film, sound_record('Tea'))
    for n in (-1, 0, 1.5, 'two'):
        with pytest.raises(ValueError, match='from 1 on, or None'): load_finevideo(tmp_path, n=n)
    for source in ([tmp_path], (film, film), None, 3):
        with pytest.raises(ValueError, match='give one path'): load_finevideo(source)
        with pytest.raises(ValueError, match='give one path'): load_folder(source)
    with pytest.raises(ValueError, match='neither a film nor a .parquet'):
        load_finevideo(tmp_path/'tea.json')
    with pytest.raises(ValueError, match='does not exist'): load_finevideo(tmp_path/'gone.mp4')
    with pytest.raises(ValueError, match='from 1 on, or None'):
        unpack(tmp_path, tmp_path/'out', n=-1)


# ---- films in tables
@pytest.fixture(scope='module')
def films(tmp_path_factory, new_film):
    "Seven films as bytes, with their records"
    folder = tmp_path_factory.mktemp('films')
    return [(new_film(folder/f'{i}.mp4').read_bytes(), sound_record(f'film {i}')) for i in range(7)]


def tables(folder, films, sizes, text=False):
    folder.mkdir(exist_ok=True)
    rest = iter(films)
    for k, n in enumerate(sizes):
        rows = [next(rest) for _ in range(n)]
        pq.write_table(
            pa.table(
                dict(mp4=[o for o, _ in rows], json=[json.dumps(o) if text else o for _, o in rows])
            ),
            folder / f'train-{k:05d}.parquet',
            row_group_size=2,
        )
    return folder


@pytest.mark.parametrize('text', [True, False], ids=['record as text', 'record as an object'])
def test_films_in_tables(tmp_path, films, text):
    source = tables(tmp_path/'tables [1]', films, (3, 4), text)
    scenes, report = load_finevideo(source, out=tmp_path/'films', progress=False)
    assert (
        len(report) == 0
        and sorted(scenes.film_title.unique()) == [f'film {i}' for i in range(7)]
        and len(scenes) == 28
    )
    some, _ = load_finevideo(source, n=3, seed=5, out=tmp_path/'films', progress=False)
    again, _ = load_finevideo(source, n=3, seed=5, out=tmp_path/'elsewhere', progress=False)
    assert some.scene_id.tolist() == again.scene_id.tolist() and some.path.nunique() == 3
    choices = {
        tuple(o.name for o in unpack(source, tmp_path / 'films', 3, seed, progress=False)[0])
        for seed in range(6)
    }
    assert len(choices) > 1
    with pytest.raises(ValueError, match='out=FOLDER'): load_finevideo(source)


def test_rows_without_a_film_or_a_record_are_rows_of_the_report(tmp_path, films):
    film, record = films[0]
    rows = [
        films[1],
        (None, json.dumps(record)),
        (film, None),
        (None, None),
        (b'noise' * 99, json.dumps(record)),
        (films[2][0], '{'),
        (films[3][0], json.dumps(films[3][1])),
    ]
    rows = [(a, b if b is None or isinstance(b, str) else json.dumps(b)) for a, b in rows]
    pq.write_table(
        pa.table(dict(mp4=[a for a, _ in rows], json=[b for _, b in rows])), tmp_path / 't.parquet'
    )
    scenes, report = load_finevideo(tmp_path/'t.parquet', out=tmp_path/'one', progress=False)
    assert len(report) == 5 and sorted(scenes.film_title.unique()) == ['film 1', 'film 3']
    (tmp_path/'broken.parquet').write_bytes(b'PAR1')
    for _ in range(2):     # the second time films lie there already, beside the tables
        scenes, report = load_finevideo(tmp_path, out=tmp_path/'all', progress=False)
        assert len(report) == 6 and sorted(scenes.film_title.unique()) == ['film 1', 'film 3']


def test_a_stream_that_breaks_goes_on_where_it_was(tmp_path, films):
    source, out = tables(tmp_path/'tables', films, (4, 3)), tmp_path/'films'
    order = [o.name for o in unpack(source, tmp_path/'whole', progress=False)[0]]
    last = source/f'{order[-1].rpartition("-")[0]}.parquet'
    sound = last.read_bytes()
    # its footer can be read, its films can't
    last.write_bytes(bytes([255])*(len(sound)//2) + sound[len(sound)//2:])
    with pytest.raises(OSError, match='call it again'): unpack(source, out, progress=False)
    there = {o.name: o.stat().st_ino for o in out.glob('*.mp4')}
    assert 0 < len(there) < 7
    last.write_bytes(sound)
    assert json.loads((out/'.stream').read_text())['at'] == len(there)
    stems, problems = unpack(source, out, progress=False)
    assert [o.name for o in stems] == order and problems == []
    assert {k: (out/k).stat().st_ino for k in there} == there and len(list(out.glob('*.mp4'))) == 7
    assert all(
        (tmp_path / f'whole/{o.name}').read_bytes() == o.read_bytes() for o in out.glob('*.mp4')
    )


CHILD = """
import sys
from scene_explore.datasets import bundles
save = bundles._save
def save_and_wait(row, stem):
    save(row, stem)
    print('saved', flush=True)
    sys.stdin.readline()
bundles._save = save_and_wait
bundles.unpack(sys.argv[1], sys.argv[2], 40, 1, progress=False)
"""


def test_killed_while_it_streams_it_goes_on(tmp_path, films):
    source, out = tables(tmp_path/'tables', films*8, (20, 20, 16)), tmp_path/'films'
    process = subprocess.Popen(
        [sys.executable, '-c', CHILD, str(source), str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    for i in range(25):     # in the second table, between a film and the note of how far it is
        if i:
            process.stdin.write('\n')
            process.stdin.flush()
        assert process.stdout.readline() == 'saved\n'
    process.send_signal(signal.SIGKILL)
    process.communicate()
    there = {o.name: o.stat().st_ino for o in out.iterdir() if not o.name.startswith('.')}
    assert len(there) == 50
    half = temporary(out)
    half.write_bytes(b'half a film')
    os.utime(half, (0, 0))
    stems, _ = unpack(source, out, 40, 1, progress=False)
    assert {k: (out / k).stat().st_ino for k in there} == there and len(stems) == len(
        list(out.glob('*.mp4'))
    ) == 40
    assert [o.name for o in stems] == [
        o.name for o in unpack(source, tmp_path / 'whole', 40, 1, progress=False)[0]
    ]
    assert all(
        (tmp_path / f'whole/{o.name}').read_bytes() == o.read_bytes() for o in out.glob('*.mp4')
    ) and not list(out.glob('.*.tmp'))


@pytest.mark.parametrize('total, n', [(10, 3), (64, 64), (65, 64), (200, 130), (130, 999), (0, 5)])
def test_as_many_rows_as_are_wanted(total, n):
    rows = chosen_rows(total, n, seed=3)
    assert len(set(rows)) == len(rows) == min(total, n) and all(0 <= i < total for i in rows)
    stream = chosen_rows(total, n, seed=3, blocks=True)
    assert len(set(stream)) == len(stream) == min(total, n) and all(0 <= i < total for i in stream)
    assert set(range(min(total, n)//BLOCK*BLOCK)) <= set(stream)


def test_every_row_has_the_same_chance():
    # 20 are expected of each
    taken = np.bincount(
        np.concatenate([chosen_rows(1000, 5, seed) for seed in range(4000)]), minlength=1000
    )
    assert taken.sum() == 20_000 and taken.min() > 0 and taken.max() < 50
    assert abs(taken.reshape(10, 100).sum(1) - 2000).max() < 5*2000**.5


def test_rows_of_a_table_on_this_machine_are_taken_from_all_of_it(tmp_path):
    pq.write_table(
        pa.table(dict(mp4=[b'film'] * 300, json=['{}'] * 300)),
        tmp_path / 't.parquet',
        row_group_size=50,
    )
    rows = [
        int(o.name.rpartition('-')[2])
        for seed in range(8)
        for o in unpack(tmp_path / 't.parquet', tmp_path / 'films', 5, seed, progress=False)[0]
    ]
    assert len(rows) == 40 and max(rows) > 200 and min(rows) < 100
    assert {o.stem for o in (tmp_path/'films').glob('*.mp4')} == {f't-{i:05d}' for i in rows}


def test_tables_without_a_chosen_row_are_not_read(tmp_path, films):
    source = tables(tmp_path/'tables', films, (2, 3, 2))
    stems, _ = unpack(source, tmp_path/'films', 1, 0, progress=False)
    for o in source.glob('*.parquet'):      # its footer can be read, its films can't
        if o.stem != stems[0].name.rpartition('-')[0]:
            o.write_bytes(bytes([255])*(o.stat().st_size//2) + o.read_bytes()[o.stat().st_size//2:])
    again, problems = unpack(source, tmp_path/'again', 1, 0, progress=False)
    assert (
        [o.name for o in again] == [o.name for o in stems]
        and problems == []
        and len(list((tmp_path / 'again').glob('*.mp4'))) == 1
    )


def test_tables_whose_paths_are_spelt_alike_keep_their_own_films(tmp_path):
    for i, name in enumerate(('a/b-c', 'a-b/c', 'd')):
        (tmp_path/f't/{name}').parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            pa.table(dict(mp4=[bytes([i]) * 9], json=['{}'])), tmp_path / f't/{name}.parquet'
        )
    stems, _ = unpack(tmp_path/'t', tmp_path/'films', progress=False)
    assert len(set(stems)) == 3 and {o.with_name(f'{o.name}.mp4').read_bytes() for o in stems} == {
        bytes([i]) * 9 for i in range(3)
    }
    assert tmp_path/'films/d-00000' in stems


TWO = """
import sys
from pathlib import Path
from scene_explore.core import atomic
from scene_explore.datasets import bundles
replace = atomic.os.replace
def slowly(a, b):
    if str(b).endswith('.mp4'): print('half', flush=True); sys.stdin.readline()
    replace(a, b)
atomic.os.replace = slowly
bundles.unpack(sys.argv[1], sys.argv[2], progress=False)
"""


def test_two_that_write_the_same_films_do_not_disturb_each_other(tmp_path, films):
    source, out = tables(tmp_path/'tables', films[:2], (2,)), tmp_path/'films'
    process = subprocess.Popen(
        [sys.executable, '-c', TWO, str(source), str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    # the first film is written, and not yet renamed
    assert process.stdout.readline() == 'half\n'
    half = list(out.glob('.*.tmp'))
    old = temporary(out)
    old.write_bytes(b'half a film')
    os.utime(old, (0, 0))
    stems, _ = unpack(source, out, progress=False)
    assert (
        len(half) == 1
        and half[0].exists()
        and not old.exists()
        and len(list(out.glob('*.mp4'))) == 2
    )
    process.communicate('\n\n')
    assert process.returncode == 0 and not list(out.glob('.*.tmp'))
    assert {o.with_name(f'{o.name}.mp4').read_bytes() for o in stems} == {o for o, _ in films[:2]}


def test_no_room(tmp_path, films, monkeypatch):
    source = tables(tmp_path/'tables', films, (7,))
    monkeypatch.setattr('scene_explore.datasets.bundles.RESERVE', 10**18)
    with pytest.raises(OSError, match='GB free'): unpack(source, tmp_path/'films', progress=False)
    assert not list((tmp_path/'films').glob('*.mp4'))


# ---- films without annotation
def test_a_folder_of_anything(tmp_path, new_film):
    deep = tmp_path/'a b'/'ünïcode 映画'
    deep.mkdir(parents=True)
    film = new_film(deep/'Thé (1) [x].MP4')
    film.with_name('Thé (1) [x].en.srt').write_bytes(
        '1\n00:00:00,500 --> 00:00:01,000\n<b>Où</b>?\n'.encode('cp1252')
    )
    new_film(tmp_path/'plain.mkv')
    (tmp_path / 'plain.vtt').write_text(
        'WEBVTT\n\n00:00.100 --> 00:00.900\nOne\n\n00:02.x00 --> 00:03.000\nbroken\n'
    )
    (tmp_path/'loop').symlink_to(tmp_path)
    (tmp_path/'gone.mp4').symlink_to(tmp_path/'nowhere.mp4')
    (tmp_path/'again.mp4').symlink_to(film)
    (tmp_path/'copy.mp4').write_bytes(film.read_bytes())
    (tmp_path/'empty.mp4').touch()
    (tmp_path/'noise.avi').write_bytes(b'noise'*500)
    (tmp_path/'lone.srt').write_text('1\n00:00:00,500 --> 00:00:01,000\nWho?\n')
    (tmp_path/'notes.txt').write_text('x')
    scenes, report = load_folder(tmp_path, 'interval:1', progress=False)
    names = sorted(Path(o).name for o in report.path)
    told = ['Thé (1) [x].en.srt', 'empty.mp4', 'gone.mp4', 'lone.srt', 'noise.avi', 'plain.vtt']
    assert names in [sorted([a, *told]) for a in ('copy.mp4', film.name, 'again.mp4')]
    assert (
        scenes.path.nunique() == 2
        and len(scenes) == 8
        and 'One' in set(scenes.subtitles)
        and report.record.isna().all()
    )
    assert all(
        scenes[scenes.path == p].number.tolist() == [0, 1, 2, 3] for p in scenes.path.unique()
    )
    alone, report = load_folder(film, progress=False)
    assert (
        report.problem.str.contains('guessed: cp1252').tolist() == [True]
        and alone.start.min() == 0
        and alone.end.max() == pytest.approx(4, abs=0.1)
        and 'Où?' in ' '.join(alone.subtitles)
    )


SPOKEN = '1\n00:00:00,500 --> 00:00:01,000\n{}\n'


@pytest.mark.parametrize('end', ['en_US', '1', 'en.sdh', 'zh-Hans', 'pt_BR.forced', 'ENG'])
def test_subtitles_with_a_word_or_two_in_their_names(tmp_path, new_film, end):
    film = new_film(tmp_path/'film.mp4')
    (tmp_path/f'film.{end}.srt').write_text(SPOKEN.format('Here.'))
    scenes, report = load_folder(tmp_path, 'film', progress=False)
    assert (
        scenes.subtitles.tolist() == ['Here.']
        and len(report) == 0
        and find_captions(film).name == f'film.{end}.srt'
    )
    assert load_folder(film, 'film', progress=False)[0].subtitles.tolist() == ['Here.']


def test_each_file_of_subtitles_is_used_or_stands_behind_another_or_is_told(tmp_path, new_film):
    new_film(tmp_path/'film.mp4')
    new_film(tmp_path/'film.2.mp4')
    for name in ('film.de', 'film.en', 'film.en.sdh', 'film.2', 'film.a.b.c', 'filmed', 'film 3'):
        (tmp_path/f'{name}.srt').write_text(SPOKEN.format(name))
    scenes, report = load_folder(tmp_path, 'film', progress=False)
    assert dict(zip(scenes.film_title, scenes.subtitles, strict=True)) == {
        'film': 'film.en',
        'film.2': 'film.2',
    }
    lone = report.problem.str.contains('no film here')
    assert sorted(Path(o).stem for o in report.path[lone]) == ['film 3', 'film.a.b.c', 'filmed']
    assert (
        sorted(Path(o).stem for o in report.path[~lone]) == ['film.de', 'film.en.sdh']
        and report.problem[~lone].str.contains('film.en.srt comes first').all()
    )


def test_a_folder_is_listed_as_often_for_many_films_as_for_one(tmp_path, new_film, monkeypatch):
    def listings(folder):
        listed = []
        for module, name in ((os, 'scandir'), (os, 'listdir')):
            real = getattr(os, name)
            monkeypatch.setattr(
                module, name, lambda path='.', real=real: listed.append(path) or real(path)
            )
        load_folder(folder, 'film', progress=False)
        monkeypatch.undo()
        return sum(isinstance(o, (str, os.PathLike)) and Path(o) == folder for o in listed)
    (tmp_path/'one').mkdir()
    new_film(tmp_path/'one/a.mp4')
    (tmp_path/'many').mkdir()
    for i in range(6):
        new_film(tmp_path/f'many/{i}.mp4')
        (tmp_path/f'many/{i}.en.srt').write_text(SPOKEN.format(i))
    assert listings(tmp_path/'many') == listings(tmp_path/'one') > 0


def test_shots_before_the_damage_are_kept(tmp_path, make_film):
    film = make_film(tmp_path/'cut.mp4', n=96, cuts=(36, 72), container=dict(movflags='faststart'))
    film.write_bytes(film.read_bytes()[:film.stat().st_size*3//4])
    scenes, report = load_folder(tmp_path, progress=False)
    assert len(report) == 1 and 'kept' in report.problem[0] and 1 <= len(scenes) <= 3
    (tmp_path/'cut.json').write_text(json.dumps(sound_record('cut')))
    scenes, report = load_finevideo(tmp_path, progress=False)
    assert len(scenes) == 4 and len(report) == 1 and 'cut off' in report.problem[0]


# ---- benchmarks
def test_movienet_with_films_and_faults(tmp_path, new_film):
    (tmp_path/'label318').mkdir()
    (tmp_path/'shot_movie318').mkdir()
    (tmp_path/'films').mkdir()
    film = new_film(tmp_path/'films/tt7.mp4')
    for name in ('tt7', 'tt8'):
        (tmp_path / f'shot_movie318/{name}.txt').write_text(
            '0 23 1 2 3\n24 47 25 26 27\nx y\n72 95 80 81 82\n'
        )
        (tmp_path/f'label318/{name}.txt').write_text('0000 1\n0001 0\n0002 0\n0003 1\n')
    (tmp_path/'label318/tt9.txt').write_text('0000 1\n')
    scenes, shots, report = load_movienet(tmp_path, tmp_path/'films', fps=24)
    assert shots[shots.path == str(film)].shot.tolist() == [0, 1, 3] and shots[
        shots.path == str(film)
    ].boundary.tolist() == [1, 0, 1]
    assert (
        scenes[scenes.video_id == 'tt8'][['start', 'end']].to_numpy().tolist() == [[0, 1], [1, 4]]
        and len(report) == 5   # a line of either, their last shots, and the film without shots
    )
    assert set(shots.video_id) == set(scenes.video_id)
    assert load_movienet(tmp_path, fps=12)[0].end.max() == 8


def test_ovsd_takes_the_rate_from_the_film(tmp_path, new_film):
    (tmp_path/'scenes').mkdir()
    (tmp_path/'films').mkdir()
    new_film(tmp_path/'films/sintel.mp4')
    (tmp_path/'scenes/sintel.txt').write_text('0\t11\n12\t35\n36\t47\n')
    (tmp_path/'scenes/unknown.txt').write_text('0 11\n')
    scenes, shots, report = load_ovsd(tmp_path, tmp_path/'films')
    assert (
        scenes[['start', 'end']].to_numpy().tolist() == [[0, 1], [1, 3], [3, 4]]
        and len(shots) == 0
        and len(report) == 1
    )
