"""How much faster is training from the trunk cache than the loop one would write, and what do its
approximations cost?

    python benchmarks/finetune.py --rounds 3

Side by side on the CPU with the architecture of VideoMAE-base (random weights: speed does not
depend on them), the contenders taking turns within each round. Plain is the Trainer of
transformers: the whole model forward at each step, all but the last K blocks frozen, sdpa
attention, its clips decoded in memory, or read from a 720p film as each batch needs them (a seek,
full frames, the processor of transformers). Against it `train_step` fed by a `TrunkCache`: the same
clips, batches, first weights and AdamW groups, so that the loss curves can be laid over each other.
Eight weightings are trained in step from one cache, where the plain way takes eight runs. What
fewer tokens cost is measured on the small shipped checkpoint and the sample films with their true
places, each film held out once. Peak memory is the high-water mark of processes of their own. The
last line is one JSON object.
"""
import argparse, json, multiprocessing, resource, sys, tempfile, time
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from statistics import median

import numpy as np
import torch
from embed import make_film, sample_scenes, seek_and_decode
from transformers import PrinterCallback, Trainer, TrainingArguments, VideoMAEConfig, VideoMAEModel
from transformers.utils import logging

from scene_explore.training.held_out import place_queries
from scene_explore.encoders.embed import get_backbone, shipped_backbone
from scene_explore.encoders.backbone import normalise_pixels
from scene_explore.training.finetune import frozen_vectors
from scene_explore.training.supervision import prepare
from scene_explore.training.learner import Heads, Learner, train_step
from scene_explore.training.supervision import Supervision
from scene_explore.training.runs import FinetuneConfig
from scene_explore.core.scenes import scene_table
from scene_explore.training.trainer import batch_plan, train
from scene_explore.training.trunk import Vectors, kept_tokens
from scene_explore.training.trunk_cache import TrunkCache
from scene_explore.video.clips import clip_times, read_clips
from scene_explore.training.losses import power, sigmoid, text_guided_loss, threshold

WEIGHTINGS = [
    'linear',
    'squared',
    power(0.5),
    power(3),
    threshold(0.4),
    threshold(0.6),
    sigmoid(0.4),
    sigmoid(0.6),
]
SMALL = dict(
    image_size=32,
    patch_size=8,
    hidden_size=48,
    num_hidden_layers=4,
    num_attention_heads=4,
    intermediate_size=96,
)
RATIOS = {  # how many runs, the slow and the quick contender, what the ratio is meant to be
    'cached': (1, 'plain', 'cached float16', 2.5),
    'cached, decoding counted': (1, 'plain, decoding', 'cached float16', 5),
    'pooled': (1, 'plain', 'cached pooled', 10),
    'pooled, decoding counted': (1, 'plain, decoding', 'cached pooled', None),
    '8 weightings': (8, 'plain', '8 weightings', 2.5),
    '8 weightings, K = 0': (8, 'plain, K = 0', '8 weightings, K = 0', 500),
}
MANY = 20   # steps of eight heads for each step of the others: one is too quick for the clock


class Material:
    "A film, its scenes, an encoder and texts, all made on the spot"
    def __init__(self, args, folder):
        self.args = args
        self.folder = Path(folder)
        self.film = str(Path(folder)/'film.mp4')
        n = args.scenes
        self.config = FinetuneConfig(k=args.k, batch=args.batch, steps=10**6, validate=0)
        self.plan = batch_plan(np.arange(n), args.batch, self.config.seed)
        # cosines about 0.4
        self.given = Supervision(np.random.default_rng(0).normal(.1, 1/8, (n, 64)))

    def make(self):
        "Film and checkpoint: VideoMAE as configured by default, 224 px, 768 wide, 12 blocks"
        make_film(
            self.film,
            3 * self.args.scenes,
            **dict(fps=8, width=320, height=160) if self.args.small else {}
        )
        torch.manual_seed(0)
        VideoMAEModel(
            VideoMAEConfig(use_mean_pooling=False, **SMALL if self.args.small else {})
        ).save_pretrained(self.folder)

    @cached_property
    def scenes(self):
        return scene_table(
            [dict(path=self.film, start=3 * i, end=3 * i + 3) for i in range(self.args.scenes)]
        )
    @cached_property
    def backbone(self): return get_backbone(self.folder, 'cpu', max_clips=1)
    @cached_property
    def clips(self): # uint8 [n, T, H, W, 3]
        return np.concatenate([
            read_clips(self.film, self.times(i), self.backbone.size)
            for i in range(len(self.scenes))
        ])
    @cached_property
    def processor(self):
        from transformers.models.videomae.image_processing_pil_videomae import (
            VideoMAEImageProcessorPil,
        )
        size, b = self.backbone.size, self.backbone
        return VideoMAEImageProcessorPil(
            size=dict(shortest_edge=size),
            crop_size=dict(height=size, width=size),
            image_mean=b.mean,
            image_std=b.std,
        )

    def times(self, i):
        s = self.backbone.sampling
        return clip_times(3*i, 3*i + 3, s.frames, s.span, max_clips=1)
    def prepared(self, rows): # float32 [n, T, 3, H, W], normalised
        return normalise_pixels(
            torch.from_numpy(self.clips[rows]).movedim(-1, 2), self.backbone.mean, self.backbone.std
        )
    # the same, as a data set does it: a seek, full frames, the processor of transformers, a scene
    # at a time
    def decode(self, rows):
        return torch.cat([
            self.processor(
                seek_and_decode(self.film, self.times(i)[0]), return_tensors='pt'
            ).pixel_values
            for i in rows
        ])

    def cache(self, store='store', **options):
        return TrunkCache(self.backbone, self.args.k, self.folder / store, **options).build(
            self.scenes, 'cpu', progress=False
        )


