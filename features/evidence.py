"""The transactions behind a feature's value, for reports that can be checked."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from features.catalogue import BY_NAME
from features.events import Events
from features.kernel import blank, history_of
from ledger.view import microseconds


def evidence(
    names: Sequence[str], events: Events, account: int, ids: pa.ChunkedArray, as_of: datetime
) -> dict[str, list[str]]:
    """Find the transactions that make the values of an account's features.

    Parameters
    ----------
    names : sequence of str
        Names of features.
    events : Events
    account : int
        The account's row in what was laid out.
    ids : pyarrow.ChunkedArray
        Ids of the transactions that were laid out, in their order.
    as_of : datetime

    Returns
    -------
    dict of str to list of str
        For each feature the ids of its transactions, oldest first. The feature computed from those
        alone has the same value.
    """
    instant = microseconds(as_of)
    history = history_of(events, account, instant, blank(events, account, account + 1))
    return {
        name: ids.take(history.transaction[BY_NAME[name].evidence(history, instant)]).to_pylist()
        for name in names
    }
