"""Measures of scene boundaries against plain loops in the way of LGSS's and NeighborNet's
evaluations, against scikit-learn, and against what must hold for any film."""
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score, f1_score, recall_score

from scene_explore import segmentation as s
from scene_explore.segmentation.protocols import MISTAKES, UNCERTAIN

SEEDS = st.integers(0, 2**32 - 1)
QUICK = settings(max_examples=40, deadline=None)


def films(seed, n_films=6, fewest=3, most=60, ties=False, uncertain=0.):
    "Films with at least one boundary each; with ties, scores of eleven values"
    rng = np.random.default_rng(seed)
    made = []
    for n in rng.integers(fewest, most, n_films):
        labels = (rng.random(n) < rng.uniform(.05, .5)).astype(int)
        labels[rng.integers(n)] = 1
        scores = (labels*.3 + rng.random(n)*.7)
        labels[rng.random(n) < uncertain] = -1
        made.append((labels, scores.round(1) if ties else scores))
    return made


# ---- oracles: plain loops over scenes as lists of shots
def scenes_to_last_boundary(yes):
    "LGSS: a scene is closed by its boundary; what follows the last one is never closed"
    scenes, shots = [], []
    for shot, ends in enumerate(yes):
        shots.append(shot)
        if ends:
            scenes.append(shots)
            shots = []
    return scenes


def best_overlaps(scenes, others, start, end):
    best = []
    for a in scenes:
        found = [0]
        for b in others:
            low = max(start[a[0]], start[b[0]])
            high = min(end[a[-1]], end[b[-1]])
            if low < high:
                around = max(end[a[-1]], end[b[-1]]) - min(start[a[0]], start[b[0]])
                found.append((high - low)/around)
        best.append(max(found))
    return np.mean(best)


def lgss_miou(labels, scores, threshold, start, end):
    true = scenes_to_last_boundary(labels == 1)
    predicted = scenes_to_last_boundary(scores > threshold)
    if not predicted: return 0
    both = (true, predicted), (predicted, true)
    return np.mean([best_overlaps(a, b, start, end) for a, b in both])


def neighbornet_miou(labels, scores):
    "NeighborNet: scenes from boundary to boundary, which share it; a common point counts one"
    def pieces(values):
        cuts = [i for i, v in enumerate(values) if v > .5]
        return list(zip([0, *cuts], [*cuts, len(values) - 1], strict=True))

    def best(some, others):
        found = []
        for a, b in some:
            ratios = []
            for c, d in others:
                low, high = max(a, c), min(b, d)
                shared = 0 if low > high else max(high - low, 1)
                ratios.append(shared/max(max(b, d) - min(a, c), 1))
            found.append(max(ratios))
        return np.mean(found)
    true, predicted = pieces(labels), pieces(scores)
    return (best(true, predicted) + best(predicted, true))/2


def lgss_recall(labels, scores, times, seconds, shots):
    hits = 0
    for i in np.flatnonzero(labels == 1):
        hits += any(
            0 <= j < len(labels) and scores[j] > .5 and abs(times[j] - times[i]) < seconds
            for j in range(i - shots, i + shots + 1)
        )
    return hits/(np.sum(labels == 1) + 1e-5)


def times_of(made, seed):
    rng = np.random.default_rng(seed)
    return [np.cumsum(rng.gamma(2, 1.5, len(labels) + 1)) for labels, _ in made]


@given(SEEDS, st.booleans())
@QUICK
def test_miou_is_that_of_lgss(seed, ties):
    made = films(seed, ties=ties)
    ends = times_of(made, seed)
    starts = [np.r_[0, e[:-1]] for e in ends]
    spans = [np.c_[a, b] for a, b in zip(starts, ends, strict=True)]
    expected = [
        lgss_miou(*film, .5, a, b) for film, a, b in zip(made, starts, ends, strict=True)
    ]
    assert s.miou(made, spans=spans).by_film == pytest.approx(expected)
    units = [np.arange(len(e) + 1) for e in ends]
    expected = [lgss_miou(*film, .5, u[:-1], u[1:]) for film, u in zip(made, units, strict=True)]
    assert s.miou(made).value == pytest.approx(np.mean(expected))


@given(SEEDS, st.booleans())
@QUICK
def test_miou_with_the_tail_is_that_of_lgss_where_the_last_shot_ends_a_scene(seed, ties):
    made = films(seed, ties=ties)
    closed = [(np.r_[labels, 1], np.r_[scores, 1]) for labels, scores in made]
    units = [np.arange(len(labels) + 1) for labels, _ in closed]
    expected = [
        lgss_miou(*film, .5, u[:-1], u[1:]) for film, u in zip(closed, units, strict=True)
    ]
    assert s.miou(made, tail=True).by_film == pytest.approx(expected)


