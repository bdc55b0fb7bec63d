"The main job as a user runs it: by its command, on films good and bad"
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from scene_explore.core import scenes
from scene_explore.core.store import Store

from scene_explore.datasets import world

from scene_explore.encoders import ingest
from scene_explore.encoders.embed import shipped_backbone
from scene_explore.labels.tags import tag_scenes
from scene_explore.pipelines import cli, explore
from scene_explore.training.losses import get_weighting
from scene_explore.video.detectors import DETECTORS


@pytest.fixture(scope='session')
def films(tmp_path_factory):
    "Two short films of the world, with their records and their truth"
    folder = tmp_path_factory.mktemp('films')
    for seed in (1, 2):
        world.render_film(seed, folder/f'{seed}.mp4', seconds=24, shots=8, fps=6, size=(48, 84))
    return folder


def run(*args, out):
    "The command in this process: its exit code and its summary, where there is one"
    code = cli.main(['explore', *map(str, args), '--backbone', 'histogram', '--out', str(out)])
    return code, (
        json.loads((out / 'summary.json').read_text()) if (out / 'summary.json').exists() else None
    )


@pytest.fixture(scope='module')
def first(films, tmp_path_factory):
    "A first run: its folder, not to be changed, its exit code and its summary"
    out = tmp_path_factory.mktemp('first')
    return out, *run(films, out=out)


@pytest.fixture
def out(first, tmp_path):
    "A folder with what a first run has left in it"
    return shutil.copytree(first[0], tmp_path/'out')


def test_what_is_written_fits_together(first):
    out, code, s = first
    table = scenes.read_scenes(out/'scenes.csv')
    x = np.load(out/'embeddings.npy', allow_pickle=False)
    assert code == 0 and s['n_films'] == 2 and s['skipped'] == []
    assert len(table) == len(x) == s['n_scenes'] == s['n_embedded'] and s['n_cached'] == 0
    assert x.dtype == np.float32 and np.isfinite(x).all()
    assert {'backbone', 'fingerprint', 'device', 'seconds', 'metrics'} <= set(s)
    assert set(table.place_source) == {'truth'} and (table.place != '').sum() > 8
    assert all(table.groupby('video_id').start.is_monotonic_increasing)
    assert '<title>' in (out/'explore.html').read_text()


def test_a_second_run_embeds_nothing_whatever_the_path(films, first, out, tmp_path):
    x = np.load(out/'embeddings.npy')
    moved = shutil.copytree(films, tmp_path/'moved'/'deep')
    code, second = run(moved, out=out)
    assert code == 0 and second['n_embedded'] == 0 and second['n_cached'] == first[2]['n_scenes']
    assert np.array_equal(np.load(out/'embeddings.npy'), x)


def test_the_rest_goes_on_and_the_report_says_what_was_left(films, tmp_path):
    bad = tmp_path/'bad'
    bad.mkdir()
    (bad/'empty.mp4').write_bytes(b'')
    (bad/'text.mp4').write_text('not a film')
    shutil.copy(films/'1.mp4', bad/'twin.mp4')
    code, s = run(films, bad, tmp_path/'missing.mp4', out=tmp_path/'out')
    assert code == 0 and s['n_films'] == 2
    left = {o['path'].split('/')[-1]: o['reason'] for o in s['skipped']}
    assert set(left) == {'empty.mp4', 'text.mp4', 'twin.mp4', 'missing.mp4'}
    assert 'the same film' in left['twin.mp4'] and all('\n' not in o for o in left.values())


def test_a_film_that_breaks_off_gives_what_can_be_read(make_film, tmp_path):
    film = make_film(
        tmp_path / 'torn.mp4', n=240, cuts=(40, 90, 130, 180), container=dict(movflags='faststart')
    )
    film.write_bytes(film.read_bytes()[:int(.7*film.stat().st_size)])
    code, s = run(film, out=tmp_path/'out')
    assert (
        code == 0
        and s['n_scenes'] >= 3
        and len(s['skipped']) == 1
        and 'torn.mp4' in s['skipped'][0]['reason']
    )
    code, again = run(film, out=tmp_path/'out')
    assert code == 0 and again['n_embedded'] == 0 and again['skipped'] == s['skipped']


