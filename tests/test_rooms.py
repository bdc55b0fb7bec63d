"""Rooms: a layout in a look, cameras that match, two rooms of a kind in every film and probe, the
question's comparisons in all of them"""
import json
from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
import pytest

from scene_explore.datasets import world

from scene_explore.datasets.world import scripts
from scene_explore.datasets.world.places import MATCHED, PLACE_KINDS, built, lay_out, place, shoot
from scene_explore.datasets.world.rooms import light_of
from scene_explore.core.scenes import scene_table
from scene_explore.datasets.world.scripts import film_seeds, rooms_of, shot_truth, write_script
from scene_explore.datasets.world.telling import film_record

SEEDS = range(1, 41)
# mean of the master's 36 x 64 pixels at 10 o'clock, and of where things lie: from before a look had
# a number of its own
OLD = {
    'kitchen': (149.9769, 3.1428),
    'living room': (148.3196, 3.865),
    'street': (119.9217, 4.2014),
}


@cache
def shots_of(seed, *args):
    "The shots of a film that show a place"
    truth = pd.DataFrame(shot_truth(write_script(seed, *args)))
    return truth[truth.camera != ''].reset_index(drop=True)


@pytest.mark.parametrize('kind', PLACE_KINDS)
def test_a_look_moves_nothing_and_paints_everything(kind):
    own, *looks = [place(kind, 41, look) for look in (None, 70, 71)]
    for q in looks:
        assert (
            q.cameras == own.cameras
            and q.corners == own.corners
            and q.spots == own.spots
            and q.size == own.size
        )
        assert q.plan.lamps == own.plan.lamps and q.plan.windows == own.plan.windows
        for x, y in zip(own.plan.solids, q.plan.solids, strict=True):
            assert (
                x.form == y.form
                and (x.centre == y.centre).all()
                and (x.half == y.half).all()
                and (x.axes == y.axes).all()
            )
    assert [s.paint for s in looks[0].plan.solids] != [s.paint for s in looks[1].plan.solids]


@pytest.mark.parametrize(
    'kind', [k for k in PLACE_KINDS if k not in ('street', 'garden', 'bar', 'shop')]
)
def test_looks_of_one_ten_share_no_colour_that_has_a_name(kind):
    a, b = (lay_out(kind, 5, look).look for look in (36, 37))
    differ = [x != y for x, y in zip(a, b, strict=True)]
    assert sum(differ) >= len(a) - 1, (a, b)    # an office carpet is grey


def test_another_layout_in_the_same_look():
    for kind in ('kitchen', 'bedroom', 'library'):
        a, b = place(kind, built(kind, 50, False), 12), place(kind, built(kind, 50, True), 12)
        assert a.look == b.look and a.plan.mirrored != b.plan.mirrored and a.size != b.size


@pytest.mark.parametrize('kind', OLD)
def test_without_a_look_a_place_is_what_it_always_was(kind):
    q = place(kind, 123)
    seen = shoot(q, hour=10, size=(36, 64)).mean()
    where = sum(
        float(np.abs(s.centre).sum()) for s in q.plan.solids if np.abs(s.centre).max() < 9
    ) / len(q.plan.solids)
    assert (seen, where) == (
        pytest.approx(OLD[kind][0], abs=0.2),
        pytest.approx(OLD[kind][1], abs=1e-3),
    )


@pytest.mark.parametrize('kind', PLACE_KINDS)
def test_matched_cameras_stand_alike_and_see_something(kind):
    for seed in (60, 61):
        q = place(kind, seed, 5)
        for camera in MATCHED:
            eye, target, fov = q.view(camera)
            corner = (np.array(q.size[:2])/2 - .4)*np.sign(eye[:2])
            assert (
                fov == 74
                and eye[2] == 2
                and np.isclose(np.linalg.norm(corner - eye[:2]), q.moved(camera))
            )
            assert np.allclose(np.array(target) - eye, [*-corner, -1.])
            x = shoot(q, camera, hour=12, size=(36, 64))[0].astype(float)
            assert 25 < x.mean() < 235 and x.std() > 12, (kind, seed, camera, x.mean(), x.std())
    assert len({np.sign(q.view(c)[0][:2]).tobytes() for c in MATCHED}) == 4


