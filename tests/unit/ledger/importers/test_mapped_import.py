from datetime import UTC, datetime

import pytest

from ledger.errors import InputRefused
from ledger.importers import import_ledger

PAYMENTS = """\
Ref,Booked,From,To,Amount,Type,Their bank
A1,31/12/2023 23:30,111,222,1500.50,XFER,SCB
A2,01/01/2024 08:00,222,,20,ATM-WDL,SCB
"""
CASES = """\
Konto,Found
222,2024-01-05T00:00:00Z
"""
MAPPING = """\
transactions:
  file: payments.csv
  columns:
    transaction_id: Ref
    happened_at: &booked {column: Booked, format: "%d/%m/%Y %H:%M", zone: Asia/Bangkok}
    known_at: *booked
    payer_account: From
    payee_account: To
    payer_amount_minor: &amount {column: Amount, unit: major}
    payer_currency: &baht {constant: THB}
    payee_amount_minor: *amount
    payee_currency: *baht
    channel: {column: Type, values: {XFER: transfer, ATM-WDL: atm}}
    payer_institution: {constant: KBANK}
    payee_institution: {constant: KBANK}
labels:
  file: cases.csv
  columns:
    account_id: Konto
    outcome: {constant: unwitting_mule}
    happened_at: Found
    known_at: Found
    source: {constant: investigations}
"""


@pytest.fixture
def bring(tmp_path):
    def run(mapping=MAPPING, payments=PAYMENTS, **options):
        (tmp_path / "payments.csv").write_text(payments, encoding="utf-8")
        (tmp_path / "cases.csv").write_text(CASES)
        (tmp_path / "bank.yaml").write_text(mapping)
        return import_ledger(
            "mapped",
            options.pop("path", tmp_path),
            tmp_path / "ledger",
            mapping=tmp_path / "bank.yaml",
            **options,
        )

    return run


def test_their_columns_become_ours(bring):
    result = bring()
    rows = result.lake.read("transactions").to_pylist()
    assert (
        rows[0]
        | {
            "transaction_id": "A1",
            "happened_at": datetime(2023, 12, 31, 16, 30, tzinfo=UTC),
            "payer_amount_minor": 150050,
            "payer_currency": "THB",
            "channel": "transfer",
            "payer_institution": "KBANK",
        }
        == rows[0]
    )
    assert (rows[1]["payee_account"], rows[1]["channel"]) == (None, "atm")
    assert result.normalisations == {"accounts derived from transactions": 2}
    assert result.lake.read("labels").to_pylist()[0]["outcome"] == "unwitting_mule"


def test_the_path_may_be_the_file_itself(bring, tmp_path):
    assert bring(path=tmp_path / "payments.csv").rows["transactions"] == 2


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("1500.50", '"1500,50"', "payer_amount_minor is a whole number"),
        ("1500.50", "1500.505", "payer_amount_minor is a whole number"),
        ("1500.50", "1.5e3", "payer_amount_minor is a whole number"),
        ("31/12/2023 23:30", "31/13/2023 23:30", "happened_at is a time"),
        ("31/12/2023 23:30", "2023-12-31 23:30", "happened_at is a time"),
        ("XFER", "PIGEON", "channel is one of"),
        ("222,1500", "111,1500", "payer and payee differ"),
        ("Ref,", "Reference,", "column Ref is missing"),
    ],
)
def test_their_values_are_read_strictly(bring, old, new, rule):
    with pytest.raises(InputRefused, match=rule):
        bring(payments=PAYMENTS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("    transaction_id: Ref\n", "", "column transaction_id is missing"),
        ("payer_account: From", "payer: From", "payer: is no column"),
        ("zone: Asia/Bangkok", "zone: Atlantis", "zone 'Atlantis' is unknown"),
        ("zone: Asia/Bangkok", "tz: Asia/Bangkok", "'tz' is unknown"),
        ("unit: major", "unit: cents", "unit 'cents' is unknown"),
        ("payer_account: From", "payer_account: {column: From, unit: major}", "is no amount"),
        ("payer_account: From", "payer_account: {column: From, format: x}", "is no time"),
        ("{constant: KBANK}", "{}", "needs a column or a constant"),
        ("labels:", "lables:", "is of no table"),
        ("transactions:", "payments:", "does not map transactions"),
        ("transactions:", "\t: {", "is no YAML file"),
    ],
)
def test_a_mapping_is_checked_before_it_is_used(bring, old, new, rule):
    with pytest.raises(InputRefused, match=rule):
        bring(MAPPING.replace(old, new, 1))


def test_a_dry_run_shows_what_would_be_stored(bring, tmp_path):
    result = bring(payments=PAYMENTS.replace("XFER", "PIGEON"), dry_run=True)
    assert result.preview["transactions"]["channel"].to_pylist() == ["PIGEON", "atm"]
    assert [fault.rule for fault in result.faults] == ["channel is one of the values allowed"]
    assert not (tmp_path / "ledger").exists()


def test_a_mapping_is_needed_and_for_nothing_else(tmp_path):
    with pytest.raises(InputRefused, match="--mapping"):
        import_ledger("mapped", tmp_path, tmp_path / "ledger")
    with pytest.raises(InputRefused, match="takes no mapping"):
        import_ledger("amlsim", tmp_path, tmp_path / "ledger", mapping=tmp_path)
