"""The weighting lab without a browser: what the knobs say against closed forms, what is refused,
trainings that are stopped, threads that end"""
import json
import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from scene_explore.training import losses as wt
from scene_explore.encoders.relatedness import CALIBRATIONS, relatedness
from scene_explore.views.deck import pack
from scene_explore.views.weighting_lab import WeightingLab
from scene_explore.training.ideal import (
    DEFAULTS,
    checked,
    collapse_verdict,
    forces,
    options_of,
    relax,
    similarity_loss,
    weighting_of,
)
from scene_explore.training.supervision import Related
from scene_explore.core.scenes import scene_table

FILMS = 'abcdef'


def make(n=60, films=6, **options):
    "Scenes of three places; the words say the place, the embeddings the film"
    rng = np.random.default_rng(0)
    place = np.arange(n) % 3
    film = np.arange(n)*films//n
    scenes = scene_table([
        dict(
            path=f'{FILMS[f]}.mp4',
            video_id=FILMS[f],
            start=i,
            end=i + 1,
            place=('bar', 'hall', 'street')[p],
        )
        for i, (f, p) in enumerate(zip(film, place, strict=True))
    ])
    x = np.eye(16)[film] + .5*np.eye(16)[8 + place] + .1*rng.normal(size=(n, 16)) + .3
    return WeightingLab(
        scenes, x, **({'text': np.eye(6)[place] + 0.3 + 0.2 * rng.normal(size=(n, 6))} | options)
    )


@pytest.fixture
def lab():
    o = make()
    yield o
    o.stop()
    o.wait()
    assert not [
        t for t in threading.enumerate() if t.name in ('training', 'latest')
    ], 'a thread is left'


def ask(lab, kind, **args):
    "What a page is answered"
    sent = []
    lab.send = lambda message, buffers=None: sent.append((message, buffers))
    lab.heard(dict(ask='1', kind=kind, args=args))
    del lab.send
    return next(o for o in sent if o[0].get('answer') == '1')


def array(spec, buffers):
    return np.frombuffer(buffers[spec['at']], spec['dtype']).reshape(spec['shape']).copy()


# ---- what a slider is answered
@pytest.mark.parametrize(
    'change',
    [
        dict(f='squared', g='squared'),
        dict(f='power 3', g='linear', margin=0.4),
        dict(calibration='quantile', f='sigmoid 0.6, 0.05'),
        dict(calibration='centred'),
        dict(f='drawn', f_points=[[0, 0], [0.5, 0.9], [1, 1]], g='threshold 0.3'),
    ],
)
def test_what_a_page_is_answered_is_what_the_formulas_give(lab, change):
    message, buffers = ask(lab, 'settings', settings=change)
    seen, w = message['value']['seen'], weighting_of(lab.settings)
    json.dumps(message, allow_nan=False)
    at = array(seen['at'], buffers)
    assert len(at) == 101 and at[-1] == 1
    np.testing.assert_allclose(array(seen['n'], buffers), wt.net_pull(at, w).numpy(), atol=1e-12)
    s = relatedness(lab.related.text, lab.settings['calibration'])
    assert seen['pulled'] == pytest.approx(wt.pulled_share(s, w)) and array(
        seen['histogram'], buffers
    ).sum() == pytest.approx(1)
    sim = lab.x/np.linalg.norm(lab.x, axis=1, keepdims=True)
    sim = sim @ sim.T
    force = np.where(
        sim > lab.settings['margin'],
        *((lambda f, g: (f - g, f))(*(o.numpy() for o in w(s.astype(np.float64)))))
    )
    upper = np.sort(force[np.triu_indices(len(s), 1)])
    assert [o['force'] for o in seen['pull']] == pytest.approx(
        [v for v in upper[::-1][:5] if v > 0], abs=1e-5
    )
    assert [o['force'] for o in seen['push']] == pytest.approx(
        [v for v in upper[:5] if v < 0], abs=1e-5
    )
    for o in seen['pull'] + seen['push']:
        assert o['s'] == pytest.approx(s[o['i'], o['j']], abs=1e-6) and o['sim'] == pytest.approx(
            sim[o['i'], o['j']], abs=1e-4
        )


@pytest.mark.parametrize('loss', list(wt.LOSSES))
@pytest.mark.parametrize('weights', ['linear', 'power 2', 'sigmoid'])
def test_the_quick_loss_is_the_loss(loss, weights):
    rng = np.random.default_rng(3)
    v = torch.nn.functional.normalize(
        torch.tensor(rng.normal(size=(25, 6)), dtype=torch.float32), dim=1
    )
    # with ties
    s = rng.uniform(0, 1, (25, 25)).round(1)
    s = np.maximum(s, s.T)
    np.fill_diagonal(s, 1)
    o = checked(dict(loss=loss, f=weights, g=weights, margin=.1, temperature=.2, target=.3))
    x = v.clone().requires_grad_()
    y = v.clone().requires_grad_()
    a = similarity_loss(s, o)((lambda u: u @ u.T)(torch.nn.functional.normalize(x, dim=1)))
    b = wt.LOSSES[loss](y, s, weighting_of(o), **options_of(o))
    assert float(a.detach()) == pytest.approx(float(b.detach()), rel=1e-4)
    ga, gb = torch.autograd.grad(a, x)[0], torch.autograd.grad(b, y)[0]
    assert float((ga - gb).abs().max()) < 1e-4*max(1, float(gb.abs().max()))


