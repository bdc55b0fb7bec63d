"""Catalogues of movies from files as others write them; similarity beside brute force"""
import json
from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import roc_auc_score

from scene_explore.core.shipped import shipped
from scene_explore.datasets.catalogue import (
    co_watch,
    confounder_auc,
    load_catalogue,
    movie_similarity,
    other_pairs,
    similarity_scores,
)

GENRES = 'Crime', 'Drama', 'Comedy', 'Horror'


def movielens(folder):
    "As GroupLens writes it"
    (folder/'movies.csv').write_text(
        'movieId,title,genres\n'
        '1,Heat (1995),Action|Crime|Thriller\n'
        '2,"American President, The (1995)",Comedy|Drama|Romance\n'
        '3,No Year At All,(no genres listed)\n'
    )
    (folder/'links.csv').write_text('movieId,imdbId,tmdbId\n1,0113277,949\n2,0112346,9087\n3,,\n')
    (folder/'ratings.csv').write_text(
        'userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,2,4.0,964981247\n2,1,5.0,1\n7,99,1.0,1\n'
    )
    return folder


def test_movielens_is_read_as_it_is_published(tmp_path):
    found = load_catalogue(movielens(tmp_path))
    assert found.movies.title.tolist() == ['Heat', 'American President, The', 'No Year At All']
    assert found.movies.year.tolist()[:2] == [1995., 1995.] and np.isnan(found.movies.year[2])
    assert found.movies.imdb.tolist() == ['tt0113277', 'tt0112346', '']
    assert found.movies.genres[2] == ()
    assert found.movies.popularity.tolist() == [2., 1., 0.]
    assert any('1 viewings are of movies not in the table' in o for o in found.problems)


def test_a_folder_of_records_and_metadata(tmp_path):
    (tmp_path/'tt0113277.json').write_text(json.dumps(dict(
        imdb_id='tt0113277', title='Heat', genres=['Crime', 'Drama'], storyline=['A group of',
        'robbers'], plot=['never read'],
    )))
    (tmp_path/'abc.json').write_text(json.dumps(dict(
        content_parent_category='Sports', content_fine_category='Rowing', youtube_title='Row row',
        content_metadata=dict(title='Rowing', description='They row.', scenes=[]),
    )))
    (tmp_path/'broken.json').write_text('{')
    (tmp_path/'number.json').write_text('7')
    found = load_catalogue(tmp_path)
    rows = found.movies.set_index('movie_id')
    assert set(rows.index) == {'tt0113277', 'abc'}
    assert rows.genres['abc'] == ('Sports', 'Rowing') and rows.synopsis['abc'] == 'They row.'
    assert rows.synopsis['tt0113277'] == 'A group of; robbers'
    assert sum('left out' in o for o in found.problems) == 2
    assert any('broken.json' in o for o in found.problems)


def test_the_truth_beside_a_film_is_no_movie():
    found = load_catalogue(shipped('films'))
    assert sorted(found.movies.movie_id) == sorted(o.stem for o in shipped('films').glob('*.mp4'))


@pytest.mark.parametrize('end', ('csv', 'parquet', 'json', 'jsonl'))
def test_every_form_of_a_table_gives_the_same(tmp_path, end):
    table = pd.DataFrame(dict(
        imdb_id=['tt0000001', 'tt0000002'], title=['A', 'B'], year=[1950, 1960],
        genres=['Crime|Drama', 'Drama'],
    ))
    path = tmp_path/f'movies.{end}'
    if end == 'csv': table.to_csv(path, index=False)
    elif end == 'parquet': table.to_parquet(path)
    else: table.to_json(path, orient='records', lines=end == 'jsonl')
    movies = load_catalogue(path).movies
    assert movies.movie_id.tolist() == ['tt0000001', 'tt0000002']
    assert movies.genres.tolist() == [('Crime', 'Drama'), ('Drama',)]
    assert movies.year.tolist() == [1950., 1960.]


