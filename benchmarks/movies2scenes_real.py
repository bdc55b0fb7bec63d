"""Whether dialogue and shot lengths say which real movies are alike, by genre and by their viewers

    python benchmarks/movies2scenes_real.py MOVIENET --subtitles DIR --catalogue CSV \\
        --ratings CSV [--out RESULTS.json]

MovieNet-318's training films teach, its validation films are judged: AUC of similar pairs of movies
against other pairs, drawn at random or as far apart in year and popularity. Beside it: what year
and popularity say alone, the mean features of whole movies, and similar movies that were shuffled.
CATALOGUE joins IMDb numbers with MovieLens (columns imdb, movieId, title, genres); RATINGS is
MovieLens'. Intervals are for other films (jackknife).
"""
import argparse
import json
from pathlib import Path

import numpy as np
from scipy.special import stdtrit
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from scene_explore.core.vectors import normalise_rows
from scene_explore.datasets.catalogue import (
    confounder_auc,
    load_catalogue,
    movie_similarity,
    other_pairs,
)
from scene_explore.datasets.movienet import load_movienet
from scene_explore.segmentation.scene_vlm.annotated_films import labelled_films
from scene_explore.training.movie_similarity import MovieSimilarity

SIGNALS = ('genre', ''), ('co_watch', 'ppmi'), ('co_watch', 'counts')
SIZES = dict(width=128, batch=128, momentum=.9, relu=True)


def read(folder, subtitles): # split -> {imdb: (texts, lengths)}, of films with subtitles
    out = {}
    for part in ('train', 'val'):
        films, _ = labelled_films(load_movienet(folder, split=part)[1], subtitles, frames=0)
        told = {k: ([' '.join(v.subtitles) for v in o.views], [v.seconds for v in o.views])
                for k, o in films.items()}
        out[part] = {k: v for k, v in told.items() if any(v[0])}
    return out


def features_of(films, width=64): # split -> {imdb: float32 [shots, width + 1]}, fitted to train
    words = TfidfVectorizer(stop_words='english', min_df=20, max_df=.1, sublinear_tf=True)
    x = words.fit_transform([t for o, _ in films['train'].values() for t in o])
    main = TruncatedSVD(width, random_state=0).fit(x)
    return {
        part: {k: np.c_[main.transform(words.transform(o)), np.log(np.add(n, .1))]
               .astype(np.float32)
               for k, (o, n) in some.items()}
        for part, some in films.items()
    }


def auc(scores, labels, pairs): # [value, low, high]
    def of(keep): return roc_auc_score(labels[keep], scores[keep])
    names = np.unique(pairs)
    left = np.array([of(~(pairs == o).any(1)) for o in names])
    half = np.sqrt((len(left) - 1)/len(left)*((left - left.mean())**2).sum())
    value = of(np.ones(len(scores), bool))
    half *= stdtrit(len(left) - 1, .975)
    return [round(float(o), 3) for o in (value, value - half, value + half)]


def whole(features, pairs): # cosine of the mean features of two movies
    mean = np.mean(np.concatenate(list(features.values())), 0)
    x = {k: normalise_rows((v.mean(0) - mean)[None])[0] for k, v in features.items()}
    return np.array([x[a]@x[b] for a, b in pairs])


def one_signal(catalogue, features, by, weight, seed): # rows
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
        row['whole movies'] = auc(whole(features['val'], pairs), labels, pairs)
        mixed = similar['train'].assign(
            similar=np.random.default_rng(seed).permutation(similar['train'].similar))
        for name, given in dict(learned=similar['train'], shuffled=mixed).items():
            model = MovieSimilarity(seed=seed, **SIZES)
            model.fit(features['train'], given, others['train'])
            scores = np.concatenate([model.score(features['val'], o) for o in table])
            row[name] = auc(scores, labels, pairs)
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
    features = features_of(read(args.folder, args.subtitles))
    features = {part: {names[k]: v for k, v in o.items() if k in names}
                for part, o in features.items()}
    rows = [o for by, weight in SIGNALS for o in one_signal(catalogue, features, by, weight,
                                                                args.seed)]
    out = dict(
        command='python benchmarks/movies2scenes_real.py MOVIENET --subtitles DIR --catalogue CSV'
        ' --ratings CSV',
        films={k: len(v) for k, v in features.items()},
        rows=rows,
    )
    if args.out: Path(args.out).write_text(json.dumps(out, indent=1) + '\n')
    print(json.dumps(out))


if __name__ == '__main__': main(arguments())
