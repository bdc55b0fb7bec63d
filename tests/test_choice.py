"""What is chosen, what is reported, and what is claimed: against simulations whose truth is known,
and formulas written out"""
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from scene_explore.training import ablation, finetune as ft, learner as le, trainer as tr
from scene_explore.labels.agreement import agreement, label_stretches, suspects
from scene_explore.training.choice import choose, compare_predictions, equivalent
from scene_explore.training.inputs import fit_inputs
from scene_explore.geometry.intervals import cluster_interval
from scene_explore.training.runs import RUNS, SETTINGS, FinetuneConfig, Run
from scene_explore.core.scenes import scene_table
from scene_explore.training.held_out import METRICS, place_queries
from scene_explore.training.losses import cwcl_loss
from scene_explore.training.supervision import prepare, rooms_of, split_films
from scene_explore.training.trunk import Vectors

HEAD = FinetuneConfig(k=0, steps=12, batch=8, hidden=16, out=6, lr_head=1e-2, validate=4)


# ---- the maximum is not reported
def luck(rng, films, runs=8, queries=10):
    "Gains of runs that are all equal, each with its own luck in each film"
    film = rng.normal(0, .15, (runs, films, 1))
    return (film + rng.normal(0, .4, (runs, films, queries))).reshape(runs, -1)


def seems_better(scores, films): return cluster_interval(scores, films).low > 0


@pytest.mark.parametrize('validation', [2, 6])
def test_of_eight_equal_runs_the_chosen_one_seems_better_at_its_nominal_rate(validation):
    rng = np.random.default_rng(0)
    films = np.repeat(np.arange(12), 10)
    found = []
    for _ in range(300):
        test, val = luck(rng, 12), luck(rng, validation)
        chosen = choose(test, films, val, np.repeat(np.arange(validation), 10))
        found.append((
            seems_better(chosen.scores(test), films),
            seems_better(test[test.mean(1).argmax()], films),
        ))
    fair, best = np.mean(found, 0)
    # 2.5% and its sampling error; the maximum of the test films
    assert fair < .055 and best > .12


def test_film_by_film_the_mean_is_unbiased_and_an_interval_would_be_too_short():
    rng = np.random.default_rng(0)
    films = np.repeat(np.arange(12), 10)
    found = []
    for _ in range(300):
        test = luck(rng, 12)
        value, low, high = cluster_interval(choose(test, films).scores(test), films)
        found.append((value, low <= 0 <= high, test.mean(1).max()))
    value, holds, best = np.mean(found, 0)
    # so an ablation gives no interval there
    assert abs(value) < .01 < .04 < best and holds < .85


def test_a_run_that_is_better_is_found():
    rng, films = np.random.default_rng(1), np.repeat(np.arange(10), 10)
    test, val = luck(rng, 10), luck(rng, 10)
    test[3] += .4
    val[3] += .4
    assert choose(test, films, val, films).run == 3
    nested = choose(test, films)
    assert set(nested.judged) == {3} and nested.by == 'other test films'


def test_a_film_never_chooses_the_run_that_it_reports():
    rng, films = np.random.default_rng(2), np.repeat(np.arange(6), 4)
    test = luck(rng, 6, queries=4)
    before = choose(test, films)
    changed = test.copy()
    # only what film 2 says changes
    changed[5, films == 2] += 9
    after = choose(changed, films)
    assert (before.judged[films == 2] == after.judged[films == 2]).all()
    val = luck(rng, 3)
    assert (
        choose(changed, films, val, np.repeat(np.arange(3), 10)).run
        == choose(test, films, val, np.repeat(np.arange(3), 10)).run
    )


# ---- an ablation says who chose
@pytest.fixture(scope='module')
def scenes():
    """Twelve films of twelve scenes: two kitchens and two halls in each, whose kinds are easy and
    whose rooms are hard to tell"""
    rows = [
        dict(
            video_id=f,
            start=20 * i,
            end=20 * i + 5,
            place=f'{("kitchen", "hall")[i % 2]} {i//2 % 2}',
            description='x',
        )
        for f in 'abcdefghijkl'
        for i in range(12)
    ]
    return scene_table(rows)