def test_a_record_or_a_truth_that_is_no_use_costs_the_label_and_not_the_film(films, tmp_path):
    for name in ('1.mp4', '1.json'): shutil.copy(films/name, tmp_path)
    (tmp_path/'1.truth.json').write_text('{"shots": [{"a": 1}]}')
    code, s = run(tmp_path, out=tmp_path/'out')
    assert code == 0 and s['n_scenes'] > 4 and 'its labels' in s['skipped'][0]['reason']


def test_what_was_found_is_not_taken_away_by_a_run_that_finds_nothing(out, tmp_path):
    before = (out/'embeddings.npy').read_bytes()
    code, s = run(tmp_path/'missing.mp4', out=out)
    assert code == 1 and s['n_scenes'] == 0 and (out/'embeddings.npy').read_bytes() == before


@pytest.mark.parametrize(
    'args, code',
    [
        ((), 2),
        (('--unit', 'interval:soon', 'x.mp4'), 2),
        (('--detector', 'nose', 'x.mp4'), 2),
        (('--device', 'abacus', 'x.mp4'), 2),
        (('x.mp4', '--backbone', 'no-such-encoder'), 2),
        (('missing.mp4',), 1),
    ],
)
def test_exit_codes(args, code, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        found = cli.main(
            ['explore', *args] + ([] if '--backbone' in args else ['--backbone', 'histogram'])
        )
    except SystemExit as e: found = e.code
    assert found == code
    assert 'Traceback' not in ''.join(capsys.readouterr())


@pytest.mark.parametrize('device', ['tpu', 'meta', 'cuda:', 'cpu:1', 'mps:0'])
def test_a_device_that_is_no_device_is_refused_before_any_film(device):
    with pytest.raises(explore.UsageError) as e:
        explore.check_settings(explore.Settings(device=device))
    expected = 'expected one of auto, cpu, cuda, cuda:N, mps'
    assert str(e.value) == f'unknown device {device!r}: {expected}'


@pytest.mark.parametrize('device', ['cuda:99', 'mps'])
def test_a_device_that_is_not_here_is_refused_with_what_to_take(device):
    if device == 'mps' and explore.torch.backends.mps.is_available(): pytest.skip('it is here')
    with pytest.raises(explore.UsageError) as e:
        explore.check_settings(explore.Settings(device=device))
    assert str(e.value) == f'there is no device {device!r} on this machine: take auto or cpu'


def test_a_weighting_of_two_numbers_is_one_value_of_a_list():
    asked = ['--weighting', 'linear,sigmoid 0.5, 0.1, power 3', '--margin', '0,.1']
    args = cli.parser().parse_args(['ablate', 'films', *asked])
    assert args.weighting == ['linear', 'sigmoid 0.5, 0.1', 'power 3'] and args.margin == [0, .1]
    assert [get_weighting(o).name for o in args.weighting] == args.weighting
    with pytest.raises(ValueError, match='or "sigmoid CENTRE, WIDTH"$'): get_weighting('cubed')


def test_help_names_every_detector(capsys):
    with pytest.raises(SystemExit): cli.main(['explore', '--help'])
    said = capsys.readouterr().out
    assert all(name in said for name in DETECTORS)


def test_labels_from_a_csv_colour_the_page(films, out, tmp_path):
    """They come before the truth, hold for shots within what they name, and what names nothing here
    is said"""
    table = scenes.read_scenes(out/'scenes.csv')
    film = table.video_id[0]
    last = table[table.video_id == film].end.max()
    (tmp_path / 'labels.csv').write_text(
        'scene_id,kind,value,source\n'
        f'{scenes.scene_id(film, 0, last)},place,the attic,person\n'
        f'{table.scene_id[0]},boundary,yes,person\n'
        'x@0000000000-0000000001,place,bar,\n'
    )
    code, s = run(films, '--labels', tmp_path/'labels.csv', out=out)
    named = scenes.read_scenes(out/'scenes.csv')
    assert code == 0 and s['n_embedded'] == 0
    assert set(named[named.video_id == film].place) == {'the attic'} and set(
        named[named.video_id == film].place_source
    ) == {'person'}
    assert (
        named[named.video_id != film].place.tolist() == table[table.video_id != film].place.tolist()
    )
    assert [o['reason'] for o in s['skipped']] == ['1 of its labels name no scene of these films']
    assert 'the attic' in (out/'explore.html').read_text()


def test_a_csv_without_labels_is_wrong_usage(films, tmp_path, capsys):
    (tmp_path/'labels.csv').write_text('a,b\n1,2\n')
    assert (
        cli.main([
            'explore',
            str(films),
            '--labels',
            str(tmp_path / 'labels.csv'),
            '--backbone',
            'histogram',
            '--out',
            str(tmp_path / 'out'),
        ])
        == 2
    )
    assert 'labels.csv holds no labels' in capsys.readouterr().err and not (tmp_path/'out').exists()


@pytest.mark.parametrize('unit', ['interval:3', 'annotated'])
def test_other_units(films, tmp_path, unit):
    found = explore.explore([films], out=tmp_path, backbone='histogram', unit=unit, progress=False)
    assert len(found.scenes) == len(found.x) > 4 and not found.summary['skipped']
    if unit == 'annotated': assert (found.scenes.description != '').all()
    else: assert (found.scenes.end - found.scenes.start).max() <= 3 + 1e-9
    assert set(found.thumbnails) == set(found.scenes.scene_id)


def test_one_shot_without_labels(make_film, tmp_path):
    film = make_film(tmp_path/'one.mp4', n=24)
    found = explore.explore(film, out=tmp_path/'out', backbone='pixels', progress=False)
    assert len(found.scenes) == 1 and len(found.places) == 0
    assert (tmp_path/'out/explore.html').exists()


def test_killed_in_the_middle_it_goes_on_where_it_was(films, first, tmp_path):
    command = [
        sys.executable,
        '-m',
        'scene_explore.pipelines.cli',
        'explore',
        str(films),
        '--backbone',
        'histogram',
        '--out',
        str(tmp_path),
    ]
    code = 'import sys; from scene_explore.pipelines import cli; sys.exit(cli.main(sys.argv[1:]))'
    command = [sys.executable, '-c', code, *command[3:]]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, env=os.environ | dict(PYTHONUNBUFFERED='1')
    )
    seen = b''
    # the first film is done, the second is not
    while b'1/2' not in seen: seen += process.stderr.read(1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert not (tmp_path/'summary.json').exists()
    _, s = run(films, out=tmp_path)
    assert s['n_cached'] > 0 and s['n_scenes'] == s['n_cached'] + s['n_embedded']
    whole, _, unbroken = first
    assert unbroken['n_scenes'] == s['n_scenes']
    assert np.array_equal(np.load(tmp_path/'embeddings.npy'), np.load(whole/'embeddings.npy'))


# ---- waiting
def started(*args, out, cache):
    "The command in a process of its own, with a cache folder of its own"
    code = 'import sys; from scene_explore.pipelines import cli; sys.exit(cli.main(sys.argv[1:]))'
    command = [sys.executable, '-c', code, 'explore', *map(str, args), '--out', str(out)]
    env = os.environ | dict(PYTHONUNBUFFERED='1', SCENE_EXPLORE_CACHE=str(cache))
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return subprocess.Popen([*command, '--backbone', 'histogram'], env=env, **pipes)


def coming(out):
    "What a page says that it still lacks; '' where it is complete"
    html = (out/'explore.html').read_text()
    head = html.partition('<header')[2].partition('</header>')[0]
    return head.partition('Still coming: ')[2].partition('.')[0]


def kept(folder):
    "The files of a folder and when they were written"
    return {o: o.stat().st_mtime_ns for o in folder.rglob('*') if o.is_file()}


def test_the_first_picture_is_there_before_anything_is_measured(films, first, tmp_path):
    out, cache = tmp_path/'out', tmp_path/'cache'
    process, seen = started(films, out=out, cache=cache), b''
    while b'first picture: ' not in seen:
        more = process.stderr.read(1)
        assert more, seen.decode()   # it ended
        seen += more
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert 'scenes of 2 films' in coming(out) and 'the probe of the encoder' in coming(out)
    assert not kept(cache) and not (out/'summary.json').exists()
    process = started(films, out=out, cache=cache)
    said = process.communicate()[1].decode()
    assert process.returncode == 0 and 'first picture: ' in said and coming(out) == ''
    s = json.loads((out/'summary.json').read_text())
    assert s['n_cached'] > 0 and 0 < s['first_picture'] < s['seconds'] and kept(cache)
    assert s['metrics'] == first[2]['metrics']


def test_the_probe_of_an_encoder_is_computed_once(films, tmp_path):
    cache = tmp_path/'cache'
    def summary(out, *options):
        done = started(films/'1.mp4', *options, out=out, cache=cache)
        done.communicate()
        assert done.returncode == 0
        return json.loads((out/'summary.json').read_text())
    def probed(s): return {k: o for k, o in s['metrics'].items() if k.startswith('probe')}
    without = summary(tmp_path/'quick', '--quick')
    assert not probed(without) and not kept(cache)
    left = {o['path']: o['reason'] for o in without['skipped']}
    assert 'a quick run does not compute it' in left['the probe of the encoder']
    computed = probed(summary(tmp_path/'one'))
    files = kept(cache)
    assert computed and files
    assert probed(summary(tmp_path/'two')) == computed
    assert probed(summary(tmp_path/'three', '--quick')) == computed
    assert kept(cache) == files


def test_a_quick_run_computes_the_cheap_baselines_and_shows_how_far_it_is(films, tmp_path, capsys):
    code, s = run(films/'1.mp4', '--unit', 'interval:4', '--quick', out=tmp_path)
    assert code == 0 and 'pixels on ' in capsys.readouterr().err
    assert 'the baseline pixels' not in {o['path'] for o in s['skipped']}


def test_no_encoder_is_loaded_twice():
    small = ingest.Settings(backbone=str(shipped_backbone()))
    settings, first = explore._quick_encoders(small, False)
    made = explore._all_encoders(first, settings)
    assert all(made[k] is o for k, o in first.items())
    assert list(made) == [next(iter(first)), 'pixels', 'histogram', 'patches', 'random']


def test_labels_are_read_once_and_early_pages_do_not_miss_their_films(films, tmp_path):
    store, settings = Store(tmp_path/'store'), ingest.Settings(detector='content')
    whole = ingest.read_library(films, {}, store, settings, progress=False).scenes()
    labels, told = tmp_path/'labels.csv', []
    whole.iloc[[0, -1]].assign(place='attic')[['scene_id', 'place']].to_csv(labels, index=False)
    def shown(make, left):
        told.append((left, make()))
        labels.unlink(missing_ok=True)
    named = replace(settings, labels=str(labels))
    given = films, {}, Store(tmp_path/'other'), named
    library = ingest.read_library(*given, progress=False, shown=shown)
    assert [left for left, _ in told][0] == 2 and not any(o.skipped for _, o in told)
    assert told[0][1].scenes().place[0] == 'attic' and not library.skipped
    assert library.scenes().place.iloc[[0, -1]].tolist() == ['attic', 'attic']


def test_a_page_says_what_is_still_read_of_its_films_and_has_their_tags(films, tmp_path):
    store, seen = Store(tmp_path/'store'), []
    options = dict(backbone='histogram', progress=False, page=False)
    result = explore.explore(films/'1.mp4', None, store.root, **options)
    tag_scenes(store, result.scenes.scene_id[:1], 'warm lamp', author='Ada')
    def pages(quality):
        moving = explore._Moving(quality)
        given = tmp_path/'explore.html', {}, store, None, 0., False, moving
        return explore._Pages(*given)
    def make(numbers=True):
        if not numbers: seen.append(coming(tmp_path))
        return result
    without = pages('none')
    without.measuring(make, ['UMAP'])
    assert seen == ['words and sound, UMAP'] and set(without.media) == {'tracks'}
    pages('small').measuring(make, ['UMAP'])
    assert seen[1] == 'moving previews, words and sound, UMAP'
    assert 'warm lamp' in (tmp_path/'explore.html').read_text()
    without.measuring(make, ['baselines'])
    assert len(seen) == 3   # once each, for the scenes alone


def test_an_early_page_that_cannot_be_made_costs_a_message(tmp_path, capsys):
    def broken(): raise ValueError('the disk is full')
    pages = explore._Pages(tmp_path/'explore.html', {}, None, None, 0., True)
    pages.show(broken, ['UMAP'])
    assert 'no early page: the disk is full' in capsys.readouterr().err and pages.first is None


def test_help_answers_without_the_heavy_libraries():
    code = (
        'import sys\n'
        'from scene_explore.pipelines import cli\n'
        'try: cli.main(["--help"])\n'
        'except SystemExit: pass\n'
        'heavy = {"torch", "transformers", "umap", "sklearn", "av", "plotly", "pandas"} &'
        ' set(sys.modules)\nassert not heavy, heavy'
    )
    subprocess.run([sys.executable, '-c', code], check=True, capture_output=True)
