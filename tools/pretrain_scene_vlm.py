"""Train a small Qwen2.5-VL from nothing to say where scenes end, each by one sign alone

    python tools/pretrain_scene_vlm.py FOLDER [--films 300 --rooms 1000]
    python tools/pretrain_scene_vlm.py FOLDER --publish DIR [--judged RESULTS.json]

Renders the films, makes a tokenizer and a random model of some two million parameters in the hub's
own format, and trains it in four stages. A stage that is complete is not run again.

1. `seen`: pictures of one room at one hour beside pictures of other rooms teach the vision tower
   what a place is.
2. `guided`: small windows, then windows of every size up to 20 shots. Beside the answers, what is
   known of each shot is asked of the token that closes it (deep supervision), a layer is led to
   compare it with the shots before, and each answer is led to the shots around its cut (guided
   attention). Without this a model was still near the prior after 22,000 windows; led on one size
   of window after the other it looked its shots up by place and forgot each size at the next. The
   heads are thrown away.
3. `anew`: the same on films that are written anew over the same pictures, hardly any seen twice,
   with the loss of the first stage beside. The films of stage 2 are learned by heart, and the
   vision tower forgets there some of what a place is.
4. `reasons`: the same, where most of the windows ask why a scene ends. Before, few do, and the
   model named places and topics but hardly an hour or a cast. The token before the sign is led to
   the cut.

With `--publish` the model that is complete is written as float16, with a card; its numbers are what
`benchmarks/scene_vlm_world.py` found of the published model.
"""
import argparse
import json
import os
import shutil
import time
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    normalize,
)

from scene_explore.core.atomic import write_atomic
from scene_explore.datasets.world.scene_signs import SIGNS, sign_film
from scene_explore.datasets.world.scripts import choose
from scene_explore.labels.vlm import CHAT_TEMPLATE, QwenReader, byte_tokenizer
from scene_explore.segmentation.scene_vlm.context_focus import windows
from scene_explore.segmentation.scene_vlm.frame_features import pack_pictures, trained_features
from scene_explore.segmentation.scene_vlm.model import TRAINED_AS, SceneVLM
from scene_explore.segmentation.scene_vlm.prompts import answer_text, ask_window
from scene_explore.segmentation.scene_vlm.samples import (
    SampleConfig,
    collate,
    draw_sample,
    make_sample,
)
from scene_explore.segmentation.scene_vlm.shown_shots import Shown, stamped
from scene_explore.segmentation.scene_vlm.training import judge
from scene_explore.training.trainer import optimizer_tensors, restore_optimizer
from scene_explore.segmentation.scene_vlm.world_films import labelled, sign_films

PATCH = 14
PIXELS = 24*PATCH**2


def texts(films): # all words that a model will read or write
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
        num_key_value_heads=width//32,
        max_position_embeddings=4096,
        rope_parameters=dict(rope_type='default', mrope_section=[8, 4, 4], rope_theta=1e6),
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


def new_model(folder, films, width=192, layers=5, vision=128): # in the hub's format
    from transformers import Qwen2_5_VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
    words = byte_tokenizer(texts(films), 1024)
    words.add_tokens([f' {i}' for i in range(1, 21)])   # shots are looked up by their numbers
    torch.manual_seed(0)
    model = Qwen2_5_VLForConditionalGeneration(config(words, width, layers, vision))
    size = dict(shortest_edge=4*PATCH**2, longest_edge=PIXELS)
    Qwen2VLImageProcessorPil(size=size, patch_size=PATCH).save_pretrained(folder)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    (Path(folder)/'chat_template.jinja').write_text(CHAT_TEMPLATE, 'utf-8')
    n = sum(o.numel() for o in model.parameters())
    print(f'{n/1e6:.1f} million parameters, {len(words)} tokens', flush=True)


def opened(folder, args):
    return QwenReader(str(folder), pixels=PIXELS, device=args.device, dtype='float32').open()


