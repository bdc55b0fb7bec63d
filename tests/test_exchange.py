"""Scenes that go out and come back: tables equal, ranges to the frame, whatever the titles hold;
what does not fit is refused in one sentence"""
import io
import itertools
from fractions import Fraction

import opentimelineio as otio
import films
import numpy as np
import pandas as pd
import pycmx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timecode import Timecode

from scene_explore.video.export import EXPORT_KINDS, edl, export_scenes, reels, timeline
from scene_explore.video.film_clocks import film_clocks, film_rate, one_line
from scene_explore.core.scenes import read_scenes, scene_table

HOSTILE = [
    'one\ntwo\r\n003  AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00',
    '"quoted", \'and\'; <script>alert(1)</script>',
    '\u202eمطبخ البيت\u202c',
    'x' * 10_000,
    '\u2028\x85\x0b\x0c\x00',
    '=1+1',
    'NA',
    '* FREEZE FRAME',
    'M2 A 012.0 00:00:00:00',
    'ends FF',
    '* LOC: 00:00:00:00 RED x',
    '',
]

def table(path, n=6, step=1.013, **columns):
    "n scenes of a film, none of them on a frame"
    return scene_table([
        dict(
            path=str(path),
            video_id='v',
            start=i * step + 0.007,
            end=(i + 1) * step,
            title=f'Scene {i}',
            place=f'place {i % 2}',
            **{k: v[i] for k, v in columns.items()},
        )
        for i in range(n)
    ])

def within_half_a_frame(clips, scenes):
    for clip, row in zip(clips, scenes.itertuples(), strict=True):
        r = clip.source_range
        fps = r.start_time.rate
        assert (
            abs(r.start_time.value - row.start * fps) <= 0.5
            and abs((r.start_time + r.duration).value - row.end * fps) <= 0.5 + 1e-9
        )

def ranges(timeline):
    return [
        (o.source_range.start_time.value, o.source_range.duration.value)
        for o in timeline.find_clips()
    ]

@pytest.mark.parametrize('kind', ['csv', 'parquet'])
def test_a_table_comes_back_equal(tmp_path, kind, small_film):
    scenes = scene_table([
        dict(
            path=str(small_film),
            start=i / 3,
            end=(i + 1) / 3,
            title=t.replace('\r\n', '\n'),
            place='café',
            loudness=[0.5, float('nan')][i % 2],
        )
        for i, t in enumerate(HOSTILE)
    ])
    file = export_scenes(scenes, tmp_path/f'out.{kind}')
    pd.testing.assert_frame_equal(
        read_scenes(file) if kind == 'csv' else scene_table(pd.read_parquet(file)), scenes
    )

@pytest.mark.parametrize('fps', [24, 25, 30, Fraction(24000, 1001), Fraction(30000, 1001), 15])
def test_a_timeline_holds_each_scene_to_half_a_frame_at_the_rate_of_the_film(
    tmp_path, make_film, fps
):
    film = make_film(tmp_path/'a film, [1-2] ü.mp4', n=40, fps=fps)
    scenes = table(film)
    back = otio.adapters.read_from_file(str(export_scenes(scenes, tmp_path/'out.otio')))
    clips = list(back.find_clips())
    within_half_a_frame(clips, scenes)
    assert clips[0].source_range.start_time.rate == pytest.approx(float(fps), rel=1e-9)
    assert [o.name for o in clips] == scenes.title.tolist() and [
        o.markers[0].name for o in clips
    ] == scenes.place.tolist()
    assert [
        o.markers[0].metadata['scene_explore']['scene_id'] for o in clips
    ] == scenes.scene_id.tolist()
    assert {o.media_reference.target_url for o in clips} == {
        film.resolve().as_uri()
    } and back.name == 'out'

@pytest.mark.parametrize('fps', [24, 25, Fraction(24000, 1001), Fraction(30000, 1001)])
def test_an_edl_read_by_the_adapter_has_the_same_ranges_and_no_drop_frames(
    tmp_path, make_film, fps
):
    film = make_film(tmp_path/'film.mp4', n=40, fps=fps)
    scenes = table(film, 200, 3.017)
    text = export_scenes(scenes, tmp_path/'out.edl').read_text('utf-8')
    back = otio.adapters.read_from_string(text, 'cmx_3600', rate=round(fps))
    assert (
        ranges(back) == ranges(timeline(scenes))
        and ';' not in text
        and 'FCM: NON-DROP FRAME' in text
    )
    record = list(itertools.accumulate((n for _, n in ranges(back)), initial=0))
    assert [o.markers[0].marked_range.start_time.value for o in back.find_clips()] == record[:-1]