def test_every_film_has_two_rooms_of_two_kinds():
    for seed in SEEDS:
        shots = shots_of(seed)
        rooms = shots.drop_duplicates('place')
        assert (
            5 <= len(rooms) <= 7
            and 3 <= rooms.kind.nunique() <= 4
            and (rooms.kind.value_counts() == 2).sum() >= 2
        )
        assert len(set(zip(rooms.kind, rooms.place_seed, rooms.look_seed, strict=True))) == len(
            rooms
        )
        for kind, some in rooms.groupby('kind'):
            assert sorted(some.place) == ([f'{kind} 1', f'{kind} 2'] if len(some) == 2 else [kind])


def test_every_film_holds_the_comparisons_that_the_question_needs():
    for seed in SEEDS:
        shots = shots_of(seed)
        same = {
            c: shots[c].to_numpy(object)[:, None] == shots[c].to_numpy(object)
            for c in ('place', 'kind', 'camera', 'light')
        }
        room = same['place'] & ~np.eye(len(shots), dtype=bool)
        other_room = same['kind'] & ~same['place']
        assert (
            (room & (same['camera'] ^ same['light'])).any(1).all()
        ), 'a target that differs in one'
        assert (
            (room & ~same['camera'] & ~same['light']).any(1).all()
        ), 'a target that differs in both'
        assert (room & same['camera'] & same['light']).any(), 'an easy one'
        matched = shots.camera.isin(MATCHED).to_numpy()
        rivals = (other_room & same['camera'] & same['light']).any(1) & matched
        for kind in shots.kind[other_room.any(1)].unique():
            assert rivals[shots.kind == kind].sum() >= 4, (seed, kind)


def test_rooms_come_back_in_another_light_and_never_at_once():
    for seed in SEEDS:
        scenes = [s for s in write_script(seed).scenes if s.place]
        assert all(a.place != b.place for a, b in zip(scenes, scenes[1:], strict=False))
        assert min(Counter(s.place for s in scenes).values()) >= 2
        lights = (
            pd.DataFrame([(s.place, light_of(s.hour, s.lamps)) for s in scenes])
            .groupby(0)[1]
            .nunique()
        )
        assert (lights > 1).all(), (seed, lights)


def test_short_films_and_few_kinds_can_be_written():
    for seed in range(1, 12):
        for args in ((26, 12), (14, 4), (400, 120)):
            assert len({r[0] for r in rooms_of(write_script(seed, *args)).values()}) >= 1
        assert set(
            r[0] for r in rooms_of(write_script(seed, kinds=('street', 'bar'))).values()
        ) == {'street', 'bar'}


def test_the_titles_of_the_sample_films_have_not_changed():
    assert [write_script(s).title for s in film_seeds('sample', 6)] == [
        'Noor and the Key',
        'Hugo and the Visit',
        'The Lamp of Amina',
        'Before the Second Promise',
        'The Quiet Key',
        'The Lamp of Lea',
    ]