class Said:
    "A line on the training now and then"
    def __init__(self, name, every=25): self.name, self.every, self.began = name, every, time.time()

    def __call__(self, step, **numbers):
        if step % self.every: return
        row = ', '.join(f'{k} {float(torch.as_tensor(v).detach()):.3f}' for k, v in numbers.items())
        print(f'{self.name} {step}: {row}, {time.time() - self.began:.0f} s', flush=True)


def keep(path, modules, optimizer, step): # what the next steps depend on
    tensors = {f'{i}.{k}': v.detach() for i, o in enumerate(modules)
               for k, v in o.named_parameters()}
    tensors |= optimizer_tensors(optimizer)
    write_atomic(path, lambda p: save_file(tensors, p, dict(step=str(step))))


@torch.no_grad()
def go_on(path, modules, optimizer): # the step to go on from
    if not path.exists(): return 0
    with safe_open(path, 'pt') as f:
        step, tensors = int(f.metadata()['step']), {k: f.get_tensor(k) for k in f.keys()}
    for i, module in enumerate(modules):
        for k, p in module.named_parameters(): p.copy_(tensors[f'{i}.{k}'])
    restore_optimizer(optimizer, tensors)
    return step


def descend(optimizer, groups, loss, rate): # one step
    for group, share in zip(optimizer.param_groups, groups, strict=True): group['lr'] = rate*share
    optimizer.zero_grad()
    loss.backward()
    for group in optimizer.param_groups: torch.nn.utils.clip_grad_norm_(group['params'], 1.)
    optimizer.step()


# 1. what a place is

def bank_of(paper, films): # take -> its pictures
    return {a.take: b.frames for o, f in zip(paper, films, strict=True)
            for a, b in zip(o.shots, f.views, strict=True)}


class Rooms:
    "Pictures of rooms, two of each, that are to be found beside those of other rooms"
    def __init__(self, reader, bank):
        self.reader, self.bank = reader, bank
        rooms = {}
        for take in bank: rooms.setdefault((take.room, take.night), []).append(take)
        self.rooms = [o for o in rooms.values() if len({t.camera for t in o}) > 1]

    def picture(self, take, rng):
        frames = self.bank[take][int(rng.integers(3))][None]
        return stamped(frames, int(rng.integers(1, 21)))[0] if rng.random() < .9 else frames[0]

    def __call__(self, n, step): # loss, share that is found
        rng = np.random.default_rng([0, step])
        chosen = [self.rooms[k] for k in rng.permutation(len(self.rooms))[:n]]
        pairs = [[o[i] for i in rng.permutation(len(o))[:2]] for o in chosen]
        frames = np.stack([self.picture(take, rng) for pair in pairs for take in pair])
        seen = trained_features(self.reader, torch.from_numpy(frames)).pooler_output
        x = normalize(torch.stack(list(seen)).mean(1).view(n, 2, -1), dim=-1)
        logits = x[:, 0]@x[:, 1].T/.1
        wanted = torch.arange(n, device=logits.device)
        return cross_entropy(logits, wanted), (logits.argmax(1) == wanted).float().mean()


def see(reader, bank, args): # the vision tower learns which pictures show one room at one hour
    rooms = Rooms(reader, bank)
    pack_pictures(reader.model)
    reader.model.requires_grad_(True).train()
    optimizer = torch.optim.AdamW(reader.model.model.visual.parameters(), 1e-3, weight_decay=.01)
    say = Said('seen')
    for step in range(args.seen):
        loss, found = rooms(48, step)
        rate = 1e-3*min(1, (step + 1)/50)*(1 - step/args.seen)
        descend(optimizer, [1], loss, rate)
        say(step, loss=loss, found=found)


# 2. what each shot is, and which shots an answer is about

