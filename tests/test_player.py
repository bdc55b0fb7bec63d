"""One clock: what the player, the previews and the thumbnails show at a moment is what the decoder
gives for it, in films whose own clocks differ"""
import base64
import io
import json
import struct

import nbformat
import numpy as np
import pytest
from films import NUMBER_JS, SIZE, corners, ffmpeg, film, number
from lab import run_all, watched
from PIL import Image

from scene_explore.views.assets import SCRIPT, STYLE, web_text
from scene_explore.views.deck import Deck, pack
from scene_explore.video.files import VideoError
from scene_explore.video.decode import Film
from scene_explore.video.previews import film_thumbnails, preview
from scene_explore.core.scenes import scene_table
from scene_explore.views.stage import Stage
from scene_explore.video.clips import iter_frames, read_clips

# pictures are stored in another order than shown
B = ('-c:v', 'libx264', '-crf', '12', '-g', '12', '-pix_fmt', 'yuv420p', '-bf', '3')
VP9 = ('-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '12')
# every third picture is shown twice as long
GAPS = ('-vf', "setpts='(N+floor(N/3))*0.04/TB'", '-fps_mode', 'vfr')


def dash(path):
    "What a player of DASH has in hand in the middle of a film: the header and some later segments"
    folder = path.parent/'dash'
    folder.mkdir()
    film(
        folder / 'm.mpd',
        n=100,
        codec=B,
        args=(
            '-f',
            'dash',
            '-seg_duration',
            '0.96',
            '-use_timeline',
            '0',
            '-init_seg_name',
            'init.mp4',
            '-media_seg_name',
            '$Number$.m4s',
        ),
    )
    path.write_bytes(b''.join((folder/o).read_bytes() for o in ('init.mp4', '3.m4s', '4.m4s')))


def after_sound(path):
    "The first picture comes when the sound has been heard for a while"
    film(path.with_name('silent.mp4'), codec=B)
    ffmpeg(
        '-f',
        'lavfi',
        '-t',
        3,
        '-i',
        'sine',
        '-itsoffset',
        0.7,
        '-i',
        path.with_name('silent.mp4'),
        '-map',
        '1:v',
        '-map',
        '0:a',
        '-c:v',
        'copy',
        '-c:a',
        'aac',
        path,
    )


def begins_inside(path):
    "An edit list that begins between two keyframes"
    film(path.with_name('long.mp4'), n=100, codec=B)
    ffmpeg('-ss', .3, '-i', path.with_name('long.mp4'), '-c', 'copy', path)


FILMS = {
    'plain.mp4': dict(),
    'no_edit_list.mp4': dict(codec=B, args=('-use_editlist', '0')),
    'no_edit_list_23.mp4': dict(fps='24000/1001', codec=B, args=('-use_editlist', '0')),
    'from_1000.mkv': dict(codec=B, args=('-output_ts_offset', '1000')),
    'from_1000.webm': dict(codec=VP9, args=('-output_ts_offset', '1000')),
    'from_1000.mp4': dict(codec=B, args=('-output_ts_offset', '1000')),
    'from_2.mkv': dict(codec=B, args=('-output_ts_offset', '2.5')),
    'fragments.mp4': dict(
        codec=B, args=('-movflags', 'frag_keyframe+empty_moov+default_base_moof')
    ),
    'dash.mp4': dash,
    'after_sound.mp4': after_sound,
    'after_sound.mkv': after_sound,
    'begins_inside.mp4': begins_inside,
    'rate_29.mp4': dict(fps='30000/1001', codec=B),
    'gaps.mp4': dict(codec=B, args=GAPS),
    'gaps.mkv': dict(codec=B, args=(*GAPS, '-output_ts_offset', '5')),
    'stream.ts': dict(codec=B),  # no browser plays it: a small copy is made
}


def make(folder, name):
    "A film of the list"
    how = FILMS[name]
    how(folder/name) if callable(how) else film(folder/name, **how)
    return folder/name


def moments(path):
    """Seconds to look at: the beginning, and of some pictures their first moment, their middle and
    a little before their end"""
    times = []
    try: times.extend(t for t, _ in iter_frames(path))
    except VideoError: pass   # of a part of a film not everything that it declares is there
    picked = [k for k in (0, 1, 7, 13, 24, len(times) - 3) if k < len(times) - 1]
    around = [(times[k], (times[k] + times[k + 1])/2, times[k + 1] - .006) for k in picked]
    return sorted({0., *(round(t, 6) for three in around for t in three)})


def shown(path, times):
    "The numbers of the pictures that the decoder gives"
    return [number(o[0]) for o in read_clips(path, [[t] for t in times])]


def table(path, times):
    return scene_table([dict(path=path, video_id=path.name, start=t, end=t + .5) for t in times])


@pytest.mark.parametrize('name', FILMS)
def test_previews_and_thumbnails_are_on_the_clock_of_the_film(tmp_path, name):
    path = make(tmp_path, name)
    times = moments(path)
    copies = []
    for t in times:
        copy = tmp_path/'copy.webm'
        copy.write_bytes(preview(path, [(t, t + .2)]))
        copies += shown(copy, [np.ceil(1000*t)/1000])   # a copy counts in milliseconds
    assert copies == shown(path, times)
    small = {
        i: number(np.asarray(Image.open(io.BytesIO(jpeg))))
        for i, jpeg in film_thumbnails(table(path, times), SIZE[0])
    }
    middle = [t + .25 for t in times[:-3]]
    assert [small[i] for i in range(len(middle))] == shown(path, middle)


def test_the_first_picture_is_told_to_the_browser(tmp_path):
    path = make(tmp_path, 'after_sound.mp4')
    stage = Stage(Deck(table(path, [0.]), []))
    with Film(path) as opened: assert stage.answer_clock(0) == (dict(first=opened.first.time), [])
    assert .69 < stage.answer_clock(0)[0]['first'] < .71


# ---- in JupyterLab
READ = f"""async moments => {{
    const [stage] = globalThis.sceneExplore.stages,
      number = {NUMBER_JS},
      out = []
    const frame = () => new Promise(requestAnimationFrame)
    for (const [film, time] of moments) {{
      const row = stage.deck.ids.findIndex(
        (_, i) =>
          stage.deck.films[stage.deck.film[i]].id === film && stage.deck.start[i] === time,
      )
      stage.play(row)
      stage.set({{ held: true }})
      const want = stage.deck.start[row],
        until = performance.now() + 10000
      const there = v =>
        v &&
        v.dataset.sceneId === stage.deck.ids[row] &&
        v.getAttribute('src') &&
        !v.seeking &&
        v.readyState > 1 &&
        v.dataset.settled === 'true' &&
        v.paused &&
        Math.abs(v.currentTime - want) < 0.12
      let video = null
      while (!there(video) && performance.now() < until) {{
        await frame()
        video = document.querySelector('[data-panel=player] video')
      }}
      // the picture at rest: the browser may paint a frame on the way to it first
      let seen = null
      for (let still = 0; still < 4 && performance.now() < until; still++) {{
        await frame()
        const now = there(video) ? number(video) : null
        if (now !== seen) still = 0
        seen = now
      }}
      out.push(seen ?? `nothing at ${{want}}: ${{video?.currentTime}} ${{video?.src}}`)
    }}
    return out
  }}"""


# The nine numbers of the display matrix that count, and where the corners R, G, B, W then stand.
TURNED = dict(
    mirrored=((-1, 0, 0, 1), 'GRWB'),
    upside_down=((-1, 0, 0, -1), 'WBGR'),
    quarter=((0, 1, -1, 0), 'BRWG'),
    quarter_mirrored=((0, 1, 1, 0), 'RBGW'),
)
CORNERS = """() => {
    const v = document.querySelector('[data-panel=player] video'),
      c = document.createElement('canvas')
    c.width = v.videoWidth
    c.height = v.videoHeight
    const g = c.getContext('2d')
    g.drawImage(v, 0, 0)
    return [c.height, c.width, [...g.getImageData(0, 0, c.width, c.height).data]]
  }"""


def turned(path, matrix):
    "A film whose header says that a player has to turn it"
    data = bytearray(film(path).read_bytes())
    at = data.index(
        struct.pack('>9i', 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30), data.index(b'tkhd')
    )
    a, b, c, d = matrix
    right, down = (SIZE[0] if -1 in (a, c) else 0), (SIZE[1] if -1 in (b, d) else 0)
    data[at : at + 36] = struct.pack(
        '>9i', *(o << 16 for o in (a, b, 0, c, d, 0, right, down)), 1 << 30
    )
    path.write_bytes(data)
    return path


@pytest.mark.browser
def test_the_player_shows_what_the_decoder_shows(chromium, desk):
    paths = [make(desk.folder, name) for name in FILMS]
    for name, (matrix, _) in TURNED.items(): turned(desk.folder/f'{name}.mp4', matrix)
    wanted = {p.name: (times := moments(p), shown(p, times)) for p in paths}
    times = {k: v[0] for k, v in wanted.items()} | {f'{k}.mp4': [.5] for k in TURNED}
    code = f'''import numpy as np
from pathlib import Path
from scene_explore.core.scenes import scene_table
from scene_explore.views.studio import Studio
times = {json.dumps(times)}
scenes = scene_table([
    dict(path=str(Path(f).resolve()), video_id=f, start=t, end=t + 0.5)
    for f, ts in times.items()
    for t in ts
])
studio = Studio(scenes, np.random.default_rng(0).normal(size=(len(scenes), 8)), panels=['player'])
studio'''
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code)],
            metadata=dict(
                kernelspec=dict(display_name='python3', language='python', name='python3')
            ),
        ),
        desk.folder / 'n.ipynb',
    )
    page, errors, outside = watched(chromium)
    run_all(page, desk.open('n.ipynb'))
    page.wait_for_function('globalThis.sceneExplore?.stages.size === 1')
    found = {
        name: page.evaluate(READ, [(name, t) for t in times]) for name, (times, _) in wanted.items()
    }
    assert found == {name: numbers for name, (_, numbers) in wanted.items()}
    for name, (_, letters) in TURNED.items():
        page.evaluate(READ, [(f'{name}.mp4', .5)])
        h, w, data = page.evaluate(CORNERS)
        assert corners(np.array(data, 'uint8').reshape(h, w, 4)[..., :3]) == letters
    assert not errors and not outside
    page.close()


