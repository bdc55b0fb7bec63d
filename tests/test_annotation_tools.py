"""Scenes that go to annotation tools and come back: times to the frame, text to the letter,
whatever the film is called; each file read by another library or held against its published
structure"""
import json
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import av
import films
import numpy as np
import pandas as pd
import pympi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scene_explore.core.scenes import read_scenes, scene_table
from scene_explore.core.store import Store
from scene_explore.datasets.label_files import import_labels, read_labels
from scene_explore.pipelines.cli import main
from scene_explore.video.annotated_film import NO_PLACE, find_film, label_name, local_path
from scene_explore.video.clips import probe
from scene_explore.video.cvat import Pictures, cvat, cvat_labels, read_cvat
from scene_explore.video.elan import eaf, read_eaf
from scene_explore.video.export import export_scenes, is_annotated, read_annotated
from scene_explore.video.film_clocks import frame_times
from scene_explore.video.label_studio import label_config, label_studio, read_label_studio

NAMES = [
    'plain.mp4',
    'Käse & "Brot" <3> \'x\'.mp4',
    'what? #1 100%.mp4',
    'مطبخ [1-2].mp4',
    '日本.mp4',
]
RATES = [24, 25, Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), 15]
TOOLS = ['eaf', 'labelstudio.json', 'cvat.xml']
TEXTS = ['A letter', '<b>&amp; "quoted"</b>', "it's Küche", ']]>', '\u202eمطبخ', '']


def scenes_of(path, n=6, step=1.013, **columns):
    "n scenes of a film one after the other, none of them on a frame"
    rows = [
        dict(
            path=str(path),
            start=round(i * step + (0.007 if i else 0), 3),
            end=round((i + 1) * step + 0.007, 3),
            title=TEXTS[i % len(TEXTS)],
            place=['kitchen', 'Straße <&"\'>', ''][i % 3],
            **columns,
        )
        for i in range(n)
    ]
    return scene_table(rows)


def same(back, scenes, slack):
    assert back.scene_id.size == scenes.scene_id.size
    assert np.abs(back.start - scenes.start).max() <= slack + 1e-9
    assert np.abs(back.end - scenes.end).max() <= slack + 1e-9
    for c in ('title', 'place', 'path', 'video_id'): assert back[c].tolist() == scenes[c].tolist()


# -- out and back
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize('kind', TOOLS)
@pytest.mark.parametrize('name', NAMES)
def test_scenes_come_back_whatever_the_film_is_called(tmp_path, make_film, kind, name):
    film = make_film(tmp_path/name, n=160, fps=25)
    scenes = scenes_of(film)
    file = export_scenes(scenes, tmp_path/f'out.{kind}')
    same(read_annotated(file), scenes, 0.5/25)
    moved = tmp_path/'elsewhere'
    moved.mkdir()
    film.rename(moved/name)
    back = read_annotated(file, film=moved)
    same(back, scenes.assign(path=str(moved/name)), 0.5/25)


@pytest.mark.parametrize('kind', TOOLS)
@pytest.mark.parametrize('fps', RATES)
def test_times_come_back_to_half_a_frame_at_any_rate(tmp_path, make_film, kind, fps):
    film = make_film(tmp_path/'film.mp4', n=160, fps=fps)
    scenes = scenes_of(film, n=4, step=.613)
    back = read_annotated(export_scenes(scenes, tmp_path/f'out.{kind}'))
    same(back, scenes, 0 if kind == 'eaf' else 0.5/float(fps))
    # what touched still touches
    assert np.allclose(back.end[:-1], back.start[1:], atol=1e-9)


@pytest.mark.parametrize('kind', TOOLS)
@pytest.mark.parametrize('code', ['01:00:00;00', '00:59:58:00'])
def test_a_time_code_of_the_film_moves_nothing(tmp_path, kind, code):
    film = films.film(tmp_path/'a.mov', 150, '30000/1001', args=('-timecode', code))
    scenes = scenes_of(film, n=4)
    back = read_annotated(export_scenes(scenes, tmp_path/f'o.{kind}'))
    same(back, scenes, 0.5*1001/30000)


@pytest.mark.parametrize('kind', TOOLS)
def test_a_variable_rate_is_off_by_at_most_a_frame(tmp_path, make_film, kind):
    stamps = np.cumsum([40, 40, 60, 33]*20)
    film = make_film(tmp_path/'varies.mp4', n=80, stamps=stamps)
    scenes = scenes_of(film, n=3, step=.9)
    said = []
    file = export_scenes(scenes, tmp_path/f'o.{kind}', say=said.append)
    back = read_annotated(file)
    same(back, scenes, .0605)
    assert bool(said) == (kind == 'labelstudio.json')


