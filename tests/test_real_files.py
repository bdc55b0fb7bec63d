"""Files as cameras, recorders, phones and other programs write them: the stream, the picture, its
colours and its clock.

What is right is asked of ffmpeg and Chromium, or is written into the pictures; `decode.py` makes
them.
"""
import base64

import av
import numpy as np
import pytest
from films import (
    CORNERS,
    PATCHES,
    corners,
    ffmpeg,
    ffprobe,
    film,
    number,
    patches,
    picture,
    shown_by_ffmpeg,
)

from scene_explore.video.colour import transfer
from scene_explore.video.previews import preview
from scene_explore.video.scene_units import shots_to_scenes
from scene_explore.video.shots import ClipSpec, detect_shots, scan
from scene_explore.video.clips import iter_frames, probe, read_clips, thumbnail

FPS = 25
H264 = ('-c:v', 'libx264', '-crf', '12', '-g', '12', '-pix_fmt', 'yuv420p')
B_FRAMES = (*H264, '-bf', '3')
VP9 = (
    '-c:v',
    'libvpx-vp9',
    '-crf',
    '20',
    '-b:v',
    '0',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-pix_fmt',
    'yuv420p',
)
MPEG2 = ('-c:v', 'mpeg2video', '-q:v', '2', '-g', '12', '-pix_fmt', 'yuv420p')
SOUND = ('-f', 'lavfi', '-i', 'sine=frequency=300:sample_rate=44100')


# ---- clocks
def late_pictures(path):
    "Sound from 0 s on, pictures from 1.5 s on"
    pictures = film(path.with_name('pictures.mp4'), 100)
    ffmpeg(
        *SOUND,
        '-itsoffset',
        '1.5',
        '-i',
        pictures,
        '-map',
        '1:v',
        '-map',
        '0:a',
        '-c:v',
        'copy',
        '-t',
        5.5,
        path
    )
    return path


def dash_part(path):
    """What is left of a stream when its first segments are: the header, then the third segment and
    the fourth"""
    folder = path.with_suffix('')
    folder.mkdir()
    film(
        folder / 'all.mpd',
        200,
        args=('-f', 'dash', '-seg_duration', '2', '-force_key_frames', 'expr:gte(t,n_forced*2)'),
        codec=B_FRAMES,
    )
    path.write_bytes(
        b''.join(
            (folder / o).read_bytes()
            for o in ('init-stream0.m4s', 'chunk-stream0-00003.m4s', 'chunk-stream0-00004.m4s')
        )
    )
    return path


def copied(*args, codec=B_FRAMES):
    "A film that ffmpeg copies once more, with these options of the muxer"
    def make(path):
        ffmpeg('-i', film(path.with_name('plain.mp4'), 100, codec=codec), '-c', 'copy', *args, path)
        return path
    return make


def plain(**how): return lambda path: film(path, 100, **how)


CLOCKS = {  # file name -> (maker, number of the first picture, second at which it is shown)
    'plain.mp4': (plain(), 0, 0),
    'b_frames.mp4': (plain(codec=B_FRAMES), 0, 0),
    'no_edit_list.mp4': (copied('-use_editlist', '0'), 0, 0),
    'fragmented.mp4': (copied('-movflags', 'frag_keyframe+empty_moov+default_base_moof'), 0, 0),
    'dash_part.mp4': (dash_part, 100, 0),
    'late_pictures.mp4': (late_pictures, 0, 1.5),
    'from_1000_s.mkv': (copied('-output_ts_offset', '1000'), 0, 0),
    'from_1000_s.webm': (plain(codec=VP9, args=('-output_ts_offset', '1000')), 0, 0),
    'transport.ts': (plain(codec=B_FRAMES), 0, 0),
    'programme.vob': (plain(codec=MPEG2), 0, 0),
    'programme.mpg': (
        plain(codec=('-c:v', 'mpeg1video', '-q:v', '2', '-pix_fmt', 'yuv420p')),
        0,
        0,
    ),
    'camera.avi': (plain(codec=('-c:v', 'mpeg4', '-q:v', '2', '-pix_fmt', 'yuv420p')), 0, 0),
    'quicktime.mov': (plain(codec=('-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p')), 0, 0),
}


