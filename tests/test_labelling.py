"""Labelling with a real keyboard in a real JupyterLab: every press is in the store at once, and a
reload loses nothing."""
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from lab import browser, run_all, watched

from scene_explore.datasets import world
from scene_explore.labels.agreement import agreement, by_annotator, suspects
from scene_explore.datasets.label_files import export_labels, import_labels
from scene_explore.views.labeller import LabelSession
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store

PLACES = ['kitchen', 'bar', '<img src=x onerror=document.title=1>']


@pytest.fixture(scope='module')
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp('films')/'film.mp4'
    world.render_film(3, path, seconds=24, shots=8, fps=6, size=(72, 128))
    return path


def notebook(film, store):
    "One cell that opens the panel, and two cells around it"
    code = f'''from scene_explore.views.labeller import Labeller
from scene_explore.core.scenes import scene_table
from scene_explore.datasets.world.films import load_truth
from scene_explore.core.store import Store
film = {str(film)!r}
scenes = scene_table([
    dict(path=film, start=o.start, end=o.end) for o in load_truth(film).itertuples()
])
orders = {{'backwards': list(scenes.scene_id[::-1])}}
panel = Labeller(scenes, Store({str(store)!r}), {PLACES!r}, 'Ada', orders)
panel'''
    cells = [
        dict(cell_type='code', id=str(i), metadata={}, outputs=[], execution_count=None, source=s)
        for i, s in enumerate(('1 + 1', code, '2 + 2'))
    ]
    kernel = dict(display_name='python3', language='python', name='python3')
    return json.dumps(
        dict(cells=cells, metadata=dict(kernelspec=kernel), nbformat=4, nbformat_minor=5)
    )


@pytest.mark.browser
def test_keys_pressed_table_changed_reload_nothing_lost(desk, film, tmp_path):
    store = Store(tmp_path/'store')
    (desk.folder/'label.ipynb').write_text(notebook(film, store.root))
    ids = [
        o.scene_id
        for o in scene_table([
            dict(path=str(film), start=o.start, end=o.end)
            for o in world.load_truth(film).itertuples()
        ]).itertuples()
    ]
    with browser() as chromium:
        page, errors, outside = watched(chromium)
        run_all(page, desk.open('label.ipynb'))
        panel = page.locator('.se-label')
        status = panel.get_by_role('status')
        panel.locator('.se-picture').click()
        at = 'document.querySelector(".se-queue").selectedIndex === '
        says = 'document.querySelector(".se-status").textContent.includes'
        for key, wait in (
            ('1', says + '("1 of")'),
            ('b', says + '("boundary: yes")'),
            ('t', says + '("transition: cut")'),
            ('n', at + '1'),
            ('3', says + '("2 of")'),
            ('u', says + '("undone")'),
            ('2', says + '("place: bar")'),
            ('n', at + '2'),
        ):
            page.keyboard.press(key)
            page.wait_for_function(wait)
        said = by_annotator(store.labels())['person Ada']
        assert dict(said) == {ids[0]: 'kitchen', ids[1]: 'bar'}
        assert store.labels('boundary').boundary.tolist() == ['yes'] and store.labels(
            'transition'
        ).transition.tolist() == ['cut']
        assert (
            page.evaluate('window.jupyterapp.shell.currentWidget.content.widgets.length') == 3
        ), 'a key reached the notebook'
        page.wait_for_function('document.querySelector(".se-picture").naturalWidth > 0')
        panel.screenshot(path=str(tmp_path/'labeller.png'))
        run_all(page, desk.open('label.ipynb'))
        assert f'2 of {len(ids)} named by Ada' in status.inner_text() and page.title() != '1'
        assert page.locator('.se-queue').evaluate('o => o.selectedIndex') == 2
        panel.get_by_label('Order', exact=True).select_option('backwards')
        page.wait_for_function(
            '() => document.querySelector(".se-order").value === "backwards" && '
            + at
            + str(len(ids) - 3)
        )
        assert not errors and not outside


def test_the_guided_page_runs_on_films_without_a_word(film, tmp_path, monkeypatch):
    "No record, no subtitles, no truth: what cannot be done is said, and the panel opens"
    import nbformat
    from nbclient import NotebookClient
    films = tmp_path/'films'
    films.mkdir()
    shutil.copy(film, films/'plain.mp4')
    monkeypatch.setenv('SCENE_EXPLORE_FILMS', str(films))
    monkeypatch.setenv('SCENE_EXPLORE_STORE', str(tmp_path/'store'))
    page = Path(__file__).parents[1]/'nbs/studio/labels.ipynb'
    nb = nbformat.read(page, 4)
    NotebookClient(
        nb,
        timeout=300,
        kernel_name='python3',
        resources={'metadata': {'path': str(page.parent)}},
        store_widget_state=False,
    ).execute()
    said = '\n'.join(
        str(o.get('text', o.get('data', {}).get('text/plain', '')))
        for c in nb.cells
        if c.cell_type == 'code'
        for o in c.outputs
    )
    assert 'come without words' in said and 'Labeller' in said and 'suspects needs' in said