# every picture by its own time: PyAV decodes what CVAT counts
def test_cvat_names_the_pictures_that_are_decoded_at_a_variable_rate(tmp_path, make_film):
    film = make_film(tmp_path/'varies.mp4', n=80, stamps=np.cumsum([40, 40, 60, 33]*20))
    times = frame_times(film)
    with av.open(str(film)) as c: shown = [f.time for f in c.decode(video=0)]
    np.testing.assert_allclose(times, np.array(shown) - shown[0] + times[0], atol=1e-6)
    first, end = 17, 41
    scenes = scene_table([dict(path=str(film), start=times[first], end=times[end], place='bar')])
    boxes = ET.fromstring(cvat(scenes)).findall('track/box')
    assert [(int(b.get('frame')), b.get('outside')) for b in boxes] == [(first, '0'), (end, '1')]
    (tmp_path/'o.cvat.xml').write_text(cvat(scenes), 'utf-8')
    same(read_cvat(tmp_path/'o.cvat.xml'), scenes, 1e-3)


@pytest.mark.parametrize('kind', ['cvat.xml', 'labelstudio.json', 'otio', 'edl'])
def test_a_film_is_opened_once_to_count_its_frames(tmp_path, make_film, monkeypatch, kind):
    film, opened = make_film(tmp_path/'film.mp4', n=160, fps=25), []
    scenes, real = scenes_of(film), av.open
    probe(film)   # the first film that a process opens is opened once more
    monkeypatch.setattr(av, 'open', lambda *a, **kw: opened.append(a) or real(*a, **kw))
    probe(film)
    once = len(opened)
    export_scenes(scenes, tmp_path/f'o.{kind}')
    assert once and len(opened) == 2*once


readable = st.text(
    st.characters(exclude_categories=['Cc', 'Cs', 'Cf', 'Zl', 'Zp', 'Cn']), max_size=60
).map(lambda o: ' '.join(o.split()))


@st.composite
def tables(draw):
    "Scenes of one film, in order, some with gaps between them, in whole milliseconds"
    steps = draw(st.lists(st.tuples(st.integers(0, 5000), st.integers(100, 90_000)), min_size=1,
                          max_size=8))
    rows, at = [], 0
    for gap, length in steps:
        start, at = at + gap, at + gap + length
        texts = dict(title=draw(readable), place=draw(readable))
        rows.append(dict(path='', video_id='v', start=start/1000, end=at/1000, **texts))
    return scene_table(rows)


def rows(t): return t[['title', 'place']].to_dict('list')


@settings(deadline=None, max_examples=60)
@given(tables())
def test_elan_keeps_any_scenes(tmp_path_factory, scenes):
    file = tmp_path_factory.mktemp('elan')/'o.eaf'
    file.write_text(eaf(scenes), 'utf-8')
    back = read_eaf(file)
    assert back.scene_id.tolist() == scenes.scene_id.tolist() and rows(back) == rows(scenes)


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(RATES))
def test_label_studio_keeps_any_scenes(tmp_path_factory, scenes, fps):
    file = tmp_path_factory.mktemp('ls')/'o.json'
    file.write_text(label_studio(scenes, lambda _: None, float(fps)), 'utf-8')
    back = read_label_studio(file, say=lambda _: None)
    slack = .5/float(fps) + 1e-9
    assert np.abs(back.start - scenes.start).max() <= slack
    assert np.abs(back.end - scenes.end).max() <= slack
    named = scenes.place.where(scenes.place != NO_PLACE, '')
    assert back.title.tolist() == scenes.title.tolist() and back.place.tolist() == named.tolist()


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(RATES))
def test_cvat_keeps_any_scenes(tmp_path_factory, scenes, fps):
    file = tmp_path_factory.mktemp('cvat')/'o.xml'
    file.write_text(cvat(scenes, lambda _: None, float(fps)), 'utf-8')
    back = read_cvat(file, rate=float(fps))
    assert np.abs(back.start - scenes.start).max() <= .5/float(fps) + 1e-9
    assert back.title.tolist() == scenes.title.tolist()
    # a label has at most 64 characters
    held = [label_name(o, 64) for o in scenes.place]
    assert [o or NO_PLACE for o in back.place] == held
    assert len(back) == len(scenes) and set(back.video_id) == {'v'}


