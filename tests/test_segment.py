"Scenes of one's own films: the command, its files, its page, and the benchmark beside it"
import importlib
import json
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from lab import watched
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import average_precision_score

from scene_explore import segmentation as s
from scene_explore.core.scenes import read_scenes, scene_table
from scene_explore.datasets.scene_lists import feature_widths
from scene_explore.encoders.embed import get_backbone
from scene_explore.encoders.ingest import Settings, read_library
from scene_explore.core.store import Store
from scene_explore.pipelines import cli
from scene_explore.pipelines.benchmark import benchmark
from scene_explore.pipelines.explore import UsageError, explore
from scene_explore.pipelines.segment import segment
from scene_explore.segmentation import scene_methods
from scene_explore.segmentation.fusion import joint
from scene_explore.segmentation.learned import BoundaryHead, BoundaryModel, save_head
from scene_explore.segmentation.film_scenes import segment_shots, similar_scenes
from scene_explore.segmentation.shot_features import shot_features, space_names
from scene_explore.segmentation.scene_methods import (
    THRESHOLD,
    boundary_chance,
    cut_scores,
    register_method,
)
from scene_explore.video.chapters import ffmetadata, webvtt
from scene_explore.video.export import one_line
from scene_explore.views.segmentation_report import segmentation_page, segmentation_text

pipeline = importlib.import_module('scene_explore.pipelines.benchmark')


@pytest.fixture(scope='module')
def films(tmp_path_factory, make_film):
    "Two films of 17 and 20 shots, the second with markup for a name"
    folder = tmp_path_factory.mktemp('films')
    names = 'first.mp4', "<img src=x onerror=document.title='broken'>.mp4"
    for n, name in zip((17, 20), names, strict=True):
        lengths = np.random.default_rng(n).integers(18, 40, n)
        make_film(folder/name, n=int(lengths.sum()), cuts=lengths.cumsum()[:-1])
    return folder


@pytest.fixture(scope='module')
def done(films, tmp_path_factory):
    "A first run: its result, and its folder, not to be changed"
    out = tmp_path_factory.mktemp('out')
    return segment(films, features='histogram', out=out, progress=False), out


def shots_of(n, transition=(), seed=0):
    "A table of n shots; transition: {shot: what it is}"
    ends = np.cumsum(np.random.default_rng(seed).uniform(1, 5, n))
    kinds = [dict(transition).get(i, 'cut') for i in range(n)]
    return scene_table(
        dict(video_id='a', path='', start=np.r_[0, ends[:-1]], end=ends, transition=kinds)
    )


# ---- what is found
def test_scenes_cover_the_film_and_are_runs_of_its_shots(done):
    found, _ = done
    assert len(found.films) == 2 and not found.summary['skipped']
    for film in found.films:
        shots, scenes = film.shots, film.scenes
        assert scenes.start.iloc[0] == shots.start.iloc[0]
        assert scenes.end.iloc[-1] == shots.end.iloc[-1]
        assert scenes.start[1:].tolist() == scenes.end[:-1].tolist() == film.boundaries.tolist()
        assert scenes.first_shot.tolist() == [1, *(scenes.last_shot[:-1] + 1)]
        assert scenes.last_shot.iloc[-1] == len(shots) and scenes.confidence.between(0, 1).all()
        begins = shots.start[(shots.score >= film.threshold) & (shots.shot > 1)]
        assert begins.tolist() == film.boundaries.tolist() and len(scenes) > 1


def test_the_files_say_the_same(done):
    found, out = done
    scenes, shots = read_scenes(out/'scenes.csv'), read_scenes(out/'shots.csv')
    assert scenes.scene_id.tolist() == found.scenes.scene_id.tolist()
    assert scenes.confidence.tolist() == pytest.approx(found.scenes.confidence.tolist())
    assert shots.groupby('video_id').scene.max().sum() == len(scenes)
    summary = json.loads((out/'summary.json').read_text())
    assert summary['n_scenes'] == len(scenes) and summary['n_embedded'] == len(shots)
    assert set(summary['files']) < {o.name for o in out.iterdir()}
    assert f'{len(scenes)} scenes' in segmentation_text(found)


def test_nothing_is_embedded_twice_whatever_the_path(films, done, tmp_path):
    found, out = done
    moved = shutil.copytree(films, tmp_path/'moved')
    options = dict(features='histogram', progress=False, store=out/'store')
    again = segment(moved, out=tmp_path/'out', threshold=.5, **options)
    assert again.summary['n_embedded'] == 0 and len(again.scenes) > len(found.scenes)
    more = segment(moved, out=None, **options | dict(features='histogram,pixels'))
    assert more.summary['n_embedded'] == len(found.shots)   # the pixels
    assert more.summary['features'] == ['histogram', 'pixels']