class PlainNetwork(torch.nn.Module):
    "The whole encoder, its last K blocks and a head to be trained"
    def __init__(self, m, k):
        super().__init__()
        self.encoder = VideoMAEModel.from_pretrained(
            m.folder, attn_implementation='sdpa', dtype=torch.float32
        )
        self.given = m.given
        layers = self.encoder.requires_grad_(False).encoder.layer
        width = self.encoder.config.hidden_size
        self.thawed = layers[len(layers) - k:].requires_grad_()
        ours = Heads([width, m.config.hidden, m.config.out], [m.config.seed])
        self.losses = []
        self.head = torch.nn.Sequential(
            torch.nn.Linear(width, m.config.hidden),
            torch.nn.ReLU(),
            torch.nn.Linear(m.config.hidden, m.config.out),
        )
        for i in (0, 1):
            self.head[2*i].load_state_dict(dict(weight=ours.w[i][0], bias=ours.b[i][0]))

    def forward(self, pixel_values, rows):
        v = self.head(self.encoder(pixel_values).last_hidden_state.mean(1))
        loss = text_guided_loss(v, self.given.s(rows), 'linear')
        self.losses.append(loss.item())
        return dict(loss=loss)


class Plain:
    "What one writes first: transformers' Trainer over the whole model"
    def __init__(self, m, k, decode=False):
        self.m = m
        self.network = PlainNetwork(m, k)
        self.step = 0
        c = m.config
        self.clips = m.decode if decode else m.prepared
        blocks = list(self.network.thawed.parameters())
        groups = [dict(params=self.network.head.parameters(), lr=c.lr_head)] + (
            [dict(params=blocks, lr=c.lr_blocks)] if blocks else []
        )
        optimizer = torch.optim.AdamW(groups, weight_decay=c.weight_decay, fused=True)
        self.losses = self.network.losses
        self.optimizers = (optimizer, torch.optim.lr_scheduler.ConstantLR(optimizer, 1))
        self.options = dict(
            output_dir=str(m.folder / 'trainer'),
            per_device_train_batch_size=c.batch,
            max_grad_norm=0,
            train_sampling_strategy='sequential',
            use_cpu=True,
            report_to='none',
            save_strategy='no',
            logging_strategy='no',
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
        )

    def collate(self, rows):
        return dict(pixel_values=self.clips(rows), rows=torch.tensor(rows))

    def run(self, steps): # -> seconds, from the first batch to the last step
        rows = np.concatenate(
            [self.m.plan(i) for i in range(self.step, self.step + steps)]
        ).tolist()
        self.step += steps
        trainer = Trainer(
            self.network,
            TrainingArguments(max_steps=steps, **self.options),
            self.collate,
            rows,
            optimizers=self.optimizers,
        )
        trainer.remove_callback(PrinterCallback)
        return trainer.train().metrics['train_runtime']


