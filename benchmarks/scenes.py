"""Where scenes end: methods by protocols on the films of OVSD, without training and learned.

    python benchmarks/scenes.py ovsd FOLDER --out benchmarks/results/ovsd.json
    python benchmarks/scenes.py learned FOLDER --out benchmarks/results/ovsd_learned.json
    python benchmarks/scenes.py movienet318 FOLDER --subtitles DIR --out FILE

FOLDER holds OVSD as `datasets.load_ovsd` reads it, such as a file NAME.npz for each film: `shots`
[n, 2] and `scenes` [m, 2] in frames, inclusive, `hsv` [n, 256] colour histograms, and `vgg19`
[n, 512] features of a network. Thresholds are those that are best on the other films. The rows
"chosen on other films" take, for each film, that combination of methods, with and without the shot
lengths, that is best on the others, of all there are. The last line is one JSON object.
"""
import argparse
import json
import os
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from tqdm import tqdm

from scene_explore import segmentation as s
from scene_explore.datasets import boundary_labels, load_movienet, load_ovsd
from scene_explore.datasets.scene_lists import load_features
from scene_explore.datasets.subtitles import read_captions
from scene_explore.segmentation.learned import BoundaryHead, BoundaryModel
from scene_explore.segmentation.shot_inputs import similarity_windows
from scene_explore.segmentation.speech import speech_signals

SINGLE = s.adjacent, s.windowed, s.coherence, s.novelty, s.texttiling, s.ward
BASELINE = 'windowed, vgg19'   # what the differences are from
WIDTHS = dict(vgg19=512, hsv=256)


def read(folder):
    "Films by name, each with its labels, the spans of its shots in seconds, and its features"
    _, shots, told = load_ovsd(folder)
    for problem, n in told.problem.value_counts().items(): print(f'noted {n} times: {problem}')
    spaces = {name: load_features(folder, width)[0] for name, width in WIDTHS.items()}
    labels = boundary_labels(shots)
    films = {}
    for name, film in shots.groupby('video_id'):
        found = {k: o[name][film.shot].astype(float) for k, o in spaces.items() if name in o}
        spans = film[['start', 'end']].to_numpy()
        films[name] = dict(spans=spans, labels=labels[name], **found)
    return films


def features(film):
    "The features of a film by name; histograms as square roots, whose cosine is Hellinger's"
    found = {}
    if 'vgg19' in film: found['vgg19'] = film['vgg19']
    found['hsv'] = np.sqrt(film['hsv'])
    if len(found) == 2: found['both'] = s.joint(*found.values())
    return found


def scores_of(film):
    "name -> [n-1] scores of every method on every feature"
    lengths = np.diff(film['spans'])[:, 0]
    found = {'long shots': s.long_shots(lengths)}
    for name, x in features(film).items():
        for method in SINGLE: found[f'{method.__name__}, {name}'] = method(x)
        found[f'H_nrm votes, {name}'] = s.votes(x)
        found[f'scene_scores, {name}'] = s.scene_scores(x)
        found[f'scene_scores with lengths, {name}'] = s.scene_scores(x, lengths=lengths)
    return found


def sets_of(film):
    "name -> [n-1] 0 or 1: divisions into a number of scenes"
    found = {}
    true = int(film['labels'].sum()) + 1
    for name, x in features(film).items():
        for cost, short in (('additive', 'H_add'), ('normalised', 'H_nrm')):
            found[f'{short}, true K, {name}'] = s.sequential_grouping(x, true, cost).scores
            found[f'{short}, K by elbow, {name}'] = s.sequential_grouping(x, None, cost).scores
    return found


def by_method(films, scores):
    "name -> list of (labels, scores)"
    each = [scores(film) for film in films]
    return {
        name: [(film['labels'], o[name]) for film, o in zip(films, each, strict=True)]
        for name in each[0]
    }


def fused(methods, names):
    "The mean rank of several methods, film by film"
    films = zip(*(methods[name] for name in names), strict=True)
    return [(film[0][0], s.by_rank(*(scores for _, scores in film))) for film in films]


def every_combination(methods, kinds, lengths):
    "name -> films, for each combination of methods on each kind of features"
    found = {}
    for kind in kinds:
        single = [f'{method.__name__}, {kind}' for method in SINGLE]
        for n in range(1, len(single) + 1):
            for names in combinations(single, n):
                found[' + '.join(names)] = fused(methods, names)
                if lengths:
                    names = *names, 'long shots'
                    found[' + '.join(names)] = fused(methods, names)
    return found


def chosen_elsewhere(methods):
    "Each film with the scores of the method with the best mAP on the others"
    names = list(methods)
    ap = np.array([s.mean_average_precision(methods[name]).by_film for name in names])
    picked = [names[np.delete(ap, f, 1).mean(1).argmax()] for f in range(ap.shape[1])]
    made = [methods[name][f] for f, name in enumerate(picked)]
    return made, pd.Series(picked).value_counts().to_dict()


