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
from features.history import CHANNEL, NEVER
from features.profiles import Profiles, profiles
from features.reversals import REVERSAL_COLUMNS, undone_at
from features.texts import Numbered, numbered_alike, numbered_by, unchanging
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
    check_numbers(len(transactions), "transaction", "compute shares of the accounts, with --memory")
    told = _filled_up(transactions)
    # The accounts come first, so that the numbers of their ids are their rows.
    _, payer, payee = _alike(accounts["account_id"], told, "account")
    institution, *institutions = _alike(accounts["institution"], told, "institution")
    country, *countries = _alike(accounts["country"], told, "country")
    last = max(column.largest() for column in (country, *countries))
    check_numbers(last, "country", "countries are ISO 3166 codes")
    channel = numbered_by(CHANNEL, told["channel"])
    columns = (channel, payer, payee, *institutions, *countries)
    start, event = _placed(told, dict(zip(_TEXTS, columns, strict=True)), len(accounts))
    return Events(
        start,
        event,
        _devices(told["device_id"]),
        undone_at(transactions),
        profiles(accounts, institution.rows(), country.rows()),
    )


def _placed(
    transactions: pa.Table, texts: Mapping[str, Numbered], accounts: int
) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """Place the events; return them, after where those of each account start."""
    start = np.zeros(accounts + 1, np.int64)
    for columns in _pieces(transactions, texts, ["payer_account", "payee_account"]):
        for party in columns:
            placing.count(party, start[1:])
    start = np.cumsum(start)
    partitions = placing.partitions(start, EVENT)
    first, latest = 0, NEVER
    for columns in _pieces(transactions, texts, _PLACED):
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


def _alike(own: pa.ChunkedArray, transactions: pa.Table, what: str) -> list[Numbered]:
    """Give what accounts, payers and payees tell of themselves equal numbers where it is equal."""
    return numbered_alike(own, transactions[f"payer_{what}"], transactions[f"payee_{what}"])


def _pieces(
    transactions: pa.Table, texts: Mapping[str, Numbered], names: Sequence[str]
) -> Iterator[list[Any]]:
    """Take columns piece by piece: so what a piece needs in memory is what the last one needed."""
    first = 0
    columns = {name: texts[name].column if name in texts else transactions[name] for name in names}
    for batch in pa.table(columns).to_batches(max_chunksize=_PIECE):
        yield [
            texts[name].piece(batch[name], first) if name in texts else _integers(batch[name])
            for name in names
        ]
        first += len(batch)


def _devices(column: pa.ChunkedArray) -> NDArray[np.int32]:
    if column.null_count == len(column):
        return np.empty(0, np.int32)
    (devices,) = numbered_alike(column)
    return devices.rows()


def _integers(column: pa.Array) -> NDArray[np.int64]:
    return unchanging(column.cast(pa.int64()).to_numpy())
