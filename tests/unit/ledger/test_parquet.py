"""Rows that are not wanted are left out while a file is read, and nothing else changes."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.lake import Lake, append
from ledger.parquet import Among
from ledger.view import SIDES, only
from tests.facts import transactions


@pytest.fixture(params=[2, 3, 100], ids="batches of {}".format)
def lake(request, tmp_path, monkeypatch):
    """A ledger in two parts that overlap in time, each of several groups of rows."""
    monkeypatch.setattr("ledger.parquet._GROUP_ROWS", 4)
    monkeypatch.setattr("ledger.parquet._BATCH_ROWS", request.param)
    names = [f"t{number}" for number in range(12)]
    parties = [["ann", None, "bob", "cho", "dao", "ann"], ["bob", "ann", None, "dao", "ann", "dao"]]
    rows = transactions(*names[:6])
    for side, accounts in zip(SIDES, parties, strict=True):
        rows = rows.set_column(rows.column_names.index(side), side, pa.array(accounts, pa.string()))
    lake = append(Lake(tmp_path / "bank", "test", "THB"), {"transactions": rows})
    ids = pa.array(names[6:])
    later = rows.set_column(rows.column_names.index("transaction_id"), "transaction_id", ids)
    return append(lake, {"transactions": later})


@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize("wanted", [["ann"], ["bob", "cho"], ["nobody"], []])
@pytest.mark.parametrize("columns", [None, ["reference_minor", "channel"], ["payee_account"]])
def test_what_is_kept_is_what_would_be_picked_afterwards(lake, coded, wanted, columns):
    among = Among(SIDES, pa.array(wanted, pa.string()))
    kept = lake.read("transactions", columns, coded=coded, among=among)
    picked = only(lake.read("transactions"), SIDES, wanted).select(kept.column_names)
    assert kept.cast(picked.schema).combine_chunks() == picked.combine_chunks()


def test_what_is_kept_has_a_dictionary_of_its_own(lake):
    among = Among(SIDES, pa.array(["cho"]))
    kept = lake.read("transactions", ["payer_account"], coded=True, among=among)
    assert {text for chunk in kept[0].chunks for text in chunk.dictionary.to_pylist()} == {"cho"}


def test_a_column_that_a_file_lacks_is_missing_in_what_is_kept(lake, monkeypatch):
    monkeypatch.setattr("pyarrow.parquet.read_schema", _without_device)
    among = Among(SIDES, pa.array(["ann"]))
    kept = lake.read("transactions", ["device_id"], among=among)
    assert kept["device_id"].null_count == len(kept) == 8


def _without_device(file):
    schema = pq.ParquetFile(file).schema_arrow
    return schema.remove(schema.get_field_index("device_id"))