@given(
    st.integers(0, 10**6),
    st.sampled_from(['linear', 'squared', 'power 3', 'threshold', 'sigmoid']),
    st.floats(-0.9, 0.9),
)
@settings(max_examples=30, deadline=None)
def test_a_step_along_the_forces_makes_the_loss_smaller(seed, preset, margin):
    """A force is minus the derivative of the loss by a similarity: for every loss, moving a little
    that way is downhill"""
    rng = np.random.default_rng(seed)
    u = rng.normal(size=(12, 5))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    s = rng.uniform(0, 1, (12, 12))
    s = (s + s.T)/2
    np.fill_diagonal(s, 1)
    for loss in wt.LOSSES:
        o = checked(dict(loss=loss, f=preset, g=preset, margin=margin))
        sim = torch.tensor(u @ u.T, dtype=torch.float32)
        pull = torch.tensor(forces(sim, s, o), dtype=torch.float32)
        value = similarity_loss(s, o)
        assert float(value(sim + 1e-3*pull)) <= float(value(sim)) + 1e-5


@pytest.mark.parametrize(
    'changes, says',
    [
        (dict(margin=3), 'give a number from -1'),
        (dict(margin='wide'), 'give a number'),
        (dict(f='cubed'), 'no weighting'),
        (dict(loss='hinge'), 'no loss'),
        (dict(calibration='raw'), 'no calibration'),
        (dict(f='drawn'), 'no points say how'),
        (dict(f='drawn', f_points=[[0, 0], [0, 1]]), 'different s'),
        (dict(f='drawn', f_points=[[0, -1], [1, 1]]), 'weights from 0 on'),
        (dict(f_points='abc'), '2 to 200 points'),
        (dict(g='drawn', g_points=[[0, float('nan')], [1, 1]]), '2 to 200 points'),
        (dict(speed=2), 'no such setting'),
        (dict(temperature=0), 'give a number'),
        (dict(f='sigmoid 1, 0'), 'no weighting'),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence_and_changes_nothing(lab, changes, says):
    before = dict(lab.settings)
    message, _ = ask(lab, 'settings', settings=changes)
    assert says in message['error'] and '\n' not in message['error'] and lab.settings == before
    with pytest.raises(ValueError, match=says): lab.set(**changes)


@pytest.mark.parametrize(
    'given, says',
    [
        (dict(text=np.ones((3, 2))), 'row by row'),
        (dict(text=None, s=np.ones((60, 59))), 'symmetric'),
        (dict(text=None, s=np.triu(np.ones((60, 60)))), 'not symmetric'),
        (dict(text=None), 'has a word'),
        (dict(split=['train'] * 59), 'one of train'),
        (dict(settings=dict(margin=7)), 'give a number'),
        (dict(s=np.ones((60, 60))), 'one of the two'),
    ],
)
def test_a_lab_that_cannot_be_is_refused(given, says):
    with pytest.raises(ValueError, match=says): make(**given)


# ---- s from a matrix
def test_a_matrix_of_s_does_what_its_text_does():
    text = np.random.default_rng(0).normal(size=(50, 5)) + .7
    a, b = Related(text=text), Related(s=relatedness(text))
    rows = np.arange(3, 40)
    np.testing.assert_allclose(a(rows), b(rows), atol=1e-6)
    np.testing.assert_allclose(a(rows, 'quantile'), b(rows, 'quantile'), atol=2e-3)
    np.testing.assert_allclose(b.fitted(rows)(rows[::2], 'cosine'), b(rows[::2]))
    lab = make(text=None, s=relatedness(np.eye(3)[np.arange(60) % 3] + .2))
    assert (
        not lab.state()['fixed']['calibrations']['centred']
        and lab.train(steps=4).history.loss.notna().all()
    )
    with pytest.raises(ValueError, match='needs text vectors'): lab.set(calibration='centred')
    lab.wait()


# ---- the ideal geometry
def test_the_ideal_geometry_follows_the_last_question(lab):
    for m in np.linspace(0, .5, 12): lab.set(margin=float(m))
    found = lab.ideal
    rows = lab.state()['ideal']['rows']
    assert lab.state()['ideal']['settings']['margin'] == 0.5 and found.mean_cosine == pytest.approx(
        relax(lab.related(rows), lab.settings).mean_cosine, abs=1e-4
    )
    lab.set(**DEFAULTS | dict(f='power 0.25'))
    assert lab.ideal.mean_cosine > .9 and collapse_verdict(lab.ideal).startswith('Collapse')
    lab.set(f='power 6', g='power 0.25')
    assert lab.ideal.mean_cosine < 0.5 and collapse_verdict(lab.ideal).startswith(
        ('No collapse', 'Few directions')
    )


def test_of_many_scenes_some_are_drawn_and_that_is_said():
    lab = make(1200)
    message, buffers = ask(lab, 'lab')
    assert (
        '1000 of 1200 scenes' in message['value']['seen']['words']
        and len(lab.ideal.v) == 300
        and '300 of 1200' in lab.state()['ideal']['note']
    )
    lab.set(loss='soft_kl')
    assert '300 of 1200 scenes' in lab.seen['words']
    lab.wait()


def test_a_page_without_a_kernel_has_all_it_shows(lab):
    run = lab.train(steps=6)
    header, buffers = pack(lab.deck)
    o = header['extra']['lab']
    json.dumps(header, allow_nan=False)
    assert (
        set(o) == {'fixed', 'settings', 'seen', 'ideal', 'training'}
        and set(o['fixed']['calibrations']) == set(CALIBRATIONS)
        and set(o['fixed']['presets']) >= set(wt.WEIGHTINGS)
    )
    ideal = o['ideal']['ideal']
    assert ideal['shape'] == [60, 60] and len(buffers[header['extra_at'] + ideal['at']]) == 3600
    assert (
        o['training']['curves']['loss'] == pytest.approx(run.history.loss.tolist())
        and o['ideal']['words']
    )
    assert f'trained: {run.name}' in [s['name'] for s in header['spaces']]


# ---- training
def test_a_training_is_that_of_the_knobs_and_the_same_again(lab):
    lab.set(f='squared', calibration='quantile', margin=.2)
    a = lab.train(steps=12, lr=1e-3, seed=4)
    b = lab.train(steps=12, lr=1e-3, seed=4)
    np.testing.assert_array_equal(a.history.loss, b.history.loss)
    np.testing.assert_array_equal(a.after, b.after)
    assert lab.run is b and lab.trained is b.after and len(lab.runs) == 2
    c = a.config
    assert (c.margin, c.calibration, c.lr_head, c.seed, c.k) == (
        0.2,
        'quantile',
        1e-3,
        4,
        0,
    ) and a.after.shape == (60, c.out)
    curves = lab.training['curves']
    assert curves['step'] == list(range(1, 13)) and {
        'loss',
        'val_loss',
        'ratio',
        'mean_cosine',
        'rankme_centred',
    } <= set(curves)


def test_stop_keeps_the_best_state(lab):
    told = threading.Event()
    tell = lab._tell
    def hear(o):
        tell(o)
        if len(lab.training['curves']['step']) > 1 and any(
            v is not None for v in lab.training['curves'].get('val_loss', ())
        ):
            told.set()
    lab._tell = hear
    ask(lab, 'train', steps=2000, lr=.02, k=0, seed=0)
    assert told.wait(60)
    assert 'under way' in ask(lab, 'train', steps=5)[0]['error']
    with pytest.raises(ValueError, match='under way'): lab.train(steps=5)
    ask(lab, 'stop')
    lab.wait()
    h = lab.run.history
    assert (
        lab.run.status == 'cancelled'
        and len(h) < 2000
        and 'the best state is kept' in lab.training['said']
        and f'step {h.val_loss.idxmin() + 1}' in lab.training['said']
    )


def test_what_goes_wrong_in_the_thread_is_one_sentence(lab):
    lab.split = np.array(['val']*60, object)
    with pytest.raises(ValueError, match='nothing can be learned'): lab.train(steps=3)
    assert lab.training['status'] == 'failed' and '\n' not in lab.training['said']
    lab.split = np.array(['train']*60, object)
    assert lab.train(steps=3).status == 'done' and 'last step' in lab.training['said']


@pytest.mark.parametrize(
    'asked, says',
    [
        (dict(lr=0), 'no step size'),
        (dict(k=1), 'only the head'),
        (dict(steps=0), 'too small'),
        (dict(lr='fast'), 'fast'),
    ],
)
def test_a_training_that_makes_no_sense_is_refused_before_it_starts(lab, asked, says):
    assert says in ask(lab, 'train', **asked)[0]['error'] and lab.training['status'] == 'idle'


def test_the_projection_moves_on_axes_that_stay(lab):
    seen = []
    tell = lab._tell
    lab._tell = lambda o: (tell(o), seen.append(lab.training.get('xy')))
    # nearly every pair is pulled: the space shrinks
    lab.set(f='power 0.25')
    lab.train(steps=40, lr=.01)
    xy = [o for o in seen if o is not None]
    assert (
        np.isfinite(xy[0]).all()
        and xy[0].shape == (60, 2)
        and lab.training['reach'] >= np.abs(xy[-1]).max()
    )
    u = (lambda v: v/np.linalg.norm(v, axis=1, keepdims=True))(lab.trained)
    assert np.linalg.norm(u.mean(0)) > .9 and np.abs(xy[-1] - xy[0]).max() > 1e-3
