"Learned boundaries: what a cut shows, heads, the contextual model"
import json
import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from scene_explore.segmentation import mean_average_precision
from scene_explore.segmentation.contextual import pseudo_boundary
from scene_explore.segmentation.learned import (
    BoundaryHead,
    BoundaryModel,
    HeadConfig,
    load_head,
    save_head,
)
from scene_explore.segmentation.shot_inputs import (
    centred_rows,
    feature_windows,
    film_parts,
    mirrored,
    shot_rows,
    similarity_tokens,
    similarity_windows,
    standardised,
    window_shots,
)
from scene_explore.segmentation.unseen import fitted

SMALL = dict(reach=3, width=16, layers=1, heads=2, batch=16, steps=50, pretrain_steps=50)
QUICK = dict(hidden=8, steps=60, folds=3)


def made_up(seed, dim=12, noise=.4, scenes=6):
    "Features of the shots of a film, and its boundaries"
    rng = np.random.default_rng(seed)
    shots = []
    scene = []
    for s in range(scenes):
        cameras = rng.normal(size=dim) + .8*rng.normal(size=(2, dim))
        for i in range(rng.integers(4, 9)):
            shots.append(cameras[i % 2] + noise*rng.normal(size=dim))
            scene.append(s)
    return np.array(shots), np.diff(scene)


@pytest.fixture(scope='module')
def films():
    return list(zip(*map(made_up, range(12)), strict=True))


def test_windows_are_the_similarities_of_the_centred_features():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(9, 5))
    u = x/np.linalg.norm(x, axis=1, keepdims=True)
    u -= u.mean(0)
    s = u @ u.T/np.linalg.norm(u, axis=1)/np.linalg.norm(u, axis=1)[:, None]
    rows = []
    for cut in range(8):
        shots = [min(max(cut + d, 0), 8) for d in (-1, 0, 1, 2)]
        rows.append([s[shots[a], shots[b]] for a in range(4) for b in range(a + 1, 4)])
    np.testing.assert_allclose(similarity_windows(x, 2), standardised(np.array(rows)), atol=1e-5)
    assert window_shots(9, 2)[0].tolist() == [0, 0, 1, 2]


def test_tokens_are_the_same_similarities():
    x = np.random.default_rng(1).normal(size=(7, 4))
    tokens = similarity_tokens(x, 2)
    assert tokens.shape == (7, 5, 5)
    assert (tokens[:, range(5), range(5)] == 0).all()
    np.testing.assert_allclose(tokens, tokens.transpose(0, 2, 1), atol=1e-6)
    # shot 3 and shot 4 are neighbours in the windows around 2, 3, 4 and 5
    near = [tokens[i, 5 - i, 6 - i] for i in (2, 3, 4, 5)]
    assert np.ptp(near) < 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.integers(1, 5), st.integers(0, 1000), st.booleans())
def test_backwards_is_mirrored(n, window, seed, signal):
    rng = np.random.default_rng(seed)
    film = dict(picture=rng.normal(size=(n, 6)))
    if signal: film['length'] = rng.random(n)
    back = {k: v[::-1] for k, v in film.items()}
    ours = mirrored(similarity_windows(film, window), window)[::-1]
    np.testing.assert_allclose(ours, similarity_windows(back, window), atol=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.integers(0, 1000))
def test_a_rotation_or_another_scale_changes_nothing(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5))
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    np.testing.assert_allclose(similarity_windows(x), similarity_windows(7*x @ turn), atol=1e-3)


@pytest.mark.parametrize('n', [1, 2, 3])
def test_films_of_few_shots(n):
    x = np.random.default_rng(0).normal(size=(n, 3))
    film = dict(picture=x, length=np.arange(n))
    assert len(similarity_windows(film)) == len(feature_windows(film)) == n - 1
    assert len(similarity_tokens(film)) == len(shot_rows(film)) == n
    assert np.isfinite(similarity_windows(film)).all()


def test_what_is_not_known_stands_at_the_mean():
    x = np.random.default_rng(0).normal(size=(8, 3))
    x[2] = 0    # a black shot has no direction
    film = dict(picture=x, sound=np.where(np.arange(8) < 4, np.nan, 1.))
    rows = similarity_windows(film)
    assert np.isfinite(rows).all() and (rows[:, -8:] == 0).all()


