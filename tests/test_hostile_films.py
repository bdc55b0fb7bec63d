"""Films that bad luck or malice made: a disk that drops out, pictures of gigabytes, tags in an old
encoding, one film that would end everybody's run"""
import os
import resource
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pytest
from conftest import write_film
from films import ffmpeg
from hypothesis import example, given, settings, strategies as st

from scene_explore.encoders import embed as embedding, ingest

from scene_explore.video import clips, previews, scene_units, shots

from scene_explore.views.film_media import kept_previews
from scene_explore.encoders.backbone import Pixels
from scene_explore.video.files import VideoError
from scene_explore.core.scenes import scene_table, video_id
from scene_explore.core.store import Store

SETTINGS = ingest.Settings(backbone='pixels')
PASSED = r'could not be read \(Is a directory\): check the disk or the share and run again'


@pytest.fixture(scope='module')
def encoders(): return ingest.encoders(SETTINGS)


def cut_often(path, n=60, codec='mpeg4', fps=12):
    "A film of n shots of half a second, so rich in detail that no reader holds much of it ahead"
    rng = np.random.default_rng(0)
    frames = []
    for _ in range(n):
        shot = rng.integers(0, 255, (96, 128, 3)).astype('uint8')
        frames += [shot]*6
    finest = dict(crf='4', b='9M') if codec == 'libvpx' else dict(qmin='2', qmax='2')
    return write_film(path, fps=fps, frames=frames, codec=codec, gop=6, options=finest)


@pytest.fixture(scope='module')
def films(tmp_path_factory):
    "The same film of many shots in a folder of its own, as MP4, and what is in it"
    return cut_often(tmp_path_factory.mktemp('share')/'film.mp4')


def descriptors(path):
    "Of this process, those that have the file open"
    there, found = os.stat(path), []
    for fd in range(3, 1024):
        try: info = os.fstat(fd)
        except OSError: continue
        if (info.st_dev, info.st_ino) == (there.st_dev, there.st_ino): found.append(fd)
    return found


def pull(path):
    "From now on whoever has the file open gets an error from the system where it reads on (EISDIR)"
    held = descriptors(path)
    assert held, 'nobody reads the film'
    folder = os.open('/', os.O_RDONLY)
    for fd in held: os.dup2(folder, fd)
    os.close(folder)


def pulled(path, items, after=1):
    """What comes of an iterator when the file is pulled after some items: a list, and the
    `VideoError` at its end"""
    got = []
    try:
        for o in items:
            got.append(o)
            if len(got) == after: pull(path)
    except VideoError as e: return got, e
    return got, None


@pytest.mark.parametrize(
    'kind, codec',
    [
        ('mp4', 'mpeg4'),
        ('mov', 'mpeg4'),
        ('mkv', 'mpeg4'),
        ('webm', 'libvpx'),
        ('avi', 'mpeg4'),
        ('ts', 'mpeg2video'),
        ('flv', 'flv'),
        ('mpg', 'mpeg2video'),
    ],
)
def test_a_read_that_fails_is_no_damage(tmp_path, kind, codec):
    """In every container the frames until then, then what the system said; nothing of copying it
    again"""
    film = cut_often(tmp_path/f'film.{kind}', codec=codec, fps=24 if codec == 'mpeg2video' else 12)
    whole = [x for _, x in clips.iter_frames(film)]
    got, e = pulled(film, clips.iter_frames(film), 5)
    assert 5 <= len(got) < len(whole) and all(
        np.array_equal(x, y) for (_, x), y in zip(got, whole, strict=False)
    )
    with pytest.raises(VideoError, match=PASSED): raise e
    assert 'damaged' not in str(e) and 'copy it again' not in str(e)
    assert len(list(clips.iter_frames(film))) == len(whole)


def test_clips_and_shots_until_a_read_fails(films):
    times = np.arange(0, 30, .5)[:, None]
    got, none = pulled(films, clips.iter_clips(films, times, 32), 3)
    assert none is None and len(got) == len(times)
    lost = [o for _, o in got if isinstance(o, VideoError)]
    assert lost and all(type(o).__name__ == 'ReadError' and 'run again' in o.problem for o in lost)
    whole = list(shots.scan(films, 'content'))
    got, e = pulled(films, shots.scan(films, 'content'))
    assert type(e).__name__ == 'ReadError' and 0 < len(got) < len(whole)
    # the open shot has no end, and is no shot
    assert [(o.start, o.end) for o in got] == [(o.start, o.end) for o in whole[:len(got)]]


