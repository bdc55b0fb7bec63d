"""Words and tables of real files: encodings by language, times before 0, SubStation, tracks of
films, tables of spreadsheets, plain `pd.read_csv`"""
import json
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

import films
from languages import OLD, TALKS
from scene_explore.datasets.label_files import apply_labels, import_labels, read_labels
from scene_explore.datasets.subtitles import embedded_captions, find_captions, read_captions
from scene_explore.core.charsets import decode
from scene_explore.datasets.loaders import film_cues, load_folder
from scene_explore.video.export import edl, export_scenes, timeline
from scene_explore.pipelines.explore import UsageError, explore
from scene_explore.core.scenes import (
    check_scenes,
    label_scenes,
    read_scenes,
    scene_table,
    write_scenes,
)
from scene_explore.core.store import Store
from scene_explore.views.studio import Studio


# ---- encodings
def srt(lines, first=1.):
    "A cue a line, a second each"
    def at(t): return f'00:{int(t)//60:02d}:{int(t)%60:02d},000'
    return '\r\n'.join(
        f'{i}\r\n{at(first + i)} --> {at(first + i + 1)}\r\n<i>{o}</i>\r\n'
        for i, o in enumerate(lines)
    )


def script(*lines):
    "Lines of an .ass file, after its head"
    head = (
        '[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nStyle:'
        ' Default,Arial,20,&H00FFFFFF,&H000000FF\n\n[Events]\n'
    )
    return (
        head
        + 'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n'
        + '\n'.join(lines)
        + '\n'
    )


def words(path, **kw):
    return [o[2] for o in read_captions(path, **kw)[0]]


@pytest.mark.parametrize(
    'language, encoding', [(k, o) for k, encodings in OLD.items() for o in encodings]
)
def test_a_dozen_cues_come_out_in_any_old_encoding(tmp_path, language, encoding):
    p, lines = tmp_path/'a.srt', TALKS[language].split('\n')
    p.write_bytes(srt(lines).encode(encoding))
    cues, problems = read_captions(p)
    assert [o[2] for o in cues] == [' '.join(o.split()) for o in lines]
    assert (
        len(problems) == 1
        and 'its encoding was guessed' in problems[0]
        and 'pass encoding=' in problems[0]
    )
    assert (
        words(p, encoding=encoding) == [o[2] for o in cues] and read_captions(p, encoding)[1] == []
    )
    script_file = p.with_suffix('.ass')
    script_file.write_bytes(
        script(*(
            f'Dialogue: 0,0:00:0{i%10}.00,0:00:0{i%10}.50,Default,,0,0,0,,{o}'
            for i, o in enumerate(lines)
        )).encode(encoding)
    )
    assert words(script_file) == [o[2] for o in cues]


@pytest.mark.parametrize('n, share', [(2, .96), (3, .97)])
def test_most_files_of_two_or_three_cues_come_out(tmp_path, n, share):
    right, told, p = [], [], tmp_path/'a.srt'
    for language, encodings in OLD.items():
        lines = TALKS[language].split('\n')
        for encoding in encodings:
            for k in range(len(lines) - n + 1):
                p.write_bytes(srt(lines[k:k + n]).encode(encoding))
                cues, problems = read_captions(p)
                right.append([o[2] for o in cues] == [' '.join(o.split()) for o in lines[k:k + n]])
                told.append(bool(problems) or p.read_bytes().isascii())
    assert np.mean(right) >= share and all(told)


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'utf-16', 'utf-32'])
@pytest.mark.parametrize('kind', ['srt', 'vtt'])
def test_a_mark_or_utf_8_needs_no_guess(tmp_path, encoding, kind):
    p = tmp_path/f'a.{kind}'
    text = (
        'WEBVTT\n\n00:01.000 --> 00:02.000\nÇa va ? 元気？\n'
        if kind == 'vtt'
        else srt(['Ça va ? 元気？'])
    )
    p.write_bytes(text.encode(encoding))
    assert words(p) == ['Ça va ? 元気？'] and read_captions(p)[1] == []


