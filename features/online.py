"""One account now: its events from the bytes that a store keeps of its transactions.

The same events as `features.events` lays out from tables, for a few accounts and in a fraction of
the time: a table costs its look at every column, however few its rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.compiled import compiled
from features.events import EVENT, Events, check_numbers
from features.history import UNKNOWN
from features.numbering import numbered
from features.profiles import ACCOUNT_COLUMNS, profiles
from features.reversals import READ, undone_at
from ledger.segments import Segments

_OF_NO_SEGMENT = np.iinfo(np.int32).max
"""Stands for a text that is given and has no number, since it is in no segment."""

_PAYER, _PAYEE = 0, 1

_OfBoth = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


def lay_out(segments: Segments, accounts: pa.Table) -> Events:
    """Lay transactions out by account.

    Parameters
    ----------
    segments : Segments
        Of these accounts.
    accounts : pyarrow.Table
        With `features.profiles.ACCOUNT_COLUMNS`: the accounts wanted, each once.

    Returns
    -------
    Events
        Account `a` is row `a` of `accounts`.

    Raises
    ------
    ValueError
        If there are more different countries than an event has numbers for.
    """
    records = segments.records
    account, institution, country = _numbers(segments, accounts)
    parties, institutions, countries = (
        _of_both(records, what) for what in ("account", "institution", "country")
    )
    # Countries get numbers anew: an event has little room for them.
    numbers = _renumbered(np.append(countries, country))
    check_numbers(numbers.max(initial=UNKNOWN), "country", "countries are ISO 3166 codes")
    countries = numbers[: countries.size].reshape(countries.shape)
    row = np.argsort(account)
    start, event = _placed(
        records, _owners(account[row], row, parties), len(row), (parties, institutions, countries)
    )
    return Events(
        start,
        event,
        _devices(records),
        _undone(segments),
        profiles(accounts.select(ACCOUNT_COLUMNS), institution, numbers[countries.size :]),
    )


def _numbers(segments: Segments, accounts: pa.Table) -> Iterator[NDArray[np.int32]]:
    """Find the numbers of accounts, then those of their institutions and countries."""
    ids, *places = (accounts[name].to_pylist() for name in ("account_id", "institution", "country"))
    yield _coded(ids, segments.accounts)
    named = {text for column in places for text in column if text is not None}
    number_of = segments.directory.numbers(list(named))
    for column in places:
        yield _coded(column, number_of)


def _coded(texts: Sequence[str | None], number_of: Mapping[str, int]) -> NDArray[np.int32]:
    codes = [UNKNOWN if text is None else number_of.get(text, _OF_NO_SEGMENT) for text in texts]
    return np.array(codes, np.int32)


def _of_both(records: NDArray[np.void], what: str) -> NDArray[np.int32]:
    """Give what is known of payers, and below it of payees."""
    return np.stack([records[f"payer_{what}"], records[f"payee_{what}"]])


@compiled
def _renumbered(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    return numbered(numbers)


def _undone(segments: Segments) -> NDArray[np.int64]:
    if not segments.records["is_reversal"].any():
        return np.empty(0, np.int64)
    return undone_at(segments.table(READ))


def _devices(records: NDArray[np.void]) -> NDArray[np.int32]:
    # Side by side: the column of one record is so already, and numba would compile for either.
    device = np.ascontiguousarray(records["device_id"])
    return device if (device != UNKNOWN).any() else device[:0]


@compiled
def _owners(
    account: NDArray[np.int32], row: NDArray[np.int64], parties: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Find whose each transaction's debit and credit are; `UNKNOWN` where none of the accounts'.

    Parameters
    ----------
    account : int32, shape (accounts,)
        Numbers of the accounts, ascending.
    row : int64, shape (accounts,)
        Which account each is.
    parties : int32, shape (2, n)
    """
    owner = np.empty(parties.shape, np.int32)
    for side in range(2):
        for at in range(parties.shape[1]):
            place = np.searchsorted(account, parties[side, at])
            known = place < len(account) and account[place] == parties[side, at]
            owner[side, at] = row[place] if known else UNKNOWN
    return owner


@compiled
def _placed(
    records: NDArray[Any], owner: NDArray[np.int32], accounts: int, of_both: _OfBoth
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Write the events of accounts; return where those of each start, and them.

    Parameters
    ----------
    records : RECORD, shape (n,)
    owner : int32, shape (2, n)
    accounts : int
    of_both : tuple of int32, shape (2, n)
        Numbers of the parties, and those of their institutions and countries.
    """
    parties, institutions, countries = of_both
    start = np.zeros(accounts + 1, np.int64)
    for own in owner.flat:
        if own != UNKNOWN:
            start[own + 1] += 1
    start = np.cumsum(start)
    free, event = start.copy(), np.empty(start[-1], EVENT)
    for at in range(len(records)):
        record = records[at]
        for side in (_PAYER, _PAYEE):
            own, other = owner[side, at], 1 - side
            if own == UNKNOWN:
                continue
            written = event[free[own]]
            free[own] += 1
            written.happened_at = record.happened_at
            written.known_at = record.known_at
            written.amount = record.reference_minor
            written.transaction = at
            written.channel = record.channel
            written.credit = side == _PAYEE
            written.counterparty = parties[other, at]
            written.institution = institutions[other, at]
            written.country = countries[other, at]
    return start, event
