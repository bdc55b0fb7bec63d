"A process killed with -9 while it embeds loses the batch in flight and nothing else"
import signal
import subprocess
import sys

import av
import numpy as np

from scene_explore.encoders.embed import embed, get_backbone
from scene_explore.core.scenes import scene_table
from scene_explore.core.store import Store

CHILD = """
import sys
from dataclasses import dataclass
from scene_explore.encoders.embed import embed, get_backbone
from scene_explore.encoders.backbone import Pixels
from scene_explore.core.scenes import read_scenes
from scene_explore.core.store import Store

@dataclass(frozen=True)
class Stuck(Pixels):
    def encode(self, clips):
        x = super().encode(clips)
        print('encoding', flush=True)
        if sys.stdin.readline() != 'go on\\n': sys.exit('told to stop')
        return x

plain = get_backbone('pixels', size=32, frames=4, max_clips=1)
stuck = Stuck(plain.kind, plain.sampling, plain.size, plain.pooling)
assert stuck.fingerprint == plain.fingerprint
embed(read_scenes(sys.argv[1]), stuck, Store(sys.argv[2]), batch_size=2, progress=False)
print('finished', flush=True)
"""


def make_film(path, n):
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('libx264', rate=10, options={'preset': 'ultrafast'})
        stream.width = 64
        stream.height = 48
        stream.pix_fmt = 'yuv420p'
        for i in range(n):
            picture = (
                np.random.default_rng(i)
                .integers(0, 256, (6, 8, 3))
                .repeat(8, 0)
                .repeat(8, 1)
                .astype(np.uint8)
            )
            for _ in range(10):
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format='rgb24')))
        out.mux(stream.encode())
    return str(path)


def test_kill_in_mid_embedding(tmp_path):
    film = make_film(tmp_path/'film.mp4', 10)
    scenes = scene_table([dict(path=film, start=i, end=i + 1) for i in range(10)])
    scenes.to_csv(tmp_path/'scenes.csv', index=False)
    run = [sys.executable, '-c', CHILD, tmp_path/'scenes.csv', tmp_path/'store']
    child = subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with child:
        # the fourth batch of two is computed and never answered
        for batch in range(4):
            assert child.stdout.readline() == 'encoding\n'
            if batch < 3:
                child.stdin.write('go on\n')
                child.stdin.flush()
        child.kill()
        assert child.wait() == -signal.SIGKILL
    backbone = get_backbone('pixels', size=32, frames=4, max_clips=1)
    x, have = Store(tmp_path/'store').load(backbone.fingerprint, scenes)
    assert have.tolist() == [True]*6 + [False]*4
    again = embed(scenes, backbone, Store(tmp_path/'store'), progress=False)
    assert (again.n_cached, again.n_embedded, again.skipped) == (6, 4, [])
    np.testing.assert_array_equal(again.x, embed(scenes, backbone, progress=False).x)
    assert embed(scenes, backbone, Store(tmp_path/'store'), progress=False).n_embedded == 0
