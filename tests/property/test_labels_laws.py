"""Labels equal those of a slow reading of their definition."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.outcomes import known_mules
from ledger.schema import LABELS, MULE_OUTCOMES, OUTCOMES
from ledger.view import instant, visible
from training.labels import LEFT_OUT, label

END = 40
accounts = st.sampled_from("ABC")
outcomes = st.lists(
    st.tuples(accounts, st.sampled_from(OUTCOMES), st.integers(0, 50), st.integers(0, 5)),
    max_size=8,
)
asked = st.lists(st.tuples(accounts, st.integers(0, 45)), min_size=1, max_size=12)


def obvious(account, as_of, cases, horizon):
    """Read the definition aloud, one row at a time."""
    known = [
        learnt
        for owner, outcome, learnt, _ in cases
        if owner == account and outcome in MULE_OUTCOMES
    ]
    if any(learnt < as_of for learnt in known):
        return LEFT_OUT
    if any(as_of <= learnt < as_of + horizon for learnt in known):
        return 1
    return 0 if as_of + horizon <= END else LEFT_OUT


def table(cases):
    rows = [
        {
            "account_id": account,
            "outcome": outcome,
            "happened_at": instant(learnt - before),
            "known_at": instant(learnt),
            "source": "office",
        }
        for account, outcome, learnt, before in cases
    ]
    return pa.Table.from_pylist(rows, schema=LABELS.arrow)


def labelled(rows, cases, horizon):
    account_id, as_of = (np.array(column) for column in zip(*rows, strict=True))
    return label(
        account_id.astype(object), as_of.astype(np.int64), table(cases), horizon=horizon, end=END
    ).tolist()


@given(rows=asked, cases=outcomes, horizon=st.integers(1, 20))
@settings(max_examples=200, deadline=None)
def test_labels_are_what_their_definition_says(rows, cases, horizon):
    assert labelled(rows, cases, horizon) == [
        obvious(account, as_of, cases, horizon) for account, as_of in rows
    ]


@given(cases=outcomes, horizon=st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_with_a_stride_of_one_horizon_a_mule_is_positive_at_most_once(cases, horizon):
    rows = [("A", as_of) for as_of in range(0, 60, horizon)]
    assert labelled(rows, cases, horizon).count(1) <= 1


@given(rows=st.lists(st.tuples(accounts, st.integers(0, END - 1)), min_size=1), cases=outcomes)
@settings(max_examples=100, deadline=None)
def test_a_row_is_left_out_where_a_view_shows_a_known_mule(rows, cases):
    """Learning and ranking leave out the same accounts: one definition serves both."""
    shown = [
        account in known_mules(visible(table(cases), instant(as_of))) for account, as_of in rows
    ]
    assert [one == LEFT_OUT for one in labelled(rows, cases, horizon=1)] == shown
