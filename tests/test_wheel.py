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
SOURCES = '''setup.py settings.ini MANIFEST.in README.md LICENSE pyproject.toml Makefile
    constraints.txt requirements tools scene_explore data/sample nbs/studio'''.split()
SUPPORTED = [(3, o) for o in (13, 12, 11)]


def sources(folder):
    "A copy of what a wheel is built from"
    ignore = shutil.ignore_patterns('__pycache__', '.ipynb_checkpoints')
    folder.mkdir()
    for name in SOURCES:
        if (ROOT/name).is_dir(): shutil.copytree(ROOT/name, folder/name, ignore=ignore)
        else: shutil.copy(ROOT/name, folder)
    return folder


def pip(*args): subprocess.run([sys.executable, '-m', 'pip', *map(str, args)], check=True)


def works(python): # a name on the path may stand for a version that is not there
    done = subprocess.run([python, '-c', 'import venv, ensurepip'], capture_output=True)
    return done.returncode == 0


def another_python():
    "The newest supported Python besides this one: on the path, or among those of pyenv; or None"
    pyenv = Path(os.environ.get('PYENV_ROOT', Path.home()/'.pyenv'))
    for major, minor in SUPPORTED:
        if (major, minor) == sys.version_info[:2]: continue
        name = f'python{major}.{minor}'
        installed = sorted(pyenv.glob(f'versions/{major}.{minor}.*/bin/{name}'))
        for python in filter(None, [shutil.which(name), *map(str, installed)]):
            if works(python): return python
    return None


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    scratch = tmp_path_factory.mktemp('wheel')
    options = ('-q', '--no-deps', '--no-build-isolation')
    pip('wheel', *options, '-w', scratch/'dist', sources(scratch/'sources'))
    return next((scratch/'dist').glob('*.whl'))


def beside_this_environment(home):
    """An environment that has what this one has, and not the checkout: a .pth file in a folder that
    is itself named by a .pth file is not read, and so an editable install is not seen"""
    subprocess.run([sys.executable, '-m', 'venv', '--without-pip', home/'.venv'], check=True)
    where = sysconfig.get_path('purelib', vars=dict(base=str(home/'.venv')))
    Path(where, 'dependencies.pth').write_text(sysconfig.get_path('purelib'))


def cpu_builds(): # where they are; nothing where that cannot be reached
    return subprocess.check_output([sys.executable, ROOT/'tools/torch_index'], text=True).strip()


def of_another_python(home):
    "An environment of another Python with all that is locked, as make sets it up"
    python = another_python()
    if python is None: pytest.skip('no other Python of 3.11 to 3.13 is here')
    if sys.platform == 'linux' and not cpu_builds():
        pytest.skip('no build of torch without gigabytes of CUDA can be had for it here')
    command = ['make', '-C', sources(home/'sources'), '.venv/.needs', f'PYTHON={python}']
    subprocess.run(command, env=outside(), check=True)
    (home/'sources/.venv').rename(home/'.venv')


@pytest.fixture(scope='module', params=[beside_this_environment, of_another_python])
def installed(request, wheel, tmp_path_factory):
    "A folder with an environment in which the wheel is installed"
    home = tmp_path_factory.mktemp('installed')
    request.param(home)
    options = ('-q', '--no-deps', '--no-index')
    pip('--python', home/'.venv/bin/python', 'install', *options, wheel)
    return home


@pytest.fixture
def command(installed, tmp_path):
    "Run `scene_explore ...` in an empty folder -> what it printed"
    env = outside() | dict(
        PATH=f'{installed/".venv/bin"}:{os.environ["PATH"]}',
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