@pytest.mark.parametrize('encoding', ['utf-16-le', 'utf-16-be', 'utf-32-le'])
@pytest.mark.parametrize('language', ['russian', 'japanese', 'german', 'polish'])
def test_utf_16_without_a_mark(tmp_path, encoding, language):
    p, lines = tmp_path/'a.srt', TALKS[language].split('\n')
    for some in (lines, lines[:1], ['Yes.']):
        p.write_bytes(srt(some).encode(encoding))
        assert words(p) == some and encoding in read_captions(p)[1][0]


def test_utf_8_with_a_broken_byte_stays_utf_8(tmp_path):
    p = tmp_path/'a.srt'
    p.write_bytes(srt(TALKS['russian'].split('\n')).encode()[:-8])   # cut within a letter
    found, problems = read_captions(p)
    assert (
        found[0][2] == 'Привет, Анна! Ты уже дома?'
        and len(found) == 12
        and '1 of its characters' in problems[0]
    )
    p.write_bytes(srt(['a lost \ufffd']).encode())
    assert read_captions(p)[1] == []


def test_an_encoding_that_is_none(tmp_path):
    (tmp_path/'a.srt').write_text(srt(['Yes.']))
    with pytest.raises(ValueError, match="unknown encoding 'cp12510'"):
        read_captions(tmp_path/'a.srt', encoding='cp12510')
    assert decode('Жук'.encode('cp1251'), 'ascii') == (
        '\ufffd' * 3,
        ['3 of its characters cannot be read as ascii and are shown as \ufffd: save it as UTF-8'],
    )


# ---- times and kinds
@pytest.mark.parametrize('kind', ['srt', 'vtt', 'ass'])
def test_a_cue_begins_at_0_at_the_earliest(tmp_path, kind):
    times = [
        ('-00:00:03.500', '-00:00:02.000', 'gone'),
        ('-00:00:01.500', '00:00:02.000', 'cut'),
        ('00:00:03.000', '00:00:04.000', 'whole'),
    ]
    p = tmp_path/f'a.{kind}'
    def short(t): return t.replace('00:00:', '0:00:')[:-1]
    if kind == 'ass':
        p.write_text(
            script(*(
                f'Dialogue: 0,{short(a)},{short(b)},Default,,0,0,0,,{o}' for a, b, o in times
            ))
        )
    else:
        p.write_text(
            {'vtt': 'WEBVTT\n\n', 'srt': ''}[kind]
            + '\n'.join(f'{a} --> {b}\n{o}\n' for a, b, o in times)
        )
    cues, problems = read_captions(p)
    assert cues == [(0., 2., 'cut'), (3., 4., 'whole')]
    assert [o.partition(' s')[0] for o in problems if 'cut at 0' in o] == [
        'the cue at -00:00:01.500'
    ]
    assert len(problems) == 2 and any('-00:00:03.500 lies before the film' in o for o in problems)


def test_scripts_hold_words_and_other_things(tmp_path):
    p = tmp_path/'a.ass'
    p.write_text(
        script(
            r'Dialogue: 0,0:00:01.00,0:00:02.00,Default,Ana,0,0,0,,{\i1\pos(3,4)}Where{\i0}, my'
            r' dear,\Nis\hit?{note to self}',
            r'Comment: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,hidden',
            r'Dialogue: 1,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\p1}m 0 0 l 100 0 100 100{\p0}',
            r'Dialogue: 1,0:00:04.00,0:00:05.00,Default,,0,0,0,,{\p2}m 0 0 l 9 9{\p0}There.',
            r'Dialogue: 0,soon,0:00:06.00,Default,,0,0,0,,lost',
        )
    )
    cues, problems = read_captions(p)
    assert (
        cues == [(1.0, 2.0, 'Where, my dear, is it?'), (4.0, 5.0, 'There.')]
        and len(problems) == 1
        and 'soon' in problems[0]
    )
    old = p.with_suffix('.ssa')
    old.write_text(
        '[Script Info]\n\n[Events]\nDialogue:'
        ' Marked=0,0:00:01.00,0:00:02.00,*Default,,0000,0000,0000,,Old, too\n'
    )
    assert words(old) == ['Old, too']
    p.write_text(script())
    with pytest.raises(ValueError, match='holds no subtitles'): read_captions(p)
    with pytest.raises(ValueError, match='is not read as subtitles'):
        read_captions(tmp_path/'a.sub')


