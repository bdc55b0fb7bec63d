"""What the project needs and where it comes from: licences, pins, hashes, one index for all but
torch; and what is written here in place of a dependency"""
import re
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scene_explore.labels.agreement import agreement

ROOT = Path(__file__).resolve().parent.parent


# -- Krippendorff's alpha
# --------------------------------------------------------------------------------------------------
def theirs(rows):
    "Alpha by the package; NaN where nothing is compared, or where only one name is given"
    names = sorted({o for r in rows for o in r if o})
    codes = np.array([[names.index(o) if o else np.nan for o in r] for r in rows], float)
    paired = codes[:, (~np.isnan(codes)).sum(0) > 1]
    if len(np.unique(paired[~np.isnan(paired)])) < 2: return np.nan
    return krippendorff.alpha(codes, level_of_measurement='nominal')


def ours(rows): return agreement({f'voice {i}': list(r) for i, r in enumerate(rows)})['alpha']


names = st.sampled_from(['', 'bar', 'kitchen', 'street', 'a garden'])
tables = (
    st.integers(2, 5)
    .flatmap(lambda n: st.lists(st.tuples(*[names] * n), min_size=1, max_size=12))
    .map(lambda t: list(zip(*t, strict=True)))
)


@given(tables)
def test_alpha_is_that_of_the_package(rows):
    assume(any(o for r in rows for o in r))
    np.testing.assert_allclose(ours(rows), theirs(rows), atol=1e-12)


def test_alpha_of_a_large_table():
    rng = np.random.default_rng(0)
    rows = np.where(
        rng.random((4, 300)) < 0.3, '', rng.choice(['a', 'b', 'c'], (4, 300), p=[0.7, 0.2, 0.1])
    )
    assert ours(rows) == pytest.approx(theirs(rows), abs=1e-12) and abs(ours(rows)) < .1


@pytest.mark.parametrize(
    'rows, alpha',
    [
        (['ab', 'ab'], 1.0),
        (['ab', 'ba'], -0.5),
        (['aa', 'aa'], np.nan),
        (['a ', ' a'], np.nan),
        (['  ', '  '], np.nan),
        (['aab', 'aa '], np.nan),
        (['abc', 'abc', '   '], 1.0),
    ],
)
def test_alpha_of_few(rows, alpha):
    np.testing.assert_allclose(ours([[o.strip() for o in r] for r in rows]), alpha)


