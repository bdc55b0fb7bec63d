"""How often does a 95% interval hold the truth?

    python benchmarks/coverage.py --trials 1000

Simulations in which the truth is known: films are drawn, a number is measured on them, and it is
counted how often its interval holds what the number is on average over all the films that could
have been drawn. Beside the intervals of `scene_explore.geometry.intervals` stands the percentile
bootstrap over films (of 0.1), which draws the films that ask.

- within: P@1 of films whose success is skewed (most do well, a few badly) and whose numbers of
  queries differ fivefold and more;
- within, .95: the same near the end of the scale;
- ABX: the place test's error of rooms (so many as "films" says);
- paired: the difference of two spaces on the same queries;
- across: `place_precision(..., protocol='across')` of embeddings that hold the kind of place, the
  film, and the kind in the film;
- across paired: the difference of such a space to a noisier one;
- rooms: `place_precision` within three films, where what is drawn are the rooms of these films
  (so many as "films" says);
- seeds: the mean over five trainings, each judged on all films, with effects of film, seed and
  both; and over two;
- one seed: the same with one training, whose interval speaks of films alone.

The last line is one JSON object.
"""
import argparse
import json
import time

import numpy as np
import pandas as pd

from scene_explore.geometry.intervals import FEWEST, cluster_interval, crossed_interval
from scene_explore.geometry.triplets import place_test
from scene_explore.geometry.retrieval import place_precision

FILMS = 2, 4, 6, 10, 20


def percentile(total, size, rng, draws=400):
    "The interval of 0.1, from two films on"
    pick = rng.integers(len(size), size=(draws, len(size)))
    return np.quantile(total[pick].sum(1)/size[pick].sum(1), [.025, .975])


def sums(values, films):
    "Of each film that asks: the sum of its scores, and their number"
    found = pd.Series(values).groupby(np.asarray(films)).agg(['sum', 'count'])
    return found['sum'].to_numpy(), found['count'].to_numpy()


def sizes(n, rng):
    """Queries of each film: half of the films have 10 to 35, one in twenty less than 5 or more than
    75"""
    return np.maximum(3, rng.lognormal(3, .8, n).astype(int))


# ---- the cases: each gives value, interval of ours, percentile interval
def within(a, b):
    """Scores are 0 or 1; how often a film succeeds is drawn from a beta distribution of mean a/(a +
    b)"""
    def case(n, rng):
        size = sizes(n, rng)
        film = np.repeat(np.arange(n), size)
        hit = (rng.random(len(film)) < rng.beta(a, b, n)[film]).astype(float)
        return *cluster_interval(hit, film, bounds=(0, 1)), *percentile(*sums(hit, film), rng)
    return case


def paired(n, rng):
    "Two spaces that find the same films hard"
    size = sizes(n, rng)
    film = np.repeat(np.arange(n), size)
    well, luck = rng.beta(4, 1, n), rng.random(size.sum())
    other = well*rng.beta(6, 2, n)
    gain = (luck < well[film]).astype(float) - (luck < other[film])
    return *cluster_interval(gain, film, bounds=(-1, 1)), *percentile(*sums(gain, film), rng)


KINDS = np.random.default_rng(5).normal(size=(6, 12))


def kinds_in_films(n, rng):
    "Embeddings, kinds and films; kinds are of unequal frequency, films of unequal size"
    film = np.repeat(np.arange(n), rng.integers(4, 25, n))
    kind = rng.choice(6, len(film), p=(.3, .2, .2, .1, .1, .1))
    by_film = .8*rng.normal(size=(n, 12))*rng.gamma(2, .5, (n, 1))
    by_both = .6*rng.normal(size=(n, 6, 12))
    return (
        KINDS[kind] + by_film[film] + by_both[film, kind] + rng.normal(size=(len(film), 12)),
        kind.astype(str),
        film,
    )


def across(n, rng):
    "P@1 of a kind in other films"
    x, kind, film = kinds_in_films(n, rng)
    found = place_precision(x, kind, 1, film, protocol='across')
    return *found.interval(), *percentile(*sums(found.queries['P@1'], found.queries.group), rng)


def across_paired(n, rng):
    "The same minus that of a noisier space"
    x, kind, film = kinds_in_films(n, rng)
    a, b = (
        place_precision(v, kind, 1, film, protocol='across')
        for v in (x, x + rng.normal(size=x.shape))
    )
    gain = a.queries['P@1'] - b.queries['P@1']
    return *a.interval(minus=b), *percentile(*sums(gain, a.queries.group), rng)


