"""Films that are found from any folder and after they have moved, `~` at every door, and what
cannot be written said before the work"""
import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import films
import pytest

from scene_explore.core import paths, scenes

from scene_explore.encoders import ingest

from scene_explore.labels import checkpoints

from scene_explore.pipelines import ablate_films, cli, explore

from scene_explore.video import export, files, clips

from scene_explore.views import page
from scene_explore.core.atomic import WriteError, check_writable, write_atomic, write_bytes
from scene_explore.encoders.embed import get_backbone, shipped_backbone
from scene_explore.core.parts import StoreFault
from scene_explore.core.scenes import ScenesWarning, read_scenes, scene_table, write_scenes
from scene_explore.core.store import Store
from scene_explore.views.studio import Studio

RATE = 25


@pytest.fixture(scope='session')
def film(tmp_path_factory):
    "Four seconds in two shots; not to be changed"
    return films.film(tmp_path_factory.mktemp('films')/'x.mp4', 100, RATE, cuts=(50,))


def embed(*args):
    "The command `embed` with a light encoder: its exit code"
    return cli.main(['embed', *map(str, args), '--backbone', 'histogram'])


@pytest.fixture
def done(film, tmp_path, monkeypatch):
    "A folder with films and, by a command that ran in it, what was found in them"
    home = tmp_path/'a'
    (home/'films').mkdir(parents=True)
    shutil.copy(film, home/'films/x.mp4')
    monkeypatch.chdir(home)
    assert embed('films', '--out', 'out') == 0
    return home


def shown(folder):
    "What a notebook beside films and results does: thumbnails on a page, a timeline handed on"
    table, x, _ = explore.read_results('../out')
    studio = Studio(table, x, exports=folder)
    studio.to_html(folder/'page.html', progress=False)
    told, _ = studio.answer_export('edl', table.scene_id.tolist())
    return table, len(studio.deck.thumbnails), Path(told['path']).read_text()


# ---- films are found
def test_a_notebook_in_another_folder_sees_films_thumbnails_and_the_right_rate(
    done, tmp_path, monkeypatch
):
    (done/'nb').mkdir()
    monkeypatch.chdir(done/'nb')
    table, thumbnails, text = shown(tmp_path)
    assert len(table) == thumbnails == 2 and set(table.path) == {str(done/'films/x.mp4')}
    assert 'FRAMES A SECOND: 25,' in text and (done/'films/x.mp4').as_uri() in text


def test_films_and_results_that_move_together_are_found_again(done, tmp_path, monkeypatch):
    before = read_scenes(done/'out/scenes.csv')
    monkeypatch.chdir(tmp_path)
    done.rename(tmp_path/'b')
    (tmp_path/'b/nb').mkdir()
    monkeypatch.chdir(tmp_path/'b/nb')
    table, thumbnails, _ = shown(tmp_path)
    assert (
        thumbnails == 2
        and set(table.path) == {str(tmp_path / 'b/films/x.mp4')}
        and table.scene_id.tolist() == before.scene_id.tolist()
    )
    assert embed('../films', '--out', '../out') == 0
    assert json.loads((tmp_path/'b/out/summary.json').read_text())['n_embedded'] == 0


def test_results_that_move_alone_say_what_to_pass_and_find_the_films_below_a_root(
    done, tmp_path, monkeypatch
):
    (done/'films').rename(tmp_path/'elsewhere')
    (tmp_path/'elsewhere/x.mp4').rename(tmp_path/'elsewhere/same name.mp4')
    for name in ('trap/films', 'deep/down'): (tmp_path/'elsewhere'/name).mkdir(parents=True)
    (tmp_path/'elsewhere/same name.mp4').rename(tmp_path/'elsewhere/deep/down/x.mp4')
    (tmp_path / 'elsewhere/trap/films/x.mp4').write_bytes(
        b'another film of that name, with a longer tail in common'
    )
    with pytest.warns(ScenesWarning) as said: lost = read_scenes('out/scenes.csv')
    assert (
        len(said) == 1
        and '1 of 1 films were not found' in str(said[0].message)
        and '`root`' in str(said[0].message)
    )
    assert '\n' not in str(said[0].message) and Path(said[0].filename).name == Path(__file__).name
    assert paths.missing_films(lost) == [str(done/'films/x.mp4')] and len(lost) == 2
    found = read_scenes('out/scenes.csv', root=tmp_path/'elsewhere')
    assert (
        set(found.path) == {str(tmp_path / 'elsewhere/deep/down/x.mp4')}
        and paths.missing_films(found) == []
    )
    assert found.drop(columns='path').equals(lost.drop(columns='path'))
    with pytest.warns(ScenesWarning, match='nor are they below'):
        read_scenes('out/scenes.csv', root=tmp_path/'elsewhere/trap')
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ScenesWarning)
        assert len(read_scenes('out/scenes.csv')) == 2