@pytest.fixture(scope='session')
def clocks(tmp_path_factory):
    "Films of 4 s (100 pictures) whose clocks begin in every way: {name: path}"
    out = {}
    for name, (make, *_) in CLOCKS.items():
        folder = tmp_path_factory.mktemp('clock')
        out[name] = make(folder/name)
    return out


@pytest.mark.parametrize('name', CLOCKS)
def test_a_film_shows_its_pictures_at_their_seconds(clocks, name):
    path, (_, first, begins) = clocks[name], CLOCKS[name]
    info = probe(path)
    assert info.duration == pytest.approx(begins + 4, abs=0.02) and info.first == pytest.approx(
        begins, abs=0.02
    )
    assert info.fps == pytest.approx(FPS, abs=.1)
    times = begins + (np.array([0, 7, 24, 25, 61, 99]) + .5)/FPS
    right = [first + int((t - begins)*FPS) for t in times]
    assert [number(x) for x in read_clips(path, times[:, None])[:, 0]] == right
    assert (
        [first + round((t - begins) * FPS) for t, _ in iter_frames(path)]
        == [number(x) for _, x in iter_frames(path)]
        == list(range(first, first + 100))
    )
    shots = list(scan(path, clips=ClipSpec(frames=4, span=1., max_clips=3, size=96)))
    assert shots[0].start == pytest.approx(begins, abs=0.02) and shots[-1].end == pytest.approx(
        begins + 4, abs=0.02
    )


@pytest.mark.parametrize('name', CLOCKS)
def test_thumbnails_and_previews_keep_that_clock(clocks, name):
    import io

    from PIL import Image
    path, (_, first, begins) = clocks[name], CLOCKS[name]
    small = np.asarray(Image.open(io.BytesIO(thumbnail(path, begins + 2.02, width=192))))
    assert number(small) == first + 50
    with av.open(io.BytesIO(preview(path, [(begins, begins + 4)], height=128, fps=25))) as c:
        shown = {round(f.time, 2): number(f.to_ndarray(format='rgb24')) for f in c.decode(video=0)}
    for k in (3, 31, 77): assert shown[round(begins + k/FPS, 2)] == first + k


# ---- which stream
def two_streams(path, default):
    "A small film and a large one, one of them marked as default"
    small = film(path.with_name('small.mp4'), size=(96, 64))
    large = film(path.with_name('large.mp4'))
    marks = [
        o for i in range(2) for o in (f'-disposition:v:{i}', 'default' if i == default else '0')
    ]
    ffmpeg('-i', small, '-i', large, '-map', '0', '-map', '1', '-c', 'copy', *marks, path)
    return path


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'mov'])
@pytest.mark.parametrize('default', [0, 1])
def test_the_stream_marked_as_default_is_read(tmp_path, suffix, default):
    path = two_streams(tmp_path/f'two.{suffix}', default)
    info = probe(path)
    assert (info.width, info.height) == [(96, 64), (192, 128)][default]
    assert any('2 video streams' in o for o in info.notes)
    assert number(read_clips(path, [[1.3]], size=(192, 128))[0, 0]) == 32


@pytest.mark.parametrize('flag', ['attached_pic', '0'])
def test_a_cover_picture_is_no_film(tmp_path, flag):
    from PIL import Image
    Image.fromarray(picture(4095, size=(480, 480))).save(tmp_path/'cover.png')
    body = film(tmp_path/'body.mp4')
    path = tmp_path/'covered.mp4'
    ffmpeg(
        '-i',
        tmp_path / 'cover.png',
        '-i',
        body,
        '-map',
        '0',
        '-map',
        '1',
        '-c:v:0',
        'png',
        '-c:v:1',
        'copy',
        '-disposition:v:0',
        flag,
        '-disposition:v:1',
        '0' if flag == '0' else 'default',
        path,
    )
    info = probe(path)
    assert (info.width, info.codec) == (192, 'h264') and any(
        'cover picture' in o for o in info.notes
    )
    song = tmp_path/'song.mp4'
    ffmpeg(
        *SOUND,
        '-i',
        tmp_path / 'cover.png',
        '-map',
        '0',
        '-map',
        '1',
        '-t',
        1,
        '-c:v',
        'png',
        '-disposition:v',
        flag,
        song
    )
    with pytest.raises(ValueError, match='cover picture'): probe(song)


