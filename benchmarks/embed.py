"""How much faster is `embed` than the loop one would write, on the same clips, decoding counted?

    python benchmarks/embed.py --clips 12

Side by side with the architecture of VideoMAE-base (random weights: speed does not depend on them):
a seek, full frames, the transformers processor, eager attention and one clip at a time; against
`embed` with the same mathematics, and with its declared approximations. What these cost is measured
on the small shipped checkpoint and the sample films, where there is something to recognise. The
last line is one JSON object.
"""
import argparse, json, tempfile, time
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image

from scene_explore.encoders.embed import (
    embed,
    encode_halving,
    get_backbone,
    guess_batch,
    shipped_backbone,
)
from scene_explore.core.scenes import scene_table
from scene_explore.video.clips import clip_times

APPROXIMATIONS = {
    'exact': {},
    'tokens 0.5': dict(tokens=0.5),
    'int8': dict(quantise='int8'),
    'tokens 0.5, int8': dict(tokens=0.5, quantise='int8'),
}


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
        for name, approximation in APPROXIMATIONS.items():
            backbone = get_backbone(checkpoint, max_clips=1, dtype='float32', **approximation)
            embed(scenes[:1], backbone, device='cpu', progress=False)
            e = embed(scenes, backbone, device='cpu', progress=args.progress)
            rows[name] = dict(
                clips_per_second=args.clips / e.seconds,
                ratio=seconds / e.seconds,
                cosine_distance=cosine_distance(plain, e.x),
            )
        gpu = (
            gpu_share(scenes, get_backbone(checkpoint, max_clips=1, dtype='float32'))
            if torch.cuda.is_available()
            else None
        )
        return rows, gpu


def gpu_share(scenes, backbone):
    """Clips per second of `embed` on the GPU over those of the model alone, on clips that are
    already there"""
    from dataclasses import replace
    backbone = replace(backbone, dtype='bfloat16', model=backbone.model.to('cuda', torch.bfloat16))
    many = scene_table([
        dict(path=p, start=s, end=s + 2)
        for p in scenes.path.unique()
        for s in np.arange(0, scenes.end.max() - 2, 0.25)
    ])
    embed(many[:64], backbone, device='cuda', progress=False)
    e = embed(many, backbone, device='cuda', progress=False)
    size = guess_batch(backbone, 'cuda')
    clips = np.random.default_rng(0).integers(0, 256, (size, 16, 224, 224, 3), dtype=np.uint8)
    encode_halving(backbone.encode, clips, size)
    torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(5): encode_halving(backbone.encode, clips, size)
    torch.cuda.synchronize()
    return (len(many)/e.seconds)/(5*size/(time.perf_counter() - began))


def cost(films):
    """What the approximations cost on trained weights and places: P@1 within each film, neighbours
    of 10 s left out, and the cosine distance to the exact vectors"""
    from scene_explore.geometry.retrieval import place_precision
    scenes = sample_scenes(films)
    if scenes is None or not shipped_backbone().is_dir(): return {}
    rows, exact = {}, None
    for name, approximation in APPROXIMATIONS.items():
        e = embed(
            scenes,
            get_backbone(shipped_backbone(), dtype='float32', **approximation),
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


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--clips', type=int, default=12, help='clips to embed each way')
    p.add_argument('--threads', type=int, default=None, help="PyTorch's threads")
    p.add_argument(
        '--films',
        default=Path(__file__).parents[1] / 'data/sample/films',
        help='folder of films with ground truth',
    )
    p.add_argument('--progress', action='store_true')
    args = p.parse_args()
    if args.threads: torch.set_num_threads(args.threads)
    rows, gpu = speed(args)
    print(f'{"":18} {"clips/s":>8} {"ratio":>7} {"cosine distance to the plain loop":>34}')
    for name, r in rows.items():
        print(
            f'{name:18} {r["clips_per_second"]:8.2f} {r["ratio"]:7.2f} {r["cosine_distance"]:34.1e}'
        )
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
                gpu_share_of_model_rate=gpu,
                ratio={k: round(v['ratio'], 3) for k, v in rows.items()},
                cosine_distance={k: v['cosine_distance'] for k, v in rows.items()},
            )
        )
    )


if __name__ == '__main__': main()
