"""The tables that network features read, with small numbers for accounts and identifiers.

A ledger is coded once, whatever is visible of it, and looked at from many instants.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.view import IDENTIFIER_COLUMNS, LedgerView

NONE = -1
"""Stands where a row names no account or identifier."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "transactions": (
        "happened_at", "known_at", "source_sequence", "transaction_id", "payer_account",
        "payee_account", "reference_minor", *IDENTIFIER_COLUMNS,
    ),
    "labels": ("account_id", "outcome", "happened_at", "known_at", "source"),
    "complaints": (
        "complaint_id", "transaction_id", "happened_at", "known_at", "status", "source",
    ),
    "recalls": ("transaction_id", "happened_at", "known_at"),
    "list_entries": ("account_id", "list_name", "happened_at", "known_at", "expires_at"),
    "identifiers": ("account_id", "kind", "value", "seen_from", "seen_until", "known_at"),
    "accounts": ("account_id", "opened_at", "holder_id"),
}  # fmt: skip
"""Table -> the columns that are read of it."""

KINDS = ("device", "phone", "ip", "email", "address")
"""Kinds of identifiers; their numbers stand one kind after the other."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A ledger's facts in numbers.

    Attributes
    ----------
    ids : pyarrow.Array
        Account ids by their numbers; those of the table `accounts` come first, in its order.
    accounts : pyarrow.Table
        Of the ledger.
    transactions : pyarrow.Table
        In the ledger's order: `happened_at`, `known_at`, `sequence` (null where there is none),
        `payer`, `payee`, `amount`, `referred` (the number among `referred_ids`, `NONE` for most),
        the identifiers of the payer's order (`device_id`, `ip`, `phone`), and `row`, which counts
        from 0 and stays with a transaction in whatever is picked.
    transaction_ids : pyarrow.ChunkedArray
        By `row`.
    referred_ids : pyarrow.Array
        Transactions that complaints and recalls are about.
    identifiers : pyarrow.Table
        `account`, `key`, `seen_from`, `seen_until`, `known_at`.
    device_keys : int
        Identifiers with a number below it are devices.
    labels, complaints, recalls, list_entries : pyarrow.Table
        As the ledger has them.
    """

    ids: pa.Array
    accounts: pa.Table
    transactions: pa.Table
    transaction_ids: pa.ChunkedArray
    referred_ids: pa.Array
    identifiers: pa.Table
    device_keys: int
    labels: pa.Table
    complaints: pa.Table
    recalls: pa.Table
    list_entries: pa.Table


def tables_of(view: LedgerView) -> dict[str, pa.Table]:
    """Read what a view shows of the tables that network features need."""
    facts = {name: view.facts(name, names) for name, names in COLUMNS.items() if name != "accounts"}
    return {**facts, "accounts": view.accounts().select(COLUMNS["accounts"])}


def coded(tables: Mapping[str, pa.Table]) -> Coded:
    """Code a ledger.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Each of `COLUMNS`; transactions in the ledger's order (`ledger.order`). Ids and
        identifiers are texts, or integers that stand for them wherever they occur.
    """
    transactions, accounts = tables["transactions"], tables["accounts"]
    listed = tables["identifiers"]
    ids, (_, payer, payee, holder) = _numbered(
        accounts["account_id"], transactions["payer_account"], transactions["payee_account"],
        listed["account_id"],
    )  # fmt: skip
    referred_ids = pc.unique(
        pa.concat_arrays(
            [plain(tables[name]["transaction_id"]) for name in ("complaints", "recalls")]
        )
    )
    keys, listed_keys, device_keys = _identifiers(transactions, listed)
    columns = {
        "happened_at": transactions["happened_at"],
        "known_at": transactions["known_at"],
        "sequence": transactions["source_sequence"],
        "payer": payer,
        "payee": payee,
        "amount": transactions["reference_minor"].fill_null(0),
        "referred": _index(transactions["transaction_id"], referred_ids),
        "row": pa.array(np.arange(len(transactions))),
    }
    seen = {
        "account": holder,
        "key": listed_keys,
        **{name: listed[name] for name in ("seen_from", "seen_until", "known_at")},
    }
    others = {name: tables[name] for name in ("labels", "complaints", "recalls", "list_entries")}
    return Coded(
        ids=ids,
        accounts=accounts,
        transactions=pa.table(columns | keys),
        transaction_ids=transactions["transaction_id"],
        referred_ids=referred_ids,
        identifiers=pa.table(seen),
        device_keys=device_keys,
        **others,
    )


def index_of(ids: pa.ChunkedArray | pa.Array, among: pa.Array) -> np.ndarray:
    """Find the places of texts among others; `NONE` where they are not."""
    return np.asarray(_index(ids, among).to_numpy(), dtype=np.int64)


def _index(ids: pa.ChunkedArray | pa.Array, among: pa.Array) -> pa.ChunkedArray | pa.Array:
    return pc.index_in(ids.cast(among.type), value_set=among).fill_null(NONE)


def _identifiers(
    transactions: pa.Table, listed: pa.Table
) -> tuple[dict[str, pa.Array], pa.Array, int]:
    """Give identifiers numbers: in orders, by column, and in the table `identifiers`."""
    column_of = {kind: column for column, kind in IDENTIFIER_COLUMNS.items()}
    none = pa.array(np.full(len(listed), NONE, np.int32))
    ordered, of_listed, first, devices = {}, none, 0, 0
    for kind in KINDS:
        own = pc.if_else(pc.equal(listed["kind"], kind), listed["value"], None)
        used = transactions[column_of[kind]] if kind in column_of else listed["value"].slice(0, 0)
        values, (in_orders, in_list) = _numbered(used, own)
        is_of_kind = pc.greater_equal(in_list, 0)
        of_listed = pc.if_else(is_of_kind, pc.add(in_list, first), of_listed)
        if kind in column_of:
            shifted = pc.add(in_orders, first)
            ordered[column_of[kind]] = pc.if_else(pc.less(in_orders, 0), NONE, shifted)
        first += len(values)
        devices = first if kind == "device" else devices
    return ordered, of_listed, devices


def _numbered(*columns: pa.ChunkedArray | pa.Array) -> tuple[pa.Array, list[pa.Array]]:
    """Give equal texts of several columns equal numbers, in order of occurrence."""
    texts = pa.concat_arrays([plain(column) for column in columns])
    encoded = texts.dictionary_encode()
    codes = encoded.indices.fill_null(NONE).cast(pa.int32())
    ends = np.cumsum([0, *map(len, columns)])
    lengths = np.diff(ends)
    return encoded.dictionary, [
        codes.slice(int(start), int(length)) for start, length in zip(ends, lengths, strict=False)
    ]


def plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Put a column of ids in one piece, as texts or as the integers that stand for them."""
    if not pa.types.is_integer(column.type):
        column = column.cast(pa.string())
    if isinstance(column, pa.ChunkedArray):
        return pa.concat_arrays([pa.array([], column.type), *column.chunks])
    return column
