"""Movies that teach scenes, as one job: whose file it is, what held_out, killed, the command"""
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from lab import watched

from scene_explore.core.results import read_results
from scene_explore.core.shipped import shipped
from scene_explore.datasets.catalogue import load_catalogue
from scene_explore.datasets.world.movies import world_movies
from scene_explore.encoders.ingest import Cancelled
from scene_explore.pipelines import cli
from scene_explore.pipelines.explore import UsageError
from scene_explore.pipelines.movie_features import MovieNames
from scene_explore.pipelines.movies2scenes import (
    SceneTeaching,
    movies2scenes,
)
from scene_explore.training.movie_similarity import nearest_alike, similarity_config

QUICK = dict(first=dict(epochs=3, width=32), moco=dict(epochs=2, dim=16), progress=False)


def write(world, folder): # features as files, and the catalogue as CSV
    folder.mkdir(parents=True, exist_ok=True)
    for name, x in world.features.items(): np.save(folder/f'{name}.npy', x)
    movies = world.catalogue.movies.assign(genres=world.catalogue.movies.genres.map('|'.join))
    movies.to_csv(folder/'movies.csv', index=False)
    world.catalogue.watched.to_csv(folder/'watched.csv', index=False)
    return folder


@pytest.fixture(scope='module')
def world(): return world_movies(5, movies=40, kinds=4, width=32)


@pytest.fixture(scope='module')
def folder(world, tmp_path_factory): return write(world, tmp_path_factory.mktemp('features'))


@pytest.fixture(scope='module')
def done(world, folder, tmp_path_factory):
    "A first run: its result, and its folder, not to be changed"
    out = tmp_path_factory.mktemp('out')
    return movies2scenes(world.catalogue, folder, out=out, held_out=.4, **QUICK), out


# ---- whose file it is
MOVIES = load_catalogue(pd.DataFrame([
    dict(movie_id='m1', imdb='tt0113277', title='Heat', year=1995),
    dict(movie_id='m2', imdb='', title='Dune', year=1984),
    dict(movie_id='m3', imdb='', title='Dune', year=2021),
    dict(movie_id='m4', imdb='tt12345678', title='Amélie: le fabuleux destin', year=2001),
    dict(movie_id='2012', imdb='', title='Back to the Future', year=1985),
    dict(movie_id='m5', imdb='', title='2012', year=2009),
    dict(movie_id='m6', imdb='', title='', year=2012),
    dict(movie_id='m7', imdb='', title='', year=np.nan),
])).movies


@pytest.mark.parametrize(('stem', 'movie'), [
    ('m1', 'm1'), ('Heat', 'm1'), ('heat (1995)', 'm1'), ('tt0113277', 'm1'),
    ('Heat.Directors.Cut.TT0113277.1080p', 'm1'), ('Dune', ''), ('dune_2021', 'm3'),
    ('amélie le fabuleux destin', 'm4'), ('tt12345678', 'm4'), ('tt1234567', ''), ('', ''),
    ('2012', ''), ('2012 (2009)', 'm5'), ('___', ''), ('matt0113277', ''), ('tt01132770', ''),
    ('m7', 'm7'),
])
def test_a_file_is_named_by_id_number_or_title(stem, movie):
    assert MovieNames(MOVIES)(stem) == movie


# ---- what held_out
@given(st.integers(0, 99), st.integers(2, 30))
@settings(max_examples=25, deadline=None)
def test_the_nearest_scene_is_that_of_a_plain_loop(seed, n):
    rng = np.random.default_rng(seed)
    x, movies = rng.normal(size=(n, 4)), rng.choice(list('abcd'), n)
    similar = pd.DataFrame(dict(movie=['a', 'c'], similar=['b', 'a']))
    pairs = {frozenset(o) for o in similar.to_numpy().tolist()}
    found = nearest_alike(x, movies, similar)
    cosine = x@x.T/np.outer(*[np.linalg.norm(x, axis=1)]*2)
    for i in range(n):
        others = [j for j in range(n) if movies[j] != movies[i]]
        alike = [j for j in others if frozenset((movies[i], movies[j])) in pairs]
        if not alike: assert np.isnan(found[i])
        else: assert found[i] == (max(others, key=lambda j: cosine[i, j]) in alike)


