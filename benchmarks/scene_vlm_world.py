"""Does a small Qwen2.5-VL learn from nothing where scenes end, each by one sign alone?

    python benchmarks/scene_vlm_world.py train FOLDER [--films 300 --steps 4000 --device auto]
    python benchmarks/scene_vlm_world.py table FOLDER --films 20 --model FOLDER/stage-2

The first renders the films, makes a tokenizer and a random model of a few million parameters in
the hub's own format, and trains it in stages, each of which goes on where it was interrupted. The
second judges a model on films of other rooms: every ablation, each sign apart, the place in the
window, the reasons; beside chance and methods without training.
"""
import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

from scene_explore.datasets.world.scene_signs import SIGNS
from scene_explore.labels.vlm import CHAT_TEMPLATE, QwenReader, byte_tokenizer
from scene_explore.segmentation.scene_vlm.samples import SampleConfig
from scene_explore.segmentation.scene_vlm.shown_shots import Shown
from scene_explore.segmentation.scene_vlm.training import VLMConfig, finetune_scene_vlm
from scene_explore.segmentation.scene_vlm.world_films import sign_films

PATCH = 14


def texts(films): # all words that a model will read or write
    from scene_explore.segmentation.scene_vlm.prompts import ask_window, answer_text
    from scene_explore.segmentation.scene_vlm.context_focus import windows
    for film in films:
        for window in windows(len(film.views)):
            asked = ask_window(film.views, window, Shown(pictures=False))
            yield ''.join(o['text'] for o in asked.content)
            numbers = [asked.numbers[i] for i in window.focus]
            yield answer_text(numbers, film.labels[list(window.focus)])
        yield from film.reasons.values()


def config(words, width, layers, vision):
    from transformers import Qwen2_5_VLConfig
    token = words.convert_tokens_to_ids
    text = dict(
        vocab_size=len(words),
        hidden_size=width,
        intermediate_size=5*width//2,
        num_hidden_layers=layers,
        num_attention_heads=width//32,
        num_key_value_heads=width//64,
        max_position_embeddings=4096,
        rope_parameters=dict(rope_type='default', mrope_section=[8, 4, 4], rope_theta=1e4),
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=token('<|im_end|>'),
        pad_token_id=0,
    )
    seen = dict(
        depth=3,
        hidden_size=vision,
        intermediate_size=2*vision,
        num_heads=vision//32,
        out_hidden_size=width,
        patch_size=PATCH,
        spatial_merge_size=2,
        temporal_patch_size=2,
        window_size=8*PATCH,
        fullatt_block_indexes=[0, 1, 2],
    )
    return Qwen2_5_VLConfig(
        text_config=text,
        vision_config=seen,
        tie_word_embeddings=True,
        image_token_id=token('<|image_pad|>'),
        video_token_id=token('<|video_pad|>'),
        vision_start_token_id=token('<|vision_start|>'),
        vision_end_token_id=token('<|vision_end|>'),
    )


def new_model(folder, films, width=192, layers=5, vision=128, seed=0): # in the hub's format
    from transformers import Qwen2_5_VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
    words = byte_tokenizer(texts(films), 1024)
    torch.manual_seed(seed)
    model = Qwen2_5_VLForConditionalGeneration(config(words, width, layers, vision))
    size = dict(shortest_edge=4*PATCH**2, longest_edge=24*PATCH**2)
    Qwen2VLImageProcessorPil(size=size, patch_size=PATCH).save_pretrained(folder)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    (Path(folder)/'chat_template.jinja').write_text(CHAT_TEMPLATE, 'utf-8')
    n = sum(o.numel() for o in model.parameters())
    print(f'{n/1e6:.1f} million parameters, {len(words)} tokens', flush=True)
    return folder


def contrast(reader, bank, args): # the vision tower learns which pictures show one room
    from scene_explore.segmentation.scene_vlm.frame_features import pack_pictures, trained_features
    from scene_explore.segmentation.scene_vlm.shown_shots import stamped
    rng = np.random.default_rng(0)
    rooms = {}
    for take in bank: rooms.setdefault((take.room, take.night), []).append(take)
    rooms = [o for o in rooms.values() if len({t.camera for t in o}) > 1]
    pack_pictures(reader.model)
    reader.model.requires_grad_(True).train()
    weights = reader.model.model.visual.parameters()
    optimizer = torch.optim.AdamW(weights, 1e-3, weight_decay=.01)

    def picture(take):
        frames = bank[take][int(rng.integers(3))][None]
        return stamped(frames, int(rng.integers(1, 21)))[0] if rng.random() < .9 else frames[0]

    began = time.time()
    for step in range(args.contrast):
        chosen = rng.permutation(len(rooms))[:args.pairs]
        pairs = []
        for k in chosen:
            a, b = rng.permutation(len(rooms[k]))[:2]
            pairs.append([picture(rooms[k][a]), picture(rooms[k][b])])
        frames = torch.from_numpy(np.stack([x for o in pairs for x in o]))
        out = torch.stack(list(trained_features(reader, frames).pooler_output)).mean(1)
        x = torch.nn.functional.normalize(out.view(len(pairs), 2, -1), dim=-1)
        logits = x[:, 0]@x[:, 1].T/.1
        wanted = torch.arange(len(pairs))
        loss = torch.nn.functional.cross_entropy(logits, wanted)
        rate = 1e-3*min(1, (step + 1)/50)*(1 - step/args.contrast)
        for group in optimizer.param_groups: group['lr'] = rate
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            hits = float((logits.argmax(1) == wanted).float().mean())
            seconds = time.time() - began
            print(f'contrast {step}: loss {loss:.3f}, hits {hits:.2f}, {seconds:.0f} s', flush=True)
    reader.model.save_pretrained(reader.folder)


