"""Errors of continuity in films in which they were planted: what is found, and false alarms.

    python benchmarks/continuity.py FOLDER --out FILE [--jobs 2] [--film FILM.mp4]
    python benchmarks/continuity.py FOLDER --calibrate

FOLDER keeps the rendered films: 20 with planted errors and the same 20 without, of the seeds of the
world's test split, and for the calibration 16 with and 6 without, of its validation split. No two
films share a room, a look or a person. What is there is not rendered again. `--calibrate` learns
the weights of `segmentation.continuity` from the films of the validation split and prints them.
`--film` also counts the findings in a film of one's own, in shots and scenes of `segment`.

A finding is right if one of its two shots shows a planted error of that kind and the other does
not. An error is found if a finding shows it. Scenes are the true ones. The last line is one JSON
object.
"""
import argparse
import json
import os
import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from scene_explore.core.scenes import scene_table
from scene_explore.datasets.world.continuity_errors import (
    ERROR_KINDS,
    load_errors,
    render_with_errors,
)
from scene_explore.datasets.world.films import load_truth
from scene_explore.datasets.world.scripts import film_seeds
from scene_explore.geometry.intervals import bootstrap_interval, jackknife_interval
from scene_explore.segmentation import continuity as c
from scene_explore.segmentation.setups import read_frames

SHAPE = dict(seconds=110, shots=36, fps=12, hold=3, size=(108, 192))
LIGHT = 'exposure', 'colour', 'lamps', 'hour'
SEED = 0   # of the random scores


# ---- films
def jobs(calibrate):
    "(seed, whether it is without errors) of the films that are needed"
    if calibrate:
        seeds = film_seeds('validation', 16)
        return [(o, False) for o in seeds] + [(o, True) for o in seeds[:6]]
    return [(o, clean) for clean in (False, True) for o in film_seeds('test', 20)]


def film_of(folder, job):
    "The path of a film, rendered where it is missing"
    seed, clean = job
    path = folder/f'{seed}-{"clean" if clean else "errors"}.mp4'
    if path.with_suffix('.errors.json').exists() and path.exists(): return path
    return render_with_errors(seed, path, errors=[] if clean else None, **SHAPE)


def films(folder, calibrate, workers):
    "The paths of all films"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = jobs(calibrate)
    make = partial(film_of, folder)
    if workers < 2: return [make(o) for o in tqdm(wanted, desc='films')]
    with get_context('spawn').Pool(workers) as pool:
        return list(tqdm(pool.imap(make, wanted), total=len(wanted), desc='films'))


# ---- what is measured of a film
def shows(error, shot):
    "Whether a shot shows an error"
    return error['first'] <= shot <= error['last']


def errors_between(errors, a, b):
    "The kinds of error that one of two shots shows and the other does not"
    return {o['kind'] for o in errors if shows(o, a) != shows(o, b)}


def difference(frames, pair):
    "The mean difference of the middle frames of two shots, in levels"
    a, b = (frames[k].pictures[1].astype(float) for k in (pair.a, pair.b))
    return float(abs(a - b).mean())


def measure(path):
    "Pairs with their truth and scores, findings, and errors of one film"
    truth, errors = load_truth(path), load_errors(path)
    shots = scene_table(truth[['start', 'end', 'transition']].assign(path=str(path)))
    shots['scene'] = truth.scene
    started = time.perf_counter()
    frames = read_frames(shots)
    pairs = c.compared_pairs(frames, shots.scene)
    found = c.continuity(shots, threshold=.2, frames=frames)
    seconds = time.perf_counter() - started
    rows = [
        dict(
            found=o, a=o.pair.a, b=o.pair.b, kinds=errors_between(errors, o.pair.a, o.pair.b),
            chances=c.error_chances(o), difference=difference(frames, o.pair),
        )
        for o in pairs
    ]
    return dict(
        name=path.stem, seconds=float(shots.end.max()), took=seconds, pairs=rows, findings=found,
        errors=errors,
    )


# ---- calibration
def change_table(measured):
    "Inputs, kinds and films of the pairs that were compared"
    rows = [
        (c.change_inputs(o['found'].comparison), next(iter(o['kinds']), 'none'), film['name'][:4])
        for film in measured for o in film['pairs']
        if o['found'].comparison and 'mirrored' not in o['kinds']
    ]
    x, kind, film = zip(*rows, strict=True)
    return np.array(x), np.array(kind), np.array(film)


def mirror_table(measured):
    "Likeness in the mirror and as it is of all pairs, and whether one of them is mirrored"
    rows = [
        (
            max(o['found'].pair.mirrored.likeness, 0), max(o['found'].pair.match.likeness, 0),
            # only a pair of one set-up looks alike in the mirror
            'mirrored' in o['kinds'] and o['found'].pair.mirrored.likeness > .5,
        )
        for film in measured for o in film['pairs']
    ]
    x = np.array(rows, float)
    return x[:, :2], x[:, 2].astype(int)


def raw_weights(model):
    "Weights of inputs as they are, the constant first, of a regression on standardised inputs"
    scale, fit = model[0], model[1]
    weights = fit.coef_/scale.scale_
    return np.column_stack([fit.intercept_ - weights @ scale.mean_, weights])