def test_two_films_of_pictures_are_no_covers(tmp_path):
    one = film(tmp_path/'one.mkv', codec=('-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p'))
    path = tmp_path/'stereo.mkv'
    ffmpeg('-i', one, '-i', one, '-map', '0', '-map', '1', '-c', 'copy', path)
    assert number(read_clips(path, [[1.3]])[0, 0]) == 32 and any(
        '2 video streams' in o for o in probe(path).notes
    )


# ---- how it lies
# a, b, c, d
LAYS = [
    (1, 0, 0, 1),
    (-1, 0, 0, 1),
    (1, 0, 0, -1),
    (-1, 0, 0, -1),
    (0, 1, 1, 0),
    (0, -1, -1, 0),
    (0, 1, -1, 0),
    (0, -1, 1, 0),
]


@pytest.fixture(scope='session')
def laid(tmp_path_factory):
    "The same film with each of the eight display matrices: {(a, b, c, d): path}"
    root, out = tmp_path_factory.mktemp('laid'), {}
    plain = film(root/'plain.mp4', 25)
    blob = plain.read_bytes()
    at = blob.index(b'tkhd') + 4 + 40   # version 0: the matrix lies 40 bytes into the box
    assert np.frombuffer(blob[at : at + 36], '>i4').tolist() == [
        65536,
        0,
        0,
        0,
        65536,
        0,
        0,
        0,
        1 << 30,
    ]
    for a, b, c, d in LAYS:
        new = np.array([a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30], '>i4').tobytes()
        out[a, b, c, d] = root/f'{a}{b}{c}{d}.mp4'
        out[a, b, c, d].write_bytes(blob[:at] + new + blob[at + 36:])
    return out


SHOW = """async ({ src, at }) => {
    const video = document.createElement('video')
    video.muted = true
    video.src = src
    await new Promise((done, failed) => {
      video.onloadeddata = done
      video.onerror = () => failed(video.error.message)
    })
    video.currentTime = at
    await new Promise(done => {
      video.onseeked = done
    })
    const c = document.createElement('canvas')
    c.width = video.videoWidth
    c.height = video.videoHeight
    const g = c.getContext('2d', { willReadFrequently: true }),
      ink = () =>
        g
          .getImageData(c.width / 2, c.height - 2, 1, 1)
          .data.slice(0, 3)
          .some(v => v > 8)
    do {
      await new Promise(requestAnimationFrame)
      g.drawImage(video, 0, 0)
    } while (!ink()) // none of the pictures is black there
    return { w: c.width, h: c.height, png: c.toDataURL('image/png') }
  }"""


def shown_by_chromium(page, path, at):
    "The picture that Chromium shows at a second"
    import io

    from PIL import Image
    src = f'data:video/{path.suffix[1:]};base64,{base64.b64encode(path.read_bytes()).decode()}'
    png = page.evaluate(SHOW, dict(src=src, at=at))['png']
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png.split(',')[1]))).convert('RGB'))


@pytest.mark.browser
def test_turned_and_mirrored_films_stand_as_chromium_shows_them(chromium, laid):
    page = chromium.new_page()
    for lay, path in laid.items():
        theirs, ours = shown_by_chromium(page, path, .5), read_clips(path, [[.5]])[0, 0]
        assert corners(ours) == corners(theirs), lay
        assert ours.shape == theirs.shape and np.abs(ours.astype(int) - theirs).mean() < 6, lay
        info = probe(path)
        assert (info.width, info.height) == (theirs.shape[1], theirs.shape[0])
    assert len({corners(read_clips(p, [[.5]])[0, 0]) for p in laid.values()}) == 8
    page.close()


def test_a_film_that_is_turned_says_so_and_so_does_its_thumbnail(laid):
    import io

    from PIL import Image
    for lay, path in laid.items():
        x = np.asarray(Image.open(io.BytesIO(thumbnail(path, .5, width=160))))
        assert corners(x) == corners(read_clips(path, [[.5]])[0, 0])
        assert any('display matrix' in o for o in probe(path).notes) == (lay != (1, 0, 0, 1))
        with av.open(io.BytesIO(preview(path, [(0, 1)], height=128))) as c:
            assert corners(next(c.decode(video=0)).to_ndarray(format='rgb24')) == corners(x)


# ---- colours
def coloured(path, size, matrix, tagged, spread='tv', codec=H264):
    "A film in this YUV matrix, which it names or doesn't"
    tags = (
        ('-colorspace', matrix, '-color_range', spread)
        if tagged
        else (
            '-bsf:v',
            'h264_metadata=matrix_coefficients=2:colour_primaries=2:transfer_characteristics=2',
        )
    )
    return film(
        path,
        5,
        size=size,
        codec=codec,
        args=('-vf', f'scale=out_color_matrix={matrix}:out_range={spread}', *tags),
    )