# ---- controls
SECONDS = 2   # of each scene
VIDEO = "document.querySelector('[data-panel=player] video')"
PICTURE = f'({NUMBER_JS})({VIDEO})'


@pytest.fixture(scope='module')
def numbered(tmp_path_factory):
    "A film of three scenes; as others are, its pictures are stored in another order than shown"
    folder = tmp_path_factory.mktemp('numbered')
    cuts = (25*SECONDS, 50*SECONDS)
    return dict(
        film=film(folder/'film.mp4', n=75*SECONDS, cuts=cuts, codec=B),
        copy=film(folder/'copy.webm', n=75*SECONDS, cuts=cuts, codec=VP9),
    )


STAGE = """async ([script, header, buffers, film]) => {
    const module = new Blob([script], { type: 'text/javascript' })
    const { Deck, PageHost, Stage } = await import(URL.createObjectURL(module))
    const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0))
    const host = new PageHost()
    if (film) {
      header.films[0].src = URL.createObjectURL(new Blob([bytes(film)], { type: 'video/mp4' }))
      Object.assign(host, { base: () => '', ask: async () => ({ first: 0, buffers: [] }) })
    }
    const deck = new Deck(header, buffers.map(o => bytes(o).buffer))
    globalThis.stage = new Stage(document.body, deck, host, { panels: ['player'] })
  }"""