class Cached:
    """Our step, from a source that holds what the frozen part gives; a learner for each group of
    configs"""
    def __init__(self, m, source, *groups):
        self.m = m
        self.source = source
        self.learners = [
            Learner(o, source.top(), m.backbone.model.config.hidden_size)
            for o in groups or [[m.config]]
        ]

    def run(self, steps): # -> seconds
        began = time.perf_counter()
        for _ in range(steps):
            rows = self.m.plan(self.learners[0].step)
            h, mean = self.source(rows)
            for o in self.learners: train_step(o, h, mean, rows, self.m.given)
        return time.perf_counter() - began

    @property
    def losses(self): return [o['loss'] for o in self.learners[0].rows[0]]


def contenders(m, caches):
    "{name: what runs}"
    configs = [replace(m.config, weighting=w) for w in WEIGHTINGS]
    vectors = Vectors(m.scenes, frozen_vectors([caches['float32']], m.backbone, device='cpu'))
    return {
        'plain': Plain(m, m.args.k),
        'plain, decoding': Plain(m, m.args.k, decode=True),
        'plain, K = 0': Plain(m, 0),
        **{f'cached {name}': Cached(m, cache) for name, cache in caches.items()},
        '8 weightings': Cached(m, caches['float16'], *([c] for c in configs)),
        '8 weightings, K = 0': Cached(m, vectors, [replace(c, k=0) for c in configs]),
    }


def take_turns(runs, steps, rounds):
    """{name: seconds a step, one number a round}; each round begins with another contender, the one
    before the first only warms up"""
    spent, names = {name: [] for name in runs}, list(runs)
    for r in range(rounds + 1):
        for name in names[r % len(names):] + names[:r % len(names)]:
            n = (steps if r else 1)*(MANY if name == '8 weightings, K = 0' else 1)
            seconds = runs[name].run(n)/n
            if r: spent[name].append(seconds)
    return spent


def ratios(spent):
    "{what: median, lowest and highest of the rounds, what it is meant to be}"
    found = {
        what: [n * a / b for a, b in zip(spent[slow], spent[quick], strict=True)]
        for what, (n, slow, quick, _) in RATIOS.items()
    }
    return {
        what: dict(median=median(o), low=min(o), high=max(o), target=RATIOS[what][-1])
        for what, o in found.items()
    }


def speed(m):
    """Seconds a step, ratios, what building the cache took and when it has paid, how far apart the
    loss curves lie"""
    m.backbone.to('cpu')                                       # loaded before the clock starts
    began = time.perf_counter()
    caches = {'float16': m.cache()}
    building = time.perf_counter() - began
    runs = contenders(
        m, caches | {'float32': m.cache(dtype='float32'), 'pooled': m.cache(keep='pool 2')}
    )
    spent = take_turns(runs, m.args.steps, m.args.rounds)
    step = {name: median(o) for name, o in spent.items()}
    paid = {
        name: building / (step[name] - step['cached float16'])
        for name in ('plain', 'plain, decoding')
    }
    apart = {
        o: float(np.abs(np.subtract(runs['plain'].losses, runs[f'cached {o}'].losses)).max())
        for o in ('float32', 'float16')
    }
    cache = dict(
        seconds=building,
        mib_a_clip=caches['float16'].bytes_per_clip / 2**20,
        paid_after_steps=paid,
        paid_after_epochs={name: o * m.args.batch / m.args.scenes for name, o in paid.items()},
    )
    return dict(
        seconds_a_step=step,
        ratio=ratios(spent),
        cache=cache,
        loss_difference=apart,
        loss_steps=len(runs['plain'].losses),
    )


PARTS = dict(
    make=Material.make,
    plain=lambda m: Plain(m, m.args.k).run(2),
    building=lambda m: m.cache('store of parts'),
    cached=lambda m: Cached(m, m.cache('store of parts')).run(2),
)

def high_water(part, args, folder): # MiB
    PARTS[part](Material(args, folder))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        2**20 if sys.platform == 'darwin' else 2**10
    )

def peak(part, args, folder):
    """High-water mark of a process that does nothing else; it begins as a copy of this one, so this
    one must not have grown yet"""
    with multiprocessing.get_context('fork').Pool(1) as pool:
        return pool.apply(high_water, (part, args, folder))


