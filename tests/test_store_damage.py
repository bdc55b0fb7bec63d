"""What is kept survives damage, kills, full disks and other versions: nothing is lost, and nothing
differs in silence"""
import hashlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import uuid
import warnings
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from scene_explore.datasets import world

from scene_explore.pipelines import explore
from scene_explore.core.atomic import WriteError, sweep, write_atomic
from scene_explore.core.parts import StoreError, StoreWarning, read_sealed, sealed, write_part
from scene_explore.core.results import read_results
from scene_explore.training.runs import FinetuneConfig, Run, load_runs
from scene_explore.core.scenes import read_scenes, scene_table
from scene_explore.core.store import Store
from scene_explore.training.trainer import load_state, save_state
from scene_explore.training.trunk_cache import _Shards

PEOPLE = Path('people/people.sqlite')


@contextmanager
def told():
    "A list of what is said of the store meanwhile"
    said = []
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter('always')
        yield said
    said += [str(w.message) for w in found if issubclass(w.category, StoreWarning)]


def flipped(data, at, bit=1):
    "The same bytes with one bit of one of them turned over"
    data = bytearray(data)
    data[at] ^= bit
    return bytes(data)


def some_places(size, n, seed):
    "Offsets in a file, the first and the last among them"
    rng = random.Random(seed)
    return [0, size - 1, *(rng.randrange(size) for _ in range(n - 2))]


def scenes(n=6, film='a'):
    "A scene table"
    return scene_table([
        dict(path=f'{film}.mp4', video_id=film, start=i, end=i + 1, place='hall') for i in range(n)
    ])


def vectors(n=6, width=4, seed=0):
    return np.random.default_rng(seed).normal(size=(n, width)).astype(np.float32)


# ---- 4. one byte of anything
@pytest.fixture(scope='module')
def films(tmp_path_factory):
    "Two short films"
    folder = tmp_path_factory.mktemp('films')
    for seed in (1, 2):
        world.render_film(seed, folder/f'{seed}.mp4', seconds=12, shots=5, fps=6, size=(48, 84))
    return folder


def explored(films, room, page=True):
    "A run with its store and its probe in that folder"
    os.environ['SCENE_EXPLORE_CACHE'] = str(room/'cache')
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', category=UserWarning, module='umap|sklearn')
        return explore.explore(
            films,
            out=room / 'out',
            store=room / 'store',
            page=page,
            backbone='histogram',
            baselines=('pixels',),
            progress=False,
        )


def found_by(result):
    "What a run found, without what it costs"
    s = {
        k: v
        for k, v in result.summary.items()
        if k not in ('seconds', 'first_picture', 'n_embedded', 'n_cached', 'page', 'device')
    }
    layouts = {k: np.asarray(y).tobytes() for k, y in result.layouts.items()}
    shares = {k: t.to_csv() for k, t in result.shares.items()}
    return (
        result.scenes.to_csv(),
        {k: x.tobytes() for k, x in result.spaces.items()},
        layouts,
        shares,
        s,
        result.thumbnails,
    )


@pytest.fixture(scope='module')
def whole(films, tmp_path_factory):
    "A run nobody harmed: its folder and what it found"
    room, before = tmp_path_factory.mktemp('whole'), os.environ.get('SCENE_EXPLORE_CACHE')
    explored(films, room)
    yield room, found_by(explored(films, room))
    if before is not None: os.environ['SCENE_EXPLORE_CACHE'] = before


def test_one_byte_of_any_file_of_a_store_changes_no_result_in_silence(films, whole, tmp_path):
    room, expected = whole
    kept = [
        p
        for p in sorted([*(room / 'store').rglob('*'), *(room / 'cache/probe/arrays').rglob('*')])
        if p.is_file()
    ]
    assert {p.relative_to(room).parts[1] for p in kept} >= {
        'arrays',
        'embeddings',
        'shots',
        'probe',
    } and len(kept) >= 14
    for i, path in enumerate(kept):
        data = path.read_bytes()
        for at in some_places(len(data), 4, i)[2:]:
            mine = tmp_path/f'{i}-{at}'
            shutil.copytree(room, mine, ignore=shutil.ignore_patterns('out'))
            harmed = mine/path.relative_to(room)
            harmed.write_bytes(flipped(data, at))
            with told() as said: result = explored(films, mine)
            assert len(said) == 1 and harmed.name in said[0], (harmed, at, said)
            assert found_by(result) == expected, (harmed, at)
            assert harmed.with_name(f'{harmed.name}.bad').exists()
            with told() as said: explored(films, mine)
            assert not said
            shutil.rmtree(mine)


