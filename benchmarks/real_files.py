"""Does each kind of real file come out right? A table over a folder of small films and texts, each
of which was read wrongly once.

    python benchmarks/real_files.py --cases FOLDER

The folder holds one folder a case, named by its number. Nothing of it belongs to the project, whose
own tests make their inputs themselves; without the folder (or the variable SCENE_EXPLORE_CASES) it
says so and measures nothing. The films carry their frame number as twelve bars. The last line is
one JSON object.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from scene_explore.datasets.label_files import read_labels
from scene_explore.datasets.subtitles import read_captions
from scene_explore.datasets.loaders import load_annotated
from scene_explore.views.deck import Packer, _packed_columns
from scene_explore.video.export import edl, timeline
from scene_explore.core.results import read_results
from scene_explore.core.scenes import read_scenes, scene_table
from scene_explore.video.scene_units import shots_to_scenes
from scene_explore.video.shots import detect_shots
from scene_explore.views.studio import Studio
from scene_explore.video.clips import iter_frames, probe, read_clips

SDR = [(200, 40, 40), (40, 180, 40), (40, 40, 200)]   # the first patches of the HDR films


def number(x):
    "The number that a picture carries: twelve bars of thirteen in its upper half"
    h, w = x.shape[:2]
    return sum(
        int(x[h // 10 : 2 * h // 5, int((b + 0.3) * w / 13) : int((b + 0.7) * w / 13)].mean() > 128)
        << b
        for b in range(12)
    )


def at(path, t): return number(read_clips(path, [[t]])[0, 0])


def corners(path):
    "Red, green, blue, white: which of them lies in each corner"
    x = read_clips(path, [[.2]])[0, 0].astype(int)
    h, w = x.shape[:2]
    seen = [x[y, c] for y in (h//5, 4*h//5) for c in (w//5, 4*w//5)]
    return ''.join('RGB'[int(o.argmax())] if np.ptp(o) > 60 else 'W' for o in seen)


def joined(c):
    for name in ('twice.ts', 'twice.vob'):
        shots, n = detect_shots(c/name), len(list(iter_frames(c/name)))
        yield (
            name,
            'pictures, seconds, in order',
            (400, 16.0, True),
            (n, round(shots.end.iloc[-1], 1), bool((shots.end > shots.start).all())),
        )


def mirrored(c):
    right = dict(none='RGBW', hflip='GRWB', transpose='RBGW', rot90='BRWG')
    for k, o in right.items(): yield f'q_{k}.mp4', 'corners', o, corners(c/f'q_{k}.mp4')


def default_stream(c):
    for name in ('two.mp4', 'two.mkv'):
        yield (
            name,
            'size, frame at 1.3 s',
            (160, 96, 32),
            (probe(c / name).width, probe(c / name).height, at(c / name, 1.3)),
        )


def ticks(c):
    found = detect_shots(c/'x_jit.mkv').start.round().astype(int).tolist()
    yield (
        'x_jit.mkv',
        'about 30 frames a second; cuts',
        (True, [0, 1, 2, 3, 5, 6, 8, 11]),
        (abs(probe(c / 'x_jit.mkv').fps - 30) < 1, found),
    )


def slides(c):
    for name in (
        'slides_5s.mp4',
        'slides_vfr.mp4',
        'slides.gif',
        'slides_5s.webm',
        'slides_30.mp4',
    ):
        yield name, 'scenes', 6, len(detect_shots(c/name))


def timecodes(c):
    for name, code in (('tc25.mov', '01:00:02:00'), ('tc2997df.mov', '01:00:00;00')):
        t = scene_table([dict(path=str(c/name), start=2., end=4.)])
        yield (
            name,
            'source in',
            (True, code),
            (code in edl(t), timeline(t).tracks[0][0].source_range.start_time.to_timecode()),
        )


def hdr(c):
    for name in ('hdr_pq.mp4', 'hdr_hlg.mp4'):
        x = read_clips(c/name, [[.1]])[0, 0].astype(int)
        off = max(np.abs(x[180, int((i + .5)*80)] - o).max() for i, o in enumerate(SDR))
        yield name, 'within 12 grey levels of SDR', True, bool(off <= 12)


def combs(c):
    x = read_clips(c/'comb.mp4', [[.5]])[0, 0].astype(int)
    yield (
        'comb.mp4',
        'combs, grey levels',
        0.0,
        float(np.abs(x[1:-1:2] - (x[:-2:2] + x[2::2]) / 2).mean().round(0)),
    )


def lengths(c):
    for name, seconds in (('late.mp4', 9.5), ('off.mkv', 8.), ('longaudio.mkv', 8.02)):
        t, report = load_annotated(c/name)
        yield (
            name,
            'seconds; scenes beyond are refused',
            (seconds, True),
            (round(probe(c / name).duration, 2), bool((t.end <= seconds + 0.01).all())),
        )


def words(c):
    for name, few in (('cp1251.srt', 'ЀЯ'), ('shift_jis.srt', '぀ヿ'), ('utf-16-le.srt', None)):
        text = ' '.join(o[2] for o in read_captions(c/name)[0])
        letters = [o for o in text if o.isalpha()]
        fits = all(o.isascii() or few is None or few[0] <= o <= '龿' for o in letters) and not set(
            text
        ) & set('ÃÐ‚ƒ�')
        yield name, 'letters of one script', True, bool(letters) and fits


def same_names(c):
    t = scene_table([
        dict(path=f'{d}/GX010001.mp4', video_id=d, start=i, end=i + 1)
        for d in ('day1', 'day2', 'day3')
        for i in range(2)
    ])
    [films] = [o['of'] for o in _packed_columns(t, Packer()) if o['name'] == 'film']
    yield 'three films of one name', 'names', 3, len(set(films))


def at_home(c):
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable,
            '-c',
            'from scene_explore.pipelines.cli import main; main()',
            'embed',
            str(c / 'plain.mp4'),
            '--backbone',
            'histogram',
            '--out=~/res',
        ]
        subprocess.run(
            command, env=dict(os.environ, HOME=home), cwd=home, capture_output=True, check=False
        )
        yield (
            'embed --out=~/res',
            'scenes.csv in the home folder',
            (True, False),
            ((Path(home) / 'res/scenes.csv').is_file(), (Path(home) / '~').exists()),
        )


def moved(c):
    with tempfile.TemporaryDirectory() as d:
        a, b = Path(d)/'a', Path(d)/'b'
        (a/'films').mkdir(parents=True)
        (a/'films/x.mp4').write_bytes((c/'plain.mp4').read_bytes())
        command = [
            sys.executable,
            '-c',
            'from scene_explore.pipelines.cli import main; main()',
            'embed',
            'films',
            '--backbone',
            'histogram',
            '--out',
            'out',
        ]
        subprocess.run(command, cwd=a, capture_output=True, check=True)
        a.rename(b)
        t, x, _ = read_results(b/'out')
        studio = Studio(t, x)
        studio.to_html(Path(d)/'x.html', progress=False)
        yield (
            'films and results moved together',
            'every scene has its picture',
            len(t),
            len(studio.deck.thumbnails),
        )


def sheets(c):
    for name in ('semicolon.csv', 'tab.csv', 'utf16.csv', 'header.csv'):
        yield name, 'labels are read', True, len(read_labels(c/name, say=lambda _: None)) > 0


def gaps(c):
    t = scene_table([dict(path='x.mp4', video_id='v', start=i, end=i + 1) for i in range(6)])
    for name, o in dict(
        category=pd.Categorical(['a', 'b', None] * 2),
        cut=pd.cut(pd.Series([1, 2, 3, 4, 5, 9]), [0, 3, 6]),
    ).items():
        yield (
            f'{name} with gaps',
            'a deck',
            True,
            bool(Studio(t.assign(mine=o), np.eye(6)).answer_deck()),
        )


def plain_csv(c):
    both = [
        t.assign(path=str(c / 'plain.mp4'))
        for t in (pd.read_csv(c / 'scenes.csv'), read_scenes(c / 'scenes.csv'))
    ]
    # a title "NA" is empty to pandas: no one can know
    events = [[o for o in edl(t).splitlines() if o[:1].isdigit()] for t in both]
    yield (
        'pd.read_csv',
        'the same events in the EDL',
        len(events[1]),
        len(events[0]) if events[0] == events[1] else events[0],
    )


def sliver(c):
    found = shots_to_scenes(detect_shots(c/'p2398.mp4'), c/'p2398.mp4', 'interval:5')
    yield (
        'p2398.mp4',
        'interval:5',
        [[0.0, 5.0], [5.0, 10.01]],
        found[['start', 'end']].round(2).to_numpy().tolist(),
    )


def held(c):
    for name in ('hold0.mp4', 'hold2.mp4', 'hold2.mkv'):
        yield (
            name,
            'pictures, number at 3 s',
            (60, 59),
            (len(list(iter_frames(c / name))), at(c / name, 3.0)),
        )


CASES = {
    '01': joined,
    '02': mirrored,
    '03': default_stream,
    '05': ticks,
    '06': slides,
    '07': timecodes,
    '08': hdr,
    '10': combs,
    '11': lengths,
    '13': words,
    '15': same_names,
    '16': at_home,
    '17': moved,
    '18': sheets,
    '19': gaps,
    '21': plain_csv,
    '22': sliver,
    '23': held,
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--cases',
        default=os.environ.get('SCENE_EXPLORE_CASES'),
        help='folder with one folder a case',
    )
    folder = parser.parse_args().cases
    rows = []
    if not folder or not Path(folder).is_dir(): print('not measured: no data (give --cases FOLDER)')
    else:
        for n, case in CASES.items():
            for c in sorted(Path(folder).glob(f'{n}-*')):
                try: rows += [(n, *o) for o in case(c)]
                # one case does not end the table
                except Exception as e:
                    rows.append((n, c.name, 'is read', True, f'{type(e).__name__}: {e}'))
    for n, name, what, right, found in rows:
        print(
            f'{n}  {"right" if right == found else "WRONG":<6} {name:<34} {what:<36} {found}'
            + ('' if right == found else f'   right: {right}')
        )
    print(
        json.dumps(dict(measured=len(rows), right=sum(right == found for *_, right, found in rows)))
    )


if __name__ == '__main__': main()
