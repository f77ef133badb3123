"""Rows as one text: the same for the same rows, and readable again."""

import hashlib
import json

import pyarrow as pa

from ledger.schema import TABLES, TRANSACTIONS
from ledger.written import read_back, written
from tests.facts import transactions

ROWS = transactions("t1", "t2", "t3", reference='"é\u202e\n', channel="atm", payer_account=None)


def test_equal_rows_give_equal_bytes_however_they_are_held():
    chunks = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1)])
    taken = pa.concat_tables([ROWS.slice(2), ROWS]).take([1, 2, 3])
    assert written({"x": ROWS}) == written({"x": chunks}) == written({"x": taken})


def test_other_rows_order_or_names_give_other_bytes():
    reference = TRANSACTIONS.arrow.names.index("reference")
    others = (
        {"x": ROWS.take([1, 0, 2])},
        {"x": ROWS.slice(1)},
        {"y": ROWS},
        {"x": ROWS.set_column(reference, "reference", pa.array(["", None, "null"]))},
    )
    assert len({written(each) for each in ({"x": ROWS}, *others)}) == 5


def test_what_was_written_is_read_back():
    tables = {"transactions": ROWS, "accounts": TABLES["accounts"].arrow.empty_table()}
    content = written(tables)
    again = read_back(content, {name: TABLES[name] for name in tables})
    assert all(again[name].equals(tables[name].cast(again[name].schema)) for name in tables)


def test_the_form_is_plain_json():
    """The documented form, written again by hand."""
    rows = ROWS.select(["transaction_id", "happened_at", "payer_account"])
    hand = {"transactions": {"transaction_id": ["t1", "t2", "t3"],
                             "happened_at": [1735689600000000 + n * 60_000_000 for n in range(3)],
                             "payer_account": [None, None, None]}}  # fmt: skip
    content = json.dumps(hand, separators=(",", ":")).encode()
    assert (
        hashlib.sha256(content).digest() == hashlib.sha256(written({"transactions": rows})).digest()
    )