def test_previews_with_a_flipped_bit_do_not_end_the_runs_to_come(films, whole, tmp_path):
    mine = shutil.copytree(whole[0], tmp_path/'mine')
    path, = (mine/'store/arrays/previews').glob('*.npy')
    header = path.read_bytes().index(b'\n') + 9
    path.write_bytes(flipped(path.read_bytes(), header))
    before = (mine/'out/explore.html').stat().st_size
    with told() as said: explored(films, mine)
    # a WebM has its own time in it
    assert len(said) == 1 and abs((mine/'out/explore.html').stat().st_size - before) < 1000


def test_two_who_compute_the_same_differently_agree_on_the_first(tmp_path):
    one, two = Store(tmp_path), Store(tmp_path)
    seen = []
    def slow():
        seen.append(two.cached('umap', ['k'], lambda: np.zeros(3)))   # the other one is faster
        return np.ones(3)
    assert one.cached('umap', ['k'], slow).tolist() == seen[0].tolist() == [0]*3
    assert (
        Store(tmp_path).cached('umap', ['k'], lambda: pytest.fail('computed again')).tolist()
        == [0] * 3
    )


def test_an_array_of_the_first_version_is_computed_once_more(tmp_path):
    store = Store(tmp_path)
    store.cached('umap', ['k'], lambda: np.ones(3))
    path, = tmp_path.rglob('*.npy')
    old = path.with_name(path.name.partition('-')[0] + '.npy')
    path.rename(old)
    old.write_bytes(flipped(old.read_bytes(), -1))
    assert store.cached('umap', ['k'], lambda: np.ones(3)).tolist() == [1]*3
    assert [o.name for o in path.parent.iterdir()] == [path.name]


def test_one_byte_of_a_shard_of_activations(tmp_path):
    h = torch.randn(4, 8, 16).half()
    path = _Shards(tmp_path/'s', 'a space').write('film', [(i, i + 1, 0, 1) for i in range(4)], h)
    data = path.read_bytes()
    for at in some_places(len(data), 40, 0):
        path.write_bytes(flipped(data, at))
        with told() as said: assert _Shards(tmp_path/'s', 'a space').read('film') == {}
        assert len(said) == 1 and 'set aside' in said[0] and not path.exists()
    path.write_bytes(data)
    found = _Shards(tmp_path/'s', 'a space').read('film')
    assert torch.equal(
        torch.stack([t[row] for clips in found.values() for t, row in clips.values()]), h
    )


def test_shards_of_the_first_version_are_read_and_from_then_on_verified(tmp_path):
    path = _Shards(tmp_path, 'a space').write('film', [(0, 1, 0, 1)], torch.randn(1, 2, 3))
    old = path.rename(path.with_name(path.name.rpartition('-')[0] + '.safetensors'))
    assert (
        len(_Shards(tmp_path, 'a space').read('film')) == 1 and path.exists() and not old.exists()
    )
    path.write_bytes(flipped(path.read_bytes(), -1))
    with told() as said: assert not _Shards(tmp_path, 'a space').read('film')
    assert len(said) == 1


def a_run(name='a run', seed=0):
    "A finished run"
    table = scenes()
    history = pd.DataFrame(dict(step=[0, 1], loss=[.3, .1/3]))
    weights = {'head.w': torch.randn(3, 4, generator=torch.Generator().manual_seed(seed))}
    return Run(
        name,
        FinetuneConfig(),
        history,
        weights,
        table,
        np.array(['train'] * 4 + ['test'] * 2, object),
        vectors(seed=seed),
        vectors(width=2, seed=seed),
        'a space',
    )


def same_run(a, b):
    return (
        a.config == b.config
        and a.name == b.name
        and a.history.equals(b.history)
        and np.array_equal(a.before, b.before)
        and np.array_equal(a.after, b.after)
        and torch.equal(a.weights['head.w'], b.weights['head.w'])
        and a.scenes.astype(str).equals(b.scenes.astype(str))
        and list(a.split) == list(b.split)
    )


@pytest.mark.filterwarnings('ignore:.*not found')
def test_one_byte_of_any_file_of_a_run_is_told(tmp_path):
    folder = a_run().save(tmp_path/'runs/one')
    whole = Run.load(folder)
    for i, path in enumerate(sorted(folder.iterdir())):
        data = path.read_bytes()
        for at in some_places(len(data), 12, i):
            path.write_bytes(flipped(data, at))
            with pytest.raises(ValueError, match='holds no finished run') as e: Run.load(folder)
            assert '\n' not in str(e.value)
            with told() as said: assert load_runs(tmp_path/'runs') == []
            assert len(said) == 1, (path, at, said)
        path.write_bytes(data)
    assert same_run(Run.load(folder), whole)


@pytest.mark.filterwarnings('ignore:.*not found')
def test_files_of_two_runs_in_one_folder_are_no_run(tmp_path):
    one, two = a_run(seed=0).save(tmp_path/'one'), a_run(seed=1).save(tmp_path/'two')
    shutil.copy(one/'weights.safetensors', two/'weights.safetensors')
    with pytest.raises(
        ValueError, match='weights.safetensors is damaged, missing or of another run'
    ):
        Run.load(two)


