"""Transactions laid out account by account, so that a kernel can walk one account's life.

Every transaction gives each account it touches one event: a debit of the payer, a credit of the
payee. Events stand account by account and, within an account, in order of time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features import placing
from features.history import CHANNEL, NEVER, UNKNOWN
from features.profiles import ACCOUNT_COLUMNS, Profiles, profiles
from features.reversals import REVERSAL_COLUMNS, undone_at
from ledger.lake import Lake

_PLACED = (
    "happened_at", "known_at", "reference_minor", "channel", "payer_account", "payee_account",
    "payer_institution", "payee_institution", "payer_country", "payee_country",
)  # fmt: skip
"""What is written into events. Few transactions name a device, so it stands beside them."""

TRANSACTION_COLUMNS = (*REVERSAL_COLUMNS, *_PLACED, "device_id")
"""What the engine needs of a transaction."""

EVENT = np.dtype(
    [
        ("happened_at", np.int64),
        ("known_at", np.int64),
        ("amount", np.int64),
        ("transaction", np.int32),
        ("counterparty", np.int32),
        ("institution", np.int32),
        ("country", np.int16),
        ("credit", np.bool_),
        ("channel", np.int8),
    ],
    align=True,
)
"""One event: the fields of `History`, and `known_at`.

A record and not a column each, since events are written all over the place: so each write touches
one stretch of memory and not nine. As narrow as it can be, since fresh memory is most of its cost.
"""


class Events(NamedTuple):
    """Events of many accounts; `event[start[a]:start[a + 1]]` are those of account `a`.

    Attributes
    ----------
    start : int64, shape (accounts + 1,)
    event : EVENT
    device : int32, shape (transactions,) or (0,)
        Number of the device that ordered each transaction, `UNKNOWN` where it is not given; empty
        if it never is.
    undone_at : int64, shape (transactions,) or (0,)
        See `features.reversals.undone_at`.
    profile : Profiles
        Of the accounts.
    """

    start: NDArray[np.int64]
    event: NDArray[np.void]
    device: NDArray[np.int32]
    undone_at: NDArray[np.int64]
    profile: Profiles


_TEXTS = _PLACED[3:]
_NEED_NOT_BE_GIVEN = (*_PLACED[6:], "device_id")
_PIECE = 2**16


def columns_to_read(lake: Lake) -> list[str]:
    """List the columns that laying out a whole ledger needs.

    Without those that tell reversals where there are none: ids take as long to read as the rest.
    """
    if lake.has_values("transactions", "reverses"):
        return list(TRANSACTION_COLUMNS)
    return [name for name in TRANSACTION_COLUMNS if name not in REVERSAL_COLUMNS]


def lay_out(transactions: pa.Table, accounts: pa.Table) -> Events:
    """Lay transactions out by account.

    Parameters
    ----------
    transactions : pyarrow.Table
        With `TRANSACTION_COLUMNS`, in the ledger's order (`ledger.order`). Those that tell
        reversals, institutions, countries or devices may be left out: none is given then.
    accounts : pyarrow.Table
        With `features.profiles.ACCOUNT_COLUMNS`: the accounts wanted, each once. Others occur as
        counterparties only.

    Returns
    -------
    Events
        Account `a` is row `a` of `accounts`.

    Raises
    ------
    ValueError
        If the transactions do not stand in order of time, or there are more transactions or
        different countries than an event has numbers for.
    """
    undone = undone_at(transactions)
    transactions = _coded(_filled_up(transactions))
    accounts = _coded(accounts.select(ACCOUNT_COLUMNS))
    check_numbers(len(transactions), "transaction", "compute shares of the accounts, with --memory")
    # The accounts come first, so that the codes of their ids are their rows.
    _, payer, payee = _codes(accounts, transactions, "account_id", "account")
    institution, *institutions = _codes(accounts, transactions, "institution", "institution")
    country, *countries = _codes(accounts, transactions, "country", "country")
    last = max(code.max() for code in (country, *countries))
    check_numbers(last, "country", "countries are ISO 3166 codes")
    codes = [_channels(transactions), payer, payee, *institutions, *countries]
    code_of = dict(zip(_TEXTS, codes, strict=True))
    start, event = _placed(transactions, code_of, len(accounts))
    return Events(
        start,
        event,
        _devices(transactions["device_id"]),
        undone,
        profiles(
            accounts,
            _of_rows(accounts["institution"], institution),
            _of_rows(accounts["country"], country),
        ),
    )


def _placed(
    transactions: pa.Table, code_of: Mapping[str, NDArray[np.int32]], accounts: int
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Place the events; return them, after where those of each account start."""
    start = np.zeros(accounts + 1, np.int64)
    for columns in _pieces(transactions, code_of, ["payer_account", "payee_account"]):
        for party in columns:
            placing.count(party, start[1:])
    start = np.cumsum(start)
    partitions = placing.partitions(start, EVENT)
    first, latest = 0, NEVER
    for columns in _pieces(transactions, code_of, _PLACED):
        latest = placing.partition(partitions, placing.Columns(*columns), first, latest)
        first += len(columns[0])
    if partitions.width:
        placing.sort_within(partitions, start)
    return start, partitions.event


