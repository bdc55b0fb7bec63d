"""What people bring to the views: tables of all kinds, films of one name, footage without labels,
black and title shots"""
import datetime
from dataclasses import replace

import films
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from scene_explore import geometry

from scene_explore.core import paths

from scene_explore.datasets import world

from scene_explore.encoders import embed as embedding

from scene_explore.geometry import evaluate

from scene_explore.pipelines import cli, explore

from scene_explore.views import (
    ablation_report,
    cells,
    exploration_report,
    figures,
    look,
    over_time,
    space_figures,
)
from scene_explore.views.deck import BLANK_GROUP, Deck, deck_space, json_deck, pack, with_overview
from scene_explore.encoders.ingest import Settings
from scene_explore.encoders.search import shared_words, word_search
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.views.studio import Studio


def table(n=6, **columns):
    "A film of n scenes of a second each, with further columns"
    return scene_table(
        [dict(path='x.mp4', video_id='v', start=float(i), end=i + 1.0) for i in range(n)]
    ).assign(**columns)


def sent(scenes, name):
    """A column as a browser gets it: a list, None where the value is missing; None where the column
    stays behind"""
    header, buffers = pack(Deck(scenes, []))
    found = [c for c in header['columns'] if c['name'] == name]
    if not found: return None
    c, read = found[0], lambda o: np.frombuffer(buffers[o['at']], np.dtype(o['dtype']))
    if c['kind'] == 'number':
        return [None if np.isnan(v) else v for v in read(c['numbers']).tolist()]
    values = [c['of'][i] for i in read(c['values'])] if 'of' in c else c['values']
    return [v or None for v in values]


# ---- columns
DAYS = pd.to_datetime(['2024-05-01', None, '2024-05-03'])
KINDS = {
    'categories with gaps': (pd.Categorical(['a', None, 'b']), ['a', None, 'b']),
    'intervals': (pd.cut(pd.Series([1, 5, 9]), [0, 3, 6]), ['(0, 3]', '(3, 6]', None]),
    'booleans with gaps': ([True, None, False], ['yes', None, 'no']),
    'nullable booleans': (pd.array([True, pd.NA, False], dtype='boolean'), ['yes', None, 'no']),
    'days': (DAYS, ['2024-05-01', None, '2024-05-03']),
    'times with a zone': (
        DAYS.tz_localize('Europe/Paris') + pd.Timedelta('10h'),
        ['2024-05-01T10:00:00+02:00', None, '2024-05-03T10:00:00+02:00'],
    ),
    'dates of Python': (
        [datetime.date(2024, 5, 1), None, datetime.date(2024, 5, 3)],
        ['2024-05-01', None, '2024-05-03'],
    ),
    'durations': (
        pd.to_timedelta(['5s', None, '1min']),
        ['0 days 00:00:05', None, '0 days 00:01:00'],
    ),
    'nullable integers': (pd.array([1, pd.NA, 3], dtype='Int64'), [1.0, None, 3.0]),
    'numbers held as objects': (pd.Series([1, None, 2.5], dtype=object), [1.0, None, 2.5]),
    'integers that no float holds': (
        [2**53 + 1, 2**53 + 2, 0],
        [str(2**53 + 1), str(2**53 + 2), '0'],
    ),
    'lists': ([['a', 'b'], [], None], ['a; b', None, None]),
    'arrays': ([np.array([1, 2]), np.array([3.5]), None], ['1; 2', '3.5', None]),
    'dicts': ([dict(k=1), {}, None], ['k: 1', None, None]),
    'bytes': ([b'abc', None, b'\xff'], ['abc', None, '\\xff']),
    'mixed': ([1, 'one', None], ['1', 'one', None]),
}


@pytest.mark.parametrize(('values', 'right'), KINDS.values(), ids=KINDS)
def test_a_column_of_any_kind_is_shown_as_it_is(values, right):
    scenes = table(3, mine=values)
    assert sent(scenes, 'mine') == right
    json_deck(Deck(scenes, [deck_space('eye', np.eye(3))]))
    drawn = figures.projection(scenes, np.zeros((3, 2)), colour='mine').data
    unknown = [t for t in drawn if t.name == 'unknown']
    assert sum(len(t.x) for t in unknown) == right.count(None)
    assert all((t.marker.color, t.marker.symbol) == (look.GREY, 'circle-open') for t in unknown)
    Studio(scenes, np.eye(3)).answer_deck()


