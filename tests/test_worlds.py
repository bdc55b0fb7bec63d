"What the notebook's cells can't hold: other processes, broken renders, hostile truths"
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from scene_explore.core.scenes import scene_table
from scene_explore.datasets.world.scripts import write_script
from scene_explore.datasets.world.films import label_from_truth, load_truth, render_film
from scene_explore.datasets.world.probes import load_probe, probe_design, render_probe

SMALL = dict(seconds=26, shots=12, fps=4, size=(36, 64))

@pytest.fixture(scope='module')
def film(tmp_path_factory): return render_film(5, tmp_path_factory.mktemp('film')/'a.mp4', **SMALL)

def test_same_bytes_in_another_process(film, tmp_path):
    code = (
        'import torch; torch.set_num_threads(1); from scene_explore.datasets.world.films import'
        f' render_film; render_film(5, {str(tmp_path/"a.mp4")!r}, **{SMALL!r})'
    )
    subprocess.run([sys.executable, '-W', 'error', '-c', code], check=True)
    for o in ('a.mp4', 'a.json', 'a.truth.json'):
        assert (tmp_path/o).read_bytes() == film.with_name(o).read_bytes()

def test_broken_render_leaves_what_was_there(film, tmp_path):
    path = tmp_path/'a.mp4'
    for o in ('.mp4', '.json', '.truth.json'):
        path.with_suffix(o).write_bytes(film.with_suffix(o).read_bytes())
    script = write_script(5, 26, 12, 4)
    lost = replace(
        script,
        scenes=tuple(replace(s, kind='nowhere at all') if s.kind else s for s in script.scenes),
    )
    with pytest.raises((ValueError, KeyError)): render_film(5, path, script=lost, size=(36, 64))
    assert sorted(o.name for o in tmp_path.iterdir()) == ['a.json', 'a.mp4', 'a.truth.json']
    assert path.read_bytes() == film.read_bytes()

@pytest.mark.parametrize('text', ['', '{', '[]', '{"shots": 3}', '\x00'])
def test_a_truth_that_is_none(tmp_path, text):
    (tmp_path/'a.truth.json').write_text(text)
    with pytest.raises(ValueError, match='a.truth.json is not the ground truth'):
        load_truth(tmp_path/'a.mp4')

def test_films_without_truth_keep_their_labels(film, tmp_path):
    other = tmp_path/'other.mp4'
    other.write_bytes(film.read_bytes() + b'0')
    rows = [
        dict(path=str(p), start=s, end=s + 2, place='?', place_source='person')
        for p in (film, other)
        for s in (2.0, 8.0, 14.0)
    ]
    got = label_from_truth(scene_table(rows))
    assert set(got.place[got.path == str(other)]) == {'?'} and set(
        got.place_source[got.path == str(film)]
    ) == {'truth'}

def test_every_frame_of_the_truth_is_in_the_film(film):
    import av
    truth = load_truth(film)
    with av.open(str(film)) as f: frames = [o.to_ndarray(format='rgb24') for o in f.decode(video=0)]
    assert len(frames) == truth.end_frame.iloc[-1] == 26*4
    for o in truth[truth.transition == 'black'].itertuples():
        assert max(x.max() for x in frames[o.start_frame:o.end_frame]) < 24
    for o in truth[truth.transition == 'title_card'].itertuples():
        assert frames[(o.start_frame + o.end_frame)//2].max() > 100

def test_record_has_no_field_for_the_place(film):
    record = json.loads(film.with_suffix('.json').read_text())
    assert 'place' not in json.dumps(list(record['content_metadata']['scenes'][1]))

def test_probe_factors_lie_row_by_row(tmp_path):
    design = probe_design(kinds=1, layouts=2, looks=1, cameras=2, hours=1, lights=2, casts=1)
    scenes, factors = load_probe(render_probe(design, tmp_path/'p.mp4', frames=2, size=(36, 64)))
    assert scenes.place.tolist() == factors.place.tolist() == design.place.tolist()
    assert (scenes.end - scenes.start).round(6).eq(.25).all()