def test_black_and_titles_belong_to_the_scene_before():
    x = np.repeat(np.eye(4), 8, 0)
    plain = segment_shots(shots_of(32), [x], n_scenes=4)
    assert plain.scenes.first_shot.tolist() == [1, 9, 17, 25]
    shots = shots_of(32, {0: 'title_card', 8: 'black', 16: 'title_card'})
    found = segment_shots(shots, [x], n_scenes=4)
    assert found.scenes.first_shot.tolist() == [1, 10, 18, 25]
    assert found.shots.score.isna().to_numpy().nonzero()[0].tolist() == [0, 1, 8, 16]
    assert set(found.scenes.transition) == {'cut'}   # a scene that opens with a title is none


def test_a_film_of_black_alone_and_a_film_of_one_shot_are_one_scene():
    black = segment_shots(shots_of(3, {0: 'black', 1: 'black', 2: 'black'}), [np.zeros((3, 2))])
    one = segment_shots(shots_of(1), [np.ones((1, 2))])
    assert len(black.scenes) == len(one.scenes) == 1 and one.scenes.confidence[0] == 1
    assert black.scenes.transition[0] == 'black'


@given(st.integers(1, 60), st.integers(0, 5))
@settings(max_examples=30)
def test_one_cut_in_seven_whatever_the_method_and_the_unit(n, seed):
    x = np.random.default_rng(seed).normal(size=(n, 8))
    for method in ('adjacent', 'ward', 'long_shots'):
        scores = cut_scores([x*1000], shots_of(n, seed=seed).end, method)
        assert (scores >= THRESHOLD).sum() == np.floor((n - 1)/7 + .5 - 1e-9)
    assert (cut_scores([np.ones((n, 8))], np.ones(n)) == .5).all()


def test_a_surer_cut_has_a_higher_chance():
    chance = boundary_chance(np.linspace(0, 1, 50))
    assert (np.diff(chance) > 0).all() and 0 <= chance[0] < .01 and chance[-1] <= 1


def test_a_scene_is_as_sure_as_its_less_certain_end():
    x = np.random.default_rng(0).normal(size=(30, 4))
    found = segment_shots(shots_of(30), [x], 'windowed', n_scenes=3)
    at = boundary_chance(found.shots.score[found.scenes.first_shot[1:] - 1])
    assert found.scenes.confidence.tolist() == [at[0], at.min(), at[1]]


def test_scenes_of_one_setting_against_all_pairs_of_shots():
    rng = np.random.default_rng(3)
    scene = np.repeat(np.arange(8), rng.integers(1, 6, 8))
    x = rng.normal(size=(3, 6))[np.array([0, 1, 0, 2, 1, 2, 0, 1])[scene]]
    x = x + .4*rng.normal(size=x.shape)
    unit = x/np.linalg.norm(x, axis=1, keepdims=True)
    pairs = 1 - unit @ unit.T
    inside = []
    between = np.zeros((8, 8))
    for a in range(8):
        for b in range(8): between[a, b] = pairs[np.ix_(scene == a, scene == b)].mean()
        own = pairs[np.ix_(scene == a, scene == a)]
        if len(own) > 1: inside.append(own[~np.eye(len(own), dtype=bool)].mean())
    limit = (np.median(inside) + np.median(np.diag(between, 1)))/2
    tree = linkage(between[np.triu_indices(8, 1)], 'average')
    theirs = pd.factorize(fcluster(tree, limit, 'distance'))[0]
    assert similar_scenes(x, scene).tolist() == theirs.tolist()


def test_settings_are_found_in_the_space_whose_threshold_is_known():
    rng = np.random.default_rng(0)
    plan = [0, 1, 0, 2, 1]
    x = (3*rng.normal(size=(3, 20)))[np.repeat(plan, 6)] + rng.normal(size=(30, 20))
    noise = rng.normal(size=(30, 20))
    features = {'my encoder': noise, 'efficientnet-lite0': x}
    ends = np.arange(29) % 6 == 5
    found = segment_shots(shots_of(30), features, lambda *_: ends, n_scenes=5)
    assert found.space == 'efficientnet-lite0' and found.scenes.setting.tolist() == list('ABACB')
    plain = segment_shots(shots_of(30), [noise, x], lambda *_: ends, n_scenes=5)
    assert plain.space is None
    both = similar_scenes(joint(noise, x), np.repeat(range(5), 6))
    assert plain.scenes.setting.tolist() == ['ABCDE'[o] for o in both]


def test_the_page_says_how_settings_were_found(done):
    found, out = done
    assert found.summary['settings'] == 'histogram'
    assert 'by histogram, at the distance that was best' in (out/'scenes.html').read_text()


def test_spaces_have_names_of_their_own(tmp_path):
    encoders = dict(a=get_backbone('histogram'), b=get_backbone('histogram', size=96))
    encoders['c'] = get_backbone('pixels')
    names = space_names(encoders)
    assert len(set(names)) == 3 and names[2] == 'pixels'
    assert space_names(dict(x=encoders['a'])) == ['histogram']