def test_a_run_folder_says_nothing_that_was_not_written(tmp_path):
    config, data = tmp_path/'config.json', sealed(dict(K=2, margin=.25), 'this config')
    for at in range(len(data)):
        config.write_bytes(flipped(data, at))
        with told() as said: assert read_sealed(config) == {}
        assert len(said) == 1, at
    config.write_text('{"K": 2}')   # as version 0.1 wrote it
    assert read_sealed(config) == dict(K=2)


def learner(seed=0):
    "A small learner between two steps"
    from scene_explore.training.learner import Learner
    from scene_explore.training.trunk import Vectors
    torch.manual_seed(seed)
    source = Vectors(scenes(), vectors(width=8))
    made = Learner([FinetuneConfig(k=0, hidden=4, out=2, steps=9)], source.top(), source.width, 0)
    made.step = 3
    return made


def test_one_byte_of_a_state_begins_the_training_anew(tmp_path):
    path = tmp_path/'state.safetensors'
    save_state(learner(), path)
    data, fresh = path.read_bytes(), learner(1)
    assert load_state(learner(1), path)
    header = 8 + int.from_bytes(data[:8], 'little')
    for at in some_places(len(data), 120, 0):
        path.write_bytes(flipped(data, at))
        with told() as said: read = load_state(fresh, path)
        if at < header and data[at] == ord(' '): continue   # blanks after the header mean nothing
        assert not read and len(said) == 1 and 'begins anew' in said[0] and fresh.step == 3, at


# ---- 11. parts of a foreign shape
GOOD = dict(
    scene_id=['s'],
    video_id=['a'],
    start=[0.0],
    end=[1.0],
    embedding=pa.FixedSizeListArray.from_arrays(pa.array([1.0, 2, 3, 4], pa.float32()), 4),
)
FOREIGN = {
    'no embedding': {k: v for k, v in GOOD.items() if k != 'embedding'},
    'no film': {k: v for k, v in GOOD.items() if k != 'video_id'},
    'lists of any length': (
        GOOD | dict(embedding=pa.array([[1.0, 2, 3, 4]], pa.list_(pa.float32())))
    ),
    'text': GOOD | dict(embedding=['1, 2, 3, 4']),
    'no columns': {},
    'float64': (
        GOOD | dict(embedding=pa.FixedSizeListArray.from_arrays(pa.array([1.0, 2, 3, 4]), 4))
    ),
    'films as numbers': GOOD | dict(video_id=[7]),
    'times as text': GOOD | dict(start=['early']),
    'no time': GOOD | dict(start=[float('nan')]),
    'a time beyond all': GOOD | dict(end=[1e300]),
    'a gap': GOOD | dict(video_id=pa.array([None], pa.string())),
    'no width': GOOD | dict(embedding=pa.array([[]], pa.list_(pa.float32(), 0))),
    'a gap for a vector': GOOD | dict(embedding=pa.array([None], pa.list_(pa.float32(), 4))),
}


@pytest.mark.parametrize('kind', FOREIGN)
def test_a_part_of_a_foreign_shape_is_reported_and_left_out(tmp_path, kind):
    store, table, x = Store(tmp_path), scenes(), vectors()
    store.save('f', table[1:], x[1:])
    part = write_part(tmp_path/'embeddings/f/a', pa.table(FOREIGN[kind]), 'f')
    os.utime(part, (0, 0))   # it was there first
    with told() as said: y, have = store.load('f', table)
    assert len(said) == 1 and part.name in said[0] and '\n' not in said[0]
    assert have.tolist() == [False] + [True]*5 and (y[1:] == x[1:]).all()
    with told() as said: assert store.load('f', table)[1].sum() == 5
    assert not said


@pytest.mark.parametrize(
    'text',
    [
        '[["dimension", 4]]',
        '[]',
        '"4"',
        '7',
        'null',
        '{"dimension": "256"}',
        '{"dimension": -1}',
        '{"dimension": 1e9}',
        '{"dimension": 1000000000}',
        '{"dimension": true}',
        '{"dimension": [4]}',
        '[' * 5000,
        '\xff',
    ],
)
def test_a_declaration_that_is_none_is_reported_and_what_is_stored_loads(tmp_path, text):
    store, table, x = Store(tmp_path), scenes(), vectors()
    store.save('f', table, x)
    path = tmp_path/'embeddings/f/_space.json'
    path.write_bytes(text.encode('latin-1'))
    with told() as said: y, have = store.load('f', table)
    assert len(said) == 1 and '_space.json' in said[0] and have.all() and (y == x).all()
    store.save('f', table[:3], x[:3])
    assert store.space('f')['dimension'] == 4 and store.fingerprints().dimension.tolist() == [4]