@settings(deadline=None, max_examples=40) # the adapter parses slowly
@given(st.lists(st.one_of(st.text(), st.sampled_from(HOSTILE)), min_size=1, max_size=8))
def test_no_title_breaks_a_line(titles):
    scenes = scene_table([
        dict(path='', video_id='film', start=i, end=i + 1, title=t, place=t)
        for i, t in enumerate(titles)
    ])
    text, said = edl(scenes, titles[0], say=lambda _: None), []
    back = otio.adapters.read_from_string(text, 'cmx_3600', rate=24)
    assert ranges(back) == [(24 * i, 24) for i in range(len(titles))] and all(
        len(o) < 300 for o in text.splitlines()
    )
    assert len(text.splitlines()) == sum(o == '\n' for o in text)
    again = otio.adapters.read_from_string(
        timeline(scenes, titles[0], said.append).to_json_string(), 'otio_json'
    )
    assert ranges(again) == ranges(back) and len(said) == 1 and '24 frames a second' in said[0]

@given(st.text())
def test_one_line_is_one_line(text):
    assert (
        len(one_line(text)) <= 120
        and len(one_line(text).splitlines()) <= 1
        and one_line(one_line(text)) == one_line(text)
    )
    one_line(text).encode()

@given(st.lists(st.text(), unique=True, max_size=40))
def test_reels_are_short_and_distinct(paths):
    out = list(reels(paths).values())
    assert len({*out}) == len(paths) and all(
        o.isascii() and o.isalnum() and len(o) <= 8 and o not in ('AX', 'BL', 'BARS', 'BLACK')
        for o in out
    )

def test_measured_rates_are_the_rates_meant():
    assert [film_rate(o) for o in (23.976, 23.98, 24, 29.97, 59.94, 12.5)] == pytest.approx(
        [24000 / 1001, 24000 / 1001, 24, 30000 / 1001, 60000 / 1001, 12.5], rel=1e-12
    )

def test_what_does_not_fit_is_refused_in_one_sentence_and_leaves_nothing(tmp_path, make_film):
    slow, pal = make_film(tmp_path/'slow.mp4', fps=12), make_film(tmp_path/'pal.mp4', fps=25)
    both = scene_table(
        [dict(path=str(f), start=0, end=1) for f in (pal, make_film(tmp_path / 'film.mp4'))]
    )
    def refuses(scenes, name, words, **kw):
        with pytest.raises(ValueError, match=words) as e: export_scenes(scenes, tmp_path/name, **kw)
        assert '\n' not in str(e.value)
    refuses(both, 'o.xml', "unknown form of export 'xml'")
    refuses(both, 'noending', "unknown form of export 'noending'")
    refuses(both, 'o.csv', "unknown form of export 'pdf'", kind='pdf')
    for kind in EXPORT_KINDS: refuses(both[:0], f'o.{kind}', 'no scenes')
    refuses(both, 'o.edl', '24 and 25 frames a second')
    refuses(table(slow), 'o.edl', '12 frames a second')
    refuses(table(pal, 1000), 'o.edl', '999 events')
    refuses(table(pal, 1, 86_400.), 'o.edl', '24 hours')
    refuses(pd.DataFrame(dict(a=[1])), 'o.csv', 'not a scene table')
    assert not list(tmp_path.glob('o.*')) and not list(tmp_path.glob('.*'))
    assert (
        len(
            list(
                otio.adapters.read_from_file(
                    str(export_scenes(both, tmp_path / 'o.otio'))
                ).find_clips()
            )
        )
        == 2
    )

@pytest.mark.parametrize('kind', ['edl', 'otio'])
def test_a_film_that_is_gone_has_no_frame_rate_unless_one_is_given(tmp_path, kind):
    scenes, said = table(tmp_path/'gone.mp4'), []
    with pytest.raises(
        ValueError,
        match=r'gone\.mp4 was not found, so its frame rate is not known: .*root=.*rates=',
    ) as e:
        export_scenes(scenes, tmp_path/f'o.{kind}', say=said.append)
    assert '\n' not in str(e.value) and not list(tmp_path.iterdir())
    for rates in (25, {str(tmp_path/'gone.mp4'): 25}):
        file = export_scenes(scenes, tmp_path/f'o.{kind}', say=said.append, rates=rates)
        back = otio.adapters.read_from_file(str(file), **(dict(rate=25) if kind == 'edl' else {}))
        within_half_a_frame(back.find_clips(), scenes)
        assert back.find_clips()[0].source_range.start_time.rate == 25
    assert len(said) == 2 and all('gone.mp4' in o and '25 a second as given' in o for o in said)