@pytest.fixture
def seated(chromium, numbered):
    "seated('film') or seated('copy'): a page whose player has that one, with scene 0 in play"
    pages = []
    def seat(kind):
        page, errors, outside = watched(chromium)
        pages.append(page)
        path, data = numbered[kind], base64.b64encode(numbered[kind].read_bytes()).decode()
        scenes = scene_table([
            dict(path=path, video_id='numbered', start=SECONDS*i, end=SECONDS*(i + 1))
            for i in range(3)
        ])
        previews = {'numbered': path.read_bytes()} if kind == 'copy' else {}
        header, buffers = pack(Deck(scenes, [], previews=previews))
        page.add_style_tag(content=web_text(STYLE))
        encoded = [base64.b64encode(o).decode() for o in buffers]
        page.evaluate(STAGE, [web_text(SCRIPT), header, encoded, data if kind == 'film' else ''])
        page.evaluate('stage.click(0)')
        page.wait_for_function(f'{VIDEO}?.dataset.settled === "true" && {VIDEO}.currentTime > .3')
        return page, errors
    yield seat
    for page in pages: page.close()


def time(page): return page.evaluate(f'{VIDEO}.currentTime')
def at_rest(page, value, frames):
    "Once a value in the page is the same for so many frames"
    page.evaluate('globalThis.still = 0')
    page.wait_for_function(
        f'''n => {{ const now = {value}
          globalThis.still = now === globalThis.last ? (globalThis.still ?? 0) + 1 : 0
          globalThis.last = now
          return globalThis.still >= n }}''',
        arg=frames,
        polling='raf',
    )


