"""Pre-train the small offline VideoMAE on world films by masking, and write it in the hub's folder format.

    python tools/pretrain.py                  # renders what is missing in out/pretrain, trains, writes data/sample/backbone
    python tools/pretrain.py                  # killed? the same command goes on from the last checkpoint
    python tools/pretrain.py --steps 2000     # ends sooner or later: the learning rate falls over the last quarter of the steps

No label enters: each clip teaches the model to fill in its own hidden patches (VideoMAE, arXiv 2203.12602). To be trained in an hour on a CPU,
the encoder sees few patches and the decoder fills in few of the hidden ones (dual masking, VideoMAE V2, arXiv 2303.16727). Everything can be
killed at any time: clips are rendered in parts renamed into place, and a checkpoint (safetensors) is written every two minutes.
"""
import argparse, ctypes, importlib, json, logging, os, platform, time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, safe_open, save_file
from tqdm.auto import tqdm

PART = 16                                                       # clips rendered and kept together
# ImageNet's, as every published VideoMAE
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def arguments():
    "The whole recipe: what is not here is VideoMAEConfig's default"
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    a = p.add_argument
    a(
        '--out',
        type=Path,
        default=Path('data/sample/backbone'),
        help='folder of the finished checkpoint',
    )
    a(
        '--cache',
        type=Path,
        default=Path('out/pretrain'),
        help='rendered clips and the running checkpoint',
    )
    a(
        '--source',
        default='pretrain:place_views',
        help=(
            'module:generator(seed, n, frames) of clips [T, H, W, 3]; clips 2i and 2i+1 show one'
            ' place'
        ),
    )
    a('--clips', type=int, default=2432, help='training clips to render')
    a(
        '--begin-with',
        type=int,
        default=256,
        help='clips to wait for; the others join as they are rendered',
    )
    a('--held-out', type=int, default=256, help='clips of unseen worlds, for the held-out loss')
    a('--frames', type=int, default=16)
    a('--size', type=int, default=112, help='pixels')
    a('--hidden', type=int, default=192)
    a('--layers', type=int, default=8)
    a('--heads', type=int, default=6)
    a('--decoder-hidden', type=int, default=96)
    a('--decoder-layers', type=int, default=2)
    a(
        '--shown-patches',
        type=int,
        default=12,
        help=(
            'places of the picture that the encoder sees, the same ones in every tubelet (tube'
            ' masking)'
        ),
    )
    a('--shown-tubelets', type=int, default=3, help='moments at which it sees them')
    a(
        '--filled-in',
        type=int,
        default=48,
        help='hidden patches, drawn from all moments, that the decoder fills in',
    )
    a(
        '--cut',
        type=float,
        default=0.5,
        help='share of clips that cut, half way, to the other view of the same place',
    )
    a('--batch', type=int, default=32)
    a('--lr', type=float, default=1e-3, help='peak')
    a('--warmup', type=float, default=0.05, help='share of the steps')
    a('--decay', type=float, default=0.05, help='weight decay')
    a('--steps', type=int, default=6000, help='of all runs together')
    a(
        '--decay-steps',
        type=float,
        default=0.25,
        help='share of the steps, at the end, over which the learning rate falls to 0',
    )
    a('--minutes', type=float, default=1e9, help='stop this run after so long, with a checkpoint')
    a(
        '--as-it-is',
        action='store_true',
        help='write the folder from the last checkpoint and train no further',
    )
    a('--threads', type=int, default=2)
    a('--processes', type=int, default=2, help='renderers at once')
    a('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    a('--seed', type=int, default=0)
    a('--render-only', action='store_true')
    return p.parse_args()


def keep_freed_memory():
    """glibc hands big blocks back at once and pays page faults for the next ones: keeping them
    makes a step 1.5 times faster on CPU"""
    if platform.libc_ver()[0] != 'glibc': return
    libc = ctypes.CDLL(None)
    top_pad = -2
    trim = -1
    mmap_max = -4
    for option, value in ((mmap_max, 0), (trim, 2**31 - 1), (top_pad, 2**28)):
        libc.mallopt(option, value)


# -- data
# --------------------------------------------------------------------------------------------------
def place_views(seed, n, frames=16, size=(112, 150), fps=8):
    """Pairs of clips: a random place from two cameras, every other pair at two hours. Place seeds
    from 2,000,000 on are in no film and no probe set"""
    from scene_explore.datasets.world.people import ACTIVITIES, person
    from scene_explore.datasets.world.places import CAMERAS, MOVES, PLACE_KINDS, place, shoot
    for i in range(n//2):
        rng = np.random.default_rng([seed, i])
        where = place(
            PLACE_KINDS[rng.integers(len(PLACE_KINDS))], int(rng.integers(2_000_000, 3_000_000))
        )
        hours, lamps = rng.uniform(0, 24, 2), rng.random(2) < 0.7
        for view, camera in enumerate(rng.choice(CAMERAS, 2, replace=False)):
            k = view if i % 2 else 0                                            # which hour
            who = [
                person(int(s))
                for s in rng.integers(2_000_000, 3_000_000, rng.choice(3, p=(0.5, 0.3, 0.2)))
            ]
            move, act = rng.choice(MOVES, p=(0.4, *[0.15]*4)), rng.choice(ACTIVITIES)
            times = rng.uniform(0, 2) + np.arange(frames)/fps
            yield shoot(
                where,
                str(camera),
                str(move),
                float(hours[k]),
                bool(lamps[k]),
                who,
                str(act),
                times,
                size,
                int(rng.integers(1_000_000)),
            )


def render_part(job):
    "Render one part of clips to `path`, unless it is there"
    path, source, seed, n, frames = job
    torch.set_num_threads(1)
    module, name = source.split(':')
    clips = np.stack(list(getattr(importlib.import_module(module), name)(seed, n, frames=frames)))
    tmp = path.with_suffix(f'.{os.getpid()}.tmp')
    with open(tmp, 'wb') as f: np.save(f, clips)
    tmp.replace(path)


def jobs(split, n, first, args):
    """The parts of a split; a part's seed depends on its place only, so parts can be made in any
    order"""
    return [
        (
            args.cache / f'{split}-{i:05d}.npy',
            args.source,
            first + i,
            min(PART, n - i * PART),
            args.frames,
        )
        for i in range(-(-n // PART))
    ]


def rendered(parts):
    "The clips of the parts that are there, memory-mapped"
    return [c for path, *_ in parts if path.exists() for c in np.load(path, mmap_mode='r')]


def render(args, pool, held, train):
    "Render what is missing in the background; returns when there is enough to begin with"
    args.cache.mkdir(parents=True, exist_ok=True)
    for old in args.cache.glob('*.tmp'): old.unlink()
    work = pool.map_async(render_part, [j for j in held + train if not j[0].exists()], chunksize=1)
    enough = len(train)*PART if args.render_only else min(args.begin_with, args.clips)
    with tqdm(total=len(held + train), desc=f'render parts of {PART} clips', mininterval=5) as bar:
        while not work.ready() and (
            len(rendered(held)) < args.held_out or len(rendered(train)) < enough
        ):
            work.wait(2)
            bar.n = sum(j[0].exists() for j in held + train)
            bar.refresh()
    # says what went wrong, if anything did
    if work.ready(): work.get()


def random_crop(clip, size, rng):
    """Random resized crop and flip, the same for all frames: uint8 [T, H, W, 3] -> uint8 [T, 3,
    size, size]"""
    _, H, W, _ = clip.shape
    area, aspect = rng.uniform(0.3, 1) * H * W, np.exp(rng.uniform(np.log(3/4), np.log(4/3)))
    h, w = min(H, round((area/aspect)**0.5)), min(W, round((area*aspect)**0.5))
    y, x = rng.integers(H - h + 1), rng.integers(W - w + 1)
    crop = torch.from_numpy(np.ascontiguousarray(clip[:, y:y+h, x:x+w])).permute(0, 3, 1, 2)
    out = F.interpolate(crop, size=(size, size), mode='bilinear', antialias=True)
    return out.flip(-1) if rng.random() < 0.5 else out


def centre_crop(clip, size):
    """Shorter side to `size`, centre: what embedding does. uint8 [T, H, W, 3] -> uint8 [T, 3, size,
    size]"""
    _, H, W, _ = clip.shape
    s = min(H, W)
    y, x = (H - s)//2, (W - s)//2
    crop = torch.from_numpy(np.ascontiguousarray(clip[:, y:y+s, x:x+s])).permute(0, 3, 1, 2)
    return F.interpolate(crop, size=(size, size), mode='bilinear', antialias=True)


def batch(clips, step, args):
    "The batch of a step: a function of the seed, the step and the clips that there are"
    n, rng = len(clips), np.random.default_rng([args.seed, step])
    per_epoch = max(n // args.batch, 1)
    order = np.random.default_rng([args.seed, 7, step // per_epoch]).permutation(n)
    ids = (
        order[(step % per_epoch) * args.batch :][: args.batch]
        if n >= args.batch
        else rng.integers(n, size=args.batch)
    )
    out = []
    for i in ids:
        x = random_crop(clips[i], args.size, rng)
        if rng.random() < args.cut:
            x[len(x)//2:] = random_crop(clips[i ^ 1], args.size, rng)[len(x)//2:]
        out.append(x)
    return torch.stack(out), draw_tokens(args.batch, args, rng)


def draw_tokens(n, args, rng):
    """Which tokens of each of n clips the encoder sees and which the decoder fills in -> int64 [n,
    S], [n, F]"""
    space, moments = (args.size//16)**2, args.frames//2
    places = rng.random((n, space)).argsort(1)
    seen = rng.random((n, moments)).argsort(1)[:, :args.shown_tubelets]
    def token(moment, place): return (moment*space + place).reshape(n, -1)
    shown = token(seen[:, :, None], places[:, None, :args.shown_patches])
    hidden = token(np.arange(moments)[None, :, None], places[:, None, args.shown_patches:])
    filled = np.take_along_axis(hidden, rng.random(hidden.shape).argsort(1)[:, :args.filled_in], 1)
    return torch.from_numpy(shown), torch.from_numpy(filled)


def patches(x):
    """uint8 [B, T, 3, S, S] -> [B, tokens, 1536], a token's pixels in the order of VideoMAE's
    decoder"""
    B, T, C, H, W = x.shape
    return (
        x.view(B, T // 2, 2, C, H // 16, 16, W // 16, 16)
        .permute(0, 1, 4, 6, 2, 5, 7, 3)
        .reshape(B, -1, 2 * 16 * 16 * C)
    )


# -- model
# --------------------------------------------------------------------------------------------------
def make_model(args):
    "A VideoMAEForPreTraining of transformers, small"
    from transformers import VideoMAEConfig, VideoMAEForPreTraining
    return VideoMAEForPreTraining(
        VideoMAEConfig(
            image_size=args.size,
            num_frames=args.frames,
            hidden_size=args.hidden,
            num_hidden_layers=args.layers,
            num_attention_heads=args.heads,
            intermediate_size=4 * args.hidden,
            decoder_hidden_size=args.decoder_hidden,
            decoder_num_hidden_layers=args.decoder_layers,
            decoder_num_attention_heads=max(args.decoder_hidden // 32, 1),
            decoder_intermediate_size=4 * args.decoder_hidden,
            use_mean_pooling=False,
            norm_pix_loss=False,
            attn_implementation='sdpa',
        )
    )


def filled_in(model, p, shown, filled):
    """What the decoder makes of the hidden tokens `filled`, where the encoder sees `shown` of the
    patches p: VideoMAEForPreTraining on a subset"""
    rows = torch.arange(len(p), device=p.device)[:, None]
    encoder = model.videomae
    conv = model.videomae.embeddings.patch_embeddings.projection
    mean, std = (torch.tensor(v, device=p.device) for v in (MEAN, STD))
    x = ((p[rows, shown].unflatten(-1, (-1, 3)).float()/255 - mean)/std).flatten(-2)
    x = (
        F.linear(x, conv.weight.permute(0, 2, 3, 4, 1).flatten(1), conv.bias)
        + encoder.embeddings.position_embeddings[0].to(p.device)[shown]
    )
    x = encoder.layernorm(encoder.encoder(x).last_hidden_state)
    where = model.position_embeddings[0].to(p.device)
    x = torch.cat([model.encoder_to_decoder(x) + where[shown], model.mask_token + where[filled]], 1)
    return model.decoder(x, filled.shape[1]).logits


def reconstruction_loss(model, x, tokens, args):
    """Mean squared error of the hidden patches, each clip brought to mean 0 and variance 1 first: predicting its mean scores about 1.
(Raw pixels leave dark clips without weight and reward brightness; patches normalised one by one, as in the paper, learn too slowly for a CPU.)
"""
    x, (shown, filled) = x.to(args.device), (t.to(args.device) for t in tokens)
    # enough pixels for a mean and a deviation
    some, p = x[:, ::4, :, ::2, ::2].float().flatten(1), patches(x)
    target = (
        p[torch.arange(len(p), device=p.device)[:, None], filled].float()
        - some.mean(1)[:, None, None]
    )
    return F.mse_loss(
        filled_in(model, p, shown, filled).float(), target / (some.std(1)[:, None, None] + 3)
    )


@torch.inference_mode()
def held_out(model, clips, args):
    """On unseen worlds: reconstruction loss, always with the same masks; and how often the nearest
    clip of all is the other view of the place"""
    rng = np.random.default_rng([args.seed, 99])
    losses = []
    x = torch.stack([centre_crop(c, args.size) for c in clips])
    model.eval()
    for part in x.split(args.batch):
        losses.append((
            len(part),
            reconstruction_loss(model, part, draw_tokens(len(part), args, rng), args).item(),
        ))
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (MEAN, STD))
    y = torch.cat([
        model.videomae(((part.float() / 255 - mean) / std).to(args.device))
        .last_hidden_state.mean(1)
        .cpu()
        for part in x.split(args.batch)
    ])
    model.train()
    return dict(
        held_out=sum(n * l for n, l in losses) / len(clips), finds_other_view=finds_other_view(y)
    )


def finds_other_view(y):
    """Share of clips whose nearest other clip, by cosine, is the other view of the same place
    (clips 2i and 2i + 1)"""
    y = F.normalize(y.double(), dim=1)
    nearest = (y @ y.T).fill_diagonal_(-2).argmax(1)
    return (nearest == (torch.arange(len(y)) ^ 1)).double().mean().item()


def pixel_baseline(clips):
    "What the mean frame, at 16 x 16 pixels, scores by `finds_other_view`"
    return finds_other_view(
        torch.stack([
            F.adaptive_avg_pool2d(
                torch.from_numpy(np.array(c)).float().mean(0).permute(2, 0, 1), 16
            ).flatten()
            for c in clips
        ])
    )


def save_checkpoint(path, model, opt, state):
    """Weights and optimiser state in one safetensors file, the loop's state as its metadata;
    renamed into place"""
    tensors = {f'model.{k}': v for k, v in model.state_dict().items()}
    names = [n for n, _ in model.named_parameters()]
    for i, s in opt.state_dict()['state'].items():
        tensors |= {f'opt.{k}.{names[i]}': v for k, v in s.items()}
    save_file(
        {k: v.detach().cpu().contiguous() for k, v in tensors.items()},
        f'{path}.tmp',
        metadata={'state': json.dumps(state)},
    )
    os.replace(f'{path}.tmp', path)


def load_checkpoint(path, model, opt):
    "Put a checkpoint back; returns the loop's state"
    tensors = load_file(path)
    model.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith('model.')})
    names = {n: i for i, (n, _) in enumerate(model.named_parameters())}
    saved = opt.state_dict()
    for key, v in tensors.items():
        if not key.startswith('opt.'): continue
        _, field, name = key.split('.', 2)
        saved['state'].setdefault(names[name], {})[field] = v
    opt.load_state_dict(saved)
    with safe_open(path, 'pt') as f: return json.loads(f.metadata()['state'])


def lr_at(step, args):
    """Warm-up, level, then down to 0: with a level stretch one may decide late how long to train
    (WSD, arXiv 2404.06395)"""
    return args.lr * min(
        1,
        (step + 1) / (args.warmup * args.steps),
        (args.steps - step) / (args.decay_steps * args.steps),
    )


def train(args, train_parts, held):
    "Train for the steps that are left -> (model, state, clips)"
    torch.manual_seed(args.seed)
    model = make_model(args).to(args.device).train()
    # biases, norms and the mask token's row are cheap: only matrices decay
    decayed = [p.ndim > 1 for p in model.parameters()]
    opt = torch.optim.AdamW(
        [
            dict(params=[p], weight_decay=args.decay * d)
            for p, d in zip(model.parameters(), decayed, strict=True)
        ],
        lr=args.lr,
        betas=(0.9, 0.95),
    )
    path, state = args.cache/'checkpoint.safetensors', dict(step=0, seconds=0.0, history=[])
    if path.exists():
        state = load_checkpoint(path, model, opt)
        print(f'goes on from step {state["step"]}', flush=True)
    else: state['history'].append(dict(step=0, seconds=0.0, lr=0.0, **held_out(model, held, args)))
    recent = []
    last_saved = time.monotonic()
    until = time.monotonic() + 60*args.minutes
    clips = rendered(train_parts)
    bar = tqdm(
        total=args.steps, initial=state['step'], unit='step', desc=args.device, mininterval=10
    )
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(batch, clips, state['step'], args)
        while state['step'] < args.steps and time.monotonic() < until and not args.as_it_is:
            began = time.monotonic()
            x, tokens = ahead.result()
            ahead = pool.submit(batch, clips, state['step'] + 1, args)
            lr = lr_at(state['step'], args)
            for g in opt.param_groups: g['lr'] = lr
            with torch.autocast('cuda', torch.bfloat16, enabled=args.device == 'cuda'):
                loss = reconstruction_loss(model, x, tokens, args)
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            recent.append(loss.item())
            state['step'] += 1
            state['seconds'] += time.monotonic() - began
            bar.set_postfix(clips=len(clips), loss=f'{np.mean(recent[-50:]):.4f}', refresh=False)
            bar.update()
            if (
                time.monotonic() - last_saved > 120
                or state['step'] == args.steps
                or time.monotonic() >= until
            ):
                state['history'].append(
                    dict(
                        step=state['step'],
                        seconds=round(state['seconds'], 1),
                        lr=lr,
                        loss=float(np.mean(recent)),
                        **held_out(model, held, args)
                    )
                )
                save_checkpoint(path, model, opt, state)
                recent = []
                last_saved = time.monotonic()
                clips = rendered(train_parts)
    bar.close()
    return model, state, clips


# -- what ships
# --------------------------------------------------------------------------------------------------
CARD = """---
library_name: transformers
pipeline_tag: feature-extraction
license: mit
---
# A small VideoMAE of film worlds

The offline default of scene_explore: a `VideoMAEForPreTraining` of {parameters} parameters (encoder {encoder}), float16 in safetensors,
pre-trained on rendered films by masked reconstruction only. This card was written by `tools/pretrain.py`, with the numbers of its run.

## Data
{clips} clips of {frames} frames ({height}x{width}) from `{source}`, seeds from {first_seed}, two views of
each of {pairs} places at random hours, in random light, with up to two people; {held} clips of other places held out. No labels,
descriptions or place names were used; pairs of views only serve as an augmentation that cuts from one view to the other, as a film does.
The places of the sample films have other seeds: they are unseen, but come from the same generator.

## Recipe
| | |
|---|---|
| encoder | hidden {hidden}, {layers} blocks, {heads} heads, {size} px, {frames} frames, tubelets of 2x16x16, {tokens} tokens |
| decoder | hidden {decoder_hidden}, {decoder_layers} blocks |
| task | from {seen_tokens} of the {tokens} tokens ({shown_patches} positions, the same ones at {shown_tubelets} times), reconstruct {filled_in} masked ones; mean squared error of pixels, each clip normalised to mean 0 and variance 1 (VideoMAE, arXiv 2203.12602; dual masking, arXiv 2303.16727) |
| augmentation | random resized crop (area 0.3 to 1), flip; {cut:.0%} of the clips cut, half way, to another view of the same place |
| optimiser | AdamW, betas 0.9 / 0.95, weight decay {decay}, batch {batch}, gradients clipped at 1 |
| learning rate | {lr}, warm-up over {warmup:.0%} of the steps, decaying over the last {decay_steps:.0%} |
| run | {steps} steps = {seen} clips = {epochs:.1f} epochs in {minutes:.1f} minutes on {device} ({threads} threads), seed {seed} |

## Numbers
Held-out reconstruction loss: {loss0:.3f} before training, **{loss1:.3f}** after (1 = predicting the mean colour of a clip); training loss at the end {train_loss:.3f}.
Of the {held} held-out clips, two of each place at random cameras and hours, the nearest other clip is the other view of the same place for
{view0:.1%} before training, **{view1:.1%}** after; for raw pixels (mean frame, 16 x 16) it is {view_pixels:.1%}, by chance {chance:.1%}. The history is in
`pretraining.json`. The decoder predicts normalised pixels, so the `loss` that transformers computes on raw pixels does not apply.

## Usage
`VideoMAEModel.from_pretrained(folder, dtype=torch.float32)`, then the mean of `last_hidden_state` over the tokens (VideoMAE has no CLS token). Pixels
are scaled to 0..1 and normalised by ImageNet's mean and standard deviation. In scene_explore: `get_backbone('data/sample/backbone')`.

## Limits
Its purpose is to make everything run offline in seconds on a CPU. It has only seen rendered films: no real people, text, animals or light. For real
films use `MCG-NJU/videomae-base` or a fine-tuned checkpoint of it. The loss does not measure place recognition; the notebooks do.
"""


def write_model(args, model, state, clips, held):
    "Folder in the hub's format: config, preprocessor, float16 safetensors, card, history"
    args.out.mkdir(parents=True, exist_ok=True)
    def count(m): return f'{sum(p.numel() for p in m.parameters())/1e6:.2f} M'
    encoder = count(model.videomae)
    parameters = count(model)
    tokens = model.videomae.embeddings.num_patches
    model.half().cpu().save_pretrained(args.out)
    (args.out/'model.safetensors').chmod(0o644)                 # safetensors writes 0600
    size, history = dict(height=args.size, width=args.size), state['history']
    preprocessor = dict(
        image_processor_type='VideoMAEImageProcessor',
        do_resize=True,
        size=dict(shortest_edge=args.size),
        do_center_crop=True,
        crop_size=size,
        do_rescale=True,
        rescale_factor=1 / 255,
        do_normalize=True,
        image_mean=MEAN,
        image_std=STD,
        resample=2,
    )
    (args.out/'preprocessor_config.json').write_text(json.dumps(preprocessor, indent=2) + '\n')
    recipe = {
        k: v
        for k, v in vars(args).items()
        if k not in ('out', 'cache', 'render_only', 'as_it_is', 'minutes')
    }
    recipe |= dict(
        clips=len(clips),
        steps=state['step'],
        minutes=state['seconds'] / 60,
        torch=torch.__version__,
        python=platform.python_version(),
    )
    (args.out / 'pretraining.json').write_text(
        json.dumps(dict(recipe=recipe, history=history), indent=1) + '\n'
    )
    seen = state['step']*args.batch
    (args.out / 'README.md').write_text(
        CARD.format(
            **dict(
                recipe,
                encoder=encoder,
                parameters=parameters,
                tokens=tokens,
                pairs=len(clips) // 2,
                held=len(held),
                height=clips[0].shape[1],
                width=clips[0].shape[2],
                first_seed=100_000 + args.seed,
                seen_tokens=args.shown_patches * args.shown_tubelets,
                steps=state['step'],
                seen=seen,
                epochs=seen / len(clips),
                minutes=state['seconds'] / 60,
                loss0=history[0]['held_out'],
                loss1=history[-1]['held_out'],
                train_loss=history[-1].get('loss', float('nan')),
                view0=history[0]['finds_other_view'],
                view1=history[-1]['finds_other_view'],
                view_pixels=pixel_baseline(held),
                chance=1 / (len(held) - 1),
            )
        )
    )
    print(
        f'{args.out}: {sum(f.stat().st_size for f in args.out.iterdir())/1e6:.1f} MB, held-out loss'
        f' {history[-1]["held_out"]:.4f}'
    )


def main():
    args = arguments()
    logging.getLogger('transformers').setLevel(logging.ERROR)
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    held = jobs('held', args.held_out, 1_000_000 + args.seed, args)
    parts = jobs('train', args.clips, 100_000 + args.seed, args)
    with get_context('spawn').Pool(args.processes) as pool:
        if not args.as_it_is: render(args, pool, held, parts)
        if args.render_only: return
        unseen = rendered(held)
        model, state, clips = train(args, parts, unseen)
    if args.as_it_is or state['step'] >= args.steps: write_model(args, model, state, clips, unseen)


if __name__ == '__main__': main()
