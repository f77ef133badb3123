"""Assessments are kept: what each was made from, and the hashes of what it answered."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ASSESSMENTS = """
    assessment_id! account_id as_of:i recorded_seq:i source ledger ledger_digest currency bundle
    catalogue code libraries reasons:i counterfactuals:i most_reasons:i inputs
    visible_transactions:i features contributions raw_score:r band action amount_minor:i
    made_at:i"""
"""Columns: `:i` an integer, `:r` a real, otherwise text; `!` of the primary key; all required."""

OUTPUTS = "assessment_id! name! sha256"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "": _TEXT,
    "i": _INTEGER,
    "r": sa.Double().with_variant(sa.REAL(), "sqlite"),
}


def upgrade() -> None:
    """Create both tables and what keeps them append-only."""
    _create("assessments", ASSESSMENTS)
    # Every bundle that was used can so be named without reading every assessment.
    op.create_index("assessments_bundle", "assessments", ["bundle"])
    _create("assessment_outputs", OUTPUTS)


def _create(name: str, columns: str) -> None:
    spelled = columns.split()
    op.create_table(name, *map(_column, spelled), sqlite_strict=True)
    key = [column.rstrip("!") for column in spelled if column.endswith("!")]
    same_key = " AND ".join(f"{column} = NEW.{column}" for column in key)
    for statement in APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement.format(table=name, same_key=same_key))


def _column(spelled: str) -> sa.Column[Any]:
    name, _, kind = spelled.rstrip("!").partition(":")
    return sa.Column(
        name, _TYPES[kind], primary_key=spelled.endswith("!"), nullable=False, autoincrement=False
    )


# As for facts: see v0001_ledger. PostgreSQL has the function from there.
APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key})
        BEGIN SELECT RAISE(IGNORE); END""",
    ),
    "postgresql": (
        """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    ),
}