@pytest.mark.parametrize('value', [1, .1, np.float32(.3)])
def test_a_film_whose_shots_are_equal_has_one_setting(value):
    x = np.full((30, 7), value)
    assert similar_scenes(x, np.repeat(range(5), 6)).tolist() == [0]*5
    assert segment_shots(shots_of(30), [x], n_scenes=4).scenes.setting.tolist() == ['A']*4


# ---- methods
def test_a_method_is_a_name_a_function_or_a_file(done, films, tmp_path, monkeypatch):
    monkeypatch.setattr(scene_methods, 'METHODS', dict(scene_methods.METHODS))
    def read(path):
        where = float(Path(path).read_text())
        return lambda x, lengths: np.arange(len(x) - 1) == int(where)
    register_method('.cut', read)
    (tmp_path/'head.cut').write_text('4')
    options = dict(features='histogram', out=None, store=done[1]/'store', progress=False)
    by_file = segment(films, str(tmp_path/'head.cut'), **options, n_scenes=2)
    by_hand = segment(films, lambda x, lengths: np.arange(len(x) - 1) == 4, **options, n_scenes=2)
    assert by_file.scenes.scene_id.tolist() == by_hand.scenes.scene_id.tolist()
    assert len(by_file.scenes) == 4
    with pytest.raises(UsageError, match='No such file'): segment(films, 'none.cut', **options)


@pytest.mark.parametrize('signal', [False, True])
def test_a_trained_head_divides_by_its_own_threshold(signal, tmp_path):
    rng = np.random.default_rng(0)
    def film():
        scene = np.repeat(np.arange(6), rng.integers(3, 8, 6))
        x = rng.normal(size=(6, 8))[scene] + .5*rng.normal(size=(len(scene), 8))
        return x, np.diff(scene)
    films = [film() for _ in range(6)]
    tables = [shots_of(len(x)) for x, _ in films]
    lengths = [(t.end - t.start).to_numpy() for t in tables]
    given = [x for x, _ in films]
    if signal: given = [dict(x=x, length=o) for x, o in zip(given, lengths, strict=True)]
    head = BoundaryHead(steps=40).fit(given, [y for _, y in films])
    save_head(head, tmp_path/'head.safetensors')
    found = segment_shots(tables[0], [films[0][0]], str(tmp_path/'head.safetensors'))
    scores = head.scores(joint(given[0]) if not signal else given[0] | dict(x=joint(given[0]['x'])))
    ends = np.flatnonzero(scores >= head.threshold) + 1
    assert (found.scenes.first_shot[1:] - 1).tolist() == ends.tolist() and len(ends)
    assert found.shots.chance[1:].tolist() == pytest.approx(scores.tolist(), abs=1e-5)
    (tmp_path/'none.safetensors').write_bytes(b'none')
    with pytest.raises(UsageError, match='is no boundary head'):
        segment('x.mp4', str(tmp_path/'none.safetensors'), out=None, store=tmp_path/'store')


