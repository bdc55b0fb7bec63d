"""Errors of continuity in films in which they were planted: what is found, and false alarms.

    python benchmarks/continuity.py FOLDER --out benchmarks/results/continuity.json [--jobs 2]
    python benchmarks/continuity.py FOLDER --calibrate
    python benchmarks/continuity.py FOLDER --film FILM.mp4

FOLDER keeps the rendered films: 20 with planted errors and the same 20 without, of the seeds of the
world's test split, and for the calibration 16 with and 6 without, of its validation split. No two
films share a room, a look or a person. What is there is not rendered again. `--calibrate` learns
the weights of `segmentation.continuity` from the films of the validation split and prints them.
`--film` counts the findings in a film of one's own, in shots and scenes of `segment`.

A finding is right if one of its two shots shows a planted error of that kind and the other does
not. An error is found if a finding shows it. Scenes are the true ones. The last line is one JSON
object.
"""
import argparse
import json
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
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
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
