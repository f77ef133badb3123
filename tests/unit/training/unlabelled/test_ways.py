"""What each way learns from, and what it does not look at."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from features.catalogue import NAMES
from ledger.schema import LABELS
from training.parameters import read_parameters
from training.rows import Rows
from training.unlabelled import ways
from training.unlabelled.known import Known

FIT = replace(
    read_parameters(Path(__file__).parents[4] / "params.yaml").fit, rounds=10, min_data_in_leaf=5
)
COUNT, HORIZON = 600, 10


@pytest.fixture
def past():
    """Mules have a large first value; half of them are found, and a fifth of the rest is drawn."""
    random = np.random.default_rng(0)
    values = random.normal(size=(COUNT, len(NAMES)))
    truth = (values[:, 0] > 1).astype(np.int8)
    labels = truth * (random.random(COUNT) < 0.5).astype(np.int8)
    accounts = np.array([f"a{n}" for n in range(COUNT)], object)
    rows = Rows(accounts, np.zeros(COUNT, np.int64), labels, values)
    empty = LABELS.arrow.empty_table()
    known = Known(rows, labels, truth, truth > labels, empty, HORIZON)
    drawn = known.findings((labels == 0) & (random.random(COUNT) < 0.2), 0.2)
    found = known.findings(labels == 1, 1.0)
    return replace(known, outcomes=pa.concat_tables([found, drawn]))


def turned(past, which):
    """Turn the labels of some rows."""
    label = np.where(which, 1 - past.rows.label, past.rows.label)
    return replace(past, rows=replace(past.rows, label=label.astype(np.int8)))


@pytest.mark.parametrize("name", ways.WAYS)
def test_every_way_ranks_and_gives_the_same_again(past, name):
    way, values = ways.WAYS[name], past.rows.values
    score = way(past, values, FIT)
    assert np.array_equal(score, way(past, values, replace(FIT, threads=1)))
    assert score[past.truth == 1].mean() > score[past.truth == 0].mean()


def test_inverse_probability_sees_only_what_was_found_when_somebody_looked(past):
    values = past.rows.values
    score = ways.inverse_probability(past, values, FIT)
    looked = past.investigated().weight > 0
    assert 0 < looked.sum() < COUNT / 2
    assert np.array_equal(score, ways.inverse_probability(turned(past, ~looked), values, FIT))
    unseen = replace(past.rows, values=np.where(looked[:, None], values, 0.0))
    assert np.array_equal(score, ways.inverse_probability(replace(past, rows=unseen), values, FIT))


def test_inverse_probability_counts_a_drawn_mule_as_often_as_it_stands_for(past):
    """Told that draws were rarer, it forecasts more mules: each drawn one stands for more."""
    table = past.outcomes
    place = LABELS.arrow.names.index("inclusion_probability")
    rarer = pa.array(np.where(table[place].to_numpy() < 1, 0.02, 1.0))
    rare = replace(past, outcomes=table.set_column(place, LABELS.arrow.field(place), rarer))
    weights = [each.investigated().weight.max() for each in (past, rare)]
    assert weights == pytest.approx([5, 50])
    often, seldom = (ways.inverse_probability(each, past.rows.values, FIT) for each in (past, rare))
    assert not np.array_equal(often, seldom)


def test_bagging_learns_from_all_known_mules_and_as_many_others_each_time(past, monkeypatch):
    seen = []

    def learn(rows, *_):
        seen.append(rows)

    monkeypatch.setattr(ways, "learn", learn)
    monkeypatch.setattr(ways, "raw_scores", lambda _, values: np.zeros(len(values)))
    ways.pu_bagging(past, past.rows.values, replace(FIT, threads=1))
    mules = set(past.rows.account_id[past.rows.label == 1])
    assert len(seen) == ways.BAGS
    assert all(set(bag.account_id[bag.label == 1]) == mules for bag in seen)
    assert all(len(bag) == 2 * len(mules) for bag in seen)
    assert len({tuple(sorted(bag.account_id[bag.label == 0])) for bag in seen}) == ways.BAGS


def test_weighting_takes_an_unlabelled_row_for_a_mule_in_part(past, monkeypatch):
    learnt, real = [], ways.learn

    def learn(rows, names, settings, weight=None):
        learnt.append((rows, weight))
        return real(rows, names, settings, weight)

    forecast = np.where(past.rows.label == 1, 0.5, np.where(past.truth == 1, 0.2, 0.01))
    monkeypatch.setattr(ways, "learn", learn)
    monkeypatch.setattr(ways, "_labelled", lambda *_: forecast)
    ways.pu_weighting(past, past.rows.values, FIT)
    ((rows, weight),) = learnt
    known = past.rows.label == 1
    unlabelled = past.rows.account_id[~known]
    assert rows.label.sum() == COUNT
    assert list(rows.account_id) == [*past.rows.account_id, *unlabelled]
    # Half of the mules are labelled: odds of 1 to 4 are those of a mule in four, and so on.
    part = np.where(past.truth == 1, 0.25, 1 / 99)
    assert weight[:COUNT] == pytest.approx(np.where(known, 1.0, part))
    assert weight[COUNT:] == pytest.approx(1 - part[~known])


def test_the_forecast_of_a_row_is_of_a_model_that_has_not_seen_its_account(past):
    forecast = ways._labelled(past.rows, FIT)
    again = ways._labelled(turned(past, np.arange(COUNT) == 0).rows, FIT)
    assert forecast[0] == again[0]
    assert not np.array_equal(forecast, again)
