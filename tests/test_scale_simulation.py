"The simulation of many workers against closed forms and the bounds of queueing"
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

# by its path: with its folder among those of imports, `import coverage` would find a benchmark
_PATH = Path(__file__).resolve().parent.parent/'benchmarks/scale_simulation.py'
_SPEC = importlib.util.spec_from_file_location('scale_simulation', _PATH)
s = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = s # its dataclasses look themselves up there
_SPEC.loader.exec_module(s)

ONE = s.Cluster(cores=1, ahead=0)
FREE = dict(head=0., storage=1e9, stream=1e6)   # neither head nor storage takes time


def test_a_worker_with_one_film_at_a_time_takes_the_sum_of_all_stages():
    minutes = s.lengths(30)
    total = sum(o.sum() for o in ONE.seconds(minutes).values())
    assert s.simulate(ONE, 1, minutes) == pytest.approx(total)


def test_a_film_alone_takes_its_stages_however_many_workers_there_are():
    minutes = np.array([4.7])
    total = sum(o.sum() for o in s.Cluster().seconds(minutes).values())
    assert s.simulate(s.Cluster(), 64, minutes) == pytest.approx(total)


@pytest.mark.parametrize('workers', [2, 8, 32])
def test_without_head_and_storage_workers_add_up(workers):
    # alike films, so that every worker has the same share
    free, share = replace(s.Cluster(), **FREE), s.lengths(160, spread=0)
    alone = s.simulate(free, 1, share)
    assert s.simulate(free, workers, np.tile(share, workers)) == pytest.approx(alone, rel=1e-3)


@pytest.mark.parametrize('slow, stage', [
    (dict(head=2.), 'head'),
    (dict(storage=.1), 'storage'),
    (dict(decode=100.), 'decode'),
    (dict(clip=3.), 'gpu'),
])
def test_the_slowest_stage_sets_the_pace_and_is_named(slow, stage):
    cluster = replace(s.Cluster(cores=4, head=.001, storage=1000., decode=1.), **slow)
    minutes = s.lengths(1500, spread=0)
    found = s.summary(cluster, 2, minutes)
    assert found['bottleneck'] == stage
    assert max(found['busy'], key=found['busy'].get) == stage
    assert .95 < found['share_of_bound'] <= 1 and found['busy'][stage] > .95


@settings(max_examples=25)
@given(
    st.integers(1, 12), st.integers(1, 6), st.integers(0, 3), st.floats(0, 2), st.floats(1, 50),
    st.floats(0, 5), st.integers(1, 80), st.integers(0, 10**6),
)
def test_no_run_is_faster_than_the_bounds(workers, cores, ahead, head, storage, clip, n, seed):
    cluster = s.Cluster(cores=cores, ahead=ahead, head=head, storage=storage, clip=clip)
    minutes = s.lengths(n, seed=seed)
    seconds, spent = s.simulate(cluster, workers, minutes), cluster.seconds(minutes)
    slack = 1 + 1e-9
    for stage, there in cluster.capacity(workers).items():
        assert spent[stage].sum()/there <= seconds*slack
    # the longest film, and all of them one after the other
    together = sum(spent.values())
    assert together.max() <= seconds*slack and seconds <= together.sum()*slack
    assert n/seconds <= s.bound(cluster, workers, minutes)[0]*slack


def test_lengths_have_the_published_mean():
    minutes = s.lengths()
    assert len(minutes) == 43_751 and minutes.mean() == pytest.approx(4.7, rel=.02)
    assert (s.lengths(5, spread=0) == pytest.approx(4.7)) and (minutes > 0).all()


def test_what_an_hour_costs_is_what_the_workers_cost():
    found = s.summary(replace(s.Cluster(), price=2.), 4, s.lengths(500))
    assert found['dollars_a_film_hour'] == pytest.approx(8/found['film_hours_an_hour'])