def test_a_partial_scan_is_not_kept(films, tmp_path, encoders):
    """The disk drops out while a film is scanned: what was found is used and said, and a healthy
    disk gives all of it, bit for bit"""
    store = Store(tmp_path/'store')
    dropped = []
    def drop(done, n, scenes, second):
        if second and not dropped: dropped.append(pull(films))
    partly = ingest.read_library([films], encoders, store, SETTINGS, progress=drop)
    row, = partly.skipped
    assert (
        row['path'] == str(films)
        and 'Is a directory' in row['reason']
        and 'run again' in row['reason']
    )
    whole = ingest.read_library([films], encoders, store, SETTINGS, progress=False)
    fresh = ingest.read_library(
        [films], encoders, Store(tmp_path / 'fresh'), SETTINGS, progress=False
    )
    assert not whole.skipped and 0 < len(partly.scenes()) < len(whole.scenes())
    pd.testing.assert_frame_equal(whole.scenes(), fresh.scenes())
    assert set(partly.scenes().scene_id) < set(whole.scenes().scene_id)
    assert whole.films[0].thumbnails == fresh.films[0].thumbnails
    name = next(iter(encoders.values())).fingerprint
    (x, _) = store.load(name, whole.scenes())
    (y, _) = Store(tmp_path/'fresh').load(name, whole.scenes())
    assert np.array_equal(x, y)
    assert ingest.film_scenes(films, encoders, store, SETTINGS).n_embedded == 0


@pytest.mark.parametrize(
    'problem',
    [
        (
            'film.mp4 cannot be read from second 3.00 on: it was cut off or is damaged, so copy it'
            ' again'
        ),
        '',
    ],
)
def test_a_partial_scan_of_version_0_1_mends_itself(films, tmp_path, encoders, problem):
    """With a word of it or without: 0.1 took a read that failed for the end of a film, and drew the
    last shot out to where the header says that it ends"""
    store, n = Store(tmp_path/'store'), 3
    whole = ingest.film_scenes(films, encoders, Store(tmp_path/'fresh'), SETTINGS).scenes
    part = pd.DataFrame(
        dict(
            start=whole.start,
            end=whole.end,
            transition='cut',
            thumbnail=b'jpeg',
            problem=problem,
            notes='',
        )
    )[:n]
    if not problem: part.loc[n - 1, 'end'] = whole.end.max()
    store.save_shots(f'adaptive-{ingest.version("scenedetect-headless")}-2', video_id(films), part)
    for _ in range(2):
        mended = ingest.film_scenes(films, encoders, store, SETTINGS)
        assert mended.scenes.scene_id.tolist() == whole.scene_id.tolist() and not mended.problems


