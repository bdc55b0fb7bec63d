"""Tags and notes of scenes: kept at once, by whom and when, in a store or a page, and read back"""
import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import run_all, watched
from playwright.sync_api import expect

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.labels.tags import (
    add_tags,
    default_author,
    log_tags,
    read_tags,
    scene_tags,
    tag_scenes,
    untag_scenes,
    write_tags,
)
from scene_explore.views.stage import Stage
from scene_explore.views.studio import studio_deck

KEY = ['scene_id', 'tag', 'author']
# what a line of text may hold: no half characters, and no line breaks in a tag
line = st.text(st.characters(exclude_categories=['Cs', 'Cc', 'Zl', 'Zp']), min_size=1, max_size=12)
tag = line.map(lambda o: ' '.join(o.replace(',', ' ').split()))
author = line.map(lambda o: ' '.join(o.split()))
note = st.text(st.characters(exclude_categories=['Cs']), max_size=20).map(str.strip)
scene = st.sampled_from(['a@0-1', 'b@0-1', '=c@0-1'])
act = st.tuples(scene, tag, note, st.booleans(), author).filter(lambda o: not o[3] or o[1] or o[2])


def held(entries):
    "What holds after these entries: {(scene, tag, author): note}"
    found = {}
    for i, tag, note, on, who in entries:
        found.pop((i, tag, who), None)
        if on: found[i, tag, who] = note
    return found


def as_dict(tags): return {tuple(o[k] for k in KEY): o['note'] for _, o in tags.iterrows()}


@given(st.lists(act, max_size=20))
def test_what_holds_is_the_latest_of_each_scene_tag_and_author(acts):
    with TemporaryDirectory() as folder:
        store = Store(folder)
        for i, tag, note, on, who in acts: log_tags(store, [(i, tag, note, on)], who)
        found = scene_tags(store)
        assert as_dict(found) == held(acts)
        assert len(store.labels('tag', history=True)) == len(acts)   # nothing is ever lost
        assert found.time.is_monotonic_increasing


@given(st.lists(act, max_size=12))
def test_a_file_of_tags_comes_back_to_the_letter_and_brings_nothing_twice(acts):
    with TemporaryDirectory() as folder:
        one, other = Store(Path(folder)/'one'), Store(Path(folder)/'other')
        for i, tag, note, on, who in acts: log_tags(one, [(i, tag, note, on)], who)
        tags = scene_tags(one)
        found = read_tags(write_tags(tags, Path(folder)/'tags.csv'))
        assert as_dict(found) == as_dict(tags)
        assert found.time.tolist() == tags.time.tolist()
        assert add_tags(other, found) == len(tags) and add_tags(other, found) == 0
        assert as_dict(scene_tags(other)) == as_dict(tags)


def test_an_old_file_takes_nothing_from_a_newer_store(tmp_path):
    store = Store(tmp_path/'store')
    tag_scenes(store, ['a', 'b'], 'warm', author='Ada')
    file = write_tags(scene_tags(store), tmp_path/'old.csv')
    untag_scenes(store, ['a'], 'warm', 'Ada')
    tag_scenes(store, ['b'], 'warm', 'the lamp', 'Ada')
    assert add_tags(store, read_tags(file)) == 0
    assert as_dict(scene_tags(store)) == {('b', 'warm', 'Ada'): 'the lamp'}


def test_tags_without_times_are_brought_once(tmp_path):
    store, file, said = Store(tmp_path/'store'), tmp_path/'tags.csv', []
    file.write_bytes('scene_id;tag\na;wärmer\nb;cold\n'.encode('cp1252'))
    found = read_tags(file, said.append)
    assert add_tags(store, found) == 2 and add_tags(store, found) == 0
    assert len(store.labels('tag', history=True)) == 2
    assert len(said) == 1 and 'tags.csv: its encoding was guessed' in said[0]


