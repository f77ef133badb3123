"""The reference amount of transactions from a request: what features count."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from serving.checking import place
from serving.problems import Error
from serving.tables import put

_COLUMN = "reference_minor"


def with_reference(transactions: pa.Table, currency: str) -> pa.Table:
    """Fill in `reference_minor` where it is missing and one of the two amounts is in `currency`."""
    found = pc.coalesce(
        transactions[_COLUMN],
        _amount(transactions, "payee", currency),
        _amount(transactions, "payer", currency),
    )
    return put(transactions, _COLUMN, found)


def without_reference(transactions: pa.Table, currency: str) -> Iterator[Error]:
    """Name the rows still without: the service knows no rates, and a wrong one stays for good."""
    rule = f"Give the amount in {currency}, in minor units: neither amount is in {currency}"
    for row in pc.indices_nonzero(pc.is_null(transactions[_COLUMN])).to_pylist():
        yield Error(place("transactions", row, _COLUMN), rule)


def _amount(transactions: pa.Table, side: str, currency: str) -> pa.ChunkedArray:
    in_currency = pc.equal(transactions[f"{side}_currency"], currency)
    amount = transactions[f"{side}_amount_minor"]
    return pc.if_else(in_currency, amount, pa.scalar(None, pa.int64()))
