"""The doors accept empty ledgers and say what they return."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES
from features.patterns.settings import FAMILIES, Settings
from features.patterns.tables import account_patterns, transaction_patterns
from ledger.schema import TRANSACTIONS
from tests.property.drawn_transfers import numbered, transaction_table, transferred

NOTHING = TRANSACTIONS.arrow.empty_table()
AS_OF = datetime(2025, 6, 1, tzinfo=UTC)


def test_a_ledger_without_transactions_has_no_patterns():
    counted = transaction_patterns(NOTHING, Settings())
    assert counted.table.column_names == ["transaction_id", *TRANSACTION_VALUES, "cut"]
    assert len(counted.table) == 0
    assert counted.cut == dict.fromkeys(FAMILIES, 0)


def test_an_account_table_names_its_instant():
    counted = account_patterns(NOTHING, AS_OF, timedelta(days=30), Settings())
    assert counted.table.column_names == ["account_id", "as_of", *ACCOUNT_VALUES]
    assert counted.table.schema.field("as_of").type == pa.timestamp("us", tz="UTC")


def test_a_payment_learnt_later_does_not_hide_what_an_account_gathered_and_scattered():
    """The hub's last payment to one payee is not known yet, and the one before came too early."""
    pays = [(0, "cd", 0), (1, "ac", 0), (2, "bc", 0), (3, "ce", 0), (4, "cd", 9), (5, "cf", 0)]
    ledger = [transferred(*way, moment, delay=delay) for moment, way, delay in pays]
    table = transaction_patterns(transaction_table(numbered(ledger)), Settings()).table
    assert table["gather_scatter"].to_pylist()[-1] == 2
