"""What pooled features save beside the adjacency of all shots, and what a step of MoCo costs

    python benchmarks/movies2scenes.py [--pairs 16 --shots 1024 --repeats 5]

Both ways of a comparison read the same features and are run in turn, forward and backward; loss and
gradients have to agree to 1e-5. `compared` begins after the encoder, `step` with it: there every
movie of the batch goes through two layers first, which neither way saves.
"""
import argparse
import json
import time

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, cross_entropy, max_pool2d, normalize

from scene_explore.training.moco import MoCo
from scene_explore.training.movie_similarity import SimilarityConfig, _Network, best_matches, pooled


def adjacency(network, e, a, b): # logits, as the paper writes them
    c = network.config
    x = e[a]@e[b].transpose(1, 2)
    x = max_pool2d(avg_pool2d(x[:, None], c.window, c.stride), c.window, c.stride)
    return network.output(x.flatten(1)/c.width**.5)


def from_pooled(network, e, a, b): # the same from averages
    c = network.config
    scenes, there = pooled(e, torch.ones(e.shape[:2], dtype=torch.bool), c.window, c.stride, False)
    found = best_matches(scenes[a], scenes[b], there[a], there[b], c.window, c.stride)
    return network.output(found/c.width**.5)


def saved_bytes(work): # bytes that are kept for the backward pass
    sizes = {}

    def keep(x):
        sizes[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x): work()
    return sum(sizes.values())


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def beside(ways, repeats): # name -> median seconds of each way, run in turn
    times = {k: [] for k in ways}
    for _ in range(repeats + 1):
        for k, work in ways.items(): times[k].append(seconds(work))
    return {k: float(np.median(v[1:])) for k, v in times.items()}


def stage_one(args):
    torch.manual_seed(0)
    network = _Network(args.width, SimilarityConfig(shots=args.shots, dropout=0., mask=False))
    movies = max(args.pairs//4, 2)
    x = torch.randn(movies, args.shots, args.width)
    a, b = torch.randint(movies, (2, args.pairs))
    labels = torch.randint(2, (args.pairs,))
    with torch.no_grad(): encoded = network.rest(network.inner(x))
    ways = dict(pooled=from_pooled, adjacency=adjacency)

    def compared(way):
        e = encoded.clone().requires_grad_()
        loss = cross_entropy(ways[way](network, e, a, b), labels)
        return loss, torch.autograd.grad(loss, e)[0]

    def step(way):
        e = network.rest(network.inner(x))
        cross_entropy(ways[way](network, e, a, b), labels).backward()

    (l1, g1), (l2, g2) = (compared(k) for k in ways)
    assert abs(float((l1 - l2).detach())) < 1e-5
    torch.testing.assert_close(g1, g2, atol=1e-5, rtol=1e-4)
    parts = {}
    for name, work in dict(compared=compared, step=step).items():
        took = beside({k: lambda k=k, w=work: w(k) for k in ways}, args.repeats)
        kept = {k: saved_bytes(lambda k=k, w=work: w(k)) for k in ways}
        parts[name] = dict(
            seconds={k: round(v, 4) for k, v in took.items()},
            faster=round(took['adjacency']/took['pooled'], 1),
            megabytes={k: round(v/1e6, 1) for k, v in kept.items()},
            smaller=round(kept['adjacency']/kept['pooled'], 1),
        )
    return dict(pairs=args.pairs, movies=movies, shots=args.shots, width=args.width, **parts)


class Mean(torch.nn.Module):
    "Of a scene's shots"
    width = 512

    def forward(self, x): return x.mean(1)


class Published:
    "The loop of MoCo's paper (algorithm 1), line by line"
    def __init__(self, moco):
        self.q = [o.detach().clone().requires_grad_() for o in moco.query[1].parameters()]
        self.k = [o.detach().clone() for o in moco.query[1].parameters()]
        self.queue = moco.queue.T.clone()
        self.m, self.t, self.at = moco.momentum, moco.temperature, 0

    def step(self, x, y):
        q = normalize(x.mean(1)@self.q[0].T + self.q[1], dim=1)
        for k, p in zip(self.k, self.q, strict=True): k.mul_(self.m).add_(p.detach()*(1 - self.m))
        k = normalize(y.mean(1)@self.k[0].T + self.k[1], dim=1)
        logits = torch.cat([(q*k).sum(1, keepdim=True), q@self.queue.clone()], 1)/self.t
        loss = cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))
        grads = torch.autograd.grad(loss, self.q)
        self.queue[:, self.at:self.at + len(k)] = k.T
        self.at = (self.at + len(k)) % self.queue.shape[1]
        return loss, grads


def stage_three(args):
    moco = MoCo(Mean(), mask=False, size=args.queue)
    plain = Published(moco)
    x, y = torch.randn(2, 128, 9, 512)
    movies = torch.arange(256).view(128, 2)

    def ours(mask=False):
        moco.mask = mask
        moco.zero_grad()
        loss = moco(x, y, movies)[0]
        loss.backward()
        return loss, [o.grad for o in moco.query[1].parameters()]

    for _ in range(3):
        (l1, g1), (l2, g2) = ours(), plain.step(x, y)
        assert abs(float((l1 - l2).detach())) < 1e-5
        torch.testing.assert_close(g1[0], g2[0], atol=1e-5, rtol=1e-4)
    took = beside(dict(ours=ours, published=lambda: plain.step(x, y), masked=lambda: ours(True)),
                  args.repeats)
    return dict(queue=args.queue, seconds={k: round(v, 4) for k, v in took.items()},
                published_by_ours=round(took['published']/took['ours'], 2))


def arguments():
    plain = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    p.add_argument('--pairs', type=int, default=16)
    p.add_argument('--shots', type=int, default=1024)
    p.add_argument('--width', type=int, default=512)
    p.add_argument('--queue', type=int, default=65536)
    p.add_argument('--repeats', type=int, default=5)
    p.add_argument('--threads', type=int, default=torch.get_num_threads())
    return p.parse_args()


def main(args):
    torch.set_num_threads(args.threads)
    print(json.dumps(dict(threads=args.threads, stage_one=stage_one(args),
                          stage_three=stage_three(args))))


if __name__ == '__main__': main(arguments())