def test_a_table_with_paths_relative_to_some_folder_finds_them(done, tmp_path, monkeypatch):
    """As version 0.1 wrote it: from the folder in which the command ran, or else beside the table
    and around it"""
    table = read_scenes('out/scenes.csv')
    for written in (
        'films/x.mp4',
        './films/x.mp4',
        r'D:\old\films\x.mp4',
        '../elsewhere/films/x.mp4',
    ):
        table.assign(path=written).to_csv('out/scenes.csv', index=False)
        for folder in (done, done/'films', tmp_path):
            monkeypatch.chdir(folder)
            assert set(read_scenes(done / 'out/scenes.csv').path) == {str(done / 'films/x.mp4')}, (
                written,
                folder,
            )
        monkeypatch.chdir(done)


def test_another_film_of_that_name_is_not_taken(done):
    (done/'films/x.mp4').write_bytes(b'another film')
    table = read_scenes('out/scenes.csv')          # where the table says, a film is taken as it is
    table.assign(path='films/x.mp4').to_csv('out/scenes.csv', index=False)
    with pytest.warns(ScenesWarning, match='not found'):
        assert paths.missing_films(read_scenes('out/scenes.csv'))


def test_rows_keep_the_order_of_the_file_though_films_lie_elsewhere(film, tmp_path):
    "Embeddings lie beside the table in that order"
    for i, name in enumerate(('b/1.mp4', 'a/2.mp4')):
        (tmp_path/name).parent.mkdir(exist_ok=True)
        (tmp_path/name).write_bytes(film.read_bytes() + bytes(i))
    table = scene_table([
        dict(path=str(tmp_path / o), start=i, end=i + 1)
        for o in ('b/1.mp4', 'a/2.mp4')
        for i in (0, 1)
    ])
    file = write_scenes(table, tmp_path/'scenes.csv')
    (tmp_path/'a').rename(tmp_path/'z')
    assert read_scenes(file, root=tmp_path).scene_id.tolist() == table.scene_id.tolist()
    assert read_scenes(file, root=tmp_path).path.map(os.path.dirname).nunique() == 2


def test_a_table_without_films_says_nothing(tmp_path):
    table = scene_table([dict(video_id='v', start=0, end=1)])
    assert (
        read_scenes(write_scenes(table, tmp_path / 's.csv')).equals(table)
        and paths.missing_films(table) == []
    )


def test_paths_are_absolute_from_the_moment_a_film_is_taken_in(done, monkeypatch):
    identity = scenes.video_id('films/x.mp4')
    found, _ = files.find_films('films')
    table = scene_table([dict(path='films/x.mp4', start=0, end=1)])
    assert (
        found == [done / 'films/x.mp4']
        and table.path[0] == str(done / 'films/x.mp4')
        and table.video_id[0] == identity
    )
    monkeypatch.chdir('/')
    assert not paths.missing_films(table) and {
        k: o.rate for k, o in export.film_clocks(table).items()
    } == {str(done / 'films/x.mp4'): RATE}


def test_links_are_not_resolved_and_what_lies_behind_them_is_reached(done, tmp_path):
    (tmp_path/'link').symlink_to(done/'films')
    assert paths.from_anywhere(str(tmp_path/'link/x.mp4')) == str(tmp_path/'link/x.mp4')
    assert os.path.samefile(
        paths.from_anywhere(str(tmp_path / 'link/../films/x.mp4')), done / 'films/x.mp4'
    )


# ---- the home folder
@pytest.fixture
def home(film, tmp_path, monkeypatch):
    "A home folder with films in it, and another folder to be in"
    (tmp_path/'home/films').mkdir(parents=True)
    (tmp_path/'here').mkdir()
    shutil.copy(film, tmp_path/'home/films/x.mp4')
    monkeypatch.setenv('HOME', str(tmp_path/'home'))
    monkeypatch.chdir(tmp_path/'here')
    yield tmp_path/'home'
    assert not list((tmp_path/'here').iterdir()), 'something was written here and not at home'


def one_scene(path='~/films/x.mp4'):
    return scene_table([dict(path=path, start=0, end=1, title='one', place='attic')])


