"""The compiled kernel: every feature of one account at one instant, and of many at many."""

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES
from features.compiled import compiled, inlined
from features.events import Events
from features.families import counterparties, dwell, exit, flow, rhythm
from features.history import NEVER, UNKNOWN, History
from features.numbering import numbered
from ledger.view import is_visible

_ENDS = np.cumsum([len(features) for features in FAMILIES.values()]).tolist()
_FLOW, _DWELL, _COUNTERPARTIES, _RHYTHM, _EXIT = _ENDS

_is_visible = inlined(is_visible)


@compiled
def compute_account(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write every feature of one account, in the catalogue's order, to `row`."""
    flow.compute(history, as_of, row[:_FLOW])
    dwell.compute(history, as_of, row[_FLOW:_DWELL])
    counterparties.compute(history, as_of, row[_DWELL:_COUNTERPARTIES])
    rhythm.compute(history, as_of, row[_COUNTERPARTIES:_RHYTHM])
    exit.compute(history, as_of, row[_RHYTHM:_EXIT])


@compiled
def blank(events: Events, first: int, end: int) -> History:
    """Make room for the history of any of the accounts `first` to `end`.

    One room serves them all, one after the other: making it costs more than filling it.
    """
    size = 0
    for account in range(first, end):
        size = max(size, events.start[account + 1] - events.start[account])
    return History(
        np.empty(size, np.int64), np.empty(size, np.bool_), np.empty(size, np.int64),
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32),
        np.empty(size, np.int8), np.empty(size, np.int8), np.empty(size, np.int8),
        np.empty(size, np.int64), NEVER,
    )  # fmt: skip


@inlined
def history_of(events: Events, account: int, as_of: int, room: History) -> History:
    """Write what is visible of one account at `as_of` to a `blank` history, and return it."""
    seen = 0
    for event in events.event[events.start[account] : events.start[account + 1]]:
        if _is_visible(event.happened_at, event.known_at, as_of):
            room.happened_at[seen] = event.happened_at
            room.credit[seen] = event.credit
            room.amount[seen] = event.amount
            room.counterparty[seen] = event.counterparty
            room.institution[seen] = event.institution
            room.country[seen] = event.country
            room.elsewhere[seen] = _differs(event.institution, events.institution[account])
            room.abroad[seen] = _differs(event.country, events.country[account])
            room.channel[seen] = event.channel
            room.transaction[seen] = event.transaction
            seen += 1
    return History(
        room.happened_at[:seen], room.credit[:seen], room.amount[:seen],
        numbered(room.counterparty[:seen]), room.institution[:seen], room.country[:seen],
        room.elsewhere[:seen], room.abroad[:seen], room.channel[:seen], room.transaction[:seen],
        events.opened_at[account],
    )  # fmt: skip


@inlined
def _differs(code: int, own: int) -> int:
    if min(code, own) == UNKNOWN:
        return UNKNOWN
    return int(code != own)


@compiled
def compute_range(
    events: Events,
    first: int,
    end: int,
    as_ofs: NDArray[np.int64],
    values: NDArray[np.float64],
    active: NDArray[np.bool_],
) -> None:
    """Compute the accounts `first` to `end` at every instant.

    Parameters
    ----------
    values : float64, shape (instants, accounts, features)
        Written where the account has a visible transaction.
    active : bool, shape (instants, accounts)
        Written: whether it has one.
    """
    room = blank(events, first, end)
    for account in range(first, end):
        for instant in range(len(as_ofs)):
            history = history_of(events, account, as_ofs[instant], room)
            active[instant, account] = len(history.amount) > 0
            if active[instant, account]:
                compute_account(history, as_ofs[instant], values[instant, account])


@compiled
def pack(values: NDArray[np.float64], active: NDArray[np.bool_]) -> int:
    """Move the rows that are active to the front, in their order, and return their number.

    In place: a copy would cost as much memory again, and fresh memory costs more than the move.
    """
    count = 0
    for row in range(len(active)):
        if active[row]:
            if count < row:
                values[count] = values[row]
            count += 1
    return count
