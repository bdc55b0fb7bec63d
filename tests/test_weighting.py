"""The losses against closed forms, naive sums and finite differences; the ideal geometry against
what the mathematics says."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings, strategies as st

from scene_explore.training import losses as w

ALL = [w.text_guided_loss, w.cwcl_loss, w.soft_kl_loss, w.cosent_loss]
each_loss = pytest.mark.parametrize('loss', ALL, ids=lambda f: f.__name__)


def batch(n=7, d=5, seed=0, low=0., high=1.):
    g = torch.Generator().manual_seed(seed)
    s = low + (high - low)*torch.rand(n, n, generator=g, dtype=torch.float64)
    s = (s + s.T)/2
    return torch.randn(n, d, generator=g, dtype=torch.float64), s.fill_diagonal_(1)


def gradient(loss, v, *args, **kw):
    v = v.clone().requires_grad_()
    loss(v, *args, **kw).backward()
    return v.grad


@given(
    st.integers(0, 1000),
    st.sampled_from([w.linear, w.squared, w.power(3), w.sigmoid()]),
    st.floats(-0.5, 0.9),
)
@settings(max_examples=30, deadline=None)
def test_the_seeds_loss_is_the_sum_over_pairs(seed, weighting, m):
    v, s = batch(seed=seed)
    u, n = (v/v.norm(dim=1, keepdim=True)).numpy(), len(v)
    f, g = (o.numpy() for o in weighting(s))
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    pull = np.mean([f[i, j]*(1 - u[i] @ u[j]) for i, j in pairs])
    push = np.mean([g[i, j]*max(u[i] @ u[j] - m, 0) for i, j in pairs])
    assert float(w.text_guided_loss(v, s, weighting, margin=m)) == pytest.approx(pull + push)


def test_linear_and_squared_are_one_force_above_the_margin_and_two_below():
    v, s = batch()
    close = torch.ones(7, 5, dtype=torch.float64) + .2*v                       # every sim above 0
    u = F.normalize(close, dim=1)
    assert (u @ u.T).min() > .1
    assert torch.allclose(
        gradient(w.text_guided_loss, close, s, w.linear),
        gradient(w.text_guided_loss, close, s, w.squared),
        atol=1e-12,
    )
    far = torch.eye(7, dtype=torch.float64) - .2                              # every sim below 0
    u = F.normalize(far, dim=1)
    assert (u @ u.T)[~torch.eye(7, dtype=bool)].max() < 0
    assert not torch.allclose(
        gradient(w.text_guided_loss, far, s, w.linear),
        gradient(w.text_guided_loss, far, s, w.squared),
        atol=1e-4,
    )


@each_loss
@pytest.mark.parametrize(
    'weighting',
    [w.linear, w.squared, w.sigmoid(0.4, 0.2), w.piecewise([(0, 0.1), (0.6, 0.2), (1, 1)])],
    ids=repr,
)
def test_gradients_are_those_of_finite_differences(loss, weighting):
    v, s = batch(5, 4)
    assert torch.autograd.gradcheck(lambda v: loss(v, s, weighting), v.requires_grad_(), atol=1e-6)


@each_loss
def test_a_loss_asks_neither_for_the_order_nor_for_the_length_nor_for_the_diagonal(loss):
    v, s = batch()
    p = torch.randperm(7, generator=torch.Generator().manual_seed(1))
    changed = s.clone().fill_diagonal_(.123)
    for other in (
        loss(v[p], s[p][:, p]),
        loss(3 * v, s),
        loss(v, changed),
        loss(v.numpy(), s.numpy()),
    ):
        assert float(other) == pytest.approx(float(loss(v, s)))


def test_cwcl_is_its_formula():
    v, s = batch()
    u, n = F.normalize(v, dim=1).numpy(), 7
    total = 0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        e = {j: np.exp(u[i] @ u[j]/.1) for j in others}
        total -= (
            sum(
                float(s[i, j])
                / sum(float(s[i, k]) for k in others)
                * np.log(e[j] / sum(e.values()))
                for j in others
            )
            / n
        )
    assert float(w.cwcl_loss(v, s)) == pytest.approx(total)


def test_soft_kl_is_zero_where_the_similarities_are_the_target():
    v, _ = batch()
    u = F.normalize(v, dim=1)
    assert float(w.soft_kl_loss(v, u @ u.T, tau=.2, tau_target=.2)) == pytest.approx(0, abs=1e-12)
    assert float(w.soft_kl_loss(v, batch(seed=5)[1])) > 0


def test_cosent_is_the_sum_over_pairs_of_pairs():
    v, s = batch()
    # with ties, which do not count
    s = (s*5).round()/5
    u = F.normalize(v, dim=1)
    sim, pairs = (u @ u.T).numpy(), [(i, j) for i in range(7) for j in range(i)]
    total = sum(
        np.exp(20 * (sim[kl] - sim[ij]))
        for ij in pairs
        for kl in pairs
        if float(s[ij]) > float(s[kl]) + 1e-12
    )
    assert float(w.cosent_loss(v, s)) == pytest.approx(np.log1p(total))


@each_loss
def test_autocast_does_not_cost_precision(loss):
    v, s = batch()
    v, s = v.float(), s.float()
    with torch.autocast('cpu', torch.bfloat16): inside = loss(v, s)
    assert inside.dtype == torch.float32 and float(inside) == pytest.approx(
        float(loss(v, s)), rel=1e-6
    )


@given(
    st.integers(0, 1000),
    st.sampled_from(['linear', 'squared', 'power 3', 'sigmoid', 'threshold']),
    st.floats(-0.5, 0.9),
)
@settings(max_examples=30, deadline=None)
def test_collapsed_loss_is_the_loss_of_equal_vectors(seed, name, m):
    _, s = batch(seed=seed)
    assert float(w.text_guided_loss(torch.ones(7, 3), s, name, margin=m)) == pytest.approx(
        w.collapsed_loss(s, name, m), rel=1e-5, abs=1e-6
    )
    assert 0 <= w.pulled_share(s, name) <= 1


@pytest.mark.parametrize('bad', [lambda s: s/0, lambda s: s*float('nan'), lambda s: s[0]])
def test_a_weighting_that_makes_no_weights_is_refused(bad):
    with pytest.raises(ValueError, match="the weighting 'mine'"):
        w.Weighting('mine', bad, lambda s: 1 - s)(batch()[1])


@pytest.mark.parametrize(
    'call, says',
    [
        (lambda: w.text_guided_loss(torch.ones(3, 2), torch.ones(4, 4)), 'does not fit'),
        (lambda: w.text_guided_loss(torch.ones(3), torch.ones(3, 3)), r'\[N, D\]'),
        (lambda: w.power(0), 'above 0'),
        (lambda: w.sigmoid(width=0), 'above 0'),
        (lambda: w.piecewise([(0, 1)]), 'two points'),
        (lambda: w.pulled_share(np.ones((2, 3)), 'linear'), r'\[N, N\]'),
    ],
)
def test_what_makes_no_sense_is_one_sentence(call, says):
    with pytest.raises(ValueError, match=says): call()


def test_the_ideal_collapses_where_most_pairs_are_pulled_and_only_there():
    g = torch.Generator().manual_seed(0)
    noise = .1*torch.randn(60, 60, generator=g)
    high, low = ((o + (noise + noise.T)/2).clamp(0, 1) for o in (.75, .25))
    for name in ('linear', 'squared'):
        assert w.ideal_geometry(high, weighting=name).mean_cosine > .98
        assert w.ideal_geometry(low, weighting=name).mean_cosine < .2
    kept = w.ideal_geometry(high, w.with_terms('text_guided', variance=2.))
    assert kept.mean_cosine < .5 and kept.rankme > 5


def test_the_ideal_is_the_same_for_the_same_seed_and_falls_along_its_path():
    _, s = batch(30)
    a, b = w.ideal_geometry(s), w.ideal_geometry(s)
    assert (
        np.array_equal(a.v, b.v)
        and a.path[-1]['loss'] < a.path[0]['loss']
        and np.allclose(np.linalg.norm(a.v, axis=1), 1, atol=1e-5)
    )
    assert a.loss == pytest.approx(float(w.text_guided_loss(a.v, s)), rel=1e-4)
