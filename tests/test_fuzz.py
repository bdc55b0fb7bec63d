"""A short run of tools/fuzz: damaged and hostile input gives results or sentences, and nothing
changes in silence."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NONE = dict(records=0, sidecars=0, films=0, stores=0)
FEW = dict(records=100, sidecars=40, films=28, stores=4)


def fuzz(*options, **cases):
    """Run it -> its exit code, and the counts of each kind: {kind: (cases, tracebacks, hangs,
    crashes, silent changes)}"""
    args = [o for kind, n in cases.items() for o in (f'--{kind}', str(n))]
    done = subprocess.run(
        [sys.executable, 'tools/fuzz', *args, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr)
    lines = re.findall(
        r'^(\w+) +(\d+) cases .*: (\d+) traceback, (\d+) hang, (\d+) crash, (\d+) silent; ',
        done.stdout,
        re.M,
    )
    return done.returncode, {kind: tuple(map(int, counts)) for kind, *counts in lines}


def test_nothing_fails_hangs_or_changes_in_silence():
    assert fuzz('--limit', '60', **FEW) == (0, {kind: (n, 0, 0, 0, 0) for kind, n in FEW.items()})


def test_what_fails_is_seen():
    assert fuzz('--limit', '5', **NONE, watcher=4) == (1, {'watcher': (4, 1, 1, 1, 1)})
