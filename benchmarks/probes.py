"""Is the room lost by the encoder, or by the mean over its tokens? Three readers of one frozen
network, tested under cameras and lights that they have not seen.

    python benchmarks/probes.py

On the probe that ships: logistic regression on the mean of the last layer's tokens; an attentive
probe of the same tokens; and the attentive probe with its attention held uniform, the control for
its norm and its training. The same for an untrained network. Readers are compared with the linear
one, and the trained network with the untrained one, on the same clips; intervals over rooms. The
last line is one JSON object.
"""
import argparse
import json
import time

import numpy as np

from scene_explore.encoders.embed import get_backbone, scene_tokens, shipped_backbone
from scene_explore.encoders.video import untrained
from scene_explore.geometry.probes import (
    attentive_probe,
    cross_condition_gain,
    cross_condition_probe,
)
from scene_explore.datasets.world.probes import load_probe, shipped_probe

QUESTIONS = [
    (target, condition) for target in ('place', 'kind') for condition in ('camera', 'light')
]


def readers(tokens, target, condition, rooms, **how):
    "The three readers, one after the other"
    mean = tokens.astype(np.float32).mean(1)
    yield 'linear on the mean', lambda: cross_condition_probe(mean, target, condition, rooms)
    yield 'attention held uniform', lambda: attentive_probe(
        mean[:, None], target, condition, rooms, **how
    )
    yield 'attentive', lambda: attentive_probe(tokens, target, condition, rooms, **how)


def compared(found, other, condition, rooms, name):
    "The gain of one reader over another, as three columns"
    gain = cross_condition_gain(found, other, condition, rooms)
    return {name: gain.value, f'{name}_low': gain.low, f'{name}_high': gain.high}


def ask(tokens, factors, target, condition, before, **how):
    "A row for each reader; `before` has what each found of the untrained network, or gets it"
    y = factors[target]
    c = factors[condition]
    rooms = factors.place
    first = None
    for name, read in readers(tokens, y, c, rooms, **how):
        began = time.process_time()
        found = read()
        first = first or found
        other = before.setdefault((target, condition, name), found)
        levels = dict(zip(found.levels.level, found.levels.accuracy, strict=True))
        yield dict(
            target=target,
            condition=condition,
            reader=name,
            accuracy=found.value,
            low=found.low,
            high=found.high,
            chance=found.chance,
            **compared(found, first, c, rooms, 'gain'),
            **compared(found, other, c, rooms, 'trained'),
            levels=levels,
            cpu_seconds=time.process_time() - began
        )


def told(o):
    "A row as a line"
    gain = (
        ''
        if o['reader'].startswith('linear')
        else f', {o["gain"]:+.3f} [{o["gain_low"]:+.3f}, {o["gain_high"]:+.3f}] over linear'
    )
    gain += (
        ''
        if o['encoder'] == 'untrained'
        else (
            f', {o["trained"]:+.3f} [{o["trained_low"]:+.3f}, {o["trained_high"]:+.3f}] over'
            ' untrained'
        )
    )
    return (
        f'{o["encoder"]:9} {o["target"]:5} under another {o["condition"]:6} {o["reader"]:22}'
        f' {o["accuracy"]:.3f} [{o["low"]:.3f}, {o["high"]:.3f}], chance {o["chance"]:.3f}{gain}'
        f' ({o["cpu_seconds"]:.0f} s)'
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--backbone',
        default=str(shipped_backbone()),
        help='folder or hub id of an encoder with tokens',
    )
    parser.add_argument(
        '--pooled', type=int, default=1, help='mean of so many by so many neighbouring patches'
    )
    parser.add_argument('--heads', type=int, default=4, help='of the attention')
    parser.add_argument('--steps', type=int, default=300, help='of the training')
    parser.add_argument('--seeds', type=int, default=3, help='attentive probes of each question')
    args = parser.parse_args()
    scenes, factors = load_probe(shipped_probe())
    trained = get_backbone(args.backbone, device='cpu', max_clips=1)
    rows = []
    before = {}
    how = dict(heads=args.heads, steps=args.steps, seeds=args.seeds)
    for name, backbone in (('untrained', untrained(trained)), ('trained', trained)):
        tokens = scene_tokens(scenes, backbone, 'cpu', args.pooled)
        for question in QUESTIONS:
            for row in ask(tokens, factors, *question, before, **how):
                rows.append(dict(encoder=name, **row))
                print(told(rows[-1]))
    result = dict(
        benchmark='probes',
        encoder=trained.fingerprint,
        clips=len(scenes),
        rooms=factors.place.nunique(),
        tokens=list(tokens.shape[1:]),
        **how,
        rows=rows
    )
    print(json.dumps(json.loads(json.dumps(result), parse_float=lambda v: round(float(v), 4))))


if __name__ == '__main__': main()
