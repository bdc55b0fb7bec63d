"""A film as a vision-language model read it: what the panel holds, and the page in a browser"""
import io
import json
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest
from controls import listening, missed, nameless, walk
from lab import run_all, watched
from PIL import Image

from scene_explore.datasets.world.scene_signs import sign_film
from scene_explore.labels.vlm import random_qwen
from scene_explore.segmentation.scene_vlm import (
    SceneVLM,
    Shown,
    attention_shares,
    explain,
    windows,
)
from scene_explore.segmentation.scene_vlm.shown_shots import stamped
from scene_explore.segmentation.scene_vlm.world_films import sign_films
from scene_explore.views.film_reading import FilmReading, read_film, reading_page

KERNEL = dict(name='python3', display_name='Python 3', language='python')
HOSTILE = '</script><img src=x onerror=alert(1)><b>Mara</b>'


@pytest.fixture(scope='module')
def film(tmp_path_factory):
    _, films = sign_films(1, 'validation', tmp_path_factory.mktemp('takes'), rooms=5)
    return films[0].views[:16]


@pytest.fixture(scope='module')
def vlm(tmp_path_factory): return SceneVLM(random_qwen(tmp_path_factory.mktemp('qwen')), None, 8, 4)


@pytest.fixture(scope='module')
def signs(): return sign_film(0, 'validation', rooms=5).signs[:15]


@pytest.fixture(scope='module')
def data(vlm, film, signs):
    views = [replace(film[0], subtitles=(HOSTILE,)), *film[1:]]
    return read_film(vlm, views, {'a ramp': np.arange(15.)}, signs)


def test_answers_and_reasons_are_those_of_the_model(vlm, film, signs):
    data = read_film(vlm, film, signs=signs)
    told = vlm.score(film)
    assert [o['answer'] for o in data['cuts']] == told.answer.tolist()
    assert np.allclose([o['confidence'] for o in data['cuts']], told.confidence, atol=1e-4)
    yes = np.flatnonzero(told.answer == 'Yes')
    reasons = dict(zip(yes, explain(vlm, film, yes).reason, strict=True))
    assert [o['reason'] for o in data['cuts']] == [reasons.get(i, '') for i in range(15)]
    assert data['signs'] == list(signs)


def test_windows_are_those_in_which_cuts_are_decided(data):
    for window, shown in zip(windows(16, 8, 4), data['windows'], strict=True):
        assert list(window.context) == list(range(*shown['context']))
        assert list(window.focus) == list(range(*shown['focus']))
        assert shown['numbers'] == [i % 8 + 1 for i in window.context]
    for i, cut in enumerate(data['cuts']):
        first, end = data['windows'][cut['window']]['focus']
        assert first <= i < end


def test_pictures_are_as_the_model_sees_them(data, film):
    for i in (0, 9):
        for jpeg, frame in zip(data['pictures'][f'{i}.{i % 8 + 1}'],
                               stamped(film[i].frames, i % 8 + 1), strict=True):
            seen = np.asarray(Image.open(io.BytesIO(b64decode(jpeg))).convert('RGB'), float)
            assert seen.shape == frame.shape and np.abs(seen - frame).mean() < 6


def test_attention_by_kind_is_that_of_attention_shares(vlm, film):
    data = read_film(vlm, film)
    given = [int(o['answer'] == 'Yes') for o in data['cuts']]
    table = attention_shares(vlm, film, given)
    for part in ('pictures', 'subtitles'):
        expected = table[table.part == part].groupby('cut').share.sum()
        found = [sum(o[2] for o in cut['attention'] if o[1] == part) for cut in data['cuts']]
        assert np.allclose(found, expected, atol=.005)


@pytest.mark.parametrize('shown', (Shown(pictures=False), Shown(numbers='window', frames=1)))
def test_parts_can_be_left_out(vlm, film, shown):
    other = SceneVLM(vlm.reader, shown, 8, 4)
    data = read_film(other, film)
    counts = {len(o) for o in data['pictures'].values()}
    assert counts == ({1} if shown.pictures else {0})
    json.dumps(data, allow_nan=False)


def test_bad_input_gets_a_sentence(vlm, film):
    with pytest.raises(ValueError, match='a film of 1 shot has no cut'): read_film(vlm, film[:1])
    with pytest.raises(ValueError, match='short: 3 scores for 15 cuts'):
        read_film(vlm, film, dict(short=[0, 1, 2]))
    with pytest.raises(ValueError, match='2 signs for 15 cuts'):
        read_film(vlm, film, signs=['', 'place'])