@given(st.lists(st.integers(20, 80), min_size=2, max_size=40), st.data())
def test_a_picture_is_found_again_by_its_time(steps, data):
    times = tuple(np.cumsum([0, *steps])/1000)
    pictures = Pictures(20., 0., len(times), times=times)
    i = data.draw(st.integers(0, len(times)))
    assert pictures.index(pictures.second(i)) == i
    assert pictures.index(round(pictures.second(i), 3)) == i


# -- other libraries and published structures
# --------------------------------------------------------------------------------------------------
def test_pympi_reads_the_tiers_and_their_times(tmp_path, make_film):
    film = make_film(tmp_path/NAMES[1], n=160, fps=25)
    scenes = scenes_of(film)
    file = export_scenes(scenes, tmp_path/'o.eaf')
    found = pympi.Elan.Eaf(str(file))
    spans = [(int(a), int(b), t) for a, b, t in found.get_annotation_data_for_tier('scene')]
    assert spans == [
        (round(o.start*1000), round(o.end*1000), o.title) for o in scenes.itertuples()
    ]
    places = {o[2]: o[:2] for o in found.get_ref_annotation_data_for_tier('place')}
    assert set(places) == set(scenes.place) - {''}
    assert found.get_parameters_for_tier('place')['PARENT_REF'] == 'scene'
    media = found.get_linked_files()[0]
    assert unquote(media['MEDIA_URL'].removeprefix('file://')) == str(film)
    assert media['MIME_TYPE'] == 'video/mp4' and media['RELATIVE_MEDIA_URL'] == f'./{film.name}'


def test_what_pympi_wrote_is_read(tmp_path, make_film):
    film = make_film(tmp_path/'film.mp4', n=60, fps=25)
    made = pympi.Elan.Eaf(author='Ada')
    made.add_linked_file(str(film), mimetype='video/mp4')
    made.add_tier('Szenen')
    made.add_annotation('Szenen', 0, 1000, 'der Brief & <mehr>')
    made.add_annotation('Szenen', 1000, 2345, 'warten')
    made.remove_tier('default')
    made.to_file(str(tmp_path/'ada.eaf'))
    back = read_eaf(tmp_path/'ada.eaf')
    assert back.title.tolist() == ['der Brief & <mehr>', 'warten']
    assert back.end.tolist() == [1, 2.345] and set(back.path) == {str(film)}


# the order and the attributes that the schema EAFv3.0.xsd asks for
EAF = {
    'ANNOTATION_DOCUMENT': (
        {'AUTHOR', 'DATE', 'VERSION'},
        ['HEADER', 'TIME_ORDER', 'TIER', 'LINGUISTIC_TYPE', 'CONSTRAINT'],
    ),
    'HEADER': (set(), ['MEDIA_DESCRIPTOR', 'PROPERTY']),
    'MEDIA_DESCRIPTOR': ({'MEDIA_URL', 'MIME_TYPE'}, []),
    'PROPERTY': ({'NAME'}, []),
    'TIME_ORDER': (set(), ['TIME_SLOT']),
    'TIME_SLOT': ({'TIME_SLOT_ID'}, []),
    'TIER': ({'TIER_ID', 'LINGUISTIC_TYPE_REF'}, ['ANNOTATION']),
    'ANNOTATION': (set(), ['ALIGNABLE_ANNOTATION', 'REF_ANNOTATION']),
    'ALIGNABLE_ANNOTATION': (
        {'ANNOTATION_ID', 'TIME_SLOT_REF1', 'TIME_SLOT_REF2'}, ['ANNOTATION_VALUE']
    ),
    'REF_ANNOTATION': ({'ANNOTATION_ID', 'ANNOTATION_REF'}, ['ANNOTATION_VALUE']),
    'ANNOTATION_VALUE': (set(), []),
    'LINGUISTIC_TYPE': ({'LINGUISTIC_TYPE_ID'}, []),
    'CONSTRAINT': ({'STEREOTYPE'}, []),
}


