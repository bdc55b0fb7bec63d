"""What movies teach scenes where it is known what movies have in common: five worlds

    python benchmarks/movies2scenes_world.py --seeds 5 [--out RESULTS.json]

Movies of twelve kinds share motifs beside decoys (`datasets.world.movies`). Genre, synopsis and
viewings, with their errors, teach a space of shots and then scenes; all is judged on 60 movies that
were not learned from. Beside it: chance, the features as they are and whitened, a network that
learned nothing, and movies whose similar ones were shuffled. Intervals are for other worlds.
"""
import argparse
import json
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from scene_explore.core.vectors import normalise_rows
from scene_explore.datasets.catalogue import movie_similarity, other_pairs
from scene_explore.datasets.world.movies import planted_share, world_movies
from scene_explore.geometry.intervals import cluster_interval
from scene_explore.geometry.whitening import fit_whitening
from scene_explore.training.moco import (
    MoCoConfig,
    SceneEncoder,
    embed_scenes,
    scene_distances,
    train_moco,
)
from scene_explore.training.movie_similarity import MovieSimilarity, scene_pairs

SIGNALS = 'genre', 'synopsis', 'co_watch', 'genre,synopsis', 'genre,synopsis,co_watch'
SIMILAR = 8   # to a movie, of 180: the paper's three are too few pairs here, as a row shows
SMALL = dict(shots=192, window=8, stride=4, width=64, batch=64, momentum=.9, dropout=.2)
MOCO = dict(epochs=20, lr=1e-3, warmup=1)
QUEUE = dict(size=1024, dim=32, momentum=.99)


def shuffled(similar, seed): # each movie keeps how many are like it, not which
    other = np.random.default_rng(seed).permutation(similar.similar)
    return similar.assign(similar=other)[similar.movie != other]


class Judge:
    "Movies that were not learned from, of one world"
    def __init__(self, world, ids, seed):
        self.world = world
        self.alike, self.other = (world.pairs(ids, o, seed=seed) for o in (True, False))
        self.shots = world.shots[world.shots.movie.isin(ids)]
        scenes = self.shots.groupby(['movie', 'scene'])
        self.scenes = scenes.agg(shot=('shot', 'first'), motif=('motif', 'first')).reset_index()

    def planted(self, model, space='learned', features=None): # of the best three of two movies
        features = features or self.world.features
        pairs = scene_pairs(model, features, self.alike, share=1., space=space)
        return float(planted_share(pairs, self.world.shots).share.mean())

    def auc(self, model): # of pairs of movies
        scores = [model.score(self.world.features, o) for o in (self.alike, self.other)]
        truth = np.repeat([1, 0], [len(o) for o in scores])
        return float(roc_auc_score(truth, np.concatenate(scores)))

    def motif(self, embed): # P@1: a scene of the same motif first among those of other movies
        x, o = normalise_rows(embed(self.scenes, 9)), self.scenes
        near = x@x.T
        near[o.movie.to_numpy()[:, None] == o.movie.to_numpy()] = -np.inf
        found = o.motif.to_numpy()[near.argmax(1)] == o.motif
        return float(found[o.motif >= 0].mean())

    def boundary(self, encoder, features): # AP of how far the scenes around a cut are apart
        truth, scores = [], []
        for movie, o in self.shots.groupby('movie'):
            truth.append(np.diff(o.scene) != 0)
            scores.append(scene_distances(encoder, features[movie]))
        return float(average_precision_score(np.concatenate(truth), np.concatenate(scores)))

    def scene_row(self, encoder, features=None):
        features = features or self.world.features
        def embed(table, n): return embed_scenes(encoder, features, table, n)
        return dict(motif=self.motif(embed), boundary=self.boundary(encoder, features))


def whitened(features, ids): # by the shots that are learned from
    fit = fit_whitening(np.concatenate([features[k] for k in ids]))
    return {k: fit(v).astype(np.float32) for k, v in features.items()}


