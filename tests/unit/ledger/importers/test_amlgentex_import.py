from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.errors import InputRefused
from ledger.importers import import_ledger

ACCOUNTS = """\
ACCOUNT_ID,CUSTOMER_ID,INIT_BALANCE,SALARY,AGE,CITY,IS_SAR,BANK_ID
0,C_0,60569.58,24502.34,24,city_6,true,bank_a
1,C_1,63176.53,43063.74,75,city_1,false,bank_b
2,C_2,63176.53,43063.74,75,city_1,true,bank_b
"""
MODELS = """\
modelID,type,accountID,isMain,sourceType,phase
0,fan_out,0,true,TRANSFER,0
"""
COLUMNS = ("step", "type", "amount", "nameOrig", "nameDest", "isSAR", "patternID", "modelType")
ROWS = [
    (0, "INITALBALANCE", 60569.58, -2, 0, 0, -1, 0),
    (3, "TRANSFER", 24502.34, -2, 1, 0, -1, 0),
    (4, "TRANSFER", 12.3456, 1, -1, 0, -1, 0),
    (4, "CASH", 50.0, 1, -1, 0, -1, 0),
    (5, "TRANSFER", 99.999, 1, 0, 1, 33771, 1),
    (6, "TRANSFER", 1e-10, 0, 1, 0, -1, 0),
]


@pytest.fixture
def bring(tmp_path):
    def run(rows=ROWS, **options):
        log = [
            {**dict(zip(COLUMNS, row, strict=True)), "bankOrig": "source", "bankDest": "bank_b"}
            for row in rows
        ]
        pq.write_table(pa.Table.from_pylist(log), tmp_path / "tx_log.parquet")
        (tmp_path / "accounts.csv").write_text(ACCOUNTS)
        (tmp_path / "alert_models.csv").write_text(MODELS)
        return import_ledger("amlgentex", tmp_path, tmp_path / "ledger", **options)

    return run


def test_transactions(bring):
    rows = bring().lake.read("transactions").to_pylist()
    assert [
        (row["payer_account"], row["payee_account"], row["payer_amount_minor"], row["channel"])
        for row in rows
    ] == [
        (None, "1", 2450234, "salary"),
        ("1", None, 1235, "card"),
        ("1", None, 5000, "atm"),
        ("1", "0", 10000, "transfer"),
    ]
    assert rows[0]["happened_at"] == datetime(2023, 1, 4, tzinfo=UTC)
    assert rows[0]["payer_institution"] is None


def test_normalisations(bring):
    assert bring().normalisations == {
        "opening balances left out": 1,
        "payers outside made missing": 1,
        "payees outside made missing": 2,
        "amounts without a currency read as USD": 5,
        "amounts rounded to minor units": 2,
        "zero amounts left out": 1,
        "labels dated 14 days after the account's first laundering transaction": 1,
        "labels dated at the ledger's end, without a laundering transaction": 1,
    }


def test_accounts_and_truth(bring):
    lake = bring(reference_currency="SEK").lake
    account = lake.read("accounts").to_pylist()[0]
    assert (account["birth_year"], account["declared_income"]) == (1999, 12 * 2450234)
    assert account["holder_id"] == "C_0"
    assert lake.reference_currency == "SEK"
    assert lake.read("truth_transactions").drop("recorded_seq").to_pylist() == [
        {"transaction_id": "5", "pattern_id": "33771", "typology": "fan_out"}
    ]
    personas = [row["persona"] for row in lake.read("truth_accounts").to_pylist()]
    assert personas == ["fan_out", "ordinary", "unknown"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ((5, "TRANSFER", float("nan"), 0, 1, 0, -1, 0), "payer_amount_minor is an amount"),
        ((5, "TRANSFER", -4.0, 0, 1, 0, -1, 0), "payer_amount_minor is at least 1"),
        ((5, "PIGEON", 4.0, 0, 1, 0, -1, 0), "channel is one of the values allowed"),
        ((5, "TRANSFER", 4.0, 0, 77, 0, -1, 0), "payee_account stands in accounts"),
        ((9**9, "TRANSFER", 4.0, 0, 1, 0, -1, 0), "happened_at"),
    ],
)
def test_refusals(bring, row, rule):
    with pytest.raises(InputRefused, match=rule):
        bring([*ROWS, row])
