"""How do time and memory of each measure grow from ten thousand scenes to a million?

    python benchmarks/scale_metrics.py --sizes 10000 100000 1000000 --width 256

The scenes are synthetic: places of twenty scenes, in films of a thousand, which share a few dozen
directions, with noise of their own. Every measure of every size is a process of its own, asked at
its end how much memory it ever held (its peak resident set) and how much it held before it began,
the embeddings loaded and the measure run once on two thousand scenes, so that imports count for
neither. A measure that is exact in all pairs is timed at the smaller sizes only (up
to --most-pairs), since its time grows with the square of the number of scenes; beyond, its sample
or the index stands in, and is timed at all sizes. The growth exponents are fitted by least squares
to the logarithms of time and of scenes: about 1 is linear. With too little time to be told from
the noise (below --least seconds at the smallest size) the two largest sizes alone are taken. The
last line is one JSON object.
"""
import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
# in the place of this folder, whose coverage.py numba would take for the library
sys.path[0] = str(ROOT)


def peak():
    "The most memory that this process ever held, in MB"
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == 'darwin' else 1e6 / 1024
    )


# ---- scenes
def scenes(n):
    "Place, film and time of each scene"
    row = np.arange(n)
    film = row//1000
    place = np.char.add(np.char.add(film.astype(str), ' room '), (row % 50).astype(str))
    return place, film, np.c_[4.*(row % 1000), 4.*(row % 1000) + 4]


