"""What a small model makes of the words of real films, beside the pauses between them

    python benchmarks/scene_vlm_words.py MOVIENET --subtitles DIR --model FOLDER --work DIR \\
        [--ada DIR]

MovieNet-318 without pictures: the model is shown the subtitles and the length of each shot, as it
comes and after all of its weights have learned from the training films but for some to stop by.
Beside it: chance, and gradient boosting of pauses, speech and shot lengths, which learned from all
training films. The judged ones are validation films. With `--ada` also films of Project AdA, of
which nothing was learned, by their annotated dialogue.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from scenes import told, trees

from scene_explore.datasets.ada import load_ada
from scene_explore.datasets.movienet import load_movienet
from scene_explore.datasets.shot_labels import boundary_labels
from scene_explore.segmentation.protocols import average_precision, mean_average_precision
from scene_explore.segmentation.scene_vlm.ablations import ABLATIONS, ablation_scores
from scene_explore.segmentation.scene_vlm.annotated_films import labelled_films
from scene_explore.segmentation.scene_vlm.model import SceneVLM
from scene_explore.segmentation.scene_vlm.samples import LabelledFilm, SampleConfig
from scene_explore.segmentation.scene_vlm.shown_shots import Shown, shot_views
from scene_explore.segmentation.scene_vlm.training import VLMConfig, finetune_scene_vlm
from scene_explore.segmentation.shot_inputs import similarity_windows

WORDS = Shown(pictures=False)
ASKED = {
    '': {},
    ', shuffled subtitles': ABLATIONS['shuffled subtitles'],
    ', lengths alone': dict(subtitles=False),
}


def read(folder, subtitles, part): # {name: (shots, `LabelledFilm`)} of films with subtitles
    shots = load_movienet(folder, split=part)[1]
    films, _ = labelled_films(shots, subtitles, frames=0)
    own = dict(list(shots.groupby('video_id')))
    return {k: (own[k], v) for k, v in sorted(films.items()) if words_of(subtitles, k).exists()}


def words_of(subtitles, name): return Path(subtitles)/f'{name}.srt'


def spoken(folder): # {name: (shots, `LabelledFilm`)} of AdA, a line for what is said in a shot
    shots = load_ada(folder)[1]
    truth = boundary_labels(shots)
    films = {}
    for name, own in shots.groupby('video_id', sort=False):
        lines = [(a, b, t) for a, b, t in zip(own.start, own.end, own.dialogue, strict=True) if t]
        views, _ = shot_views(own.reset_index(drop=True), lines, frames=0)
        films[name] = own, LabelledFilm(views, truth[name])
    return films


def windows(films, subtitles): # of pauses, speech and lengths: a row a cut
    return [similarity_windows(told(shots, words_of(subtitles, name)), 5)
            for name, (shots, _) in films.items()]


def labels(films): return [o.labels for _, o in films.values()]


def boosted(train, val, subtitles): # scores of films that are judged
    x, y = windows(train, subtitles), labels(train)
    known = [o >= 0 for o in y]
    x, y = ([o[k] for o, k in zip(some, known, strict=True)] for some in (x, y))
    return trees(x, y, windows(val, subtitles))


def about(films): # how many, and the share of their cuts that end a scene
    known = np.concatenate(labels(films))
    known = known[known >= 0]
    return dict(films=len(films), cuts=len(known), prior=round(float(known.mean()), 4))


def asked(vlm, films, name, how=tuple(ASKED)): # rows
    rows = {name + k: ASKED[k] for k in how}
    return ablation_scores(vlm, [o for _, o in films.values()], rows, progress=True)


def row(name, truth, scores):
    pairs = list(zip(truth, scores, strict=True))
    pooled, mean = (fn(pairs, uncertain='mask') for fn in (average_precision,
                                                           mean_average_precision))
    found = {'AP': pooled.interval(), 'mAP': mean.interval()}
    return dict(method=name) | {k: [rounded(o) for o in v] for k, v in found.items()}


def rounded(x): return round(float(x), 3) if np.isfinite(x) else None   # few films: no interval


def learned(args, films): # the model after all of its weights have learned
    apart = dict(list(films.items())[:args.stop])
    learn = [o for k, (_, o) in films.items() if k not in apart]
    config = VLMConfig(
        SampleConfig(sizes=((20, 10),), yes_weight=3.), steps=args.steps, batch=8, lr=3e-4,
        lora_rank=0, check_every=max(1, args.steps//4), pixels=56*84,
    )
    out = finetune_scene_vlm(args.model, learn, Path(args.work)/'words',
                             [o for _, o in apart.values()], config, WORDS, device=args.device)
    return SceneVLM(out, WORDS, batch=8, device=args.device, dtype='float32')


def elsewhere(films, untaught, taught): # rows
    truth, rng = labels(films), np.random.default_rng(0)
    rows = {'AdA, random': [rng.random(len(o)) for o in truth]}
    rows['AdA, as it comes'] = asked(untaught, films, '', [''])['']
    rows |= asked(taught, films, 'AdA, taught on words')
    return [row(name, truth, scores) for name, scores in rows.items()]


def main(args):
    if not args.folder: return print('not measured: no data\n' + json.dumps(dict(measured=0)))
    train, val = (read(args.folder, args.subtitles, o) for o in ('train', 'val'))
    val = dict(list(val.items())[:args.films])
    truth, rng = labels(val), np.random.default_rng(0)
    rows = {'random': [rng.random(len(o)) for o in truth]}
    rows['trees'] = boosted(train, val, args.subtitles)
    untaught = SceneVLM(args.model, WORDS, batch=8, device=args.device, dtype='float32')
    rows['as it comes'] = asked(untaught, val, '', [''])['']
    taught = learned(args, train)
    rows |= asked(taught, val, 'taught on words')
    found = [row(name, truth, scores) for name, scores in rows.items()]
    films = dict(train=about(train), val=about(val))
    if args.ada:
        ada = spoken(args.ada)
        films['AdA'] = about(ada)
        found += elsewhere(ada, untaught, taught)
    for o in found: print(o)
    out = dict(
        command='python benchmarks/scene_vlm_words.py MOVIENET --subtitles DIR --model FOLDER'
        f' --work DIR --ada DIR --steps {args.steps} --films {args.films}',
        films=films,
        steps=args.steps,
        rows=found,
    )
    if args.out: Path(args.out).write_text(json.dumps(out, indent=1) + '\n')
    print(json.dumps(out))


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('folder', nargs='?', help='of MovieNet-318: label318, shot_movie318, meta')
    p.add_argument('--subtitles', help='folder of .srt files, named by IMDb number')
    p.add_argument('--ada', help='folder of films of Project AdA')
    p.add_argument('--model', help='a small Qwen-VL, all of whose weights will learn')
    p.add_argument('--work', default='.', help='folder for what is trained')
    p.add_argument('--steps', type=int, default=600)
    p.add_argument('--stop', type=int, default=3, help='training films to stop by')
    p.add_argument('--films', type=int, default=12, help='validation films that are judged')
    p.add_argument('--device', default='auto')
    p.add_argument('--out', help='a JSON file for what was found')
    args = p.parse_args()
    if args.folder and not (args.subtitles and args.model):
        p.error('give --subtitles and --model')
    return args


if __name__ == '__main__': main(arguments())