def scene(page): return page.evaluate('stage.get("playing")[0]')
def pause(page):
    page.keyboard.press('k')
    page.wait_for_function(
        f'{VIDEO}.paused && !{VIDEO}.seeking && {VIDEO}.dataset.settled === "true"'
    )


def scrub_to(page, share):
    "Where the scrubber has that share of the scene"
    box = page.get_by_label('Time in the scene').bounding_box()
    page.mouse.move(box['x'] + 7 + share*(box['width'] - 14), box['y'] + box['height']/2)


@pytest.mark.browser
def test_a_scrubber_is_dragged_and_plays_on_if_it_played(seated):
    page, errors = seated('copy')
    scrubber = page.get_by_label('Time in the scene')
    assert scrubber.evaluate('o => [+o.min, +o.max]') == [0, SECONDS]
    scrub_to(page, .25)
    page.mouse.down()
    scrub_to(page, .5)
    page.wait_for_function(f'{VIDEO}.paused && Math.abs({VIDEO}.currentTime - 1) < .02')
    assert page.locator('.se-playbutton').inner_text() == 'Play'
    assert scrubber.get_attribute('aria-valuetext') == '0:01 of 2.0 s'
    page.mouse.up()
    page.wait_for_function(f'!{VIDEO}.paused && {VIDEO}.currentTime > 1.2')
    page.wait_for_function("document.querySelector('.se-scrub').valueAsNumber > 1.2")
    pause(page)
    scrub_to(page, .25)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(f'{VIDEO}.paused && Math.abs({VIDEO}.currentTime - .5) < .02')
    page.wait_for_function(f'{PICTURE} === 12')
    scrub_to(page, 1)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(f'{PICTURE} === 49')   # the last of the scene
    scrubber.press('ArrowLeft')
    page.wait_for_function(f'{VIDEO}.currentTime < 1.97')
    assert scene(page) == 0 and page.evaluate(f'{VIDEO}.paused') and not errors


