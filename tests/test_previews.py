"""A film as a browser can play it: pictures in the time of the film, a budget that holds, and
addresses that a real server answers"""
import io
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scene_explore.pipelines.cli import main
from scene_explore.video.files import VideoError
from scene_explore.video.previews import (
    film_previews,
    longest,
    moments,
    preview,
    preview_quality,
    preview_size,
    served,
    server_root,
)


def decoded(webm):
    "[(seconds, picture)] of a preview, the seconds of its keyframes, and how long it says it lasts"
    import av
    with av.open(io.BytesIO(webm)) as f:
        frames = list(f.decode(video=0))
        return (
            [(round(o.time, 3), o.to_ndarray(format='rgb24')) for o in frames],
            [round(o.time, 3) for o in frames if o.key_frame],
            f.duration / 1e6,
        )


def table(path, cuts, video='v'):
    return pd.DataFrame(dict(video_id=video, path=str(path), start=cuts[:-1], end=cuts[1:]))


# ---- the time of the film
def test_every_picture_is_the_one_that_the_film_shows_then(small_film, film_number):
    ranges = [(.5, 1.25), (1.25, 1.3), (3., 3.9)]
    frames, keys, lasts = decoded(preview(small_film, ranges, bitrate=600_000))
    assert (
        frames[0][0] == 0
        and {0, 0.5, 1.25, 3.0} <= set(keys)
        and lasts == pytest.approx(3.9, abs=0.002)
    )
    assert all(any(a <= t < b for t, _ in frames) for a, b in ranges)
    assert all(t == 0 or any(a <= t < b for a, b in ranges) for t, _ in frames)
    assert [film_number(x) for _, x in frames] == [int(t*24 + 1e-3) for t, _ in frames]


@pytest.mark.parametrize('rotation', [90, 180, 270])
def test_a_turned_film_is_upright(make_film, film_number, tmp_path, rotation):
    film = make_film(
        tmp_path / 'turned.mp4',
        n=24,
        size=(320, 180),
        rotation=rotation,
        frames=[
            np.rot90(
                np.kron(np.array([[255, 0], [0, 0]], 'uint8'), np.ones((90, 160), 'uint8'))[
                    ..., None
                ].repeat(3, 2),
                -rotation // 90,
            )
        ]
        * 24,
    )
    frames, *_ = decoded(preview(film, [(0, 1)]))
    x = frames[0][1]
    assert (
        x.shape[:2] == (144, 256)
        and x[20, 20].min() > 200
        and x[-20, 20].max() < 60
        and x[20, -20].max() < 60
    )


def test_a_variable_frame_rate_keeps_its_times(make_film, film_number, tmp_path):
    stamps = [0, 40, 80, 900, 940, 2000, 2040, 2080]
    frames, *_ = decoded(
        preview(
            make_film(tmp_path / 'vfr.mp4', n=8, stamps=stamps),
            [(0.5, 1.5), (2.0, 2.05)],
            fps=25,
            bitrate=600_000,
        )
    )
    for t, x in frames: assert film_number(x) == np.searchsorted(stamps, 1000*t + 1, 'right') - 1
    # a picture that stays is stored once: 0, .5, .9, .94, 2.0, 2.04
    assert [t for t, _ in frames][:2] == [0, .5] and len(frames) == 6


@given(
    st.lists(
        st.tuples(st.floats(0, 5e4), st.floats(0.001, 50)).map(lambda o: (o[0], o[0] + o[1])),
        min_size=1,
        max_size=8,
    ),
    st.floats(0.5, 60),
)
def test_moments_are_ascending_and_every_stretch_begins_with_one(ranges, fps):
    times, begins = moments(ranges, fps)
    assert times[0] == 0 and (np.diff(times) > 0).all() and begins <= set(times.tolist())
    assert all(np.any((times >= 1000*a - 1e-4) & (times < 1000*b + 1)) for a, b in ranges)