def embeddings(path, n, width, seed=0):
    "Write float32 [N, D], a block at a time"
    rng = np.random.default_rng(seed)
    axes = rng.normal(size=(48, width))/7
    rooms = rng.normal(size=(50*(n//1000 + 1), 48))
    out = np.lib.format.open_memmap(path, 'w+', np.float32, (n, width))
    for start in range(0, n, 50_000):
        row = np.arange(start, min(start + 50_000, n))
        inner = rooms[50*(row//1000) + row % 50] + .8*rng.normal(size=(len(row), 48))
        out[row] = inner @ axes + .5*rng.normal(size=(len(row), width)) + axes[0]
    out.flush()


# ---- measures; each takes x, and what is known of the scenes
def uniformity_sample(x, *_):
    from scene_explore.geometry.estimates import uniformity_estimate
    return uniformity_estimate(x, most=0)._asdict()


def uniformity_exact(x, *_):
    from scene_explore.geometry.spaces import uniformity
    return dict(value=uniformity(x))


def trust_sample(x, *_):
    from scene_explore.geometry.estimates import trustworthiness_estimate
    return trustworthiness_estimate(x, x[:, :2], most=4000)._asdict()


def trust_exact(x, *_):
    from scene_explore.geometry.spaces import trustworthiness
    return dict(value=trustworthiness(x, x[:, :2]))


def cosine(x, *_):
    from scene_explore.geometry.spaces import mean_cosine
    return dict(value=mean_cosine(x))


def rank(x, *_):
    from scene_explore.geometry.spaces import rankme
    return dict(value=rankme(x, centred=True))


def cka(x, *_):
    from scene_explore.geometry.spaces import linear_cka
    return dict(value=linear_cka(x, x[:, ::2]))


def plain_pca(x, *_):
    from scene_explore.geometry.spaces import pca
    return dict(value=float(pca(x).explained.sum()))


def precision(x, place, film, times, **options):
    from scene_explore.geometry.retrieval import place_precision
    found = place_precision(x, place, (1,), film, times, 10., **options)
    return found.interval('P@1')._asdict() | dict(queries=len(found.queries))


def within(x, place, film, times): return precision(x, place, film, times)


# the same names of rooms in all films, so that there is something to find in others
def across_sample(x, place, film, times):
    room = np.char.rpartition(place, ' ')[:, 2]
    return precision(x, room, film, times, protocol='across', queries=4000)


def across_exact(x, place, film, times):
    room = np.char.rpartition(place, ' ')[:, 2]
    return precision(x, room, film, times, protocol='across')


def scored(name):
    "A measure of `clusters.SCORES`"
    def measure(x, place, film, times):
        from scene_explore.geometry.clusters import place_score
        return place_score(name, x, place, film, times, 10.)
    return measure


def place_test(x, place, film, times):
    import pandas as pd
    from scene_explore.geometry.triplets import place_test as test
    table = test(x, pd.DataFrame(dict(place=place)), groups=film, times=times, exclude=10.).table
    return dict(value=float(table.error.iloc[0]), triplets=int(table.triplets.iloc[0]))


def blocks(x, place, film, times):
    from scene_explore.views.figures import pool_vectors
    return dict(value=float(pool_vectors(x, np.arange(len(x)), 800)[0].mean()))


def index(x, *_):
    from scene_explore.geometry.neighbour_index import approximate_neighbours
    found = approximate_neighbours(x, 10, exact=0)
    return found.recall._asdict() | dict(how=found.how)


def exact_nearest(x, *_):
    from scene_explore.geometry.neighbours import nearest
    return dict(value=float(nearest(x, 10)[0, 0]))


def umap_by_landmarks(x, *_):
    from scene_explore.geometry.landmarks import landmark_umap
    return dict(value=landmark_umap(x).trust)


# name -> (measure, whether it compares all pairs)
MEASURES = {
    'mean cosine': (cosine, False),
    'RankMe': (rank, False),
    'linear CKA': (cka, False),
    'PCA': (plain_pca, False),
    'matrix of 800 blocks': (blocks, False),
    'place precision within films': (within, False),
    'MAP@R within films': (scored('MAP@R within films'), False),
    'place test': (place_test, False),
    'uniformity, pairs drawn': (uniformity_sample, False),
    'trustworthiness, scenes drawn': (trust_sample, False),
    'place precision across films, queries drawn': (across_sample, False),
    'kNN purity': (scored('kNN purity'), False),
    'silhouette': (scored('silhouette'), False),
    'index, 10 neighbours of all': (index, False),
    'UMAP by landmarks': (umap_by_landmarks, False),
    'uniformity, exact': (uniformity_exact, True),
    'trustworthiness, exact': (trust_exact, True),
    'place precision across films, exact': (across_exact, True),
    '10 neighbours of all, exact': (exact_nearest, True),
}


# ---- a case, in a process of its own
def case(name, path, n):
    x = np.load(path, allow_pickle=False)
    known = scenes(n)
    measure = MEASURES[name][0]
    measure(x[:2000], *(o[:2000] for o in known)) # imports, and what is compiled
    before, began = peak(), time.perf_counter()
    found = measure(x, *known)
    seconds = time.perf_counter() - began
    took = dict(seconds=seconds, before_mb=before, peak_mb=peak())
    print(json.dumps(took | found, default=float))


def run(name, path, n, limit):
    "What a case says; a sentence where it says nothing"
    command = [sys.executable, __file__, '--case', name, '--path', str(path), '--sizes', str(n)]
    try: done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired: return dict(stopped=f'not done after {limit:.0f} s')
    if done.returncode == 0: return json.loads(done.stdout.splitlines()[-1])
    said = done.stderr.strip().splitlines() or [f'ended with {done.returncode}']
    return dict(stopped=said[-1][:200])


def exponent(sizes, values):
    "The slope of a line through the logarithms; None of fewer than two"
    if len(sizes) < 2: return None
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def growth(found, least):
    "Exponents of time, and of the memory beyond what was loaded"
    done = {n: o for n, o in found.items() if 'seconds' in o}
    large = [n for n in done if done[n]['seconds'] >= least]
    some = large if len(large) > 1 else sorted(done)[-2:]
    held = {n: max(o['peak_mb'] - o['before_mb'], 1) for n, o in done.items()}
    return dict(
        time=exponent(some, [done[n]['seconds'] for n in some]),
        memory=exponent(list(held), list(held.values())),
    )


def said(name, n, o):
    if 'stopped' in o: return f'{name:45} {n:>9,}  {o["stopped"]}'
    value = '' if o.get('value') is None else f'{o["value"]:.4f}'
    if np.isfinite(o.get('low') or np.nan): value += f' [{o["low"]:.4f}, {o["high"]:.4f}]'
    more = o['peak_mb'] - o['before_mb']
    took = f'{o["seconds"]:>9.2f} s {more:>8,.0f} MB more'
    return f'{name:45} {n:>9,} {took}  {value} {o.get("how", "")}'


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('--sizes', type=int, nargs='+', default=[10_000, 100_000, 1_000_000])
    p.add_argument('--width', type=int, default=256)
    p.add_argument('--measures', nargs='*', default=list(MEASURES), help='names, all by default')
    p.add_argument('--most-pairs', type=int, default=20_000, help='scenes that are all compared')
    p.add_argument('--least', type=float, default=.2, help='seconds that are told from the noise')
    p.add_argument('--limit', type=float, default=900, help='seconds a case may take')
    p.add_argument('--folder', help='where the embeddings lie; a temporary folder by default')
    p.add_argument('--case', help=argparse.SUPPRESS)
    p.add_argument('--path', help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.case: return case(a.case, a.path, a.sizes[0])
    found = {name: {} for name in a.measures}
    with tempfile.TemporaryDirectory(dir=a.folder) as folder:
        for n in sorted(a.sizes):
            path = Path(folder)/f'{n}.npy'
            embeddings(path, n, a.width)
            for name in a.measures:
                if MEASURES[name][1] and n > a.most_pairs: continue
                found[name][n] = run(name, path, n, a.limit)
                print(said(name, n, found[name][n]), flush=True)
            path.unlink()
    result = {name: dict(sizes=o, growth=growth(o, a.least)) for name, o in found.items()}
    for name, o in result.items():
        if o['growth']['time'] is None: continue
        print(f'{name:45} time grows as N^{o["growth"]["time"]:.2f}')
    print(json.dumps(dict(width=a.width, measures=result)))


if __name__ == '__main__': main()
