"Errors of continuity: planted in films, set-ups, what differs, findings, markers and the command"
import importlib
import json
from dataclasses import replace

import numpy as np
import opentimelineio as otio
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scene_explore.core.scenes import scene_table
from scene_explore.datasets.world.continuity_errors import (
    ERROR_KINDS,
    ContinuityError,
    load_errors,
    plant_errors,
    render_with_errors,
)
from scene_explore.datasets.world.films import load_truth, render_film
from scene_explore.datasets.world.scripts import write_script
from scene_explore.pipelines import cli
from scene_explore.pipelines.segment import segment
from scene_explore.segmentation import continuity as c
from scene_explore.segmentation.changes import compare, motion, overlapping, tolerant_difference
from scene_explore.segmentation.film_scenes import Segmentation, segment_shots
from scene_explore.segmentation.setups import (
    LIKE,
    SIZE,
    Match,
    ShotFrames,
    best_match,
    frame_times,
    grey,
    outlines,
    read_frames,
    scene_pairs,
    shown_part,
)
from scene_explore.views.segmentation_report import segmentation_page, segmentation_text

pipeline = importlib.import_module('scene_explore.pipelines.segment')

SHAPE = dict(seconds=45, shots=14, fps=4, hold=2, size=(90, 160))


def a_place(seed, wide=220, high=130):
    "A picture of blobs, larger than a frame"
    rng = np.random.default_rng(seed)
    x = np.full((high, wide, 3), 110.)
    for _ in range(120):
        y, z, h, w = rng.integers((0, 0, 6, 6), (high, wide, 30, 40))
        x[y:y + h, z:z + w] = rng.uniform(40, 190, 3)
    return x


def a_shot(place, at=(20, 30), change=lambda x: x, seed=0, n=4):
    "Frames of a place with grain, the camera at `at`"
    rng = np.random.default_rng(seed)
    view = place[at[0]:at[0] + 90, at[1]:at[1] + 160]
    frames = [change(view) + rng.normal(0, 1.5, view.shape) for _ in range(n)]
    return ShotFrames(np.arange(n) + 1., np.uint8(np.clip(frames, 0, 255)))


def stops(*rgb):
    "A change of light, in stops of red, green and blue"
    return lambda x: np.clip(x*2.**(np.array(rgb)/2.2), 0, 255)


def a_lamp(x):
    "Warm light from the upper left"
    y, z = np.mgrid[:90, :160]
    fall = np.exp(-((y/60)**2 + (z/90)**2))[..., None]
    return np.clip(x*2.**((fall*[3., 2., 1.])/2.2), 0, 255)


def table_of(n, scene=1):
    "n shots of four seconds of one scene"
    rows = [dict(video_id='a', path='/a.mp4', start=4.*i, end=4.*i + 4) for i in range(n)]
    return scene_table(rows).assign(scene=scene)


def found_in(*shots, **options):
    "The findings of shots of one scene"
    return c.continuity(table_of(len(shots)), frames=list(shots), **options)


def compared(a, b):
    "The comparison of two shots at their best match"
    drawn = [outlines(o.pictures) for o in (a, b)]
    match = best_match(*drawn)
    moved = motion(a.pictures, drawn[0], match.frame_a), motion(b.pictures, drawn[1], match.frame_b)
    return compare(a, b, match, moved)


# ---- errors that are planted
@pytest.fixture(scope='module')
def script(): return write_script(4000, 50, 16, 4)


def test_errors_lie_within_scenes_and_are_the_same_for_the_same_seed(script):
    planted = plant_errors(script)
    assert planted == plant_errors(script) and planted
    for o in planted:
        shots = script.shots[o.first - 1:o.last + 1]
        assert {s.scene for s in shots} == {o.scene} and o.kind in ERROR_KINDS and o.visible > 0
        alone = o.kind == 'mirrored' or script.shots[o.last + 1].scene != o.scene
        assert alone or not script.shots[o.last + 1].camera
    assert len({o.scene for o in planted}) == len(planted)
    assert plant_errors(script, share=0) == []
    assert {o.kind for o in plant_errors(script, kinds=['mirrored'])} == {'mirrored'}