def untrained(features, seed):
    model = MovieSimilarity(seed=seed, **SMALL)
    model._new(next(iter(features.values())).shape[1])
    model.network.fit_scale(features.values())
    return model


def learned_scenes(world, ids, pairs, similar, seed): # what MoCo makes of pairs
    features = {k: world.features[k] for k in ids}
    config = MoCoConfig(seed=seed, **MOCO)
    encoder = SceneEncoder(next(iter(features.values())).shape[1])
    return train_moco(encoder, features, pairs, config, similar=similar, **QUEUE)[0]


def one_world(seed): # rows
    world = world_movies(seed)
    ids = np.random.default_rng(seed).permutation(list(world.features))
    judge, known = Judge(world, ids[180:], seed), world.catalogue.among(ids[:180])
    features = {k: world.features[k] for k in ids[:180]}
    averages = SceneEncoder(next(iter(features.values())).shape[1])   # before it learned
    raw = judge.scene_row(averages)
    rows = {'as they are': dict(planted=judge.planted(None, 'frozen')) | raw,
            'chance': dict(planted=judge.planted(None, 'random')),
            'nothing learned': dict(planted=judge.planted(untrained(features, seed)))}
    white = whitened(world.features, ids[:180])
    rows['whitened'] = dict(planted=judge.planted(None, 'frozen', white))
    rows['whitened'] |= judge.scene_row(averages, white)
    tables = {k: movie_similarity(known, k, SIMILAR, seed=seed) for k in SIGNALS}
    best = tables[SIGNALS[-1]]
    tables['shuffled'] = shuffled(best, seed)
    for k in ('genre', 'genre,synopsis'):
        tables[f'{k}, three'] = movie_similarity(known, k, 3, seed=seed)
    models = {}
    for name, similar in tables.items():
        others = other_pairs(known, similar, seed=seed)
        models[name] = m = MovieSimilarity(seed=seed, **SMALL).fit(features, similar, others)
        rows[f'learned: {name}'] = dict(planted=judge.planted(m), auc=judge.auc(m))
    model = models[SIGNALS[-1]]
    chosen = dict(learned=(model, 'learned', best), frozen=(None, 'frozen', best),
                  random=(None, 'random', best),
                  shuffled=(models['shuffled'], 'learned', tables['shuffled']))
    for name, (m, space, similar) in chosen.items():
        pairs = scene_pairs(m, features, similar, space=space)
        moco = learned_scenes(world, ids[:180], pairs, similar, seed)
        rows[f'MoCo: {name} pairs'] = judge.scene_row(moco)
    return rows


def table(found): # {seed: rows} -> a row each, with intervals over worlds
    out = []
    for name in next(iter(found.values())):
        row = dict(row=name)
        for part in ('planted', 'auc', 'motif', 'boundary'):
            values = [o[name][part] for o in found.values() if part in o[name]]
            if not values: continue
            near = cluster_interval(values, range(len(values)), bounds=(0, 1))
            row[part] = [round(float(o), 3) for o in near]
        out.append(row)
    return out


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('--seeds', type=int, default=0, help='worlds')
    p.add_argument('--workers', type=int, default=1, help='worlds at once')
    p.add_argument('--out', help='a JSON file for what was found')
    return p.parse_args()


def main(args):
    if not args.seeds: return print('not measured: no --seeds\n' + json.dumps(dict(measured=0)))
    found = {}
    with get_context('spawn').Pool(args.workers) as pool:
        for seed, rows in enumerate(pool.imap(one_world, range(args.seeds))):
            found[seed] = rows
            print(seed, json.dumps(rows), flush=True)
    each = {seed: {row: {k: round(v, 4) for k, v in o.items()} for row, o in rows.items()}
            for seed, rows in found.items()}
    out = dict(command=f'python benchmarks/movies2scenes_world.py --seeds {args.seeds}',
               worlds=args.seeds, rows=table(found), each=each)
    if args.out: Path(args.out).write_text(json.dumps(out, indent=1) + '\n')
    print(json.dumps(out))


if __name__ == '__main__': main(arguments())
