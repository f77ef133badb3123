"""Stores what a request brings: all of it or, with every fault named, nothing."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ledger.schema import ACCOUNTS, COMPLAINTS, TABLES, TRANSACTIONS
from ledger.store import Conflict, Store
from ledger.store.lookup import happened_at, learnt_at
from serving.amounts import with_reference, without_reference
from serving.api.answers import Stored
from serving.api.requests import TENANT, NewComplaints, NewTransactions
from serving.checking import faults, identity_of, outside, place, refuse
from serving.problems import Error, Problem, refused
from serving.sources import Sources
from serving.tables import put, table_of

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a client's clock may run ahead of ours."""

_AHEAD = f"Is more than {CLOCK_TOLERANCE.seconds // 60} minutes ahead of the service's clock"
_NO_ACCOUNT = "Stands neither in the store nor under accounts; send the account along"
_TOO_EARLY = "Lies before the transaction complained of; check both times and their zones"
_NO_TRANSACTION = "Stands for no transaction of the store or of this request"

Tables = Mapping[str, pa.Table]


def store_transactions(sources: Sources, request: NewTransactions, now: datetime) -> Stored:
    """Store transactions, and the accounts that come with them.

    Raises
    ------
    Problem
        If a row breaks its contract or names what is unknown, or an id stands for other content.
    """
    return _stored(sources.store, lambda: _transactions(sources, request, now))


def store_complaints(sources: Sources, request: NewComplaints, now: datetime) -> Stored:
    """Store complaints about stored transactions.

    Raises
    ------
    Problem
        If a row breaks its contract or complains of an unknown transaction.
    """
    return _stored(sources.store, lambda: _complaints(sources.store, request, now))


def _stored(store: Store, build: Callable[[], Tables]) -> Stored:
    try:
        return _append(store, build())
    except Conflict:
        # Another request may have stored the same rows after their stamps were read.
        pass
    try:
        return _append(store, build())
    except Conflict as conflict:
        raise _conflict(conflict) from None


def _append(store: Store, tables: Tables) -> Stored:
    appended = store.append_all(tables)
    return Stored(new=appended.new, repeated=appended.repeated, recorded_seq=store.recorded_seq)


def _conflict(conflict: Conflict) -> Problem:
    key = identity_of(TABLES[conflict.table])
    rule = "Stands for other content in the store"
    errors = [Error(place(conflict.table, at - 1, key), rule) for at in conflict.positions]
    return refused("conflict", errors)


def _transactions(sources: Sources, request: NewTransactions, now: datetime) -> Tables:
    store, currency = sources.store, sources.currency
    accounts = table_of(ACCOUNTS, request.accounts)
    rows = with_reference(table_of(TRANSACTIONS, request.transactions), currency)
    rows = put(rows, "tenant", [TENANT] * len(rows))
    rows = put(rows, "known_at", _stamps(rows, learnt_at(store, "transactions", rows), now))
    tables = {"accounts": accounts, "transactions": rows}
    refuse(
        [
            *faults(tables, now),
            *_ahead("transactions", rows, now),
            *without_reference(rows, currency),
            *_unknown_accounts(store, rows, accounts, now),
            *_unknown_reversed(store, rows),
        ]
    )
    return tables


def _complaints(store: Store, request: NewComplaints, now: datetime) -> Tables:
    rows = table_of(COMPLAINTS, request.complaints)
    rows = put(rows, "known_at", _stamps(rows, learnt_at(store, "complaints", rows), now))
    tables = {"complaints": rows}
    paid_at = happened_at(store, rows["transaction_id"].to_pylist())
    refuse(
        [
            *faults(tables, now),
            *_ahead("complaints", rows, now),
            *outside(rows, "complaints", "transaction_id", paid_at.keys(), _NO_TRANSACTION),
            *_too_early(rows, paid_at),
        ]
    )
    return tables


def _too_early(complaints: pa.Table, paid_at: Mapping[str, datetime]) -> Iterator[Error]:
    for at, complaint in enumerate(complaints.to_pylist()):
        paid = paid_at.get(complaint["transaction_id"])
        if paid and complaint["happened_at"] < paid:
            yield Error(place("complaints", at, "happened_at"), _TOO_EARLY)


def _stamps(rows: pa.Table, learnt: list[datetime | None], now: datetime) -> list[datetime]:
    """Stamp when each row was learnt: a repeated one when it first was, a new one now."""
    happened: list[datetime] = rows["happened_at"].to_pylist()
    # A fact cannot be learnt before it happens, and a client's clock may run a little ahead.
    return [at or max(now, start) for at, start in zip(learnt, happened, strict=True)]


def _ahead(table: str, rows: pa.Table, now: datetime) -> Iterator[Error]:
    latest = pa.scalar(now + CLOCK_TOLERANCE, rows.schema.field("happened_at").type)
    for at in pc.indices_nonzero(pc.greater(rows["happened_at"], latest)).to_pylist():
        yield Error(place(table, at, "happened_at"), _AHEAD)


def _unknown_accounts(
    store: Store, rows: pa.Table, accounts: pa.Table, now: datetime
) -> Iterator[Error]:
    sides = ("payer_account", "payee_account")
    known = set(accounts["account_id"].to_pylist())
    asked = {account for side in sides for account in rows[side].to_pylist()} - known - {None}
    known |= set(store.view(now).accounts(sorted(asked))["account_id"].to_pylist())
    for side in sides:
        yield from outside(rows, "transactions", side, known, _NO_ACCOUNT)


def _unknown_reversed(store: Store, rows: pa.Table) -> Iterator[Error]:
    known = set(rows["transaction_id"].to_pylist())
    asked = set(rows["reverses"].to_pylist()) - known - {None}
    known |= happened_at(store, sorted(asked)).keys()
    yield from outside(rows, "transactions", "reverses", known, _NO_TRANSACTION)