@pytest.mark.parametrize(
    'size, assumed, wrong',
    [
        ((640, 480), 'smpte170m', 'bt709'),
        ((1280, 720), 'bt709', 'smpte170m'),
        ((480, 720), 'bt709', 'smpte170m'),
    ],
)
def test_colours_of_a_film_that_names_no_matrix_are_those_of_the_browser(
    chromium, tmp_path, size, assumed, wrong
):
    path = coloured(tmp_path/'untagged.mp4', size, assumed, tagged=False)
    ours, page = read_clips(path, [[.1]])[0, 0], chromium.new_page()
    theirs = shown_by_chromium(page, path, .1)
    page.close()
    # it was made with the matrix that is assumed
    assert np.abs(patches(ours) - PATCHES).max() < 8
    # Chromium rounds more coarsely
    assert np.abs(patches(ours) - patches(theirs)).max() < 12
    other = read_clips(coloured(tmp_path/'other.mp4', size, wrong, tagged=False), [[.1]])[0, 0]
    assert np.abs(patches(other) - PATCHES).max() > 12               # and with another one it shows
    assert any('no colour matrix' in o for o in probe(path).notes)


@pytest.mark.parametrize('size', [(192, 128), (1280, 720)])
@pytest.mark.parametrize('matrix', ['bt709', 'smpte170m', 'bt2020nc'])
@pytest.mark.parametrize('spread', ['tv', 'pc'])
def test_colours_of_a_film_that_names_its_matrix_are_as_they_were(tmp_path, size, matrix, spread):
    if matrix == 'bt2020nc' and size[0] > 1000: pytest.skip('once is enough')
    path = coloured(tmp_path/'tagged.mp4', size, matrix, tagged=True, spread=spread)
    for how in (None, size):
        assert np.abs(patches(read_clips(path, [[.1]], size=how)[0, 0]) - PATCHES).max() < 8
    assert not any('matrix' in o for o in probe(path).notes)


def into_hdr(trc):
    "What ffmpeg has to do so that a film is HDR with this transfer, its white at 203 nits"
    known = (
        'scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,'
        'setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv'
    )
    deep = f'zscale=t={trc}:p=2020:m=2020_ncl:r=tv:npl=203,format=yuv420p10le'
    tags = f'log-level=error:crf=8:colorprim=bt2020:transfer={trc}:colormatrix=bt2020nc'
    return dict(
        codec=('-c:v', 'libx265', '-x265-params', tags, '-pix_fmt', 'yuv420p10le'),
        args=('-vf', f'{known},{deep}'),
    )


HDR = dict(PQ='smpte2084', HLG='arib-std-b67')


@pytest.fixture(scope='session')
def hdr(tmp_path_factory):
    "The same film in SDR, PQ and HLG, its white at 203 nits"
    root = tmp_path_factory.mktemp('hdr')
    out = dict(SDR=film(root/'sdr.mp4', 5, size=(640, 384)))
    for name, trc in HDR.items():
        out[name] = film(root/f'{name}.mp4', 5, size=(640, 384), **into_hdr(trc))
    return out


@pytest.mark.parametrize('name', HDR)
def test_hdr_becomes_what_zscale_and_tonemap_make_of_it(hdr, name):
    path = hdr[name]
    sdr = (
        'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=clip,'
        'zscale=t=bt709:m=bt709:r=tv,format=yuv420p'
    )
    theirs = shown_by_ffmpeg(path, 2, sdr)
    for size in (None, (640, 384)):
        ours = read_clips(path, [[.1]], size=size)[0, 0]
        assert (
            np.abs(patches(ours) - patches(theirs)).max() < 8
            and np.abs(patches(ours) - PATCHES).max() < 12
        )
    small = read_clips(path, [[.1]], size=96)[0, 0]
    assert np.abs(small.astype(int) - read_clips(hdr['SDR'], [[.1]], size=96)[0, 0]).mean() < 4
    assert any(f'HDR ({name})' in o for o in probe(path).notes)
    with av.open(str(path)) as c: assert transfer(next(c.decode(video=0))) == name


