"""What the panels share beyond the selection: the filter dims, black frames are left out, a click
in the timeline goes to its time, words and sound of a film, two scenes in step, a scene that moves
under the pointer"""
import numpy as np
import pytest
from dots import seen
from films import ffmpeg, film
from lab import until, watched

from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store
from scene_explore.datasets.loaders import film_cues
from scene_explore.video.sound import sound_peaks
from scene_explore.views.deck import pack
from scene_explore.views.film_media import film_peaks, film_subtitles, film_tracks
from scene_explore.views.studio import Studio

SECONDS, LENGTH = 24, 4   # of the film, of a scene
PLACES = ['kitchen', 'bar', 'kitchen', 'bar', 'hall', '']
BLACK = 5                 # the last row
LONG = 'and then we drove along the coast until there was no more road to drive along'
CUES = [(1., 3., 'Tea?'), (5.5, 7.5, LONG), (16.5, 19., 'I am <b>late</b>.')]
# half of full scale, silence, a quarter of it
LOUD = "if(lt(t,8),.5,if(lt(t,16),0,.25))*sin(2*PI*440*t)"
SOUND = ('-f', 'lavfi', '-t', SECONDS, '-i', f"aevalsrc='{LOUD}':s=16000")


def stamp(t): return f'00:00:{int(t):02d},{round(t % 1*1000):03d}'


@pytest.fixture(scope='module')
def spoken(tmp_path_factory):
    "A film of six scenes with sound, its subtitles beside it"
    folder = tmp_path_factory.mktemp('spoken')
    cuts = [25*LENGTH*i for i in range(1, 6)]
    silent = film(folder/'pictures.mp4', n=25*SECONDS, cuts=cuts)
    ffmpeg('-i', silent, *SOUND, '-c:v', 'copy', '-c:a', 'aac', folder/'tea.mp4')
    lines = [f'{i}\n{stamp(a)} --> {stamp(b)}\n{o}\n' for i, (a, b, o) in enumerate(CUES, 1)]
    (folder/'tea.srt').write_text('\n'.join(lines))
    return folder/'tea.mp4'


def table(path):
    rows = [
        dict(
            path=path,
            video_id='tea',
            start=float(LENGTH*i),
            end=float(LENGTH*(i + 1)),
            place=place,
            title=f'scene {i}',
            transition='black' if i == BLACK else '',
        )
        for i, place in enumerate(PLACES)
    ]
    return scene_table(rows)


ANGLES = np.radians([0, 10, 20, 30, 40, 5])   # the black one is next to the first


@pytest.fixture(scope='module')
def written(spoken, tmp_path_factory):
    x = np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)
    panels = ('player', 'projection', 'timeline', 'matrix', 'neighbours')
    studio = Studio(table(spoken), x, panels=panels)
    path = tmp_path_factory.mktemp('page')/'page.html'
    assert studio.to_html(path, progress=False) == []
    return path


@pytest.fixture
def opened(chromium, written):
    "opened(): the page, with its stage as `stage`"
    pages = []
    def open_page(**how):
        page, errors, outside = watched(chromium, **how)
        pages.append((page, errors, outside))
        page.goto(written.as_uri())
        page.wait_for_selector('[data-panel=projection] .se-body[data-drawn]')
        page.wait_for_selector('[data-panel=matrix] .se-body[data-drawn]')
        page.evaluate('globalThis.stage = document.querySelector("[data-stage]").stage')
        return page
    yield open_page
    for page, errors, outside in pages:
        page.close()
        assert not errors and not outside


# ---- what is read from a film
def test_the_lines_of_a_film_come_from_the_file_beside_it(spoken):
    plain = [(1., 3., 'Tea?'), (5.5, 7.5, LONG), (16.5, 19., 'I am late.')]
    assert film_cues(spoken) == plain == film_subtitles(table(spoken))
    header, buffers = pack(Studio(table(spoken), np.eye(6)).deck)
    assert header['films'][0]['subtitles'] is None   # a kernel reads them when they are asked for


def test_where_no_line_has_a_time_the_words_of_a_scene_stand_for_it(tmp_path):
    scenes = table(tmp_path/'gone.mp4').assign(subtitles=['a', '', 'b', None, '', ''])
    assert film_subtitles(scenes) == [(0., 4., 'a'), (8., 12., 'b')]
    assert film_tracks(scenes, progress=False)['peaks'] == {}   # nothing is known of its sound