# ---- the session behind it
@given(st.lists(st.sampled_from('0123bntpu'), max_size=30))
@settings(max_examples=40, deadline=None)
def test_undo_takes_back_every_press(keys):
    """Whatever was pressed, undoing all of it leaves no label; and the store says what the session
    says"""
    import tempfile
    scenes = scene_table(
        [dict(path='f.mp4', video_id='f', start=float(i), end=i + 1.0) for i in range(4)]
    )
    with tempfile.TemporaryDirectory() as d:
        s = LabelSession(scenes, Store(d), ['kitchen', 'bar', 'street'], 'Ada')
        for k in keys: s.press(k)
        pd.testing.assert_frame_equal(
            LabelSession(scenes, Store(d), ['kitchen'], 'Ada').table(), s.table()
        )
        while s.presses: s.undo()
        assert not (s.table()[['place', 'boundary', 'transition']] != '').any().any()


# ---- what several voices say
def test_agreement_is_what_scikit_learn_and_hand_give():
    rng = np.random.default_rng(0)
    a, b = rng.choice(['x', 'y', 'z'], 200), rng.choice(['x', 'y'], 200)
    b[:120] = a[:120]
    table = pd.crosstab(a, b).reindex(columns=['x', 'y', 'z'], fill_value=0).to_numpy()/200
    expected = (table.trace() - table.sum(0) @ table.sum(1))/(1 - table.sum(0) @ table.sum(1))
    found = agreement(a, b)
    assert (
        found['kappa'] == pytest.approx(expected)
        and found.pairs.low[0] < expected < found.pairs.high[0]
    )


def test_alpha_of_krippendorffs_own_example():
    """Four observers, twelve units, with gaps: alpha is 0.743 (Krippendorff 2011, Computing
    Krippendorff's Alpha-Reliability, section C, nominal)"""
    said = [
        '1 2 3 3 2 1 4 1 2 - - -',
        '1 2 3 3 2 2 4 1 2 5 - 3',
        '- 3 3 3 2 3 4 2 2 5 1 -',
        '1 2 3 3 2 4 4 1 2 5 1 -',
    ]
    found = agreement(
        {f'observer {i}': [o.strip('-') for o in row.split()] for i, row in enumerate(said)}
    )
    assert found['alpha'] == pytest.approx(.743, abs=5e-4) and len(found.pairs) == 6


def test_labels_come_back_from_csv_as_they_went(tmp_path):
    store, other = Store(tmp_path/'a'), Store(tmp_path/'b')
    store.add_labels(
        [('s1', 'a "quoted", name\nof two lines', 'person', 'Zoë'), ('s2', 'NA', 'teacher', 'm')]
    )
    store.add_label('s1', 'yes', 'person', 'Zoë', 'boundary')
    assert import_labels(other, export_labels(store, tmp_path/'l.csv')) == 3
    for kind in ('place', 'boundary'):
        pd.testing.assert_frame_equal(
            other.labels(kind).drop(columns='time'), store.labels(kind).drop(columns='time')
        )


@pytest.mark.parametrize(
    'text, says',
    [
        ('', 'cannot be read'),
        ('a,b\n1,2\n', 'no column'),
        ('scene_id,place\n,bar\n', 'row 1 has no scene_id'),
    ],
)
def test_a_csv_that_holds_no_labels(tmp_path, text, says):
    (tmp_path/'bad.csv').write_text(text)
    with pytest.raises(ValueError, match=says) as e:
        import_labels(Store(tmp_path/'s'), tmp_path/'bad.csv')
    assert 'bad.csv' in str(e.value)


def test_suspects_do_not_change_with_the_names():
    rng = np.random.default_rng(1)
    y = np.arange(60) % 3
    x = rng.normal(size=(3, 8))[y] + .3*rng.normal(size=(60, 8))
    y[:4] = (y[:4] + 1) % 3
    a, b = suspects(x, [f'place {i}' for i in y]), suspects(x, [f'ort {i}' for i in y])
    assert set(a.row[:4]) == set(range(4)) and np.array_equal(a.row, b.row) and a.suspect[:4].all()