def differences(methods):
    "Paired differences of mAP from the baseline"
    base = s.mean_average_precision(methods[BASELINE])
    return {
        name: s.difference(s.mean_average_precision(films), base)._asdict()
        for name, films in methods.items()
        if name not in ('random', 'regular', 'always no')
    }


def table(films):
    "Methods by protocols, what was chosen, and the differences from the baseline"
    methods = by_method(films, scores_of)
    picked = {}
    for what, kinds, lengths in (
        ('vgg19', ['vgg19'], False),
        ('vgg19 and lengths', ['vgg19'], True),
        ('all', ['vgg19', 'hsv', 'both'], True),
    ):
        tried = every_combination(methods, kinds, lengths)
        made, counts = chosen_elsewhere(tried)
        picked[f'chosen on other films, {what}'] = made
        print(f'chosen on other films, {what}, of {len(tried)}: {counts}')
    sets = by_method(films, sets_of)
    rows = s.chance_rows(methods[BASELINE]) | methods | picked | sets
    fixed = dict.fromkeys(['always no', *sets], .5)
    found = s.protocol_table(rows, fixed, spans=[film['spans'] for film in films])
    return found, differences(methods | picked)


def histograms_alone(films):
    "mAP on films without network features"
    methods = by_method(films, scores_of)
    rows = s.chance_rows(methods['adjacent, hsv']) | methods
    return {name: s.mean_average_precision(o).value for name, o in rows.items()}


def ovsd(folder):
    "The whole benchmark"
    films = read(folder)
    full = {name: f for name, f in films.items() if 'vgg19' in f}
    hsv = {name: f for name, f in films.items() if 'hsv' in f and 'vgg19' not in f}
    found, gains = table(list(full.values()))
    print(s.side_by_side(found).to_string())
    print(f'mAP minus that of {BASELINE}')
    print(pd.DataFrame(gains).T.round(3).to_string())
    alone = histograms_alone(list(hsv.values()))
    print(f'mAP on {len(hsv)} films with histograms alone')
    print(pd.Series(alone).round(3).to_string())
    return dict(
        command='python benchmarks/scenes.py ovsd FOLDER --out benchmarks/results/ovsd.json',
        films=list(full),
        cuts=sum(len(f['labels']) for f in full.values()),
        boundaries=int(sum(f['labels'].sum() for f in full.values())),
        rows=found.to_dict('records'),
        difference_of_map=dict(baseline=BASELINE, rows=gains),
        histograms_alone=dict(films=list(hsv), map=alone),
    )


def shown(film, *names):
    "What a learned method sees of a film; lengths as logarithms"
    lengths = np.log(np.diff(film['spans'])[:, 0])
    return {k: v for k, v in features(film).items() if k in names} | dict(length=lengths)


def leave_one_out(films, make, names, there=None):
    "(labels, scores) of each film by what has learned from the others; thresholds"
    x = [shown(o, *names) for o in films]
    judged = [shown(o, *there) for o in films] if there else x
    y = [o['labels'] for o in films]
    found, thresholds = [], []
    for f in tqdm(range(len(films)), ' + '.join(names), unit='film'):
        learned = make().fit(x[:f] + x[f + 1:], y[:f] + y[f + 1:])
        found.append((y[f], learned.scores(judged[f])))
        thresholds.append(learned.threshold)
    return found, thresholds


def pretrained(films):
    "A model that has seen all films without their labels"
    made = BoundaryModel().pretrain([shown(o, 'vgg19', 'hsv') for o in films], progress=True)
    return lambda: made


# More than an hour on two busy cores. The stored results are older than `read`, which ends a scene
# with its last shot: their note says how many boundaries differ; compare no numbers across tables.
def learned(folder):
    "Heads and contextual models, leave one film out"
    films = [o for o in read(folder).values() if 'vgg19' in o]
    both = 'vgg19', 'hsv'
    four_shots = partial(BoundaryHead, inputs='features', window=2, steps=100)
    rows = {
        'head on similarities': (BoundaryHead, both),
        'head on similarities, seed 1': (partial(BoundaryHead, seed=1), both),
        'head on similarities, seed 2': (partial(BoundaryHead, seed=2), both),
        'linear head on similarities': (partial(BoundaryHead, hidden=0), both),
        'head on vgg19': (BoundaryHead, ('vgg19',)),
        'head on hsv': (BoundaryHead, ('hsv',)),
        'head of vgg19 on hsv': (BoundaryHead, ('vgg19',), ('hsv',)),
        'head of hsv on vgg19': (BoundaryHead, ('hsv',), ('vgg19',)),
        'head on features of four shots': (four_shots, both),
        'contextual model': (BoundaryModel, both),
        'contextual model, pretrained': (pretrained(films), both),
    }
    made = {name: leave_one_out(films, *how) for name, how in rows.items()}
    free = [s.scene_scores(features(o)['vgg19'], features(o)['hsv']) for o in films]
    methods = {BASELINE: [(o['labels'], s.windowed(o['vgg19'])) for o in films]}
    methods['scene_scores'] = [(o['labels'], x) for o, x in zip(films, free, strict=True)]
    methods |= {name: found for name, (found, _) in made.items()}
    thresholds = {name: chosen for name, (_, chosen) in made.items()}
    found = s.protocol_table(methods, thresholds, spans=[o['spans'] for o in films])
    gains = differences(methods)
    print(s.side_by_side(found).to_string())
    print(pd.DataFrame(gains).T.round(3).to_string())
    return dict(
        command='python benchmarks/scenes.py learned FOLDER --out FILE',
        films=len(films),
        rows=found.to_dict('records'),
        difference_of_map=dict(baseline=BASELINE, rows=gains),
    )


