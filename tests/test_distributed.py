"""Films and the store in an S3 bucket, served on loopback; many films on the workers of Ray"""
import os
import signal
import sys
import threading
import time
from dataclasses import fields
from http.server import ThreadingHTTPServer
from pathlib import Path

import localbucket
import numpy as np
import pytest

from scene_explore.core.parts import StoreFault
from scene_explore.core.remote import RemoteStore, list_files, open_url, staged
from scene_explore.core.scenes import scene_table
from scene_explore.core.shipped import shipped
from scene_explore.core.store import Store
from scene_explore.encoders.backbone import Pixels
from scene_explore.encoders.embed import get_backbone
from scene_explore.pipelines.cli import _films, main, parser
from scene_explore.pipelines import distributed
from scene_explore.pipelines.corpus import Plan, corpus_report, film_row, shared_store, staged_films
from scene_explore.pipelines.distributed import _LOT as LOT, ATTEMPTS, cluster, embed_corpus
from scene_explore.pipelines.explore import UsageError, plain_settings

FILM = shipped('films')/'the-quiet-key.mp4'
OPTIONS = dict(detector='content', device='cpu', progress=False)


@pytest.fixture(scope='module')
def bucket(tmp_path_factory):
    "A bucket with a film and its record: its folder, its address"
    root = tmp_path_factory.mktemp('s3')
    (root/'bucket/films').mkdir(parents=True)
    for o in (FILM, FILM.with_suffix('.json')):
        (root/'bucket/films'/o.name.replace('-', ' ')).write_bytes(o.read_bytes())
    handler = type('Handler', (localbucket.S3Handler,), dict(data_root=root))
    server = ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f'127.0.0.1:{server.server_address[1]}'
    keys = dict(AWS_ACCESS_KEY_ID='a', AWS_SECRET_ACCESS_KEY='b', AWS_EC2_METADATA_DISABLED='true')
    before = dict(os.environ)
    os.environ.update(keys, AWS_ENDPOINT_URL=f'http://{host}', AWS_REGION='us-east-1')
    yield root/'bucket', 's3://bucket'
    os.environ.clear()
    os.environ.update(before)
    server.shutdown()
    server.server_close()


def test_a_film_of_a_bucket_is_staged_whole(bucket, tmp_path):
    _, url = bucket
    listed = list_files(f'{url}/films')
    assert listed == [f'{url}/films/the%20quiet%20key.json', f'{url}/films/the%20quiet%20key.mp4']
    film = staged(listed[1], tmp_path, ['.json'])
    assert film.read_bytes() == FILM.read_bytes() and film.with_suffix('.json').exists()


def test_a_film_that_is_not_there_is_reported():
    paths, skipped = staged_films(['s3://bucket/none.mp4', FILM])
    assert paths == [FILM] and 'check the address' in skipped[0]['reason']


def test_two_machines_share_a_store_in_a_bucket(bucket, tmp_path):
    folder, url = bucket
    scenes = scene_table([dict(path='a.mp4', video_id='a', start=i, end=i + 1) for i in range(3)])
    x = np.eye(3, 4, dtype='float32')
    one, two = Store(tmp_path/'one'), Store(tmp_path/'two')
    one.save('space', scenes, x)
    assert RemoteStore(one, f'{url}/store').send('a') == 2
    assert RemoteStore(two, f'{url}/store').fetch('a') == 2
    np.testing.assert_array_equal(two.load('space', scenes)[0], x)
    # what arrives damaged is left out
    part = next((folder/'store').rglob('part-*'))
    part.write_bytes(part.read_bytes()[:-1])
    three = RemoteStore(Store(tmp_path/'three'), f'{url}/store')
    with pytest.warns(UserWarning, match='does not fit its name'): three.fetch()
    assert RemoteStore(one, f'{url}/store').send() == 1
    assert three.fetch() == 1


