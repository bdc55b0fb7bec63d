"""Films and the store in an S3 bucket, served on loopback; many films on the workers of Ray"""
import os
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import localbucket
import numpy as np
import pytest

from scene_explore.core.parts import StoreFault
from scene_explore.core.remote import RemoteStore, list_files, staged
from scene_explore.core.scenes import scene_table
from scene_explore.core.shipped import shipped
from scene_explore.core.store import Store
from scene_explore.pipelines.corpus import shared_store, staged_films
from scene_explore.pipelines.distributed import embed_corpus

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


@pytest.mark.ray
@pytest.mark.filterwarnings('ignore')   # Ray leaves sockets to the end of the process
def test_two_workers_write_the_parts_of_the_plain_loop_and_report_a_bad_film(tmp_path):
    bad = tmp_path/'bad.mp4'
    bad.write_text('no film')
    films = [FILM, bad]
    def parts(o): return sorted(p.name for p in (tmp_path/o/'embeddings').rglob('part-*'))
    embed_corpus(films, 'pixels', tmp_path/'local', engine='local', **OPTIONS)
    found = embed_corpus(films, 'pixels', tmp_path/'ray', workers=2, **OPTIONS)
    assert [o['path'] for o in found.report()] == [str(bad)]
    assert parts('ray') == parts('local') != []