def test_an_hdr_scene_is_nearest_to_itself_in_sdr(tmp_path):
    from scene_explore.encoders.embed import get_backbone
    encode, rows = get_backbone('histogram', size=96, frames=2), {}
    for k, colour in enumerate(
        [(200, 60, 50), (60, 170, 70), (50, 70, 190), (190, 180, 60), (120, 120, 120), (60, 50, 60)]
    ):
        scene = (
            np.clip(np.random.default_rng(k).normal(colour, 18, (8, 12, 3)), 0, 255)
            .astype('uint8')
            .repeat(16, 0)
            .repeat(16, 1)
        )
        plain = film(tmp_path/f'{k}.mp4', pictures=[scene]*4)
        deep = film(tmp_path/f'{k}_pq.mp4', pictures=[scene]*4, **into_hdr('smpte2084'))
        rows[k] = [encode.encode(read_clips(p, [[.05, .1]], size=96))[0] for p in (plain, deep)]
    sdr, pq = (np.stack([rows[k][i] for k in rows]) for i in range(2))
    assert (pq @ sdr.T).argmax(1).tolist() == list(rows)


# ---- fields
def field(i):
    "A picture whose texture moves fast"
    x = picture(i, size=(320, 192)).copy()
    x[64:128] = np.roll(picture(0, 7, (320, 192))[64:128], 9*i, 1)
    return x


def woven(path, flagged=True, codec=H264):
    "Fields a fiftieth of a second apart, the upper one first"
    flags = ('-flags', '+ilme+ildct', '-x264-params', 'tff=1') if flagged else ()
    return film(
        path,
        fps=50,
        pictures=[field(i) for i in range(100)],
        codec=codec,
        args=('-vf', 'tinterlace=interleave_top', *flags),
    )


def combs(x): # grey levels by which every second line differs from its neighbours
    y = x[64:128].astype(float).mean(2)
    return np.abs(y[1:-1:2] - (y[:-2:2] + y[2::2])/2).mean()


def test_an_interlaced_film_has_no_combs(tmp_path):
    path = woven(tmp_path/'flagged.mp4')
    times = [[t] for t in (.5, .9, 1.3)]
    ours = read_clips(path, times)
    with av.open(str(path)) as c: raw = [f.to_ndarray(format='rgb24') for f in c.decode(video=0)]
    theirs = shown_by_ffmpeg(path, 12, 'bwdif=mode=send_frame')
    assert combs(raw[12]) > 10 > 3 > combs(ours[0, 0])
    # from the field of that moment
    off = [np.abs(x.astype(int) - field(24)).mean() for x in (ours[0, 0], theirs, raw[12])]
    assert off[0] < .6*off[2] and off[0] < 1.1*off[1]
    assert any('is interlaced' in o for o in probe(path).notes)
    walked = {round(t, 2): x for t, x in iter_frames(path)}
    for (t,), x in zip(times, ours[:, 0], strict=True):
        assert np.array_equal(x, walked[round(int(t*25)/25, 2)])


def test_combs_without_a_flag_and_telecine_are_named(tmp_path):
    unflagged = woven(tmp_path/'unflagged.mp4', flagged=False)
    assert any('not flagged as interlaced' in o for o in probe(unflagged, thorough=True).notes)
    moving = [np.roll(picture(i, size=(320, 192)), 3*i, 1) for i in range(96)]
    telecined = film(
        tmp_path / 'telecined.mpg',
        fps=24,
        pictures=moving,
        codec=MPEG2,
        args=('-vf', 'telecine=pattern=23', '-flags', '+ilme+ildct'),
    )
    assert any('telecined' in o for o in probe(telecined, thorough=True).notes)
    plain = film(tmp_path/'plain.mp4', pictures=moving)
    assert not any(
        w in o
        for o in probe(plain, thorough=True).notes
        for w in ('combs', 'telecine', 'interlaced')
    )


# ---- how long
def test_a_longer_sound_is_no_film(tmp_path):
    for suffix in ('mkv', 'mp4', 'mov', 'ts', 'avi'):
        path = tmp_path/f'sung.{suffix}'
        ffmpeg(
            *SOUND,
            '-i',
            film(tmp_path / 'pictures.mp4', 100),
            '-map',
            '1:v',
            '-map',
            '0:a',
            '-c:v',
            'copy',
            '-t',
            9,
            path
        )
        info = probe(path)
        assert info.duration == pytest.approx(4, abs=.06), suffix
        assert any('has sound until second 9' in o for o in info.notes) or suffix in ('ts', 'avi')
        assert list(scan(path))[-1].end == pytest.approx(4, abs=.06)