def test_a_film_without_errors_is_the_film_and_one_with_errors_differs_where_they_are(tmp_path):
    tiny = dict(seconds=14, shots=5, fps=4, hold=2, size=(54, 96))
    plain = render_film(1, tmp_path/'plain.mp4', **tiny)
    none = render_with_errors(1, tmp_path/'none.mp4', errors=[], **tiny)
    assert plain.read_bytes() == none.read_bytes() and load_errors(none) == []
    truth = load_truth(plain)
    k = truth.index[(truth.camera != '') & (truth.scene == truth.scene.shift())][0]
    one = ContinuityError('mirrored', int(truth.scene[k]), int(k), int(k), True, '', 1., False)
    film = render_with_errors(1, tmp_path/'one.mp4', errors=[one], **tiny)
    shots = truth[['start', 'end', 'transition']]
    a, b = (read_frames(scene_table(shots.assign(path=str(o)))) for o in (plain, film))
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        if x is None: continue
        gap = abs(x.pictures.astype(int) - y.pictures[:, :, ::-1 if i == k else 1]).mean()
        assert gap < 4, i
    [told] = load_errors(film)
    assert (told['kind'], told['start'], told['end']) == ('mirrored', truth.start[k], truth.end[k])


@pytest.mark.parametrize('text', ['', '{}', '[1]', '[{"kind": "hour"}]'])
def test_a_list_of_errors_that_is_none_is_refused(tmp_path, text):
    (tmp_path/'a.errors.json').write_text(text)
    with pytest.raises(ValueError, match='no list of continuity errors'):
        load_errors(tmp_path/'a.mp4')


def test_an_unknown_kind_of_error_is_refused(script):
    with pytest.raises(ValueError, match="unknown kind 'boom'"):
        plant_errors(script, kinds=['boom'])


# ---- set-ups
@settings(max_examples=40, deadline=None)
@given(st.floats(0, 500), st.floats(.05, 60))
def test_times_lie_within_the_shot(start, length):
    times = frame_times(start, start + length)
    assert (np.diff(times) > 0).all() and start < times[0] and times[-1] < start + length
    np.testing.assert_allclose(times + times[::-1], 2*start + length)


@settings(max_examples=25, deadline=None)
@given(st.integers(-8, 8), st.integers(-12, 12), st.floats(.3, 1.), st.booleans())
def test_a_shifted_camera_is_found_in_any_light(down, right, light, mirrored):
    place = a_place(3)
    a = a_shot(place)
    b = a_shot(place, (20 + down, 30 + right), lambda x: x*light, seed=1)
    pictures = b.pictures[:, :, ::-1] if mirrored else b.pictures
    match = best_match(outlines(a.pictures), outlines(pictures), mirrored)
    assert match.likeness > .7
    assert abs(match.down - down) <= 1 and abs(match.right - right) <= 1


def test_likeness_is_the_correlation_over_what_overlaps():
    from scene_explore.segmentation.setups import _edges
    a, b = a_shot(a_place(5), n=1), a_shot(a_place(5), (26, 40), n=1)
    match = best_match(outlines(a.pictures), outlines(b.pictures))
    assert (match.down, match.right) == (6, 10)
    half = [grey(o.pictures).reshape(1, 45, 2, 80, 2).mean((2, 4)) for o in (a, b)]
    x, y = (_edges(o)[0] for o in half)
    x, y = x[3:, 5:], y[:-3, :-5]
    wanted = (x*y).sum()/np.sqrt((x*x).sum()*(y*y).sum())
    assert match.likeness == pytest.approx(wanted, abs=1e-5)