def check_numbers(needed: int, field: str, cure: str) -> None:
    """Refuse more numbers than a field of an event can hold.

    Raises
    ------
    ValueError
    """
    most = np.iinfo(EVENT[field]).max
    if needed > most:
        raise ValueError(f"{needed:,} numbers of {field} are needed and there are {most:,}; {cure}")


def _filled_up(transactions: pa.Table) -> pa.Table:
    """Let columns that were left out stand as columns without a value."""
    none = pa.nulls(len(transactions), pa.dictionary(pa.int32(), pa.string()))
    for name in set(_NEED_NOT_BE_GIVEN).difference(transactions.column_names):
        transactions = transactions.append_column(name, none)
    return transactions.select([*_PLACED, "device_id"])


def _coded(table: pa.Table) -> pa.Table:
    """Read texts as dictionaries, one for each column."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type):
            coded = table[place].dictionary_encode().unify_dictionaries()
            table = table.set_column(place, field.name, coded)
    return table


def _codes(
    accounts: pa.Table, transactions: pa.Table, own: str, other: str
) -> list[NDArray[np.int32]]:
    """Give equal texts of accounts, payers and payees equal codes, in order of occurrence."""
    columns = accounts[own], transactions[f"payer_{other}"], transactions[f"payee_{other}"]
    texts = [_texts(column) for column in columns]
    codes = pa.concat_arrays(texts).dictionary_encode().indices.to_numpy()
    ends = np.cumsum([len(own_texts) for own_texts in texts])
    # A missing text has an entry of its own, after all others.
    return [np.append(part, np.int32(UNKNOWN)) for part in np.split(codes, ends[:-1])]


def _channels(transactions: pa.Table) -> NDArray[np.int32]:
    names = _texts(transactions["channel"]).to_pylist()
    return np.array([*(CHANNEL[name] for name in names), UNKNOWN], np.int32)


def _texts(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())


def _pieces(
    transactions: pa.Table, code_of: Mapping[str, NDArray[np.int32]], names: Sequence[str]
) -> Iterator[list[Any]]:
    """Take columns piece by piece: so what a piece needs in memory is what the last one needed."""
    for batch in transactions.select(names).to_batches(max_chunksize=_PIECE):
        yield [
            placing.Texts(_entries(batch[name], len(code_of[name]) - 1), code_of[name])
            if name in code_of
            else _integers(batch[name])
            for name in names
        ]


def _devices(column: pa.ChunkedArray) -> NDArray[np.int32]:
    if column.null_count == len(column):
        return np.empty(0, np.int32)
    codes = np.arange(len(_texts(column)), dtype=np.int32)
    return _of_rows(column, np.append(codes, np.int32(UNKNOWN)))


def _of_rows(column: pa.ChunkedArray, codes: NDArray[np.int32]) -> NDArray[np.int32]:
    parts = [codes[_entries(chunk, len(codes) - 1)] for chunk in column.chunks]
    return np.concatenate([np.empty(0, np.int32), *parts])


def _integers(column: pa.Array) -> NDArray[np.int64]:
    return _unchanging(column.cast(pa.int64()).to_numpy())


def _entries(column: pa.DictionaryArray, missing: int) -> NDArray[np.int32]:
    return _unchanging(column.indices.fill_null(missing).to_numpy())


def _unchanging(values: NDArray[Any]) -> NDArray[Any]:
    # Arrow's memory can be read-only or not, and numba would compile for either.
    values = values.view()
    values.flags.writeable = False
    return values