READS = dict(
    video_id=lambda: scenes.video_id('~/films/x.mp4'),
    local_file=lambda: files.local_file('~/films/x.mp4'),
    find_film=lambda: files.find_films('~/films/x.mp4')[0][0],
    find_folder=lambda: files.find_films(['~/films'])[0][0],
    probe=lambda: clips.probe('~/films/x.mp4'),
    thumbnail=lambda: len(clips.thumbnail('~/films/x.mp4', 1.0)),
    table=lambda: one_scene().path[0],
    rates=lambda: export.film_clocks(one_scene()),
    read_scenes=lambda: read_scenes('~/scenes.csv'),
    root=lambda: read_scenes('~/scenes.csv', root='~/films'),
    backbone=lambda: get_backbone('~/backbone', 'cpu').kind,
    settings=lambda: explore.plain_settings(labels='~/labels.csv', backbone='~/backbone'),
    store=lambda: Store('~/store').root,
)


@pytest.mark.parametrize('name', READS)
def test_what_is_read_at_home_is_found(home, name):
    write_scenes(one_scene(str(home/'films/x.mp4')), home/'scenes.csv')
    (home/'labels.csv').write_text('scene_id,place\nx,attic\n')
    shutil.copytree(shipped_backbone(), home/'backbone')
    found = READS[name]()
    assert '~/' not in str(found)


WRITES = {
    'scenes.csv': lambda: write_scenes(one_scene(), '~/res/scenes.csv'),
    'o.csv': lambda: export.export_scenes(one_scene(), '~/res/o.csv'),
    'o.edl': lambda: export.export_scenes(one_scene(), '~/res/o.edl'),
    'o.otio': lambda: export.export_scenes(one_scene(), '~/res/o.otio'),
    'a': lambda: write_atomic('~/res/a', lambda p: p.write_text('a')),
    'b': lambda: write_bytes('~/res/b', b'b'),
    'p.html': lambda: page.write_page('<p>', '~/res/p.html'),
    'store/people/people.sqlite': lambda: Store('~/res/store').add_label('s', 'attic', 'person'),
    'summary.json': lambda: explore.explore(
        '~/films', out='~/res', backbone='histogram', page=False, progress=False
    ),
}


@pytest.mark.parametrize('name', WRITES)
def test_what_is_written_at_home_lies_there(home, name):
    (home/'res').mkdir()
    WRITES[name]()
    assert (home/'res'/name).is_file()


def test_a_checkpoint_at_home_is_found(home):
    checkpoints.random_clip(home/'clip')
    assert checkpoints.checkpoint_folder('~/clip') == home/'clip'


def test_the_command_line_knows_the_home_folder_where_the_shell_does_not(home, capsys):
    table = one_scene()
    (home/'labels.csv').write_text(f'scene_id,place\n{table.scene_id[0]},attic\n')
    assert (
        cli.main([
            'explore',
            '~/films',
            '--backbone=histogram',
            '--out=~/res',
            '--store=~/kept',
            '--labels=~/labels.csv',
        ])
        == 0
    )
    assert {o.name for o in (home / 'res').iterdir()} == {
        'scenes.csv',
        'embeddings.npy',
        'summary.json',
        'explore.html',
    } and (home / 'kept/embeddings').is_dir()
    assert f'Open {home}/res/explore.html' in capsys.readouterr().out


# ---- what cannot be written
def decoded(monkeypatch):
    "A list that grows when a film is opened"
    opened, real = [], files.local_file
    for module in (files, sys.modules['scene_explore.video.streams']):
        monkeypatch.setattr(module, 'local_file', lambda p: opened.append(p) or real(p))
    return opened


@pytest.mark.parametrize('where', ['out', 'store', 'below', 'no folder', 'taken', 'proc'])
def test_what_can_not_be_written_is_wrong_usage_before_anything_is_decoded(
    film, tmp_path, capsys, monkeypatch, where
):
    (tmp_path/'file').write_text('in the way')
    (tmp_path/'taken/scenes.csv').mkdir(parents=True)
    args = dict(
        out=['--out', tmp_path / 'file'],
        store=['--out', tmp_path / 'o', '--store', tmp_path / 'file'],
        below=['--out', tmp_path / 'file/deep/out'],
        taken=['--out', tmp_path / 'taken'],
        proc=['--out', tmp_path / 'o', '--store', '/proc/store'],
    )
    if where == 'no folder':
        (tmp_path/'nowhere').symlink_to(tmp_path/'gone'/'out')
        args[where] = ['--out', tmp_path/'nowhere']
    opened = decoded(monkeypatch)
    assert embed(film, *args[where]) == 2 and not opened
    told = capsys.readouterr().err
    assert (
        str(args[where][-1]) in told
        and told.count('\n') == 1
        and 'Traceback' not in told
        and '.tmp' not in told
    )
    assert not (tmp_path / 'o').exists() and {o.name for o in tmp_path.iterdir()} <= {
        'file',
        'taken',
        'nowhere',
    }


