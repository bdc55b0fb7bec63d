"""What the store promises when processes die, race, or find damage; the rest is tested beside the
code in its notebooks."""
import os, signal, sqlite3, subprocess, sys, unicodedata
from contextlib import closing
from pathlib import Path
import numpy as np, pandas as pd, pyarrow as pa, pyarrow.dataset as pads, pytest
from hypothesis import example, given, settings, strategies as st
from scene_explore.core.parts import StoreError, StoreWarning, safe_name, sealed, unsealed
from scene_explore.core.store import Store

D = 8
HOSTILE = [
    '',
    '.',
    '..',
    '../up',
    '..\\up',
    '/etc/passwd',
    'a/b',
    'a\\b',
    '.hidden',
    '_hidden',
    'nul\0',
    'line\nbreak',
    'C:x',
    'dot.',
    'space ',
    '~root',
    'x' * 300,
    None,
    7,
]

def films(n_films=3, n_scenes=10):
    "A scene table"
    def row(v, i):
        return dict(scene_id=f'film{v}-{i}', video_id=f'film{v}', start=i*2.5, end=i*2.5 + 2.5)
    return pd.DataFrame([row(v, i) for v in range(n_films) for i in range(n_scenes)])

def vectors(scenes):
    "Embeddings that say which scene they belong to"
    film = scenes['video_id'].str[4:].astype(int).to_numpy()
    return (film[:, None] * 1000 + scenes['start'].to_numpy()[:, None] + np.arange(D) / 16).astype(
        np.float32
    )

def one_sentence(error): return '\n' not in str(error.value) and not str(error.value).endswith('.')

# ---- a real process beside this one: prints a line for each thing done, waits for a line where
# told to
HEAD = """
import sys, numpy as np, pandas as pd
sys.path.insert(0, sys.argv[1])
from test_store import *
from scene_explore.core.atomic import write_atomic
store = Store(sys.argv[2])
def say(*words): print(*words, flush=True)
def wait(): say('ready'); sys.stdin.readline()
"""

def start(store, body, *args):
    "Run `body` in a Python of its own, with `store` open"
    cmd = [
        sys.executable,
        '-W',
        'error',
        '-c',
        HEAD + body,
        str(Path(__file__).parent),
        str(store.root),
        *map(str, args),
    ]
    return subprocess.Popen(cmd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

def together(*processes):
    "Let processes that wait begin at the same moment; all must end well"
    for p in processes: assert p.stdout.readline() == 'ready\n'
    for p in processes:
        p.stdin.write('\n')
        p.stdin.flush()
    outs = [p.communicate(timeout=120)[0] for p in processes]
    assert [p.returncode for p in processes] == [0]*len(processes)
    return outs

def kill(process):
    "SIGKILL, and what it had still said"
    os.kill(process.pid, signal.SIGKILL)
    # with what readline has taken in advance, which communicate passes by
    with process: said = process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    return said.splitlines()

# ---- embeddings
@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations(range(12)),
    cut=st.integers(1, 12),
    ask=st.lists(st.integers(0, 11), max_size=20),
)
def test_any_part_of_a_table_in_any_order_comes_back_aligned(tmp_path_factory, order, cut, ask):
    store, scenes = Store(tmp_path_factory.mktemp('s')), films(3, 4)
    saved, asked = scenes.iloc[order[:cut]], scenes.iloc[ask]
    store.save('f', saved, vectors(saved))
    x, have = store.load('f', asked)
    np.testing.assert_array_equal(have, asked.index.isin(saved.index))
    np.testing.assert_array_equal(x[have], vectors(asked)[have])
    assert x.dtype == np.float32 and np.isnan(x[~have]).all()