def test_pairs_stay_within_their_scene_and_reach():
    a, b = (outlines(a_shot(a_place(o)).pictures) for o in (1, 2))
    pairs = scene_pairs([a, b, None, a, b, a], [1, 1, 1, 1, 1, 2], reach=3)
    assert [(o.a, o.b) for o in pairs] == [(0, 1), (1, 3), (0, 3), (3, 4), (1, 4)]
    assert [o.match.likeness >= LIKE for o in pairs] == [False, False, True, False, True]
    with pytest.raises(ValueError, match='give one a shot'): scene_pairs([a], [1, 2])


def test_bars_are_cut_away_and_a_dark_film_is_left_whole():
    x = np.zeros((2, 90, 160, 3), np.uint8)
    assert shown_part([x]) == (slice(None), slice(None))
    x[0, 10:80, 21:140] = 90
    assert shown_part([x, x//2]) == (slice(10, 80), slice(21, 139))


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path, make_film):
    film = tmp_path/'film.mp4'
    make_film(film, n=60, cuts=[30])
    (tmp_path/'broken.mp4').write_bytes(b'no film')
    broken = tmp_path/'broken.mp4'
    rows = [(film, 0., 1.), (broken, 0., 1.), (broken, 1., 2.), (film, 1., 2.)]
    shots = scene_table([
        dict(video_id=p.stem, path=str(p), start=s, end=e) for p, s, e in rows
    ])
    lost = []
    frames = read_frames(shots, lost)
    assert [o is None for o in frames] == (shots.video_id == 'broken').tolist()
    assert [o['path'] for o in lost] == [str(broken)]
    assert lost[0]['reason'].startswith('2 shots not compared: ')
    lost.clear()
    read_frames(shots[shots.video_id == 'broken'][:1], lost)
    assert lost[0]['reason'].startswith('1 shot not compared: ')
    assert frames[-1].pictures.shape[1:] == (SIZE[1], SIZE[0], 3)


# ---- what differs
@pytest.mark.parametrize('rgb', [(.8, .8, .8), (-.6, -.6, -.6), (.3, 0, -.3), (-.4, -.8, -1.2)])
def test_light_is_measured_in_stops(rgb):
    place = a_place(7)
    found = compared(a_shot(place), a_shot(place, (22, 34), stops(*rgb), seed=2))
    luminance = np.dot((.2126, .7152, .0722), rgb)
    assert found.gain == pytest.approx(luminance, abs=.12)
    assert found.warmth == pytest.approx(rgb[0] - rgb[2], abs=.1)
    assert found.uneven < .2 and found.changed < .01


def test_a_lamp_is_uneven_and_an_exposure_is_not():
    place = a_place(7)
    changes = a_lamp, stops(1, 1, 1)
    lamp, lens = (compared(a_shot(place), a_shot(place, change=o)) for o in changes)
    assert lamp.uneven > .15 > .05 > lens.uneven and lamp.side < -.1


def test_a_shift_explains_nothing_but_itself():
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 255, (30, 40, 3)).astype(np.float32)
    for dy, dx in ((0, 0), (2, -1), (-2, 2)):
        gap = tolerant_difference(x, np.roll(x, (dy, dx), (0, 1)))
        assert gap[3:-3, 3:-3].max() == 0
    y = x.copy()
    y[10, 20, 1] += 300
    assert np.unravel_index(tolerant_difference(x, y).argmax(), (30, 40))[0] in range(8, 13)


def test_the_overlap_shows_the_same_thing():
    place = a_place(9)[..., 0]
    a, b = place[20:110, 30:190], place[26:116, 20:180]
    x, y = overlapping(a, b, Match(1., 0, 0, 6, -10))
    np.testing.assert_array_equal(x, y)
    assert x.shape == (84, 150)


