"""How many windows a second does Scene-VLM read, beside the plain way?

    python benchmarks/scene_vlm.py [--shots 40] [--rounds 3]

The same small model with random weights reads the same shots in three ways, in turns: as
`SceneVLM` does it; from pixels, a window at a time, by `generate` of transformers with its
key-value cache; and from pixels without any cache, a pass for each decision. All give the same
confidences.
"""
import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from scene_explore.labels.vlm import QwenReader
from scene_explore.segmentation.scene_vlm import LabelledFilm, SceneVLM, Shown, ShotView, windows
from scene_explore.segmentation.scene_vlm.decisions import confidence
from scene_explore.segmentation.scene_vlm.model import question_choices
from scene_explore.segmentation.scene_vlm.prompts import answer_text, ask_window

sys.path.insert(0, str(Path(__file__).resolve().parents[1]/'tools'))
from pretrain_scene_vlm import new_model

H100 = dict(
    parameters=7.6e9,        # of Qwen2.5-VL-7B, its language model
    tower=.67e9,             # of its vision tower
    flops=989e12,            # of an H100 in bfloat16, dense
    share=.4,                # of which a forward pass reaches
    seconds_a_shot=4.,       # of a feature film
    tokens_a_frame=64,       # of 224 x 224 pixels
    words_a_shot=30,         # tokens of number, length, names and subtitles
    frames=3,
    context=20,
    focus=10,
)


def cost(o=H100): # film-hours a GPU-hour, on paper
    shots = 3600/o['seconds_a_shot']
    window = o['context']*(o['frames']*o['tokens_a_frame'] + o['words_a_shot'])
    language = shots/o['focus']*2*o['parameters']*window
    vision = shots*o['frames']*2*o['tower']*o['tokens_a_frame']*4
    seconds = (language + vision)/(o['flops']*o['share'])
    return dict(
        tokens_a_window=round(window),
        petaflops_a_film_hour=round((language + vision)/1e15, 2),
        share_of_vision=round(vision/(language + vision), 3),
        seconds_a_film_hour=round(seconds, 1),
        film_hours_a_gpu_hour=round(3600/seconds),
    )


def some_views(n, seed=0):
    rng = np.random.default_rng(seed)
    frames = rng.integers(0, 256, (n, 3, 112, 168, 3), 'uint8')
    return [
        ShotView(x, 3.*i, 3.*i + 3, (f'Nobody told me about the {i}th letter.',), ('Mara', 'Hugo'))
        for i, x in enumerate(frames)
    ]


def inputs(reader, asked, answer): # by the checkpoint's own processor
    from PIL import Image
    chat = [dict(role='user', content=asked.content)]
    text = reader.processor.apply_chat_template(
        chat, chat_template=reader.template, add_generation_prompt=True
    )
    least = min(reader.processor.image_processor.size['shortest_edge'], reader.pixels)
    size = dict(shortest_edge=least, longest_edge=reader.pixels)
    images = [Image.fromarray(o) for o in asked.images]
    given = dict(images=images, return_tensors='pt', images_kwargs=dict(size=size))
    return reader.processor(text=[text + answer], **given)


def from_pixels(reader, views): # a pass of the whole window for each decision
    found = []
    for window in windows(len(views)):
        asked = ask_window(views, window, Shown())
        choices = question_choices(reader, asked, window)
        labels = []
        for k, choice in enumerate(choices):
            line = answer_text([o.number for o in choices[:k + 1]], [*labels, 0])
            x = inputs(reader, asked, line.removesuffix(' No'))
            with torch.inference_mode(): logits = reader.model(**x, use_cache=False).logits[0, -1]
            found.append(confidence(logits.float(), choice))
            labels.append(int(found[-1] >= .5))
    return found


def allowed(choices, start): # grammar of an answer, for `generate`: which tokens may follow which
    def follow(_, ids):
        said = ids[start:].tolist()
        for choice in choices:
            n = len(choice.forced)
            if len(said) < n: return [choice.forced[len(said)]]
            if len(said) == n: return [choice.rest[0][0], choice.rest[1][0]]
            said = said[n:]
            rest = next(o for o in choice.rest.values() if o[0] == said[0])
            if len(said) < len(rest): return [rest[len(said)]]
            said = said[len(rest):]
        return [0]
    return follow


def by_generate(reader, views): # transformers' own generation under the same grammar
    found = []
    for window in windows(len(views)):
        asked = ask_window(views, window, Shown())
        choices = question_choices(reader, asked, window)
        x = inputs(reader, asked, '')
        with torch.inference_mode():
            out = reader.model.generate(
                **x,
                max_new_tokens=sum(len(o.forced) + len(o.rest[0]) for o in choices),
                do_sample=False,
                prefix_allowed_tokens_fn=allowed(choices, x['input_ids'].shape[1]),
                output_logits=True,
                return_dict_in_generate=True,
            )
        at = 0
        for choice in choices:
            at += len(choice.forced)
            found.append(confidence(out.logits[at][0].float(), choice))
            at += len(choice.rest[0])
    return found


def timed(run):
    began = time.perf_counter()
    scores = np.array(run())
    return time.perf_counter() - began, scores


def main():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('--shots', type=int, default=40)
    p.add_argument('--rounds', type=int, default=3)
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as folder: found = measured(folder, args)
    for name, ratio in found['ratio'].items():
        speed = found['windows_a_second'][name]
        print(f'{name:10} {speed:6.3f} windows a second, {ratio:5.2f} times the time')
    print(json.dumps(found))


def measured(folder, args):
    views = some_views(args.shots)
    film = LabelledFilm(views, np.arange(len(views) - 1) % 7 == 6, {})
    new_model(folder, [film])
    ours, plain = (
        QwenReader(str(folder), pixels=96*14**2, device='cpu', dtype='float32').open()
        for _ in range(2)
    )
    ways = dict(
        scene_vlm=lambda: SceneVLM(ours, batch=4).score(views).confidence,
        generate=lambda: by_generate(plain, views),
        no_cache=lambda: from_pixels(plain, views),
    )
    seconds = {name: [] for name in ways}
    scores = {}
    for _ in range(args.rounds):
        for name, run in ways.items():
            took, scores[name] = timed(run)
            seconds[name].append(took)
    n = len(windows(len(views)))
    best = {name: min(o) for name, o in seconds.items()}
    apart = max(float(np.abs(scores[o] - scores['scene_vlm']).max()) for o in ways)
    return dict(
        shots=len(views),
        windows=n,
        windows_a_second={k: round(n/o, 3) for k, o in best.items()},
        ratio={k: round(o/best['scene_vlm'], 2) for k, o in best.items()},
        largest_difference=float(f'{apart:.1e}'),
        on_paper=dict(H100, **cost()),
    )


if __name__ == '__main__': main()