def test_which_of_several_files(tmp_path):
    film = tmp_path/'film.mp4'
    for name in ('film.en.ssa', 'film.en.ass', 'film.eng.vtt', 'film.fre.srt'):
        (tmp_path/name).touch()
    assert (
        find_captions(film).name == 'film.eng.vtt'
        and find_captions(film, 'fr').name == 'film.fre.srt'
        and find_captions(film, 'fra').name == 'film.fre.srt'
    )
    (tmp_path/'film.eng.vtt').unlink()
    assert find_captions(film).name == 'film.en.ass'


# ---- tracks
def with_tracks(path, *tracks, args=(), **kw):
    "A film of three seconds with tracks of subtitles: (file, codec, language, disposition)"
    before = [o for file, *_ in tracks for o in ('-i', file)]
    maps = ['-map', len(tracks), *(o for i in range(len(tracks)) for o in ('-map', i))]
    for i, (_, codec, language, disposition) in enumerate(tracks):
        maps += [
            f'-c:s:{i}',
            codec,
            f'-metadata:s:s:{i}',
            f'language={language}',
            f'-disposition:s:{i}',
            disposition,
        ]
    return films.film(path, n=75, before=before, args=(*maps, *args), **kw)


@pytest.fixture
def said(tmp_path):
    "Three files of subtitles: what they say, by name"
    for name in ('one', 'two', 'three'):
        (tmp_path / f'{name}.srt').write_text(
            f'1\n00:00:00,500 --> 00:00:01,500\n<b>{name}</b> é\n\n2\n00:00:02,000 -->'
            ' 00:00:02,500\nend\n'
        )
    return {o: tmp_path/f'{o}.srt' for o in ('one', 'two', 'three')}


@pytest.mark.parametrize(
    'end, codec',
    [
        ('mp4', 'mov_text'),
        ('mov', 'mov_text'),
        ('mkv', 'subrip'),
        ('mkv', 'ass'),
        ('mkv', 'webvtt'),
    ],
)
def test_a_track_of_text_is_read(tmp_path, said, end, codec):
    film = with_tracks(tmp_path/f'film.{end}', (said['one'], codec, 'eng', 'default'))
    cues, problems = embedded_captions(film)
    assert [o[2] for o in cues] == ['one é', 'end'] and np.allclose(
        [o[:2] for o in cues], [(0.5, 1.5), (2, 2.5)], atol=0.002
    )
    assert problems == [f'its words were read from its subtitle track 1 (English, {codec})']
    scenes, report = load_folder(film, 'interval:1', progress=False)
    assert scenes.subtitles.tolist() == ['', 'one é', 'end'] and report.problem.tolist() == problems


@pytest.mark.parametrize('begin', [0, 5])
def test_a_track_is_on_the_clock_of_the_pictures(tmp_path, said, begin):
    film = with_tracks(
        tmp_path / 'late.mkv',
        (said['one'], 'subrip', 'eng', '0'),
        args=('-output_ts_offset', begin),
    )
    assert np.allclose(
        [o[:2] for o in embedded_captions(film)[0]], [(0.5, 1.5), (2, 2.5)], atol=0.002
    )


def test_which_of_several_tracks(tmp_path, said):
    film = with_tracks(
        tmp_path / 'film.mkv',
        (said['one'], 'subrip', 'ger', 'default'),
        (said['two'], 'subrip', 'eng', '0'),
        (said['three'], 'subrip', 'eng', 'forced'),
    )
    cues, problems = embedded_captions(film)
    assert (
        cues[0][2] == 'two é'
        and embedded_captions(film, 'de')[0][0][2] == 'one é'
        and embedded_captions(film, 'pl')[0][0][2] == 'one é'
    )
    assert problems == [
        'its words were read from its subtitle track 2 (English, subrip)',
        'its subtitle track 1 (German, subrip) was left alone: another was read',
        (
            'its subtitle track 3 (English, subrip, forced) was left alone: it holds only what is'
            ' foreign'
        ),
    ]
    assert (
        embedded_captions(
            with_tracks(tmp_path / 'forced.mkv', (said['one'], 'subrip', 'eng', 'forced'))
        )[0]
        == []
    )