def calibrate(measured):
    "Weights for `segmentation.continuity`, and how well they do on the films left out"
    x, kind, film = change_table(measured)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=.3, max_iter=5000))
    held = cross_val_predict(
        model, x, kind, groups=film, cv=GroupKFold(8), method='predict_proba'
    )
    names = np.unique(kind).tolist()
    ap = {o: round(float(average_precision_score(kind == o, held[:, i])), 3)
          for i, o in enumerate(names)}
    weights = raw_weights(model.fit(x, kind))
    mirror, is_mirrored = mirror_table(measured)
    mirrored = raw_weights(
        make_pipeline(StandardScaler(), LogisticRegression()).fit(mirror, is_mirrored)
    )[0]
    order = ['none', *(o for o in ERROR_KINDS if o in names)]
    return dict(
        change={o: weights[names.index(o)].round(2).tolist() for o in order},
        mirrored=mirrored.round(2).tolist(),
        average_precision_on_films_left_out=ap,
        pairs=pd.Series(kind).value_counts().to_dict(),
    )


# ---- what is found
def family(kind):
    "The four errors of light are one family"
    return 'light' if kind in LIGHT else kind


def right(film, row, as_family=False):
    "Whether a finding shows a planted error of its kind, or of its family"
    a, b = row.shot_a - 1, row.shot_b - 1
    kinds = errors_between(film['errors'], a, b)
    if as_family: return family(row.kind) in {family(o) for o in kinds}
    return row.kind in kinds


def is_found(film, error, findings, as_family=False):
    "Whether a finding shows an error"
    rows = findings[findings.kind.map(family) == family(error['kind'])]
    if not as_family: rows = rows[rows.kind == error['kind']]
    return any(shows(error, o.shot_a - 1) != shows(error, o.shot_b - 1) for o in rows.itertuples())


def interval(values, groups):
    "A mean with its bootstrap interval over films, rounded; None where there is nothing"
    if not len(values): return dict(value=None, low=None, high=None, n=0)
    found = bootstrap_interval(np.asarray(values, float), np.asarray(groups))
    numbers = (None if np.isnan(o) else round(float(o), 3) for o in found)
    return dict(zip(('value', 'low', 'high'), numbers, strict=True), n=len(values))


def rates(measured, threshold, kind):
    "Recall and precision of a kind, or of `light` or of `all`, at a threshold"
    as_family = kind in ('light', 'all')
    def asked(o): return kind == 'all' or o == kind or kind == 'light' and o in LIGHT
    found, repeated, precise, films_of = [], [], [], dict(found=[], repeated=[], precise=[])
    for film in measured:
        rows = film['findings']
        rows = rows[(rows.confidence >= threshold) & rows.kind.map(asked)]
        for error in film['errors']:
            if not asked(error['kind']): continue
            hit = is_found(film, error, rows, as_family)
            found.append(hit)
            films_of['found'].append(film['name'])
            if not error['repeated']: continue
            repeated.append(hit)
            films_of['repeated'].append(film['name'])
        for row in rows.itertuples():
            precise.append(right(film, row, as_family))
            films_of['precise'].append(film['name'])
    return dict(
        recall=interval(found, films_of['found']),
        recall_repeated=interval(repeated, films_of['repeated']),
        precision=interval(precise, films_of['precise']),
    )


def alarms(measured, threshold, kinds=c.CONTINUITY_KINDS):
    "Findings that are wrong, an hour of film"
    hours = sum(o['seconds'] for o in measured)/3600
    wrong = sum(
        not right(film, row)
        for film in measured for row in film['findings'].itertuples()
        if row.confidence >= threshold and row.kind in kinds
    )
    return round(wrong/hours, 2)


def alarm_interval(measured, threshold):
    "False alarms an hour with their bootstrap interval over films"
    each = [alarms([film], threshold) for film in measured]
    return interval(each, [film['name'] for film in measured])


def reliability(measured):
    "What a confidence promises and what is true, in three ranges"
    rows = [
        (row.confidence, right(film, row))
        for film in measured for row in film['findings'].itertuples()
    ]
    promised, true = np.array(rows, float).T
    out = []
    for low, high in ((.2, .5), (.5, .8), (.8, 1.001)):
        own = (promised >= low) & (promised < high)
        if own.any():
            out.append(dict(
                at=f'{low:.1f} to {min(high, 1):.1f}', n=int(own.sum()),
                promised=round(float(promised[own].mean()), 3),
                true=round(float(true[own].mean()), 3),
            ))
    return out


# ---- simpler ways
def pair_scores(film, rng):
    "Scores of each pair of a film by name, and whether it shows an error"
    pairs = film['pairs']
    best = [max(v for k, v in o['chances'].items() if k != 'none') for o in pairs]
    light = [sum(o['chances'].get(k, 0) for k in LIGHT) for o in pairs]
    labels = {
        'any error': [bool(o['kinds']) for o in pairs],
        'an error of light': [bool(o['kinds'] & {*LIGHT}) for o in pairs],
    }
    like = np.array([o['found'].comparison is not None for o in pairs])
    plain = np.array([o['difference'] for o in pairs])
    scores = {
        'continuity': best,
        'continuity, light alone': light,
        'frame difference': plain,
        'frame difference of one set-up': np.where(like, plain, 0),
        'random': rng.random(len(pairs)),
    }
    return labels, scores