class Marks(NamedTuple):
    "Where in a batch what is said; places are (sample, token)"
    closing:list  # of the token that closes each shot
    shots:list    # (sample, index of the shot in the film) of each
    numbers:list  # under which it is shown
    answers:list  # of the colon before each answer, or of the word before the sign in a reason
    asked:list    # the number of the shot that each answers for
    about:list    # of the closing tokens of the shot before its cut and the two after; None: not
                  # shown


def marks(reader, batch):
    token = reader.processor.tokenizer.convert_tokens_to_ids
    found = Marks([], [], [], [], [], [])
    for k, sample in enumerate(batch.samples):
        drawn = sample.drawn
        lines = (sample.ids == token('Ċ')).nonzero()[:, 0].tolist()[2:]   # two are of the task
        ends = dict(zip(drawn.window.context, lines, strict=False))
        found.closing.extend((k, at) for at in ends.values())
        found.shots.extend((k, i) for i in ends)
        found.numbers.extend(i % drawn.context + 1 for i in ends)
        turn = (sample.ids == token('<|im_start|>')).nonzero()[-1].item()
        told, cuts = token(':'), drawn.window.focus
        if drawn.why is not None: told, cuts = token('The'), [drawn.why]
        places = [o for o in (sample.ids == told).nonzero()[:, 0].tolist() if o > turn]
        for at, i in zip(places, cuts, strict=drawn.why is None):
            found.answers.append((k, at))
            found.asked.append(i % drawn.context + 1)
            found.about.append(tuple(ends.get(i + j) for j in range(3)))
    return found


def classes_of(scripts): # name -> what it may be
    shots = [o for i in range(min(len(scripts), 200)) for o in scripts[i].shots]
    return dict(
        topic=sorted({o.topic for o in shots}),
        kind=sorted({o.take.kind for o in shots}),
        night=[False, True],
        number=list(range(1, 21)),
        names=sorted({name for o in shots for name in o.characters}),
    )


def alike(a, b): # in what two shots are
    return dict(
        place=a.take.room == b.take.room,
        hour=a.take.night == b.take.night,
        cast=bool({*a.characters} & {*b.characters}),
        topic=a.topic == b.topic,
    )


# after how many layers it is known what a shot is, and what changes with it: the layer after the
# first is led to compare a shot with those before, that after the second to look from an answer
# at its shots. A shot of elsewhere between two of a room looks like a change of place twice: only
# the shot after it tells, so an answer looks at that too.
SHOT, CUT = 3, 4
NEEDS = dict(topic='subtitles', kind='pictures', night='pictures', names='characters',
             place='pictures', hour='pictures', cast='characters')


