"""The compiled kernel: every feature of one account at one instant, and of many at many."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.catalogue import ACCOUNT_FAMILIES
from features.compiled import compiled, inlined
from features.events import Events
from features.families import (
    amounts,
    arrivals,
    counterparties,
    devices,
    dwell,
    exit,
    flow,
    holder,
    hours,
    rhythm,
    wallets,
)
from features.history import NEVER, UNKNOWN, History
from features.numbering import numbered
from ledger.view import is_visible

_END = tuple(np.cumsum([len(features) for features in ACCOUNT_FAMILIES.values()]).tolist())
"""Where each family's features end."""

_is_visible = inlined(is_visible)


class Question(NamedTuple):
    """What is asked of every account.

    Attributes
    ----------
    as_ofs : int64, shape (instants,)
    families : bool, shape (families,)
        Whether the features of each family are wanted.
    """

    as_ofs: NDArray[np.int64]
    families: NDArray[np.bool_]


@compiled
def compute_account(  # noqa: C901 one line for each family
    history: History, as_of: int, wanted: NDArray[np.bool_], row: NDArray[np.float64]
) -> None:
    """Write the features of the families that are wanted to `row`, in the catalogue's order."""
    if wanted[0]:
        flow.compute(history, as_of, row[: _END[0]])
    if wanted[1]:
        dwell.compute(history, as_of, row[_END[0] : _END[1]])
    if wanted[2]:
        counterparties.compute(history, as_of, row[_END[1] : _END[2]])
    if wanted[3]:
        rhythm.compute(history, as_of, row[_END[2] : _END[3]])
    if wanted[4]:
        exit.compute(history, as_of, row[_END[3] : _END[4]])
    if wanted[5]:
        arrivals.compute(history, as_of, row[_END[4] : _END[5]])
    if wanted[6]:
        amounts.compute(history, as_of, row[_END[5] : _END[6]])
    if wanted[7]:
        hours.compute(history, as_of, row[_END[6] : _END[7]])
    if wanted[8]:
        holder.compute(history, as_of, row[_END[7] : _END[8]])
    if wanted[9]:
        devices.compute(history, as_of, row[_END[8] : _END[9]])
    if wanted[10]:
        wallets.compute(history, as_of, row[_END[9] : _END[10]])


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
        np.empty(size, np.int32), np.empty(size, np.int64), NEVER, NEVER, UNKNOWN, UNKNOWN,
    )  # fmt: skip


@inlined
def history_of(events: Events, account: int, as_of: int, room: History) -> History:
    """Write what is visible of one account at `as_of` to a `blank` history, and return it."""
    seen, profile = 0, events.profile
    institution, country = profile.institution[account], profile.country[account]
    for event in events.event[events.start[account] : events.start[account + 1]]:
        if _is_visible(event.happened_at, event.known_at, as_of) and _stands(events, event, as_of):
            room.happened_at[seen] = event.happened_at
            room.credit[seen] = event.credit
            room.amount[seen] = event.amount
            room.counterparty[seen] = event.counterparty
            room.institution[seen] = event.institution
            room.country[seen] = event.country
            room.elsewhere[seen] = _differs(event.institution, institution)
            room.abroad[seen] = _differs(event.country, country)
            room.channel[seen] = event.channel
            room.device[seen] = _device(events, event)
            room.transaction[seen] = event.transaction
            seen += 1
    return History(
        room.happened_at[:seen], room.credit[:seen], room.amount[:seen],
        numbered(room.counterparty[:seen]), room.institution[:seen], room.country[:seen],
        room.elsewhere[:seen], room.abroad[:seen], room.channel[:seen], room.device[:seen],
        room.transaction[:seen], profile.opened_at[account], profile.ahead[account],
        profile.is_business[account], profile.income[account],
    )  # fmt: skip


@inlined
def _stands(events: Events, event: Any, as_of: int) -> bool:
    """Tell whether a transaction is not taken back at `as_of`."""
    return len(events.undone_at) == 0 or events.undone_at[event.transaction] >= as_of


@inlined
def _device(events: Events, event: Any) -> int:
    if len(events.device) == 0:
        return UNKNOWN
    device: int = events.device[event.transaction]
    return device


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
    question: Question,
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
        for instant in range(len(question.as_ofs)):
            as_of = question.as_ofs[instant]
            history = history_of(events, account, as_of, room)
            active[instant, account] = len(history.amount) > 0
            if active[instant, account]:
                compute_account(history, as_of, question.families, values[instant, account])


@compiled
def pack(values: NDArray[np.float64], active: NDArray[np.bool_]) -> int:
    """Move the rows that are active to the front, in their order, and return their number.

    In place: a copy would cost as much memory again, and fresh memory costs more than the move.
    """
    count = 0
    for row in range(len(active)):
        if active[row]:
            if count < row:
                # Not as a slice: what numba compiles for shapes that differ takes it seconds.
                for column in range(values.shape[1]):
                    values[count, column] = values[row, column]
            count += 1
    return count