def test_things_that_are_gone_are_still_and_people_move():
    place = a_place(11)
    def with_box(x):
        x = x.copy()
        x[30:60, 60:85] = (230, 30, 30)
        return x
    gone = compared(a_shot(place, change=with_box), a_shot(place, seed=1))
    assert gone.still > .03 and gone.moving == 0 and gone.at == pytest.approx((.45, .5), abs=.06)
    walking = a_shot(place)
    for i, x in enumerate(walking.pictures): x[30:60, 20 + 25*i:40 + 25*i] = (230, 30, 30)
    came = compared(a_shot(place), walking)
    assert came.still < .01 and (came.moving > .01 or came.changed < .01)
    alike = compared(a_shot(place), a_shot(place, seed=3))
    assert max(alike.changed, alike.still, alike.moving) < .002


def test_black_shots_say_nothing():
    black = ShotFrames(np.arange(4.), np.zeros((4, 90, 160, 3), np.uint8))
    assert compare(black, black, Match(1., 0, 0, 0, 0), [np.zeros((90, 160))]*2) is None
    assert len(found_in(black, black, black)) == 0


# ---- findings
def test_a_scene_without_changes_has_no_finding():
    rooms = a_place(1), a_place(2)
    shots = [a_shot(rooms[i % 2], (20 + i, 30 - i), seed=i) for i in range(8)]
    assert len(found_in(*shots)) == 0


CHANGED = dict(
    exposure=stops(-1, -1, -1), colour=stops(.35, 0, -.35), mirrored=lambda x: x[:, ::-1]
)


@pytest.mark.parametrize('kind', CHANGED)
def test_each_kind_is_found_where_it_is(kind):
    room, other = a_place(1), a_place(2)
    plain, there = a_shot(room), a_shot(other, seed=4)
    changed = a_shot(room, (22, 32), CHANGED[kind], seed=5)
    found = found_in(plain, there, changed, there)
    [row] = found.itertuples()
    assert (row.kind, row.shot_a, row.shot_b, row.scene) == (kind, 1, 3, 1)
    assert row.confidence >= .5 and row.words and row.path == '/a.mp4'
    assert row.time_a in plain.times and row.time_b in changed.times


def test_a_lamp_is_a_change_of_light():
    plain, lit = a_shot(a_place(1)), a_shot(a_place(1), change=a_lamp, seed=3)
    [row] = found_in(plain, lit).itertuples()
    assert row.kind in ('lamps', 'hour') and 'brighter' in row.words


def test_one_change_seen_in_several_pairs_is_one_finding():
    a, b = a_place(1), a_place(2)
    before = [a_shot(o, seed=i) for i, o in enumerate((a, b))]
    after = [a_shot(o, change=stops(1, 1, 1), seed=i + 5) for i, o in enumerate((a, b))]
    found = found_in(*before, *after, *before[:0], *after)
    assert found.kind.tolist() == ['exposure']
    assert found.shot_a[0] <= 2 < found.shot_b[0]


def test_a_finding_names_the_pairs_that_it_stands_for():
    room = a_place(1)
    light = stops(0, 0, 0), stops(-1, -1, -1), stops(.35, 0, -.35)
    shots = [a_shot(room, change=o, seed=i) for i, o in enumerate(light)]
    alone = {
        (a, b): c.continuity(table_of(2), frames=[shots[a - 1], shots[b - 1]])
        for a, b in ((1, 2), (2, 3), (1, 3))
    }
    expected = {f'{o.kind[0]} {a}-{b}' for (a, b), o in alone.items() if len(o)}
    [row] = found_in(*shots).itertuples()
    named = {f'{row.kind} {row.shot_a}-{row.shot_b}', *row.merged.split(', ')}
    assert named == expected and len(expected) == 3
    assert found_in(*shots[:2]).merged.tolist() == ['']


def test_scenes_are_not_compared_with_each_other():
    room = a_place(1)
    shots = [a_shot(room), a_shot(room, change=stops(-1, -1, -1))]
    assert len(c.continuity(table_of(2, scene=[1, 2]), frames=shots)) == 0
    assert len(c.continuity(table_of(2, scene=[1, 1]), frames=shots)) == 1


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_tells_a_part(one, other):
    low, high = sorted((one, other))
    room = a_place(1)
    shots = [a_shot(room), a_shot(room, change=a_lamp), a_shot(room, change=stops(.4, .2, 0))]
    few, many = (found_in(*shots, threshold=o) for o in (high, low))
    assert len(few) <= len(many) and (few.confidence >= high - 1e-3).all()