def test_peaks_are_those_of_the_samples_that_ffmpeg_decodes(spoken):
    heard = ffmpeg('-i', spoken, '-ac', '1', '-ar', '8000', '-f', 'f32le', '-')
    samples = np.abs(np.frombuffer(heard, '<f4'))[:8000*SECONDS]
    n = 240
    most = samples.reshape(n, -1).max(1)
    peaks = sound_peaks(spoken, SECONDS, n)/255
    assert len(peaks) == n and np.abs(peaks - most).max() < .01
    assert np.abs(peaks[[40, 200]] - [.5, .25]).max() < .02 and peaks[120] < .01


def test_peaks_are_computed_once_and_a_film_without_sound_has_none(spoken, tmp_path, monkeypatch):
    store = Store(tmp_path/'store')
    first = film_peaks(table(spoken), store)
    def again(*_): pytest.fail('again')
    monkeypatch.setattr('scene_explore.views.film_media.sound_peaks', again)
    assert (film_peaks(table(spoken), store) == first).all() and len(first) == SECONDS/.02
    monkeypatch.undo()
    assert len(film_peaks(table(spoken.with_name('pictures.mp4')))) == 0
    assert film_peaks(table(tmp_path/'gone.mp4')) is None


# ---- the filter dims
WHERE = 'stage.set({ where: "place:kitchen" })'
BAND = 16   # px, where the band of the scenes begins


def at(page, t): # px from the left of the timeline's picture
    return round(40 + t/SECONDS*(page.locator('.se-timebase').bounding_box()['width'] - 52))


def opacity(page, x, y): # 0 to 255, of a pixel of the timeline's picture
    return page.locator('.se-timebase').evaluate(
        """(e, [x, y]) => {
          const ratio = e.width / e.clientWidth
          return e.getContext('2d').getImageData(x * ratio, y * ratio, 1, 1).data[3]
        }""",
        [x, y],
    )


def bands(page): # how opaque each scene is
    return [opacity(page, at(page, LENGTH*i + 2), BAND + 3) for i in range(6)]


@pytest.mark.browser
def test_the_timeline_fades_what_the_filter_leaves_out(opened):
    page = opened()
    assert bands(page) == [255]*5 + [0]   # the black one is not drawn
    page.evaluate(WHERE)
    page.get_by_text('2 of 5 scenes match the filter, the others are faded.').first.wait_for()
    found = bands(page)
    assert [o == 255 for o in found] == [True, False, True, False, False, False]
    assert all(60 < found[i] < 120 for i in (1, 3, 4))


CELL = """([over, a, b]) => {
  const e = document.querySelector('.se-matrix-frame canvas')
  const { left, top, side, scenes } = document.querySelector('.se-matrix-over').dataset
  const ratio = e.width / e.clientWidth
  const at = (from, k) => (+from + ((k + 0.5) * side) / scenes) * ratio
  return [...e.getContext('2d').getImageData(at(left, b), at(top, a), 1, 1).data]
}"""


@pytest.mark.browser
def test_the_matrix_fades_rows_and_columns_that_the_filter_leaves_out(opened):
    page = opened()
    def cells(): return np.array([[page.evaluate(CELL, ['', a, b]) for b in range(5)]
                                  for a in range(5)], float)[..., :3]
    before = cells()
    page.evaluate(WHERE)
    page.locator('[data-panel=matrix]').get_by_text('2 of 5 scenes match the filter').wait_for()
    after = cells()
    paper = np.array(page.evaluate(
        """() => {
          const g = new OffscreenCanvas(1, 1).getContext('2d')
          const body = document.querySelector('[data-panel=matrix] .se-body')
          g.fillStyle = getComputedStyle(body).getPropertyValue('--se-paper')
          g.fillRect(0, 0, 1, 1)
          return [...g.getImageData(0, 0, 1, 1).data]
        }"""
    )[:3], float)
    for a in range(5):
        for b in range(5):
            matches = a in (0, 2) and b in (0, 2)
            right = before[a, b] if matches else .75*paper + .25*before[a, b]
            assert np.abs(after[a, b] - right).max() <= 2, (a, b)


