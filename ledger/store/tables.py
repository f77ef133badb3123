"""The tables of the store, generated from the contracts of the ledger.

Beside the columns of its contract every table has `recorded_seq`, the position of the row in the
order in which the store learnt its facts.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger.assessments import AssessmentRecord, Source
from ledger.contract import Column, Table, Type
from ledger.lake import SEQUENCE
from ledger.schema import TABLES, TRUTH_ACCOUNTS, TRUTH_TRANSACTIONS
from ledger.view import IDENTIFIER_COLUMNS

METADATA = sa.MetaData()

STORED: dict[str, Table] = {
    name: table
    for name, table in TABLES.items()
    if table not in (TRUTH_TRANSACTIONS, TRUTH_ACCOUNTS)
}
"""Contracts of the tables in the store. What only a generator knows is not among them."""

# Text is ordered by its bytes, as Arrow and SQLite order it, whatever the database's locale.
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Times are integers, microseconds since 1970 in UTC: SQLite has no type for an instant, both
# databases keep an integer exactly, and a column of integers becomes Arrow timestamps without a
# Python datetime per row. In psql: to_timestamp(happened_at / 1e6).
_SQL: dict[Type, sa.types.TypeEngine[Any]] = {
    Type.TEXT: _TEXT,
    Type.INTEGER: _INTEGER,
    Type.REAL: sa.Double().with_variant(sa.REAL(), "sqlite"),
    Type.TIME: _INTEGER,
}

# Of a record's fields; a truth is 0 or 1.
_KINDS: dict[Any, Type] = {
    str: Type.TEXT,
    Source: Type.TEXT,
    int: Type.INTEGER,
    bool: Type.INTEGER,
    float: Type.REAL,
    datetime: Type.TIME,
}

# Each is read as a range: what an account paid, or was paid, before an instant.
_INDEXES = {
    "transactions": (
        ("payer_account", "happened_at"), ("payee_account", "happened_at"), ("known_at",),
    ),
    "complaints": (("transaction_id",),),
    "identifiers": (("value",),),
}  # fmt: skip
# Most rows have none of these, and are not in their indexes.
_SPARSE = {"transactions": tuple(IDENTIFIER_COLUMNS)}


def _column(column: Column) -> sa.Column[Any]:
    return sa.Column(column.name, _SQL[column.type], nullable=column.nullable)


def _table(contract: Table) -> sa.Table:
    table = sa.Table(
        contract.name,
        METADATA,
        *(_column(column) for column in contract),
        sa.Column(SEQUENCE.name, _INTEGER, primary_key=True, autoincrement=False),
        sa.UniqueConstraint(*contract.key, name=f"{contract.name}_key"),
        sqlite_strict=True,
    )
    for columns in _INDEXES.get(contract.name, ()):
        sa.Index("_".join((contract.name, *columns)), *(table.c[name] for name in columns))
    for name in _SPARSE.get(contract.name, ()):
        given = table.c[name].is_not(None)
        sa.Index(
            f"{contract.name}_{name}", table.c[name], sqlite_where=given, postgresql_where=given
        )
    return table


SQL_TABLES: dict[str, sa.Table] = {name: _table(contract) for name, contract in STORED.items()}

STATE = sa.Table(
    "ledger_state",
    METADATA,
    sa.Column("single", _INTEGER, primary_key=True, autoincrement=False),
    sa.Column(SEQUENCE.name, _INTEGER, nullable=False),
    sa.Column("reference_currency", _TEXT),
    sa.Column("segmented_seq", _INTEGER, nullable=False, server_default="0"),
    sa.CheckConstraint("single = 1", name="ledger_state_one_row"),
    sqlite_strict=True,
)
"""One row: the last `recorded_seq` given out, the currency of `reference_minor`, and the last
`recorded_seq` of which the segments know."""

TEXTS = sa.Table(
    "texts",
    METADATA,
    sa.Column("number", _INTEGER, primary_key=True, autoincrement=False),
    sa.Column("text", _TEXT, nullable=False),
    sa.UniqueConstraint("text", name="texts_key"),
    sqlite_strict=True,
)
"""Numbers that stand for texts in segments."""

SEGMENTS = sa.Table(
    "segments",
    METADATA,
    sa.Column("account", _INTEGER, primary_key=True, autoincrement=False),
    sa.Column("place", _INTEGER, primary_key=True, autoincrement=False),
    sa.Column("records", sa.LargeBinary, nullable=False),
    sa.Column("ids", sa.LargeBinary, nullable=False),
    sa.Column("reverses", sa.LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Transactions account by account, in bytes (`ledger.segments`), places counted from 0.

Not facts but a second form of them, which is made anew from the first at any time.
"""

ASSESSMENTS = sa.Table(
    "assessments",
    METADATA,
    sa.Column("assessment_id", _TEXT, primary_key=True),
    *(
        sa.Column(field.name, _SQL[_KINDS[field.type]], nullable=False)
        for field in fields(AssessmentRecord)
    ),
    sa.Column("made_at", _INTEGER, nullable=False),
    sa.Index("assessments_bundle_made_at", "bundle", "made_at"),
    sqlite_strict=True,
)
"""One row for each assessment (`ledger.assessments`), written once and never changed."""

OUTPUTS = sa.Table(
    "assessment_outputs",
    METADATA,
    sa.Column("assessment_id", _TEXT, primary_key=True),
    sa.Column("name", _TEXT, primary_key=True),
    sa.Column("sha256", _TEXT, nullable=False),
    sqlite_strict=True,
)
"""What was written of an assessment: a report's page, by name."""
