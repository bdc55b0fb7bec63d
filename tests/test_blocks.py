"""Every code block of README, how-to and contributing notes runs as printed: in a copy of the
checkout, on small films, with no network"""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.metadata import metadata
from itertools import groupby
from pathlib import Path
from textwrap import dedent

import pytest
from lab import _answers, _free_port

from scene_explore.datasets import world
from scene_explore.core.scenes import scene_id, video_id

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    p
    for pattern in ('README.md', 'CONTRIBUTING.md', 'nbs/guide/*.ipynb', 'nbs/guide/*.md')
    for p in sorted(ROOT.glob(pattern))
]
SHELL = ('sh',)
PYTHON = ('py', 'python')
SHOWN = ('', 'text', 'json', 'csv', 'yaml', 'bibtex', 'mermaid')
FENCE = re.compile(r'^( *)```([\w-]*)[^\n]*\n(.*?)^\1```', re.M | re.S)

# Commands that do not return: started as printed, and ended when they answer
ENDLESS = ('make lab', 'make serve', 'scene_explore lab', 'scene_explore label')
# Commands that are not run here; of these make's plan is looked at, and what pip is to install is
# known
NOT_RUN = {
    'make test': 'the gate itself, which runs this file',
    'make check': 'a part of the gate',
    'make docs': 'a step of the gate, before these tests',
    'make bench': 'takes many minutes',
    'pip install': 'needs a package index',
    'git clone': 'needs the network'}


# ---- what is printed
def prose(path):
    "The markdown of a file or notebook; a notebook's own code is run by nbdev_test"
    if path.suffix == '.md': return path.read_text('utf-8')
    return '\n\n'.join(
        ''.join(c['source'])
        for c in json.loads(path.read_text('utf-8'))['cells']
        if c['cell_type'] == 'markdown'
    )


def fences(path):
    return [(language, dedent(text)) for _, language, text in FENCE.findall(prose(path))]


def blocks(languages, sources=SOURCES):
    "The blocks in these languages as parameters, each called by its file and first line"
    found = [
        (path, text) for path in sources for language, text in fences(path) if language in languages
    ]
    return [
        pytest.param(
            text, id=f'{path.relative_to(ROOT)}: {text.strip().splitlines()[0].strip()[:60]}'
        )
        for path, text in found
    ]


def statements(text):
    """The statements of a shell block: a line each, with the lines that continue it or are its
    here-document"""
    lines = iter(text.splitlines())
    for line in lines:
        end = re.search(r"<<-?\s*['\"]?(\w+)", line)
        while line.endswith('\\'): line += '\n' + next(lines)
        if end:
            for more in lines:
                line += '\n' + more
                if more.strip() == end[1]: break
        if line.strip() and not line.strip().startswith('#'): yield line


def starts(statement, names):
    "The one of these names that a statement begins with, or None"
    words = shlex.split(
        re.sub(r'^\s*(\w+=\S*\s+)*', '', statement.replace('\\\n', ' ')).splitlines()[0],
        comments=True,
    )
    return next((o for o in names if words[:len(o.split())] == o.split()), None)


def kind(statement):
    "How a statement is dealt with: 'endless', 'not run' or 'run'"
    return (
        'endless'
        if starts(statement, ENDLESS)
        else 'not run' if starts(statement, NOT_RUN) else 'run'
    )


def parts(text):
    """A block as (kind, script): neighbours that are run are one script, so that what is set in it
    holds"""
    for what, some in groupby(statements(text), kind):
        if what == 'run': yield what, '\n'.join(some)
        else: yield from ((what, o) for o in some)


