"""Where a vision-language model finds scenes that end by one sign alone

    python benchmarks/scene_vlm_world.py FOLDER --model FOLDER_OF_A_MODEL [--films 20]

Films of rooms that no training saw are rendered into the folder, and a model (for one, of
`tools/pretrain_scene_vlm.py`) is judged on them: every ablation, each sign apart, the place in
the window, the reasons; beside chance and methods without training.
"""
import argparse
import json
import os
from pathlib import Path

import numpy as np

from scene_explore.datasets.world.scene_signs import SIGNS
from scene_explore.segmentation.scene_vlm.world_films import sign_films


def colours(film): # [n, 64] colour histograms of the middle frames, for methods without training
    bins = [(o.frames[1].reshape(-1, 3)//64)@[16, 4, 1] for o in film.views]
    return np.stack([np.bincount(o, minlength=64)/len(o) for o in bins])


def without_training(films): # name -> scores
    from scene_explore.segmentation.fusion import scene_scores
    from scene_explore.segmentation.grouping import windowed
    x = [colours(o) for o in films]
    return {
        'colour histograms, windowed': [windowed(o) for o in x],
        'colour histograms, five scores': [scene_scores(o) for o in x],
    }


def reasons(vlm, films, paper): # share that names what changed, for each sign
    from scene_explore.segmentation.scene_vlm import explain, named_factor
    found = {sign: [] for sign in SIGNS}
    for film, script in zip(films, paper, strict=True):
        table = explain(vlm, film.views, np.flatnonzero(film.labels))
        for cut, reason in zip(table.cut, table.reason, strict=True):
            sign = script.signs[cut]
            found[sign].append(named_factor(reason, SIGNS) == sign)
    return {k: [round(float(np.mean(v)), 4), len(v)] for k, v in found.items()}


def table(args):
    from scene_explore.core.store import Store
    from scene_explore.segmentation.scene_vlm import (
        ABLATIONS, SceneVLM, ablation_scores, ablation_table, by_place,
    )
    folder = Path(args.folder)
    paper, films = sign_films(args.films, 'test', folder, 60, args.workers, True)
    signs = [o.signs for o in paper]
    store = Store(folder/'store')
    vlm = SceneVLM(args.model, batch=8, store=store, device=args.device, dtype='float32').open()
    reader = vlm.reader
    words = {'subtitles and lengths': dict(pictures=False, characters=False)}
    sizes = {Path(o).name: SceneVLM(o, batch=8, store=store) for o in args.sizes}
    scores = ablation_scores(vlm, films, ABLATIONS | words, progress=True, sizes=sizes)
    found = ablation_table(scores | without_training(films), films, signs).round(4)
    print(found.to_string(index=False))
    places = {
        f'focus {focus}': by_place(SceneVLM(reader, focus=focus, batch=8), films).round(4)
        for focus in (10, 20)
    }
    out = dict(
        command=f'python benchmarks/scene_vlm_world.py FOLDER --model {args.model}',
        films=len(films),
        cuts=int(sum(len(o.labels) for o in films)),
        prior=round(float(np.mean(np.concatenate([o.labels for o in films]))), 4),
        digest=reader.digest,
        rows=found.to_dict('records'),
        places={k: v.to_dict('records') for k, v in places.items()},
        reasons=reasons(vlm, films, paper),
    )
    print(json.dumps(out['reasons']))
    if args.out: Path(args.out).write_text(json.dumps(out, indent=1) + '\n')


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('folder', nargs='?', help='for pictures of the films, and answers')
    p.add_argument('--model', help='a folder in the hub\'s format, to be judged')
    p.add_argument('--sizes', nargs='*', default=[], help='folders of models of other sizes')
    p.add_argument('--films', type=int, default=20)
    p.add_argument('--workers', type=int, default=os.cpu_count())
    p.add_argument('--out', help='a JSON file for what was found')
    p.add_argument('--device', default='auto')
    return p.parse_args()


if __name__ == '__main__':
    args = arguments()
    if args.folder and not args.model: raise SystemExit('--model is missing: name its folder')
    if args.folder: table(args)
    else: print('not measured: no folder for films and model\n' + json.dumps(dict(measured=0)))
