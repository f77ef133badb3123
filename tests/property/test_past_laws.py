"""Laws of what a transaction's accounts had done before it."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.past.settings import Windows, WindowsRefused
from features.past.tables import transaction_past
from tests.property import past_oracle
from tests.property.drawn_transfers import HOUR, ledgers, loose, numbered, transaction_table

WINDOWS = Windows((HOUR, 3 * HOUR, 6 * HOUR))


@st.composite
def paid_ledgers(draw):
    """Draw a ledger with amounts, many of them equal."""
    return [{**t, "amount": draw(st.integers(1, 9))} for t in draw(ledgers())]


def rows_of(ledger):
    table = transaction_table(ledger)
    place = table.schema.get_field_index("reference_minor")
    amounts = pa.array([t["amount"] for t in ledger], pa.int64())
    found = transaction_past(table.set_column(place, "reference_minor", amounts), WINDOWS)
    return {row.pop("transaction_id"): row for row in found.to_pylist()}


@settings(max_examples=200, deadline=None)
@given(paid_ledgers())
def test_the_past_equals_the_oracle(ledger):
    rows = rows_of(ledger)
    for transfer in ledger:
        expected = {
            name: None if value is None else float(np.float32(value))
            for name, value in past_oracle.past(ledger, transfer, WINDOWS).items()
        }
        assert rows[transfer["transaction_id"]] == expected


@settings(max_examples=100, deadline=None)
@given(paid_ledgers(), st.lists(loose, max_size=6), st.data())
def test_what_comes_or_is_learnt_later_changes_no_past(ledger, others, data):
    if not ledger:
        return
    chosen = data.draw(st.sampled_from(ledger))
    later = [
        {**t, "amount": 5}
        for t in others
        if t["happened_at"] > chosen["happened_at"] or t["known_at"] > chosen["known_at"]
    ]
    name = chosen["transaction_id"]
    assert rows_of(ledger + numbered(later, "x"))[name] == rows_of(ledger)[name]


@pytest.mark.parametrize("lengths", [(), (3 * HOUR, HOUR), (HOUR, HOUR), (HOUR / 2,), (0 * HOUR,)])
def test_windows_that_mean_nothing_are_refused(lengths):
    with pytest.raises(WindowsRefused, match="whole hours"):
        Windows(lengths)
