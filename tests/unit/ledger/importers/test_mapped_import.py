from datetime import UTC, datetime, timedelta

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
        ("1500.50", '"1500,50"', "payer_amount_minor is an amount"),
        ("1500.50", "1500.505", "payer_amount_minor is an amount"),
        ("1500.50", "1.5e3", "payer_amount_minor is an amount"),
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
    ("amount", "currency"), [('"1,000.50"', "THB"), ("10.50", "JPY"), ("1e3", "JPY")]
)
def test_the_cure_of_an_amount_fits_major_units_too(bring, amount, currency):
    with pytest.raises(InputRefused) as refused:
        bring(MAPPING.replace("THB", currency), PAYMENTS.replace("1500.50", amount))
    assert {fault.rule for fault in refused.value.faults} == {
        "payer_amount_minor is an amount", "payee_amount_minor is an amount",
    }  # fmt: skip
    for fault in refused.value.faults:
        assert "no separator of thousands" in fault.cure
        assert "12.50 with at most the decimals of their currency" in fault.cure


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
        ("transactions:", f"x: {'[' * 5000}", "is no YAML file"),
        ("file: payments.csv", "file: {a: 1}", "has a file that is no name"),
        ("file: payments.csv", "flie: payments.csv", "'flie' is unknown"),
        ("payer_account: From", "payer_account: {column: {a: 1}}", "column is not of its form"),
        ("payer_account: From", "payer_account: {constant: [a]}", "constant is not of its form"),
        ("payer_account: From", 'payer_account: {constant: "a\\0"}', "constant is not of its form"),
        ("{XFER: transfer, ATM-WDL: atm}", "[a, b]", "values is not of its form"),
        ("{XFER: transfer, ATM-WDL: atm}", "{XFER: [a]}", "values is not of its form"),
        ("%d/%m/%Y", "%Q/%m/%Y", "format '%Q/%m/%Y %H:%M' cannot be read"),
        ("%H:%M", "%H:%M %z", "has a zone, and a format with an offset"),
        ("columns:", "columns: 3\n  rest:", "has no columns"),
    ],
)
def test_a_mapping_is_checked_before_it_is_used(bring, old, new, rule):
    with pytest.raises(InputRefused, match=rule):
        bring(MAPPING.replace(old, new, 1))


BOOKED_IN_BERLIN = MAPPING.replace("Asia/Bangkok", "Europe/Berlin")


def times(result):
    return [row["happened_at"] for row in result.lake.read("transactions").to_pylist()]


@pytest.mark.parametrize(
    ("booked", "in_utc"),
    [
        ("31/03/2023 01:59", datetime(2023, 3, 31, 23, 59, tzinfo=UTC) - timedelta(days=1)),
        ("26/03/2023 01:59", datetime(2023, 3, 26, 0, 59, tzinfo=UTC)),
        ("26/03/2023 03:00", datetime(2023, 3, 26, 1, 0, tzinfo=UTC)),
        ("29/10/2023 01:59", datetime(2023, 10, 28, 23, 59, tzinfo=UTC)),
        ("29/10/2023 03:00", datetime(2023, 10, 29, 2, 0, tzinfo=UTC)),
    ],
)
def test_local_times_around_a_change_of_the_clocks(bring, booked, in_utc):
    result = bring(BOOKED_IN_BERLIN, PAYMENTS.replace("31/12/2023 23:30", booked))
    assert times(result)[0] == in_utc
    assert not any("occurs twice" in words for words in result.normalisations)


def test_a_local_time_that_does_not_exist_is_refused(bring):
    with pytest.raises(InputRefused, match="happened_at is a time"):
        bring(BOOKED_IN_BERLIN, PAYMENTS.replace("31/12/2023 23:30", "26/03/2023 02:30"))


def test_a_local_time_that_occurs_twice_is_read_as_the_later_and_told(bring):
    result = bring(BOOKED_IN_BERLIN, PAYMENTS.replace("31/12/2023 23:30", "29/10/2023 02:30"))
    assert times(result)[0] == datetime(2023, 10, 29, 1, 30, tzinfo=UTC)
    words = "transactions.happened_at that occurs twice read as the later time"
    assert result.normalisations[words] == 1


def test_a_time_with_its_offset_needs_no_zone(bring):
    mapping = MAPPING.replace('%H:%M", zone: Asia/Bangkok', '%H:%M %z"')
    payments = PAYMENTS.replace("23:30", "23:30 +0200").replace("08:00", "08:00 -0500")
    assert times(bring(mapping, payments)) == [
        datetime(2023, 12, 31, 21, 30, tzinfo=UTC),
        datetime(2024, 1, 1, 13, 0, tzinfo=UTC),
    ]


def test_columns_are_joined_where_a_number_is_unique_within_its_bank_only(bring):
    mapping = MAPPING.replace("payee_account: To", "payee_account: [Their bank, To]")
    mapping = mapping.replace(
        "payee_institution: {constant: KBANK}", "payee_institution: Their bank"
    )
    result = bring(mapping, PAYMENTS.replace("222,,20", "222,111,20"))
    assert result.lake.read("transactions")["payee_account"].to_pylist() == ["SCB:222", "SCB:111"]
    accounts = result.lake.read("accounts").to_pylist()
    assert {(row["account_id"], row["institution"]) for row in accounts} == {
        ("111", "KBANK"), ("222", "KBANK"), ("SCB:222", "SCB"), ("SCB:111", "SCB"),
    }  # fmt: skip


def test_joined_columns_are_missing_where_one_is(bring):
    mapping = MAPPING.replace("payee_account: To", "payee_account: {column: [Their bank, To]}")
    rows = bring(mapping).lake.read("transactions")
    assert rows["payee_account"].to_pylist() == ["SCB:222", None]


def test_texts_of_a_mapping_are_taken_as_they_stand(bring):
    mapping = MAPPING.replace("labels:", "    payer_country: {constant: NO}\nlabels:")
    assert bring(mapping).lake.read("transactions")["payer_country"].to_pylist() == ["NO", "NO"]


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