def test_a_damaged_film_is_scanned_again_and_again(tmp_path, encoders):
    film = cut_often(tmp_path/'film.mkv', n=20)
    film.write_bytes(film.read_bytes()[:-film.stat().st_size//2])
    store = Store(tmp_path/'store')
    found = [ingest.film_scenes(film, encoders, store, SETTINGS) for _ in range(2)]
    assert [o.problems for o in found] == [found[0].problems] * 2 and 'cut off' in found[
        0
    ].problems[0]
    pd.testing.assert_frame_equal(found[0].scenes, found[1].scenes)
    assert not list((tmp_path/'store').glob('shots/**/*.parquet'))
    assert found[1].n_embedded == 0   # what was embedded is found


@contextmanager
def few_files():
    "A process that can open no further file"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    probe = os.open('/', os.O_RDONLY)
    os.close(probe)
    resource.setrlimit(resource.RLIMIT_NOFILE, (probe, hard))
    try: yield
    finally: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_previews_of_a_film_that_could_not_be_opened_are_not_kept(films, tmp_path):
    scenes = scene_table([dict(path=str(films), start=0, end=2)])
    store = Store(tmp_path/'store')
    with few_files():
        with pytest.raises(
            VideoError,
            match=r'could not be read \(Too many open files\): raise the limit of open files',
        ):
            clips.probe(films)
        found, lost = previews.film_previews(scenes)
    assert not found and lost[0]['again'] and 'Too many open files' in lost[0]['reason']
    limits = []
    def squeeze(done, n):   # while the first film is read, and not while its previews are written
        limits.append(few_files())
        limits[-1].__enter__() if done == 0 else [o.__exit__(None, None, None) for o in limits[:-1]]
    found, lost = kept_previews(scenes, store, progress=squeeze)
    assert not found and set(lost[0]) == {'path', 'reason'} and 'run again' in lost[0]['reason']
    found, lost = kept_previews(scenes, store, progress=False)
    assert list(found) == [scenes.video_id[0]] and not lost
    assert kept_previews(scenes, store, progress=lambda *o: pytest.fail('made twice')) == (
        found,
        lost,
    )


def test_scenes_of_a_film_that_could_not_be_opened_are_embedded_later(films, tmp_path, encoders):
    scenes = scene_table([dict(path=str(films), start=0, end=2)])
    store = Store(tmp_path/'store')
    encoder = encoders['pixels']
    with few_files(): got = [o for *_, o in embedding.scene_clips(scenes, encoder)]
    assert all(type(o).__name__ == 'ReadError' for o in got)
    assert embedding.embed(scenes, encoder, store, progress=False).n_embedded == 1


@pytest.mark.parametrize('rate', ['2', '1', '3/2', '1/2', '1/10'])
def test_a_slow_film_that_ends_in_black(tmp_path, encoders, rate):
    fps = float(Fraction(rate))
    seconds = 10/fps
    both = [f'testsrc2=s=96x64:r={rate}:d={seconds}', f'color=black:s=96x64:r={rate}:d={seconds}']
    ffmpeg(
        *(o for s in both for o in ('-f', 'lavfi', '-i', s)),
        '-filter_complex',
        'concat',
        '-c:v',
        'libx264',
        tmp_path / 'film.mp4'
    )
    film = ingest.film_scenes(tmp_path/'film.mp4', encoders, Store(tmp_path/'store'), SETTINGS)
    assert (
        not film.problems
        and film.scenes.transition.iloc[-1] == 'black'
        and film.scenes.end.iloc[-1] == pytest.approx(2 * seconds, abs=1 / fps)
    )


@pytest.mark.parametrize(
    'size, kind', [('16x8000', 'avi'), ('8000x16', 'avi'), ('2x6000', 'mkv'), ('2x2', 'mkv')]
)
def test_films_of_odd_shapes(tmp_path, encoders, size, kind):
    ffmpeg(
        '-f',
        'lavfi',
        '-i',
        f'testsrc2=s={size}:r=5:d=1',
        '-c:v',
        'ffv1' if kind == 'mkv' else 'mpeg4',
        tmp_path / f'film.{kind}',
    )
    film = ingest.film_scenes(tmp_path/f'film.{kind}', encoders, Store(tmp_path/'store'), SETTINGS)
    assert (
        len(film.scenes) == 1
        and film.n_embedded == 1
        and all(film.thumbnails.values())
        and not film.problems
    )
    found, lost = previews.film_previews(film.scenes)
    assert found and not lost and [i for i, _ in previews.film_thumbnails(film.scenes)] == [0]


@pytest.mark.parametrize(
    'args', [['-frames:v', '1'], ['-video_track_timescale', '1000000000'], ['-r', '1000']]
)
def test_films_of_odd_clocks(tmp_path, encoders, args):
    ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'testsrc2=s=64x48:r=2:d=2',
        *args,
        '-c:v',
        'libx264',
        tmp_path / 'film.mp4'
    )
    film = ingest.film_scenes(tmp_path/'film.mp4', encoders, Store(tmp_path/'store'), SETTINGS)
    assert len(film.scenes) >= 1 and not film.problems


class Fragile(Pixels):
    "An encoder that somebody wrote, and that cannot divide by the brightness of a black clip"
    def encode(self, clips):
        for clip in clips: 1//int(clip.max() > 40)
        return super().encode(clips)


def test_whatever_fails_of_one_film_is_a_row(tmp_path, small_film):
    "The row names film, cause and log; the film after it is whole"
    bad = write_film(tmp_path/'bad.mp4', frames=[np.zeros((48, 64, 3), 'uint8')]*24)
    good = tmp_path/'good.mp4'
    good.write_bytes(small_film.read_bytes())
    found = ingest.read_library(
        [tmp_path],
        dict(fragile=Fragile('fragile')),
        Store(tmp_path / 'store'),
        SETTINGS,
        progress=False,
    )
    row, = found.skipped
    assert row['path'] == str(bad) and 'ZeroDivisionError: ' in row['reason']
    log = Path(row['reason'].rsplit(' ', 1)[1]).read_text()
    assert 'Traceback' in log and str(bad) in log
    assert [o.scenes.path.iloc[0] for o in found.films] == [str(good)] and found.films[
        0
    ].n_embedded == len(found.films[0].scenes)


def test_who_cancels_is_heard(tmp_path, small_film):
    good = tmp_path/'good.mp4'
    good.write_bytes(small_film.read_bytes())
    def stop(*_): raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        ingest.read_library([good], {}, Store(tmp_path/'store'), SETTINGS, progress=stop)
    seen = []
    def later():
        seen.append(1)
        return len(seen) > 1
    found = ingest.read_library(
        [good], {}, Store(tmp_path / 'store'), SETTINGS, progress=False, cancel=later
    )
    assert 'cancelled' in found.skipped[0]['reason']


LATIN = b'Caf\xe9'


@pytest.mark.parametrize(
    'kind, codec, tags',
    [
        ('avi', 'mpeg4', ['title']),
        ('mkv', 'mpeg4', ['title', 'stream:language', 'stream:title']),
        ('flv', 'flv', ['title']),
        ('mov', 'mpeg4', ['title', 'stream:handler_name']),
        ('ts', 'mpeg2video', ['service_name']),
    ],
)
def test_tags_in_an_old_encoding(tmp_path, encoders, kind, codec, tags):
    film = tmp_path/f'film.{kind}'
    told = [
        o
        for t in tags
        for o in (
            b'-metadata:s:v' if t.startswith('stream:') else b'-metadata',
            t.split(':')[-1].encode() + b'=' + LATIN,
        )
    ]
    command = [
        b'ffmpeg',
        b'-loglevel',
        b'error',
        b'-f',
        b'lavfi',
        b'-i',
        b'testsrc2=s=64x48:r=10:d=1',
        b'-c:v',
        codec.encode(),
        *told,
        os.fsencode(film),
    ]
    subprocess.run(command, check=True)
    assert LATIN in film.read_bytes()
    found = ingest.film_scenes(film, encoders, Store(tmp_path/'store'), SETTINGS)
    assert len(found.scenes) == 1 and not found.problems


def test_chapters_in_an_old_encoding(tmp_path):
    (tmp_path / 'chapters.txt').write_bytes(
        b';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=' + LATIN + b'\n'
    )
    ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'testsrc2=s=64x48:r=10:d=1',
        '-i',
        tmp_path / 'chapters.txt',
        '-map_metadata',
        '1',
        '-c:v',
        'mpeg4',
        tmp_path / 'film.mkv',
    )
    assert LATIN in (tmp_path / 'film.mkv').read_bytes() and clips.probe(
        tmp_path / 'film.mkv', thorough=True
    ).duration == pytest.approx(1)


