"""Search by sentences and by pictures: what the encoders give, whatever comes as a picture"""
import base64
import io
import zlib

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from lab import run_all, watched
from PIL import Image
from test_studio import notebook

from scene_explore.core.scenes import scene_table, video_id
from scene_explore.core.store import Store
from scene_explore.datasets import world
from scene_explore.encoders.embed import get_backbone
from scene_explore.encoders.search import has_text_tower, read_picture
from scene_explore.labels.checkpoints import random_clip
from scene_explore.views.studio import Studio


def png(pixels, kind='PNG', **options):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def noise(seed=0, size=(40, 60)): # uint8 [H, W, 3]
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)


def base64_of(data): return base64.b64encode(data).decode()


@pytest.fixture(scope='module')
def clip(tmp_path_factory):
    from transformers import CLIPConfig
    folder = random_clip(tmp_path_factory.mktemp('clip'))
    config = CLIPConfig.from_pretrained(folder)
    config.vision_config.projection_dim = config.text_config.projection_dim = config.projection_dim
    config.save_pretrained(folder)   # each tower is loaded by itself, too
    return folder


def table(n, black=()):
    return scene_table([
        dict(
            path='f.mp4', video_id='f', start=i, end=i + 1,
            transition='black' if i in black else '',
        )
        for i in range(n)
    ])


# ---- by a picture
def test_a_picture_finds_what_its_encoder_finds(clip):
    encoder = get_backbone(clip, frames=2)
    shots = [noise(i) for i in range(6)]
    x = encoder.encode(np.stack([np.stack([o, o]) for o in shots]))
    studio = Studio(table(6, black=[4]), x, encoder=encoder)
    query = noise(3)
    answer, _ = studio.answer_search_picture(base64_of(png(query)))
    cosines = x @ encoder.encode(np.stack([query, query])[None])[0]
    rows = [i for i in np.argsort(-cosines, kind='stable') if i != 4]
    assert answer['rows'] == rows and rows[0] == 3
    np.testing.assert_allclose(answer['scores'], cosines[rows], atol=1e-5)
    assert answer['kind'] == 'picture' and answer['by'] == 'clip'
    assert 4 not in studio.answer_search_picture(base64_of(png(shots[4])))[0]['rows']
    assert studio.deck.extra['picture_search'] and not studio.deck.extra['text_search']


def test_without_an_encoder_no_picture_is_searched_for():
    studio = Studio(table(6), np.eye(6))
    assert not studio.deck.extra['picture_search']
    with pytest.raises(ValueError, match='no encoder of pictures'):
        studio.answer_search_picture(base64_of(png(noise())))


@pytest.mark.parametrize(
    'data, words',
    [
        (b'', 'no picture that can be read'),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'no picture that can be read'),
        (png(noise())[:400], 'no picture that can be read'),
        (b'GIF89a' + bytes(40), 'no picture that can be read'),
        (bytes(20_000_001), 'has 20,000,001 bytes: give at most'),
    ],
)
def test_a_broken_picture_is_one_sentence(data, words):
    with pytest.raises(ValueError, match=words) as e: read_picture(data)
    assert '\n' not in str(e.value)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_damage_is_a_sentence_or_a_picture(junk, at):
    data = png(noise(size=(8, 8)))
    at %= len(data)
    try: found = read_picture(data[:at] + junk + data[at:])
    except ValueError as e: assert 'picture' in str(e)
    else: assert found.dtype == np.uint8 and found.shape[2] == 3


def test_a_picture_that_would_fill_the_memory_is_not_decoded():
    small = png(np.zeros((10, 10, 3), np.uint8))
    at = small.index(b'IHDR') + 4
    side = (60_000).to_bytes(4, 'big')
    head = side + side + small[at + 8:at + 13]
    crc = zlib.crc32(b'IHDR' + head).to_bytes(4, 'big')
    with pytest.raises(ValueError, match='too many pixels: give at most 50,000,000'):
        read_picture(small[:at] + head + crc + small[at + 17:])
    tall = png(np.zeros((9000, 6000), np.uint8))
    with pytest.raises(ValueError, match='6000 x 9000 pixels: give at most 50,000,000'):
        read_picture(tall)


def test_pictures_of_any_mode_are_read_upright_on_white():
    assert read_picture(png(noise(size=(2000, 500)))).shape == (1024, 256, 3)
    assert read_picture(png(noise(size=(4, 400)))).shape == (4, 32, 3)
    clear = np.zeros((4, 4, 4), np.uint8)
    assert (read_picture(png(clear)) == 255).all()
    grey = np.full((4, 4), 7, np.uint8)
    assert (read_picture(png(grey)) == 7).all()
    turned = Image.Exif()
    turned[0x0112] = 6
    wide = np.zeros((8, 24, 3), np.uint8)
    assert read_picture(png(wide, 'JPEG', exif=turned)).shape == (24, 8, 3)
    exact = noise()
    np.testing.assert_array_equal(read_picture(png(exact)), exact)