@pytest.mark.parametrize('wrong', [np.nan, np.inf])
def test_vectors_that_are_not_finite_count_as_missing(tmp_path, wrong):
    store, table, x = Store(tmp_path), scenes(), vectors()
    spoilt = x.copy()
    spoilt[2, 1] = wrong
    table_of = pa.table(
        dict(
            scene_id=table.scene_id,
            video_id=table.video_id,
            start=table.start.astype(float),
            end=table.end.astype(float),
            embedding=pa.FixedSizeListArray.from_arrays(pa.array(spoilt.ravel()), 4),
        )
    )
    write_part(tmp_path/'embeddings/f/a', table_of, 'f')
    with told() as said: y, have = store.load('f', table)
    assert (
        len(said) == 1
        and '1 embedding' in said[0]
        and have.tolist() == [True] * 2 + [False] + [True] * 3
    )
    store.save('f', table[~have], x[~have])
    with told() as said: y, have = store.load('f', table)
    assert not said and have.all() and (y == x).all()


def test_shots_without_their_columns_are_found_again(tmp_path):
    store, wanted = Store(tmp_path), dict(start='number', thumbnail='bytes')
    store.save_shots('d', 'v', pd.DataFrame(dict(start=[0.])))
    with told() as said: assert store.load_shots('d', 'v', wanted) is None
    assert len(said) == 1 and 'thumbnail' in said[0]


def test_parts_are_those_of_the_first_version(tmp_path):
    store, table, x = Store(tmp_path), scenes(), vectors()
    part, = store.save('f', table, x)
    # what 0.1 looks at
    assert (
        part.name
        == f'part-{hashlib.blake2b(part.read_bytes(), digest_size=16).hexdigest()}.parquet'
    )
    found = pq.read_table(io.BytesIO(part.read_bytes()))
    assert (
        found.column_names == ['scene_id', 'video_id', 'start', 'end', 'embedding']
        and found.schema.metadata[b'fingerprint'] == b'f'
    )
    declared = json.loads((tmp_path/'embeddings/f/_space.json').read_text())
    assert (declared['fingerprint'], declared['dimension']) == ('f', 4)


# ---- 5. files that belong together
SAVE = """
import os, sys
import numpy as np
from scene_explore.core.results import write_results
from scene_explore.core.scenes import scene_table
kill, out, film = int(sys.argv[1]), sys.argv[2], sys.argv[3]
renamed = []
def count(event, args):
    if event != 'os.rename' or not str(args[1]).startswith(out): return
    if len(renamed) == kill: os.kill(os.getpid(), 9)
    renamed.append(args)
sys.addaudithook(count)
table = scene_table([dict(path=f'{film}.mp4', video_id=film, start=i, end=i + 1) for i in range(4)])
write_results(
    out, table, np.full((4, 3), ord(film)), dict(fingerprint='f', n_scenes=4), f'<p>{film}</p>'
)
print(len(renamed))
"""


def save(kill, out, film):
    "Results of a film written by a process that is killed before that rename"
    return subprocess.run(
        [sys.executable, '-c', SAVE, str(kill), str(out), film], capture_output=True, text=True
    )


@pytest.mark.filterwarnings('ignore:.*not found')
def test_killed_at_any_rename_a_folder_is_of_one_run_or_says_so(tmp_path):
    assert save(99, tmp_path/'out', 'a').stdout == '4\n'
    for kill in range(5):
        out = shutil.copytree(tmp_path/'out', tmp_path/f'out{kill}')
        done = save(kill, out, 'b')
        assert done.returncode == (-signal.SIGKILL if kill < 4 else 0), done.stderr
        if 0 < kill < 4:
            with pytest.raises(
                StoreError, match='are not of (one run|the run that summary.json describes)'
            ) as e:
                explore.read_results(out)
            assert '\n' not in str(e.value)
        else:
            table, x, summary = explore.read_results(out)
            film = 'a' if kill == 0 else 'b'
            assert (
                set(table.video_id) == {film}
                and (x == ord(film)).all()
                and (out / 'explore.html').read_text() == f'<p>{film}</p>'
                and summary['n_scenes'] == 4
            )
        # no page is taken away
        assert len([o for o in out.iterdir() if not o.name.startswith('.')]) == 4


KILLED = """
import os, sys
import scene_explore.pipelines.explore as E
out, films = sys.argv[1:]
def count(event, args):
    if event == 'os.rename' and str(args[1]) == f'{out}/embeddings.npy': os.kill(os.getpid(), 9)
sys.addaudithook(count)
E.explore(
    films,
    out=out,
    store=sys.argv[1] + '-store',
    backbone='pixels',
    unit='interval:2',
    progress=False,
    page=False,
)
"""