def stop_at(path, to, n):
    """The first n pictures of a film, copied with their durations: the last one lasts until the
    next would have come"""
    with av.open(str(path)) as c, av.open(str(to), 'w') as f:
        s = f.add_stream_from_template(c.streams.video[0])
        packets = [p for p in c.demux(c.streams.video[0]) if p.size]
        times = sorted(p.pts for p in packets)
        for p in packets:
            at = times.index(p.pts)
            if at >= n: continue
            p.duration, p.stream = times[at + 1] - p.pts, s
            f.mux(p)


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'mov', 'webm'])
@pytest.mark.parametrize('bf', [0, 3])
def test_a_last_picture_that_is_held_is_no_damage(tmp_path, suffix, bf):
    codec = VP9 if suffix == 'webm' else (*H264, '-bf', bf)
    late = "setpts='if(lt(N,50),N/25/TB,4/TB)'"   # the last but one is held for two seconds
    path = film(
        tmp_path / f'held.{suffix}',
        51,
        codec=codec,
        args=('-vf', late, '-fps_mode', 'vfr', '-enc_time_base', '1/1000'),
    )
    assert [number(x) for _, x in iter_frames(path)] == list(range(51))
    assert number(read_clips(path, [[3.]])[0, 0]) == 49 and detect_shots(path).end.iloc[-1] >= 4
    held = tmp_path/f'to_the_end.{suffix}'
    stop_at(path, held, 50)
    info = probe(held)
    assert info.duration == pytest.approx(4, abs=.1)
    assert [number(x) for _, x in iter_frames(held)] == list(range(50))
    assert number(read_clips(held, [[3.0]])[0, 0]) == 49 and detect_shots(held).end.iloc[
        -1
    ] == pytest.approx(4, abs=0.1)