def test_an_ablation_refuses_too(film, tmp_path):
    (tmp_path/'file').write_text('in the way')
    with pytest.raises(explore.UsageError, match='file.* cannot be written'):
        ablate_films.ablate_films(film, tmp_path/'file'/'out', backbone='histogram', progress=False)


def test_a_probe_leaves_nothing_behind(tmp_path):
    check_writable(tmp_path/'a/b/c')
    Store(tmp_path/'s').check_writable()
    assert not list(tmp_path.iterdir())
    with pytest.raises(WriteError, match='x cannot be written'):
        check_writable(tmp_path/('n'*300)/'x')


def without_rights(code, *args):
    "Python in which root has no more rights than anyone"
    if os.geteuid() != 0: return [sys.executable, '-c', code, *map(str, args)]
    if not shutil.which('setpriv'):
        pytest.skip('root writes everywhere, and there is no setpriv to take that away')
    lost = '-dac_override,-dac_read_search'
    return [
        'setpriv',
        '--bounding-set',
        lost,
        '--inh-caps',
        lost,
        '--reuid',
        '0',
        sys.executable,
        '-c',
        code,
        *map(str, args),
    ]


MAIN = 'import sys\nfrom scene_explore.pipelines import cli\nsys.exit(cli.main(sys.argv[1:]))'


@pytest.mark.parametrize('inside', ['', 'embeddings'])
def test_a_store_without_rights_is_refused_with_its_path(film, tmp_path, inside):
    store = tmp_path/'st'
    (store/inside).mkdir(parents=True)
    (store/inside).chmod(0o555)
    command = without_rights(
        MAIN, 'embed', film, '--backbone', 'histogram', '--store', store, '--out', tmp_path / 'o'
    )
    ended = subprocess.run(command, capture_output=True, text=True)
    (store/inside).chmod(0o755)
    assert ended.returncode == 2 and not (tmp_path/'o').exists()
    assert (
        f'{store/inside} cannot be written, Permission denied' in ended.stderr
        and 'x.mp4' not in ended.stderr
    )


class Failing(Store):
    "A store whose disk fills after it was asked"
    def check_writable(self):
        "It could be written then"
        super().check_writable()
        (self.root/'shots').parent.mkdir(parents=True, exist_ok=True)
        (self.root/'shots').write_text('in the way')


def test_a_fault_of_the_store_amid_the_work_is_no_fault_of_the_film(film, tmp_path):
    settings = ingest.Settings('histogram', baselines=())
    with pytest.raises(StoreFault, match='shots') as e:
        ingest.read_library(film, {}, Failing(tmp_path/'st'), settings, progress=False)
    assert 'x.mp4' not in str(e.value) and 'left out' not in str(e.value)


FULL = """
import sys, warnings
from pathlib import Path
from scene_explore.core.store import Store
from scene_explore.core.atomic import write_bytes
warnings.simplefilter('error')
for job in (
    lambda: write_bytes(Path(sys.argv[1]) / 'big', bytes(3_000_000)),
    lambda: Store(sys.argv[1]).cached('y', [0], lambda: __import__('numpy').zeros(400_000)),
):
    try: job()
    except Exception as e: print(type(e).__name__, e)
"""


def test_a_full_disk_says_which_path_and_how_much_is_missing(tmp_path):
    disk = tmp_path/'disk'
    disk.mkdir()
    if subprocess.run(
        ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], capture_output=True
    ).returncode:
        pytest.skip('no small disk can be mounted here')
    try:
        lines = subprocess.run(
            [sys.executable, '-c', FULL, disk], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        (disk/'rest').write_bytes(bytes(shutil.disk_usage(disk).free))
        with pytest.raises(WriteError, match='the disk is full'): check_writable(disk/'more')
    finally: subprocess.run(['umount', disk], check=True)
    assert (
        len(lines) == 2
        and lines[0].startswith('WriteError')
        and lines[1].startswith('StoreWarning')
    )
    assert (
        f'{disk}/big cannot be written, the disk is full, 3.0 MB are needed, 1.0 MB are free, 2.0'
        ' MB are missing'
        in lines[0]
    )
    assert f'{disk}/arrays/y: y could not be kept' in lines[1] and '3.2 MB are needed' in lines[1]


def test_a_file_that_may_not_grow_says_how_large_it_would_be(tmp_path):
    code = 'import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n' + FULL
    lines = subprocess.run(
        [sys.executable, '-c', code, tmp_path], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert (
        f'{tmp_path}/big cannot be written, files may not grow that large here, 3.0 MB are needed'
        in lines[0]
    )
    assert not [o for o in tmp_path.rglob('*') if o.is_file()]