def near(page): # rows of the list
    cards = page.locator('.se-near-card')
    return cards.evaluate_all('all => all.map(o => +o.dataset.row)')


@pytest.mark.browser
def test_neighbours_that_do_not_match_are_left_out_and_counted(opened):
    page = opened()
    page.evaluate('stage.select([0])')
    until(page, 'document.querySelectorAll(".se-near-card").length === 4')
    assert near(page) == [1, 2, 3, 4]
    page.evaluate(WHERE)
    page.get_by_text('3 of the 4 nearest do not match the filter and are left out.').wait_for()
    assert near(page) == [2]
    page.evaluate('stage.set({ where: "" })')
    until(page, 'document.querySelectorAll(".se-near-card").length === 4')
    assert page.get_by_text('not match the filter').count() == 0


@pytest.mark.browser
def test_thumbnails_that_come_late_change_no_list_of_neighbours(opened):
    page = opened()
    page.evaluate('stage.select([0])')
    until(page, 'document.querySelectorAll(".se-near-card").length === 4')
    kept = page.evaluate("""() => {
      const card = document.querySelector('.se-near-card')
      const blank = Object.assign(document.createElement('i'), { className: 'se-near-blank' })
      blank.dataset.pictureOf = card.dataset.row
      card.querySelector('img').replaceWith(blank)
      stage.shared.set({ pictures: 'more' })
      const again = document.querySelector('.se-near-card')
      const count = what => again.querySelectorAll(what).length
      return [card === again, count('img'), count('i')]
    }""")
    assert kept == [True, 1, 0]


@pytest.mark.browser
def test_a_black_shot_is_left_out_everywhere_and_every_panel_says_so(opened):
    page = opened()
    for panel in ('projection', 'timeline', 'matrix', 'neighbours'):
        check = page.locator(f'[data-panel={panel}]').get_by_label('hide 1 black or title')
        assert check.is_checked()
    page.evaluate('stage.select([0])')
    until(page, 'document.querySelectorAll(".se-near-card").length === 4')
    assert BLACK not in near(page) and bands(page)[BLACK] == 0
    assert page.locator('.se-matrix-over').get_attribute('data-scenes') == '5'
    assert page.locator('[data-panel=projection] .se-body').get_attribute('data-drawn') == '5'
    page.get_by_label('Search by words').fill('scene')
    page.keyboard.press('Enter')
    until(page, 'document.querySelectorAll(".se-near-card").length === 5')
    assert BLACK not in near(page)
    page.locator('[data-panel=timeline]').get_by_label('hide 1 black or title').uncheck()
    until(page, 'document.querySelectorAll(".se-near-card").length === 6')
    until(page, 'document.querySelector(".se-matrix-over").dataset.scenes === "6"')
    assert bands(page)[BLACK] > 0


# ---- time
VIDEO = 'document.querySelector("[data-panel=player] video")'
SETTLED = f'{VIDEO}?.dataset.settled === "true" && !{VIDEO}.seeking && {VIDEO}.readyState > 1'


def click_timeline(page, t, y):
    box = page.locator('.se-timebase').bounding_box()
    page.mouse.click(box['x'] + at(page, t), box['y'] + y)
    until(page, SETTLED)


HEADS = """() => {
  stage.on('head', () => {
    const head = stage.get('head')
    if (head) globalThis.heads.push(head.t)
  })
  const forget = () => { globalThis.heads = [] }   // what was told before the click
  document.addEventListener('pointerup', forget, true)
}"""


