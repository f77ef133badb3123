"""Two folds of one review each: the model finds the mule in both, the other scorer in one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from ledger.view import microseconds
from tests.facts import DAY_0, rows_of
from training.evaluation import tested as evaluated
from training.evaluation.comparison import Scores
from training.evaluation.rings import Rings
from training.evaluation.side_by_side import innocents, section, side_by_side
from training.evaluation.tainted import credits_under_test
from training.fit import Inputs
from training.grid import DAY
from training.parameters import read_parameters
from training.rows import Rows
from training.splits import Fold

START = microseconds(DAY_0)
PARAMETERS = read_parameters(Path(__file__).parents[4] / "params.yaml")


def paid(number, payee, days, amount):
    at = DAY_0 + timedelta(days=days)
    return {"transaction_id": f"t{number}", "payer_account": "victim", "payee_account": payee,
            "reference_minor": amount, "happened_at": at, "known_at": at}  # fmt: skip


class Ledger:
    """A ledger of a bank: victims complain, and nobody knows what is laundering."""

    name, digest = "bank", "d"

    def __init__(self, complained=("t1", "t2", "t3")):
        transactions = (
            paid(1, "A", 1, 600), paid(2, "A", 6, 300), paid(3, "C", 6, 100), paid(4, "B", 1, 999),
        )  # fmt: skip
        self.tables = {
            "transactions": rows_of("transactions", *transactions),
            "complaints": rows_of("complaints", *({"transaction_id": id_} for id_ in complained)),
            "labels": rows_of("labels"),
            "truth_accounts": rows_of("truth_accounts"),
        }

    def rows(self, table):
        return len(self.tables.get(table, ()))

    def read(self, table, columns=None):
        return self.tables[table].select(columns) if columns else self.tables[table]


@pytest.fixture
def tested():
    as_of = np.repeat([START, START + 5 * DAY], 3)
    rows = Rows(
        np.array([*"ABC"] * 2, dtype=object), as_of, np.array([1, 0, 0] * 2, np.int8),
        np.empty((6, 0)),
    )  # fmt: skip
    parameters = replace(
        PARAMETERS,
        alerts=replace(PARAMETERS.alerts, reviews_per_day=1),
        features=replace(PARAMETERS.features, stride_days=1),
        labels=replace(PARAMETERS.labels, horizon_days=5),
        evaluate=replace(PARAMETERS.evaluate, resamples=50),
    )
    folds = tuple(Fold((), (), (int(at),)) for at in np.unique(as_of))
    raw = np.array([3.0, 2.0, 1.0] * 2)
    return evaluated.Tested(
        Inputs(Ledger(), None, None, None, None), parameters, rows, folds,
        (parameters.fit,) * 2, np.arange(6),
        np.repeat([0, 1], 3), raw, raw, raw, ("first", "second"), Rings(), print,
    )  # fmt: skip


@pytest.fixture
def scores(tested):
    # The other scorer reviews B first and A only in the second fold.
    other = tested.scored(np.array([1.0, 3.0, 2.0, 3.0, 2.0, 1.0]))
    return Scores(tested.scored(tested.raw), {"other": other})


def test_precision_and_money_are_told_of_each_fold_and_of_all(tested, scores):
    found = side_by_side(tested, scores)
    assert found["money"] == "complained-of money"
    first, second = found["folds"]["1"], found["folds"]["2"]
    assert first["precision"]["value"] == second["precision"]["value"] == 1.0
    assert first["above"]["other"]["precision"]["value"] == 1.0
    assert second["above"]["other"]["precision"]["value"] == 0.0
    assert first["value_detection_rate"]["value"] == 1.0
    assert second["value_detection_rate"]["value"] == pytest.approx(0.75)
    assert found["all"]["value_detection_rate"]["value"] == pytest.approx(0.9)
    assert found["all"]["above"]["other"]["value_detection_rate"]["value"] == pytest.approx(0.6)


def test_what_is_the_same_has_an_interval_of_nothing(tested, scores):
    same = side_by_side(tested, Scores(scores.model, {"itself": scores.model}))
    for figures in (same["all"], *same["folds"].values()):
        for each in figures["above"]["itself"].values():
            assert (each["value"], each["low"], each["high"]) == (0.0, 0.0, 0.0)


def test_where_no_money_is_known_of_there_is_no_figure(tested, scores):
    silent = replace(tested, inputs=replace(tested.inputs, lake=Ledger(complained=())))
    found = side_by_side(silent, scores)
    assert found["all"]["value_detection_rate"] is None
    assert found["all"]["above"]["other"]["value_detection_rate"] is None
    assert found["all"]["precision"]["value"] == 1.0
    assert "| none |" in "\n".join(section(found))


def test_money_complained_of_twice_counts_once_and_before_the_test_not_at_all(tested):
    twice = replace(tested, inputs=replace(tested.inputs, lake=Ledger(("t1", "t1", "t3"))))
    assert credits_under_test(twice)["reference_minor"].tolist() == [600, 100]
    assert credits_under_test(twice.since(START + DAY))["reference_minor"].tolist() == [100]


def test_innocents_reviewed_are_counted_of_ten_thousand(tested, scores):
    found = innocents(tested, scores.model, scores.baselines["other"])
    assert set(found) == {"negatives"}
    assert (found["negatives"]["model"], found["negatives"]["other"]) == (0.0, 2500.0)
    assert found["negatives"]["value"] == -2500.0


def test_since_an_instant_only_later_rows_and_their_folds_are_left(tested):
    later = tested.since(START + DAY)
    assert later.at.tolist() == [3, 4, 5]
    assert (later.fold.tolist(), later.models) == ([0, 0, 0], ("second",))
    assert [fold.test for fold in later.folds] == [(START + 5 * DAY,)]
    assert tested.since(START + 6 * DAY).folds == ()
    assert tested.since(START).at.tolist() == tested.at.tolist()