@given(SEEDS, st.booleans())
@QUICK
def test_neighbornets_numbers(seed, ties):
    made = films(seed, fewest=12, ties=ties)
    cut = [(labels[:-10], scores[:-10]) for labels, scores in made]
    found = s.miou(made, definition='neighbornet', mistake='last ten')
    assert found.by_film == pytest.approx([neighbornet_miou(*o) for o in cut])
    labels, scores = (np.concatenate(o) for o in zip(*cut, strict=True))
    if labels.any():
        expected = average_precision_score(labels, scores)
        assert s.average_precision(made, mistake='last ten').value == pytest.approx(expected)
    expected = f1_score(labels, scores >= .5, zero_division=0)
    assert s.f1(made, mistake='last ten').value == pytest.approx(expected)


@given(SEEDS, st.booleans())
@QUICK
def test_recall_is_that_of_lgss(seed, ties):
    made = films(seed, ties=ties)
    times = [o[:-1] for o in times_of(made, seed)]
    expected = [lgss_recall(*film, t, 3, 5) for film, t in zip(made, times, strict=True)]
    found = s.recall_at(made, times=times, epsilon=1e-5)
    assert found.by_film == pytest.approx(expected)
    assert s.recall_at(made, times=times).value == pytest.approx(np.mean(expected), abs=1e-4)
    # without tolerance it is the plain recall
    expected = [recall_score(labels, scores > .5) for labels, scores in made]
    assert s.recall_at(made, shots=0).by_film == pytest.approx(expected)


@given(SEEDS, st.booleans())
@QUICK
def test_average_precision_and_f1_are_those_of_scikit_learn(seed, ties):
    made = films(seed, ties=ties)
    labels, scores = (np.concatenate(o) for o in zip(*made, strict=True))
    assert s.average_precision(made).value == pytest.approx(average_precision_score(labels, scores))
    each = [average_precision_score(*o) for o in made]
    assert s.mean_average_precision(made).value == pytest.approx(np.mean(each))
    rounded = s.mean_average_precision(made, rounded=True)
    assert rounded.value == pytest.approx(np.mean([round(o, 2) for o in each]))
    assert s.f1(made, .4).value == pytest.approx(f1_score(labels, scores >= .4))
    by_film = [f1_score(a, b > .4, zero_division=0) for a, b in made]
    assert s.f1(made, .4, per_film=True, strict=True).by_film == pytest.approx(by_film)


def test_three_seconds_in_frames_are_not_less_than_three_seconds():
    frames = np.array([50, 50 + 72])   # at 24 fps, the difference is below 3 in float64
    late = [(np.array([1, 0]), np.array([0, 1.]))]
    assert s.recall_at(late, times=[frames/24]).value == 0
    assert s.recall_at(late, times=[(frames - [0, 1])/24]).value == 1


def covered_by_hand(labels, scores):
    "Vendrig & Worring with sets of shots"
    def sets(yes):
        scene = np.r_[0, np.cumsum(yes)]
        return [set(np.flatnonzero(scene == k)) for k in range(scene[-1] + 1)]
    true, found = sets(labels == 1), sets(scores > .5)
    n = len(labels) + 1
    covered = over = 0
    for t, scene in enumerate(true):
        covered += max(len(scene & o) for o in found)/n
        beyond = sum(len(o - scene)*min(1, len(o & scene)) for o in found)
        around = sum(len(true[k]) for k in (t - 1, t + 1) if 0 <= k < len(true))
        over += min(beyond/max(around, 1), 1)*len(scene)/n
    return covered, over


@given(SEEDS)
@QUICK
def test_coverage_and_overflow_by_sets_of_shots(seed):
    made = films(seed, most=25)
    covered, over = np.array([covered_by_hand(*o) for o in made]).T
    found = s.coverage_overflow(made)
    assert found.parts['coverage'].by_film == pytest.approx(covered)
    assert found.parts['overflow'].by_film == pytest.approx(over)
    kept = 1 - over
    f = 2*covered*kept/np.where(covered + kept == 0, 1, covered + kept)
    assert found.by_film == pytest.approx(f)