def test_bad_tables_get_a_sentence(tmp_path):
    with pytest.raises(ValueError, match='is not there'): load_catalogue(tmp_path/'none.csv')
    with pytest.raises(ValueError, match='holds no movies'): load_catalogue(tmp_path)
    with pytest.raises(ValueError, match='no column that names a movie'):
        load_catalogue(pd.DataFrame(dict(genre=['x'])))
    with pytest.raises(ValueError, match='lacks movie_id'):
        load_catalogue(pd.DataFrame(dict(title=['x'])), pd.DataFrame(dict(user=[1])))
    found = load_catalogue(pd.DataFrame(dict(movie_id=['a', 'a', ''], title=['x', 'y', ''])))
    assert len(found) == 1 and found.movies.title[0] == 'x'
    assert len(found.problems) == 2 and 'there already' in ' '.join(found.problems)


def test_movies_of_a_benchmark_are_left_out(tmp_path):
    found = load_catalogue(movielens(tmp_path)).without(['113277', 'tt9'])
    assert found.movies.movie_id.tolist() == ['2', '3']
    assert found.watched.movie_id.tolist() == ['2']
    pairs = movie_similarity(load_catalogue(tmp_path), 'co_watch', exclude=['tt0113277'])
    assert not len(pairs)


@st.composite
def catalogues(draw):
    n = draw(st.integers(2, 7))
    genres = [draw(st.sets(st.sampled_from(GENRES))) for _ in range(n)]
    seen = draw(st.sets(st.tuples(st.integers(0, 5), st.integers(0, n - 1)), min_size=1))
    movies = pd.DataFrame(dict(movie_id=list(map(str, range(n))), title='x',
                               genres=['|'.join(sorted(o)) for o in genres]))
    watched = pd.DataFrame(sorted(seen), columns=['user', 'movie_id'])
    return load_catalogue(movies, watched), genres, seen


@given(catalogues())
@settings(max_examples=60, deadline=None)
def test_scores_are_those_of_their_definitions(drawn):
    catalogue, genres, seen = drawn
    n = len(catalogue)
    people = {u for u, _ in seen}
    of = [{u for u, m in seen if m == i} for i in range(n)]
    jaccard = similarity_scores(catalogue, 'genre')
    counts, ppmi = co_watch(catalogue, 'counts'), co_watch(catalogue)
    for i in range(n):
        for j in range(n):
            if i == j:
                assert jaccard[i, j] == counts[i, j] == ppmi[i, j] == 0
                continue
            either = genres[i] | genres[j]
            assert jaccard[i, j] == pytest.approx(len(genres[i] & genres[j])/max(len(either), 1))
            both = len(of[i] & of[j])
            assert counts[i, j] == both
            share = both*len(people)/(len(of[i])*len(of[j])) if both else 0
            assert ppmi[i, j] == pytest.approx(max(0., log(share)) if share else 0, abs=1e-6)


@given(catalogues(), st.integers(1, 4), st.sampled_from(('genre', 'co_watch', 'genre,co_watch')))
@settings(max_examples=60, deadline=None)
def test_each_movie_has_its_nearest(drawn, k, by):
    catalogue = drawn[0]
    pairs = movie_similarity(catalogue, by, k)
    again = movie_similarity(catalogue, by, k)
    pd.testing.assert_frame_equal(pairs, again)
    assert (pairs.movie != pairs.similar).all() and (pairs.score > 0).all()
    assert pairs.groupby('movie').size().max() <= k if len(pairs) else True
    if ',' in by: return
    scores = similarity_scores(catalogue, by)
    for movie, own in pairs.groupby('movie'):
        best = np.sort(scores[int(movie)])[::-1]
        assert own.score.tolist() == pytest.approx(best[:len(own)].tolist())
        assert len(own) == min(k, int((best > 0).sum()))