CELLS = dict(
    text=st.text(max_size=5),
    number=st.floats(width=32),
    whole=st.integers(-(2**40), 2**40),
    answer=st.booleans(),
    moment=st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)),
    lasts=st.timedeltas(datetime.timedelta(-999), datetime.timedelta(999)),
    many=st.lists(st.integers(0, 9), max_size=3),
    raw=st.binary(max_size=3),
    named=st.dictionaries(st.text(max_size=2), st.integers(0, 9), max_size=2),
)
CELLS['anything'] = st.one_of(*CELLS.values())


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(CELLS)).flatmap(
        lambda k: st.lists(st.none() | CELLS[k], min_size=4, max_size=4)
    ),
    st.sampled_from([None, object, 'category']),
)
def test_what_comes_out_of_a_deck_says_what_the_column_says(values, dtype):
    try: column = pd.Series(values, dtype=dtype)
    except (TypeError, ValueError): return   # a list is no category
    found, held = sent(table(4, mine=column), 'mine'), column.tolist()
    if found is None: return
    for out, cell in zip(found, held, strict=True):
        if isinstance(out, float): assert out == float(cell)
        elif out is not None:
            assert out.removesuffix('T00:00:00') == cells.cell_text(cell).removesuffix('T00:00:00')
        else: assert cells.cell_text(cell) == '' or cell != cell


def test_columns_that_tell_nothing_stay_behind():
    scenes = table(
        3,
        same='B',
        none=None,
        gaps=[1, None, None],
        place_source=['truth', '', ''],
        place_seed=[-1, 2, -1],
        title='Tea',
        number=[1, 2, 3],
    )
    assert [c['name'] for c in pack(Deck(scenes, []))[0]['columns']] == [
        'place',
        'film',
        'time',
        'title',
        'gaps',
    ]


def test_ones_own_film_and_time_are_not_lost():
    scenes = table(2, film=['Tea', 'Milk'], **{'film (yours)': ['a', 'b']})
    assert {c['name'] for c in pack(Deck(scenes, []))[0]['columns']} >= {
        'film',
        'film (yours)',
        'film (yours) (yours)',
    }


@pytest.mark.parametrize(
    ('call', 'words'),
    [
        (
            lambda: Deck(
                pd.concat([table(3, mine=1), pd.DataFrame(dict(mine=[1, 2, 3]))], axis=1), []
            ),
            "2 columns have the name 'mine'",
        ),
        (
            lambda: Deck(table(6).iloc[[0, 1, 2, 3, 4, 2]], []),
            "'v@0000002000-0000003000': rows 2 and 5",
        ),
        (
            lambda: deck_space('visual', [[0, 1]] * 3 + [[np.nan, 1]]),
            "row 3 of the embeddings of 'visual' holds NaN",
        ),
        (
            lambda: deck_space('visual', [[0, 1], [np.inf, 1]]),
            "row 1 of the embeddings of 'visual' holds infinity",
        ),
        (
            lambda: deck_space('visual', [[0, 1], [1]]),
            "the embeddings of 'visual' are not all numbers",
        ),
        (
            lambda: with_overview(table(), np.where(np.arange(6)[:, None] == 4, np.nan, np.eye(6))),
            'row 4 of the embeddings holds NaN',
        ),
        (lambda: with_overview(table(), np.eye(5)), '5 rows and the table 6 scenes'),
        (
            lambda: Deck(table(), [deck_space('a', np.eye(6), dict(mine=np.full((6, 2), np.nan)))]),
            "NaN",
        ),
        (lambda: Deck(table(1), [deck_space('a', np.eye(2))]), '2 rows and the table 1 scene:'),
        (
            lambda: figures.projection(table(), [[0, 0]] * 5 + [[np.nan, 0]]),
            'row 5 of the coordinates holds NaN',
        ),
        (lambda: figures.projection(table(), np.zeros((6, 5))), 'two or three coordinates'),
        (
            lambda: figures.similarity_matrix(np.diag([1, 1, np.nan, 1, 1, 1]), table()),
            'row 2 of the similarity holds NaN',
        ),
        (
            lambda: figures.similarity_matrix(np.eye(5), table()),
            '5 rows of the similarity for 6 scenes',
        ),
        (lambda: space_figures.matrix_grid({'a': np.zeros((6, 5))}, table()), 'a has to be square'),
        (
            lambda: space_figures.projection_grid({'a': [[0, 0]] * 5 + [[0, np.inf]]}, table()),
            'row 5 of the coordinates of a holds infinity',
        ),
    ],
)
def test_an_error_names_column_and_row(call, words):
    with pytest.raises(ValueError, match=r'^[^\n]+$') as e: call()
    assert words in str(e.value)


