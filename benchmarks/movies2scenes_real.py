"""Whether dialogue and shot lengths say which real movies are alike, by genre and by their viewers

    python benchmarks/movies2scenes_real.py MOVIENET --subtitles DIR --catalogue CSV \\
        --ratings CSV [--out RESULTS.json]

MovieNet-318's training films teach, its validation films are judged: AUC of similar pairs of movies
against other pairs, drawn at random or as far apart in year and popularity. Beside it: what year
and popularity say alone, the mean features of whole movies, and similar movies that were shuffled.
Boundaries are asked of the shot features before and after, once a signal (with others drawn at
random): by how far the shots before a cut lie from those after it, and by a head on four shots,
whose epoch a fifth of the training films choose; beside scores at random.
CATALOGUE joins IMDb numbers with MovieLens (columns imdb, movieId, title, genres); RATINGS is
MovieLens'. Intervals are for other films (jackknife).
"""
import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from scene_explore.datasets.catalogue import (
    confounder_auc,
    load_catalogue,
    movie_similarity,
    other_pairs,
)
from scene_explore.datasets.movienet import load_movienet
from scene_explore.segmentation.four_shots import movienet_boundaries
from scene_explore.segmentation.protocols import mean_average_precision
from scene_explore.segmentation.scene_vlm.annotated_films import labelled_films
from scene_explore.training.moco import SceneEncoder, scene_distances
from scene_explore.training.movie_similarity import MovieSimilarity, pair_auc, whole_movies

SIGNALS = ('genre', ''), ('co_watch', 'ppmi'), ('co_watch', 'counts')
SIZES = dict(width=128, batch=128, momentum=.9, relu=True)


class Film(NamedTuple):
    "A film with subtitles"
    texts:list
    seconds:list
    labels:np.ndarray   # of its cuts


def read(folder, subtitles): # split -> {imdb: `Film`}
    out = {}
    for part in ('train', 'val'):
        films, _ = labelled_films(load_movienet(folder, split=part)[1], subtitles, frames=0)
        told = {k: Film([' '.join(v.subtitles) for v in o.views], [v.seconds for v in o.views],
                        o.labels) for k, o in films.items()}
        out[part] = {k: v for k, v in told.items() if any(v.texts)}
    return out


def features_of(films, width=64): # split -> {imdb: float32 [shots, width + 1]}, fitted to train
    words = TfidfVectorizer(stop_words='english', min_df=20, max_df=.1, sublinear_tf=True)
    x = words.fit_transform([t for o in films['train'].values() for t in o.texts])
    main = TruncatedSVD(width, random_state=0).fit(x)
    return {
        part: {k: np.c_[main.transform(words.transform(o.texts)), np.log(np.add(o.seconds, .1))]
               .astype(np.float32)
               for k, o in some.items()}
        for part, some in films.items()
    }


def distance(films, features): # mAP of how far the four shots before a cut lie from those after
    found = [(films[k].labels, scene_distances(SceneEncoder(x.shape[1], heads=1), x))
             for k, x in features.items()]
    return rounded(mean_average_precision(found, uncertain='mask').interval())


def at_random(films, seed): # mAP of scores that know nothing
    rng = np.random.default_rng(seed)
    found = [(o.labels, rng.random(len(o.labels))) for o in films.values()]
    return rounded(mean_average_precision(found, uncertain='mask').interval())


def head(films, features, seed): # mAP of a head on four shots
    train, test = (list(features[part]) for part in ('train', 'val'))
    splits = dict(train=[o for i, o in enumerate(train) if i % 5], val=train[::5], test=test)
    x, labels = features['train'] | features['val'], films['train'] | films['val']
    labels = {k: v.labels for k, v in labels.items()}
    found = movienet_boundaries(x, labels, splits, seed, width=128, epochs=6)
    return rounded(found['scores']['mAP'].interval())


def boundaries(films, features, name, seed): # parts of a row
    return {f'mAP by distance, {name}': distance(films['val'], features['val']),
            f'mAP by a head, {name}': head(films, features, seed)}


def rounded(interval): return [round(float(o), 3) for o in interval]


def one_signal(catalogue, features, films, by, weight, seed): # rows
    parts = {k: catalogue.among(list(o)) for k, o in features.items()}
    how = dict(by=by, weight=weight or 'ppmi', seed=seed)
    similar = {k: movie_similarity(o, **how) for k, o in parts.items()}
    rows = []
    for matched in ((), ('year', 'popularity')):
        others = {k: other_pairs(o, similar[k], matched=matched, seed=seed)
                  for k, o in parts.items()}
        table = [o[['movie', 'similar']] for o in (similar['val'], others['val'])]
        pairs = np.concatenate([o.to_numpy() for o in table])
        labels = np.repeat([1, 0], [len(o) for o in table])
        row = dict(by=by, weight=weight, matched=', '.join(matched))
        for name in ('year', 'popularity'):
            row[name] = round(confounder_auc(parts['val'], *table, name), 3)
        row['whole movies'] = rounded(pair_auc(whole_movies(features['val'], pairs), labels, pairs))
        mixed = similar['train'].assign(
            similar=np.random.default_rng(seed).permutation(similar['train'].similar))
        for name, given in dict(learned=similar['train'], shuffled=mixed).items():
            model = MovieSimilarity(seed=seed, **SIZES)
            model.fit(features['train'], given, others['train'])
            scores = np.concatenate([model.score(features['val'], o) for o in table])
            row[name] = rounded(pair_auc(scores, labels, pairs))
            if matched: continue    # boundaries are asked once a signal
            learned = {part: {k: model.embed(x) for k, x in some.items()}
                       for part, some in features.items()}
            row |= boundaries(films, learned, name, seed)
        print(row, flush=True)
        rows.append(row)
    return rows


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('folder', nargs='?', help='of MovieNet-318: label318, shot_movie318, meta')
    p.add_argument('--subtitles', help='folder of .srt files, named by IMDb number')
    p.add_argument('--catalogue', help='movies: imdb, movieId, title, genres')
    p.add_argument('--ratings', help='who watched what: userId, movieId')
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--out', help='a JSON file for what was found')
    return p.parse_args()


def main(args):
    if not args.folder: return print('not measured: no data\n' + json.dumps(dict(measured=0)))
    catalogue = load_catalogue(args.catalogue, args.ratings)
    names = dict(zip(catalogue.movies.imdb, catalogue.movies.movie_id, strict=True))
    films = {part: {names[k]: v for k, v in o.items() if k in names}
             for part, o in read(args.folder, args.subtitles).items()}
    features = features_of(films)
    raw = boundaries(films, features, 'raw', args.seed)
    raw['mAP at random'] = at_random(films['val'], args.seed)
    rows = [o for by, weight in SIGNALS
            for o in one_signal(catalogue, features, films, by, weight, args.seed)]
    out = dict(
        command='python benchmarks/movies2scenes_real.py MOVIENET --subtitles DIR --catalogue CSV'
        ' --ratings CSV',
        films={k: len(v) for k, v in features.items()},
        raw=raw,
        rows=rows,
    )
    if args.out: Path(args.out).write_text(json.dumps(out, indent=1) + '\n')
    print(json.dumps(out))


if __name__ == '__main__': main(arguments())
