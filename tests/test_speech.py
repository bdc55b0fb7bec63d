"What subtitles tell of cuts"
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scene_explore.segmentation.speech import speech_seconds, speech_signals

times = st.integers(0, 60)
cues = st.lists(st.tuples(times, times, st.just('words')), max_size=12)


def spoken(cues): # [120] whether somebody speaks in each half second
    t = np.arange(0, 60, .5)
    return np.any([(t >= a) & (t < b) for a, b, _ in cues] or [np.zeros(120, bool)], 0)


@settings(max_examples=100, deadline=None)
@given(cues, times, times)
def test_seconds_of_speech_by_counting(said, a, b):
    a, b = sorted((a, b))
    assert speech_seconds(said, [a], [b])[0] == pytest.approx(spoken(said)[2*a:2*b].sum()/2)


@settings(max_examples=100, deadline=None)
@given(cues, st.integers(1, 59))
def test_pauses_by_counting(said, cut):
    found = speech_signals([(0, cut), (cut, 60)], said)
    if not any(b > a for a, b, _ in said):
        assert all(np.isnan(o).all() for o in found.values())
        return
    on = spoken(said)
    before, after = on[:2*cut][::-1], on[2*cut:]
    since = before.argmax()/2 if before.any() else 60
    until = after.argmax()/2 if after.any() else 60
    runs_over = any(a <= cut < b for a, b, _ in said)
    wanted = (0, 0) if runs_over else (since, until)
    got = np.expm1([found['since'][0], found['until'][0]])
    assert got == pytest.approx(wanted)
    assert np.expm1(found['pause'][0]) == pytest.approx(sum(wanted))


def test_shares_lie_between_none_and_all():
    said = [(0, 50, 'a long speech'), (10, 20, 'and a voice in it')]
    found = speech_signals([(0, 10), (10, 60)], said)
    assert found['speech'].tolist() == pytest.approx([1, .8])
    assert found['before 40'].tolist() == pytest.approx([.25, .75])
    assert found['after 5'].tolist() == pytest.approx([1, 0])


@pytest.mark.parametrize('n', [0, 1])
def test_films_of_few_shots(n):
    found = speech_signals(np.array([[0., 3.]])[:n], [(1, 2, 'words')])
    assert all(len(o) == n and np.isfinite(o).all() for o in found.values())