def test_chances_are_shares_and_grow_with_what_is_seen():
    room = a_place(1)
    chances = []
    for much in (0, .3, 1):
        shots = [a_shot(room), a_shot(room, change=stops(*[-much]*3), seed=1)]
        [pair] = c.compared_pairs(shots, [1, 1])
        found = c.error_chances(pair)
        assert sum(v for k, v in found.items() if k != 'mirrored') == pytest.approx(1)
        assert np.isfinite(c.change_inputs(pair.comparison)).all()
        chances.append(found['exposure'])
    assert chances == sorted(chances) and chances[0] < .1 < .5 < chances[2]
    assert set(c.CONTINUITY_KINDS) == set(ERROR_KINDS)


def test_wrong_tables_and_thresholds_are_refused():
    shots = table_of(3)
    for wrong, said in (
        (shots.drop(columns='scene'), 'no column "scene"'),
        (shots.assign(video_id=['a', 'b', 'a']), 'one film at a time'),
    ):
        with pytest.raises(ValueError, match=said): c.continuity(wrong, frames=[None]*3)
    with pytest.raises(ValueError, match='between 0 and 1'): c.continuity(shots, threshold=-1)
    with pytest.raises(ValueError, match='give one a shot'): c.continuity(shots, frames=[])
    assert len(c.continuity(shots, frames=[None]*3)) == 0


# ---- a film of the world, the command and its files
@pytest.fixture(scope='module')
def flawed(tmp_path_factory):
    "A film of the world in which one shot is dark, of a set-up that was there before"
    folder = tmp_path_factory.mktemp('flawed')
    script = write_script(4001, **{k: SHAPE[k] for k in ('seconds', 'shots', 'fps')})
    seen = {}
    for k, shot in enumerate(script.shots):
        if not shot.camera: continue
        if (shot.scene, shot.camera) in seen: break
        seen[shot.scene, shot.camera] = k
    error = ContinuityError('exposure', shot.scene, k, k, -1.2, 'darker', 1., True)
    return render_with_errors(4001, folder/'film.mp4', errors=[error], **SHAPE), [error]


def test_an_error_of_a_film_is_found_and_its_clean_shots_are_not(flawed):
    film, errors = flawed
    truth = load_truth(film)
    shots = scene_table(truth[['start', 'end', 'transition']].assign(path=str(film)))
    found = c.continuity(shots.assign(scene=truth.scene))
    assert errors and len(found) == len(errors)
    for row, error in zip(found.itertuples(), errors, strict=True):
        assert row.kind == 'exposure' and error.first + 1 in (row.shot_a, row.shot_b)


def test_the_timeline_has_a_marker_at_each_finding(flawed):
    film, _ = flawed
    truth = load_truth(film)
    shots = scene_table(truth[['start', 'end', 'transition']].assign(path=str(film)))
    found = c.continuity(shots.assign(scene=truth.scene))
    said = []
    made = c.continuity_timeline(found, shots, say=said.append)
    again = otio.adapters.read_from_string(made.to_json_string(), 'otio_json')
    [clip] = again.tracks[0]
    assert clip.media_reference.target_url == film.resolve().as_uri()
    assert clip.source_range.duration.to_seconds() == pytest.approx(45, abs=.3)
    for marker, row in zip(clip.markers, found.itertuples(), strict=True):
        at = marker.marked_range.start_time.to_seconds()
        assert at == pytest.approx(row.time_b, abs=.3) and row.words in marker.comment