def test_a_film_that_was_cut_off_still_says_so(tmp_path):
    for suffix, options in (('mkv', ()), ('mp4', ('-movflags', 'faststart'))):
        path = film(tmp_path/f'whole.{suffix}', 200, codec=B_FRAMES, args=options)
        cut = tmp_path/f'cut.{suffix}'
        cut.write_bytes(path.read_bytes()[:path.stat().st_size*6//10])
        with pytest.raises(ValueError, match='cut off'): list(iter_frames(cut))


# ---- clocks that start again
def test_a_short_part_before_a_long_one_is_seen(tmp_path):
    short = film(tmp_path/'short.ts', 25, codec=H264)
    long = film(tmp_path/'long.ts', 500, first=25, codec=H264)
    (tmp_path/'joined.ts').write_bytes(short.read_bytes() + long.read_bytes())
    assert probe(tmp_path/'joined.ts').duration == pytest.approx(21, abs=.05)
    assert [number(x) for _, x in iter_frames(tmp_path/'joined.ts')] == list(range(525))


@pytest.mark.parametrize(
    'suffix, codec', [('ts', B_FRAMES), ('vob', MPEG2), ('mpg', MPEG2), ('m2ts', H264)]
)
@pytest.mark.parametrize('parts', [2, 3])
def test_joined_recordings_are_one_film(tmp_path, suffix, codec, parts):
    whole = b''.join(
        film(tmp_path / f'{k}.{suffix}', 100, first=100 * k, cuts=(50,), codec=codec).read_bytes()
        for k in range(parts)
    )
    path = tmp_path/f'joined.{suffix}'
    path.write_bytes(whole)
    info = probe(path)
    assert info.duration == pytest.approx(4*parts, abs=.05) and not info.vfr
    [said] = [o for o in info.notes if 'joined' in o]
    assert all(f'{4*k}.' in said or f'{4*k - 1}.9' in said for k in range(1, parts))
    seen = [(t, number(x)) for t, x in iter_frames(path)]
    assert [n for _, n in seen] == list(range(100 * parts)) and np.allclose(
        np.diff([t for t, _ in seen]), 1 / 25, atol=0.002
    )
    shots = detect_shots(path)
    assert (shots.end > shots.start).all() and shots.end.iloc[-1] == pytest.approx(4*parts, abs=.05)
    assert shots.end[:-1].tolist() == shots.start[1:].tolist()
    assert [number(x) for x in read_clips(path, [[4 * parts - 1.98], [0.5], [5.02]])[:, 0]] == [
        100 * parts - 50,
        12,
        125,
    ]


# ---- how fast
def test_a_rate_is_that_of_the_pictures_not_a_unit_of_time(tmp_path):
    dv = film(
        tmp_path / 'tape.dv',
        50,
        codec=('-c:v', 'dvvideo', '-pix_fmt', 'yuv420p'),
        args=('-vf', 'scale=720:576'),
    )
    assert probe(dv).fps == pytest.approx(25) and probe(dv).duration == pytest.approx(2, abs=.01)
    assert [number(x) for _, x in iter_frames(dv)] == list(range(50))
    jitter = np.random.default_rng(0).integers(-3, 4, 300)
    with av.open(str(tmp_path/'jitter.mkv'), 'w') as f:   # no default duration in it
        s = f.add_stream('libx264', rate=1000, options=dict(bf='0', crf='12'))
        s.width = 192
        s.height = 128
        s.pix_fmt = 'yuv420p'
        s.gop_size = 30
        for i in range(300):
            o = av.VideoFrame.from_ndarray(picture(i, i//50))
            o.pts = round(1000*i/30) + int(jitter[i])
            f.mux(s.encode(o))
        f.mux(s.encode())
    info = probe(tmp_path/'jitter.mkv')
    assert info.fps == pytest.approx(30, abs=.5) and info.vfr
    assert np.allclose(detect_shots(tmp_path/'jitter.mkv').start, np.arange(6)*50/30, atol=.05)


SLIDES = dict(mp4=H264, webm=VP9, gif=('-c:v', 'gif', '-pix_fmt', 'rgb8'), mkv=H264)


@pytest.mark.parametrize('suffix', SLIDES)
@pytest.mark.parametrize('seconds', [2, 5, 12])
def test_each_slide_is_a_shot(tmp_path, suffix, seconds):
    path = film(
        tmp_path / f'slides.{suffix}',
        fps=f'1/{seconds}',
        pictures=[picture(i, i, size=(320, 192)) for i in range(5)],
        codec=SLIDES[suffix],
    )
    shots = detect_shots(path)
    assert shots.start.round(1).tolist() == [seconds * k for k in range(5)] and shots.end.iloc[
        -1
    ] == pytest.approx(5 * seconds, abs=0.1)
    often = film(
        tmp_path / 'often.mp4',
        fps=f'1/{seconds}',
        pictures=[picture(i, i, size=(320, 192)) for i in range(5)],
        args=('-r', 25),
    )
    assert len(detect_shots(often)) == len(shots)   # the same slides, each of them many times


def test_slides_that_end_in_black_are_read(tmp_path):
    black = np.zeros((192, 320, 3), 'uint8')
    for fps in ('1/3', '1', '2'):
        shots = detect_shots(
            film(
                tmp_path / 'black.mp4',
                fps=fps,
                pictures=[picture(i, i, size=(320, 192)) for i in range(4)] + [black] * 3,
            )
        )
        assert shots.transition.iloc[-1] == 'black' and (shots.end > shots.start).all()


# ---- intervals
def test_an_interval_leaves_no_sliver(tmp_path):
    path = film(tmp_path/'film.mp4', 240, fps='24000/1001')
    shots = detect_shots(path)
    assert shots_to_scenes(shots, path, 'interval:5')[['start', 'end']].round(
        2
    ).to_numpy().tolist() == [[0, 5], [5, 10.01]]
    # half of one is left
    assert shots_to_scenes(shots, path, 'interval:4').end.round(2).tolist() == [4, 8, 10.01]
    assert shots_to_scenes(shots, path, 'interval:20').end.round(2).tolist() == [10.01]


def test_ffprobe_and_we_agree_on_lengths(clocks):
    for name, path in clocks.items():
        said = ffprobe(
            path,
            '-select_streams',
            'v:0',
            '-count_packets',
            '-show_entries',
            'stream=nb_read_packets',
        )['streams'][0]
        assert int(said['nb_read_packets']) == len(list(iter_frames(path))), name


def test_the_makers_films_say_what_was_asked(tmp_path):
    x = picture(1234)
    assert (number(x), corners(x)) == (1234, ''.join(CORNERS)) and np.abs(
        patches(x) - PATCHES
    ).max() < 1
