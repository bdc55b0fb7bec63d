"""Figures of several runs say what they were given: the numbers, the order, the ranges, the names
made safe."""
import json
import numpy as np, pandas as pd, pytest
from scene_explore import geometry as g
from scene_explore.geometry import comparison
from scene_explore.training import losses
from scene_explore.views import figures, comparison_figures as r
from scene_explore.views.look import PALETTE, theme

EVIL = '<script>alert(1)</script>'

def table(n=24, films=2, seed=0):
    rng = np.random.default_rng(seed)
    place = rng.choice(['bar', 'kitchen', EVIL, ''], n)
    return pd.DataFrame(
        dict(
            video_id=[f'film{i % films}' for i in range(n)],
            path=[f'{EVIL}{i % films}.mp4' for i in range(n)],
            start=4.0 * rng.permutation(n),
            title=EVIL,
            place=place,
            transition=['fade', '', 'title_card'] * (n // 3),
        )
    ).assign(end=lambda t: t.start + 4)

def space(seed=0, n=24, d=6): return np.random.default_rng(seed).normal(size=(n, d))

def history(
    steps=50, every=10, seed=0, columns=('loss', 'ratio', 'mean_cosine', 'rankme', 'spearman')
):
    rng = np.random.default_rng(seed)
    h = pd.DataFrame(dict(step=np.arange(steps), **{c: rng.normal(size=steps) for c in columns}))
    return h.assign(**{f'val_{c}': (h[c] + 1).where(h.step % every == every - 1) for c in columns})

def metrics(n=3):
    v = np.linspace(.2, .6, n)
    return pd.DataFrame(
        dict(
            run=[EVIL] + ['b', 'c'][: n - 1],
            m=v,
            m_low=v - 0.1,
            m_high=v + 0.05,
            m_diff=v - v[0],
            m_diff_low=v - v[0] - 0.3,
            m_diff_high=v - v[0] + 0.3,
        )
    )

def every_figure():
    scenes, x = table(), {EVIL: space(0), 'b': space(1)}
    sims = {k: g.cosine_similarity(v) for k, v in x.items()}
    d = comparison.semantic_visual_distance(x['b'], space(2), scenes.video_id, scenes.start)
    bad = losses.Weighting(EVIL, lambda s: s.clamp(0, 1), lambda s: 1 - s.clamp(0, 1))
    return dict(
        weighting_curves=r.weighting_curves(sims['b'], ['linear', bad], title=EVIL),
        training_curves=r.training_curves({EVIL: history(), 'b': history(70)}, title=EVIL),
        projection_grid=r.projection_grid(
            comparison.aligned_layouts(x | {'c': space(3, d=4)}), scenes, title=EVIL
        ),
        matrix_grid=r.matrix_grid(sims, scenes, title=EVIL),
        drift_arrows=r.drift_arrows(*comparison.aligned_layouts(x).values(), scenes, title=EVIL),
        distance_over_time=r.distance_over_time(scenes, d, 0.8, title=EVIL),
        metric_intervals=r.metric_intervals(metrics(), {'m': EVIL}, title=EVIL),
        collapse_prediction=r.collapse_prediction([0.1, 0.9], [0.2, 0.8], [EVIL, 'b']),
    )

FIGURES = every_figure()
each_figure = pytest.mark.parametrize('fig', FIGURES.values(), ids=FIGURES)

@each_figure
def test_no_markup_gets_through_and_numbers_go_as_bytes(fig):
    dark = theme(type(fig)(fig), dark=True)
    said = fig.to_json()
    assert (
        '<script' not in said.replace('\\u003c', '<')
        and '&lt;script' in said
        and dark.layout.font.color != fig.layout.font.color
    )
    for t in json.loads(said)['data']:
        lists = [
            v
            for v in (t.get('x'), t.get('y'), t.get('z'), t.get('customdata'))
            if isinstance(v, list) and v
        ]
        assert not any(isinstance(v[0], (int, float)) for v in lists)

@each_figure
def test_the_legend_says_each_name_once(fig):
    said = [t.name for t in fig.data if t.showlegend is not False and t.name]
    assert len(said) == len(set(said))

def test_every_room_figure_is_drawn():
    assert set(FIGURES) == {n for n in r.__all__ if callable(getattr(r, n))}

# --- weightings

def test_curves_are_those_of_the_weighting_and_the_title_is_its_pulled_share():
    s = g.cosine_similarity(space())
    fig = r.weighting_curves(s, ['linear', losses.squared])
    bars = [t for t in fig.data if t.type == 'bar']
    assert all(b.customdata.sum() == pytest.approx(1) for b in bars)
    for i, w in enumerate(('linear', 'squared')):
        assert fig.layout.annotations[i].text == f'{w}: {losses.pulled_share(s, w):.0%} pulled'
        f, gg, n = [t for t in fig.data if t.type == 'scatter'][3 * i:3 * i + 3]
        np.testing.assert_allclose(n.y, f.y - gg.y, atol=1e-6)
        np.testing.assert_allclose(n.y, losses.net_pull(f.x.astype(float), w), atol=1e-5)
    shaded = [(q.x0, q.x1) for q in fig.layout.shapes]
    assert len(shaded) == 2 and all(
        a == pytest.approx(0.5, abs=0.01) and z == pytest.approx(1) for a, z in shaded
    )

def test_a_weighting_that_pulls_at_both_ends_is_shaded_twice_and_pairs_may_come_in_any_shape():
    w = losses.Weighting('ends', lambda s: (s - .5).abs() * 2, lambda s: .5 + 0 * s)
    s = np.array([[.05, .5, np.nan, .6], [.9, .95, .4, .5]])
    fig = r.weighting_curves(s, [w])
    # three of seven
    assert len(fig.layout.shapes) == 2 and fig.layout.annotations[0].text == 'ends: 43% pulled'
    assert sum(bool(q.showlegend) for q in fig.layout.shapes) == 1

def test_at_most_four_weightings_a_row():
    fig = r.weighting_curves([.2, .8], ['linear', 'squared', 'sigmoid', 'threshold', 'power 3'])
    domains = [fig.layout[f'yaxis{i or ""}'].domain for i in ('', 2, 3, 4, 5)]
    assert len(set(domains[:4])) == 1 and domains[4][1] < domains[0][0]

# --- histories

def test_each_run_has_its_curve_running_mean_and_validation_in_each_panel():
    h = {'a': history(), 'b': history(70, seed=1)}
    fig = r.training_curves(h, columns=('loss', 'rankme'), smooth=5)
    for i, (name, frame) in enumerate(h.items()):
        for j, c in enumerate(('loss', 'rankme')):
            mean, raw, val = [t for t in fig.data if t.name == name and t.xaxis == ('x', 'x2')[j]]
            np.testing.assert_allclose(raw.y, frame[c], rtol=1e-6)
            np.testing.assert_allclose(
                mean.y, frame[c].rolling(5, min_periods=1, center=True).mean(), atol=1e-6
            )
            np.testing.assert_allclose(val.y, frame[f'val_{c}'].dropna(), rtol=1e-6)
            assert val.x.tolist() == frame.step[frame[f'val_{c}'].notna()].tolist()
            assert {mean.line.color, raw.line.color, val.line.color} == {PALETTE[i]}

def test_the_collapsed_line_is_in_the_panel_of_the_ratio_only():
    fig = r.training_curves({'a': history()})
    (line,) = fig.layout.shapes
    assert (line.y0, line.y1, line.yref) == (1, 1, 'y2') and 'collapsed' in [
        a.text for a in fig.layout.annotations
    ]
    assert not r.training_curves({'a': history()}, ('loss',)).layout.shapes

def test_columns_without_a_value_are_left_out_and_validation_alone_is_enough():
    h = history(columns=('loss', 'accuracy')).assign(spearman=np.nan, accuracy=np.nan)
    fig = r.training_curves(
        {'a': h, 'b': history(columns=('loss',))}, ('loss', 'spearman', 'accuracy', 'ratio')
    )
    assert [a.text for a in fig.layout.annotations] == ['loss', 'accuracy']
    assert [t.mode for t in fig.data if t.xaxis == 'x2'] == ['lines+markers']

def test_a_long_run_is_thinned_and_no_spike_is_lost():
    loss = np.random.default_rng(0).normal(size=20_000)
    loss[[777, 12_345]] = 50, -50
    raw = r.training_curves({'a': pd.DataFrame(dict(step=np.arange(20_000), loss=loss))}).data[1]
    assert len(raw.x) <= 1000 and {50, -50} <= set(raw.y.tolist()) and (np.diff(raw.x) > 0).all()
    np.testing.assert_allclose(raw.y, loss[raw.x.astype(int)], rtol=1e-6)

# --- spaces

def test_every_panel_holds_every_scene_where_it_is_and_all_share_one_square():
    scenes = table()
    layouts = comparison.aligned_layouts(
        {k: space(i) * (1, 1, 0.01)[i] + (0, 0, 5)[i] for i, k in enumerate('abc')}
    )
    fig = r.projection_grid(layouts, scenes, hide=False)
    for i, p in enumerate(layouts.values()):
        traces = [t for t in fig.data if t.xaxis == ('x', 'x2', 'x3')[i]]
        rows = np.concatenate([t.customdata for t in traces])
        assert sorted(rows) == list(range(24))
        np.testing.assert_array_equal(np.concatenate([np.c_[t.x, t.y] for t in traces]), p.xy[rows])
    (x,), (y,) = ({tuple(fig.layout[f'{a}axis{i}'].range) for i in ('', 2, 3)} for a in 'xy')
    assert x[1] - x[0] == pytest.approx(y[1] - y[0])
    every = np.concatenate([p.xy for p in layouts.values()])
    assert (
        x[0] < every[:, 0].min()
        and every[:, 0].max() < x[1]
        and y[0] < every[:, 1].min()
        and every[:, 1].max() < y[1]
    )

def test_a_place_has_one_colour_and_shape_in_all_panels():
    fig = FIGURES['projection_grid']
    for name in {t.name for t in fig.data}:
        assert (
            len({
                (t.marker.color, t.marker.symbol, t.legendgroup) for t in fig.data if t.name == name
            })
            == 1
        )

def test_what_was_done_to_a_picture_stands_under_its_name():
    fig = r.projection_grid(
        comparison.aligned_layouts({'<i>a</i>': space(0), 'b': space(3, d=4)}), table()
    )
    a, b = (q.text for q in fig.layout.annotations)
    assert (
        a == '&lt;i&gt;a&lt;/i&gt;'
        and b.startswith('b<br>')
        and 'turned onto &lt;i&gt;a&lt;/i&gt;.' in b
    )

@pytest.mark.parametrize(('n', 'kind'), [(600, 'scatter'), (1200, 'scattergl')])
def test_webgl_goes_by_all_points_of_the_figure(n, kind):
    scenes = table(n)
    assert {
        t.type for t in r.projection_grid({'a': space(0, n, 2), 'b': space(1, n, 2)}, scenes).data
    } == {kind}

def test_numbers_colour_on_one_scale():
    fig = r.projection_grid(
        {'a': space(d=2), 'b': space(1, d=2)}, table(), colour='start', hide=False
    )
    assert {t.marker.coloraxis for t in fig.data} == {'coloraxis'} and not any(
        t.showlegend for t in fig.data
    )
    np.testing.assert_array_equal(fig.data[0].marker.color, table().start)

@pytest.mark.parametrize('order', ['time', 'place', 'cluster'])
def test_matrices_lie_in_the_order_of_the_first(order):
    scenes, sims = table(), {k: g.cosine_similarity(space(i)) for i, k in enumerate('abc')}
    fig = r.matrix_grid(sims, scenes, order, hide=False)
    rows = fig.layout.meta['order']
    assert rows == figures.scene_order(sims['a'], scenes, order).tolist()
    for t, s in zip(fig.data, sims.values(), strict=True):
        np.testing.assert_allclose(t.z, s[np.ix_(rows, rows)], rtol=1e-6)
    assert {t.coloraxis for t in fig.data} == {'coloraxis'} and fig.layout.coloraxis.cmax == 1
    assert fig.data[0].y[0].startswith(f'{rows[0] + 1}. ')

def test_large_matrices_are_pooled_to_their_block_means():
    fig = r.matrix_grid(
        {'a': np.arange(24 * 24.0).reshape(24, 24)}, table(), 'place', limit=6, hide=False
    )
    rows = fig.layout.meta['order']
    np.testing.assert_allclose(
        fig.data[0].z[0, 1],
        np.arange(24 * 24.0).reshape(24, 24)[np.ix_(rows[:4], rows[4:8])].mean(),
    )
    assert fig.data[0].z.shape == (6, 6) and 'mean of 4 x 4' in fig.layout.title.text

def test_a_line_leads_from_before_to_after():
    before = space(0, d=2).astype(np.float32)
    after = space(1, d=2).astype(np.float32)
    scenes = table()
    fig = r.drift_arrows(before, after, scenes, hide=False)
    lines, dots = ([t for t in fig.data if t.mode == m] for m in ('lines', 'markers'))
    for line, dot in zip(lines, dots, strict=True):
        ends = np.c_[line.x, line.y].reshape(-1, 3, 2)
        np.testing.assert_array_equal(ends[:, 0], before[dot.customdata])
        np.testing.assert_array_equal(ends[:, 1], after[dot.customdata])
        assert (
            np.isnan(ends[:, 2]).all()
            and line.legendgroup == dot.legendgroup
            and line.line.color == dot.marker.color
        )
    assert (
        sorted(np.concatenate([d.customdata for d in dots])) == list(range(24))
        and fig.data[-1].mode == 'markers'
    )

# --- over time

def test_distances_run_in_time_with_their_rows_and_boundaries():
    scenes = table()
    d = comparison.semantic_visual_distance(space(0), space(1), scenes.video_id, scenes.start)
    fig = r.distance_over_time(scenes, d, dict(visual=.9, semantic=1.1))
    for kind, limit in (('visual', .9), ('semantic', 1.1)):
        lines, marks = ([t for t in fig.data if t.name == n] for n in (kind, f'{kind} boundary'))
        for t in lines:
            assert (np.diff(t.x) > 0).all()
            np.testing.assert_allclose(t.y, d[kind].iloc[t.customdata], rtol=1e-6)
            np.testing.assert_array_equal(t.x, scenes.start.iloc[t.customdata])
        assert (
            sorted(np.concatenate([t.customdata for t in marks]))
            == np.flatnonzero(d[kind] > limit).tolist()
        )
    assert sorted({q.y0 for q in fig.layout.shapes}) == [.9, 1.1]
    assert not r.distance_over_time(scenes, d).layout.shapes

def test_rows_count_from_the_top_whatever_the_index_of_the_table():
    scenes = table()
    d = comparison.semantic_visual_distance(space(0), space(1), scenes.video_id, scenes.start)
    moved = r.distance_over_time(scenes.set_index(scenes.index + 100), d.set_index(d.index + 7), .8)
    assert moved == r.distance_over_time(scenes, d, .8)

# --- numbers

def test_dots_and_whiskers_are_the_table_with_the_first_run_as_the_line():
    t = metrics().assign(m_diff_low=[0, .1, -.1])
    fig = r.metric_intervals(t, ['m'])
    assert {f.name: f.customdata.tolist() for f in fig.data} == {
        'baseline': [0],
        'differs from the baseline': [1],
        'may not differ': [2],
    }
    for f in fig.data:
        row = t.iloc[f.customdata]
        np.testing.assert_allclose(f.x, row.m, rtol=1e-6)
        np.testing.assert_allclose(f.x + f.error_x.array, row.m_high, rtol=1e-6)
        np.testing.assert_allclose(f.x - f.error_x.arrayminus, row.m_low, rtol=1e-6)
    # the first run on top
    assert (
        fig.layout.shapes[0].x0 == t.m[0] and fig.layout.yaxis.range[0] > fig.layout.yaxis.range[1]
    )

def test_an_interval_may_be_missing():
    fig = r.metric_intervals(pd.DataFrame(dict(run=['a', 'b'], m=[1., np.nan])), ['m'])
    assert (
        len(fig.data) == 1
        and fig.layout.showlegend is False
        and fig.layout.yaxis.ticktext == ('a', 'b')
    )

def test_the_forecast_and_its_order():
    p, o = [.1, .5, .9, np.nan], [.2, .3, .8, .1]
    fig = r.collapse_prediction(p, o, list('abcd'))
    assert 'Spearman 1.00' in fig.layout.title.text and [t.name for t in fig.data[1:]] == list(
        'abcd'
    )
    np.testing.assert_allclose([t.x[0] for t in fig.data[1:]], p, rtol=1e-6)
    np.testing.assert_allclose([t.y[0] for t in fig.data[1:]], o, rtol=1e-6)
    assert (fig.data[0].x == fig.data[0].y).all() and 'Spearman -0.25' in r.collapse_prediction(
        p, o, list('abcd'), -0.25
    ).layout.title.text
    assert 'Spearman' not in r.collapse_prediction([.1], [.2], ['a']).layout.title.text
    assert not any(
        t.showlegend
        for t in r.collapse_prediction(np.arange(13) / 13, np.arange(13) / 13, range(13)).data
    )

# --- refusals

@pytest.mark.parametrize(
    ('call', 'words'),
    [
        (lambda: r.weighting_curves([np.nan], ['linear']), 's holds no number'),
        (lambda: r.weighting_curves([0.1], []), 'nothing to draw'),
        (lambda: r.weighting_curves([0.1], ['cubed']), 'cubed'),
        (lambda: r.training_curves({}), 'nothing to draw'),
        (
            lambda: r.training_curves({'a': pd.DataFrame(dict(loss=[1.0]))}),
            'history of a has no column step',
        ),
        (
            lambda: r.projection_grid({'a': np.zeros((3, 2))}, table()),
            '3 points of a for 24 scenes',
        ),
        (lambda: r.projection_grid({}, table()), 'nothing to draw'),
        (lambda: r.matrix_grid({'a': np.eye(3)}, table()), '3 rows of a for 24 scenes'),
        (lambda: r.matrix_grid({}, table()), 'nothing to draw'),
        (lambda: r.matrix_grid({'a': np.eye(24)}, table(), 'colour'), 'time, place, cluster'),
        (
            lambda: r.drift_arrows(np.zeros((24, 2)), np.zeros((24, 3)), table()),
            'after has shape (24, 3)',
        ),
        (
            lambda: r.distance_over_time(table(), pd.DataFrame(dict(visual=[1.0], semantic=[1.0]))),
            '1 distances for 24 scenes',
        ),
        (lambda: r.metric_intervals(metrics(), ['m', 'n']), 'no column n'),
        (lambda: r.collapse_prediction([1], [1, 2], ['a']), '1 predicted and 2 observed'),
    ],
)
def test_figures_refuse_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=r'^[^\n]+$') as e: call()
    assert words in str(e.value)

def test_one_scene_is_drawn():
    scenes = table(3).iloc[:1]
    r.projection_grid(
        comparison.aligned_layouts({'a': np.ones((1, 3)), 'b': np.ones((1, 2))}), scenes
    )
    r.matrix_grid({'a': np.ones((1, 1))}, scenes)
    r.drift_arrows(np.zeros((1, 2)), np.ones((1, 2)), scenes)
    d = comparison.semantic_visual_distance(
        np.ones((1, 2)), np.ones((1, 2)), scenes.video_id, scenes.start
    )
    assert r.distance_over_time(scenes, d, .5).data