@pytest.mark.parametrize('kind, said', [
    ('lamps', 'told than at 00:00:01.000'), ('hour', 'told than at 00:00:01.000'),
    ('prop', 'told; compare with 00:00:01.000'), ('clothes', 'told; compare with 00:00:01.000'),
    ('mirrored', 'told; compare with 00:00:01.000'),
])
def test_a_marker_names_the_other_frame(flawed, kind, said):
    film, _ = flawed
    row = dict(kind=kind, words='told', time_a=1., time_b=9., confidence=.7)
    shots = scene_table(dict(path=[str(film)], start=[0.], end=[45.]))
    made = c.continuity_timeline(pd.DataFrame([row]), shots, say=str)
    [marker] = made.tracks[0][0].markers
    assert marker.comment == f'{kind}: {said}'


def test_the_search_shows_its_progress_and_can_be_stopped(flawed):
    film, _ = flawed
    truth = load_truth(film)
    shots = scene_table(truth[['start', 'end', 'transition']].assign(path=str(film)))
    one = segment_shots(shots, [np.eye(len(shots))], n_scenes=1)
    for stop_after in (0, 1, 2):
        found, skipped, done = Segmentation([one, one]), [], []
        pipeline._look_for_changes(
            found, skipped, lambda *o, done=done: done.append(o),
            lambda done=done, n=stop_after: len(done) >= n,
        )
        assert done == [(1, 2), (2, 2)][:stop_after]
        assert len(skipped) == 2 - stop_after
        assert all('cancelled' in o['reason'] and o['path'] == str(film) for o in skipped)
        assert len(found.findings) == found.summary['n_findings']
        assert bool(len(found.findings)) == bool(stop_after)


def test_the_command_writes_a_table_markers_and_a_page(flawed, tmp_path, capsys):
    film, _ = flawed
    args = ['segment', str(film), '--features', 'histogram', '--out', str(tmp_path/'out')]
    assert cli.main([*args, '--scenes', '1', '--continuity']) == 0
    said = capsys.readouterr().out
    table = pd.read_csv(tmp_path/'out'/'continuity.csv')
    assert table.columns.tolist() == [
        'video_id', 'path', 'scene', 'kind', 'shot_a', 'shot_b', 'time_a', 'time_b', 'words',
        'confidence', 'merged',
    ]
    summary = json.loads((tmp_path/'out'/'summary.json').read_text())
    assert summary['n_findings'] == len(table) > 0
    assert 'within scenes that may be errors' in said
    assert (tmp_path/'out'/'film.continuity.otio').exists()
    page = (tmp_path/'out'/'scenes.html').read_text()
    assert 'Changes within scenes' in page and '"findings":' in page
    assert '--continuity' in page


def test_a_finding_leads_to_its_shot(chromium, flawed, tmp_path):
    found = segment(
        flawed[0], features='histogram', n_scenes=1, continuity=True, out=tmp_path/'out',
        progress=False,
    )
    page = chromium.new_page(viewport=dict(width=1000, height=800))
    broken = []
    page.on('pageerror', lambda e: broken.append(str(e)))
    page.goto((tmp_path/'out'/'scenes.html').as_uri())
    assert page.locator('.finding').count() == len(found.findings)
    assert page.locator('.finding img').count() == 2*len(found.findings)
    surest = found.findings.sort_values('confidence', ascending=False, kind='stable').iloc[0]
    page.locator('.finding button').nth(1).click()
    shown = page.locator('.strip figure.shown')
    assert shown.count() == 1
    assert shown.locator('figcaption').inner_text().startswith(f'{surest.shot_b} ·')
    assert not broken
    page.close()


def test_without_the_flag_nothing_is_looked_for(flawed, tmp_path):
    found = segment(
        flawed[0], features='histogram', out=tmp_path/'out', store=tmp_path/'store', progress=False
    )
    assert found.findings is None and 'n_findings' not in found.summary
    assert not (tmp_path/'out'/'continuity.csv').exists()
    assert 'Changes within scenes' not in segmentation_page(found)
    assert 'may be errors' not in segmentation_text(found)
    empty = replace(found, findings=pd.DataFrame())
    assert 'None was found' in segmentation_page(empty)
