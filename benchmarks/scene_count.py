"""How many scenes has a film, and how sure is a boundary? The two fixed numbers of `segment`.

    python benchmarks/scene_count.py FOLDER --out benchmarks/results/scene_count.json

FOLDER holds OVSD as `scene_explore benchmark ovsd` reads it, with the 512 features of VGG19.
Five rules make boundaries of the scores of `scene_scores`; what a rule has to know is taken, for
each film, from the other films, but for the true number of scenes, which is there for comparison.
The chance that a cut of some rank is a boundary is a logistic curve of the log odds of the rank,
fitted on the other films and compared with the share of boundaries. The last line is one JSON
object.
"""
import argparse
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from scene_explore import segmentation as s
from scene_explore.pipelines.benchmark import benchmark
from scene_explore.segmentation.scene_methods import cut_scores

FEATURES = '512'
GROUPS = 0, .5, .8, .9, .96, 1


def marked(film, scores, n_scenes):
    "The labels, and 1 at the boundaries that are chosen"
    chosen = np.zeros(len(scores))
    chosen[s.choose_boundaries(scores, n_scenes)] = 1
    return film.labels, chosen


def rules(films):
    "name -> (list of (labels, scores), thresholds)"
    mean = [s.scene_scores(o.features[FEATURES], lengths=o.lengths) for o in films]
    rank = [cut_scores([o.features[FEATURES]], o.lengths) for o in films]
    elbow = [s.scene_count(o.features[FEATURES]) for o in films]
    true = [int(o.labels.sum()) + 1 for o in films]
    found = {}
    for name, scores in (('threshold on the rank', rank), ('threshold on the mean rank', mean)):
        pairs = [(o.labels, x) for o, x in zip(films, scores, strict=True)]
        found[name] = pairs, s.left_out_thresholds(pairs)
    for name, counts in (('elbow', elbow), ('above the mean', [None]*len(films)), ('true', true)):
        parts = zip(films, mean, counts, strict=True)
        found[name] = [marked(film, x, k) for film, x, k in parts], .5
    return found


def measured(films):
    "A row a rule"
    rows = {}
    for name, (pairs, threshold) in rules(films).items():
        at = dict(threshold=threshold)
        spans = [o.spans for o in films]
        scores = s.f1(pairs, **at), s.f1(pairs, per_film=True, **at)
        miou = s.miou(pairs, tail=True, spans=spans, **at)
        rows[name] = dict(
            f1=scores[0].value, f1_by_film=scores[1].value, miou_with_tail=miou.value,
            threshold=float(np.median(threshold)),
        )
    return rows


def curve(pairs):
    "The logistic curve of films of (labels, ranks)"
    rank = np.concatenate([o for _, o in pairs])
    odds = np.log(rank/(1 - rank))[:, None]
    return LogisticRegression(C=100).fit(odds, np.concatenate([o for o, _ in pairs]))


def chances(films):
    "The curve on all films, and what it promises and what is true on films that it has not seen"
    pairs = rules(films)['threshold on the rank'][0]
    truth = np.concatenate([o for o, _ in pairs])
    promised = []
    for i, (_, rank) in enumerate(pairs):
        model = curve(pairs[:i] + pairs[i + 1:])
        promised.append(model.predict_proba(np.log(rank/(1 - rank))[:, None])[:, 1])
    promised = np.concatenate(promised)
    order = np.argsort(promised, kind='stable')
    edges = (np.array(GROUPS)*len(order)).astype(int)
    groups = [order[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    whole = curve(pairs)
    return dict(
        slope=float(whole.coef_[0, 0]), offset=float(whole.intercept_[0]),
        promised=[float(promised[o].mean()) for o in groups],
        true=[float(truth[o].mean()) for o in groups],
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = os.environ.get('SCENE_EXPLORE_OVSD')
    parser.add_argument('folder', nargs='?', default=folder, help='where the films lie')
    parser.add_argument('--out', help='JSON file for the results')
    args = parser.parse_args()
    if not args.folder or not Path(args.folder).is_dir():
        print('not measured: no data')
        print(json.dumps(dict(measured=0)))
        return
    films = benchmark('ovsd', args.folder, FEATURES, out=None, progress=False).films
    result = dict(
        command='python benchmarks/scene_count.py FOLDER --out benchmarks/results/scene_count.json',
        films=len(films), rules=measured(films), chance=chances(films),
    )
    print(pd.DataFrame(result['rules']).T.round(3).to_string())
    print(pd.DataFrame(result['chance']).round(3).to_string())
    result = json.loads(json.dumps(result), parse_float=lambda v: round(float(v), 4))
    if args.out: Path(args.out).write_text(json.dumps(result, indent=1) + '\n', 'utf-8')
    print(json.dumps(result))


if __name__ == '__main__': main()
