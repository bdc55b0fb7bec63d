"""Shots of films whose every boundary is ours: what is found, the very pixels of the clips, and
films that are short, black, broken, turned, irregular"""
import numpy as np
import pandas as pd
import pytest

from scene_explore.core.shipped import shipped
from scene_explore.datasets.world.films import load_truth
from scene_explore.video.arrays import Fitter
from scene_explore.video.detectors import DETECTORS, SceneDetect, TransNet, get_detector
from scene_explore.video.decode import Film
from scene_explore.video.files import VideoError
from scene_explore.core.scenes import check_scenes, label_scenes
from scene_explore.video.scene_units import (
    frame_labels,
    parse_unit,
    shared_labels,
    shots_to_scenes,
)
from scene_explore.video.shots import (
    ClipSpec,
    _Reel,
    boundary_scores,
    detect_shots,
    scan,
    shot_frame,
)
from scene_explore.video.transitions import (
    SMALL,
    dissolve,
    fade,
    frame_signals,
    make_card,
    make_shot,
    shot_kind,
)
from scene_explore.video.clips import clip_times, read_clips

FPS = 24
BLACK = np.zeros((17, 180, 320, 3), 'float32')
CPU = ['content', 'adaptive']


def pixels(frames): return frames.clip(0, 255).astype('uint8')


def script(seed):
    "Ten shots joined in every way, drawn by a seed: frames, first frames, transitions"
    rng = np.random.default_rng(seed)
    film, starts, kinds = make_shot(100*seed, 40), [0], ['']
    for i, how in enumerate(
        rng.permutation(
            ['cut', 'cut', 'cut', 'dissolve', 'dissolve', 'fade', 'fade', 'title_card', 'through']
        )
    ):
        new = make_shot(100*seed + i + 1, int(rng.integers(40, 70)), speed=rng.uniform(0, 1))
        n = int(rng.integers(10, 22))
        if how == 'title_card': new = make_card(40, *((20, 230), (210, 30))[i % 2])
        if how in ('cut', 'title_card'):
            at, kind, film = len(film), how, np.concatenate([film, new])
        if how == 'dissolve': at, kind, film = len(film) - n//2, how, dissolve(film, new, n)
        if how == 'fade':
            starts.append(len(film))
            kinds.append('black')
            at = len(film) + len(BLACK)
            kind = how
            film = np.concatenate([fade(film, 10, out=True), BLACK, fade(new, n)])
        if how == 'through':
            at = len(film)
            kind = 'fade'
            film = np.concatenate([fade(film, 12, out=True), fade(new, 12)])
        starts.append(at)
        kinds.append(kind)
    return pixels(film), np.array(starts)/FPS, kinds


@pytest.fixture(scope='module', params=[1, 2])
def scripted(request, tmp_path_factory, make_film):
    frames, starts, kinds = script(request.param)
    return (
        make_film(tmp_path_factory.mktemp('scripted') / 'film.mp4', frames=frames, gop=48),
        starts,
        kinds,
        len(frames),
    )


@pytest.mark.parametrize('detector', CPU)
def test_every_boundary_and_how_each_shot_begins(scripted, detector):
    path, starts, kinds, n = scripted
    found = detect_shots(path, detector)
    scores = boundary_scores(found.start, starts)
    assert (scores['precision'], scores['recall']) == (1, 1), (found, starts)
    assert found.transition.tolist() == kinds
    assert (
        found.start[0] == 0
        and found.end.iloc[-1] == pytest.approx(n / FPS)
        and found.end[:-1].tolist() == found.start[1:].tolist()
    )


# smaller than a decoded frame, and larger: two ways to hold the frames of an open shot
@pytest.mark.parametrize('size', [40, 224])
def test_clips_are_the_very_pixels_of_read_clips(scripted, size):
    path = scripted[0]
    for shot in scan(
        path, 'content', clips=ClipSpec(frames=5, span=0.7, max_clips=3, size=size), width=0
    ):
        assert np.array_equal(
            shot.clips, read_clips(path, clip_times(shot.start, shot.end, 5, 0.7, 3), size)
        )


