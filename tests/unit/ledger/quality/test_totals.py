"""An account whose total no 64-bit integer holds is refused; one that just fits is not."""

import pyarrow as pa
import pytest

from ledger import sql
from ledger.currencies import MAXIMUM_MINOR, MAXIMUM_TOTAL_MINOR
from ledger.quality.totals import too_large_totals

FITTING = MAXIMUM_TOTAL_MINOR // MAXIMUM_MINOR
"""How often one account can move the largest amount."""


@pytest.fixture
def faults_of():
    connection = sql.connect()

    def run(*payments):
        names = ("payer_account", "payee_account", "reference_minor")
        rows = [dict(zip(names, payment, strict=True)) for payment in payments]
        for number, row in enumerate(rows, start=1):
            row["row"] = number
        connection.register("transactions", pa.Table.from_pylist(rows))
        return list(too_large_totals(connection))

    return run


def test_a_total_that_fits_is_no_fault(faults_of):
    paid = [("a", f"p{n}", MAXIMUM_MINOR) for n in range(FITTING)]
    assert faults_of(*paid, ("a", None, MAXIMUM_TOTAL_MINOR % MAXIMUM_MINOR)) == []


def test_what_is_outside_the_ledger_has_no_total(faults_of):
    assert faults_of(*[(None, f"p{n}", MAXIMUM_MINOR) for n in range(FITTING + 5)]) == []


def test_the_rows_beyond_the_total_are_counted_and_shown(faults_of):
    paid = [("a", f"p{n}", MAXIMUM_MINOR) for n in range(FITTING - 1)]
    (fault,) = faults_of(*paid, *[(f"q{n}", "a", MAXIMUM_MINOR) for n in range(3)])
    assert fault.count == 2
    assert [(seen.row, seen.column, seen.value) for seen in fault.rows] == [
        (FITTING + 1, "payee_account", "a"),
        (FITTING + 2, "payee_account", "a"),
    ]
