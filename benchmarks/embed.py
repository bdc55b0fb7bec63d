"""How much faster is `embed` than the loop one would write, on the same clips, decoding counted?

    python benchmarks/embed.py --clips 12

Side by side with the architecture of VideoMAE-base (random weights: speed does not depend on them):
a seek, full frames, the transformers processor, eager attention and one clip at a time; against
`embed` with the same mathematics, and with its declared approximations. What these cost is measured
on the small shipped checkpoint and the sample films, where there is something to recognise.

How much is left to gain is said by the network alone, on a clip that is there: its arithmetic over
that of the bare matrix products of its linear layers, which alternate with it. bfloat16 is measured
where this machine chooses it by itself. Decoding is measured with one reader, and with two films at
a time in threads and in processes. The last line is one JSON object.
"""
import argparse, json, tempfile, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image

from scene_explore.encoders.embed import (
    embed,
    get_backbone,
    guess_batch,
    scene_clips,
    shipped_backbone,
)
from scene_explore.encoders.precision import block_products, choose_dtype, matrix_rates
from scene_explore.core.scenes import scene_table
from scene_explore.video.clips import clip_times

APPROXIMATIONS = {
    'exact': {},
    'tokens 0.5': dict(tokens=0.5),
    'int8': dict(quantise='int8'),
    'tokens 0.5, int8': dict(tokens=0.5, quantise='int8'),
}
TOKENS = 1568   # of a clip of VideoMAE-base
WIDTH = 768


def contenders():
    "What is measured here: bfloat16 only where this machine would choose it"
    if torch.cuda.is_available() or choose_dtype(width=WIDTH) != 'bfloat16': return APPROXIMATIONS
    return APPROXIMATIONS | {'bfloat16': dict(dtype='bfloat16')}


def make_film(path, seconds, fps=25, width=1280, height=720):
    """A 720p H.264 film of drifting, smooth texture, a keyframe every two seconds, a new picture
    every three"""
    rng = np.random.default_rng(0)
    with av.open(str(path), 'w') as out:
        stream = out.add_stream(
            'libx264', rate=fps, options={'preset': 'veryfast', 'g': str(2 * fps)}
        )
        stream.width = width
        stream.height = height
        stream.pix_fmt = 'yuv420p'
        for i in range(int(seconds*fps)):
            if i % (3*fps) == 0:
                coarse = Image.fromarray(
                    rng.integers(0, 256, (height // 40, width // 40, 3), dtype=np.uint8)
                )
                base = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
            out.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.roll(base, 3 * i, 1), format='rgb24'))
            )
        out.mux(stream.encode())
    return str(path)


def make_checkpoint(folder):
    "VideoMAE-base as configured by default: 224 px, 768 wide, 12 blocks"
    from transformers import VideoMAEConfig, VideoMAEModel
    from transformers.utils import logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.manual_seed(0)
    VideoMAEModel(VideoMAEConfig(use_mean_pooling=False)).save_pretrained(folder)
    return folder


def seek_and_decode(path, times):
    "What one writes first: open, seek, decode to the last wanted frame -> list of full RGB frames"
    frames = []
    with av.open(path) as film:
        stream = film.streams.video[0]
        stream.thread_type = 'AUTO'
        film.seek(int(times[0]/stream.time_base), stream=stream)
        shown, left = None, list(times)
        for frame in film.decode(stream):
            while left and frame.time > left[0] + 1e-6 and shown is not None:
                frames.append(shown.to_ndarray(format='rgb24'))
                left.pop(0)
            if not left: break
            shown = frame
        frames += [shown.to_ndarray(format='rgb24')]*len(left)
    return frames


