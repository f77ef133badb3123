"""The features of every account that a ledger knows something of at an instant."""

from features.compute import FeatureTable, compute
from features.events import TRANSACTION_COLUMNS
from features.network.families import DEFINITIONS
from features.network.join import with_rows
from ledger.view import LedgerView


def everyone(view: LedgerView) -> FeatureTable:
    """Compute the features of every account that has a visible transaction."""
    transactions = view.transactions(columns=TRANSACTION_COLUMNS)
    own = compute(transactions, view.accounts(), [view.as_of])
    return with_rows(own, view.snapshots(None, DEFINITIONS))