# windows, frames a shot, windows a batch, share of the steps: short ones first
STAGES = (
    (((4, 3), (6, 5)), 1, 24, .5),
    (((12, 8),), 1, 12, .25),
    (((20, 10), (20, 20), (20, 1), (5, 5)), 3, 8, .25),
)


def train(args):
    folder = Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.time()
    paper, films = sign_films(args.films, 'train', folder, args.rooms, args.workers, True)
    apart = sign_films(args.validation, 'validation', folder, 60, args.workers, True)[1]
    print(f'{len(films)} films, {time.time() - began:.0f} s', flush=True)
    bank = {a.take: b.frames for o, f in zip(paper, films, strict=True)
            for a, b in zip(o.shots, f.views, strict=True)}
    model = folder/'start'
    done = model/'contrast.done'
    if not done.exists():
        new_model(model, films, args.width, args.layers, args.vision)
        contrast(opened(model, args), bank, args)
        done.write_text('')
    for i, (sizes, frames, batch, share) in enumerate(STAGES):
        samples = SampleConfig(
            sizes=sizes, drop=.1, vary_frames=True, why=.05*i, yes_weight=2.,
            grammar_weight=.02, prompt_weight=.003,
        )
        settings = VLMConfig(
            samples, round(share*args.steps), batch, args.lr*(1, 1, .7)[i], .05, .01, 1., 0,
            check_every=args.check_every, patience=100, workers=args.readers,
            pixels=24*PATCH**2,
        )
        model = finetune_scene_vlm(
            opened(model, args), films, folder/f'stage-{i}', apart, settings,
            Shown(frames=frames), args.device, said(50),
        )
        print((model/'log.csv').read_text(), flush=True)


def opened(folder, args):
    if folder is None: raise SystemExit('--model is missing: name the folder of a model')
    return QwenReader(str(folder), pixels=24*PATCH**2, device=args.device, dtype='float32').open()


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
    reader = opened(args.model, args)
    vlm = SceneVLM(reader, batch=8, store=Store(folder/'store'))
    scores = ablation_scores(vlm, films, ABLATIONS, progress=True)
    found = ablation_table(scores | without_training(films), films, signs).round(4)
    print(found.to_string(index=False))
    places = {
        f'focus {focus}': by_place(SceneVLM(reader, focus=focus, batch=8), films).round(4)
        for focus in (10, 20)
    }
    out = dict(
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


def said(every): # a line now and then
    began = time.time()
    def say(done, total):
        if done % every: return
        print(f'step {done} of {total}, {time.time() - began:.0f} s', flush=True)
    return say


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('what', nargs='?', choices=['train', 'table'])
    p.add_argument('folder', nargs='?')
    p.add_argument('--films', type=int, default=300)
    p.add_argument('--validation', type=int, default=12)
    p.add_argument('--rooms', type=int, default=120)
    p.add_argument('--steps', type=int, default=4000)
    p.add_argument('--lr', type=float, default=1.5e-3)
    p.add_argument('--width', type=int, default=192)
    p.add_argument('--layers', type=int, default=5)
    p.add_argument('--vision', type=int, default=128)
    p.add_argument('--workers', type=int, default=os.cpu_count())
    p.add_argument('--check-every', type=int, default=250)
    p.add_argument('--model', help='a folder in the hub\'s format, to be judged')
    p.add_argument('--out', help='a JSON file for what was found')
    p.add_argument('--device', default='auto')
    p.add_argument('--contrast', type=int, default=600)
    p.add_argument('--pairs', type=int, default=48)
    p.add_argument('--readers', type=int, default=0)
    return p.parse_args()


if __name__ == '__main__':
    args = arguments()
    if args.folder: dict(train=train, table=table)[args.what](args)
    else: print('not measured: no folder for films and model\n' + json.dumps(dict(measured=0)))