def test_synopses_by_an_encoder_of_ones_own():
    words = load_catalogue(pd.DataFrame(dict(
        movie_id=['a', 'b', 'c', 'd'], title='x', synopsis=['one', 'two', 'three', ''],
    )))
    vectors = dict(one=[1., 0], two=[.9, .1], three=[0, 1.], **{'': [1., 1.]})
    def embed(texts): return np.array([vectors[o] for o in texts])
    scores = similarity_scores(words, 'synopsis', embed=embed)
    assert scores[0, 1] == pytest.approx(.9) and scores[1, 2] == pytest.approx(.1)
    assert not scores[3].any()   # nothing is known of it
    pairs = movie_similarity(words, 'synopsis', k=1, embed=embed)
    assert pairs.query('movie == "a"').similar.item() == 'b' and 'd' not in set(pairs.movie)


def dated(n=60, seed=0):
    rng = np.random.default_rng(seed)
    year = rng.integers(1940, 2020, n)
    seen = [(u, m) for u in range(200)
            for m in np.flatnonzero(rng.random(n) < np.exp(-np.abs(year - 1940 - .4*u)/10))]
    watched = pd.DataFrame(seen, columns=['user', 'movie_id'])
    return load_catalogue(pd.DataFrame(dict(movie_id=range(n), title='x', year=year)), watched)


def test_other_pairs_are_not_alike_and_matching_takes_the_confounder_away():
    many = dated()
    pairs = movie_similarity(many, 'co_watch')
    alike = {frozenset(o) for o in zip(pairs.movie, pairs.similar, strict=True)}
    for matched in ((), ('year',)):
        others = other_pairs(many, pairs, 2, matched)
        assert len(others) == 2*len(pairs)
        assert not alike & {frozenset(o) for o in zip(others.movie, others.similar, strict=True)}
        assert (others.movie != others.similar).all()
    free = confounder_auc(many, pairs, other_pairs(many, pairs, 2))
    matched = confounder_auc(many, pairs, other_pairs(many, pairs, 2, ('year',)))
    assert free > .75 and abs(matched - .5) < .15


def test_the_auc_is_that_of_scikit_learn():
    many = dated(30)
    pairs = movie_similarity(many, 'co_watch')
    others = other_pairs(many, pairs)
    year = many.movies.set_index('movie_id').year
    both = pd.concat([pairs, others])
    gap = (year[both.movie].to_numpy() - year[both.similar].to_numpy())
    labels = np.r_[np.ones(len(pairs)), np.zeros(len(others))]
    assert confounder_auc(many, pairs, others) == pytest.approx(roc_auc_score(labels, -abs(gap)))


def test_wrong_words_get_a_sentence():
    many = dated(10)
    with pytest.raises(ValueError, match='expected genre, synopsis or co_watch'):
        movie_similarity(many, 'stars')
    with pytest.raises(ValueError, match="expected 'ppmi' or 'counts'"):
        movie_similarity(many, 'co_watch', weight='tf')
    with pytest.raises(ValueError, match='give 1 or more'): movie_similarity(many, k=0)
    with pytest.raises(ValueError, match='expected some of'):
        other_pairs(many, movie_similarity(many, 'co_watch'), matched=('cast',))
    with pytest.raises(ValueError, match='nobody knows who watched'):
        movie_similarity(load_catalogue(many.movies), 'co_watch')


@pytest.mark.parametrize('name', ('x.json', 'x.jsonl', 'x.parquet', 'x.csv'))
def test_a_broken_file_is_named(tmp_path, name):
    (tmp_path/name).write_bytes(b'{"title": ')
    with pytest.raises(ValueError, match=name): load_catalogue(tmp_path/name)


def test_some_movies_bring_their_viewers_alone(tmp_path):
    whole = load_catalogue(movielens(tmp_path))
    some = whole.among(whole.movies.movie_id[:2])
    assert some.movies.movie_id.tolist() == whole.movies.movie_id[:2].tolist()
    assert {*some.watched.movie_id} <= {*some.movies.movie_id}
    wanted = whole.watched.movie_id.isin(some.movies.movie_id).sum()
    assert 0 < len(some.watched) == wanted
    assert some.problems == whole.problems