class Guides(torch.nn.Module):
    "Heads that are asked of the layers below what is known, and are thrown away"
    def __init__(self, width, classes):
        super().__init__()
        self.classes = classes
        self.heads = torch.nn.ModuleDict(
            {k: torch.nn.Linear(width, len(v)) for k, v in classes.items()}
        )
        self.changed = torch.nn.Linear(width, len(SIGNS))
        self.pairs = torch.nn.ModuleDict({k: torch.nn.Linear(width, 32) for k in SIGNS})
        self.scale = torch.nn.ParameterDict({k: torch.tensor([6., -2.]) for k in SIGNS})

    def forward(self, out, found, shots, shown): # {name: loss}
        shot, cut = (out.hidden_states[i][_at(found.closing)] for i in (SHOT, CUT))
        losses = self.facts(shot, found, shots, shown)
        losses |= self.number(out.hidden_states[SHOT], found)
        losses |= self.likeness(shot, found, shots, shown)
        return losses | self.changes(cut, found, shots, shown)

    def facts(self, x, found, shots, shown): # from the token that closes each shot
        said = dict(topic=[o.topic for o in shots], kind=[o.take.kind for o in shots],
                    night=[o.take.night for o in shots])
        losses = {}
        for name, values in said.items():
            rows = [i for i, o in enumerate(shown) if name not in NEEDS or getattr(o, NEEDS[name])]
            if not rows: continue
            wanted = [self.classes[name].index(values[i]) for i in rows]
            scores = self.heads[name](x[rows])
            losses[name] = cross_entropy(scores, torch.tensor(wanted, device=x.device))
        rows = [i for i, o in enumerate(shown) if o.characters]
        if not rows: return losses
        there = [[float(n in shots[i].characters) for n in self.classes['names']] for i in rows]
        there = torch.tensor(there, device=x.device)
        names = binary_cross_entropy_with_logits(self.heads['names'](x[rows]), there)
        return losses | dict(names=len(self.classes['names'])*names)

    def number(self, x, found): # of a shot where it closes, and where it is answered for
        x = x[_at([*found.closing, *found.answers])]
        wanted = torch.tensor([*found.numbers, *found.asked], device=x.device) - 1
        return dict(number=2*cross_entropy(self.heads['number'](x), wanted))

    def changes(self, x, found, shots, shown): # from the shots before, by sign
        rows = comparisons(found, shots, shown)
        if not rows: return {}
        there = torch.tensor([float(o.like is None) for o in rows], device=x.device)
        scores = self.changed(x)[_at([(o.row, o.head) for o in rows])]
        return dict(changed=4*binary_cross_entropy_with_logits(scores, there))

    def likeness(self, x, found, shots, shown): # of every two shots of a window
        owner = np.array([k for k, _ in found.shots])
        a, b = np.nonzero(np.triu(owner[:, None] == owner, 1))
        same = [alike(shots[i], shots[j]) for i, j in zip(a, b, strict=True)]
        losses = {}
        for name, head in self.pairs.items():
            keep = [o for o, i in enumerate(a) if getattr(shown[i], NEEDS[name])]
            if not keep: continue
            z = normalize(head(x), dim=-1)
            scale, shift = self.scale[name]
            near = (z[a[keep]]*z[b[keep]]).sum(1)*scale + shift
            wanted = torch.tensor([float(same[o][name]) for o in keep], device=x.device)
            losses[f'same {name}'] = binary_cross_entropy_with_logits(near, wanted)
        return losses


def latest_alike(found, shots, r, sign): # row of a shot before that is alike; None: it changed
    back = 3 if sign == 'cast' else 1    # not all of a cast are in each shot
    for i in range(r - 1, max(r - back, 0) - 1, -1):
        if found.shots[i][0] != found.shots[r][0]: return None
        if alike(shots[i], shots[r])[sign]: return i
    return None


class Comparison(NamedTuple):
    "A shot beside those before it, in one sign"
    row:int    # of the shot among those of a batch
    head:int   # that compares, one a sign
    like:int|None


def comparisons(found, shots, shown): # of each shot but the first of its window
    return [
        Comparison(r, head, latest_alike(found, shots, r, sign))
        for r, (k, _) in enumerate(found.closing)
        if r and found.closing[r - 1][0] == k
        for head, sign in enumerate(SIGNS)
        if getattr(shown[r], NEEDS[sign])
    ]


def compared(attention, found, shots, shown): # a head a sign looks at the shot that is alike
    rows = []
    for o in comparisons(found, shots, shown):
        k, at = found.closing[o.row]
        rows.append((k, o.head, at, 0 if o.like is None else found.closing[o.like][1]))
    return _unlikely(attention, rows)


def _unlikely(attention, rows): # the mean of - log attention
    if not rows: return attention.sum()*0
    return -attention[_at(rows)].clamp_min(1e-6).log().mean()


def _at(rows): # index of places in a tensor [B, S, ...]
    return tuple(torch.tensor(o) for o in zip(*rows, strict=True))


def led(attention, found): # a head each looks at the shot before a cut, after it, and the next
    rows = []
    for (k, at), about in zip(found.answers, found.about, strict=True):
        rows += [(k, head, at, o) for head, o in enumerate(about) if o is not None]
    return _unlikely(attention, rows)


