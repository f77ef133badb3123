"""Transactions laid out account by account, so that a kernel can walk one account's life.

Every transaction gives each account it touches one event: a debit of the payer, a credit of the
payee. Events stand account by account and, within an account, in order of time.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.compiled import compiled
from features.history import CHANNEL, NEVER, UNKNOWN

TRANSACTION_COLUMNS = (
    "transaction_id", "happened_at", "known_at", "payer_account", "payee_account",
    "reference_minor", "channel", "payer_institution", "payee_institution", "payer_country",
    "payee_country", "source_sequence",
)  # fmt: skip
"""What the engine needs of a transaction."""

ACCOUNT_COLUMNS = ("account_id", "opened_at", "institution", "country")
"""What the engine needs of an account."""


class Events(NamedTuple):
    """Events of many accounts; `start[a]:start[a + 1]` are those of account `a`.

    The other fields are those of `History`, plus `known_at`; `opened_at` has one element for each
    account.
    """

    start: NDArray[np.int64]
    happened_at: NDArray[np.int64]
    known_at: NDArray[np.int64]
    credit: NDArray[np.bool_]
    amount: NDArray[np.int64]
    counterparty: NDArray[np.int32]
    institution: NDArray[np.int32]
    country: NDArray[np.int32]
    elsewhere: NDArray[np.int8]
    abroad: NDArray[np.int8]
    channel: NDArray[np.int8]
    transaction: NDArray[np.int64]
    opened_at: NDArray[np.int64]


class _Columns(NamedTuple):
    """Columns of the transactions, the pairs as (payer's, payee's); codes stand for texts."""

    happened_at: NDArray[np.int64]
    known_at: NDArray[np.int64]
    account: tuple[NDArray[np.int32], NDArray[np.int32]]
    institution: tuple[NDArray[np.int32], NDArray[np.int32]]
    country: tuple[NDArray[np.int32], NDArray[np.int32]]
    amount: NDArray[np.int64]
    channel: NDArray[np.int8]


def lay_out(transactions: pa.Table, accounts: pa.Table) -> Events:
    """Lay transactions out by account.

    Parameters
    ----------
    transactions : pyarrow.Table
        With `TRANSACTION_COLUMNS`, in any order.
    accounts : pyarrow.Table
        With `ACCOUNT_COLUMNS`: the accounts wanted. Others occur as counterparties only.

    Returns
    -------
    Events
        Account `a` is row `a` of `accounts`.
    """
    order = _time_order(transactions)
    account, *parties = _codes(
        accounts["account_id"], transactions["payer_account"], transactions["payee_account"]
    )
    institution, *institutions = _codes(
        accounts["institution"],
        transactions["payer_institution"],
        transactions["payee_institution"],
    )
    country, *countries = _codes(
        accounts["country"], transactions["payer_country"], transactions["payee_country"]
    )
    columns = _Columns(
        _integers(transactions["happened_at"]),
        _integers(transactions["known_at"]),
        (parties[0], parties[1]),
        (institutions[0], institutions[1]),
        (countries[0], countries[1]),
        _integers(transactions["reference_minor"]),
        _channels(transactions["channel"]),
    )
    row_of = np.full(max(_top(account), _top(parties[0]), _top(parties[1])) + 1, UNKNOWN, np.int64)
    row_of[account] = np.arange(len(account))
    return _scatter(columns, order, row_of, institution, country, _opened(accounts["opened_at"]))


def _time_order(transactions: pa.Table) -> NDArray[np.int64]:
    """Order rows by time, then by source_sequence, then by id; a missing sequence comes last."""
    keys = transactions.select(["happened_at", "source_sequence", "transaction_id"])
    happened = _integers(keys["happened_at"])
    sequence = _integers(keys["source_sequence"].fill_null(np.iinfo(np.int64).max))
    if _rises(happened, sequence):
        return np.arange(len(happened))
    ordered = pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names])
    return np.array(ordered, np.int64)


@compiled
def _rises(happened: NDArray[np.int64], sequence: NDArray[np.int64]) -> bool:
    """Tell whether each row comes strictly after the one before it."""
    for row in range(1, len(happened)):
        if happened[row] < happened[row - 1]:
            return False
        if happened[row] == happened[row - 1] and sequence[row] <= sequence[row - 1]:
            return False
    return True


def _codes(*columns: pa.ChunkedArray) -> list[NDArray[np.int32]]:
    """Give equal texts of several columns equal numbers; missing is `UNKNOWN`."""
    chunks = [chunk for column in columns for chunk in column.cast(pa.string()).chunks]
    encoded = pa.chunked_array(chunks, pa.string()).dictionary_encode().unify_dictionaries()
    indices = [chunk.indices.fill_null(UNKNOWN) for chunk in encoded.chunks]
    codes = np.array(pa.chunked_array(indices, pa.int32()).to_numpy())
    ends = np.cumsum([len(column) for column in columns])
    return np.split(codes, ends[:-1])


def _integers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    # A copy, since Arrow's memory is read-only now and then, and numba would compile a second time.
    return np.array(column.cast(pa.int64()).to_numpy())


def _opened(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return _integers(column.cast(pa.int64()).fill_null(NEVER))


def _channels(column: pa.ChunkedArray) -> NDArray[np.int8]:
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    code_of = np.array([CHANNEL[name] for name in encoded.dictionary.to_pylist()], np.int8)
    indices = encoded.indices.to_numpy()
    return code_of[indices] if len(indices) else np.empty(0, np.int8)


def _top(codes: NDArray[np.int32]) -> int:
    return int(codes.max(initial=UNKNOWN))


@compiled
def _scatter(
    columns: _Columns,
    order: NDArray[np.int64],
    row_of: NDArray[np.int64],
    own_institution: NDArray[np.int32],
    own_country: NDArray[np.int32],
    opened_at: NDArray[np.int64],
) -> Events:
    """Place each transaction's events: count, then fill, so that time order is kept."""
    start = _starts(columns.account, row_of, len(opened_at))
    size = start[-1]
    happened_at, known_at = np.empty(size, np.int64), np.empty(size, np.int64)
    amount, transaction = np.empty(size, np.int64), np.empty(size, np.int64)
    party = np.empty(size, np.int32)
    institution, country = np.empty(size, np.int32), np.empty(size, np.int32)
    elsewhere, abroad = np.empty(size, np.int8), np.empty(size, np.int8)
    credit, channel = np.empty(size, np.bool_), np.empty(size, np.int8)
    free = start[:-1].copy()
    for row in order:
        for side in range(2):
            code = columns.account[side][row]
            if code == UNKNOWN or row_of[code] == UNKNOWN:
                continue
            account = row_of[code]
            event = free[account]
            free[account] += 1
            happened_at[event] = columns.happened_at[row]
            known_at[event] = columns.known_at[row]
            credit[event] = side == 1
            amount[event] = columns.amount[row]
            party[event] = columns.account[1 - side][row]
            institution[event] = columns.institution[1 - side][row]
            country[event] = columns.country[1 - side][row]
            elsewhere[event] = _differs(institution[event], own_institution[account])
            abroad[event] = _differs(country[event], own_country[account])
            channel[event] = columns.channel[row]
            transaction[event] = row
    for account in range(len(opened_at)):
        own = slice(start[account], start[account + 1])
        _number_from_zero(party[own])
        _number_from_zero(institution[own])
        _number_from_zero(country[own])
    return Events(
        start, happened_at, known_at, credit, amount, party, institution, country, elsewhere,
        abroad, channel, transaction, opened_at,
    )  # fmt: skip


