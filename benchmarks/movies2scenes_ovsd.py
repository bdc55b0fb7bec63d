"""MoCo on real features of films that nobody labelled: whether boundaries are told better

    python benchmarks/movies2scenes_ovsd.py OVSD [--folds 5 --seeds 3 --out RESULTS.json]

OVSD's films with VGG19 features (512 columns, the first 64 principal components of the films that
are learned from). Nothing is known of these films as movies, so every two teach each other: by the
best pairs of scenes in the frozen space, or by pairs drawn at random. The films of a fold are held
out from both; AP is of how far the four shots before a cut lie from the four after, a film at a
time, its interval over films. Beside it: the features as they are, and whitened.
"""
import argparse
import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from sklearn.decomposition import PCA
from sklearn.metrics import average_precision_score

from scene_explore.datasets.movienet import load_benchmark
from scene_explore.datasets.scene_lists import load_features
from scene_explore.geometry.intervals import cluster_interval
from scene_explore.training.moco import MoCoConfig, SceneEncoder, scene_distances, train_moco
from scene_explore.training.movie_similarity import scene_pairs

WIDTH = 64
MOCO = dict(epochs=10, lr=1e-3, warmup=1)
QUEUE = dict(size=2048, dim=64, momentum=.99)


def read(folder): # {film: ([n, 512], labels of its cuts)}
    x, _ = load_features(folder, 512)
    shots = load_benchmark('ovsd', folder)[1]
    films = {}
    for name, film in shots.groupby('video_id', sort=False):
        film = film.sort_values('shot')
        if name in x: films[name] = x[name][film.shot], film.boundary.to_numpy()[:-1]
    return films


def reduced(films, learn): # {film: [n, WIDTH]}, the same whitened
    main = PCA(WIDTH, random_state=0).fit(np.concatenate([films[k][0] for k in learn]))
    x = {k: main.transform(o).astype(np.float32) for k, (o, _) in films.items()}
    return x, {k: v/np.sqrt(main.explained_variance_).astype(np.float32) for k, v in x.items()}


def taught(x, learn, space, seed): # `MoCo`
    known = {k: x[k] for k in learn}
    pairs = pd.DataFrame(permutations(learn, 2), columns=['movie', 'similar'])
    pairs = scene_pairs(None, known, pairs, share=.1, space=space, seed=seed)
    pairs = pairs.sample(min(len(pairs), 6000), random_state=seed)
    torch.manual_seed(seed)
    alone = pd.DataFrame(columns=['movie', 'similar'])   # each film is like itself alone
    config = MoCoConfig(seed=seed, **MOCO)
    return train_moco(SceneEncoder(WIDTH), known, pairs, config, alone, **QUEUE)[0]


def one_fold(films, out, seeds): # {row: {film: [AP of each seed]}}
    learn = [k for k in films if k not in out]
    x, white = reduced(films, learn)
    plain = SceneEncoder(WIDTH)
    def ap(encoder, x, name):
        return average_precision_score(films[name][1], scene_distances(encoder, x[name]))
    rows = {'as they are': {k: [ap(SceneEncoder(512), {k: films[k][0]}, k)] for k in out},
            '64 components': {k: [ap(plain, x, k)] for k in out},
            'whitened': {k: [ap(plain, white, k)] for k in out}}
    for space in ('frozen', 'random'):
        mocos = [taught(x, learn, space, seed) for seed in range(seeds)]
        rows[f'MoCo: {space} pairs'] = {k: [ap(o, x, k) for o in mocos] for k in out}
    return rows


def merged(folds): # rows of all folds, with intervals over films
    out = []
    for name in folds[0]:
        values = [np.mean(v) for fold in folds for v in fold[name].values()]
        near = cluster_interval(values, range(len(values)), bounds=(0, 1))
        base = [np.mean(v) for fold in folds for v in fold['64 components'].values()]
        gain = cluster_interval(np.subtract(values, base), range(len(values)))
        rounded = [[round(float(o), 3) for o in i] for i in (near, gain)]
        out.append(dict(row=name, AP=rounded[0], gain=rounded[1]))
    return out


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('folder', nargs='?', help='of OVSD: NN.npz')
    p.add_argument('--folds', type=int, default=5)
    p.add_argument('--seeds', type=int, default=3)
    p.add_argument('--out', help='a JSON file for what was found')
    return p.parse_args()


def main(args):
    if not args.folder: return print('not measured: no data\n' + json.dumps(dict(measured=0)))
    films = read(args.folder)
    folds = []
    for i in range(args.folds):
        folds.append(one_fold(films, list(films)[i::args.folds], args.seeds))
        print(i, json.dumps(merged(folds)), flush=True)
    out = dict(
        command=f'python benchmarks/movies2scenes_ovsd.py OVSD --folds {args.folds} --seeds'
        f' {args.seeds}',
        films=len(films),
        rows=merged(folds),
    )
    if args.out: Path(args.out).write_text(json.dumps(out, indent=1) + '\n')
    print(json.dumps(out))


if __name__ == '__main__': main(arguments())