def opened(chromium, data, tmp_path, scheme='light'):
    path = tmp_path/'film.html'
    FilmReading(data).to_html(path, '<i>A film</i>', 'As a model reads it & says')
    page, errors, outside = watched(chromium, color_scheme=scheme)
    page.goto(path.as_uri())
    page.wait_for_selector('.se-reading .shot')
    return page, errors, outside


def heading(page): return page.inner_text('.se-reading .about h3')


@pytest.mark.parametrize('scheme', ('light', 'dark'))
def test_a_click_on_a_cut_shows_its_window(chromium, data, tmp_path, scheme):
    page, errors, outside = opened(chromium, data, tmp_path, scheme)
    assert page.locator('.se-reading .bar').count() == 30
    box = page.locator('.se-reading .bar').nth(12).bounding_box()
    page.mouse.click(box['x'] + box['width']/2, box['y'] + box['height']/2)
    assert heading(page).startswith('Cut 13 of 15')
    first, end = data['windows'][data['cuts'][12]['window']]['context']
    titles = page.locator('.se-reading .shot .title b').all_inner_texts()
    assert [int(o.split()[1].strip(',')) for o in titles] == [i % 8 + 1 for i in range(first, end)]
    assert page.locator('.se-reading .shot.near').count() == 2
    assert not errors and not outside


def test_arrow_keys_go_from_cut_to_cut_and_stop_at_the_ends(chromium, data, tmp_path):
    page, errors, _ = opened(chromium, data, tmp_path)
    page.focus('.se-reading .chart')
    for _ in range(20): page.keyboard.press('ArrowLeft')
    assert heading(page).startswith('Cut 1 of 15')
    page.keyboard.press('ArrowRight')
    assert heading(page).startswith('Cut 2 of 15')
    assert page.get_attribute('.se-reading .chart', 'aria-valuenow') == '2'
    page.locator('.se-reading .decision').first.click()
    assert heading(page).startswith('Cut 1 of 15')
    assert not errors


def test_every_control_of_it_by_keys(chromium, data, tmp_path):
    page, errors, _ = watched(chromium)
    listening(page)
    FilmReading(data).to_html(tmp_path/'film.html', 'A film')
    page.goto((tmp_path/'film.html').as_uri())
    page.wait_for_selector('.se-reading .shot')
    done = walk(page)
    assert not done.unseen and not done.dead and not missed(page) and not nameless(page)
    decided = page.locator('.se-reading .decision').count()
    assert len(done.stops) == 1 + decided and not errors
    page.close()


def test_what_it_says_is_what_the_model_said(chromium, data, tmp_path):
    page, _, _ = opened(chromium, data, tmp_path)
    cut = data['begin']
    told = data['cuts'][cut]
    assert f'{told["answer"]}, confidence {told["confidence"]:.2f}' in heading(page)
    assert page.text_content('.se-reading .reason') == f'“{told["reason"]}”'
    sign = data['signs'][cut]
    assert (f'by its {sign}' if sign else 'the scene goes on') in heading(page)


def test_words_of_a_film_are_never_markup(chromium, data, tmp_path):
    assert HOSTILE not in reading_page(data, 'x', '')
    page, errors, _ = opened(chromium, data, tmp_path)
    page.focus('.se-reading .chart')
    for _ in range(16): page.keyboard.press('ArrowLeft')
    assert page.locator('.se-reading .line').first.inner_text() == f'“{HOSTILE}”'
    assert page.locator('.se-reading b b, .se-reading img[src=x], h1 i').count() == 0
    assert not errors


def test_it_fits_at_1280_and_at_a_narrow_width(chromium, data, tmp_path):
    page, _, _ = opened(chromium, data, tmp_path)
    for width in (1280, 700):
        page.set_viewport_size(dict(width=width, height=900))
        page.wait_for_function(
            'w => document.querySelector(".se-reading svg").clientWidth < w', arg=width
        )
        assert page.evaluate('document.documentElement.scrollWidth') <= width


def test_the_panel_lives_in_a_notebook(chromium, desk, data):
    import nbformat
    (desk.folder/'film.json').write_text(json.dumps(data))
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(
        'import json\nfrom scene_explore.views.film_reading import FilmReading\n'
        "FilmReading(json.load(open('film.json')))"
    )], metadata=dict(kernelspec=KERNEL))
    nbformat.write(nb, desk.folder/'read.ipynb')
    page, errors, outside = watched(chromium)
    run_all(page, desk.open('read.ipynb'))
    page.wait_for_selector('.se-reading .shot')
    assert page.locator('.se-still').is_hidden()
    page.locator('.se-reading .chart').press('ArrowRight')
    page.wait_for_function(
        'n => document.querySelector(".se-reading h3").textContent.startsWith(`Cut ${n} of`)',
        arg=data['begin'] + 2,
    )
    assert not errors and not outside