@given(st.lists(st.booleans(), min_size=1, max_size=5), SEEDS)
@QUICK
def test_edit_distance_by_trying_every_matching(truth, seed):
    from itertools import permutations
    yes = np.random.default_rng(seed).random(len(truth)) < .5
    one, other = (np.r_[0, np.cumsum(o)] for o in (truth, yes))
    k = max(one[-1], other[-1]) + 1
    pairs = list(zip(one, other, strict=True))
    same = max(sum(p[a] == b for a, b in pairs) for p in permutations(range(k)))
    found = s.edit_distance([(np.array(truth), yes.astype(float))]).value
    assert found == pytest.approx(1 - same/len(one))


@given(SEEDS)
@QUICK
def test_edit_distance_is_a_distance(seed):
    a, b, c = np.random.default_rng(seed).integers(0, 2, (3, 20))
    def between(x, y): return s.edit_distance([(x, y)]).value
    assert between(a, a) == 0
    assert between(a, b) == pytest.approx(between(b, a))
    assert between(a, c) <= between(a, b) + between(b, c) + 1e-12


# ---- what must hold for any film
EVERY = [
    s.average_precision,
    s.mean_average_precision,
    s.f1,
    s.recall_at,
    s.miou,
    s.coverage_overflow,
    s.edit_distance,
]


@given(SEEDS, st.sampled_from(EVERY), st.sampled_from(UNCERTAIN))
@QUICK
def test_the_order_of_films_does_not_matter_and_values_lie_in_0_to_1(seed, measure, uncertain):
    made = films(seed, uncertain=.1)
    found = measure(made, uncertain=uncertain)
    order = np.random.default_rng(seed).permutation(len(made))
    again = measure([made[i] for i in order], uncertain=uncertain)
    assert np.isnan(found.value) or 0 <= found.value <= 1
    assert found.value == pytest.approx(again.value, nan_ok=True)
    assert found.by_film[order] == pytest.approx(again.by_film, nan_ok=True)


@given(SEEDS, st.sampled_from(EVERY))
@QUICK
def test_without_a_film_is_what_the_others_have(seed, measure):
    made = films(seed, 4)
    found = measure(made)
    expected = [measure(made[:f] + made[f + 1:]).value for f in range(4)]
    assert found.left == pytest.approx(expected, nan_ok=True)


@given(SEEDS, st.sampled_from(EVERY))
@QUICK
def test_labels_and_scores_may_be_lists_integers_and_booleans(seed, measure):
    made = films(seed)
    lists = [(labels.astype(bool).tolist(), scores.tolist()) for labels, scores in made]
    assert measure(lists).value == measure(made).value


@given(SEEDS)
@QUICK
def test_the_truth_is_perfect(seed):
    made = [(labels, labels) for labels, _ in films(seed)]
    for measure in EVERY[:-1]: assert measure(made).value == pytest.approx(1)
    assert s.miou(made, tail=True).value == s.miou(made, definition='neighbornet').value == 1
    assert s.edit_distance(made).value == pytest.approx(0)


@given(SEEDS)
@QUICK
def test_never_and_always(seed):
    made = films(seed)
    never = [(labels, np.zeros(len(labels))) for labels, _ in made]
    always = [(labels, np.ones(len(labels))) for labels, _ in made]
    assert s.f1(never).value == s.miou(never).value == s.recall_at(never).value == 0
    assert s.recall_at(always).value == 1
    share = np.concatenate([labels for labels, _ in made]).mean()
    assert s.f1(always).value == pytest.approx(2*share/(1 + share))
    assert s.average_precision(never).value == pytest.approx(share)
    assert s.coverage_overflow(never).parts['coverage'].value == 1
    assert s.coverage_overflow(never).value == pytest.approx(0)
    assert s.coverage_overflow(always).parts['overflow'].value == 0


def test_one_scene_has_no_boundary_to_find():
    film = [(np.zeros(5), np.array([.1, .9, .2, .3, .4]))]
    for measure in (s.average_precision, s.mean_average_precision, s.recall_at, s.miou):
        assert np.isnan(measure(film).value)
    assert s.f1(film).value == 0
    quiet = [(np.zeros(5), np.zeros(5))]
    assert s.miou(quiet, tail=True).value == s.coverage_overflow(quiet).value == 1
    # LGSS: nothing predicted is 0, whatever is annotated
    assert s.miou(quiet).value == 0


