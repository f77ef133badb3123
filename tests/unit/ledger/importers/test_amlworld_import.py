from datetime import UTC, datetime

import pytest

from ledger.errors import InputRefused
from ledger.importers import import_ledger

HEADER = (
    "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,"
    "Payment Currency,Payment Format,Is Laundering\n"
)
ROWS = """\
2022/09/01 00:20,010,8000EBD30,010,8000EBD30,3697.34,US Dollar,3697.34,US Dollar,Reinvestment,0
2022/09/02 00:08,010,8000EBD30,020,8000EBD30,14.10,Euro,14.10,Euro,Cheque,0
2022/09/01 00:01,020,8000EBD30,011,80001,0.000123,Bitcoin,2.46,US Dollar,Bitcoin,1
2022/09/03 00:01,011,80001,010,8000EBD30,0.00,Yuan,0.001,Yuan,ACH,0
"""


@pytest.fixture
def bring(tmp_path):
    def run(rows=ROWS, header=HEADER, **options):
        path = tmp_path / "HI-Small_Trans.csv"
        path.write_text(header + rows)
        return import_ledger("amlworld", path, tmp_path / "ledger", **options)

    return run


def test_transactions_are_put_in_order_and_accounts_told_apart_by_bank(bring):
    rows = bring().lake.read("transactions").to_pylist()
    assert [row["transaction_id"] for row in rows] == ["3", "2"]
    assert (
        rows[0]
        | {
            "happened_at": datetime(2022, 9, 1, 0, 1, tzinfo=UTC),
            "payer_account": "020:8000EBD30",
            "payee_account": "011:80001",
            "payer_amount_minor": 246,
            "payer_currency": "USD",
            "payee_amount_minor": 12300,
            "payee_currency": "BTC",
            "reference_minor": 246,
            "channel": "crypto",
        }
        == rows[0]
    )
    assert rows[1]["channel"] == "cheque"
    assert rows[1]["reference_minor"] == 1410


def test_normalisations(bring):
    assert bring().normalisations == {
        "zone-less times read as UTC": 4,
        "accounts derived from transactions": 3,
        "amounts paid rounded to minor units": 1,
        "self-transfers left out": 1,
        "zero amounts left out": 1,
        "fixed exchange rates added": 2,
        "labels dated 14 days after the account's first laundering transaction": 2,
    }


def test_laundering_transactions_that_are_left_out_are_counted(bring):
    changed = ROWS.replace("Reinvestment,0", "Reinvestment,1").replace("ACH,0", "ACH,1")
    result = bring(changed)
    assert result.normalisations["laundering transactions among those left out"] == 2
    assert result.rows["truth_transactions"] == 1


def test_a_file_without_laundering_between_two_accounts_is_refused(bring):
    with pytest.raises(InputRefused, match="none between two accounts launders"):
        bring(ROWS.replace("Bitcoin,1", "Bitcoin,0").replace("Reinvestment,0", "Reinvestment,1"))


def test_mules_are_those_who_launder(bring):
    lake = bring().lake
    assert {row["account_id"] for row in lake.read("labels").to_pylist()} == {
        "020:8000EBD30",
        "011:80001",
    }
    assert {row["institution"] for row in lake.read("accounts").to_pylist()} == {
        "010", "011", "020",
    }  # fmt: skip


def test_another_reference_currency(bring):
    rows = bring(reference_currency="GBP").lake.read("transactions").to_pylist()
    assert [row["reference_minor"] for row in rows] == [212, 1216]


def test_a_saved_copy_names_the_second_account_otherwise(bring):
    header = HEADER.replace("To Bank,Account", "To Bank,Account.1")
    assert bring(header=header).rows["transactions"] == 2


def test_a_folder_with_the_one_file(bring, tmp_path):
    bring()
    assert import_ledger("amlworld", tmp_path, tmp_path / "again").rows["transactions"] == 2


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("14.10,Euro,14.10,Euro", "14.10,Pounds,14.10,Pounds", "payer_currency is one of"),
        ("14.10,Euro,14.10,Euro", "14.10,Euro,15.10,Euro", "one currency has one amount"),
        ("14.10,Euro,14.10,Euro", "-1,Euro,-1,Euro", "payer_amount_minor is at least 1"),
        ("Cheque", "Pigeon", "channel is one of"),
        ("2022/09/02 00:08", "02.09.2022 00:08", "happened_at is a time"),
        ("Cheque,0", "Cheque,2", "is_laundering is true or false"),
    ],
)
def test_refusals(bring, old, new, rule):
    with pytest.raises(InputRefused, match=rule):
        bring(ROWS.replace(old, new))


def test_a_reference_currency_without_a_rate_is_refused(bring):
    with pytest.raises(InputRefused, match="THB has no rate"):
        bring(reference_currency="THB")