def test_nothing_is_learned_from_held_out_movies(done, folder):
    found, out = done
    held_out = set(found.scenes.movie[found.scenes.split == 'test'])
    assert len(held_out) == 16 and len(set(found.scenes.movie)) == 40
    assert not held_out & {*found.pairs.movie_a, *found.pairs.movie_b}
    of = found.similar.assign(a=found.similar.movie.isin(held_out),
                              b=found.similar.similar.isin(held_out))
    assert (of.a == of.b).all() and (of.a == (of.split == 'test')).all()
    # a held-out movie's features change nothing of what is learned
    other, rng = {k: np.load(folder/f'{k}.npy') for k in held_out}, np.random.default_rng(0)
    changed = out.parent/'changed'
    changed.mkdir(exist_ok=True)
    for path in folder.glob('*.npy'):
        x = other.get(path.stem)
        np.save(changed/path.name, np.load(path) if x is None else rng.normal(7, 3, x.shape))
    again = movies2scenes(load_catalogue(folder/'movies.csv', folder/'watched.csv'), changed,
                          out=None, held_out=.4, **QUICK)
    train = (found.scenes.split == 'train').to_numpy()
    assert (again.after[train] == found.after[train]).all()
    assert not (again.after[~train] == found.after[~train]).all()


def test_the_folder_holds_what_was_found(done):
    found, out = done
    for name, x in (('before', found.before), ('after', found.after)):
        kept = read_results(out/name)
        assert (kept.x == x).all() and len(kept.scenes) == len(x)
    assert pd.read_csv(out/'pairs.csv').score.to_numpy() == pytest.approx(found.pairs.score)
    summary = json.loads((out/'summary.json').read_text())
    assert summary['movies'] == 40 and summary['held_out'] == 16
    assert [o['value'] for o in summary['measures']] == pytest.approx(
        found.measures.value.tolist(), abs=1e-4, nan_ok=True
    )
    rows = found.measures.set_index(['measure', 'space']).value
    nearest = rows.index.get_level_values(0)[0]
    test = (found.scenes.split == 'test').to_numpy()
    own = found.similar[found.similar.split == 'test']
    values = nearest_alike(found.after[test], found.scenes.movie[test], own)
    assert rows[nearest, 'learned'] == pytest.approx(np.nanmean(values))


def test_scenes_are_of_their_movies_shots(done, world):
    found, _ = done
    shots = found.summary['moco']['shots']
    for movie, rows in found.scenes.groupby('movie'):
        assert rows.shot.tolist() == list(range(0, len(world.features[movie]), shots))
    x = world.features['m0003']
    x = x/np.linalg.norm(x, axis=1, keepdims=True)
    own = (found.scenes.movie == 'm0003').to_numpy()
    assert found.before[own][1] == pytest.approx(x[shots:2*shots].mean(0), abs=1e-6)


def test_movies_alike_by_lot_teach_and_judge_apart(world, folder):
    lot = movies2scenes(world.catalogue, folder, out=None, held_out=.4,
                        teaching=SceneTeaching(shuffle=True), **QUICK)
    right = movies2scenes(world.catalogue, folder, out=None, held_out=.4, **QUICK)
    split = dict(list(lot.similar.groupby('split')))
    own = dict(list(right.similar.groupby('split')))
    assert (split['test'].to_numpy() == own['test'].to_numpy()).all()
    assert split['train'].similar.tolist() != own['train'].similar.tolist()


def test_rows_stay_together_whatever_the_order_of_the_files(done, folder, tmp_path):
    names = sorted(folder.glob('*.npy'))
    for k, path in enumerate(reversed(names)):
        (tmp_path/'ba'[k % 2]).mkdir(exist_ok=True)
        shutil.copy(path, tmp_path/'ba'[k % 2])
    movies = load_catalogue(folder/'movies.csv', folder/'watched.csv')
    found = movies2scenes(movies, [tmp_path/'b', tmp_path/'a'], out=None, held_out=.4, **QUICK)
    order = ['movie', 'shot']
    rows = found.scenes.reset_index().sort_values(order)['index'].to_numpy()
    first = done[0].scenes.reset_index().sort_values(order)['index'].to_numpy()
    assert (found.before[rows] == done[0].before[first]).all()
    for o, x in zip(found.scenes.itertuples(), found.before, strict=True):
        own = np.load(folder/f'{o.movie}.npy')[o.shot:o.shot + 9]
        own = own/np.linalg.norm(own, axis=1, keepdims=True)
        assert x == pytest.approx(own.mean(0), abs=1e-6)