def test_the_index_of_a_table_means_nothing():
    scenes = table(4, mine=['a', 'b', None, 'a'])
    odd = scenes.set_axis([7, 7, 7, 7])
    assert pack(Deck(odd, [deck_space('a', np.eye(4))])) == pack(
        Deck(scenes, [deck_space('a', np.eye(4))])
    )
    near = geometry.consecutive_similarity(np.eye(4))
    for draw in (
        lambda t: figures.projection(t, np.eye(4)[:, :2], 'mine'),
        lambda t: figures.similarity_matrix(np.eye(4), t),
        lambda t: over_time.similarity_over_time(t, near),
        lambda t: over_time.frames_over_time([0, 1, 2, 3], near, t),
    ):
        assert draw(odd) == draw(scenes)


# ---- names of films
def named(*paths): # a name a film
    return cells.film_names(
        pd.DataFrame(dict(path=paths, video_id=[f'{i:02d}' * 8 for i in range(len(paths))]))
    ).tolist()


@pytest.mark.parametrize(
    ('paths', 'right'),
    [
        (
            ['/x/day1/GX010001.mp4', '/x/day2/GX010001.mp4', '/x/day3/GX010001.mp4'],
            ['day1/GX010001', 'day2/GX010001', 'day3/GX010001'],
        ),
        (['/x/day1/GX010001.mp4', '/x/day1/GX010002.mp4'], ['GX010001', 'GX010002']),
        (['/x/a.mp4', '/x/a.mkv'], ['a.mp4', 'a.mkv']),
        (['/1/x/a.mp4', '/2/x/a.mp4', '/2/y/a.mp4'], ['1/x/a', '2/x/a', 'y/a']),
        ([r'C:\one\A.mp4', r'C:\two\a.MP4'], ['one/A', 'two/a']),
        (['a.mp4', 'x/a.mp4'], ['a.mp4', 'x/a']),
        (['', ''], ['000000000000', '010101010101']),
        (['/x/my.film.mp4'], ['my.film']),
    ],
)
def test_a_film_is_called_by_the_shortest_end_of_its_path(paths, right):
    assert named(*paths) == right


PART = st.sampled_from(['a', 'A', 'b', 'a.b', 'é', 'e\u0301', 'x y'])
FILM = st.builds(
    lambda folders, stem, end, by: by.join([*folders, stem + end]),
    st.lists(PART, max_size=3),
    PART,
    st.sampled_from(['.mp4', '.MKV', '']),
    st.sampled_from('/\\'),
)


@given(st.lists(FILM | st.just(''), min_size=1, max_size=8))
def test_other_films_have_other_names(paths):
    found = named(*paths)
    assert len({o.casefold() for o in found}) == len(paths) and all(found)


def test_a_film_has_one_name_wherever_it_lay(): # the same content at two paths
    scenes = pd.DataFrame(dict(path=['/1/a.mp4', '/2/a.mp4', '/3/a.mp4'], video_id=['v', 'v', 'w']))
    assert cells.film_names(scenes).tolist() == ['1/a', '1/a', '3/a']


def twins():
    "Four films in two folders, two and two of one name, four scenes each, all of one place"
    rows = [
        dict(
            path=f'/x/day{d}/GX{f}.mp4',
            video_id=f'{d}{f}' * 8,
            start=float(i),
            end=i + 1.0,
            place='sea',
            place_source='person',
        )
        for d in (1, 2)
        for f in (1, 2)
        for i in range(4)
    ]
    return scene_table(rows)