def quality(films, steps):
    "{tokens kept: place P@1 within films that the training has not seen}, each film held out once"
    scenes, parts = sample_scenes(films), ('all', 'tubelets 2', 'random 98', 'pool 7')
    if not steps or scenes is None or not shipped_backbone().is_dir(): return {}
    backbone = get_backbone(shipped_backbone(), 'cpu', max_clips=1)
    config = FinetuneConfig(task='labels', steps=steps, batch=16, validate=0)
    found = {name: [] for name in ('frozen', *parts)}
    with tempfile.TemporaryDirectory() as folder:
        source = TrunkCache(backbone, config.k, folder).build(scenes, 'cpu', progress=False)
        frozen = frozen_vectors([source], backbone, device='cpu')
        names = sorted(source.scenes.video_id.unique())
        for fold in range(3):
            lesson = prepare(
                source.scenes,
                config,
                split={f: 'test' if i % 3 == fold else 'train' for i, f in enumerate(names)},
            )
            test = lesson.rows('test')
            table = source.scenes.iloc[test].reset_index(drop=True)
            spaces = dict(frozen=frozen) | {
                keep: short_training(source, keep, config, lesson) for keep in parts
            }
            for name, x in spaces.items(): found[name].append(place_queries(x[test], table)['P@1'])
    return {
        name: dict(p_at_1=float(np.concatenate(o).mean()), queries=sum(map(len, o)))
        for name, o in found.items()
    }


def short_training(source, keep, config, lesson):
    """All scenes in the space of a run -> [N, out]; its tokens are taken from all of them, which
    are there"""
    c = source.backbone.model.config
    side = c.image_size//c.patch_size
    take, _ = kept_tokens(keep, (c.num_frames//c.tubelet_size, side, side))
    def taken(rows):
        h, mean = source(rows)
        return take(h), mean
    learner = Learner([config], source.top(), c.hidden_size, len(lesson.names))
    train([learner], taken, lesson.supervision, lesson.rows('train'), progress=False)
    with torch.no_grad():
        return torch.cat([
            learner(*taken(range(i, min(i + 32, len(source)))))[0]
            for i in range(0, len(source), 32)
        ]).numpy()


def show(result, scenes):
    for name, o in result['seconds_a_step'].items(): print(f'{name:34} {o:10.4f} seconds a step')
    for name, o in result['ratio'].items():
        print(
            f'{name:34} {o["median"]:9.2f}x ({o["low"]:.2f} to {o["high"]:.2f}; target'
            f' {o["target"] or "none"})'
        )
    c = result['cache']
    print(
        f'building the cache took {c["seconds"]:.1f} s for {scenes} clips of {c["mib_a_clip"]:.2f}'
        ' MiB, decoding counted'
    )
    for name, o in c['paid_after_steps'].items():
        print(
            f'against {name!r} it has paid after {o:.1f} steps, {c["paid_after_epochs"][name]:.2f}'
            ' epochs'
        )
    for name, o in result['loss_difference'].items():
        print(f'loss curves over {result["loss_steps"]} steps, {name} cache: at most {o:.1e} apart')
    print('peak memory in MiB:', ', '.join(f'{k} {v:.0f}' for k, v in result['peak_mib'].items()))
    for name, o in result['quality'].items():
        print(f'{name:34} place P@1 {o["p_at_1"]:.3f} in films held out ({o["queries"]} queries)')
    if result['small']: print('these were tiny shapes, for a smoke test: the numbers mean nothing')


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--steps', type=int, default=1, help='measured steps a round')
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--batch', type=int, default=4, help='scenes of a step, one clip each')
    p.add_argument('--k', type=int, default=2, help='K, the blocks that are thawed')
    p.add_argument('--scenes', type=int, default=12, help='in the film')
    p.add_argument('--threads', type=int, default=None, help="PyTorch's threads")
    p.add_argument(
        '--quality-steps',
        type=int,
        default=30,
        help='of the trainings that say what fewer tokens cost; 0: none',
    )
    p.add_argument(
        '--films',
        default=Path(__file__).parents[1] / 'data/sample/films',
        help='folder of films with ground truth',
    )
    p.add_argument('--small', action='store_true', help='tiny shapes, for a smoke test')
    args = p.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if args.threads: torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as folder:
        memory = {part: peak(part, args, folder) for part in PARTS}
        del memory['make']
        result = speed(Material(args, folder)) | dict(
            peak_mib=memory,
            quality=quality(args.films, 0 if args.small else args.quality_steps),
            small=args.small,
        )
    show(result, args.scenes)
    print(
        json.dumps(
            dict(
                benchmark='finetune',
                threads=torch.get_num_threads(),
                **{o: getattr(args, o) for o in ('steps', 'rounds', 'batch', 'k', 'scenes')}
            )
            | result
        )
    )


if __name__ == '__main__': main()
