"""How far would embedding a catalogue scale? 1 to 256 GPU workers, simulated, and what stops them.

    python benchmarks/scale_simulation.py --films FILM --out FILE

Films come from a catalogue with the published size and mean length of FineVideo. A head node hands
each out; it is fetched from shared storage, decoded and cut into shots on one core of a worker, and
the GPU of that worker embeds its clips. A worker holds only so many films at a time, so nothing
piles up. Decoding is measured here, on `--films`, or taken from `--decode`. No GPU was measured:
its time, the storage, the head node and the price are assumptions with a range, and each is moved
to both ends of it. The last line is one JSON object.
"""
import argparse
import json
import math
import statistics
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import simpy

ROOT = Path(__file__).resolve().parents[1]
VIDEOS, MEAN_MINUTES = 43_751, 4.7       # published on the dataset card of FineVideo
MEGABYTES_A_MINUTE = 600e3/(VIDEOS*MEAN_MINUTES)   # "600 GB" on the same card
STAGES = 'head', 'storage', 'decode', 'gpu'


@dataclass(frozen=True)
class Cluster:
    "What the stages of a film take, and how much of each there is"
    decode: float = 9.         # CPU seconds for a minute of film: decoding, shots, clips
    clip: float = .002         # GPU seconds for a clip
    clips: float = 12.         # clips for a minute of film
    head: float = .01          # seconds of the head node for a film
    cores: int = 16            # of a worker, each with one film at a time
    ahead: int = 2             # films that a worker holds beyond its cores
    stream: float = 1.         # gigabits a second of one download
    storage: float = 40.       # gigabits a second of all downloads together
    megabytes: float = MEGABYTES_A_MINUTE   # of a minute of film
    price: float = 3.          # dollars an hour for a worker: a GPU and its cores

    @property
    def streams(self): return max(1, int(self.storage/self.stream))

    @property
    def rate(self): return min(self.stream, self.storage)

    def capacity(self, workers):
        "How many films each stage works on at once"
        return dict(head=1, storage=self.streams, decode=workers*self.cores, gpu=workers)

    def seconds(self, minutes):
        "Seconds of each stage for films of such lengths"
        return dict(
            head=self.head + 0*minutes,
            storage=minutes*self.megabytes*8e-3/self.rate,
            decode=minutes*self.decode,
            gpu=minutes*self.clips*self.clip,
        )


# what is assumed, from the better end to the worse; the price changes no time
RANGES = dict(
    clip=(.0005, .02),
    clips=(6., 30.),
    head=(.002, .05),
    cores=(32, 8),
    storage=(400., 10.),
    price=(1.5, 6.),
)


# ---- films
def lengths(
    films=VIDEOS,      # how many
    spread=.7,         # standard deviation of the logarithm; 0: all are alike
    seed=0,
): # minutes [films]
    """Lengths of films: a log-normal with the published mean. Its shape is not published as numbers
    and is an assumption"""
    mean = math.log(MEAN_MINUTES) - spread**2/2
    return np.random.default_rng(seed).lognormal(mean, spread, films)


# ---- the bounds of queueing
def bound(cluster, workers, minutes):
    """The bottleneck law -> films a second that no schedule can exceed, and the stage that says so.
    Denning and Buzen, The Operational Analysis of Queueing Network Models, 1978"""
    held = workers*(cluster.cores + cluster.ahead)
    busy = {k: float(v.mean()) for k, v in cluster.seconds(minutes).items()}
    most = {k: n/busy[k] if busy[k] else math.inf for k, n in cluster.capacity(workers).items()}
    most['films in hand'] = held/sum(busy.values())
    first = min(most, key=most.get)
    return most[first], first


# ---- the simulation
def _stage(env, resource, seconds):
    "Wait for a free place, then take it for so long"
    with resource.request() as place:
        yield place
        yield env.timeout(seconds)


def _seat(env, films, rows, stages):
    "One of the films that a worker holds at a time: the next film, through all stages"
    for i in films:
        for name, resource in stages.items():
            yield from _stage(env, resource, rows[name][i])


def simulate(cluster, workers, minutes):
    "Seconds until every film is embedded"
    env, films = simpy.Environment(), iter(range(len(minutes)))
    rows = {k: v.tolist() for k, v in cluster.seconds(minutes).items()}
    shared = dict(head=simpy.Resource(env, 1), storage=simpy.Resource(env, cluster.streams))
    for _ in range(workers):
        own = dict(decode=simpy.Resource(env, cluster.cores), gpu=simpy.Resource(env, 1))
        for _ in range(cluster.cores + cluster.ahead):
            env.process(_seat(env, films, rows, shared | own))
    env.run()
    return env.now


