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
    country = _countries(
        _column(records, "payer_country"), _column(records, "payee_country"), country
    )
    check_numbers(country.max(initial=UNKNOWN), "country", "countries are ISO 3166 codes")
    row = np.argsort(account)
    start, event = _placed(records, account[row], row, country, np.empty(2 * len(records), EVENT))
    return Events(
        start,
        event,
        _devices(records),
        _undone(segments),
        profiles(accounts.select(ACCOUNT_COLUMNS), institution, country[2 * len(records) :]),
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


@compiled
def _countries(
    payer: NDArray[np.int32], payee: NDArray[np.int32], own: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Give countries numbers anew: an event has little room for them."""
    return numbered(np.concatenate((payer, payee, own)))


def _undone(segments: Segments) -> NDArray[np.int64]:
    if not segments.records["is_reversal"].any():
        return np.empty(0, np.int64)
    return undone_at(segments.table(READ))


def _column(records: NDArray[np.void], name: str) -> NDArray[np.int32]:
    # Side by side: the columns of one record are so already, and numba would compile for either.
    return np.ascontiguousarray(records[name])


def _devices(records: NDArray[np.void]) -> NDArray[np.int32]:
    device = _column(records, "device_id")
    return device if (device != UNKNOWN).any() else device[:0]


@compiled
def _placed(
    records: NDArray[Any],
    account: NDArray[np.int32],
    row: NDArray[np.int64],
    country: NDArray[np.int32],
    event: NDArray[Any],
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Write the events of accounts; return where those of each start, and them.

    Parameters
    ----------
    records : RECORD
    account : int32, shape (accounts,)
        Numbers of the accounts, ascending.
    row : int64, shape (accounts,)
        Which account each is.
    country : int32
        Of the payers, and then of the payees.
    event : EVENT
        Room for two of each transaction.
    """
    owner = _owners(account, row, records["payer_account"], records["payee_account"])
    start = np.zeros(len(row) + 1, np.int64)
    for own in owner.flat:
        if own != UNKNOWN:
            start[own + 1] += 1
    start = np.cumsum(start)
    free = start.copy()
    for at in range(len(records)):
        record = records[at]
        for side in (_PAYER, _PAYEE):
            own = owner[side, at]
            if own != UNKNOWN:
                written = event[free[own]]
                free[own] += 1
                written.happened_at = record.happened_at
                written.known_at = record.known_at
                written.amount = record.reference_minor
                written.transaction = at
                written.channel = record.channel
                written.credit = side == _PAYEE
                if side == _PAYEE:
                    written.counterparty = record.payer_account
                    written.institution = record.payer_institution
                    written.country = country[at]
                else:
                    written.counterparty = record.payee_account
                    written.institution = record.payee_institution
                    written.country = country[len(records) + at]
    return start, event[: start[-1]]


@compiled
def _owners(
    account: NDArray[np.int32],
    row: NDArray[np.int64],
    payer: NDArray[np.int32],
    payee: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Find whose each transaction's debit and credit are; `UNKNOWN` where none of the accounts'."""
    owner = np.empty((2, len(payer)), np.int32)
    for side, party in ((_PAYER, payer), (_PAYEE, payee)):
        for at in range(len(party)):
            place = np.searchsorted(account, party[at])
            known = place < len(account) and account[place] == party[at]
            owner[side, at] = row[place] if known else UNKNOWN
    return owner
