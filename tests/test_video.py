"Films that are hard to read: exactness of every jump, and every kind of bad file"
import os
import shutil
import socket
import subprocess
import sys
import threading

import av
import numpy as np
import pytest
from PIL import Image
from hypothesis import HealthCheck, given, settings, strategies as st

from scene_explore.video import decode, clips
from scene_explore.video.clips import iter_clips, iter_frames, probe, read_clips, thumbnail
from scene_explore.video.files import VideoError, find_films

N, FPS = 120, 24
KINDS = dict(  # name -> (suffix, codec, options of the encoder, other options)
    b_frames=('mp4', 'libx264', dict(bf='3'), dict()),
    pyramid=('mp4', 'libx264', {'bf': '4', 'b-pyramid': 'normal', 'b_strategy': '2'}, dict()),
    open_gop=('mp4', 'libx264', {'x264-params': 'open-gop=1:scenecut=0', 'bf': '3'}, dict(gop=10)),
    open_gop_matroska=(
        'mkv',
        'libx264',
        {'x264-params': 'open-gop=1:scenecut=0', 'bf': '3'},
        dict(gop=10),
    ),
    intra_refresh=('mp4', 'libx264', {'intra-refresh': '1'}, dict()),
    one_keyframe=('mp4', 'libx264', dict(), dict(gop=1000)),
    all_keyframes=('mp4', 'libx264', dict(), dict(gop=1)),
    variable=(
        'mp4',
        'libx264',
        dict(bf='2'),
        dict(stamps=np.cumsum(np.random.default_rng(3).integers(8, 120, N))),
    ),
    matroska=('mkv', 'libx264', dict(), dict()),
    webm=('webm', 'libvpx-vp9', {'cpu-used': '8', 'deadline': 'realtime'}, dict()),
    transport=('ts', 'libx264', dict(bf='2'), dict()),
    mpeg4_avi=('avi', 'mpeg4', dict(), dict()),
    h264_avi=('avi', 'libx264', dict(bf='2'), dict()),
    mpeg2=('mpg', 'mpeg2video', dict(bf='2'), dict()),
    flash=('flv', 'libx264', dict(), dict()),
    rotated=('mp4', 'libx264', dict(), dict(rotation=90)),
    with_sound=('mp4', 'libx264', dict(), dict(audio=True)),
)


@pytest.fixture(scope='session')
def kinds(make_film, tmp_path_factory):
    "For each kind of film its path and the plain pass over it: times and frames"
    root, out = tmp_path_factory.mktemp('kinds'), {}
    for name, (suffix, codec, options, other) in KINDS.items():
        path = make_film(
            root / f'{name}.{suffix}', n=N, fps=FPS, codec=codec, options=options, **other
        )
        out[name] = path, *plain_pass(path)
    return out


def plain_pass(path):
    "Every frame as PyAV gives it, one thread, no seek: seconds from the beginning, upright pixels"
    with av.open(str(path)) as c:
        s = c.streams.video[0]
        s.thread_type, s.codec_context.thread_count = 'NONE', 1
        shown = [
            (
                f.time,
                np.rot90(
                    f.to_ndarray(format='rgb24', interpolation='BILINEAR', threads=1),
                    f.rotation // 90 % 4,
                ),
            )
            for f in c.decode(s)
        ]
        first = c.start_time/1e6
    # AVI: PyAV's own times are guesses
    times = (
        np.arange(len(shown)) / FPS
        if path.suffix == '.avi'
        else np.array([t for t, _ in shown]) - first
    )
    return times, np.stack([x for _, x in shown])


def expected(times, t):
    "The index of the frame on screen at t, stamps being rounded to at most a millisecond"
    return max(int(np.searchsorted(times, t, side='right')) - 1, 0)


def clear_of_stamps(times, t): return np.abs(times - t).min() > .0011


@pytest.fixture
def eager_jumps(monkeypatch):
    "Jump wherever a keyframe allows it, so that short films exercise it"
    monkeypatch.setattr(decode.Film, 'jump', 0.)
    monkeypatch.setattr(decode, 'GAP', .3)