def test_pictures_with_the_record_of_a_camera(tmp_path):
    """EXIF in every picture of a Motion JPEG film, with text in Latin-1: side data of a kind that
    PyAV has no name for"""
    from PIL import Image
    for i in range(12):
        exif = Image.Exif()
        exif[0x013b] = 'Café'
        Image.fromarray(np.full((48, 64, 3), 20 * i, 'uint8')).save(
            tmp_path / f'{i:02}.jpg', exif=exif.tobytes().replace('é'.encode(), b'\xe9\0')
        )
    ffmpeg('-framerate', '12', '-i', tmp_path/'%02d.jpg', '-c', 'copy', tmp_path/'film.avi')
    info = clips.probe(tmp_path/'film.avi', thorough=True)
    assert (
        info.width,
        info.height,
        info.rotation,
        len(list(clips.iter_frames(tmp_path / 'film.avi'))),
    ) == (64, 48, 0, 12)


def gif(path, width, height, n=3):
    "A GIF of a few bytes whose screen is as large as it likes"
    head = b'GIF89a' + struct.pack('<HHBBB', width, height, 0x80, 0, 0) + b'\0\0\0\xff\xff\xff'
    picture = (
        b'!\xf9\x04\0\x0a\0\0\0'
        + b','
        + struct.pack('<HHHHB', 0, 0, 1, 1, 0)
        + b'\x02\x02\x4c\x01\0'
    )
    path.write_bytes(head + picture*n + b';')
    return path