@pytest.mark.browser
def test_speed_is_kept_from_scene_to_scene_and_volume_is_heard(seated):
    page, errors = seated('film')
    page.get_by_label('Speed').select_option('2')
    assert page.evaluate(f'{VIDEO}.playbackRate') == 2
    page.get_by_role('button', name='Next scene').click()
    page.wait_for_function(f'!{VIDEO}.paused && {VIDEO}.currentTime > 2.2')
    assert page.evaluate(f'{VIDEO}.playbackRate') == 2 and scene(page) == 1
    page.wait_for_function('stage.get("held")')
    at_rest(page, f'{VIDEO}.currentTime', 36) # a picture of the next scene would come by then
    page.wait_for_function(f'!{VIDEO}.seeking')
    at_rest(page, PICTURE, 36)                # the last seek may be painted late
    assert 3.5 < time(page) < 4 and page.evaluate(PICTURE) < 100
    sound, volume = page.get_by_role('button', name='Sound'), page.get_by_label('Volume')
    def heard(): return page.evaluate(f'[{VIDEO}.muted, {VIDEO}.volume]')
    assert heard()[0] and volume.input_value() == '0'
    volume.fill('0.5')
    assert heard() == [False, .5] and sound.get_attribute('aria-pressed') == 'true'
    sound.click()
    assert heard() == [True, .5] and volume.input_value() == '0'
    sound.click()
    assert heard() == [False, .5] and volume.input_value() == '0.5'
    assert not errors


@pytest.mark.browser
def test_full_screen_and_back(seated):
    page, errors = seated('copy')
    button = page.get_by_role('button', name='Full screen')
    button.click()
    page.wait_for_function('document.fullscreenElement?.dataset.panel === "player"')
    page.wait_for_function(f'{VIDEO}.clientHeight > 450')
    assert button.get_attribute('aria-pressed') == 'true'
    button.click()
    page.wait_for_function('!document.fullscreenElement')
    page.wait_for_function('document.querySelector(".se-fullscreen").ariaPressed === "false"')
    assert not errors


@pytest.mark.browser
@pytest.mark.parametrize('kind', ('film', 'copy'))
def test_every_frame_can_be_stepped_to(seated, kind):
    page, errors = seated(kind)
    page.wait_for_function(f'{VIDEO}.currentTime > .9')
    page.keyboard.press('.')
    page.wait_for_function(f'{VIDEO}.paused && {VIDEO}.dataset.settled === "true"')
    at_rest(page, PICTURE, 18)
    first = page.evaluate(PICTURE)
    def shows(n):
        page.wait_for_function(f'{PICTURE} === {n} && {VIDEO}.dataset.settled === "true"')
    for n in range(first + 1, first + 14):   # over a keyframe
        page.keyboard.press('.')
        shows(n)
    for n in range(first + 12, first - 2, -1):
        page.keyboard.press(',')
        shows(n)
    for _ in range(60): page.keyboard.press(',')
    shows(0)
    assert scene(page) == 0 and not errors


@pytest.mark.browser
def test_j_k_and_l_are_an_editors_shuttle(seated):
    page, errors = seated('film')
    pause(page)
    page.keyboard.press('.')
    page.get_by_label('Time in the scene').fill('1.5')
    page.wait_for_function(f'!{VIDEO}.seeking && Math.abs({VIDEO}.currentTime - 1.5) < .02')
    page.keyboard.press('j')
    page.wait_for_function(f'{VIDEO}.currentTime < 1.2')
    assert page.evaluate(f'{VIDEO}.paused')
    assert page.locator('.se-said').inner_text() == 'Backwards, 1×'
    page.keyboard.press('k')
    stopped = time(page)
    at_rest(page, f'{VIDEO}.currentTime', 24)
    assert abs(time(page) - stopped) < .2 and time(page) > .05
    page.keyboard.press('l')
    page.wait_for_function(f'!{VIDEO}.paused')
    for rate in (2, 4, 4):
        page.keyboard.press('l')
        assert page.evaluate(f'{VIDEO}.playbackRate') == rate
    assert page.get_by_label('Speed').input_value() == '4'
    pause(page)
    assert page.evaluate(f'{VIDEO}.playbackRate') == 1 and scene(page) == 0
    for _ in 'jj': page.keyboard.press('j')
    page.wait_for_function(f'{VIDEO}.currentTime < .01')
    at_rest(page, f'{VIDEO}.currentTime', 18)
    page.keyboard.press(' ')   # the beginning of the scene ended it: this plays
    page.wait_for_function(f'!{VIDEO}.paused && {VIDEO}.currentTime > .2')
    assert not errors