@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(16, 480))
def test_a_size_is_even_and_no_larger_than_asked_for(w, h, height):
    a, b = preview_size((w, h), height)
    assert (
        a % 2 == b % 2 == 0
        and 2 <= min(a, b) <= height + 1
        and max(a, b) <= 8 * height + 1
        and a <= max(w + 1, 2)
        and b <= max(h + 1, 2)
    )


# ---- films that are not films
def test_what_cannot_be_read_is_said(small_film, tmp_path):
    (tmp_path/'text.mp4').write_text('no film')
    for path in ('gone.mp4', tmp_path/'text.mp4', tmp_path):
        with pytest.raises(VideoError): preview(path, [(0, 1)])
    with pytest.raises(ValueError, match='at least one stretch'): preview(small_film, [])
    for bad in [(1, 1), (2, 1), (-1, 1), (0, np.inf), (np.nan, 1)]:
        with pytest.raises(ValueError, match='ends after it starts'): preview(small_film, [bad])


def test_the_scenes_of_a_film_that_was_cut_off_are_there_as_far_as_it_goes(make_film, tmp_path):
    whole = make_film(
        tmp_path / 'whole.mp4', n=240, container=dict(movflags='faststart')
    ).read_bytes()
    cut = tmp_path/'cut.mp4'
    cut.write_bytes(whole[:len(whole)*6//10])
    clips, skipped = film_previews(table(cut, [0, 2, 9.5, 10]))
    frames, *_ = decoded(clips['v'])
    assert any(0 <= t < 2 for t, _ in frames) and not any(t >= 9 for t, _ in frames)
    assert len(skipped) == 1 and 'cut off' in skipped[0]['reason']
    with pytest.raises(VideoError, match='cut off'): preview(cut, [(9.5, 10)])


# ---- a budget
@given(st.lists(st.floats(.01, 1e4), min_size=1, max_size=30), st.floats(0, 1e5))
def test_the_cap_uses_the_room_there_is(lengths, total):
    cap, x = longest(lengths, total), np.asarray(lengths)
    if x.sum() <= total*(1 - 1e-9): assert cap == np.inf
    elif x.sum() > total*(1 + 1e-9):
        assert np.minimum(x, cap).sum() == pytest.approx(total, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize('budget', [30e3, 120e3, 8e6])
def test_previews_stay_below_the_budget_and_every_scene_begins(make_film, tmp_path, budget):
    films = [make_film(tmp_path/f'{i}.mp4', n=240, cuts=(100,)) for i in range(3)]
    scenes = pd.concat(
        [table(o, [0, 0.7, 4, 10], o.stem) for o in films]
        + [table(tmp_path / 'gone.mp4', [0, 9], 'x')]
    )
    done = []
    clips, skipped = film_previews(
        scenes, budget, bitrate=200_000, progress=lambda *o: done.append(o)
    )
    assert sum(map(len, clips.values())) <= budget and list(clips) == ['0', '1', '2']
    cut = {Path(o['path']).stem: o['reason'] for o in skipped if 'move for their' in o['reason']}
    lost = [Path(o['path']).name for o in skipped if o['reason'] not in cut.values()]
    assert lost == ['gone.mp4']
    assert done == [(i, 4) for i in range(5)]
    for webm in clips.values():
        times = [t for t, _ in decoded(webm)[0]]
        assert {0, .7, 4} <= set(times)
        # whole
        if budget == 8e6: assert all(any(b - .13 <= t < b for t in times) for b in (.7, 4, 10))
    # what is cut is said, film by film, and nothing else is
    ends = {k: max(t for t, _ in decoded(o)[0]) for k, o in clips.items()}
    assert set(cut) == {k for k, end in ends.items() if end < 10 - .13}
    assert (budget == 8e6) == (not cut)


@pytest.mark.parametrize('quality', ['small', 'none'])
def test_a_page_has_the_previews_that_were_asked_for(tmp_path, make_film, quality):
    film = make_film(tmp_path/'film.mp4', n=96, cuts=(48,))
    asked = ['explore', str(film), '--backbone', 'histogram', '--out', str(tmp_path/'out')]
    assert main([*asked, '--previews', quality]) == 0
    page = (tmp_path/'out'/'explore.html').read_text('utf-8')
    deck = re.search('<script type="application/json" id="deck">(.*?)</script>', page, re.S)
    films = json.loads(deck[1])['header']['films']
    assert [o['preview'] is None for o in films] == [quality == 'none']
    assert main([*asked, '--previews', 'huge']) == 2


def test_qualities_have_names_and_a_larger_one_shows_more(small_film):
    sizes = {}
    for name in ('small', 'medium'):
        how = preview_quality(name)
        clips, skipped = film_previews(table(small_film, [0, 2, 4]), **how)
        sizes[name] = (len(clips['v']), how['height'])
        assert not skipped
    assert sizes['small'] < sizes['medium'] and preview_quality('none')['budget'] == 0
    with pytest.raises(ValueError, match="unknown previews 'huge': expected one of small, medium"):
        preview_quality('huge')


def test_seconds_are_a_limit_for_every_scene(small_film):
    clips, _ = film_previews(table(small_film, [0, .4, 3.9]), seconds=1)
    assert all(t < .4 or t < 1.4 for t, _ in decoded(clips['v'])[0])


def test_a_budget_without_room_is_said(small_film):
    clips, skipped = film_previews(table(small_film, [0, 2, 4]), budget=500)
    assert clips == {} and 'do not fit' in skipped[0]['reason']


# ---- where a server gives the film itself
ODD = ['a#b?.mp4', '50% off.mp4', 'été 映画 (1).mp4', "it's; a+b & c.mp4", 'sub/50%25.mp4']


def test_what_a_server_does_not_give_has_no_address(tmp_path):
    root, outside = tmp_path/'root', tmp_path/'outside.mp4'
    (root/'.cache').mkdir(parents=True)
    outside.write_bytes(b'1')
    for name in ('.cache/a.mp4', '.a.mp4', 'a.mp4'): (root/name).write_bytes(b'1')
    (root/'out.mp4').symlink_to(outside)
    (root/'in.mp4').symlink_to(root/'a.mp4')
    (root/'loop.mp4').symlink_to(root/'loop.mp4')
    (tmp_path/'link').symlink_to(root)
    for name in ('.cache/a.mp4', '.a.mp4', 'out.mp4', 'loop.mp4', 'gone.mp4', '../outside.mp4'):
        assert served(root/name, root) is None
    assert served('', root) is served(root/'a.mp4', None) is None
    assert (
        served(root / 'in.mp4', root)
        == served(tmp_path / 'link' / 'a.mp4', root)
        == served(root / 'a.mp4', tmp_path / 'link')
        == 'files/a.mp4'
    )


def test_a_real_server_gives_a_stretch_of_every_film_whatever_its_name(lab_server, desk):
    (root, scratch, base), films = lab_server, desk.folder
    for i, name in enumerate(ODD):
        (films/name).parent.mkdir(parents=True, exist_ok=True)
        (films/name).write_bytes(bytes([i])*100)
    for i, name in enumerate(ODD):
        asked = urllib.request.Request(
            f'{base}/{served(films/name, root)}?token=t', headers=dict(Range='bytes=10-19')
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert (answer.status, answer.read()) == (206, bytes([i])*10), name
    listed = json.loads(next((scratch/'runtime').glob('jpserver-*.json')).read_text())
    def found(pid):
        return subprocess.run(
            [
                sys.executable,
                '-c',
                'from scene_explore.video.previews import server_root; print(server_root())',
            ],
            capture_output=True,
            text=True,
            check=True,
            env=dict(
                os.environ, JUPYTER_RUNTIME_DIR=str(scratch / 'runtime'), JPY_PARENT_PID=str(pid)
            ),
        ).stdout.strip()
    assert found(listed['pid']) == str(root) and found(os.getpid()) == 'None'


def test_there_is_no_server_here(monkeypatch):
    monkeypatch.delenv('JPY_PARENT_PID', raising=False)
    assert server_root() is None