@pytest.mark.parametrize('kind', KINDS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    wanted=st.lists(
        st.lists(st.integers(0, 10_000), min_size=2, max_size=2), min_size=1, max_size=4
    )
)
def test_frames_after_jumps_are_those_of_the_plain_pass(kinds, eager_jumps, kind, wanted):
    path, times, frames = kinds[kind]
    wanted = [[t for t in np.array(o)/1e4*(times[-1] + .2)] for o in wanted]
    wanted = [[t if clear_of_stamps(times, t) else t + .003 for t in o] for o in wanted]
    for clip, ts in zip(read_clips(path, wanted), wanted, strict=True):
        for x, t in zip(clip, ts, strict=True):
            assert np.array_equal(x, frames[expected(times, t)]), (t, expected(times, t))


@pytest.mark.parametrize('kind', KINDS)
def test_each_stamp_gives_its_own_frame(kinds, eager_jumps, kind):
    """Exactly at the stamps, one jump a clip: backwards, so that nothing but the order of times is
    used"""
    path, times, frames = kinds[kind]
    picked = np.arange(0, len(times), 7)[::-1]
    with decode.Film(path) as f: assert len(list(f)) == len(frames)
    for k in picked[:6]: assert np.array_equal(read_clips(path, [[times[k]]])[0, 0], frames[k])
    assert np.array_equal(read_clips(path, times[picked][:, None])[:, 0], frames[picked])


@pytest.mark.parametrize(
    'kind', ['b_frames', 'matroska', 'webm', 'flash', 'mpeg4_avi', 'transport']
)
def test_frame_numbers_at_constant_rate(kinds, kind, film_number):
    "i / fps is frame i, in clocks of a millisecond too"
    x = read_clips(kinds[kind][0], (np.arange(5, N, 11)/FPS)[:, None])
    assert [film_number(o) for o in x[:, 0]] == list(range(5, N, 11))


def test_jumps_are_taken_and_only_where_they_pay(kinds, eager_jumps, monkeypatch):
    path, jumps = kinds['b_frames'][0], []
    jump = decode._jump
    monkeypatch.setattr(decode, '_jump', lambda film, t: jumps.append(t) or jump(film, t))
    read_clips(path, [[0., .1], [4.6, 4.7]])
    assert jumps == [4.6]
    monkeypatch.setattr(decode.Film, 'jump', 60.)
    read_clips(path, [[0., .1], [4.6, 4.7]])
    assert jumps == [4.6]


def test_a_film_without_a_keyframe_to_land_on_is_walked_once(kinds, eager_jumps, monkeypatch):
    "Where no jump lands, the film is begun again once and decoded on from there"
    path, _, frames = kinds['b_frames']
    opened, reopen = [], decode.Film.reopen
    monkeypatch.setattr(decode.Film, 'reopen', lambda self: opened.append(1) or reopen(self))
    monkeypatch.setattr(decode, '_landings', lambda film, t: [])
    x = read_clips(path, [[.1], [1.6], [3.1], [4.6]])
    assert len(opened) == 2 and all(
        np.array_equal(x[k, 0], frames[int(t * FPS)]) for k, t in enumerate((0.1, 1.6, 3.1, 4.6))
    )


@pytest.mark.parametrize('kind', ['b_frames', 'pyramid', 'matroska', 'transport'])
def test_the_end_of_a_whole_film_stays_readable(kinds, kind):
    "Times beyond the last frame show it, although frames before were passed over"
    path, times, frames = kinds[kind]
    for wanted in (
        [0.0, times[-1] + 0.5],
        [times[-4] + 0.001, times[-1] + 9],
        [times[-2] + 0.001, times[-1] + 0.001],
    ):
        for x, t in zip(read_clips(path, [wanted])[0], wanted, strict=True):
            assert np.array_equal(x, frames[expected(times, t)])


def test_ragged_clips_do_not_stack(small_film):
    with pytest.raises(ValueError, match='different lengths'):
        read_clips(small_film, [[0.], [0., 1.]])