def test_pictures_of_gigabytes_are_refused_by_their_header(tmp_path, small_film):
    """A GIF of 89 bytes in a process of at most 3 GB more than it begins with; the film beside it
    is read"""
    bomb = gif(tmp_path/'bomb.gif', 16_000, 16_000)
    code = """if True:
        import resource, sys
        from scene_explore.video import clips
        clips.probe(sys.argv[2])
        used = int(open('/proc/self/statm').read().split()[0])*resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 29),)*2)
        try: clips.probe(sys.argv[1])
        except clips.VideoError as e: print(e.problem)"""
    done = subprocess.run(
        [sys.executable, '-c', code, bomb, small_film], capture_output=True, text=True, check=True
    )
    assert (
        done.stdout.strip()
        == 'has pictures of 16000 x 16000 pixels: at most 67 million are decoded, so scale it down'
        ' first'
    )
    assert clips.probe(gif(tmp_path/'small.gif', 160, 90)).width == 160


def test_a_header_that_tells_of_a_huge_picture(tmp_path):
    (tmp_path / 'film.y4m').write_bytes(
        b'YUV4MPEG2 W16000 H16000 F25:1 Ip A1:1 C420\nFRAME\n' + bytes(1000)
    )
    with pytest.raises(
        VideoError,
        match=(
            'has pictures of 16000 x 16000 pixels: at most 67 million are decoded, so scale it down'
            ' first'
        ),
    ):
        clips.probe(tmp_path/'film.y4m')


def test_a_film_that_grows_on_the_way(tmp_path, encoders):
    """Ten small pictures, then one of 8,200 x 8,200: what came before is given, and why there is no
    more"""
    for name, size, n in (('small', '64x48', 10), ('large', '8200x8200', 1)):
        ffmpeg(
            '-f',
            'lavfi',
            '-i',
            f'color=gray:s={size}:r=25',
            '-frames:v',
            n,
            '-c:v',
            'mjpeg',
            tmp_path / f'{name}.avi',
        )
    with av.open(str(tmp_path / 'film.avi'), 'w') as f, av.open(
        str(tmp_path / 'small.avi')
    ) as a, av.open(str(tmp_path / 'large.avi')) as b:
        s = f.add_stream_from_template(a.streams.video[0])
        packets = [p for c in (a, b) for p in c.demux(video=0) if p.size]
        for t, p in enumerate(packets):
            p.stream, p.pts, p.dts = s, t, t
            f.mux(p)
    frames = clips.iter_frames(tmp_path/'film.avi')
    assert [next(frames)[1].shape for _ in range(10)] == [(48, 64, 3)]*10
    with pytest.raises(VideoError, match='larger than 67 million pixels; scale it down first'):
        next(frames)
    found = ingest.film_scenes(tmp_path/'film.avi', encoders, Store(tmp_path/'store'), SETTINGS)
    assert len(found.scenes) == 1 and 'million pixels' in found.problems[0]