TAGGER = """
import sys
from scene_explore.core.store import Store
from scene_explore.labels.tags import tag_scenes
store, who = Store(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
for i in range(int(sys.argv[3])):
    tag_scenes(store, ['s', f's{i}'], f'{who} {i}', f'note {i}', who)
    print(i, flush=True)
"""


def tagger(store, who, n):
    return subprocess.Popen(
        [sys.executable, '-c', TAGGER, str(store), who, str(n)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_people_at_once_lose_nothing(tmp_path):
    people = {who: tagger(tmp_path/'store', who, 25) for who in ('Ada', 'Ben')}
    for o in people.values():
        o.stdin.write('go\n')
        o.stdin.flush()
    assert all(o.communicate()[0].split() == [str(i) for i in range(25)] for o in people.values())
    found = as_dict(scene_tags(Store(tmp_path/'store')))
    assert found == {
        (scene, f'{who} {i}', who): f'note {i}'
        for who in people for i in range(25) for scene in ('s', f's{i}')
    }


def test_what_was_said_to_be_kept_survives_kill_9(tmp_path):
    for n in (1, 4, 9):
        child = tagger(tmp_path/'store', f'author {n}', 100_000)
        child.stdin.write('go\n')
        child.stdin.flush()
        said = [int(child.stdout.readline()) for _ in range(n)]
        child.send_signal(signal.SIGKILL)
        said += [int(o) for o in child.communicate()[0].splitlines() if o]
        found = scene_tags(Store(tmp_path/'store'))
        found = found[found.author == f'author {n}']
        assert {f'author {n} {i}' for i in said} <= set(found.tag)
        assert (found.groupby('tag').size() == 2).all()   # an act is there as a whole or not at all


def test_the_author_is_whoever_is_logged_in_or_who_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv('LOGNAME', '<b>Ada</b>')
    store = Store(tmp_path)
    tag_scenes(store, ['a'], 'x')
    tag_scenes(store, ['a'], 'x', author='  Ben  Z ')
    assert default_author() == '<b>Ada</b>'
    assert scene_tags(store).author.tolist() == ['<b>Ada</b>', 'Ben Z']


def test_a_tag_that_cannot_be_is_one_sentence_and_nothing_is_kept(tmp_path):
    store = Store(tmp_path)
    for wrong in ([('a', 'x', '', True), ('', 'x', '', True)], [('a', 'x,y', '', True)]):
        with pytest.raises(ValueError): log_tags(store, wrong, 'Ada')
    assert scene_tags(store).empty


# ---- the stage
def scenes_of(n=12):
    return scene_table([
        dict(
            path='f.mp4', video_id='f', start=i, end=i + 1, place=('bar', 'street')[i % 2],
            title=f'title {i}',
        )
        for i in range(n)
    ])


def stage_of(store=None, **options):
    scenes = scenes_of()
    x = np.random.default_rng(0).normal(size=(len(scenes), 8))
    panels = ['projection', 'filter', 'table']
    return Stage(studio_deck(scenes, x), panels=panels, store=store, **options)


def test_a_stage_tags_and_its_deck_carries_the_tags(tmp_path):
    store = Store(tmp_path)
    stage = stage_of(store, author='Ada')
    ids = stage.deck.scenes.scene_id
    tag_scenes(store, ['elsewhere', ids[3]], 'old', author='Ben')
    stage.selection = ids[:2].tolist()
    assert stage.tag('warm', 'the lamp') == 2
    assert stage.tags.scene_id.tolist() == [ids[3], ids[0], ids[1]]
    header = stage.answer_deck()[0]['header']
    assert [o[:4] for o in header['tags']] == [
        [ids[3], 'old', '', 'Ben'],
        [ids[0], 'warm', 'the lamp', 'Ada'],
        [ids[1], 'warm', 'the lamp', 'Ada'],
    ]
    assert header['author'] == 'Ada'


def test_a_tag_that_is_asked_again_late_undoes_nothing(tmp_path):
    stage = stage_of(Store(tmp_path))
    i, sent = stage.deck.scenes.scene_id[0], []
    stage.send = lambda message, buffers=(): sent.append(message)
    def ask(number, on):
        args = dict(entries=[[i, 'warm', '', on]], author='Ada')
        stage.heard(dict(ask=number, kind='tag', args=args))
    for number, on in (('one', True), ('two', False), ('one', True)): ask(number, on)
    assert stage.tags.empty
    assert [o['answer'] for o in sent if 'answer' in o] == ['one', 'two']
    ask('three', True)
    assert stage.tags.tag.tolist() == ['warm']


def test_a_damaged_file_of_labels_hides_no_panels(tmp_path):
    stage = stage_of(Store(tmp_path))
    stage.tag('warm', scenes=stage.deck.scenes.scene_id[:1])
    (tmp_path/'people'/'people.sqlite').write_bytes(b'no database' * 1000)
    answer = stage.answer_deck()[0]
    assert 'people.sqlite is damaged' in answer['said'] and answer['header']['ids']


def test_a_damaged_file_of_labels_ends_no_page(tmp_path):
    stage = stage_of(Store(tmp_path/'store'))
    stage.tag('warm', scenes=stage.deck.scenes.scene_id[:1])
    (tmp_path/'store/people/people.sqlite').write_bytes(b'no database' * 1000)
    lost = stage.to_html(tmp_path/'page.html', progress=False)
    assert 'people.sqlite is damaged' in lost[-1]['reason'] and (tmp_path/'page.html').exists()


def test_the_tags_of_a_deck_are_there_without_a_store(tmp_path):
    tag_scenes(Store(tmp_path), stage_of().deck.scenes.scene_id[:2], 'warm', author='Ada')
    stage = Stage(replace(stage_of().deck, tags=scene_tags(Store(tmp_path))), panels=['table'])
    assert stage.tags.tag.tolist() == ['warm', 'warm']
    assert [o[1] for o in stage.answer_deck()[0]['header']['tags']] == ['warm', 'warm']
    assert not len(stage_of().tags)


def test_words_and_sound_that_are_there_are_not_read_for_a_page(tmp_path):
    stage, read = stage_of(), []
    films = stage.deck.scenes.video_id.unique()
    def made():
        stage.to_html(tmp_path/'page.html', progress=lambda *o: read.append(o), previews='none')
    stage.deck.subtitles |= {v: [(0., 1., 'Tea?')] for v in films}
    made()
    assert read == [(k + 1, len(films)) for k in range(len(films))]
    stage.deck.peaks |= {v: np.ones(3, np.uint8) for v in films}
    made()
    assert len(read) == len(films) and 'Tea?' in (tmp_path/'page.html').read_text()


# ---- in the browser
DRAWN = "() => document.querySelector('[data-panel=projection] .se-body')?.dataset.drawn >= 12"


@pytest.fixture
def opened(chromium, tmp_path):
    "A page of twelve scenes, of which the last has a tag by another: page, ids"
    stage = stage_of(Store(tmp_path/'store'))
    ids = stage.deck.scenes.scene_id.tolist()
    tag_scenes(stage.store, ids[-1:], '<b>old</b>', author="<img src=x onerror=document.title='x'>")
    stage.to_html(tmp_path/'page.html', 'Tags', progress=False)
    page, errors, outside = watched(chromium)
    page.goto((tmp_path/'page.html').as_uri())
    page.wait_for_function(DRAWN)
    yield page, ids
    assert not errors and not outside and page.title() == 'Tags'
    assert page.locator('.se-studio b b, .se-studio img[src=x]').count() == 0
    page.close()


def choose(page, *rows):
    "Select rows of the table by mouse"
    for k, row in enumerate(rows):
        line = page.locator(f'.se-table-lines [data-row="{row}"]')
        line.click(modifiers=['Shift'] if k else [])


def has_chips(page, *tags):
    expect(page.locator('.se-tag > span:first-child')).to_have_text(list(tags))


def tag_by_keys(page, tags, note='', author=None):
    page.keyboard.press('t')
    page.keyboard.type(tags)
    page.keyboard.press('Tab')
    page.keyboard.type(note)
    if author is not None:
        page.get_by_label('Your name').fill(author)
    page.keyboard.press('Enter')
    page.locator('form[aria-label="Tag what is selected"]').wait_for(state='hidden')


def test_a_tag_in_a_page_is_a_column_a_colour_and_a_filter_and_survives_a_reload(opened):
    page, ids = opened
    choose(page, 0, 1, 2)
    tag_by_keys(page, 'warm light, =cmd', 'the "lamp", left', 'Ada')
    has_chips(page, '=cmd', 'warm light')
    cells = page.locator('[data-panel=table] [data-row="1"]')
    expect(cells).to_contain_text('=cmd, warm light')
    page.get_by_label('Colour').first.select_option('tags')
    expect(page.locator('.se-legend').get_by_text('=cmd, warm light')).to_have_count(1)
    page.get_by_role('searchbox', name='Filter scenes', exact=True).fill('tag:warm OR tag:old')
    expect(page.locator('[data-panel=filter] [data-matching="4"]')).to_have_count(1)
    page.locator('.se-plot').focus()
    page.keyboard.press('Escape')
    page.wait_for_function('() => location.hash.includes("where=")')
    page.reload()
    page.wait_for_function(DRAWN)
    assert page.locator('[data-panel=filter] [data-matching="4"]').count() == 1
    assert page.get_by_label('Colour').first.input_value() == 'tags'
    choose(page, 1)
    has_chips(page, '=cmd', 'warm light')
    page.keyboard.press('t')
    assert page.get_by_label('Your name').input_value() == 'Ada'
    page.keyboard.press('Escape')
    assert page.evaluate('document.body.dataset.selection') == json.dumps(ids[1:2])


def test_tags_of_a_page_are_saved_as_csv_and_read_by_python(opened, tmp_path):
    page, ids = opened
    choose(page, 0, 2)
    tag_by_keys(page, '=cmd|calc', '-1 "quoted", and more', '@Ada')
    with page.expect_download() as got: page.get_by_role('button', name='Tags as CSV').click()
    file = tmp_path/got.value.suggested_filename
    got.value.save_as(file)
    raw = pd.read_csv(file, dtype=str, keep_default_na=False)
    assert raw.tag.tolist() == ['<b>old</b>', "'=cmd|calc", "'=cmd|calc"]
    assert not raw.apply(lambda o: o.str.match(r'[=+\-@\t\r]')).any(axis=None)
    tags = read_tags(file)
    assert tags.tag.tolist()[1:] == ['=cmd|calc']*2 and tags.author.tolist()[1:] == ['@Ada']*2
    assert tags.note.tolist()[1:] == ['-1 "quoted", and more']*2
    store = Store(tmp_path/'store')
    assert add_tags(store, tags) == 2
    assert set(scene_tags(store).scene_id) == {ids[0], ids[2], ids[-1]}


def test_a_tag_is_undone_and_taken_away_and_others_tags_stay(opened):
    page, _ = opened
    choose(page, 10, 11)
    tag_by_keys(page, 'night', author='Ada')
    has_chips(page, 'night', '<b>old</b>')
    assert page.get_by_role('button', name='Take tag').count() == 1   # only one's own
    page.get_by_role('button', name='Take tag night from 2 scenes').click()
    has_chips(page, '<b>old</b>')
    page.keyboard.press('u')
    has_chips(page, 'night', '<b>old</b>')
    page.keyboard.press('u')
    has_chips(page, '<b>old</b>')
    assert page.get_by_role('button', name='Undo tag').count() == 0


def test_nothing_is_tagged_where_nothing_is_selected_or_said(opened):
    page, _ = opened
    page.locator('.se-plot').focus()
    page.keyboard.press('t')
    page.get_by_text('No scene is selected').wait_for()
    choose(page, 3)
    page.keyboard.press('t')
    page.keyboard.press('Enter')
    page.get_by_role('alert').get_by_text('Type a tag or a note.').wait_for()
    page.keyboard.type('x' * 120)
    page.keyboard.press('Enter')
    page.get_by_role('alert').get_by_text('at most 100 characters').wait_for()
    page.keyboard.press('Escape')
    has_chips(page)


def test_a_known_tag_completes(opened):
    page, _ = opened
    choose(page, 0)
    tag_by_keys(page, 'night', author='Ada')
    page.keyboard.press('t')
    field = page.get_by_label('Tags', exact=True)
    values = field.evaluate('e => [...e.list.options].map(o => o.value)')
    assert sorted(values) == ['<b>old</b>', 'night']


def test_a_selection_has_a_name_in_the_view_and_in_the_address(opened):
    page, ids = opened
    choose(page, 0, 1, 4)
    page.keyboard.press('n')
    page.keyboard.type('by lamp light')
    page.keyboard.press('Enter')
    choose(page, 5)
    page.get_by_label('Name', exact=True).fill('other')
    page.keyboard.press('Enter')
    page.wait_for_function('() => location.hash.includes("other")')
    page.reload()
    page.wait_for_function(DRAWN)
    page.get_by_role('button', name='Named (2)').click()
    page.get_by_role('button', name='by lamp light', exact=True).click()
    assert json.loads(page.evaluate('document.body.dataset.selection')) == [
        ids[i] for i in (0, 1, 4)
    ]
    page.get_by_role('button', name='Rename other').click()
    page.get_by_label('Name', exact=True).fill('by lamp light')
    page.keyboard.press('Enter')
    page.get_by_role('alert').get_by_text('named by lamp light already').wait_for()
    page.get_by_label('Name', exact=True).fill('the other')
    page.keyboard.press('Enter')
    page.get_by_role('button', name='Remove by lamp light').click()
    expect(page.locator('.se-named-list li > :first-child')).to_have_text(['the other'])
    page.wait_for_function('() => /the.other/.test(location.hash) && !/lamp/.test(location.hash)')
    page.evaluate("location.hash = 'named=%5B%5B1%2C2%5D%2C3%2C%5B%22odd%22%2C%220-1%22%5D%5D'")
    page.get_by_role('button', name='odd', exact=True).wait_for()


def test_a_tag_in_jupyterlab_is_in_the_store_at_once(chromium, desk):
    store = desk.folder/'store'
    code = f'''import numpy as np
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.views.studio import Studio
scenes = scene_table([dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(12)])
x = np.random.default_rng(0).normal(size=(12, 8))
studio = Studio(scenes, x, store=Store({str(store)!r}), author='Ada', session='monday',
                panels=['projection', 'table'])
studio.selection = scenes.scene_id[:2].tolist()
studio'''
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code)],
        metadata=dict(kernelspec=dict(display_name='python3', language='python', name='python3')),
    )
    nbformat.write(nb, desk.folder/'n.ipynb')
    page, errors, _ = watched(chromium)
    run_all(page, desk.open('n.ipynb'))
    page.set_default_timeout(120_000)
    page.wait_for_function(DRAWN)
    page.get_by_text('2 scenes selected', exact=True).wait_for()
    page.locator('.se-plot').focus()
    page.keyboard.press('t')
    page.keyboard.type('warm')
    page.keyboard.press('Enter')
    page.locator('.se-tag').wait_for()
    found = scene_tags(Store(store))
    assert found.tag.tolist() == ['warm']*2 and set(found.author) == {'Ada'}
    page.keyboard.press('u')
    page.locator('.se-tag').wait_for(state='detached')
    assert scene_tags(Store(store)).empty
    page.keyboard.press('n')
    page.keyboard.type('two')
    page.keyboard.press('Enter')
    page.get_by_role('button', name='Named (1)').wait_for()
    assert not errors
    page.close()
    named = Store(store).load_session('monday')['view']['named']
    assert [(o[0], len(o[1])) for o in named] == [('two', 2)]