def test_each_frame_is_converted_once(small_film, monkeypatch):
    seen, fit = [], clips.Fitter.__call__
    monkeypatch.setattr(
        clips.Fitter, '__call__', lambda self, o: seen.append(o.time) or fit(self, o)
    )
    times = np.array([[0, .5, 1], [.5, 1, 1.5], [1, .51, .505]])
    assert len(read_clips(small_film, times, 32)) == 3
    assert seen == [0, .5, 1, 1.5]


def test_clips_come_as_soon_as_they_are_complete(small_film):
    clips = iter_clips(small_film, [[3., 3.5], [0., 1.], [.5, 2.]], 32)
    assert [i for i, _ in clips] == [1, 2, 0]


def test_clips_of_different_lengths(small_film, film_number):
    got = dict(iter_clips(small_film, [[0., 1., 2.], [.5]]))
    assert [film_number(x) for x in got[0]] == [0, 24, 48] and got[1].shape[0] == 1


@pytest.mark.parametrize('bad', [[[0., np.nan]], [[np.inf]], [[]]])
def test_times_that_are_none(small_film, bad):
    with pytest.raises(ValueError, match='time'): read_clips(small_film, bad)


def test_no_clips(small_film):
    assert len(read_clips(small_film, [])) == 0 and list(iter_clips(small_film, [])) == []


def test_native_pixels_are_the_decoders(kinds):
    path, times, frames = kinds['pyramid']
    assert np.array_equal(np.stack([x for _, x in iter_frames(path)]), frames)


def test_an_encoders_resize_is_pillows_and_its_crop_is_centred(small_film):
    with av.open(str(small_film)) as c: f = next(c.decode(video=0))
    wide = np.asarray(
        f.to_image().resize((round(160 * 48 / 90), 48), Image.Resampling.BILINEAR)
    ).astype(int)
    assert np.abs(read_clips(small_film, [[0.]], 48)[0, 0] - wide[:, 18:66]).max() <= 1
    assert np.abs(next(iter_clips(small_film, [[0.]], 48, crop=False))[1][0] - wide).max() <= 1


def test_width_and_height_are_swscales(small_film):
    with av.open(str(small_film)) as c: f = next(c.decode(video=0))
    assert np.array_equal(
        read_clips(small_film, [[0.0]], (30, 20))[0, 0],
        f.to_ndarray(format='rgb24', width=30, height=20, interpolation='BILINEAR', threads=1),
    )
    assert read_clips(small_film, [[0.]], (30, 20)).shape == (1, 1, 20, 30, 3)
    assert read_clips(small_film, [[0.]], 200).shape == (1, 1, 200, 200, 3)   # larger than the film