def answered(model, out, batch): # the loss of the answers, and a little of the words
    weight = batch.weight[:, 1:]
    counts = weight > 0
    logits = model.lm_head(out[0][:, :-1][counts]).float()
    loss = cross_entropy(logits, batch.ids[:, 1:][counts], reduction='none')
    return (loss*weight[counts]).sum()/weight[counts].sum()


class Drawn(NamedTuple):
    "What a batch is drawn of"
    sizes:tuple   # of windows: shots, cuts
    frames:int    # of a shot, at most
    batch:int     # windows
    why:float     # share of windows that ask for a reason


SMALL = Drawn(((4, 3), (6, 5), (7, 4), (9, 6)), 2, 16, .02)
EVERY = Drawn(((5, 5), (6, 3), (8, 6), (10, 8), (12, 8), (14, 7), (16, 10), (18, 9), (20, 10),
               (20, 10), (20, 20), (20, 1)), 3, 8, .1)


class Phase(NamedTuple):
    "A part of a stage"
    batches:tuple   # in turn
    share:float     # of the steps


PHASES = Phase((SMALL,), .45), Phase((EVERY,), .55)
LAST = Phase((EVERY,), .43), Phase((SMALL, EVERY), .57)   # a small window costs half as much
REASONS = (Phase((SMALL._replace(why=.9), EVERY._replace(why=.5)), 1.),)


def drawn_at(phases, step, steps): # a `Drawn`
    shares = np.cumsum([o.share for o in phases])
    batches = phases[int(np.searchsorted(shares, (step + .5)/steps))].batches
    return batches[step % len(batches)]


def drawn_batch(reader, films, step, kind):
    settings = SampleConfig(
        sizes=kind.sizes, drop=.05, vary_frames=True, why=kind.why, grammar_weight=.01,
        prompt_weight=.02,
    )
    shown = Shown(frames=kind.frames)
    drawn = [draw_sample(films, shown, settings, [7, step, k]) for k in range(kind.batch)]
    drawn = [o._replace(context=20) for o in drawn]   # numbers up to 20 in small windows too
    return collate([make_sample(reader, films[o.film], o, settings) for o in drawn])


def losses_of(reader, batch, scripts, guides): # {name: loss}
    pictures = trained_features(reader, batch.frames) if len(batch.frames) else None
    given = {} if pictures is None else dict(mm_encoder_outputs=dict(image=pictures))
    out = reader.model.model(
        input_ids=batch.ids.to(reader.device), position_ids=batch.position.to(reader.device),
        use_cache=False, output_hidden_states=True, output_attentions=True, **given,
    )
    found = marks(reader, batch)
    films = [scripts[batch.samples[k].drawn.film] for k, _ in found.shots]
    shown = [batch.samples[k].drawn.shown for k, _ in found.shots]
    shots = [o.shots[i] for o, (_, i) in zip(films, found.shots, strict=True)]
    batch = batch._replace(ids=batch.ids.to(reader.device), weight=batch.weight.to(reader.device))
    losses = dict(answers=answered(reader.model, out, batch))
    return losses | guides(out, found, shots, shown) | dict(
        compared=compared(out.attentions[SHOT], found, shots, shown),
        looks=led(out.attentions[CUT], found),
    )


class Course(NamedTuple):
    "What a model is led through"
    name:str
    scripts:object   # sequence of `SignFilm`
    films:object     # `LabelledFilm` of each
    phases:tuple
    steps:int
    lr:float
    bank:dict|None = None   # of pictures whose rooms are to be told apart beside
    alone:int = 0           # steps in which the heads learn alone, before the model does