@settings(deadline=None, max_examples=40)
@given(tables())
def test_a_document_has_the_structure_of_eaf_3(scenes):
    root = ET.fromstring(eaf(scenes))
    assert root.get('FORMAT') == '3.0'
    for o in root.iter():
        needed, children = EAF[o.tag]
        assert needed <= set(o.attrib)
        places = [children.index(c.tag) for c in o]
        assert places == sorted(places)
    ids = [o.get('ANNOTATION_ID') for o in root.iter() if o.get('ANNOTATION_ID')]
    assert len({*ids}) == len(ids)
    slots = {o.get('TIME_SLOT_ID'): int(o.get('TIME_VALUE')) for o in root.iter('TIME_SLOT')}
    assert list(slots.values()) == sorted(slots.values())
    for o in root.iter('ALIGNABLE_ANNOTATION'):
        assert slots[o.get('TIME_SLOT_REF1')] < slots[o.get('TIME_SLOT_REF2')]
    for o in root.iter('REF_ANNOTATION'): assert o.get('ANNOTATION_REF') in ids
    types = {o.get('LINGUISTIC_TYPE_ID') for o in root.iter('LINGUISTIC_TYPE')}
    assert {o.get('LINGUISTIC_TYPE_REF') for o in root.iter('TIER')} <= types


# as Label Studio's documentation of TimelineLabels and of its task format describe it;
# label_studio_sdk 2.1.2 accepts the configuration, the predictions and the annotations, and its
# converter gives back the same ranges and labels
def test_tasks_have_the_structure_of_label_studio(tmp_path, make_film):
    film = make_film(tmp_path/NAMES[1], n=160, fps=25)
    scenes = scenes_of(film)
    task, = json.loads(label_studio(scenes))
    config = ET.fromstring(label_config(scenes))
    labels = {o.get('value') for o in config.iter('Label')}
    control, = config.iter('TimelineLabels')
    video, = config.iter('Video')
    assert control.get('toName') == video.get('name') and video.get('value') == '$video'
    assert task['data'][video.get('frameRate').removeprefix('$')] == 25
    assert local_path(task['data']['video']) == str(film)
    prediction, = task['predictions']
    for o, row in zip(prediction['result'], scenes.itertuples(), strict=True):
        assert o['type'] == 'timelinelabels' and o['from_name'] == control.get('name')
        assert o['to_name'] == video.get('name') and set(o['value']['timelinelabels']) <= labels
        span, = o['value']['ranges']
        assert isinstance(span['start'], int) and 1 <= span['start'] <= span['end']
        assert span == dict(start=round(row.start*25) + 1, end=round(row.end*25))
    assert len({o['id'] for o in prediction['result']}) == len(scenes)


def test_what_persons_named_is_an_annotation_and_comes_back_as_theirs(tmp_path):
    scenes = scenes_of('', video_id='v')
    known = scenes.assign(place_source=['person' if o else '' for o in scenes.place])
    file = tmp_path/'o.labelstudio.json'
    def sources(t):
        file.write_text(label_studio(t, lambda _: None), 'utf-8')
        return set(read_label_studio(file).place_source)
    assert sources(known) == {'person', ''} and sources(scenes) == {'teacher', ''}


def test_of_several_annotators_the_last_counts_and_it_is_said(tmp_path):
    region = dict(type='timelinelabels', value=dict(ranges=[dict(start=1, end=24)]))
    def by(place): return region | dict(value=region['value'] | dict(timelinelabels=[place]))
    done = [
        dict(result=[by('bar')]),
        dict(result=[by('kitchen'), dict(type='choices', value=dict(choices=['x']))]),
        dict(result=[by('street')], was_cancelled=True),
    ]
    task = dict(data=dict(video='gone.mp4', video_id='v', fps=24), annotations=done)
    (tmp_path/'o.json').write_text(json.dumps([task]))
    said = []
    back = read_label_studio(tmp_path/'o.json', say=said.append)
    assert back.place.tolist() == ['kitchen'] and back.end.tolist() == [1]
    assert len(said) == 2 and 'annotated 2 times' in said[0] and 'no range of frames' in said[1]