@pytest.fixture(scope='module')
def x(scenes):
    "Vectors: kind and light loud, room quiet"
    rng = np.random.default_rng(0)
    kinds, room = rng.normal(size=(2, 20)), {}
    light = rng.normal(size=(2, 20))
    vectors = []
    for i, (film, place) in enumerate(zip(scenes.video_id, scenes.place, strict=True)):
        own = room.setdefault((film, place), rng.normal(size=20))
        vectors.append(
            3 * kinds[int(place.startswith('k'))]
            + 0.8 * own
            + 2 * light[i // 4 % 2]
            + 0.3 * rng.normal(size=20)
        )
    return np.array(vectors, np.float32)


def study(scenes, x, configs, text=None, **options):
    "Runs of heads on these vectors: what `finetune_all` does between reading and saving"
    source = Vectors(scenes, x)
    split = split_films(scenes.video_id)
    data = {ft.task_key(c): prepare(scenes, c, text, None, split) for c in configs}
    shared = ft.Study('noise', data, {(0, 'all', 'float32'): source}, x)
    configs = [replace(c, name=c.name or f'run {i}') for i, c in enumerate(configs)]
    return ft.train_study(shared, configs, progress=False, **options)


@pytest.fixture(scope='module')
def text(scenes): return np.eye(4)[[2*p.startswith('k') + int(p[-1]) for p in scenes.place]] + .3


def test_the_best_run_is_chosen_by_validation_films_and_reported_on_test_films(scenes, x, text):
    configs = [replace(HEAD, name=str(n), lr_head=lr) for n, lr in enumerate((1e-9, 1e-2, 3e-2))]
    found = ablation.compare(study(scenes, x, configs, text), text)
    column = 'validation place P@1 within films'
    assert (
        found.choice.by == 'validation'
        and found.choice.films == 2
        and found.choice.run == int(found.table[column].argmax())
    )
    assert found.best['run'] == found.settings.run[found.choice.run]
    assert (
        found.best[METRICS['P@1']]
        == found.table[METRICS['P@1']][found.choice.run]
    )
    assert set(found.table.interval_of) == {'none: 4 films'}


def test_without_validation_films_each_test_film_is_reported_by_what_the_others_prefer(
    scenes, x, text
):
    runs = study(
        scenes,
        x,
        [replace(HEAD, name=str(n), lr_head=lr) for n, lr in enumerate((1e-9, 3e-2))],
        text,
    )
    split = np.where(runs[0].split == 'val', 'train', runs[0].split)
    found = ablation.compare([replace(r, split=split) for r in runs], text)
    assert found.choice.by == 'other test films' and found.best['run'] == 'chosen film by film'
    assert '4 test films' in str(found.choice) and 'no interval' in str(found.choice)
    assert np.isnan(found.best[f'{METRICS["P@1"]}_gain_low'])


def test_what_is_free_stands_in_the_table_and_may_win(scenes, x, text):
    found = ablation.compare(study(scenes, x, [HEAD], text), text)
    assert found.baselines.run[0] == 'frozen, centred' and found.baselines.run[1].startswith(
        'frozen, whitened'
    )
    assert found.against_frozen().run.tolist() == ['frozen', *found.baselines.run, 'run 0']


def test_with_five_test_films_there_are_intervals_and_one_seed_is_said(scenes, x, text):
    films = scenes.video_id.unique()
    part = dict(zip(films, ['test']*6 + ['val']*2 + ['train']*4, strict=True))
    runs = [
        replace(r, split=scenes.video_id.map(part).to_numpy(object))
        for r in study(scenes, x, [replace(HEAD, seed=s, steps=4) for s in range(5)], text)
    ]
    found = ablation.compare(runs, text)
    assert set(found.table.interval_of) == {
        'films only'
    } and found.settings.interval_of.tolist() == ['films and seeds']
    row = found.settings.iloc[0]
    for name in (METRICS['P@1'], 'rankme_centred', 'mean_cosine', 'spearman'):
        assert row[f'{name}_low'] < row[name] < row[f'{name}_high']


def test_a_setting_with_a_seed_that_diverged_says_why_it_has_no_number(scenes, x, text):
    runs = study(
        scenes,
        x,
        [
            replace(HEAD, seed=s, steps=4, name=f'{lr}, {s}', lr_head=lr)
            for lr in (1e-3, 1e-2)
            for s in range(2)
        ],
        text,
    )
    runs[3] = replace(runs[3], after=np.full_like(runs[3].after, np.nan), status='nan')
    found = ablation.compare(runs, text).settings
    assert found[METRICS['P@1']].isna().tolist() == [False, True]
    assert found.interval_of[1] == 'none: 1 of 2 seeds diverged, so that there is no number of all'


# ---- which weights a run ends with
def test_status_step_and_weights_agree(scenes, x, text):
    configs = [
        replace(HEAD, name='last', steps=60),
        replace(HEAD, name='best', steps=60, state='best'),
        replace(HEAD, name='early', steps=60, patience=1, lr_head=0.3),
    ]
    last, best, early = study(scenes, x, configs, text)
    def least(run): return int(run.history.val_loss.idxmin()) + 1
    assert (last.status, last.step) == ('done', 60) and (best.status, best.step) == (
        'done',
        least(best),
    )
    assert (early.status, early.step) == ('early', least(early)) and early.step < len(early.history)
    pd.testing.assert_frame_equal(last.history, best.history)
    short = study(scenes, x, [replace(HEAD, name='short', steps=best.step)], text)[0]
    assert all(torch.allclose(short.weights[k], w, atol=1e-6) for k, w in best.weights.items())


def test_a_run_of_version_0_1_is_read_as_it_was_meant(scenes, x, text, tmp_path):
    run = study(scenes, x, [HEAD], text)[0]
    folder = replace(run, config=replace(HEAD, name='old')).save(tmp_path/'old')
    told = json.loads((folder/'config.json').read_text())
    for k in ('state', 'cut', 'inputs', 'without', 'views', 'negatives'): told['config'].pop(k)
    # which a head alone did not look at
    told['config']['keep'] = 'random 98'
    # what version 0.1 wrote
    kept = {
        k: v
        for k, v in told.items()
        if k in (
            'name',
            'backbone',
            'labels',
            'status',
            'seconds',
            'skipped',
            'environment',
            'config',
        )
    }
    (folder/'config.json').write_text(json.dumps(kept))
    old = Run.load(folder)
    assert (old.version, old.step, old.config.keep, old.config.state) == (
        1,
        -1,
        'all',
        'last',
    ) and run.version == RUNS
    with pytest.warns(UserWarning, match='versions 1, 2'): ablation.compare([run, old], text)


# ---- equal within a bound, foretold or not
def test_two_runs_that_differ_by_the_bound_are_called_equivalent_at_most_at_the_nominal_rate():
    rng, films = np.random.default_rng(0), np.repeat(np.arange(12), 8)
    def called(true):
        return np.mean([
            equivalent(
                true + np.repeat(rng.normal(0, 0.08, 12), 8) + rng.normal(0, 0.2, 96), films, 0.1
            ).equivalent
            for _ in range(400)
        ])
    assert called(.1) < .08 and called(0) > .8


def test_a_prediction_of_three_levels_says_no_more_than_another_of_them():
    level = np.repeat([.1, .5, .9], 6)
    rng = np.random.default_rng(0)
    told = compare_predictions(
        dict(ideal=level + 1e-5 * rng.random(18), pulled=level),
        level + 0.05 * rng.random(18),
        np.repeat(list('abc'), 6),
    ).set_index(['predictor', 'within'])
    assert (
        told.loc[('ideal', 'all'), 'levels'] == 3 and told.loc[('pulled', 'all'), 'spearman'] > 0.9
    )
    assert (
        told.loc[('pulled', 'a')].isna()['spearman'] and (told.loc['ideal'].iloc[1:].p > 0.02).all()
    )


# ---- labels that were given together
def test_kappas_interval_holds_the_truth_where_six_shots_share_a_label():
    rng, found = np.random.default_rng(0), []
    for scenes, kappa in [(20, .8), (40, .8), (40, .95)]*70:
        one = rng.integers(0, 6, scenes)
        other = np.where(rng.random(scenes) < kappa, one, rng.integers(0, 6, scenes))
        a, b = ([f'place {o}' for o in np.repeat(v, 6)] for v in (one, other))
        by = {
            k: agreement(a, b, groups=g).pairs.iloc[0]
            for k, g in dict(scenes=np.repeat(np.arange(scenes), 6), shots=None).items()
        }
        found.append([o.low <= kappa <= o.high for o in by.values()])
    by_scene, by_shot = np.mean(found, 0)
    assert .9 <= by_scene <= .99 and by_shot < .75


def test_ids_say_which_films_an_interval_draws():
    ids = [f'film {i//8}@{i % 8*1000:010d}-{i % 8*1000 + 1000:010d}' for i in range(48)]
    a = pd.Series([f'{i//4 % 3}' for i in range(48)], ids)
    b = a.where(np.arange(48) % 7 > 0, '0')
    assert (
        agreement(a, b).pairs.drawn[0] == '6 films'
        and agreement(a[:32], b[:32]).pairs.drawn[0] == '8 scenes'
    )
    # two scenes of one film
    assert agreement(a[:8], b[:8]).pairs.low.isna().all()


def test_an_error_that_a_scenes_shots_share_is_called():
    audits = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        place, scene = np.arange(60) % 6, np.repeat(np.arange(60), 6)
        y = (rng.normal(size=(6, 32))[place] + 0.9 * rng.normal(size=(60, 32)))[
            scene
        ] + 0.3 * rng.normal(size=(360, 32))
        wrong = np.isin(scene, rng.choice(60, 9, replace=False))
        given = np.where(wrong, (place[scene] + 1 + scene % 5) % 6, place[scene])
        shots = pd.DataFrame(
            dict(
                video_id='film',
                start=np.arange(360.0),
                place=[f'place {o}' for o in given],
                scene_id=[str(i) for i in range(360)],
            )
        )
        grouped, alone = suspects(y, shots), suspects(y, shots.place.tolist())
        audits.append([
            wrong[grouped.row[:108]].sum() / 54,
            wrong[grouped.row[grouped.suspect]].sum() / 54,
            wrong[alone.row[alone.suspect]].sum() / 54,
        ])
    early, called, called_alone = np.mean(audits, 0)
    assert early >= .8 and called >= .7 and called_alone < .1


def test_stretches_do_not_depend_on_the_order_of_the_rows():
    t = pd.DataFrame(dict(video_id=list('aabb'), start=[0, 5, 0, 5], place=['x', 'x', 'x', 'y']))
    order = [3, 1, 0, 2]
    assert (
        label_stretches(t.iloc[order]).tolist()
        == label_stretches(t)[order].tolist()
        == [2, 0, 0, 1]
    )


# ---- rooms
def test_cwcl_of_rooms_is_the_supervised_contrastive_loss():
    v = torch.randn(9, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    # the last two have no other view
    room = [0, 0, 0, 1, 1, 2, 2, 3, 4]
    s = torch.tensor([[float(a == b) for b in room] for a in room])
    u, each = torch.nn.functional.normalize(v, dim=1).numpy(), []
    # Khosla et al. 2020, eq. 2; as pytorch-metric-learning's SupConLoss: mean over anchors with a
    # positive
    for i in range(9):
        positives = [j for j in range(9) if j != i and room[j] == room[i]]
        below = np.log(sum(np.exp(u[i] @ u[k]/.1) for k in range(9) if k != i))
        if positives: each.append(-np.mean([u[i] @ u[p]/.1 - below for p in positives]))
    assert float(cwcl_loss(v, s, tau=.1)) == pytest.approx(np.mean(each))


def test_batches_of_rooms_hold_views_of_rooms_of_one_kind():
    room, kind = np.repeat(np.arange(24), 5), np.repeat(np.arange(24) % 4, 5)
    plan = tr.room_batches(np.arange(120), room, kind, 12, 3, 'kind', 0)
    for step in range(12):
        b = plan(step)
        assert len(b) == len(set(b)) == 12
        assert (
            np.unique(room[b], return_counts=True)[1].tolist() == [3] * 4 and len(set(kind[b])) <= 2
        )
    assert {*room[np.concatenate([plan(i) for i in range(6)])]} == set(range(24))
    assert np.array_equal(plan(7), tr.room_batches(np.arange(120), room, kind, 12, 3, 'kind', 0)(7))


def test_views_of_a_room_teach_rooms_of_films_that_were_not_seen(scenes, x):
    rooms = replace(
        SETTINGS['rooms'], steps=300, batch=16, views=2, hidden=64, out=16, lr_head=3e-3, validate=0
    )
    taught, = study(scenes, x, [rooms])
    test = taught.split == 'test'
    def first(v):
        return place_queries(v[test], scenes[test].reset_index(drop=True), 0.)['P@1'].mean()
    assert taught.history.loss.iloc[-20:].mean() < taught.history.loss.iloc[:20].mean()
    assert first(taught.after) > first(x) + .1


def test_what_a_head_reads_is_fitted_on_training_scenes_and_kept(scenes, x):
    lit = scenes.assign(light=[f'{i//4 % 2}' for i in range(len(scenes))])
    (run,) = study(
        lit,
        x,
        [
            replace(
                SETTINGS['rooms'],
                **dict(steps=4, batch=8, views=2, validate=0),
                inputs='whitened 12',
                without='light'
            )
        ],
    )
    train = run.split == 'train'
    room = rooms_of(lit[train])[0]
    mine = fit_inputs(
        x[train], 'whitened 12', lit.loc[train, ['light']].reset_index(drop=True), room
    )
    np.testing.assert_allclose(run.weights['inputs.axes'], mine.axes, atol=1e-6)
    np.testing.assert_allclose(ft.encode_run(run, Vectors(lit, x)), run.after, atol=1e-5)
    other = ft.encode_run(run, Vectors(lit[:5], x[:5]))
    np.testing.assert_allclose(other, run.after[:5], atol=1e-5)


@pytest.mark.parametrize(
    'asked, says',
    [
        (dict(k=0, keep='random 9'), 'cut=2'),
        (dict(k=3, cut=2), 'give 3 or more'),
        (dict(k=2, inputs='whitened'), 'k=0'),
        (dict(task='rooms', views=1), 'from 2 on'),
        (dict(state='best', validate=0), 'two validations'),
    ],
)
def test_settings_that_contradict_each_other_are_one_sentence(asked, says):
    with pytest.raises(ValueError, match=says): FinetuneConfig(**asked)


def test_rooms_need_a_room_that_is_seen_twice(scenes, x):
    with pytest.raises(ValueError, match='seen twice'):
        study(
            scenes.assign(place=[f'{i}' for i in range(len(scenes))]),
            x,
            [replace(SETTINGS['rooms'], steps=2)],
        )
    with pytest.raises(ValueError, match='from names'): rooms_of(scenes, pd.DataFrame(np.eye(3)))
    assert le.check_config(SETTINGS['rooms']) is SETTINGS['rooms']


def test_the_best_state_needs_films_that_choose_it(scenes, x):
    split = np.where(np.isin(scenes.video_id, scenes.video_id.unique()[:2]), 'train', 'test')
    with pytest.raises(ValueError, match='validation films'):
        prepare(scenes, replace(SETTINGS['rooms'], state='best', validate=2), split=split)
