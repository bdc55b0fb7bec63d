"""How much memory does `explore` take, as a film grows longer and as scenes become many?

    python benchmarks/memory.py --minutes 5 30 120 --scenes 20000 --backbone pixels

Every case is a process of its own, asked at its end how much memory it ever held (its peak resident
set, libraries and all). The long films are one of the sample's, joined to itself without encoding
anew, so that pictures, cuts and coding are those of a film. The many scenes are shots of a second
in small films made here: pictures of smooth colour with grain, in one of sixteen places that come
back; detected, embedded, named by a CSV of labels, measured, drawn and written, with a thumbnail
and a preview as for anybody. With several lengths of film the last figure is the slope between the
shortest and the longest. The last line is one JSON object.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = 16


def peak():
    "The most memory that this process ever held, in MB"
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == 'darwin' else 1e6 / 1024
    )


# ---- films
def joined(film, path, minutes):
    "A film again and again, its packets copied, until it is so long"
    import av
    with av.open(str(path), 'w') as out:
        stream, at = None, 0
        while stream is None or at*stream.time_base < 60*minutes:
            with av.open(str(film)) as file:
                source = file.streams.video[0]
                stream = stream or out.add_stream_from_template(source)
                length = source.duration
                for packet in file.demux(source):
                    if packet.dts is None: continue
                    packet.pts = packet.pts + at
                    packet.dts = packet.dts + at
                    packet.stream = stream
                    out.mux(packet)
            at += length
    return path


def pictures(rng, n, width, height):
    "Pictures of smooth colour, one for each place"
    import numpy as np
    from PIL import Image
    def smooth(): return Image.fromarray(rng.integers(0, 256, (4, 6, 3), dtype=np.uint8))
    return np.stack(
        [np.asarray(smooth().resize((width, height), Image.Resampling.BICUBIC)) for _ in range(n)]
    ).astype(np.int16)


def shots(path, places, looks, rng, fps=8, grain=12):
    "A film of one shot of a second for each of `places`"
    import av
    import numpy as np
    height, width = looks.shape[1:3]
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('libx264', rate=fps, options=dict(preset='ultrafast', crf='28'))
        stream.width = width
        stream.height = height
        stream.pix_fmt = 'yuv420p'
        for place in places:
            picture = (
                (
                    looks[place]
                    + rng.integers(-60, 60, 3)
                    + rng.integers(-grain, grain, looks.shape[1:])
                )
                .clip(0, 255)
                .astype(np.uint8)
            )
            for _ in range(fps):
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, 'rgb24')))
        out.mux(stream.encode())
    return path


def many(folder, n, films=20):
    "Films with so many shots, and a CSV that names the place of each"
    import numpy as np
    from scene_explore.core.scenes import video_id
    rng = np.random.default_rng(0)
    looks, rows = pictures(rng, PLACES, 160, 90), ['scene_id,place']
    for i, part in enumerate(np.array_split(np.arange(n), films)):
        # no shot is of the place of the one before
        places = np.cumsum(rng.integers(1, PLACES, len(part))) % PLACES
        name = video_id(shots(folder/f'film {i + 1:02d}.mp4', places, looks, rng))
        rows += [f'{name}@{1000*k}-{1000*k + 1000},place {p + 1}' for k, p in enumerate(places)]
    (folder/'labels.csv').write_text('\n'.join(rows) + '\n')
    return folder/'labels.csv'


# ---- a case, in a process of its own
def case(folder, backbone, labels):
    "Explore a folder, and say what it took"
    import scene_explore.pipelines.explore as e
    empty, began = peak(), time.perf_counter()
    result = e.explore(
        folder, Path(folder) / 'out', backbone=backbone, labels=labels, device='cpu', progress=False
    )
    page = Path(result.summary.get('page') or os.devnull)
    print(
        json.dumps(
            dict(
                scenes=result.summary['n_scenes'],
                seconds=round(time.perf_counter() - began, 1),
                mb=round(peak()),
                libraries_mb=round(empty),
                page_mb=round(page.stat().st_size / 1e6, 1),
                left_out=len(result.summary['skipped']),
            )
        )
    )


def measured(folder, backbone, labels=None):
    "A case in a fresh process"
    asked = [
        sys.executable,
        __file__,
        '--case',
        str(folder),
        '--backbone',
        backbone,
        *(['--labels', str(labels)] if labels else []),
    ]
    told = subprocess.run(asked, stdout=subprocess.PIPE, text=True)
    if told.returncode: sys.exit(f'{folder} ended with {told.returncode}')
    return json.loads(told.stdout.splitlines()[-1])


def cases(args, folder):
    "(what it is, minutes of film or None, what it took), one after the other"
    for minutes in args.minutes:
        (at := folder/f'{minutes:g}').mkdir()
        joined(args.film, at/'film.mp4', minutes)
        yield f'{minutes:g} minutes', minutes, measured(at, args.backbone)
    if args.scenes:
        (at := folder/'many').mkdir()
        labels = many(at, args.scenes)
        yield f'{args.scenes} scenes', None, measured(at, args.backbone, labels)


# ---- what is told
def slope(found):
    "MB for a minute of film, between the shortest and the longest; None for fewer than two lengths"
    lengths = sorted((minutes, o['mb']) for _, minutes, o in found if minutes is not None)
    if len(lengths) < 2: return None
    (a, low), *_, (b, high) = lengths
    return float(Fraction(high - low)/Fraction(b - a)) if b > a else None


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--minutes', type=float, nargs='*', default=[5, 30, 120], help='lengths of film')
    p.add_argument(
        '--scenes', type=int, default=20_000, help='of the case of many scenes; 0: without it'
    )
    p.add_argument(
        '--backbone', default='pixels', help='a registered name, a checkpoint folder or a hub id'
    )
    p.add_argument(
        '--film',
        default=ROOT / 'data/sample/films/noor-and-the-key.mp4',
        help='that is joined to itself',
    )
    p.add_argument('--case', help=argparse.SUPPRESS)
    p.add_argument('--labels', help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.case: return case(args.case, args.backbone, args.labels)
    print(
        f'{"":16} {"scenes":>8} {"peak MB":>8} {"of it libraries":>16} {"seconds":>8}'
        f' {"page MB":>8}'
    )
    found = []
    with tempfile.TemporaryDirectory() as tmp:
        for name, minutes, o in cases(args, Path(tmp)):
            found.append((name, minutes, o))
            print(
                f'{name:16} {o["scenes"]:8} {o["mb"]:8} {o["libraries_mb"]:16} {o["seconds"]:8.1f}'
                f' {o["page_mb"]:8.1f}',
                flush=True,
            )
    grows = slope(found)
    if grows is not None: print(f'{grows:.2f} MB for each further minute of film')
    print(
        json.dumps(
            dict(
                benchmark='memory',
                backbone=args.backbone,
                cores=os.cpu_count(),
                cases={name: o for name, _, o in found},
                mb_a_minute=grows,
            )
        )
    )


if __name__ == '__main__': main()