# as CVAT's documentation of XML 1.1 for interpolation describes it; Datumaro 1.13.12 reads
# the same frames, labels and attributes from it
def test_tracks_have_the_structure_of_cvat(tmp_path, make_film):
    film = make_film(tmp_path/NAMES[1], n=160, fps=25)
    scenes = scenes_of(film)
    root = ET.fromstring(cvat(scenes))
    task = root.find('meta/task')
    assert root.tag == 'annotations' and root.findtext('version') == '1.1'
    assert task.findtext('mode') == 'interpolation' and task.findtext('size') == '160'
    assert task.findtext('source') == film.name
    names = [o.findtext('name') for o in task.iterfind('labels/label')]
    assert names == [o['name'] for o in json.loads(cvat_labels(scenes))]
    attributes = {o.text for o in task.iterfind('labels/label/attributes/attribute/name')}
    for track, row in zip(root.iterfind('track'), scenes.itertuples(), strict=True):
        assert track.get('label') in names and track.get('label') == (row.place or NO_PLACE)
        first, last = track.findall('box')
        assert int(first.get('frame')) == round(row.start*25) and first.get('outside') == '0'
        assert int(last.get('frame')) == round(row.end*25) and last.get('outside') == '1'
        box = [float(first.get(k)) for k in ('xtl', 'ytl', 'xbr', 'ybr')]
        assert box == [0, 0, *(float(o.text) for o in task.find('original_size'))]
        assert {o.get('name') for o in first.iterfind('attribute')} == attributes


def test_a_scene_that_ends_with_the_film_has_no_box_after_it(tmp_path, make_film):
    film = make_film(tmp_path/'film.mp4', n=50, fps=25)
    scenes = scene_table([dict(path=str(film), start=i, end=i + 1) for i in range(2)])
    file = export_scenes(scenes, tmp_path/'o.cvat.xml')
    frames = [int(o.get('frame')) for o in ET.parse(file).getroot().iterfind('track/box')]
    assert frames == [0, 25, 25] and read_cvat(file).end.tolist() == [1, 2]


# -- what does not fit, and what others send
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize('kind', ['eaf', 'cvat.xml'])
def test_scenes_of_two_films_are_refused(tmp_path, kind):
    both = pd.concat([scenes_of('', video_id=o) for o in 'ab'], ignore_index=True)
    with pytest.raises(ValueError, match='of 2 films'):
        export_scenes(both, tmp_path/f'o.{kind}', rates=24, say=lambda _: None)
    assert not list(tmp_path.iterdir())


def test_a_name_that_cvat_cannot_hold_is_told():
    scenes, said = scenes_of('', n=2, video_id='a').assign(place=['p'*64, 'q']), []
    cvat(scenes, said.append, 24)
    assert said == []
    cvat(scenes.assign(place=['p'*70 + 'a', 'p'*70 + 'b']), said.append, 24)
    assert said == ['2 names of places are cut: a label of CVAT has at most 64 characters']


def test_label_studio_holds_several_films(tmp_path):
    both = pd.concat([scenes_of('', video_id=o) for o in 'ab'], ignore_index=True)
    file = export_scenes(both, tmp_path/'o.labelstudio.json', rates=24, say=lambda _: None)
    assert read_label_studio(file).video_id.tolist() == both.video_id.tolist()


def test_ranges_of_label_studio_are_counted_at_the_rate_of_their_task(tmp_path, make_film):
    film = make_film(tmp_path/'film.mp4', n=160, fps=25)
    scenes = scenes_of(film)
    file = export_scenes(scenes, tmp_path/'o.labelstudio.json', rates=50)
    same(read_annotated(file), scenes, 0.5/50)
    doubled = read_annotated(file, rate=25)
    assert np.allclose(doubled.end, 2*scenes.end, atol=1/25)
    assert main(['export', str(file), str(tmp_path/'o.csv'), '--rate', '25']) == 0
    same(read_scenes(tmp_path/'o.csv'), doubled, 1e-3)


def test_one_film_is_refused_for_several_tasks_of_label_studio(tmp_path, make_film):
    film = make_film(tmp_path/'film.mp4', n=160, fps=25)
    both = pd.concat([scenes_of('', video_id=o) for o in 'ab'], ignore_index=True)
    file = export_scenes(both, tmp_path/'o.labelstudio.json', rates=24, say=lambda _: None)
    with pytest.raises(ValueError, match='holds 2 tasks .* give the folder of the films') as e:
        read_annotated(file, film=film)
    assert str(file) in str(e.value)


def test_a_film_that_is_given_is_found_for_a_table(tmp_path, make_film):
    film = make_film(tmp_path/'film.mp4', n=160, fps=25)
    scenes = scenes_of(film)
    file = export_scenes(scenes, tmp_path/'o.csv')
    (tmp_path/'moved').mkdir()
    film = film.rename(tmp_path/'moved'/'film.mp4')
    assert main(['export', str(file), str(tmp_path/'p.csv'), '--films', str(film)]) == 0
    assert set(read_scenes(tmp_path/'p.csv').path) == {str(film)}