def test_the_plain_loop_with_films_and_store_in_a_bucket(bucket, tmp_path):
    _, url = bucket
    films, place = f'{url}/films', f'{url}/corpus'
    first = embed_corpus(films, 'pixels', place, engine='local', **OPTIONS)
    assert first.report() == [] and first.films.embedded.sum() == first.films.scenes.sum() > 0
    assert embed_corpus(films, 'pixels', place, engine='local', **OPTIONS).films.embedded.sum() == 0
    plain = embed_corpus(FILM, 'pixels', tmp_path, engine='local', **OPTIONS)
    assert plain.films.video_id.tolist() == first.films.video_id.tolist()
    with shared_store(place) as root: ours = sorted(o.name for o in Path(root).rglob('part-*'))
    assert ours == sorted(o.name for o in tmp_path.rglob('part-*'))


def test_a_bucket_that_is_not_there_is_said_before_any_film_is_read(bucket):
    store = RemoteStore(Store('unused'), 's3://nobody/store')
    with pytest.raises(StoreFault, match='cannot be written'): store.check_writable()


def test_keys_of_an_address_are_in_no_report(bucket, tmp_path, monkeypatch):
    monkeypatch.setenv('SCENE_EXPLORE_CACHE', str(tmp_path/'cache'))
    at = os.environ['AWS_ENDPOINT_URL'].removeprefix('http://')
    def keyed(path): return f's3://key:s3cr%2Fet@bucket/{path}?scheme=http&endpoint_override={at}'
    films = [keyed(o) for o in ('films/the%20quiet%20key.mp4', 'none.mp4', 'nowhere/')]
    films += ['s3://bucket/a.mp4?token=s3cr', 'https://x:s3cr@localhost/a.mp4?token=s3cr']
    how = dict(unit='interval:30', **OPTIONS)
    found = embed_corpus(films, 'pixels', keyed('kept'), engine='local', **how)
    assert (found.films.embedded > 0).sum() == 1 and len(found.report()) == len(films) - 1
    said = [repr(found), found.films.to_csv(), str(found.report()), str(staged_films(films)[1])]
    assert not [o for o in said if 's3cr' in o]
    assert f'endpoint_override={at}' in found.films.path[0]
    assert not list(tmp_path.rglob('faults.log'))


def test_a_filesystem_that_does_not_answer_is_one_sentence(tmp_path):
    # pyarrow raises an OSError, as it does for S3 where no network says the region of a bucket
    url = 'hdfs://key:s3cr@127.0.0.1:9/a.mp4'
    for reads in (open_url, list_files, lambda o: staged(o, tmp_path)):
        with pytest.raises(ValueError, match='^hdfs://127.0.0.1:9/a.mp4 cannot be .*: check'):
            reads(url)


@pytest.mark.parametrize('deadly', [['a.mp4'], ['a.mp4', 'b.mp4']])
def test_a_film_that_kills_workers_is_not_read_by_the_command(deadly, monkeypatch, tmp_path):
    paths = [str(tmp_path/o) for o in ('a.mp4', 'b.mp4')]
    for o in paths: Path(o).write_text('a film')
    rows = [film_row(o, attempt=1 + ATTEMPTS*(Path(o).name in deadly)) for o in paths]
    def found(*args, **how): return corpus_report(rows)
    monkeypatch.setattr('scene_explore.pipelines.distributed.embed_corpus', found)
    args = parser().parse_args(['explore', *paths, '--engine', 'ray'])
    assert _films(args, 'store') == [o for o in paths if Path(o).name not in deadly]


@pytest.mark.parametrize('how', [['--workers', '0'], ['--workers', '-3'], ['--workers', 'two']])
def test_a_number_of_workers_below_one_is_one_sentence(how, capsys):
    with pytest.raises(SystemExit): main(['embed', 'a.mp4', '--engine', 'ray', *how])
    assert 'give a whole number from 1 on' in capsys.readouterr().err


# ---- Ray
RAY = [
    pytest.mark.ray,
    pytest.mark.filterwarnings('ignore:`use_:DeprecationWarning:ray.data.context'),
    # Ray's own, of a start that came too late and was begun again
    pytest.mark.filterwarnings('ignore:subprocess .* is still running:ResourceWarning'),
]
N, BATCH = 24, 16   # scenes of a made film; scenes that are encoded together


