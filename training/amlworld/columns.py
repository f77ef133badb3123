"""What a contender sees of a transaction: never an account, a bank, a date or another's label.

An account or a bank that launders in training launders on in the test, and a date means nothing
outside its file: who learns them has learnt the file.
"""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.past.settings import Windows
from features.past.tables import transaction_past
from features.patterns.search import TRANSACTION_VALUES
from features.patterns.settings import Settings
from features.patterns.tables import transaction_patterns
from ledger.currencies import EXPONENTS
from ledger.schema import CHANNELS
from ledger.view import MICROSECOND

CATEGORIES = ("payment_format", "payment_currency", "receiving_currency")
"""Columns whose numbers have no order."""

RAW = ("amount_paid", "amount_received", *CATEGORIES, "minute_of_day", "same_bank")
"""What one row of the file says, but for who and on which day."""

WINDOWS = Windows((timedelta(days=1), timedelta(days=7), timedelta(days=30)))
PATTERNS = Settings(window=timedelta(days=7), dwell=timedelta(days=1), bound=200)
"""Chosen once for all files: attempts of AMLworld take days, and some files tell only the day."""

_MINUTE = timedelta(minutes=1) // MICROSECOND
_MINUTES_OF_DAY = 24 * 60
_CURRENCIES = pa.array(EXPONENTS)
_EXPONENTS = np.array(list(EXPONENTS.values()))


def described(transactions: pa.Table, progress: Callable[[str], None]) -> pa.Table:
    """Describe every transaction by its own row, and by what had happened before it.

    Parameters
    ----------
    transactions : pyarrow.Table
        With `labelled.COLUMNS`, in the ledger's order.

    Returns
    -------
    pyarrow.Table
        `RAW`, then the amount in the reference currency, the patterns it completes
        (`features.patterns`) and the past of payer and payee (`features.past`). No column depends
        on a later transaction.
    """
    columns = _raw(transactions)
    columns["reference_amount"] = transactions["reference_minor"].cast(pa.float32(), safe=False)
    progress("patterns that each transaction completes")
    patterns = transaction_patterns(transactions, PATTERNS)
    cut = int(pc.sum(patterns.table["cut"]).as_py() or 0)
    progress(f"a search was cut for {cut:,} of {len(transactions):,} transactions")
    columns |= {name: patterns.table[name] for name in TRANSACTION_VALUES}
    progress("the past of payers and payees")
    past = transaction_past(transactions, WINDOWS).drop_columns(["transaction_id"])
    return pa.table(columns | dict(zip(past.column_names, past.columns, strict=True)))


def _raw(transactions: pa.Table) -> dict[str, pa.Array]:
    payer_bank, payee_bank = (
        transactions[f"{side}_institution"].cast(pa.string()) for side in ("payer", "payee")
    )
    minute = transactions["happened_at"].cast(pa.int64()).to_numpy() // _MINUTE
    values = (
        _major(transactions, "payer"),
        _major(transactions, "payee"),
        _code(transactions["channel"], pa.array(CHANNELS)),
        _code(transactions["payer_currency"], _CURRENCIES),
        _code(transactions["payee_currency"], _CURRENCIES),
        pa.array((minute % _MINUTES_OF_DAY).astype(np.int32)),
        pc.equal(payer_bank, payee_bank).cast(pa.int8()),
    )
    return dict(zip(RAW, values, strict=True))


def _code(texts: pa.ChunkedArray, known: pa.Array) -> pa.ChunkedArray:
    return pc.index_in(texts.cast(pa.string()), value_set=known)


def _major(transactions: pa.Table, side: str) -> pa.Array:
    """Give an amount as the file does, in major units of its own currency."""
    code = _code(transactions[f"{side}_currency"], _CURRENCIES).to_numpy()
    minor = transactions[f"{side}_amount_minor"].to_numpy()
    return pa.array((minor / 10.0 ** _EXPONENTS[code]).astype(np.float32))
