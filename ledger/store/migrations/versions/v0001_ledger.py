"""The tables of the ledger, each of them append-only.

A migration says what was true when it was written, so it spells the columns out instead of
reading today's contracts; a test holds the two together.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = {
    "transactions": """
        transaction_id! tenant! happened_at:i! known_at:i! payer_account payee_account
        payer_amount_minor:i! payer_currency! payee_amount_minor:i! payee_currency!
        reference_minor:i channel! payer_institution payee_institution payer_country payee_country
        device_id ip phone reference source_sequence:i status reverses""",
    "accounts": """
        account_id! institution! kind! opened_at:i holder_id holder_kind country birth_year:i
        occupation_group declared_income:i""",
    "labels": "account_id! outcome! happened_at:i! known_at:i! source!",
    "complaints": "complaint_id! transaction_id! happened_at:i! known_at:i! status! source!",
    "recalls": "recall_id! transaction_id! happened_at:i! known_at:i! reason",
    "account_events": "event_id! account_id! happened_at:i! known_at:i! kind! value",
    "balances": "account_id! happened_at:i! known_at:i! balance_minor:i! currency!",
    "identifiers": "account_id! kind! value! seen_from:i! seen_until:i known_at:i!",
    "fx_rates": "currency! reference_currency! rate:r! happened_at:i! known_at:i!",
    "list_entries": "account_id! list_name! level! happened_at:i! known_at:i! expires_at:i",
}
"""Columns of each table: `:i` an integer, `:r` a real, otherwise text; `!` required."""

KEYS = {
    "transactions": ("tenant", "transaction_id"),
    "accounts": ("account_id",),
    "labels": ("account_id", "known_at"),
    "complaints": ("complaint_id", "known_at"),
    "recalls": ("recall_id",),
    "account_events": ("event_id",),
    "balances": ("account_id", "happened_at"),
    "identifiers": ("account_id", "kind", "value", "seen_from"),
    "fx_rates": ("currency", "reference_currency", "known_at"),
    "list_entries": ("account_id", "list_name", "known_at"),
}

INDEXES = (
    ("transactions", "payer_account", "happened_at"),
    ("transactions", "payee_account", "happened_at"),
    ("complaints", "transaction_id"),
)

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "": _TEXT,
    "i": _INTEGER,
    "r": sa.Double().with_variant(sa.REAL(), "sqlite"),
}


def upgrade() -> None:
    """Create every table, its indexes and what keeps it append-only."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_REFUSE)
    for name, key in KEYS.items():
        create(name, key)
    _create_state()


def create(name: str, key: tuple[str, ...], columns: str = "") -> None:
    """Create a table with its indexes and what keeps it append-only.

    Parameters
    ----------
    columns : str
        Of a table of a later version, spelled as in `TABLES`.
    """
    op.create_table(
        name,
        *(_column(column) for column in (columns or TABLES[name]).split()),
        sa.Column("recorded_seq", _INTEGER, primary_key=True, autoincrement=False),
        sa.UniqueConstraint(*key, name=f"{name}_key"),
        sqlite_strict=True,
    )
    for statement in _APPEND_ONLY[op.get_context().dialect.name]:
        same_key = " AND ".join(f"{column} = NEW.{column}" for column in key)
        op.execute(statement.format(table=name, same_key=same_key))
    for table, *names in INDEXES:
        if table == name:
            op.create_index("_".join((table, *names)), table, names)


def _column(spelled: str) -> sa.Column[Any]:
    name, _, kind = spelled.rstrip("!").partition(":")
    return sa.Column(name, _TYPES[kind], nullable=not spelled.endswith("!"))


def _create_state() -> None:
    state = op.create_table(
        "ledger_state",
        sa.Column("single", _INTEGER, primary_key=True, autoincrement=False),
        sa.Column("recorded_seq", _INTEGER, nullable=False),
        sa.Column("reference_currency", _TEXT),
        sa.CheckConstraint("single = 1", name="ledger_state_one_row"),
        sqlite_strict=True,
    )
    op.bulk_insert(state, [{"single": 1, "recorded_seq": 0}])


_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$"""

# SQLite's INSERT OR REPLACE deletes without a delete trigger, hence a third one: a row whose key
# or number is there already is passed over, as the store's own insert does.
_APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key})
        OR EXISTS (SELECT 1 FROM {table} WHERE recorded_seq = NEW.recorded_seq)
        BEGIN SELECT RAISE(IGNORE); END""",
    ),
    "postgresql": (
        """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    ),
}