@compiled
def _starts(
    sides: tuple[NDArray[np.int32], NDArray[np.int32]], row_of: NDArray[np.int64], accounts: int
) -> NDArray[np.int64]:
    start = np.zeros(accounts + 1, np.int64)
    for side in sides:
        for code in side:
            if code != UNKNOWN and row_of[code] != UNKNOWN:
                start[row_of[code] + 1] += 1
    return np.cumsum(start)


@compiled
def _differs(code: int, own: int) -> int:
    if UNKNOWN in (code, own):
        return UNKNOWN
    return int(code != own)


@compiled
def _number_from_zero(codes: NDArray[np.int32]) -> None:
    """Renumber an account's codes in place by their first occurrence.

    So tables indexed by them are as small as the account, wherever the codes come from. A hash
    table with open addressing: twice as many places as codes, hence always a free one.
    """
    places = 2
    while places < 2 * len(codes):
        places *= 2
    key = np.full(places, UNKNOWN, np.int32)
    number = np.empty(places, np.int32)
    known = 0
    for event in range(len(codes)):
        if codes[event] == UNKNOWN:
            continue
        place = (codes[event] * 2654435761) & (places - 1)
        while key[place] != UNKNOWN and key[place] != codes[event]:
            place = (place + 1) & (places - 1)
        if key[place] == UNKNOWN:
            key[place] = codes[event]
            number[place] = known
            known += 1
        codes[event] = number[place]
