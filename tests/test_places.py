"The film world beyond one cell: many seeds, every camera, every move, light that behaves"
import numpy as np
import pytest
import torch

from scene_explore.datasets.world.light import Light, film, stage
from scene_explore.datasets.world.people import ACTIVITIES, person
from scene_explore.datasets.world.places import (
    CAMERAS, MOVES, OUTDOOR, PLACE_KINDS, _moving, _positions, inside, place, shoot,
)
from scene_explore.datasets.world.raycast import look, pack, trace
from scene_explore.datasets.world.shapes import Paint, ball, box, tube

SMALL = dict(size=(36, 64))


@pytest.mark.parametrize('kind', PLACE_KINDS)
def test_cameras_stay_out_of_solids_and_inside_the_place(kind):
    for seed in range(10, 15):
        q = place(kind, seed)
        W, D, H = q.size
        assert set(q.cameras) == set(CAMERAS) and q.props and q.look
        for camera in CAMERAS:
            for move in MOVES:
                eyes, _, fov = _moving(q, camera, move, np.linspace(0, 6, 5), seed)
                assert not inside(q.plan.solids, eyes, .01).any(), (kind, seed, camera, move)
                assert (
                    (abs(eyes[:, 0]) < W / 2).all()
                    and (abs(eyes[:, 1]) < D / 2).all()
                    and (0 < eyes[:, 2]).all()
                    and (eyes[:, 2] < max(H, 5)).all()
                )
                assert 30 < fov < 90


@pytest.mark.parametrize('kind', PLACE_KINDS)
def test_a_place_is_its_seed_and_every_camera_sees_something(kind):
    a, b, c = place(kind, 7), place(kind, 7), place(kind, 8)
    assert a.props == b.props and a.cameras == b.cameras and a.spots == b.spots
    for camera in CAMERAS:
        x, y = (shoot(p, camera, hour=13, **SMALL)[0].astype(float) for p in (a, b))
        assert np.array_equal(x, y) and x.std() > 12 and 25 < x.mean() < 235, (
            kind,
            camera,
            x.mean(),
            x.std(),
        )
    assert abs(shoot(a, hour=13, **SMALL).astype(float) - shoot(c, hour=13, **SMALL)).mean() > 8


@pytest.mark.parametrize('kind', PLACE_KINDS)
def test_people_do_what_they_are_told_within_the_place(kind):
    q = place(kind, 21)
    W, D, _ = q.size
    for activity in ACTIVITIES:
        where = _positions(q, 3, activity, 4)
        assert len(where) == 3 and all(abs(x) < W/2 and abs(y) < D/2 for _, x, y, _, _ in where)
        assert (
            len({(round(x, 2), round(y, 2)) for _, x, y, _, _ in where}) == 3
        ), 'nobody stands in somebody else'
    free = [s for s in q.spots if s.kind == 'stand']
    assert (
        len(free) > 2
        and not inside(
            q.plan.solids, [(s.x, s.y, z) for s in free for z in (0.3, 1.0, 1.6)], 0.05
        ).any()
    )


def test_night_is_darker_than_day_and_lamps_help():
    for kind in ('kitchen', 'corridor', *OUTDOOR):
        q = place(kind, 2)
        def mean(hour, lamps, q=q): return shoot(q, hour=hour, lamps=lamps, **SMALL).mean()
        assert mean(0, False) < .75*mean(12, False) and mean(0, False) < mean(0, True), kind


def test_frames_do_not_depend_on_what_was_shot_before():
    one, two = place('bar', 3), place('bar', 3)
    for hour in (8, 22, 13): shoot(one, 'high', hour=hour, **SMALL)
    assert np.array_equal(
        shoot(one, hour=9.5, people=(person(1),), **SMALL),
        shoot(two, hour=9.5, people=(person(1),), **SMALL),
    )


def test_a_static_take_differs_by_grain_alone_and_a_pan_by_more():
    q = place('office', 1)
    still, pan = (shoot(q, move=m, times=(0, 2.), **SMALL).astype(float) for m in ('static', 'pan'))
    assert 0 < abs(still[0] - still[1]).mean() < 4 < abs(pan[0] - pan[1]).mean()


def test_shadow_falls_away_from_the_sun_on_either_side():
    floor = box(0, 0, -.1, 8, 8, .1, Paint('plain'))
    pole = tube(0, 0, 0, .3, 1.2, Paint('plain'))
    for side in (-1, 1):
        sun = np.array([side*.7, 0, .7])/np.linalg.norm([.7, .7])
        light = Light(sun, (2., 2., 2.), (.2, .3, .5), (.5, .5, .5), (.3, .3, .3), (.1, .1, .1))
        row = (
            film(stage([floor, pole], light), look([0, -0.01, 9], [0, 0, 0], 40), (81, 81))[0]
            .float()
            .mean(2)[39:42]
            .mean(0)
        )
        east, west = row[52:56].mean(), row[25:29].mean()
        assert (west < .8*east) if side > 0 else (east < .8*west)


def test_the_nearest_of_many_wins_and_chunks_do_not_matter():
    r = np.random.default_rng(0)
    things = [
        f(*r.uniform(-3, 3, 3), *r.uniform(0.1, 0.6, n), Paint())
        for f, n in ((box, 3), (ball, 3), (tube, 2))
        for _ in range(20)
    ]
    forms = pack(things)
    cams = look(r.normal(size=(3, 3))*2 + [0, -9, 0], np.zeros((3, 3)), 50)
    depth, index = trace(forms, cams, (40, 60))
    for chunk in (500, 1 << 22):
        d, i = trace(forms, cams, (40, 60), chunk=chunk)
        assert torch.equal(d, depth) and torch.equal(i, index)
    alone = torch.stack([trace(pack([s]), cams, (40, 60))[0] for s in things])
    assert torch.equal(alone.amin(0), depth) and torch.equal(
        alone.gather(0, index.clamp(min=0)[None])[0].isfinite(), index >= 0
    )


def test_wrong_names_are_named():
    q = place('shop', 1)
    for call in (
        lambda: place('moon', 0),
        lambda: shoot(q, 'drone'),
        lambda: shoot(q, move='crash'),
        lambda: shoot(q, people=(person(1),), activity='fly'),
    ):
        with pytest.raises(ValueError, match='is called'): call()
