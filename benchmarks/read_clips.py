"""How fast are exact frames? `read_clips` beside decord2 and OpenCV, sparse and dense clips, one
film, equal sizes.

Each reader is used as its documentation advises: decord gets all (sorted, distinct) indices in one
`get_batch` and resizes itself; OpenCV seeks to each clip where clips are far apart and grabs its
way through where they aren't, then resizes by area, as it advises for shrinking. The frames of all
readers are checked to be the same ones. Rounds are interleaved; the ratios are medians over rounds
of (time of the other / time of read_clips).
"""
import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

SIZE, T = 224, 16


def make_film(path, seconds, fps=24, size=(1280, 720)):
    """A 720p H.264 film with 2-second keyframes: two layers of texture that move against each
    other, another picture every 5 s"""
    import av
    w, h = size
    rng = np.random.default_rng(0)
    grains = [
        np.kron(rng.integers(0, 256, (h // c, 3 * w // c, 3)), np.ones((c, c, 1)))
        for c in (80, 16, 4)
    ]
    near, far = ((.6*a + .4*b).astype('uint8')//2 for a, b in (grains[:2], grains[1:]))
    with av.open(str(path), 'w') as f:
        s = f.add_stream(
            'libx264',
            rate=fps,
            options={
                'preset': 'veryfast',
                'x264-params': f'keyint={2*fps}:min-keyint={2*fps}:scenecut=0',
            },
        )
        s.width, s.height, s.pix_fmt = w, h, 'yuv420p'
        for i in range(round(seconds*fps)):
            x = 601*(i//(5*fps)) + i % (5*fps)
            f.mux(
                s.encode(
                    av.VideoFrame.from_ndarray(
                        near[:, 5 * x % (2 * w) :][:, :w] + far[:, 2 * x % (2 * w) :][:, :w]
                    )
                )
            )
        f.mux(s.encode())
    return path


def clip_frames(n_frames, fps, seconds, dense):
    """Frame numbers [N, 16]: 12 clips of 2 s spread over the film, or clips of every third frame
    back to back"""
    if dense: return np.arange(0, n_frames - n_frames % (3*T), 3).reshape(-1, T)
    n = max(2, round(seconds/10))
    starts = np.linspace(0, n_frames - 3*T, n + 2)[1:-1].astype(int)
    return starts[:, None] + 3*np.arange(T)


def ours(path, frames, fps, size, fast=False):
    from scene_explore.video.clips import read_clips
    return read_clips(path, frames/fps, (size, size), fast=fast)


def decord(path, frames, fps, size):
    from decord import VideoReader, cpu
    order, back = np.unique(frames, return_inverse=True)
    return (
        VideoReader(str(path), ctx=cpu(0), width=size, height=size)
        .get_batch(order)
        .asnumpy()[back.ravel()]
        .reshape(*frames.shape, size, size, 3)
    )


def opencv(path, frames, fps, size):
    import cv2
    order, back = np.unique(frames, return_inverse=True)
    film = cv2.VideoCapture(str(path))
    out = np.empty((len(order), size, size, 3), 'uint8')
    at = 0
    for k, i in enumerate(order):
        if i - at > 2*fps:
            film.set(cv2.CAP_PROP_POS_FRAMES, int(i))
            at = i
        while at < i:
            film.grab()
            at += 1
        ok, x = film.read()
        at += 1
        if not ok: raise OSError(f'OpenCV cannot read frame {i}')
        out[k] = cv2.cvtColor(
            cv2.resize(x, (size, size), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB
        )
    film.release()
    return out[back.ravel()].reshape(*frames.shape, size, size, 3)


def same_frames(a, b, later, k=8):
    """Whether b's frames are a's, whatever the filter they were resized with: in means over k x k
    pixels they are within 4 grey levels of a's, and nearer to them than to the frames one later"""
    def pooled(x):
        n, t, h, w, _ = x.shape
        return (
            x[:, :, : h - h % k, : w - w % k]
            .reshape(n, t, h // k, k, w // k, k, 3)
            .mean((3, 5), dtype='float32')
        )
    d, e = (np.abs(pooled(o) - pooled(b)).mean((2, 3, 4)) for o in (a, later))
    return bool((d < e).all() and d.max() < 4), float(d.max())


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(readers, path, frames, fps, rounds, size):
    "{reader: [(seconds, CPU seconds)]}, one pair a round; each round begins with another reader"
    spent = {k: [] for k in readers}
    for r in range(rounds + 1):    # the first round only warms up
        for k in list(readers)[r % len(readers):] + list(readers)[:r % len(readers)]:
            t, c = time.perf_counter(), cpu()
            readers[k](path, frames, fps, size)
            if r: spent[k].append((time.perf_counter() - t, cpu() - c))
    return spent


def ratios(spent, which):
    "Medians over rounds of (time of the others / time of read_clips)"
    rounds = [
        {k: s[which] for k, s in zip(spent, o, strict=True)}
        for o in zip(*spent.values(), strict=True)
    ]
    def median(f): return round(statistics.median(map(f, rounds)), 3)
    return dict(
        decord_over_read_clips=median(lambda o: o['decord'] / o['read_clips']),
        opencv_over_read_clips=median(lambda o: o['opencv'] / o['read_clips']),
        fastest_other_over_read_clips=median(
            lambda o: min(o['decord'], o['opencv']) / o['read_clips']
        ),
        fastest_other_over_fast=median(lambda o: min(o['decord'], o['opencv']) / o['fast']),
        read_clips_over_fast=median(lambda o: o['read_clips'] / o['fast']),
    )


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument('--film', type=Path, help='a film of your own, with a constant frame rate')
    p.add_argument('--seconds', type=float, default=40, help='how long the film is that is made')
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument(
        '--size', type=int, default=SIZE, help='frames are squeezed to a square of this size'
    )
    a = p.parse_args()
    from scene_explore.video.clips import probe
    with tempfile.TemporaryDirectory() as d:
        path = a.film or make_film(Path(d)/'made.mp4', a.seconds)
        info = probe(path)
        n = round(info.duration*info.fps)
        readers = dict(
            read_clips=ours, decord=decord, opencv=opencv, fast=lambda *o: ours(*o, fast=True)
        )
        result = dict(
            benchmark='read_clips',
            film=f'{info.width}x{info.height} {info.codec} {info.duration:.0f} s {info.fps:g} fps',
            rounds=a.rounds,
            size=a.size,
            threads=os.cpu_count(),
            frames_a_clip=T,
        )
        for name in ('sparse', 'dense'):
            frames = clip_frames(n, info.fps, info.duration, name == 'dense')
            mine = ours(path, frames, info.fps, a.size)
            later = ours(path, np.minimum(frames + 1, n - 1), info.fps, a.size)
            checks = {
                k: same_frames(mine, readers[k](path, frames, info.fps, a.size), later)
                for k in ('decord', 'opencv')
            }
            spent = measure(readers, path, frames, info.fps, a.rounds, a.size)
            result[name] = dict(
                n_clips=len(frames),
                **ratios(spent, 0),
                cpu=ratios(spent, 1),
                same_frames={k: c[0] for k, c in checks.items()}
            )
            for k, s in spent.items():
                print(
                    f'{name:7s}{k:12s}',
                    *(
                        f'{what} {statistics.median(o):7.2f} s [{min(o):.2f}, {max(o):.2f}]'
                        for what, o in zip(('wall', 'CPU'), zip(*s, strict=True), strict=True)
                    ),
                )
            for k, (same, d) in checks.items():
                print(
                    f'{name:7s}{k:12s}the same frames: {same} (largest difference of a frame'
                    f' {d:.1f} of 255)'
                )
    print(json.dumps(result))


if __name__ == '__main__': main()
