"""What moves in a page: films beside it by relative links, and previews that keep their sound"""
import re
import subprocess

import numpy as np
import pytest
from films import ffmpeg, ffprobe, film
from lab import until, watched

from scene_explore.core.scenes import scene_table
from scene_explore.pipelines.cli import parser
from scene_explore.video.preview_sound import has_sound
from scene_explore.video.previews import film_previews, preview, preview_quality
from scene_explore.views.deck import Deck, deck_space
from scene_explore.views.film_media import film_link, film_links
from scene_explore.views.page import html_page, write_page

VP9 = ('-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '12')
SCENES = [(0, .8), (.8, 1.6), (1.6, 2.4)]


@pytest.fixture(scope='module')
def heard_film(tmp_path_factory):
    "Three seconds in a folder of films: silent but for a tone from second 0.8 to 1.6"
    folder = tmp_path_factory.mktemp('work')/'my films'
    folder.mkdir()
    silent = film(folder/'silent.webm', n=75, codec=VP9)
    tone = 'sine=frequency=880:duration=3:sample_rate=48000'
    ffmpeg('-i', silent, '-f', 'lavfi', '-i', tone, '-af', "volume='between(t,.8,1.6)':eval=frame",
        '-c:v', 'copy', '-c:a', 'libopus', '-shortest', folder/'a #1.webm')
    silent.unlink()
    return folder/'a #1.webm'


def table(path):
    rows = [dict(path=str(path), video_id='a', start=a, end=b) for a, b in SCENES]
    return scene_table(rows)


def written(folder, scenes, previews=None, links=None):
    "A page of these scenes"
    x = np.random.default_rng(0).normal(size=(len(scenes), 4))
    deck = Deck(scenes, [deck_space('x', x)], previews=previews or {}, **(links or {}))
    return write_page(html_page('Scenes', 'Three.', deck=deck), folder/'page.html')


def played(page, path, row):
    "Open a page and play a scene"
    page.goto(path.as_uri())
    page.evaluate('row => document.querySelector("[data-stage]").stage.play(row)', row)
    until(page, 'document.querySelector(".se-video[data-settled=true]")?.currentTime > .81')


def loudness(path, a, b):
    "Mean volume in dB of a stretch, as ffmpeg measures it"
    said = subprocess.run(
        ['ffmpeg', '-hide_banner', '-ss', str(a), '-t', str(b - a), '-i', str(path), '-vn', '-af',
         'volumedetect', '-f', 'null', '-'], capture_output=True, text=True, check=True,
    ).stderr
    return float(re.search(r'mean_volume: (-?[\d.]+) dB', said)[1])


def test_a_page_plays_the_film_beside_it(chromium, heard_film):
    out = heard_film.parent.parent/'out'
    links, lost = film_links(table(heard_film), out)
    path = written(out, table(heard_film), links=links)
    assert not lost and str(out.parent) not in path.read_text('utf-8')
    page, errors, outside = watched(chromium)
    said = []
    page.on('console', lambda o: said.append(o.text) if o.type == 'error' else None)
    played(page, path, 1)
    video = page.locator('.se-video')
    assert video.get_attribute('src') == '../my%20films/a%20%231.webm'
    assert video.evaluate('o => o.muted')
    page.get_by_role('button', name='Sound', exact=True).click()
    assert not video.evaluate('o => o.muted')
    assert page.evaluate('''() => new Promise(done => {
        const video = document.querySelector('.se-video'), seen = []
        const look = () => {
          seen.push(video.currentTime)
          if (seen.length < 40) requestAnimationFrame(look)
          else done(seen.every(t => t >= .8 - .1 && t <= 1.6 + .05))
        }
        look()
      })''')
    assert not errors and not outside and not said
    page.close()


def test_where_the_film_is_gone_its_preview_plays_and_says_so(chromium, heard_film, tmp_path):
    moved = tmp_path/'films'/'b.webm'
    moved.parent.mkdir()
    moved.write_bytes(heard_film.read_bytes())
    scenes = table(moved)
    previews, _ = film_previews(scenes, sound=24_000)
    path = written(tmp_path/'out', scenes, previews, film_links(scenes, tmp_path/'out')[0])
    moved.unlink()
    page, errors, _ = watched(chromium)
    played(page, path, 1)
    assert page.locator('.se-video').get_attribute('src').startswith('blob:')
    note = page.locator('.se-playnote').inner_text()
    assert note.startswith('A small copy:') and 'no longer beside this page' in note
    assert page.get_by_role('button', name='Sound', exact=True).is_enabled()
    assert not errors
    page.close()


def test_a_silent_preview_has_no_sound_to_switch_on(chromium, heard_film, tmp_path):
    scenes = table(heard_film)
    page, errors, _ = watched(chromium)
    played(page, written(tmp_path, scenes, film_previews(scenes)[0]), 1)
    assert page.get_by_role('button', name='Sound', exact=True).is_disabled()
    assert 'without sound' in page.locator('.se-playnote').inner_text()
    assert not errors
    page.close()


def test_a_page_without_links_may_load_no_film(heard_film, tmp_path):
    scenes = table(heard_film)
    links, _ = film_links(scenes, heard_film.parent)
    policy = r'media-src ([^;]*);'
    alone = written(tmp_path, scenes).read_text('utf-8')
    linked = written(tmp_path, scenes, links=links).read_text('utf-8')
    assert [re.search(policy, o)[1] for o in (alone, linked)] == ['blob:', "blob: 'self' file:"]


def test_a_film_elsewhere_is_not_linked_and_the_report_says_why(heard_film, tmp_path):
    scenes = table(heard_film)
    links, lost = film_links(scenes, tmp_path/'a'/'b')
    assert links['urls'] == {} and 'put films and page together' in lost[0]['reason']
    links, lost = film_links(table(tmp_path/'gone.mp4'), tmp_path)
    assert links['urls'] == {} and 'does not exist' in lost[0]['reason']


def test_a_link_is_followed_from_where_the_folder_really_is(heard_film, tmp_path):
    "A page that is written through a link to its folder names the film from there"
    real = heard_film.parent.parent/'results'
    real.mkdir()
    (tmp_path/'out').symlink_to(real)
    assert film_link(heard_film, tmp_path/'out') == '../my%20films/a%20%231.webm'


def test_the_sound_of_a_preview_is_that_of_its_stretches(heard_film, tmp_path):
    webm = tmp_path/'preview.webm'
    webm.write_bytes(preview(heard_film, [(0, .4), (.8, 1.2), (2.4, 2.8)], sound=24_000))
    kinds = [o['codec_name'] for o in ffprobe(webm, '-show_streams')['streams']]
    assert kinds == ['vp9', 'opus']
    inside, after, rest = (loudness(webm, *o) for o in ((.85, 1.2), (1.3, 2.3), (2.45, 2.75)))
    assert inside > -30 > -60 > max(after, rest)
    silent = preview(heard_film, [(0, .4)])
    assert has_sound(webm.read_bytes()) and not has_sound(silent)


def test_pictures_keep_their_times_beside_sound(heard_film, tmp_path):
    times = []
    for sound in (0, 24_000):
        webm = tmp_path/f'{sound}.webm'
        webm.write_bytes(preview(heard_film, [(.3, .8), (1.6, 2)], sound=sound))
        packets = ffprobe(webm, '-select_streams', 'v', '-show_packets')['packets']
        times.append([o['pts_time'] for o in packets])
    assert times[0] == times[1]


def test_sound_counts_in_the_budget(heard_film):
    scenes = table(heard_film)
    whole = film_previews(scenes, sound=24_000)[0]['a']
    budget = len(whole)*2//3
    clips, cut = film_previews(scenes, budget, sound=24_000)
    assert len(clips['a']) <= budget and has_sound(clips['a']) and 'only' in cut[0]['reason']


def test_the_command_line_takes_both():
    args = parser().parse_args(['explore', 'films', '--sound', '--link-films'])
    assert args.sound and args.link_films
    assert preview_quality('none', True) == preview_quality('none')
    assert preview_quality('small', True)['sound'] > 0
