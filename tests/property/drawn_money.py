"""Money in and out of the account `mia`, complaints about it, and outcomes of investigations."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from ledger.schema import ACCOUNTS, COMPLAINTS, LABELS, TRANSACTIONS

AS_OF = datetime(2025, 6, 1, tzinfo=UTC)


def movement(key, hours, amount, **changed):
    """Draw up a transaction so many hours before `AS_OF`; a negative amount leaves `mia`."""
    at = AS_OF - timedelta(hours=hours)
    payer, payee = ("other", "mia") if amount > 0 else ("mia", "other")
    row = {
        "transaction_id": key,
        "tenant": "local",
        "happened_at": at,
        "known_at": at,
        "payer_account": payer,
        "payee_account": payee,
        "payer_amount_minor": abs(amount),
        "payee_amount_minor": abs(amount),
        "payer_currency": "THB",
        "payee_currency": "THB",
        "reference_minor": abs(amount),
        "channel": "instant",
        "status": "booked",
    }
    return {**row, **changed}


def complaint(key, transaction_id, hours=1, status="open"):
    at = AS_OF - timedelta(hours=hours)
    return {
        "complaint_id": key,
        "transaction_id": transaction_id,
        "happened_at": at,
        "known_at": at,
        "status": status,
        "source": "police",
    }


def outcome(account_id, found, hours=1):
    at = AS_OF - timedelta(hours=hours)
    return {
        "account_id": account_id,
        "outcome": found,
        "happened_at": at,
        "known_at": at,
        "source": "police",
    }


def account(key="mia", kind="bank"):
    return {"account_id": key, "institution": "bank_a", "kind": kind, "country": "TH"}


def transaction_table(rows):
    return pa.Table.from_pylist(rows, TRANSACTIONS.arrow)


def complaint_table(rows):
    return pa.Table.from_pylist(rows, COMPLAINTS.arrow)


def label_table(rows):
    return pa.Table.from_pylist(list(rows), LABELS.arrow)


def account_table(rows):
    return pa.Table.from_pylist(rows, ACCOUNTS.arrow)


def _history(amounts):
    return [movement(f"t{i:02}", len(amounts) - i, amount) for i, amount in enumerate(amounts)]


histories = st.lists(st.integers(-100, 100).filter(bool), max_size=15).map(_history)
"""Transactions of `mia`, oldest first."""