class Deadly(Pixels):
    """Kills its process with -9 where scenes are dark, once, and where they are bright, always;
    `model` is a folder"""
    def encode(self, clips):
        light = np.asarray(clips).mean((1, 2, 3, 4))
        once = Path(self.model)/'killed once'
        first = light.min() < 30 and not once.exists()
        if first: once.touch()
        if first or light.max() > 225: os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(clips)


class Ending(int):
    """A size of clips: the process that cuts `most` pictures to it is killed with -9, once, as soon
    as something is in the store, which is in `folder`"""
    pictures = 0

    def __rsub__(self, other):
        type(self).pictures += 1
        once = Path(self.folder)/'killed once'
        if self.pictures > self.most and not once.exists():
            until = time.monotonic() + 30
            while not parts(self.folder) and time.monotonic() < until: time.sleep(.05)
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return other - int(self)


class Full(Pixels):
    """Encodes where the store has become a place that cannot be written; `model` is its folder"""
    def encode(self, clips):
        (Path(self.model)/'embeddings').mkdir(parents=True, exist_ok=True)
        space = Path(self.model)/'embeddings'/self.fingerprint
        if not space.exists(): space.write_text('no folder')
        return super().encode(clips)


def encoder(kind=Pixels, **other):
    "A small encoder of pixels; its space is the same for every class"
    plain = get_backbone('pixels', size=32, frames=4, max_clips=1)
    return kind(**{f.name: getattr(plain, f.name) for f in fields(plain)} | other)


@pytest.fixture(scope='module')
def workers():
    "A cluster of two workers, which cannot import this file: its classes are sent to them"
    with cluster(workers=2) as ray:
        ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
        yield 2
        ray.cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope='module')
def scenes(make_film, tmp_path_factory):
    "Three films of 24 scenes a quarter second long; the later scenes are grey, dark and bright"
    folder, rows = tmp_path_factory.mktemp('three films'), []
    for name, later in dict(grey=128, dark=5, bright=250).items():
        frames = np.full((6*N, 48, 64, 3), 128, np.uint8)
        frames[6*BATCH:] = later
        frames[:, :24, :32] = np.random.default_rng(later).integers(100, 156, (6*N, 1, 1, 3))
        frames[6*BATCH:, :24, :32] = later
        film = make_film(folder/f'{name}.mp4', frames=frames)
        rows += [dict(path=film, start=i/4, end=(i + 1)/4) for i in range(N)]
    return scene_table(rows)


def parts(store):
    "Names of files in a store, which are digests of what they hold"
    return sorted(o.name for o in (Path(store)/'embeddings').rglob('part-*'))


@pytest.mark.filterwarnings('ignore::scene_explore.core.parts.StoreWarning')
def test_a_store_that_is_full_ends_the_run_in_the_second_stage(scenes, tmp_path):
    full = encoder(Full, model=str(tmp_path))
    settings = plain_settings(device='cpu', baselines=())
    work = distributed._Encoder(Plan(settings, str(tmp_path), full))
    some = scenes[:2]
    clips = {o: np.zeros((1, 4, 32, 32, 3), np.uint8) for o in some.scene_id}
    row, = distributed._as_rows(work(distributed._lot_batch(some.path[0], 1, some, clips)))
    with pytest.raises(StoreFault, match='cannot be written'):
        distributed._gathered([distributed._Joined()(row)], [], print, print)


