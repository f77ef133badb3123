"""The compiled kernel: every feature of one account at one instant, and of many at many."""

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES
from features.compiled import compiled
from features.events import Events
from features.families import counterparties, dwell, exit, flow, rhythm
from features.history import History
from ledger.view import is_visible

_ENDS = np.cumsum([len(features) for features in FAMILIES.values()]).tolist()
_FLOW, _DWELL, _COUNTERPARTIES, _RHYTHM, _EXIT = _ENDS

_is_visible = compiled(is_visible)


@compiled
def compute_account(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write every feature of one account, in the catalogue's order, to `row`."""
    flow.compute(history, as_of, row[:_FLOW])
    dwell.compute(history, as_of, row[_FLOW:_DWELL])
    counterparties.compute(history, as_of, row[_DWELL:_COUNTERPARTIES])
    rhythm.compute(history, as_of, row[_COUNTERPARTIES:_RHYTHM])
    exit.compute(history, as_of, row[_RHYTHM:_EXIT])


@compiled
def history_of(events: Events, account: int, as_of: int) -> History:
    """Select what is visible of one account at `as_of`."""
    first, end = events.start[account], events.start[account + 1]
    # Facts that happened before as_of stand in front; of those, late ones may not be known yet.
    end = first + np.searchsorted(events.happened_at[first:end], as_of)
    late = False
    for event in range(first, end):
        late = late or not _is_visible(events.happened_at[event], events.known_at[event], as_of)
    if late:
        return _chosen(events, account, first + _known(events, first, end, as_of))
    own = slice(first, end)
    return History(
        events.happened_at[own], events.credit[own], events.amount[own], events.counterparty[own],
        events.institution[own], events.country[own], events.elsewhere[own], events.abroad[own],
        events.channel[own], events.transaction[own], events.opened_at[account],
    )  # fmt: skip


@compiled
def _known(events: Events, first: int, end: int, as_of: int) -> NDArray[np.int64]:
    visible = np.empty(end - first, np.bool_)
    for event in range(first, end):
        visible[event - first] = _is_visible(
            events.happened_at[event], events.known_at[event], as_of
        )
    return np.flatnonzero(visible)


@compiled
def _chosen(events: Events, account: int, chosen: NDArray[np.int64]) -> History:
    return History(
        events.happened_at[chosen], events.credit[chosen], events.amount[chosen],
        events.counterparty[chosen], events.institution[chosen], events.country[chosen],
        events.elsewhere[chosen], events.abroad[chosen], events.channel[chosen],
        events.transaction[chosen], events.opened_at[account],
    )  # fmt: skip


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
    for account in range(first, end):
        for instant in range(len(as_ofs)):
            history = history_of(events, account, as_ofs[instant])
            active[instant, account] = len(history.amount) > 0
            if active[instant, account]:
                compute_account(history, as_ofs[instant], values[instant, account])