def test_a_file_beside_the_film_comes_first(tmp_path, said):
    film = (
        with_tracks(tmp_path / 'sub' / 'film.mkv', (said['one'], 'subrip', 'eng', '0'))
        if (tmp_path / 'sub').mkdir() is None
        else None
    )
    film.with_suffix('.srt').write_text('1\n00:00:00,500 --> 00:00:01,500\nbeside\n')
    for name in ('film.de.ass', 'film.idx', 'film.sub', 'film.lrc'):
        (film.parent/name).write_text('x')
    (film.parent/'song.lrc').write_text('x')
    for source in (film, film.parent):
        scenes, report = load_folder(source, 'film', progress=False)
        told = {Path(p).name: why for p, why in zip(report.path, report.problem, strict=True)}
        assert scenes.subtitles.tolist() == ['beside'] and set(told) == {
            'film.mkv',
            'film.de.ass',
            'film.idx',
            'film.sub',
            'film.lrc',
        }
        assert (
            told['film.mkv']
            == 'its subtitle track 1 (English, subrip) was left alone: a file beside the film was'
            ' read'
        )
        assert (
            'film.srt comes first' in told['film.de.ass']
            and 'a kind that is not read' in told['film.idx']
        )
    film.with_suffix('.srt').write_text('nothing')
    scenes, report = load_folder(film, 'film', progress=False)
    assert (
        scenes.subtitles.tolist() == ['one é end']
        and report.problem.str.contains('holds no subtitles').sum() == 1
    )


def test_a_track_of_pictures_is_named(tmp_path):
    source, path = films.film(tmp_path/'plain.mkv', n=10), tmp_path/'disc.mkv'
    with av.open(str(source)) as old, av.open(str(path), 'w') as new:
        video = new.add_stream_from_template(old.streams.video[0])
        track = new.add_stream('dvd_subtitle')
        track.metadata['language'] = 'fre'
        for packet in old.demux(old.streams.video[0]):
            if packet.size:
                packet.stream = video
                new.mux(packet)
        packet = av.Packet(bytes(8))
        packet.stream = track
        packet.pts = 0
        packet.dts = 0
        packet.duration = 100
        new.mux(packet)
    assert embedded_captions(path) == (
        [],
        ['its subtitle track 1 (French, dvd_subtitle) was left alone: it holds pictures, not text'],
    )


# ---- tables
IDS = ['bc5ff169ea122f9b@0000000000-0000004000', 'bc5ff169ea122f9b@0000004000-0000009000']
LABELS = (
    'scene_id;place;author\r\n'
    f'{IDS[0]};Küche, groß;"Zoë ""Z"""\r\n'
    f'{IDS[1]};"Bar\r\nam Fluss";\r\n'
)
EXCEL = dict(
    semicolons=LABELS.encode('utf-8-sig'),
    tabs=LABELS.replace(';', '\t').encode('utf-16'),
    windows=LABELS.encode('cp1252'),
    declared=b'sep=;\r\n' + LABELS.encode(),
    marked=('\ufeffsep=;\r\n' + LABELS).encode(),
    padded=LABELS.replace('author', 'author;;').replace('groß;', 'groß;').encode()
    + b';;;;\r\n;;;;\r\n',
)


@pytest.mark.parametrize('dialect', EXCEL)
def test_labels_as_spreadsheets_write_them(tmp_path, dialect):
    p, told = tmp_path/'labels.csv', []
    p.write_bytes(EXCEL[dialect])
    t = read_labels(p, say=told.append)
    assert (
        t.scene_id.tolist() == IDS
        and t.value.tolist() == ['Küche, groß', 'Bar\r\nam Fluss']
        and t.author.tolist() == ['Zoë "Z"', '']
    )
    assert ['guessed: cp1252' in o and str(p) in o for o in told] == [True]*(dialect == 'windows')
    assert import_labels(Store(tmp_path/'store'), p, say=told.append) == 2


def test_a_blank_behind_each_comma_is_no_part_of_a_cell(tmp_path):
    p = tmp_path/'labels.csv'
    p.write_text(f'scene_id, place\n{IDS[0]}, "bar, old"\n')
    assert read_labels(p)[['scene_id', 'value']].to_numpy().tolist() == [[IDS[0], 'bar, old']]