class TestRay:
    pytestmark = RAY

    def test_a_decoder_that_is_killed_midway_loses_no_scene(
        self, workers, make_film, tmp_path, monkeypatch
    ):
        import ray.data
        # lots of real clips are blocks of their own; these are small
        context = ray.data.DataContext.get_current()
        monkeypatch.setattr(context, 'target_max_block_size', 100_000)
        n = 3*LOT + 8
        frames = np.random.default_rng(0).integers(0, 255, (2*n, 48, 64, 3), np.uint8)
        film = make_film(tmp_path/'long.mp4', frames=frames)
        table = scene_table([dict(path=film, start=i/12, end=(i + 1)/12) for i in range(n)])
        size = Ending(32)
        size.folder, size.most = str(tmp_path/'store'), 2*(2*LOT + 4)
        ending = encoder(size=size)
        assert ending.fingerprint == encoder().fingerprint
        how = dict(workers=1, decoders=1, **OPTIONS)
        found = embed_corpus(table, ending, tmp_path/'store', **how)
        assert (tmp_path/'store'/'killed once').exists()
        assert found.report() == [] and found.films.attempt.tolist() == [2]
        assert found.films.scenes.tolist() == [n]
        assert Store(tmp_path/'store').load(encoder().fingerprint, table)[1].all()
        assert found.films.embedded.tolist() == [n]   # of both attempts

    def test_both_forms_write_the_parts_of_the_plain_loop(self, workers, scenes, tmp_path):
        bad = tmp_path/'bad.mp4'
        bad.write_text('no film')
        films = [*scenes.path.unique()[:2], bad]
        runs = dict(
            local=dict(engine='local'),
            one=dict(workers=workers),
            two=dict(workers=1, decoders=1),
        )
        for name, how in runs.items():
            found = embed_corpus(films, encoder(), tmp_path/name, **how, **OPTIONS)
            assert [o['path'] for o in found.report()] == [str(bad)], name
            assert found.films.embedded.sum() == found.films.scenes.sum() > 0
            assert parts(tmp_path/name) == parts(tmp_path/'local') != []

    def test_a_killed_worker_loses_nothing_that_was_written(self, workers, scenes, tmp_path):
        deadly = encoder(Deadly, model=str(tmp_path))
        assert deadly.fingerprint == encoder().fingerprint
        store = tmp_path/'store'
        found = embed_corpus(scenes, deadly, store, workers=workers, **OPTIONS)
        films = found.films.assign(name=[Path(o).stem for o in found.films.path]).set_index('name')
        assert films.attempt.to_dict() == dict(grey=1, dark=2, bright=3)
        assert films.embedded.to_dict() == dict(grey=N, dark=N - BATCH, bright=0)
        assert [Path(o['path']).stem for o in found.report()] == ['bright']
        assert 'killed 2 times' in films.reason['bright']
        # the next run takes up what is left, the one after that nothing
        again = embed_corpus(scenes, encoder(), store, workers=1, **OPTIONS)
        assert again.report() == [] and again.films.embedded.sum() == N - BATCH
        last = embed_corpus(scenes, encoder(), store, engine='local', **OPTIONS)
        assert last.report() == [] and last.films.embedded.sum() == 0
        embed_corpus(scenes, encoder(), tmp_path/'local', engine='local', **OPTIONS)
        assert parts(store) == parts(tmp_path/'local')

    def test_an_encoder_that_workers_cannot_load_is_one_sentence(self, workers, scenes, tmp_path):
        class Broken(Pixels):
            def __reduce__(self): return int, ('no number',)
        with pytest.raises(UsageError, match='workers of Ray have failed .*no number'):
            embed_corpus(scenes, encoder(Broken), tmp_path, workers=1, **OPTIONS)

    def test_the_command_finds_what_the_workers_embedded(self, workers, tmp_path, capsys):
        how = ['--engine', 'ray', '--workers', '2', '--features', 'pixels', '--device', 'cpu']
        place = ['--out', str(tmp_path/'out'), '--store', str(tmp_path/'store')]
        assert main(['segment', str(FILM), *how, *place, '--detector', 'content']) == 0
        said = capsys.readouterr().err
        assert '1 film' in said and '0 left out' in said

    def test_cancelling_keeps_what_is_written(self, workers, scenes, tmp_path):
        found = embed_corpus(
            scenes, encoder(), tmp_path, workers=1, cancel=lambda: bool(parts(tmp_path)), **OPTIONS
        )
        assert found.cancelled and 0 < found.films.embedded.sum() < 3*N
        assert any('cancelled' in o['reason'] for o in found.report())