def test_a_film_keeps_its_name_in_every_figure():
    scenes, x = twins(), np.random.default_rng(0).normal(size=(16, 4))
    names = {'day1/GX1', 'day1/GX2', 'day2/GX1', 'day2/GX2'}
    header, _ = pack(Deck(scenes, []))
    assert {o['name'] for o in header['films']} == names == set(sent(scenes, 'film'))
    near = geometry.consecutive_similarity(x, scenes.video_id)
    distances = pd.DataFrame(dict(visual=1 - near, semantic=1 - near))
    drawn = [
        figures.projection(scenes, x[:, :2], colour='film'),
        figures.similarity_matrix(geometry.cosine_similarity(x), scenes),
        over_time.similarity_over_time(scenes, near),
        space_figures.distance_over_time(scenes, distances),
        space_figures.matrix_grid({'a': geometry.cosine_similarity(x)}, scenes, 'time'),
    ]
    assert {t.name for t in drawn[0].data} == names
    for fig in drawn: # what is pointed at says which film it is, never only the file
        said = [
            o
            for t in fig.data
            for k in ('text', 'y')
            for o in np.ravel(t[k] if k in t and t[k] is not None else [])
            if isinstance(o, str) and '<br>' in o
        ]
        assert said and all(any(f'{n}  ' in o for n in names) for o in said)
    frames = over_time.frames_over_time(
        [0, 1, 2, 3], [0.5, 0.6, 0.7, 0.8], scenes, film=scenes.video_id[9]
    )
    band = [t for t in frames.data if t.type == 'bar']
    assert all(scenes.video_id[r] == scenes.video_id[9] for t in band for r in t.customdata)
    assert all('day2/GX1' in o for t in band for o in t.text)


# ---- black and title shots
def dark(n=12, at=(0, 5)):
    "Scenes in two directions, and black shots that lie far from both"
    rng = np.random.default_rng(0)
    x = np.eye(4)[np.arange(n) % 2] + rng.normal(0, .05, (n, 4))
    x[list(at)] = [0, 0, 50, 50]
    return table(n, transition=np.where(np.isin(np.arange(n), at), 'black', '')), x


def test_a_black_shot_sets_no_axis():
    scenes, x = dark()
    out = look.hidden(scenes)
    bare = geometry.pca(x[~out])
    space = deck_space('a', x, hide=out)
    np.testing.assert_allclose(space.layouts['PCA'].xy[~out], bare.xy, atol=1e-5)
    assert space.layouts['PCA'].axes == bare.axes and np.isfinite(space.layouts['PCA'].xy).all()
    assert space.trust['PCA'] == geometry.trustworthiness(x[~out], bare)
    fig = figures.projection(scenes, geometry.pca(x, 2, ~out))
    assert sorted(i for t in fig.data for i in t.customdata) == np.flatnonzero(~out).tolist()
    assert fig.layout.title.text == '2 black or title shots hidden'
    assert len(figures.projection(scenes, geometry.pca(x), hide=False).data[0].x) == 12


def test_umap_and_numbers_do_without_them(tmp_path):
    scenes, x = dark()
    out = look.hidden(scenes)
    made = evaluate.layouts(x, Store(tmp_path), hide=out)
    alone = evaluate.layouts(x[~out], Store(tmp_path))
    np.testing.assert_array_equal(made['UMAP'].xy[~out], alone['UMAP'].xy)
    assert np.isnan(made['UMAP'].xy[out]).all()
    found = evaluate.metrics(x, pd.DataFrame(), pd.DataFrame(), {}, made, out)
    assert found['mean_cosine']['value'] == pytest.approx(geometry.mean_cosine(x[~out]), abs=1e-6)
    assert found['trustworthiness of UMAP']['value'] is not None
    Deck(scenes, [deck_space('a', x, made, hide=out)])   # rows without a place in UMAP are no error


def test_they_are_a_group_of_their_own_and_leave_the_others_theirs():
    scenes, x = dark()
    seen = ~look.hidden(scenes)
    groups = with_overview(scenes, x, 2)[0].cluster
    assert set(groups[~seen]) == {BLANK_GROUP}
    assert groups[seen].tolist() == with_overview(scenes[seen], x[seen], 2)[0].cluster.tolist()
    assert max(o for o in set(groups)) == BLANK_GROUP   # after the others in every legend


def test_they_do_not_stretch_the_colours_of_a_matrix():
    scenes, x = dark()
    sim = geometry.cosine_similarity(x)
    bare = figures.similarity_matrix(sim[1:5, 1:5], table(4))
    fig = figures.similarity_matrix(sim, scenes)
    assert fig.data[0].z.shape == (10, 10) and not {0, 5} & set(fig.layout.meta['order'])
    assert (
        '2 black or title shots hidden' in fig.layout.title.text
        and 'hidden' not in bare.layout.title.text
    )
    grid = space_figures.matrix_grid({'a': sim}, scenes, 'time')
    assert (
        grid.layout.coloraxis.cmin == fig.data[0].zmin
        and '2 black or title shots hidden' in grid.layout.title.text
    )