def summary(cluster, workers, minutes):
    "What a simulated run comes to"
    seconds = simulate(cluster, workers, minutes)
    hours = seconds/3600
    rate, first = bound(cluster, workers, minutes)
    spent, there = cluster.seconds(minutes), cluster.capacity(workers)
    busy = {k: float(spent[k].sum())/(there[k]*seconds) for k in STAGES}
    film_hours = float(minutes.sum())/60
    # no film is shared by two cores: the longest alone takes this share of the whole run
    longest = float(sum(spent.values()).max())/seconds
    share = len(minutes)/seconds/rate
    return dict(
        workers=workers,
        hours=hours,
        film_hours_an_hour=film_hours/hours,
        dollars_a_film_hour=cluster.price*workers*hours/film_hours,
        busy=busy,
        bottleneck=first if share >= longest else 'longest film',
        share_of_bound=share,
        longest_film=longest,
    )


# ---- what is measured
def decode_seconds(path, rounds=3):
    "CPU seconds for a minute of film: decoding, shots, a clip and a thumbnail of each; median"
    from scene_explore.video.clips import probe
    from scene_explore.video.shots import ClipSpec, scan
    film, spent, shots = probe(path), [], 0
    for _ in range(rounds):
        began = time.process_time()
        shots = len(list(scan(path, clips=ClipSpec(max_clips=1))))
        spent.append(time.process_time() - began)
    return dict(
        film=Path(path).name,
        picture=f'{film.width}x{film.height}',
        minutes=film.duration/60,
        decode=statistics.median(spent)*60/film.duration,
        shots_a_minute=shots*60/film.duration,
    )


# ---- what is told
def moved(cluster, workers, minutes):
    "Each assumption at both ends of its range, the others as they are"
    for name, ends in RANGES.items():
        for end in ends:
            found = summary(replace(cluster, **{name: end}), workers, minutes)
            yield dict(assumption=name, value=end, **found)


def line(found, name=''):
    busy = ' '.join(f'{100*v:7.1f}' for v in found['busy'].values())
    return (
        f'{name:16} {found["workers"]:7} {found["film_hours_an_hour"]:12,.0f}'
        f' {found["dollars_a_film_hour"]:9.4f} {busy}  {found["bottleneck"]}'
    )


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--workers', type=int, nargs='+', default=[2**k for k in range(9)])
    p.add_argument('--videos', type=int, default=VIDEOS, help='films in the catalogue')
    p.add_argument('--spread', type=float, default=.7, help='of the logarithm of the lengths')
    p.add_argument(
        '--films',
        nargs='*',
        default=sorted((ROOT/'data/sample/films').glob('*.mp4')),
        help='on which decoding is measured; the slowest counts',
    )
    p.add_argument('--decode', type=float, help='CPU seconds a film minute, instead of measuring')
    p.add_argument('--no-ranges', action='store_true', help='no assumption is moved')
    p.add_argument('--out', type=Path, help='a file for the result')
    args = p.parse_args()
    measured = [] if args.decode else [decode_seconds(o) for o in args.films]
    decode = args.decode or max(o['decode'] for o in measured)
    for o in measured: print(f'{o["film"]}, {o["picture"]}: {o["decode"]:.2f} CPU s a film minute')
    cluster, minutes = Cluster(decode=decode), lengths(args.videos, args.spread)
    print(f'{"":16} workers film hours/h  $/film h  ' + ' '.join(f'{o:>6}%' for o in STAGES))
    runs, sorted_runs, ends = [], [], []
    order = np.sort(minutes)[::-1]
    for n in args.workers:
        runs.append(summary(cluster, n, minutes))
        print(line(runs[-1], 'as drawn'), flush=True)
        sorted_runs.append(summary(cluster, n, order))
        print(line(sorted_runs[-1], 'longest first'), flush=True)
    for o in () if args.no_ranges else moved(cluster, max(args.workers), order):
        ends.append(o)
        print(line(o, f'{o["assumption"]} {o["value"]:g}'), flush=True)
    found = dict(
        benchmark='scale_simulation',
        catalogue=dict(
            videos=len(minutes), hours=float(minutes.sum())/60, spread=args.spread,
            longest=float(minutes.max()),
        ),
        measured=measured,
        cluster=asdict(cluster),
        ranges=RANGES,
        runs=runs,
        longest_first=sorted_runs,
        moved=ends,
    )
    if args.out:
        named = ' '.join(Path(o).name for o in args.films)
        shown = f'--decode {decode:g}' if args.decode else f'--films {named}'
        command = f'python benchmarks/scale_simulation.py {shown}'
        args.out.write_text(json.dumps(dict(command=command, **found), indent=1) + '\n')
    print(json.dumps(found))


if __name__ == '__main__': main()