def test_each_choice_is_a_row_measured_on_the_same_movies(world, folder, tmp_path):
    found = movies2scenes(world.catalogue, folder, out=tmp_path, held_out=.4, grid=True,
                          page=False, **QUICK)
    kept = pd.read_csv(tmp_path/'grid.csv')
    assert len(kept) == len(found.grid) == 14 and not found.grid.problem.any()
    assert found.grid['P@1 frozen'].groupby(found.grid.choice == 'shots').nunique()[False] == 1
    base = found.measures.set_index(['measure', 'space']).value
    same = found.grid[(found.grid.choice == 'selection') & (found.grid.value == 'learned')]
    assert same['P@1 learned'].item() == base.iloc[2]
    movies2scenes(world.catalogue, folder, out=tmp_path, held_out=.4, page=False, **QUICK)
    assert not (tmp_path/'grid.csv').exists()


@pytest.mark.parametrize(('lengths', 'window', 'shots'), [
    ([1500]*5, 16, 1024), ([328]*5, 16, 328), ([327]*5, 8, 327), ([60]*5, 4, 60),
    ([12]*5, 2, 12), ([2]*5, 2, 3),
])
def test_windows_fit_the_movies(lengths, window, shots):
    config = similarity_config(lengths, 100)
    assert (config.window, config.shots) == (window, shots)


# ---- killed, cancelled
KILLED = '''
import os, sys
from scene_explore.datasets.catalogue import load_catalogue
from scene_explore.pipelines.movies2scenes import movies2scenes
folder, out, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = [0]
def progress(done, total):
    seen[0] += 1
    if seen[0] == at: os.kill(os.getpid(), 9)
movies2scenes(load_catalogue(folder + '/movies.csv', folder + '/watched.csv'), folder, out=out,
              held_out=.4, first=dict(epochs=3, width=32), moco=dict(epochs=2, dim=16),
              progress=progress)
'''


@pytest.mark.parametrize(('at', 'stages'), [(20, 1), (70, 1), (100, 1), (125, 2)])
def test_killed_it_goes_on_to_the_same_space(done, folder, tmp_path, at, stages):
    found, _ = done
    ran = subprocess.run([sys.executable, '-c', KILLED, folder, tmp_path/'out', str(at)],
                         capture_output=True, text=True)
    assert ran.returncode == -9, ran.stderr
    assert not (tmp_path/'out/summary.json').exists()
    # a state of the first stage, and one of MoCo where it was killed there after an epoch
    assert len(list((tmp_path/'out').glob('state/*/*.safetensors'))) == stages
    again = movies2scenes(load_catalogue(folder/'movies.csv', folder/'watched.csv'), folder,
                          out=tmp_path/'out', held_out=.4, **QUICK)
    assert (again.after == found.after).all()
    assert again.log.to_numpy() == pytest.approx(found.log.to_numpy())


def test_cancelled_it_says_so_and_goes_on(done, world, folder, tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled, match='is kept in .*the same call goes on there'):
        movies2scenes(world.catalogue, folder, out=tmp_path, cancel=stop, held_out=.4, **QUICK)
    again = movies2scenes(world.catalogue, folder, out=tmp_path, held_out=.4, **QUICK)
    assert (again.after == done[0].after).all()


# ---- bad input
def test_what_cannot_be_used_is_told_and_the_rest_goes_on(world, tmp_path):
    folder = write(world, tmp_path/'features')
    x = np.load(folder/'m0001.npy')
    (folder/'m0000.npy').write_bytes(b'nothing')
    np.save(folder/'m0001.npy', x[:, :5])
    np.save(folder/'m0002.npy', np.zeros((9, 32)))
    np.save(folder/'m0003.npy', np.array(['a']))
    np.save(folder/'nobody.npy', x)
    x = np.load(folder/'m0004.npy')
    x[3] = np.nan
    np.save(folder/'m0004.npy', x)
    np.save(folder/'m0006.npy', np.array([{}], dtype=object), allow_pickle=True)
    found = movies2scenes(world.catalogue, folder, out=None, **QUICK)
    told = {Path(o['path']).stem: o['reason'] for o in found.summary['skipped']}
    assert set(told) == {'m0000', 'm0001', 'm0002', 'm0003', 'm0004', 'm0006', 'nobody'}
    assert told['m0001'] == 'has 5 columns, not 32 as most of the files'
    assert told['m0002'] == 'no shot has features' and told['m0004'].startswith('1 shot left out')
    assert 'no one movie of the catalogue' in told['nobody']
    assert found.summary['movies'] == 40 + 1 - 6 and np.isfinite(found.after).all()