@pytest.mark.skipif(
    not Path('/proc/self/status').exists(), reason='the peak of a process is read from /proc'
)
def test_frames_that_are_held_stay_within_their_limit(tmp_path):
    """One shot of 1,000 pictures, clips of 256 pixels: 128 MiB of frames make the process larger by
    about as much"""
    ffmpeg(
        '-f', 'lavfi', '-i', 'testsrc2=s=1024x256:r=25:d=40', '-c:v', 'mpeg4', tmp_path / 'film.mp4'
    )
    code = """if True:
        import sys, torch
        from scene_explore.video import shots
        for o in shots.scan(
            sys.argv[1],
            'content',
            clips=shots.ClipSpec(size=256, max_clips=1),
            limit=int(sys.argv[2]),
        ):
            pass
        print(next(o for o in open('/proc/self/status') if o.startswith('VmHWM')).split()[1])"""
    none, some = (
        int(
            subprocess.run(
                [sys.executable, '-c', code, tmp_path / 'film.mp4', str(n)],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        / 1024
        for n in (0, 128 << 20)
    )
    # pictures of which only the centre counted took four times as much
    assert 64 < some - none < 1.6*128


def old_intervals(shots, seconds):
    "The plain loop that it was"
    rows, end = [], shots.end.max()
    starts = np.arange(shots.start.min(), end - 1e-6, seconds)
    if len(starts) > 1 and end - starts[-1] < seconds/2 - 1e-6: starts = starts[:-1]
    for a, b in zip(starts, [*starts[1:], end], strict=True):
        shared = (
            (np.minimum(shots.end, b) - np.maximum(shots.start, a))
            .clip(lower=0)
            .groupby(shots.transition)
            .sum()
        )
        kinds = [o for o in ('black', 'title_card') if shared.get(o, 0) > (b - a)/2]
        rows.append(dict(start=float(a), end=float(b), transition=kinds[0] if kinds else ''))
    return pd.DataFrame(rows)


# exact in binary: half of an interval is half in both
EIGHTHS = st.integers(0, 400).map(lambda o: o/8)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(EIGHTHS, EIGHTHS, st.sampled_from(['', 'cut', 'black', 'title_card'])),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([0.125, 0.5, 1.0, 2.5, 7.0]),
)
@example([(0., 1., 'black'), (1., 2., 'title_card')], 2.)   # half of each is neither
@example([(0., 2., 'black'), (1., 3., 'black'), (0., 3., 'cut')], 4.)   # that overlap count twice
def test_intervals_are_those_of_the_plain_loop(rows, seconds):
    found = pd.DataFrame(
        [(min(a, b), max(a, b) + 0.125, k) for a, b, k in rows],
        columns=['start', 'end', 'transition'],
    )
    scenes = scene_units._intervals(found, seconds)
    pd.testing.assert_frame_equal(scenes, old_intervals(found, seconds), check_dtype=False)


def test_tenths_of_a_second_over_two_hours(tmp_path, small_film):
    """72,000 scenes over 1,500 shots: seconds, where it took minutes; each with the thumbnail of
    the shot that it lies in"""
    cuts = np.r_[0, np.sort(np.random.default_rng(0).uniform(0, 7200, 1500)), 7200]
    found = pd.DataFrame(
        dict(
            start=cuts[:-1],
            end=cuts[1:],
            transition='cut',
            thumbnail=[f'{i}'.encode() for i in range(1501)],
            problem='',
            notes='',
        )
    )
    store = Store(tmp_path/'store')
    detector = f'adaptive-{ingest.version("scenedetect-headless")}-{ingest._SHOTS_VERSION}'
    store.save_shots(detector, video_id(small_film), found)
    began = time.process_time()
    film = ingest.film_scenes(small_film, {}, store, ingest.Settings(unit='interval:0.1'))
    assert len(film.scenes) == 72_000 and time.process_time() - began < 30
    middle = film.scenes[::997]
    at = np.searchsorted(cuts, (middle.start + middle.end)/2, 'right') - 1
    inside = (cuts[at] <= middle.start) & (middle.end <= cuts[at + 1])
    shown = [int(film.thumbnails[o]) for o in middle.scene_id]
    assert inside.sum() > 60 and (np.array(shown)[inside] == at[inside]).all()


def test_a_second_stream_that_nothing_here_decodes_is_named(tmp_path):
    path = write_film(tmp_path/'one.mkv')
    ffmpeg(
        '-i',
        path,
        '-map',
        '0',
        '-map',
        '0',
        '-c:v:0',
        'copy',
        '-c:v:1',
        'mpeg4',
        tmp_path / 'two.mkv',
    )
    data = (tmp_path/'two.mkv').read_bytes()
    assert data.count(b'V_MPEG4/ISO/ASP') == 1
    (tmp_path/'two.mkv').write_bytes(data.replace(b'V_MPEG4/ISO/ASP', b'V_NOBODY/HAS/IT'))
    info = clips.probe(tmp_path/'two.mkv')
    assert 'not 1 (of an unknown codec)' in info.notes[0] and info.duration == pytest.approx(
        clips.probe(path).duration, abs=0.01
    )