def test_a_film_that_can_not_be_read_has_no_frame_rate(tmp_path):
    (tmp_path/'text.mp4').write_text('not a film')
    with pytest.raises(ValueError, match=r'text\.mp4 .*frame rate is not known'):
        film_clocks(table(tmp_path/'text.mp4'))


# ---- time code: what the film carries, read back by two readers that share no code with each other
DF, PAL, FILM = '30000/1001', 25, '24000/1001'
CARRIED = [
    ('mov', PAL, '01:00:00:00', 2.0, '01:00:02:00'),
    ('mp4', PAL, '10:59:59:20', 1.0, '11:00:00:20'),
    ('mkv', PAL, '01:00:00:00', 2.0, '01:00:02:00'),
    ('mov', DF, '00:59:58;00', 2.002, '01:00:00;00'),
    ('mkv', DF, '00:00:59;00', 1.001, '00:01:00;02'),
    ('mov', DF, '00:09:59;00', 1.001, '00:10:00;00'),
    ('mov', DF, '01:00:00:00', 1.001, '01:00:01:00'),
    ('mov', '60000/1001', '00:00:59;00', 1.001, '00:01:00;04'),
    ('mov', FILM, '01:00:00:00', 1.001, '01:00:01:00'),
    ('mov', PAL, None, 2.0, '00:00:02:00'),
    ('mov', DF, None, 1.001, '00:00:01:00'),
]


def carrying(path, fps, code, n=150, args=()):
    "A numbered film with a time code"
    return films.film(path, n, fps, args=(*args, *(('-timecode', code) if code else ())))


def of(film, *spans):
    return scene_table(
        [dict(path=str(film), start=a, end=b, title=f'scene {i}') for i, (a, b) in enumerate(spans)]
    )


def events(text):
    "The events of an EDL, by a reader of its own"
    return (o.edits[0] for o in pycmx.parse_cmx3600(io.StringIO(text)).events)


def frames(code, fps, drop):
    "Time code -> frames, by a library of its own"
    rate = {DF: '29.97', FILM: '23.976', '60000/1001': '59.94'}.get(fps, str(fps))
    return Timecode(rate, code, force_non_drop_frame=not drop).frames - 1


@pytest.mark.parametrize('suffix, fps, code, start, source', CARRIED)
def test_source_ranges_begin_at_the_time_code_of_the_film(
    tmp_path, suffix, fps, code, start, source
):
    film = carrying(tmp_path/f'a.{suffix}', fps, code)
    rate, drop = films.eval_rate(fps), ';' in source
    scenes = of(film, (start, start + 1.001))
    text = edl(scenes)
    read = next(events(text))
    assert read.source_in == source and read.record_in == ('00:00:00;00' if drop else '00:00:00:00')
    assert ('FCM: DROP FRAME' in text) == drop and ('FCM: NON-DROP FRAME' in text) != drop
    clip, = timeline(scenes).find_clips()
    lasts = round((start + 1.001)*rate) - round(start*rate)
    carried = frames(code, fps, drop) if code else 0
    assert (
        clip.source_range.start_time.value
        == carried + round(start * rate)
        == frames(source, fps, drop)
    )
    assert (
        frames(read.source_out, fps, drop) - frames(read.source_in, fps, drop)
        == lasts
        == clip.source_range.duration.value
    )
    assert clip.source_range.start_time.rate == pytest.approx(rate, rel=1e-12)
    offered = clip.media_reference.available_range
    assert (offered.start_time.value, offered.duration.value) == (
        carried,
        150,
    ) and offered.contains(clip.source_range)
    back, = otio.adapters.read_from_string(text, 'cmx_3600', rate=rate).find_clips()
    assert back.source_range == clip.source_range


@pytest.mark.parametrize(
    'suffix, codec', [('mov', ()), ('mxf', ('-c:v', 'mpeg2video', '-q:v', '2'))]
)
def test_ffmpeg_shows_the_frame_that_the_edl_names(tmp_path, suffix, codec):
    film = films.film(
        tmp_path / f'a.{suffix}',
        100,
        PAL,
        args=('-timecode', '01:00:00:00'),
        **(dict(codec=codec) if codec else {}),
    )
    read = next(events(edl(of(film, (2.04, 3.)))))
    assert read.source_in == '01:00:02:01'
    cut = tmp_path/f'cut.{suffix}'
    films.ffmpeg(
        '-ss',
        (frames(read.source_in, PAL, False) - 90_000) / 25,
        '-i',
        film,
        '-t',
        1,
        '-timecode',
        read.source_in,
        '-c:v',
        'mpeg2video',
        '-q:v',
        2,
        cut,
    )
    assert films.number(films.shown_by_ffmpeg(cut, 0)) == 51