@pytest.mark.parametrize('value', [0, .1, -3e4, 1e-7])
@pytest.mark.parametrize('dtype', [np.float32, float])
def test_what_does_not_change_says_nothing(value, dtype):
    x = np.full((40, 300), value, dtype)
    film = dict(picture=x, sound=x[:, 0])
    for read in (similarity_windows, similarity_tokens, feature_windows, shot_rows):
        assert not read(film).any()


@pytest.mark.parametrize('nothing', [0, np.nan, np.inf])
def test_shots_without_features_are_as_like_to_any_other(nothing):
    x = np.random.default_rng(0).normal(size=(12, 5)) + 4
    x[[3, 7]] = nothing
    centred = centred_rows(x)
    kept = np.delete(x, [3, 7], 0)
    u = kept/np.linalg.norm(kept, axis=1, keepdims=True)
    u -= u.mean(0)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    np.testing.assert_allclose(np.delete(centred, [3, 7], 0), u)
    assert not centred[[3, 7]].any()
    tokens = similarity_tokens(x, 2)
    for i in range(2, 10):   # the shots of a window that have none, in rows and in columns
        lost = [k for k, shot in enumerate(range(i - 2, i + 3)) if shot in (3, 7)]
        assert not tokens[i, lost].any() and not tokens[i, :, lost].any()


@pytest.mark.parametrize('film, problem', [
    ({}, 'without features'),
    (np.zeros((0, 4)), 'without features'),
    (dict(a=np.ones((3, 2)), b=np.ones(4)), 'several numbers of shots'),
    (np.ones((2, 2, 2)), 'expected'),
])
def test_odd_films_are_refused(film, problem):
    with pytest.raises(ValueError, match=problem): film_parts(film)


def test_pseudo_boundaries_against_brute_force():
    for s in torch.rand(30, 9, 9, generator=torch.Generator().manual_seed(0)):
        means = [s[0, :b + 1].mean() + s[-1, b + 1:].mean() for b in range(8)]
        assert pseudo_boundary(s[None]).item() == int(np.argmax(means))


@pytest.mark.parametrize('make', [
    lambda: BoundaryHead(**QUICK),
    lambda: BoundaryHead(**QUICK | dict(hidden=0)),
    lambda: BoundaryModel(**SMALL | dict(steps=150)),
])
def test_boundaries_of_new_films_are_found(films, make):
    x, y = films
    learned = make().fit(x[:8], y[:8])
    pairs = [(b, learned.scores(a)) for a, b in zip(x[8:], y[8:], strict=True)]
    shuffled = [(np.random.default_rng(0).permutation(b), s) for b, s in pairs]
    assert mean_average_precision(pairs).value > .75
    assert mean_average_precision(shuffled).value < .5
    assert all(len(s) == len(b) and ((s >= 0) & (s <= 1)).all() for b, s in pairs)


def test_a_head_works_on_an_encoder_it_has_not_seen(films):
    x, y = films
    head = BoundaryHead(**QUICK).fit(x[:8], y[:8])
    turn = np.random.default_rng(3).normal(size=(12, 40))
    there = [(b, head.scores(np.tanh(a @ turn/4))) for a, b in zip(x[8:], y[8:], strict=True)]
    assert mean_average_precision(there).value > .7


def test_order_and_number_of_spaces_mean_nothing(films):
    x, y = films
    two = [dict(a=o, b=o[:, ::-1]*2) for o in x]
    head = BoundaryHead(**QUICK).fit(x[:6], y[:6])
    np.testing.assert_allclose(head.scores(two[9]), head.scores(x[9]), atol=1e-4)


def test_the_same_seed_gives_the_same_head(films):
    x, y = films
    one, two = (BoundaryHead(**QUICK, seed=3).fit(x[:6], y[:6]).scores(x[9]) for _ in range(2))
    assert (one == two).all()


def test_validation_films_stop_a_training_and_are_not_learned(films):
    x, y = films
    wrong = [1 - o for o in y[6:9]]
    head = BoundaryHead(**QUICK).fit(x[:6], y[:6], (x[6:9], y[6:9]))
    misled = BoundaryHead(**QUICK).fit(x[:6], y[:6], (x[6:9], wrong))
    assert head.steps >= misled.steps == 10   # every look is worse than the first