@settings(max_examples=40, deadline=None)
@example(video='0', start=.0005, length=1., bits=[0.])  # a tie between two milliseconds
@given(
    video=st.text(min_size=1, max_size=15),
    start=st.floats(0, 1e5),
    length=st.floats(0.01, 1e3),
    bits=st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=5
    ),
)
def test_any_film_id_time_and_number_survives(tmp_path_factory, video, start, length, bits):
    store = Store(tmp_path_factory.mktemp('s'))
    scene = pd.DataFrame(
        {'scene_id': [video], 'video_id': [video], 'start': [start], 'end': [start + length]}
    )
    part, = store.save('f', scene, [bits])
    assert part.parent.parent == store.root/'embeddings'/'f' # no id walks out of its space
    # as after a trip through a CSV
    x, have = store.load('f', scene.assign(start=round(start, 3), end=round(start + length, 3)))
    assert have.all() and (x == np.float32(bits)).all()

def test_the_folder_is_a_plain_parquet_data_set(tmp_path):
    store, scenes = Store(tmp_path/'.hidden root'), films()
    store.save('f', scenes[:13], vectors(scenes)[:13])
    store.save('f', scenes[13:], vectors(scenes)[13:])
    (store.root/'embeddings'/'f'/'film0'/'.unfinished.tmp').write_bytes(b'PAR1')
    table = pads.dataset(store.root/'embeddings'/'f', format='parquet').to_table()
    assert table['embedding'].type == pa.list_(pa.float32(), D)
    found = table.to_pandas().sort_values(['video_id', 'start'], ignore_index=True)
    pd.testing.assert_frame_equal(
        found.drop(columns='embedding'),
        scenes[['scene_id', 'video_id', 'start', 'end']],
        check_dtype=False,
    )
    np.testing.assert_array_equal(np.stack(found['embedding']), vectors(scenes))

def test_films_with_hidden_looking_ids_are_read_by_others_too(tmp_path):
    store, scenes = Store(tmp_path), films(3, 1).assign(video_id=['_aQ', '.b', 'a/c'])
    store.save('f', scenes, np.eye(3))
    found = pads.dataset(store.root / 'embeddings' / 'f', format='parquet').to_table(
        columns=['video_id']
    )
    assert set(found['video_id'].to_pylist()) == {'_aQ', '.b', 'a/c'}

def test_writing_the_same_again_changes_nothing(tmp_path):
    store, scenes = Store(tmp_path), films()
    def look(): return {p: p.stat().st_mtime_ns for p in tmp_path.rglob('*') if p.is_file()}
    store.save('f', scenes, vectors(scenes))
    before = look()
    store.save('f', scenes[::-1], vectors(scenes[::-1]))
    assert look() == before and len(before) == 4 # three films and the declaration

