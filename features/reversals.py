"""Payments taken back: once a payment and its reversal are both known, neither moved money.

A bounced payment would otherwise look like money that came and left at once. A reversal counts as
one where it undoes a payment wholly: the same two parties the other way round, the same amount.
Of several the one that could be seen first does. What is returned in part stays a payment of its
own, and so does whatever takes back a reversal.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

REVERSAL_COLUMNS = ("transaction_id", "reverses")
"""What tells a reversal."""

STANDS = 2**62
"""Until when a transaction counts that nothing takes back."""

_COMPARED = ("happened_at", "known_at", "payer_account", "payee_account", "reference_minor")

READ = (*REVERSAL_COLUMNS, *_COMPARED)
"""All that is read of a transaction."""

Row = dict[str, Any]


def undone_at(transactions: pa.Table) -> NDArray[np.int64]:
    """Tell when each transaction and its reversal, or what it reverses, are both known.

    Which transactions make a pair does not depend on any that cannot be seen yet when both can.

    Parameters
    ----------
    transactions : pyarrow.Table
        In the ledger's order, with the columns that events are laid out from. Without
        `REVERSAL_COLUMNS` nothing is taken back.

    Returns
    -------
    int64, shape (n,) or (0,)
        Microseconds since 1970 UTC: both may be seen at any later instant. `STANDS` where there
        is no pair. Empty if there is no pair at all.
    """
    when = np.empty(0, np.int64)
    for original, reversal in _pairs(transactions):
        if not len(when):
            when = np.full(len(transactions), STANDS)
        when[[original["row"], reversal["row"]]] = max(original["seen"], reversal["seen"])
    return when


def _pairs(transactions: pa.Table) -> Iterator[tuple[Row, Row]]:
    """Give each payment that is taken back wholly, and what does."""
    if not set(REVERSAL_COLUMNS) <= set(transactions.column_names):
        return
    if transactions["reverses"].null_count == len(transactions):
        return
    named = transactions["reverses"].cast(pa.string())
    reversals = _rows(transactions, named.is_valid())
    taken_back = pc.is_in(transactions["transaction_id"], value_set=named.drop_null())
    # By its parties too: on Spark a transaction stands here once for each of them.
    originals = {
        (row["transaction_id"], row["payer_account"], row["payee_account"]): row
        for row in _rows(transactions, pc.and_(taken_back, named.is_null()))
    }
    # A stable sort: of those that could be seen at one instant the first in the ledger's order.
    for reversal in sorted(reversals, key=lambda row: row["seen"]):
        back = (reversal["reverses"], reversal["payee_account"], reversal["payer_account"])
        original = originals.get(back)
        if original and original["reference_minor"] == reversal["reference_minor"]:
            yield originals.pop(back), reversal


def _rows(transactions: pa.Table, chosen: pa.ChunkedArray) -> list[Row]:
    at = np.flatnonzero(chosen)
    columns = transactions.select(READ).take(pa.array(at))
    times = (columns[name].cast(pa.int64()).to_numpy() for name in ("happened_at", "known_at"))
    seen = np.maximum(*times).tolist()
    rows: list[Row] = columns.to_pylist()
    return [
        {**row, "row": row_at, "seen": seen_at}
        for row, row_at, seen_at in zip(rows, at.tolist(), seen, strict=True)
    ]