@pytest.mark.parametrize('make', [
    lambda: BoundaryHead(steps=20), lambda: BoundaryModel(steps=25, reach=2, width=8, heads=2)
])
def test_a_trained_file_is_read_once_for_all_films(make, films, done, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    made = [dict(x=rng.normal(size=(12, 8)), log_lengths=rng.random(12)) for _ in range(4)]
    head = make().fit(made, [np.arange(11) % 4 == 3]*4)
    path = tmp_path/'head.safetensors'
    save_head(head, path)
    read = []
    def counted(path):
        read.append(path)
        return scene_methods.TrainedMethod(path)
    monkeypatch.setitem(scene_methods.METHODS, '.safetensors', counted)
    found = segment(films, path, 'histogram', None, done[1]/'store', progress=False)
    assert read == [path] and len(found.films) == 2 and found.summary['trained']
    assert {o.method for o in found.films} == {str(path)} == {found.summary['method']}
    for film in found.films:
        shots = film.shots
        x = load_features(shots, done[1]/'store')
        signals = dict(log_lengths=np.log(shots.end - shots.start + .1))
        np.testing.assert_allclose(shots.chance[1:], head.scores(dict(x=x) | signals), atol=1e-5)


def load_features(shots, store):
    return shot_features(shots, get_backbone('histogram'), Store(store), progress=False)[0]


@pytest.mark.parametrize('names', [('smell', 'taste'), ('loudness',)])
def test_a_signal_that_is_not_there_is_named(tmp_path, names):
    rng = np.random.default_rng(0)
    def film(): return dict(x=rng.normal(size=(12, 8))) | {k: rng.random(12) for k in names}
    head = BoundaryHead(steps=20).fit([film() for _ in range(4)], [np.arange(11) % 4 == 3]*4)
    save_head(head, tmp_path/'head.safetensors')
    with pytest.raises(ValueError, match=f'reads {", ".join(names)}, and'):
        segment_shots(shots_of(9), [np.eye(9)], str(tmp_path/'head.safetensors'))


# ---- files for others
def test_chapters_of_ffmetadata_as_ffmpeg_reads_them(done):
    found, out = done
    for film in found.films:
        [path] = [o for o in out.glob('*.ffmeta') if same_film(o, film)]
        with av.open(str(path), format='ffmetadata') as f: chapters = f.chapters()
        assert [o['metadata']['title'] for o in chapters] == film.scenes.title.tolist()
        times = [float(o['start']*o['time_base']) for o in chapters]
        assert times == pytest.approx(film.scenes.start.tolist(), abs=6e-4)


def same_film(path, film): return path.stem.startswith('first') == ('first' in film.scenes.path[0])


@pytest.mark.skipif(not shutil.which('ffmpeg'), reason='needs the program ffmpeg')
def test_ffmpeg_writes_the_chapters_into_a_copy(done, tmp_path):
    found, out = done
    film = found.films[['first' in o.scenes.path[0] for o in found.films].index(True)]
    copy = tmp_path/'copy.mp4'
    command = ['ffmpeg', '-v', 'error', '-i', film.scenes.path[0], '-i', str(out/'first.ffmeta')]
    command += ['-map_metadata', '1', '-c', 'copy', str(copy)]
    subprocess.run(command, check=True)
    command = ['ffprobe', '-v', 'error', '-show_chapters', '-of', 'json', str(copy)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    chapters = json.loads(said)['chapters']
    assert [o['tags']['title'] for o in chapters] == film.scenes.title.tolist()
    ends = [float(o['end_time']) for o in chapters]
    assert ends == pytest.approx(film.scenes.end.tolist(), abs=.01)


TITLES = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5)


@given(TITLES)
@settings(max_examples=25)
def test_any_title_is_one_chapter(tmp_path_factory, titles):
    rows = [dict(video_id='a', path='', start=i, end=i + 1, title=o) for i, o in enumerate(titles)]
    table = scene_table(rows)
    path = tmp_path_factory.getbasetemp()/'any.ffmeta'
    path.write_text(ffmetadata(table), 'utf-8')
    with av.open(str(path), format='ffmetadata') as f: chapters = f.chapters()
    names = [one_line(o) or f'Chapter {i}' for i, o in enumerate(table.title, 1)]
    assert [o['metadata']['title'].removesuffix(' ') for o in chapters] == names
    assert webvtt(table).count('-->') == len(titles)


def test_timelines_hold_the_scenes_with_a_marker_each(done):
    found, out = done
    for film in found.films:
        [path] = [o for o in out.glob('*.otio') if same_film(o, film)]
        clips = list(otio.adapters.read_from_file(str(path)).tracks[0])
        frames = [o.source_range.duration.value for o in clips]
        expected = (film.scenes.end - film.scenes.start)*24
        assert frames == pytest.approx(expected.tolist(), abs=1)
        names = {o.markers[0].name for o in clips}
        assert names == {f'Setting {o}' for o in film.scenes.setting}
        read = otio.adapters.read_from_file(str(path.with_suffix('.edl')), rate=24)
        assert len(list(read.tracks[0])) == len(film.scenes)


def test_a_rate_without_a_time_code_costs_the_edl_alone(make_film, tmp_path):
    film = make_film(tmp_path/'slow.mp4', n=60, fps=7, cuts=(20, 40))
    found = segment(film, features='histogram', out=tmp_path/'out', progress=False)
    [left] = found.summary['skipped']
    assert 'no .edl' in left['reason'] and not list((tmp_path/'out').glob('*.edl'))
    assert (tmp_path/'out/slow.otio').exists() and (tmp_path/'out/slow.vtt').exists()


# ---- the page
@pytest.mark.browser
def test_a_browser_reads_the_chapters(chromium, done):
    _, out = done
    page, errors, _ = watched(chromium)
    page.set_content('<video><track kind="chapters" default></video>')
    text = (out/'first.vtt').read_text()
    cues = page.evaluate(
        """async text => {
          const track = document.querySelector('track')
          const read = new Promise((done, fail) => {
            track.onload = done
            track.onerror = fail
          })
          track.src = 'data:text/vtt;charset=utf-8,' + encodeURIComponent(text)
          track.track.mode = 'hidden'
          await read
          return [...track.track.cues].map(o => [o.startTime, o.endTime, o.text])
        }""",
        text,
    )
    scenes = read_scenes(out/'scenes.csv')
    scenes = scenes[scenes.path.str.endswith('first.mp4')]
    assert cues == [
        [pytest.approx(o.start, abs=6e-4), pytest.approx(o.end, abs=6e-4), o.title]
        for o in scenes.itertuples()
    ]
    assert not errors
    page.close()


def moved(page, threshold):
    "The threshold as a person sets it; what the page then says of its scenes"
    page.locator('#threshold').fill(str(threshold))
    page.locator('#count', has_text=f'at {threshold:.3f}').wait_for()
    return page.locator('.strip h3').all_inner_texts()


@pytest.mark.browser
@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_the_page_divides_as_the_library_does(chromium, done, scheme):
    found, out = done
    page, errors, outside = watched(chromium, color_scheme=scheme)
    page.goto((out/'scenes.html').as_uri())
    page.wait_for_selector('body[data-scenes]')
    for i, film in enumerate(found.films):
        page.locator('#film').select_option(str(i))
        page.wait_for_selector(f'body[data-scenes="{len(film.scenes)}"]')
        for threshold in (0, .5, .9, 1):
            texts = moved(page, threshold)
            begins = film.shots.score.fillna(-1) >= threshold
            begins[0] = True
            assert len(texts) == begins.sum()
            assert page.locator('.shots figure').count() == len(film.shots)
            assert page.locator('#chart .cut.ends').count() == begins.sum() - 1
        page.locator('#saved').click()
        page.wait_for_selector(f'body[data-scenes="{len(film.scenes)}"]')
        texts = page.locator('.strip h3').all_inner_texts()
        for text, row in zip(texts, film.scenes.itertuples(), strict=True):
            assert f'confidence {row.confidence:.2f}' in text
    assert not errors and not outside and page.title() != 'broken'
    assert page.evaluate('document.documentElement.scrollWidth <= innerWidth')
    assert page.locator('.shots img').first.evaluate('e => e.decode().then(() => e.naturalWidth)')
    page.close()


@pytest.mark.browser
def test_the_line_is_drawn_by_hand_and_a_scene_leads_to_its_shots(chromium, done):
    found, out = done
    page, errors, _ = watched(chromium)
    page.goto((out/'scenes.html').as_uri())
    page.wait_for_selector('body[data-scenes]')
    before = int(page.evaluate('document.body.dataset.scenes'))
    box = page.locator('#chart svg').bounding_box()
    page.mouse.move(box['x'] + 300, box['y'] + 40)
    page.mouse.down()
    page.mouse.move(box['x'] + 300, box['y'] + 100)
    page.mouse.up()
    page.wait_for_function('n => document.body.dataset.scenes > n', arg=before)
    assert '--threshold' in page.locator('#command').inner_text()
    page.locator('#chart .scene').nth(1).click()
    assert page.locator('.strip.shown h3').inner_text().startswith('Scene 2') and not errors
    page.close()


def test_a_page_without_pictures_and_with_what_was_left_out(done):
    found = segment_shots(shots_of(9), [np.eye(9)])
    table = s.Segmentation([found], summary=dict(
        n_films=1, n_shots=9, n_hidden=0, n_scenes=len(found.scenes), method='ward',
        features=['x'], skipped=[dict(path='b.mp4', reason='is <b>broken</b>')], options='',
    ))
    assert 'is &lt;b&gt;broken&lt;/b&gt;' in segmentation_page(table)


# ---- bad input
def command(*args, out):
    return cli.main(['segment', *map(str, args), '--features', 'histogram', '--out', str(out)])


@pytest.mark.parametrize(
    'args, code, said',
    [
        (('x.mp4', '--method', 'nose'), 2, "unknown method 'nose'"),
        (('x.mp4', '--threshold', '2'), 2, 'a rank between 0 and 1'),
        (('x.mp4', '--scenes', '0'), 2, 'has at least one'),
        (('x.mp4', '--detector', 'nose'), 2, "unknown detector 'nose'"),
        (('missing.mp4',), 1, 'missing.mp4'),
    ],
)
def test_exit_codes(args, code, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command(*args, out=tmp_path/'out') == code
    told = ''.join(capsys.readouterr())
    assert said in told and 'Traceback' not in told


def test_a_threshold_and_a_number_of_scenes_are_one_too_many(tmp_path, capsys):
    with pytest.raises(SystemExit) as e:
        command('x.mp4', '--threshold', '.5', '--scenes', '3', out=tmp_path)
    assert e.value.code == 2 and 'not allowed with' in capsys.readouterr().err
    with pytest.raises(UsageError, match='give one of them'):
        segment('x.mp4', threshold=.5, n_scenes=3, out=tmp_path)


def test_an_unknown_method_is_told_all_names():
    with pytest.raises(ValueError, match=r'expected one of .*ward.*scene-vlm'):
        scene_methods.get_method('nose')


def test_an_unknown_encoder_is_named(tmp_path):
    with pytest.raises(UsageError, match="unknown backbone 'nose'"):
        segment('x.mp4', features='histogram,nose', out=tmp_path/'out', progress=False)


def test_the_rest_goes_on_and_the_report_says_what_was_left(films, make_film, done, tmp_path):
    (tmp_path/'text.mp4').write_text('not a film')
    make_film(tmp_path/'one.mp4', n=24)
    options = dict(features='histogram', progress=False, store=done[1]/'store')
    found = segment([films, tmp_path], out=tmp_path/'out', n_scenes=3, **options)
    left = {Path(o['path']).name: o['reason'] for o in found.summary['skipped']}
    assert set(left) == {'text.mp4', 'one.mp4'} and '3 scenes of 1 shots' in left['one.mp4']
    assert found.scenes.groupby('video_id').size().tolist() == [3, 3]
    one = segment(tmp_path/'one.mp4', out=tmp_path/'out', **options)
    assert len(one.scenes) == 1 and (tmp_path/'out/one.vtt').exists()
    assert 'one.mp4' in (tmp_path/'out/scenes.html').read_text()


def test_no_film_leaves_a_summary_and_the_result_of_explore_is_left_alone(tmp_path):
    assert command(tmp_path, out=tmp_path/'out') == 1
    summary = json.loads((tmp_path/'out/summary.json').read_text())
    assert summary['n_scenes'] == 0 and summary['files'] == []
    (tmp_path/'explored').mkdir()
    (tmp_path/'explored/embeddings.npy').write_bytes(b'')
    with pytest.raises(UsageError, match='the result of explore'):
        segment(tmp_path, features='histogram', out=tmp_path/'explored')


# ---- as a unit of other jobs
def test_explore_takes_the_scenes_as_its_unit(films, done, tmp_path):
    options = dict(backbone='pixels', unit='scene', baselines=(), page=False, progress=False)
    found = explore(films/'first.mp4', out=tmp_path, **options)
    mine = segment(films/'first.mp4', out=None, store=tmp_path/'store', progress=False)
    assert found.scenes.scene_id.tolist() == mine.scenes.scene_id.tolist()
    assert found.scenes.title.tolist() == mine.scenes.title.tolist()
    assert mine.summary['n_embedded'] == 0 and set(found.thumbnails) == set(found.scenes.scene_id)
    again = explore(films/'first.mp4', out=tmp_path, **options)
    assert (again.summary['n_embedded'], again.summary['n_cached']) == (0, len(found.scenes))


def test_the_unit_needs_a_finder(films, tmp_path):
    library = read_library([films/'first.mp4'], {}, Store(tmp_path), Settings(unit='scene'), False)
    assert 'give a finder of scenes' in library.skipped[0]['reason']


# ---- the benchmark
@pytest.fixture(scope='module')
def annotated(tmp_path_factory):
    "Six films of a benchmark as text files, with features of 8 and of 12 dimensions"
    root, rng = tmp_path_factory.mktemp('ovsd'), np.random.default_rng(0)
    for name in 'abcdef':
        folder = root/name
        folder.mkdir()
        scene = np.repeat(np.arange(5), rng.integers(3, 8, 5))
        ends = np.cumsum(rng.integers(24, 99, len(scene)))
        shots = np.c_[np.r_[0, ends[:-1]], ends - 1]
        first = np.flatnonzero(np.diff(scene, prepend=-1))
        scenes = np.c_[shots[first, 0], np.r_[shots[first[1:], 0] - 1, shots[-1, 1]]]
        np.savetxt(folder/'shots.txt', shots, fmt='%d')
        np.savetxt(folder/'scenes.txt', scenes, fmt='%d')
        for d in (8, 12):
            x = rng.normal(size=(5, d))[scene] + rng.normal(size=(len(scene), d))
            np.savetxt(folder/f'features_{d}.txt', x)
    return root


def value(table, method, protocol):
    return table[(table.method == method) & (table.protocol == protocol)].value.item()


def test_a_benchmark_against_the_files_themselves(annotated, tmp_path):
    options = dict(progress=False, learned=False)
    found = benchmark('ovsd', annotated, features='8', out=tmp_path, **options)
    truth, scores = [], []
    for folder in sorted(annotated.iterdir()):
        begins = np.loadtxt(folder/'scenes.txt')[:, 0]
        shots = np.loadtxt(folder/'shots.txt')
        truth.append(np.isin(shots[1:, 0], begins))
        scores.append(s.ward(np.loadtxt(folder/'features_8.txt', dtype=np.float32)))
    expected = average_precision_score(np.concatenate(truth), np.concatenate(scores))
    assert value(found.table, 'ward, 8', 'AP pooled') == pytest.approx(expected)
    assert {'random', 'regular', 'always no', 'long_shots', 'segment, 8'} <= set(found.table.method)
    assert found.table.low.notna().any() and (tmp_path/'benchmark.html').exists()
    table = pd.read_csv(tmp_path/'benchmark.csv')
    assert table.value.tolist() == pytest.approx(found.table.value.tolist(), nan_ok=True)


def test_all_features_of_the_folder_alone_and_together(annotated):
    assert set(feature_widths(annotated)) == {8, 12} and feature_widths(annotated/'none') == {}
    found = benchmark('ovsd', annotated, out=None, progress=False, learned=False)
    assert {'ward, 8', 'ward, 12', 'ward, 8 + 12'} <= {
        o.replace('12 + 8', '8 + 12') for o in found.table.method
    }


def test_a_film_without_features_is_left_out_and_told(annotated, tmp_path):
    root = shutil.copytree(annotated, tmp_path/'ovsd')
    (root/'c/features_8.txt').unlink()
    found = benchmark('ovsd', root, 8, out=None, progress=False, learned=False)
    assert found.summary['films'] == 5 and (found.report.record.isna() | True).all()
    assert found.report.problem.str.contains('not measured').sum() == 1


def test_features_of_films_are_computed_once(films, tmp_path, capsys):
    root = tmp_path/'ovsd'
    root.mkdir()
    clips = tmp_path/'films'
    clips.mkdir()
    for name in 'ab':
        shutil.copy(films/'first.mp4', clips/f'{name}.mp4')
        with open(clips/f'{name}.mp4', 'ab') as f: f.write(name.encode())   # not the same film
        (root/f'{name}_shots.txt').write_text('\n'.join(f'{i*24} {i*24 + 23}' for i in range(12)))
        (root/f'{name}_scenes.txt').write_text('0 95\n96 191\n192 287\n')
    args = ['benchmark', 'ovsd', str(root), '--films', str(clips), '--features', 'histogram']
    args += ['--out', str(tmp_path/'out'), '--no-learned']
    assert cli.main(args) == 0
    first = capsys.readouterr().out
    assert 'ward, histogram' in first and 'AP pooled' in first
    parts = sorted((tmp_path/'out/store/embeddings').rglob('*.parquet'))
    assert cli.main(args) == 0 and capsys.readouterr().out == first
    assert sorted((tmp_path/'out/store/embeddings').rglob('*.parquet')) == parts != []


@pytest.fixture
def quick(monkeypatch):
    "Learned methods that take a second, and how often they were trained"
    trained = []
    class Head(BoundaryHead):
        def fit(self, films, labels, validation=None):
            trained.append((len(films), validation and len(validation[0])))
            return super().fit(films, labels, validation)
    def make(): return Head(steps=20, hidden=4)
    monkeypatch.setattr(pipeline, '_LEARNED', dict(head=make))
    return trained


def test_learned_methods_are_judged_on_films_they_have_not_seen(annotated, tmp_path, quick):
    options = dict(features='8', store=tmp_path/'store', out=None, progress=False)
    found = benchmark('ovsd', annotated, **options)
    name = 'head, leave one film out, 8 + lengths'
    assert name in set(found.table.method) and quick == [(5, None)]*6
    films = found.films
    def shown(film): return film.features | dict(log_lengths=np.log(film.lengths + .1))
    heads = [
        BoundaryHead(steps=20, hidden=4).fit(
            [shown(o) for o in films if o is not film], [o.labels for o in films if o is not film]
        )
        for film in films
    ]
    pairs = [(o.labels, h.scores(shown(o))) for o, h in zip(films, heads, strict=True)]
    thresholds = [o.threshold for o in heads]
    expected = s.mean_average_precision(pairs).value
    assert value(found.table, name, 'mAP') == pytest.approx(expected)
    expected = s.f1(pairs, thresholds).value
    assert value(found.table, name, 'F1 at film thresholds, pooled') == pytest.approx(expected)
    again = benchmark('ovsd', annotated, **options)
    assert len(quick) == 6 and again.table.equals(found.table)   # trained once
    damaged = next((tmp_path/'store/heads').iterdir())
    damaged.write_bytes(b'nothing')
    assert benchmark('ovsd', annotated, **options).table.equals(found.table) and len(quick) == 7


def test_two_films_are_too_few_to_learn(annotated, tmp_path, quick):
    for name in 'ab': shutil.copytree(annotated/name, tmp_path/name)
    found = benchmark('ovsd', tmp_path, out=None, progress=False)
    assert found.report.problem.str.contains('not measured: 2 films').sum() == 1 and not quick
    assert not found.table.method.str.contains('leave one').any() and len(found.table)


@pytest.fixture(scope='module')
def movienet(tmp_path_factory):
    "Fourteen films of a MovieNet whose scenes end with long shots"
    root = tmp_path_factory.mktemp('movienet')
    for folder in ('label318', 'shot_movie318', 'meta'): (root/folder).mkdir()
    rng, names = np.random.default_rng(0), [f'tt{i:07d}' for i in range(14)]
    for name in names:
        ends = (np.arange(40) % 8 == 7).astype(int)
        last = np.cumsum(20 + rng.integers(0, 30, 40) + 60*ends)
        shots = np.c_[np.r_[0, last[:-1] + 1], last, np.zeros((40, 3))]
        np.savetxt(root/f'shot_movie318/{name}.txt', shots, fmt='%d')
        marks = [f'{i:04d} {e}' for i, e in enumerate(ends[:-1])]
        (root/f'label318/{name}.txt').write_text('\n'.join(marks))
    split = dict(train=names[:6], val=names[6:10], test=names[10:])
    (root/'meta/split318.json').write_text(json.dumps(split | dict(all=names)))
    return root


@pytest.mark.parametrize('split, row, trained', [
    ('val', 'head, trained on train, lengths', [(6, None)]),
    ('test', 'head, trained on train, stopped on val, lengths', [(6, 4)]),
])
def test_a_split_is_learned_from_another(movienet, quick, split, row, trained):
    found = benchmark('movienet318', movienet, out=None, progress=False, split=split)
    assert quick == trained and found.summary['films'] == 4
    assert value(found.table, row, 'AP pooled') > value(found.table, 'random', 'AP pooled') + .2


@pytest.mark.parametrize('split', [None, 'train'])
def test_films_that_are_trained_on_are_not_judged(movienet, quick, split):
    found = benchmark('movienet318', movienet, out=None, progress=False, split=split)
    assert not quick and found.report.problem.str.contains('give split val or test').any()
    assert set(found.table.method) == {'random', 'regular', 'always no', 'long_shots'}


def bbc_folder(root, films=4, people=3):
    "Episodes as BBC Planet Earth lays them out: for each annotator, the first shots of scenes"
    rng = np.random.default_rng(1)
    (root/'annotations/shots').mkdir(parents=True)
    for f in range(films):
        n = int(rng.integers(30, 40))
        begin = np.arange(n)*50
        path = root/f'annotations/shots/{f + 1:02d}_Film.txt'
        np.savetxt(path, np.c_[begin, begin + 49], fmt='%d')
        for a in range(people):
            folder = root/f'annotations/scenes/annotator_{a}'
            folder.mkdir(parents=True, exist_ok=True)
            first = sorted({0, n, *rng.choice(np.arange(1, n), 6, replace=False).tolist()})
            (folder/path.name).write_text(','.join(map(str, first)))
    return root


def read_marks(root, film): # [A, n-1], from the files
    n = len((root/f'annotations/shots/{film}.txt').read_text().splitlines())
    files = sorted((root/'annotations/scenes').glob(f'*/{film}.txt'))
    return np.array([np.isin(np.arange(1, n), np.loadtxt(o, int, delimiter=',')) for o in files])


def test_bbc_by_annotator_and_by_majority(tmp_path, capsys):
    root = bbc_folder(tmp_path/'bbc')
    found = benchmark('bbc', root, out=None, progress=False, learned=False)
    assert found.summary['annotators'] == 3
    marks = {o.name: read_marks(root, o.name) for o in found.films}
    scores = {o.name: np.sqrt(o.lengths[1:]*o.lengths[:-1]) for o in found.films}
    pooled = np.concatenate([scores[o.name] for o in found.films])
    each = [
        average_precision_score(np.concatenate([marks[o.name][a] for o in found.films]), pooled)
        for a in range(3)
    ]
    row = value(found.table, 'long_shots', 'AP pooled, mean of 3 annotators')
    assert row == pytest.approx(np.mean(each))
    most = np.concatenate([marks[o.name].sum(0) >= 2 for o in found.films])
    row = value(found.table, 'long_shots', 'AP pooled, majority of 3 annotators')
    assert row == pytest.approx(average_precision_score(most, pooled))
    assert cli.main(['benchmark', 'bbc', str(root), '--no-learned', '--out', str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(o.startswith('long_shots') for o in lines) == 2 and max(map(len, lines[1:])) < 250
    assert 'mean of 3 annotators' in (tmp_path/'benchmark.html').read_text()


def test_an_annotator_without_a_film_counts_in_the_majority_alone(tmp_path):
    root = bbc_folder(tmp_path)
    (root/'annotations/scenes/annotator_1/02_Film.txt').unlink()
    found = benchmark('bbc', root, out=None, progress=False, learned=False)
    assert found.summary['annotators'] == 2
    assert 'has not marked every film' in ' '.join(found.report.problem)


def test_a_benchmark_that_is_not_there(tmp_path, capsys):
    assert cli.main(['benchmark', 'ovsd', str(tmp_path), '--out', str(tmp_path/'out')]) == 1
    assert 'holds no OVSD' in capsys.readouterr().err
    with pytest.raises(SystemExit): cli.main(['benchmark', 'nose', str(tmp_path)])