def test_labels_that_may_not_be_written_are_read(films):
    x, y = films
    frozen = [o.copy() for o in y[:6]]
    for o in frozen: o.flags.writeable = False
    for make in (BoundaryHead(**QUICK), BoundaryModel(**SMALL)): make.fit(x[:6], frozen)


def test_uncertain_cuts_are_not_learned(films):
    x, y = films
    doubtful = [np.where(np.arange(len(o)) % 3 == 0, -1, o) for o in y[:6]]
    flipped = [np.where(o < 0, -1, o) for o in doubtful]
    one = BoundaryHead(**QUICK).fit(x[:6], doubtful)
    two = BoundaryHead(**QUICK).fit(x[:6], flipped)
    assert (one.scores(x[9]) == two.scores(x[9])).all()


@pytest.mark.parametrize('make', [
    lambda: BoundaryHead(**QUICK), lambda: BoundaryModel(**SMALL)
])
@pytest.mark.parametrize('labels, problem', [
    ([np.zeros(5)], 'labels are'),
    ([np.r_[1, 0, 2, 0, 0]], 'labels are'),
    ([np.r_[1, 0, 0]], '6 shots and labels of shape'),
    ([], 'films and 0 arrays'),
])
def test_odd_labels_are_refused(make, labels, problem):
    x = [np.random.default_rng(0).normal(size=(6, 3))]
    with pytest.raises(ValueError, match=problem): make().fit(x, labels, (x, labels))


@pytest.mark.parametrize('learned', [BoundaryHead(), BoundaryModel()])
def test_scores_before_a_training_are_refused(learned):
    with pytest.raises(ValueError, match='not trained'): learned.scores(np.ones((4, 2)))


@pytest.mark.parametrize('make', [
    lambda: BoundaryHead(**QUICK),
    lambda: BoundaryModel(**SMALL),
    lambda: BoundaryModel(**SMALL).pretrain([made_up(20)[0]]),
])
def test_a_second_training_begins_anew(films, make):
    x, y = films
    learned = make()
    first = learned.fit(x[:6], y[:6]).scores(x[9])
    learned.fit(x[6:], y[6:])
    assert (learned.fit(x[:6], y[:6]).scores(x[9]) == first).all()


@pytest.mark.parametrize('make', [lambda: BoundaryHead(**QUICK), lambda: BoundaryModel(**SMALL)])
def test_one_film_is_not_enough(films, make):
    x, y = films
    with pytest.raises(ValueError, match='one film: give others'): make().fit(x[:1], y[:1])


def test_pretraining_alone_scores_nothing(films):
    model = BoundaryModel(**SMALL).pretrain(films[0][:2])
    with pytest.raises(ValueError, match='not trained'): model.scores(films[0][0])


def with_signals(x):
    "The same films with two signals"
    return [dict(x=o, loud=o[:, 0]**2, length=np.arange(len(o))) for o in x]


@pytest.mark.parametrize('make', [
    lambda: BoundaryHead(**QUICK),
    lambda: BoundaryHead(**QUICK, inputs='features', window=2),
    lambda: BoundaryModel(**SMALL),
    lambda: BoundaryModel(**SMALL).pretrain(with_signals([made_up(20)[0]])),
])
def test_what_was_learned_is_kept(films, make, tmp_path):
    x, y = with_signals(films[0]), films[1]
    learned = make().fit(x[:6], y[:6])
    save_head(learned, tmp_path/'head.safetensors')
    again = load_head(tmp_path/'head.safetensors')
    assert type(again) is type(learned) and (again.scores(x[9]) == learned.scores(x[9])).all()
    for name in ('threshold', 'steps', 'config', 'signals'):
        assert getattr(again, name) == getattr(learned, name)
    moved = dict(reversed(x[9].items()))
    assert (again.scores(moved) == learned.scores(x[9])).all()   # signals are known by name
    for lacking in ('loud', 'length'):
        film = {k: v for k, v in x[9].items() if k != lacking}
        with pytest.raises(ValueError, match='signals loud, length, and the film has'):
            again.scores(film)