@pytest.mark.parametrize(
    'text, says',
    [
        ('scene;place\nx;bar\n', 'no column scene_id; its columns, parted by semicolons, are'),
        ('a\tb\n1\t2\n', 'parted by tabs'),
        ('scene_id,place\ns1,bar, old\n', 'row 1 has 3 cells and the table 2 columns'),
        ('scene_id,place\ns1,"bar\n', 'cannot be read as CSV'),
        ('scene_id,place,place\ns1,a,b\n', "'place' comes twice"),
        ('sep=;\n', 'it is empty'),
    ],
)
def test_a_table_that_holds_no_labels_says_why(tmp_path, text, says):
    (tmp_path/'l.csv').write_text(text)
    with pytest.raises(ValueError, match=says): read_labels(tmp_path/'l.csv')


def test_labels_of_other_kinds_are_no_places(tmp_path):
    p = tmp_path/'labels.csv'
    p.write_text('scene_id,kind,value\n' + f'{IDS[0]},transition,cut\n{IDS[0]},boundary,yes\n')
    says = 'holds no place labels, only boundary, transition'
    with pytest.raises(ValueError, match=says): read_labels(p, 'place')
    with pytest.raises(UsageError, match=says):
        explore(tmp_path, tmp_path/'out', labels=p, progress=False)
    with pytest.raises(ValueError, match='hold no place labels, only boundary, transition'):
        apply_labels(scene_table([]), read_labels(p))
    assert import_labels(Store(tmp_path/'store'), p) == 2


def test_a_scene_table_from_a_spreadsheet(tmp_path):
    p = tmp_path/'scenes.csv'
    p.write_bytes(
        (
            'sep=;\r\nvideo_id;start;end;title;hour;mood;note;\r\nf;0;1,5;Früh;6,25;;;\r\n'
            'f;1,5;00:00:03,250;"a;b\r\nc";;heiter;;\r\n;;;;;;;\r\n'
        ).encode('utf-8-sig')
    )
    t = read_scenes(p)
    assert (
        t.start.tolist() == [0, 1.5]
        and t.end.tolist() == [1.5, 3.25]
        and t.title.tolist() == ['Früh', 'a;b\r\nc']
    )
    assert (
        t.hour[0] == 6.25
        and np.isnan(t.hour[1])
        and t.mood.tolist() == ['', 'heiter']
        and t.note.tolist() == ['', '']
    )
    p.write_text('video_id;beginning\nf;1\n')
    with pytest.raises(ValueError, match='no column .*parted by semicolons'): read_scenes(p)


def test_an_id_that_a_spreadsheet_rounded_is_read_from_the_scene(tmp_path):
    p, told = tmp_path/'scenes.csv', '7535322590112345'
    p.write_text(f'scene_id;video_id;start;end\n{told}@0000000000-0000001500;7,53532E+15;0;1,5\n')
    assert read_scenes(p)[['scene_id', 'video_id']].to_numpy().tolist() == [
        [f'{told}@0000000000-0000001500', told]
    ]


