"""How fast are clips of scenes embedded beside Daft, with the same films, frames and encoder?

    python benchmarks/scale_peers.py --films FILM FILM --rounds 3

The shots of the films are found once, outside of all timing; then both decode sixteen frames of
each and give them to the same encoder. Ours is `embed`. Daft reads the films by its own
`read_video_frames`, which decodes and resizes every frame of a film, also those of no clip; it
joins what is wanted, gathers the frames of each clip and calls a class with the encoder in it, as
its documentation shows for models. It is asked film by film: asked for several at once, the reader
of Daft 0.7.26 waits for ever. Rounds are interleaved, vectors are compared. A peer that is not
installed is named and left out; why FiftyOne and NeMo Curator are not here is printed. The last
line is one JSON object.
"""
import argparse
import importlib.util
import json
import os
import statistics
import time
from pathlib import Path

import numpy as np

from scene_explore.core.scenes import scene_table
from scene_explore.encoders.embed import embed, get_backbone, shipped_backbone
from scene_explore.video.clips import clip_times, probe
from scene_explore.video.shots import detect_shots

ROOT = Path(__file__).resolve().parents[1]
NOT_COMPARED = dict(
    fiftyone='fiftyone-db downloads MongoDB from outside the package index when it is installed',
    nemo_curator='its extra video-cpu needs av 17.1.0 and torchvision: not installed here',
)


# ---- what is asked of both
def find_scenes(films):
    "The shots of the films as a scene table"
    return scene_table([
        dict(path=str(o), start=s, end=e)
        for o in films
        for s, e in detect_shots(o)[['start', 'end']].to_numpy()
    ])


def wanted_frames(scenes, sampling):
    "Which frames of which film make which clip: lists of path, frame_index, clip, place"
    fps = {path: probe(path).fps for path in scenes.path.unique()}
    rows = [
        (f'file://{path}', int(t*fps[path] + 1e-6), clip, place)
        for clip, (path, start, end) in enumerate(scenes[['path', 'start', 'end']].to_numpy())
        for place, t in enumerate(
            clip_times(start, end, sampling.frames, sampling.span, max_clips=1)[0]
        )
    ]
    return dict(zip(('path', 'frame_index', 'clip', 'place'), zip(*rows, strict=True), strict=True))


# ---- the contenders: each gives vectors [N, D] in the order of the scenes
def ours(scenes, backbone, batch): return embed(
    scenes, backbone, device='cpu', batch_size=batch, progress=False
).x


def by_daft(scenes, backbone, batch): return np.concatenate([
    film_by_daft(film, backbone, batch) for _, film in scenes.groupby('path', sort=False)
])


def film_by_daft(scenes, backbone, batch):
    import daft
    @daft.cls(use_process=False)   # a process of its own would load torch again in every round
    class Encoder:
        @daft.method.batch(
            return_dtype=daft.DataType.list(daft.DataType.float32()), batch_size=batch
        )
        def __call__(self, places, frames):
            clips = [
                np.stack(frames)[np.argsort(places)]
                for places, frames in zip(places.to_pylist(), frames.to_pylist(), strict=True)
            ]
            return list(backbone.encode(np.stack(clips)))

    film = probe(scenes.path.iloc[0])
    height, width = backbone.size, round(backbone.size*film.width/film.height)
    wanted = wanted_frames(scenes, backbone.sampling)
    frames = daft.read_video_frames(scenes.path.iloc[0], height, width)
    encoder, asked = Encoder(), daft.from_pydict({k: list(v) for k, v in wanted.items()})
    found = (
        frames.join(asked, on=['path', 'frame_index'])
        .groupby('clip')
        .agg(daft.col('place').list_agg(), daft.col('data').list_agg())
        .select('clip', encoder(daft.col('place'), daft.col('data')).alias('vector'))
        .sort('clip')
        .to_pydict()
    )
    return np.array(found['vector'], np.float32)


PEERS = dict(daft=by_daft)


def cosines(x, y):
    "Between the rows of two matrices"
    return (x*y).sum(1)/np.linalg.norm(x, axis=1)/np.linalg.norm(y, axis=1)


def compare(films, rounds, batch):
    "Seconds of every contender in every round, and how near the vectors are"
    backbone = get_backbone(shipped_backbone(), 'cpu', max_clips=1)
    scenes = find_scenes(films)
    contenders = dict(scene_explore=ours) | {
        k: f for k, f in PEERS.items() if importlib.util.find_spec(k)
    }
    seconds, x = {k: [] for k in contenders}, {}
    for f in contenders.values(): f(scenes.head(4), backbone, batch)    # whatever is loaded once
    for _ in range(rounds):
        for k, f in contenders.items():
            began = time.perf_counter()
            x[k] = f(scenes, backbone, batch)
            seconds[k].append(time.perf_counter() - began)
    return scenes, seconds, {k: float(cosines(x['scene_explore'], o).min()) for k, o in x.items()}


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument(
        '--films', nargs='+', default=sorted(map(str, (ROOT/'data/sample/films').glob('*.mp4')))
    )
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--batch', type=int, default=8, help='clips')
    args = p.parse_args()
    scenes, seconds, near = compare(args.films, args.rounds, args.batch)
    for name, why in NOT_COMPARED.items(): print(f'{name} is not compared: {why}')
    for name in PEERS:
        if name not in seconds: print(f'{name} is not installed and left out: pip install {name}')
    found = {}
    for k, o in seconds.items():
        ratios = [b/a for a, b in zip(seconds['scene_explore'], o, strict=True)]
        found[k] = dict(
            films_a_minute=60*len(args.films)/statistics.median(o),
            times_as_long=statistics.median(ratios),
            lowest=min(ratios),
            highest=max(ratios),
            cosine=near[k],
        )
        print(
            f'{k:14} {found[k]["films_a_minute"]:7.1f} films/min  {found[k]["times_as_long"]:5.2f}'
            f' times as long [{min(ratios):.2f}, {max(ratios):.2f}]  least cosine {near[k]:.4f}'
        )
    print(json.dumps(dict(
        benchmark='scale_peers', films=len(args.films), scenes=len(scenes), rounds=args.rounds,
        cores=os.cpu_count(), contenders=found, not_compared=NOT_COMPARED,
    )))


if __name__ == '__main__': main()
