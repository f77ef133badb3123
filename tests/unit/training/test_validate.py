import json
import re
from datetime import timedelta

import pyarrow as pa
import pytest

from ledger.errors import InputRefused
from ledger.importers import import_ledger
from ledger.lake import LedgerDamaged, append, open_lake
from ledger.schema import LABELS
from tests import small_ledger
from training.validate import run

REMOTE = re.compile(r"""<(?:link|script|img)\b[^>]*(?:href|src)=["']https?:""")


@pytest.fixture
def lake(tmp_path):
    folder = small_ledger.write(tmp_path / "in", small_ledger.tables())
    return import_ledger("canonical", folder, tmp_path / "ledger").lake


def test_a_sound_ledger_has_a_summary_and_pages_that_need_no_network(lake, tmp_path):
    out = tmp_path / "out"
    run(lake, out, 100)
    assert json.loads((out / "summary.json").read_text()) == {
        "ledger": "ledger",
        "digest": lake.digest,
        "rows": {"transactions": 5, "accounts": 3, "labels": 1},
        "faults": 0,
    }
    index = (out / "docs" / "index.html").read_text()
    assert index.count("all kept") == 6
    for target in re.findall(r'href="([^"]+)"', index):
        assert (out / "docs" / target).is_file()
    pages = list((out / "docs").rglob("*.html"))
    assert len(pages) == 13
    for page in pages:
        assert not REMOTE.search(page.read_text())
    text = "".join(page.read_text() for page in pages)
    assert "payer and payee differ" in text


def test_a_ledger_older_than_a_column_is_sound(lake, tmp_path):
    run(small_ledger.as_before("inclusion_probability", lake), tmp_path / "out", 100)
    sheet = json.loads((tmp_path / "out" / "data_sheet.json").read_text())
    assert sheet["tables"]["labels"]["missing"]["inclusion_probability"] == 1.0


def test_a_sound_ledger_has_a_data_sheet(lake, tmp_path):
    out = tmp_path / "out"
    run(lake, out, 100)
    sheet = json.loads((out / "data_sheet.json").read_text())
    assert (sheet["ledger"], sheet["digest"], sheet["made_by"]) == (
        "ledger", lake.digest, "canonical",
    )  # fmt: skip
    transactions = sheet["tables"]["transactions"]
    assert (transactions["rows"], transactions["parts"]) == (5, 1)
    assert transactions["happened_at"] == [
        "2024-03-01T10:00:00+00:00", "2024-03-05T10:00:00+00:00",
    ]  # fmt: skip
    assert transactions["missing"]["payer_account"] == pytest.approx(0.2)
    assert transactions["missing"]["device_id"] == 1.0
    assert "transaction_id" not in transactions["missing"]
    assert "complaints" in sheet["empty"]
    assert sheet["outcomes"] == {"complicit_mule": 1}
    assert (sheet["transactions"]["days"], sheet["transactions"]["silent"]) == (5, 0)
    assert sheet["transactions"]["late"]["share"] == 1.0
    page = (out / "data_sheet.md").read_text()
    assert "| transactions | `payer_account` | 20.0% |" in page


def test_days_without_a_transaction_are_told(tmp_path):
    tables = small_ledger.tables()
    tables["transactions"] = [tables["transactions"][at] for at in (0, 1, 4)]
    folder = small_ledger.write(tmp_path / "in", tables)
    run(import_ledger("canonical", folder, tmp_path / "l").lake, tmp_path / "out", 100)
    sheet = json.loads((tmp_path / "out" / "data_sheet.json").read_text())
    assert sheet["transactions"]["silent"] == 2
    assert sheet["transactions"]["silences"] == [["2024-03-03", "2024-03-04", 2]]


def test_a_ledger_with_faults_stops_the_pipeline_and_shows_them(lake, tmp_path):
    out = tmp_path / "out"
    row = lake.read("labels").drop("recorded_seq").to_pylist()[0]
    stranger = row | {"account_id": "nobody", "outcome": "guilty"}
    broken = append(lake, {"labels": pa.Table.from_pylist([stranger])})
    with pytest.raises(InputRefused) as refused:
        run(broken, out, 100)
    found = {fault.rule: fault.count for fault in refused.value.faults}
    assert found == {
        "outcome is one of the values allowed": 1,
        "account_id stands in accounts": 1,
    }
    assert not (out / "summary.json").exists()
    assert "broken" in (out / "docs" / "index.html").read_text()


def test_a_changed_file_is_told_before_anything_is_read(lake, tmp_path):
    with lake.files("labels")[0].open("ab") as file:
        file.write(b"x")
    with pytest.raises(LedgerDamaged, match="labels"):
        run(open_lake(lake.folder), tmp_path / "out", 100)
    assert not (tmp_path / "out" / "docs").exists()


def test_a_ledger_of_an_earlier_release_is_sound_without_what_contracts_have_gained(lake, tmp_path):
    """One table has the new column in its later part only, another in none."""
    later = lake.read("labels").drop("recorded_seq").to_pylist()
    later[0] |= {"known_at": later[0]["known_at"] + timedelta(days=1), "role": "relay"}
    old = small_ledger.as_before("birth_year", small_ledger.as_before("role", lake))
    run(append(old, {"labels": pa.Table.from_pylist(later, LABELS.arrow)}), tmp_path / "out", 100)
    tables = json.loads((tmp_path / "out" / "data_sheet.json").read_text())["tables"]
    assert tables["labels"]["missing"]["role"] == 0.5
    assert tables["accounts"]["missing"]["birth_year"] == 1
