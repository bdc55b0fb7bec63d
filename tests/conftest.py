"""Small films whose frames say which they are: every frame carries its number in binary along its
top"""
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from lab import Server, browser, desk as new_desk, jupyterlab

BITS = 12
# other work on the machine is no fault of an example
settings.register_profile('busy', deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile('busy')
LONGEST = '''wheel blocks browser store_damage explore fuzz memory studio views real_files site
    hostile_sidecars finetune lab_browser shots choice baselines words gallery
    shipped_scene_vlm places comparison labelling teacher geometry store player'''.split()


def pytest_collection_modifyitems(items):
    """The longest files come first, so that two processes, each with a file at a time, end at about
    the same moment"""
    def name(o): return o.path.stem.removeprefix('test_')
    items.sort(key=lambda o: LONGEST.index(name(o)) if name(o) in LONGEST else len(LONGEST))
    for item in items:
        if name(item) in LONGEST: item.add_marker('slow')


def numbered(i, size=(160, 90), colour=(127, 127, 127)):
    "Frame i: a drifting texture about a colour, its number as a row of bars over the top sixth"
    w, h = size
    y, x = np.mgrid[:h, :w]
    frame = (
        np.stack(
            [
                c + 60 * np.sin((x + k * i) / (11 + 3 * k) + y / (17 - 2 * k))
                for k, c in enumerate(colour, 1)
            ],
            -1,
        )
        .clip(0, 255)
        .astype('uint8')
    )
    frame[:h//6] = np.repeat([255*(i >> b & 1) for b in range(BITS)], -(-w//BITS))[:w, None]
    return frame


def read_number(frame):
    "The number that a frame carries, upright and uncropped, at any size"
    h, w = frame.shape[:2]
    return sum(int(frame[h//12, int((b + .5)*w/BITS)].mean() > 127) << b for b in range(BITS))


def write_film(
    path,
    n=48,
    fps=24,
    size=(160, 90),
    cuts=(),
    frames=None,
    codec='libx264',
    gop=12,
    stamps=None,
    rotation=0,
    audio=False,
    options=None,
    container=None,
):
    """Write a film with PyAV and return its path. `cuts`: frame numbers at which the colours
    change; `frames`: uint8 arrays instead of numbered ones; `stamps`: one time stamp in
    milliseconds a frame (variable frame rate); `rotation`: degrees counter-clockwise that a
    player has to turn it; `options`: of the encoder; `container`: of the muxer, e.g.
    dict(movflags='faststart')"""
    import av
    colours = [(127, 127, 127), (180, 80, 80), (70, 160, 90), (80, 90, 190), (190, 180, 60)]
    frames = (
        list(frames)
        if frames is not None
        else [
            numbered(i, size, colours[sum(i >= c for c in cuts) % len(colours)]) for i in range(n)
        ]
    )
    with av.open(str(path), 'w', options=dict(container or {})) as f:
        s = f.add_stream(
            codec, rate=1000 if stamps is not None else fps, options=dict(options or {})
        )
        s.height, s.width = frames[0].shape[:2]
        s.pix_fmt = 'yuv420p'
        if gop: s.gop_size = gop
        if rotation: s.set_display_rotation(rotation)
        sound = f.add_stream('aac', rate=8000) if audio else None
        for i, x in enumerate(frames):
            o = av.VideoFrame.from_ndarray(np.ascontiguousarray(x))
            if stamps is not None: o.pts = int(stamps[i])
            f.mux(s.encode(o))
        f.mux(s.encode())
        if sound is not None:
            for k in range(int(len(frames)/fps*8000)//1024 + 1):
                o = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), 'float32'), format='fltp', layout='mono'
                )
                o.sample_rate, o.pts = 8000, 1024*k
                f.mux(sound.encode(o))
            f.mux(sound.encode())
    return Path(path)


@pytest.fixture(scope='session', autouse=True)
def cache(tmp_path_factory):
    "The probes of encoders are kept for the tests, and not for whoever runs them"
    os.environ['SCENE_EXPLORE_CACHE'] = str(tmp_path_factory.mktemp('cache'))


@pytest.fixture(scope='session')
def make_film():
    """The film maker: `make_film(path, n=48, fps=24, size=(160, 90), cuts=(), ...)`, see
    `write_film`"""
    return write_film


@pytest.fixture(scope='session')
def film_number():
    "`film_number(frame)`: the number that a frame of a made film carries"
    return read_number


@pytest.fixture(scope='session')
def small_film(tmp_path_factory):
    """Four seconds at 24 frames a second, 160x90, a keyframe every half second, cuts at 1.5 s and 3
    s; not to be changed"""
    return write_film(tmp_path_factory.mktemp('films')/'small.mp4', n=96, cuts=(36, 72))


@pytest.fixture(scope='module')
def chromium():
    """Headless Chromium; for a module, since Playwright's loop must not be there where others start
    one"""
    with browser() as b: yield b


@pytest.fixture(scope='session')
def lab_server(tmp_path_factory):
    "The JupyterLab of this process; a blank in the name of its folder"
    root, scratch = (tmp_path_factory.mktemp(o) for o in ('my films', 'scratch'))
    with jupyterlab(root, scratch) as base: yield Server(root, scratch, base)


@pytest.fixture
def desk(lab_server):
    "A folder of a test's own in that JupyterLab"
    with new_desk(lab_server) as o: yield o
