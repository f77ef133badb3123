"""Write any ledger as an AMLworld file: `python -m tests.as_amlworld FORMAT PATH FILE`.

What the format cannot say is lost: seconds, the names of patterns, and currencies that AMLworld
does not know, which become US dollars of the same figure. Both accounts must have a name there, so
money from outside comes from an account that pays nobody else, and money that leaves goes to one.
"""

import sys
import tempfile
from pathlib import Path

import duckdb

from ledger.currencies import EXPONENTS
from ledger.importers import import_ledger
from ledger.importers.amlworld import CHANNELS, CURRENCIES
from ledger.lake import Lake

HEADER = (
    "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,"
    "Payment Currency,Payment Format,Is Laundering\n"
)
FORMATS = {channel: name for name, channel in CHANNELS.items()} | {
    "cash_deposit": "Cash", "atm": "Cash", "salary": "ACH",
}  # fmt: skip
_NAMES = {code: name for name, (code, _) in CURRENCIES.items()}


def write(lake: Lake, path: Path) -> None:
    """Write the transactions of a ledger to `path`, in the ledger's order."""
    connection = duckdb.connect()
    connection.register("transactions", lake.read("transactions"))
    connection.register("laundering", lake.read("truth_transactions", ["transaction_id"]))
    body = path.with_suffix(".body")
    query = f"""
        COPY (
            SELECT
                strftime(happened_at AT TIME ZONE 'UTC', '%Y/%m/%d %H:%M'),
                coalesce(payer_institution, 'outside'),
                coalesce(payer_account, 'to ' || payee_account),
                coalesce(payee_institution, 'outside'),
                coalesce(payee_account, 'from ' || payer_account),
                {_major("payee")}, {_currency("payee")}, {_major("payer")}, {_currency("payer")},
                {_case("channel", FORMATS, "ACH")},
                (transaction_id IN (SELECT transaction_id FROM laundering))::INTEGER
            FROM transactions ORDER BY happened_at, source_sequence, transaction_id
        ) TO '{body}' (FORMAT csv, HEADER false)
    """  # noqa: S608 words of this module
    connection.execute(query)
    path.write_text(HEADER + body.read_text())
    body.unlink()


def _major(side: str) -> str:
    digits = _case(f"{side}_currency", {code: str(e) for code, e in EXPONENTS.items()}, "2")
    return f"printf('%.8f', {side}_amount_minor / 10.0 ** {digits}::INTEGER)"


def _currency(side: str) -> str:
    return _case(f"{side}_currency", _NAMES, "US Dollar")


def _case(value: str, words: dict[str, str], otherwise: str) -> str:
    cases = " ".join(f"WHEN '{word}' THEN '{other}'" for word, other in words.items())
    return f"CASE {value} {cases} ELSE '{otherwise}' END"


if __name__ == "__main__":
    _, form, source, target = sys.argv
    with tempfile.TemporaryDirectory() as folder:
        write(import_ledger(form, Path(source), Path(folder) / "ledger").lake, Path(target))