def test_a_film_of_titles_alone_is_shown():
    scenes, x = dark(at=range(11))
    assert (
        not look.hidden(scenes).any()
        and len(figures.projection(scenes, geometry.pca(x)).data[0].x) == 12
    )
    header, _ = pack(Deck(scenes, []))
    assert header['hidden']['shape'] == [0]


def test_the_header_says_what_is_hidden_and_what_colours():
    scenes, _ = dark()
    header, buffers = pack(Deck(scenes, []))
    assert np.frombuffer(buffers[header['hidden']['at']], 'int32').tolist() == [0, 5]
    at = [header[k]['at'] for k in ('start', 'end', 'film', 'hidden')]
    assert len(set(at)) == 4 and header['thumbnails']['at'] == len(buffers)
    colours = [
        pack(Deck(t, []))[0]['default_colour']
        for t in (
            scenes,
            scenes.assign(cluster=['a', 'b'] * 6),
            scenes.assign(place='sea', cluster=['a', 'b'] * 6),
            scenes.assign(place='sea', kind='shore', video_id=['a', 'b'] * 6),
            scenes.assign(place='sea', kind='shore', video_id='a'),
        )
    ]
    # what two films call by one name are two places
    assert colours == ['film', 'cluster', 'place', 'kind', 'place']


def test_footage_without_names_is_coloured_by_what_is_known():
    scenes = twins().assign(place='')
    assert {t.name for t in figures.projection(scenes, np.eye(16)[:, :2]).data} == {
        'day1/GX1',
        'day1/GX2',
        'day2/GX1',
        'day2/GX2',
    }
    grouped = scenes.assign(cluster=['a', 'b']*8)
    for fig in (
        figures.projection(grouped, np.eye(16)[:, :2]),
        space_figures.projection_grid({'s': np.eye(16)[:, :2]}, grouped),
        over_time.similarity_over_time(grouped, np.ones(16)),
    ):
        assert {t.name for t in fig.data if t.showlegend is not False} >= {
            'a',
            'b',
        } and 'unknown' not in {t.name for t in fig.data}


# ---- numbers as colours
def test_a_scale_has_a_bar_and_no_sign_over_it():
    scenes = table(6, loud=[1., np.nan, 2, 3, np.inf, 4])
    for fig in (
        figures.projection(scenes, np.eye(6)[:, :2], 'loud'),
        figures.projection(scenes, np.eye(6)[:, :3], 'loud'),
        space_figures.projection_grid({'a': np.eye(6)[:, :2]}, scenes, 'loud'),
        space_figures.drift_arrows(np.eye(6)[:, :2], np.eye(6)[:, :2], scenes, 'loud'),
    ):
        (scale,) = [
            t for t in fig.data if t.mode == 'markers' and not isinstance(t.marker.color, str)
        ]
        unknown, = [t for t in fig.data if t.name == 'unknown']
        bar = scale.marker.colorbar if scale.marker.showscale else fig.layout.coloraxis.colorbar
        assert np.isfinite(scale.marker.color).all() and scale.showlegend is False
        assert sorted(unknown.customdata) == [1, 4] and (
            unknown.marker.color,
            unknown.marker.symbol,
        ) == (look.GREY, 'circle-open')
        assert (
            bar.yanchor == 'top'
            and bar.y == 1
            and bar.len < 0.9
            and fig.layout.legend.yanchor == 'bottom'
            and fig.layout.legend.y == 0
        )


# ---- search
def told(n=5, **columns):
    "n shots of one record, and one of another"
    rows = [
        dict(
            path='a.mp4',
            video_id='a',
            start=float(i),
            end=i + 1.0,
            description='A red kettle boils.' if i < n else 'Dogs run.',
        )
        for i in range(n + 1)
    ]
    return scene_table(rows).assign(**columns)


def test_shots_of_one_record_are_told_apart():
    scenes = told()
    x = np.array([[1, 0, 0], [.2, 1, 0], [.9, .4, 0], [0, 1, .2], [.1, .9, 0], [0, 0, 1.]])
    scores = word_search(scenes, 'tfidf', x=x)('red kettle')
    first = np.argsort(-scores, kind='stable')[:5]
    mean = geometry.unit(x[:5]).mean(0)
    assert len(set(scores[:5])) == 5 and np.ptp(scores[:5]) < 1e-4
    assert first.tolist() == np.argsort(-(geometry.unit(x[:5]) @ mean)).tolist()
    assert shared_words(scenes).tolist() == [0]*5 + [1]
    studio = Studio(scenes, x, search=word_search(scenes, 'tfidf', x=x))
    answer, _ = studio.answer_search('red kettle')
    assert answer['rows'][:5] == first.tolist() and answer['said'] == [
        'one of 5 shots described in these words'
    ] * 5 + ['']