def rooms(n, rng):
    """P@1 within three films of n/3 rooms each, which differ in how alike their shots are; scenes
    drawn, as 0.1 did with so few films"""
    room = np.repeat(np.arange(n), rng.integers(2, 9, n))
    x = rng.normal(size=(n, 12))[room] + 2 * rng.gamma(2, 0.5, (n, 1))[room] * rng.normal(
        size=(len(room), 12)
    )
    found = place_precision(x, room.astype(str), 1, room % 3)
    hit = found.queries['P@1'].to_numpy()
    return *found.interval(), *percentile(hit, np.ones(len(hit)), rng)


CAMERAS = np.random.default_rng(6).normal(size=(4, 12))
LIGHTS = 1.5*np.random.default_rng(7).normal(size=(2, 12))


def abx(n, rng):
    """Error of the place test of n rooms of a kind, each from four cameras in two lights; the rooms
    differ in how far a camera moves them"""
    room, camera, light = np.indices((n, 4, 2)).reshape(3, -1)
    moved = rng.gamma(2, .5, (n, 1, 1))*rng.normal(size=(n, 4, 12))
    x = (
        1.5 * rng.normal(size=(n, 12))[room]
        + CAMERAS[camera]
        + LIGHTS[light]
        + moved[room, camera]
        + rng.normal(size=(len(room), 12))
    )
    found = place_test(
        x, dict(place=room, kind=np.zeros(len(room)), camera=camera, light=light), ['camera']
    )
    row = found.table.iloc[0]
    return row.error, row.low, row.high, np.nan, np.nan   # 0.1 had no such number


def trained(seeds):
    "The mean gain of so many trainings, judged on all films"
    def case(n, rng):
        size = sizes(n, rng)
        film = np.repeat(np.arange(n), size)
        effect = (
            0.1 * (rng.beta(4, 1, n) - 0.8) / 0.163
            + 0.04 * rng.normal(size=(seeds, 1))
            + 0.05 * rng.normal(size=(seeds, n))
        )
        values = (
            effect[:, film]
            + 0.3 * rng.normal(size=len(film))
            + 0.3 * rng.normal(size=(seeds, len(film)))
        )
        ours = crossed_interval(values, film)
        by_film = np.stack([sums(v, film)[0] for v in values])
        films = rng.multinomial(n, [1/n]*n, 400)
        trainings = rng.multinomial(seeds, [1/seeds]*seeds, 400)
        means = ((trainings @ by_film)*films).sum(1)/seeds/(films @ size)
        return *ours, *np.quantile(means, [.025, .975])
    return case


# what the number is on average; None: the mean over all trials, each of which is a draw of films
CASES = {
    'within': (within(4, 1), 0.8),
    'within, .95': (within(9.5, 0.5), 0.95),
    'ABX': (abx, None),
    'paired': (paired, 0.2),
    'across': (across, None),
    'across paired': (across_paired, None),
    'rooms': (rooms, None),
    'five seeds': (trained(5), 0.0),
    'two seeds': (trained(2), 0.0),
    'one seed': (trained(1), 0.0),
}


def coverage(name, n, trials, seed=0):
    "Of one case and number of films: how often the truth is held, and how wide the intervals are"
    case, truth = CASES[name]
    found = np.array([case(n, np.random.default_rng([seed, n, i])) for i in range(trials)])
    truth = found[:, 0].mean() if truth is None else truth
    ours, old = (held(found[:, at], truth) for at in ((1, 2), (3, 4)))
    return dict(
        case=name,
        films=n,
        truth=round(float(truth), 4),
        **ours,
        **{f'percentile {k}': v for k, v in old.items()},
    )


def held(bounds, truth):
    """Share of the trials that hold the truth, and the median width; None where there are no
    intervals"""
    low, high = bounds.T
    if np.isnan(low).all(): return dict(coverage=None, width=None)
    return dict(
        coverage=round(float(np.mean((low <= truth) & (truth <= high))), 3),
        width=round(float(np.median(high - low)), 3),
    )


def main():
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument('--trials', type=int, default=1000, help='of each case and number of films')
    ask.add_argument('--films', type=int, nargs='*', default=FILMS)
    ask.add_argument('--cases', nargs='*', default=list(CASES), choices=list(CASES))
    ask.add_argument('--seed', type=int, default=0)
    o = ask.parse_args()
    begun, rows = time.monotonic(), []
    for name in o.cases:
        for n in o.films:
            rows.append(coverage(name, n, o.trials, o.seed))
            print(*(f'{v!s:>8}' for v in rows[-1].values()), flush=True)
    print(pd.DataFrame(rows).to_string(index=False))
    print(
        json.dumps(
            dict(
                benchmark='coverage',
                level=0.95,
                trials=o.trials,
                fewest=FEWEST,
                seconds=round(time.monotonic() - begun, 1),
                rows=rows,
            )
        )
    )


if __name__ == '__main__': main()