def told(shots, path):
    "Signals of a film's shots: their lengths, and what its subtitles tell"
    spans = shots[['start', 'end']].to_numpy()
    cues = read_captions(path)[0] if path.exists() else []
    return speech_signals(spans, cues) | dict(length=np.log(np.diff(spans)[:, 0] + .1))


def trees(films, labels, judged):
    "Gradient boosting on the windows of a head: scores of the films that are judged"
    model = HistGradientBoostingClassifier(learning_rate=.05, max_iter=300, min_samples_leaf=200)
    model.set_params(random_state=0).fit(np.concatenate(films), np.concatenate(labels))
    return [model.predict_proba(o)[:, 1] for o in judged]


def movienet318(folder, subtitles):
    "Heads and trees on lengths and subtitles: train to val"
    parts = {k: load_movienet(folder, split=k)[1] for k in ('train', 'val')}
    x, y = {}, {}
    for part, shots in parts.items():
        labels = boundary_labels(shots)
        films = dict(list(shots.groupby('video_id')))
        files = {k: Path(subtitles or '.')/f'{k}.srt' for k in films}
        x[part] = [told(o, files[k]) for k, o in tqdm(films.items(), part)]
        y[part] = [labels[k] for k in films]
    config = dict(window=5, steps=1000, every=50, batch=8192, weight_decay=1e-4, dropout=.3)
    alone = [[dict(length=o['length']) for o in x[k]] for k in ('train', 'val')]
    rows = s.chance_rows([(o, np.zeros(len(o))) for o in y['val']])
    thresholds = dict.fromkeys(rows, .5)
    for name, (ours, theirs) in {'head on lengths': alone, 'head': (x['train'], x['val'])}.items():
        head = BoundaryHead(**config).fit(ours, y['train'], (theirs, y['val']))
        rows[name] = [(b, head.scores(a)) for a, b in zip(theirs, y['val'], strict=True)]
        thresholds[name] = head.threshold
    windows = {k: [similarity_windows(o, 5) for o in x[k]] for k in x}
    scores = trees(windows['train'], y['train'], windows['val'])
    rows['trees'] = list(zip(y['val'], scores, strict=True))
    thresholds['trees'] = s.choose_threshold(rows['trees'])
    found = s.protocol_table(rows, thresholds)
    print(s.side_by_side(found).to_string())
    return dict(
        command='python benchmarks/scenes.py movienet318 FOLDER --subtitles DIR --out FILE',
        films={k: len(v) for k, v in x.items()},
        judged='val, which also stopped the heads and gave the thresholds',
        rows=found.to_dict('records'),
    )


JOBS = dict(ovsd=ovsd, learned=learned, movienet318=movienet318)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('data', nargs='?', default='ovsd', choices=list(JOBS), help='method')
    folder = os.environ.get('SCENE_EXPLORE_OVSD')
    parser.add_argument('folder', nargs='?', default=folder, help='where they lie')
    parser.add_argument('--subtitles', help='folder of subtitles, for movienet318')
    parser.add_argument('--out', help='JSON file for the results')
    args = parser.parse_args()
    wanted = 'label318/*.txt' if args.data == 'movienet318' else '*.npz'
    if not args.folder or not list(Path(args.folder).glob(wanted)):
        print('not measured: no data')
        print(json.dumps(dict(measured=0)))
        return
    job = JOBS[args.data]
    if args.data == 'movienet318': job = partial(job, subtitles=args.subtitles)
    found = json.dumps(job(args.folder))
    result = json.loads(found, parse_float=lambda v: round(float(v), 4))
    if args.out: Path(args.out).write_text(json.dumps(result, indent=1) + '\n', 'utf-8')
    print(json.dumps(result))


if __name__ == '__main__': main()