def test_a_training_after_a_pretraining_is_another(films, tmp_path):
    x, y = films[0][:3], films[1][:3]
    def plain(): return BoundaryModel(**SMALL)
    def begun(): return plain().pretrain(films[0][4:6])
    kept = [fitted(make, x, y, folder=tmp_path) for make in (plain, begun, plain, begun)]
    assert len(list(tmp_path.iterdir())) == 2
    scores = [o.scores(films[0][9]) for o in kept]
    assert (scores[0] == scores[2]).all() and (scores[1] == scores[3]).all()
    assert (scores[0] != scores[1]).any()
    assert (scores[1] == begun().fit(x, y).scores(films[0][9])).all()


def test_only_what_was_learned_can_be_kept(tmp_path):
    for nothing in (BoundaryHead(), BoundaryModel()):
        with pytest.raises(ValueError, match='call fit'): save_head(nothing, tmp_path/'x')
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('change', [
    dict(config=dict(hidden=100_000_000)),
    dict(config=dict(hidden=9)),
    dict(config=dict(nose=3)),
    dict(config=3),
    dict(threshold='high'),
    dict(signals=None),
])
def test_a_card_that_lies_is_refused(films, tmp_path, change):
    x, y = films
    head = BoundaryHead(**QUICK).fit(x[:6], y[:6])
    path = tmp_path/'head.safetensors'
    save_head(head, path)
    with safe_open(path, 'pt') as f: card = json.loads(f.metadata()['boundary_head'])
    save_file(head.network.state_dict(), path, dict(boundary_head=json.dumps(card | change)))
    with pytest.raises(ValueError, match='no boundary head'): load_head(path)


@pytest.mark.parametrize('content', [
    b'', b'PK\x03\x04 zip', b'\x80\x04pickle', b'\2' + b'\0'*7 + b'{}'
])
def test_a_file_that_is_no_head_is_refused(tmp_path, content):
    path = tmp_path/'head.safetensors'
    path.write_bytes(content)
    with pytest.raises(ValueError, match='no boundary head'): load_head(path)


def test_unknown_inputs_are_refused():
    with pytest.raises(ValueError, match="unknown inputs 'pixels'"): HeadConfig(inputs='pixels')


class AfterSteps(threading.Event):
    "An event that is set when it has been asked so many times"
    def __init__(self, n):
        super().__init__()
        self.left = n

    def is_set(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize('stop', [26, 40])
def test_a_pretraining_goes_on_to_the_bit(films, tmp_path, stop):
    x = films[0][:3]
    config = SMALL | dict(every=10)
    whole = BoundaryModel(**config).pretrain(x)
    path = tmp_path/'state.safetensors'
    BoundaryModel(**config).pretrain(x, path, cancel=AfterSteps(stop))
    again = BoundaryModel(**config).pretrain(x, path, cancel=AfterSteps(50 - stop//10*10))
    for a, b in zip(whole.pretrained.parameters(), again.pretrained.parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize('spoil', [
    lambda path: path.write_bytes(path.read_bytes()[:500]),
    lambda path: path.write_text(json.dumps(dict(step=3))),
])
def test_a_damaged_state_begins_anew(films, tmp_path, spoil):
    x = films[0][:2]
    path = tmp_path/'state.safetensors'
    whole = BoundaryModel(**SMALL).pretrain(x, path)
    spoil(path)
    again = BoundaryModel(**SMALL).pretrain(x, path)
    for a, b in zip(whole.pretrained.parameters(), again.pretrained.parameters(), strict=True):
        assert torch.equal(a, b)


def pretext_rank(model, films): # of the pseudo-boundary among the 7 shots of a window; 3 by chance
    tokens = torch.cat([model.tokens(o) for o in films])
    cut = pseudo_boundary(tokens[..., :7])
    model.pretrained.eval()
    with torch.inference_mode(): found = model.pretrained.border(model.pretrained(tokens))[..., 0]
    return (found > found[torch.arange(len(cut)), cut][:, None]).float().sum(1).mean()


def test_pretraining_learns_the_pretext(films):
    x = films[0]
    ranks = [
        pretext_rank(BoundaryModel(**SMALL | dict(pretrain_steps=n)).pretrain(x[:6]), x[6:])
        for n in (0, 50, 200)
    ]
    assert ranks[0] > ranks[1] > ranks[2] and ranks[2] < 1
