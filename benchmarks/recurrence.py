"""Which scenes are of one setting? The threshold of `segment` for each encoder, beside chance.

    python benchmarks/recurrence.py FOLDER --ada ADA --out benchmarks/results/recurrence.json

FOLDER holds rendered films with their truth: `datasets.world.render_film(seed, path, seconds=110,
shots=36, fps=12, size=(108, 192))` for the seeds 4000 to 4005. A threshold is chosen on these films
and measured on the six sample films, and the other way round; the last number is what is best on
all twelve. "the film's own" is the rule without calibration: the middle between the median distance
of shots of one scene and of neighbouring scenes. P@1: of the scenes whose room returns, how often
the nearest other scene is played there. ARI: adjusted Rand index, 0 by chance.

ADA holds films of Project AdA, which are annotated and not here as pictures. What people wrote down
of each shot takes the place of an encoder: colours, brightness, field size, camera angle, length,
speech. A run is what one scene shows of one named place without a break; it is compared with runs
of other scenes of its film. The last line is one JSON object.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score
from tqdm import tqdm

from scene_explore import get_backbone, scene_table
from scene_explore.core.store import Store
from scene_explore.core.vectors import normalise_rows
from scene_explore.datasets.ada import load_ada
from scene_explore.datasets.world import load_truth
from scene_explore.geometry.intervals import cluster_interval
from scene_explore.segmentation.film_scenes import similar_scenes
from scene_explore.segmentation.fusion import joint
from scene_explore.segmentation.recurrence import (
    choose_distance,
    group_scenes,
    measure_recurrence,
    scene_distances,
)
from scene_explore.segmentation.shot_features import feature_encoders, shot_features
from scene_explore.segmentation.shot_inputs import centred_rows

SAMPLE = Path(__file__).parents[1]/'data/sample'


def rendered(folder, encoders, store):
    "Of each film: the scene of each shot, the room of each scene, features by encoder"
    films = []
    for path in tqdm(sorted(Path(folder).glob('*.mp4')), str(folder), unit='film'):
        truth = load_truth(path)
        shots = truth[truth.place != ''].reset_index(drop=True)
        table = scene_table(dict(path=str(path), start=shots.start, end=shots.end))
        x = {k: shot_features(table, o, store, progress=False)[0] for k, o in encoders.items()}
        scene = np.unique(shots.scene, return_inverse=True)[1]
        rooms = shots.place[~shots.scene.duplicated()].to_numpy(object)
        films.append((scene, rooms, x))
    return films


def calibrated(chosen, judged, encoder):
    "The threshold that is best on some films; what it is worth on others"
    def made(films):
        return [(scene_distances(centred_rows(x[encoder]), s), rooms) for s, rooms, x in films]
    threshold = choose_distance(made(chosen))
    return threshold, [measure_recurrence(d, rooms, threshold) for d, rooms in made(judged)]


def own_rule(judged, encoder):
    "ARI of the groups that need no threshold"
    found = [(rooms, similar_scenes(x[encoder], scene)) for scene, rooms, x in judged]
    return [adjusted_rand_score(pd.factorize(rooms)[0], groups) for rooms, groups in found]


def row(encoder, rule, where, agreement, **more):
    "A line of the table"
    agreement = np.array(agreement)
    mean, low, high = cluster_interval(agreement, np.arange(len(agreement)), bounds=(-1, 1))
    return {
        'encoder': encoder, 'rule': rule, 'measured on': where, 'ARI': mean, 'low': low,
        'high': high, **more,
    }


def on_rendered(folder):
    "Thresholds by encoder, chosen on some films and measured on others"
    encoders = feature_encoders() | dict(videomae=get_backbone(str(SAMPLE/'backbone')))
    store = Store(Path(folder)/'store')
    parts = {
        'sample': rendered(SAMPLE/'films', encoders, store),
        'validation': rendered(folder, encoders, store),
    }
    both = [o for films in parts.values() for o in films]
    for _, _, x in both: x['both'] = joint(x['efficientnet-lite0'], x['histogram'])
    rows, shipped = [], {}
    for name in ('efficientnet-lite0', 'histogram', 'videomae', 'both'):
        for where, other in (('sample', 'validation'), ('validation', 'sample')):
            threshold, found = calibrated(parts[other], parts[where], name)
            worth = pd.DataFrame(found).mean()
            more = {'P@1': worth.precision, 'chance': worth.chance, 'threshold': threshold}
            rows.append(row(name, 'calibrated', where, [o.agreement for o in found], **more))
            rows.append(row(name, "the film's own", where, own_rule(parts[where], name)))
        shipped[name] = calibrated(both, both, name)[0]
    films = {where: len(o) for where, o in parts.items()}
    return dict(films=films, rows=rows, best_on_all=shipped)


WRITTEN = 'colours', 'brightness', 'field_size', 'camera_angle'


def written(shots):
    "What people wrote down of each shot, [n, D]: a column a word, and length and speech"
    words = [shots[o].fillna('').str.get_dummies(',').to_numpy(float) for o in WRITTEN]
    length = np.log(shots.end - shots.start + .1)
    extra = np.c_[(length - length.mean())/length.std(), shots.dialogue.fillna('') != '']
    return np.concatenate([*map(normalise_rows, words), .3*extra], 1)


def runs_of(shots):
    "The run of each shot, -1: in no named place; place and scene of each run"
    place = shots.setting.fillna('').str.extract(r'\(([^)]+)\)')[0].fillna('').str.lower()
    key = pd.Series(list(zip(shots.scene, place, strict=True)))
    number = (key != key.shift()).cumsum()
    number[place.to_numpy() == ''] = -1
    run = pd.factorize(number.where(number >= 0))[0]
    first = pd.Series(run).drop_duplicates().loc[lambda o: o >= 0].index
    return run, place.to_numpy()[first], shots.scene.to_numpy()[first]


def nearest(distances, place, scene):
    "P@1 among the runs of other scenes, and by chance, over runs whose place returns there"
    other = scene[:, None] != scene
    same = (place[:, None] == place) & other
    asked = same.any(1)
    apart = np.where(other, distances, np.inf)
    hit = same[np.arange(len(place)), apart.argmin(1)]
    return hit[asked].mean(), (same.sum(1)/other.sum(1))[asked].mean(), int(asked.sum())


def on_ada(folder):
    "Named places that return, film by film"
    _, shots, _ = load_ada(folder)
    films = {}
    for name, film in shots.groupby('video_id', sort=False):
        film = film.sort_values('shot').reset_index(drop=True)
        run, place, scene = runs_of(film)
        films[name] = scene_distances(centred_rows(written(film)), run), place, scene
    rows = []
    for name, (distances, place, scene) in films.items():
        others = [o[:2] for k, o in films.items() if k != name]
        threshold = choose_distance(others)
        hit, chance, asked = nearest(distances, place, scene)
        groups = group_scenes(distances, threshold)
        agreement = adjusted_rand_score(pd.factorize(place)[0], groups)
        rows.append({
            'film': name, 'runs': len(place), 'returning': asked, 'P@1': hit, 'chance': chance,
            'ARI': agreement, 'threshold': threshold,
        })
    return dict(read=list(WRITTEN), rows=rows)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('folder', nargs='?', help='of rendered films')
    parser.add_argument('--ada', help='folder of AdA')
    parser.add_argument('--out', help='JSON file for the results')
    args = parser.parse_args()
    if not args.folder:
        print('not measured: no data')
        print(json.dumps(dict(measured=0)))
        return
    command = 'python benchmarks/recurrence.py FOLDER --ada ADA --out FILE'
    result = dict(command=command, rendered=on_rendered(args.folder))
    print(pd.DataFrame(result['rendered']['rows']).round(2).to_string(index=False))
    print('best on all films:', {k: round(o, 3) for k, o in
                                 result['rendered']['best_on_all'].items()})
    if args.ada:
        result['ada'] = on_ada(args.ada)
        print(pd.DataFrame(result['ada']['rows']).round(3).to_string(index=False))
    result = json.loads(json.dumps(result), parse_float=lambda v: round(float(v), 4))
    if args.out: Path(args.out).write_text(json.dumps(result, indent=1) + '\n', 'utf-8')
    print(json.dumps(result))


if __name__ == '__main__': main()