def test_a_film_of_one_shot_has_no_decision():
    made = films(0, 3)
    one_shot = (np.zeros(0), np.zeros(0))
    for measure in EVERY:
        found = measure([*made, one_shot])
        assert found.value == pytest.approx(measure(made).value)
        assert np.isnan(found.by_film[-1])
    with pytest.raises(ValueError, match='no cut to choose'): s.choose_threshold([one_shot])


def test_a_score_at_the_threshold_counts_as_in_each_definition():
    film = [(np.array([0, 1, 0]), np.array([0, .5, 0]))]
    assert s.f1(film).value == 1                  # BaSSL, NeighborNet: >=
    assert s.f1(film, strict=True).value == 0     # SCRL: >
    assert s.miou(film).value == s.recall_at(film).value == 0   # LGSS: >
    assert s.miou(film, strict=False).value == s.recall_at(film, strict=False).value == 1


# ---- labels of -1, mistakes
def test_uncertain_labels_are_positive_masked_or_negative():
    labels = np.array([1, 0, -1, 0])
    film = [(labels, np.array([.9, .1, .8, .2]))]
    assert [s.f1(film, uncertain=u).value for u in UNCERTAIN] == [1, 1, 2/3]
    low = [(labels, np.array([.9, .1, .2, .8]))]
    found = [s.average_precision(low, u).value for u in UNCERTAIN]
    assert found == pytest.approx([(1 + 2/3)/2, 1, 1])
    # masked, a cut ends no scene: neither what is predicted there nor what may be true counts
    quiet = [(np.array([1, 0, 0, 0]), np.array([.9, .1, 0, .2]))]
    for measure in (s.miou, s.coverage_overflow, s.edit_distance):
        assert measure(film, uncertain='mask').value == measure(quiet).value
    assert s.f1(film, uncertain='mask').protocol == 'F1 at 0.5, pooled, uncertain mask'


def test_the_sentinel_is_one_more_boundary():
    labels = np.array([0, 1, 0])
    film = [(labels, np.array([.1, .9, .2, .05]))]
    found = s.average_precision(film, mistake='sentinel').value
    assert found == average_precision_score([0, 1, 0, 1], film[0][1]) == .75
    with pytest.raises(ValueError, match='one entry more, for the last shot'):
        s.average_precision([(labels, labels)], mistake='sentinel')
    with pytest.raises(ValueError, match='3 labels and 4 scores'): s.average_precision(film)
    for measure in EVERY[3:]:
        with pytest.raises(ValueError, match='a sentinel divides nothing'):
            measure(film, mistake='sentinel')


def test_without_the_last_ten_cuts_a_film_ends_ten_shots_earlier():
    made = films(3, fewest=15)
    cut = [(labels[:-10], scores[:-10]) for labels, scores in made]
    spans = [np.c_[np.arange(len(y) + 1), np.arange(1, len(y) + 2)] for y, _ in made]
    times = [np.arange(1., len(y) + 1) for y, _ in made]
    how = dict(mistake='last ten')
    found = s.miou(made, tail=True, spans=spans, **how).value
    assert found == pytest.approx(s.miou(cut, tail=True).value)
    found = s.recall_at(made, times=times, **how).value
    assert found == pytest.approx(s.recall_at(cut, times=[t[:-10] for t in times]).value)
    assert s.edit_distance(made, **how).value == pytest.approx(s.edit_distance(cut).value)


def test_films_of_ten_cuts_have_nothing_left_of_neighbornets_films():
    short = (np.eye(10)[3], np.arange(10)/10)
    long = films(0, 1, fewest=30)[0]
    found = s.mean_average_precision([short, long], mistake='last ten')
    assert np.isnan(found.by_film[0]) and found.value == found.by_film[1]


# ---- thresholds
@given(SEEDS, st.booleans(), st.booleans())
@QUICK
def test_the_chosen_threshold_is_the_best(seed, ties, per_film):
    made = films(seed, 4, most=30, ties=ties)
    chosen = s.choose_threshold(made, per_film)
    every = np.unique(np.concatenate([scores for _, scores in made]))
    best = max(s.f1(made, t, per_film).value for t in every)
    assert s.f1(made, chosen, per_film).value == pytest.approx(best)
    assert s.f1(made, chosen, per_film, strict=True).value == pytest.approx(best)


def test_a_threshold_a_film():
    made = films(1, 3)
    each = [s.miou([film], t).value for film, t in zip(made, (.2, .5, .8), strict=True)]
    assert s.miou(made, [.2, .5, .8]).by_film == pytest.approx(each)
    with pytest.raises(ValueError, match='2 thresholds for 3 films'): s.f1(made, [.2, .5])


