"""A ledger is opened only as it was written: its manifest and every part."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.lake import MANIFEST, SEQUENCE, Lake, LedgerDamaged, LedgerHasGrown, append, open_lake
from ledger.schema import TRANSACTIONS
from tests import facts
from tests.small_ledger import as_before


@pytest.fixture
def ledger(tmp_path):
    tables = {
        "transactions": facts.transactions("a", "b", "c"),
        "labels": facts.rows_of("labels", {}),
    }
    return append(Lake(tmp_path / "bank", "test", "THB"), tables)


def one_payment_less(part):
    pq.write_table(pq.read_table(part).slice(1), part, compression="zstd")


@pytest.mark.parametrize(
    "damage",
    [one_payment_less, lambda part: part.write_bytes(b"no Parquet"), lambda part: part.unlink()],
    ids=["a payment less", "garbage", "missing"],
)
def test_a_part_that_is_not_what_was_written_is_not_opened(ledger, damage):
    damage(ledger.files("transactions")[0])
    with pytest.raises(LedgerDamaged, match=r"transactions/.* missing or changed since written"):
        open_lake(ledger.folder)


def test_what_was_written_is_opened(ledger):
    assert open_lake(ledger.folder) == ledger


def test_a_column_without_values_is_known_without_reading_it(ledger):
    assert not ledger.has_values("transactions", "reverses")
    assert ledger.has_values("transactions", "transaction_id")
    back = facts.transactions("d").set_column(
        TRANSACTIONS.arrow.names.index("reverses"), "reverses", pa.array(["a"])
    )
    assert append(ledger, {"transactions": back}).has_values("transactions", "reverses")


def test_a_column_that_a_part_lacks_is_read_coded_too(ledger):
    older = as_before("phone", ledger)
    read = older.read("transactions", ["phone", "channel"], coded=True)
    assert read["phone"].to_pylist() == [None] * 3
    assert pa.types.is_dictionary(read["phone"].type)


def test_who_opened_a_ledger_before_somebody_else_appended_does_not_append(ledger):
    grown = append(ledger, {"transactions": facts.transactions("d")})
    with pytest.raises(LedgerHasGrown, match="another command appends"):
        append(ledger, {"transactions": facts.transactions("e")})
    assert open_lake(ledger.folder) == grown


def test_a_part_older_than_a_column_has_no_values_in_it(tmp_path):
    labels = facts.rows_of("labels", {"account_id": "b", "inclusion_probability": 0.5})
    lake = as_before(
        "inclusion_probability", append(Lake(tmp_path, "test", "THB"), {"labels": labels})
    )
    assert lake.read("labels").schema == labels.schema.append(SEQUENCE)
    assert lake.read("labels", ["inclusion_probability"])[0].to_pylist() == [None]
    assert not lake.has_values("labels", "inclusion_probability")
    later = append(lake, {"labels": labels})
    assert later.read("labels", ["inclusion_probability"])[0].to_pylist() == [None, 0.5]


@pytest.mark.parametrize(
    "change",
    [
        {"parts": 3},
        {"parts": [{}]},
        {"colour": "blue"},
        {"folder": "elsewhere"},
        {"source": 3},
        {"reference_currency": None},
        {"normalisations": []},
    ],
    ids=str,
)
def test_a_manifest_of_another_form_is_told(ledger, change):
    manifest = ledger.folder / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    with pytest.raises(LedgerDamaged, match=r"ledger\.json is not what was written"):
        open_lake(ledger.folder)


@pytest.mark.parametrize(
    "change",
    [{"table": "../labels"}, {"table": []}, {"rows": "3"}, {"last_seq": None}, {"colour": "blue"}],
    ids=str,
)
def test_a_manifest_with_a_part_of_another_form_is_told(ledger, change):
    manifest = ledger.folder / MANIFEST
    content = json.loads(manifest.read_text())
    content["parts"][0] |= change
    manifest.write_text(json.dumps(content))
    with pytest.raises(LedgerDamaged, match=r"ledger\.json is not what was written"):
        open_lake(ledger.folder)


@pytest.mark.parametrize("text", ["", '{"parts": [', "[]", "null", "[" * 100_000])
def test_a_manifest_that_is_no_object_is_told(ledger, text):
    (ledger.folder / MANIFEST).write_text(text, "utf-8")
    with pytest.raises(LedgerDamaged, match=r"ledger\.json is not what was written"):
        open_lake(ledger.folder)


def test_a_ledger_of_an_earlier_release_lacks_what_contracts_have_gained(ledger):
    """Before its table had the column, no part held a role."""
    (file,) = ledger.files("labels")
    pq.write_table(pq.read_table(file, partitioning=None).drop_columns(["role"]), file)
    assert ledger.absent("labels") == ["role"]
    assert ledger.absent("transactions") == []
    assert not ledger.has_values("labels", "role")
    assert ledger.read("labels")["role"].to_pylist() == [None]
    # Its next part has it.
    label = {"account_id": "bob", "role": "relay"}
    grown = append(ledger, {"labels": facts.rows_of("labels", label)})
    assert grown.absent("labels") == []
    assert grown.read("labels", ["role"])["role"].to_pylist() == [None, "relay"]