# -- licences and pins
# --------------------------------------------------------------------------------------------------
def tool(name):
    "A script of tools/ as a module"
    loader = SourceFileLoader(name, str(ROOT/'tools'/name))
    module = module_from_spec(spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def settings():
    "The entries of settings.ini"
    from configparser import ConfigParser
    config = ConfigParser(delimiters=['='])
    config.read(ROOT/'settings.ini', encoding='utf-8')
    return config['DEFAULT']


def lock(name): return (ROOT/f'requirements/{name}.txt').read_text('utf-8')


def pins(text):
    return {canonicalize_name(n): v for n, v in re.findall(r'^([\w.-]+)==([^\s;\\]+)', text, re.M)}


def test_no_licence_among_the_hard_requirements_is_gpl_or_unknown():
    licences = tool('licences')
    table = licences.written()
    assert {canonicalize_name(o) for o in table} >= set(pins(lock('base'))) - {
        'httpx2-jsfetch'
    } and len(table) > 100
    assert {n: o for n, o in table.items() if licences.FORBIDDEN.search(o)} == {}
    for bad in (
        'GPL-3.0-only',
        'GNU General Public License v3 (GPLv3)',
        'GPLv3',
        'AGPL-3.0',
        'unknown',
    ):
        assert licences.FORBIDDEN.search(bad), bad
    for good in ('MIT', 'LGPL-2.1-or-later', 'MPL-2.0 AND MIT', 'BSD License'):
        assert not licences.FORBIDDEN.search(good), good
    # it is not required: only these tests use it
    assert licences.FORBIDDEN.search(licences.licence('krippendorff'))


def test_the_table_of_licences_is_up_to_date():
    licences = tool('licences')
    text = licences.FILE.read_text('utf-8')
    assert (
        text.split(licences.BEGIN)[1].split(licences.END)[0] == licences.table()
    ), 'run tools/licences and commit'


def test_all_that_is_needed_is_locked_and_what_is_locked_is_pinned():
    pinned = pins((ROOT/'constraints.txt').read_text('utf-8'))
    base = pins(lock('base'))
    dev = pins(lock('dev'))
    needed = {
        key: {canonicalize_name(Requirement(o).name) for o in settings()[key].split()} - {'torch'}
        for key in ('requirements', 'dev_requirements')
    }
    assert needed['requirements'] <= set(base) and needed['dev_requirements'] <= set(base | dev)
    both = base | dev
    assert {
        n: (v, pinned[n]) for n, v in both.items() if n in pinned and pinned[n] != v
    } == {}, 'run tools/lock'
    assert set(pinned) - set(both) == {'torch'}, 'run tools/lock'
    assert not {n for n in both if re.match('torch|triton|nvidia|cuda', n)}


@pytest.mark.parametrize('name', ['base', 'dev'])
def test_every_locked_release_has_its_hashes(name):
    blocks = [b for b in re.split(r'^(?=[\w])', lock(name), flags=re.M) if '==' in b]
    assert len(blocks) == len(pins(lock(name))) and all(
        re.search(r'--hash=sha256:[0-9a-f]{64}', b) for b in blocks
    )


def dry(target, *variables):
    "What make would run"
    fresh = ['-B', '-n', '--no-print-directory', f'PYTHON={sys.executable}', *variables]
    return subprocess.run(
        ['make', *fresh, target], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()


@pytest.mark.skipif(shutil.which('make') is None, reason='make is not installed')
@pytest.mark.parametrize('target', ['setup', 'dev'])
def test_torch_alone_comes_from_another_index(target):
    installs = [o for o in dry(target, 'TORCH=https://other.example/whl') if 'pip install' in o]
    other = [o for o in installs if 'other.example' in o]
    assert len(other) == 1 and re.search(
        r'--no-deps --index-url https://other\.example/whl torch==\S+$', other[0]
    )
    assert not any('extra-index-url' in o for o in installs)
    assert all('--require-hashes' in o for o in installs if ' -r ' in o) and any(
        'requirements/base.txt' in o for o in installs
    )
    plain = [o for o in dry(target, 'TORCH=') if 'pip install' in o]
    assert len(plain) == len(installs) and not any('index-url' in o for o in plain)


def test_a_file_that_is_not_the_listed_one_is_not_installed(tmp_path):
    from zipfile import ZipFile
    wheel = tmp_path/'six-1.17.0-py2.py3-none-any.whl'
    with ZipFile(wheel, 'w') as f:
        f.writestr('six.py', 'not the one')
        f.writestr(
            'six-1.17.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\n'
        )
        f.writestr(
            'six-1.17.0.dist-info/WHEEL',
            'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag:'
            ' py3-none-any\n',
        )
        f.writestr('six-1.17.0.dist-info/RECORD', '')
    [block] = [b for b in re.split(r'^(?=\w)', lock('base'), flags=re.M) if b.startswith('six==')]
    (tmp_path/'six.txt').write_text(block)
    ask = [
        sys.executable,
        '-m',
        'pip',
        'install',
        '--isolated',
        '--no-index',
        '--find-links',
        str(tmp_path),
        '--no-deps',
        '--target',
        str(tmp_path / 'new'),
    ]
    done = subprocess.run(
        [*ask, '--require-hashes', '-r', str(tmp_path / 'six.txt')],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode and not (tmp_path/'new/six.py').exists(), done.stdout
    assert (
        'DO NOT MATCH THE HASHES' in done.stderr or 'No matching distribution' in done.stderr
    ), done.stderr
    # without hashes it would have been
    assert subprocess.run([*ask, 'six==1.17.0'], capture_output=True, check=False).returncode == 0