@pytest.mark.parametrize(('wrong', 'said'), [
    (dict(similarity='colour'), "unknown similarity 'colour'"),
    (dict(held_out=1.), 'held_out is 1.0'),
    (dict(teaching=SceneTeaching(selection='best')), "unknown selection 'best'"),
    (dict(k=0), 'k is 0: expected 1 or more'),
    (dict(teaching=SceneTeaching(share=0)), 'share is 0'),
    (dict(teaching=SceneTeaching(part=2.)), 'part is 2.0'),
    (dict(first=dict(seed=1)), "first has no 'seed'"),
    (dict(moco=dict(shots=5)), "moco has no 'shots'"),
    (dict(moco=dict(epoch=5)), "moco has no 'epoch'"),
    (dict(held_out=.97), 'leaves too few to learn from'),
])
def test_settings_that_make_no_sense_are_refused(world, folder, wrong, said):
    with pytest.raises(UsageError, match=said):
        movies2scenes(world.catalogue, folder, out=None, **QUICK | wrong)


def test_what_is_not_known_is_left_open(world, tmp_path):
    folder, movies = write(world, tmp_path/'features'), world.catalogue.movies
    some = movies.assign(year=[1990., *[np.nan]*(len(movies) - 1)])
    found = movies2scenes(load_catalogue(some), folder, out=None, held_out=.4, **QUICK)
    assert 'year' not in set(found.measures.space) and len(found.measures) > 4
    with pytest.raises(UsageError, match='nobody knows who watched these movies'):
        movies2scenes(load_catalogue(movies), folder, 'co_watch', out=None, **QUICK)
    alone = dict(similarity='genre', out=None, held_out=0., **QUICK)
    assert not len(movies2scenes(world.catalogue, folder, **alone).measures)


def test_films_and_arrays_are_not_mixed(folder, tmp_path):
    with pytest.raises(UsageError, match='holds no arrays of features, but other paths do'):
        movies2scenes(folder/'movies.csv', [folder, shipped('films')], out=tmp_path, **QUICK)


def test_too_few_movies_get_a_sentence(world, tmp_path):
    np.save(tmp_path/'m0000.npy', world.features['m0000'])
    with pytest.raises(ValueError, match='1 movie of the catalogue with features: four are needed'):
        movies2scenes(world.catalogue, tmp_path, out=None, **QUICK)
    alone = world.catalogue.movies.assign(genres=[[o] for o in world.catalogue.movies.movie_id])
    for name, x in list(world.features.items())[:6]: np.save(tmp_path/f'{name}.npy', x)
    with pytest.raises(ValueError, match='no two of 5 movies with features are alike by genre'):
        movies2scenes(load_catalogue(alone), tmp_path, out=None, **QUICK)


# ---- the command
def test_the_command_writes_and_says_what_it_left_out(tmp_path, capsys):
    folder = write(world_movies(5, movies=20, kinds=4, width=32, scenes=11), tmp_path/'features')
    np.save(tmp_path/'nobody.npy', np.ones((9, 32)))
    argv = ['movies2scenes', str(folder/'movies.csv'), str(folder), str(tmp_path/'nobody.npy')]
    argv += ['--similarity', 'genre,co_watch', '--watched', str(folder/'watched.csv')]
    assert cli.main([*argv, '--out', str(tmp_path/'out')]) == 0
    said = capsys.readouterr().out
    assert '20 movies, 4 of them held out' in said and 'nobody.npy: no one movie' in said
    assert (tmp_path/'out/movies2scenes.html').exists()
    assert cli.main(['movies2scenes', str(folder/'none.csv'), str(folder),
                     '--out', str(tmp_path/'out2')]) == 2


def test_films_are_read_and_their_page_opens(chromium, tmp_path):
    films = shipped('films')
    found = movies2scenes(films, films, 'synopsis', tmp_path/'out', features='histogram',
                          held_out=.34, k=1, **QUICK)
    assert found.summary['movies'] == 6
    told = [o['reason'] for o in found.summary['skipped']]
    assert told and all('left out: black' in o for o in told)
    assert set(found.thumbnails) == set(found.scenes.scene_id)
    assert set(found.scenes.path) == {str(o) for o in films.glob('*.mp4')}
    page, errors, asked = watched(chromium)
    page.goto((tmp_path/'out/movies2scenes.html').as_uri())
    page.wait_for_function("document.body.innerText.includes('learned')")
    assert not errors
    page.close()
