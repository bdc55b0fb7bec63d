"UMAP's machine code is kept between processes, and gives the same picture to the bit"
import json
import subprocess
import sys

import numpy as np

from scene_explore.geometry.spaces import import_umap, umap_layout

LATER = """
import json
import numpy as np
from scene_explore.geometry.spaces import import_umap, umap_layout
y = umap_layout(np.random.default_rng(0).normal(size=(40, 8)))
stats = import_umap().umap_.smooth_knn_dist.stats
print(json.dumps([y.xy.tobytes().hex(), *(sum(o.values()) for o in stats[1:])]))
"""


def test_a_later_process_loads_what_an_earlier_one_has_compiled():
    here = umap_layout(np.random.default_rng(0).normal(size=(40, 8))).xy
    assert import_umap() is import_umap()
    done = subprocess.run([sys.executable, '-c', LATER], capture_output=True, text=True)
    picture, hits, misses = json.loads(done.stdout or f'"{done.stderr[-500:]}"')
    assert (picture, hits, misses) == (here.tobytes().hex(), 1, 0)
