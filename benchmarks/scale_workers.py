"""What do more workers bring, and what does Ray cost?

    python benchmarks/scale_workers.py --films 200

Short films, cut from the sample films at keyframes, are embedded by the plain loop and by Ray, each
in a process of its own and into an empty store: on one core by the plain loop and by one
worker, which gives the cost of Ray; on all cores by the plain loop and by one worker a core, which
gives the speed-up. The start of the cluster is told by itself; the start of the workers counts. A
last run has one of its workers killed with -9 in the middle, and is made again. The parts in all
stores must have the same names, which are digests of what they hold. What a worker takes within its
films is told beside. Memory is that of the workers after each film, and its slope is taken over the
second half of the films of each worker. Goals: speed-up with two cores 1.8, cost of Ray under 10%,
a slope of nothing, nothing lost. The last line is one JSON object.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np
import psutil

from scene_explore.core.shipped import shipped

# name: engine, on one core
RUNS = {
    'plain loop, one core': ('local', True),
    'Ray, one core': ('ray', True),
    'plain loop, all cores': ('local', False),
    'Ray, all cores': ('ray', False),
    'Ray, a worker killed': ('kill', False),
    'Ray, made again': ('ray', False),
}


# ---- films
def keyframes(path):
    "Times of the keyframes of a film, seconds"
    with av.open(str(path)) as f:
        stream = f.streams.video[0]
        packets = f.demux(stream)
        return [float(o.pts*o.time_base) for o in packets if o.is_keyframe and o.pts is not None]


def cut_film(source, start, seconds, path, title):
    "Copy a piece of a film, from a keyframe on, without encoding it again"
    with av.open(str(source)) as f, av.open(str(path), 'w') as out:
        stream = f.streams.video[0]
        copy = out.add_stream_from_template(stream)
        out.metadata['title'] = title   # no two films are the same file
        f.seek(int(start/stream.time_base), stream=stream)
        first = None
        for packet in f.demux(stream):
            if packet.dts is None: continue
            if first is None: first = packet.dts
            if float((packet.dts - first)*packet.time_base) >= seconds: break
            packet.pts -= first
            packet.dts -= first
            packet.stream = copy
            out.mux(packet)


def make_films(folder, n, seconds):
    "n short films"
    folder.mkdir()
    starts = [(o, t) for o in sorted(shipped('films').glob('*.mp4')) for t in keyframes(o)[:-1]]
    for i in range(n):
        source, start = starts[i*7 % len(starts)]
        cut_film(source, start, seconds, folder/f'film {i:05d}.mp4', f'film {i}')


# ---- one run, in a process of its own
def kill_worker(done, total, killed):
    "Kill a worker once half of the films are done"
    if killed or done < total//2: return
    for o in psutil.Process().children(recursive=True):
        if 'Worker' in ' '.join(o.cmdline()[:1]) and o.cmdline()[0].startswith('ray::'):
            o.send_signal(signal.SIGKILL)
            killed.append(o.pid)
            return


def run(films, store, engine, backbone):
    "Embed all films: what is told of it, as JSON on the last line"
    from scene_explore.pipelines.distributed import cluster, embed_corpus
    cores = len(os.sched_getaffinity(0))
    how = dict(detector='content', device='cpu')
    killed = []
    def watch(done, total): kill_worker(done, total, killed)
    options = how | dict(progress=watch if engine == 'kill' else False)
    began = time.monotonic()
    if engine == 'local':
        found = embed_corpus(films, backbone, store, engine, **options)
        start = 0.
    else:
        with cluster(workers=cores):
            start = time.monotonic() - began
            found = embed_corpus(films, backbone, store, workers=cores, **options)
    table = found.films
    print(json.dumps(dict(
        seconds=found.seconds, start=start, films=len(table), scenes=int(table.scenes.sum()),
        embedded=int(table.embedded.sum()), left_out=found.report(), killed=len(killed),
        attempts=int(table.attempt.max()), workers=table.worker.nunique(),
        reading=float(table.groupby('worker').seconds.sum().max()),
        memory=table.groupby('worker').memory.apply(list).tolist(),
    )))


def child(films, store, engine, one_core, backbone):
    "A run, on one core or on all"
    def pin():
        if one_core: os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    command = [sys.executable, __file__, '--run', str(films), str(store), engine]
    command += ['--backbone', backbone] if backbone else []
    done = subprocess.run(command, preexec_fn=pin, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


# ---- what they tell
def slope(memory):
    "MB a film over the second half of the films of each worker; the largest"
    halves = [o[len(o)//2:] for o in memory]
    return max((np.polyfit(range(len(o)), o, 1)[0] for o in halves if len(o) > 2), default=0.)


def part_names(store):
    "Names of the parts in a store"
    return sorted(o.name for o in (store/'embeddings').rglob('part-*'))


def compare(folder, n, seconds, backbone):
    "All runs over n films -> name -> what is told"
    films = folder/'films'
    make_films(films, n, seconds)
    os.environ['SCENE_EXPLORE_CACHE'] = str(folder/'cache')
    found, names = {}, {}
    for name, (engine, one_core) in RUNS.items():
        place = 'Ray, a worker killed' if name == 'Ray, made again' else name
        store = folder/place
        o = found[name] = child(films, store, engine, one_core, backbone)
        names[name] = part_names(store)
        o['slope'] = float(slope(o.pop('memory')))
        print(
            f'{name:22} {60*o["films"]/o["seconds"]:7.1f} films/min, {o["embedded"]} embedded,'
            f' {len(o["left_out"])} left out, memory {o["slope"]:+.2f} MB a film,'
            f' start {o["start"]:.1f} s, {o["reading"]:.1f} of {o["seconds"]:.1f} s within films',
            flush=True,
        )
    return found, {k: o == names['plain loop, one core'] for k, o in names.items()}


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--films', type=int, default=200)
    p.add_argument('--seconds', type=float, default=12, help='of a film')
    p.add_argument('--backbone', help='name or folder (default: the small one that ships)')
    p.add_argument('--run', nargs=3, help=argparse.SUPPRESS)
    args = p.parse_args()
    backbone = args.backbone or str(shipped('backbone'))
    if args.run: return run(*args.run, backbone)
    with tempfile.TemporaryDirectory() as d:
        found, same = compare(Path(d), args.films, args.seconds, args.backbone)
    seconds = {k: o['seconds'] for k, o in found.items()}
    cost = seconds['Ray, one core']/seconds['plain loop, one core'] - 1
    within = found['Ray, one core']['reading']/found['plain loop, one core']['reading'] - 1
    gain = seconds['Ray, one core']/seconds['Ray, all cores']
    over = seconds['plain loop, all cores']/seconds['Ray, all cores']
    cores = len(os.sched_getaffinity(0))
    print(f'{cores} workers on {cores} cores against one on one: {gain:.2f} times as fast')
    print(f'against the plain loop with all cores: {over:.2f} times as fast')
    print(
        f'Ray costs {100*cost:.1f}% on one core, {100*within:.1f}% within films;'
        f' the same bits: {all(same.values())}'
    )
    print(json.dumps(dict(
        benchmark='scale_workers', films=args.films, seconds_of_a_film=args.seconds, cores=cores,
        backbone=Path(backbone).name, cost_of_ray=cost, cost_within_films=within, speed_up=gain,
        over_plain_loop=over, same_bits=same, runs=found,
    )))


if __name__ == '__main__': main()