@pytest.mark.parametrize('rotation', [0, 90, 180, 270])
def test_rotation_is_applied(make_film, tmp_path, film_number, rotation):
    "A frame that was turned before encoding, and says so, comes out upright"
    upright = [make_numbered(i) for i in range(6)]
    path = make_film(
        tmp_path / 'turned.mp4',
        frames=[np.rot90(x, -rotation // 90) for x in upright],
        rotation=rotation,
        options=dict(crf='1'),
    )
    info, x = probe(path), read_clips(path, [[0, .1, .2]])[0]
    assert (info.width, info.height, info.rotation) == (160, 96, rotation)
    assert [film_number(o) for o in x] == [0, 2, 4]
    assert np.abs(x[0].astype(int) - upright[0]).mean() < 12
    assert (
        read_clips(path, [[0]], (80, 48)).shape == (1, 1, 48, 80, 3)
        and film_number(read_clips(path, [[0.2]], (80, 48))[0, 0]) == 4
    )


def make_numbered(i):
    from conftest import numbered
    return numbered(i, (160, 96))


def test_pixels_that_are_not_square(tmp_path):
    with av.open(str(tmp_path/'wide.mp4'), 'w') as f:
        s = f.add_stream('libx264', rate=24)
        s.width, s.height, s.pix_fmt = 144, 96, 'yuv420p'
        s.codec_context.sample_aspect_ratio = 2
        for _ in range(3):
            f.mux(s.encode(av.VideoFrame.from_ndarray(np.full((96, 144, 3), 90, 'uint8'))))
        f.mux(s.encode())
    info = probe(tmp_path/'wide.mp4')
    assert (info.width, info.height) == (288, 96) and read_clips(
        tmp_path / 'wide.mp4', [[0]]
    ).shape[2:4] == (96, 288)


def test_odd_sizes(make_film, tmp_path):
    "Widths that are no multiple of what the decoder aligns to"
    frames = [np.full((54, 98, 3), 17*i, 'uint8') for i in range(4)]
    path = make_film(tmp_path/'odd.mp4', frames=frames)
    assert read_clips(path, [[0]]).shape == (1, 1, 54, 98, 3) and read_clips(
        path, [[0]], 33
    ).shape == (1, 1, 33, 33, 3)


def test_one_frame(make_film, tmp_path, film_number):
    path = make_film(tmp_path/'one.mp4', n=1)
    x = read_clips(path, clips.clip_times(0, probe(path).duration, frames=4))
    assert (
        x.shape == (1, 4, 90, 160, 3)
        and {film_number(o) for o in x[0]} == {0}
        and len(list(iter_frames(path))) == 1
    )


@pytest.mark.parametrize('kind', KINDS)
def test_probe(kinds, kind):
    path, times, frames = kinds[kind]
    info = probe(path)
    assert (
        abs(info.duration - (times[-1] + 1 / FPS)) < 0.26
        and info.vfr == (kind == 'variable')
        and info.path == str(path)
    )
    assert (info.width, info.height) == (
        (90, 160) if kind == 'rotated' else (160, 90)
    ) and info.rotation == (90 if kind == 'rotated' else 0)
    assert kind == 'variable' or abs(info.fps - FPS) < .1


def test_fast_is_near(small_film, film_number):
    times = np.arange(0, 3.9, .13)[:, None]
    exact, fast = (
        [film_number(o) for o in read_clips(small_film, times, fast=f)[:, 0]] for f in (False, True)
    )
    assert (
        exact == [int(t * 24 + 1e-9) for t in times[:, 0]]
        and np.abs(np.subtract(exact, fast)).max() <= 2
    )


# --- what is not a film, or not a whole one

def sentence(path):
    "What is said about a bad file: the same to every caller, in one sentence that names it"
    said = []
    for ask in (probe, lambda p: read_clips(p, [[0.]]), lambda p: list(iter_frames(p)), thumbnail):
        with pytest.raises(VideoError) as e: ask(path)
        said.append(str(e.value))
    (i, e), (j, _) = iter_clips(path, [[0.], [1.]])
    assert (
        (i, j) == (0, 1)
        and {*said, str(e)} == {said[0]}
        and '\n' not in said[0]
        and str(path) in said[0]
    )
    return said[0]


@pytest.mark.parametrize(
    'name, content, says',
    [
        ('empty.mp4', b'', 'empty'),
        ('text.mp4', b'a letter to you, renamed\n' * 200, 'not a film'),
        ('noise.mp4', bytes(range(256)) * 99, 'not a film'),
        ('zeros.mkv', bytes(50_000), 'not a film'),
        ('page.mp4', b'<!doctype html><video src="http://127.0.0.1/a.mp4">', 'not a film'),
        ('sub.mp4', b'1\n00:00:00,000 --> 00:00:09,000\nHello\n\n', 'not a film'),
        ('one byte.mp4', b'x', 'not a film'),
    ],
)
def test_what_is_no_film(tmp_path, name, content, says):
    (tmp_path/name).write_bytes(content)
    assert says in sentence(tmp_path/name)


def test_audio_only(tmp_path):
    with av.open(str(tmp_path/'song.mp4'), 'w') as f:
        s = f.add_stream('aac', rate=8000)
        o = av.AudioFrame.from_ndarray(np.zeros((1, 1024), 'float32'), format='fltp', layout='mono')
        o.sample_rate = 8000
        for p in [*s.encode(o), *s.encode()]: f.mux(p)
    assert 'no video stream (only audio)' in sentence(tmp_path/'song.mp4')


def test_paths_that_are_no_files(tmp_path):
    os.mkfifo(tmp_path/'pipe.mp4')
    (tmp_path/'loop.mp4').symlink_to(tmp_path/'loop.mp4')
    (tmp_path/'gone.mp4').symlink_to(tmp_path/'nowhere.mp4')
    with socket.socket(socket.AF_UNIX) as s:
        os.chdir(tmp_path)   # a socket's path has to be short
        s.bind('sock.mp4')
        assert 'not a regular file' in sentence(tmp_path/'sock.mp4')
    assert 'not a regular file' in sentence(tmp_path / 'pipe.mp4') and 'does not exist' in sentence(
        tmp_path / 'gone.mp4'
    )
    assert 'cannot be reached' in sentence(tmp_path / 'loop.mp4') and 'is a folder' in sentence(
        tmp_path
    )
    assert 'not a regular file' in sentence('/dev/zero') and 'cannot be reached' in sentence(
        'a\0b.mp4'
    )


@pytest.mark.parametrize(
    'url',
    [
        'http://127.0.0.1:9/a.mp4',
        'rtsp://127.0.0.1/a',
        'rtsp:a',
        'concat:a.mp4|b.mp4',
        'file:/etc/hostname',
        'lavfi:testsrc',
        'subfile,,start,0,end,9,,:a.mp4',
        'pipe:0',
        'data:video/mp4;base64,AAAA',
    ],
)
def test_addresses(url):
    assert 'only local files' in sentence(url) or 'does not exist' in sentence(url)


def test_names_that_look_like_addresses(small_film, tmp_path, monkeypatch, film_number):
    "A file is a file, whatever it is called"
    monkeypatch.chdir(tmp_path)
    for name in [
        'rtsp:a.mp4',
        'concat:b.mp4',
        'per%20cent %d.mp4',
        'ünï ☂.mp4',
        '-x.mp4',
        os.fsdecode(b'latin-\xe9.mp4'),
        'no_suffix',
    ]:
        shutil.copy(small_film, name)
        assert film_number(read_clips(name, [[1.]])[0, 0]) == 24 and probe(name).duration == 4


@pytest.fixture
def listener():
    "A port of this machine, and the list of those who called"
    with socket.create_server(('127.0.0.1', 0)) as s:
        called = []
        def wait():
            try:
                while True: called.append(s.accept())
            except OSError: pass
        t = threading.Thread(target=wait, daemon=True)
        t.start()
        yield s.getsockname()[1], called
        s.shutdown(socket.SHUT_RDWR)
    t.join()
    for c, _ in called: c.close()


@pytest.mark.parametrize('suffix', ['mp4', 'm3u8', 'mov', 'mkv'])
def test_playlists_open_nothing(small_film, tmp_path, listener, suffix):
    "Neither another file nor the network, whatever the playlist is called and whatever its kind"
    port, called = listener
    shutil.copy(small_film, tmp_path/'other.mp4')
    lists = [
        f'#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{o}\n#EXT-X-ENDLIST\n'
        for o in ('other.mp4', f'http://127.0.0.1:{port}/a.ts')
    ]
    lists += [
        f"ffconcat version 1.0\nfile '{o}'\n"
        for o in ('other.mp4', f'http://127.0.0.1:{port}/a.ts')
    ]
    lists += [
        (
            f'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP'
            ' 96\na=rtpmap:96 H264/90000\n'
        ),
        (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
            ' mediaPresentationDuration="PT4S"><Period><AdaptationSet>'
            '<Representation id="0"'
            f' mimeType="video/mp4"><BaseURL>http://127.0.0.1:{port}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>'
        ),
    ]
    for text in lists:
        (tmp_path/f'list.{suffix}').write_text(text)
        assert 'not a film' in sentence(tmp_path/f'list.{suffix}')
    assert not called


def test_reference_to_another_file_within_a_film(small_film, tmp_path):
    "A QuickTime film may keep its pictures in another file: that one is not opened"
    blob = bytearray(small_film.read_bytes())
    at = blob.index(b'url \0\0\0\1')            # self-contained
    blob[at:at+8] = b'url \0\0\0\0'              # elsewhere
    (tmp_path/'reference.mov').write_bytes(blob)
    with av.open(str(tmp_path/'reference.mov')) as c: assert c.streams.video
    try: list(iter_frames(tmp_path/'reference.mov'))
    except VideoError as e: assert 'reference.mov' in str(e)


@pytest.fixture(scope='session')
def front(make_film, tmp_path_factory):
    "A film of ten seconds whose index lies at the front, and where each packet lies in it"
    path = make_film(
        tmp_path_factory.mktemp('front') / 'front.mp4',
        n=240,
        gop=24,
        container=dict(movflags='faststart'),
    )
    with av.open(str(path)) as c:
        return path, [(e.pos, e.size) for e in c.streams.video[0].index_entries]


def cut(front, path, packet):
    "The film, cut off in the middle of a packet"
    pos, size = front[1][packet]
    path.write_bytes(front[0].read_bytes()[:pos + size//2])
    return path


@pytest.mark.parametrize('packet', [1, 2, 24, 100, 131, 239])
def test_truncated(front, tmp_path, packet, film_number):
    "What can be read is read, exactly; the rest is refused, with the second from which on"
    path = cut(front, tmp_path/'cut.mp4', packet)
    read = []
    with pytest.raises(VideoError, match='cannot be read from second') as e:
        for _, x in iter_frames(path): read.append(film_number(x))
    assert read == list(range(len(read))) and packet - 4 <= len(read) <= packet
    assert f'{len(read)/24:.2f}' in str(e.value) and '10.00 s' in str(e.value)
    each = dict(iter_clips(path, (np.arange(240)/24)[:, None]))
    good = [i for i in each if not isinstance(each[i], VideoError)]
    assert good == read and [film_number(each[i][0]) for i in good] == read and len(each) == 240
    assert {str(each[i]) for i in set(each) - set(good)} == {str(e.value)}


def test_truncated_far_before_the_jump(front, tmp_path, film_number):
    path = cut(front, tmp_path/'cut.mp4', 131)
    got = dict(iter_clips(path, [[9., 9.5], [5., 5.2], [5.2, 5.6], [0., .5]]))
    assert [isinstance(got[i], VideoError) for i in range(4)] == [True, False, True, False]
    assert all('from second 5.' in str(got[i]) for i in (0, 2)) and film_number(got[1][0]) == 120
    with pytest.raises(VideoError, match='from second'): read_clips(path, [[0.], [9.]])


def test_truncated_matroska(make_film, tmp_path, film_number):
    whole = make_film(tmp_path/'whole.mkv', n=240, gop=24).read_bytes()
    (tmp_path/'cut.mkv').write_bytes(whole[:len(whole)//2])
    read = []
    with pytest.raises(VideoError, match='cannot be read from second'):
        for _, x in iter_frames(tmp_path/'cut.mkv'): read.append(film_number(x))
    assert read == list(range(len(read))) and 60 < len(read) < 200
    got = dict(iter_clips(tmp_path/'cut.mkv', [[1.], [9.5]]))
    assert film_number(got[0][0]) == 24 and 'from second' in str(got[1])


def test_truncated_before_its_index(small_film, tmp_path):
    (tmp_path/'cut.mp4').write_bytes(small_film.read_bytes()[:9000])
    assert 'not a film' in sentence(tmp_path/'cut.mp4')


def test_no_picture_at_all(front, tmp_path):
    blob = bytearray(front[0].read_bytes())
    blob[front[1][0][0]:] = bytes(len(blob) - front[1][0][0])
    (tmp_path/'hollow.mp4').write_bytes(blob)
    assert 'no picture' in sentence(tmp_path/'hollow.mp4')


def test_a_hole_in_the_middle(front, tmp_path, film_number):
    "Clips that touch it are refused, those before and behind it are exact"
    blob = bytearray(front[0].read_bytes())
    (a, _), (b, _) = front[1][96], front[1][110]
    blob[a:b] = bytes(b - a)
    (tmp_path/'hole.mp4').write_bytes(blob)
    each = dict(iter_clips(tmp_path/'hole.mp4', (np.arange(240)/24)[:, None]))
    lost = [i for i in each if isinstance(each[i], VideoError)]
    assert set(range(96, 110)) <= set(lost) <= set(range(92, 120))
    assert all(film_number(each[i][0]) == i for i in each if i not in lost)
    assert 'is damaged after second 3.' in str(each[100]) or 'is damaged after second 4.00' in str(
        each[100]
    )
    with pytest.raises(VideoError, match='is damaged after second'):
        list(iter_frames(tmp_path/'hole.mp4'))


@pytest.mark.parametrize('seed', range(6))
def test_flipped_bytes_give_the_right_picture_or_none(front, tmp_path, seed):
    """What comes out of a damaged film equals what comes out of the whole one, wherever the decoder
    notices"""
    rng, blob = np.random.default_rng(seed), bytearray(front[0].read_bytes())
    pos, size = front[1][int(rng.integers(30, 200))]
    blob[pos + 8 : pos + min(size, 40)] = rng.integers(
        0, 255, min(size, 40) - 8, dtype='uint8'
    ).tobytes()
    (tmp_path/'flip.mp4').write_bytes(blob)
    right = dict(iter_clips(front[0], (np.arange(240)/24)[:, None]))
    got = dict(iter_clips(tmp_path/'flip.mp4', (np.arange(240)/24)[:, None]))
    wrong = [
        i
        for i in got
        if not isinstance(got[i], VideoError) and not np.array_equal(got[i], right[i])
    ]
    lost = [i for i in got if isinstance(got[i], VideoError)]
    # no more than the group of pictures that was hit
    assert len(lost) <= 2*24 + 8 and len(wrong) <= 24


# --- folders

def test_find_films(small_film, tmp_path):
    root = tmp_path/'films'
    for name in [
        'b/2.mp4',
        'b/10.MKV',
        'a/x.mov',
        'a/notes.txt',
        'a/.hidden.mp4',
        'z.mp4',
        'b/empty.mp4',
        'named.bin',
    ]:
        (root/name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(small_film, root/name)
    (root/'b/empty.mp4').write_bytes(b'')
    (root/'b/back').symlink_to(root)                 # a loop
    (root/'again.mp4').symlink_to(root/'z.mp4')      # the same film
    (root/'none').mkdir()
    found, skipped = find_films([
        root,
        root / 'named.bin',
        root / 'z.mp4',
        tmp_path / 'missing.mp4',
        root / 'none',
        'http://example.org/a.mp4',
    ])
    assert [str(p.relative_to(root)) for p in found] == [
        'a/x.mov',
        'again.mp4',
        'b/10.MKV',
        'b/2.mp4',
        'named.bin',
    ]
    reasons = {os.path.basename(o['path']): o['reason'] for o in skipped}
    assert (
        set(reasons) == {'empty.mp4', 'missing.mp4', 'none', 'a.mp4'}
        and 'empty' in reasons['empty.mp4']
        and 'not exist' in reasons['missing.mp4']
    )
    assert find_films(small_film) == ([small_film], []) == find_films(str(small_film))


def test_a_folder_that_cannot_be_listed(small_film, tmp_path, monkeypatch):
    (tmp_path/'shut').mkdir()
    (tmp_path/'open').mkdir()
    shutil.copy(small_film, tmp_path/'open/a.mp4')
    (tmp_path/'shut').chmod(0)
    if os.access(tmp_path/'shut', os.R_OK): pytest.skip('root reads every folder')
    try: found, skipped = find_films([tmp_path])
    finally: (tmp_path/'shut').chmod(0o700)
    assert [p.name for p in found] == ['a.mp4'] and 'cannot be listed' in skipped[0]['reason']


# --- manners

def test_nothing_is_left_open(small_film, tmp_path):
    def handles(): return len(os.listdir('/proc/self/fd'))
    before = handles()
    for _ in range(3):
        probe(small_film)
        next(iter_clips(small_film, [[0.], [3.]], 16))
        with pytest.raises(VideoError): probe(tmp_path)
    assert handles() == before


def test_light_import():
    heavy = (
        "import sys, scene_explore.video.clips; print([m for m in ('av', 'torch', 'PIL', 'pandas')"
        " if m in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, '-c', heavy], capture_output=True, text=True, check=True
        ).stdout.strip()
        == '[]'
    )


def test_error_survives_a_process_boundary(tmp_path):
    e = VideoError(tmp_path/'a.mp4', 'is empty')
    again = type(e)(*e.args)
    assert str(again) == str(e) == f'{tmp_path}/a.mp4 is empty'