def test_black_never_ranks():
    scenes = told(transition=['', 'black', '', 'title_card', '', ''])
    scores = word_search(scenes, 'tfidf')('red kettle')
    assert np.flatnonzero(np.isneginf(scores)).tolist() == [1, 3]
    studio = Studio(scenes, np.eye(6), search=word_search(scenes, 'tfidf'))
    answer, _ = studio.answer_search('kettle')
    assert sorted(answer['rows']) == [0, 2, 4, 5] and answer['by'] == 'tfidf'


# ---- the job, on footage that nobody has labelled
def shot(i, seed, size=(160, 96)):
    "A picture of a shot: waves of its own colour that drift"
    y, x = np.mgrid[:size[1], :size[0]]
    base = np.random.default_rng(seed).integers(60, 190, 3)
    return (
        np.stack(
            [
                b + 40 * np.sin((x + i) / (9 + 5 * c + seed % 4) + y / (8 + seed % 5))
                for c, b in enumerate(base)
            ],
            -1,
        )
        .clip(0, 255)
        .astype('uint8')
    )


def footage(path, seeds, fps=12):
    "A black stretch, then shots of two seconds, a black stretch among them"
    path.parent.mkdir(parents=True)
    black = [np.zeros((96, 160, 3), 'uint8')]*fps
    pictures = (
        black
        + [shot(i, s) for s in seeds[:2] for i in range(2 * fps)]
        + black
        + [shot(i, s) for s in seeds[2:] for i in range(2 * fps)]
    )
    return films.film(path, fps=fps, pictures=pictures)


@pytest.fixture(scope='module')
def unlabelled(tmp_path_factory):
    "What a run on two films of one name, without labels, found"
    room = tmp_path_factory.mktemp('footage')
    for day, seeds in (('day1', (1, 12, 23, 34)), ('day2', (45, 56, 12, 1))):
        footage(room/day/'GX010001.mp4', seeds)
    return (
        explore.explore(
            [room / 'day1', room / 'day2'], out=room / 'out', backbone='histogram', progress=False
        ),
        room,
    )


def test_the_first_numbers_are_films_shots_and_their_length(unlabelled):
    result, _ = unlabelled
    numbers = exploration_report.exploration_numbers(result)
    lasts = result.scenes.end - result.scenes.start
    out = result.scenes.transition.isin(['black', 'title_card'])
    assert out.sum() >= 2 and result.summary['n_hidden'] == out.sum()
    assert [o['name'] for o in numbers[:3]] == ['films', 'shots', 'median length']
    assert [o['value'] for o in numbers[:3]] == [
        '2',
        str(len(lasts)),
        f'{lasts[~out].median():.1f} s',
    ]
    assert all(o['definition'] for o in numbers)
    definitions = exploration_report.DEFINITIONS
    assert 'left out' in definitions['mean cosine'] and 'left out' in definitions['effective rank']


def test_the_terminal_counts_what_the_page_has_found(unlabelled, monkeypatch):
    result, _ = unlabelled
    exploration_report.exploration_numbers(result)
    def ends(*args, **options): raise MemoryError
    monkeypatch.setattr(exploration_report, 'with_overview', ends)
    assert 'recurring settings' in exploration_report.exploration_text(result)
    said = exploration_report.exploration_text(replace(result))
    assert 'left out: what comes back and what is odd: ' in said and 'recurring' not in said
    alone = replace(result, summary=dict(result.summary, metrics={}))   # nothing was measured
    said = exploration_report.exploration_text(alone)
    assert 'median length' in said and 'what comes back' not in said and 'recurring' not in said


def test_the_geometry_is_that_of_the_shots_that_show_something(unlabelled):
    result, _ = unlabelled
    seen = ~look.hidden(result.scenes)
    m = result.summary['metrics']
    assert m['mean_cosine']['value'] == pytest.approx(
        geometry.mean_cosine(result.x[seen]), abs=1e-6
    )
    assert m['rankme_centred']['value'] == pytest.approx(
        geometry.rankme(result.x[seen], centred=True), abs=1e-5
    )
    np.testing.assert_allclose(
        result.layouts['PCA'].xy[seen], geometry.pca(result.x[seen]).xy, atol=1e-5
    )
    header, _ = pack(exploration_report.exploration_deck(result))
    assert header['default_colour'] == 'cluster' and header['hidden']['shape'] == [(~seen).sum()]
    assert [o['name'] for o in header['films']] == ['day1/GX010001', 'day2/GX010001']