@pytest.mark.parametrize(
    'fps, code',
    [
        (FILM, '00:00:00:00'),
        (DF, '01:00:00;00'),
        (DF, '01:00:00:00'),
        ('60000/1001', '00:00:00;00'),
    ],
)
def test_two_hours_do_not_drift(tmp_path, fps, code):
    """The number of a frame is its second times the exact rate, however late it is, in both time
    codes of every event"""
    film = carrying(tmp_path/'a.mov', fps, code, 12)
    rate, drop = films.eval_rate(fps), ';' in code
    scenes = of(film, *((t, t + 601.) for t in np.arange(0, 7200, 600.6)))
    at = 0
    for row, o in zip(scenes.itertuples(), events(edl(scenes)), strict=True):
        first = frames(o.source_in, fps, drop) - frames(code, fps, drop)
        assert first == round(row.start*rate) and abs(first/rate - row.start) <= .5/rate
        assert frames(o.record_in, fps, drop) == at
        at += frames(o.source_out, fps, drop) - frames(o.source_in, fps, drop)
        assert frames(o.record_out, fps, drop) == at
        for c in (o.source_in, o.source_out, o.record_in, o.record_out):
            assert (
                str(
                    Timecode(
                        {DF: '29.97', FILM: '23.976'}.get(fps, '59.94'),
                        c,
                        force_non_drop_frame=not drop,
                    )
                )
                == c
            )


def test_a_film_whose_sound_begins_earlier_counts_from_its_first_picture(tmp_path):
    film = carrying(tmp_path/'a.mkv', PAL, '01:00:00:00', 50)
    late = tmp_path/'late.mkv'
    films.ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'anullsrc=r=8000:cl=mono',
        '-itsoffset',
        '1',
        '-i',
        film,
        '-map',
        '1:v',
        '-map',
        '0:a',
        '-c:v',
        'copy',
        '-c:a',
        'pcm_s16le',
        '-t',
        '3',
        '-metadata',
        'timecode=01:00:00:00',
        late,
    )
    assert [
        o.source_range.start_time.value
        for o in timeline(of(late, (0.0, 1.5), (1.4, 2.0))).find_clips()
    ] == [90_000, 90_010]


def test_time_codes_past_midnight_and_of_two_kinds_are_refused_in_an_edl_and_kept_in_otio(tmp_path):
    late = carrying(tmp_path/'late.mov', PAL, '23:59:58:00')
    assert edl(of(late, (0, 1)))
    with pytest.raises(ValueError, match='ends at 24 hours'): edl(of(late, (1, 3)))
    assert (
        timeline(of(late, (1, 3))).find_clips()[0].source_range.start_time.value
        == 24 * 3600 * 25 - 25
    )
    both = [
        carrying(tmp_path / f'{i}.mov', DF, code, 30)
        for i, code in enumerate(('01:00:00;00', '01:00:00:00', None))
    ]
    scenes = pd.concat([of(o, (0, 1)) for o in both], ignore_index=True)
    with pytest.raises(ValueError, match='drop frame and some do not'): edl(scenes)
    assert 'FCM: DROP FRAME' in edl(scenes[scenes.path != str(both[1])]) and 'FCM: NON-DROP' in edl(
        scenes[scenes.path != str(both[0])]
    )
    assert [o.source_range.start_time.value for o in timeline(scenes).find_clips()] == [
        107_892,
        108_000,
        0,
    ]


def test_a_variable_rate_and_a_time_code_that_does_not_fit_are_said(tmp_path, make_film):
    said = []
    film = make_film(tmp_path/'varies.mp4', n=40, stamps=np.cumsum([40, 40, 60, 33]*10))
    timeline(of(film, (0, 1)), say=said.append)
    assert len(said) == 1 and 'varies.mp4 has a variable frame rate' in said[0]
    odd = carrying(tmp_path/'odd.mkv', PAL, None, 30, ('-metadata', 'timecode=01:00:00;12'))
    clip, = timeline(of(odd, (.4, 1)), say=said.append).find_clips()
    assert (
        clip.source_range.start_time.value == 10
        and len(said) == 2
        and 'odd.mkv' in said[1]
        and '01:00:00;12' in said[1]
    )
