from datetime import UTC, datetime

import pytest

from ledger.errors import InputRefused
from ledger.importers import import_ledger

FILES = {
    "accounts.csv": """\
acct_id,dsply_nm,type,acct_stat,acct_rptng_crncy,open_dt,bank_id,first_name,last_name,country,ssn
0,C_0,I,A,USD,0,bank_a,Ann,Onymous,US,000-00-0000
1,C_1,I,A,USD,0,bank_b,Ann,Onymous,US,000-00-0000
2,C_2,O,A,USD,0,bank_a,Ann,Onymous,US,000-00-0000
3,C_3,I,A,USD,0,bank_a,Ann,Onymous,US,000-00-0000
""",
    "alert_accounts.csv": """\
alert_id,alert_type,acct_id,acct_name,is_sar,model_id,start,end,schedule_id,bank_id
7,fan_in,0,0,True,2,0,1000000,2,bank_a
7,fan_in,1,1,True,2,0,1000000,2,bank_b
8,cycle,2,2,False,2,0,1000000,2,bank_a
""",
    "transactions.csv": """\
tran_id,orig_acct,bene_acct,tx_type,base_amt,tran_timestamp,is_sar,alert_id
1,3,2,TRANSFER,220.3,2024-01-01T00:00:00Z,False,-1
2,2,0,WIRE,0.26,2024-01-05T00:00:00,True,7
3,3,3,TRANSFER,1.00,2024-01-06T00:00:00Z,False,-1
4,2,3,TRANSFER,0.00,2024-01-06T00:00:00Z,False,8
5,2,3,TRANSFER,10.006,2024-01-07T00:00:00Z,False,8
""",
}
TX_LOG = """\
step,type,amount,nameOrig,oldbalanceOrig,newbalanceOrig,nameDest,oldbalanceDest,newbalanceDest,isSAR,alertID
0,TRANSFER,220.32,3,1,1,2,1,1,0,-1
4,TRANSFER,0.26,2,1,1,0,1,1,1,7
"""


@pytest.fixture
def bring(tmp_path):
    def run(**changes: str):
        for name, text in (FILES | changes).items():
            if text:
                (tmp_path / name).write_text(text)
        return import_ledger("amlsim", tmp_path, tmp_path / "ledger")

    return run


def test_transactions(bring):
    rows = bring().lake.read("transactions").to_pylist()
    assert [row["transaction_id"] for row in rows] == ["1", "2", "5"]
    assert (
        rows[0]
        | {
            "happened_at": datetime(2024, 1, 1, tzinfo=UTC),
            "payer_account": "3",
            "payee_account": "2",
            "payer_amount_minor": 22030,
            "payee_currency": "USD",
            "reference_minor": 22030,
            "channel": "transfer",
            "payee_institution": "bank_a",
            "payee_country": "US",
        }
        == rows[0]
    )
    assert (rows[1]["channel"], rows[1]["payer_amount_minor"]) == ("wire", 26)
    assert rows[2]["payer_amount_minor"] == 1001


def test_what_was_changed_is_listed_and_counted(bring):
    assert bring().normalisations == {
        "zone-less times read as UTC": 1,
        "amounts rounded to minor units": 1,
        "self-transfers left out": 1,
        "zero amounts left out": 1,
        "labels dated 14 days after the account's first laundering transaction": 1,
        "labels dated at the ledger's end, without a laundering transaction": 1,
    }


def test_labels_are_known_two_weeks_after_the_first_laundering(bring):
    labels = {row["account_id"]: row for row in bring().lake.read("labels").to_pylist()}
    assert set(labels) == {"0", "1"}
    assert labels["0"]["happened_at"] == datetime(2024, 1, 5, tzinfo=UTC)
    assert labels["0"]["known_at"] == datetime(2024, 1, 19, tzinfo=UTC)
    assert labels["1"]["happened_at"] == labels["1"]["known_at"] == datetime(2024, 1, 7, tzinfo=UTC)


def test_what_the_generator_knows_stands_apart(bring):
    lake = bring().lake
    assert lake.read("truth_transactions").drop("recorded_seq").to_pylist() == [
        {"transaction_id": "2", "pattern_id": "7", "typology": "fan_in"}
    ]
    people = {row["account_id"]: row for row in lake.read("truth_accounts").to_pylist()}
    assert people["0"]["is_mule"]
    assert people["2"]["is_hard_innocent"]
    assert people["2"]["persona"] == "cycle"
    assert people["3"]["persona"] == "ordinary"


def test_no_names_come_in(bring):
    stored = bring().lake.read("accounts").to_pylist()
    assert stored[2]["holder_id"] == "C_2"
    assert stored[2]["holder_kind"] == "business"
    assert stored[2]["opened_at"] is None
    text = str(stored)
    assert "Onymous" not in text
    assert "000-00-0000" not in text


def test_a_log_stands_in_for_transactions(bring):
    result = bring(**{"transactions.csv": "", "tx_log.csv": TX_LOG})
    rows = result.lake.read("transactions").to_pylist()
    assert [row["happened_at"].day for row in rows] == [1, 5]
    assert result.normalisations["steps read as days since 2024-01-01"] == 2


REFUSED = {
    "negative amount": ("0.26", "-0.26", "payer_amount_minor is at least 1"),
    "no number": ("0.26", "NaN", "payer_amount_minor is an amount"),
    "unknown type": ("WIRE", "PIGEON", "channel is one of the values allowed"),
    "unknown account": ("2,2,0,", "2,2,9,", "payee_account stands in accounts"),
    "no flag": ("True,7", "maybe,7", "is_sar is true or false"),
    "impossible day": ("2024-01-05", "2024-01-32", "happened_at is a time with its zone"),
    "id twice": ("\n5,", "\n1,", "repeats an earlier row with other content"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_normalisation_is_refused(bring, tmp_path, case):
    old, new, rule = REFUSED[case]
    with pytest.raises(InputRefused) as refused:
        bring(**{"transactions.csv": FILES["transactions.csv"].replace(old, new)})
    assert any(rule in fault.rule and fault.count == 1 for fault in refused.value.faults)
    assert not (tmp_path / "ledger").exists()


def test_a_mule_that_is_no_account_is_refused(bring):
    members = FILES["alert_accounts.csv"].replace("fan_in,1,1", "fan_in,99,99")
    with pytest.raises(InputRefused, match="account_id stands in accounts"):
        bring(**{"alert_accounts.csv": members})


def test_a_missing_file_and_a_missing_column_are_named(bring):
    with pytest.raises(InputRefused, match="alert_accounts"):
        bring(**{"alert_accounts.csv": ""})
    with pytest.raises(InputRefused, match="column base_amt is missing"):
        bring(**{"transactions.csv": FILES["transactions.csv"].replace("base_amt", "amt")})
