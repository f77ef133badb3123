"""What a view asks the database: each statement by its name, for the columns wanted."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from ledger.lake import SEQUENCE
from ledger.order import ORDER
from ledger.store.backend import Backend
from ledger.store.tables import SEGMENTS, SQL_TABLES, STATE, STORED, TEXTS
from ledger.view import HAPPENED, IDENTIFIER_COLUMNS, VISIBLE_SQL

Names = tuple[str, ...]
"""Columns to select. They hold those that the statement orders by."""

IN_TIME = (*ORDER, SEQUENCE.name)
"""What transactions are ordered by."""

# "+ 0": most facts were known, so that is no range to read by.
_VISIBLE = VISIBLE_SQL.replace("known_at", "known_at + 0")

_Select = TypeVar("_Select", bound=sa.GenerativeSelect)


def _pinned(table: str, names: Names, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    columns = SQL_TABLES[table].c
    # "+ 0": no planner shall take "everything up to now" for a narrow range and read it by number.
    pin = columns.recorded_seq + sa.text("0") <= sa.bindparam("recorded_seq")
    return sa.select(*(columns[name] for name in names)).where(*conditions, pin)


def _visible(table: str, names: Names, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    happened_at = HAPPENED.get(table, "happened_at")
    is_visible = sa.text(_VISIBLE.replace("happened_at", happened_at))
    return _pinned(table, names, *conditions).where(is_visible)


def _latest_snapshots(backend: Backend, names: Names, *, among: bool) -> sa.Select[Any]:
    # For each account the key leads to its last one at once, however many there are.
    table = SQL_TABLES["snapshots"]
    other = table.alias("other")
    last = sa.select(sa.func.max(other.c.happened_at)).where(
        other.c.account_id == table.c.account_id,
        other.c.definitions == sa.bindparam("definitions"),
        other.c.recorded_seq <= sa.bindparam("recorded_seq"),
        sa.text(_VISIBLE),
    )
    conditions = [
        table.c.definitions == sa.bindparam("definitions"),
        table.c.happened_at == last.scalar_subquery(),
    ]
    if among:
        conditions.append(_among(backend, "snapshots", "account_id"))
    return _in_order(_visible("snapshots", names, *conditions))


def _among(backend: Backend, table: str, column: str) -> sa.ColumnElement[bool]:
    return backend.among(SQL_TABLES[table].c[column], "ids")


def _touching(backend: Backend, names: Names) -> sa.CompoundSelect[Any]:
    # Two index ranges; the second leaves out what the first has found.
    paid = _among(backend, "transactions", "payer_account")
    received = _among(backend, "transactions", "payee_account")
    no_payer = SQL_TABLES["transactions"].c.payer_account.is_(None)
    not_paid = sa.or_(no_payer, sa.not_(paid))
    return _by_time(
        sa.union_all(
            _visible("transactions", names, paid),
            _visible("transactions", names, received, not_paid),
        )
    )


def _segments(backend: Backend) -> sa.Select[Any]:
    columns = SEGMENTS.c
    return (
        sa.select(TEXTS.c.text, TEXTS.c.number, columns.records, columns.ids, columns.reverses)
        .join_from(TEXTS, SEGMENTS, TEXTS.c.number == columns.account)
        .where(backend.among(TEXTS.c.text, "ids"))
        .order_by(columns.account, columns.place)
    )


def _in_order(select: sa.Select[Any]) -> sa.Select[Any]:
    return select.order_by(select.selected_columns.recorded_seq)


def _last(table: str, names: Names) -> sa.Select[Any]:
    (column,) = names
    last = sa.func.max(SQL_TABLES[table].c[column])
    return _pinned(table, names).with_only_columns(last)


def _by_time(select: _Select) -> _Select:
    columns = select.selected_columns
    return select.order_by(
        columns.happened_at,
        columns.source_sequence.nulls_last(),
        columns.transaction_id,
        columns.recorded_seq,
    )


def _every(table: str, _: Backend, names: Names) -> sa.Select[Any]:
    return _in_order(_visible(table, names))


_READ_OTHERWISE = {"accounts", "transactions"}

STATEMENTS: dict[str, Callable[[Backend, Names], sa.GenerativeSelect]] = {
    "accounts": lambda backend, names: _in_order(
        _pinned("accounts", names, _among(backend, "accounts", "account_id"))
    ),
    "all_accounts": lambda _, names: _in_order(_pinned("accounts", names)),
    "transactions": _touching,
    "all_transactions": lambda _, names: _by_time(_visible("transactions", names)),
    "complaints": lambda backend, names: _in_order(
        _visible("complaints", names, _among(backend, "complaints", "transaction_id"))
    ),
    "labels": lambda backend, names: _in_order(
        _visible("labels", names, _among(backend, "labels", "account_id"))
    ),
    "seen_by": lambda backend, names: _in_order(
        _visible("identifiers", names, _among(backend, "identifiers", "account_id"))
    ),
    "seen_with": lambda backend, names: _in_order(
        _visible("identifiers", names, _among(backend, "identifiers", "value"))
    ),
    "ordered_with": lambda backend, names: _visible(
        "transactions",
        names,
        sa.or_(*(_among(backend, "transactions", column) for column in IDENTIFIER_COLUMNS)),
    ),
    "snapshots": lambda backend, names: _latest_snapshots(backend, names, among=True),
    "latest_snapshots": lambda backend, names: _latest_snapshots(backend, names, among=False),
    "last_learnt": lambda _, names: _last("transactions", names),
    "standing": lambda _, __: sa.select(STATE.c.recorded_seq, STATE.c.segmented_seq),
    "segments": lambda backend, _: _segments(backend),
    "numbers": lambda backend, _: sa.select(TEXTS.c.text, TEXTS.c.number).where(
        backend.among(TEXTS.c.text, "ids")
    ),
    "texts": lambda backend, _: sa.select(TEXTS.c.number, TEXTS.c.text).where(
        backend.among(TEXTS.c.number, "ids")
    ),
    **{f"all_{name}": partial(_every, name) for name in STORED.keys() - _READ_OTHERWISE},
}
"""Name -> the statement for these columns."""


def recorded(table: str) -> sa.Select[Any]:
    """Select the rows of a table numbered above `after` and not above `through`."""
    columns = SQL_TABLES[table].c
    after: sa.BindParameter[int] = sa.bindparam("after")
    through: sa.BindParameter[int] = sa.bindparam("through")
    return _in_order(
        sa.select(*columns).where(columns.recorded_seq > after, columns.recorded_seq <= through)
    )