def test_clips_of_a_turned_film(tmp_path, make_film):
    path = make_film(
        tmp_path / 'turned.mp4',
        frames=pixels(np.concatenate([make_shot(1, 30), make_shot(2, 30)])),
        rotation=90,
    )
    shots = list(scan(path, 'content', clips=ClipSpec(4, 1., 1, 48)))
    assert len(shots) == 2
    for o in shots:
        assert np.array_equal(o.clips, read_clips(path, clip_times(o.start, o.end, 4, 1., 1), 48))


def test_a_shot_that_outgrows_the_limit_has_the_same_clips(scripted):
    path, spec = scripted[0], ClipSpec(3, 1., 2, 64)
    roomy, tight = (
        list(scan(path, 'content', clips=spec, limit=limit)) for limit in (1 << 30, 20 * 3 * 64**2)
    )
    assert len(roomy) == len(tight)
    for a, b in zip(roomy, tight, strict=True):
        assert np.array_equal(a.clips, b.clips) and a.thumbnail == b.thumbnail


def test_what_an_open_shot_holds_is_bounded(scripted):
    limit, most = 20*3*64**2, 0
    with Film(scripted[0]) as film:
        reel = _Reel(film, ClipSpec(size=64), 96, limit)
        for o in film:
            reel.push(o)
            most = max(most, sum(x.nbytes for _, x in reel.frames))
    assert 0 < most <= limit and reel.lost > 0


def test_thumbnails_of_a_long_shot_stay_few(small_film):
    with Film(small_film) as film:
        reel, first = _Reel(film, None, 32, 0), film.first
        for i in range(4000): reel.push(type(first)(i/4, (i + 1)/4, first.frame, True, 0))
        assert len(reel.sketches.found) <= 128
        assert reel.sketches.found[0][0] == 0 and reel.sketches.found[-1][0] == 3999


