"""The transactions behind a feature's value, for reports that can be checked."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from features.catalogue import ACCOUNT_NAMES, BY_NAME
from features.events import Events
from features.history import History
from features.kernel import blank, history_of
from features.network.snapshot import payments_of
from features.selectors import nothing
from ledger.view import microseconds

_OF_THE_ACCOUNT = frozenset(ACCOUNT_NAMES)


def evidence(
    names: Sequence[str],
    events: Events,
    account: int,
    ids: pa.ChunkedArray,
    as_of: datetime,
    snapshot: pa.Table,
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
    snapshot : pyarrow.Table
        The account's row of the table `snapshots` that the network features are of, or none.

    Returns
    -------
    dict of str to list of str
        For each feature the ids of its transactions, oldest first. A feature of the account's
        computed from those alone has the same value. Of the network's they are those which the
        snapshot names, or which the declaration selects at the snapshot's instant; none of a
        snapshot that names none.
    """
    of_network = [name for name in names if name not in _OF_THE_ACCOUNT]
    own = [name for name in names if name in _OF_THE_ACCOUNT]
    found = _selected(own, events, account, ids, as_of)
    named = payments_of(snapshot) if len(snapshot) else None
    if named is None:
        return found | {name: [] for name in of_network}
    selected = [name for name in of_network if BY_NAME[name].evidence is not nothing]
    found |= {name: named.get(name, []) for name in of_network}
    if not selected:
        return found
    return found | _selected(selected, events, account, ids, snapshot["happened_at"][0].as_py())


def _selected(
    names: Sequence[str], events: Events, account: int, ids: pa.ChunkedArray, as_of: datetime
) -> dict[str, list[str]]:
    instant = microseconds(as_of)
    history: History = history_of(events, account, instant, blank(events, account, account + 1))
    return {
        name: ids.take(history.transaction[BY_NAME[name].evidence(history, instant)]).to_pylist()
        for name in names
    }