def compare_ways(measured):
    "Average precision of each way over pairs of a scene, with its interval over films"
    rng = np.random.default_rng(SEED)
    each = [pair_scores(film, rng) for film in measured]
    films = np.repeat(np.arange(len(each)), [len(o['pairs']) for o in measured])
    like = np.array([o['found'].comparison is not None for film in measured for o in film['pairs']])
    out = {}
    for what in each[0][0]:
        label = np.concatenate([o[what] for o, _ in each])
        for which, use in (('all pairs', like | True), ('pairs of one set-up', like)):
            row = dict(pairs=int(use.sum()), share=round(float(label[use].mean()), 3))
            for name in each[0][1]:
                score = np.concatenate([o[name] for _, o in each])
                def ap(rows, label=label[use], score=score[use]):
                    return average_precision_score(label[rows], score[rows])
                found = jackknife_interval(ap, films[use], bounds=(0, 1))
                row[name] = [round(float(o), 3) for o in found]
            out[f'{what}, {which}'] = row
    return out


def evaluate(measured):
    "All that is said of the test films"
    flawed = [o for o in measured if o['name'].endswith('errors')]
    clean = [o for o in measured if o['name'].endswith('clean')]
    kinds = *ERROR_KINDS, 'light', 'all'
    planted = pd.Series([o['kind'] for film in flawed for o in film['errors']]).value_counts()
    return dict(
        films=len(flawed), clean_films=len(clean),
        hours=round(sum(o['seconds'] for o in flawed)/3600, 3),
        seconds_a_film=round(float(np.mean([o['took'] for o in measured])), 2),
        planted=planted.to_dict(),
        at_half={kind: rates(flawed, .5, kind) for kind in kinds},
        at_nine_tenths={kind: rates(flawed, .9, kind) for kind in kinds},
        at_a_fifth={kind: rates(flawed, .2, kind) for kind in kinds},
        false_alarms_an_hour={
            'films with errors': alarm_interval(flawed, .5),
            'films without': alarm_interval(clean, .5),
            'films without, of light and mirrored':
                alarms(clean, .5, (*LIGHT, 'mirrored')),
            'films without, at 0.9': alarm_interval(clean, .9),
        },
        reliability=reliability(flawed + clean),
        pairs=compare_ways(flawed),
    )


def own_film(path, folder):
    "Findings in a film of one's own"
    from scene_explore.pipelines.segment import segment
    started = time.perf_counter()
    found = segment(path, out=None, store=folder/'store', progress=False)
    divided = time.perf_counter() - started
    rows = c.continuity(found.shots)
    seconds = time.perf_counter() - started - divided
    return dict(
        shots=len(found.shots), scenes=len(found.scenes), seconds=round(seconds, 2),
        findings=rows.kind.value_counts().to_dict(),
        at_nine_tenths=int((rows.confidence >= .9).sum()),
        minutes=round(float(found.shots.end.max())/60, 2),
    )


def table(result):
    "The figures by kind"
    def cell(o):
        if o['value'] is None: return f'- (of {o["n"]})'
        low = '' if o['low'] is None else f' ({o["low"]:.2f} to {o["high"]:.2f})'
        return f'{o["value"]:.2f}{low} of {o["n"]}'
    rows = {k: {name: cell(o) for name, o in v.items()} for k, v in result['at_half'].items()}
    return pd.DataFrame(rows).T


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kept = os.environ.get('SCENE_EXPLORE_CONTINUITY')
    parser.add_argument('folder', nargs='?', default=kept, help='where the rendered films are kept')
    parser.add_argument('--out', help='JSON file for the results')
    parser.add_argument('--jobs', type=int, default=1, help='films rendered at once')
    parser.add_argument('--calibrate', action='store_true', help='learn the weights')
    parser.add_argument('--film', help="count the findings in a film of one's own")
    args = parser.parse_args()
    if not args.folder:
        print('not measured: no folder for the films')
        print(json.dumps(dict(measured=0)))
        return
    folder = Path(args.folder)
    paths = films(folder, args.calibrate, args.jobs)
    measured = [measure(o) for o in tqdm(paths, desc='measured')]
    result = calibrate(measured) if args.calibrate else evaluate(measured)
    command = (
        'python benchmarks/continuity.py FOLDER --film FILM.mp4'
        ' --out benchmarks/results/continuity.json'
    )
    if not args.calibrate: result = dict(command=command) | result
    if args.film: result['own_film'] = own_film(args.film, folder)
    if 'at_half' in result: print(table(result).to_string())
    if args.out: Path(args.out).write_text(json.dumps(result, indent=1) + '\n', 'utf-8')
    print(json.dumps(result))


if __name__ == '__main__': main()
