"""The wheel as a tool: installed in an empty folder, without a network, its commands work; nothing
of the checkout is there"""
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from test_blocks import answered, outside

from scene_explore import __version__

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ('setup.py', 'settings.ini', 'MANIFEST.in', 'README.md', 'LICENSE', 'pyproject.toml')


def sources(folder):
    "A copy of what a wheel is built from"
    folder.mkdir()
    for name in SOURCES: shutil.copy(ROOT/name, folder)
    ignore = shutil.ignore_patterns('__pycache__', '.ipynb_checkpoints')
    for name in ('scene_explore', 'data/sample', 'nbs/studio'):
        shutil.copytree(ROOT/name, folder/name, ignore=ignore)
    return folder


def pip(*args): subprocess.run([sys.executable, '-m', 'pip', *map(str, args)], check=True)


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    scratch = tmp_path_factory.mktemp('wheel')
    options = ('-q', '--no-deps', '--no-build-isolation')
    pip('wheel', *options, '-w', scratch/'dist', sources(scratch/'sources'))
    return next((scratch/'dist').glob('*.whl'))


@pytest.fixture(scope='module')
def installed(wheel, tmp_path_factory):
    """An environment that has the wheel, what it needs, and not the checkout: a .pth file in a folder
    that is itself named by a .pth file is not read, and so an editable install is not seen"""
    home = tmp_path_factory.mktemp('installed')
    subprocess.run([sys.executable, '-m', 'venv', '--without-pip', home/'venv'], check=True)
    python = home/'venv/bin/python'
    where = sysconfig.get_path('purelib', vars=dict(base=str(home/'venv')))
    Path(where, 'dependencies.pth').write_text(sysconfig.get_path('purelib'))
    pip('--python', python, 'install', '-q', '--no-deps', '--no-index', wheel)
    return home


@pytest.fixture
def command(installed, tmp_path):
    "Run `scene_explore ...` in an empty folder -> what it printed"
    env = outside() | dict(
        PATH=f'{installed/"venv/bin"}:{os.environ["PATH"]}',
        HOME=str(installed),
        HF_HUB_OFFLINE='1',
        BROWSER='true',
        JUPYTER_PLATFORM_DIRS='1',
        NUMBA_DISABLE_JIT='1',
    )
    env.pop('PYTHONPATH', None)

    def run(*args):
        done = subprocess.run(
            ['scene_explore', *args], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout
    run.env, run.folder = env, tmp_path
    return run


def test_it_says_its_version_and_what_to_type_first(command):
    assert command('--version').split() == ['scene_explore', __version__]
    first = command()
    for name in ('explore', 'sample', 'lab'): assert f'scene_explore {name}' in first


def test_a_sample_film_is_explored_with_the_encoder_of_the_wheel(command):
    command('sample', 'films')
    films = sorted((command.folder/'films').glob('*.mp4'))
    assert len(films) == 6 and all(o.with_suffix('.json').exists() for o in films)
    said = command('explore', str(films[0]), '--unit', 'interval:15')
    out = command.folder/'out'
    summary = json.loads((out/'summary.json').read_text())
    assert 'Open out/explore.html' in said and summary['n_scenes'] > 3
    assert summary['backbone'].endswith('shipped/backbone')
    assert 'probe share of place, videomae' in summary['metrics']
    said = command('ablate', 'films', '--unit', 'interval:15', '--k', '0', '--steps', '20')
    assert (out/'ablation.html').exists() and 'Open' in said


@pytest.mark.parametrize('name', ['lab', 'label'])
def test_notebooks_are_copied_out_and_opened(command, name):
    args = ()
    if name == 'label':
        command('sample', 'mine')
        args = ('mine',)
    answered(
        ['scene_explore', name, *args], command.folder, command.env, command.folder/'log'
    )
    notebooks = sorted(o.name for o in (command.folder/'nbs/studio').glob('*.ipynb'))
    assert notebooks == sorted(o.name for o in (ROOT/'nbs/studio').glob('*.ipynb'))
    assert len(list((command.folder/'data/sample/films').glob('*.mp4'))) == 6
