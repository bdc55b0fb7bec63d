"""How often does "the best" of equal runs seem better, and do the intervals of labels hold the
truth? Simulations with a known truth, longer than a test may be.

python benchmarks/choice.py --studies 1000 --out benchmarks/results/choice.json
"""
import argparse, json, sys
from pathlib import Path

import numpy as np
import pandas as pd

from scene_explore.labels.agreement import agreement, suspects
from scene_explore.training.choice import choose, equivalent
from scene_explore.geometry.intervals import cluster_interval


def luck(rng, films, runs, queries=10, by_film=.15):
    "Gains of runs that are all equal, each with its own luck in each film"
    film = rng.normal(0, by_film, (runs, films, 1))
    return (film + rng.normal(0, .4, (runs, films, queries))).reshape(runs, -1)


def percentile(scores, films, rng, draws=300):
    "Low end of the percentile bootstrap over films, as version 0.1 had it"
    total, size = np.bincount(films, scores), np.bincount(films)
    drawn = rng.integers(len(size), size=(draws, len(size)))
    return np.quantile(total[drawn].sum(1)/size[drawn].sum(1), .025)


def choice(rng, studies, films, runs, validation):
    "Share of studies in which the gain of what is called best seems to be above 0 (nominal .025)"
    groups, found = np.repeat(np.arange(films), 10), []
    for _ in range(studies):
        test, val = luck(rng, films, runs), luck(rng, validation, runs)
        best = test[test.mean(1).argmax()]
        chosen = choose(test, groups, val, np.repeat(np.arange(validation), 10)).scores(test)
        found.append((
            percentile(best, groups, rng) > 0,
            cluster_interval(best, groups).low > 0,
            cluster_interval(chosen, groups).low > 0,
        ))
    return dict(films=films, runs=runs, validation=validation) | dict(
        zip(
            ('maximum, bootstrap of 0.1', 'maximum', 'chosen'),
            np.mean(found, 0).round(3).tolist(),
            strict=True,
        )
    )


def film_by_film(rng, studies, films, runs=8):
    """The mean gain of nested choice, which should be 0, and how often an interval over films would
    hold 0 (none is given)"""
    groups, found = np.repeat(np.arange(films), 10), []
    for _ in range(studies):
        test = luck(rng, films, runs)
        o = cluster_interval(choose(test, groups).scores(test), groups)
        found.append((o.value, o.low <= 0 <= o.high, test.mean(1).max()))
    return dict(films=films, runs=runs) | dict(
        zip(
            ('mean', 'held', 'mean of the maximum'),
            np.mean(found, 0).round(3).tolist(),
            strict=True,
        )
    )


def kappas(rng, studies, scenes, kappa, shots=6):
    """Coverage of the 95% interval of kappa where all shots of a scene share their labels, with
    scenes and with shots drawn"""
    found = []
    for _ in range(studies):
        one = rng.integers(0, 6, scenes)
        other = np.where(rng.random(scenes) < kappa, one, rng.integers(0, 6, scenes))
        a, b = ([f'place {o}' for o in np.repeat(v, shots)] for v in (one, other))
        by = [
            agreement(a, b, groups=g).pairs.iloc[0]
            for g in (np.repeat(np.arange(scenes), shots), None)
        ]
        found.append([o.low <= kappa <= o.high for o in by])
    return dict(scenes=scenes, kappa=kappa) | dict(
        zip(('by scene', 'by shot'), np.mean(found, 0).round(3).tolist(), strict=True)
    )


def audit(found, wrong):
    """Errors among the first 30%, errors that are called wrong, and how many of the called are
    errors"""
    called = found.row[found.suspect]
    early = found.row[:round(.3*len(found))]
    return (
        wrong[early].sum() / wrong.sum(),
        wrong[called].sum() / wrong.sum(),
        wrong[called].mean() if len(called) else np.nan,
    )


def audits(rng, studies, spread, scenes=60):
    """Scene-shared errors, 15% of the labels: among the first 30%, and called wrong, with scenes
    and with shots left out together"""
    found = []
    for _ in range(studies):
        place, scene = np.arange(scenes) % 6, np.repeat(np.arange(scenes), 6)
        x = (rng.normal(size=(6, 32))[place] + spread * rng.normal(size=(scenes, 32)))[
            scene
        ] + 0.3 * rng.normal(size=(6 * scenes, 32))
        wrong = np.isin(scene, rng.choice(scenes, round(.15*scenes), replace=False))
        given = np.where(wrong, (place[scene] + 1 + scene % 5) % 6, place[scene])
        t = pd.DataFrame(
            dict(
                scene_id=[str(i) for i in range(len(scene))],
                video_id='film',
                start=np.arange(len(scene) * 1.0),
                place=[f'place {o}' for o in given],
            )
        )
        found.append([*audit(suspects(x, t), wrong), *audit(suspects(x, t.place.tolist()), wrong)])
    names = [
        f'{how}, {what}'
        for how in ('by scene', 'by shot')
        for what in ('early', 'called', 'precision')
    ]
    return dict(spread=spread) | {
        k: None if np.isnan(v) else round(float(v), 3)
        for k, v in zip(names, np.ma.masked_invalid(found).mean(0).filled(np.nan), strict=True)
    }


def equivalences(rng, studies, films, true, bound=.1):
    "How often two runs are called equivalent (at most .05 where they differ by the bound)"
    groups = np.repeat(np.arange(films), 10)
    called = [
        equivalent(true + luck(rng, films, 1)[0], groups, bound).equivalent for _ in range(studies)
    ]
    return dict(films=films, true=true, bound=bound, called=round(float(np.mean(called)), 3))


def measure(studies, seed=0):
    "All of it"
    rng = np.random.default_rng(seed)
    return dict(
        choice=[
            choice(rng, studies, f, r, v)
            for f, r, v in ((6, 8, 3), (12, 8, 3), (20, 8, 3), (20, 8, 6), (20, 2, 6), (20, 16, 6))
        ],
        film_by_film=[film_by_film(rng, studies, f) for f in (6, 20)],
        kappa=[
            kappas(rng, max(studies // 4, 20), s, k)
            for s in (6, 10, 20, 40, 100)
            for k in (0.6, 0.8, 0.95)
        ],
        audit=[audits(rng, max(studies // 100, 3), s) for s in (0.9, 1.6)],
        equivalence=[equivalences(rng, studies, f, t) for f in (6, 20) for t in (0.0, 0.05, 0.1)],
    )


def main(args=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--studies', type=int, default=200, help='simulated studies of each kind')
    parser.add_argument('--out', help='where the result is written as JSON')
    asked = parser.parse_args(args)
    found = dict(
        command='python benchmarks/choice.py ' + ' '.join(sys.argv[1:] if args is None else args),
        studies=asked.studies,
    ) | measure(asked.studies)
    if asked.out: Path(asked.out).write_text(json.dumps(found, indent=1) + '\n')
    print(json.dumps(found))


if __name__ == '__main__': main()