# ---- where it runs
def tiny_hub(folder):
    "A hub cache that holds a small random VideoMAE under the name of the real one"
    import torch
    from transformers import VideoMAEConfig, VideoMAEModel
    repo, sha = folder/'hub/models--MCG-NJU--videomae-base', '0'*40
    (repo/'refs').mkdir(parents=True)
    (repo/'refs/main').write_text(sha)
    shape = dict(
        image_size=32,
        patch_size=16,
        num_frames=16,
        tubelet_size=2,
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=48,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        VideoMAEModel(VideoMAEConfig(**shape, use_mean_pooling=False)).save_pretrained(
            repo / 'snapshots' / sha
        )
    (repo / 'snapshots' / sha / 'preprocessor_config.json').write_text(
        json.dumps(dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]))
    )


def environment_beside(scratch):
    "This environment as the checkout's own, up to date in the eyes of make"
    venv = scratch/'.venv'
    venv.mkdir()
    for o in Path(sys.prefix).iterdir():
        if o.name not in ('.needs', '.setup', '.dev'): (venv/o.name).symlink_to(o)
    for o in ('.needs', '.setup', '.dev'): (venv/o).touch()


@contextmanager
def one_thread():
    """torch on one thread: films this small gain nothing from more, and beside another process they
    lose"""
    import torch
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try: yield
    finally: torch.set_num_threads(before)


@one_thread()
def small_films(scratch):
    """Short films in the place of the sample films; some of them again as folder/ and a.mp4; names
    for places of folder/ in labels.csv, genres of its films in movies.csv"""
    sample, folder = sorted((scratch/'data/sample/films').glob('*.mp4')), scratch/'folder'
    for seed, film in enumerate(sample):
        world.render_film(seed, film, seconds=16, shots=6, fps=6, size=(48, 84), hold=3)
    folder.mkdir()
    for film in sample[1:5]:
        for o in film.parent.glob(f'{film.stem}.*'): shutil.copy(o, folder)
    shutil.copy(sample[0], scratch/'a.mp4')
    rows = [
        f'{scene_id(video_id(film), 8*half, 8*half + 8)},{place}'
        for film in sample[1:5]
        for half, place in enumerate(('attic', 'quay'))
    ]
    (scratch/'labels.csv').write_text('\n'.join(['scene_id,place', *rows]) + '\n')
    genres = [f'{o.stem},{k}' for o, k in zip(sample[1:5], 'abab', strict=True)]
    (scratch/'movies.csv').write_text('\n'.join(['movie_id,genres', *genres]) + '\n')


@pytest.fixture(scope='module')
def checkout(tmp_path_factory):
    "A copy of the working tree with an environment and the things that the blocks name"
    scratch = tmp_path_factory.mktemp('blocks')/'scene_explore'
    shutil.copytree(
        ROOT,
        scratch,
        ignore=shutil.ignore_patterns(
            '.git',
            '.venv',
            'out',
            '_docs',
            '_site',
            '_proc',
            '.*_cache',
            '.store',
            '.hypothesis',
            '__pycache__',
            '.ipynb_checkpoints',
        ),
    )
    environment_beside(scratch)
    small_films(scratch)
    home = scratch.parent/'home'
    home.mkdir()
    tiny_hub(home)
    (scratch/'_docs').mkdir()
    (scratch/'_docs/index.html').write_text('<title>as make docs leaves it</title>')
    subprocess.run(['git', 'init', '-q'], cwd=scratch, env=outside(), check=True)
    return scratch


def outside():
    "The settings of this process, without those that would lead a command elsewhere"
    return {
        k: v
        for k, v in os.environ.items()
        if not re.match(
            'GIT_|HF_|JUPYTER|SCENE_EXPLORE|MAKE|MFLAGS|PYTEST|COV_|FILMS$|ARGS$|TORCH$|PYTHON$', k
        )
    }


@pytest.fixture
def env(checkout):
    "The environment active in the checkout; no network, no browser"
    home, mine = checkout.parent/'home', outside()
    return mine | dict(
        PATH=f'{checkout/".venv/bin"}:{mine["PATH"]}',
        PYTHONPATH=str(checkout),
        HOME=str(home),
        HF_HOME=str(home),
        HF_HUB_OFFLINE='1',
        BROWSER='true',
        PORT=str(_free_port()),
        JUPYTER_PLATFORM_DIRS='1',
        PYTHONUNBUFFERED='1',
        OMP_NUM_THREADS='1',
        # to compile UMAP takes each command longer than to run it on so few scenes
        NUMBA_DISABLE_JIT='1',
    )


