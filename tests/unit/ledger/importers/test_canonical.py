import gzip
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.errors import InputRefused
from ledger.importers import import_ledger
from ledger.lake import open_lake
from ledger.schema import TRANSACTIONS
from tests import small_ledger


def brought(tmp_path, content, **options):
    folder = small_ledger.write(tmp_path / "in", content)
    return import_ledger("canonical", folder, tmp_path / "ledger", **options)


def test_rows_come_in_as_they_are(tmp_path):
    result = brought(tmp_path, small_ledger.tables())
    assert result.rows == {"transactions": 5, "accounts": 3, "labels": 1}
    assert result.normalisations == {}
    stored = open_lake(tmp_path / "ledger")
    assert stored.reference_currency == "THB"
    assert stored.source == "canonical"
    first, *_, last = stored.read("transactions").to_pylist()
    assert first["happened_at"] == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert first["payer_amount_minor"] == first["reference_minor"] == 1000
    assert first["tenant"] == "local"
    assert last["payer_account"] is None


def test_one_id_of_two_tenants_is_refused(tmp_path):
    tables = small_ledger.tables()
    first, second, *_ = tables["transactions"]
    second |= {"transaction_id": first["transaction_id"], "tenant": "other"}
    with pytest.raises(InputRefused, match="transaction_id repeats an earlier row"):
        brought(tmp_path, tables)


def test_the_same_input_makes_the_same_ledger(tmp_path):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    first = import_ledger("canonical", folder, tmp_path / "one" / "ledger")
    again = import_ledger("canonical", folder, tmp_path / "two" / "ledger")
    assert first.lake.digest == again.lake.digest


def test_compressed_and_parquet_files_are_read_alike(tmp_path):
    plain = brought(tmp_path, small_ledger.tables())
    folder = small_ledger.write(tmp_path / "packed", small_ledger.tables(), packed=True)
    packed = import_ledger("canonical", folder, tmp_path / "from_packed")
    columnar = tmp_path / "columnar"
    columnar.mkdir()
    for name in ("transactions", "accounts", "labels"):
        pq.write_table(plain.lake.read(name).drop("recorded_seq"), columnar / f"{name}.parquet")
    from_columnar = import_ledger("canonical", columnar, tmp_path / "from_columnar")
    for name in ("transactions", "accounts", "labels"):
        assert packed.lake.read(name) == plain.lake.read(name) == from_columnar.lake.read(name)


def test_a_parquet_column_of_another_type_is_refused(tmp_path):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    (folder / "transactions.csv").unlink()
    rows = [{**row, "payer_amount_minor": 1.5} for row in small_ledger.tables()["transactions"]]
    pq.write_table(pa.Table.from_pylist(rows), folder / "transactions.parquet")
    with pytest.raises(InputRefused) as refused:
        import_ledger("canonical", folder, tmp_path / "ledger")
    rules = {fault.rule for fault in refused.value.faults}
    assert "column payer_amount_minor has the type DOUBLE and not BIGINT" in rules
    assert "column happened_at has the type VARCHAR and not TIMESTAMP WITH TIME ZONE" in rules


def test_foreign_money_is_converted_by_the_rate_known_then(tmp_path):
    content = small_ledger.tables()
    for row in content["transactions"][2:4]:
        row["payer_currency"] = row["payee_currency"] = "JPY"
    rates = (("0.25", "2024-03-01T00:00:00Z"), ("0.5", "2024-03-04T00:00:00Z"))
    content["fx_rates"] = [
        {
            "currency": "JPY",
            "reference_currency": "THB",
            "rate": rate,
            "happened_at": known,
            "known_at": known,
        }
        for rate, known in rates
    ]
    result = brought(tmp_path, content, reference_currency="THB")
    amounts = result.lake.read("transactions", ["reference_minor"])["reference_minor"].to_pylist()
    # 3,000 yen at 0.25 baht are 750.00 baht; 4,000 at 0.5 are 2,000.00.
    assert amounts == [1000, 2000, 75_000, 200_000, 5000]


def test_a_reference_amount_given_is_kept(tmp_path):
    content = small_ledger.tables()
    for row in content["transactions"]:
        row["reference_minor"] = "7" if row["transaction_id"] == "t1" else ""
    result = brought(tmp_path, content)
    amounts = result.lake.read("transactions", ["reference_minor"])["reference_minor"].to_pylist()
    assert amounts == [7, 2000, 3000, 4000, 5000]


def test_two_currencies_need_a_choice(tmp_path):
    content = small_ledger.tables()
    content["transactions"][0]["payer_currency"] = "JPY"
    with pytest.raises(InputRefused, match="2 currencies: JPY, THB"):
        brought(tmp_path, content)


def test_a_dry_run_shows_rows_and_faults_and_stores_nothing(tmp_path):
    content = small_ledger.tables()
    content["transactions"][1]["channel"] = "pigeon"
    result = brought(tmp_path, content, dry_run=True)
    assert [fault.count for fault in result.faults] == [1]
    assert result.preview["transactions"]["transaction_id"].to_pylist() == [
        "t1", "t2", "t3", "t4", "t5",
    ]  # fmt: skip
    assert result.preview["transactions"].column_names == TRANSACTIONS.arrow.names
    assert result.lake is None
    assert not (tmp_path / "ledger").exists()


def test_quoted_line_ends_and_a_byte_order_mark_are_plain_csv(tmp_path):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    path = folder / "labels.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b",bank", b',"the\r\n""bank"""'))
    result = import_ledger("canonical", folder, tmp_path / "ledger")
    assert result.lake.read("labels", ["source"])["source"].to_pylist() == ['the\r\n"bank"']


def test_two_gzip_members_are_one_file(tmp_path):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    text = (folder / "accounts.csv").read_bytes()
    (folder / "accounts.csv").unlink()
    packed = gzip.compress(text[:20]) + gzip.compress(text[20:])
    (folder / "accounts.csv.gz").write_bytes(packed)
    assert import_ledger("canonical", folder, tmp_path / "ledger").rows["accounts"] == 3


def test_a_path_may_hold_what_a_pattern_means(tmp_path):
    place = tmp_path / "a*b[1]?"
    stored = import_ledger(
        "canonical", small_ledger.write(tmp_path / "in", small_ledger.tables()), place / "ledger"
    ).lake
    for name in ("transactions", "accounts", "labels"):
        rows = stored.read(name).drop("recorded_seq")
        (place / "in").mkdir(exist_ok=True)
        pq.write_table(rows, place / "in" / f"{name}.parquet")
    assert import_ledger("canonical", place / "in", place / "again").rows["transactions"] == 5


def test_a_role_stands_beside_a_mule_outcome_and_is_one_of_four(tmp_path):
    content = small_ledger.tables()
    (label,) = content["labels"]
    content["labels"] = [{**label, "outcome": "complicit_mule", "role": "cash_out"}]
    told = brought(tmp_path / "told", content).lake.read("labels")
    assert told["role"].to_pylist() == ["cash_out"]
    for outcome, role, rule in (
        ("legitimate", "relay", "a role stands beside a mule outcome"),
        ("complicit_mule", "boss", "Use one of collector, relay, cash_out, merchant_exit"),
    ):
        content["labels"] = [{**label, "outcome": outcome, "role": role}]
        with pytest.raises(InputRefused, match=rule):
            brought(tmp_path / outcome, content)