def test_a_run_over_other_films_killed_in_between_is_told_by_the_summary(films, tmp_path):
    out = tmp_path/'out'
    explore.explore(
        films / '1.mp4',
        out=out,
        store=tmp_path / 'out-store',
        backbone='pixels',
        unit='interval:2',
        progress=False,
        page=False,
    )
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', KILLED, str(out), str(films / '2.mp4')],
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert set(read_scenes(out/'scenes.csv').path) == {str(films/'2.mp4')}
    with pytest.raises(StoreError, match='scenes.csv'): explore.read_results(out)
    explore.explore(
        films / '2.mp4',
        out=out,
        store=tmp_path / 'out-store',
        backbone='pixels',
        unit='interval:2',
        progress=False,
        page=False,
    )
    assert set(explore.read_results(out).scenes.path) == {str(films/'2.mp4')}


def contents(folder): return {o.name: o.read_bytes() for o in folder.iterdir() if o.is_file()}


@pytest.mark.parametrize('room', [50_000, 5_400_000])
def test_a_full_disk_leaves_the_old_result_whole(films, whole, tmp_path, room):
    disk = tmp_path/'disk'
    disk.mkdir()
    if subprocess.run(
        ['mount', '-t', 'tmpfs', '-o', f'size={room + 5_400_000}', 'tmpfs', disk],
        capture_output=True,
    ).returncode:
        pytest.skip('no small disk can be mounted here')
    try:
        out = shutil.copytree(whole[0]/'out', disk/'out')
        before = contents(out)
        with pytest.raises(WriteError, match='the disk is full') as e:
            explore.write_results(
                out, scenes(), vectors(), dict(fingerprint='f', n_scenes=6), 'x' * 6_000_000
            )
        assert contents(out) == before and len(explore.read_results(out).x)
    finally: subprocess.run(['umount', disk], check=True)
    said = str(e.value)
    assert (
        str(out) in said
        and '6.0 MB are needed' in said
        and 'are missing' in said
        and '\n' not in said
    )