# ---- by a sentence
def test_a_clip_that_reads_sentences_searches_the_pixels(clip, tmp_path):
    from transformers import AutoTokenizer, CLIPModel
    assert has_text_tower(clip) and not has_text_tower('histogram')
    film = tmp_path/'one.mp4'
    world.render_film(1, film, seconds=12, shots=4, fps=6, size=(72, 128))
    studio = Studio(store=Store(tmp_path/'store'))
    studio.embed(film, backbone=str(clip))
    extra = studio.deck.extra
    assert extra['searches'][0] == 'pixels' and extra['picture_search'] and extra['text_search']
    answer, _ = studio.answer_search('a red kettle')
    assert answer['kind'] == 'pixels' and answer['by'] == str(clip)
    model, tokenizer = CLIPModel.from_pretrained(clip).eval(), AutoTokenizer.from_pretrained(clip)
    with torch.inference_mode():
        query = model.get_text_features(**tokenizer(['a red kettle'], return_tensors='pt'))
    query = getattr(query, 'pooler_output', query)[0].numpy()
    x = studio.deck.spaces[0].x
    cosines = x/np.linalg.norm(x, axis=1, keepdims=True) @ (query/np.linalg.norm(query))
    np.testing.assert_allclose(answer['scores'], cosines[answer['rows']], atol=1e-5)
    with pytest.raises(ValueError, match="no search by 'smell' here: pixels"):
        studio.answer_search('a', by='smell')

    studio.embed(film, backbone='histogram')
    assert 'pixels' not in studio.deck.extra['searches']
    assert studio.deck.extra['picture_search']


def test_scenes_that_cannot_be_shown_are_not_searched(tmp_path, monkeypatch):
    film = world.render_film(5, tmp_path/'film.mp4', seconds=12, shots=4, fps=6, size=(48, 84))
    studio = Studio(table(6), np.eye(6), folder=tmp_path, store=Store(tmp_path/'store'))
    studio._searches = (lambda text: np.ones(6),)
    def ends(*args): raise MemoryError('no memory left')
    monkeypatch.setattr('scene_explore.views.studio.studio_deck', ends)
    with pytest.raises(MemoryError): studio.embed(film, backbone='histogram')
    # what was read is shown, and nothing searches the scenes that were shown before
    assert set(studio.deck.scenes.video_id) == {video_id(film)}
    assert (studio._searches, studio._still) == ((), None)


def test_words_and_pixels_are_both_there_and_one_is_chosen():
    studio = Studio(table(3), np.eye(3))
    pixels, words = (lambda text: np.array([3., 2, 1])), (lambda text: np.array([1., 2, 3]))
    pixels.kind, words.kind = 'pixels', 'words'
    studio._searches = (pixels, words)
    assert studio.searching()['searches'] == ['pixels', 'words']
    assert studio.answer_search('x')[0]['rows'] == [0, 1, 2]
    assert studio.answer_search('x', by='words')[0]['rows'] == [2, 1, 0]


# ---- in JupyterLab
@pytest.mark.browser
def test_a_picture_is_pasted_dropped_and_chosen(chromium, desk, tmp_path):
    code = '''import numpy as np
from scene_explore.core.scenes import scene_table
from scene_explore.encoders.embed import get_backbone
from scene_explore.views.studio import Studio
rows = [dict(path='f.mp4', video_id='f', start=i, end=i + 1) for i in range(4)]
encoder = get_backbone('histogram', frames=2)
colours = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0)]
clips = np.zeros((4, 2, 8, 8, 3), np.uint8) + np.array(colours, np.uint8)[:, None, None, None]
studio = Studio(
    scene_table(rows), encoder.encode(clips), encoder=encoder, panels=['neighbours', 'table']
)
studio'''
    page, errors, outside = watched(chromium)
    run_all(page, notebook(desk, code))
    page.set_default_timeout(120_000)
    panel = page.locator('[data-panel=neighbours]')
    def first(n):
        page.wait_for_function(
            'n => +document.querySelector("[data-panel=neighbours] .se-near-card")?.dataset.row'
            ' === n && document.querySelector(".se-near-query img")',
            arg=n,
        )
    files = {}
    for name, colour in dict(green=(0, 250, 0), blue=(0, 0, 250), yellow=(250, 250, 0)).items():
        files[name] = png(np.full((20, 30, 3), colour, np.uint8))
    panel.get_by_role('button', name='Picture …').wait_for()
    panel.locator('input[type=file]').set_input_files(
        dict(name='green.png', mimeType='image/png', buffer=files['green'])
    )
    first(1)
    panel.get_by_text('on pixels, by the encoder of pictures (histogram)').wait_for()
    assert 'Nearest to the picture “green.png”' in panel.inner_text()
    give = '''([data, kind, of, text]) => {
        const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0))
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([bytes], 'given.png', { type: 'image/png' }))
        if (text) dataTransfer.setData('text/plain', text)
        const options = { bubbles: true, cancelable: true }
        const event = kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: dataTransfer, ...options })
          : new DragEvent(kind, { dataTransfer, ...options })
        return document.querySelector(of).dispatchEvent(event)
      }'''
    blue = [base64_of(files['blue']), 'paste', '.se-near-words']
    assert page.evaluate(give, [*blue, 'words'])   # the browser pastes the words
    assert not page.evaluate(give, blue)
    first(2)
    page.evaluate(give, [base64_of(files['yellow']), 'drop', '.se-near-lists'])
    first(3)
    page.evaluate(give, [base64_of(b'no picture'), 'paste', '.se-near-words'])
    page.get_by_text('No search: this is no picture that can be read').wait_for()
    panel.get_by_role('button', name='By example').click()
    panel.get_by_text('by an example scene').wait_for()
    assert not errors and not outside
    page.close()