BETWEEN = f"""() => {{
    const t = {VIDEO}.currentTime
    if (t > 1.3) throw new Error(`beyond the out point: ${{t}}`)
    globalThis.turns = (globalThis.turns ?? 0) + (t < (globalThis.before ?? 0))
    globalThis.before = t
    return globalThis.turns > 1 && t > .5
  }}"""


@pytest.mark.browser
def test_a_loop_runs_between_the_in_and_the_out_point(seated):
    page, errors = seated('film')
    pause(page)
    scrubber = page.get_by_label('Time in the scene')
    points = page.locator(':is(.se-in-point, .se-out-point):not([hidden])')
    def go(t):
        scrubber.fill(str(t))
        page.wait_for_function(f'!{VIDEO}.seeking && Math.abs({VIDEO}.currentTime - {t}) < .02')
        page.wait_for_function(f'{PICTURE} === {round(25*t - .5)}')
    assert points.count() == 0
    go(1.06)
    page.keyboard.press('o')
    go(.54)
    page.keyboard.press('i')
    assert points.count() == 2
    loop = page.get_by_role('button', name='Loop')
    page.keyboard.press('r')
    assert loop.get_attribute('aria-pressed') == 'true'
    page.keyboard.press('l')
    page.wait_for_function(BETWEEN, polling='raf')
    page.keyboard.press('Escape')
    assert points.count() == 0 and page.evaluate('stage.get("selection")') == [0]
    page.wait_for_function(f'{VIDEO}.currentTime > 1.4')
    page.keyboard.press('Escape')
    assert page.evaluate('stage.get("selection")') == [] and not errors


@pytest.mark.browser
def test_points_in_two_scenes_are_looped_through(seated):
    page, errors = seated('film')
    page.keyboard.press('r')
    pause(page)
    scrubber = page.get_by_label('Time in the scene')
    scrubber.fill('1.5')
    page.wait_for_function(f'!{VIDEO}.seeking && {PICTURE} === 37')
    page.keyboard.press('i')
    page.get_by_role('button', name='Next scene').click()
    page.wait_for_function(f'{VIDEO}.currentTime > 2.3 && !{VIDEO}.paused')
    page.keyboard.press('o')
    page.wait_for_function('stage.get("playing")[0] === 0')
    page.wait_for_function(f'{VIDEO}.currentTime > 1.6 && {VIDEO}.currentTime < 2')
    page.wait_for_function('stage.get("playing")[0] === 1')
    page.wait_for_function(f'stage.get("playing")[0] === 0 && {VIDEO}.dataset.settled === "true"')
    assert page.evaluate(f'{VIDEO}.currentTime') > 1.4 and not errors


@pytest.mark.browser
def test_the_keys_are_shown_and_the_focus_returns(seated):
    page, errors = seated('copy')
    page.locator('.se-playbutton').focus()
    page.keyboard.press('?')
    dialog = page.get_by_role('dialog', name='Keys')
    dialog.wait_for()
    keys = dialog.locator('dt').all_inner_texts()
    player = ['Space', 'J', 'K', 'L', ',', '.', 'C', 'R', 'I', 'O', 'Esc']
    selection = ['T', 'U', 'N']
    assert keys == [*player, *selection, '←', '→', 'Z', 'Shift+Z', 'Esc', '?']
    assert len(keys) == dialog.locator('dd').count()
    page.keyboard.press('ArrowRight')   # is not heard behind it
    page.keyboard.press('Escape')
    dialog.wait_for(state='detached')
    assert page.evaluate('document.activeElement.className').endswith('se-playbutton')
    assert scene(page) == 0 and page.evaluate('stage.get("selection")') == [0] and not errors