def test_files_that_may_not_grow_leave_the_old_result_whole(tmp_path):
    save(99, tmp_path/'out', 'a')
    before = contents(tmp_path/'out')
    limit = 'import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n'
    done = subprocess.run(
        [sys.executable, '-c', limit + SAVE, '99', str(tmp_path / 'out'), 'b'],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and f'{tmp_path}/out cannot be written' in done.stderr
    assert contents(tmp_path/'out') == before


@pytest.mark.filterwarnings('ignore:.*not found')
def test_readers_of_a_folder_are_told_what_it_is(tmp_path):
    out, table = tmp_path/'out', scenes(3)
    with pytest.raises(StoreError, match='summary.json is missing'): explore.read_results(out)
    explore.write_results(out, table, vectors(3), dict(fingerprint='f', n_scenes=3))
    (out/'scenes.csv').write_text((out/'scenes.csv').read_text().replace('hall', 'attic'))
    with told() as said: assert explore.read_results(out).scenes.place.tolist() == ['attic']*3
    assert len(said) == 1 and 'was changed' in said[0]
    data = (out/'summary.json').read_bytes()
    for at in some_places(len(data), 20, 0):
        (out/'summary.json').write_bytes(flipped(data, at))
        with pytest.raises(StoreError): explore.read_results(out)
    (out/'summary.json').write_text('{"n_scenes": 3}')   # of version 0.1
    with told() as said: assert len(explore.read_results(out).x) == 3
    assert len(said) == 1 and 'lengths alone' in said[0]
    (out/'summary.json').write_text('{"n_scenes": 4}')
    with told(), pytest.raises(StoreError, match='not of one run'): explore.read_results(out)


# ---- 8. labels: the cause is named, and nothing is lost
FIRST = """
CREATE TABLE labels (id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL,
                     scene_id TEXT NOT NULL, place TEXT NOT NULL, source TEXT NOT NULL,
                     author TEXT NOT NULL);
CREATE INDEX labels_latest ON labels (scene_id, source, author);
CREATE TRIGGER labels_update BEFORE UPDATE ON labels
    BEGIN SELECT RAISE(ABORT, 'labels are only ever added'); END;
CREATE TRIGGER labels_delete BEFORE DELETE ON labels
    BEGIN SELECT RAISE(ABORT, 'labels are only ever added'); END;
CREATE TABLE sessions (name TEXT PRIMARY KEY, time TEXT NOT NULL, body TEXT NOT NULL);
"""


def first_version(root, n=20, half=False):
    """A file of labels as the first version made it; half: whose change to ours was killed in the
    middle"""
    path = root/PEOPLE
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript('PRAGMA journal_mode=WAL;' + FIRST)
        db.executemany(
            "INSERT INTO labels (time, scene_id, place, source, author) VALUES"
            " ('2026-01-01T00:00:00+00:00', ?, 'bar', 'person', 'Ada')",
            [(f's{i}',) for i in range(n)],
        )
        if half: db.execute('ALTER TABLE labels RENAME COLUMN place TO value')
    return path


WORKER = """
import sys
from scene_explore.core.store import Store
print('ready', flush=True)
sys.stdin.readline()
store = Store(sys.argv[1])
assert len(store.labels().query('author == "Ada"')) == 20
store.add_label('new', 'attic', 'person', sys.argv[2])
assert 'attic' in set(store.labels().place)
"""


@pytest.mark.parametrize('half', [False, True])
def test_four_processes_bring_an_old_file_up_to_date_at_once(tmp_path, half):
    for turn in range(4):
        root = tmp_path/str(turn)
        first_version(root, half=half)
        many = [
            subprocess.Popen(
                [sys.executable, '-c', WORKER, str(root), who],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for who in 'abcd'
        ]
        assert [p.stdout.readline() for p in many] == ['ready\n']*4
        for p in many:
            p.stdin.write('\n')
            p.stdin.flush()
        errors = [p.communicate(timeout=120)[1] for p in many]
        assert [p.returncode for p in many] == [0]*4, errors
        found = Store(root).labels()
        assert len(found) == 24 and sorted(found.author.unique()) == ['Ada', 'a', 'b', 'c', 'd']


def sentence(root, how=lambda s: s.labels()):
    "What a store says instead"
    with pytest.raises(StoreError) as e: how(Store(root))
    said = str(e.value)
    assert str(root/PEOPLE) in said and '\n' not in said and not said.endswith('.')
    return said


def add(store): store.add_label('s', 'bar', 'person')


LOCKED = """
import sys
from scene_explore.core import label_store
from scene_explore.core.store import Store
label_store.PATIENCE = .1
try: Store(sys.argv[1]).add_label('s', 'attic', 'person')
except ValueError as e: print(e)
"""


def test_a_file_in_use_is_not_called_damaged(tmp_path):
    add(Store(tmp_path))
    with closing(sqlite3.connect(tmp_path/PEOPLE, isolation_level=None)) as db:
        db.execute('BEGIN IMMEDIATE')
        said = subprocess.run(
            [sys.executable, '-c', LOCKED, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert len(Store(tmp_path).labels()) == 1   # readers don't wait
    assert (
        str(tmp_path / PEOPLE) in said
        and 'in use by another program' in said
        and 'move' not in said
    )
    add(Store(tmp_path))


def test_a_full_disk_is_not_called_damage(tmp_path):
    disk = tmp_path/'disk'
    disk.mkdir()
    if subprocess.run(
        ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], capture_output=True
    ).returncode:
        pytest.skip('no small disk can be mounted here')
    try:
        add(Store(disk))
        (disk/'rest').write_bytes(bytes(shutil.disk_usage(disk).free))
        said = sentence(
            disk,
            lambda s: s.add_labels([(f's{i}', 'attic' * 500, 'person', '') for i in range(500)]),
        )
        assert len(Store(disk).labels()) == 1   # read, though nothing can be written beside it
        (disk/'rest').unlink()
        assert 'the disk is full' in said and 'move' not in said and len(Store(disk).labels()) == 1
    finally: subprocess.run(['umount', disk], check=True)


@pytest.mark.parametrize('old', [False, True])
def test_a_store_that_may_only_be_read_is_read_journal_and_all(tmp_path, old):
    disk = tmp_path/'disk'
    disk.mkdir()
    if subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', disk], capture_output=True).returncode:
        pytest.skip('no disk can be mounted here')
    try:
        if old: first_version(disk)
        else: Store(disk).add_labels([(f's{i}', 'bar', 'person', 'Ada') for i in range(19)])
        column = 'place' if old else "kind, digest, value"
        values = "'bar'" if old else "'place', '', 'bar'"
        writer = f"""
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute(
    "INSERT INTO labels (time, scene_id, source, author, {column}) VALUES"
    " ('2026-01-01T00:00:00+00:00', 'late', 'person', 'Ada', {values})"
)
db.commit()
os.kill(os.getpid(), 9)
"""
        # what it wrote last is in the journal alone
        subprocess.run([sys.executable, '-c', writer, str(disk/PEOPLE)])
        assert (disk/f'{PEOPLE}-wal').stat().st_size
        subprocess.run(['mount', '-o', 'remount,ro', disk], check=True)
        store = Store(disk)
        found = store.labels()
        said = sentence(disk, add)
        assert (
            len(found) == 20 + old
            and found.place.tolist()[-1] == 'bar'
            and found.scene_id.tolist()[-1] == 'late'
        )
        assert 'may only be read' in said or 'cannot be opened' in said
        assert 'move' not in said
    finally: subprocess.run(['umount', disk], check=True)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path):
    add(Store(tmp_path))
    with closing(sqlite3.connect(tmp_path/PEOPLE)) as db, db: db.execute('PRAGMA user_version = 7')
    before = (tmp_path/PEOPLE).read_bytes()
    for how in (lambda s: s.labels(), add): assert 'newer version' in sentence(tmp_path, how)
    assert (tmp_path/PEOPLE).read_bytes() == before


def test_unknown_columns_are_of_a_newer_version(tmp_path):
    add(Store(tmp_path))
    with closing(sqlite3.connect(tmp_path/PEOPLE)) as db, db:
        db.execute('ALTER TABLE labels ADD COLUMN confidence REAL')
    assert 'newer version' in sentence(tmp_path)


@pytest.mark.parametrize('harm', ['text', 'empty', 'no journal of another'])
def test_damage_is_told_with_what_can_be_saved(tmp_path, harm):
    add(Store(tmp_path))
    path = tmp_path/PEOPLE
    if harm == 'text':
        path.write_bytes(b'no database'*1000)
        said = sentence(tmp_path)
        assert 'copy its folder first' in said and '.recover' in said
    elif harm == 'empty':
        path.write_bytes(b'')
        assert 'put a copy of it back' in sentence(tmp_path) and path.stat().st_size == 0
    else:
        path.rename(f'{path}-wal')
        for how in (lambda s: s.labels(), add): assert 'belongs to it' in sentence(tmp_path, how)
        assert not path.exists()


def test_one_byte_of_the_labels_is_refused_told_or_means_nothing(tmp_path):
    store = Store(tmp_path/'whole')
    for i in range(60):
        store.add_labels(
            [(f'film-{i % 40}', f'place {i}', 'person', 'Ada')], ('place', 'boundary')[i % 2]
        )
    session = dict(films=['a', 'b'], view=dict(margin=.25))
    store.save_session('night', session)
    def read(s):
        return (
            s.labels().to_csv(),
            s.labels('boundary').to_csv(),
            s.labels(history=True).to_csv(),
            s.load_session('night'),
        )
    data = (tmp_path/'whole'/PEOPLE).read_bytes()
    expected = read(store)
    silent = []
    meant = _cells(tmp_path/'whole'/PEOPLE)
    rng = random.Random(0)
    for i in range(250):
        root, at = tmp_path/str(i), rng.randrange(len(data))
        (root/'people').mkdir(parents=True)
        (root/PEOPLE).write_bytes(flipped(data, at, 1 << rng.randrange(8)))
        with told() as said:
            try: found = read(Store(root))
            except StoreError as e:
                said.append(str(e))
                found = None
        if found is not None and not said and found != expected: silent.append(at)
        # room that nothing uses
        if found == expected and not said: assert data[at] == 0 or not meant(at), at
        shutil.rmtree(root)
    assert not silent


def _cells(path):
    "Whether a byte of a file is one of a label's text"
    data = path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        texts = [
            v.encode() for row in db.execute('SELECT scene_id, value FROM labels') for v in row
        ]
    spans = [(i, i + len(t)) for t in {*texts} for i in _finds(data, t)]
    return lambda at: any(a <= at < b for a, b in spans)


def _finds(data, text, at=-1):
    while (at := data.find(text, at + 1)) >= 0: yield at


# ---- 9. what kills leave
def test_temporary_files_of_kills_are_swept_wherever_they_are_written(films, whole, tmp_path):
    mine = shutil.copytree(whole[0], tmp_path/'mine')
    add(Store(mine/'store'))
    places = [
        mine / 'out',
        mine / 'store',
        *(o for o in (mine / 'store').rglob('*') if o.is_dir()),
        mine / 'cache/probe/arrays/shares',
    ]
    assert {o.name for o in places} >= {
        'out',
        'store',
        'arrays',
        'layout',
        'previews',
        'people',
        'embeddings',
        'shots',
    }
    def plant(folder, age, name=None):
        path = folder/(name or f'.{uuid.uuid4().hex}.tmp')
        path.write_bytes(b'half')
        if age: os.utime(path, (0, 0))
        return path
    old, new = [plant(o, True) for o in places], [plant(o, False) for o in places]
    own = [
        plant(o, True, name)
        for o in places[:3]
        for name in ('.notes.tmp', 'notes.tmp', '.0123.tmp', f'.{"g"*32}.tmp', f'.{"0"*32}.tmp.txt')
    ]
    half = mine/'store'/f'.{uuid.uuid4().hex}.tmp'
    half.mkdir()
    plant(half, True, 'people.sqlite')
    os.utime(half, (0, 0))
    elsewhere = tmp_path/'elsewhere'
    elsewhere.mkdir()
    (mine/'store/link').symlink_to(elsewhere)
    outside = plant(elsewhere, True)
    (mine/'store'/f'.{uuid.uuid4().hex}.tmp').symlink_to(outside)
    explored(films, mine)
    assert not [o for o in old if o.exists()] and not half.exists()
    assert all(o.exists() for o in [*new, *own, outside])


def test_nothing_of_somebody_else_is_swept(tmp_path):
    if os.getuid(): pytest.skip('only root can give a file away')
    path = tmp_path/f'.{uuid.uuid4().hex}.tmp'
    path.write_bytes(b'half')
    os.chown(path, 12345, 12345)
    os.utime(path, (0, 0))
    sweep(tmp_path)
    assert path.exists()


def test_a_writer_of_a_long_file_keeps_it(tmp_path):
    def write(temp):
        temp.write_bytes(b'first half')
        os.utime(temp, (0, 0))
        with temp.open('ab') as f: f.write(b', second half')   # whoever writes is young
        sweep(tmp_path)
    assert write_atomic(tmp_path/'film', write).read_bytes() == b'first half, second half'


@pytest.mark.filterwarnings('ignore:.*not found')
def test_states_nobody_goes_on_with_are_swept_and_those_of_last_week_stay(tmp_path):
    from scene_explore.encoders.embed import get_backbone
    from scene_explore.training.finetune import finetune_all
    table = scene_table([
        dict(path=f'{v}.mp4', video_id=v, start=i, end=i + 1, place='ab'[i % 2])
        for v in 'xyz'
        for i in range(6)
    ])
    backbone = get_backbone('pixels', size=32, frames=4, max_clips=1)
    store = Store(tmp_path/'store')
    store.save(
        backbone.fingerprint,
        table,
        np.random.default_rng(0).normal(
            size=(18, backbone.encode(np.zeros((1, 4, 32, 32, 3), np.uint8)).shape[1])
        ),
    )
    (tmp_path/'runs/key').mkdir(parents=True)
    old = tmp_path/'runs/state-0123.safetensors'
    week = tmp_path/'runs/state-4567.safetensors'
    temp = tmp_path/f'runs/key/.{uuid.uuid4().hex}.tmp'
    for o in (old, week, temp): o.write_bytes(b'half')
    for o, days in ((old, 40), (week, 7), (temp, 2)):
        os.utime(o, (o.stat().st_mtime - days*86400,)*2)
    (run,) = finetune_all(
        table,
        backbone,
        [FinetuneConfig(task='labels', k=0, steps=4, batch=4)],
        store,
        tmp_path / 'runs',
        progress=False,
    )
    assert run.status == 'done' and [o.exists() for o in (old, week, temp)] == [False, True, False]


def test_an_array_that_cannot_be_kept_is_not_lost(tmp_path):
    (tmp_path/'arrays').write_text('a file in the place of the folder')
    with pytest.warns(StoreWarning, match='could not be kept'):
        assert Store(tmp_path).cached('umap', [1], lambda: np.arange(3)).tolist() == [0, 1, 2]


def test_a_pipe_in_the_place_of_an_array_is_not_waited_for(tmp_path):
    store = Store(tmp_path)
    store.cached('umap', [1], lambda: np.arange(3))
    [path] = (tmp_path/'arrays/umap').iterdir()
    path.unlink()
    os.mkfifo(path)
    with pytest.warns(StoreWarning, match='not a regular file'):
        assert store.cached('umap', [1], lambda: np.arange(3)).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    'files',
    [5, 'abc', {'scenes.csv': 'x'}, {'scenes.csv': 'x', 'embeddings.npy': 'x', '../other': 'x'}],
)
def test_a_summary_that_speaks_of_other_files_is_refused(tmp_path, files):
    (tmp_path/'summary.json').write_text(json.dumps(dict(files=files)))
    with pytest.raises(StoreError, match='not those of a run'): read_results(tmp_path)


def test_shots_that_end_before_they_start_are_set_aside(tmp_path):
    store, columns = Store(tmp_path), dict(start='number', end='number')
    store.save_shots('adaptive', 'film', pd.DataFrame(dict(start=[0., 5.], end=[2., 3.])))
    with pytest.warns(StoreWarning, match='does not end after it starts'):
        assert store.load_shots('adaptive', 'film', columns) is None
    store.save_shots('adaptive', 'film', pd.DataFrame(dict(start=[0., 5.], end=[2., 7.])))
    assert len(store.load_shots('adaptive', 'film', columns)) == 2


@pytest.mark.filterwarnings("ignore:.*not found")
def test_a_page_of_another_run_is_told(tmp_path):
    assert save(99, tmp_path/'out', 'a').stdout == '4\n'
    (tmp_path/'out/explore.html').write_text('another')
    with pytest.warns(StoreWarning, match='not the page of this run'):
        assert len(explore.read_results(tmp_path/'out').x) == 4