letters = st.text(
    st.characters(
        codec='cp1252', exclude_characters='\r\x00\x81\x8d\x8f\x90\x9d', exclude_categories=['Cc']
    )
    | st.sampled_from(' ,;\t"\'\n|='),
    max_size=12,
)
rows = st.lists(
    st.tuples(letters, letters, letters, st.booleans(), st.integers(-9, 9), st.floats(0, 1e6)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=120, deadline=None)
@given(
    rows,
    st.sampled_from([',', ';', '\t', '|']),
    st.sampled_from(['utf-8', 'utf-8-sig', 'utf-16', 'utf-32']),
    st.sampled_from([0, 1, 2]),
    st.sampled_from(['\n', '\r\n']),
)
def test_a_table_of_any_dialect_comes_back_equal(
    tmp_path_factory, rows, sep, encoding, quoting, end
):
    p = tmp_path_factory.mktemp('t')/'scenes.csv'
    t = scene_table([
        dict(
            video_id='0123',
            start=i / 3,
            end=(i + 1) / 3,
            title=a,
            description=b,
            mood=c,
            night=d,
            shots=e,
            weight=f,
        )
        for i, (a, b, c, d, e, f) in enumerate(rows)
    ])
    t.to_csv(p, sep=sep, encoding=encoding, quoting=quoting, lineterminator=end, index=False)
    again = read_scenes(p)
    numbers = ['night', 'shots', 'weight']
    pd.testing.assert_frame_equal(
        again.drop(columns=numbers + ['mood']), t.drop(columns=numbers + ['mood'])
    )
    assert again[numbers].to_numpy().tolist() == t[numbers].to_numpy().tolist()
    labels = t[['scene_id', 'place']].assign(place=t.title, author=t.description)
    labels.to_csv(p, sep=sep, encoding=encoding, quoting=quoting, lineterminator=end, index=False)
    found = read_labels(p)
    assert found.value.tolist() == [o.strip() for o in t.title] and found.author.tolist() == [
        o.strip() for o in t.description
    ]


# ---- plain `pd.read_csv`
@pytest.fixture
def plain(tmp_path):
    "A table as `read_scenes` gives it, and as `pd.read_csv` does"
    film = films.film(tmp_path/'film.mp4', n=50)
    rows = [
        dict(
            path=str(film),
            start=i / 2,
            end=(i + 1) / 2,
            title='' if i else 'Tea',
            place='12' if i == 2 else '',
        )
        for i in range(4)
    ]
    t = scene_table(rows).assign(mood=['', 'calm', '', ''])
    file = write_scenes(t, tmp_path/'scenes.csv')
    return read_scenes(file), pd.read_csv(file)


def test_a_plain_table_is_exported_like_a_checked_one(tmp_path, plain):
    right, t = plain
    assert t.title.isna().any() and pd.api.types.is_float_dtype(t.place)
    pd.testing.assert_frame_equal(check_scenes(t), right)
    assert edl(t) == edl(right) and timeline(t).to_json_string() == timeline(right).to_json_string()
    for kind in ('csv', 'edl', 'otio'):
        one, other = (
            export_scenes(o, tmp_path / name / f'scenes.{kind}').read_bytes()
            for o, name in ((t, 'a'), (right, 'b'))
            if not (tmp_path / name).mkdir(exist_ok=True)
        )
        assert one == other
    assert label_scenes(t, {t.scene_id[0]: 'bar'}, 'person').place.tolist() == ['bar', '', '12', '']
    labels = pd.DataFrame(dict(scene_id=t.scene_id[:1], kind='place', value='bar', source='person'))
    assert apply_labels(t, labels)[0].place.tolist() == ['bar', '', '12', '']


def test_a_plain_table_in_the_studio(tmp_path, plain):
    right, t = plain
    x = np.eye(4, dtype=np.float32)
    one, other = (Studio(o, x, exports=tmp_path/name) for o, name in ((t, 'a'), (right, 'b')))
    pd.testing.assert_frame_equal(one.deck.scenes, other.deck.scenes)
    files = [Path(o.answer_export('edl', right.scene_id.tolist())[0]['path']) for o in (one, other)]
    assert [o.read_text().splitlines()[1:] for o in files][0] == files[1].read_text().splitlines()[
        1:
    ]


@pytest.mark.parametrize('name', ['0123', '1e5', '7535322590112345', '0012345678901234'])
def test_an_id_of_digits_comes_back(tmp_path, name):
    t = scene_table([dict(video_id=name, start=0, end=1), dict(video_id=name, start=1, end=2.5)])
    again = pd.read_csv(write_scenes(t, tmp_path/'s.csv'))
    assert not pd.api.types.is_string_dtype(again.video_id)
    pd.testing.assert_frame_equal(check_scenes(again), t)
    pd.testing.assert_frame_equal(scene_table(again), t)
    with pytest.raises(ValueError, match='read the file with read_scenes'):
        check_scenes(again.assign(scene_id=['a', 'b'], video_id=[1.5, 2.]))


def test_what_the_words_of_a_film_lack_is_told(tmp_path, make_film):
    film, lost = make_film(tmp_path/'a.mp4', n=24), []
    film.with_suffix('.srt').write_text('nothing')
    assert film_cues(film, lost) == [] and 'no subtitles' in lost[0]['reason']
    assert lost[0]['path'] == str(film.with_suffix('.srt'))
    heard = dict(content_metadata=dict(scenes=[{}]), timecoded_text_to_speech=[
        dict(start='00:00:00.000', end='00:00:00.500', text='Tea?'), dict(start='late')])
    film.with_suffix('.json').write_text(json.dumps(heard))
    lost.clear()
    assert film_cues(film, lost) == [(0, .5, 'Tea?')]
    assert [Path(o['path']).name for o in lost] == ['a.json'] and 'entry 1' in lost[0]['reason']
