"""One mule, followed transaction by transaction until its score reaches the limit."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from features.catalogue import NAMES
from ledger.view import microseconds
from tests.facts import DAY_0, rows_of
from training.evaluation.delay import MINUTE, Case, Watch, first_alert, section, summed

HOUR = 60 * MINUTE
START = microseconds(DAY_0)


class CountsCredits:
    """A model whose score is the number of credits of the last 7 days."""

    def predict(self, values, *, raw_score, num_threads):
        assert raw_score
        assert num_threads == 1
        return values[:, NAMES.index("credit_count_7d")]


@pytest.fixture
def history():
    """Credits after 1, 2, 4 and 6 hours; the third is learnt an hour late."""
    hours = {1: 1, 2: 2, 4: 5, 6: 6}
    return rows_of(
        "transactions",
        *(
            {"transaction_id": f"t{at}", "payer_account": "A", "payee_account": "M",
             "reference_minor": 1, "happened_at": DAY_0 + timedelta(hours=at),
             "known_at": DAY_0 + timedelta(hours=known)}
            for at, known in hours.items()
        ),
    )  # fmt: skip


def case(**changes):
    given = {"reached_at": START + HOUR, "found_at": START + 100 * HOUR} | changes
    return Case("M", "p", 1, **given)


def watched(limit, hours=(0, 200)):
    return Watch(START + hours[0] * HOUR, START + hours[1] * HOUR, CountsCredits(), limit)


@pytest.mark.parametrize(("limit", "hour"), [(1, 1), (2, 2), (3, 5), (4, 6), (5, None)])
def test_the_alert_is_the_first_score_at_the_limit_once_it_is_known(history, limit, hour):
    account = rows_of("accounts", {"account_id": "M"})
    found = first_alert(case(), history, account, [watched(limit)])
    assert found == (np.inf if hour is None else START + hour * HOUR + 1)


def test_scoring_begins_with_the_tainted_credit_and_ends_when_the_mule_is_known(history):
    account = rows_of("accounts", {"account_id": "M"})
    later = case(reached_at=START + 2 * HOUR)
    assert first_alert(later, history, account, [watched(1)]) == START + 2 * HOUR + 1
    found = case(found_at=START + 4 * HOUR)
    assert first_alert(found, history, account, [watched(3)]) == np.inf
    at_once = case(found_at=START + HOUR)
    assert first_alert(at_once, history, account, [watched(1)]) == np.inf


def test_the_next_fold_goes_on_with_its_own_limit_and_nobody_after_the_last(history):
    account = rows_of("accounts", {"account_id": "M"})
    folds = [watched(3, (0, 3)), watched(4, (3, 200))]
    assert first_alert(case(), history, account, folds) == START + 6 * HOUR + 1
    ended = [watched(3, (0, 3)), watched(4, (3, 6))]
    assert first_alert(case(), history, account, ended) == np.inf


def test_who_was_never_alerted_counts_among_the_mules_and_not_in_the_delay():
    cases = pd.DataFrame(
        {
            "minutes": [10.0, 30.0, np.inf],
            "hops": [0.0, 2.0, 3.0],
            "before_money_left": [1.0, 0.0, 0.0],
            "open": [0.0, 0.0, 1.0],
        }
    )
    found = summed(cases)
    assert (found["mules"], found["minutes_median"], found["hops_median"]) == (3, 20, 1)
    assert found["alerted"] == pytest.approx(2 / 3)
    assert found["alerted_before_money_left"] == pytest.approx(1 / 3)
    assert "within 20 minutes and 1 hop, " in "\n".join(section(found))
    assert found["open"] == pytest.approx(1 / 3)
    none = summed(cases.iloc[2:])
    assert np.isnan(none["minutes_median"])
    assert "Of 1 mules" in "\n".join(section(none | {"minutes_median": None}))