def test_the_first_one_wins(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    for k in range(6): store.save('f', scenes[k:], vectors(scenes[k:]) + k)
    np.testing.assert_array_equal(store.load('f', scenes)[0], vectors(scenes))

def test_what_does_not_fit_is_refused_and_leaves_no_trace(tmp_path):
    store, scenes = Store(tmp_path/'s'), films(1)
    x = vectors(scenes)
    for bad in (
        x[:3],
        x[0],
        x[:, :0],
        np.where(x == x.max(), np.inf, x),
        np.where(x == x.max(), np.nan, x),
    ):
        with pytest.raises(StoreError) as e: store.save('f', scenes, bad)
        assert one_sentence(e)
    assert not store.root.exists()
    store.save('f', scenes, x)
    with pytest.raises(StoreError, match='another space needs another fingerprint') as e:
        store.save('f', scenes, x[:, :4])
    assert one_sentence(e) and store.load('f', scenes)[1].all()

def test_two_spaces_of_one_width_never_mix(tmp_path):
    store, scenes = Store(tmp_path), films()
    store.save('mean', scenes[:5], vectors(scenes)[:5], space={'pooling': 'mean'})
    store.save('max', scenes, vectors(scenes) + 9, space={'pooling': 'max'})
    assert store.load('mean', scenes)[1].sum() == 5
    assert store.fingerprints().set_index('fingerprint')['rows'].to_dict() == {'max': 30, 'mean': 5}
    with pytest.raises(StoreError, match='pooling'):
        store.save('mean', scenes, vectors(scenes), space={'pooling': 'max'})

def test_a_part_of_another_space_is_set_aside(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    part, = store.save('foreign', scenes, vectors(scenes) + 9)
    home, = store.save('f', scenes[:4], vectors(scenes)[:4])
    stray = home.with_name(part.name)
    stray.write_bytes(part.read_bytes())
    with pytest.warns(StoreWarning, match="belongs to 'foreign'"): x, have = store.load('f', scenes)
    assert have.sum() == 4 and (x[:4] == vectors(scenes)[:4]).all()
    assert store.load('f', scenes)[1].sum() == 4 # set aside: nothing is left to warn of

@pytest.mark.parametrize('harm', ['flip', 'truncate', 'empty', 'text', 'zeros'])
def test_a_damaged_part_costs_its_own_scenes_only(tmp_path, harm):
    store, scenes = Store(tmp_path), films(2)
    x = vectors(scenes)
    store.save('f', scenes[:5], x[:5])
    store.save('f', scenes[10:], x[10:])
    part, = store.save('f', scenes[5:10], x[5:10])
    data = part.read_bytes()
    i = len(data)//2
    flipped = data[:i] + bytes([data[i] ^ 1]) + data[i+1:]
    harmed = {
        'flip': flipped,
        'truncate': data[:i],
        'empty': b'',
        'text': b'not parquet',
        'zeros': bytes(len(data)),
    }
    part.write_bytes(harmed[harm])
    with pytest.warns(StoreWarning) as warned: y, have = store.load('f', scenes)
    assert (
        len(warned) == 1
        and part.name in str(warned[0].message)
        and '\n' not in str(warned[0].message)
    )
    np.testing.assert_array_equal(have, ~scenes.index.isin(range(5, 10)))
    store.save('f', scenes[~have], x[~have])
    np.testing.assert_array_equal(store.load('f', scenes)[0], x)

def test_saving_again_heals_a_damaged_part(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    part, = store.save('f', scenes, vectors(scenes))
    part.write_bytes(part.read_bytes()[:-9])
    assert store.save('f', scenes, vectors(scenes)) == [part]
    assert store.load('f', scenes)[1].all()

def test_a_part_that_is_no_file_is_reported_and_passed_over(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    part, = store.save('f', scenes, vectors(scenes))
    part.with_name(f'part-{"0"*32}.parquet').mkdir()
    with pytest.warns(StoreWarning, match='cannot be read'): assert store.load('f', scenes)[1].all()

def test_a_damaged_declaration_is_reported_and_what_is_stored_still_loads(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    store.save('f', scenes, vectors(scenes))
    (tmp_path/'embeddings'/'f'/'_space.json').write_text('{"dimension": ')
    with pytest.warns(StoreWarning, match='_space.json'): assert store.load('f', scenes)[1].all()

@pytest.mark.parametrize('name', HOSTILE)
def test_hostile_names_are_refused_in_one_sentence(tmp_path, name):
    store, scenes = Store(tmp_path/'s'), films(1)
    for attempt in (
        lambda: store.save(name, scenes, vectors(scenes)),
        lambda: store.load(name, scenes),
        lambda: store.save_shots(name, 'v', scenes),
        lambda: store.load_shots(name, 'v'),
        lambda: store.save_session(name, {}),
        lambda: store.load_session(name),
        lambda: store.cached(name, [], list),
    ):
        with pytest.raises(StoreError) as e: attempt()
        assert one_sentence(e)
    assert list(tmp_path.iterdir()) == []

@given(st.text(max_size=30))
def test_a_name_is_refused_or_stays_inside(name):
    try: safe = safe_name(name)
    except StoreError: return
    here = Path('/store').joinpath(safe)
    assert (
        here.parent == Path('/store')
        and os.path.normpath(here) == str(here)
        and not safe.startswith(('.', '_'))
    )

def test_names_of_all_scripts_work_in_either_unicode_form(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    name = 'modèle 모델'
    composed, decomposed = (unicodedata.normalize(form, name) for form in ('NFC', 'NFD'))
    assert composed != decomposed
    store.save(decomposed, scenes, vectors(scenes))
    assert store.load(composed, scenes)[1].all() and store.load(decomposed, scenes)[1].all()

def test_a_root_that_is_a_file_is_refused(tmp_path):
    (tmp_path/'film.mp4').write_bytes(b'')
    with pytest.raises(StoreError, match='film.mp4 is a file'): Store(tmp_path/'film.mp4')

def test_reading_makes_nothing(tmp_path):
    store = Store(tmp_path/'nowhere')
    assert (
        not store.load('f', films())[1].any()
        and store.load_shots('d', 'v') is None
    )
    assert len(store.fingerprints()) == len(store.labels()) == len(store.sessions()) == 0
    assert not store.root.exists()

# ---- death
EMBED = """
scenes = films(4, 25)
todo = scenes[~store.load('f', scenes)[1]]
say('todo', len(todo))
for i in range(0, len(todo), 3):
    b = todo[i:i+3]
    store.save('f', b, vectors(b))
    say('saved', *b.index)
"""
def indices(lines):
    return {int(i) for line in lines if line.startswith('saved') for i in line.split()[1:]}

def test_kill_9_in_a_write_loop_loses_nothing_but_the_batch_in_flight(tmp_path):
    store, scenes, done = Store(tmp_path), films(4, 25), set()
    for batches in (1, 4, 9): # killed three times, at whatever it was doing then
        p = start(store, EMBED)
        todo = int(p.stdout.readline().split()[1])
        # at most the batch in flight was on the disk but not yet announced
        assert 0 <= len(scenes) - len(done) - todo <= 3
        lines = [p.stdout.readline() for _ in range(batches)]
        done |= indices(lines + kill(p))
        have = store.load('f', scenes)[1]
        assert have[list(done)].all()
        done = set(np.flatnonzero(have))
    out, _ = start(store, EMBED).communicate(timeout=120)
    assert indices(out.splitlines()) == set(range(len(scenes))) - done # nothing is computed twice
    np.testing.assert_array_equal(store.load('f', scenes)[0], vectors(scenes))

def test_kill_9_in_the_middle_of_a_file_leaves_a_file_that_nobody_reads(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    part, = store.save('f', scenes[:5], vectors(scenes)[:5])
    p = start(store, """
def half(temp):
    temp.write_bytes(b'PAR1 and then'); wait()
write_atomic(sys.argv[3], half)
""", part.with_name('part-' + '0'*32 + '.parquet'))
    assert p.stdout.readline() == 'ready\n'
    kill(p)
    temp, = [f for f in part.parent.iterdir() if f != part]
    assert temp.name.startswith('.') and temp.read_bytes() == b'PAR1 and then'
    assert store.load('f', scenes)[1].sum() == 5 and temp.exists() # young: its writer may live
    os.utime(temp, (0, 0))
    assert store.load('f', scenes)[1].sum() == 5 and not temp.exists() # a day later: swept
    assert part.exists()

def test_kill_9_while_labels_are_given_loses_at_most_the_label_in_flight(tmp_path):
    store = Store(tmp_path)
    p = start(
        store, "for i in range(10**6):\n    store.add_label(f's{i}', 'bar', 'person'); say(i)"
    )
    said = [p.stdout.readline() for _ in range(5)] + kill(p)
    announced, n = int([line for line in said if line.strip()][-1]) + 1, len(store.labels())
    assert n in (announced, announced + 1)
    store.add_label('after', 'bar', 'person')
    assert len(store.labels()) == n + 1

def test_a_disk_that_fills_in_the_middle_of_a_part_leaves_nothing_half_done(tmp_path):
    store, scenes = Store(tmp_path), films(1)
    p = start(
        store,
        """
import resource
from scene_explore.core.parts import StoreFault
scenes = films(1, 10)
x = np.random.default_rng(0).normal(size=(10, 2000))
# what the system answers at the limit is what a full disk answers: an OSError amid a write
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try: store.save('f', scenes, x)
except StoreFault as e: say(e)
""",
    )
    said = p.communicate(timeout=60)[0]
    assert (
        str(tmp_path / 'embeddings' / 'f' / 'film0') in said
        and ' kB are needed' in said
        and said.count('\n') == 1
    )
    assert not store.load('f', scenes)[1].any() # and no warning, which would be an error here
    assert [f.name for f in tmp_path.rglob('*') if f.is_file()] == ['_space.json']

# ---- company
def test_two_processes_write_the_same_space_at_once(tmp_path):
    store, scenes = Store(tmp_path), films(4, 25)
    body = """
scenes = films(4, 25); order = np.random.default_rng(int(sys.argv[3])).permutation(len(scenes))
wait()
for i in range(0, len(order), 7):
    b = scenes.iloc[order[i:i+7]]
    store.save('f', b, vectors(b))
    x, have = store.load('f', scenes)
    assert have[order[:i+7]].all() and (x[have] == vectors(scenes)[have]).all()
"""
    together(start(store, body, 1), start(store, body, 2))
    np.testing.assert_array_equal(store.load('f', scenes)[0], vectors(scenes))
    assert not [p for p in tmp_path.rglob('*') if p.suffix in ('.tmp', '.bad')]

def test_a_reader_beside_a_writer_never_loses_sight_of_what_it_has_seen(tmp_path):
    store, scenes = Store(tmp_path), films(1, 80)
    p = start(store, """
scenes = films(1, 80); wait()
for i in range(len(scenes)): store.save('f', scenes[i:i+1], vectors(scenes[i:i+1]))
""")
    seen = np.zeros(len(scenes), bool)
    assert p.stdout.readline() == 'ready\n'
    p.stdin.write('\n')
    p.stdin.flush()
    while p.poll() is None:
        x, have = store.load('f', scenes)
        assert have[seen].all() and (x[have] == vectors(scenes)[have, :x.shape[1]]).all()
        seen = have
    assert p.returncode == 0 and store.load('f', scenes)[1].all()
    p.communicate()

def test_two_writers_of_the_same_part_leave_one_file(tmp_path):
    store = Store(tmp_path)
    body = "scenes = films(20, 5); wait(); store.save('f', scenes, vectors(scenes))"
    together(start(store, body), start(store, body))
    assert store.fingerprints()[['parts', 'rows']].values.tolist() == [[20, 100]]

def test_four_processes_label_and_keep_sessions_at_once(tmp_path):
    # none of them finds the file there: the race to make it is part of the test
    store = Store(tmp_path)
    body = """
wait()
for i in range(15):
    store.add_label(f's{i}', f'place {i}', 'person', sys.argv[3])
    store.save_session('shared', {'by': sys.argv[3], 'i': i})
    assert len(store.labels()) > i
"""
    together(*(start(store, body, who) for who in 'abcd'))
    assert (
        store.labels().groupby('author').size().tolist() == [15] * 4
        and len(store.labels(history=True)) == 60
    )
    assert store.load_session('shared')['i'] == 14

# ---- shots, arrays, labels, sessions, runs
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1e4),
            st.sampled_from(['', 'cut', 'fade', 'dissolve']),
            st.binary(max_size=200),
        ),
        max_size=8,
    )
)
def test_shots_come_back_as_they_were(tmp_path_factory, rows):
    store = Store(tmp_path_factory.mktemp('s'))
    shots = pd.DataFrame(rows, columns=['start', 'transition', 'thumbnail']).astype(
        {'start': float, 'transition': 'str', 'thumbnail': object}
    )
    store.save_shots('d', 'v', shots)
    back = store.load_shots('d', 'v')
    assert back.to_dict('list') == shots.to_dict('list')

def test_damaged_shots_are_detected_again(tmp_path):
    store = Store(tmp_path)
    part = store.save_shots('d', 'v', pd.DataFrame({'start': [0.]}))
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.warns(StoreWarning, match='damaged'): assert store.load_shots('d', 'v') is None

@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(), max_size=9), st.sampled_from(['<f4', '<f8', '>f8', '<f2']))
def test_derived_arrays_are_computed_once_and_come_back_to_the_bit(tmp_path_factory, values, dtype):
    store = Store(tmp_path_factory.mktemp('s'))
    with np.errstate(over='ignore'): y = np.array(values).astype(dtype)
    first = store.cached('y', [y, 'k'], lambda: y)
    again = store.cached('y', [y, 'k'], lambda: pytest.fail('computed twice'))
    assert (
        first.dtype == again.dtype == y.dtype and again.tobytes() == first.tobytes() == y.tobytes()
    )

@pytest.mark.parametrize('data', [b'', b'text', b'\x93NUMPY\x01\x00', b'\x80\x04K\x01.'])
def test_a_damaged_array_is_reported_and_computed_again(tmp_path, data):
    store = Store(tmp_path)
    store.cached('y', [1], lambda: np.arange(5))
    path, = tmp_path.rglob('*.npy')
    path.write_bytes(data)
    with pytest.warns(StoreWarning, match='computed again'):
        assert store.cached('y', [1], lambda: np.arange(5)).tolist() == list(range(5))
    assert store.cached('y', [1], lambda: pytest.fail('not healed')).tolist() == list(range(5))

said = st.tuples(
    st.sampled_from(['s1', 's2']),
    st.text(max_size=20),
    st.sampled_from(['person', 'teacher']),
    st.text(max_size=5),
)
@settings(max_examples=40, deadline=None)
@given(st.lists(said, max_size=12))
def test_the_last_word_of_everyone_counts_and_none_is_forgotten(tmp_path_factory, said):
    store = Store(tmp_path_factory.mktemp('s'))
    store.add_labels(said)
    latest = {(scene, source, author): place for scene, place, source, author in said}
    found = store.labels()
    assert {
        (r.scene_id, r.source, r.author): r.place for r in found.itertuples()
    } == latest and len(found) == len(latest)
    assert store.labels(history=True)[
        ['scene_id', 'place', 'source', 'author']
    ].values.tolist() == [list(s) for s in said]
    assert str(found['time'].dt.tz) == 'UTC'

def test_one_bad_label_of_many_keeps_all_out(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(StoreError) as e:
        store.add_labels([('s', 'bar', 'person', ''), ('s', None, 'person', '')])
    assert one_sentence(e) and len(store.labels()) == 0

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_sessions_and_sealed_configs_come_back_as_they_were(tmp_path_factory, value):
    store = Store(tmp_path_factory.mktemp('s'))
    store.save_session('ein Abend', value)
    assert store.load_session('ein Abend') == value and store.sessions()['name'].tolist() == [
        'ein Abend'
    ]
    assert unsealed(sealed(value, 'this config')) == value

def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path):
    (tmp_path/'people').mkdir()
    (tmp_path/'people'/'people.sqlite').write_bytes(b'no database'*100)
    with pytest.raises(StoreError, match='people.sqlite') as e: Store(tmp_path).labels()
    assert one_sentence(e)


def test_labels_of_the_first_version_are_read(tmp_path):
    "A file in which labels had no kind is brought up to date where it lies"
    store = Store(tmp_path)
    (tmp_path/'people').mkdir()
    with closing(sqlite3.connect(tmp_path/'people'/'people.sqlite')) as db, db:
        db.executescript(
            """CREATE TABLE labels (id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL,
                scene_id TEXT NOT NULL, place TEXT NOT NULL, source TEXT NOT NULL,
                author TEXT NOT NULL);
            INSERT INTO labels VALUES
                (1, '2026-01-01T00:00:00+00:00', 's1', 'bar', 'person', 'Ada');"""
        )
    assert store.labels().place.tolist() == ['bar'] and len(store.labels('boundary')) == 0
    store.add_label('s1', 'yes', 'person', 'Ada', 'boundary')
    assert store.labels().place.tolist() == ['bar'] and store.labels(
        'boundary'
    ).boundary.tolist() == ['yes']