@contextmanager
def started(command, cwd, env, log):
    "A process in a group of its own; at the end nothing of the group is left"
    with open(log, 'w') as f:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=f,
            stderr=f,
            start_new_session=True,
        )
    try: yield process
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError): os.killpg(process.pid, sign)
            with suppress(subprocess.TimeoutExpired): process.wait(15)


def run(command, cwd, env, log, seconds=400):
    "Run to the end -> what it said; it has to end well, and to find all that it names"
    with started(command, cwd, env, log) as process:
        try: process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f'not done after {seconds} s:\n{Path(log).read_text()[-3000:]}')
        said = Path(log).read_text()
        assert process.returncode == 0 and not re.search(
            'Traceback|does not exist|holds no file|No such file', said
        ), said[-3000:]
    return said


def answered(command, cwd, env, log, seconds=120):
    "Start, wait until the address that it prints answers, and end it"
    with started(command, cwd, env, log) as process:
        until = time.monotonic() + seconds
        while not any(
            map(
                _answers,
                addresses := re.findall(
                    r'http://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d+[^\s)]*',
                    said := Path(log).read_text(),
                ),
            )
        ):
            assert (
                process.poll() is None and time.monotonic() < until
            ), f'no answer from {addresses}:\n{said[-3000:]}'
            with suppress(subprocess.TimeoutExpired): process.wait(.3)
    assert process.poll() is not None


def planned(statement, cwd, env, log):
    "What is not run: make knows how, and pip is asked for what this project offers"
    words = shlex.split(statement, comments=True)
    if words[0] == 'make': assert run(['make', '-n', *words[1:]], cwd, env, log).strip()
    for o in words[2:] if words[0] == 'pip' else ():
        if found := re.fullmatch(r'(?:scene_explore|\.)\[(\w+)\]', o):
            assert found[1] in metadata('scene_explore').get_all('Provides-Extra')


# ---- and that it does
def test_no_block_is_overlooked():
    assert {language for path in SOURCES for language, _ in fences(path)} <= {
        *SHELL,
        *PYTHON,
        *SHOWN,
    }, f'shell is ```{SHELL[0]}, Python ```{PYTHON[0]}'
    for path in SOURCES:
        assert prose(path).count('```') == 2 * len(
            fences(path)
        ), f'{path.name}: a block that is not closed, or backticks that are none'


def test_a_block_is_taken_apart():
    block = (
        "make lab  # stays\n# a remark\nA=1 scene_explore embed x \\\n  y\ncat > f <<'END'\nmake"
        " test\nEND\nmake test\n"
    )
    assert list(parts(block)) == [
        ('endless', 'make lab  # stays'),
        ('run', "A=1 scene_explore embed x \\\n  y\ncat > f <<'END'\nmake test\nEND"),
        ('not run', 'make test'),
    ]


@pytest.mark.parametrize('block', blocks(SHELL))
def test_a_shell_block_runs(block, checkout, env, tmp_path):
    for what, script in parts(block):
        (
            dict(run=run, endless=answered)[what](
                ['bash', '-euc', script], checkout, env, tmp_path / 'said'
            )
            if what != 'not run'
            else planned(script, checkout, env, tmp_path / 'said')
        )


@pytest.mark.parametrize('block', blocks(PYTHON))
def test_a_python_block_runs(block, checkout, env, tmp_path):
    run(['python', '-c', block], checkout, env, tmp_path/'said')


def test_an_unknown_placeholder_fails(checkout, env, tmp_path):
    with pytest.raises(AssertionError):
        run(
            [
                'bash',
                '-euc',
                'scene_explore embed a.mp4 nowhere.mp4 --backbone histogram --out beside/',
            ],
            checkout,
            env,
            tmp_path / 'said',
        )