def plain_loop(scenes, checkpoint, size=224):
    "The loop of the transformers documentation, one clip at a time -> [N, D], seconds"
    from transformers import VideoMAEModel
    from transformers.models.videomae.image_processing_pil_videomae import VideoMAEImageProcessorPil
    from scene_explore.encoders.weights import IMAGENET_MEAN, IMAGENET_STD
    processor = VideoMAEImageProcessorPil(
        size=dict(shortest_edge=size),
        crop_size=dict(height=size, width=size),
        image_mean=IMAGENET_MEAN,
        image_std=IMAGENET_STD,
    )
    model = VideoMAEModel.from_pretrained(
        checkpoint, attn_implementation='eager', dtype=torch.float32
    ).eval()
    x = []
    began = time.perf_counter()
    for s in scenes.itertuples():
        frames = seek_and_decode(s.path, clip_times(s.start, s.end, max_clips=1)[0])
        with torch.no_grad():
            x.append(
                model(**processor(frames, return_tensors='pt')).last_hidden_state.mean(1)[0].numpy()
            )
    return np.stack(x), time.perf_counter() - began


def cosine_distance(x, y):
    "Largest over the rows, in float64"
    x, y = (
        v.astype(np.float64) / np.linalg.norm(v.astype(np.float64), axis=1, keepdims=True)
        for v in (x, y)
    )
    return float((1 - (x*y).sum(1)).max())


def speed(args):
    "Ratios to the plain loop, and how far the results lie apart"
    with tempfile.TemporaryDirectory() as tmp:
        film, checkpoint = make_film(Path(tmp)/'film.mp4', 3*args.clips), make_checkpoint(tmp)
        scenes = scene_table([dict(path=film, start=3*i, end=3*i + 3) for i in range(args.clips)])
        plain_loop(scenes[:1], checkpoint)                     # warm up
        plain, seconds = plain_loop(scenes, checkpoint)
        rows = {
            'plain loop': dict(
                clips_per_second=args.clips / seconds, ratio=1.0, cosine_distance=0.0
            )
        }
        for name, approximation in contenders().items():
            options = dict(dtype='float32', max_clips=1) | approximation
            backbone = get_backbone(checkpoint, **options)
            embed(scenes[:1], backbone, device='cpu', progress=False)
            e = embed(scenes, backbone, device='cpu', progress=args.progress)
            rows[name] = dict(
                clips_per_second=args.clips / e.seconds,
                ratio=seconds / e.seconds,
                cosine_distance=cosine_distance(plain, e.x),
            )
        network = network_rates(checkpoint, args.rounds)
        gpu = gpu_rates(scenes, checkpoint) if torch.cuda.is_available() else None
        return rows, network, gpu


def counted_flop():
    "Floating-point operations of a clip, as PyTorch counts them; nothing is computed"
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import VideoMAEConfig, VideoMAEModel
    config = VideoMAEConfig(use_mean_pooling=False, attn_implementation='eager')
    with torch.device('meta'), torch.no_grad():
        model = VideoMAEModel(config).eval()
        with FlopCounterMode(display=False) as counter: model(torch.empty(1, 16, 3, 224, 224))
    return counter.get_total_flops()