def lead(reader, course, args):
    model = reader.model
    pack_pictures(model)
    model.requires_grad_(True).train()
    model.model.language_model.set_attn_implementation('eager')   # which gives its weights
    torch.manual_seed(0)
    guides = Guides(args.width, classes_of(course.scripts)).to(reader.device)
    rooms = None if course.bank is None else Rooms(reader, course.bank)
    seen = list(model.model.visual.parameters())
    known = {id(o) for o in seen}
    words = [o for o in model.parameters() if id(o) not in known]
    groups, shares = [words, seen, list(guides.parameters())], [1, .3, 1]
    optimizer = torch.optim.AdamW(
        [dict(params=o) for o in groups], course.lr, betas=(.9, .98), weight_decay=.02
    )
    say, state = Said(course.name), Path(args.folder)/f'{course.name}.safetensors'
    for step in range(go_on(state, [model, guides], optimizer), course.steps):
        kind = drawn_at(course.phases, step, course.steps)
        batch = drawn_batch(reader, course.films, step, kind)
        losses = losses_of(reader, batch, course.scripts, guides)
        if rooms is not None: losses['rooms'] = rooms(24, step)[0]
        rate = course.lr*min(1, (step + 1)/40)*(1 - .95*step/course.steps)
        descend(optimizer, [0, 0, 1] if step < course.alone else shares, sum(losses.values()), rate)
        say(step, **losses)
        if step % 100 == 99: keep(state, [model, guides], optimizer, step + 1)
    state.unlink(missing_ok=True)
    model.model.language_model.set_attn_implementation('sdpa')


# 3. films written anew over the same pictures

class Anew:
    "Writes scripts, each of whose rooms is one whose pictures are there"
    def __init__(self, bank):
        self.rooms = {}
        for take in bank:
            self.rooms.setdefault(take.room, {}).setdefault(take.night, []).append(take)

    def __call__(self, seed): # a `SignFilm`
        film, rng = sign_film(seed), np.random.default_rng([1, seed])
        hours = {}
        for o in film.shots: hours.setdefault(o.take.room, set()).add(o.take.night)
        rooms = {}
        for room, needed in hours.items(): rooms[room] = self.room(needed, rooms.values(), rng)
        shots, last = [], None
        for o in film.shots:
            last = taken(o.take, self.rooms[rooms[o.take.room]][o.take.night], last, rng)
            shots.append(replace(o, take=last))
        return replace(film, shots=tuple(shots))

    def room(self, hours, but, rng): # one not yet taken, with two pictures or more at each hour
        return choose(rng, [
            k for k, o in self.rooms.items()
            if k not in but and all(len(o.get(hour, ())) > 1 for hour in hours)
        ])


def taken(wanted, takes, last, rng): # by the same camera where there is one, never the last again
    free = [o for o in takes if o != last]
    return choose(rng, [o for o in free if o.camera == wanted.camera] or free)


class Each:
    "What a function makes of each of a sequence, when it is asked for"
    def __init__(self, fn, of): self.of, self.made = of, lru_cache(64)(lambda i: fn(of[i]))

    def __len__(self): return len(self.of)

    def __getitem__(self, i): return self.made(i)


def written(bank, million): # a million scripts, and their films; of no seed of stage 2
    scripts = Each(Anew(bank), range(million*1_000_000, (million + 1)*1_000_000))
    return scripts, Each(lambda o: labelled(o, bank), scripts)


def stage(name, begin, args, train): # its folder; skipped where it is complete
    folder = Path(args.folder)/name
    done = folder/'complete'
    if done.exists(): return folder
    shutil.copytree(begin, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns('complete'))
    reader = opened(folder, args)
    train(reader)
    reader.model.save_pretrained(folder)
    done.write_text('')
    return folder


# what is published

SETTINGS = 'settings.json'   # of the training
COLUMNS = ('row', 'AP', 'low', 'high', 'F1', *(f'AP {o}' for o in SIGNS))