BROKEN = {
    'cut.eaf': ('<ANNOTATION_DOCUMENT><HEADER', 'cannot be read as XML of ELAN'),
    'other.eaf': ('<html/>', 'is no file of ELAN: it holds <html>'),
    'none.eaf': ('<ANNOTATION_DOCUMENT/>', 'no header'),
    'empty.eaf': ('<ANNOTATION_DOCUMENT><HEADER/></ANNOTATION_DOCUMENT>', 'no time-aligned'),
    'bomb.xml': ('<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>', 'cannot be read'),
    'file.xml': (
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotations>&b;</annotations>',
        'cannot be read',
    ),
    'odd.xml': (
        '<annotations><track><box frame="-1e9"/></track></annotations>',
        'was not found.*scene_explore export .*odd.xml labels.csv --films DIR',
    ),
    'cut.json': ('[{"data": ', 'cannot be read as JSON'),
    'list.json': ('[]', 'no export of Label Studio'),
    'deep.json': ('['*100_000, 'cannot be read as JSON'),
    'odd.json': ('[{"data": 3, "annotations": [{"result": [{"value": 7}]}]}]', 'no ranges'),
}


@pytest.mark.parametrize('name', BROKEN)
def test_what_cannot_be_read_is_one_sentence_that_names_the_file(tmp_path, name):
    text, words = BROKEN[name]
    (tmp_path/name).write_text(text)
    with pytest.raises(ValueError, match=words) as e:
        read_annotated(tmp_path/name, say=lambda _: None)
    assert name in str(e.value) and '\n' not in str(e.value)


@given(st.text(max_size=80))
def test_any_address_of_a_film_is_a_path_or_none(text):
    assert isinstance(local_path(text), str)
    assert find_film(text, Path('/nowhere/at/all.eaf')) == '' or Path(local_path(text)).exists()


def test_control_characters_of_a_title_are_no_xml(tmp_path):
    title = 'a\x00b\x1fc d\ufffee\r\nf'
    scenes = scene_table([dict(path='', video_id='v', start=0, end=1, title=title, place='x\x00')])
    for kind in TOOLS:
        file = export_scenes(scenes, tmp_path/f'o.{kind}', rates=24, say=lambda _: None)
        if kind == 'labelstudio.json': json.loads(file.read_text('utf-8'))
        else: ET.parse(file)


# -- where a person meets it
# --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize('kind', TOOLS)
def test_labels_of_a_tool_are_labels_here(tmp_path, make_film, kind):
    film = make_film(tmp_path/'film.mp4', n=160, fps=25)
    scenes = scenes_of(film)
    scenes = scenes.assign(place_source=['person' if o else '' for o in scenes.place])
    file = export_scenes(scenes, tmp_path/f'o.{kind}')
    labels = read_labels(file, 'place')
    assert labels.value.tolist() == [o for o in scenes.place if o]
    assert set(labels.source) == {'person'} and set(labels.kind) == {'place'}
    store = Store(tmp_path/'store')
    assert import_labels(store, file) == 4 and import_labels(store, file) == 0


def test_the_command_writes_for_a_tool_and_reads_what_comes_back(tmp_path, make_film, capsys):
    film = make_film(tmp_path/NAMES[1], n=160, fps=25)
    scenes = scenes_of(film)
    table = export_scenes(scenes, tmp_path/'scenes.csv')
    for kind in TOOLS:
        assert main(['export', str(table), str(tmp_path/f'o.{kind}')]) == 0
        assert main(['export', str(tmp_path/f'o.{kind}'), str(tmp_path/'back.csv')]) == 0
        same(read_scenes(tmp_path/'back.csv'), scenes, .02)
    assert '6 scenes in' in capsys.readouterr().out
    assert main(['export', str(tmp_path/'gone.eaf'), str(tmp_path/'x.csv')]) == 1
    assert main(['export', str(table), str(tmp_path/'x.pdf')]) == 1
    assert 'unknown form of export' in capsys.readouterr().err


def test_which_files_are_of_a_tool():
    assert all(map(is_annotated, ['a.EAF', 'a.labelstudio.json', 'a.json', 'a.cvat.xml', 'a.xml']))
    assert not any(map(is_annotated, ['a.csv', 'eaf', 'a.otio', 'a.eaf.csv']))
