"""Are variance components unbiased, and do their intervals hold the truth? Simulations whose truth
is known.

    python benchmarks/components.py --draws 1000 --out benchmarks/results/components.json

For each design: mean of the estimated shares, the truth, the standard error of the mean, and how
often the 95% interval holds the truth. Rooms are drawn anew each time; the levels of the other
factors are held still, since no interval over rooms can speak of other lights.
"""
import argparse
import itertools
import json
import time

import numpy as np
import pandas as pd

from scene_explore.geometry.attribution import probe_attribution

STRENGTH = {'place': 1., 'camera': .4, 'light': .8, 'place camera': .6, 'place light': .3}
NOISE = .4
DESIGNS = {
    '6 rooms': dict(levels=dict(place=6, camera=4, light=2)),
    '8 rooms': dict(levels=dict(place=8, camera=4, light=2)),
    '16 rooms': dict(levels=dict(place=16, camera=4, light=2)),
    '8 rooms, 8 cameras, 4 lights': dict(levels=dict(place=8, camera=8, light=4)),
    '8 rooms, a quarter of the lit clips lost together': dict(
        levels=dict(place=8, camera=4, light=2), lost=True
    ),
}


def design(levels):
    return pd.DataFrame(itertools.product(*map(range, levels.values())), columns=list(levels))


def draw(rng, factors, names, strength, d):
    "A random vector for each level, or combination of levels, of the named factors"
    level = factors.groupby(names.split()).ngroup().to_numpy()
    return (rng.normal(size=(level.max() + 1, d))*np.sqrt(strength/d))[level]


def realised(x, factors, name):
    "The variance component of the levels that are held still"
    means = np.stack([x[g.index].mean(0) for _, g in factors.groupby(name)])
    return np.square(means - means.mean(0)).sum()/(len(means) - 1)


def run(levels, draws, d, lost=False):
    "Estimated share, truth and coverage by factor"
    factors = design(levels)
    rng = np.random.default_rng(0)
    still = {f: draw(rng, factors, f, STRENGTH[f], d) for f in ('camera', 'light')}
    size = {f: realised(x, factors, f) for f, x in still.items()}
    size |= {
        'place': STRENGTH['place'],
        'place × camera': STRENGTH['place camera'],
        'rest': STRENGTH['place light'] + NOISE,
    }
    truth = pd.Series(size)/sum(size.values())
    keep = (
        ~((factors.place < len(set(factors.place)) // 4) & (factors.light == 1))
        if lost
        else slice(None)
    )
    found = []
    for seed in range(draws):
        rng = np.random.default_rng([1, seed])
        x = sum(still.values()) + rng.normal(size=(len(factors), d))*np.sqrt(NOISE/d)
        for names in ('place', 'place camera', 'place light'):
            x = x + draw(rng, factors, names, STRENGTH[names], d)
        found.append(
            probe_attribution(x[keep], factors[keep], unit=False).set_index('factor')[
                ['share', 'low', 'high']
            ]
        )
    table = {f: pd.DataFrame([o.loc[f] for o in found]) for f in truth.index}
    return {
        f: dict(
            truth=truth[f],
            mean=t.share.mean(),
            standard_error=t.share.std() / np.sqrt(draws),
            coverage=float(((t.low <= truth[f]) & (truth[f] <= t.high)).mean()),
        )
        for f, t in table.items()
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--draws', type=int, default=1000, help='probes of each design')
    parser.add_argument('--dimensions', type=int, default=48, help='of the vectors')
    parser.add_argument('--out', help='where to write the JSON')
    args = parser.parse_args()
    start = time.process_time()
    designs = {name: run(draws=args.draws, d=args.dimensions, **o) for name, o in DESIGNS.items()}
    for name, factors in designs.items():
        print(name)
        print(pd.DataFrame(factors).T.round(3).to_string())
    result = dict(
        command=(
            f'python benchmarks/components.py --draws {args.draws} --dimensions {args.dimensions}'
        ),
        draws=args.draws,
        cpu_seconds=round(time.process_time() - start),
        designs=designs,
    )
    line = json.dumps(json.loads(json.dumps(result), parse_float=lambda v: round(float(v), 4)))
    if args.out:
        with open(args.out, 'w', encoding='utf-8') as f: f.write(line + '\n')
    print(line)


if __name__ == '__main__': main()