def seconds_of(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def network_rates(checkpoint, rounds):
    """The network alone on one clip, alternating with the bare products of its linear layers: the
    best of the rounds of each"""
    names = contenders()
    backbones = {
        name: get_backbone(checkpoint, **(dict(dtype='float32', max_clips=1) | o))
        for name, o in names.items()
    }
    dtypes = ['float32', 'bfloat16'] if 'bfloat16' in names else ['float32']
    clip = np.random.default_rng(0).integers(0, 256, (1, 16, 224, 224, 3), dtype=np.uint8)
    products = block_products(TOKENS, WIDTH)
    matrix, taken = [], []
    for _ in range(rounds + 1):   # the first warms up
        matrix.append(matrix_rates(products, dtypes, seconds=1))
        taken.append({
            n: seconds_of(lambda b=b: b.encode(clip)) for n, b in backbones.items()
        })
    best = {n: min(o[n] for o in taken[1:]) for n in names}
    flop = counted_flop()
    rates = {d: max(o[d] for o in matrix[1:]) for d in dtypes}
    whole = {n: flop/best[n]/1e9 for n in ('exact', 'bfloat16') if n in names}
    return dict(
        gflop_a_clip=flop/1e9,
        matrix_gflops=rates,
        seconds_a_clip=best,
        times_exact={n: best['exact']/o for n, o in best.items()},
        gflops=whole,
        share_of_matrix_rate={
            n: o/rates['float32' if n == 'exact' else n] for n, o in whole.items()
        },
        time={n: time_by_kind(backbones[n], clip) for n in whole},
    )


KINDS = {
    'linear layers': ('addmm', 'mm', 'linear'),
    'attention': ('attention', 'bmm', 'softmax'),
    'GELU': ('gelu',),
    'norms': ('layer_norm',),
    'patches': ('conv',),
}


def kind_of(op):
    name = op.removeprefix('aten::')
    if name in KINDS['linear layers']: return 'linear layers'
    for kind, words in KINDS.items():
        if kind != 'linear layers' and any(w in name for w in words): return kind
    return 'additions and copies'


def time_by_kind(backbone, clip):
    "Share of the CPU time of a clip, by kind of operation"
    from torch.profiler import ProfilerActivity, profile
    with profile(activities=[ProfilerActivity.CPU]) as seen: backbone.encode(clip)
    found = {}
    for o in seen.key_averages():
        if not o.key.startswith('aten::'): continue
        found[kind_of(o.key)] = found.get(kind_of(o.key), 0) + o.self_cpu_time_total
    return {kind: o/sum(found.values()) for kind, o in sorted(found.items())}


def gpu_rates(scenes, checkpoint):
    """Clips per second on the GPU: of the network alone, of `embed` from clips in memory, and of
    `embed` with decoding"""
    backbone = get_backbone(checkpoint, max_clips=1).to('cuda')
    size = guess_batch(backbone, 'cuda')
    starts = np.arange(0, scenes.end.max() - 2, 0.25)
    film = scenes.path[0]
    many = scene_table([dict(path=film, start=s, end=s + 2) for s in starts])
    clips = np.random.default_rng(0).integers(0, 256, (64, 1, 16, 224, 224, 3), dtype=np.uint8)
    ready = {name: clips[i % 64] for i, name in enumerate(many.scene_id)}
    def from_memory(): embed(many, backbone, device='cuda', clips=ready, progress=False)
    def from_film(): embed(many, backbone, device='cuda', progress=False)
    def alone(): network_alone(backbone, size, len(many))
    found = {}
    for name, work in dict(network=alone, memory=from_memory, film=from_film).items():
        work()   # warm up
        found[name] = len(many)/min(seconds_of(work) for _ in range(3))
    return dict(batch=size, clips_per_second=found, share=found['memory']/found['network'])


@torch.inference_mode()
def network_alone(backbone, size, n):
    "Forward passes over so many clips that lie on the GPU as the network reads them"
    kind = getattr(torch, backbone.dtype)
    x = torch.zeros(size, 16, 3, 224, 224, dtype=kind, device='cuda')
    for i in range(0, n, size): backbone._forward(x[:n - i])
    torch.cuda.synchronize()


def decoded(scenes):
    "How many clips of 112 pixels a film gave"
    return sum(1 for _ in scene_clips(scenes, get_backbone('pixels', max_clips=1)))


def decoding(folder, rounds):
    """Clips per second from the sample films: one reader, and two films at a time in threads and in
    processes; the best of the rounds"""
    scenes = sample_scenes(folder)
    if scenes is None: return {}
    parts = [o.reset_index(drop=True) for _, o in scenes.groupby('path')][:6]
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, get_context('spawn')) as others:
        ways = {
            'one reader': lambda: sum(map(decoded, parts)),
            'two threads': lambda: sum(threads.map(decoded, parts)),
            'two processes': lambda: sum(others.map(decoded, parts)),
        }
        n = {name: work() for name, work in ways.items()}   # warm up
        taken = [{name: seconds_of(work) for name, work in ways.items()} for _ in range(rounds)]
    return {name: n[name]/min(o[name] for o in taken) for name in ways}


