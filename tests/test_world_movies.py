"""Movies of known kinds: what they share, what decoys do, and what a space that learned finds"""
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.spatial.distance import cdist

from scene_explore.datasets.catalogue import confounder_auc, movie_similarity, other_pairs
from scene_explore.datasets.world.movies import planted_share, world_movies
from scene_explore.geometry.whitening import fit_whitening
from scene_explore.training.movie_similarity import MovieSimilarity, scene_pairs

LIKE_ABOVE = dict(
    shots=192, window=8, stride=4, width=64, batch=64, momentum=.9, dropout=.2
)


@given(st.integers(0, 99), st.integers(2, 6), st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_each_movie_holds_every_motif_of_its_kind_once(seed, kinds, motifs):
    world = world_movies(seed, movies=12, kinds=kinds, motifs=motifs)
    for movie, shots in world.shots.groupby('movie'):
        assert len(shots) == len(world.features[movie])
        assert (np.diff(shots.scene) >= 0).all() and shots.scene.max() == 13
        found = shots.groupby('scene').motif.agg(['first', 'nunique'])
        assert (found['nunique'] == 1).all()
        own = sorted(o for o in found['first'] if o >= 0)
        assert own == [world.kinds[movie]*motifs + i for i in range(motifs)]


def test_what_is_drawn_is_drawn_again():
    a, b = (world_movies(3, movies=24) for _ in range(2))
    assert all((a.features[k] == b.features[k]).all() for k in a.features)
    pd.testing.assert_frame_equal(a.catalogue.movies, b.catalogue.movies)
    pd.testing.assert_frame_equal(a.catalogue.watched, b.catalogue.watched)
    assert (world_movies(4, movies=24).features['m0000'][:5] != a.features['m0000'][:5]).any()


def test_viewers_follow_the_year_and_matching_takes_that_away():
    world = world_movies(0)
    similar = movie_similarity(world.catalogue, 'co_watch')
    assert confounder_auc(world.catalogue, similar, other_pairs(world.catalogue, similar)) > .65
    matched = other_pairs(world.catalogue, similar, matched=('year',))
    assert confounder_auc(world.catalogue, similar, matched) == pytest.approx(.5, abs=.02)
    right = [world.kinds[a] == world.kinds[b] for a, b in zip(similar.movie, similar.similar,
                                                              strict=True)]
    assert np.mean(right) > .9


def test_planted_pairs_are_counted_as_by_hand():
    world = world_movies(1, movies=24)
    alike = world.pairs(list(world.features)[:6], n=2)
    pairs = scene_pairs(None, world.features, alike, share=1., space='frozen')
    motif = {m: o.motif.tolist() for m, o in world.shots.groupby('movie')}
    hits = {}
    for o in pairs.sort_values('score', ascending=False).itertuples():
        found = hits.setdefault((o.movie_a, o.movie_b), [])
        if len(found) == 3: continue
        a, b = motif[o.movie_a][o.shot_a:o.shot_a + 9], motif[o.movie_b][o.shot_b:o.shot_b + 9]
        found.append(any(m >= 0 and a.count(m) > 4 and b.count(m) > 4 for m in set(a)))
    table = planted_share(pairs, world.shots).set_index(['movie_a', 'movie_b']).share
    assert table.to_dict() == pytest.approx({k: sum(v)/3 for k, v in hits.items()})


def test_neither_looks_nor_whitened_looks_find_the_motifs_and_a_learned_space_does():
    world = world_movies(0)
    names = np.random.default_rng(0).permutation(list(world.features))
    learn, rest = names[:180], names[180:]
    alike = world.pairs(rest)
    def found(model, space, x=world.features):
        pairs = scene_pairs(model, x, alike, share=1., space=space)
        return planted_share(pairs, world.shots).share.mean()
    raw, chance = found(None, 'frozen'), found(None, 'random')
    model = MovieSimilarity(**LIKE_ABOVE)
    model.fit(world.features, world.pairs(learn, n=3), world.pairs(learn, False, n=3))
    fit = fit_whitening(np.concatenate([world.features[k] for k in learn]))
    white = found(None, 'frozen', {k: fit(v) for k, v in world.features.items()})
    assert chance < .1 < raw <= .5 and white <= .5
    assert found(model, 'learned') >= .85


def test_the_features_scale_does_not_matter_where_it_is_taken_out():
    world = world_movies(2, movies=24)
    same, other = (world.pairs(list(world.features), o) for o in (True, False))
    far = {k: 40*v - 3 for k, v in world.features.items()}
    a, b = (MovieSimilarity(epochs=2, **LIKE_ABOVE).fit(x, same, other)
            for x in (world.features, far))
    assert a.score(world.features, same) == pytest.approx(b.score(far, same), abs=1e-3)
    x, y = a.embed(world.features['m0001']), b.embed(far['m0001'])
    assert cdist(x, x) == pytest.approx(cdist(y, y), abs=1e-2)
    plain = MovieSimilarity(scale=False, epochs=2, **LIKE_ABOVE).fit(far, same, other)
    assert float(plain.network.spread.min()) == float(plain.network.spread.max()) == 1


def test_too_few_scenes_get_a_sentence():
    with pytest.raises(ValueError, match='scenes=6: 3 motifs and 8 decoys do not fit'):
        world_movies(scenes=6)
