"""Models keep to declared directions, and are the same however many are learnt at the same time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.catalogue import BY_NAME, CATALOGUE, NETWORK_NAMES
from training.learner import learn, of_each, out_of_fold, raw_scores, validated_calibrations
from training.parameters import read_parameters
from training.rows import Rows
from training.splits import Fold

NAMES = ("one", "two", "three")
FIT = replace(
    read_parameters(Path(__file__).parents[3] / "params.yaml").fit, rounds=5, min_data_in_leaf=5
)
FOLDS = tuple(
    Fold(training=tuple(range(last - 1)), validation=(last - 1,), test=(last,))
    for last in (2, 3, 4)
)


@pytest.fixture
def rows():
    random = np.random.default_rng(0)
    values = random.normal(size=(5_000, len(NAMES)))
    label = (values[:, 0] + random.normal(size=5_000) > 1.5).astype(np.int8)
    names = np.array([f"a{n}" for n in range(5_000)], object)
    return Rows(names, np.sort(random.integers(0, 5, 5_000)), label, values)


def test_results_stand_in_the_order_of_the_folds():
    assert of_each(FOLDS, 2, lambda fold: fold.test[0]) == [2, 3, 4]


def test_neither_models_nor_scores_depend_on_the_number_of_threads(rows):
    one, three = (out_of_fold(rows, NAMES, FOLDS, [replace(FIT, threads=n)] * 3) for n in (1, 3))
    texts = [[model.model_to_string() for model in each.models] for each in (one, three)]
    assert texts[0] == texts[1]
    assert len(set(texts[0])) == 3
    assert np.array_equal(one.raw, three.raw)
    assert np.array_equal(rows.as_of[one.row], one.fold + 2)


@pytest.mark.parametrize("name", ["one", NETWORK_NAMES[0]])
def test_a_row_of_no_weight_has_no_say(rows, name):
    names = (name, "two", "three")
    settings, weight = replace(FIT, negative_fraction=1.0), np.arange(len(rows)) % 2 * 3.0
    turned = replace(rows, label=np.where(weight == 0, 1 - rows.label, rows.label).astype(np.int8))
    one, other = (learn(each, names, settings, weight) for each in (rows, turned))
    assert one.model_to_string() == other.model_to_string()
    assert one.model_to_string() != learn(rows, names, settings).model_to_string()


def test_each_fold_is_calibrated_by_its_own_validation(rows):
    alone = [validated_calibrations(rows, NAMES, [fold], [FIT])[0] for fold in FOLDS]
    assert validated_calibrations(rows, NAMES, FOLDS, [replace(FIT, threads=3)] * 3) == alone
    assert len({str(each) for each in alone}) == 3


@pytest.mark.parametrize(
    ("name", "moves"),
    [("complaint_count_30d", set()), ("dwell_median_30d", {-1}), ("credit_count_30d", {-1})],
)
def test_a_one_way_feature_never_counts_against_its_direction(rows, name, moves):
    falling = replace(rows, label=(rows.values[:, 0] < -1).astype(np.int8))
    assert _moves(learn(falling, (name, "two", "three"), FIT)) == moves


def test_each_fold_learns_with_its_own_parameters(rows):
    own = [replace(FIT, num_leaves=leaves) for leaves in (2, 3, 4)]
    found = out_of_fold(rows, NAMES, FOLDS, own)
    trees = [model.dump_model()["tree_info"] for model in found.models]
    leaves = [max(tree["num_leaves"] for tree in each) for each in trees]
    assert leaves == [2, 3, 4]


@pytest.mark.parametrize(
    ("name", "moves"),
    [("complaint_count_30d", {1}), ("dwell_median_30d", set()), ("credit_count_30d", {1})],
)
def test_a_one_way_feature_counts_in_its_direction(rows, name, moves):
    rising = replace(rows, label=(rows.values[:, 0] > 1).astype(np.int8))
    assert _moves(learn(rising, (name, "two", "three"), FIT)) == moves


def _moves(model):
    """Tell in which directions the score goes while the first value climbs."""
    climbing = np.zeros((200, len(NAMES)))
    climbing[:, 0] = np.linspace(-4, 4, 200)
    return set(np.sign(np.diff(raw_scores(model, climbing)))) - {0}


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_that_no_snapshot_shows_an_account_says_nothing_of_it(rows, share):
    names = ("chain_30d", "mule_rank_30d", "active_days_90d")
    few = np.flatnonzero(rows.label)[:20]
    rows.values[few, :2] = np.nan
    model = learn(rows, names, replace(FIT, rounds=50, unseen_share=share))
    seen, unseen = np.zeros((1, 3)), np.array([[np.nan, np.nan, 0.0]])
    (moved,) = raw_scores(model, unseen) - raw_scores(model, seen)
    assert (moved > 1) == (share == 0)


def test_nothing_is_learnt_twice_where_no_column_is_of_the_network(rows):
    once, twice = (learn(rows, NAMES, replace(FIT, unseen_share=share)) for share in (0.0, 1.0))
    assert np.array_equal(raw_scores(once, rows.values), raw_scores(twice, rows.values))


def test_only_features_with_a_direction_are_one_way():
    held = {feature.name for feature in CATALOGUE if feature.one_way}
    assert all(BY_NAME[name].constraint != 0 for name in held)
    assert not held & {"fan_in_bursts_30d", "fan_out_bursts_30d", "gather_scatter_30d"}