def test_centring_takes_one_from_the_rank_that_is_possible(unlabelled):
    result, _ = unlabelled
    seen = int((~look.hidden(result.scenes)).sum())
    assert seen <= result.x.shape[1]
    [rank] = [
        o
        for o in exploration_report.exploration_numbers(result)
        if o['name'] == 'effective rank'
    ]
    assert rank['note'] == f'centred, of {seen - 1} possible'
    x = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 4)))[0].T   # four, as far as can be
    assert geometry.rankme(x, centred=True) == pytest.approx(3)


def test_the_page_folds_its_numbers_a_column_an_encoder():
    metrics = {
        'place P@1 within films, mine': dict(value=1., low=.5, high=1., chance=.1, queries=1234),
        'place P@1 within films, whitened': dict(value=-.0001, low=None, high=None, chance=.1),
        'kNN purity of places, k = 10, mine': dict(value=.5, chance=None),
        'rankme': dict(value=2.),
        'not measured, mine': dict(value=None),
    }
    t = exploration_report._metric_table(metrics, ['mine', 'whitened']).set_index('number')
    assert t.columns.tolist() == ['mine', 'whitened', 'chance', 'queries or triplets']
    assert t.loc['place P@1 within films'].tolist() == [
        '1.000 (0.500 to 1.000)', '0.000', '0.100', '1,234'
    ]
    assert t.loc['kNN purity of places, k = 10'].tolist() == ['0.500', '', '', '']
    assert t.loc['rankme', 'mine'] == '2.000' and len(t) == 3


def test_a_page_without_labels_is_plain_text(unlabelled):
    result, _ = unlabelled
    html = exploration_report.exploration_page(result)
    body = html[html.index('<body'):html.index('<footer>')]
    assert 'scene_explore label FOLDER' in body and '`' not in body
    folded = body[body.index('<details>'):body.index('</details>')]
    assert 'mean_cosine' in folded and 'nan' not in folded


def test_a_table_of_runs_is_in_words_and_has_a_column_a_run():
    runs = pd.DataFrame(dict(
        run=['one', 'two'],
        lr_blocks=[5e-5, 1e-4],
        **{
            'place P@1 within films': [.25, .5],
            'place P@1 within films_low': [.2, np.nan],
            'place P@1 within films_high': [.3, np.nan],
            'place P@1 within films_gain': [-.0001, np.nan],
        },
        steps_done=[50, 60],
    ))
    t = ablation_report._run_table(runs)
    assert t.columns.tolist() == ['measure', 'one', 'two']
    assert t.to_numpy().tolist() == [
        ['lr blocks', '5e-05', '0.0001'],
        ['place P@1 within films', '0.250 (0.200 to 0.300)', '0.500'],
        ['place P@1 within films, minus frozen', '0.000', ''],
        ['steps done', 50, 60],
    ]


def test_what_was_left_out_is_named_once(tmp_path, capsys):
    (tmp_path/'bad.mp4').write_bytes(b'no film')
    code = cli.main(
        ['explore', str(tmp_path/'bad.mp4'), '--backbone', 'histogram', '--out', str(tmp_path/'o')]
    )
    said = capsys.readouterr().out
    assert code == 1 and said.count('bad.mp4') == 1, said


def test_the_foot_of_a_page_names_no_folder(unlabelled):
    result, room = unlabelled
    said = exploration_report._foot(
        dict(
            result.summary,
            settings=dict(backbone=str(room), labels=str(room / 'labels.csv'), unit='shot', seed=0),
        )
    )
    assert str(room.parent) not in said and 'labels.csv' in said and room.name in said
    assert 'MCG-NJU/videomae-base' in exploration_report._foot(
        dict(result.summary, settings=dict(backbone='MCG-NJU/videomae-base'))
    )
    html = (room/'out/explore.html').read_text()
    assert str(room) not in html[html.index('<footer>'):html.index('</footer>')]


