from datetime import UTC, datetime

from ledger import sql
from ledger.importers.cells import Cell, filled
from ledger.quality import check_ledger
from ledger.quality.references import REFERENCES
from ledger.schema import ACCOUNTS, COMPLAINTS, LABELS, TABLES, TRANSACTIONS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT = Cell("TIMESTAMPTZ '2024-01-01T00:00:00Z'")


def test_each_reference_names_columns_that_exist():
    for (table, column), (target, key) in REFERENCES.items():
        assert TABLES[table].column(column)
        assert key in TABLES[target].key


def test_what_refers_to_nothing_is_counted_and_shown():
    connection = sql.connect()
    money = {"payer_currency": Cell("'THB'"), "payee_currency": Cell("'THB'")}
    money |= {"payer_amount_minor": Cell("5"), "payee_amount_minor": Cell("5")}
    times = {"happened_at": AT, "known_at": AT}
    payment = {"transaction_id": Cell("'t' || i"), "channel": Cell("'wire'")}
    parties = {"payer_account": Cell("'a'"), "payee_account": Cell("'stranger' || i")}
    connection.execute(
        filled(
            TRANSACTIONS, {**payment, **parties, **money, **times}, "range(150) AS n(i)", "i + 1"
        )
    )
    account = {"account_id": Cell("'a'"), "institution": Cell("'b'"), "kind": Cell("'bank'")}
    connection.execute(filled(ACCOUNTS, account, "range(1) AS n(i)", "i + 1"))
    label = {"account_id": Cell("'a'"), "outcome": Cell("'victim'"), "source": Cell("'b'")}
    connection.execute(filled(LABELS, {**label, **times}, "range(1) AS n(i)", "i + 1"))
    complaint = {
        "complaint_id": Cell("'c'"),
        "transaction_id": Cell("'t999'"),
        "status": Cell("'open'"),
        "source": Cell("'b'"),
    }
    connection.execute(filled(COMPLAINTS, {**complaint, **times}, "range(1) AS n(i)", "i + 1"))
    parties_unknown, complaint_unknown = check_ledger(connection, NOW)
    assert parties_unknown.rule == "payee_account stands in accounts"
    assert parties_unknown.count == 150
    assert [row.row for row in parties_unknown.rows] == list(range(1, 101))
    assert complaint_unknown.rows[0].value == "t999"


def test_a_table_that_must_be_there_is_missed():
    rules = {(fault.table, fault.rule) for fault in check_ledger(sql.connect(), NOW)}
    assert rules == {(name, "has no rows") for name in ("transactions", "accounts", "labels")}
