"""Over all draws that could have been made, what drawn accounts stand for is the truth."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.view import instant
from tests.facts import rows_of
from training.evaluation.audit import investigated

probabilities = st.sampled_from([0.02, 0.1, 0.5, 1.0])
accounts = st.lists(st.tuples(st.booleans(), probabilities), min_size=1, max_size=4)


def table(accounts, drawn):
    outcome = {True: "complicit_mule", False: "legitimate"}
    rows = [
        {
            "account_id": f"a{number}", "outcome": outcome[is_mule], "happened_at": instant(5),
            "known_at": instant(5), "inclusion_probability": probability,
        }
        for number, (is_mule, probability) in enumerate(accounts)
        if drawn[number]
    ]  # fmt: skip
    return rows_of("labels", *rows)


@given(accounts=accounts)
@settings(max_examples=20, deadline=None)
def test_on_average_over_all_draws_the_weights_count_accounts_and_mules(accounts):
    names = np.array([f"a{number}" for number in range(len(accounts))], object)
    at = np.zeros(len(accounts), np.int64)
    rows = mules = 0.0
    for drawn in product([False, True], repeat=len(accounts)):
        chances = [p if d else 1 - p for d, (_, p) in zip(drawn, accounts, strict=True)]
        found = investigated(names, at, table(accounts, drawn), horizon=10)
        rows += np.prod(chances) * found.weight.sum()
        mules += np.prod(chances) * (found.weight * found.mule).sum()
    assert rows == pytest.approx(len(accounts))
    assert mules == pytest.approx(sum(is_mule for is_mule, _ in accounts))