def test_films_of_different_splits_share_no_layout_and_no_look():
    rooms = pd.DataFrame(
        [
            (split, kind, layout, look // 10)
            for split in ('sample', 'train', 'validation', 'test')
            for s in film_seeds(split, 6)
            for kind, layout, look in rooms_of(write_script(s)).values()
        ],
        columns=['split', 'kind', 'layout', 'look'],
    )
    for what in ('layout', 'look'): assert rooms.groupby(what).split.nunique().max() == 1
    probe = world.probe_design()
    assert not set(rooms.layout) & set(probe.place_seed) and not set(rooms.look) & set(
        probe.look_seed // 10
    )


def test_records_tell_rooms_as_people_do():
    said = [json.dumps(film_record(write_script(s))) for s in range(1, 5)]
    assert not any(f'{kind} {i}' in text for text in said for kind in PLACE_KINDS for i in (1, 2))
    assert any("'s kitchen" in text or "'s bedroom" in text for text in said) and any(
        ' with the ' in text for text in said
    )


def test_a_room_of_a_probe_has_each_kind_of_twin():
    rooms = world.probe_design().drop_duplicates('place')
    assert len(rooms) == rooms.place.nunique() == 20
    for r in rooms.itertuples():
        others = rooms[(rooms.kind == r.kind) & (rooms.place != r.place)]
        seen = {
            (o.place_seed == r.place_seed, o.look_seed == r.look_seed) for o in others.itertuples()
        }
        assert seen == {(True, False), (False, True), (False, False)}
        ways = {lay_out(o.kind, o.place_seed).mirrored for o in others.itertuples()}
        assert ways == {True, False}


def test_motion_of_a_probe_is_no_shadow_of_another_factor():
    design = world.probe_design()
    factors = ['camera', 'hour', 'light', 'cast']
    room = design[design.place == design.place[0]].set_index(factors).motion
    for f in factors:
        changed = [room[a] == room[b] for a in room.index for b in room.index
                   if [x != y for x, y in zip(a, b, strict=True)] == [g == f for g in factors]]
        assert .3 < np.mean(changed) < .6, (f, np.mean(changed))


def test_a_probe_set_says_what_is_true_of_its_clips(tmp_path):
    design = world.probe_design(kinds=1, cameras=2, hours=1, lights=1, casts=1)
    scenes, truth = world.probe_set(tmp_path/'p.mp4', design, frames=2, size=(36, 64))
    assert {
        'place',
        'kind',
        'camera',
        'light',
        'hour',
        'cast',
        'motion',
        'layout',
        'look',
        'moved',
    } <= {*truth} & {*scenes}
    assert scenes.place.tolist() == truth.place.tolist() == design.place.tolist() and set(
        truth.kind
    ) == {'kitchen'}
    again = world.probe_set(tmp_path/'p.mp4')
    pd.testing.assert_frame_equal(again.truth, truth)
    with pytest.raises(ValueError, match='needs a path'): world.probe_set(frames=3)


def test_a_truth_from_before_has_kinds_for_places(tmp_path):
    shot = dict(
        start=0.0,
        end=2.0,
        place='bar',
        place_seed=1,
        camera='master',
        hour=9.0,
        lamps=True,
        light='morning, lamps',
        cast=[],
    )
    for name in ('a.mp4', 'p.mp4'): (tmp_path/name).write_bytes(name.encode())
    (tmp_path/'a.truth.json').write_text(json.dumps(dict(shots=[shot])))
    got = world.label_from_truth(scene_table([dict(path=str(tmp_path/'a.mp4'), start=0., end=2.)]))
    assert got.place[0] == got.kind[0] == 'bar' and got.look_seed[0] == -1
    old = dict(
        start=0.0,
        end=2.0,
        place='bar',
        camera='master',
        hour=9.0,
        light='lamps on',
        cast='two',
        motion='pan',
        place_seed=3,
    )
    (tmp_path/'p.truth.json').write_text(json.dumps(dict(segments=[old])))
    factors = world.load_probe(tmp_path/'p.mp4')[1]
    assert tuple(factors) == world.FACTORS and factors.kind[0] == 'bar'


def test_the_sample_films_are_what_their_scripts_say():
    films = world.shipped_probe().parents[1]/'films'
    for seed in film_seeds('sample', 6):
        script = write_script(seed)
        path = films/f'{script.title.lower().replace(" ", "-")}.mp4'
        truth = world.load_truth(path)
        pd.testing.assert_frame_equal(
            truth.drop(columns='moved'),
            pd.DataFrame(json.loads(json.dumps(scripts.shot_truth(script)))),
            check_dtype=False,
        )
        assert (
            json.loads(path.with_suffix('.json').read_text())['content_metadata']
            == film_record(script)['content_metadata']
        )


def test_the_shipped_probe_is_the_default_design():
    truth, design = world.probe_set().truth, world.probe_design()
    pd.testing.assert_frame_equal(truth[[*design]], design, check_dtype=False)