@pytest.mark.parametrize('suffix, container', [('mkv', {}), ('mp4', dict(movflags='faststart'))])
def test_a_truncated_film_gives_its_shots_and_then_says_so(tmp_path, make_film, suffix, container):
    frames = pixels(np.concatenate([make_shot(i, 48) for i in range(5)]))
    whole = make_film(tmp_path/f'whole.{suffix}', frames=frames, container=container)
    path = tmp_path/f'cut.{suffix}'
    path.write_bytes(whole.read_bytes()[:whole.stat().st_size*6//10])
    shots, spec = [], ClipSpec(4, 1., 1, 32)
    with pytest.raises(VideoError, match='cut off'):
        for o in scan(path, 'content', clips=spec): shots.append(o)
    assert [round(o.start*FPS) for o in shots][:2] == [0, 48]
    assert np.array_equal(shots[0].clips, read_clips(whole, clip_times(0, 2, 4, 1., 1), 32))
    with pytest.raises(VideoError): detect_shots(path, 'content')


def test_what_is_no_film_is_refused(tmp_path):
    (tmp_path/'letter.mp4').write_text('dear film'*100)
    with pytest.raises(VideoError, match='letter.mp4'): next(scan(tmp_path/'letter.mp4', 'content'))
    with pytest.raises(VideoError, match='does not exist'):
        detect_shots(tmp_path/'none.mp4', 'content')


@pytest.mark.parametrize('detector', [*CPU, 'threshold'])
@pytest.mark.parametrize('n', [1, 2, 5])
def test_the_shortest_films_are_one_shot(tmp_path, make_film, detector, n):
    path = make_film(tmp_path/'short.mp4', n=n)
    shot, = scan(path, detector, clips=ClipSpec(4, 1., 1, 32))
    assert (shot.start, shot.end, shot.transition) == (0, pytest.approx(n/FPS), '')
    assert shot.clips.shape == (1, 4, 32, 32, 3) and shot.thumbnail[:2] == b'\xff\xd8'


@pytest.mark.parametrize('detector', CPU)
def test_black_alone_is_one_black_shot_and_no_cut_is_one_shot(tmp_path, make_film, detector):
    black = make_film(tmp_path/'black.mp4', frames=pixels(np.zeros((200, 90, 160, 3))))
    assert detect_shots(black, detector).transition.tolist() == ['black']
    still = make_film(tmp_path/'still.mp4', frames=pixels(make_shot(3, 240)))
    assert len(detect_shots(still, detector)) == 1


def test_a_film_that_comes_out_of_black_and_goes_into_it(tmp_path, make_film):
    frames = np.concatenate([BLACK, fade(fade(make_shot(4, 90), 20), 20, out=True), BLACK])
    found = detect_shots(make_film(tmp_path/'fades.mp4', frames=pixels(frames)), 'content')
    assert found.transition.tolist() == ['black', 'fade', 'black']
    assert np.abs(found.start*FPS - [0, 17, 107]).max() <= 4
    soft = make_film(tmp_path/'soft.mp4', frames=pixels(fade(make_shot(4, 90), 20)))
    assert detect_shots(soft, 'content').transition.tolist() == ['fade']


def test_pans_flashes_and_changing_light_are_no_dissolves(tmp_path, make_film):
    flash = make_shot(6, 60)
    flash[30] = 255
    light = make_shot(7, 60)*np.linspace(.3, .9, 60)[:, None, None, None]
    for i, frames in enumerate([make_shot(5, 90, speed=4.), flash, light]):
        found = detect_shots(make_film(tmp_path/f'{i}.mp4', frames=pixels(frames)), 'adaptive')
        assert not set(found.transition) & {'dissolve', 'fade', 'black', 'title_card'}, i


def film_signals(path):
    with Film(path) as film:
        fit = Fitter(film, SMALL)
        return frame_signals(np.stack([fit(picture) for picture in film]))


@pytest.mark.parametrize('path', sorted(shipped('films').glob('*.mp4')), ids=lambda o: o.stem)
def test_no_shot_of_a_place_is_taken_for_a_title_card(path):
    signals, truth = film_signals(path), load_truth(path)
    found = [shot_kind(signals[o.start_frame:o.end_frame]) for o in truth.itertuples()]
    blank = truth.transition.where(truth.place == '', '')
    assert found == blank.tolist()
    assert {'', 'black', 'title_card'} == set(found)


@pytest.mark.parametrize('paper, ink', [(20, 230), (210, 30), (120, 250)])
def test_a_card_has_a_ground_of_one_colour_and_free_sides(paper, ink):
    card = pixels(make_card(3, paper, ink))[:, 2::2, 2::2][:, :81, :144]
    assert shot_kind(frame_signals(card)) == 'title_card'
    red = np.median(card) + 40
    tinted = card.copy()
    tinted[:, 54:, :, 0] = red   # a floor of another colour
    assert shot_kind(frame_signals(tinted)) == ''
    crowded = card.copy()
    crowded[:, 20:60, :12] = ink   # somebody at the edge
    assert shot_kind(frame_signals(crowded)) == ''


def test_a_variable_frame_rate_is_cut_where_the_frames_are_shown(tmp_path, make_film):
    stamps = np.r_[np.arange(48)*40, 1920 + np.arange(48)*90]
    path = make_film(
        tmp_path / 'vfr.mp4',
        frames=pixels(np.concatenate([make_shot(1, 48), make_shot(2, 48)])),
        stamps=stamps,
    )
    assert detect_shots(path, 'content').start.tolist() == pytest.approx([0, 1.92], abs=.002)


def test_transnet_says_in_pieces_what_it_says_of_the_whole():
    torch = pytest.importorskip('torch')
    seen = pixels(np.concatenate([make_shot(1, 25), make_shot(2, 50)]))[:, ::6, ::6][:, :27, :48]
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    net = TransNet(FPS, device='cpu')
    assert (
        torch.equal(before[0], torch.get_rng_state())
        and (before[1] == np.random.get_state()[1]).all()  # noqa: NPY002
    )
    assert not torch.are_deterministic_algorithms_enabled()
    p = net.net.predict_frames(torch.from_numpy(seen), quiet=True)[0].numpy() > net.threshold
    runs = np.flatnonzero(np.diff(np.r_[0, p.astype(int), 0])).reshape(-1, 2)
    assert (
        [*net(seen[:33]), *net(seen[33:]), *net.end()]
        == [(a + b - 1) // 2 + 1 for a, b in runs]
        == [25]
    )
    both = TransNet(FPS, device='cpu', batch=2)   # two windows at once
    assert [*both(seen[:33]), *both(seen[33:]), *both.end()] == [25]
    assert both.lag == net.lag + 50


def test_every_detector_is_behind_one_call():
    assert set(DETECTORS) >= {'auto', 'transnetv2', 'content', 'adaptive', 'threshold'}
    with pytest.raises(ValueError, match='expected one of auto'): get_detector('magic', FPS)
    mine = SceneDetect('ContentDetector', FPS, threshold=255.)
    assert (
        mine(pixels(np.concatenate([make_shot(1, 20), make_shot(2, 20)]))[:, ::2, ::2])
        == []
        == mine.end()
    )


BAD_UNITS = [
    'interval:0',
    'interval:-3',
    'interval:',
    'interval:inf',
    'interval:nan',
    'interval:1e3',
    'interval:\u0663',
    'Shot',
    '',
    None,
    5,
]


@pytest.mark.parametrize('unit', BAD_UNITS)
def test_a_unit_that_is_none_is_refused_in_one_sentence(unit):
    with pytest.raises(ValueError, match='unknown unit of scenes') as e: parse_unit(unit)
    assert '\n' not in str(e.value)


def test_shots_become_scenes_by_every_unit(scripted):
    path, *_, n = scripted
    shots = detect_shots(path, 'content')
    each = check_scenes(shots_to_scenes(shots, path))
    grid = check_scenes(shots_to_scenes(shots, path, 'interval:3'))
    assert each[['start', 'end', 'transition']].equals(shots)
    assert grid.start.tolist() == [3.0 * i for i in range(len(grid))] and grid.end.iloc[
        -1
    ] == pytest.approx(n / FPS)
    notes = [
        dict(start='00:00:00', end='00:00:04', title='One', props='a cup'),
        dict(start=shots.start[2] + 0.1, end=shots.end[4], place='bar'),
    ]
    said = check_scenes(shots_to_scenes(shots, path, 'annotated', notes))
    assert said.title.tolist() == ['One', ''] and said.place.tolist() == ['', 'bar']
    assert said.transition.tolist() == ['', shots.transition[2]] and set(said.video_id) == set(
        each.video_id
    )
    with pytest.raises(ValueError, match='annotations'): shots_to_scenes(shots, path, 'annotated')


def test_a_list_of_shots_is_a_table_too(scripted):
    shots = list(scan(scripted[0], 'content', width=0))
    assert shot_frame(shots).equals(detect_shots(scripted[0], 'content')) and not any(
        o.thumbnail for o in shots
    )


def test_labels_of_frames_and_of_scenes_fit_the_same_table(scripted):
    scenes = shots_to_scenes(detect_shots(scripted[0], 'content'), scripted[0])
    places = {s: f'place {i}' for i, s in enumerate(scenes.scene_id)}
    labelled = label_scenes(scenes, places, 'person')
    frames = check_scenes(frame_labels(labelled, .5))
    assert shared_labels(frames) == places                      # expanded and back
    assert (
        frames.groupby('scene').start.min().to_dict()
        == scenes.set_index('scene_id').start.to_dict()
    )
    assert frames.groupby('scene').end.max().to_dict() == scenes.set_index('scene_id').end.to_dict()
    few = frame_labels(scenes, [1., 2., 3.], ['bar', 'bar', 'street'])
    assert few.place.tolist() == ['bar', 'bar', 'street'] and set(few.place_source) == {'person'}
    assert set(shared_labels(few)) == set(few.scene) and few.start.tolist() == [1., 2., 3.]
    with pytest.raises(ValueError, match='more than 0'): frame_labels(scenes, 0)


def test_scores_match_each_boundary_once():
    assert boundary_scores([1., 1.1], [1.05])['precision'] == .5
    assert boundary_scores([1.], [1.3])['f1'] == 0 and boundary_scores([], [])['f1'] == 1
    assert boundary_scores(pd.Series([5., 1.]), np.array([1.2, 5.]))['pairs'] == [(0, 1), (1, 0)]