# ---- intervals and differences
def test_intervals_are_over_films():
    made = films(0, 12)
    found = s.mean_average_precision(made)
    low, high = found.interval()[1:]
    width = stats.t.ppf(.975, 11)*found.by_film.std(ddof=1)/np.sqrt(12)
    assert high - low == pytest.approx(2*width, rel=.1)
    assert np.isnan(s.f1(films(0, 4)).interval().low)
    assert float(found) == found.value


@given(SEEDS, st.sampled_from(EVERY))
@QUICK
def test_differences_are_paired(seed, measure):
    made = films(seed)
    shifted = [(labels, scores/2 + .25) for labels, scores in made]
    same = s.difference(measure(made), measure(shifted))
    assert same == pytest.approx((0, 0, 0), abs=1e-12)


def test_different_protocols_have_no_difference():
    made = films(0)
    with pytest.raises(ValueError, match='have no difference'):
        s.difference(s.f1(made), s.f1(made, .4))
    with pytest.raises(ValueError, match='have no difference'):
        s.difference(s.f1(made), s.f1(made[1:]))


# ---- annotators
def test_annotators_are_averaged_or_asked_for_a_majority():
    rng = np.random.default_rng(0)
    made = [((rng.random((5, n)) < .2).astype(int), rng.random(n)) for n in (30, 40, 50)]
    found = s.by_annotator(s.mean_average_precision, made)
    each = [[average_precision_score(row, scores) for row in labels] for labels, scores in made]
    assert found.by_film == pytest.approx(np.mean(each, 1))
    assert found.parts[2].by_film == pytest.approx(np.array(each)[:, 2])
    assert 'mean of 5 annotators' in found.protocol
    labels = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 0, 0], [0, 1, 1]])
    assert s.consensus(labels).tolist() == [1, 1, 0]
    assert s.consensus(labels, 4).tolist() == [1, 0, 0]


# ---- bad input
@pytest.mark.parametrize(
    'made, said',
    [
        ([], 'no films'),
        ([([0, 1], [.1])], 'film 0 has 2 labels and 1 scores: expected as many'),
        ([([0, 1], [.1, np.nan])], 'film 0 has the score nan at cut 1: give a finite number'),
        ([([0, 1], [.1, np.inf])], 'the score inf at cut 1'),
        ([([0, 2], [.1, .2])], 'film 0 has the label 2.0: expected -1, 0 or 1'),
        ([([0, np.nan], [.1, .2])], 'the label nan'),
        ([([[0, 1]], [[.1, .2]])], 'give one number a cut'),
        ([([0, 1], [.1, .2], [.3, .4])], 'film 0 has 3 parts: expected labels and scores'),
    ],
)
@pytest.mark.parametrize('measure', EVERY)
def test_bad_films_are_refused(measure, made, said):
    with pytest.raises(ValueError, match=said.replace('(', r'\(')): measure(made)


def test_unknown_choices_and_arrays_beside_the_films_are_refused():
    made = films(0, 2)
    with pytest.raises(ValueError, match="unknown uncertain 'no'"): s.f1(made, uncertain='no')
    for wrong in ('first ten', ''):
        with pytest.raises(ValueError, match='unknown mistake'): s.f1(made, mistake=wrong)
    assert set(MISTAKES) == {'last ten', 'sentinel'}
    with pytest.raises(ValueError, match="unknown definition 'x'"): s.miou(made, definition='x')
    with pytest.raises(ValueError, match='spans of 1 films for 2'): s.miou(made, spans=[[[0, 1]]])
    with pytest.raises(ValueError, match='1 entries in spans'):
        s.miou(made, spans=[[[0, 1]], [[0, 1]]])


def test_a_film_that_one_annotator_takes_for_a_single_scene_counts():
    rng = np.random.default_rng(0)
    films = [(rng.random((3, 20)) < .3, rng.random(20)) for _ in range(6)]
    films = [(y.astype(int), score) for y, score in films]
    films[2][0][1] = 0
    for measure in (s.average_precision, s.mean_average_precision):
        found = s.by_annotator(measure, films)
        one = [measure([(y[a], score) for y, score in films]) for a in range(3)]
        assert found.by_film[2] == pytest.approx(np.nanmean([o.by_film[2] for o in one]))
        left = [
            np.mean([measure([(y[a], x) for i, (y, x) in enumerate(films) if i != f]).value
                     for a in range(3)])
            for f in range(6)
        ]
        assert found.left.tolist() == pytest.approx(left)