@pytest.mark.browser
def test_a_click_in_the_timeline_goes_to_that_time(opened):
    page = opened()
    page.evaluate(HEADS)
    for t in (9.5, 10.8, 2.):   # in a scene, later in the same, in one before
        click_timeline(page, t, BAND + 20)
        until(page, 'globalThis.heads.length > 1')
        assert page.evaluate('stage.get("playing")') == [int(t//LENGTH)]
        assert abs(page.evaluate('globalThis.heads[0]') - t) < .15
    page.evaluate('stage.play(2)')   # from its start again
    until(page, f'{SETTLED} && {VIDEO}.currentTime >= 8 && {VIDEO}.currentTime < 9.3')


# ---- words and sound
LANE = BAND + 34 + 15 + 6 + 9   # px: below the band, the transitions and a gap, its middle


@pytest.mark.browser
def test_what_is_said_is_a_lane_and_a_click_goes_there(opened):
    page = opened()
    box = page.locator('.se-timebase').bounding_box()
    page.mouse.move(box['x'] + at(page, 6.5), box['y'] + LANE)
    until(page, 'document.querySelector(".se-timebase").title.length > 0')
    assert page.locator('.se-timebase').get_attribute('title') == LONG   # whole, also if clipped
    assert opacity(page, at(page, 2.9), LANE) > 0 == opacity(page, at(page, 3.5), LANE)
    click_timeline(page, 6.5, LANE)
    assert page.evaluate('stage.get("playing")') == [1]
    page.get_by_text(LONG).wait_for()
    assert page.evaluate(f'{VIDEO}.currentTime') < 7.5
    height = page.locator('.se-timebase').bounding_box()['height']
    page.get_by_label('subtitles').uncheck()
    until(
        page,
        'document.querySelector(".se-timebase").clientHeight < o - 10', arg=height
    )


@pytest.mark.browser
def test_the_player_shows_what_is_said_in_time(opened):
    page = opened()
    page.evaluate('stage.click(4)')
    said = page.locator('.se-subtitle')
    until(page, 'document.querySelector(".se-subtitle")?.textContent === "I am late."')
    t = page.evaluate(f'{VIDEO}.currentTime')
    assert 16.4 < t < 19.2
    until(page, 'document.querySelector(".se-subtitle").textContent === ""')
    assert page.evaluate(f'{VIDEO}.currentTime') > 18.8 and said.is_visible()
    page.evaluate('stage.playFrom(4, 17)')
    until(page, 'document.querySelector(".se-subtitle").textContent === "I am late."')
    page.keyboard.press('c')
    said.wait_for(state='hidden')
    page.get_by_role('button', name='Subtitles').click()
    said.wait_for()
    page.evaluate('stage.click(2)')   # in this scene nobody speaks
    said.wait_for(state='hidden')
    assert page.get_by_role('button', name='Subtitles').is_hidden()


@pytest.mark.browser
def test_the_waveform_is_as_high_as_the_film_is_loud(opened):
    page = opened()
    page.get_by_label('waveform').check()
    top = BAND + 34 + 15 + 6 + 18 + 6
    until(
        page,
        'document.querySelector(".se-timebase").clientHeight >= o',
        arg=top + 40 + 24 + 104,
    )
    def height(t): return sum(opacity(page, at(page, t), top + y) > 128 for y in range(40))
    # a codec overshoots where a tone begins: the tone itself is a little less than the loudest
    assert 36 <= height(4) <= 40 and abs(height(20) - height(4)/2) <= 2 and height(12) <= 1


# ---- two scenes in step
PAIR = '[...document.querySelectorAll("[data-panel=player] video")]'
RESTS = f'{PAIR}.length === 2 && {PAIR}.every(v => v.paused && !v.seeking && v.readyState > 1)'


@pytest.mark.browser
def test_two_scenes_in_step_are_as_far_from_their_starts(opened):
    page = opened()
    page.evaluate('stage.play(0, 2)')
    page.get_by_role('button', name='In step').wait_for()
    until(page, f'{PAIR}.every(v => v.dataset.settled === "true" && v.readyState > 1)')
    page.evaluate('stage.set({ held: true })')
    until(page, RESTS)
    def offsets(): return page.evaluate(f'{PAIR}.map(v => v.currentTime - v.dataset.start)')
    def seek(nth, share):
        bar = page.get_by_label('Time in the scene').nth(nth)
        bar.evaluate('(e, t) => { e.value = t; e.dispatchEvent(new Event("input")) }', share)
        bar.dispatch_event('change')
        until(page, RESTS)
    seek(0, 3)
    a, b = offsets()
    assert abs(a - 3) < .01 and abs(b - a) > .5   # each for itself
    page.get_by_role('button', name='In step').click()
    until(page, RESTS)
    assert abs(np.subtract(*offsets())) < .01 and abs(offsets()[0] - 3) < .01
    for nth, t in ((0, 1), (1, 2.5)):
        seek(nth, t)
        assert np.abs(np.array(offsets()) - t).max() < .01
    page.get_by_role('button', name='Play', exact=True).click()
    until(page, f'{PAIR}.every(v => v.currentTime - v.dataset.start > 2.8)')
    page.get_by_role('button', name='Pause', exact=True).click()
    until(page, RESTS)
    assert abs(np.subtract(*offsets())) < .35   # a picture of a copy lasts an eighth of a second
    page.get_by_role('button', name='In step').click()
    seek(0, .5)
    assert offsets()[1] > 2


@pytest.mark.browser
def test_in_step_is_switched_while_both_play(opened):
    page = opened()
    page.evaluate('stage.play(0, 2)')
    until(page, f'{PAIR}.length === 2 && {PAIR}.every(v => v.currentTime - v.dataset.start > .2)')
    page.get_by_role('button', name='In step').click()
    until(page, f'{PAIR}.every(v => v.currentTime - v.dataset.start > 2)')


@pytest.mark.browser
def test_a_scene_that_waits_in_a_loop_goes_on_without_the_other(opened):
    page = opened()
    page.evaluate('stage.play(2, 0)')
    until(page, f'{PAIR}.length === 2 && {PAIR}.every(v => v.dataset.settled === "true")')
    page.get_by_role('button', name='In step').click()
    page.get_by_label('Time in the scene').first.evaluate(
        'e => { e.value = 1; e.dispatchEvent(new Event("input")) }'
    )
    page.keyboard.press('o')   # of the first a second is played, of the other four
    page.keyboard.press('r')
    page.get_by_label('Time in the scene').first.dispatch_event('change')
    until(page, f'{PAIR}[0].paused && !{PAIR}[1].paused && stage.get("loop")')
    page.get_by_role('button', name='In step').click()
    until(page, f'!{PAIR}[0].paused')


@pytest.mark.browser
def test_two_scenes_in_step_without_their_films_rest(chromium, tmp_path):
    studio = Studio(table('gone.mp4'), np.eye(6), panels=('player',))
    studio.to_html(tmp_path/'page.html', progress=False)
    page, errors, _ = watched(chromium)
    page.goto((tmp_path/'page.html').as_uri())
    page.wait_for_selector('[data-stage]')
    page.evaluate('globalThis.stage = document.querySelector("[data-stage]").stage')
    page.evaluate('stage.play(0, 2)')
    until(page, 'stage.get("held")')
    page.get_by_role('button', name='In step').click()
    page.keyboard.press('r')
    assert page.evaluate('stage.get("loop")')
    page.evaluate('void setTimeout(() => stage.play(1, 3), 0)')
    until(page, 'stage.get("playing")[0] === 1 && stage.get("held")')
    assert not errors
    page.close()


# ---- the scene under the pointer moves
TIP = '.se-tip:not([hidden]) video:not([hidden])'


@pytest.mark.browser
def test_a_scene_moves_while_the_pointer_rests_on_its_dot(opened):
    page = opened()
    row, spot = next(o for o in seen(page).items() if o[0] in (1, 2, 3))
    page.mouse.move(*spot)
    page.wait_for_selector(TIP)
    moving = page.locator(TIP)
    first = moving.evaluate('e => e.currentTime')
    until(page, f'document.querySelector("{TIP}").currentTime > o + .2', arg=first)
    assert LENGTH*row - .01 <= moving.evaluate('e => e.currentTime') < LENGTH*(row + 1)
    assert moving.evaluate('e => e.muted') and page.locator('.se-tip img').is_hidden()
    page.mouse.move(4, 4)
    page.wait_for_selector('.se-tip video', state='detached')
    page.mouse.move(*spot)   # the picture is there again at once
    page.locator('.se-tip img').wait_for()


@pytest.mark.browser
def test_nothing_moves_by_itself_where_less_motion_is_asked_for(opened):
    page = opened(reduced_motion='reduce')
    spot = list(seen(page).values())[1]
    page.mouse.move(*spot)
    page.locator('.se-tip img').wait_for()
    assert page.evaluate('stage.moving.timer') == 0   # nothing waits to begin
    page.emulate_media(reduced_motion='no-preference')
    page.mouse.move(4, 4)
    page.mouse.move(*spot)
    until(page, 'stage.moving.timer > 0')