def numbers_of(path): # of the card, from what the benchmark found
    if path is None: return {}
    found = json.loads(Path(path).read_text('utf-8'))
    rows = [[o[c] if c == 'row' else f'{o[c]:.2f}' for c in COLUMNS] for o in found['rows']]
    lines = [COLUMNS, ['---']*len(COLUMNS), *rows]
    told = ', '.join(f'{k} {share:.0%} of {n}' for k, (share, n) in found['reasons'].items())
    return dict(
        test_films=found['films'],
        cuts=found['cuts'],
        prior=found['prior'],
        table='\n'.join(f'| {" | ".join(o)} |' for o in lines),
        told=told,
    )


def publish(args):
    model, out = Path(args.folder)/'reasons', Path(args.publish)
    reader = opened(model, args)
    out.mkdir(parents=True, exist_ok=True)
    reader.model.half().save_pretrained(out)
    for name in ('tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json',
                 'chat_template.jinja', TRAINED_AS):
        shutil.copy(model/name, out)
    if args.judged is None: return
    told = json.loads((Path(args.folder)/SETTINGS).read_text('utf-8'))
    numbers = dict(told, **numbers_of(args.judged))
    numbers['parameters'] = f'{sum(o.numel() for o in reader.model.parameters())/1e6:.1f} million'
    card = (Path(__file__).parent/'scene_vlm_card.md').read_text('utf-8')
    (out/'README.md').write_text(card.format(**numbers), 'utf-8')


def main(args):
    if args.publish: return publish(args)
    folder = Path(args.folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder/SETTINGS).write_text(json.dumps(vars(args), indent=1) + '\n', 'utf-8')
    began = time.time()
    paper, films = sign_films(args.films, 'train', folder, args.rooms, args.workers, True)
    apart = sign_films(args.validation, 'validation', folder, 60, args.workers, True)[1]
    print(f'{len(films)} films, {time.time() - began:.0f} s', flush=True)
    start = folder/'start'
    if not start.exists(): new_model(start, films, args.width, args.layers, args.vision)
    bank = bank_of(paper, films)
    seen = stage('seen', start, args, lambda o: see(o, bank, args))
    first = Course('guided', paper, films, PHASES, args.guided, args.lr)
    anew = Course('anew', *written(bank, 1), LAST, args.anew, args.lr/2, bank)
    last = Course('reasons', *written(bank, 2), REASONS, args.reasons, args.lr/3, bank, 50)
    guided = stage('guided', seen, args, lambda o: lead(o, first, args))
    before = stage('anew', guided, args, lambda o: lead(o, anew, args))
    out = stage('reasons', before, args, lambda o: lead(o, last, args))
    asked = dict(shown=asdict(Shown()), context=20, focus=10, pixels=PIXELS)
    (out/TRAINED_AS).write_text(json.dumps(asked, indent=1) + '\n', 'utf-8')
    vlm = SceneVLM(out, batch=8, device=args.device, dtype='float32')
    print('validation', judge(vlm, apart), flush=True)


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('folder', help='for pictures of films, stages and the model')
    p.add_argument('--films', type=int, default=300)
    p.add_argument('--validation', type=int, default=12)
    p.add_argument('--rooms', type=int, default=1000)
    p.add_argument('--seen', type=int, default=2500, help='steps of the first stage')
    p.add_argument('--guided', type=int, default=2200, help='steps of the second')
    p.add_argument('--anew', type=int, default=2100, help='steps of the third')
    p.add_argument('--reasons', type=int, default=600, help='steps of the fourth')
    p.add_argument('--lr', type=float, default=1.8e-3)
    p.add_argument('--width', type=int, default=128)
    p.add_argument('--layers', type=int, default=6)
    p.add_argument('--vision', type=int, default=128)
    p.add_argument('--workers', type=int, default=os.cpu_count(), help='processes that render')
    p.add_argument('--device', default='cpu')
    p.add_argument('--publish', help='folder for the model that is complete, as float16')
    p.add_argument('--judged', help='what the benchmark found, for the card')
    return p.parse_args()


if __name__ == '__main__': main(arguments())