def cost(films):
    """What the approximations cost on trained weights and places: P@1 within each film, neighbours
    of 10 s left out, and the cosine distance to the exact vectors"""
    from scene_explore.geometry.retrieval import place_precision
    scenes = sample_scenes(films)
    if scenes is None or not shipped_backbone().is_dir(): return {}
    rows, exact = {}, None
    for name, approximation in contenders().items():
        e = embed(
            scenes,
            get_backbone(shipped_backbone(), **(dict(dtype='float32') | approximation)),
            device='cpu',
            progress=False,
        )
        exact = e.x if exact is None else exact
        p = place_precision(
            e.x,
            e.scenes.place.to_numpy(),
            k=1,
            groups=e.scenes.video_id.to_numpy(),
            times=e.scenes[['start', 'end']].to_numpy(),
            exclude=10.0,
        )
        rows[name] = dict(
            p_at_1=float(p[1]), cosine_distance=cosine_distance(exact, e.x), shots=len(e)
        )
    return rows


def sample_scenes(folder):
    "The shots of the sample films with their true places, or None where there are none"
    from scene_explore.datasets.world.films import load_truth
    films = [f for f in sorted(Path(folder).glob('*.mp4')) if f.with_suffix('.truth.json').exists()]
    rows = [
        dict(path=str(f), start=s.start, end=s.end, place=s.place)
        for f in films
        for s in load_truth(f).itertuples()
        if s.place
    ]
    return scene_table(rows) if rows else None


def say_network(network):
    "Print how near the network alone comes to the machine's matrix rate"
    for dtype, rate in network['matrix_gflops'].items():
        print(f'matrix products in {dtype}: {rate:.0f} GFLOP/s')
    for name, seconds in network['seconds_a_clip'].items():
        share = network['share_of_matrix_rate'].get(name)
        near = f', {share:.2f} of the matrix rate' if share else ''
        print(
            f'network alone, {name:18} {seconds:6.2f} s a clip, {network["times_exact"][name]:.2f}'
            f' times as fast as exact{near}'
        )
    if 'bfloat16' not in network['seconds_a_clip']:
        print('bfloat16: not measured, this CPU is not faster with it')
    for name, kinds in network['time'].items():
        print(f'{name}:', ', '.join(f'{kind} {share:.2f}' for kind, share in kinds.items()))


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--clips', type=int, default=12, help='clips to embed each way')
    p.add_argument('--rounds', type=int, default=5, help='of the network alone, and of decoding')
    p.add_argument('--threads', type=int, default=None, help="PyTorch's threads")
    p.add_argument(
        '--films',
        default=Path(__file__).parents[1] / 'data/sample/films',
        help='folder of films with ground truth',
    )
    p.add_argument('--progress', action='store_true')
    args = p.parse_args()
    if args.threads: torch.set_num_threads(args.threads)
    rows, network, gpu = speed(args)
    print(f'{"":18} {"clips/s":>8} {"ratio":>7} {"cosine distance to the plain loop":>34}')
    for name, r in rows.items():
        print(
            f'{name:18} {r["clips_per_second"]:8.2f} {r["ratio"]:7.2f} {r["cosine_distance"]:34.1e}'
        )
    say_network(network)
    readers = decoding(args.films, args.rounds)
    for name, rate in readers.items(): print(f'decoding, {name:14} {rate:6.1f} clips/s')
    print('GPU:', gpu or 'none here')
    costs = cost(args.films)
    for name, r in costs.items():
        print(
            f'{name:18} place P@1 {r["p_at_1"]:.3f} ({r["shots"]} shots), cosine distance to exact'
            f' {r["cosine_distance"]:.1e}'
        )
    print(
        json.dumps(
            dict(
                benchmark='embed',
                clips=args.clips,
                threads=torch.get_num_threads(),
                size=224,
                frames=16,
                cost=costs,
                network=network,
                decoding=readers,
                gpu=gpu,
                ratio={k: round(v['ratio'], 3) for k, v in rows.items()},
                cosine_distance={k: v['cosine_distance'] for k, v in rows.items()},
            )
        )
    )


if __name__ == '__main__': main()