def test_what_is_said_of_one_is_said_in_the_singular(tmp_path, capsys):
    film = films.film(tmp_path/'one.mp4', n=24)
    assert (
        cli.main(['explore', str(film), '--backbone', 'histogram', '--out', str(tmp_path / 'out')])
        == 0
    )
    said = (
        capsys.readouterr().out
        + (tmp_path / 'out/explore.html').read_text().split('<main>')[0][-3000:]
    )
    assert '1 scene of 1 film' in said and '1 scenes' not in said and '1 films' not in said


def test_a_page_says_that_the_probe_is_about_the_encoder(unlabelled):
    result, _ = unlabelled
    section = exploration_report._probe_section(result)
    assert 'encoder' in section.heading and 'not these films' in section.heading
    sections = exploration_report.exploration_sections(result)
    assert sections[-1].text.startswith('day1/GX010001: ')


# ---- the probe of an encoder
PROBE = len(world.probe_set().scenes)   # clips


class Counted(embedding.Histogram):
    "The colour histogram, counting the clips that it reads"
    read = 0

    def encode(self, clips):
        Counted.read += len(clips)
        return super().encode(clips)


@pytest.fixture
def counted():
    made = embedding.histogram()
    Counted.read = 0
    return Counted(
        **{f: getattr(made, f) for f in ('kind', 'sampling', 'size', 'pooling', 'normalisation')}
    )


def test_a_probe_is_embedded_once_whatever_the_run(counted, tmp_path, monkeypatch):
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'mine'))
    first = evaluate.probe_shares(
        dict(a=counted), Store(tmp_path / 'one'), Settings(), progress=False
    )
    assert Counted.read == PROBE
    Counted.read = 0
    again = evaluate.probe_shares(
        dict(a=counted), Store(tmp_path / 'other'), Settings(), progress=False
    )
    assert Counted.read == 0 and not (tmp_path/'other').exists()
    pd.testing.assert_frame_equal(first['a'], again['a'])
    # other intervals, the same embeddings
    evaluate.probe_shares(dict(a=counted), Store(tmp_path/'one'), Settings(seed=1), progress=False)
    assert Counted.read == 0
    parts = {p.parent.parent.name for p in (tmp_path/'mine/probe/embeddings').rglob('*.parquet')}
    assert parts == {counted.fingerprint}


def test_a_quick_run_shows_the_probe_of_the_encoders_that_have_it(counted, tmp_path, monkeypatch):
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'mine'))
    both = dict(a=counted, b=replace(counted, weights='of a network'))
    given = Store(tmp_path/'run'), Settings(baselines=())
    options, lost = dict(progress=False, quick=True), []
    with pytest.raises(ValueError, match='a quick run does not compute it'):
        evaluate.probe_shares(both, *given, **options, lost=lost)
    first = evaluate.probe_shares(dict(a=counted), *given, progress=False)
    found = evaluate.probe_shares(both, *given, **options, lost=lost)
    assert list(found) == ['a'] and found['a'].equals(first['a'])
    assert [o['path'] for o in lost] == ['shares on the probe, b']
    with pytest.raises(ValueError, match='not in the store'):
        evaluate.probe_shares(both, *given, **options)


def test_where_the_cache_cannot_be_written_the_probe_is_kept_with_the_run(
    counted, tmp_path, monkeypatch
):
    (tmp_path/'file').write_text('')
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'file'))
    store = Store(tmp_path/'run')
    assert (
        len(evaluate.probe_shares(dict(a=counted), store, Settings(), progress=False)['a'])
        and (tmp_path / 'run/embeddings').is_dir()
    )


def test_the_cache_lies_where_a_person_keeps_caches(tmp_path, monkeypatch):
    monkeypatch.delenv('SCENE_EXPLORE_CACHE', raising=False)
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))
    assert paths.cache_folder() == tmp_path/'scene_explore'
    monkeypatch.setenv('XDG_CACHE_HOME', 'relative')   # to be ignored, says the specification
    monkeypatch.setenv('HOME', str(tmp_path))
    assert paths.cache_folder() == tmp_path/'.cache/scene_explore'


def test_its_bar_counts_clips_of_the_probe(counted, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'mine'))
    evaluate.probe_shares(
        dict(a=replace(counted, weights='of a network')),
        Store(tmp_path / 'run'),
        Settings(),
        progress=True,
    )
    said = capsys.readouterr().err
    assert (
        'probe of the encoder' in said
        and f'{PROBE}/{PROBE}' in said
        and 'clip' in said
        and 'scene' not in said
    )
